"""What is run: scenarios and points, their luck, their organizations; and some runs of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..errors import InputError
from ..organizations.organization import Organization
from ..pictures.summaries import LAST, of_last_months
from ..scenarios.designs import Design
from ..scenarios.scenario import Scenario
from ..theory.measures import LEVEL_MEASURES, MEASURES
from ..theory.parameters import declared, tables
from .code import code_digest
from .run import Analysis, Run, check_seed, described, fresh, organization_of, refuse_events
from .store import JOB, Packed, identity_of, packed, whole_blocks
from .uncertainty import check_vectors, with_vector

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Job", "Ran", "Study", "level_names", "refuse_other_rows", "run_batch", "study_of"]

#: What a manifest says that a folder of runs holds.
KIND = "runs"
#: Tables of a study. A run is finished when its row in the last one is written.
RUNS, MONTHS, ANALYSES = "runs", "months", "analyses"
#: Points whose scenarios are kept ready-made.
_KEPT = 4096
#: Bytes of monthly rows that a batch of runs holds, at most, and the most runs of any.
_BATCH_BYTES, _BATCH_RUNS = 16_000_000, 8192


class Job(NamedTuple):
    """One run: its number, which point, which replication, the point's scenario and place.

    A point that cannot be made has the reason in ``refused`` and no scenario. Without an
    organization, the scenario's own is made where it is run.
    """

    number: int
    point: int
    replication: int
    name: str
    scenario: Scenario | None
    organization: Organization | None
    digest: str
    refused: str = ""


@dataclass(frozen=True, eq=False)
class Study:
    """All that decides what is run, but how often.

    Points are those of a design, each a change of the one scenario, or else the scenarios.

    Attributes
    ----------
    scenarios : tuple of Scenario
    seed : int
    design : Design or None
    organizations : tuple of Organization or None
        One a scenario; None: points name their own.
    given : bool
        Whether the organization was given in place of those that scenarios name.
    vectors : DataFrame or None
        Parameter vectors that replications go through in turn: replication r has vector r
        modulo their number.
    months : bool
        Whether the monthly series are kept, or each run's summary only.
    interventions, analyzers : tuples
    told : mapping or None
        What the manifest of the folder that it was read from says of it.
    """

    scenarios: tuple[Scenario, ...]
    seed: int
    organizations: tuple[Organization | None, ...]
    design: Design | None = None
    given: bool = False
    vectors: pd.DataFrame | None = None
    months: bool = True
    interventions: tuple[Any, ...] = ()
    analyzers: tuple[Any, ...] = ()
    told: Mapping[str, Any] | None = None
    _made: dict[tuple[int, int], Scenario] = field(default_factory=dict, repr=False)
    _digests: dict[int, str] = field(default_factory=dict, repr=False)

    def __getstate__(self) -> dict[str, Any]:
        """Return what is sent to workers: all but what each makes for itself."""
        return self.__dict__ | {"_made": {}, "_digests": {}}

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self.scenarios) if self.design is None else len(self.design)

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that keep it; the last one is that of runs."""
        months = (MONTHS,) if self.months else ()
        return (*months, *((ANALYSES,) if self.analyzers else ()), RUNS)

    def base(self, point: int) -> Scenario:
        """Return the scenario that a point belongs to."""
        return self.scenarios[point if self.design is None else 0]

    def scenario(self, point: int, replication: int = 0) -> Scenario:
        """Return a point's scenario, checked once and kept; with vectors, a replication's.

        Raises
        ------
        InputError
            The point's values do not agree with each other.
        """
        vector = -1 if self.vectors is None else replication % len(self.vectors)
        key = point, vector
        made = self._made.get(key)
        if made is None:
            made = self.base(point)
            if self.design is not None:
                made = made.changed(self.design.settings[point])
            if self.vectors is not None:
                made = with_vector(made, self.vectors.iloc[vector].to_dict())
            if len(self._made) >= _KEPT:
                self._made.clear()  # at once, because threads share it
            self._made[key] = made
        return made

    def organization(self, point: int) -> Organization:
        """Return a point's organization."""
        known = self.organizations[point if self.design is None else 0]
        return known or organization_of(self.scenario(point))

    @cached_property
    def levels(self) -> int:
        """The most levels that the organization of any point has."""
        known = [place for place in self.organizations if place is not None]
        if len(known) == len(self.organizations):
            return max(place.levels for place in known)
        return most_levels(self.scenarios[0], self.design.settings if self.design else ())

    @cached_property
    def digest(self) -> str:
        """The fingerprint (16 hex digits) of all that can change a table, but the seed."""
        text = json.dumps(self.stated, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @cached_property
    def stated(self) -> dict[str, Any]:
        """What must be the same for runs to be of this study, ready for JSON."""
        if self.told is not None:
            return dict(self.told)
        return {
            "scenarios": [[scenario.name, scenario.digest] for scenario in self.scenarios],
            "design": "" if self.design is None else self.design.digest,
            "organization": self._place(),
            "vectors": "" if self.vectors is None else _digest_of(self.vectors),
            "months": self.months,
            "interventions": described(self.interventions),
            "analyzers": described(self.analyzers),
        }

    def _place(self) -> str:
        place = self.organizations[0]
        return place.digest if self.given and place is not None else ""

    @cached_property
    def identity(self) -> str:
        """The fingerprint that every stored file of the study carries: of all but the code."""
        return identity_of({"kind": KIND, "seed": self.seed, "study": self.stated})

    def point_digest(self, point: int) -> str:
        """Return the fingerprint of a point: its scenario's, or the base's and what it changes."""
        if self.design is None:
            return str(self.stated["scenarios"][point][1])
        known = self._digests.get(point)
        if known is None:
            changes = json.dumps(self.design.settings[point], sort_keys=True, separators=(",", ":"))
            together = f"{self.stated['scenarios'][0][1]} {changes}"
            known = self._digests[point] = hashlib.sha256(together.encode()).hexdigest()[:16]
        return known

    def job(self, number: int) -> Job:
        """Return a run by its number: replication by replication, so that an end leaves whole."""
        replication, point = divmod(number, len(self))
        name, digest = self.base(point).name, self.point_digest(point)
        place = self.organizations[point if self.design is None else 0]
        try:
            made = self.scenario(point, replication)
        except InputError as error:
            reason = str(error).splitlines()[0]
            return Job(number, point, replication, name, None, None, digest, reason)
        return Job(number, point, replication, name, made, place, digest)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The measures of a run, those by level included, in their order."""
        return (*MEASURES, *level_names(self.levels))

    @property
    def most_together(self) -> int:
        """How many runs a batch may hold, so that memory stays small."""
        months = max(scenario.parameters.run.months for scenario in self.scenarios)
        rows = months + 1 if self.months else 1
        return max(1, min(_BATCH_RUNS, _BATCH_BYTES // (8 * len(self.names) * rows)))


def study_of(
    scenarios: Sequence[Scenario],
    seed: Any,
    design: Design | None = None,
    organization: Organization | None = None,
    *,
    vectors: pd.DataFrame | None = None,
    months: bool = True,
    interventions: Iterable[Any] = (),
    analyzers: Iterable[Any] = (),
) -> Study:
    """Return a study, checked at this edge: seed, organizations, events.

    Parameters
    ----------
    scenarios : sequence of Scenario
        One, if there is a design.
    seed : int
    design : Design, optional
    organization : Organization, optional
        In place of those that scenarios name.
    vectors, months, interventions, analyzers
        See :class:`Study`.

    Raises
    ------
    InputError
        Something cannot be used, or the design varies an organization that is given.
    """
    bases = tuple(scenario.changed(sweep=None) for scenario in scenarios)
    if vectors is not None:
        check_vectors(vectors)
    varied = [n for n in (design.names if design else ()) if n.startswith("organization.")]
    if varied and organization is not None:
        raise InputError(
            f"the design varies {varied[0]}, but an organization is given in place of all: "
            "leave one of the two out"
        )
    places: tuple[Organization | None, ...]
    if varied:
        places = (None,)
    else:
        places = tuple(organization or organization_of(scenario) for scenario in bases)
    if design is None:
        for scenario, place in zip(bases, places, strict=True):
            refuse_events(scenario, place or organization_of(scenario))
    return Study(
        bases,
        check_seed(seed),
        places,
        design,
        organization is not None,
        vectors,
        months,
        tuple(interventions),
        tuple(analyzers),
    )


def most_levels(base: Scenario, points: Sequence[Mapping[str, Any]]) -> int:
    """Return the most levels that the organization of any point has."""
    shapes = set()
    for point in points or ({},):
        shape = base.parameters.organization.model_dump()
        own = {name: value for name, value in point.items() if name in declared()}
        shape |= tables(own).get("organization", {})
        shapes.add((shape["chart"], shape["people"], shape["span"]))
    return max(_levels(base, *shape) for shape in shapes)


def _levels(base: Scenario, chart: str, people: int, span: int) -> int:
    if chart:
        try:
            return organization_of(base.changed({"organization.chart": chart})).levels
        except InputError:
            return 1  # the runs of this chart will fail, and say why
    levels, last, left = 1, 1, people - 1
    while left > 0:
        last = min(last * span, left)
        left -= last
        levels += 1
    return levels


def _digest_of(table: pd.DataFrame) -> str:
    text = json.dumps(table.to_dict("list"), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


# ------------------------------------------------------------------------------- some runs


#: Columns of a run's row that say which it was.
ROW = ("point", "replication", "seed", "digest")


def refuse_other_rows(study: Study, rows: pd.DataFrame, where: Any) -> None:
    """Raise an InputError unless stored rows say that they are of this study's runs.

    Parameters
    ----------
    study : Study
    rows : DataFrame
        Columns :data:`JOB` and :data:`ROW`.
    where : path
        Where they were read, for the sentence.
    """
    replication, point = np.divmod(rows[JOB].to_numpy(), len(study))
    known = {one: study.point_digest(one) for one in np.unique(point).tolist()}
    right = (
        (rows["point"] == point)
        & (rows["replication"] == replication)
        & (rows["seed"] == study.seed)
        & (rows["digest"] == [known[one] for one in point.tolist()])
    )
    if not right.all():
        raise InputError(
            f"the results in {where} are damaged: {int((~right).sum()):,} of {len(rows):,} rows "
            "are of other runs than their numbers say"
        )


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


Rows = dict[str, dict[str, Any]]


class Ran(NamedTuple):
    """What some runs have left: columns by table, and the first error if that ended it.

    ``numbers`` are those of the runs that have rows. Rows of whole blocks that go into a folder
    are packed where they are made, instead of ``rows``.
    """

    numbers: list[int]
    rows: Rows
    error: Exception | None = None
    packed: list[Packed] | None = None


class _One(NamedTuple):
    """What one run has left: its measures by month, and what analyzers returned."""

    job: Job
    values: np.ndarray
    analyses: list[Analysis]
    error: str = ""


def run_batch(
    study: Study,
    numbers: Sequence[int],
    on_error: str = "continue",
    pack: bool = False,
    alone: bool = False,
) -> Ran:
    """Return the rows of some runs of a study, as columns.

    Parameters
    ----------
    study : Study
    numbers : sequence of int
        The runs, in ascending order: see :meth:`Study.job`.
    on_error : str
        What a run that fails does: ``"continue"`` (it is a row with its error), ``"stop"`` (the
        last row), or ``"raise"`` (no row: the error is returned).
    pack : bool
        Whether rows of whole blocks are for a folder.
    alone : bool
        Whether nothing else is run: a large organization then has all cores.
    """
    done: list[_One] = []
    stopped: Exception | None = None
    for number in numbers:
        job = study.job(number)
        try:
            done.append(_run(study, job, None if alone else 1))
        except Exception as error:
            stopped = error if on_error != "continue" else None
            if on_error != "raise":
                done.append(_failed(study, job, error))
            if stopped is not None:
                break
    ran = Ran([one.job.number for one in done], _rows(study, done), stopped)
    if pack and whole_blocks(ran.numbers):
        return ran._replace(rows={}, packed=packed(study.tables, ran.rows, study.identity))
    return ran


def _run(study: Study, job: Job, threads: int | None) -> _One:
    """Run one job.

    Raises
    ------
    InputError
        The run cannot be made.
    """
    if job.scenario is None:
        raise InputError(job.refused)
    place = job.organization or organization_of(job.scenario)
    hooks = fresh(study.interventions), fresh(study.analyzers)
    run = Run(job.scenario, place, study.seed, job.replication, *hooks).finish(threads)
    return _One(job, _widen(run.history(), place.levels, study.levels), run.analyses)


def _failed(study: Study, job: Job, error: Exception) -> _One:
    """Return what a run that failed has left: its error, no numbers."""
    reason = str(error).splitlines()[0] if str(error) else ""
    told = reason if isinstance(error, InputError) else f"{type(error).__name__}: {reason}"
    return _One(job, np.zeros((0, len(study.names))), [], told or type(error).__name__)


def given_up(study: Study, number: int, error: Exception, on_error: str) -> Ran:
    """Return what a run has left that a cluster has given up: see :func:`run_batch`."""
    done = [] if on_error == "raise" else [_failed(study, study.job(number), error)]
    stopped = None if on_error == "continue" else error
    return Ran([one.job.number for one in done], _rows(study, done), stopped)


def _rows(study: Study, done: Sequence[_One]) -> Rows:
    """Return columns by table; the last table is that of runs."""
    rows: Rows = {}
    if study.months:
        month = [np.arange(len(one.values), dtype=np.int32) for one in done]
        columns = _columns(len(study.names), [one.values for one in done])
        rows[MONTHS] = _keys(done, month) | dict(zip(study.names, columns, strict=True))
    if study.analyzers:
        month = [np.array([a.month for a in one.analyses], np.int32) for one in done]
        analyses = [a for one in done for a in one.analyses]
        rows[ANALYSES] = _keys(done, month) | {
            "name": np.array([a.name for a in analyses], object),
            "value": np.array([a.value for a in analyses], float),
        }
    return rows | {RUNS: _row_each(study, done) | _summaries(study, done)}


def _columns(count: int, tables: Sequence[np.ndarray]) -> np.ndarray:
    """Return the columns of tables below each other, a row each.

    Table by table, each still in the processor's cache: eight times as fast as all at once.
    """
    ends = np.cumsum([0, *map(len, tables)]).tolist()
    columns = np.empty((count, ends[-1]))
    for begin, table in zip(ends, tables, strict=False):
        columns[:, begin : begin + len(table)] = table.T
    return columns


def _keys(done: Sequence[_One], month: Sequence[np.ndarray]) -> dict[str, Any]:
    """Return the columns that say what each row is of, given the months of each run."""
    counts = [len(months) for months in month]
    jobs = [one.job for one in done]
    return {
        JOB: np.repeat(np.array([job.number for job in jobs], np.int64), counts),
        "scenario": np.repeat(np.array([job.name for job in jobs], object), counts),
        "point": np.repeat(np.array([job.point for job in jobs], np.int32), counts),
        "replication": np.repeat(np.array([job.replication for job in jobs], np.int32), counts),
        "month": np.concatenate([np.zeros(0, np.int32), *month]),
    }


def _row_each(study: Study, done: Sequence[_One]) -> dict[str, Any]:
    """Return what says of each run which it was and what became of it."""
    count, jobs = len(done), [one.job for one in done]
    status = ["failed" if one.error else "finished" for one in done]
    return {
        JOB: np.array([job.number for job in jobs], np.int64),
        "scenario": np.array([job.name for job in jobs], object),
        "point": np.array([job.point for job in jobs], np.int32),
        "replication": np.array([job.replication for job in jobs], np.int32),
        "seed": np.full(count, study.seed, np.int64),
        "digest": np.array([job.digest for job in jobs], object),
        "model": np.full(count, code_digest(), object),
        "status": np.array(status, object),
        "error": np.array([one.error for one in done], object),
    }


def _summaries(study: Study, done: Sequence[_One]) -> dict[str, np.ndarray]:
    """Return each run's measures over its last months; NaN of those that failed."""
    late = np.full((len(done), LAST, len(study.names)), np.nan)
    for own, one in zip(late, done, strict=True):
        last = one.values[1:][-LAST:]  # month 0 is the start
        own[LAST - len(last) :] = last
    means = of_last_months(study.names, late)
    means[[k for k, one in enumerate(done) if one.error]] = np.nan
    return dict(zip(study.names, np.ascontiguousarray(means.T), strict=True))
