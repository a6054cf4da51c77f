"""Runs a measurement in a process where Django is ready: `python -m bench.run MODULE ARGUMENT ...`."""

from __future__ import annotations

import sys
from importlib import import_module

import django


def main() -> None:
    """Load the module once Django is set up, and call its `main` with the arguments."""
    django.setup()
    import_module(sys.argv[1]).main(*sys.argv[2:])


if __name__ == "__main__":
    main()
