"""The addresses of the pages."""

from django.urls import URLPattern, URLResolver, include, path, register_converter

from dlfportal.web.converters import KindConverter
from dlfportal.web.views import (
    access_keys,
    activity,
    bringing,
    bulk,
    compare,
    comparing,
    downloads,
    exports,
    graphs,
    help,
    home,
    imports,
    members,
    moving,
    objects,
    overview,
    plans,
    preferences,
    reviving,
    search,
    selections,
    settings,
    undo,
    workspaces,
)

app_name = "web"

register_converter(KindConverter, "kind")

# /w/<workspace>/<jobs, scripts, resources or cdm-jobs>/; of a CDM job, ?cluster= says which cluster's
kind_pages = [
    path("", objects.list_view, name="list"),
    path("<str:name>/", objects.object_view, name="object"),
    path("<str:name>/document/", downloads.document_view, name="document"),
    path("<str:name>/rename/", moving.RenameView.as_view(), name="rename"),
    path("<str:name>/copy/", moving.CopyView.as_view(), name="copy"),
    path("<str:name>/move/", moving.MoveView.as_view(), name="move"),
    path("<str:name>/restore/", reviving.ReviveView.as_view(), name="revive"),
    path("<str:name>/revisions/<int:number>/", objects.revision_view, name="revision"),
    path("<str:name>/compare/", compare.compare_view, name="compare"),
]

# /activity/ and /w/<workspace>/activity/
activity_pages: list[URLPattern | URLResolver] = [
    path("", activity.activity, name="activity"),
    path("new/", activity.activity_new, name="activity-new"),
    *(
        path(name, activity.activity_file, {"name": name}, name=f"activity-{name.partition('.')[2]}")
        for name in activity.FILES
    ),
]

# /w/<workspace>/
workspace: list[URLPattern | URLResolver] = [
    path("", overview.workspace, name="workspace"),
    path("week/", overview.week_cell, name="week-cell"),
    path("<kind:kind>/", include(kind_pages)),
    path("scripts/<str:name>/download/", downloads.script_text_view, name="script-text"),
    path("jobs/<str:name>/revisions/<int:number>/graph.svg", graphs.graph_svg, name="graph"),
    path("jobs/<str:name>/revisions/<int:number>/nodes/<int:index>/", graphs.node_view, name="node"),
    path("jobs/<str:name>/export/", exports.JobExportView.as_view(), name="job-export"),
    path("graph/", graphs.job_graph, name="job-graph"),
    path("graph/graph.svg", graphs.job_graph_svg, name="job-graph-file"),
    path("compare/", comparing.sides_view, name="comparing"),
    path("compare/pair/", comparing.pair_view, name="comparing-pair"),
    path("compare/read/", comparing.read, name="comparing-read"),
    path("compare/export/", comparing.export, name="comparing-export"),
    path("compare/bring/", bringing.bring, name="comparing-bring"),
    path("activity/", include(activity_pages)),
    path("activity/<int:pk>/", activity.act, name="act"),
    path("export/", exports.ExportView.as_view(), name="export"),
    path("acts/", bulk.begin, name="bulk-begin"),
    path("acts/new/", bulk.BulkView.as_view(), name="bulk-new"),
    path("acts/<str:pk>/", bulk.run_view, name="bulk"),
    path("selections/", selections.selections_view, name="selections"),
    path("selections/new/", selections.SaveView.as_view(), name="selection-new"),
    path("selections/<str:pk>/", selections.SavedView.as_view(), name="selection"),
    path("selections/<str:pk>/delete/", selections.delete, name="selection-delete"),
    path("import/", imports.package, name="import"),
    path("imports/", imports.imports_view, name="imports"),
    path("imports/<str:pk>/", imports.run_view, name="import-run"),
    path("imports/<str:pk>/plan/", plans.PlanView.as_view(), name="import-plan"),
    path("imports/<str:pk>/plan/<int:position>/", plans.item_view, name="import-item"),
    *(
        path(f"imports/<str:pk>/{name}", imports.objects_file, {"name": name}, name=f"import-{name[8:]}")
        for name in imports.FILES
    ),
    path("imports/<str:pk>/undo/", undo.UndoView.as_view(), name="import-undo"),
    path("members/", members.MembersView.as_view(), name="members"),
    path("members/role/", members.role, name="member-role"),
    path("members/remove/", members.remove, name="member-remove"),
    path("exports/", exports.exports_view, name="exports"),
    path("settings/", settings.SettingsView.as_view(), name="settings"),
    path("exports/new/", exports.selection_export, name="export-new"),
    path("exports/folder/", exports.folder, name="export-folder"),
    path("exports/split/", exports.split, name="export-split"),
    path("exports/needs/", exports.needs, name="export-needs"),
    path("exports/needs.csv", exports.needs_file, name="export-needs-file"),
    path("exports/accept/", exports.accept, name="export-accept"),
    path("exports/last/", exports.last, name="export-last"),
    path("exports/<str:pk>/", exports.receipt, name="receipt"),
    path("exports/<str:pk>/again/", exports.again, name="export-again"),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("workspaces/", workspaces.choices, name="workspace-choices"),
    path("search/", search.search, name="search"),
    path("go/", search.go, name="go"),
    path("help/", help.contents, name="help"),
    path("help/<str:key>/", help.topic, name="help-topic"),
    path("activity/", include(activity_pages)),
    path("w/<str:workspace_id>/", include(workspace)),
    path("preferences/", preferences.PreferencesView.as_view(), name="preferences"),
    path("preferences/theme/", preferences.theme, name="theme"),
    path("access-keys/", access_keys.AccessKeysView.as_view(), name="access-keys"),
    path("access-keys/<str:access_key>/revoke/", access_keys.revoke, name="access-key-revoke"),
]
