"""Files that stand whole under their name, or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO


@contextmanager
def whole_file(target: Path, *, folder: Path, prefix: str) -> Iterator[IO[bytes]]:
    """Give a file to write `target` to: it takes its name when the block ends well and all is on disk.

    Until then it stands in `folder`, on the same file system, under a name that begins with `prefix`;
    a block that fails leaves nothing of it.
    """
    with NamedTemporaryFile(dir=folder, prefix=prefix, delete=False) as file:
        written = Path(file.name)
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            written.unlink()
            raise
    try:
        written.replace(target)
    except OSError:
        written.unlink()
        raise
