"""What a lapse of commitment costs, and for how long.

Question
--------
Leaders stop talking about mentoring and acting for it during 1, 3 or 6 months, then go on as
before. When is it felt, how long does it take to recover, and when is practice at its lowest?
The same is asked of a lapse of 6 months in which only the chief and the level below let go.

Design
------
The shipped scenarios `lapse-1-month`, `lapse-3-months`, `lapse-6-months` (all leaders) and
`lapse-top-only` against `baseline`, run for 240 months. The lapse begins in month 60, so that
its consequences can be followed for fifteen years. Replications share their luck, and all is
read off differences from the same replication of the baseline. Months of a low and of a
recovery are read off the mean difference, with intervals from resampling replications.

Reading
-------
*Felt within months*: the loss of credibility, averaged over the first six months, is at least
one percentage point. *Years to recover*: at least 24 months pass from the beginning of the
lapse until half of the lost credibility (and likewise practice) is regained; judged only where
the loss itself is clear of chance. *Practice follows late*: the low of adoption comes at least
12 months after that of credibility. A short lapse may well fail where a long one passes.

Source
------
The practitioner's text, action 2 (be committed in talk and action): a withdrawal sends a
message; it can take years to recover. That adoption's low comes after credibility's is a
consequence that the model claims; see `MODEL.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from common import (
    RESULTS,
    Estimate,
    Finding,
    arguments,
    chosen,
    compact,
    mean_of,
    of_mean_curves,
    told,
    write,
)

import simulation
from simulation.answers.recovery import half_recovery
from simulation.pictures import figures, summaries

NAMES = ("baseline", "lapse-1-month", "lapse-3-months", "lapse-6-months", "lapse-top-only")
OUT = RESULTS / "commitment_lapse"
FELT, YEARS, LATE = 1.0, 24.0, 12.0  # percentage points, months, months
FELT_MONTHS = 6
MEASURES = ("credibility", "adoption")
LAG = "months from the low of credibility to its own"


def design(changes: Mapping[str, Any] | None = None) -> list[simulation.Scenario]:
    """Return the scenarios, the baseline first."""
    return [chosen(name, changes) for name in NAMES]


def low_month(gap: np.ndarray, event: int) -> float:
    """Return the months from an event until a mean difference is at its lowest."""
    return float(np.argmin(gap[event:]))


def estimates(gap: np.ndarray, event: int) -> dict[str, Estimate]:
    """Return what became of one measure after a lapse; losses in percentage points.

    Parameters
    ----------
    gap : array of shape (replications, months + 1)
        The measure less the same replication's in the baseline.
    event : int
        Month in which the lapse begins.
    """
    early, years = gap[:, event : event + FELT_MONTHS], gap[:, event : event + 60]
    lost = mean_of(-100.0 * years.mean(axis=1))
    low = of_mean_curves(lambda mean: low_month(mean, event), gap)
    half = of_mean_curves(lambda mean: half_recovery(mean, event), gap)
    return {
        "lost, first 6 months": mean_of(-100.0 * early.mean(axis=1)),
        "lost, first 5 years": lost,
        "lost, last year": mean_of(-100.0 * gap[:, -12:].mean(axis=1)),
        "months to the low": told(low, lost),
        "months until half is regained": told(half, lost),
    }


def measured(runs: simulation.Runs) -> pd.DataFrame:
    """Return all estimates: ``scenario, measure, quantity, value, low, high``."""
    rows = []
    cubes = {name: summaries.cube(runs.table, name) for name in MEASURES}
    for scenario in runs.scenarios[1:]:
        event = scenario.events[0].month
        gaps = {name: cube[scenario.name] - cube[NAMES[0]] for name, cube in cubes.items()}
        known = {name: estimates(gap, event) for name, gap in gaps.items()}
        lag = of_mean_curves(
            lambda first, later, event=event: low_month(later, event) - low_month(first, event),
            *gaps.values(),
        )
        for own in known.values():
            lag = told(lag, own["lost, first 5 years"])
        known["adoption"][LAG] = lag
        rows += [
            (scenario.name, name, quantity, *estimate)
            for name, own in known.items()
            for quantity, estimate in own.items()
        ]
    columns = ["scenario", "measure", "quantity", "value", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


#: Claim, measure, quantity, unit, the least that supports it.
TRIALS = (
    (
        "a withdrawal is felt within months",
        "credibility",
        "lost, first 6 months",
        "percentage points",
        FELT,
    ),
    (
        "it can take years to recover",
        "credibility",
        "months until half is regained",
        "months",
        YEARS,
    ),
    ("it can take years to recover", "adoption", "months until half is regained", "months", YEARS),
    ("practice is lowest well after credibility", "adoption", LAG, "months", LATE),
)


def judged(table: pd.DataFrame) -> list[Finding]:
    """Return the claims on trial, from the table of estimates."""
    known = {
        (row.scenario, row.measure, row.quantity): Estimate(row.value, row.low, row.high)
        for row in table.itertuples()
    }
    return [
        Finding(claim, name, f"{measure}: {quantity}", unit, known[name, measure, quantity], bar)
        for claim, measure, quantity, unit, bar in TRIALS
        for name in dict.fromkeys(table["scenario"])
    ]


def drawn(runs: simulation.Runs) -> dict[str, tuple[Any, str]]:
    """Return the figures by file name, each with its caption."""
    event = min(event.month for event in runs.scenarios[1].events)
    over_time = summaries.differences_over_time(runs.table, NAMES, MEASURES)
    over_time = over_time[over_time["month"] >= event - 6]
    titles = {scenario.name: scenario.title for scenario in runs.scenarios}
    marks = [{"month": event, "type": "lapse begins"}]
    return {
        f"{name}.png": (
            figures.differences(over_time, name, marks, titles),
            f"{name.capitalize()} less that of the baseline, with 95 % intervals.",
        )
        for name in MEASURES
    }


def main(
    replications: int = 100,
    seed: int = 1,
    out: str | Path = OUT,
    changes: Mapping[str, Any] | None = None,
) -> Path:
    """Run the experiment and write its folder; return the folder.

    Parameters
    ----------
    replications : int
    seed : int
    out : path
    changes : mapping, optional
        Dotted parameter names changed in every scenario, such as a smaller organization.
    """
    runs = simulation.compare(design(changes), seed, replications).runs
    table = measured(runs)
    shown = compact(table, ["measure", "quantity"], "scenario")
    return write(out, __doc__, judged(table), table, drawn(runs), runs, shown)


if __name__ == "__main__":
    print(main(**arguments(__doc__, 100, OUT)))
