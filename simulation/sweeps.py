"""Designs, seeds, replications: from scenarios to one tidy table of runs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .errors import InputError
from .organization import Organization
from .parameters import declared
from .results import Runs, load, load_runs, provenance, save
from .run import Hook, Run, check_seed, organization_of, refuse_events
from .scenario import Scenario, Sweep, load_scenario
from .state import MEASURES

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Reproduction", "design_points", "reproduce", "simulate", "sweep"]


class Job(NamedTuple):
    """One replication to run."""

    point: int
    scenario: Scenario
    organization: Organization
    seed: int
    replication: int
    interventions: tuple[Hook, ...] = ()
    analyzers: tuple[Hook, ...] = ()


def run_job(job: Job) -> np.ndarray:
    """Return one replication's measures, shape (months + 1, measures)."""
    run = Run(job.scenario, job.organization, job.seed, job.replication,
              job.interventions, job.analyzers)  # fmt: skip
    return run.finish().history()


@contextmanager
def _executor(executor: Any) -> Iterator[Any]:
    """Yield anything with ``map``: the one given, or threads (compiled runs free the lock)."""
    if executor is not None:
        yield executor
        return
    threads = ThreadPoolExecutor(os.cpu_count())
    try:
        yield threads
    finally:
        threads.shutdown(wait=False, cancel_futures=True)


def execute(
    jobs: Sequence[Job], executor: Any = None, progress: Callable[[], Any] | None = None
) -> pd.DataFrame:
    """Run the jobs and return the tidy table; neither order nor executor matter to it.

    An interruption (Ctrl-C) keeps the jobs that are finished, in the order given.
    """
    results: list[np.ndarray] = []
    try:
        with _executor(executor) as pool:
            for values in pool.map(run_job, jobs):
                results.append(values)
                if progress is not None:
                    progress()
    except KeyboardInterrupt:
        if not results:
            raise
    return _tidy(jobs[: len(results)], results)


def _tidy(jobs: Sequence[Job], results: Sequence[np.ndarray]) -> pd.DataFrame:
    import pandas as pd

    widest = max(jobs, key=lambda job: job.organization.levels)
    levels = [job.organization.levels for job in jobs]
    names = [*MEASURES, *_level_names(widest.organization.levels)]
    rows = [_widen(v, n, max(levels)) for v, n in zip(results, levels, strict=True)]
    lengths = [len(values) for values in rows]
    table = pd.DataFrame(np.concatenate(rows), columns=names)
    keys = {
        "scenario": np.repeat([job.scenario.name for job in jobs], lengths),
        "point": np.repeat([job.point for job in jobs], lengths),
        "replication": np.repeat([job.replication for job in jobs], lengths),
        "month": np.concatenate([np.arange(length) for length in lengths]),
    }
    return pd.concat([pd.DataFrame(keys), table], axis=1)


def _level_names(levels: int) -> list[str]:
    from .state import LEVEL_MEASURES

    return [f"{name}_level_{level}" for name in LEVEL_MEASURES for level in range(levels)]


def _widen(values: np.ndarray, levels: int, most: int) -> np.ndarray:
    """Return measures with columns for levels that another organization has, all NaN."""
    if levels == most:
        return values
    flat, by_level = values[:, : len(MEASURES)], values[:, len(MEASURES) :]
    by_level = by_level.reshape(len(values), -1, levels)
    padded = np.pad(by_level, ((0, 0), (0, 0), (0, most - levels)), constant_values=np.nan)
    return np.concatenate([flat, padded.reshape(len(values), -1)], axis=1)


