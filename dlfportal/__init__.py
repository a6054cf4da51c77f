"""DLF Portal: keep, browse, edit, export and import DataArts Factory jobs."""
