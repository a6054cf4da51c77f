"""The page of a CDM job: where data comes from, where it goes, and the inputs of each side."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dlfportal.formats.documents import CDM_PLACEHOLDER
from dlfportal.formats.shapes import items, objects, part, shown
from dlfportal.web.cdm_words import group_word, setting_word
from dlfportal.web.pages.object import ObjectPage

COLUMN_LIST = "columnList"
"""The input that lists the columns of a side."""


@dataclass(frozen=True, slots=True)
class Input:
    """One setting of a CDM job; `emptied` where a password was."""

    name: str
    value: str

    @property
    def word(self) -> str:
        """Its name in the reader's words, "" where there are none."""
        return setting_word(self.name)

    @property
    def emptied(self) -> bool:
        """Whether the portal keeps a placeholder in place of a secret."""
        return self.value == CDM_PLACEHOLDER


@dataclass(frozen=True, slots=True)
class Config:
    """A named group of settings."""

    name: str
    inputs: list[Input]

    @property
    def word(self) -> str:
        """Its name in the reader's words, "" where there are none."""
        return group_word(self.name)


@dataclass(frozen=True, slots=True)
class Side:
    """Source, destination or driver of a CDM job."""

    label: Promise
    link: str
    connector: str
    configs: list[Config]


@dataclass(frozen=True, slots=True)
class Column:
    """One line of the column mapping: where a value comes from and where it goes."""

    source: str
    destination: str


class CdmJobPage(ObjectPage):
    """A CDM job: its sides beside what every object shows."""

    @property
    def job(self) -> dict[str, Any]:
        """The first job of the body, the one that names it."""
        jobs = items(self.document, "jobs")
        return jobs[0] if jobs and isinstance(jobs[0], dict) else {}

    @property
    def more_jobs(self) -> int:
        """How many further jobs the body holds."""
        return max(0, len(items(self.document, "jobs")) - 1)

    @property
    def source(self) -> Side:
        """Where the data comes from."""
        return self._side(_("From"), "from")

    @property
    def destination(self) -> Side:
        """Where the data goes."""
        return self._side(_("To"), "to")

    @property
    def driver(self) -> Side:
        """How the job runs."""
        return self._side(_("How it runs"), "driver")

    @property
    def ends(self) -> list[Side]:
        """Source and destination."""
        return [self.source, self.destination]

    @property
    def sides(self) -> list[Side]:
        """All three."""
        return [self.source, self.destination, self.driver]

    @property
    def columns(self) -> list[Column]:
        """The column mapping, by place; empty where the job lists no columns."""
        sides = [_column_names(part(self.job, f"{key}-config-values")) for key in ("from", "to")]
        return [Column(*pair) for pair in zip_longest(*sides, fillvalue="")]

    def _side(self, label: Promise, key: str) -> Side:
        values = part(self.job, f"{key}-config-values")
        return Side(
            label=label,
            link=shown(self.job.get(f"{key}-link-name")),
            connector=shown(self.job.get(f"{key}-connector-name")),
            configs=[
                Config(shown(config.get("name")), _inputs(config))
                for config in items(values, "configs")
                if isinstance(config, dict)
            ],
        )


def _inputs(config: dict[str, Any]) -> list[Input]:
    return [
        Input(shown(entry.get("name")), shown(entry.get("value", entry.get("values"))))
        for entry in items(config, "inputs")
        if isinstance(entry, dict)
    ]


def _column_names(values: dict[str, Any]) -> list[str]:
    """Return the columns that a side lists; CDM writes them as one text, parted by `&`."""
    for _place, config in objects(values, "configs"):
        for _place, entry in objects(config, "inputs"):
            if shown(entry.get("name")).rpartition(".")[2] == COLUMN_LIST:
                text = shown(entry.get("value", entry.get("values")))
                return [name.strip() for name in text.split("&")] if text.strip() else []
    return []
