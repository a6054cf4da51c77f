"""Words of the admin: what Django's own Chinese lacks or says otherwise.

Nothing uses the names of the latter: marking the words here is what brings them into our catalogue.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop, ngettext_lazy

LACKING = (
    gettext_noop("Model name"),
    gettext_noop("Add link"),
    gettext_noop("Change or view list link"),
    gettext_noop("Error:"),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
)
OTHERWISE = (
    gettext_noop("Add"),
    gettext_noop("Add %s"),
    gettext_noop("Add %(name)s"),
    gettext_noop("Save and add another"),
)
