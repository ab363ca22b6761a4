"""What scenarios are compared by: outcomes of runs, paired differences, plain sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import InputError
from ..pictures.summaries import (
    bounds_of,
    cube,
    difference_of_proportions,
    interval,
    proportion,
    range_of_runs,
)
from ..scenarios.scenario import Scenario
from ..study.uncertainty import parameter_share
from ..words import direction, number
from .declared import OUTCOMES, Outcome, Window, outcomes_with
from .recovery import Recovery, by_vector, first_event, recovery_sentence

__all__ = [
    "MEAN",
    "ONE_RUN",
    "difference_sentence",
    "note_on_survival",
    "outcome_table",
    "outcomes_of_runs",
    "read_windows",
    "window_of",
]

Array = NDArray[np.float64]
YEAR = 12
#: What the interval of a difference is for.
MEAN, ONE_RUN = "mean", "one run"

#: How an outcome follows from a measure and the headcount over its months, shape (runs, months).
_TAKEN: dict[str, Callable[[Array, Array], Array]] = {
    "mean": lambda own, people: own.mean(axis=1),
    "sum": lambda own, people: own.sum(axis=1),
    "person_years": lambda own, people: (own * people).sum(axis=1) / YEAR,
    "lowest": lambda own, people: own.min(axis=1),
    "end": lambda own, people: own[:, -1],
}
#: One end of a window: a month, or so many months from the first event.
_END = re.compile(r"(?P<month>\d+)|event(?P<after>[+-]\d+)?")


def read_windows(
    asked: Iterable[str | Sequence[int]] | str, scenarios: Sequence[Scenario]
) -> tuple[Window, ...]:
    """Return the windows asked for, each once, in months of the runs.

    Parameters
    ----------
    asked : iterable
        Pairs of months, the first and the one after the last, or texts of them: ``"60:72"``, or
        counted from the month of the first event of any scenario, ``"event+24:event+36"``.
    scenarios : sequence of Scenario

    Raises
    ------
    InputError
        A text is not of that form, or the runs do not have these months.
    """
    texts = [
        ":".join(map(str, one)) if isinstance(one, tuple | list) else str(one)
        for one in ([asked] if isinstance(asked, str) else asked)
    ]
    return tuple(dict.fromkeys(_window(text, scenarios) for text in texts))


def _window(text: str, scenarios: Sequence[Scenario]) -> Window:
    ends = [_END.fullmatch(end.strip()) for end in text.split(":")]
    if len(ends) != 2 or ends[0] is None or ends[1] is None:
        raise InputError(
            f"window {text}: write its first month and the month after its last, 60:72, or both "
            "from the first event on, event+24:event+36"
        )
    event, months = first_event(scenarios), scenarios[0].parameters.run.months
    if event is None and "event" in text:
        raise InputError(f"window {text}: no scenario has an event to count from")
    first, stop = (
        int(end["month"] or (event or 0) + int(end["after"] or 0)) for end in ends if end
    )
    found = f"window {text}" if "event" not in text else f"window {text}, months {first}:{stop}"
    if first >= stop:
        raise InputError(f"{found}: the second month is the one after the last, above the first")
    if first < 1 or stop > months + 1:
        raise InputError(
            f"{found}: runs have months 1 to {months}, so windows lie within 1:{months + 1}"
        )
    return Window(first, stop)


def window_of(outcome: Outcome, event: int | None, last: int) -> slice | None:
    """Return the months that an outcome is taken of, or None if a run does not have them all.

    The year after an event is that of the twelve months after the month of the event. Windows
    that were asked for are within the run: see :func:`read_windows`.

    Parameters
    ----------
    outcome : Outcome
    event : int or None
        The month of the first event.
    last : int
        The last month of the run; month 0 is the start, before anything has happened.
    """
    if isinstance(outcome.window, Window):
        return slice(*outcome.window)
    if outcome.window == "last_year":
        return slice(max(1, last - YEAR + 1), last + 1)
    if outcome.window in ("year_after", "second_year"):
        years = 1 if outcome.window == "year_after" else 2
        if event is None or event + years * YEAR > last:
            return None
        return slice(event + (years - 1) * YEAR + 1, event + years * YEAR + 1)
    return slice((event or 1) if outcome.window == "from_event" else 1, last + 1)


def outcomes_of_runs(
    table: pd.DataFrame, scenarios: Sequence[Scenario], windows: Sequence[Window] = ()
) -> pd.DataFrame:
    """Return the outcomes of every run, also those in windows asked for.

    Returns
    -------
    DataFrame
        ``scenario, replication``, then one column an outcome, but for half-recoveries, and for
        those of months that runs do not have or measures that the table lacks. Windows hang on
        the first event of any scenario. What is given something is NaN in a run without it.
    """
    event, last = first_event(scenarios), int(table["month"].max())
    outcomes = outcomes_with(windows)
    months = {key: window_of(one, event, last) for key, one in outcomes.items()}
    told = {
        key: one
        for key, one in outcomes.items()
        if one.taken in _TAKEN and one.measure in table.columns and months[key] is not None
    }
    names = {name for one in told.values() for name in (one.measure, one.given) if name}
    cubes = {name: cube(table, name) for name in sorted(names | {"headcount"})}
    parts = []
    for scenario in scenarios:
        own = {measure: curves[scenario.name] for measure, curves in cubes.items()}
        part = pd.DataFrame({key: _taken(one, own, months[key]) for key, one in told.items()})
        part.insert(0, "replication", np.sort(table["replication"].unique()))
        part.insert(0, "scenario", scenario.name)
        parts.append(part)
    return _without_needless(pd.concat(parts, ignore_index=True), told)


def _taken(outcome: Outcome, curves: Mapping[str, Array], months: slice | None) -> Array:
    """Return an outcome of each run: NaN of those without what is given in the last month."""
    values = _TAKEN[outcome.taken](
        curves[outcome.measure][:, months], curves["headcount"][:, months]
    )
    if not outcome.given:
        return values
    return np.where(curves[outcome.given][:, months][:, -1] > 0.5, values, np.nan)


def _without_needless(runs: pd.DataFrame, told: Mapping[str, Outcome]) -> pd.DataFrame:
    """Return outcomes without those that are told by others, as all programmes survive."""
    needless = [key for key, one in told.items() if one.chance]
    if not needless or (runs[needless] < 0.5).any(axis=None):
        return runs
    return runs.drop(columns=[*needless, *(key for key, one in told.items() if one.given)])


def note_on_survival(runs: pd.DataFrame, scenarios: Sequence[Scenario]) -> str:
    """Return a sentence if the programme survives in every run, else "".

    Parameters
    ----------
    runs : DataFrame
        :func:`outcomes_of_runs`; probabilities are left out of it when all are 1.
    scenarios : sequence of Scenario
    """
    if any(OUTCOMES[key].chance for key in runs if key in OUTCOMES):
        return ""
    where = "every run of every scenario" if len(scenarios) > 1 else "every run"
    return f"The programme survives in {where}."


def outcome_table(
    runs: pd.DataFrame,
    titles: dict[str, str],
    recovered: Mapping[tuple[str, str], Recovery] | None = None,
    vectors: int | None = None,
    windows: Sequence[Window] = (),
) -> pd.DataFrame:
    """Return outcomes by scenario, with paired differences against the first and a sentence.

    Parameters
    ----------
    runs : DataFrame
        :func:`outcomes_of_runs`.
    titles : dict
        Scenario names to titles.
    recovered : dict, optional
        :func:`simulation.answers.recovery.recoveries`.
    vectors : int, optional
        How many parameter vectors the replications went through in turn. Then the ends of a
        difference are those of 95 % of single runs, chance and parameters together, and
        ``parameter_share`` is the part of that variance which is not knowing the parameters.
    windows : sequence of Window
        Those whose outcomes ``runs`` holds besides.

    Returns
    -------
    DataFrame
        ``scenario, outcome, label, unit, mean, low, high, difference, difference_low,
        difference_high, interval_of, parameter_share, share_low, share_high, searched,
        replications, sentence``. The interval of a mean is one for the mean; that of a
        difference is for what ``interval_of`` says: the mean, or one run. ``searched`` is how
        many months after an event half of a loss was sought, ``replications`` how many runs,
        or pairs of runs, an outcome is of.
    """
    recovered = recovered or {}
    names = list(dict.fromkeys(runs["scenario"]))
    outcomes, rows = outcomes_with(windows), []
    for name in names:
        own = runs[runs["scenario"] == name]
        reference = runs[runs["scenario"] == names[0]]
        for key, outcome in outcomes.items():
            if outcome.taken in _TAKEN and key in runs:
                rows.append(_outcome_row(key, outcome, own, reference, titles, vectors))
            elif (name, key) in recovered:
                found = recovered[name, key]
                rows.append(_recovery_row(key, outcome, name, found, len(own), titles))
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
    mean, low, high = _told(values, outcome, vectors)
    paired = values - reference[key].to_numpy(dtype=float)
    of_one_run = vectors is not None and not outcome.chance
    difference, share, sentence = (np.nan,) * 3, (np.nan,) * 3, ""
    if name != first:
        difference = _difference(values, values - paired, outcome, vectors)
        if of_one_run and vectors is not None:
            share = parameter_share(by_vector(paired, vectors))
        sentence = difference_sentence(
            difference,
            outcome,
            *(_title(own, key, outcome, titles), _title(reference, key, outcome, titles)),
            share if of_one_run else None,
        )
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
        "interval_of": ONE_RUN if of_one_run else MEAN,
        "parameter_share": share[0],
        "share_low": share[1],
        "share_high": share[2],
        "searched": np.nan,
        "replications": int(np.isfinite(paired).sum()),
        "sentence": sentence,
    }


def _told(values: Array, outcome: Outcome, vectors: int | None) -> tuple[float, float, float]:
    """Return an outcome's mean over runs with its interval."""
    if not outcome.chance:
        return interval(values, bounds=bounds_of(outcome.unit))
    worth = _worth(values, vectors)
    return proportion(worth * float(values.sum()), worth * len(values))


