"""Parts: Parquet files that say what they are of, and are read only if they are as written.

A part's key-value metadata name its study, table and block, and its *seal*: the SHA-256 digest of
the whole file with the seal's own digits as zeros. So a flipped bit, a cut, or a part of another
study is found before a number counts, and anything that reads Parquet reads a part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import InputError
from ..files import regular

__all__ = ["DamagedError", "Origin", "fault_of", "origin_of", "read_part", "seal_of", "sealed"]

_SEAL, _EMPTY = b"sha256:", b"0" * 64
_STUDY, _TABLE, _BLOCK = "mentoring.study", "mentoring.table", "mentoring.block"


class DamagedError(InputError):
    """A stored file is not as it was written; nothing of it counts."""


class Origin(NamedTuple):
    """What a part is of: the study's identity, the table, and the number of its block."""

    study: str
    table: str
    block: int


def sealed(table: pa.Table, origin: Origin) -> pa.Buffer:
    """Return rows as a Parquet file that says what they are of and carries its seal."""
    sink = pa.BufferOutputStream()
    texts = [field.name for field in table.schema if pa.types.is_string(field.type)]
    with pq.ParquetWriter(sink, table.schema, compression="zstd", use_dictionary=texts) as writer:
        writer.write_table(table.combine_chunks())
        writer.add_key_value_metadata(
            {
                _STUDY: origin.study,
                _TABLE: origin.table,
                _BLOCK: str(origin.block),
                "mentoring.seal": (_SEAL + _EMPTY).decode(),
            }
        )
    content = bytearray(sink.getvalue())
    place = _place(content)
    content[place : place + 64] = _digest(content, place)
    return pa.py_buffer(bytes(content))


def _place(content: bytes | bytearray | memoryview) -> int:
    """Return where the digits of the seal begin; -1 if there is none."""
    found = bytes(content[-(1 << 20) :]).rfind(_SEAL)
    return found if found < 0 else max(0, len(content) - (1 << 20)) + found + len(_SEAL)


def _digest(content: bytes | bytearray | memoryview, place: int) -> bytes:
    view = memoryview(content)
    digest = hashlib.sha256(view[:place])
    digest.update(_EMPTY)
    digest.update(view[place + 64 :])
    return digest.hexdigest().encode()


def seal_of(content: bytes | pa.Buffer) -> str:
    """Return the seal that a part carries, right or not; "" if it has none."""
    view = memoryview(content)
    place = _place(view)
    return "" if place < 0 else bytes(view[place : place + 64]).decode("ascii", "replace")


def origin_of(content: bytes) -> Origin | None:
    """Return what a part says that it is of, right or not; None if it says nothing."""
    try:
        told = pq.read_metadata(pa.BufferReader(content)).metadata or {}
        study, table, block = (told[key.encode()].decode() for key in (_STUDY, _TABLE, _BLOCK))
        return Origin(study, table, int(block))
    except (OSError, KeyError, ValueError, pa.ArrowException):
        return None


def fault_of(content: bytes, origin: Origin, seal: str | None = None) -> str:
    """Return what is wrong with a part, in words; "" if it is as it was written.

    Parameters
    ----------
    content : bytes
        The whole file.
    origin : Origin
        What it must be of.
    seal : str, optional
        The seal that the manifest states.
    """
    place = _place(content)
    own = seal_of(content)
    if place < 0 or _digest(content, place).decode() != own:
        return "is not as it was written"
    if origin_of(content) != origin:
        return "is of another study, table or block"
    if seal is not None and seal != own:
        return "is not the one that the manifest states"
    return ""


def read_part(
    path: Path, origin: Origin, seal: str | None = None, columns: Sequence[str] | None = None
) -> pa.Table:
    """Return the rows of a part, some columns or all.

    Raises
    ------
    DamagedError
        It is not there, or not as it was written.
    """
    shown = f"{path.parent.name}/{path.name}"
    try:
        content = regular(path)
    except OSError as error:
        raise DamagedError(f"{shown} cannot be read: {error.strerror}") from None
    except InputError as error:
        raise DamagedError(str(error)) from None
    if fault := fault_of(content, origin, seal):
        raise DamagedError(f"{shown} {fault}")
    return pq.read_table(pa.BufferReader(content), columns=columns)
