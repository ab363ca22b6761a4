"""What is run: scenarios and points, their luck, their organizations; and one run of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..errors import InputError
from ..machine.compiled import source_digest
from ..organizations.organization import Organization
from ..pictures.summaries import of_run
from ..scenarios.designs import Design
from ..scenarios.scenario import Scenario
from ..theory.measures import LEVEL_MEASURES, MEASURES
from ..theory.parameters import declared, tables
from .run import Run, check_seed, described, fresh, organization_of, refuse_events
from .uncertainty import check_vectors, with_vector

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Job", "Study", "level_names", "run_job", "study_of"]

#: Tables of a study. A run is finished when its row in the last one is written.
RUNS, MONTHS, ANALYSES = "runs", "months", "analyses"
#: Points whose scenarios are kept ready-made.
_KEPT = 4096


class Setting(NamedTuple):
    """What all jobs of a study share; sent to the workers once."""

    seed: int
    levels: int
    months: bool
    interventions: tuple[Any, ...]
    analyzers: tuple[Any, ...]


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

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self.scenarios) if self.design is None else len(self.design)

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that keep it; the last one is that of runs."""
        months = (MONTHS,) if self.months else ()
        return (*months, *((ANALYSES,) if self.analyzers else ()), RUNS)

    @property
    def setting(self) -> Setting:
        """What workers need to know besides a job."""
        return Setting(self.seed, self.levels, self.months, self.interventions, self.analyzers)

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
        if key not in self._made:
            made = self.base(point)
            if self.design is not None:
                made = made.changed(self.design.settings[point])
            if self.vectors is not None:
                made = with_vector(made, self.vectors.iloc[vector].to_dict())
            while len(self._made) >= _KEPT:
                self._made.pop(next(iter(self._made)))
            self._made[key] = made
        return self._made[key]

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

    def point_digest(self, point: int) -> str:
        """Return the fingerprint of a point: its scenario's, or the base's and what it changes."""
        if self.design is None:
            return str(self.stated["scenarios"][point][1])
        changes = json.dumps(self.design.settings[point], sort_keys=True, separators=(",", ":"))
        together = f"{self.stated['scenarios'][0][1]} {changes}"
        return hashlib.sha256(together.encode()).hexdigest()[:16]

    def jobs(self, numbers: Iterable[int]) -> Iterator[Job]:
        """Yield runs by their numbers: replication by replication, so that an end leaves whole."""
        for number in numbers:
            replication, point = divmod(number, len(self))
            name, digest = self.base(point).name, self.point_digest(point)
            place = self.organizations[point if self.design is None else 0]
            try:
                made = self.scenario(point, replication)
            except InputError as error:
                reason = str(error).splitlines()[0]
                yield Job(number, point, replication, name, None, None, digest, reason)
            else:
                light = replace(made, provenance={})
                yield Job(number, point, replication, name, light, place, digest)


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


# ------------------------------------------------------------------------------- one run


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


def run_job(setting: Setting, job: Job) -> Rows:
    """Return the rows of one run in each table of the study.

    Raises
    ------
    InputError
        The run cannot be made.
    """
    if job.scenario is None:
        raise InputError(job.refused)
    place = job.organization or organization_of(job.scenario)
    hooks = fresh(setting.interventions), fresh(setting.analyzers)
    run = Run(job.scenario, place, setting.seed, job.replication, *hooks).finish()
    values = _widen(run.history(), place.levels, setting.levels)
    names = [*MEASURES, *level_names(setting.levels)]
    summary = {name: np.array([number]) for name, number in of_run(names, values).items()}
    rows = {RUNS: _row(setting, job) | summary}
    if setting.months:
        month = np.arange(len(values), dtype=np.int32)
        rows[MONTHS] = _keys(job, month) | dict(zip(names, values.T, strict=True))
    if setting.analyzers:
        rows[ANALYSES] = _keys(job, np.array([a.month for a in run.analyses], np.int32)) | {
            "name": [a.name for a in run.analyses],
            "value": np.array([a.value for a in run.analyses], float),
        }
    return rows


def _keys(job: Job, month: np.ndarray) -> dict[str, Any]:
    return {
        "scenario": [job.name] * len(month),
        "point": np.full_like(month, job.point),
        "replication": np.full_like(month, job.replication),
        "month": month,
    }


def _row(setting: Setting, job: Job, error: str = "") -> dict[str, Any]:
    return {
        "scenario": [job.name],
        "point": np.array([job.point], np.int32),
        "replication": np.array([job.replication], np.int32),
        "seed": [setting.seed],
        "digest": [job.digest],
        "model": [source_digest()],
        "status": ["failed" if error else "finished"],
        "error": [error],
    }


def failed(setting: Setting, job: Job, error: Exception) -> Rows:
    """Return the rows of a run that failed: one with its error, no numbers."""
    reason = str(error).splitlines()[0] if str(error) else ""
    told = reason if isinstance(error, InputError) else f"{type(error).__name__}: {reason}"
    names = [*MEASURES, *level_names(setting.levels)]
    nothing = np.zeros(0, np.int32)
    rows = {RUNS: _row(setting, job, told) | {name: np.array([np.nan]) for name in names}}
    if setting.months:
        rows[MONTHS] = _keys(job, nothing) | {name: np.zeros(0) for name in names}
    if setting.analyzers:
        rows[ANALYSES] = _keys(job, nothing) | {"name": [], "value": np.zeros(0)}
    return rows
