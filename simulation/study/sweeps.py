"""Replications and sweeps: from scenarios and designs to tables of runs, in memory or on disk.

:func:`simulate` and :func:`run_points` keep what they run in memory. :func:`sweep` runs a design
into a results folder if it is given one (a :mod:`simulation.study.store`): every finished run is on
disk at once, a run that fails is a row with its error, and :func:`resume` goes on wherever it
was stopped, retrying failures. What a run gives depends on its scenario, seed and replication
alone, so it is the same whatever runs it.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..errors import InputError
from ..machine.compiled import source_digest
from ..organizations.organization import Organization
from ..pictures.summaries import of_run, of_runs
from ..progress import telling
from ..scenarios.designs import Design, make_design
from ..scenarios.scenario import Scenario, load_scenario
from ..scenarios.sweeps import Sweep
from ..theory.measures import LEVEL_MEASURES, MEASURES
from ..theory.parameters import declared, tables
from .execution import named_executor, run_jobs
from .results import Runs, StoredRuns, manifest_of_sweep, save_structure
from .run import Hook, Run, check_seed, organization_of, refuse_events
from .stopping import FIRST, MOST, Reached, check_targets, narrow_enough, next_count, reached
from .store import JOB, Store, has_rows, is_store, read_table
from .uncertainty import with_vector

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Outcome", "replications_of", "resume", "run_points", "simulate", "sweep"]


# ------------------------------------------------------------------------ in memory


class Job(NamedTuple):
    """One replication to run."""

    point: int
    scenario: Scenario
    organization: Organization
    seed: int
    replication: int
    interventions: tuple[Hook, ...] = ()
    analyzers: tuple[Hook, ...] = ()


def run_job(shared: None, job: Job) -> np.ndarray:
    """Return one replication's measures, shape (months + 1, measures)."""
    run = Run(
        job.scenario, job.organization, job.seed, job.replication, job.interventions, job.analyzers
    )
    return run.finish().history()


def execute(
    jobs: Sequence[Job], executor: Any = None, progress: bool | Callable[[], Any] | None = None
) -> pd.DataFrame:
    """Run the jobs and return the tidy table; neither order nor executor matter to it.

    An interruption (Ctrl-C) keeps the finished jobs before the first unfinished one.
    """
    results: dict[int, np.ndarray] = {}
    try:
        with named_executor(executor) as pool, telling(progress, len(jobs), "running") as advance:
            for done in run_jobs(run_job, None, jobs, pool):
                if done.error is not None:
                    raise done.error
                results[done.position] = done.value
                advance()
    except KeyboardInterrupt:
        if 0 not in results:
            raise
    whole = next(n for n in range(len(jobs) + 1) if n not in results)
    return _tidy(jobs[:whole], [results[n] for n in range(whole)])


def _tidy(jobs: Sequence[Job], results: Sequence[np.ndarray]) -> pd.DataFrame:
    import pandas as pd

    levels = [job.organization.levels for job in jobs]
    names = [*MEASURES, *level_names(max(levels))]
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


def level_names(levels: int) -> list[str]:
    """Return the names of the measures by level, in their order."""
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
    until: Mapping[str, float] | None = None,
    interventions: Iterable[Hook] = (),
    analyzers: Iterable[Hook] = (),
    executor: Any = None,
    progress: bool | Callable[[], Any] | None = None,
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
    until : mapping, optional
        Add replications until the mean of each measure named, over the last twelve months, is
        known this narrowly (:mod:`simulation.study.stopping`).
    interventions, analyzers : iterables of callables, optional
        Called with the live run at the start and the end of each month.
    executor : optional
        A name or an executor: :func:`simulation.study.execution.named_executor`; default: threads.
    progress : bool or callable, optional
        True shows rate and time left; a function is called once a run.

    Returns
    -------
    Runs

    Raises
    ------
    InputError
        The scenario or the organization cannot be used.
    """
    make = functools.partial(
        run_points,
        [_named(scenario)],
        seed,
        organization=organization,
        executor=executor,
        interventions=tuple(interventions),
        analyzers=tuple(analyzers),
        progress=progress,
    )
    check_targets(until or {})
    return until_narrow(make, replications, until or {}, differences=False)[0]


def until_narrow(
    make: Callable[..., Runs], replications: int, targets: Mapping[str, float], differences: bool
) -> tuple[Runs, tuple[Reached, ...]]:
    """Return runs, as many as the targets take, and how narrow the intervals are.

    Parameters
    ----------
    make : callable
        Makes runs of so many, or of a range of, ``replications``.
    replications : int
        The fewest.
    targets : mapping
        Half-widths by measure; none: no more replications than the fewest.
    differences : bool
        Of paired differences from the first point, or of each point's mean.
    """
    import pandas as pd

    runs = make(replications=max(replications, FIRST) if targets else replications)
    found = runs_reached(runs, targets, differences)
    while not narrow_enough(found) and runs.replications < MOST:
        wanted = next_count(runs.replications)
        more = make(replications=range(runs.replications, wanted))
        table = pd.concat([runs.table, more.table], ignore_index=True)
        runs = replace(runs, table=table, replications=runs.replications + more.replications)
        found = runs_reached(runs, targets, differences)
    return runs, found


def runs_reached(
    runs: Runs, targets: Mapping[str, float], differences: bool
) -> tuple[Reached, ...]:
    """Return how narrow the intervals of some measures' last twelve months are."""
    if not targets:
        return ()
    late = of_runs(runs.table)[list(targets)].reset_index()
    return tuple(reached(late, targets, differences))


