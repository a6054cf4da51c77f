"""Zips to try the reader on: plain ones by other tools, and hostile ones made byte by byte."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dlfportal.formats.jsontext import canonical
from dlfportal.formats.zip.reader import IncomingPackage, open_package, package_objects
from dlfportal.formats.zip.writer import (
    CENTRAL_HEADER,
    END,
    LOCAL_HEADER,
    UTF8_NAME,
    ZipEntry,
    deflate,
    zip_stream,
)
from tests.formats.samples import cdm_job, example_job, resource, script

CONTENTS = {
    "jobs/myJob.job": canonical(example_job()),
    "scripts/CS_PROCESS_TRIP.script": canonical(script(name="CS_PROCESS_TRIP", type="FlinkSQL")),
    "scripts/行程_标准.script": canonical(script(name="行程_标准")),
    "resources/udf.resource": canonical(resource()),
    "cdms/集群/mysql2hive.json": canonical(cdm_job()),
}


class Unseekable(io.RawIOBase):
    """A pipe: zipfile then writes data descriptors."""

    def __init__(self) -> None:
        self.data = b""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.data += bytes(data)
        return len(data)


def packed(contents: Mapping[str, bytes]) -> bytes:
    """Return the zip our own writer makes of `contents`."""
    entries = []
    for name, content in contents.items():
        kept = deflate(content)
        entries.append(ZipEntry(name, kept.size, kept.crc32, kept.data))
    return b"".join(zip_stream(entries))


def zipped(contents: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED, zip64: bool = False) -> bytes:
    """Return the zip that Python makes of `contents`, with zip64 headers if so wanted."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in contents.items():
            with archive.open(name, "w", force_zip64=zip64) as entry:
                entry.write(content)
    return file.getvalue()


def streamed(contents: Mapping[str, bytes]) -> bytes:
    """Return the zip that Python makes of `contents` when it cannot go back in the file."""
    file = Unseekable()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for name, content in contents.items():
            archive.writestr(name, content)
    return file.data


def opened(data: bytes) -> IncomingPackage:
    """Open `data` as a package."""
    return open_package(io.BytesIO(data))


def contents_of(data: bytes) -> dict[str, bytes]:
    """Return what the reader finds in `data`: path and content of every object's entry."""
    package = opened(data)
    return {entry.path: package.read(entry) for entry in package.entries}


def objects_of(data: bytes) -> list[tuple[str, str, str, bytes]]:
    """Return (kind, cluster, name, canonical document) of every object in `data`."""
    found = package_objects(opened(data))
    return [(str(one.kind), one.cluster, one.name, canonical(one.document)) for one in found]


@dataclass
class Raw:
    """An entry made by hand: `local` and `central` replace header values in one of the two records."""

    name: bytes | str = "jobs/a.job"
    content: bytes = b"{}"
    data: bytes | None = None
    method: int = 8
    flags: int = UTF8_NAME
    attributes: int = 0
    extra: bytes = b""
    local_extra: bytes = b""
    after: bytes = b""
    comment: bytes = b""
    local: dict[str, Any] = field(default_factory=dict)
    central: dict[str, Any] = field(default_factory=dict)

    @property
    def raw_name(self) -> bytes:
        return self.name if isinstance(self.name, bytes) else self.name.encode()

    def values(self) -> dict[str, Any]:
        data = self.packed_data()
        return {
            **{"version": 20, "flags": self.flags, "method": self.method, "crc": zlib.crc32(self.content)},
            **{"packed": len(data), "size": len(self.content), "name": self.raw_name, "disk": 0},
        }

    def packed_data(self) -> bytes:
        if self.data is not None:
            return self.data
        return deflate(self.content).data if self.method == 8 else self.content

    def local_record(self) -> bytes:
        have = {**self.values(), **self.local}
        sizes = (have["crc"], have["packed"], have["size"])
        lengths = (len(have["name"]), len(self.local_extra))
        head = LOCAL_HEADER.pack(
            b"PK\3\4", have["version"], have["flags"], have["method"], 0, 33, *sizes, *lengths
        )
        return head + have["name"] + self.local_extra + self.packed_data() + self.after

    def central_record(self, offset: int) -> bytes:
        have = {**self.values(), "offset": offset, **self.central}
        first = (b"PK\1\2", 3 << 8 | 20, have["version"], have["flags"], have["method"], 0, 33)
        sizes = (have["crc"], have["packed"], have["size"])
        lengths = (len(have["name"]), len(self.extra), len(self.comment))
        last = (have["disk"], 0, self.attributes, have["offset"])
        return CENTRAL_HEADER.pack(*first, *sizes, *lengths, *last) + have["name"] + self.extra + self.comment


def raw_zip(*entries: Raw, comment: bytes = b"", **end: int) -> bytes:
    """Return a zip of entries made by hand; `end` replaces values of the end record."""
    body = directory = b""
    for entry in entries:
        directory += entry.central_record(len(body))
        body += entry.local_record()
    return body + directory + end_record(len(entries), len(directory), len(body), comment, **end)


def end_record(count: int, size: int, offset: int, comment: bytes = b"", /, **end: int) -> bytes:
    """Return the end record of a zip."""
    have = {"disk": 0, "start": 0, "here": count, "count": count, "size": size, "offset": offset, **end}
    return END.pack(b"PK\5\6", *have.values(), len(comment)) + comment


def patched(data: bytes, *changes: tuple[bytes, bytes]) -> bytes:
    """Return `data` with each first found byte string replaced by another, which must be there."""
    for old, new in changes:
        assert old in data
        data = data.replace(old, new, 1)
    return data
