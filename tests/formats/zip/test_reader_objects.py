"""The objects of a package: read one at a time, and everything wrong with their documents at once."""

from __future__ import annotations

import io
import json
from collections import Counter
from typing import Any

import pytest

from dlfportal.formats.jsontext import canonical
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import Code
from dlfportal.formats.zip.reader import (
    BadDocuments,
    BadPackage,
    PackageObject,
    open_package,
    package_objects,
    package_take,
)
from tests.formats.archives import Raw, objects_of, opened, packed, raw_zip
from tests.formats.samples import cdm_job, job, script
from tests.memory import takes_less


def read(contents: dict[str, Any]) -> list[PackageObject]:
    """Return the objects of a package; contents that are not bytes are documents."""
    written = {
        path: content if isinstance(content, bytes) else canonical(content)
        for path, content in contents.items()
    }
    return list(package_objects(opened(packed(written))))


def problems(contents: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return (path, code, place) of all that is wrong with the documents of a package."""
    with pytest.raises(BadDocuments) as caught:
        read(contents)
    found = caught.value.problems
    assert all(one.path in str(caught.value) for one in found)
    return [(one.path, one.problem.code, one.problem.where) for one in found]


def test_an_object_is_its_kind_name_cluster_document_and_path() -> None:
    contents = {"jobs/x/myJob.job": job(), "cdms/cdm-1/mysql2hive.json": cdm_job()}
    assert read(contents) == [
        PackageObject(Kind.JOB, "myJob", "", job(), "jobs/x/myJob.job"),
        PackageObject(Kind.CDM_JOB, "mysql2hive", "cdm-1", cdm_job(), "cdms/cdm-1/mysql2hive.json"),
    ]


def test_documents_come_as_they_are() -> None:
    text = b'\xef\xbb\xbf{"later": 1.50, "name":"load", "id": 7, "x": [1e3], "content": "a\\r\\n"}'
    (found,) = read({"load.script": text})
    assert list(found.document) == ["later", "name", "id", "x", "content"]
    assert found.document["content"] == "a\r\n"


@pytest.mark.parametrize("document", [[], 1, None, {}, {"name": 5}, {"name": ""}, {"name": None}])
@pytest.mark.parametrize("path", ["a.job", "a.script", "a.resource", "cdms/c/a.json"])
def test_a_document_without_a_name_bears_that_of_its_entry(path: str, document: Any) -> None:
    (found,) = read({path: document})
    assert (found.name, found.document) == ("a", document)


def test_all_documents_that_cannot_be_read_are_told_at_once() -> None:
    contents = {
        "a.job": b'{"name": "\xff"}',
        "b.job": b"{",
        "load.script": script(),
        "c.job": b'{"name": "c", "name": "c", "x": NaN}',
        "d.script": b"",
        "e.script": b"[" * 200 + b"]" * 200,
    }
    assert problems(contents) == [
        ("a.job", Code.NOT_UTF8, "$"),
        ("b.job", Code.NOT_JSON, "$"),
        ("c.job", Code.REPEATED_KEY, "$.name"),
        ("c.job", Code.NUMBER, "$.x"),
        ("d.script", Code.NOT_JSON, "$"),
        ("e.script", Code.DEPTH, "$" + "[0]" * 100),
    ]


def test_a_thousand_problems_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    package = opened(packed({f"{number}.job": b"[NaN, NaN, NaN]" for number in range(2000)}))
    taken = []
    content = package.packed
    monkeypatch.setattr(package, "packed", lambda entry: (taken.append(entry.path), content(entry))[1])
    with pytest.raises(BadDocuments) as caught:
        list(package_objects(package))
    assert (len(caught.value.problems), len(set(taken))) == (1000, 334)


def test_a_damaged_entry_ends_the_reading_at_once() -> None:
    objects = package_objects(opened(raw_zip(Raw(), Raw("b.job", data=b"\xff"), Raw("c.job"))))
    assert next(objects).name == "a"
    with pytest.raises(BadPackage, match="b.job") as caught:
        next(objects)
    assert not isinstance(caught.value, BadDocuments)


def test_the_document_names_the_object() -> None:
    contents = {
        "out/GEN_myJob_2023010910.job": job(),
        "cdms/c/other.json": cdm_job(),
        "LOAD.script": script(),
        "scripts/load2 (1).script": script(name="load2"),
        "scripts/load3 - 副本.script": script(name="load3"),
    }
    assert [(found.name, found.notes[0].params) for found in read(contents)] == [
        ("myJob", {"entry": "out/GEN_myJob_2023010910.job", "name": "myJob"}),
        ("mysql2hive", {"entry": "cdms/c/other.json", "name": "mysql2hive"}),
        ("load", {"entry": "LOAD.script", "name": "load"}),
        ("load2", {"entry": "scripts/load2 (1).script", "name": "load2"}),
        ("load3", {"entry": "scripts/load3 - 副本.script", "name": "load3"}),
    ]


def test_a_file_name_that_is_the_name_makes_no_note() -> None:
    assert [found.notes for found in read({"a.job": job(name="a"), "b.script": {}})] == [(), ()]


def test_a_name_as_macos_spells_it() -> None:
    (found,) = read({"scripts/cafe\u0301.script": script(name="café")})
    assert found.name == "café"


def test_names_compare_exactly() -> None:
    names = ["\uf900", "\u8c48", "é", "e\u0301", "A", "a"]
    contents = {f"{place}.script": script(name=name, content=name) for place, name in enumerate(names)}
    assert [found.name for found in read(contents)] == names


def test_the_same_object_in_several_entries_comes_once() -> None:
    contents = {
        "jobs/a/load.script": script(),
        "jobs/b/load.script": script(),
        "jobs/c/load.script": json.dumps(script()).encode(),  # only written otherwise
        "jobs/d/load.script": script(id=5, createTime=1),  # only fields that no write keeps
        "jobs/e/load.script": script(id=6),
        "load.script": canonical(script()),
    }
    assert [found.path for found in read(contents)] == ["jobs/a/load.script"]


def test_the_same_object_with_different_documents() -> None:
    contents = {
        "jobs/a/load.script": script(),
        "jobs/b/load.script": script(content="select 2;"),
        "scripts/load.script": script(),
        "jobs/c/load.script": script(content="select 3;"),
    }
    assert problems(contents) == [
        ("jobs/b/load.script", Code.REPEATED_NAME, "$"),
        ("jobs/c/load.script", Code.REPEATED_NAME, "$"),
    ]
    with pytest.raises(
        BadDocuments, match=r"jobs/b/load\.script: .*jobs/a/load\.script holds the same object"
    ):
        read(contents)


def test_the_same_object_under_different_file_names() -> None:
    contents = {"jobs/a/x.script": script(), "jobs/b/y.script": script(), "z.script": script(id=5)}
    assert [(found.name, found.path) for found in read(contents)] == [("load", "jobs/a/x.script")]
    contents["z.script"] = script(content="select 2;")
    with pytest.raises(BadDocuments, match=r"z\.script: .*jobs/a/x\.script holds the same object"):
        read(contents)


def test_different_objects_under_one_file_name() -> None:
    """As tools do that write jobs/a/job.job, jobs/b/job.job."""
    contents = {f"jobs/{name}/job.job": job(name=name) for name in ("a", "b")}
    assert [found.name for found in read(contents)] == ["a", "b"]


def test_documents_without_a_name_are_never_one() -> None:
    found = read({"jobs/a/x.script": b"[1]", "jobs/b/x.script": b"[1]", "y.script": b"[1]"})
    assert [one.path for one in found] == ["jobs/a/x.script", "jobs/b/x.script", "y.script"]


def test_one_name_in_several_kinds_and_clusters() -> None:
    contents = {
        "a.job": job(name="a"),
        "a.script": script(name="a"),
        "cdms/c1/a.json": cdm_job(name="a"),
        "cdms/c2/a.json": cdm_job(name="a", job_type="BATCH_JOB"),
    }
    assert [found.cluster for found in read(contents)] == ["", "", "c1", "c2"]


def test_entries_that_repeat_each_other_are_read_twice_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else many small entries that repeat one large entry would cost their product."""
    contents = {"load.script": script(), **{f"jobs/{n}/load.script": script(id=n) for n in range(50)}}
    package = opened(packed({path: canonical(document) for path, document in contents.items()}))
    taken = []
    content = package.packed
    monkeypatch.setattr(package, "packed", lambda entry: (taken.append(entry.path), content(entry))[1])
    assert len(list(package_objects(package))) == 1
    assert set(Counter(taken).values()) == {2}


def test_entries_of_the_same_bytes_are_taken_once() -> None:
    contents = {f"jobs/{n}/load.script": canonical(script()) for n in range(50)}
    taken: list[str] = []

    def take(found: PackageObject) -> PackageObject:
        taken.append(found.path)
        return found

    assert len(list(package_take(opened(packed(contents)), take, map))) == 1
    assert taken == ["jobs/0/load.script"]


def test_every_entry_with_the_same_fault_is_told() -> None:
    contents = {f"jobs/{n}/load.script": b"{" for n in range(3)}
    assert [path for path, _code, _place in problems(contents)] == list(contents)


def test_memory_holds_one_document() -> None:
    size = 1 << 20
    contents = {f"{number}.script": script(name=str(number), content="x" * size) for number in range(40)}
    file = io.BytesIO(packed({path: canonical(document) for path, document in contents.items()}))

    def read() -> None:
        for found in package_objects(open_package(file)):
            assert len(found.document["content"]) == size

    assert takes_less(read, peak=10 * size)


def test_objects_come_in_archive_order() -> None:
    contents = dict.fromkeys(("b.script", "a.job", "cdms/c/x.json", "c.resource", "a.script"), b"{}")
    assert [found[2] for found in objects_of(packed(contents))] == ["b", "a", "x", "c", "a"]


def test_a_name_of_megabytes_makes_a_short_note() -> None:
    (found,) = read({"scripts/a.script": {"name": "b" * 1_000_000}})
    assert len(str(found.notes)) < 1000
