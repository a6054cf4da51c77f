"""What the zip reader takes: everything that honest tools write."""

from __future__ import annotations

import io
import zipfile
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlfportal.formats.jsontext import canonical
from dlfportal.formats.kinds import Kind
from dlfportal.formats.layout import EntryName, batch_entry, read_entry, single_entry
from dlfportal.formats.zip.reader import BadPackage, Limits, open_package
from dlfportal.formats.zip.writer import LARGE
from dlfportal.sample.loader import sample_objects
from tests.formats.archives import (
    CONTENTS,
    Raw,
    contents_of,
    objects_of,
    opened,
    packed,
    raw_zip,
    streamed,
    zipped,
)
from tests.formats.samples import script


def test_our_own_package() -> None:
    data = packed(CONTENTS)
    assert contents_of(data) == CONTENTS
    package = opened(data)
    assert [entry.path for entry in package.entries] == list(CONTENTS)
    assert [entry.name for entry in package.entries] == [read_entry(path) for path in CONTENTS]
    assert [entry.size for entry in package.entries] == [len(content) for content in CONTENTS.values()]
    assert package.ignored == []


@pytest.mark.parametrize("folder", ["development", "production"])
def test_the_whole_sample_catalogue_in_both_layouts(folder: str) -> None:
    objects = [(found.entry, found.document) for found in sample_objects(folder)]
    assert {entry.kind for entry, _ in objects} == set(Kind)
    single = {
        single_entry(entry.kind, entry.name, entry.cluster): canonical(document)
        for entry, document in objects
    }
    batch = {
        batch_entry(job, entry.kind, entry.name, entry.cluster): canonical(document)
        for entry, document in objects
        for job in ([entry.name] if entry.kind is Kind.JOB else ["one", "two"])
    }
    assert contents_of(packed(single)) == single
    assert contents_of(packed(batch)) == batch
    wanted = [
        (str(entry.kind), entry.cluster, entry.name, canonical(document)) for entry, document in objects
    ]
    assert objects_of(packed(single)) == wanted
    assert objects_of(packed(batch)) == wanted  # shared scripts once


@given(
    st.dictionaries(
        st.tuples(
            st.sampled_from(Kind),
            st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\\"), max_size=20),
        ).filter(lambda key: key[1].strip(".")),
        st.binary(max_size=200),
        max_size=6,
    ).filter(bool)
)
def test_what_the_writer_writes_the_reader_reads(objects: dict[tuple[Kind, str], bytes]) -> None:
    contents = {single_entry(kind, name, "cdm-1"): content for (kind, name), content in objects.items()}
    package = opened(packed(contents))
    assert {entry.path: package.read(entry) for entry in package.entries} == contents
    assert {(entry.name.kind, entry.name.name) for entry in package.entries} == set(objects)


@pytest.mark.parametrize("top", ["export/", "a/b/", "./", ".//x/./"])
def test_a_further_top_folder(top: str) -> None:
    data = packed({top + name: content for name, content in CONTENTS.items()})
    assert [entry.name for entry in opened(data).entries] == [read_entry(path) for path in CONTENTS]


def test_empty_steps_in_a_path_do_not_count() -> None:
    package = opened(packed({"jobs/./a.job": b"{}", "cdms//c/./x.json": b"{}", "cdms/./y.json": b"{}"}))
    names = [EntryName(Kind.JOB, "a"), EntryName(Kind.CDM_JOB, "x", cluster="c")]
    assert [entry.name for entry in package.entries] == names
    assert package.ignored == ["cdms/./y.json"]


def test_missing_folders_and_files_at_the_top() -> None:
    assert opened(packed({"load.script": b"{}"})).entries[0].name == EntryName(Kind.SCRIPT, "load")


def test_directory_entries_are_neither_objects_nor_ignored_files() -> None:
    entries = [Raw("jobs/", content=b"", attributes=0o40755 << 16 | 0x10), Raw()]
    package = opened(raw_zip(*entries, Raw("scripts/", content=b"", method=0)))
    assert [entry.path for entry in package.entries] == ["jobs/a.job"]
    assert package.ignored == []


