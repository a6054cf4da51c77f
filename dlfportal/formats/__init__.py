"""What DLF's files look like. Pure Python: no Django, no database, no HTTP."""