def _named(scenario: Scenario | str) -> Scenario:
    return scenario if isinstance(scenario, Scenario) else load_scenario(scenario)


def run_points(
    scenarios: Sequence[Scenario],
    seed: int,
    replications: int | range,
    organization: Organization | None = None,
    *,
    settings: Sequence[Mapping[str, Any]] | None = None,
    vectors: pd.DataFrame | None = None,
    interventions: tuple[Hook, ...] = (),
    analyzers: tuple[Hook, ...] = (),
    executor: Any = None,
    progress: bool | Callable[[], Any] | None = None,
) -> Runs:
    """Run several scenarios, one a point, each with the same replications.

    With ``vectors``, replications go through them in turn: see :class:`Runs`.
    """
    import pandas as pd

    wanted = range(replications) if isinstance(replications, int) else replications
    check_points(seed, len(wanted))
    if interventions or analyzers:
        executor = "serial"  # hooks are Python: no reason to share them between threads
    places = [organization or organization_of(scenario) for scenario in scenarios]
    for scenario, place in zip(scenarios, places, strict=True):
        refuse_events(scenario, place)
    # Replication by replication, so that an interruption leaves whole ones.
    jobs = [
        Job(
            point,
            _of_vector(scenario, vectors, replication),
            place,
            seed,
            replication,
            interventions,
            analyzers,
        )
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
        {"point": point, "scenario": scenario.name} | (dict(settings[point]) if settings else {})
        for point, scenario in enumerate(scenarios)
    ]
    return Runs(table, tuple(scenarios), pd.DataFrame(rows), seed, done, tuple(places), vectors)


def _of_vector(scenario: Scenario, vectors: pd.DataFrame | None, replication: int) -> Scenario:
    if vectors is None:
        return scenario
    return with_vector(scenario, vectors.iloc[replication % len(vectors)].to_dict())


def check_points(seed: int, replications: int) -> None:
    """Raise an InputError if runs cannot have this seed or be so many."""
    check_seed(seed)
    if replications < 1:
        raise InputError(f"replications must be at least 1, not {replications}")


def replications_of(scenario: Scenario, asked: int | None, design: Sweep | None = None) -> int:
    """Return how often to run: what is asked for, else the design's, the scenario's, or 10."""
    stated = (asked, design.replications if design else None, scenario.replications)
    return next((count for count in stated if count is not None), 10)


# ------------------------------------------------------------------------ on disk


