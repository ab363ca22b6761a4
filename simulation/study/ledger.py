"""What a store's manifest states of its files, where these lie, and which are not as they were.

Nothing here writes: :mod:`simulation.study.store` sets aside what is faulty, and
:mod:`simulation.study.checking` tells it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ..errors import InputError
from ..files import regular
from . import journal
from .parts import DamagedError, Origin, fault_of, origin_of
from .rows import JOB, both_ends, latest

__all__ = [
    "MANIFEST",
    "REMEDY",
    "Kept",
    "block_of",
    "blocks_of_journals",
    "faults_of_parts",
    "identity_of",
    "in_journals",
    "journal_path",
    "journals_in",
    "manifest_in",
    "manifest_text",
    "part_path",
    "parts_in",
    "rows_of",
    "strange_files",
    "study_of_file",
]

MANIFEST = "manifest.json"
#: What to do about damage, as the end of a sentence.
REMEDY = (
    "; `mentoring check` says what is whole, and the command that made the folder mends it when "
    "it is given again"
)
#: Keys of a manifest that are the store's own: files and rows, and the digest of all of it.
_KEPT, _SEAL = "kept", "seal"
_SEALED = re.compile(rb'"seal": "([0-9a-f]{64})"\s*\}\s*\Z')
_PART = re.compile(r"part-(\d{5,})\.parquet")
#: Bytes of the largest manifest that is read.
_MOST_TEXT = 256 * 1024**2


@dataclass
class Kept:
    """What a manifest says of the files that go with it.

    Attributes
    ----------
    study : str
        The study's identity, which every part and journal carries.
    tables : list of str
        The last one says which jobs are finished.
    closed : bool
        Whether the files of all tables are stated, too: nobody was writing any more.
    files : dict
        Digest by name; of a part, its seal.
    rows : dict
        By table.
    """

    study: str
    tables: list[str]
    closed: bool = False
    files: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)

    def without_parts(self) -> Kept:
        """Return what stays true while parts are written: the files beside the manifest."""
        beside = {name: digest for name, digest in self.files.items() if "/" not in name}
        return Kept(self.study, self.tables, False, beside)

    def parts(self, table: str) -> dict[str, str]:
        """Return the seals of a table's parts, by name."""
        return {name: seal for name, seal in self.files.items() if name.startswith(f"{table}/")}


