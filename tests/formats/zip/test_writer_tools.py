"""Our packages in the hands of other programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from dlfportal.formats.jsontext import canonical
from dlfportal.formats.kinds import Kind
from dlfportal.formats.layout import package_name, single_entry
from dlfportal.formats.zip.writer import ZipEntry, deflate, zip_stream
from tests.formats.samples import cdm_job, example_job, script
from tests.tools import run

JAVA_READER = """
import java.util.zip.*;
public class Read {
    public static void main(String[] args) throws Exception {
        var out = new java.io.PrintStream(System.out, true, "UTF-8");
        try (var zip = new ZipInputStream(new java.io.FileInputStream(args[0]))) {
            for (ZipEntry e; (e = zip.getNextEntry()) != null; )
                out.println(e.getName() + " " + zip.readAllBytes().length);
        }
        try (var zip = new ZipFile(args[0])) { out.println(zip.size()); }
    }
}
"""


def write(path: Path, contents: dict[str, bytes]) -> Path:
    entries = []
    for name, content in contents.items():
        packed = deflate(content)
        entries.append(ZipEntry(name, packed.size, packed.crc32, packed.data))
    path.write_bytes(b"".join(zip_stream(entries)))
    return path


CONTENTS = {
    single_entry(Kind.JOB, "myJob"): canonical(example_job()),
    single_entry(Kind.SCRIPT, "CS_PROCESS_TRIP"): canonical(script(name="CS_PROCESS_TRIP", type="FlinkSQL")),
    single_entry(Kind.SCRIPT, "TRIP_RAW_STANDARD"): canonical(script(name="TRIP_RAW_STANDARD")),
    single_entry(Kind.CDM_JOB, "复制", "集群"): canonical(cdm_job(name="复制")),
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The package of the export example, with a Chinese CDM job besides."""
    return write(tmp_path / package_name("myJob"), CONTENTS)


@pytest.fixture(scope="module")
def large_package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package with so many entries that it needs zip64."""
    contents = {f"jobs/{number}/{number}.job": b"{}\n" for number in range(66_000)}
    return write(tmp_path_factory.mktemp("large") / "jobs.zip", contents)


def test_unzip_reads_it(package: Path, tmp_path: Path) -> None:
    assert "No errors detected" in run("unzip", "-t", str(package))
    assert run("unzip", "-Z1", str(package)).splitlines() == list(CONTENTS)
    run("unzip", "-q", str(package), "-d", str(tmp_path))
    assert {name: (tmp_path / name).read_bytes() for name in CONTENTS} == CONTENTS


def test_bsdtar_reads_it(package: Path) -> None:
    assert run("bsdtar", "-tf", str(package)).splitlines() == list(CONTENTS)
    name = list(CONTENTS)[-1]
    assert run("bsdtar", "-xOf", str(package), name).encode() == CONTENTS[name]


def test_seven_zip_reads_it(package: Path) -> None:
    assert "Everything is Ok" in run("7z", "t", str(package))
    assert all(name in run("7z", "l", "-sccUTF-8", str(package)) for name in CONTENTS)


def test_java_reads_it(package: Path, tmp_path: Path) -> None:
    source = tmp_path / "Read.java"
    source.write_text(JAVA_READER)
    lines = run("java", str(source), str(package)).splitlines()
    assert lines == [*(f"{name} {len(content)}" for name, content in CONTENTS.items()), str(len(CONTENTS))]


@pytest.mark.parametrize("command", [("unzip", "-tq"), ("bsdtar", "-tf"), ("7z", "t"), ("jar", "tf")])
def test_zip64_packages_are_read(large_package: Path, command: tuple[str, ...]) -> None:
    run(*command, str(large_package))
