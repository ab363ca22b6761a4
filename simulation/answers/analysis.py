"""From tables to tables: summaries, paired differences with intervals, plain sentences.

Scenarios are compared on shared luck: replication r of each has the same draws, so the
difference is taken run by run and its interval (Student's t over replications) is far
narrower than that of two separate means.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..errors import InputError
from ..organizations.organization import Organization
from ..pictures.summaries import (
    bands,
    by_level,
    cube,
    differences_over_time,
    interval,
    of_mean_curves,
)
from ..scenarios.scenario import Scenario, diff, load_scenario
from ..study.results import Runs, load_runs, provenance
from ..study.stopping import Reached, check_targets
from ..study.sweeps import run_points, until_narrow
from ..study.uncertainty import accepted_vectors, variance_shares
from ..theory.measures import OUTCOMES, Outcome

__all__ = ["Comparison", "compare", "saved_comparison"]

#: The shipped scenarios that a comparison without names shows.
DEMONSTRATION = (
    "baseline",
    "strong-commitment",
    "talk-without-action",
    "lapse-6-months",
    "chief-leaves",
    "no-infrastructure",
)


def half_recovery(gap: np.ndarray, month: int) -> float:
    """Return the months from an event until half of the loss that followed is regained.

    Parameters
    ----------
    gap : array of shape (months + 1,)
        The measure less the same run's without the event.
    month : int
        Month of the event.

    Returns
    -------
    float
        NaN when nothing was lost; infinity when half was not regained within the run.
    """
    after = gap[month:]
    lowest = int(np.argmin(after))
    if after[lowest] >= 0.0:
        return np.nan
    regained = np.flatnonzero(after[lowest:] >= 0.5 * after[lowest])
    return float(lowest + regained[0]) if len(regained) else np.inf


def first_event(scenarios: Sequence[Scenario]) -> int | None:
    """Return the month of the first scripted event in any of the scenarios, or None."""
    months = [event.month for scenario in scenarios for event in scenario.events]
    return min(months, default=None)


#: How an outcome follows from a measure and the headcount, both of shape (runs, months + 1),
#: and the month from which a loss is sought; half-recoveries are read off the mean curve.
_TAKEN: dict[str, Callable[[np.ndarray, np.ndarray, int], np.ndarray]] = {
    "last_year": lambda own, people, event: own[:, -12:].mean(axis=1),
    "mean": lambda own, people, event: own[:, 1:].mean(axis=1),
    "sum": lambda own, people, event: own[:, 1:].sum(axis=1),
    "person_years": lambda own, people, event: (own * people)[:, 1:].sum(axis=1) / 12.0,
    "lowest": lambda own, people, event: own[:, event:].min(axis=1),
}


def outcomes_of_runs(table: pd.DataFrame, scenarios: Sequence[Scenario]) -> pd.DataFrame:
    """Return the outcomes of every run.

    Returns
    -------
    DataFrame
        ``scenario, replication``, then one column an outcome, but for half-recoveries.
        The lowest point is sought from the first event of any scenario.
    """
    event = first_event(scenarios)
    told = {key: outcome for key, outcome in OUTCOMES.items() if outcome.taken in _TAKEN}
    headcount = cube(table, "headcount")
    cubes = {outcome.measure: cube(table, outcome.measure) for outcome in told.values()}
    parts = []
    for scenario in scenarios:
        name = scenario.name
        part = pd.DataFrame(
            {
                key: _TAKEN[one.taken](cubes[one.measure][name], headcount[name], event or 1)
                for key, one in told.items()
            }
        )
        part.insert(0, "replication", np.sort(table["replication"].unique()))
        part.insert(0, "scenario", name)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


class Recovery(NamedTuple):
    """What an event took away and when half of it was back."""

    months: float  #: infinite: not within the run; NaN: nothing was lost, or nothing clearly
    low: float
    high: float
    clear: bool | None  #: whether the loss is clear of chance; None: no event, or one run


def recoveries(
    table: pd.DataFrame, scenarios: Sequence[Scenario], vectors: int | None = None
) -> dict[tuple[str, str], Recovery]:
    """Return half-recoveries by scenario and outcome, counted from the scenario's first event.

    The loss is taken against the same replications of the first scenario. It is clear when
    the 95 % interval of its mean from the event to the end lies below 0; only then is the time
    of half-recovery told, from the mean curve, with a bootstrap interval. With ``vectors``,
    the number of parameter vectors, the interval is instead that of the vectors' own times.
    """
    found = {}
    for key, outcome in OUTCOMES.items():
        if outcome.taken != "half_recovery":
            continue
        curves = cube(table, outcome.measure)
        for scenario in scenarios:
            gaps = curves[scenario.name] - curves[scenarios[0].name]
            found[scenario.name, key] = _recovery(gaps, first_event([scenario]), vectors)
    return found


def _recovery(gaps: np.ndarray, event: int | None, vectors: int | None = None) -> Recovery:
    if event is None or not gaps.any():
        return Recovery(np.nan, np.nan, np.nan, None)
    highest = interval(gaps[:, event:].mean(axis=1))[2]
    if np.isnan(highest):
        return Recovery(np.nan, np.nan, np.nan, None)
    if highest >= 0.0:
        return Recovery(np.nan, np.nan, np.nan, False)

    def months(gap: np.ndarray) -> float:
        found = half_recovery(gap, event)
        return 0.0 if np.isnan(found) else found

    if vectors is None:
        return Recovery(*of_mean_curves(months, gaps), True)
    own = [months(gap) for gap in _by_vector(gaps, vectors).mean(axis=1)]
    low, high = np.quantile(own, [0.025, 0.975], method="nearest")
    return Recovery(months(gaps.mean(axis=0)), float(low), float(high), True)


def _by_vector(values: np.ndarray, vectors: int) -> np.ndarray:
    """Return values of replications, in order, as an array of shape (vectors, runs, ...)."""
    runs = len(values) // vectors
    return values[: runs * vectors].reshape(runs, vectors, *values.shape[1:]).swapaxes(0, 1)


def outcome_table(
    runs: pd.DataFrame,
    titles: dict[str, str],
    recovered: dict[tuple[str, str], Recovery] | None = None,
    vectors: int | None = None,
) -> pd.DataFrame:
    """Return outcomes by scenario, with paired differences against the first and a sentence.

    Parameters
    ----------
    runs : DataFrame
        :func:`outcomes_of_runs`.
    titles : dict
        Scenario names to titles.
    recovered : dict, optional
        :func:`recoveries`.
    vectors : int, optional
        How many parameter vectors the replications went through in turn. Then the ends of a
        difference are those of 95 % of single runs, chance and parameters together, and
        ``parameter_share`` is the part of that variance which is not knowing the parameters.

    Returns
    -------
    DataFrame
        ``scenario, outcome, label, unit, mean, low, high, difference, difference_low,
        difference_high, parameter_share, replications, sentence``.
    """
    recovered = recovered or {}
    names = list(dict.fromkeys(runs["scenario"]))
    rows = []
    for name in names:
        own = runs[runs["scenario"] == name]
        reference = runs[runs["scenario"] == names[0]]
        for key, outcome in OUTCOMES.items():
            if outcome.taken in _TAKEN:
                rows.append(_outcome_row(key, outcome, own, reference, titles, vectors))
            elif (name, key) in recovered:
                rows.append(
                    _recovery_row(key, outcome, name, recovered[name, key], len(own), titles)
                )
    return pd.DataFrame(rows)


def _outcome_row(
    key: str,
    outcome: Outcome,
    own: pd.DataFrame,
    reference: pd.DataFrame,
    titles: dict[str, str],
    vectors: int | None,
) -> dict[str, Any]:
    values = own[key].to_numpy(dtype=float)
    name, first = str(own["scenario"].iloc[0]), str(reference["scenario"].iloc[0])
    mean, low, high = interval(values)
    difference, share, sentence = (np.nan, np.nan, np.nan), np.nan, ""
    if name != first:
        paired = values - reference[key].to_numpy(dtype=float)
        difference = interval(paired)
        if vectors is not None:
            difference = (difference[0], *np.quantile(paired, [0.025, 0.975]).tolist())
            share = variance_shares(_by_vector(paired, vectors))[0]
        sentence = difference_sentence(difference, outcome, titles[name], titles[first], share)
    return {
        "scenario": name,
        "outcome": key,
        "label": outcome.label,
        "unit": outcome.unit,
        "mean": mean,
        "low": low,
        "high": high,
        "difference": difference[0],
        "difference_low": difference[1],
        "difference_high": difference[2],
        "parameter_share": share,
        "replications": len(own),
        "sentence": sentence,
    }


def _recovery_row(
    key: str, outcome: Outcome, name: str, found: Recovery, count: int, titles: dict[str, str]
) -> dict[str, Any]:
    return {
        "scenario": name,
        "outcome": key,
        "label": outcome.label,
        "unit": outcome.unit,
        "mean": found.months,
        "low": found.low,
        "high": found.high,
        "difference": np.nan,
        "difference_low": np.nan,
        "difference_high": np.nan,
        "parameter_share": np.nan,
        "replications": count,
        "sentence": recovery_sentence(found, outcome.lost, titles[name]),
    }


def difference_sentence(
    difference: tuple[float, float, float],
    outcome: Outcome,
    title: str,
    first: str,
    parameter_share: float = np.nan,
) -> str:
    """Return one plain sentence for a difference with its 95 % interval.

    With ``parameter_share``, the interval holds chance and parameters, and this share of the
    spread is parameters.
    """
    mean, low, high = (value * outcome.scale for value in difference)
    digits = outcome.decimals
    what = f"{outcome.label[0].upper()}{outcome.label[1:]}"
    if np.isnan(low):
        return f"{what}: one run each cannot tell the two apart from chance."
    span = f"95 % interval {low:,.{digits}f} to {high:,.{digits}f} {outcome.shown}"
    if not np.isnan(parameter_share):
        span += f", {parameter_share:.0%} of its variance from unknown parameters"
    if low <= 0.0 <= high:
        return f"{what}: no clear difference between “{title}” and “{first}” ({span})."
    way = "higher" if mean > 0 else "lower"
    size = f"{abs(mean):,.{digits}f} {outcome.shown}"
    return f"{what}: {size} {way} with “{title}” than with “{first}” ({span})."


def recovery_sentence(found: Recovery, lost: str, title: str) -> str:
    """Return one plain sentence for a recovery, or none where no event was scripted."""
    if found.clear is None:
        return ""
    if not found.clear:
        return f"With “{title}”, no clear loss of {lost} follows the event."
    half = f"half of the {lost} lost with “{title}” was"
    if np.isinf(found.low):
        return f"{half[0].upper()}{half[1:]} not regained within the run."
    end = "months to beyond the run" if np.isinf(found.high) else f"to {found.high:.0f} months"
    span = f"95 % interval {found.low:.0f} {end}"
    if np.isinf(found.months):
        return f"{half[0].upper()}{half[1:]} probably not regained within the run ({span})."
    return (
        f"{half[0].upper()}{half[1:]} regained {found.months:.0f} months after the event ({span})."
    )


@dataclass(frozen=True)
class Comparison:
    """Scenarios compared on shared luck, against the first.

    Attributes
    ----------
    runs : Runs
    outcomes : DataFrame
        See :func:`outcome_table`.
    reached : tuple of Reached
        How narrow intervals are that were to be narrow, and what it took.
    """

    runs: Runs
    outcomes: pd.DataFrame = field(repr=False)
    reached: tuple[Reached, ...] = ()

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenarios compared; the first is the reference."""
        return self.runs.scenarios

    @functools.cached_property
    def tables(self) -> dict[str, Any]:
        """Everything that the figures and the report read, by name."""
        names = [scenario.name for scenario in self.scenarios]
        table = self.runs.table
        return {
            "bands": bands(table),
            "differences_over_time": differences_over_time(
                table, names, single_runs=self.runs.vectors is not None
            ),
            "levels": by_level(table),
            "outcomes": self.outcomes,
            "scenarios": [_described(s, self.scenarios[0]) for s in self.scenarios],
            "chart": self.runs.organizations[0],
            "organization": described_organization(self.runs.organizations[0]),
            "provenance": provenance()
            | {
                "seed": self.runs.seed,
                "vectors": None if self.runs.vectors is None else len(self.runs.vectors),
                "replications": self.runs.replications,
                "months": int(table["month"].max()),
                "command": f"mentoring compare {' '.join(names)} --seed {self.runs.seed} "
                f"--replications {self.runs.replications}"
                + (" --uncertainty" if self.runs.vectors is not None else ""),
            },
        }

    @property
    def sentences(self) -> list[str]:
        """One plain sentence for each difference."""
        return [sentence for sentence in self.outcomes["sentence"] if sentence]

    def report(self, path: str | Path, command: str | None = None) -> Path:
        """Write the self-contained HTML report; return its path."""
        from .report import write_report

        tables = dict(self.tables)
        if command:
            tables["provenance"] = tables["provenance"] | {"command": command}
        return write_report(tables, path)