def _difference(
    values: Array, reference: Array, outcome: Outcome, vectors: int | None
) -> tuple[float, float, float]:
    """Return a paired difference, with the ends of its mean or, with vectors, of single runs."""
    paired = values - reference
    if outcome.chance:
        return difference_of_proportions(values, reference, _worth(paired, vectors))
    mean, low, high = interval(paired, bounds=bounds_of(outcome.unit, difference=True))
    if vectors is not None:
        low, high = range_of_runs(paired, 0.025, 0.975)
    return mean, float(low), float(high)


def _worth(values: Array, vectors: int | None) -> float:
    """Return what a run counts for where those of a vector are alike: the design effect's inverse.

    1 without vectors, or where runs of one vector are as unlike as those of several; one in as
    many as a vector has where they are all the same.
    """
    if vectors is None or len(values) < 2 * vectors or vectors < 2:
        return 1.0
    each = by_vector(values, vectors)
    runs = each.shape[1]
    independent, found = each.var() / runs, each.mean(axis=1).var(ddof=1)
    return float(1.0 / np.clip(found / independent, 1.0, runs)) if independent > 0.0 else 1.0


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
        "interval_of": MEAN,
        "parameter_share": np.nan,
        "share_low": np.nan,
        "share_high": np.nan,
        "searched": found.searched,
        "replications": count,
        "sentence": recovery_sentence(found, outcome.lost, titles[name]),
    }


