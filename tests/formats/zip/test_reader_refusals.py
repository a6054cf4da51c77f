"""What the zip reader refuses: one reason each, and nothing is read."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib

import pytest

from dlfportal.formats.zip.reader import BadPackage, Limits, open_package
from dlfportal.formats.zip.writer import LARGE, UTF8_NAME, ZIP64_END, ZIP64_LOCATOR, deflate
from tests.formats.archives import CONTENTS, Raw, end_record, opened, packed, patched, raw_zip, zipped
from tests.memory import takes_less

GOOD = packed(CONTENTS)
SEEN = "jobs/a.job"


def refused(data: bytes, reason: str, entry: str | None = None, limits: Limits | None = None) -> None:
    """Opening or reading `data` fails with `reason`, and the message names `entry`."""
    with pytest.raises(BadPackage, match=reason) as caught:
        package = open_package(io.BytesIO(data), limits)
        for found in package.entries:
            package.read(found)
    assert caught.value.params.get("entry") == entry
    assert entry is None or entry in str(caught.value)


def test_the_good_ones_are_good() -> None:
    assert len(opened(GOOD).entries) == len(CONTENTS)
    assert len(opened(raw_zip(Raw(), Raw("jobs/b.job", method=0))).entries) == 2


# Not a whole zip.


@pytest.mark.parametrize(
    "data", [b"", b"PK", b"hello world" * 9, b'{"name": "myJob"}', b"\x1f\x8b" + b"\0" * 99]
)
def test_what_is_no_zip(data: bytes) -> None:
    refused(data, "not a zip")


@pytest.mark.parametrize("cut", [1, 10, 22, 23, 100, len(GOOD) - 30])
def test_a_truncated_package(cut: int) -> None:
    refused(GOOD[:-cut], "cut off")


def test_an_empty_package() -> None:
    refused(packed({}), "is empty")


@pytest.mark.parametrize("end", [{"disk": 1}, {"start": 1}, {"here": 0}, {"here": 2}])
def test_a_split_package(end: dict[str, int]) -> None:
    refused(raw_zip(Raw(), **end), "split zip")


def test_an_entry_on_another_disk() -> None:
    refused(raw_zip(Raw(central={"disk": 1})), "split zip")


@pytest.mark.parametrize("data", [GOOD + b"\0", GOOD + b"x" * 70_000, GOOD + b"\r\n"])
def test_trailing_data(data: bytes) -> None:
    refused(data, "cut off|end is missing")


def test_prepended_data() -> None:
    refused(b"#!/bin/sh\n" + GOOD, "Other bytes stand before")


def test_prepended_data_that_the_offsets_know_of() -> None:
    body = b"MZ" + Raw().local_record()
    directory = Raw().central_record(2)
    refused(body + directory + end_record(1, len(directory), len(body)), "before jobs/a.job", SEEN)


def test_bytes_between_entries() -> None:
    hidden = Raw("jobs/hidden.job").local_record()
    refused(raw_zip(Raw(after=hidden), Raw("jobs/b.job")), "after jobs/a.job", SEEN)
    refused(raw_zip(Raw(after=b"\0" * 16)), "after jobs/a.job", SEEN)


def test_bytes_between_the_directory_and_its_end() -> None:
    data = raw_zip(Raw())
    refused(patched(data, (b"PK\5\6", b"gap!PK\5\6")), "Other bytes")


def test_a_package_with_two_ends() -> None:
    inner = raw_zip(Raw("jobs/b.job"))
    refused(raw_zip(Raw(), comment=inner), "two ends")


@pytest.mark.parametrize(
    "end", [{"count": 2, "here": 2}, {"size": 9999}, {"offset": 9999}, {"size": 10}, {"offset": LARGE}]
)
def test_an_end_that_contradicts_the_directory(end: dict[str, int]) -> None:
    refused(raw_zip(Raw(), **end), "damaged|Other bytes")


def test_a_directory_with_more_than_its_entries() -> None:
    entry = Raw()
    body, directory = entry.local_record(), entry.central_record(0) + b"more"
    refused(body + directory + end_record(1, len(directory), len(body)), "damaged")


@pytest.mark.parametrize("old", [b"PK\1\2", b"PK\3\4"])
def test_damaged_headers(old: bytes) -> None:
    entry = SEEN if old == b"PK\3\4" else None
    refused(patched(raw_zip(Raw()), (old, b"PK??")), "damaged", entry)


def test_damaged_zip64_records() -> None:
    data = raw_zip(Raw())
    place = data.index(b"PK\1\2")
    size = data.index(b"PK\5\6") - place
    record = ZIP64_END.pack(b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, size, place)
    locator = ZIP64_LOCATOR.pack(b"PK\6\7", 0, place + size, 1)
    good = patched(data, (b"PK\5\6", record + locator + b"PK\5\6"))
    assert len(opened(good).entries) == 1
    for old, new in [
        (record, ZIP64_END.pack(b"PK\6\6", 44, 45, 45, 0, 0, 2, 2, size, place)),
        (record, ZIP64_END.pack(b"PK\6\6", 60, 45, 45, 0, 0, 1, 1, size, place)),
        (b"PK\6\6", b"PK\6?"),
        (end_record(1, size, place), end_record(2, size, place)),
        (end_record(1, size, place), end_record(1, size, place - 1)),
        (locator, ZIP64_LOCATOR.pack(b"PK\6\7", 0, place, 1)),
    ]:
        refused(patched(good, (old, new)), "damaged")
    refused(patched(good, (locator, ZIP64_LOCATOR.pack(b"PK\6\7", 1, place + size, 2))), "split zip")


# Too much.


def test_a_package_that_is_too_large() -> None:
    refused(GOOD, "more than 100 bytes", limits=Limits(package_bytes=100))


def test_too_many_entries() -> None:
    refused(GOOD, "5 entries; 4 are allowed", limits=Limits(entries=4))
    refused(packed({f"{number}.txt": b"" for number in range(200_001)}), "200001 entries")


def test_a_directory_that_is_too_large() -> None:
    refused(GOOD, "directory of the package", limits=Limits(directory_bytes=300))


def test_an_entry_that_is_too_large() -> None:
    refused(raw_zip(Raw(content=b" " * 101)), "101 bytes; 100", SEEN, Limits(entry_bytes=100))
    refused(raw_zip(Raw(central={"size": 17 << 20}, local={"size": 17 << 20})), "17825792 bytes", SEEN)


def test_an_entry_that_is_padded_with_data_that_unpacks_to_nothing() -> None:
    padded = b"\0\0\0\xff\xff" * 41 + deflate(b"{}").data
    assert opened(raw_zip(Raw(data=padded))).entries
    refused(raw_zip(Raw(data=padded)), f"{len(padded)} bytes; 100", SEEN, Limits(entry_bytes=100))


def test_a_package_that_unpacks_to_too_much() -> None:
    entries = [Raw(f"jobs/{number}.job", content=b" " * 50) for number in range(3)]
    refused(raw_zip(*entries), "unpacks to 150 bytes; 149", limits=Limits(total_bytes=149))


def test_a_bomb_of_many_entries() -> None:
    content = b"\0" * (16 << 20)
    refused(packed({f"jobs/{number}.job": content for number in range(5)}), "200 times its size")


def test_a_bomb_whose_headers_lie() -> None:
    bomb = raw_zip(Raw(data=deflate(b"\0" * 100_000_000).data))
    assert takes_less(lambda: refused(bomb, "more than it says", SEEN), peak=2_000_000)


def test_entries_that_overlap() -> None:
    kernel = Raw("jobs/kernel.job", content=b"{}" * 100)
    body = kernel.local_record()
    twice = kernel.central_record(0) + Raw("jobs/b.job", content=kernel.content).central_record(0)
    refused(body + twice + end_record(2, len(twice), len(body)), "overlaps", "jobs/kernel.job")


def test_entries_that_quote_each_other() -> None:
    """As in the better zip bombs: the data of an entry is a stored block that quotes the next header."""
    inner = Raw("jobs/b.job", content=b"{}" * 100)
    quoted = inner.local_record()
    block = b"\0" + struct.pack("<2H", len(inner.local_record()) - len(inner.packed_data()), 0)
    content = quoted[: -len(inner.packed_data())] + inner.content
    outer = Raw(content=content, data=block[:3] + struct.pack("<H", 0) + quoted)
    body = outer.local_record()
    directory = outer.central_record(0) + inner.central_record(len(body) - len(quoted))
    refused(body + directory + end_record(2, len(directory), len(body)), "overlaps", SEEN)


# Names.


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "no name"),
        ("/jobs/a.job", "absolute"),
        ("//server/share/a.job", "absolute"),
        ("C:/jobs/a.job", "absolute"),
        ("c:a.job", "absolute"),
        ("../a.job", "leads out"),
        ("jobs/../../a.job", "leads out"),
        ("jobs/..", "leads out"),
        ("..\\a.job", "leads out"),
        ("jobs\\..\\..\\a.job", "leads out"),
        ("\\jobs\\a.job", "absolute"),
        ("\\\\server\\share\\a.job", "absolute"),
        ("C:\\jobs\\a.job", "absolute"),
        ("x/" * 33 + "a.job", "more than 32 folders"),
    ],
)
def test_dangerous_names(name: str, reason: str) -> None:
    refused(raw_zip(Raw(name)), reason, name)


@pytest.mark.parametrize("control", ["\0", "\n", "\r", "\x1b", "\x7f", "\x85"])
def test_control_characters_in_names(control: str) -> None:
    shown = f"jobs/a\\x{ord(control):02x}.job"
    refused(raw_zip(Raw(f"jobs/a{control}.job")), "control characters", shown)


def test_a_name_that_is_too_long() -> None:
    name = "jobs/" + "作" * 2000 + ".job"
    refused(raw_zip(Raw(name)), "more than 4096 bytes", name[:199] + "…")
    refused(raw_zip(Raw()), "more than 9 bytes", SEEN, Limits(name_bytes=9))


def test_names_that_are_not_the_utf8_they_claim_to_be() -> None:
    refused(raw_zip(Raw("作业.job".encode("gbk"))), "not readable text", "作业.job")


def test_a_backslash_where_other_names_have_slashes() -> None:
    refused(raw_zip(Raw(), Raw("jobs\\b.job")), "backslash", "jobs\\b.job")
    refused(raw_zip(Raw("jobs/"), Raw("jobs\\b.job")), "a folder cannot hold data", "jobs/")
    refused(raw_zip(Raw("jobs/..\\..\\b.job")), "backslash", "jobs/..\\..\\b.job")


def test_two_backslash_names_that_are_one_path() -> None:
    refused(raw_zip(Raw("jobs\\a.job"), Raw("jobs\\a.job", flags=0)), "this entry twice", "jobs\\a.job")


def test_a_name_in_no_known_encoding_is_shown_as_far_as_it_goes() -> None:
    refused(raw_zip(Raw(b"jobs/\xff\xff/../a.job", flags=0)), "leads out", "jobs/%FF%FF/../a.job")


@pytest.mark.parametrize("other", [Raw(), Raw(content=b"[]"), Raw(flags=0)])
def test_the_same_entry_twice(other: Raw) -> None:
    refused(raw_zip(Raw(), other), "this entry twice", SEEN)


def test_the_same_name_in_two_encodings() -> None:
    entries = Raw("作业.job"), Raw("作业.job".encode("gbk"), flags=0)
    refused(raw_zip(*entries), "this entry twice", "作业.job")


# Kinds of entry.


@pytest.mark.parametrize(
    "attributes",
    [
        *(
            kind << 16
            for kind in (stat.S_IFLNK | 0o777, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK)
        ),
        stat.S_IFDIR << 16,
        0x400,
    ],
)
def test_links_and_special_files(attributes: int) -> None:
    refused(raw_zip(Raw(attributes=attributes)), "link or a special file", SEEN)


@pytest.mark.parametrize("flag", [1, 1 << 6, 1 << 13])
def test_encrypted_entries(flag: int) -> None:
    refused(raw_zip(Raw(flags=UTF8_NAME | flag)), "is encrypted", SEEN)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_other_than_deflate(method: int) -> None:
    refused(zipped({SEEN: b"{}"}, method), f"method {method} is not supported", SEEN)


# An entry and the directory tell different stories.


@pytest.mark.parametrize(
    "local",
    [
        {"name": b"jobs/b.job"}, {"name": b"jobs/aa.job"}, {"method": 0}, {"flags": 1}, {"crc": 1},
        {"size": 3}, {"packed": 1}, {"size": 0, "packed": 0, "crc": 0},
    ],
)  # fmt: skip
def test_a_header_that_disagrees_with_the_directory(local: dict[str, int]) -> None:
    refused(raw_zip(Raw(local=local)), "disagree", SEEN)


def test_a_name_that_only_one_header_calls_utf8() -> None:
    refused(raw_zip(Raw("作业.job", local={"flags": 0})), "disagree", "作业.job")
    assert opened(raw_zip(Raw(local={"flags": 0}))).entries


def test_a_streamed_header_that_disagrees_with_the_directory() -> None:
    after = struct.pack("<3I", zlib.crc32(b"{}"), len(deflate(b"{}").data), 2)
    assert opened(raw_zip(Raw(flags=8, local={"size": 0}, after=after))).entries
    refused(raw_zip(Raw(flags=8, local={"size": 1}, after=after)), "disagree", SEEN)


@pytest.mark.parametrize("layout", ["<3I", "<I2Q"])
@pytest.mark.parametrize("mark", [b"", b"PK\7\x08"])
def test_a_descriptor_that_disagrees_with_the_directory(layout: str, mark: bytes) -> None:
    unknown = {"size": 0, "crc": 0, "packed": 0}
    right = [zlib.crc32(b"{}"), len(deflate(b"{}").data), 2]
    after = mark + struct.pack(layout, *right)
    assert opened(raw_zip(Raw(flags=8, local=unknown, after=after))).entries
    for place in range(3):
        wrong = [value + (number == place) for number, value in enumerate(right)]
        after = mark + struct.pack(layout, *wrong)
        refused(raw_zip(Raw(flags=8, local=unknown, after=after)), "disagree", SEEN)


def test_a_descriptor_with_another_mark() -> None:
    after = b"PK\7\7" + struct.pack("<3I", zlib.crc32(b"{}"), len(deflate(b"{}").data), 2)
    refused(raw_zip(Raw(flags=8, after=after)), "disagree", SEEN)


def test_a_descriptor_that_is_missing() -> None:
    refused(raw_zip(Raw(flags=8, local={"size": 0, "crc": 0, "packed": 0})), "damaged", SEEN)


def test_a_zip64_size_that_is_missing() -> None:
    refused(raw_zip(Raw(central={"size": LARGE})), "damaged", SEEN)
    refused(raw_zip(Raw(local={"size": LARGE})), "damaged", SEEN)


# Contents.


@pytest.mark.parametrize("method", [0, 8])
def test_a_wrong_checksum(method: int) -> None:
    refused(raw_zip(Raw(method=method, local={"crc": 1}, central={"crc": 1})), "damaged", SEEN)


def test_a_wrong_size() -> None:
    for size, reason in ((1, "more than it says"), (3, "damaged"), (0, "more than it says")):
        refused(raw_zip(Raw(local={"size": size}, central={"size": size})), reason, SEEN)
    refused(raw_zip(Raw(method=0, local={"size": 1}, central={"size": 1})), "damaged", SEEN)


def test_a_stored_entry_with_bytes_behind_its_content() -> None:
    refused(raw_zip(Raw(method=0, data=b"{}hidden")), "damaged", SEEN)


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xff\xff", deflate(b"{}").data[:-1], deflate(b"{}").data + b"x", b"\0" * 70_000]
)
def test_a_damaged_stream(data: bytes) -> None:
    refused(raw_zip(Raw(data=data)), "damaged", SEEN)


def test_bytes_behind_a_long_stream() -> None:
    content = b" " * 65_531
    stream = b"\1" + struct.pack("<2H", len(content), 0xFFFF - len(content)) + content
    assert opened(raw_zip(Raw(content=content, data=stream))).entries
    refused(raw_zip(Raw(content=content, data=stream + b"hidden")), "damaged", SEEN)


def test_a_file_that_shrinks_after_it_was_opened() -> None:
    for method in (0, 8):
        file = io.BytesIO(raw_zip(Raw(method=method)))
        package = open_package(file)
        file.truncate(20)
        with pytest.raises(BadPackage, match="damaged"):
            package.read(package.entries[0])


@pytest.mark.parametrize("folder", [Raw("jobs/", b"hidden", method=0), Raw("jobs/", b"hidden")])
def test_a_folder_that_holds_data(folder: Raw) -> None:
    refused(raw_zip(Raw(SEEN), folder), "a folder cannot hold data", "jobs/")
