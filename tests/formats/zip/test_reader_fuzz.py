"""Thousands of damaged packages: the reader gives the objects or says that the package is bad."""

from __future__ import annotations

import io
import random
import struct
import time
import zipfile
from collections.abc import Callable, Iterator

import pytest

from dlfportal.formats.jsontext import canonical
from dlfportal.formats.zip.reader import BadPackage, open_package, package_objects
from tests.formats.archives import CONTENTS, objects_of, opened, packed, streamed, zipped
from tests.memory import takes_less

ROUNDS = 3000
LONGEST = 2.0
LARGEST = 8 << 20

BASES = {
    "ours": packed(CONTENTS),
    "streamed": streamed(CONTENTS),
    "stored": zipped(CONTENTS, zipfile.ZIP_STORED),
    "zip64": zipped(CONTENTS, zip64=True),
}
MARKS = (b"PK\1\2", b"PK\3\4", b"PK\5\6", b"PK\6\6", b"PK\6\7", b"PK\7\x08")
NUMBERS = (0, 1, 8, 20, 0x7FFF, 0xFFFF, 1 << 16, 0x7FFFFFFF, 0xFFFFFFFF)


def flip(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.randint(1, 6)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def cut(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(len(data)) :]


def remove(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    del data[start : start + chance.randint(1, 200)]


def splice(data: bytearray, chance: random.Random) -> None:
    other = BASES[chance.choice(list(BASES))]
    start, place = chance.randrange(len(other)), chance.randrange(len(data))
    data[place:place] = other[start : start + chance.randint(1, 400)]


def swap(data: bytearray, chance: random.Random) -> None:
    first, second = sorted(chance.sample(range(len(data) + 1), 2))
    length = chance.randint(1, 100)
    one, two = data[first : first + length], data[second : second + length]
    data[second : second + length], data[first : first + length] = one, two


def rewrite_header(data: bytearray, chance: random.Random) -> None:
    """Change one number close behind a record's mark: the mutation that goes deepest."""
    mark = chance.choice([mark for mark in MARKS if mark in data] or [bytes(data[:1])])
    places = [place for place in range(len(data)) if data.startswith(mark, place)]
    place = chance.choice(places) + 4 + 2 * chance.randrange(22)
    number = chance.choice([*NUMBERS, chance.randrange(len(data))])
    value = struct.pack("<I", number) if chance.random() < 0.5 else struct.pack("<H", number & 0xFFFF)
    data[place : place + len(value)] = value


def rename(data: bytearray, chance: random.Random) -> None:
    """Change a name alike in both of its records."""
    name = chance.choice(list(CONTENTS)).encode()
    new = bytearray(name)
    new[chance.randrange(len(new))] = chance.randrange(256)
    data[:] = data.replace(name, new)


def rewrite_documents(data: bytearray, chance: random.Random) -> None:
    """Damage documents and pack them well again."""
    contents = {}
    for name, content in CONTENTS.items():
        changed = bytearray(content)
        chance.choice([flip, remove, cut, swap])(changed, chance)
        contents[name] = bytes(changed) if chance.random() < 0.5 else content
    data[:] = packed(contents)


Mutation = Callable[[bytearray, random.Random], None]
MUTATIONS: list[Mutation] = [flip, cut, remove, splice, swap, rewrite_header, rename, rewrite_documents]


def damaged(base: bytes, seed: str) -> Iterator[bytes]:
    chance = random.Random(seed)
    for _ in range(ROUNDS):
        data = bytearray(base)
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            if data:
                chance.choice(MUTATIONS)(data, chance)
        yield bytes(data)


def outcome(data: bytes) -> str:
    """Read everything; anything but BadPackage fails the test."""
    start = time.perf_counter()
    try:
        for found in package_objects(open_package(io.BytesIO(data))):
            canonical(found.document)
            f"{found.kind}{found.cluster}{found.name}{found.path}".encode()
    except BadPackage as bad:
        assert str(bad).encode()
        return type(bad).__name__
    finally:
        assert time.perf_counter() - start < LONGEST
    return "read"


@pytest.mark.parametrize("base", BASES)
def test_damaged_packages_are_read_or_refused(base: str) -> None:
    assert len(objects_of(BASES[base])) == len(CONTENTS)
    seen = [outcome(data) for data in damaged(BASES[base], base)]
    assert {"read", "BadPackage", "BadDocuments"} == set(seen)
    assert seen.count("BadPackage") > ROUNDS / 2


@pytest.mark.parametrize("base", BASES)
def test_what_is_accepted_is_what_others_read(base: str) -> None:
    """A package that looks one way to us and another to a second program would be an attack."""
    accepted = 0
    for data in damaged(BASES[base], f"{base} again"):
        try:
            package = opened(data)
            ours = {entry.member.offset: package.read(entry) for entry in package.entries}
        except BadPackage:
            continue
        try:
            archive = zipfile.ZipFile(io.BytesIO(data))
            known = [info for info in archive.infolist() if info.header_offset in ours]
            theirs = {info.header_offset: archive.read(info) for info in known}
        except NotImplementedError:  # it knows less: a version from the future, say
            continue
        accepted += 1
        assert ours == theirs
    assert accepted > 20


def test_every_cut_and_every_flipped_bit_of_a_small_package() -> None:
    data = packed({"a.job": b"{}"})
    for place in range(len(data)):
        assert outcome(data[:place]) == "BadPackage"
        for bit in range(8):
            flipped = bytearray(data)
            flipped[place] ^= 1 << bit
            outcome(bytes(flipped))


def test_damaged_packages_take_no_memory() -> None:
    packages = list(damaged(BASES["ours"], "memory"))[:300]

    def read() -> None:
        for data in packages:
            outcome(data)

    assert takes_less(read, peak=LARGEST)
