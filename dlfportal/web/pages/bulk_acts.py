"""The acts on many objects as people meet them: buttons, forms and words. A new one: a row of `SPECS`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from dlfportal.catalogue.acting.asked import Asked, BulkVerb, Done, fits
from dlfportal.catalogue.index import is_tag_word
from dlfportal.catalogue.texts import problem_text
from dlfportal.formats.kinds import Kind
from dlfportal.web.pages.moving import MoveForm

SEPARATORS = re.compile(r"[,，;；\n]+")


class CommentForm(forms.Form):
    """What a person says of the versions that a submit makes."""

    comment = forms.CharField(
        label=_("Comment"),
        max_length=128,
        required=False,
        help_text=_("Kept with each of the versions."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class FolderForm(MoveForm):
    """The folder that many objects go to: none stands for the top, so it has to be given."""

    directory = forms.CharField(
        label=_("Folder"),
        max_length=500,
        help_text=_(
            "Such as /retail/ods, or / for the top. A folder that is not there yet begins with these."
        ),
        widget=forms.TextInput(attrs={"list": "known", "autocomplete": "off", "spellcheck": "false"}),
    )


class TagsForm(forms.Form):
    """Tags to add to many jobs, and to take away from them."""

    add = forms.CharField(
        label=_("Tags to add"),
        max_length=2000,
        required=False,
        help_text=_("Several are separated by commas."),
        widget=forms.TextInput(attrs={"list": "known", "autocomplete": "off", "spellcheck": "false"}),
    )
    remove = forms.CharField(
        label=_("Tags to take away"),
        max_length=2000,
        required=False,
        help_text=_("Several are separated by commas."),
        widget=forms.TextInput(attrs={"list": "known", "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """Return the tags as lists, if there are any and none is both added and taken away."""
        given = {name: _words(str(self.cleaned_data.get(name, ""))) for name in ("add", "remove")}
        if not self.errors and not (given["add"] or given["remove"]):
            self.add_error("add", gettext("Name a tag to add or to take away."))
        if both := set(given["add"]) & set(given["remove"]):
            text = gettext("%(tag)s is to be added and taken away: choose one.")
            self.add_error("remove", text % {"tag": min(both)})
        if long := [tag for tags in given.values() for tag in tags if not is_tag_word(tag)]:
            self.add_error("add", gettext("%(tag)s… is too long for a tag.") % {"tag": long[0][:40]})
        return {**self.cleaned_data, **given}


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for part in SEPARATORS.split(text) if (word := part.strip())))


@dataclass(frozen=True, slots=True)
class ActSpec:
    """How an act on many objects is called, the form of what it takes, and what happens then.

    `label` is that of the button in a list.
    """

    label: Promise
    icon: str
    lead: Promise
    form: type[forms.Form] = forms.Form
    danger: bool = False


SPECS: Mapping[BulkVerb, ActSpec] = {
    BulkVerb.SUBMIT: ActSpec(
        _("Submit"),
        "check",
        _("The newest revision of each becomes its next version, which exports of submitted versions take."),
        CommentForm,
    ),
    BulkVerb.TAG: ActSpec(
        _("Tag"),
        "edit",
        _("The tags of each job are changed, and nothing else of it. Each that changes gets a revision."),
        TagsForm,
    ),
    BulkVerb.MOVE: ActSpec(
        _("Move to folder"),
        "folder",
        _("Only the folder changes: names, and with them all that points here, stay."),
        FolderForm,
    ),
    BulkVerb.DELETE: ActSpec(
        _("Delete"),
        "trash",
        _("The names become free again. The histories stay: a new object of the name takes its own up."),
        danger=True,
    ),
}


def act_title(verb: BulkVerb, count: int) -> str:
    """Return what the page of an act on so many objects is called."""
    text = {
        BulkVerb.SUBMIT: ngettext("Submit %(count)s object", "Submit %(count)s objects", count),
        BulkVerb.TAG: ngettext("Tag %(count)s object", "Tag %(count)s objects", count),
        BulkVerb.MOVE: ngettext("Move %(count)s object", "Move %(count)s objects", count),
        BulkVerb.DELETE: ngettext("Delete %(count)s object", "Delete %(count)s objects", count),
    }[verb]
    return text % {"count": f"{count:,}"}


def acts_for(kind: Kind) -> list[tuple[BulkVerb, ActSpec]]:
    """Return what can be done with the objects of a list of this kind."""
    return [(verb, spec) for verb, spec in SPECS.items() if fits(verb, kind)]


def asked_of(verb: BulkVerb, form: forms.Form) -> Asked:
    """Return what a form that is valid asks for."""
    data = form.cleaned_data
    return Asked(
        verb,
        folder=data.get("directory", ""),
        add=data.get("add", ()),
        remove=data.get("remove", ()),
        comment=data.get("comment", ""),
    )


def done_text(verb: BulkVerb, done: Done) -> str:
    """Return what an act did, as a sentence or two."""
    return result_text(verb, done.changed, done.same, done.unfit)


def warnings_of(done: Done) -> list[str]:
    """Return what DLF may not like of it."""
    return [problem_text(problem) for problem in done.warnings]


def result_text(verb: BulkVerb, changed: int, same: int, unfit: int) -> str:
    """Return how many objects changed, and why others did not."""
    told = {
        BulkVerb.SUBMIT: ngettext("%(count)s was submitted.", "%(count)s were submitted.", changed),
        BulkVerb.TAG: ngettext(
            "The tags of %(count)s were changed.", "The tags of %(count)s were changed.", changed
        ),
        BulkVerb.MOVE: ngettext("%(count)s was moved.", "%(count)s were moved.", changed),
        BulkVerb.DELETE: ngettext("%(count)s was deleted.", "%(count)s were deleted.", changed),
    }[verb]
    parts = [told % {"count": f"{changed:,}"}] if changed else [gettext("Nothing changed.")]
    if same:
        text = ngettext("%(count)s was so already.", "%(count)s were so already.", same)
        parts.append(text % {"count": f"{same:,}"})
    if unfit:
        text = ngettext(
            "%(count)s stayed: this is not for its kind.",
            "%(count)s stayed: this is not for their kinds.",
            unfit,
        )
        parts.append(text % {"count": f"{unfit:,}"})
    return " ".join(parts)
