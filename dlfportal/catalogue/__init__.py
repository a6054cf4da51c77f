"""The jobs, scripts, resources and CDM jobs: their documents, revisions, versions and references."""
