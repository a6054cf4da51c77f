"""Every path the API does not know."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request

from dlfportal.api.base import WireView
from dlfportal.api.errors import unknown_path


class UnknownView(WireView):
    """Answers 404 to those who are authenticated; the others get their 401 first."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Authenticate, then refuse."""
        self.perform_authentication(request)
        raise unknown_path()
