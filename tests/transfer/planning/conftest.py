"""A store of the portal's own for each test."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def folder(settings: object, tmp_path: Path) -> Path:
    """Where the packages that are sent are kept."""
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    settings.DLF_OBS = {}  # type: ignore[attr-defined]
    return tmp_path / "obs" / "dlfportal-uploads"
