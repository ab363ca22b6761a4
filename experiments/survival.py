"""What keeps a programme alive: presence, ownership, leads and money for longer.

Question
--------
With which probability has a programme never stopped after two, six and ten years, and is it alive
after ten? How does that change with what leaders can do for it: being present, following up, being
present on more levels, mentoring leads, and money for several years at a time? And with what is
not known: how much people own at the start, and how many layers have to own a programme for it to
be safe?

Design
------
The shipped `baseline` over ten years, with one thing changed at a time; all points have the same
luck. Usual presence makes everybody own more than it takes, so that follow-up and ownership at the
start are tried where leaders make a tenth of the visits, and the layers that must own a programme
where only the chief and the level below make any. *Levels of leaders who make visits*: those from
the chief down to that level make the usual visits, those below none. *Mentoring leads*: posts of a
lead who does the work of one; below one, a single lead who does a twentieth, or half, of it.
Because small programmes need less than one lead, leads are tried in an organization of 6,000
people, all else in one of 400. Intervals are exact (Clopper and Pearson).

Reading
-------
*Keeps programmes going*: from the least to the most of it, the probability to have never stopped
after ten years rises by at least ten percentage points. *Rises smoothly*: no single step takes
more than two thirds of a rise from the least to the most (judged where the rise itself is
supported; with fewer than four points it cannot be), and no step falls by more than five
percentage points. A threshold would be one step with all of the rise.

Source
------
Bond and colleagues (2014): of 49 sites 14 % had given a programme up within two years, 37 % within
six. Scheirer (2005): what keeps one is a champion, fit, and benefits readily perceived. The
practitioner's text, actions 4 to 6.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from common import (
    FEW,
    RESULTS,
    Estimate,
    Finding,
    arguments,
    carried_over,
    paired,
    proportion,
    share_difference,
    verdict,
    write,
)

import simulation
from simulation import load_scenario, words
from simulation.pictures import figures
from simulation.study.run import organization_of

OUT = RESULTS / "survival"
PEOPLE, MANY = 400, 6000
MONTHS = (24, 72, 120)
RISE, STEEPEST, FALL = 10.0, 200.0 / 3.0, 5.0  # percentage points, % of the rise, points
RARE = 0.1  # of the visits expected
NEVER, ALIVE = "never stopped", "alive"
SERIES = {month: f"never stopped in {month // 12} years" for month in MONTHS}


class Axis(NamedTuple):
    """One thing that is changed: what it is called, its values, and the changes each makes."""

    name: str
    label: str
    values: tuple[float, ...]
    rises: bool = True  #: whether survival should rise with it


RARELY = "where a tenth of visits are made"
AXES = (
    Axis(
        "presence",
        "Visits made, relative to expected",
        (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 1.5),
    ),
    Axis("follow_up", f"Visits followed up (share), {RARELY}", (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)),
    Axis(
        "ownership",
        f"Ownership at the start (share), {RARELY}",
        (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5),
    ),
    Axis("levels", "Levels of leaders who make visits, from the top", (0, 1, 2, 3, 4)),
    Axis(
        "layers",
        "Layers that must own it, where only the chief's and the next level make visits",
        (0, 1, 2, 3, 4, 5),
        rises=False,
    ),
    Axis("leads", "Mentoring leads (posts' worth of work)", (0.05, 0.5, 1, 2, 3, 4)),
    Axis("funding", "Years that money is granted for", (1, 2, 3, 5)),
)
#: What each thing is where it is changed alone.
ALONE: dict[str, tuple[str, dict[str, Any]]] = {
    "presence": ("presence.level", {}),
    "follow_up": ("presence.follow_up", {"presence.level": RARE}),
    "ownership": ("presence.ownership_start", {"presence.level": RARE}),
    "levels": ("", {"presence.level": 0.0}),
    "layers": ("infrastructure.owning_layers", {"presence.level": 0.0}),
    "leads": ("", {"organization.people": MANY}),
    "funding": ("infrastructure.funding_years", {}),
}


def settings(axis: str, value: float) -> dict[str, Any]:
    """Return the changes of a scenario by which a thing has a value."""
    name, changes = ALONE[axis]
    if axis == "leads":
        action = load_scenario("baseline").parameters.succession.lead_standard * min(value, 1.0)
        return changes | {
            "succession.leads": max(1, round(value)),
            "succession.lead_action": max(action, 0.05),
        }
    return changes | ({name: value} if name else {})


def point(axis: Axis, value: float, changes: Mapping[str, Any]) -> simulation.Scenario:
    """Return the scenario of one point."""
    base = load_scenario("baseline").changed({"organization.people": PEOPLE, "run.months": 120})
    made = base.changed({**settings(axis.name, value), **changes})
    visiting = {"levels": int(value), "layers": 2}.get(axis.name, 0)
    deepest = int(organization_of(made).level.max())
    change = {"month": 1, "type": "change", "lever": "presence.level", "value": 1.0}
    made = made.changed(events=[{**change, "level": k} for k in range(min(visiting, deepest))])
    return made.changed(name=f"{axis.name}-{value:g}", title=f"{axis.label}: {value:g}")


def design(changes: Mapping[str, Any] | None = None) -> list[simulation.Scenario]:
    """Return the scenarios of all points, axis by axis."""
    return [point(axis, value, dict(changes or {})) for axis in AXES for value in axis.values]


def watch(run: Any) -> dict[str, float] | None:
    """Return at the months asked for whether the programme is alive, and never stopped."""
    if run.month not in MONTHS:
        return None
    row = run.table[run.month]
    return {NEVER: float(row["never_stopped"]), ALIVE: float(row["programme_alive"])}


def survived(analyses: pd.DataFrame, what: str = NEVER, month: int = 120) -> pd.DataFrame:
    """Return 0 or 1 by replication (rows) and scenario (columns)."""
    rows = analyses[analyses["month"] == month]
    return rows.pivot(index="replication", columns="scenario", values=what)


def measured(analyses: pd.DataFrame) -> pd.DataFrame:
    """Return probabilities in per cent: ``axis, label, value, series, mean, low, high``."""
    known = {(NEVER, month): SERIES[month] for month in MONTHS}
    known[ALIVE, MONTHS[-1]] = f"alive after {MONTHS[-1] // 12} years"
    found = {series: survived(analyses, *key) for key, series in known.items()}
    rows = [
        (axis.name, axis.label, value, series, *proportion(table[f"{axis.name}-{value:g}"]))
        for axis in AXES
        for series, table in found.items()
        for value in axis.values
    ]
    columns = ["axis", "label", "value", "series", "mean", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def judged(analyses: pd.DataFrame) -> list[Finding]:
    """Return the claims on trial: what keeps programmes going, and whether it does so smoothly."""
    ends = survived(analyses)
    findings = []
    for axis in AXES:
        values = axis.values if axis.rises else axis.values[::-1]
        curve = ends[[f"{axis.name}-{value:g}" for value in values]].to_numpy()
        case = axis.label if axis.rises else f"{axis.label} (fewer)"
        rise = share_difference(curve[:, -1] - curve[:, 0]).times(100.0)
        findings.append(
            Finding("keeps programmes going", case, "rise of never stopped", "points", rise, RISE)
        )
        if len(values) > 3:
            findings += smooth(case, curve, rise)
    return findings


def smooth(case: str, curve: np.ndarray, rise: Estimate) -> list[Finding]:
    """Return whether a rise is spread over its steps; ``curve``: replications by values."""
    clear = verdict(rise, RISE) == "supported"
    steepest = of_steps(curve, lambda steps: 100.0 - 100.0 * steps.max() / steps.sum())
    falls = of_steps(curve, lambda steps: 100.0 * min(steps.min(), 0.0))
    unknown = Estimate(np.nan, np.nan, np.nan)
    claim, rest = "rises smoothly", "rise outside the steepest step"
    return [
        Finding(claim, case, rest, "% of the rise", steepest if clear else unknown, 100 - STEEPEST),
        Finding(claim, case, "deepest fall in a step", "points", falls, -FALL, split=-FALL),
    ]


def of_steps(curve: np.ndarray, statistic: Any, resamples: int = 1000) -> Estimate:
    """Return a statistic of the steps of a mean curve, with its bootstrap interval."""
    means = curve.mean(axis=0)
    value = float(statistic(np.diff(means))) if means[-1] != means[0] else np.nan
    if len(curve) < FEW or np.isnan(value):
        return Estimate(value, np.nan, np.nan)
    weights = np.random.default_rng(0).multinomial(
        len(curve), [1.0 / len(curve)] * len(curve), resamples
    )
    steps = np.diff(weights @ curve / len(curve), axis=1)
    steps = steps[np.abs(steps.sum(axis=1)) > 0.0]
    drawn = [float(statistic(one)) for one in steps]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Estimate(value, float(low), float(high))


def sentences(findings: Sequence[Finding]) -> list[str]:
    """Return one sentence for each thing that was changed."""
    said = []
    for k, finding in enumerate(findings):
        if finding.claim != "keeps programmes going":
            continue
        rise = finding.estimate
        told = {"supported": "keeps programmes going", "not supported": "matters little"}
        word = told.get(verdict(rise, finding.bar), "unclear")
        steps = [f.estimate for f in findings[k + 1 : k + 3] if f.claim == "rises smoothly"]
        shape = ""
        if word == told["supported"] and steps and not np.isnan(steps[0].value):
            shape = f"; the steepest step takes {100.0 - steps[0].value:.0f} % of the rise"
        value, low, high = (words.number(one, 0) for one in rise)
        said.append(
            f"{finding.case}: **{word}** ({value} percentage points from the least to the most, "
            f"{low} to {high}{shape})."
        )
    return said


def drawn(table: pd.DataFrame, replications: int) -> dict[str, tuple[Any, str]]:
    """Return the figure with its caption."""
    rows = table.assign(**{name: 100.0 * table[name] for name in ("mean", "low", "high")})
    figure = figures.axis_effects(
        rows[rows["series"].isin(SERIES.values())], f"programmes, of {replications}, going on (%)"
    )
    caption = (
        f"Programmes that have never stopped, of {replications}, with exact 95 % intervals: one "
        "thing changed at a time, by values that are not evenly spaced."
    )
    return {"survival.png": (figure, caption), "survival.svg": (figure, caption)}


def shown(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table as the page shows it, in per cent."""
    percent = (100.0 * table[["mean", "low", "high"]]).round().astype(int)
    texts = [f"{mean} ({low} to {high})" for mean, low, high in percent.to_numpy()]
    crossed = table.assign(text=texts).pivot(
        index=["label", "value"], columns="series", values="text"
    )
    order = [tuple(key) for key in table[["label", "value"]].drop_duplicates().to_numpy()]
    return crossed.loc[order, list(dict.fromkeys(table["series"]))].reset_index()


def main(
    replications: int = 200,
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
    scenarios = design(changes)

    def run(count: int, rows: pd.DataFrame | None = None) -> simulation.Runs:
        return paired(scenarios, seed, count, rows, months=False, analyzers=[watch])

    runs = run(replications)
    table, findings = measured(runs.analyses), judged(runs.analyses)
    carried = carried_over(lambda count, rows: run(count, rows).analyses, judged, vectors, known)
    pictures = drawn(table, replications)
    said = sentences(findings)
    return write(out, __doc__, findings, table, pictures, runs, shown(table), carried, said)


if __name__ == "__main__":
    print(main(**arguments(__doc__, 200, OUT)))
