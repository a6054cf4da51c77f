"""The files of the code editor, Ace, from the package that ships it built: `django_ace`.

The package has the files of all languages and themes, 10 MB; the portal serves what its pages load.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage

PREFIX = "ace"
"""Under which name of the static files they stand."""

LANGUAGES = ("json", "sql", "python", "sh")
"""The languages that the editor colours; `static/js/code-editor.js` loads the one it needs."""


class EditorFinder(BaseFinder):
    """Finds `ace/ace.js`, the style sheet with its pictures, and the languages."""

    def __init__(self, app_names: Any = None) -> None:
        package = find_spec("django_ace")
        if package is None or package.origin is None:
            raise ModuleNotFoundError("django-ace is not installed.")
        self.folder = Path(package.origin).parent / "static" / "django_ace" / "ace"
        self.storage = FileSystemStorage(location=self.folder)
        self.storage.prefix = PREFIX  # type: ignore[attr-defined]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return where a file is, or an empty list."""
        name = path.replace("\\", "/").removeprefix(f"{PREFIX}/")
        found = [str(self.folder / name)] if name != path and name in self._names() else []
        return found[0] if found and not find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """Yield the files that a page may load, each with where it is."""
        for name in self._names():
            if not matches_patterns(name, ignore_patterns or ()):
                yield name, self.storage

    def _names(self) -> Sequence[str]:
        pictures = sorted(f"css/{path.name}" for path in (self.folder / "css").glob("main-*.*"))
        return ("ace.js", "css/ace.css", *pictures, *(f"mode-{name}.js" for name in LANGUAGES))
