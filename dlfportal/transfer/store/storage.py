"""The storage behind a bucket, and reading and writing the files in it.

A bucket is a folder in the data directory, or a bucket of an S3-compatible server (Huawei OBS is one)
when `DLF_OBS_ENDPOINT` is set; both are reached through Django's storage API.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache, partial
from http import HTTPStatus
from io import SEEK_END
from itertools import islice
from pathlib import Path
from typing import IO, Any

from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
    ReadTimeoutError,
)
from botocore.exceptions import ConnectionError as NoConnection
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage
from django.utils.module_loading import import_string
from s3transfer.exceptions import RetriesExceededError

from dlfportal.errors import BadRequest, NotFound, gettext_noop
from dlfportal.transfer.store.atomic_file import whole_file
from dlfportal.transfer.store.paths import BadObsPath, ObsPath

S3_STORAGE = "storages.backends.s3.S3Storage"
NAME_BYTES = 255
"""What the file systems of Linux take for one step of a path."""

CONNECT_SECONDS, READ_SECONDS = 3.0, 5.0
"""A store that does not answer is given up within ten seconds; one that is slow and answers is waited for."""

UNANSWERED = (NoConnection, ConnectionClosedError, ReadTimeoutError)
NO_ANSWER = gettext_noop("%(path)s: the object store does not answer. Try again later.")
RETRY_SECONDS = 0.3
COPY_BYTES = 1024 * 1024
ONE_REQUEST_BYTES = 5 * 1024**3
"""What an S3 server takes in one request; more goes in parts."""


class BucketMissing(NotFound):
    """No bucket of this name was given to the workspace."""


class ObsUnreadable(BadRequest):
    """A file of the object store that does not exist or cannot be read."""


class ObsUnwritable(BadRequest):
    """A file that the object store does not take."""


@dataclass(frozen=True, slots=True)
class ObsFile:
    """A file of a bucket as a list shows it: key, bytes, and when it was written."""

    key: str
    size: int
    changed_at: datetime


class FolderStorage(FileSystemStorage):
    """A bucket in the data directory. A file appears whole under its name, or not at all.

    Until then it stands in a folder beside the buckets, whose name no bucket can have.
    """

    def __init__(self, location: Path) -> None:
        super().__init__(location=location, allow_overwrite=True)
        self.writing = location.parent / ".writing"

    def _save(self, name: str, content: IO[bytes]) -> str:
        _check_steps(name)
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        self._write(target, content)
        return name

    def save_new(self, name: str, content: IO[bytes]) -> bool:
        """Write a file into a folder that is made for it, or return False when the folder is there."""
        _check_steps(name)
        target = Path(self.path(name))
        target.parent.parent.mkdir(parents=True, exist_ok=True)
        try:
            target.parent.mkdir()
        except FileExistsError:
            return False
        try:
            self._write(target, content)
        except BaseException:
            target.parent.rmdir()
            raise
        return True

    def _write(self, target: Path, content: IO[bytes]) -> None:
        self.writing.mkdir(parents=True, exist_ok=True)
        content.seek(0)
        with whole_file(target, folder=self.writing, prefix=f"{Path(self.location).name}-") as file:
            while piece := content.read(COPY_BYTES):
                file.write(piece)

    def size(self, name: str) -> int:
        """Return the bytes of a file. Raises FileNotFoundError; a folder is no file."""
        path = Path(self.path(name))
        if not path.is_file():
            raise FileNotFoundError(name)
        return path.stat().st_size

    def files(self, prefix: str) -> Iterator[ObsFile]:
        """Yield the files whose keys begin with `prefix`, "" or a folder with its slash, in order.

        Raises NotADirectoryError when the bucket itself is no folder.
        """
        if not Path(self.location).is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "the bucket is no folder", self.location)
        folders = [Path(self.path(prefix))]
        while folders and folders[-1].is_dir():
            inner = sorted(folders.pop().iterdir())
            for path in inner:
                if path.is_file():
                    facts, key = path.stat(), path.relative_to(self.location).as_posix()
                    yield ObsFile(key, facts.st_size, datetime.fromtimestamp(facts.st_mtime, UTC))
            folders += [path for path in reversed(inner) if path.is_dir()]


def _check_steps(name: str) -> None:
    """Raise BadObsPath for a folder or file whose name no file system can keep."""
    if any(len(step.encode()) > NAME_BYTES for step in name.split("/")):
        message = gettext_noop(
            "%(path)s: a folder or file has more than %(limit)s bytes in its name (three for a Chinese "
            "character), which this object store cannot keep."
        )
        raise BadObsPath(message, path=name, limit=NAME_BYTES)


def bucket_storage(bucket: str) -> Any:
    """Return the storage behind a bucket."""
    options = settings.DLF_OBS
    if not options:
        return FolderStorage(settings.DATA_DIR / "obs" / bucket)
    storage = _s3_storage(bucket, frozenset(options.items()), CONNECT_SECONDS, READ_SECONDS)
    # Each thread has a client of its own; the name of the handler keeps it from being there twice.
    storage.connection.meta.client.meta.events.register(
        "needs-retry.s3", _retry_delay, unique_id="dlfportal-retry"
    )
    return storage


@lru_cache(maxsize=64)
def _s3_storage(
    bucket: str, settings_of_store: frozenset[tuple[str, str]], connect_seconds: float, read_seconds: float
) -> Any:
    """Return the storage of a bucket on the S3 server, kept: making a client takes a quarter of a second.

    It is loaded only where it is used, and gives up a server that takes calls and never answers.
    """
    options = dict(settings_of_store)
    return import_string(S3_STORAGE)(
        bucket_name=options["prefix"] + bucket,
        endpoint_url=options["endpoint"],
        access_key=options["access_key"] or None,
        secret_key=options["secret_key"] or None,
        region_name=options["region"] or None,
        client_config=Config(
            s3={"addressing_style": options["addressing"]},
            signature_version="s3v4",
            connect_timeout=connect_seconds,
            read_timeout=read_seconds,
            retries={"total_max_attempts": 1, "mode": "standard"},  # see _retry_delay
        ),
        transfer_config=_transfer_config(),
        file_overwrite=True,
        querystring_auth=False,
        default_acl=None,
        max_memory_size=8 * 1024 * 1024,
    )


def _transfer_config() -> Any:
    """Return how files are moved: in one request, asked once, so that a silent store costs one wait."""
    kind = import_string("boto3.s3.transfer.TransferConfig")
    return kind(multipart_threshold=ONE_REQUEST_BYTES, num_download_attempts=1)


def _retry_delay(attempts: int, response: Any, caught_exception: Any, **_: Any) -> float | None:
    """Return after how long a request is made again: once, when the store refused it at once.

    It is never made again after a timeout: two of them are more than anybody should wait.
    """
    refused = isinstance(caught_exception, EndpointConnectionError)
    busy = response is not None and response[0].status_code in (500, 502, 503)
    return RETRY_SECONDS if attempts == 1 and (refused or busy) else None


def bucket_prepare(bucket: str) -> None:
    """Make the folder, or the bucket on the server, unless it is there. Raises ObsUnwritable."""
    with _told(ObsUnwritable, gettext_noop("The object store refuses the bucket %(path)s."), bucket):
        storage = bucket_storage(bucket)
        if isinstance(storage, FolderStorage):
            Path(storage.location).mkdir(parents=True, exist_ok=True)
            return
        client = storage.connection.meta.client
        try:
            client.head_bucket(Bucket=storage.bucket_name)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                raise
            region = settings.DLF_OBS["region"]
            where = {"LocationConstraint": region} if region and region != "us-east-1" else None
            configuration = {"CreateBucketConfiguration": where} if where else {}
            client.create_bucket(Bucket=storage.bucket_name, **configuration)


def obs_size(path: ObsPath) -> int:
    """Return the bytes of a file. Raises ObsUnreadable."""
    with _reading(path):
        size: int = bucket_storage(path.bucket).size(path.key)
        return size


def obs_fetch(path: ObsPath) -> IO[bytes]:
    """Return a file open to read, seekable. Raises ObsUnreadable when it cannot be opened."""
    with _reading(path):
        file: IO[bytes] = bucket_storage(path.bucket).open(path.key)
        file.seek(0)
        return file


def obs_write(path: ObsPath, content: IO[bytes]) -> None:
    """Write a file whole, instead of one of its name. Raises ObsUnwritable, with the cause if it is known."""
    with _writing(path):
        bucket_storage(path.bucket).save(path.key, File(content, name=path.key))


def obs_write_new(path: ObsPath, content: IO[bytes]) -> bool:
    """Write a file into a folder of its own, or return False when it is taken. Raises as `obs_write`."""
    with _writing(path):
        storage = bucket_storage(path.bucket)
        if isinstance(storage, FolderStorage):
            return storage.save_new(path.key, content)
        return not obs_exists(path) and _put_new(storage, path.key, content)


def _put_new(storage: Any, key: str, content: IO[bytes]) -> bool:
    """Write a file if the server has none of this key, as far as the server can promise that.

    Large files go in parts, and not every server knows conditions: the record of exports gives each
    of them a folder that no other export of this portal has.
    """
    if content.seek(0, SEEK_END) > ONE_REQUEST_BYTES:
        storage.save(key, File(content, name=key))
        return True
    put = partial(
        storage.connection.meta.client.put_object, Bucket=storage.bucket_name, Key=key, Body=content
    )
    content.seek(0)
    try:
        put(IfNoneMatch="*")
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if status in (HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED):
            return False
        if status != HTTPStatus.NOT_IMPLEMENTED:
            raise
        content.seek(0)
        put()
    return True


@contextmanager
def _writing(path: ObsPath) -> Iterator[None]:
    try:
        with _told(ObsUnwritable, gettext_noop("The object store does not take %(path)s."), str(path)):
            yield
    except ObsUnwritable as error:
        raise ObsUnwritable(_why_not(error.__cause__) or error.message, path=str(path)) from error.__cause__


def _why_not(cause: BaseException | None) -> str:
    """Return the message that says why a folder did not take a file, "" where that is not known."""
    match getattr(cause, "errno", None):
        case errno.ENOTDIR | errno.EEXIST:
            return gettext_noop(
                "The object store does not take %(path)s: a file stands where a folder is needed."
            )
        case errno.EISDIR:
            return gettext_noop("The object store does not take %(path)s: a folder has this name.")
        case errno.ENOSPC | errno.EDQUOT:
            return gettext_noop("The object store does not take %(path)s: it is full.")
        case errno.EROFS | errno.EACCES | errno.EPERM:
            return gettext_noop(
                "The object store does not take %(path)s: the portal may not write there. Ask an operator."
            )
    return ""


def obs_delete(path: ObsPath) -> None:
    """Delete a file; one that is gone already is no error. Raises ObsUnwritable."""
    with _told(ObsUnwritable, gettext_noop("The object store does not delete %(path)s."), str(path)):
        bucket_storage(path.bucket).delete(path.key)


def obs_exists(path: ObsPath) -> bool:
    """Return whether a file is seen; a server that lets us write may yet say nothing of what is there.

    Raises ObsUnwritable when the server does not answer at all: the next call would wait in vain too.
    """
    try:
        obs_size(path)
    except ObsUnreadable as error:
        if isinstance(error.__cause__, UNANSWERED):
            raise ObsUnwritable(error.message, **error.params) from error.__cause__
        return False
    return True


def obs_list(folder: ObsPath, most: int) -> list[ObsFile]:
    """Return the files below a folder, or of a whole bucket, at most `most` of them. Raises ObsUnreadable."""
    with _reading(folder):
        storage = bucket_storage(folder.bucket)
        prefix = f"{folder.key}/" if folder.key else ""
        if isinstance(storage, FolderStorage):
            return list(islice(storage.files(prefix), most))
        files = (
            ObsFile(found.key, found.size, found.last_modified)
            for found in storage.bucket.objects.filter(Prefix=prefix)
            if not found.key.endswith("/")  # the mark of a folder, as consoles of clouds make it
        )
        return list(islice(files, most))


@contextmanager
def _reading(path: ObsPath) -> Iterator[None]:
    try:
        with _told(
            ObsUnreadable, gettext_noop("The file %(path)s does not exist or cannot be read."), str(path)
        ):
            yield
    except ObsUnreadable as error:
        if getattr(error.__cause__, "errno", None) not in (errno.ENOSPC, errno.EDQUOT):
            raise
        message = gettext_noop("The file %(path)s cannot be fetched: the disk of the portal is full.")
        raise ObsUnreadable(message, path=str(path)) from error.__cause__


@contextmanager
def _told(kind: type[BadRequest], message: str, path: str) -> Iterator[None]:
    """Turn what a storage raises into an error that names the path and nothing of the server."""
    try:
        yield
    except UNANSWERED as error:
        raise kind(NO_ANSWER, path=path) from error
    except (OSError, ClientError, BotoCoreError, RetriesExceededError, SuspiciousOperation) as error:
        raise kind(message, path=path) from error
