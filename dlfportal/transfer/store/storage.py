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
from itertools import islice
from pathlib import Path
from typing import IO, Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
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

CONNECT_SECONDS, READ_SECONDS = 5, 20
COPY_BYTES = 1024 * 1024


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
        if any(len(part.encode()) > NAME_BYTES for part in name.split("/")):
            message = gettext_noop(
                "%(path)s: a folder or file has more than %(limit)s bytes in its name (three for a Chinese "
                "character), which this object store cannot keep."
            )
            raise BadObsPath(message, path=name, limit=NAME_BYTES)
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        self.writing.mkdir(parents=True, exist_ok=True)
        content.seek(0)
        with whole_file(target, folder=self.writing, prefix=f"{Path(self.location).name}-") as file:
            while piece := content.read(COPY_BYTES):
                file.write(piece)
        return name

    def size(self, name: str) -> int:
        """Return the bytes of a file. Raises FileNotFoundError; a folder is no file."""
        path = Path(self.path(name))
        if not path.is_file():
            raise FileNotFoundError(name)
        return path.stat().st_size

    def files(self, prefix: str) -> Iterator[ObsFile]:
        """Yield the files whose keys begin with `prefix`, "" or a folder with its slash, in order."""
        folders = [Path(self.path(prefix))]
        while folders and folders[-1].is_dir():
            inner = sorted(folders.pop().iterdir())
            for path in inner:
                if path.is_file():
                    facts, key = path.stat(), path.relative_to(self.location).as_posix()
                    yield ObsFile(key, facts.st_size, datetime.fromtimestamp(facts.st_mtime, UTC))
            folders += [path for path in reversed(inner) if path.is_dir()]


def bucket_storage(bucket: str) -> Any:
    """Return the storage behind a bucket. The S3 client is large: it is loaded only where it is used."""
    options = settings.DLF_OBS
    if not options:
        return FolderStorage(settings.DATA_DIR / "obs" / bucket)
    return import_string(S3_STORAGE)(
        bucket_name=options["prefix"] + bucket,
        endpoint_url=options["endpoint"],
        access_key=options["access_key"] or None,
        secret_key=options["secret_key"] or None,
        region_name=options["region"] or None,
        client_config=_client_config(options["addressing"]),
        file_overwrite=True,
        querystring_auth=False,
        default_acl=None,
        max_memory_size=8 * 1024 * 1024,
    )


def _client_config(addressing: str) -> Config:
    """Return how the S3 client behaves: a store that takes calls and never answers holds nobody up."""
    return Config(
        s3={"addressing_style": addressing},
        signature_version="s3v4",
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"total_max_attempts": 2, "mode": "standard"},
    )


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


@contextmanager
def obs_open(path: ObsPath) -> Iterator[IO[bytes]]:
    """Give a file to read for the time of the block. Raises as `obs_fetch`."""
    with obs_fetch(path) as file:
        yield file


def obs_write(path: ObsPath, content: IO[bytes]) -> None:
    """Write a file whole, instead of one of its name. Raises ObsUnwritable, with the cause if it is known."""
    try:
        with _told(ObsUnwritable, gettext_noop("The object store does not take %(path)s."), str(path)):
            bucket_storage(path.bucket).save(path.key, File(content, name=path.key))
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
        case errno.ENOSPC:
            return gettext_noop("The object store does not take %(path)s: it is full.")
    return ""


def obs_delete(path: ObsPath) -> None:
    """Delete a file; one that is gone already is no error. Raises ObsUnwritable."""
    with _told(ObsUnwritable, gettext_noop("The object store does not delete %(path)s."), str(path)):
        bucket_storage(path.bucket).delete(path.key)


def obs_exists(path: ObsPath) -> bool:
    """Tell whether a file is seen; a server that lets us write may yet tell nothing of what is there."""
    try:
        obs_size(path)
    except ObsUnreadable:
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
    with _told(ObsUnreadable, gettext_noop("The file %(path)s does not exist or cannot be read."), str(path)):
        yield


@contextmanager
def _told(kind: type[BadRequest], message: str, path: str) -> Iterator[None]:
    """Turn what a storage raises into an error that names the path and nothing of the server."""
    try:
        yield
    except (OSError, ClientError, BotoCoreError, RetriesExceededError, SuspiciousOperation) as error:
        raise kind(message, path=path) from error
