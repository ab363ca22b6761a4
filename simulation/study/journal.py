"""Journals: rows of finished jobs, appended batch by batch until they make a part.

A batch is one record: whose it is, how long, the SHA-256 digest of both and of the rows, then the
rows as an Arrow stream. What follows the first record that is not whole is dropped, as after a
kill: the runs in it count as not finished, and are run again.
"""

from __future__ import annotations

import hashlib
import struct
from pathlib import Path

import pyarrow as pa

from ..files import regular

__all__ = ["append", "read", "study_of"]

_HEAD = struct.Struct("<4s16sQ32s")
_MAGIC = b"MRJ1"


def append(path: Path, table: pa.Table, study: str) -> None:
    """Append rows of a study to a journal; no kill can take them back when this returns."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    rows = memoryview(sink.getvalue())
    with path.open("ab") as file:
        file.write(_HEAD.pack(_MAGIC, study.encode(), len(rows), _digest(study.encode(), rows)))
        file.write(rows)


def _digest(study: bytes, rows: memoryview) -> bytes:
    digest = hashlib.sha256(study + len(rows).to_bytes(8, "little"))
    digest.update(rows)
    return digest.digest()


def read(path: Path, study: str) -> tuple[list[pa.Table], int]:
    """Return the batches of a journal up to the first that is not whole, and the bytes after.

    Parameters
    ----------
    path : Path
        A journal that is not there has no batches.
    study : str
        Whose it must be.
    """
    try:
        content = memoryview(regular(path))
    except FileNotFoundError:
        return [], 0
    batches, begin = [], 0
    while begin + _HEAD.size <= len(content):
        magic, whose, size, digest = _HEAD.unpack_from(content, begin)
        rows = content[begin + _HEAD.size : begin + _HEAD.size + size]
        right = (magic, whose, len(rows)) == (_MAGIC, study.encode(), size)
        if not right or _digest(whose, rows) != digest:
            break
        batches.append(pa.ipc.open_stream(pa.BufferReader(rows)).read_all())
        begin += _HEAD.size + size
    return batches, len(content) - begin


def study_of(content: bytes) -> str:
    """Return which study a journal's first record says that it is of; "" if it says nothing."""
    if len(content) < _HEAD.size or content[:4] != _MAGIC:
        return ""
    whose: bytes = _HEAD.unpack_from(content)[1]
    return whose.decode("ascii", "replace")
