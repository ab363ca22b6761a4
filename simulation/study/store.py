"""Tables on disk that grow batch by batch of jobs and survive a kill at any moment.

A store is a folder. Jobs are numbered, and when all of one block of numbers are finished, their
rows are written, sorted, as one Parquet part per table. Until then the rows of a finished batch
are appended at once to the journals of its block::

    manifest.json            what the study is
    runs/part-00000.parquet  read the folder runs/ as one table with anything that reads Parquet
    months/part-00000.parquet
    journal-runs-00001.arrow what is not yet in a part

So the parts are the same bytes whatever the order in which jobs finish and however often the
work was interrupted. What is written appears whole or not at all, a torn end of a journal is
dropped, and one process at a time may write. Nothing is kept in memory but which jobs are
finished, and nothing but a part is ever written anew.
"""

from __future__ import annotations

import errno
import functools
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from ..errors import InputError
from ..files import whole

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "JOB",
    "MANIFEST",
    "Memory",
    "Packed",
    "Store",
    "Stored",
    "is_store",
    "packed",
    "read_manifest",
    "read_table",
    "whole_blocks",
]

MANIFEST = "manifest.json"
#: Column with the number of the job that a row comes from.
JOB = "job"
#: Key of a manifest with the digest of the code.
MODEL = "model"
#: Jobs whose rows make one part.
BLOCK = 256


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


