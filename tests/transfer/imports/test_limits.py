"""What a package may cost is a setting: each limit refuses what passes it, before anything is unpacked."""

from __future__ import annotations

from typing import Any

import pytest

from dlfportal.formats.zip.limits import BadPackage
from dlfportal.transfer.imports.plan import check_size, package_open
from tests.importing import job, pack, package, script

LONG = "长" * 40


@pytest.mark.parametrize(
    ("limit", "value", "reason"),
    [
        ("package_bytes", 100, "more than 100 bytes"),
        ("total_bytes", 150, "unpacks to"),
        ("entries", 1, "2 entries; 1 are allowed"),
        ("entry_bytes", 100, "scripts/load_sql.script: the entry has"),
        ("name_bytes", 20, "scripts/load_sql.script: the name of the entry has more than 20 bytes"),
        ("folders", 0, "jobs/load.job: the entry is in more than 0 folders"),
    ],
)
def test_a_package_over_a_limit_is_refused(settings: Any, limit: str, value: int, reason: str) -> None:
    file = pack(job(), script(content=LONG))
    package_open(file)
    settings.DLF_IMPORT_LIMITS = {**settings.DLF_IMPORT_LIMITS, limit: value}
    with pytest.raises(BadPackage, match=reason):
        package_open(file)


def test_a_package_that_unpacks_to_many_times_its_size_is_refused(settings: Any) -> None:
    """Asked only of those that unpack to much: here from the first byte on."""
    settings.DLF_IMPORT_LIMITS = {**settings.DLF_IMPORT_LIMITS, "ratio_from": 1}
    file = package({"scripts/blank.script": script("blank", content=" " * 1_000_000)})
    with pytest.raises(BadPackage, match="more than 200 times"):
        package_open(file)
    settings.DLF_IMPORT_LIMITS = {**settings.DLF_IMPORT_LIMITS, "ratio": 2000}
    assert package_open(file).entries


def test_a_file_over_the_limit_is_not_even_fetched(settings: Any) -> None:
    settings.DLF_IMPORT_LIMITS = {**settings.DLF_IMPORT_LIMITS, "package_bytes": 100}
    check_size(100)
    with pytest.raises(BadPackage, match="more than 100 bytes"):
        check_size(101)
