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
luck at all points. Outcomes are means of the last twelve months: credibility, engagement, whether
the programme has never stopped, and practice given survival, which is the practice of programmes
that have not. The effect of one thing is the outcome at its highest value less that at its lowest,
averaged over all values of the others (of practice: over those where neither programme stopped); an
effect is therefore of the range tried, and ranges of different things are no common coin.

Reading
-------
*Action matters*, *presence matters*, *recognition matters*: the effect is at least one percentage
point, or .01 standard deviations of engagement. *Action is worth more than being seen*: the effect
of action exceeds that of presence and recognition raised together by at least as much. *One needs
the other*: the effect of action is larger by at least as much where visibility (presence, or
recognition) is highest than where it is lowest. If it is not, the two work side by side. Since
absence is noticed only when leaders are hardly ever seen, the last claim is also put from the
middle presence on.

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
from common import (
    RESULTS,
    Estimate,
    Finding,
    arguments,
    carried_over,
    compact,
    given,
    mean_of,
    paired,
    proportion,
    share_difference,
    write,
)

import simulation
from simulation import load_scenario
from simulation.pictures import figures
from simulation.scenarios.designs import make_design

OUT = RESULTS / "commitment_by_visibility"
ACTION, PRESENCE, RECOGNITION = AXES = (
    "commitment.action",
    "presence.level",
    "invitation.recognition",
)
GOING = "programmes that never stopped (%)"
#: What is measured, what it is multiplied by, its unit, and the least that matters.
OUTCOMES = {
    "adoption": (100.0, "percentage points", 1.0),
    "credibility": (100.0, "percentage points", 1.0),
    "engagement": (1.0, "sd", 0.01),
    GOING: (1.0, "percentage points", 1.0),
}
SHOWN_AS = {"adoption": "adoption given survival"}
DRAWN = ("adoption", "credibility", "engagement")


def design(changes: Mapping[str, Any] | None = None) -> simulation.Scenario:
    """Return the scenario whose ``[sweep]`` table says which points are run."""
    return load_scenario("commitment-by-visibility").changed(changes or {})


def ends(runs: simulation.Runs) -> pd.DataFrame:
    """Return the means of each run's last year: the axes, ``replication``, the outcomes."""
    found = runs.runs.assign(**{GOING: 100.0 * (runs.runs["never_stopped"] > 0.999)})
    found["adoption"] = given(found["adoption"], found[GOING] > 0.0)
    settings = runs.points[["point", *AXES]]
    return found.merge(settings, on="point")[[*AXES, "replication", *OUTCOMES]]


def measured(table: pd.DataFrame) -> pd.DataFrame:
    """Return each point's outcomes with their intervals, one row an outcome; shares in per cent."""
    rows = []
    for settings, block in table.groupby(list(AXES)):
        for name, (scale, _, _) in OUTCOMES.items():
            one = mean_of(scale * block[name])
            if name == GOING:
                one = proportion(block[name] / 100.0).times(100.0)
            rows.append((*settings, SHOWN_AS.get(name, name), *one))
    return pd.DataFrame(rows, columns=[*AXES, "outcome", "value", "low", "high"])


def grid(table: pd.DataFrame, outcome: str) -> np.ndarray:
    """Return an outcome, shape (replications, actions, presences, recognitions)."""
    ordered = table.sort_values(["replication", *AXES])
    shape = [ordered[name].nunique() for name in ("replication", *AXES)]
    return OUTCOMES[outcome][0] * ordered[outcome].to_numpy().reshape(shape)


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
        _, unit, bar = OUTCOMES[outcome]
        shown = SHOWN_AS.get(outcome, outcome)
        findings += [
            Finding(claim, case, shown, unit, _estimate(outcome, _each(values)), bar)
            for (claim, case), values in trials.items()
        ]
    return findings


def _estimate(outcome: str, values: np.ndarray) -> Estimate:
    if outcome == GOING:
        return share_difference(values / 100.0).times(100.0)
    return mean_of(values)


def _each(values: np.ndarray) -> np.ndarray:
    """Return the mean of each replication over what is known."""
    flat = values.reshape(len(values), -1)
    known = np.isfinite(flat)
    total, count = np.where(known, flat, 0.0).sum(axis=1), known.sum(axis=1)
    return np.divide(total, count, out=np.full(len(flat), np.nan), where=count > 0)


def drawn(table: pd.DataFrame) -> dict[str, tuple[Any, str]]:
    """Return the figures by file name, each with its caption."""
    axes = {"presence": (PRESENCE, "recognition"), "recognition": (RECOGNITION, "presence")}
    maps = {
        f"{outcome}_by_{name}.png": (
            figures.sweep_map(table, ACTION, axis, outcome),
            f"{SHOWN_AS.get(outcome, outcome).capitalize()} in the last year by action and {name}; "
            f"mean over {other}.",
        )
        for outcome in DRAWN
        for name, (axis, other) in axes.items()
    }
    going = figures.sweep_map(table, ACTION, PRESENCE, GOING)
    caption = "Programmes that never stopped by action and presence; mean over recognition."
    return maps | {"programmes_going.png": (going, caption)}


def main(
    replications: int = 30,
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
        Dotted parameter names changed at every point, such as a smaller organization.
    known : DataFrame, optional
        Vectors in place of the accepted ones.
    """
    scenario = design(changes)
    plan = make_design(scenario)

    def run(count: int, rows: pd.DataFrame | None = None) -> simulation.Runs:
        return paired([scenario], seed, count, rows, design=plan, months=False)

    runs = run(replications)
    each = ends(runs)
    carried = carried_over(lambda count, rows: ends(run(count, rows)), judged, vectors, known)
    table = measured(each)
    shown = compact(table, list(AXES), "outcome")
    return write(out, __doc__, judged(each), table, drawn(each), runs, shown, carried)


if __name__ == "__main__":
    print(main(**arguments(__doc__, 30, OUT)))
