"""How long until half of what an event took away is back, whatever the length of the run.

The loss is sought within a stated window after the event, and half of it as long as is stated,
so that the same scenario gives the same answer in runs of ten, twenty or thirty years. Where a
run ends before the answer is known, it is made again and longer, for this answer alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import EndedEarlyError, InputError
from ..pictures.summaries import cube, interval, of_mean_curves
from ..scenarios.scenario import Scenario
from ..study.code import code_digest
from ..study.running import carry_out
from ..study.runs import Runs
from ..study.store import MODEL
from ..study.study import Study
from .declared import OUTCOMES, Outcome

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "LONGEST",
    "Recovery",
    "beyond_the_end",
    "first_event",
    "half_recovery",
    "recoveries",
    "recovery_sentence",
]

#: The outcomes that are half-recoveries, by key, and the measures that they are read off.
HALVES = {key: one for key, one in OUTCOMES.items() if one.taken == "half_recovery"}
MEASURES_READ = sorted({m for one in HALVES.values() for m in (one.measure, one.given) if m})
#: Months after an event within which the loss, and its lowest point, are sought.
WINDOW = 60
#: Months after an event until which half of the loss is sought.
LONGEST = 120
#: Months on either side that a month's loss is averaged over: the year around it. In single
#: months the lowest point is too low and the way back too short, by chance.
AROUND = 6
#: The folder, in that of a comparison, of the longer runs.
BEYOND = "beyond"

Array = NDArray[np.float64]


class Recovery(NamedTuple):
    """What an event took away and when half of it was back."""

    months: float = np.nan  #: infinite: not within those searched; NaN: nothing clearly lost
    low: float = np.nan
    high: float = np.nan
    clear: bool | None = None  #: whether the loss is clear of chance; None: cannot be judged
    searched: float = np.nan  #: months after the event until which half of the loss was sought
    settled: bool = True  #: whether longer runs would say the same
    survivors: bool = False  #: whether a programme ended in the window: not counted from then on


def first_event(scenarios: Iterable[Scenario]) -> int | None:
    """Return the month of the first scripted event in any of the scenarios, or None."""
    months = [event.month for scenario in scenarios for event in scenario.events]
    return min(months, default=None)


def half_recovery(gap: Array, month: int) -> float:
    """Return the months from an event until half of the loss that followed is regained.

    Each month counts as the mean of the year around it. The lowest point is sought in the
    ``WINDOW`` after the event, half of it until ``LONGEST`` after it.

    Parameters
    ----------
    gap : array of shape (months + 1,)
        The measure less the same run's without the event.
    month : int
        Month of the event.

    Returns
    -------
    float
        NaN when nothing was lost, or there is no year to judge by; infinity when half was not
        regained within the months searched.
    """
    return _half_back(years_around(np.asarray(gap, float)[month : month + LONGEST + AROUND + 1]))


def years_around(values: Array) -> Array:
    """Return the mean of the year around each month (the last axis) that has one whole."""
    width = 2 * AROUND + 1
    if values.shape[-1] < width:
        return values[..., :0]
    return np.lib.stride_tricks.sliding_window_view(values, width, axis=-1).mean(axis=-1)


def _half_back(after: Array) -> float:
    """Return the half-recovery from means of years around months, the first ``AROUND`` on."""
    lost = after[: WINDOW - 2 * AROUND + 1]
    lost = np.where(lost < 0.0, lost, 0.0)
    lowest = int(np.argmin(lost)) if len(lost) else 0
    if not lost[lowest : lowest + 1].any():
        return np.nan
    regained = after[lowest:] >= 0.5 * lost[lowest]
    return float(AROUND + lowest + np.argmax(regained)) if regained.any() else np.inf


def recoveries(
    table: pd.DataFrame, scenarios: Sequence[Scenario], vectors: int | None = None
) -> dict[tuple[str, str], Recovery]:
    """Return half-recoveries by scenario and outcome, counted from the scenario's first event.

    The loss is taken against the same replications of the first scenario; what is given
    survival, in each month over the pairs whose programmes have not ended until then. It is
    clear when the 95 % interval of its mean over the window lies below 0; only then is the time
    of half-recovery told, from the mean curve, with a bootstrap interval. With ``vectors``,
    the number of parameter vectors, the interval is instead that of the vectors' own times.
    """
    found = {}
    for key, outcome in HALVES.items():
        if outcome.measure not in table.columns:
            continue
        gaps = _gaps(table, scenarios, outcome)
        found[scenarios[0].name, key] = Recovery()
        for scenario in scenarios[1:]:
            event = first_event([scenario])
            found[scenario.name, key] = recovery_of(gaps[scenario.name], event, vectors)
    return found


def _gaps(table: pd.DataFrame, scenarios: Sequence[Scenario], outcome: Outcome) -> dict[str, Array]:
    """Return each scenario's differences from the first: NaN from when either has ended."""
    curves, first = cube(table, outcome.measure), scenarios[0].name
    gaps = {one.name: curves[one.name] - curves[first] for one in scenarios}
    if not outcome.given:
        return gaps
    alive = {
        name: np.minimum.accumulate(values > 0.5, axis=1)
        for name, values in cube(table, outcome.given).items()
    }
    return {name: np.where(alive[name] & alive[first], gap, np.nan) for name, gap in gaps.items()}


