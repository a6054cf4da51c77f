"""How often a password may be guessed: per name and per address, counted by django-axes in the database.

Five wrong passwords for a name from one address, or twenty for a name or from an address in all, and the
next tries are refused until none was counted for `COOL_OFF`; a refused try is not counted, so a lock ends
by itself. Where a person has signed in before, only their own tries from there count: nobody elsewhere
can lock them out. `manage.py axes_reset` lifts all locks at once, `axes_reset_username` those of a name.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Max
from django.http import HttpRequest
from django.utils import timezone

from dlfportal.access.models import KnownAddress
from dlfportal.audit.actor import Channel
from dlfportal.errors import PortalError, gettext_noop

SHARED = 4
"""How many times as many tries all people at an address have, or all addresses of a name."""

NAME_LENGTH = 150
"""The longest user name; what is typed is counted and recorded up to here."""

KNOWN_FOR = timedelta(days=90)


class TooManyTries(PortalError):
    """The password is not looked at: too many were wrong. `seconds` later it is."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        message = gettext_noop("Too many wrong passwords. Try again in %(minutes)s minutes.")
        super().__init__(message, minutes=ceil(seconds / 60))


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where somebody comes from who is yet to say who they are."""

    channel: Channel
    address: str = ""
    request_id: str = ""

    @property
    def network(self) -> str | None:
        """The address that tries are counted for: of IPv6 the /64, which one machine has to itself."""
        if not self.address:
            return None
        address = ipaddress.ip_address(self.address)
        if isinstance(address, ipaddress.IPv6Address):
            return str(ipaddress.IPv6Network((address, 64), strict=False).network_address)
        return str(address)


def client_address(meta: Mapping[str, Any]) -> str:
    """Return the address of the client of a request from its WSGI environment, "" when there is none.

    Each proxy adds to `X-Forwarded-For` where its request came from, so only the last entries are
    true: as many as there are proxies of ours (`DLF_TRUSTED_PROXIES`). A client can send the others.
    """
    peer = _address(meta.get("REMOTE_ADDR") or "")
    proxies = settings.DLF_TRUSTED_PROXIES
    sent = [part.strip() for part in (meta.get("HTTP_X_FORWARDED_FOR") or "").split(",")]
    if not proxies or len(sent) < proxies:
        return peer
    return _address(sent[-proxies]) or peer


def visitor_of(request: HttpRequest, channel: Channel) -> Visitor:
    """Return where a request comes from."""
    return Visitor(channel, client_address(request.META), getattr(request, "request_id", ""))


def _address(text: str) -> str:
    """Return an IP address in its normal form, without a port, or "" when it is none."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)


class Throttle(AxesDatabaseHandler):  # type: ignore[misc]
    """Counts a try against a name from everywhere, and against an address, a fourth as much."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Return the wrong passwords that count, to be compared with `AXES_FAILURE_LIMIT`."""
        pair, *shared = (
            sum(attempts.values_list("failures_since_start", flat=True))
            for attempts in self.get_user_attempts(request, credentials)
        )
        return int(max([pair, *(count // SHARED for count in shared)]))

    def last_try(self, request: HttpRequest, credentials: dict[str, Any]) -> Any:
        """Return when the last try was made that counts."""
        found = self.get_user_attempts(request, credentials)
        times = (attempts.aggregate(last=Max("attempt_time"))["last"] for attempts in found)
        return max((time for time in times if time), default=timezone.now())


def counted_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """Return the user name that tries are counted for (django-axes asks for it)."""
    return str((credentials or {}).get("username") or "")[:NAME_LENGTH]


def counted_by(request: HttpRequest, credentials: dict[str, Any] | None) -> list[Any]:
    """Return what tries are counted by, the pair of name and address first (django-axes asks for it)."""
    pair = ["username", "ip_address"]
    if is_known(counted_name(request, credentials), request.META.get("REMOTE_ADDR")):
        return [pair]
    return [pair, "username", "ip_address"] if request.META.get("REMOTE_ADDR") else [pair, "username"]


def is_known(username: str, network: str | None) -> bool:
    """Return whether the person of this name has signed in from this network of late."""
    recent = KnownAddress.objects.filter(seen_at__gt=timezone.now() - KNOWN_FOR)
    return recent.filter(user__username=username, network=network or "").exists()


def tries_check(visitor: Visitor, username: str) -> HttpRequest:
    """Return what `django.contrib.auth.authenticate` takes as the request, or raise TooManyTries.

    It holds the address and nothing else: django-axes keeps what it finds of a request.
    """
    request = HttpRequest()
    request.META["REMOTE_ADDR"] = visitor.network
    credentials = {"username": username}
    if AxesProxyHandler.is_locked(request, credentials):
        last = AxesProxyHandler.get_implementation().last_try(request, credentials)
        left = last + settings.AXES_COOLOFF_TIME - timezone.now()
        raise TooManyTries(max(1, ceil(left.total_seconds())))
    return request


def tries_forget(visitor: Visitor, user: User) -> None:
    """After the right password: forget the wrong ones from there, and know the address from now on."""
    AccessAttempt.objects.filter(username=user.get_username(), ip_address=visitor.network).delete()
    if visitor.network:
        now = timezone.now()
        KnownAddress.objects.filter(user=user, seen_at__lt=now - KNOWN_FOR).delete()
        KnownAddress.objects.update_or_create(user=user, network=visitor.network, defaults={"seen_at": now})
