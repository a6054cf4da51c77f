"""The arrows of the house: imports only run downwards (contracts in pyproject.toml)."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from tests.portal import ROOT

LINT = Path(sys.executable).with_name("lint-imports")


def test_imports_only_run_downwards() -> None:
    run = subprocess.run([str(LINT), "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout
    assert "0 broken" in run.stdout


def test_no_import_hides_inside_a_function() -> None:
    hidden = [
        f"{path.relative_to(ROOT)}:{found.lineno}"
        for path in (ROOT / "dlfportal").rglob("*.py")
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        for found in ast.walk(function)
        if isinstance(found, (ast.Import, ast.ImportFrom))
    ]
    assert hidden == []