def identity_of(stated: Mapping[str, Any]) -> str:
    """Return the fingerprint (16 hex digits) of what makes a study the one that it is."""
    text = json.dumps(stated, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


# ------------------------------------------------------------------------------- manifest


def manifest_in(folder: Path) -> tuple[dict[str, Any], Kept]:
    """Return what a folder's manifest says of the study, and of the files.

    Raises
    ------
    DamagedError
        It is not as it was written.
    InputError
        There is none.
    """
    path = folder / MANIFEST
    if not path.exists():
        raise InputError(f"{folder} is no results folder: it has no {MANIFEST}")
    try:
        text = regular(path, _MOST_TEXT)
        stated = json.loads(text)
        if "versions" in stated and not {_KEPT, _SEAL} & stated.keys():
            raise InputError(
                f"{folder} was written by an earlier version, which this one does not read; run "
                "the same command into another folder (--out)"
            )
        kept = Kept(**stated.pop(_KEPT))
        if _seal_of_text(text) != stated.pop(_SEAL):
            raise ValueError(f"{MANIFEST} is not as it was written")
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        reason = str(error).splitlines()[0] if isinstance(error, OSError | ValueError) else ""
        reason = reason or f"{MANIFEST} lacks what a manifest has"
        raise DamagedError(f"the results in {folder} are damaged: {reason}{REMEDY}") from None
    return stated, kept


def manifest_text(study: Mapping[str, Any], kept: Kept) -> bytes:
    """Return a manifest, with the digest of all of it at its end."""
    told = {**study, _KEPT: vars(kept), _SEAL: "0" * 64}
    text = (json.dumps(told, indent=1, allow_nan=False) + "\n").encode()
    begin, end = _SEALED.search(text).span(1)  # type: ignore[union-attr]
    return text[:begin] + _seal_of_text(text).encode() + text[end:]


def _seal_of_text(text: bytes) -> str:
    """Return the digest of a manifest with the digits of its seal as zeros; "" without a seal."""
    found = _SEALED.search(text)
    if found is None:
        return ""
    begin, end = found.span(1)
    return hashlib.sha256(text[:begin] + b"0" * 64 + text[end:]).hexdigest()


# ------------------------------------------------------------------------------- where files lie


def part_path(folder: Path, block: int) -> Path:
    """Return where the part of a block lies in a table's folder."""
    return folder / f"part-{block:05}.parquet"


def parts_in(folder: Path, blocks: Iterable[int] | None = None) -> list[Path]:
    """Return the files of a table's parts, all or those of some blocks."""
    if blocks is None:
        return sorted(p for p in folder.glob("part-*.parquet") if _PART.fullmatch(p.name))
    return [path for block in sorted(blocks) if (path := part_path(folder, block)).is_file()]


def block_of(path: Path) -> int:
    """Return the number in the name of a part or a journal."""
    return int(path.stem.rpartition("-")[2])


def journal_path(folder: Path, name: str, block: int) -> Path:
    """Return where the journal of a block of a table lies."""
    return folder / f"journal-{name}-{block:05}.arrow"


def journals_in(folder: Path, name: str, blocks: Iterable[int] | None = None) -> list[Path]:
    """Return a table's journals, all or those of some blocks."""
    if blocks is None:
        pattern = re.compile(rf"journal-{re.escape(name)}-\d{{5,}}\.arrow")
        return sorted(p for p in folder.glob("journal-*") if pattern.fullmatch(p.name))
    return [path for b in sorted(blocks) if (path := journal_path(folder, name, b)).is_file()]


def blocks_of_journals(folder: Path, tables: Sequence[str]) -> list[int]:
    """Return the blocks that have journals."""
    paths = [path for name in tables for path in journals_in(folder, name)]
    return sorted({block_of(path) for path in paths})


def in_journals(folder: Path, tables: Sequence[str], block: int, study: str) -> list[pa.Table]:
    """Return what the journals of a block hold of jobs all of whose rows are there, by table.

    The batches of all its journals belong together one by one, the last table's being written
    last.
    """
    read = [journal.read(journal_path(folder, name, block), study)[0] for name in tables]
    count = min(map(len, read))
    if count == 0:
        return []
    jobs = [batch[JOB] for batch in read[-1][:count]]
    found = [latest(batches[:count], jobs) for batches in read]
    whole_ones = np.ones(found[-1].num_rows, bool)
    for name, table in zip(tables[:-1], found[:-1], strict=True):
        places = np.searchsorted(table[JOB].to_numpy(), both_ends(found[-1][JOB].to_numpy()))
        whole_ones &= np.diff(places, axis=0)[0] == found[-1][f"rows_of_{name}"].to_numpy()
    if whole_ones.all():
        return found
    some = found[-1][JOB].filter(pa.array(whole_ones))
    return [table.filter(pc.is_in(table[JOB], some)) for table in found]


def rows_of(path: Path, columns: Sequence[str] | None = ()) -> pa.Table:
    """Return the jobs of a part that has been checked, and some columns; None: all of them."""
    if not path.is_file():
        empty = {name: pa.array([], pa.int64()) for name in (JOB, *(columns or ()))}
        return pa.table(empty)
    return pq.read_table(path, columns=None if columns is None else [JOB, *columns])


def study_of_file(path: Path) -> str:
    """Return which study a part or a journal says that it is of; "" if it says nothing."""
    try:
        content = regular(path)
    except (OSError, InputError):
        return ""
    if path.suffix == ".arrow":
        return journal.study_of(content)
    origin = origin_of(content)
    return "" if origin is None else origin.study


# ------------------------------------------------------------------------------- what is faulty


def strange_files(folder: Path, kept: Kept) -> list[Path]:
    """Return what lies among parts and journals and is neither, or another study's."""
    found = [
        path
        for name in kept.tables
        if (folder / name).is_dir()
        for path in (folder / name).iterdir()
        if not (path.name.startswith(".") or _PART.fullmatch(path.name))
    ]
    own = [path for name in kept.tables for path in journals_in(folder, name)]
    found += [path for path in folder.glob("journal-*") if path not in own]
    found += [path for path in own if study_of_file(path) not in ("", kept.study)]
    return sorted(found)


def faults_of_parts(folder: Path, kept: Kept) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the name of each block's parts that are not all right, and what is wrong by table.

    A part is right if it is as it was written, of this study, table and block, stated by the
    manifest if that states all, and if each table has as many rows of each job as the last one
    says. What only lacks rows that go with it has "" for its fault.
    """
    names = {path.name for table in kept.tables for path in parts_in(folder / table)}
    names |= {Path(name).name for name in kept.files if "/" in name}
    for name in sorted(names):
        paths = {table: folder / table / name for table in kept.tables}
        faults = {table: _fault(kept, table, path) for table, path in paths.items()}
        if any(faults.values()) or not _agree(folder, kept, block_of(Path(name)), paths):
            yield name, faults


def _fault(kept: Kept, table: str, path: Path) -> str:
    stated = kept.files.get(f"{table}/{path.name}")
    if not path.exists():
        return "is missing" if stated else ""
    if kept.closed and stated is None:
        return "is not one of its parts"
    try:
        content = regular(path)
    except (OSError, InputError):
        return "cannot be read"
    return fault_of(content, Origin(kept.study, table, block_of(path)), stated)


def _agree(folder: Path, kept: Kept, block: int, paths: Mapping[str, Path]) -> bool:
    """Return whether the tables of a block have the rows that the last one says.

    Jobs in journals are left out: a kill may have come between the parts of two tables.
    """
    found = in_journals(folder, kept.tables, block, kept.study)
    late = found[-1][JOB].to_numpy() if found else np.zeros(0, np.int64)
    *others, last = kept.tables
    counted = rows_of(paths[last], [f"rows_of_{name}" for name in others])
    jobs = counted[JOB].to_numpy()
    for name in others:
        there, counts = np.unique(rows_of(paths[name])[JOB].to_numpy(), return_counts=True)
        early, said = ~np.isin(there, late), counted[f"rows_of_{name}"].to_numpy()
        sure = (said > 0) & ~np.isin(jobs, late)
        if not np.array_equal(there[early], jobs[sure]):
            return False
        if not np.array_equal(counts[early], said[sure]):
            return False
    return True
