"""The addresses of the pages."""

from django.urls import URLPattern, URLResolver, include, path

from dlfportal.web.views import details, exports, home, lists

app_name = "web"

# /w/<workspace>/jobs/
jobs = [
    path("", lists.JobListView.as_view(), name="job-list"),
    path("<str:name>/", details.JobDetailView.as_view(), name="job-detail"),
    path("<str:name>/export/", exports.JobExportView.as_view(), name="job-export"),
    path(
        "<str:name>/revisions/<int:number>/",
        details.JobRevisionView.as_view(),
        name="job-revision",
    ),
]

# /w/<workspace>/scripts/
scripts = [
    path("", lists.ScriptListView.as_view(), name="script-list"),
    path("<str:name>/", details.ScriptDetailView.as_view(), name="script-detail"),
    path(
        "<str:name>/revisions/<int:number>/",
        details.ScriptRevisionView.as_view(),
        name="script-revision",
    ),
]

# /w/<workspace>/resources/
resources = [
    path("", lists.ResourceListView.as_view(), name="resource-list"),
    path("<str:name>/", details.ResourceDetailView.as_view(), name="resource-detail"),
    path(
        "<str:name>/revisions/<int:number>/",
        details.ResourceRevisionView.as_view(),
        name="resource-revision",
    ),
]

# /w/<workspace>/cdm-jobs/, where ?cluster= says which cluster's
cdm_jobs = [
    path("", lists.CdmJobListView.as_view(), name="cdm-job-list"),
    path("<str:name>/", details.CdmJobDetailView.as_view(), name="cdm-job-detail"),
    path(
        "<str:name>/revisions/<int:number>/",
        details.CdmJobRevisionView.as_view(),
        name="cdm-job-revision",
    ),
]

# /w/<workspace>/
workspace: list[URLPattern | URLResolver] = [
    path("", home.workspace, name="workspace"),
    path("jobs/", include(jobs)),
    path("scripts/", include(scripts)),
    path("resources/", include(resources)),
    path("cdm-jobs/", include(cdm_jobs)),
    path("export/", exports.ExportView.as_view(), name="export"),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("help/", home.help_page, name="help"),
    path("w/<str:workspace_id>/", include(workspace)),
]
