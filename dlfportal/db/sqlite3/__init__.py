"""Django's backend for SQLite, which writes each statement anew in SQLite's own marks only once."""