class Study(NamedTuple):
    """What all runs of a sweep share; sent to the workers once."""

    base: Scenario
    organization: Organization | None
    seed: int
    levels: int
    months: bool

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables of a store that keeps it."""
        return ("months", "runs") if self.months else ("runs",)


def study_of(
    base: Scenario, design: Design, organization: Organization | None, seed: int, months: bool
) -> Study:
    """Return what all runs of a design share."""
    levels = organization.levels if organization else most_levels(base, design)
    return Study(base.changed(sweep=None), organization, seed, levels, months)


class Point(NamedTuple):
    """One run of a sweep: which point, which replication, and what the point changes."""

    point: int
    replication: int
    changes: dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """How far a sweep has come.

    Attributes
    ----------
    folder : Path
    runs : StoredRuns
    finished, failed, wanted : int
        Runs: finished well, failed, and asked for in all.
    interrupted : bool
        Whether Ctrl-C or a failure (with ``on_error="stop"``) ended the work early.
    reached : tuple of Reached
        How narrow the intervals are that were to be narrow.
    """

    folder: Path
    runs: StoredRuns
    finished: int
    failed: int
    wanted: int
    interrupted: bool
    reached: tuple[Reached, ...] = ()


def run_point(study: Study, job: Point) -> dict[str, dict[str, Any]]:
    """Return the rows of one run: its row in ``runs`` and, if wanted, those in ``months``."""
    scenario = study.base.changed(job.changes)
    place = study.organization or organization_of(scenario)
    run = Run(scenario, place, study.seed, job.replication).finish()
    values = _widen(run.history(), place.levels, study.levels)
    names = [*MEASURES, *level_names(study.levels)]
    summary = {name: np.array([number]) for name, number in of_run(names, values).items()}
    rows = {"runs": _row(study, job, scenario.digest) | summary}
    if study.months:
        month = np.arange(len(values), dtype=np.int32)
        keys = {
            "point": np.full_like(month, job.point),
            "replication": np.full_like(month, job.replication),
            "month": month,
        }
        rows["months"] = keys | dict(zip(names, values.T, strict=True))
    return rows


def _row(study: Study, job: Point, digest: str, error: str = "") -> dict[str, Any]:
    return {
        "point": np.array([job.point], np.int32),
        "replication": np.array([job.replication], np.int32),
        "seed": [study.seed],
        "scenario": [digest],
        "model": [source_digest()],
        "status": ["failed" if error else "finished"],
        "error": [error],
    }


def _failed(study: Study, job: Point, error: Exception) -> dict[str, dict[str, Any]]:
    """Return the rows of a run that failed: one with its error, no numbers."""
    reason = str(error).splitlines()[0] if str(error) else ""
    told = reason if isinstance(error, InputError) else f"{type(error).__name__}: {reason}"
    names = [*MEASURES, *level_names(study.levels)]
    nothing = {name: np.array([np.nan]) for name in names}
    rows = {"runs": _row(study, job, "", told) | nothing}
    if study.months:
        keys = {name: np.zeros(0, np.int32) for name in ("point", "replication", "month")}
        rows["months"] = keys | {name: np.zeros(0) for name in names}
    return rows


def sweep(
    scenario: Scenario | str,
    design: Sweep | Design | str | Path | None = None,
    replications: int | None = None,
    seed: int = 0,
    executor: Any = None,
    out: str | Path | None = None,
    *,
    organization: Organization | None = None,
    months: bool = True,
    until: Mapping[str, float] | None = None,
    on_error: str = "continue",
    progress: bool | Callable[[], Any] | None = None,
) -> Runs:
    """Run every point of a design, each with the same luck.

    Parameters
    ----------
    scenario : Scenario, or a name or path
    design : Sweep, Design or path, optional
        Default: the scenario's ``[sweep]`` table.
    replications : int, optional
        Default: the design's.
    seed : int
    executor : optional
        A name or an executor: :func:`simulation.study.execution.named_executor`; default: threads.
    out : path, optional
        Results folder. What it holds already is not run again, memory does not grow with the
        number of runs, and what comes back reads from the folder.
    organization : Organization, optional
        In place of the ones that the points name.
    months : bool
        Whether a folder keeps the monthly series, or each run's summary only.
    until : mapping, optional
        With a folder: add replications until the mean of each measure named is known this
        narrowly at every point (:mod:`simulation.study.stopping`).
    on_error : str
        ``"continue"``, or ``"stop"`` at the first run that fails (with a folder).

    Returns
    -------
    Runs
        ``points`` holds each point's settings.

    Raises
    ------
    InputError
        The scenario, the design or the folder cannot be used.
    """
    base = _named(scenario)
    stated = design if isinstance(design, Sweep) else base.sweep if design is None else None
    count = replications_of(base, replications, stated)
    chosen = make_design(base, design)
    if out is not None:
        return sweep_into(
            out,
            base,
            chosen,
            count,
            seed,
            executor=executor,
            months=months,
            organization=organization,
            until=until,
            on_error=on_error,
            progress=progress,
        ).runs
    if until:
        raise InputError("until needs a results folder: give out")
    scenarios = [base.changed(changes) for changes in chosen.settings]
    return run_points(
        scenarios,
        seed,
        count,
        organization,
        settings=chosen.settings,
        executor=executor,
        progress=progress,
    )


def sweep_into(
    folder: str | Path,
    base: Scenario,
    design: Design,
    replications: int,
    seed: int = 0,
    *,
    organization: Organization | None = None,
    months: bool = True,
    until: Mapping[str, float] | None = None,
    executor: Any = None,
    on_error: str = "continue",
    progress: bool | Callable[[], Any] | None = None,
) -> Outcome:
    """Run a design into a results folder, as far as it is not there: see :func:`sweep`."""
    check_targets(until or {})
    check_points(seed, replications)
    _check_on_error(on_error)
    study = study_of(base, design, organization, seed, months)
    stated = manifest_of_sweep(
        study.base, design, organization, seed, replications, months, study.levels
    )
    stated |= {"until": dict(until or {})}
    same = ("kind", "model", "seed", "digest", "design", "organization", "months")
    with Store(folder, study.tables, stated, same) as store:
        if not (Path(folder) / "points.csv").is_file():
            design.save(Path(folder) / "points.csv")
        if organization is not None:
            save_structure(organization, Path(folder))
        count = max(replications, FIRST) if until else replications
        while True:
            if count > int(store.study["replications"]):
                store.restate(replications=count, until=stated["until"])
            ended = _work(store, study, design, count, executor, on_error, progress)
            found = () if ended or not until else _reached(store, until)
            if ended or narrow_enough(found) or count >= MOST:
                break
            count = next_count(count)
    return _outcome(Path(folder), len(design) * count, ended, found)


def _reached(store: Store, until: Mapping[str, float]) -> tuple[Reached, ...]:
    table = store.read("runs", ["point", "replication", "status", *until])
    return tuple(reached(table[table["status"] == "finished"], until, differences=False))


def _check_on_error(on_error: str) -> None:
    if on_error not in ("stop", "continue"):
        raise InputError(f"on_error must be 'stop' or 'continue', not '{on_error}'")


def _work(
    store: Store,
    study: Study,
    design: Design,
    replications: int,
    executor: Any,
    on_error: str,
    progress: bool | Callable[[], Any] | None,
) -> bool:
    """Run what is missing or has failed; return whether it was ended early."""
    numbers = missing_jobs(store.folder, len(design) * replications)
    with (
        named_executor(executor) as pool,
        telling(progress, len(numbers), f"{len(design):,} points") as advance,
    ):
        jobs = points_of(design, numbers)
        try:
            for one in run_jobs(run_point, study, jobs, pool):
                number = numbers[one.position]
                rows = one.value
                if one.error is not None:
                    rows = _failed(study, _point(design, number), one.error)
                store.add(number, rows)
                advance()
                if one.error is not None and on_error == "stop":
                    return True
        except KeyboardInterrupt:
            return True
    return False


def _point(design: Design, number: int) -> Point:
    """Return a run by its number: replication by replication, so that an end leaves whole ones."""
    replication, point = divmod(number, len(design))
    return Point(point, replication, dict(design.settings[point]))


def points_of(design: Design, numbers: Iterable[int]) -> Iterator[Point]:
    """Yield runs by their numbers."""
    return (_point(design, number) for number in numbers)


def _outcome(folder: Path, wanted: int, ended: bool, found: tuple[Reached, ...] = ()) -> Outcome:
    runs = StoredRuns(folder)
    failed = len(runs.failures)
    return Outcome(folder, runs, len(runs.runs) - failed, failed, wanted, ended, found)


def resume(
    folder: str | Path,
    executor: Any = None,
    *,
    on_error: str = "continue",
    progress: bool | Callable[[], Any] | None = None,
) -> Outcome:
    """Finish a sweep that was stopped: run what is missing, and again what has failed.

    Raises
    ------
    InputError
        The folder holds no sweep, or one of another version of the model.
    """
    runs = StoredRuns(folder)
    return sweep_into(
        folder,
        runs.base,
        runs.design,
        runs.replications,
        runs.seed,
        organization=runs.organization,
        months=runs.months,
        until=runs.until,
        executor=executor,
        on_error=on_error,
        progress=progress,
    )


def missing_jobs(folder: str | Path | None, wanted: int) -> list[int]:
    """Return which of so many runs a folder does not hold yet, or holds as failed."""
    done: set[int] = set()
    if folder is not None and is_store(folder) and has_rows(folder, "runs"):
        table = read_table(folder, "runs", ["status"])
        done = set(table.loc[table["status"] == "finished", JOB].tolist())
    return [n for n in range(wanted) if n not in done]


def most_levels(base: Scenario, design: Design) -> int:
    """Return the most levels that the organization of any point has."""
    shapes = set()
    for point in design.settings:
        shape = base.parameters.organization.model_dump()
        own = {name: value for name, value in point.items() if name in declared()}
        shape |= tables(own).get("organization", {})
        shapes.add((shape["chart"], shape["people"], shape["span"]))
    return max(_levels(base, *shape) for shape in shapes)


def _levels(base: Scenario, chart: str, people: int, span: int) -> int:
    if chart:
        try:
            return organization_of(
                base.changed({"organization.chart": os.path.abspath(chart)})
            ).levels
        except InputError:
            return 1  # the runs of this chart will fail, and say why
    levels, last, left = 1, 1, people - 1
    while left > 0:
        last = min(last * span, left)
        left -= last
        levels += 1
    return levels
