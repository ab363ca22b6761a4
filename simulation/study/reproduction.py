"""Running saved results again, and saying whether every number is the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..pictures.summaries import measures_in
from .execution import named_executor, run_jobs
from .results import Runs, StoredRuns, load, load_runs, provenance
from .store import JOB, read_manifest
from .sweeps import Study, points_of, run_point, run_points

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Reproduction", "reproduce"]


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
        Measures with other numbers, and how many.
    notes : tuple of str
        Versions that differ from those of the first time.
    """

    same: bool
    rows: int
    numbers: int
    different: dict[str, int]
    notes: tuple[str, ...]


def reproduce(folder: str | Path, progress: Callable[[], Any] | None = None) -> Reproduction:
    """Run saved results again from their manifest and compare every number.

    Of a sweep, the runs that failed are left out.

    Raises
    ------
    InputError
        The folder holds no results that this version can run.
    """
    first = load_runs(folder)
    if isinstance(first, StoredRuns):
        return _reproduce_sweep(first, progress)
    _, stated = load(folder)
    again = [
        run_points(
            [scenario], first.seed, _range(stated), place, vectors=first.vectors, progress=progress
        ).table
        for scenario, place in zip(first.scenarios, first.organizations, strict=True)
    ]
    return _compare(first, again, stated)


def runs_in(folder: str | Path) -> int:
    """Return how many runs a results folder holds, as far as they can be run again."""
    first = load_runs(folder)
    if isinstance(first, StoredRuns):
        return int((first.runs["status"] == "finished").sum())
    return len(first.scenarios) * first.replications


def _range(stated: dict[str, Any]) -> range:
    numbers = stated["replications"]
    return range(numbers[0], numbers[-1] + 1)


def _compare(first: Runs, again: list[pd.DataFrame], stated: dict[str, Any]) -> Reproduction:
    import pandas as pd

    table, fresh = first.table, pd.concat(again, ignore_index=True)
    measures = [name for name in table.columns if name not in ("scenario", "point")]
    missing = [name for name in measures if name not in fresh]
    rows = min(len(table), len(fresh))
    different = {
        name: _unequal(table[name].to_numpy()[:rows], fresh[name].to_numpy()[:rows])
        for name in measures
        if name not in missing
    }
    different = {name: count for name, count in different.items() if count}
    different |= dict.fromkeys(missing, len(table))
    same = not different and len(table) == len(fresh)
    return Reproduction(same, len(table), len(table) * len(measures), different, _news(stated))


def _reproduce_sweep(first: StoredRuns, progress: Callable[[], Any] | None) -> Reproduction:
    """Compare run by run, so that no more than a part of the table is in memory."""
    stated = read_manifest(first.folder)
    study = Study(first.base, first.organization, first.seed, stated["levels"], False)
    runs = first.runs
    runs = runs[runs["status"] == "finished"].set_index(JOB)
    numbers, different = runs.index.tolist(), dict[str, int]()
    names = measures_in(runs.columns)
    with named_executor() as pool:
        for done in run_jobs(run_point, study, points_of(first.design, numbers), pool):
            row = runs.loc[numbers[done.position]]
            for name in names:
                again = np.nan if done.error else done.value["runs"][name][0]
                if _unequal(np.array([row[name]], float), np.array([again], float)):
                    different[name] = different.get(name, 0) + 1
            if progress is not None:
                progress()
    return Reproduction(
        not different, len(numbers), len(numbers) * len(names), different, _news(stated)
    )


def _unequal(first: np.ndarray, second: np.ndarray) -> int:
    return int((~((first == second) | (np.isnan(first) & np.isnan(second)))).sum())


def _news(stated: dict[str, Any]) -> tuple[str, ...]:
    now = provenance()["versions"]
    then = stated["versions"]
    names = sorted(name for name in now if then.get(name) != now[name])
    return tuple(f"{name} was {then.get(name, 'absent')}, is now {now[name]}" for name in names)
