"""What every request of a signed-in person asks Django for: the session, and the person."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from dlfportal.db.prepared import Given, Prepared, columns, instance

SESSION = Prepared(
    lambda: Session.objects.filter(pk=Given("key")).values_list("session_data", "expire_date").order_by()
)
PERSON = Prepared(lambda: User.objects.filter(pk=Given("pk")).values_list(*columns(User)).order_by())


class SessionStore(db.SessionStore):
    """Django's sessions in the database, read by a prepared query."""

    def load(self) -> dict[str, Any]:
        """Return what the session holds; nothing, and no session, when there is none or it has ended."""
        row = SESSION.row(key=self.session_key)
        if row is None or row[1] <= timezone.now():
            self._session_key = None
            return {}
        return self.decode(row[0])


class PasswordBackend(ModelBackend):
    """Django's people with passwords, read by a prepared query."""

    def get_user(self, user_id: Any) -> User | None:
        """Return the person of a session, or None when they are gone or may not sign in."""
        row = PERSON.row(pk=int(user_id))
        user = instance(User, row) if row else None
        return user if user and self.user_can_authenticate(user) else None
