"""Tables on disk that grow batch by batch of jobs, survive a kill, and are checked when read.

A store is a folder. Jobs are numbered, and when all of one block of numbers are finished, their
rows are written, sorted, as one Parquet part per table. Until then the rows of a finished batch
are appended at once to the journals of its block::

    manifest.json            what the study is; the digest of every file that goes with it
    runs/part-00000.parquet  read the folder runs/ as one table with anything that reads Parquet
    months/part-00000.parquet
    journal-runs-00001.arrow what is not yet in a part
    aside/                   what was found damaged or foreign, and has been made again

So the parts are the same bytes whatever the order in which jobs finish and however often the
work was interrupted. What is written appears whole or not at all, a torn end of a journal is
dropped, a loss of power costs a quarter of a second of work, and one process at a time may write.
Nothing is kept in memory but which jobs are finished, and nothing but a part is written anew.

No file counts that is not tied to the study: parts and journals carry its identity and a digest
of themselves, and the manifest, written last, states all files and how many rows each table has.
Opening a store to write sets aside what is not as it was written; its jobs count as not finished.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from filelock import FileLock

from ..errors import InputError
from ..files import digest_of, path_to_write, regular, sync, whole
from . import journal
from .ledger import (
    MANIFEST,
    REMEDY,
    Kept,
    block_of,
    blocks_of_journals,
    faults_of_parts,
    identity_of,
    in_journals,
    journal_path,
    journals_in,
    manifest_in,
    manifest_text,
    part_path,
    parts_in,
    rows_of,
    strange_files,
    study_of_file,
)
from .outputs import ASIDE, LOCK, set_aside, take, told
from .parts import DamagedError, Origin, read_part, seal_of, sealed
from .rows import JOB, as_tables, by_block, latest, merged

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "ASIDE",
    "JOB",
    "MANIFEST",
    "Kept",
    "Memory",
    "Packed",
    "Store",
    "Stored",
    "identity_of",
    "is_store",
    "packed",
    "read_manifest",
    "read_table",
    "whole_blocks",
]

#: Key of a manifest with the digest of the code.
MODEL = "model"
#: Jobs whose rows make one part.
BLOCK = 256
#: Seconds of finished runs that a loss of power may cost; a kill costs none.
SYNCED = 0.25


class Packed(NamedTuple):
    """The rows of a whole block, as the Parquet files that they become, by table."""

    block: int
    files: dict[str, pa.Buffer]


def whole_blocks(jobs: Sequence[int]) -> bool:
    """Return whether jobs, in ascending order, are all those of one or more blocks."""
    first, last = jobs[::BLOCK], jobs[BLOCK - 1 :: BLOCK]
    return len(last) == len(first) > 0 and all(
        begin % BLOCK == 0 and end - begin == BLOCK - 1
        for begin, end in zip(first, last, strict=True)
    )


def packed(
    tables: Sequence[str], rows: Mapping[str, Mapping[str, Any]], study: str
) -> list[Packed]:
    """Return the rows of finished jobs, which are those of whole blocks, as Parquet files.

    Making the files is most of the work of writing; so it can be done where the jobs are run.

    Parameters
    ----------
    tables, rows
        See :meth:`Store.add`.
    study : str
        The identity of the study: :func:`identity_of`.
    """
    return [
        Packed(
            block,
            {n: sealed(t, Origin(study, n, block)) for n, t in zip(tables, some, strict=True)},
        )
        for block, some in by_block(as_tables(tables, rows), BLOCK)
    ]


class Store:
    """The tables of one study, open for writing; a context manager.

    Parameters
    ----------
    folder : path
        Made if absent.
    tables : sequence of str
        Names. A job is finished when its rows of the last one are written.
    study : mapping, optional
        What the manifest says, ready for JSON; default: an existing store's.
    same : sequence of str
        Keys of ``study`` that must agree with those of an existing store.
    beside : mapping, optional
        Files that go with the manifest: name, and what writes one to a path.

    Attributes
    ----------
    finished : set of int
        Jobs whose rows are there.
    mended : list of str
        What was found damaged or foreign and has been set aside, in words.

    Raises
    ------
    InputError
        The folder cannot be written, another process is writing to it, or it holds
        another study or other things.
    """

    def __init__(
        self,
        folder: str | Path,
        tables: Sequence[str],
        study: Mapping[str, Any] | None = None,
        same: Sequence[str] = (),
        beside: Mapping[str, Callable[[Path], Any]] | None = None,
    ) -> None:
        self.folder, self.tables = path_to_write(folder, "folder"), tuple(tables)
        self.mended: list[str] = []
        self._lock = FileLock(self.folder / LOCK)
        self._unsynced: set[Path] = set()
        self._synced = time.monotonic()
        with told(self.folder):
            if study is None:
                manifest_in(self.folder)
            elif self.folder.exists() and not is_store(self.folder):
                self._refuse_foreign(_identity(study, same), beside or {})
            self.folder.mkdir(parents=True, exist_ok=True)
            take(self._lock, self.folder)
        try:
            with told(self.folder):
                self.study, self._kept = self._agreed(study, same, dict(beside or {}))
                for name in tables:
                    (self.folder / name).mkdir(exist_ok=True)
                sync(self.folder)
                self._set_faulty_aside()
                self.finished = set(self._jobs_in_parts())
                self._pack_journals()
        except BaseException:
            self._lock.release()
            raise

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _agreed(
        self,
        study: Mapping[str, Any] | None,
        same: Sequence[str],
        beside: Mapping[str, Callable[[Path], Any]],
    ) -> tuple[dict[str, Any], Kept]:
        """Return what the manifest says, and see to it that it is there and says the same."""
        if study is None:
            return manifest_in(self.folder)
        own = _identity(study, same)
        there, kept = self._stated_there(own, beside) or (dict(study), Kept(own, list(self.tables)))
        for key in same:
            if there.get(key) != study[key]:
                raise InputError(_other(self.folder, key, there.get(key), study[key]))
        if kept.study != own:
            raise InputError(f"{self.folder} holds other results; give another folder")
        files = self._beside(kept, beside)
        if files != kept.files or not is_store(self.folder):
            kept.files = files
            self._state(there, kept)
        return there, kept

    def _stated_there(self, own: str, beside: Iterable[str]) -> tuple[dict[str, Any], Kept] | None:
        """Return what the manifest says; None where there is none that says anything.

        Raises
        ------
        InputError
            Then the folder holds other things than this study's.
        """
        try:
            there, kept = manifest_in(self.folder)
        except DamagedError:
            self._refuse_foreign(own, beside)
            self._aside(self.folder / MANIFEST, "is not as it was written")
        except InputError:
            if is_store(self.folder):
                raise  # of an earlier version
            self._refuse_foreign(own, beside)
        else:
            if kept.study == own or self._studies() != {own}:
                return there, kept
            self._aside(self.folder / MANIFEST, "is of another study than all the rest")
        return None

    def _refuse_foreign(self, own: str, beside: Iterable[str]) -> None:
        """Raise an InputError unless a folder without a manifest holds nothing but this study's."""
        found = self._studies()
        if found - {own}:
            raise InputError(
                f"{self.folder} holds runs of another study and no whole {MANIFEST}; give "
                "another folder"
            )
        known = {MANIFEST, ASIDE, *self.tables, *beside}
        strange = sorted(
            path.name
            for path in self.folder.iterdir()
            if path.name not in known and not path.name.startswith((".", "journal-"))
        )
        if strange and not found:
            more = f" and {len(strange) - 1} more" if len(strange) > 1 else ""
            raise InputError(
                f"{self.folder} is no results folder: it has no {MANIFEST}, but {strange[0]}"
                f"{more}; give a new or an empty folder"
            )

    def _studies(self) -> set[str]:
        """Return the studies that parts and journals say that they are of."""
        return {origin for path in self._everything() if (origin := study_of_file(path))}

    def _everything(self) -> Iterator[Path]:
        """Yield every part and journal of the folder."""
        for name in self.tables:
            yield from parts_in(self.folder / name)
            yield from journals_in(self.folder, name)

    def _beside(self, kept: Kept, beside: Mapping[str, Callable[[Path], Any]]) -> dict[str, str]:
        """Write what goes with the manifest, where it is not as it was; return all digests."""
        digests = dict(kept.files)
        for name, write in beside.items():
            path, stated = self.folder / name, kept.files.get(name)
            if stated is not None and digest_of(path) == stated:
                continue
            if path.exists():
                self._aside(path, "is not as it was written")
            whole(path, write)
            digests[name] = digest_of(path)
        return digests

    def _aside(self, path: Path, why: str) -> None:
        """Set a file aside that is not to be trusted."""
        shown = path.relative_to(self.folder).as_posix()
        target = set_aside(self.folder, path)
        self.mended.append(f"{shown} {why}: it is in {target.relative_to(self.folder)} now")

    def restate(self, **changes: Any) -> None:
        """Change what the manifest says."""
        self.study |= changes
        with told(self.folder):
            self._state(self.study, self._kept)

    def has(self, table: str) -> bool:
        """Return whether a table has any rows yet."""
        return has_rows(self.folder, table)

    def _state(self, study: Mapping[str, Any], kept: Kept) -> None:
        whole(self.folder / MANIFEST, lambda path: path.write_bytes(manifest_text(study, kept)))

    def _begin(self) -> None:
        """Let the manifest say no more that all files are as it states: some will change."""
        if self._kept.closed:
            self._kept = self._kept.without_parts()
            self._state(self.study, self._kept)

    def _all_stated(self) -> Kept:
        """Return what the manifest is to say when all is written."""
        kept = self._kept.without_parts()
        kept.closed = True
        for name in self.tables:
            kept.rows[name] = 0
            for path in parts_in(self.folder / name):
                content = regular(path)
                kept.files[f"{name}/{path.name}"] = seal_of(content)
                kept.rows[name] += pq.read_metadata(pa.BufferReader(content)).num_rows
        return kept

    # ------------------------------------------------------------------ what is trusted

    def _set_faulty_aside(self) -> None:
        """Set aside every part that is not as it was written, and those that go with it."""
        for path in strange_files(self.folder, self._kept):
            self._aside(path, "is not of this store")
        for name, faults in list(faults_of_parts(self.folder, self._kept)):
            killed = not self._kept.closed and not any(faults.values())
            self._begin()
            for table in self.tables:
                path = self.folder / table / name
                if path.exists() and killed:
                    path.unlink()  # the part of one table, before that of the next was written
                elif path.exists():
                    self._aside(path, faults[table] or "lacks what goes with it")
                else:
                    self.mended.append(f"{table}/{name} is missing: it is made again")

    def _jobs_in_parts(self) -> Iterator[int]:
        for path in parts_in(self.folder / self.tables[-1]):
            yield from rows_of(path)[JOB].to_pylist()

    # ------------------------------------------------------------------ writing

    def add(self, rows: Mapping[str, Mapping[str, Any]]) -> None:
        """Append the rows of finished jobs; a kill cannot take them back when this returns.

        Parameters
        ----------
        rows : mapping
            For each table, columns by name: arrays of one length. The column :data:`JOB` says
            which job a row comes from and ascends; a job is one of those in the last table. Rows
            written earlier under its number are replaced, in every table.

        Raises
        ------
        InputError
            The disk is full or the folder has become unwritable; what was there is kept.
        """
        with told(self.folder):
            self._begin()
            for block, tables in by_block(as_tables(self.tables, rows), BLOCK):
                self._keep(block, tables)

    def add_packed(self, blocks: Iterable[Packed]) -> None:
        """Put the rows of whole blocks in their place: see :meth:`add`."""
        with told(self.folder):
            self._begin()
            for block, files in blocks:
                paths = [part_path(self.folder / name, block) for name in self.tables]
                paths += [journal_path(self.folder, name, block) for name in self.tables]
                if any(path.is_file() for path in paths):
                    self._keep(block, [pq.read_table(files[name]) for name in self.tables])
                    continue
                for name, path in zip(self.tables, paths, strict=False):
                    _write(path, files[name])
                self.finished.update(range(block * BLOCK, (block + 1) * BLOCK))

    def _keep(self, block: int, tables: list[pa.Table]) -> None:
        """Write rows of one block: into its parts if they are all it lacks, else its journals."""
        jobs = set(tables[-1][JOB].to_pylist())
        journals = [journal_path(self.folder, name, block) for name in self.tables]
        if len(jobs) == BLOCK and not journals[-1].is_file():
            self._pack(block, tables)
            self.finished |= jobs
            return
        with _all_or_none(journals):
            for path, table in zip(journals, tables, strict=True):
                journal.append(path, table, self._kept.study)
        self._sync_journals(journals)
        self.finished |= jobs
        if all(job in self.finished for job in range(block * BLOCK, (block + 1) * BLOCK)):
            self._pack(block, in_journals(self.folder, self.tables, block, self._kept.study))

    def _sync_journals(self, written: Iterable[Path]) -> None:
        """Put journals on the disk for good, not more often than a loss of power is worth."""
        self._unsynced.update(written)
        if time.monotonic() - self._synced > SYNCED:
            for path in filter(Path.exists, self._unsynced):
                sync(path)
            sync(self.folder)
            self._unsynced.clear()
            self._synced = time.monotonic()

    def close(self) -> None:
        """Pack what is left into parts, state all files, and let others write."""
        try:
            with told(self.folder):
                self._pack_journals()
                if not self._kept.closed:
                    self._kept = self._all_stated()
                    self._state(self.study, self._kept)
        finally:
            self._lock.release()

    def _pack_journals(self) -> None:
        for block in blocks_of_journals(self.folder, self.tables):
            self._begin()
            tables = in_journals(self.folder, self.tables, block, self._kept.study)
            self._pack(block, tables)
            self.finished.update(tables[-1][JOB].to_pylist() if tables else ())

    def _pack(self, block: int, tables: Sequence[pa.Table]) -> None:
        """Write rows of one block into a part of each table, and drop its journals."""
        for name, table in zip(self.tables, tables, strict=bool(tables)):
            path = part_path(self.folder / name, block)
            kept = [rows_of(path, None)] if path.is_file() else []
            together = merged(kept, table, tables[-1][JOB])
            _write(path, sealed(together, Origin(self._kept.study, name, block)))
        for name in self.tables:
            journal_path(self.folder, name, block).unlink(missing_ok=True)
            self._unsynced.discard(journal_path(self.folder, name, block))

    def read(self, table: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Return a table as far as it is finished, in the order of jobs."""
        return _read(self.folder, self._kept, table, columns)


class Memory:
    """The tables of one study in memory: a :class:`Store` without a folder.

    Parameters
    ----------
    tables : sequence of str
    study : mapping
        What a manifest would say.
    """

    folder: Path | None = None

    def __init__(self, tables: Sequence[str], study: Mapping[str, Any]) -> None:
        self.tables, self.study = tuple(tables), dict(study)
        self._batches: list[Mapping[str, Mapping[str, Any]]] = []
        self._later: dict[int, int] = {}  # the last batch of each job
        self._again = False  # whether a job is in two batches

    def __enter__(self) -> Memory:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    @property
    def finished(self) -> set[int]:
        """The jobs that have rows."""
        return set(self._later)

    def restate(self, **changes: Any) -> None:
        """Change what the manifest would say."""
        self.study |= changes

    def add(self, rows: Mapping[str, Mapping[str, Any]]) -> None:
        """Keep the rows of finished jobs: see :meth:`Store.add`."""
        jobs = np.asarray(rows[self.tables[-1]][JOB]).tolist()
        self._again = self._again or not self._later.keys().isdisjoint(jobs)
        self._later |= dict.fromkeys(jobs, len(self._batches))
        self._batches.append(rows)

    def batches(self, tables: Sequence[str]) -> Iterator[Mapping[str, Mapping[str, Any]]]:
        """Yield what was added, batch by batch, as :meth:`add` takes it."""
        for batch in self._batches:
            yield {name: batch[name] for name in tables}

    def has(self, table: str) -> bool:
        """Return whether a table has any rows yet."""
        return bool(self._batches) and table in self.tables

    def read(self, table: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Return a table as far as it is finished, in the order of jobs."""
        import pandas as pd

        if not self._batches:
            raise InputError("there are no finished runs yet")
        batches = [batch[table] for batch in self._batches]
        jobs = np.concatenate([np.asarray(batch[JOB], np.int64) for batch in batches])
        order = np.argsort(jobs, kind="stable")
        if self._again:
            batch_of = np.repeat(np.arange(len(batches)), [len(batch[JOB]) for batch in batches])
            last = np.array([self._later[job] for job in jobs.tolist()])
            order = order[batch_of[order] == last[order]]
        names = list(batches[0]) if columns is None else [c for c in columns if c != JOB]
        names = [JOB, *(name for name in names if name != JOB)]
        return pd.DataFrame(
            {n: np.concatenate([np.asarray(b[n]) for b in batches])[order] for n in names}
        )

    def read_whole(
        self, table: str, runs: str, columns: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """Return a table: see :meth:`Stored.read_whole`; memory loses nothing."""
        return self.read(table, columns)


class Stored:
    """The tables of a folder, to be read.

    Attributes
    ----------
    folder : Path
    study : dict
        What the manifest says.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self.study, self.kept = manifest_in(self.folder)

    def has(self, table: str) -> bool:
        """Return whether a table has any rows yet."""
        return has_rows(self.folder, table) or self.kept.rows.get(table, 0) > 0

    def read(
        self,
        table: str,
        columns: Sequence[str] | None = None,
        jobs: Sequence[int] | None = None,
    ) -> pd.DataFrame:
        """Return a table, or the rows of some jobs, as far as it is finished: in their order."""
        try:
            return _read(self.folder, self.kept, table, columns, jobs)
        except DamagedError:
            study, kept = manifest_in(self.folder)
            if kept == self.kept:
                raise
        self.study, self.kept = study, kept  # somebody has written to it meanwhile
        return _read(self.folder, self.kept, table, columns, jobs)

    def beside(self, name: str) -> Path:
        """Return the path of a file that goes with the manifest, as it was written.

        Raises
        ------
        InputError
            It is missing or damaged.
        """
        path = self.folder / name
        if not self.kept.files.get(name) or digest_of(path) != self.kept.files[name]:
            raise DamagedError(
                f"the results in {self.folder} are damaged: {name} is missing or not as it was "
                f"written{REMEDY}"
            )
        return path

    def batches(self, tables: Sequence[str]) -> Iterator[Mapping[str, Mapping[str, Any]]]:
        """Yield rows block by block, as :meth:`Store.add` takes them."""
        blocks = {job // BLOCK for job in self.read(tables[-1], [])[JOB]}
        for block in sorted(blocks):
            jobs = range(block * BLOCK, (block + 1) * BLOCK)
            yield {name: _columns(self.read(name, jobs=jobs)) for name in tables}

    def read_whole(
        self, table: str, runs: str, columns: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """Return a table, or columns of it, with all the rows that the last table counts.

        Parameters
        ----------
        table : str
        runs : str
            The last table, which says how many rows each job has in the others.
        columns : sequence of str, optional

        Raises
        ------
        InputError
            Rows are missing.
        """
        # Counted before the rows are read: a job that finishes meanwhile is in the rows alone.
        counts = self.read(runs, [f"rows_of_{table}"]).set_index(JOB)[f"rows_of_{table}"]
        found = self.read(table, columns) if self.has(table) or not counts.any() else None
        present = 0 if found is None else found[JOB].value_counts().reindex(counts.index).fillna(0)
        lacking = int((counts != present).sum())
        if found is None or lacking:
            raise InputError(
                f"the results in {self.folder} are damaged: of {lacking:,} runs not all rows of "
                f"{table} are there{REMEDY}"
            )
        return found[found[JOB].isin(counts.index)]


def is_store(folder: str | Path) -> bool:
    """Return whether a folder has a manifest."""
    return (Path(folder) / MANIFEST).is_file()


def read_manifest(folder: str | Path) -> dict[str, Any]:
    """Return what a folder's manifest says of the study.

    Raises
    ------
    InputError
        There is none, or it is damaged.
    """
    return manifest_in(Path(folder))[0]


def has_rows(folder: str | Path, table: str) -> bool:
    """Return whether a table has any rows yet."""
    source = Path(folder)
    return bool(parts_in(source / table)) or bool(journals_in(source, table))


def read_table(
    folder: str | Path, table: str, columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return one table of a store, in the order of jobs; also while it is being written.

    Parameters
    ----------
    folder : path
    table : str
    columns : sequence of str, optional

    Raises
    ------
    InputError
        The folder is no store, or a file is damaged.
    """
    return Stored(folder).read(table, columns)


def _read(
    folder: Path,
    kept: Kept,
    table: str,
    columns: Sequence[str] | None = None,
    jobs: Sequence[int] | None = None,
) -> pd.DataFrame:
    wanted = None if columns is None else [JOB, *(c for c in columns if c != JOB)]
    blocks = None if jobs is None else {job // BLOCK for job in jobs}
    some, stated = parts_in(folder / table, blocks), kept.parts(table)
    if kept.closed:
        _refuse_other_parts(folder, table, some, stated, blocks)
    try:
        parts = [
            read_part(
                path,
                Origin(kept.study, table, block_of(path)),
                stated.get(f"{table}/{path.name}"),
                wanted,
            )
            for path in some
        ]
    except (DamagedError, pa.ArrowInvalid) as error:
        reason = str(error).splitlines()[0]
        raise DamagedError(f"the results in {folder} are damaged: {reason}{REMEDY}") from None
    for path in [] if kept.closed else journals_in(folder, table, blocks):
        late, _ = journal.read(path, kept.study)
        if late:
            fresh = latest(late, [batch[JOB] for batch in late])
            parts = [merged(parts, fresh.select(wanted) if wanted else fresh, fresh[JOB])]
    if not parts and jobs:
        raise DamagedError(
            f"the results in {folder} are damaged: {table} has not all its parts{REMEDY}"
        )
    if not parts:
        raise InputError(f"{folder} holds no finished runs yet")
    together = pa.concat_tables(parts, promote_options="default")
    if jobs is not None:
        together = together.filter(pc.is_in(together[JOB], pa.array(jobs, pa.int64())))
    return together.to_pandas()


def _refuse_other_parts(
    folder: Path,
    table: str,
    found: Iterable[Path],
    stated: Iterable[str],
    blocks: set[int] | None,
) -> None:
    """Raise a DamagedError unless the parts are those that the manifest states."""
    there = {f"{table}/{path.name}" for path in found}
    wanted = set(stated)
    if blocks is not None:
        wanted = {name for name in wanted if block_of(Path(name)) in blocks}
    if other := sorted(there ^ wanted):
        what = "is missing" if other[0] in wanted else "is not one of its parts"
        raise DamagedError(f"the results in {folder} are damaged: {other[0]} {what}{REMEDY}")


# ------------------------------------------------------------------------------- helpers


def _identity(study: Mapping[str, Any], same: Iterable[str]) -> str:
    return identity_of({key: study[key] for key in same if key != MODEL})


def _write(path: Path, content: pa.Buffer) -> None:
    whole(path, lambda part: part.write_bytes(memoryview(content)))


def _columns(rows: pd.DataFrame) -> dict[str, Any]:
    """Return rows that were read as :meth:`Store.add` takes them."""
    names = [name for name in rows.columns if not name.startswith("rows_of_")]
    return {name: rows[name].to_numpy() for name in names}


@contextmanager
def _all_or_none(paths: Sequence[Path]) -> Iterator[None]:
    """Take back what was appended to files when it could not be appended to all."""
    sizes = [path.stat().st_size if path.is_file() else 0 for path in paths]
    try:
        yield
    except BaseException:
        for path, size in zip(paths, sizes, strict=True):
            if path.is_file():
                os.truncate(path, size)
        raise


def _other(folder: Path, key: str, before: Any, now: Any) -> str:
    """Return the sentence that refuses a folder of another study."""
    if key == MODEL:
        return (
            f"{folder} was made by other code of the model: model was {before}, is now {now}; "
            "give another folder, or let its rows be added and marked (--other-code)"
        )
    if isinstance(before, dict) and isinstance(now, dict):
        some = next(k for k in now if before.get(k) != now[k])
        return _other(folder, some, before.get(some), now[some])
    return (
        f"{folder} holds other results: {key} was {_short(before)}, is now {_short(now)}; give "
        "another folder"
    )


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
