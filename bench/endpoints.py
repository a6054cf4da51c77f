"""The portal's addresses, and beside them the floors and the streams of a whole workspace."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import Any

from django.http import StreamingHttpResponse
from django.urls import include, path
from rest_framework.request import Request

from bench.floors import BYTES, ConstantView, FloorView, TokenView, constant, constant_for_people
from dlfportal.access.models import Workspace
from dlfportal.api.base import WireView
from dlfportal.catalogue.models import CatalogueObject, Revision
from dlfportal.catalogue.selectors import object_list
from dlfportal.formats.kinds import Kind
from dlfportal.formats.zip.writer import inflate
from dlfportal.transfer.exports.delivery import package_response
from dlfportal.transfer.exports.package import ENTRIES_A_READ, export_jobs

handler404 = "dlfportal.handlers.page_not_found"
handler500 = "dlfportal.handlers.server_error"


class ManyView(WireView):
    """Streams of a whole workspace: the export, the read alone, and stdlib's zipfile."""

    def post(self, request: Request, workspace_id: str, how: str) -> Any:
        workspace = Workspace.objects.get(pk=workspace_id)
        if how == "export":
            jobs = object_list(workspace, Kind.JOB)
            how_chosen = {"all": True}  # as the pages and the command say it
            return package_response(
                export_jobs(actor=self.actor, workspace=workspace, jobs=jobs, selection=how_chosen)
            )
        rows = _read(workspace)
        stream = (row[4] for row in rows) if how == "read" else _stdlib_zip(rows)
        return StreamingHttpResponse(stream, content_type=BYTES)


def _read(workspace: Workspace) -> Iterator[tuple[Any, ...]]:
    """Yield the rows an export of the workspace reads, in its chunks and nothing else."""
    pks = list(
        CatalogueObject.objects.filter(workspace=workspace).order_by("pk").values_list("revision", flat=True)
    )
    columns = ("pk", "content__sha256", "content__size", "content__crc32", "content__data")
    for start in range(0, len(pks), ENTRIES_A_READ):
        chunk = pks[start : start + ENTRIES_A_READ]
        yield from Revision.objects.filter(pk__in=chunk).order_by().values_list(*columns)


class _Pipe:
    """A file that zipfile can stream into: it keeps what was written until it is taken."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass

    def take(self) -> bytes:
        data = b"".join(self.pieces)
        self.pieces.clear()
        return data


def _stdlib_zip(rows: Iterator[tuple[Any, ...]]) -> Iterator[bytes]:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:  # type: ignore[call-overload]
        for number, row in enumerate(rows):
            archive.writestr(f"entry{number}", inflate(bytes(row[4]), row[2]))
            yield pipe.take()
    yield pipe.take()


urlpatterns = [
    path("bench/constant/<int:size>", constant),
    path("bench/signed-in/<int:size>", constant_for_people),
    path("bench/drf/<int:size>", ConstantView.as_view()),
    path("bench/token/<int:size>", TokenView.as_view()),
    path("bench/floor/<int:size>", FloorView.as_view()),
    path("bench/many/<str:workspace_id>/<str:how>", ManyView.as_view()),
    path("", include("dlfportal.urls")),
]
