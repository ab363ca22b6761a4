"""Rows of jobs as Arrow tables: in the order of jobs, those of one job as they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["JOB", "as_tables", "ascending", "both_ends", "by_block", "latest", "merged"]

#: Column with the number of the job that a row comes from.
JOB = "job"


def as_tables(names: Sequence[str], rows: Mapping[str, Mapping[str, Any]]) -> list[pa.Table]:
    """Return columns as tables; the last one says how many rows each job has in the others."""
    *others, last = ({key: _array(v) for key, v in rows[name].items()} for name in names)
    jobs = last[JOB].to_numpy()
    for name, columns in zip(names, others, strict=False):
        ends = np.searchsorted(columns[JOB].to_numpy(), both_ends(jobs))
        last[f"rows_of_{name}"] = pa.array(np.diff(ends, axis=0)[0].astype(np.int32))
    return [pa.table(columns) for columns in (*others, last)]


def _array(values: Any) -> pa.Array:
    """Return a column; texts are texts even where there is none."""
    texts = isinstance(values, np.ndarray) and values.dtype.kind == "O"
    return pa.array(values, pa.string() if texts else None)


def by_block(tables: Sequence[pa.Table], size: int) -> Iterator[tuple[int, list[pa.Table]]]:
    """Yield each block of so many jobs of those in the last table, with its rows in every table."""
    for block in np.unique(tables[-1][JOB].to_numpy() // size).tolist():
        yield block, [_between(table, block * size, (block + 1) * size) for table in tables]


def _between(table: pa.Table, low: int, high: int) -> pa.Table:
    """Return the rows of jobs from one number up to another, which ascend."""
    begin, end = np.searchsorted(table[JOB].to_numpy(), [low, high]).tolist()
    return table.slice(begin, end - begin)


def merged(kept: Sequence[pa.Table], fresh: pa.Table, jobs: pa.ChunkedArray) -> pa.Table:
    """Return rows in the order of jobs, those of fresh jobs in place of older ones."""
    old = [table.filter(pc.invert(pc.is_in(table[JOB], jobs))) for table in kept]
    return ascending(pa.concat_tables([*old, fresh], promote_options="default"))


def latest(batches: Sequence[pa.Table], jobs: Sequence[pa.ChunkedArray]) -> pa.Table:
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
    return ascending(pa.concat_tables(kept[::-1], promote_options="default"))


def ascending(table: pa.Table) -> pa.Table:
    """Return rows in the order of jobs, those of one job as they stand."""
    jobs = table[JOB].to_numpy()
    if np.any(jobs[1:] < jobs[:-1]):
        table = table.take(pc.sort_indices(table, [(JOB, "ascending")]))  # stable
    return table.combine_chunks()


def both_ends(jobs: np.ndarray) -> np.ndarray:
    """Return each number, and the one after it."""
    return np.stack([jobs, jobs + 1])
