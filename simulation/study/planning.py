"""What a sweep will take, before anything is run: runs, time and disk, from a pilot."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..organizations.organization import Organization
from ..scenarios.designs import Design
from ..scenarios.scenario import Scenario
from .execution import named_executor, workers_of
from .running import missing_jobs, outcomes
from .stopping import count_of
from .store import JOB, Store
from .study import RUNS, Rows, Study, study_of

__all__ = ["Plan", "plan"]

#: Seconds that the pilot lasts, about.
PILOT = 4.0


class Plan(NamedTuple):
    """What a sweep will take.

    Attributes
    ----------
    points, replications, runs : int
    present : int
        Runs that the folder holds already.
    seconds : float
        For the runs that are missing, with the executor asked for.
    bytes : float
        On disk, for the same.
    pilot : int
        Runs that the estimates rest on.
    failed : int
        How many of these failed.
    """

    points: int
    replications: int
    runs: int
    present: int
    seconds: float
    bytes: float
    pilot: int
    failed: int


def plan(
    base: Scenario,
    design: Design,
    replications: int,
    seed: int = 0,
    *,
    folder: str | Path | None = None,
    organization: Organization | None = None,
    months: bool = True,
    executor: Any = None,
    workers: int | None = None,
) -> Plan:
    """Return what a sweep will take, from running a few of its missing runs for some seconds.

    The pilot's runs lie evenly between the first and the last missing one; what they give is
    thrown away.

    Raises
    ------
    InputError
        The scenario, the design, the folder or the executor cannot be used.
    """
    study = study_of([base], seed, design, organization, months=months)
    count = count_of(replications, len(study))
    wanted = len(study) * count
    missing = missing_jobs(folder, wanted)
    with named_executor(executor, workers) as pool:
        seconds, size, pilot, failed = _pilot(study, missing, pool)
    return Plan(
        len(study),
        count,
        wanted,
        wanted - len(missing),
        seconds * len(missing),
        size * len(missing),
        pilot,
        failed,
    )


def _pilot(study: Study, missing: Sequence[int], pool: Any) -> tuple[float, float, int, int]:
    """Return seconds and bytes a run, how many runs these rest on, and how many failed."""
    if not missing:
        return 0.0, 0.0, 0, 0
    batch = 8 * workers_of(pool)
    for _ in outcomes(study, _spread(missing, batch), pool):
        pass  # workers start and load what is compiled
    count, failed, elapsed, size = 0, 0, 0.0, 0
    while elapsed < PILOT and count < len(missing):
        batch = min(2 * batch, len(missing))
        begun = time.perf_counter()
        more, bad = _timed(study, _spread(missing, batch), pool)
        elapsed += time.perf_counter() - begun
        count, failed, size = count + batch, failed + bad, size + more
    return elapsed / count, size / count, count, failed


def _timed(study: Study, numbers: Sequence[int], pool: Any) -> tuple[int, int]:
    """Run some jobs as a sweep does, into a folder of their own; return its size and failures."""
    failed = 0
    with tempfile.TemporaryDirectory(prefix="mentoring-plan-") as folder:
        with Store(folder, study.tables, {"kind": "pilot"}) as store:
            for ran in outcomes(study, numbers, pool):
                store.add(_renumbered(ran.rows, numbers))
                failed += int((ran.rows[RUNS]["status"] == "failed").sum())
        size = sum(path.stat().st_size for path in Path(folder).rglob("*.parquet"))
    return size, failed


def _renumbered(rows: Rows, numbers: Sequence[int]) -> Rows:
    """Return rows of runs as if these followed each other, as those of a sweep do."""
    return {
        name: columns | {JOB: np.searchsorted(numbers, columns[JOB])}
        for name, columns in rows.items()
    }


def _spread(numbers: Sequence[int], count: int) -> list[int]:
    """Return so many of the numbers, evenly spaced, from the first to the last."""
    last = len(numbers) - 1
    some = min(count, len(numbers))
    return [numbers[round(k * last / max(some - 1, 1))] for k in range(some)]
