"""Packages that go into the object store instead of to the caller."""

from __future__ import annotations

import time
from contextlib import closing
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, require
from dlfportal.audit.actor import Actor
from dlfportal.transfer.buckets import bucket_check, file_put
from dlfportal.transfer.export import Package
from dlfportal.transfer.obs import ObsPath

BYTES_IN_MEMORY = 8 * 1024 * 1024


def package_keep(
    *, actor: Actor, workspace: Workspace, package: Package, folder: ObsPath, name: str
) -> ObsPath:
    """Write a package as `{name}.zip` into a new folder below `folder` and return that folder.

    Its path is `{folder}/{name}_exported/{epoch ms}` (reference: wire API, section 2.6); needs a
    developer. Raises NotFound or Forbidden (policy), BucketMissing, BadObsPath or ObsUnwritable.
    """
    target = folder / f"{name}_exported" / str(time.time_ns() // 1_000_000)
    with closing(package.stream), SpooledTemporaryFile(BYTES_IN_MEMORY) as file:
        require(actor.user, workspace, Right.EDIT)
        bucket_check(workspace, folder.bucket)
        for piece in package.stream:
            file.write(piece)
        file.seek(0)
        file_put(actor=actor, workspace=workspace, path=target / f"{name}.zip", content=cast(IO[bytes], file))
    return target
