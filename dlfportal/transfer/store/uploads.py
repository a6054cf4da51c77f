"""Packages that people send to the portal: kept in the object store until their plan is applied or given up.

They stand in a bucket of the portal's own, which no workspace can have.
"""

from __future__ import annotations

import errno
from datetime import datetime
from functools import lru_cache
from typing import IO

from django.conf import settings

from dlfportal.access.models import new_wire_id
from dlfportal.errors import gettext_noop
from dlfportal.transfer.store.paths import ObsPath
from dlfportal.transfer.store.storage import (
    ObsUnreadable,
    ObsUnwritable,
    bucket_prepare,
    obs_delete,
    obs_list,
    obs_write,
)

UPLOADS = "dlfportal-uploads"
LISTED_AT_ONCE = 1000


class StoreFull(ObsUnwritable):
    """The disk behind the store has no room for a package; nothing of it is left there."""


def upload_keep(content: IO[bytes]) -> ObsPath:
    """Keep a package and return where. Raises ObsUnwritable, or StoreFull; then nothing of it is kept."""
    path = ObsPath(UPLOADS, f"{new_wire_id()}.zip")
    _prepare_once(tuple(settings.DLF_OBS.items()))
    try:
        obs_write(path, content)
    except ObsUnwritable as error:
        if getattr(error.__cause__, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
            raise StoreFull(
                gettext_noop(
                    "The portal has no room for the package, so nothing of it was kept. An operator has to "
                    "make room on the disk of the object store."
                )
            ) from error
        raise
    return path


def upload_drop(path: ObsPath) -> None:
    """Delete a package that is not needed any more; one that is gone is no error. Raises ObsUnwritable."""
    obs_delete(path)


def uploads_before(moment: datetime) -> list[ObsPath]:
    """Return some of the packages that were kept before a moment. Raises ObsUnreadable."""
    try:
        found = obs_list(ObsPath(UPLOADS, ""), LISTED_AT_ONCE)
    except ObsUnreadable as error:
        if isinstance(error.__cause__, NotADirectoryError | FileNotFoundError):
            return []  # nobody has sent a package yet
        raise
    return [ObsPath(UPLOADS, one.key) for one in found if one.changed_at < moment]


@lru_cache(maxsize=8)
def _prepare_once(store: tuple[tuple[str, str], ...]) -> None:
    """Make the bucket on a server, once for each store that this process uses; folders need none."""
    if store:
        bucket_prepare(UPLOADS)
