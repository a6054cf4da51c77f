"""Errors in the reader's language: the name of the kind is translated with the sentence."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from dlfportal.catalogue.kinds import KINDS
from dlfportal.catalogue.selectors import ObjectMissing
from dlfportal.catalogue.services import NameTaken
from dlfportal.catalogue.texts import error_text
from dlfportal.formats.kinds import Kind

CHINESE = {Kind.JOB: "作业", Kind.SCRIPT: "脚本", Kind.RESOURCE: "资源", Kind.CDM_JOB: "CDM作业"}


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("make", [ObjectMissing, NameTaken])
def test_the_kind_is_named_in_the_language_of_the_reader(make: type[ObjectMissing], kind: Kind) -> None:
    error = make(kind, "load")
    with override("zh-hans"):
        assert CHINESE[kind] in error_text(error)
        assert str(error) == error.message % {"kind": KINDS[kind].word, "name": "load"}
    with override("en"):
        assert error_text(error) == str(error)


def test_headings_are_written_large() -> None:
    with override("en"):
        assert [(spec.label, spec.plural) for spec in KINDS.values()] == [
            ("Job", "Jobs"),
            ("Script", "Scripts"),
            ("Resource", "Resources"),
            ("CDM job", "CDM jobs"),
        ]
