"""Entry names of honest tools that do not say how they are encoded, or write another slash."""

from __future__ import annotations

import zlib

import pytest

from dlfportal.formats.jsontext import canonical
from dlfportal.formats.zip.objects import GUESSED_CLUSTER
from dlfportal.formats.zip.reader import PackageObject, package_objects
from tests.formats.archives import Raw, opened, raw_zip
from tests.formats.samples import cdm_job


def unflagged(name: str, encoding: str, content: bytes = b"{}") -> Raw:
    return Raw(name.encode(encoding), content=content, flags=0)


def paths(*entries: Raw) -> list[str]:
    return [entry.path for entry in opened(raw_zip(*entries)).entries]


def cdm_jobs(*entries: Raw) -> list[PackageObject]:
    return [found for found in package_objects(opened(raw_zip(*entries))) if found.cluster]


def guesses(found: PackageObject) -> list[object]:
    return [note.params["cluster"] for note in found.notes if note.message == GUESSED_CLUSTER]


def test_unflagged_names_are_read_in_one_way() -> None:
    names = ["jobs/系统.job", "scripts/清洗脚本.script", "scripts/系统_学习.script"]
    assert paths(*(unflagged(name, "utf-8") for name in names)) == names
    assert paths(*(unflagged(name, "gbk") for name in names)) == names
    assert "系统".encode("gbk").decode("utf-8"), "the first name alone is valid in both"


def test_only_unflagged_names_take_part() -> None:
    names = [Raw("scripts/清洗.script"), unflagged("jobs/系统.job", "gbk"), unflagged("jobs/a.job", "gbk")]
    assert paths(*names) == ["scripts/清洗.script", "jobs/系统.job", "jobs/a.job"]


def test_a_name_that_a_tool_added_in_utf8() -> None:
    def extra(name: bytes, text: str) -> bytes:
        field = b"\1" + zlib.crc32(name).to_bytes(4, "little") + text.encode()
        return b"\x75\x70" + len(field).to_bytes(2, "little") + field

    entries = [
        Raw(b"jobs/?.job", flags=0, extra=extra(b"jobs/?.job", "jobs/ü.job")),
        Raw(b"jobs/!.job", flags=0, extra=extra(b"jobs/?.job", "jobs/ü.job")),  # made for another name
        Raw(
            "jobs/系统.job".encode("gbk"),
            flags=0,
            extra=extra("jobs/系统.job".encode("gbk"), "jobs/系统.job"),
        ),
        unflagged("cdms/数据/x.json", "utf-8", canonical(cdm_job())),
    ]
    assert paths(*entries) == ["jobs/ü.job", "jobs/!.job", "jobs/系统.job", "cdms/数据/x.json"]
    assert guesses(*cdm_jobs(*entries)) == []


@pytest.mark.parametrize("name", ["jobs/café.job", "jobs/Привет.job", "jobs/é/ö.job"])
def test_names_of_other_languages_are_utf8(name: str) -> None:
    assert paths(unflagged(name, "utf-8")) == [name]


def test_each_name_is_read_on_its_own_where_nothing_reads_all() -> None:
    entries = [
        unflagged("作业/一.job", "utf-8"),
        unflagged("作业/誠.job", "gbk"),  # its second byte is a backslash
        Raw(b"jobs/\xff\xff.job", flags=0),
    ]
    assert paths(*entries) == ["作业/一.job", "作业/誠.job", "jobs/%FF%FF.job"]


@pytest.mark.parametrize("cluster", ["系统", "数据", "集群_1"])
def test_a_guessed_cluster_is_told(cluster: str) -> None:
    content = canonical(cdm_job())
    (found,) = cdm_jobs(unflagged(f"cdms/{cluster}/x.json", "gbk", content))
    assert found.cluster == cluster
    assert guesses(found) == [cluster]
    (found,) = cdm_jobs(Raw(f"cdms/{cluster}/x.json", content=content))
    assert (found.cluster, guesses(found)) == (cluster, [])


def test_a_cluster_that_needs_no_guess() -> None:
    content = canonical(cdm_job())
    entries = unflagged("jobs/清洗.job", "gbk"), unflagged("cdms/cdm-1/数据.json", "gbk", content)
    (found,) = cdm_jobs(*entries)
    assert (found.cluster, guesses(found)) == ("cdm-1", [])
    (found,) = cdm_jobs(unflagged("cdms/数据/x.json", "utf-8", content))
    assert (found.cluster, guesses(found)) == ("数据", [])


def test_a_cluster_has_one_spelling() -> None:
    content = canonical(cdm_job())
    (found,) = cdm_jobs(*(Raw(f"cdms/{name}/x.json", content=content) for name in ("e\u0301", "é")))
    assert (found.cluster, found.path) == ("é", "cdms/e\u0301/x.json")


def test_backslashes_where_no_name_has_a_slash() -> None:
    names = ["jobs\\a\\a.job", "scripts\\", "cdms\\集群\\x.json", "README.txt"]
    package = opened(raw_zip(*(Raw(name, content=b"" if name.endswith("\\") else b"{}") for name in names)))
    assert [entry.path for entry in package.entries] == ["jobs/a/a.job", "cdms/集群/x.json"]
    assert [entry.name.cluster for entry in package.entries] == ["", "集群"]
    assert package.ignored == ["README.txt"]


def test_backslashes_of_names_in_gbk() -> None:
    assert paths(unflagged("jobs\\誠.job", "gbk")) == ["jobs/誠.job"]
