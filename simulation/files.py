"""Files: written whole or not at all, and found in a checkout as in an installed package."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import InputError

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "PACKAGE",
    "digest_of",
    "path_to_write",
    "regular",
    "save_table",
    "shipped",
    "sync",
    "whole",
]

#: The folder of the package.
PACKAGE = Path(__file__).parent
#: Bytes of the largest file that is read as one.
MOST = 4 * 1024**3


def shipped(in_checkout: str, in_wheel: str) -> Path:
    """Return where something that ships with the package lies: in the wheel, else the checkout."""
    installed = PACKAGE / in_wheel
    return installed if installed.exists() else PACKAGE.parent / in_checkout


def whole(path: Path, write: Callable[[Path], Any]) -> None:
    """Let ``write`` make a file under another name, then put it in its place at once, for good.

    When this returns, neither a kill nor a loss of power can take the file back or tear it.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write(part)
        sync(part)
        os.replace(part, path)
        sync(path.parent)
    finally:
        part.unlink(missing_ok=True)


def save_table(table: pd.DataFrame, path: Path, float_format: str | None = None) -> Path:
    """Write a table as a CSV file, whole; return its path; missing folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole(path, lambda part: table.to_csv(part, index=False, float_format=float_format))
    return path


def path_to_write(text: str | Path, what: str) -> Path:
    """Return the path of a file or folder to write, if that can be one's name.

    Raises
    ------
    InputError
        It is blank, no text, or has signs that steer a terminal.
    """
    name = str(text)
    if not name.strip():
        raise InputError(f"'{name}' names no {what} to write: give a name, or leave the option out")
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:  # what a shell passes on as bytes that are no text
        told = ascii(name)
        raise InputError(f"{told} is not text in UTF-8: give the {what} another name") from None
    if re.search(r"[\x00-\x1f\x7f]", name):
        raise InputError(f"{name!r} has signs that no name can have: give the {what} another name")
    return Path(name)


def sync(path: Path) -> None:
    """Have what a file holds, or which files a folder has, put on the disk for good."""
    if os.name == "nt" and path.is_dir():
        return  # Windows keeps folders itself
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def regular(path: Path, most: int = MOST) -> bytes:
    """Return what a file holds, if it is one of a size that can be meant.

    Raises
    ------
    InputError
        It is a folder, a pipe or a device, or larger than ``most`` bytes.
    OSError
        It cannot be read.
    """
    told = path.stat()
    if not stat.S_ISREG(told.st_mode):
        raise InputError(f"{path} is no file but a folder, a pipe or a device")
    if told.st_size > most:
        raise InputError(f"{path} has {told.st_size:,} bytes; at most {most:,} are read")
    return path.read_bytes()


def digest_of(path: Path) -> str:
    """Return the SHA-256 digest of a file, 64 hex digits; "" if it is not there."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
