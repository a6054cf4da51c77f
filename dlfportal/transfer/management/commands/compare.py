"""`compare A B`: what differs between two workspaces, moments or packages, for people and for CI."""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import Any

from django.core.management.base import CommandError, CommandParser

from dlfportal.access.command import PortalCommand
from dlfportal.catalogue.comparing.pairs import Pair, Paired, in_order
from dlfportal.catalogue.comparing.reading import Readings, readings_keep, readings_of
from dlfportal.catalogue.kinds import KINDS
from dlfportal.catalogue.mapping_profiles import ProfileMissing
from dlfportal.transfer.comparing.comparison import HERE, THERE, Comparison, comparison_read

DIFFERENT, BROKEN = 1, 2
"""The exit codes for differences, and for what cannot be compared."""


class Command(PortalCommand):
    help = (
        "Compare two sides: workspaces by their ID, as they were with ID@2026-11-26T11:16:00Z, as they are "
        "submitted with ID@submitted, or the package of an export with export:ID. Prints a line for each "
        "pair that differs, and ends with the exit code 0 when none does, 1 when some do, 2 when it failed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("here", metavar="A")
        parser.add_argument("there", metavar="B")
        state = parser.add_mutually_exclusive_group()
        state.add_argument(
            "--state",
            choices=["newest", "submitted"],
            default="newest",
            help="of workspaces named by ID alone",
        )
        state.add_argument(
            "--at", metavar="MOMENT", help="as workspaces that are named by ID alone were then"
        )
        parser.add_argument("--profile", help="a mapping profile of the workspace of B, or else of A")
        parser.add_argument(
            "--strict", action="store_true", help="positions and the order of keys count, too"
        )
        parser.add_argument("--json", action="store_true", help="print what was found as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            super().handle(*args, **options)
        except CommandError as error:
            error.returncode = BROKEN
            raise

    def act(self, options: dict[str, Any]) -> None:
        """Compare both sides, and print what differs."""
        comparison = self._comparison(options)
        joined = comparison.paired()
        for _count in readings_keep(joined.unlike, comparison.view):
            pass
        readings = readings_of(joined.unlike, comparison.view)
        paired = readings.told(joined, is_strict=options["strict"])
        (self._print_json if options["json"] else self._print)(comparison, paired, readings)
        if paired.unlike:
            sys.exit(DIFFERENT)

    def _comparison(self, options: dict[str, Any]) -> Comparison:
        state = options["at"] or ("submitted" if options["state"] == "submitted" else "")
        here, there = (_in_state(options[key], state) for key in ("here", "there"))
        if not options["profile"]:
            return comparison_read(self.actor, here, there)
        try:
            return comparison_read(self.actor, here, there, f"{THERE}:{options['profile']}")
        except ProfileMissing:
            return comparison_read(self.actor, here, there, f"{HERE}:{options['profile']}")

    def _print(self, comparison: Comparison, paired: Paired, readings: Readings) -> None:
        for pair in sorted(paired.unlike, key=in_order):
            known = readings.known.get(pair.contents)
            fields = f"  {known.fields}" if known else ""
            self.stdout.write(f"{pair.outcome:8}{KINDS[pair.kind].slug:10}{_names(pair)}{fields}")
        counts = Counter(pair.outcome for pair in (*paired.unlike, *paired.same))
        self.stdout.write(
            ", ".join(f"{outcome} {count}" for outcome, count in sorted(counts.items())) or "empty"
        )

    def _print_json(self, comparison: Comparison, paired: Paired, readings: Readings) -> None:
        told = {
            "same": not paired.unlike,
            "here": comparison.here.text,
            "there": comparison.there.text,
            "profile": comparison.profile,
            "counts": dict(Counter(str(pair.outcome) for pair in (*paired.unlike, *paired.same))),
            "pairs": [_told(pair, readings) for pair in sorted(paired.unlike, key=in_order)],
        }
        self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))


def _in_state(text: str, state: str) -> str:
    """Return a side in a state, if it is a workspace of which none was said."""
    return text if not state or ":" in text or "@" in text else f"{text}@{state}"


def _names(pair: Pair) -> str:
    labels = dict.fromkeys(row.label for row in (pair.here, pair.there) if row)
    return " -> ".join(labels)


def _told(pair: Pair, readings: Readings) -> dict[str, Any]:
    known = readings.known.get(pair.contents)
    return {
        "outcome": str(pair.outcome),
        "kind": KINDS[pair.kind].slug,
        "here": pair.here.label if pair.here else None,
        "there": pair.there.label if pair.there else None,
        "fields": known.fields if known else None,
    }
