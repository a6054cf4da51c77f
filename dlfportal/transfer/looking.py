"""Looking into a package of the object store without importing it."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.formats.kinds import Kind
from dlfportal.formats.reader import PackageObject, package_objects
from dlfportal.transfer.buckets import file_open
from dlfportal.transfer.obs import obs_file, obs_size
from dlfportal.transfer.plan import check_size, package_open


def package_look(*, actor: Actor, workspace: Workspace, path: Any) -> dict[Kind, list[PackageObject]]:
    """Return the objects of the package at an `obs://` path by kind, by name.

    Raises NotFound (policy), BadObsPath, BucketMissing, ObsUnreadable or BadPackage.
    """
    source = obs_file(path)
    listing: dict[Kind, list[PackageObject]] = {kind: [] for kind in Kind}
    with file_open(actor=actor, workspace=workspace, path=source) as file:
        check_size(obs_size(source))
        for found in package_objects(package_open(cast(BinaryIO, file))):
            listing[found.kind].append(found)
    for objects in listing.values():
        objects.sort(key=lambda found: found.name)
    return listing
