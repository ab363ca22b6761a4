"""Running saved results again, and saying whether every number is the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .execution import named_executor
from .manifest import other_hooks, provenance, read, refuse_unkept, study_in
from .running import outcomes
from .store import JOB, MODEL, Stored
from .study import ROW, RUNS, Study, refuse_other_rows

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Reproduction", "reproduce"]

#: Jobs whose rows are compared together, so that memory stays small.
_TOGETHER = 256
#: Columns that say by which code a row was made, and its number.
_OWN = (JOB, MODEL)


@dataclass(frozen=True)
class Reproduction:
    """What running results again has shown.

    Attributes
    ----------
    same : bool
        Whether every number is the same, to the bit.
    rows, numbers : int
        How much was compared.
    different : dict of str to int
        Columns with other values, as ``"months: adoption"``, and how many; ``"months: rows"``
        are those that are missing or too many.
    notes : tuple of str
        Versions that differ from those of the first time.
    """

    same: bool
    rows: int
    numbers: int
    different: dict[str, int]
    notes: tuple[str, ...]


def reproduce(
    folder: str | Path,
    progress: Callable[[], Any] | None = None,
    *,
    interventions: Iterable[Any] = (),
    analyzers: Iterable[Any] = (),
) -> Reproduction:
    """Run saved results again from their manifest and compare every number of every table.

    The runs that failed are left out.

    Parameters
    ----------
    folder : path
    progress : callable, optional
        Called once a run.
    interventions, analyzers : iterables, optional
        Those that the runs were made with: a folder does not keep Python code.

    Raises
    ------
    InputError
        The folder holds no runs, or runs that need code that was not given.
    """
    source = Stored(folder)
    hooks = tuple(interventions), tuple(analyzers)
    refuse_unkept(source, *hooks)
    study = study_in(source, *hooks)
    numbers = _finished(source, study)
    found = _Found()
    with named_executor("serial" if any(hooks) else None) as pool:
        for start in range(0, len(numbers), _TOGETHER):
            some = numbers[start : start + _TOGETHER]
            _compare(source, study, some, pool, found, progress)
    others = [f"the code of {name} is other than it was" for name in other_hooks(source, *hooks)]
    return Reproduction(
        not found.different,
        found.rows,
        found.numbers,
        dict(sorted(found.different.items())),
        (*_news(source), *others),
    )


def runs_in(folder: str | Path) -> int:
    """Return how many runs a results folder holds that can be run again."""
    source = Stored(folder)
    read(source)
    return len(_well(source.read(RUNS, ["status"])))


class _Found:
    """What has been compared so far."""

    def __init__(self) -> None:
        self.rows, self.numbers = 0, 0
        self.different: dict[str, int] = {}

    def add(self, name: str, count: int) -> None:
        """Count numbers that differ in a column."""
        if count:
            self.different[name] = self.different.get(name, 0) + count


def _finished(source: Stored, study: Study) -> list[int]:
    table = source.read(RUNS, ["status", *ROW])
    refuse_other_rows(study, table, source.folder)
    return _well(table)


def _well(table: pd.DataFrame) -> list[int]:
    return [int(n) for n in table.loc[table["status"] == "finished", JOB]]


def _compare(
    source: Stored,
    study: Study,
    numbers: Sequence[int],
    pool: Any,
    found: _Found,
    progress: Callable[[], Any] | None,
) -> None:
    before = {}
    for name in study.tables:
        table = source.read(name, jobs=numbers)
        rows = {int(str(job)): block for job, block in table.groupby(JOB)}
        before[name] = {number: rows.get(number, table.iloc[:0]) for number in numbers}
    for ran in outcomes(study, numbers, pool):
        for number, status in zip(ran.numbers, ran.rows[RUNS]["status"], strict=True):
            for name in study.tables:
                again = {} if status == "failed" else _of_one(ran.rows[name], number)
                _compare_rows(name, before[name][number], again, found)
            if progress is not None:
                progress()


def _of_one(rows: dict[str, Any], number: int) -> dict[str, Any]:
    """Return the rows of one run among those of a batch."""
    begin, end = np.searchsorted(rows[JOB], [number, number + 1])
    return {name: column[begin:end] for name, column in rows.items() if name != JOB}


def _compare_rows(table: str, rows: pd.DataFrame, again: dict[str, Any], found: _Found) -> None:
    """Compare what a table holds of one run with what the run gives now."""
    names = [name for name in rows.columns if name not in _OWN and not name.startswith("rows_of_")]
    count = len(next(iter(again.values()))) if again else 0
    found.rows += len(rows)
    found.numbers += len(rows) * sum(rows[name].dtype.kind == "f" for name in names)
    found.add(f"{table}: rows", abs(len(rows) - count))
    for name in set(again) - set(rows.columns):
        found.add(f"{table}: {name}", count)  # a column that is gone
    shared = min(len(rows), count)
    for name in names:
        if name not in again:
            found.add(f"{table}: {name}", len(rows))
        else:
            old, new = rows[name].to_numpy()[:shared], np.asarray(again[name])[:shared]
            found.add(f"{table}: {name}", _unequal(old, new))


def _unequal(first: np.ndarray, second: np.ndarray) -> int:
    if first.dtype.kind != "f":
        return int((first != second).sum())
    return int((~((first == second) | (np.isnan(first) & np.isnan(second)))).sum())


def _news(source: Stored) -> tuple[str, ...]:
    now, then = provenance()["versions"], source.study["versions"]
    names = sorted(name for name in now if then.get(name) != now[name])
    notes = [f"{name} was {then.get(name, 'absent')}, is now {now[name]}" for name in names]
    models = source.read(RUNS, [MODEL])[MODEL]
    others = int((models != source.study[MODEL]).sum())
    if others:
        notes.append(f"{others:,} runs were made by other code of the model than the rest")
    return tuple(notes)
