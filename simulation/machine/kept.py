"""What is kept on disk for the next start: machine code, and the digest of its sources.

It saves time and nothing else. Whatever is wrong with the folder or a file in it, the work is done
again, with the same results, and one line on standard error names the folder and the reason.

Machine code comes as a pickle, which can do whatever this process may do. So nothing is read but
what is this user's own and nobody else may write, nor what is not to the bit as it was written.
Each function has a file for each way that it is called, named after both: of Numba's own index and
numbered files, two processes that compile at the same time may give one number to two codes.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from numba.core.caching import Cache, NullCache
from numba.core.compiler import CompileResult
from numba.core.serialize import dumps

from ..progress import announce

__all__ = ["MachineCode", "fetch", "keep", "root"]

#: Versions of the compiled code whose machine code is kept on disk.
KEPT = 4
#: Bytes of the checksum that each file begins with.
CHECKSUM = 32
#: Bits of a file's mode by which its group or anybody may write it.
OTHERS_WRITE = 0o022
#: Whether the one line was told.
_TOLD: list[str] = []


class _UnusableError(Exception):
    """What is kept must not be used, and why."""


#: What may go wrong with a folder, a file, or a home that there is not.
_TROUBLE = (OSError, RuntimeError, _UnusableError)


def root() -> Path:
    """Return the folder of everything that is kept for the next start.

    Raises
    ------
    RuntimeError
        There is no home directory.
    """
    stated = os.environ.get("MENTORING_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME")
    return (Path(stated) if stated else Path.home() / ".cache") / "mentoring-simulation"


def fetch(name: str) -> bytes | None:
    """Return what was kept under a name; None if nothing was, or nothing that may be used."""
    try:
        return _read(root() / name)
    except FileNotFoundError:
        return None
    except _TROUBLE as error:
        _tell(error)
        return None


def keep(name: str, data: bytes) -> None:
    """Keep something under a name, if that can be done."""
    try:
        path = root() / name
        for folder in _folders(path):
            fresh = not folder.is_dir()
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _refuse_unsafe(folder.stat(), folder)
            if fresh and folder != root():
                _prune(folder)
        _write(path, _checksum(path, data) + data)
    except _TROUBLE as error:
        _tell(error)


def _read(path: Path) -> bytes:
    """Return what is in a file, if all is well with it and the folders that it is in."""
    for folder in _folders(path):
        _refuse_unsafe(folder.stat(), folder)
    with path.open("rb") as file:
        _refuse_unsafe(os.fstat(file.fileno()), path)  # of this very file, whatever comes later
        content = file.read()
    data = content[CHECKSUM:]
    if content[:CHECKSUM] != _checksum(path, data):
        raise _UnusableError(f"{path.name} is damaged")
    return data


def _folders(path: Path) -> list[Path]:
    """Return the folders of ours that a file is in, the outer one first."""
    return [root()] if path.parent == root() else [root(), path.parent]


def _refuse_unsafe(status: os.stat_result, path: Path) -> None:
    """Raise an error if somebody else can have written a file or a folder."""
    if not hasattr(os, "geteuid"):
        return  # Windows: a user's folders are closed to others
    name = "it" if path == root() else path.name
    if status.st_uid != os.geteuid():
        raise _UnusableError(f"{name} belongs to another user")
    if status.st_mode & OTHERS_WRITE:
        raise _UnusableError(f"others may write {name}, so remove it")


def _checksum(path: Path, data: bytes) -> bytes:
    """Return the checksum of what is kept under a name: no file passes for another."""
    return hashlib.sha256(path.name.encode() + b"\0" + data).digest()


def _write(path: Path, content: bytes) -> None:
    """Put a file in its place at once and whole, for this user alone."""
    handle, part = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with open(handle, "wb") as file:
            file.write(content)
        os.replace(part, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(part)
        raise


def _prune(folder: Path) -> None:
    """Remove machine code of older versions, beyond a few, and digests remembered long ago."""
    yesterday = time.time() - 86_400  # another process may be using what is younger
    with contextlib.suppress(OSError):  # another process may be removing the same
        versions = [path for path in folder.parent.iterdir() if path.is_dir() and path != folder]
        versions.sort(key=lambda path: path.stat().st_mtime, reverse=True)
        for path in versions[KEPT - 1 :]:
            if path.stat().st_mtime < yesterday:
                shutil.rmtree(path, ignore_errors=True)
        for path in folder.parent.glob("*.digest*"):
            if path.stat().st_mtime < yesterday:
                path.unlink(missing_ok=True)


def _tell(error: Exception) -> None:
    """Tell once what is wrong, and that it costs time only; workers leave it to their parent."""
    from multiprocessing import parent_process

    if _TOLD or parent_process() is not None:
        return
    try:
        folder, reason = str(root()), str(error)
    except RuntimeError:
        folder, reason = "~/.cache", "there is no home directory; set MENTORING_CACHE_DIR"
    if isinstance(error, OSError):
        reason = error.strerror or reason
    _TOLD.append(reason)
    announce(
        f"The compile cache {folder} is of no use ({reason}): what it lacks is compiled again, "
        "with the same results"
    )


class MachineCode(NullCache):
    """The machine code of a function: asked for before it is compiled, kept afterwards.

    Parameters
    ----------
    function : callable
    version : str
        The digest of all that can reach it.
    """

    _index_key: Any = Cache._index_key

    def __init__(self, function: Callable[..., Any], version: str) -> None:
        self._py_func = function
        self._version = version

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return the compiled function for a signature, or None."""
        target_context.refresh()
        key = self._index_key(sig, target_context.codegen())
        data = fetch(self._name(key))
        if data is None:
            return None
        try:
            own, parts = pickle.loads(data)
            return CompileResult._rebuild(target_context, *parts) if own == key else None
        except Exception as error:  # whatever keeps it from being used, compiling does not
            _tell(error)
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep a compiled function, unless it holds addresses of this process."""
        if not data.library.has_dynamic_globals:
            key = self._index_key(sig, data.codegen)
            keep(self._name(key), dumps((key, data._reduce())))

    def _name(self, key: Any) -> str:
        function = self._py_func
        whole = repr((function.__module__, function.__qualname__, key)).encode()
        digest = hashlib.sha256(whole).hexdigest()[:24]
        return f"{self._version}/{re.sub(r'\W', '_', function.__name__)}-{digest}.code"
