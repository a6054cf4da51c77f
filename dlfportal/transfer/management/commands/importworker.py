"""`importworker`: does the imports that are asked for over the API and the pages."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from dlfportal.transfer.runners import heartbeat
from dlfportal.transfer.runs import runs_give_up

KEPT_DAYS = 7


class Command(BaseCommand):
    help = (
        "Do the imports that wait, one after the other, until stopped. Any number of workers may run, on "
        "any number of hosts that share the database and the object store."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--follow-parent", action="store_true", help="stop when the parent process ends")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("prune_db_task_results", min_age_days=KEPT_DAYS, verbosity=0)
        with heartbeat(queued=True, on_beat=_watch(options["follow_parent"])):
            runs_give_up()
            call_command("db_worker", startup_delay=False, reload=False, verbosity=options["verbosity"])


def _watch(follow_parent: bool) -> Callable[[], None]:
    parent = os.getppid()

    def beat() -> None:
        runs_give_up()
        if follow_parent and os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)

    return beat