def recovery_of(gaps: Array, event: int | None, vectors: int | None = None) -> Recovery:
    """Return the half-recovery from differences of shape (replications, months + 1)."""
    if event is None:
        return Recovery()
    gaps = gaps[:, event : event + LONGEST + AROUND + 1]
    window, whole = gaps[:, : WINDOW + 1], gaps.shape[1] > LONGEST + AROUND
    known = np.isfinite(window)
    means = np.where(known, window, 0.0).sum(axis=1) / np.where(known, 1, 0).sum(axis=1).clip(1)
    highest = interval(means[known.any(axis=1)])[2]
    settled = whole or gaps.shape[1] > WINDOW
    if np.isnan(highest) or not np.nan_to_num(gaps).any():
        return Recovery(settled=settled or np.isnan(highest))
    if highest >= 0.0 or gaps.shape[1] <= 2 * AROUND:
        return Recovery(clear=False if highest >= 0.0 else None, settled=settled)
    months, low, high = _months(gaps, vectors)
    settled = whole or (settled and bool(np.isfinite([months, high]).all()))
    searched = float(gaps.shape[1] - 1 - AROUND)
    return Recovery(months, low, high, True, searched, settled, not known.all())


def _months(gaps: Array, vectors: int | None) -> tuple[float, float, float]:
    """Return the half-recovery of the mean of differences from the event on, and its interval."""
    after = years_around(gaps)

    def months(mean: Array) -> float:
        found = _half_back(mean)
        return 0.0 if np.isnan(found) else found

    if vectors is None:
        return of_mean_curves(months, after)
    known, filled = np.isfinite(after), np.nan_to_num(after)
    with np.errstate(invalid="ignore"):
        own = by_vector(filled, vectors).sum(axis=1) / by_vector(1.0 * known, vectors).sum(axis=1)
        whole = filled.sum(axis=0) / known.sum(axis=0)
    low, high = np.quantile([months(mean) for mean in own], [0.025, 0.975], method="nearest")
    return months(whole), float(low), float(high)


def by_vector(values: Array, vectors: int) -> Array:
    """Return values of replications, in order, as an array of shape (vectors, runs, ...).

    With fewer replications than vectors, those vectors that were run, once each.
    """
    vectors = min(vectors, len(values))
    runs = len(values) // vectors
    return values[: runs * vectors].reshape(runs, vectors, *values.shape[1:]).swapaxes(0, 1)


def recovery_sentence(found: Recovery, lost: str, title: str) -> str:
    """Return one plain sentence for a recovery, or none where no event was scripted."""
    if found.clear is None:
        return ""
    if not found.clear:
        return (
            f"With “{title}”, no clear loss of {lost} follows in the {WINDOW} months after the "
            "event."
        )
    where = ", where programmes survived," if found.survivors else ""
    half = f"Half of the {lost} lost with “{title}”{where}"
    most = f"more than {found.searched:.0f} months"
    if np.isinf(found.low):
        return f"{half} takes {most} to come back."
    end = most if np.isinf(found.high) else f"{found.high:.0f} months"
    span = f"95 % interval {found.low:.0f} to {end}"
    if np.isinf(found.months):
        return f"{half} takes {most} to come back ({span})."
    return f"{half} was regained {found.months:.0f} months after the event ({span})."


# ------------------------------------------------------------------- beyond the run's end


def beyond_the_end(
    runs: Runs, found: Mapping[tuple[str, str], Recovery], vectors: int | None = None
) -> dict[tuple[str, str], Recovery]:
    """Return the recoveries that runs end too early for, from longer runs of the same luck.

    Runs in a folder keep the longer ones in it. What cannot be made longer stays as it was
    found: runs of another version of the code, or with hooks, which might not bear it.

    Parameters
    ----------
    runs : Runs
        Whole ones (:meth:`simulation.study.runs.Runs.whole`).
    found : mapping
        :func:`recoveries` of them.
    vectors : int, optional
    """
    names = {name for (name, _), one in found.items() if not one.settled}
    study = runs.study
    if not names or study.interventions or study.analyzers or _of_other_code(runs):
        return dict(found)
    longer = _longer_runs(runs, _longer(study, names))
    if longer is None:
        return dict(found)
    more = recoveries(longer.series(MEASURES_READ), longer.study.scenarios, vectors)
    return {key: more[key] if not one.settled else one for key, one in found.items()}


def _of_other_code(runs: Runs) -> bool:
    return bool((runs.runs[MODEL] != code_digest()).any())


def _longer(study: Study, names: set[str]) -> Study:
    """Return the study of the first scenario and those named, as long as all are searched."""
    some = [k for k, one in enumerate(study.scenarios) if k == 0 or one.name in names]
    events = [first_event([study.scenarios[k]]) or 0 for k in some]
    months = max(events) + LONGEST + AROUND
    return replace(
        study,
        scenarios=tuple(study.scenarios[k].changed({"run.months": months}) for k in some),
        organizations=tuple(study.organizations[k] for k in some),
        months=True,
        told=None,
        _made={},
        _digests={},
    )


def _longer_runs(runs: Runs, study: Study) -> Runs | None:
    """Return so many replications of a longer study, or None if that was interrupted."""
    folders = (None,) if runs.folder is None else (runs.folder / BEYOND, None)
    for folder in folders:
        try:
            longer = carry_out(study, runs.replications, out=folder)
        except InputError:
            continue  # a folder that cannot be written
        except (EndedEarlyError, KeyboardInterrupt):
            return None
        return None if longer.interrupted else longer
    return None