def _described(scenario: Scenario, first: Scenario) -> dict[str, Any]:
    changes = [
        {
            "parameter": change.name,
            "first": change.first,
            "this": change.second,
            "unit": change.unit,
        }
        for change in diff(first, scenario)
        if "." in change.name and not isinstance(change.second, str)
    ]
    return {
        "name": scenario.name,
        "title": scenario.title or scenario.name,
        "question": scenario.question,
        "digest": scenario.digest,
        "events": scenario.as_dict()["events"],
        "changes": changes,
    }


def described_organization(organization: Organization) -> dict[str, Any]:
    """Return what a report says of an organization; no identifier is in it."""
    level, leads = organization.level, organization.team_size > 0
    return {
        "source": organization.source,
        "people": organization.people,
        "levels": [
            {
                "level": k,
                "people": int((level == k).sum()),
                "leaders": int((leads & (level == k)).sum()),
            }
            for k in range(organization.levels)
        ],
        "ties": len(organization.tie_seat) // 2,
        "notes": list(organization.notes),
    }


def compare(
    scenarios: Sequence[Scenario | str] = DEMONSTRATION,
    seed: int = 0,
    replications: int | None = None,
    half_width: float | None = None,
    *,
    until: Mapping[str, float] | None = None,
    uncertainty: bool | pd.DataFrame = False,
    organization: Organization | None = None,
    executor: Any = None,
    progress: bool | Callable[[], Any] | None = None,
) -> Comparison:
    """Compare scenarios on shared luck, against the first.

    Parameters
    ----------
    scenarios : sequence of Scenario, names or paths
    seed : int
    replications : int, optional
        Of each scenario; default 30, with ``uncertainty`` two of each vector.
    half_width : float, optional
        Short for ``until={"adoption": half_width}``.
    until : mapping, optional
        Add replications until the 95 % interval of every difference in each measure named,
        over the last twelve months, is at most this wide on either side
        (:mod:`simulation.study.stopping`); ``reached`` says what it took.
    uncertainty : bool or DataFrame
        Let replications go through the accepted parameter vectors in turn, or through the
        rows of a table with dotted names: intervals then hold chance and what is not known
        about parameters, and their shares are told.
    organization : Organization, optional
        In place of the ones that the scenarios name.

    Raises
    ------
    InputError
        Fewer than two scenarios, two of one name, or different organizations or lengths.
    """
    chosen = [s if isinstance(s, Scenario) else load_scenario(s) for s in scenarios]
    _check_comparable(chosen, organization)
    vectors = accepted_vectors() if uncertainty is True else None
    if isinstance(uncertainty, pd.DataFrame):
        vectors = uncertainty
    targets = dict(until or {}) | ({"adoption": half_width} if half_width is not None else {})
    _check_targets(targets, vectors)
    count = replications_of_comparison(replications, vectors)
    make = functools.partial(
        run_points,
        chosen,
        seed,
        organization=organization,
        vectors=vectors,
        executor=executor,
        progress=progress,
    )
    runs, found = until_narrow(make, count, targets, differences=True)
    return replace(_compared(runs), reached=found)