def simulate(
    scenario: Scenario | str,
    seed: int = 0,
    replications: int = 1,
    organization: Organization | None = None,
    *,
    interventions: Iterable[Hook] = (),
    analyzers: Iterable[Hook] = (),
    executor: Any = None,
    progress: Callable[[], Any] | None = None,
) -> Runs:
    """Run a scenario some number of times.

    Parameters
    ----------
    scenario : Scenario, or a name or path
    seed : int
        Study seed; the same seed gives the same bits.
    replications : int
        Replication r is the same whatever the number asked for.
    organization : Organization, optional
        In place of the one that the scenario names.
    interventions, analyzers : iterables of callables, optional
        Called with the live run at the start and the end of each month.
    executor : optional
        Anything with ``map``; default: threads.

    Returns
    -------
    Runs

    Raises
    ------
    InputError
        The scenario or the organization cannot be used.
    """
    return run_points([_named(scenario)], seed, replications, organization, executor=executor,
                      interventions=tuple(interventions), analyzers=tuple(analyzers),
                      progress=progress)  # fmt: skip


def _named(scenario: Scenario | str) -> Scenario:
    return scenario if isinstance(scenario, Scenario) else load_scenario(scenario)


def run_points(
    scenarios: Sequence[Scenario],
    seed: int,
    replications: int | range,
    organization: Organization | None = None,
    *,
    settings: Sequence[dict[str, Any]] | None = None,
    interventions: tuple[Hook, ...] = (),
    analyzers: tuple[Hook, ...] = (),
    executor: Any = None,
    progress: Callable[[], Any] | None = None,
) -> Runs:
    """Run several scenarios, one a point, each with the same replications."""
    import pandas as pd

    wanted = range(replications) if isinstance(replications, int) else replications
    _check(seed, len(wanted))
    if interventions or analyzers:
        executor = _Serial()  # hooks are Python: no reason to share them between threads
    places = [organization or organization_of(scenario) for scenario in scenarios]
    for scenario, place in zip(scenarios, places, strict=True):
        refuse_events(scenario, place)
    # Replication by replication, so that an interruption leaves whole ones.
    jobs = [
        Job(point, scenario, place, seed, replication, interventions, analyzers)
        for replication in wanted
        for point, (scenario, place) in enumerate(zip(scenarios, places, strict=True))
    ]
    table = execute(jobs, executor, progress)
    done = len(table.groupby(["point", "replication"]).size()) // len(scenarios)
    if done == 0:
        raise InputError("interrupted before the first replication of every point was finished")
    table = table[table["replication"].isin(list(wanted)[:done])]
    table = table.sort_values(["point", "replication", "month"], ignore_index=True)
    rows = [
        {"point": point, "scenario": scenario.name} | (settings[point] if settings else {})
        for point, scenario in enumerate(scenarios)
    ]
    return Runs(table, tuple(scenarios), pd.DataFrame(rows), seed, done, tuple(places))


class _Serial:
    """The simplest executor: one after the other, here."""

    map = staticmethod(map)


def _check(seed: int, replications: int) -> None:
    check_seed(seed)
    if replications < 1:
        raise InputError(f"replications must be at least 1, not {replications}")


def design_points(scenario: Scenario, design: Sweep | None = None) -> list[dict[str, Any]]:
    """Return the settings of each point of a design, from the scenario's ``[sweep]`` table.

    Raises
    ------
    InputError
        The scenario has no sweep.
    """
    chosen = design or scenario.sweep
    if chosen is None:
        raise InputError(
            f"scenario '{scenario.name}' has no [sweep] table; see 'commitment-by-visibility'"
        )
    if chosen.design in ("grid", "zip", "list"):
        return list(chosen.settings())
    bounds = chosen.bounds()
    unit = _unit_sample(chosen, len(bounds))
    low = np.array([b[0] for b in bounds.values()])
    high = np.array([b[1] for b in bounds.values()])
    rows = low + unit * (high - low)
    return [{name: _fitting(name, v) for name, v in zip(bounds, row, strict=True)} for row in rows]


def _fitting(name: str, value: float) -> float | int:
    """Return a sampled value as its parameter's type: whole numbers are rounded."""
    return round(value) if declared()[name].kind == "int" else float(value)