def packed(tables: Sequence[str], rows: Mapping[str, Mapping[str, Any]]) -> list[Packed]:
    """Return the rows of finished jobs, which are those of whole blocks, as Parquet files.

    Making the files is most of the work of writing; so it can be done where the jobs are run.

    Parameters
    ----------
    tables, rows
        See :meth:`Store.add`.
    """
    together = _as_tables(tables, rows)
    return [
        Packed(block, {n: _parquet(t) for n, t in zip(tables, some, strict=True)})
        for block, some in _by_block(together)
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

    Raises
    ------
    InputError
        The folder cannot be written, another process is writing to it, or it holds
        another study.
    """

    def __init__(
        self,
        folder: str | Path,
        tables: Sequence[str],
        study: Mapping[str, Any] | None = None,
        same: Sequence[str] = (),
    ) -> None:
        self.folder, self.tables = Path(folder), tuple(tables)
        self._lock = FileLock(self.folder / ".lock")
        with _told(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            self._take()
        try:
            self.study = self._agreed(study, same)
            with _told(self.folder):
                for name in tables:
                    (self.folder / name).mkdir(exist_ok=True)
            self.finished = set(_jobs_in(self.folder / self.tables[-1]))
            with _told(self.folder):
                self._pack_journals()
        except BaseException:
            self._lock.release()
            raise

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _take(self) -> None:
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise InputError(f"{self.folder} is being written by another process") from None

    def _agreed(self, study: Mapping[str, Any] | None, same: Sequence[str]) -> dict[str, Any]:
        if not is_store(self.folder):
            if study is None:
                raise InputError(f"{self.folder} is no results folder: it has no {MANIFEST}")
            self._state(study)
            return dict(study)
        there = read_manifest(self.folder)
        for key in same:
            if study is not None and there.get(key) != study[key]:
                raise InputError(_other(self.folder, key, there.get(key), study[key]))
        return there

    def restate(self, **changes: Any) -> None:
        """Change what the manifest says."""
        self.study |= changes
        self._state(self.study)

    def telling(self) -> _told:
        """Return a context in which what the disk refuses is told in one sentence."""
        return _told(self.folder)

    def has(self, table: str) -> bool:
        """Return whether a table has any rows yet."""
        return has_rows(self.folder, table)

    def _state(self, study: Mapping[str, Any]) -> None:
        text = json.dumps(study, indent=1, allow_nan=False) + "\n"
        with _told(self.folder):
            whole(self.folder / MANIFEST, lambda path: path.write_text(text))

    # ------------------------------------------------------------------ writing

    def add(self, rows: Mapping[str, Mapping[str, Any]]) -> None:
        """Append the rows of finished jobs; they are on disk when this returns.

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
        with _told(self.folder):
            for block, tables in _by_block(_as_tables(self.tables, rows)):
                self._keep(block, tables)

    def add_packed(self, blocks: Iterable[Packed]) -> None:
        """Put the rows of whole blocks in their place: see :meth:`add`."""
        with _told(self.folder):
            for block, files in blocks:
                paths = [_part(self.folder / name, block) for name in self.tables]
                paths += [_journal_path(self.folder, name, block) for name in self.tables]
                if any(path.is_file() for path in paths):
                    self._keep(block, [pq.read_table(files[name]) for name in self.tables])
                    continue
                for name, path in zip(self.tables, paths, strict=False):
                    whole(path, functools.partial(_write_part, files[name]))
                self.finished.update(range(block * BLOCK, (block + 1) * BLOCK))

    def _keep(self, block: int, tables: list[pa.Table]) -> None:
        """Write rows of one block: into its parts if they are all it lacks, else its journals."""
        jobs = set(tables[-1][JOB].to_pylist())
        journals = [_journal_path(self.folder, name, block) for name in self.tables]
        if len(jobs) == BLOCK and not journals[-1].is_file():
            self._pack(block, tables)
            self.finished |= jobs
            return
        with _all_or_none(journals):
            for path, table in zip(journals, tables, strict=True):
                _append(path, table)
        self.finished |= jobs
        if all(job in self.finished for job in range(block * BLOCK, (block + 1) * BLOCK)):
            self._pack(block, _in_journals(self.folder, self.tables, block))

    def close(self) -> None:
        """Pack what is left into parts and let others write."""
        try:
            with _told(self.folder):
                self._pack_journals()
        finally:
            self._lock.release()

    def _pack_journals(self) -> None:
        for block in _blocks_of_journals(self.folder, self.tables):
            tables = _in_journals(self.folder, self.tables, block)
            self._pack(block, tables)
            self.finished.update(tables[-1][JOB].to_pylist() if tables else ())

    def _pack(self, block: int, tables: Sequence[pa.Table]) -> None:
        """Write rows of one block into a part of each table, and drop its journals."""
        for name, table in zip(self.tables, tables, strict=bool(tables)):
            path = _part(self.folder / name, block)
            kept = [pq.read_table(path)] if path.is_file() else []
            merged = _merged(kept, table, tables[-1][JOB])
            whole(path, functools.partial(_write_part, _parquet(merged)))
        for name in self.tables:
            _journal_path(self.folder, name, block).unlink(missing_ok=True)

    def read(self, table: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Return a table as far as it is finished, in the order of jobs."""
        return read_table(self.folder, table, columns)


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

    def read_whole(self, table: str, runs: str) -> pd.DataFrame:
        """Return a table: see :meth:`Stored.read_whole`; memory loses nothing."""
        return self.read(table)


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
        self.study = read_manifest(folder)

    def has(self, table: str) -> bool:
        """Return whether a table has any rows yet."""
        return has_rows(self.folder, table)

    def read(
        self,
        table: str,
        columns: Sequence[str] | None = None,
        jobs: Sequence[int] | None = None,
    ) -> pd.DataFrame:
        """Return a table, or the rows of some jobs, as far as it is finished: in their order."""
        return read_table(self.folder, table, columns, jobs)

    def batches(self, tables: Sequence[str]) -> Iterator[Mapping[str, Mapping[str, Any]]]:
        """Yield rows block by block, as :meth:`Store.add` takes them."""
        blocks = {job // BLOCK for job in self.read(tables[-1], [])[JOB]}
        for block in sorted(blocks):
            jobs = range(block * BLOCK, (block + 1) * BLOCK)
            yield {name: _columns(self.read(name, jobs=jobs)) for name in tables}

    def read_whole(self, table: str, runs: str) -> pd.DataFrame:
        """Return a table, with all the rows that the last table counts.

        Parameters
        ----------
        table : str
        runs : str
            The last table, which says how many rows each job has in the others.

        Raises
        ------
        InputError
            Rows are missing.
        """
        # Counted before the rows are read: a job that finishes meanwhile is in the rows alone.
        counts = self.read(runs, [f"rows_of_{table}"]).set_index(JOB)[f"rows_of_{table}"]
        found = self.read(table) if self.has(table) or not counts.any() else None
        present = 0 if found is None else found[JOB].value_counts().reindex(counts.index).fillna(0)
        lacking = int((counts != present).sum())
        if found is None or lacking:
            raise InputError(
                f"the results in {self.folder} are damaged: of {lacking:,} runs not all rows of "
                f"{table} are there"
            )
        return found


def is_store(folder: str | Path) -> bool:
    """Return whether a folder has a manifest."""
    return (Path(folder) / MANIFEST).is_file()


def read_manifest(folder: str | Path) -> dict[str, Any]:
    """Return what a folder's manifest says.

    Raises
    ------
    InputError
        There is none, or it is damaged.
    """
    path = Path(folder) / MANIFEST
    if not path.is_file():
        raise InputError(f"{folder} is no results folder: it has no {MANIFEST}")
    try:
        stated = json.loads(path.read_text())
    except (OSError, ValueError, RecursionError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"the results in {folder} are damaged: {reason}") from None
    if not isinstance(stated, dict):
        raise InputError(f"the results in {folder} are damaged: {MANIFEST} must be a table")
    return stated


def has_rows(folder: str | Path, table: str) -> bool:
    """Return whether a table has any rows yet."""
    source = Path(folder)
    return bool(_parts(source / table)) or bool(_journals(source, table))


def read_table(
    folder: str | Path,
    table: str,
    columns: Sequence[str] | None = None,
    jobs: Sequence[int] | None = None,
) -> pd.DataFrame:
    """Return one table of a store, in the order of jobs; also while it is being written.

    Parameters
    ----------
    folder : path
    table : str
    columns : sequence of str, optional
    jobs : sequence of int, optional
        Only their rows; other parts are not read.

    Raises
    ------
    InputError
        A part is damaged.
    """
    source = Path(folder)
    wanted = None if columns is None else [JOB, *(c for c in columns if c != JOB)]
    try:
        some = _parts(source / table, jobs)
        parts = [pq.read_table(path, columns=wanted) for path in some]
    except (OSError, pa.ArrowInvalid) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"the results in {source} are damaged: {reason}") from None
    for path in _journals(source, table, jobs):
        late = _read_journal(path)
        if late:
            fresh = _latest(late, [batch[JOB] for batch in late])
            parts = [_merged(parts, fresh.select(wanted) if wanted else fresh, fresh[JOB])]
    if not parts and jobs:
        raise InputError(f"the results in {source} are damaged: {table} has not all its parts")
    if not parts:
        raise InputError(f"{source} holds no finished runs yet")
    together = pa.concat_tables(parts, promote_options="default")
    if jobs is not None:
        together = together.filter(pc.is_in(together[JOB], pa.array(jobs, pa.int64())))
    return together.to_pandas()


# ------------------------------------------------------------------------------- helpers


class _told:  # noqa: N801
    """Turn what the disk refuses into one sentence."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, OSError):
            full = error.errno == errno.ENOSPC or "No space left" in str(error)
            why = "the disk is full" if full else error.strerror or str(error).splitlines()[0]
            kept = "; what was finished is kept" if full else ""
            raise InputError(f"cannot write results to {self.folder}: {why}{kept}") from None


def _parts(folder: Path, jobs: Sequence[int] | None = None) -> list[Path]:
    """Return the files of a table's parts, all or those that can hold rows of some jobs."""
    if jobs is None:
        return sorted(folder.glob("part-*.parquet"))
    paths = [_part(folder, block) for block in sorted({job // BLOCK for job in jobs})]
    return [path for path in paths if path.is_file()]


def _part(folder: Path, block: int) -> Path:
    return folder / f"part-{block:05}.parquet"


def _jobs_in(folder: Path) -> Iterable[int]:
    for path in _parts(folder):
        yield from pq.read_table(path, columns=[JOB])[JOB].to_pylist()


def _journal_path(folder: Path, name: str, block: int) -> Path:
    return folder / f"journal-{name}-{block:05}.arrow"


def _journals(folder: Path, name: str, jobs: Sequence[int] | None = None) -> list[Path]:
    """Return a table's journals, all or those that can hold rows of some jobs."""
    if jobs is None:
        return sorted(folder.glob(f"journal-{name}-*.arrow"))
    blocks = sorted({job // BLOCK for job in jobs})
    return [path for b in blocks if (path := _journal_path(folder, name, b)).is_file()]


def _blocks_of_journals(folder: Path, tables: Sequence[str]) -> list[int]:
    paths = [path for name in tables for path in _journals(folder, name)]
    return sorted({int(path.stem.rsplit("-", 1)[1]) for path in paths})


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


def _append(path: Path, table: pa.Table) -> None:
    """Append rows to a journal as one batch, whole or torn, never mixed with another."""
    (batch,) = table.combine_chunks().to_batches() or [_no_rows(table.schema)]
    with path.open("ab", buffering=0) as file:
        if file.tell() == 0:
            file.write(table.schema.serialize())
        file.write(batch.serialize())


def _no_rows(schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array([], f.type) for f in schema], schema=schema)


def _read_journal(path: Path) -> list[pa.Table]:
    """Return the batches of a journal, up to a torn end if it has one."""
    batches: list[pa.Table] = []
    try:
        with pa.memory_map(str(path)) as file, pa.ipc.open_stream(file) as reader:
            for batch in reader:
                batches.append(pa.Table.from_batches([batch]))  # noqa: PERF401
    except (OSError, pa.ArrowInvalid):
        pass  # absent, or torn: what came before the end is whole
    return batches


def _in_journals(folder: Path, tables: Sequence[str], block: int) -> list[pa.Table]:
    """Return what the journals of a block hold of jobs all of whose rows are there, by table.

    The batches of all its journals belong together one by one, the last table's being written
    last.
    """
    read = [_read_journal(_journal_path(folder, name, block)) for name in tables]
    count = min(map(len, read))
    if count == 0:
        return []
    jobs = [batch[JOB] for batch in read[-1][:count]]
    found = [_latest(batches[:count], jobs) for batches in read]
    whole_ones = np.ones(found[-1].num_rows, bool)
    for name, table in zip(tables[:-1], found[:-1], strict=True):
        places = np.searchsorted(table[JOB].to_numpy(), _both_ends(found[-1][JOB].to_numpy()))
        whole_ones &= np.diff(places, axis=0)[0] == found[-1][f"rows_of_{name}"].to_numpy()
    if whole_ones.all():
        return found
    some = found[-1][JOB].filter(pa.array(whole_ones))
    return [table.filter(pc.is_in(table[JOB], some)) for table in found]


def _both_ends(jobs: np.ndarray) -> np.ndarray:
    return np.stack([jobs, jobs + 1])


def _latest(batches: Sequence[pa.Table], jobs: Sequence[pa.ChunkedArray]) -> pa.Table:
    """Return the rows of some batches in the order of jobs; of a job that is in two, the later's.

    Parameters
    ----------
    batches : sequence of tables
    jobs : sequence of arrays
        Of each batch the jobs that it has, with rows in it or without.
    """
    later: set[int] = set()
    kept = []
    for batch, some in zip(reversed(batches), reversed(jobs), strict=True):
        own = set(some.to_pylist())
        again = pa.array(sorted(own & later), pa.int64())
        kept.append(batch.filter(pc.invert(pc.is_in(batch[JOB], again))) if len(again) else batch)
        later |= own
    return _sorted(pa.concat_tables(kept[::-1], promote_options="default"))


def _as_tables(names: Sequence[str], rows: Mapping[str, Mapping[str, Any]]) -> list[pa.Table]:
    """Return columns as tables; the last one says how many rows each job has in the others."""
    *others, last = ({key: _array(v) for key, v in rows[name].items()} for name in names)
    jobs = last[JOB].to_numpy()
    for name, columns in zip(names, others, strict=False):
        ends = np.searchsorted(columns[JOB].to_numpy(), _both_ends(jobs))
        last[f"rows_of_{name}"] = pa.array(np.diff(ends, axis=0)[0].astype(np.int32))
    return [pa.table(columns) for columns in (*others, last)]


def _array(values: Any) -> pa.Array:
    """Return a column; texts are texts even where there is none."""
    texts = isinstance(values, np.ndarray) and values.dtype.kind == "O"
    return pa.array(values, pa.string() if texts else None)


def _by_block(tables: Sequence[pa.Table]) -> Iterator[tuple[int, list[pa.Table]]]:
    """Yield each block of the jobs in the last table, with its rows in every table."""
    for block in np.unique(tables[-1][JOB].to_numpy() // BLOCK).tolist():
        yield block, [_between(table, block * BLOCK, (block + 1) * BLOCK) for table in tables]


def _between(table: pa.Table, low: int, high: int) -> pa.Table:
    """Return the rows of jobs from one number up to another, which ascend."""
    begin, end = np.searchsorted(table[JOB].to_numpy(), [low, high]).tolist()
    return table.slice(begin, end - begin)


def _merged(kept: Sequence[pa.Table], fresh: pa.Table, jobs: pa.ChunkedArray) -> pa.Table:
    """Return rows in the order of jobs, those of fresh jobs in place of older ones."""
    old = [table.filter(pc.invert(pc.is_in(table[JOB], jobs))) for table in kept]
    return _sorted(pa.concat_tables([*old, fresh], promote_options="default"))


def _sorted(table: pa.Table) -> pa.Table:
    """Return rows in the order of jobs, those of one job as they stand."""
    jobs = table[JOB].to_numpy()
    if np.any(jobs[1:] < jobs[:-1]):
        table = table.take(pc.sort_indices(table, [(JOB, "ascending")]))  # stable
    return table.combine_chunks()


def _parquet(table: pa.Table) -> pa.Buffer:
    sink = pa.BufferOutputStream()
    pq.write_table(table.combine_chunks(), sink, compression="zstd", use_dictionary=_texts(table))
    return sink.getvalue()


def _write_part(content: pa.Buffer, path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        file.write(content)
        os.fsync(file.fileno())


def _texts(table: pa.Table) -> list[str]:
    return [field.name for field in table.schema if pa.types.is_string(field.type)]


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
