"""Asks for pages of a comparison, prints the seconds of each: `python -m bench.run bench.twins_asked N`."""

from __future__ import annotations

import time

from django.contrib.auth.models import User
from django.test import Client

from bench.filling import SUPERUSER
from bench.twins import FIRST, SECOND
from dlfportal.transfer.comparing.filling import compare_read

URL = f"/w/{FIRST}/compare/?with={SECOND}"
MOMENT = "2100-01-01T00:00:00Z"


def main(rounds: str) -> None:
    """Ask for the list before its pairs were read, and afterwards; as it is, and as it was at a moment."""
    user = User.objects.get(username=SUPERUSER)
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    _asked(client, "the list, no pair read", URL, int(rounds))
    compare_read.call(user.pk, FIRST, SECOND, "")
    _asked(client, "the list, pairs read", URL, int(rounds))
    _asked(client, "the list at a moment", f"{URL}@{MOMENT}&as={MOMENT}", int(rounds))


def _asked(client: Client, what: str, url: str, rounds: int) -> None:
    seconds = []
    for turn in range(rounds + 1):
        begun = time.perf_counter()
        answer = client.get(url)
        passed = time.perf_counter() - begun
        if answer.status_code != 200:
            raise RuntimeError(f"{url} answered {answer.status_code}")
        if turn:  # the first round warms up
            seconds.append(f"{passed:.3f}")
    print(f"{what}\t{' '.join(seconds)}")
