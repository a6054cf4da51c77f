"""What the checks of a workspace's health find, in words: a sentence for each, and why it matters.

And the words of the lists that the overview, and the graph of jobs, lead to.
"""

from __future__ import annotations

from typing import NamedTuple

from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from dlfportal.catalogue.health import Gravity
from dlfportal.catalogue.weeks import Beside, slot_read
from dlfportal.formats.schedules import HOURS


class CheckWords(NamedTuple):
    """`said` follows a number and a kind: "3 jobs" and "have no owner"; `why` says why that matters."""

    said: Promise
    why: Promise


CHECK_WORDS: dict[str, CheckWords] = {
    "missing": CheckWords(
        ngettext_lazy(
            "names something that is not in this workspace",
            "name something that is not in this workspace",
            "count",
        ),
        _("A run stops where a script, resource, CDM job or sub-job is missing; a package lacks it too."),
    ),
    "cycle": CheckWords(
        ngettext_lazy(
            "starts itself through its sub-jobs", "start themselves through their sub-jobs", "count"
        ),
        _("Such a run never ends: each job starts the next one, and the last the first."),
    ),
    "waits": CheckWords(
        ngettext_lazy("waits for a job that does not exist", "wait for a job that does not exist", "count"),
        _("DLF refuses a schedule that waits for an unknown job."),
    ),
    "cron": CheckWords(
        ngettext_lazy(
            "has a cron expression that DLF refuses", "have a cron expression that DLF refuses", "count"
        ),
        _("DLF answers such a job with DLF.3025, and it never starts."),
    ),
    "names": CheckWords(
        ngettext_lazy("has a name that DLF refuses", "have a name that DLF refuses", "count"),
        _("The portal keeps such names, but an import into DataArts is refused."),
    ),
    "ended": CheckWords(
        ngettext_lazy("has a schedule that has ended", "have a schedule that has ended", "count"),
        _("It looks scheduled, but it does not start any more."),
    ),
    "changed": CheckWords(
        ngettext_lazy("changed since it was submitted", "changed since they were submitted", "count"),
        _("An export of the submitted state leaves these changes out."),
    ),
    "owner": CheckWords(
        ngettext_lazy("has no owner", "have no owner", "count"),
        _("Nobody is named who can be asked when it fails."),
    ),
    "credential": CheckWords(
        ngettext_lazy(
            "holds text that looks like a credential", "hold text that looks like a credential", "count"
        ),
        _("It is kept and exported as it stands, for everybody who may see it. Better use a parameter."),
    ),
    "limits": CheckWords(
        ngettext_lazy("is near a limit of DLF", "are near a limit of DLF", "count"),
        _("DLF allows 200 nodes a job, documents of 4 MB and directories 10 levels deep."),
    ),
    "many": CheckWords(
        ngettext_lazy("is near the limit of DLF", "are nearly as many as DLF allows", "count"),
        _("DLF allows 10,000 jobs a workspace."),
    ),
    "same": CheckWords(
        ngettext_lazy(
            "does the same as another one under its own name", "do the same under several names", "count"
        ),
        _("A change in one of them is easily forgotten in the others."),
    ),
    "unused": CheckWords(
        ngettext_lazy("is used by nothing here", "are used by nothing here", "count"),
        _("It may be left over; a job may still name it by an expression."),
    ),
}
"""The words of each check of `catalogue.health`."""

BESIDE_WORDS: dict[Beside, Promise] = {
    Beside.OFTEN: _("start more often than hourly"),
    Beside.QUIET: _("do not start in the coming seven days"),
    Beside.UPCOMING: _("have a schedule that has not begun"),
    Beside.UNKNOWN: _("start at times that the portal cannot work out"),
    Beside.REFUSED: _("have a cron expression that DLF refuses"),
    Beside.OTHER: _("start neither by time nor by event nor by hand"),
}
"""The words of the lists of what the map of a week leaves out."""

TONES = {Gravity.ERROR: "error", Gravity.WARNING: "warning", Gravity.NOTE: "info"}
ICONS = {Gravity.ERROR: "warning", Gravity.WARNING: "edit", Gravity.NOTE: "info"}


def check_said(key: str, count: int) -> str:
    """Return what a check says of so many objects, to follow their number and kind."""
    return str(CHECK_WORDS[key].said % {"count": count})


def narrowed_words(check: str = "", starts: str = "", alone: str = "") -> str:
    """Return what a list is narrowed to by a check, by when jobs start, and to those that stand alone."""
    words = [check_said(check, 2) if check in CHECK_WORDS else gettext("no such check")] if check else []
    words += [_starts(starts)] if starts else []
    words += [gettext("stand alone: no job here points to them, and they point to none")] if alone else []
    return gettext("; ").join(words)


def _starts(starts: str) -> str:
    slot = slot_read(starts)
    if slot is None:
        return gettext("no such hour of the week")
    if slot.beside:
        return str(BESIDE_WORDS[slot.beside])
    hour = slot.cell % HOURS
    values = {
        "day": WEEKDAYS[slot.cell // HOURS],
        "begin": f"{hour:02}:00",
        "end": f"{hour + 1:02}:00",
        "zone": slot.zone,
    }
    said = gettext("start on %(day)s %(begin)s–%(end)s") % values
    return gettext("%(said)s (%(zone)s)") % {"said": said, "zone": slot.zone} if slot.zone else said
