"""Which code made a result: all that shapes it, and the libraries that shape it too."""

from __future__ import annotations

import functools
import platform
from importlib import metadata
from pathlib import Path

from ..files import PACKAGE
from ..machine.sources import digest_of

__all__ = ["code_digest"]

#: What reads results and makes none: editing it leaves a folder of runs what it was.
READERS = ("pictures", "evidence", "answers", "faces")
#: The libraries that draw, sum, sort and store what a run leaves.
LIBRARIES = ("numba", "numpy", "pandas", "pyarrow", "scipy")


@functools.cache
def code_digest(package: Path = PACKAGE) -> str:
    """Return the digest of all code that shapes what runs leave behind.

    That is every room up to the studies, what all rooms use, Python's version and those of
    :data:`LIBRARIES`. Rows and manifests carry it: rows of other code are refused, or marked.
    """
    rooms = (path for path in package.iterdir() if path.is_dir() and path.name not in READERS)
    files = [*package.glob("*.py"), *(file for room in rooms for file in room.rglob("*.py"))]
    versions = " ".join(f"{name} {metadata.version(name)}" for name in LIBRARIES)
    return digest_of(package, files, f"{versions} Python {platform.python_version()}")
