"""Putting together the page before a download."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from dlfportal.access import policy
from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.elsewhere import far_named
from dlfportal.catalogue.kinds import KINDS
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.packing import label_of
from dlfportal.catalogue.selectors import ObjectMissing, object_list
from dlfportal.formats.kinds import KIND_OF, Kind
from dlfportal.formats.layout import BATCH_PACKAGE, package_name
from dlfportal.links import export_folder_url, object_url
from dlfportal.transfer.exports.accepting import Acceptance, acceptance_begun, acceptance_of
from dlfportal.transfer.exports.credentials import flagged_objects
from dlfportal.transfer.exports.gaps import DynamicUse, dynamic_uses, unpacking_faults, unused
from dlfportal.transfer.exports.needs import Needs, needs_indexed, needs_of
from dlfportal.transfer.exports.overview import export_overview
from dlfportal.transfer.exports.package import Facts, entry_facts, is_known_ahead, package_head
from dlfportal.transfer.exports.reading import documents_read
from dlfportal.transfer.exports.reasons import reasons_of
from dlfportal.transfer.exports.selection import Contents, Entry, PackageLayout
from dlfportal.transfer.exports.selectors import export_last
from dlfportal.transfer.exports.summary import Summary
from dlfportal.web.pages.exporting.accepting import accept_panel
from dlfportal.web.pages.exporting.asked import NAMED, Asked, known_contents
from dlfportal.web.pages.exporting.needs import need_lines
from dlfportal.web.pages.exporting.options import status_of, tick_of
from dlfportal.web.pages.exporting.page import ExportPage, Numbers
from dlfportal.web.pages.exporting.tree import Group, Row, Tree, far_ones, jobs_named
from dlfportal.web.pages.frame import Frame

ENTRIES_OPEN = 500
"""A package with more entries is shown with its folders closed."""


def export_page(
    actor: Actor, frame: Frame, asked: Asked, params: Mapping[str, str], error: str = ""
) -> ExportPage:
    """Return the page before the download of a selection; of many objects, with the part after `after`."""
    after, find = params.get("after", ""), params.get("find", "").replace("\0", "").strip()
    if is_known_ahead(asked.whole.jobs, asked.whole.others):
        page = _known_page(actor, frame, asked, find)
    else:
        page = _large_page(actor, frame, asked, after, find)
    return replace(
        page,
        last=export_last(actor.user.get_username(), frame.workspace, asked.chosen.selection_id),
        count_shown=params.get("count", "") if error else "",
        error=error,
        reason=params.get("reason", ""),
        find=find,
    )


def _known_page(actor: Actor, frame: Frame, asked: Asked, find: str) -> ExportPage:
    """Return the page of a package that is known before it is made."""
    contents, real = known_contents(actor, frame.workspace, asked)
    facts = entry_facts([*contents.entries, *real.entries])
    is_open = len(contents.entries) <= ENTRIES_OPEN
    counts = Counter(entry.kind for entry in real.entries)
    numbers = Numbers(
        jobs=len(real.jobs),
        files=len(real.entries),
        objects=real.held.total(),
        size=sum(entry.size for entry in real.entries),
        kinds=_kind_counts(counts),
        head=package_head(real, facts),
    )
    if is_open:
        documents = documents_read(contents.entries).documents
        tree = _tree(actor, frame.workspace, asked, contents, real, facts, documents)
        groups = [group for group in tree.groups() if group.matches(find)]
        needs = needs_of(real.entries, documents)
        accept = acceptance_of(real.entries, documents)
    else:
        found = [entry for entry in real.entries if find.casefold() in entry.name.casefold()]
        groups, needs = _closed(frame, asked, found, real.entries), needs_indexed(asked.chosen.resolved)
        accept = acceptance_begun(real.entries, real.held.total())
    page = _page(frame, asked, real, numbers, groups, needs, accept, held=real.held, missing=real.missing)
    return replace(page, is_open=is_open)


def _large_page(actor: Actor, frame: Frame, asked: Asked, after: str, find: str) -> ExportPage:
    """Return the page of a large package: its numbers, and one part of it with the folders closed."""
    chosen, packing = asked.chosen, asked.packing
    found = export_overview(
        actor=actor,
        workspace=frame.workspace,
        jobs=chosen.jobs,
        others=chosen.others,
        after=after,
        status=status_of(packing),
        without=packing.left_out,
        whole=chosen.choice.everything and not packing.without and not packing.submitted,
        find=find,
    )
    summary, part = found.summary, found.part
    groups = _closed(frame, asked, part.entries, part.entries)
    needs = needs_indexed(chosen.resolved)
    missing = (
        summary.missing if packing.depend else [one for one in summary.missing if one.startswith("cdms/")]
    )
    numbers = _numbers(summary, packing.depend)
    going = [entry for entry in part.entries if packing.depend or not entry.is_dependency]
    accept = acceptance_begun(going, _held(summary, packing.depend))
    page = _page(frame, asked, part, numbers, groups, needs, accept, held=summary.held, missing=missing)
    return replace(page, is_open=False, is_part=True, following=found.following)


def _numbers(summary: Summary, depend: bool) -> Numbers:
    files = summary.files if depend else summary.bare
    return Numbers(
        jobs=summary.jobs,
        files=sum(found.count for found in files.values()),
        objects=_held(summary, depend),
        size=sum(found.size for found in files.values()),
        kinds=_kind_counts({kind: found.count for kind, found in files.items()}),
    )


def _held(summary: Summary, depend: bool) -> int:
    """Return how many objects a large package holds."""
    return summary.held.total() if depend else summary.chosen


def _page(
    frame: Frame,
    asked: Asked,
    contents: Contents,
    numbers: Numbers,
    groups: list[Group],
    needs: Needs,
    accept: Acceptance,
    *,
    held: Mapping[Kind, int],
    missing: Sequence[str],
) -> ExportPage:
    """Return a page with what every package says."""
    packing, workspace = asked.packing, frame.workspace
    flagged = flagged_objects(workspace, asked.chosen.resolved, packing.depend, packing.left_out)
    named = list(flagged.order_by("kind", "name")[: NAMED + 1])
    single = asked.layout is PackageLayout.SINGLE
    return ExportPage(
        frame=frame,
        asked=asked,
        file=package_name(asked.chosen.only_job) if single else BATCH_PACKAGE,
        contents=contents,
        numbers=numbers,
        all_missing=missing,
        groups=groups,
        accept=accept_panel(workspace, asked, accept),
        needs=need_lines(needs),
        needs_whole=needs.whole,
        secrets=needs.secrets,
        flagged=[_flagged(found) for found in named[:NAMED]],
        flagged_more=len(named) > NAMED,
        unused=_unused(workspace, held, asked),
        dynamic=[_dynamic_text(use) for use in dynamic_uses(contents)],
        faults=[_(fault.message) % fault.params for fault in unpacking_faults(contents)],
    )


def _tree(
    actor: Actor,
    workspace: Workspace,
    asked: Asked,
    contents: Contents,
    real: Contents,
    facts: Facts,
    documents: Mapping[int, dict[str, object]],
) -> Tree:
    """Return what makes the open groups of a package. As many queries whatever it holds."""
    reasons = reasons_of(contents, documents)
    named = sorted(set(jobs_named(reasons)))
    rows = object_list(workspace, Kind.JOB).filter(name__within=named).order_by()
    return Tree(
        workspace=workspace,
        packing=asked.packing,
        layout=asked.layout,
        contents=contents,
        held={entry.path for entry in real.entries},
        facts=facts,
        reasons=reasons,
        known=set(rows.values_list("name", flat=True)) if named else set(),
        far=far_named(workspace, policy.workspaces_with(actor.user, Right.VIEW), far_ones(reasons)),
    )


def _closed(frame: Frame, asked: Asked, shown: Iterable[Entry], entries: Iterable[Entry]) -> list[Group]:
    """Return the closed folders of jobs, then what was chosen for itself, and what was ticked off."""
    inside = Counter(entry.pulled_by for entry in entries)
    groups, rest = [], []
    for entry in shown:
        if entry.kind is Kind.JOB:
            url = export_folder_url(frame.workspace.pk, asked.chosen.selection_id, entry.name)
            head = _entry_row(frame.workspace, entry)
            groups.append(Group(head, open_url=url, inside=inside[entry.name]))
        elif not entry.pulled_by:
            rest.append(_entry_row(frame.workspace, entry))
    out = [
        Row(kind, label, "", tick=tick_of(kind, label), ticked=False, goes=False, why=_("not ticked"))
        for kind, labels in asked.packing.without.items()
        for label in labels
    ]
    groups += [Group(None, rest)] if rest else []
    return [Group(None, out[:NAMED], is_out=True), *groups] if out else groups


def _entry_row(workspace: Workspace, entry: Entry) -> Row:
    label = label_of(entry.cluster, entry.name)
    url = object_url(workspace.pk, entry.kind, entry.name, entry.cluster)
    return Row(entry.kind, label, url, tick=tick_of(entry.kind, label), size=entry.size)


def folder_of(actor: Actor, workspace: Workspace, asked: Asked, job: str) -> Group:
    """Return the open folder of one job of a package, whose own tick stands elsewhere.

    Raises NotFound if it is not in it.
    """
    alone = replace(
        asked,
        chosen=asked.chosen.narrowed(asked.chosen.jobs.filter(name=job)),
        whole=asked.whole.narrowed(asked.whole.jobs.filter(name=job)),
    )
    contents, real = known_contents(actor, workspace, alone)
    if not contents.jobs:
        raise ObjectMissing(Kind.JOB, job)
    documents = documents_read(contents.entries).documents
    facts = entry_facts(contents.entries)
    group = _tree(actor, workspace, alone, contents, real, facts, documents).groups()[0]
    named = [row.tick for row in group.stays if row.tick]
    inside = set(asked.chosen.jobs.order_by().filter(name__within=named).values_list("name", flat=True))
    head = replace(group.head, tick="") if group.head else None  # a form that has no tick unticks nothing
    return replace(group, head=head, stays=[row for row in group.stays if row.tick not in inside])


def _kind_counts(counts: Mapping[Kind, int]) -> list[tuple[Kind, str, int]]:
    """Return how many files of each kind a package holds, for the kinds of which it has any."""
    return [(kind, spec.plural, counts[kind]) for kind, spec in KINDS.items() if counts.get(kind)]


def _unused(workspace: Workspace, held: Mapping[Kind, int], asked: Asked) -> list[tuple[str, int]]:
    """Return how many objects of each kind a package of all jobs does not have, since no job uses them."""
    choice = asked.chosen.choice
    if not choice.all_jobs or choice.everything or choice.packing.without:
        return []
    return [(KINDS[kind].plural, count) for kind, count in unused(workspace, held)]


def _dynamic_text(use: DynamicUse) -> str:
    text = _("The node %(node)s of the job %(job)s names its %(kind)s by an expression: %(name)s")
    return text % {"node": use.node, "job": use.job, "kind": _(KINDS[use.kind].word), "name": use.name}


def _flagged(found: CatalogueObject) -> Row:
    kind = KIND_OF[found.kind]
    url = object_url(found.workspace_id, kind, found.name, found.cluster)
    return Row(kind, label_of(found.cluster, found.name), url)
