"""What a lapse of commitment costs, and for how long.

Question
--------
Leaders go on promising but do nothing for 1, 3 or 6 months, then act as before. When is it felt in
credibility and engagement, how long does it take to recover, and when is practice at its lowest?
Does the programme survive it? The same is asked of leaders who fall silent as well, who say openly
that they fall short, and of a lapse at the top alone.

Design
------
The shipped scenarios `lapse-1-month`, `lapse-3-months`, `lapse-6-months` (all leaders act no more
while promises go on), `silence-6-months` (neither talk nor action), `honest-failure`,
`lapse-top-only` and `lapse-chief-only` against `baseline`, run for 240 months. The lapse begins in
month 60, so that its consequences can be followed for fifteen years. Replications share their luck,
and all is read off differences from the same replication of the baseline. *The year after* is the
twelve months from the lapse's first on, *the second year* the twelve that follow. Practice is told
in two parts: the probability that the programme never stops in the ten years after the lapse
begins, and practice given survival, which is practice where it did not stop with or without the
lapse. Months of a low and of a recovery are read off the mean difference over the five and ten
years after, with intervals from resampling replications.

Reading
-------
*Felt within months*: the loss of credibility, averaged over the first six months, is at least one
percentage point. *Engagement falls*: by at least .01 standard deviations in the year after, or in
the second. *A breach costs more than silence*: engagement and credibility in the year after are
lower after the lapse of six months than after silence, by at least .01 standard deviations and one
point; *saying so helps* is judged alike. *Years to recover*: at least 24 months pass from the
beginning of the lapse until half of the lost credibility (and likewise practice) is regained;
judged only where the loss itself is clear of chance. *Practice follows late*: the low of adoption
comes at least 12 months after that of credibility. *It ends programmes*: at least two in a hundred
more stop. A short lapse may well fail where a long one passes.

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
    carried_over,
    chosen,
    compact,
    mean_of,
    of_mean_curves,
    paired,
    share_difference,
    told,
    write,
)

import simulation
from simulation.answers.recovery import half_recovery
from simulation.pictures import figures, summaries

LAPSE, SILENCE, HONEST = "lapse-6-months", "silence-6-months", "honest-failure"
NAMES = (
    "baseline",
    "lapse-1-month",
    "lapse-3-months",
    LAPSE,
    SILENCE,
    HONEST,
    "lapse-top-only",
    "lapse-chief-only",
)
OUT = RESULTS / "commitment_lapse"
EVENT, YEAR, FIVE_YEARS, TEN_YEARS = 60, 12, 60, 120  # months
FELT_MONTHS = 6
#: Percentage points; sd; months; months; percentage points.
FELT, ENGAGED, YEARS, LATE, ENDED = 1.0, 0.01, 24.0, 12.0, 2.0
#: What a number of each measure is multiplied by, and its unit.
SCALES = {
    "credibility": (100.0, "percentage points"),
    "engagement": (1.0, "sd"),
    "adoption": (100.0, "percentage points"),
}
SHOWN_AS = {"adoption": "adoption given survival"}
EARLY, AFTER, SECOND = "lost, first 6 months", "lost, year after", "lost, second year"
LOST, HALF = "lost, first 5 years", "months until half is regained"
LAG, STOPPED = "months from the low of credibility to its own", "more programmes that stopped"


def design(changes: Mapping[str, Any] | None = None) -> list[simulation.Scenario]:
    """Return the scenarios, the baseline first."""
    return [chosen(name, changes) for name in NAMES]


def low_month(gap: np.ndarray, event: int) -> float:
    """Return the months from an event until a mean difference is lowest, within five years."""
    return float(np.argmin(gap[event : event + FIVE_YEARS]))


def estimates(gap: np.ndarray, event: int, scale: float = 100.0) -> dict[str, Estimate]:
    """Return what became of one measure after a lapse.

    Parameters
    ----------
    gap : array of shape (replications, months + 1)
        The measure less the same replication's in the baseline.
    event : int
        Month in which the lapse begins.
    scale : float
        What losses are multiplied by.
    """
    windows = {
        EARLY: (0, FELT_MONTHS),
        AFTER: (0, YEAR),
        SECOND: (YEAR, 2 * YEAR),
        LOST: (0, FIVE_YEARS),
    }
    found = {
        name: mean_of(-scale * gap[:, event + first : event + last].mean(axis=1))
        for name, (first, last) in windows.items()
    }
    found["lost, last year"] = mean_of(-scale * gap[:, -YEAR:].mean(axis=1))
    low = of_mean_curves(lambda mean: low_month(mean, event), gap)
    half = of_mean_curves(lambda mean: half_recovery(mean, event), gap)
    return found | {"months to the low": told(low, found[LOST]), HALF: told(half, found[LOST])}


def going(table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return which programmes have not stopped ten years after the event, by scenario."""
    never = summaries.cube(table, "never_stopped")
    return {name: one[:, : EVENT + TEN_YEARS][:, -1] > 0.5 for name, one in never.items()}