def _title(runs: pd.DataFrame, key: str, outcome: Outcome, titles: Mapping[str, str]) -> str:
    """Return what a sentence calls a scenario: with how often, of what is a probability."""
    title = f"“{titles[str(runs['scenario'].iloc[0])]}”"
    return f"{title} ({runs[key].mean():.0%})" if outcome.chance else title


def difference_sentence(
    difference: tuple[float, float, float],
    outcome: Outcome,
    title: str,
    first: str,
    parameter_share: tuple[float, float, float] | None = None,
) -> str:
    """Return one plain sentence for a difference with its 95 % interval.

    Which way it goes is judged by the ends as they are printed. Titles come with their marks of
    quotation. With ``parameter_share`` (and its interval) the ends are those of 95 % of single
    runs, chance and parameters, and this share of their variance is parameters.
    """
    mean, low, high = (value * outcome.scale for value in difference)
    digits = outcome.decimals
    what = f"{outcome.label[0].upper()}{outcome.label[1:]}"
    if np.isnan(mean):
        return f"{what}: in no pair of runs do both programmes survive."
    if np.isnan(low):
        return f"{what}: too few runs to tell {title} and {first} apart from chance."
    span = f"{number(low, digits)} to {number(high, digits)} {outcome.shown}"
    if parameter_share is None:
        span = f"95 % interval {span}"
    else:
        span = f"95 % of single runs {span}; {share_told(*parameter_share)}"
    way = direction(low, high, digits)
    if not way:
        return f"{what}: no clear difference between {title} and {first} ({span})."
    size = f"{number(abs(mean), digits)} {outcome.shown}"
    return f"{what}: {size} {way} with {title} than with {first} ({span})."


def share_told(share: float, low: float, high: float) -> str:
    """Return in words which share of the variance is the parameters', with its interval."""
    if np.isnan(share) or np.isnan(low):
        return "too few runs to tell how much of their variance is unknown parameters"
    told = f"{share:.0%} of their variance from unknown parameters"
    return f"{told}, 95 % interval {low:.0%} to {high:.0%}"
