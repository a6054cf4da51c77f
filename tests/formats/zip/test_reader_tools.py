"""Packages that other programs made, in our reader."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.formats.archives import CONTENTS, contents_of, opened
from tests.tools import need, run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The contents of a package as files."""
    for name, content in CONTENTS.items():
        path = tmp_path / "package" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "package"


def made(folder: Path, command: str) -> bytes:
    """Run a shell command in `folder` that makes `../made.zip`, and return that file."""
    need(command.split()[0])
    run("sh", "-c", f'cd "$1" && {command}', "sh", str(folder))
    return (folder.parent / "made.zip").read_bytes()


def plain(contents: dict[str, bytes]) -> dict[str, bytes]:
    return {path.removeprefix("./").removeprefix("package/"): content for path, content in contents.items()}


@pytest.mark.parametrize(
    "command",
    [
        "zip -qr ../made.zip .",
        "zip -qr0 ../made.zip jobs scripts resources cdms",
        "zip -qr - . | cat > ../made.zip",
        "zip -qr -fz ../made.zip .",
        "7z a -bd -y ../made.zip .",
        "7z a -bd -y -tzip -mx=9 ../made.zip ../package",
        "bsdtar --format zip -cf ../made.zip .",
        "bsdtar --format zip --options zip:compression=store,zip:zip64 -cf ../made.zip .",
        "jar cfM ../made.zip .",
        "jar cf ../made.zip .",
    ],
)
def test_packages_of_other_programs(folder: Path, command: str) -> None:
    data = made(folder, command)
    assert plain(contents_of(data)) == CONTENTS
    assert [path for path in opened(data).ignored if path != "META-INF/MANIFEST.MF"] == []


def test_streaming_zip_writes_data_descriptors(folder: Path) -> None:
    assert made(folder, "zip -qr - . | cat > ../made.zip").count(b"PK\7\x08") >= len(CONTENTS)


def test_a_link_in_a_package(folder: Path) -> None:
    (folder / "jobs" / "passwords.job").symlink_to("/etc/passwd")
    data = made(folder, "zip -qry ../made.zip .")
    with pytest.raises(Exception, match=r"jobs/passwords\.job: the entry is a link"):
        opened(data)


@pytest.mark.parametrize(
    "command", ["zip -qr -P secret ../made.zip .", "7z a -bd -psecret -mem=AES256 ../made.zip ."]
)
def test_a_package_with_a_password(folder: Path, command: str) -> None:
    with pytest.raises(Exception, match="the entry is encrypted"):
        opened(made(folder, command))


def test_a_split_package(folder: Path) -> None:
    (folder / "noise.bin").write_bytes(b"".join(number.to_bytes(4, "little") for number in range(100_000)))
    with pytest.raises(Exception, match="split zip"):
        opened(made(folder, "zip -qr -0 -s 100k ../made.zip ."))
