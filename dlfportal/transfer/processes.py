"""How a further process of an import begins. It imports no model: Django is set up in here."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading

import django


def start() -> None:
    """Prepare a further process: it leaves signals to the one that started it, and ends with that."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    django.setup()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
