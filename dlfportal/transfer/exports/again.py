"""The same package again: from the revisions that an export noted, whatever became of their objects."""

from __future__ import annotations

from itertools import islice

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.models import Revision
from dlfportal.errors import Conflict, gettext_noop
from dlfportal.formats.kinds import Kind
from dlfportal.formats.layout import read_entry
from dlfportal.transfer.exports.package import Download, package_download
from dlfportal.transfer.exports.packed import entries_read
from dlfportal.transfer.exports.record import Order, PackageHead, Tally
from dlfportal.transfer.exports.selection import LongContents
from dlfportal.transfer.exports.selectors import export_whole
from dlfportal.transfer.models import Export

AGAIN_OF = "again_of"
"""The option of an export that names the one whose package it is."""
OF_ITS_OWN = ("selection_id", "obs_path", "brought")
"""The options that say where somebody took a package from, or to: not of the one who takes it again."""
NAMES_NEEDED = 2
"""So many names say that a package was not of one object."""


class ContentsUnknown(Conflict):
    """What a package held is not known, so it cannot be made again."""


def export_again(*, actor: Actor, workspace: Workspace, pk: str) -> Download:
    """Return the package of an export again, byte for byte; its start is recorded as an export of its own.

    Raises NotFound for an export that is not the workspace's or a workspace that is not the actor's,
    ContentsUnknown for one that broke off too early, django.db.Error when nothing can be recorded.
    """
    first = export_whole(actor=actor, workspace=workspace, pk=pk)
    if not first.contents:
        message = gettext_noop(
            "What the package %(name)s held is not known: the export broke off before that was noted."
        )
        raise ContentsUnknown(message, name=first.name)
    contents = _contents(first)
    head = PackageHead(first.size, first.digest, first.missing) if first.size and first.digest else None
    options = {key: value for key, value in first.options.items() if key not in OF_ITS_OWN}
    options[AGAIN_OF] = first.options.get(AGAIN_OF, first.pk)
    order = Order(actor, workspace, first.name, first.selection, options)
    return package_download(order, Tally(head is not None, contents, picked=True), head)


def _contents(export: Export) -> LongContents:
    """Return what the package held; the names of its jobs are those that its paths have."""
    contents, others = LongContents(missing=export.missing), list[str]()
    for block in entries_read(bytes(export.contents)):
        ids = list({entry.revision_id for entry in block})
        sizes = dict(Revision.objects.filter(pk__within=ids).order_by().values_list("pk", "content__size"))
        names = [read_entry(entry.path) for entry in block]
        contents.jobs.extend([name.name for name in names if name and name.kind is Kind.JOB])
        others += [name.name for name in names if name and len(others) < NAMES_NEEDED]
        for entry in block:
            contents.entries.add(entry.path, entry.revision_id, sizes[entry.revision_id])
    contents.chosen = list(islice(contents.jobs, NAMES_NEEDED)) or others
    return contents
