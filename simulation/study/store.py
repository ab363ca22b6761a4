"""Tables on disk that grow job by job and survive a kill at any moment.

A store is a folder. Every finished job's rows are appended at once to a journal; jobs are
numbered, and when all of one block of numbers are finished, their rows move, sorted, into one
Parquet part per table::

    manifest.json            what the study is
    runs/part-00000.parquet  read the folder runs/ as one table with anything that reads Parquet
    months/part-00000.parquet
    journal-runs.arrow       what is not yet in a part

So the parts are the same bytes whatever the order in which jobs finish and however often the
work was interrupted. What is written appears whole or not at all, a torn end of a journal is
dropped, and one process at a time may write.
"""

from __future__ import annotations

import errno
import functools
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    "Store",
    "Stored",
    "is_store",
    "read_manifest",
    "read_table",
]

MANIFEST = "manifest.json"
#: Column with the number of the job that a row comes from.
JOB = "job"
#: Key of a manifest with the digest of the code.
MODEL = "model"
#: Jobs whose rows make one part.
BLOCK = 256


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
            self._rows: dict[str, dict[int, pa.Table]] = {name: {} for name in tables}
            self._journals: dict[str, _Journal] = {}
            self.finished = self._recover()
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

    def add(self, job: int, rows: Mapping[str, Mapping[str, Any]]) -> None:
        """Append a finished job's rows; they are on disk when this returns.

        Parameters
        ----------
        job : int
            Its number; rows written earlier under the number are replaced.
        rows : mapping
            For each table, columns by name: arrays of one length.

        Raises
        ------
        InputError
            The disk is full or the folder has become unwritable; what was there is kept.
        """
        with _told(self.folder):
            for name in self.tables:
                count = _length(rows[name])
                columns = {JOB: pa.array([job] * count, pa.int64())}
                columns |= {key: pa.array(values) for key, values in rows[name].items()}
                if name == self.tables[-1]:
                    columns |= self._counts(rows)
                table = pa.table(columns)
                if count:
                    self._append(name, table)
                self._rows[name][job] = table
            self.finished.add(job)
            block = job // BLOCK
            if all(k in self.finished for k in range(block * BLOCK, (block + 1) * BLOCK)):
                self._pack(block)

    def _counts(self, rows: Mapping[str, Mapping[str, Any]]) -> dict[str, pa.Array]:
        """Return how many rows the job has in the other tables, to tell whether all are there."""
        return {
            f"rows_of_{name}": pa.array([_length(rows[name])], pa.int32())
            for name in self.tables[:-1]
        }

    def _append(self, name: str, table: pa.Table) -> None:
        if name not in self._journals:
            self._journals[name] = _Journal(_journal_path(self.folder, name), table.schema)
        self._journals[name].write(table)

    def close(self) -> None:
        """Pack what is left into parts and let others write."""
        try:
            with _told(self.folder):
                for block in sorted({job // BLOCK for job in self._rows[self.tables[-1]]}):
                    self._pack(block)
        finally:
            for journal in self._journals.values():
                journal.close()
            self._lock.release()

    def _pack(self, block: int) -> None:
        """Write one block's rows into a part of each table, and drop them from the journals."""
        for name in self.tables:
            path = _part(self.folder / name, block)
            kept = [pq.read_table(path)] if path.is_file() else []
            fresh = {j: t for j, t in self._rows[name].items() if j // BLOCK == block}
            if not fresh:
                continue
            merged = _merged(kept, fresh)
            whole(path, functools.partial(_write_part, merged))
            for job in fresh:
                del self._rows[name][job]
        self._rewrite_journals()

    def _rewrite_journals(self) -> None:
        """Put journals with only what is in no part yet in place of the old ones."""
        for name in self.tables:
            path = _journal_path(self.folder, name)
            left = [table for table in self._rows[name].values() if table.num_rows]
            old = self._journals.pop(name, None)
            if left:
                fresh = path.with_suffix(".new")
                self._journals[name] = _Journal(fresh, left[0].schema)
                for table in left:
                    self._journals[name].write(table)
                os.replace(fresh, path)
            else:
                path.unlink(missing_ok=True)
            if old is not None:
                old.close()

    # ------------------------------------------------------------------ opening

    def _recover(self) -> set[int]:
        """Return the jobs in parts, after packing what a killed process left in journals."""
        *others, last = self.tables
        left = {name: _by_job(_read_journal(self.folder, name)) for name in self.tables}
        self.finished = set(_jobs_in(self.folder / last))
        for job, table in left[last].items():
            found = {name: left[name].get(job) for name in others}
            counts = {name: 0 if t is None else t.num_rows for name, t in found.items()}
            if all(table[f"rows_of_{n}"][0].as_py() == count for n, count in counts.items()):
                self._rows[last][job] = table
                for name in others:
                    if found[name] is not None:
                        self._rows[name][job] = found[name]
                self.finished.add(job)
        with _told(self.folder):
            for block in sorted({job // BLOCK for job in self._rows[self.tables[-1]]}):
                self._pack(block)
            self._rewrite_journals()
        return self.finished

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
        self._rows: dict[str, dict[int, Mapping[str, Any]]] = {name: {} for name in tables}

    def __enter__(self) -> Memory:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    @property
    def finished(self) -> set[int]:
        """The jobs that have rows."""
        return set(self._rows[self.tables[-1]])

    def restate(self, **changes: Any) -> None:
        """Change what the manifest would say."""
        self.study |= changes

    def add(self, job: int, rows: Mapping[str, Mapping[str, Any]]) -> None:
        """Keep a finished job's rows: see :meth:`Store.add`."""
        for name in self.tables:
            self._rows[name][job] = rows[name]

    def has(self, table: str) -> bool:
        """Return whether a table has any rows yet."""
        return bool(self._rows.get(table))

    def read(self, table: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Return a table as far as it is finished, in the order of jobs."""
        import pandas as pd

        rows = self._rows[table]
        if not rows:
            raise InputError("there are no finished runs yet")
        jobs = sorted(rows)
        names = list(rows[jobs[0]]) if columns is None else [c for c in columns if c != JOB]
        counts = [_length(rows[job]) for job in jobs]
        whole_table = {JOB: np.repeat(np.array(jobs, np.int64), counts)}
        for name in names:
            whole_table[name] = np.concatenate([np.asarray(rows[job][name]) for job in jobs])
        return pd.DataFrame(whole_table)

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
    return bool(_parts(source / table)) or _journal_path(source, table).is_file()


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
    fresh = _by_job(_read_journal(source, table))
    if fresh:
        late = {j: t.select(wanted) if wanted else t for j, t in fresh.items()}
        parts = [_merged(parts, late)]
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


def _journal_path(folder: Path, name: str) -> Path:
    return folder / f"journal-{name}.arrow"


class _Journal:
    """A file to which tables of one schema are appended, each on disk when it is written."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._file = path.open("wb", buffering=0)
        self._writer = pa.ipc.new_stream(self._file, schema)

    def write(self, table: pa.Table) -> None:
        self._writer.write_table(table)

    def close(self) -> None:
        """Close the file without an end mark: there may be no room for one."""
        self._file.close()


def _read_journal(folder: Path, name: str) -> list[pa.Table]:
    """Return the whole rows of a journal, a table a job, up to a torn end if it has one."""
    tables: list[pa.Table] = []
    try:
        with _journal_path(folder, name).open("rb") as file, pa.ipc.open_stream(file) as reader:
            for batch in reader:
                tables.append(pa.Table.from_batches([batch]))  # noqa: PERF401
    except (OSError, pa.ArrowInvalid):
        pass  # absent, or torn: what came before the end is whole
    return tables


def _by_job(tables: Iterable[pa.Table]) -> dict[int, pa.Table]:
    """Return tables by their job; of two of one job, the later."""
    return {table[JOB][0].as_py(): table for table in tables}


def _merged(kept: Sequence[pa.Table], fresh: Mapping[int, pa.Table]) -> pa.Table:
    """Return rows in the order of jobs, those of fresh jobs in place of older ones."""
    jobs = pa.array(list(fresh), pa.int64())
    old = [table.filter(pc.invert(pc.is_in(table[JOB], jobs))) for table in kept]
    merged = pa.concat_tables([*old, *fresh.values()], promote_options="default")
    order = pc.sort_indices(merged, [(JOB, "ascending")])  # stable: months stay in order
    return merged.take(order).combine_chunks()


def _write_part(table: pa.Table, path: Path) -> None:
    with path.open("wb") as file:
        pq.write_table(table, file, compression="zstd", use_dictionary=_texts(table))
        file.flush()
        os.fsync(file.fileno())


def _texts(table: pa.Table) -> list[str]:
    return [field.name for field in table.schema if pa.types.is_string(field.type)]


def _length(columns: Mapping[str, Any]) -> int:
    return len(next(iter(columns.values())))


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