def _unit_sample(design: Sweep, dimensions: int) -> np.ndarray:
    """Return a sample of the unit cube, shape (points, dimensions), seeded by the design."""
    from scipy.stats import qmc

    samples, seed = design.samples or 64, design.seed or 0
    if design.design == "lhs":
        return qmc.LatinHypercube(dimensions, rng=seed).random(samples)
    if design.design == "sobol":
        return qmc.Sobol(dimensions, rng=seed).random(samples)
    return _salib_sample(design.design, samples, dimensions, seed)


def _salib_sample(design: str, samples: int, dimensions: int, seed: int) -> np.ndarray:
    try:
        from SALib.sample import morris, sobol
    except ImportError:
        raise InputError(
            f"design '{design}' needs SALib: install mentoring-simulation[sensitivity]"
        ) from None
    problem = {
        "num_vars": dimensions,
        "names": [str(i) for i in range(dimensions)],
        "bounds": [[0.0, 1.0]] * dimensions,
    }
    if design == "morris":
        return np.asarray(morris.sample(problem, samples, seed=seed))
    return np.asarray(sobol.sample(problem, samples, seed=seed))


def replications_of(scenario: Scenario, asked: int | None, design: Sweep | None = None) -> int:
    """Return how often to run: what is asked for, else the design's, the scenario's, or 10."""
    stated = (asked, design.replications if design else None, scenario.replications)
    return next((count for count in stated if count is not None), 10)


def sweep(
    scenario: Scenario | str,
    design: Sweep | None = None,
    replications: int | None = None,
    seed: int = 0,
    executor: Any = None,
    out: Any = None,
    *,
    organization: Organization | None = None,
    progress: Callable[[], Any] | None = None,
) -> Runs:
    """Run every point of a design, each with the same luck.

    Parameters
    ----------
    scenario : Scenario, or a name or path
    design : Sweep, optional
        Default: the scenario's ``[sweep]`` table.
    replications : int, optional
        Default: the design's.
    seed : int
    executor : optional
        Anything with ``map``; default: threads.
    out : path, optional
        Folder where the results are saved.

    Returns
    -------
    Runs
        ``points`` holds each point's settings.
    """
    base = _named(scenario)
    settings = design_points(base, design)
    chosen = design or base.sweep
    count = replications_of(base, replications, chosen)
    scenarios = [base.changed(changes) for changes in settings]
    runs = run_points(scenarios, seed, count, organization, settings=settings,
                      executor=executor, progress=progress)  # fmt: skip
    if out is not None:
        save(runs, out)
    return runs


# ------------------------------------------------------------------------ reproduction


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

    Raises
    ------
    InputError
        The folder holds no results that this version can run.
    """
    first = load_runs(folder)
    _, stated = load(folder)
    again = [
        run_points([scenario], first.seed, _range(stated), place, progress=progress).table
        for scenario, place in zip(first.scenarios, first.organizations, strict=True)
    ]
    return _compare(first.table, again, stated)


def _range(stated: dict[str, Any]) -> range:
    numbers = stated["replications"]
    return range(numbers[0], numbers[-1] + 1)


def _compare(
    table: pd.DataFrame, again: list[pd.DataFrame], stated: dict[str, Any]
) -> Reproduction:
    import pandas as pd

    fresh = pd.concat(again, ignore_index=True)
    measures = [name for name in table.columns if name not in ("scenario", "point")]
    missing = [name for name in measures if name not in fresh]
    rows = min(len(table), len(fresh))
    different = {
        name: int((~_equal(table[name].to_numpy()[:rows], fresh[name].to_numpy()[:rows])).sum())
        for name in measures
        if name not in missing
    }
    different = {name: count for name, count in different.items() if count}
    different |= dict.fromkeys(missing, len(table))
    same = not different and len(table) == len(fresh)
    return Reproduction(same, len(table), len(table) * len(measures), different, _news(stated))


def _equal(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return (first == second) | (np.isnan(first) & np.isnan(second))


def _news(stated: dict[str, Any]) -> tuple[str, ...]:
    now = provenance()["versions"]
    then = stated["versions"]
    names = sorted(name for name in now if then.get(name) != now[name])
    return tuple(f"{name} was {then.get(name, 'absent')}, is now {now[name]}" for name in names)
