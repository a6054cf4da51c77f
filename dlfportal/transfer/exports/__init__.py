"""Exports: what goes into a package, the package itself, and how it is delivered."""