def measured(table: pd.DataFrame) -> pd.DataFrame:
    """Return all estimates: ``scenario, measure, quantity, value, low, high``.

    Those of adoption are of the replications whose programmes stopped in neither world.
    """
    base, *others = NAMES
    cubes = {name: summaries.cube(table, name) for name in SCALES}
    kept, rows = going(table), []
    for scenario in others:
        gaps = {name: cube[scenario] - cube[base] for name, cube in cubes.items()}
        both = kept[scenario] & kept[base]
        gaps["adoption"] = gaps["adoption"][both]
        known = {name: estimates(gap, EVENT, SCALES[name][0]) for name, gap in gaps.items()}
        lag = of_mean_curves(
            lambda first, later: low_month(later, EVENT) - low_month(first, EVENT),
            gaps["credibility"][both],
            gaps["adoption"],
        )
        for name in ("credibility", "adoption"):
            lag = told(lag, known[name][LOST])
        known["adoption"][LAG] = lag
        stopped = kept[base].astype(float) - kept[scenario]
        known["programme"] = {STOPPED: share_difference(stopped).times(100.0)}
        rows += [
            (scenario, name, quantity, *estimate)
            for name, own in known.items()
            for quantity, estimate in own.items()
        ]
    columns = ["scenario", "measure", "quantity", "value", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


POINTS = "percentage points"
#: Claim, measure, quantity, unit, the least that supports it, what parts it from its opposite.
TRIALS = (
    ("a withdrawal is felt within months", "credibility", EARLY, POINTS, FELT, 0.0),
    ("engagement falls", "engagement", AFTER, "sd", ENGAGED, 0.0),
    ("engagement falls", "engagement", SECOND, "sd", ENGAGED, 0.0),
    ("it can take years to recover", "credibility", HALF, "months", YEARS, YEARS),
    ("it can take years to recover", "adoption", HALF, "months", YEARS, YEARS),
    ("practice is lowest well after credibility", "adoption", LAG, "months", LATE, LATE),
    ("it ends programmes", "programme", STOPPED, POINTS, ENDED, 0.0),
)


def judged(table: pd.DataFrame) -> list[Finding]:
    """Return the claims on trial, from the table of estimates."""
    known = {
        (row.scenario, row.measure, row.quantity): Estimate(row.value, row.low, row.high)
        for row in table.itertuples()
    }
    return [
        Finding(
            claim,
            name,
            f"{SHOWN_AS.get(measure, measure)}: {quantity}",
            unit,
            known[name, measure, quantity],
            bar,
            split,
        )
        for claim, measure, quantity, unit, bar, split in TRIALS
        for name in dict.fromkeys(table["scenario"])
    ]


def against_breach(table: pd.DataFrame) -> list[Finding]:
    """Return whether a breach of promises costs more in a year than silence, or honesty, does."""
    bars = {"engagement": ENGAGED, "credibility": FELT}
    cubes = {name: summaries.cube(table, name) for name in bars}
    cases = {SILENCE: "a breach costs more than silence", HONEST: "saying so helps"}
    findings = []
    for other, claim in cases.items():
        for name, bar in bars.items():
            scale, unit = SCALES[name]
            spared = (cubes[name][other] - cubes[name][LAPSE])[:, EVENT : EVENT + YEAR]
            estimate = mean_of(scale * spared.mean(axis=1))
            case = f"{LAPSE} against {other}"
            findings.append(Finding(claim, case, f"{name}: {AFTER}", unit, estimate, bar))
    return findings


def on_trial(table: pd.DataFrame) -> list[Finding]:
    """Return all claims on trial, from the table of runs."""
    return judged(measured(table)) + against_breach(table)


def drawn(runs: simulation.Runs) -> dict[str, tuple[Any, str]]:
    """Return the figures by file name, each with its caption."""
    over_time = summaries.differences_over_time(runs.table, NAMES, list(SCALES))
    over_time = over_time[over_time["month"] >= EVENT - 6]
    titles = {scenario.name: scenario.title for scenario in runs.scenarios}
    marks = [{"month": EVENT, "type": "lapse begins"}]
    return {
        f"{name}.png": (
            figures.differences(over_time, name, marks, titles),
            f"{name.capitalize()} less that of the baseline, with 95 % intervals; all programmes.",
        )
        for name in SCALES
    }


def main(
    replications: int = 100,
    seed: int = 1,
    out: str | Path = OUT,
    vectors: int = 0,
    changes: Mapping[str, Any] | None = None,
    known: pd.DataFrame | None = None,
) -> Path:
    """Run the experiment and write its folder; return the folder.

    Parameters
    ----------
    replications : int
    seed : int
    out : path
    vectors : int
        Runs of each accepted vector, over which verdicts are carried.
    changes : mapping, optional
        Dotted parameter names changed in every scenario, such as a smaller organization.
    known : DataFrame, optional
        Vectors in place of the accepted ones.
    """
    scenarios = design(changes)
    runs = paired(scenarios, seed, replications)
    carried = carried_over(
        lambda count, rows: paired(scenarios, seed, count, rows).table, on_trial, vectors, known
    )
    table = measured(runs.table)
    shown = compact(table.replace({"measure": SHOWN_AS}), ["measure", "quantity"], "scenario")
    findings = judged(table) + against_breach(runs.table)
    return write(out, __doc__, findings, table, drawn(runs), runs, shown, carried)


if __name__ == "__main__":
    print(main(**arguments(__doc__, 100, OUT)))