def replications_of_comparison(asked: int | None, vectors: pd.DataFrame | None) -> int:
    """Return how often each scenario runs: 30, or each vector equally often and at least twice."""
    if vectors is None:
        return 30 if asked is None else asked
    runs = max(2, -(-(asked or 0) // len(vectors)))
    return runs * len(vectors)


def _compared(runs: Runs) -> Comparison:
    titles = {scenario.name: scenario.title or scenario.name for scenario in runs.scenarios}
    each = outcomes_of_runs(runs.table, runs.scenarios)
    vectors = None if runs.vectors is None else len(runs.vectors)
    recovered = recoveries(runs.table, runs.scenarios, vectors)
    return Comparison(runs, outcome_table(each, titles, recovered, vectors))


def _check_comparable(scenarios: Sequence[Scenario], organization: Organization | None) -> None:
    if len(scenarios) < 2:
        raise InputError("a comparison needs at least two scenarios")
    names = [scenario.name for scenario in scenarios]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(f"scenario '{twice[0]}' is named twice; give each scenario once")
    first = scenarios[0].parameters
    for scenario in scenarios[1:]:
        if scenario.parameters.run != first.run:
            raise InputError(
                f"scenarios '{names[0]}' and '{scenario.name}' differ in [run]; "
                "to be compared they must have the same months and steps"
            )
        if organization is None and scenario.parameters.organization != first.organization:
            raise InputError(
                f"scenarios '{names[0]}' and '{scenario.name}' have different organizations; "
                "luck can be shared only on the same one"
            )


def _check_targets(targets: Mapping[str, float], vectors: pd.DataFrame | None) -> None:
    check_targets(targets)
    if targets and vectors is not None:
        raise InputError(
            "intervals cannot be made narrow with uncertainty: no number of runs "
            "narrows what is not known about parameters"
        )


def saved_comparison(folder: str | Path) -> Comparison:
    """Return the comparison of a results folder, without running anything.

    Raises
    ------
    InputError
        The folder holds no results of two or more scenarios.
    """
    runs = load_runs(folder)
    if len(runs.scenarios) < 2:
        raise InputError(f"{folder} holds one scenario; a report compares two or more")
    return _compared(runs)
