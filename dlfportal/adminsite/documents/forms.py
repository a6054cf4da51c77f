"""The form of a document: fields for what people change most, and the whole document as JSON.

The JSON is the document; a field that somebody touched is put into it at its place. The same place
touched in both, differently, is refused with both values named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from dlfportal.access.models import Workspace
from dlfportal.adminsite.access import workspace_label
from dlfportal.adminsite.documents.fields import CodeArea, TextValue, Value, unbroken
from dlfportal.adminsite.documents.places import MISSING, Unreachable, read, same, write
from dlfportal.adminsite.documents.problems import ShownProblem, shown_problems
from dlfportal.catalogue.models import Revision
from dlfportal.formats.documents import judge
from dlfportal.formats.jsontext import canonical, parse
from dlfportal.formats.kinds import Kind
from dlfportal.formats.normalise import masked_places
from dlfportal.formats.problems import InvalidDocument, JsonPath, Level, Problem, show_path

Document = dict[str, Any]
SHOWN_CHARACTERS = 60
LEAST_ROWS, MOST_ROWS = 12, 32
MASKED_SHOWN = 20


class Section(NamedTuple):
    """Fields that stand together under a heading, row by row."""

    title: Any
    rows: list[list[forms.BoundField]]


class DocumentForm(forms.Form):
    """Base of the four forms. `places` says where in the document each field's value stands.

    After a successful check `document` is the document to save. `base` is what the form was loaded
    from: revision `expected`, which is `began`, or the starting document of a new object.
    """

    kind: ClassVar[Kind]
    paths: ClassVar[Mapping[str, JsonPath]]
    """Where the values stand in most documents; `places_in` says it for one."""

    fieldsets: ClassVar[Sequence[tuple[Any, Sequence[Any]]]]
    starting: ClassVar[Document]
    emptied_means_absent: ClassVar[frozenset[str]] = frozenset()
    """Fields whose key goes when they are emptied; elsewhere an emptied text stays, as an empty one."""

    status = 200
    """What the answer that shows the form says of the request."""

    json = forms.CharField(
        label=_("JSON"),
        required=False,
        strip=False,
        widget=CodeArea("json"),
    )
    reason = TextValue(
        label=_("Why"), max_length=255, help_text=_("Optional; the history keeps it beside the revision.")
    )
    expected = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    replace = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, base: Document, expected: int | None = None) -> None:
        super().__init__(data)
        self.base = base
        self.places = self.places_in(base)
        self.base_text = canonical(base).decode().rstrip("\n")
        self.document: Any = None
        self.began: Revision | None = None
        self.problems: list[ShownProblem] = []
        self.fields["json"].initial = self.base_text
        lines = self.typed_text.count("\n") + 2
        self.fields["json"].widget.attrs["rows"] = min(max(lines, LEAST_ROWS), MOST_ROWS)
        self.fields["expected"].initial = expected
        for name, path in self.places.items():
            self._value(name).adopt(self._stored(path))

    @classmethod
    def places_in(cls, document: Document) -> Mapping[str, JsonPath]:
        """Return where in `document` each field's value stands."""
        return cls.paths

    def lock(self) -> None:
        """Let the form be read, but nothing in it be changed."""
        for field in self.fields.values():
            field.disabled = True

    @property
    def sections(self) -> list[Section]:
        """The fields of the document as the page shows them; a new object first asks for its workspace."""
        first = [[self["workspace"]]] if "workspace" in self.fields else []
        sections = []
        for title, rows in self.fieldsets:
            named = [(row,) if isinstance(row, str) else row for row in rows]
            sections.append(Section(title, [*first, *([self[name] for name in row] for row in named)]))
            first = []
        return sections

    @property
    def refused_fields(self) -> list[forms.BoundField]:
        """The fields with errors; the JSON only when its errors are not listed by themselves."""
        listed = {"json"} if self.errors_shown else set()
        return [field for field in self if field.errors and field.name not in listed]

    @property
    def masked(self) -> list[str]:
        """Where the document has the place of a secret, whose value is never kept: the first such places."""
        return [show_path(path) for path in islice(masked_places(self.kind, self.base), MASKED_SHOWN)]

    @property
    def replaced(self) -> int | None:
        """The revision that saving replaces: the one confirmed, else the one the edit began from."""
        return self.cleaned_data.get("replace") or self.cleaned_data.get("expected")

    def clean(self) -> Document:
        """Read the JSON and put the touched fields into it."""
        cleaned: Document = self.cleaned_data
        if "json" not in cleaned:
            return cleaned
        try:
            document = parse(self.typed_text)
        except InvalidDocument as error:
            self.refuse(error.problems)
            return cleaned
        if isinstance(document, dict):
            for name in self.touched():
                if name in cleaned:
                    self._put(document, name, cleaned[name])
        self.document = document
        return cleaned

    @property
    def typed_text(self) -> str:
        """The JSON as it stands in the form."""
        text = self.data.get("json") if self.is_bound else None
        return self.base_text if text is None else unbroken(text)

    def touched(self) -> list[str]:
        """Return the fields of the document that somebody changed; one that was not sent is not."""
        return [name for name in self.places if name in self.data and name in self.changed_data]

    def judge(self) -> None:
        """Show everything that is wrong with the document beside what the fields say already."""
        if self.document is not None:
            self.refuse(judge(self.kind, self.document))

    def refuse(self, problems: Sequence[Problem]) -> None:
        """Show the problems above the JSON, at their lines, and errors at the fields they speak of."""
        fields = {path: name for name, path in self.places.items()} | {("cluster",): "cluster"}
        self.show(problems)
        errors = [problem for problem in self.problems if problem.level is Level.ERROR]
        for problem in errors:
            if (name := fields.get(problem.json_path)) and name in self.fields:
                self.add_error(name, problem.message)
        if errors:
            count = len(errors)
            text = ngettext("The document has %(count)s error.", "The document has %(count)s errors.", count)
            self.add_error("json", text % {"count": count})

    def show(self, problems: Sequence[Problem]) -> None:
        """List problems, each with its line in the JSON as it stands in the form."""
        self.problems = shown_problems(problems, self.typed_text)
        lines = {problem.line for problem in self.problems if problem.level is Level.ERROR and problem.line}
        self.fields["json"].widget.attrs["data-error-lines"] = ",".join(map(str, sorted(lines)))

    @property
    def errors_shown(self) -> list[ShownProblem]:
        """The problems that refuse the document."""
        return [problem for problem in self.problems if problem.level is Level.ERROR]

    @property
    def warnings_shown(self) -> list[ShownProblem]:
        """The problems that are only told."""
        return [problem for problem in self.problems if problem.level is Level.WARNING]

    def _value(self, name: str) -> Value:
        field = self.fields[name]
        if not isinstance(field, Value):
            raise TypeError(f"{name} is not a field of a document")
        return field

    def _stored(self, path: JsonPath) -> Any:
        try:
            return read(self.base, path)
        except Unreachable:
            # Something odd stands above the place: the field is shown empty and read-only.
            return {}

    def _put(self, document: Document, name: str, value: Any) -> None:
        path = self.places[name]
        if value == "" and name in self.emptied_means_absent:
            value = MISSING
        try:
            typed, stored = read(document, path), self._stored(path)
            if same(typed, stored) or same(typed, value):
                write(document, path, value)
                return
        except Unreachable:
            text = gettext("The JSON has no room for this at %(path)s.")
            self.add_error(name, text % {"path": show_path(path)})
            return
        text = gettext(
            "This was changed to “%(here)s” here and to “%(there)s” in the JSON (%(path)s); choose one."
        )
        values = {"here": _short(value), "there": _short(typed), "path": show_path(path)}
        self.add_error(name, text % values)


def _short(value: Any) -> str:
    if value is MISSING:
        return ""
    text = value if isinstance(value, str) else canonical(value).decode().strip()
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"


def workspace_field(workspaces: Mapping[str, Workspace], chosen: str) -> forms.ChoiceField:
    """Return the choice of the workspace a new object goes into: those the person may edit."""
    choices = [(pk, workspace_label(workspace)) for pk, workspace in workspaces.items()]
    if len(choices) == 1:
        chosen = choices[0][0]
    else:
        choices.insert(0, ("", "—"))
    return forms.ChoiceField(
        label=_("Workspace"), choices=choices, initial=chosen if chosen in workspaces else None
    )
