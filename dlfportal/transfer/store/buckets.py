"""Buckets and the files in them: who may see, put in and take out what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.db import Error, transaction

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, require, require_superuser
from dlfportal.audit.actions import Action
from dlfportal.audit.actor import Actor
from dlfportal.audit.models import AuditEntry
from dlfportal.audit.services import audit_record
from dlfportal.errors import BadRequest, gettext_noop
from dlfportal.transfer.models import Bucket
from dlfportal.transfer.store.paths import ObsPath, check_key
from dlfportal.transfer.store.storage import (
    BucketMissing,
    ObsFile,
    bucket_prepare,
    obs_delete,
    obs_exists,
    obs_fetch,
    obs_list,
    obs_size,
    obs_write,
    obs_write_new,
)
from dlfportal.transfer.store.uploads import UPLOADS

FILES_SHOWN = 1000


def bucket_give(*, actor: Actor, name: str, workspace: Workspace) -> Bucket:
    """Give a bucket, made if there is none of this name, to a workspace; superusers only.

    Raises Forbidden, BadRequest for a bad name, or ObsUnwritable when the store refuses the bucket.
    """
    require_superuser(actor.user)
    if name == UPLOADS:
        raise BadRequest(gettext_noop("The portal keeps uploads in the bucket %(name)s itself."), name=name)
    bucket = Bucket(name=name)
    try:
        bucket.clean_fields()
    except ValidationError as error:
        raise BadRequest("%(problems)s", problems=" ".join(error.messages)) from error
    bucket_prepare(name)
    with transaction.atomic():
        bucket, _created = Bucket.objects.get_or_create(name=name)
        bucket.workspaces.add(workspace)
        _record(actor, Action.BUCKET_GIVE, workspace, name)
    return bucket


def bucket_take(*, actor: Actor, bucket: Bucket, workspace: Workspace) -> None:
    """Take a bucket away from a workspace, its files stay; superusers only. Raises Forbidden."""
    require_superuser(actor.user)
    with transaction.atomic():
        bucket.workspaces.remove(workspace)
        _record(actor, Action.BUCKET_TAKE, workspace, bucket.name)


def bucket_check(workspace: Workspace, name: str) -> None:
    """Raise BucketMissing unless the bucket was given to the workspace."""
    if not Bucket.objects.filter(pk=name, workspaces=workspace).exists():
        raise BucketMissing(gettext_noop("The bucket %(name)s does not exist."), name=name)


def bucket_list(*, actor: Actor, workspace: Workspace) -> list[str]:
    """Return the names of the buckets of a workspace. Raises NotFound (policy)."""
    require(actor.user, workspace, Right.VIEW)
    return list(Bucket.objects.filter(workspaces=workspace).order_by("name").values_list("name", flat=True))


def file_list(
    *, actor: Actor, workspace: Workspace, folder: ObsPath, most: int = FILES_SHOWN
) -> list[ObsFile]:
    """Return the files below a folder, or of a whole bucket, of the workspace: at most `most`.

    Raises NotFound (policy), BadObsPath, BucketMissing or ObsUnreadable.
    """
    require(actor.user, workspace, Right.VIEW)
    check_key(folder.key)
    bucket_check(workspace, folder.bucket)
    return obs_list(folder, most)


@contextmanager
def file_open(
    *, actor: Actor, workspace: Workspace, path: ObsPath, check: Callable[[int], None] | None = None
) -> Iterator[IO[bytes]]:
    """Give a file of a bucket of the workspace to read, seekable.

    `check` is called with its size in bytes, and may raise, before it is fetched. Raises NotFound
    (policy), BadObsPath, BucketMissing or ObsUnreadable.
    """
    _check_read(actor, workspace, path)
    if check:
        check(obs_size(path))
    with obs_fetch(path) as file:
        yield file


def file_fetch(*, actor: Actor, workspace: Workspace, path: ObsPath) -> IO[bytes]:
    """Return a file for somebody to take away; the caller closes it.

    That it was taken is recorded before the first byte leaves. Raises as `file_open`, and django.db.Error
    when it cannot be recorded.
    """
    _check_read(actor, workspace, path)
    file = obs_fetch(path)
    try:
        _record(actor, Action.BUCKET_GET, workspace, path.bucket, path=str(path))
    except Error:
        file.close()
        raise
    return file


def file_put(*, actor: Actor, workspace: Workspace, path: ObsPath, content: IO[bytes]) -> bool:
    """Write a file into a bucket of the workspace and return whether it replaces one; needs a developer.

    Raises NotFound or Forbidden (policy), BadObsPath, BucketMissing or ObsUnwritable.
    """
    write_check(actor=actor, workspace=workspace, path=path)
    replaced = obs_exists(path)
    obs_write(path, content)
    _record(actor, Action.BUCKET_PUT, workspace, path.bucket, path=str(path))
    return replaced


def file_put_new(
    *, actor: Actor, workspace: Workspace, path: ObsPath, content: IO[bytes], part_of: AuditEntry
) -> bool:
    """Write a file into a new folder and return True, or False when the folder is taken already.

    `part_of` is the entry of the act that it belongs to. Needs a developer; raises as `file_put`.
    """
    write_check(actor=actor, workspace=workspace, path=path)
    if not obs_write_new(path, content):
        return False
    _record(actor, Action.BUCKET_PUT, workspace, path.bucket, part_of=part_of, path=str(path))
    return True


def file_remove(*, actor: Actor, workspace: Workspace, path: ObsPath) -> None:
    """Delete a file of a bucket of the workspace; needs a developer.

    Raises as `file_put`, and ObsUnreadable for a file that is not there.
    """
    write_check(actor=actor, workspace=workspace, path=path)
    obs_size(path)
    obs_delete(path)
    _record(actor, Action.BUCKET_REMOVE, workspace, path.bucket, path=str(path))


def write_check(*, actor: Actor, workspace: Workspace, path: ObsPath) -> None:
    """Check that somebody may write a file of this path, whatever the store then says.

    Raises NotFound or Forbidden (policy), BadObsPath or BucketMissing.
    """
    require(actor.user, workspace, Right.EDIT)
    check_key(path.key)
    bucket_check(workspace, path.bucket)


def _check_read(actor: Actor, workspace: Workspace, path: ObsPath) -> None:
    require(actor.user, workspace, Right.VIEW)
    check_key(path.key)
    bucket_check(workspace, path.bucket)


def _record(
    actor: Actor,
    action: Action,
    workspace: Workspace,
    bucket: str,
    part_of: AuditEntry | None = None,
    **detail: Any,
) -> None:
    audit_record(
        actor=actor,
        action=action,
        workspace_id=workspace.pk,
        workspace_name=workspace.name,
        object_name=bucket,
        detail=detail,
        part_of=part_of,
    )
