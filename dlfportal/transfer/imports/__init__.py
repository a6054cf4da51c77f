"""Imports: reading and judging a package, the plan, its application, and the tasks that run it."""
