"""What is in the entries: files of macOS, other encodings, several CDM jobs in one file."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlfportal.formats.jsontext import canonical
from dlfportal.formats.problems import Code
from dlfportal.formats.zip import objects
from dlfportal.formats.zip.objects import REENCODED
from dlfportal.formats.zip.package import IncomingPackage, open_package
from dlfportal.formats.zip.reader import BadDocuments, BadPackage, Limits, PackageObject, package_objects
from tests.formats.archives import opened, packed
from tests.formats.samples import cdm_job, job, script
from tests.packages import digest_by_hand

APPLE_DOUBLE = b"\0\5\x16\7\0\2\0\0Mac OS X        "


def package(contents: dict[str, Any]) -> IncomingPackage:
    return opened(
        packed({path: one if isinstance(one, bytes) else canonical(one) for path, one in contents.items()})
    )


def read(contents: dict[str, Any]) -> list[PackageObject]:
    return list(package_objects(package(contents)))


def cdm_file(*names: str, **others: Any) -> dict[str, Any]:
    return {"jobs": [cdm_job(name=name)["jobs"][0] for name in names], **others}


WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\\"), min_size=1, max_size=9
)


@given(st.dictionaries(WORDS.filter(lambda word: word.strip(".")), WORDS, max_size=8).filter(bool))
def test_whatever_the_files_are_called_the_documents_count(objects: dict[str, str]) -> None:
    contents = {f"x/{file}.script": script(name=name, content="") for file, name in objects.items()}
    assert {found.name for found in read(contents)} == set(objects.values())


# macOS.


@pytest.mark.parametrize(
    "place", ["jobs/._a.job", "__MACOSX/jobs/._a.job", "__MACOSX/._jobs/a.job", "a/b.job"]
)
def test_apple_double_files_are_known_by_their_content(place: str) -> None:
    contents = {"jobs/a.job": canonical(job(name="a")), place: APPLE_DOUBLE}
    found = package(contents)
    assert [one.path for one in package_objects(found)] == ["jobs/a.job"]
    assert found.ignored == []
    assert found.digest == digest_by_hand({"jobs/a.job": contents["jobs/a.job"]})


@pytest.mark.parametrize("path", ["jobs/._x.job", "__MACOSX/jobs/._x.job", "jobs/__MACOSX/__MACOSX.job"])
def test_a_document_is_an_object_whatever_its_file_is_called(path: str) -> None:
    (found,) = read({path: job(name="__MACOSX")})
    assert (found.name, found.path) == ("__MACOSX", path)


def test_a_hidden_file_that_is_no_document_is_named() -> None:
    found = package({"jobs/a.job": job(name="a"), "__MACOSX/jobs/._a.job": b"", "jobs/._b.job": b"\0\0"})
    assert len(list(package_objects(found))) == 1
    assert found.ignored == ["__MACOSX/jobs/._a.job", "jobs/._b.job"]


def test_files_without_an_object_are_named_however_often_they_repeat() -> None:
    names = ["cdms/c/links.json", "cdms/c/links2.json", "cdms/d/links.json"]
    found = package({"a.job": job(name="a"), **dict.fromkeys(names, {"links": []})})
    assert len(list(package_objects(found))) == 1
    assert found.ignored == names
    assert found.digest == digest_by_hand({"a.job": canonical(job(name="a"))})


def test_a_package_with_nothing_but_files_of_macos() -> None:
    with pytest.raises(BadPackage, match="holds no jobs"):
        read({"jobs/._a.job": APPLE_DOUBLE})


# Encodings.


@pytest.mark.parametrize(
    ("encoding", "shown"), [("gbk", "GBK"), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16")]
)
def test_a_document_in_another_encoding(encoding: str, shown: str) -> None:
    document = script(content="-- 每日销售统计\nselect 1;\n")
    (found,) = read({"load.script": json.dumps(document, ensure_ascii=False).encode(encoding)})
    assert found.document == document
    assert [note.params for note in found.notes if note.message == REENCODED] == [{"encoding": shown}]


def test_equal_documents_in_two_encodings_are_one() -> None:
    text = json.dumps(script(content="-- 每日销售统计"), ensure_ascii=False)
    assert len(read({"a/load.script": text.encode("gbk"), "b/load.script": text.encode()})) == 1


# CDM files.


def test_each_job_of_a_cdm_file_is_an_object() -> None:
    found = read({"cdms/c1/t_a.json": cdm_file("t_a", "t_b", total=2)})
    assert [(one.name, one.cluster, one.place) for one in found] == [("t_a", "c1", 0), ("t_b", "c1", 1)]
    assert [one.document for one in found] == [cdm_file("t_a", total=2), cdm_file("t_b", total=2)]
    assert [list(one.document) for one in found] == [["jobs", "total"]] * 2
    assert [len(one.notes) for one in found] == [0, 1]


def test_a_cdm_file_under_a_top_folder() -> None:
    assert [one.cluster for one in read({"export/CDMS/c/all_20230109.json": cdm_file("a", "b")})] == [
        "c",
        "c",
    ]


def test_a_cdm_job_in_two_files() -> None:
    both = {"cdms/c/all.json": cdm_file("a", "b"), "cdms/c/b.json": cdm_file("b")}
    assert [(one.name, one.path) for one in read(both)] == [
        ("a", "cdms/c/all.json"),
        ("b", "cdms/c/all.json"),
    ]
    assert len(read({**both, "cdms/d/b.json": cdm_file("b")})) == 3
    both["cdms/c/b.json"]["jobs"][0]["job_type"] = "BATCH_JOB"
    with pytest.raises(BadDocuments, match=r"cdms/c/b\.json: .*cdms/c/all\.json holds the same object"):
        read(both)


def test_a_cdm_job_twice_in_one_file() -> None:
    twice = cdm_file("a", "b", "a")
    assert [one.name for one in read({"cdms/c/x.json": twice})] == ["a", "b"]
    twice["jobs"][2]["job_type"] = "BATCH_JOB"
    with pytest.raises(BadDocuments) as caught:
        read({"cdms/c/x.json": twice})
    (found,) = caught.value.problems
    assert (found.problem.code, found.problem.where) == (Code.REPEATED_NAME, "$.jobs[2]")
    assert found.path == "cdms/c/x.json"
    assert found.key[2] == "a"


def test_what_is_no_job_in_a_cdm_file_is_an_object_without_a_name() -> None:
    found = read({"cdms/c/x.json": {"jobs": [{"name": "a"}, 5, {"name": ""}]}})
    assert [(one.name, one.is_named, one.place) for one in found] == [
        ("a", True, 0),
        ("x", False, 1),
        ("x", False, 2),
    ]


@pytest.mark.parametrize("document", [{}, {"jobs": []}, {"jobs": {}}, {"jobs": None}, []])
def test_a_cdm_file_without_jobs(document: Any) -> None:
    (found,) = read({"cdms/c/x.json": document})
    assert (found.is_named, found.document) == (False, document)


def test_a_file_of_cdm_links_holds_no_object() -> None:
    found = package({"cdms/c/links.json": {"links": [{"name": "mysql"}]}, "cdms/c/a.json": cdm_file("a")})
    assert [one.name for one in package_objects(found)] == ["a"]
    assert found.ignored == ["cdms/c/links.json"]
    (both,) = read({"cdms/c/a.json": cdm_file("a", links=[{"name": "mysql"}])})
    assert both.document["links"] == [{"name": "mysql"}]


def test_the_jobs_of_a_cdm_file_are_bounded() -> None:
    most = objects.MOST_CDM_JOBS
    names = [f"{number}" for number in range(most + 1)]
    document = {"jobs": [{"name": name} for name in names]}
    with pytest.raises(BadDocuments, match="10001 CDM jobs; 10000 are allowed"):
        read({"cdms/c/x.json": document})
    assert len(read({"cdms/c/x.json": {"jobs": document["jobs"][1:]}})) == most


def test_what_the_jobs_of_a_cdm_file_share_is_bounded() -> None:
    document = {"jobs": [{"name": f"{number}"} for number in range(2000)], "note": "x" * 10_000}
    with pytest.raises(BadDocuments, match=r"\$\.jobs: Each of the 2000 CDM jobs"):
        read({"cdms/c/x.json": document})


def test_the_objects_of_a_package_are_bounded() -> None:
    data = packed({"cdms/c/x.json": canonical(cdm_file("a", "b", "c"))})
    assert len(list(package_objects(open_package(io.BytesIO(data), Limits(entries=3))))) == 3
    with pytest.raises(BadPackage, match="more than 2 objects"):
        list(package_objects(open_package(io.BytesIO(data), Limits(entries=2))))


def test_the_digest_is_of_the_entries_as_packed() -> None:
    contents = {
        "cdms/c/x.json": canonical(cdm_file("a", "b")),
        "jobs/other.job": canonical(job(name="a")),
        "README": b"",
        "jobs/._other.job": APPLE_DOUBLE,
        "b/other.job": canonical(job(name="a")),
    }
    found = package(contents)
    assert len(list(package_objects(found))) == 3
    del contents["README"], contents["jobs/._other.job"]
    assert found.digest == digest_by_hand(contents)
