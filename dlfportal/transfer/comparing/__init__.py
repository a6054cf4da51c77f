"""Comparing with packages, and reading many pairs by a worker."""
