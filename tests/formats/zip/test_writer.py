"""The zip writer, read back by Python, and its sizes and digests."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlfportal.formats.zip.writer import (
    PackageDigest,
    ZipEntry,
    deflate,
    inflate,
    zip_size,
    zip_stream,
)

FOUR_GIB = 1 << 32


def entry(name: str, content: bytes = b"content") -> ZipEntry:
    packed = deflate(content)
    return ZipEntry(name, packed.size, packed.crc32, packed.data)


def size_of(entries: Iterable[ZipEntry]) -> int:
    return zip_size((item.name, len(item.data)) for item in entries)


@given(st.binary(max_size=2000))
def test_what_is_deflated_is_inflated(content: bytes) -> None:
    packed = deflate(content)
    assert packed.sha256 == hashlib.sha256(content).hexdigest()
    assert (packed.size, packed.crc32) == (len(content), zlib.crc32(content))
    assert inflate(packed.data, packed.size) == content
    assert deflate(content) == packed


def test_inflate_refuses_more_or_less_than_the_size() -> None:
    bomb = deflate(b"\0" * 10_000_000)
    for wrong in (0, 9_999_999, 10_000_001):
        with pytest.raises(ValueError, match="size"):
            inflate(bomb.data, wrong)


@pytest.mark.parametrize(
    "damaged", [b"", b"\xff\xff\xff", deflate(b"abc" * 99).data[:-2], deflate(b"a").data + b"x"]
)
def test_inflate_refuses_damaged_streams(damaged: bytes) -> None:
    with pytest.raises(ValueError, match="stored content"):
        inflate(damaged, 1)


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), st.binary(), max_size=8
    )
)
def test_python_reads_every_zip_and_its_size_is_known_before(contents: dict[str, bytes]) -> None:
    contents = {name: content for name, content in contents.items() if "\\" not in name}
    entries = [entry(name, content) for name, content in contents.items()]
    data = b"".join(zip_stream(entries))
    assert len(data) == size_of(entries)
    assert b"".join(zip_stream(entries)) == data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == contents
        assert archive.namelist() == list(contents)


def test_one_piece_per_entry_and_plain_files_of_1980() -> None:
    entries = [entry("jobs/一.job"), entry("scripts/a.script")]
    pieces = list(zip_stream(entries))
    assert [piece[:4] for piece in pieces] == [b"PK\3\4", b"PK\3\4", b"PK\1\2", b"PK\5\6"]
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        for info in archive.infolist():
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
            assert (info.create_system, info.external_attr >> 16) == (3, 0o100644)
            assert info.flag_bits == 1 << 11  # UTF-8 names, no data descriptor
            assert (info.extract_version, info.extra) == (20, b"")


def test_a_zip_without_entries_is_a_zip() -> None:
    data = b"".join(zip_stream([]))
    assert len(data) == zip_size([])
    assert zipfile.ZipFile(io.BytesIO(data)).namelist() == []


def test_entries_are_taken_one_at_a_time() -> None:
    taken = []

    def entries() -> Iterator[ZipEntry]:
        for name in ("a", "b", "c"):
            taken.append(name)
            yield entry(name)

    stream = zip_stream(entries())
    next(stream)
    assert taken == ["a"]


@pytest.mark.parametrize("count", [65_534, 65_535, 70_000])
def test_many_entries_need_zip64(count: int) -> None:
    one = entry("")
    entries = [ZipEntry(f"jobs/{number}.job", one.size, one.crc32, one.data) for number in range(count)]
    data = b"".join(zip_stream(entries))
    assert len(data) == size_of(entries)
    assert (b"PK\6\6" in data[-200:]) == (count >= 65_535)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert len(archive.namelist()) == count
        assert archive.read(f"jobs/{count - 1}.job") == b"content"


class Unstored(io.RawIOBase):
    """A zip of more than 4 GiB whose entries share one content, so only their headers are kept."""

    def __init__(self, pieces: Iterable[bytes], content: bytes) -> None:
        self.content = content
        self.starts: list[tuple[int, bytes]] = []
        self.size = self.place = 0
        for piece in pieces:
            is_entry = piece.endswith(content)
            self.starts.append((self.size, piece[: -len(content)] if is_entry else piece))
            self.size += len(piece)

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.place

    def seek(self, offset: int, whence: int = 0) -> int:
        self.place = offset + (0, self.place, self.size)[whence]
        return self.place

    def read(self, size: int = -1) -> bytes:
        end = self.size if size < 0 else min(self.size, self.place + size)
        result = b""
        for start, head in self.starts:
            for offset, part in ((start, head), (start + len(head), self.content)):
                if part is self.content and not head.startswith(b"PK\3\4"):
                    continue
                low, high = max(self.place, offset), min(end, offset + len(part))
                if low < high:
                    result += part[low - offset : high - offset]
        self.place = end
        return result


def test_offsets_over_four_gib_need_zip64() -> None:
    content = b"\0" * (32 << 20)
    stream = zlib.compressobj(0, zlib.DEFLATED, -15)
    data = stream.compress(content) + stream.flush()
    count = FOUR_GIB // len(data) + 3
    entries = [ZipEntry(f"{number}.bin", len(content), zlib.crc32(content), data) for number in range(count)]
    file = Unstored(zip_stream(entries), data)
    assert file.size == size_of(entries) > FOUR_GIB
    with zipfile.ZipFile(file) as archive:
        infos = archive.infolist()
        assert [info.filename for info in infos] == [item.name for item in entries]
        assert infos[-1].header_offset > FOUR_GIB
        assert (infos[0].extract_version, infos[-1].extract_version) == (20, 45)
        for info in (infos[0], infos[-1]):
            assert archive.read(info) == content


def test_an_entry_of_four_gib_is_refused() -> None:
    with pytest.raises(ValueError, match="4 GiB"):
        list(zip_stream([ZipEntry("a", FOUR_GIB, 0, b"")]))


def test_the_package_digest_is_the_sha256_of_its_lines() -> None:
    digest = PackageDigest()
    digest.add("a" * 64, "jobs/作业.job")
    digest.add("b" * 64, "scripts/x.script")
    lines = f"{'a' * 64} jobs/作业.job\n{'b' * 64} scripts/x.script\n"
    assert digest.hexdigest() == hashlib.sha256(lines.encode()).hexdigest()
