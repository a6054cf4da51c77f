from __future__ import annotations

import pytest

from dlfportal.formats.unpacking import CHARACTERS, DEVICE_NAME, ENDING, TOO_LONG, TWINS, unpack_faults


def messages(*paths: str) -> list[str]:
    return [fault.message for fault in unpack_faults(paths)]


@pytest.mark.parametrize(
    "path",
    [
        "jobs/myJob.job",
        "jobs/日报.job",
        "scripts/" + "a" * 248 + ".script",
        "jobs/console.job",
        "jobs/acon.job",
        "jobs/com.job",
        "jobs/.hidden.job",
    ],
)
def test_usual_names_can_be_unpacked_everywhere(path: str) -> None:
    assert messages(path) == []


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("scripts/" + "a" * 249 + ".script", TOO_LONG),
        ("jobs/" + "作" * 84 + ".job", TOO_LONG),
        ("jobs/CON.job", DEVICE_NAME),
        ("jobs/nul/nul.job", DEVICE_NAME),
        ("cdms/aux.1/load.json", DEVICE_NAME),
        ("scripts/com1.script", DEVICE_NAME),
        ("scripts/LPT9.x.script", DEVICE_NAME),
        ("cdms/c:1/load.json", CHARACTERS),
        ("cdms/c1/what?.json", CHARACTERS),
        ("jobs/daily./daily..job", ENDING),
        ("cdms/cluster /load.json", ENDING),
    ],
)
def test_a_name_that_a_file_system_cannot_take_is_told(path: str, message: str) -> None:
    assert message in messages(path)


def test_a_name_is_told_once_however_many_entries_are_in_its_folder() -> None:
    assert messages("jobs/con/con.job", "jobs/con/a.script") == [DEVICE_NAME]


@pytest.mark.parametrize(
    ("one", "other"),
    [("jobs/Load.job", "jobs/load.job"), ("cdms/C1/a.json", "cdms/c1/a.json"), ("jobs/é.job", "jobs/É.job")],
)
def test_two_names_that_differ_only_in_case_are_told_together(one: str, other: str) -> None:
    faults = list(unpack_faults([one, "jobs/between.job", other]))
    assert [(fault.message, dict(fault.params)) for fault in faults] == [
        (TWINS, {"entry": other, "other": one})
    ]


def test_equal_names_in_different_folders_are_no_twins() -> None:
    assert messages("jobs/a/load.script", "jobs/b/LOAD.script") == []
