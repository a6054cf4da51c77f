"""Zip packages: the writer, and the reader for archives from anywhere."""
