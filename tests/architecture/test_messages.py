"""The Chinese messages: complete, compiled, up to date, and with the places of the English ones."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path

import pytest

from tests.portal import ROOT
from tests.tools import need, run

FOLDER = Path("dlfportal", "locale", "zh_Hans", "LC_MESSAGES")
PO, MO = ROOT / FOLDER / "django.po", ROOT / FOLDER / "django.mo"
PLACE = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}|</?\w+>")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
THE_SAME = {"API", "DLF Portal", "JSON", "Pipeline", "SQL", "The API", "v%(number)s +%(count)s"}
"""Messages whose Chinese has no Chinese character: names, and words that users say in English."""

Catalogue = dict[str | tuple[str, int], str]


def compiled(path: Path) -> Catalogue:
    """Read a compiled catalogue: each message, or each form of a plural, with its translation."""
    with path.open("rb") as file:
        catalogue: Catalogue = GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    return catalogue


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """The catalogue as `msgfmt` compiles it now."""
    path = tmp_path_factory.mktemp("messages") / "django.mo"
    run("msgfmt", "--check", f"--output-file={path}", str(PO))
    return compiled(path)


def selected(option: str) -> str:
    """Return the messages of the catalogue that `msgattrib` selects; "" if none."""
    return run("msgattrib", option, str(PO))


def message_ids(po: Path) -> set[str]:
    """Return each message of a .po as `msgctxt`, `msgid` and `msgid_plural` write it, the header left out."""
    found: set[str] = set()
    for entry in run("msgcat", "--no-wrap", "--no-location", str(po)).split("\n\n"):
        lines = [line for line in entry.splitlines() if line.startswith(("msgctxt", "msgid"))]
        found.add("\n".join(lines))
    return found - {'msgid ""'}


def pairs(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Yield every message with its translation, the context and the header left out."""
    for key, translated in catalogue.items():
        text = key if isinstance(key, str) else key[0]
        if text:
            yield text.rpartition("\x04")[2], translated


def test_every_message_is_translated() -> None:
    assert selected("--untranslated") == ""
    assert selected("--only-fuzzy") == ""
    assert selected("--only-obsolete") == ""


def test_translations_are_chinese(built: Catalogue) -> None:
    foreign = {text for text, translated in pairs(built) if not CHINESE.search(translated)}
    assert {text for text in foreign if re.search("[A-Za-z]", PLACE.sub("", text))} == THE_SAME


def test_both_languages_have_the_same_places(built: Catalogue) -> None:
    def places(text: str) -> list[str]:
        return sorted(set(PLACE.findall(text)))

    differing = {text: translated for text, translated in pairs(built) if places(text) != places(translated)}
    assert differing == {}


def test_the_compiled_catalogue_is_that_of_the_po(built: Catalogue) -> None:
    assert compiled(MO) == built, "run `make messages`"


def test_the_header_names_the_language_and_nobody() -> None:
    header = dict(line.split(": ", 1) for line in compiled(MO)[""].splitlines() if ": " in line)
    assert header["Language"] == "zh_Hans"
    assert header["Plural-Forms"] == "nplurals=1; plural=0;"
    assert "@" not in PO.read_text(encoding="utf-8").partition("\n\n")[0]
    assert not re.search(r"^#:", PO.read_text(encoding="utf-8"), re.MULTILINE), "no places in the source"


def test_every_marked_string_is_in_the_catalogue_and_no_other(tmp_path: Path) -> None:
    for program in ("xgettext", "msgmerge", "msguniq", "msgattrib", "msgcat"):
        need(program)
    for folder in ("dlfportal", "templates", "static"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "manage.py", tmp_path)
    shutil.rmtree(tmp_path / "dlfportal" / "locale" / "zh_Hans")
    (tmp_path / FOLDER).mkdir(parents=True)
    gather = [sys.executable, "manage.py", "makemessages", "-l", "zh_Hans", "--no-location"]
    settings = {"DJANGO_SETTINGS_MODULE": "dlfportal.settings", "DLF_DATA_DIR": str(tmp_path / "var")}
    environment = os.environ | settings | {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run(gather, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    marked, kept = message_ids(tmp_path / FOLDER / "django.po"), message_ids(PO)
    assert sorted(marked - kept) == [], "run `make messages` and translate"
    assert sorted(kept - marked) == [], "run `make messages`"
