"""A job as a graph: its cards and lines, and where they stand."""
