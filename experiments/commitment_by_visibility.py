"""Whether to act more strongly or to be seen more, and whether one needs the other.

Question
--------
The top's action for mentoring is crossed with two kinds of visibility: how present leaders are,
and how far those who take part are recognised in public. Which moves adoption and credibility
more, and is action worth more where it is seen?

Design
------
The shipped scenario `commitment-by-visibility`: the grid of its `[sweep]` table (action 0.1 to
0.9, presence 0.1 to 1, recognition 0.1 to 0.9; the top's talk stays at 0.6), 120 months, shared
luck at all points. Outcomes are means of the last twelve months. The effect of one thing is the
outcome at its highest value less that at its lowest, averaged over all values of the others; an
effect is therefore of the range tried, and ranges of different things are no common coin.

Reading
-------
*Action matters*, *presence matters*, *recognition matters*: the effect is at least one
percentage point. *Action is worth more than being seen*: the effect of action exceeds that of
presence and recognition raised together by at least one point. *One needs the other*: the
effect of action is at least one point larger where visibility (presence, or recognition) is
highest than where it is lowest. If it is not, the two work side by side. Programmes can end
where nobody owns them, and adoption then measures the ending. A first run showed that they do at
the lowest presence; therefore the share of programmes alive is shown, and the last claim is also
put from the middle presence on.

Source
------
The practitioner's text, actions 2 (be committed in talk and action), 3 (invite and recognise)
and 4 (be present): absence is noticed, recognition makes participants visible. That one needs
the other is the scenario's own question.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from common import RESULTS, Finding, arguments, compact, mean_of, proportion, write

import simulation
from simulation import load_scenario
from simulation.pictures import figures

OUT = RESULTS / "commitment_by_visibility"
ACTION, PRESENCE, RECOGNITION = AXES = (
    "commitment.action",
    "presence.level",
    "invitation.recognition",
)
OUTCOMES = ("adoption", "credibility")
ALIVE = "programmes alive at the end (%)"
POINT = 1.0  # percentage points


def design(changes: Mapping[str, Any] | None = None) -> simulation.Scenario:
    """Return the scenario whose ``[sweep]`` table says which points are run."""
    return load_scenario("commitment-by-visibility").changed(changes or {})


def ends(runs: simulation.Runs) -> pd.DataFrame:
    """Return the means of each run's last year: the axes, ``replication``, the outcomes."""
    late = runs.table[runs.table["month"] > runs.table["month"].max() - 12]
    groups = late.groupby(["point", "replication"])
    means = groups[list(OUTCOMES)].mean()
    means[ALIVE] = 100.0 * groups["programme_alive"].last()
    means = means.reset_index()
    settings = runs.points[["point", *AXES]]
    return means.merge(settings, on="point").drop(columns="point")[
        [*AXES, "replication", *OUTCOMES, ALIVE]
    ]


def measured(table: pd.DataFrame) -> pd.DataFrame:
    """Return each point's outcomes with their intervals, in per cent: one row an outcome."""
    rows = []
    for settings, block in table.groupby(list(AXES)):
        estimates = {name: mean_of(100.0 * block[name]) for name in OUTCOMES}
        estimates[ALIVE] = proportion(block[ALIVE] / 100.0).times(100.0)
        rows += [(*settings, name, *one) for name, one in estimates.items()]
    return pd.DataFrame(rows, columns=[*AXES, "outcome", "value", "low", "high"])


def grid(table: pd.DataFrame, outcome: str) -> np.ndarray:
    """Return an outcome in per cent, shape (replications, actions, presences, recognitions)."""
    ordered = table.sort_values(["replication", *AXES])
    shape = [ordered[name].nunique() for name in ("replication", *AXES)]
    return 100.0 * ordered[outcome].to_numpy().reshape(shape)


def judged(table: pd.DataFrame) -> list[Finding]:
    """Return the claims on trial, each a paired difference that should be at least its bar."""
    findings = []
    for outcome in OUTCOMES:
        cube = grid(table, outcome)
        action = cube[:, -1] - cube[:, 0]  # by replication, presence, recognition
        seen = cube[:, :, -1, -1] - cube[:, :, 0, 0]  # by replication, action
        trials = {
            ("action matters", "from the least to the most"): action,
            ("presence matters", "from the least to the most"): cube[:, :, -1] - cube[:, :, 0],
            ("recognition matters", "from the least to the most"): (
                cube[:, :, :, -1] - cube[:, :, :, 0]
            ),
            ("action is worth more than being seen", "presence and recognition together"): (
                _each(action) - _each(seen)
            ),
            ("one needs the other", "action where leaders are present"): (
                action[:, -1] - action[:, 0]
            ),
            ("one needs the other", "action where leaders are present, from the middle on"): (
                action[:, -1] - action[:, action.shape[1] // 2]
            ),
            ("one needs the other", "action where participants are recognised"): (
                action[:, :, -1] - action[:, :, 0]
            ),
        }
        findings += [
            Finding(claim, case, outcome, "percentage points", mean_of(_each(values)), POINT)
            for (claim, case), values in trials.items()
        ]
    return findings


def _each(values: np.ndarray) -> np.ndarray:
    """Return the mean of each replication."""
    return values.reshape(len(values), -1).mean(axis=1)


def drawn(table: pd.DataFrame) -> dict[str, tuple[Any, str]]:
    """Return the figures by file name, each with its caption."""
    axes = {"presence": (PRESENCE, "recognition"), "recognition": (RECOGNITION, "presence")}
    maps = {
        f"{outcome}_by_{name}.png": (
            figures.sweep_map(table, ACTION, axis, outcome),
            f"{outcome.capitalize()} in the last year by action and {name}; mean over {other}.",
        )
        for outcome in OUTCOMES
        for name, (axis, other) in axes.items()
    }
    alive = figures.sweep_map(table, ACTION, PRESENCE, ALIVE)
    caption = "Programmes alive at the end by action and presence; mean over recognition."
    return maps | {"programmes_alive.png": (alive, caption)}


def main(
    replications: int = 30,
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
        Dotted parameter names changed at every point, such as a smaller organization.
    """
    runs = simulation.sweep(design(changes), replications=replications, seed=seed)
    each = ends(runs)
    table = measured(each)
    shown = compact(table, list(AXES), "outcome")
    return write(out, __doc__, judged(each), table, drawn(each), runs, shown)


if __name__ == "__main__":
    print(main(**arguments(__doc__, 30, OUT)))
