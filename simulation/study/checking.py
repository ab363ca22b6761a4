"""Checking a results folder: which of its files are as they were written, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from ..errors import InputError
from ..files import digest_of
from . import journal
from .ledger import (
    MANIFEST,
    Kept,
    faults_of_parts,
    journals_in,
    manifest_in,
    parts_in,
    strange_files,
)
from .manifest import read
from .parts import DamagedError
from .runs import load
from .store import Stored
from .study import KIND, RUNS

__all__ = ["Checked", "check"]


@dataclass(frozen=True)
class Checked:
    """What checking a results folder has shown.

    Attributes
    ----------
    faults : tuple of (file, what is wrong with it)
    remarks : tuple of str
        What is no fault: files that are not the store's, work that was interrupted.
    files : int
        How many files were looked at.
    rows : dict
        How many rows each table has.
    finished, failed, wanted : int
        Runs; zero where the folder holds none.
    """

    faults: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]
    files: int
    rows: dict[str, int]
    finished: int = 0
    failed: int = 0
    wanted: int = 0

    @property
    def whole(self) -> bool:
        """Whether every file is as it was written and no run is missing."""
        return not self.faults and self.finished + self.failed == self.wanted


def check(folder: str | Path) -> Checked:
    """Look at every file of a results folder and say what is whole; nothing is run or changed.

    Every byte is read: files are held against the digests in the manifest, and against their own
    where the work was interrupted; each run's rows are counted in every table.

    Parameters
    ----------
    folder : path

    Raises
    ------
    InputError
        The folder is no results folder.
    """
    place = Path(folder)
    try:
        study, kept = manifest_in(place)
    except DamagedError:
        return Checked(((MANIFEST, "is not as it was written"),), (), 1, {})
    faults, remarks = list(_faults(place, kept)), tuple(_remarks(place, kept))
    paths = [path for table in kept.tables for path in parts_in(place / table)]
    files = 1 + len({"/".join(path.parts[-2:]) for path in paths} | set(kept.files))
    counts = {"finished": 0, "failed": 0}
    wanted, rows = 0, {}
    if not faults and study.get("kind") == KIND:
        told = read(Stored(place))
        wanted = told.points * told.replications
        try:
            counts |= _counts(place)
        except InputError as error:
            faults.append((RUNS, str(error)))
    if not faults:
        rows = {table: _rows(place / table) for table in kept.tables}
    return Checked(
        tuple(faults), remarks, files, rows, counts["finished"], counts["failed"], wanted
    )


def _counts(folder: Path) -> dict[str, int]:
    """Return how many runs finished and failed, whose rows say that they are this study's."""
    runs = load(folder)
    return {"finished": runs.finished, "failed": runs.failed}


def _rows(folder: Path) -> int:
    return sum(int(pq.read_metadata(path).num_rows) for path in parts_in(folder))


def _faults(folder: Path, kept: Kept) -> Iterator[tuple[str, str]]:
    """Yield each file that is not as it was written, or missing, and what is wrong with it."""
    for name, digest in kept.files.items():
        if "/" not in name and digest_of(folder / name) != digest:
            there = (folder / name).exists()
            yield name, "is not as it was written" if there else "is missing"
    for name, faults in faults_of_parts(folder, kept):
        if kept.closed or any(faults.values()):
            for table, fault in faults.items():
                yield f"{table}/{name}", fault or "lacks what goes with it"
    for path in strange_files(folder, kept):
        yield path.relative_to(folder).as_posix(), "is not of this store"


def _remarks(folder: Path, kept: Kept) -> Iterator[str]:
    """Yield what is no fault and should be known."""
    if not kept.closed:
        yield "the work was interrupted, or is going on: what is missing is run by the same command"
    for path in (path for table in kept.tables for path in journals_in(folder, table)):
        dropped = journal.read(path, kept.study)[1]
        if dropped:
            yield f"{path.name}: the last {dropped:,} bytes are torn and do not count"