def test_other_files_are_ignored_unread() -> None:
    inner = packed(CONTENTS)
    broken = Raw("jobs/inner.zip", content=inner, data=b"\xff")
    names = ["README.md", "scripts/load.script.txt", "cdms/x.json", "cdm/c/x.json", "a.resource.json"]
    junk = [
        "jobs/.DS_Store",
        "Thumbs.db",
        "a/desktop.ini",
        "__MACOSX/._jobs",
        "__MACOSX/._.DS_Store",
        "a/Icon\r",
    ]
    package = opened(raw_zip(Raw(), broken, *(Raw(name) for name in names + junk)))
    assert [entry.path for entry in package.entries] == ["jobs/a.job"]
    assert package.ignored == ["jobs/inner.zip", *names]


def test_streamed_packages_with_data_descriptors() -> None:
    data = streamed(CONTENTS)
    assert data.count(b"PK\7\x08") == len(CONTENTS)
    assert contents_of(data) == CONTENTS


def test_a_descriptor_flag_on_a_complete_header() -> None:
    assert contents_of(raw_zip(Raw(flags=8))) == {"jobs/a.job": b"{}"}


def test_stored_entries() -> None:
    assert contents_of(zipped(CONTENTS, zipfile.ZIP_STORED)) == CONTENTS


def test_zip64_headers() -> None:
    data = zipped(CONTENTS, zip64=True)
    assert data.count(b"\1\0\x10\0") == len(CONTENTS)
    assert contents_of(data) == CONTENTS


def test_zip64_sizes_in_the_directory() -> None:
    extra = b"\xca\xfe\2\0??" + b"\1\0\x18\0" + b"".join(number.to_bytes(8, "little") for number in (2, 4, 0))
    entry = Raw(extra=extra, central={"size": LARGE, "packed": LARGE, "offset": LARGE})
    assert contents_of(raw_zip(entry)) == {"jobs/a.job": b"{}"}


@pytest.mark.parametrize("count", [65_534, 65_535, 70_000])
def test_many_entries(count: int) -> None:
    data = packed({f"{number}.job": b"{}" for number in range(count)})
    package = opened(data)
    assert len(package.entries) == count
    assert package.read(package.entries[-1]) == b"{}"


def test_comments() -> None:
    data = raw_zip(Raw(comment=b"made by hand"), comment=b"PK\5\6 and more " * 99)
    assert contents_of(data) == {"jobs/a.job": b"{}"}


def test_entries_in_another_order_than_the_directory() -> None:
    first, second = Raw("jobs/a.job", content=b"[1]"), Raw("jobs/b.job", content=b"[2]")
    data = raw_zip(first, second)
    place = data.index(b"PK\1\2")
    one, two = first.central_record(0), second.central_record(len(first.local_record()))
    swapped = data[:place] + two + one + data[place + len(one) + len(two) :]
    assert list(contents_of(swapped).items()) == [("jobs/b.job", b"[2]"), ("jobs/a.job", b"[1]")]


def test_names_that_only_look_alike_are_different() -> None:
    names = [
        "jobs/é.job",
        "jobs/e\u0301.job",
        "jobs/A.job",
        "jobs/a.job",
        "jobs/\uf900.job",
        "jobs/\u8c48.job",
    ]
    assert list(contents_of(packed(dict.fromkeys(names, b"{}")))) == names


def test_a_small_content_may_compress_a_thousandfold() -> None:
    content = canonical(script(content=" " * (4 << 20)))
    data = packed({"scripts/load.script": content})
    assert len(content) > 900 * len(data)
    assert contents_of(data) == {"scripts/load.script": content}


def test_limits_are_inclusive() -> None:
    data = packed({"a.job": b"12345", "b.job": b"1234"})
    exact = Limits(package_bytes=len(data), entries=2, entry_bytes=5, total_bytes=9, name_bytes=5, folders=0)
    assert len(open_package(io.BytesIO(data), exact).entries) == 2


def test_the_limits_of_what_a_package_unpacks_to_are_inclusive() -> None:
    """One byte more is refused, one byte less would refuse what is allowed."""
    content = b" " * 1000
    data = packed({"a.job": content, "b.job": content})
    few, enough = Fraction(1999, len(data)), Fraction(2000, len(data))

    def taken(**limits: Any) -> bool:
        try:
            return bool(open_package(io.BytesIO(data), Limits(**limits)).entries)
        except BadPackage:
            return False

    assert taken(total_bytes=2000) and not taken(total_bytes=1999)
    assert taken(ratio_from=2000, ratio=1) and not taken(ratio_from=1999, ratio=1)
    assert taken(ratio_from=0, ratio=enough) and not taken(ratio_from=0, ratio=few)
