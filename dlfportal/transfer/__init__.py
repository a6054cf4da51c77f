"""Packages: what leaves the portal as a zip, and what comes in."""
