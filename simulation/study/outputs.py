"""What commands write into folders: one writer at a time, and nothing that was there is lost.

A :class:`Outputs` is to tables, figures and pages what a :class:`~simulation.study.store.Store` is
to runs: it takes the folder's lock, refuses a folder of other things, and sets what would be
overwritten aside.
"""

from __future__ import annotations

import errno
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from ..errors import InputError
from ..files import digest_of, path_to_write, sync, whole

__all__ = ["ASIDE", "LOCK", "Outputs", "Put", "put", "set_aside", "take", "told"]

LOCK, ASIDE = ".lock", "aside"
#: The file that says which command a folder of outputs is of.
MADE = "outputs.json"
#: What a system says that has no locks.
_LOCKLESS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)


def take(lock: FileLock, folder: Path) -> None:
    """Take a folder's lock.

    Raises
    ------
    InputError
        Another process holds it, or the file system has no locks.
    """
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise InputError(f"{folder} is being written by another process") from None
    except (NotImplementedError, OSError) as error:
        if isinstance(error, OSError) and error.errno not in _LOCKLESS:
            raise
        raise InputError(
            f"the file system of {folder} has no locks, which keep two writers apart; "
            "give a folder on another one (--out), and copy it when all is done"
        ) from None


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Turn what the disk refuses into one sentence."""
    try:
        yield
    except OSError as error:
        full = error.errno == errno.ENOSPC or "No space left" in str(error)
        why = "the disk is full" if full else error.strerror or str(error).splitlines()[0]
        kept = "; what was finished is kept" if full else ""
        raise InputError(f"cannot write results to {folder}: {why}{kept}") from None


def set_aside(folder: Path, path: Path) -> Path:
    """Move a file of a folder into ``aside/``, under a name that is free; return where it is."""
    shown = path.relative_to(folder).as_posix()
    target = _free(folder / ASIDE / shown.replace("/", "-"))
    target.parent.mkdir(exist_ok=True)
    os.replace(path, target)
    sync(target.parent)
    sync(path.parent)
    return target


def _free(path: Path) -> Path:
    """Return a path that is not taken yet, by a number in front of its ending."""
    number, found = 1, path
    while found.exists():
        number += 1
        found = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return found


class Put:
    """Files that are in their places now, and what they have replaced.

    Attributes
    ----------
    paths : list of Path
    notes : list of str
        A sentence for each older file that says something else, and is in ``aside/`` now.
    """

    def __init__(self, paths: list[Path], notes: list[str]) -> None:
        self.paths, self.notes = paths, notes


def put(folder: Path, write: Callable[[Path], Iterable[Path]]) -> Put:
    """Let ``write`` make files in an empty folder, then put each into its place in ``folder``.

    A file is there whole or not at all. An older one of the same name that says something else
    is set aside.

    Parameters
    ----------
    folder : Path
        Made if absent.
    write : callable
        Takes a folder; returns the paths of the files that it has made there.

    Raises
    ------
    InputError
        The disk refuses.
    """
    paths, notes = [], []
    with told(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".new-", dir=folder) as fresh:
            for made in list(write(Path(fresh))):
                target = folder / made.relative_to(fresh)
                target.parent.mkdir(parents=True, exist_ok=True)
                if target.exists() and digest_of(target) != digest_of(made):
                    older = set_aside(folder, target)
                    notes.append(f"{target}: the older one is kept as {older.relative_to(folder)}")
                os.replace(made, target)
                sync(target.parent)
                paths.append(target)
    return Put(paths, notes)


class Outputs:
    """A folder that one command writes its results into, one process at a time.

    Parameters
    ----------
    folder : path
        Made if absent.
    command : str
        What makes them, which a folder's results are all of.

    Raises
    ------
    InputError
        Another process is writing there, or the folder holds other things.
    """

    def __init__(self, folder: str | Path, command: str) -> None:
        self.folder, self.command = path_to_write(folder, "folder"), command
        self._lock = FileLock(self.folder / LOCK)
        self._new: list[Path] = []

    def __enter__(self) -> Outputs:
        with told(self.folder):
            self._refuse_foreign()
            self._new = [p for p in (self.folder, *self.folder.parents) if not p.exists()]
            self.folder.mkdir(parents=True, exist_ok=True)
            take(self._lock, self.folder)
            if not (self.folder / MADE).exists():
                text = json.dumps({"command": self.command}) + "\n"
                whole(self.folder / MADE, lambda part: part.write_text(text, "utf-8"))
        return self

    def __exit__(self, *error: object) -> None:
        if {path.name for path in self.folder.iterdir()} <= {LOCK, MADE}:
            (self.folder / MADE).unlink(missing_ok=True)  # nothing came of it
            self._lock.release()
            (self.folder / LOCK).unlink(missing_ok=True)
            for folder in self._new:
                folder.rmdir()
        self._lock.release()

    def put(self, write: Callable[[Path], Iterable[Path]]) -> Put:
        """Put files into the folder: :func:`put`."""
        return put(self.folder, write)

    def _refuse_foreign(self) -> None:
        if not self.folder.exists():
            return
        if not self.folder.is_dir():
            raise InputError(f"{self.folder} is a file; give a folder")
        there = sorted(p.name for p in self.folder.iterdir() if not p.name.startswith("."))
        if there and self._made_by() != self.command:
            more = f" and {len(there) - 1} more" if len(there) > 1 else ""
            raise InputError(
                f"{self.folder} is no folder of mentoring {self.command}: it holds "
                f"{there[0]}{more}; give a new or an empty folder"
            )

    def _made_by(self) -> str:
        try:
            return str(json.loads((self.folder / MADE).read_text("utf-8"))["command"])
        except (OSError, ValueError, KeyError, TypeError):
            return ""
