"""How engagement answers leaders: lapses, absence and every kind of succession.

Question
--------
Leaders promise and do nothing for half a year, fall silent, or are nowhere to be seen; the chief,
a sponsor, line leaders or the mentoring leads leave. By how much does the engagement of the whole
organization change, is it still felt in the second year, and what do notice, overlap and a named
successor spare?

Design
------
Each event happens in month 60 of the shipped `baseline` and is compared, replication by
replication, with the same organization with the same luck without it. The lapses, the absence,
the sudden, the announced and the overlapping exit of the chief, the exit of the sponsor and of all
mentoring leads are the shipped scenarios; a successor from inside, named or not, and the exit of
all front-line leaders of one branch are made here. *The year after* is the twelve months from the
event's own on, *the second year* the twelve months that follow; *lowest* is the lowest month of
the mean difference in the three years after the event.

Reading
-------
A year is *felt* when the loss of mean engagement is at least .01 standard deviations, with its
whole 95 % interval; *not felt* when the interval lies wholly below that, else *unclear*. What is
felt in the year after alone is *felt for a year*, in both *felt for two years*. *Notice spares*
(and overlap, a successor from inside, a named one): the loss in the year after is smaller by at
least .005 standard deviations.

Source
------
The practitioner's text, actions 2 (be committed in talk and action), 4 (be present) and 6
(address succession). That notice, an insider and a named successor calm is a claim of the model
with sources for the signs; see `MODEL.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from common import (
    RESULTS,
    Carried,
    Estimate,
    Finding,
    arguments,
    carried_over,
    mean_of,
    of_mean_curves,
    paired,
    verdict,
    write,
)

import simulation
from simulation import load_scenario, words
from simulation.pictures import figures, summaries
from simulation.study.run import organization_of

OUT = RESULTS / "headline"
EVENT, YEAR, SHOWN = 60, 12, 36  # months
FELT, SPARED = 0.01, 0.005  # standard deviations
#: Long enough for what is shown of the event.
LENGTH = {"run.months": EVENT + SHOWN}
_CHIEF = {"month": EVENT, "type": "chief_leaves", "successor": "inside"}
#: What is called how in the figure, in its order.
TITLES = {
    "lapse-6-months": "Leaders promise and do nothing for 6 months",
    "silence-6-months": "Leaders fall silent for 6 months",
    "honest-failure": "Leaders do nothing for 6 months and say so",
    "absence-6-months": "Leaders make no visits for 6 months",
    "chief-leaves-suddenly": "The chief leaves suddenly, an outsider follows",
    "chief-inside": "The chief leaves suddenly, an insider follows",
    "chief-leaves-announced": "Chief leaves, announced 6 months before, outsider",
    "chief-overlap": "Chief leaves, announced, and works beside the outsider for 2 months",
    "chief-named-insider": "The chief leaves suddenly, a named insider follows",
    "line-leaders-leave": "All front-line leaders of one branch leave",
    "sponsor-leaves": "The sponsor of mentoring leaves",
    "leads-leave": "All mentoring leads leave, no plan",
}
OUTSIDE = "chief-leaves-suddenly"


class Remedy(NamedTuple):
    """What is claimed to spare a loss: the event with it, and the same event without."""

    claim: str
    eased: str
    plain: str
    named: str  #: what the event without it is called in the figure


REMEDIES = (
    Remedy("a successor from inside spares", "chief-inside", OUTSIDE, "outsider"),
    Remedy("notice spares", "chief-leaves-announced", OUTSIDE, "not announced"),
    Remedy("overlap spares", "chief-overlap", "chief-leaves-announced", "no overlap"),
    Remedy("a named successor spares", "chief-named-insider", "chief-inside", "not named"),
)


def design(changes: Mapping[str, Any] | None = None) -> list[simulation.Scenario]:
    """Return the scenarios: the baseline, then the events in the order of :data:`TITLES`."""
    base = load_scenario("baseline").changed({**LENGTH, **(changes or {})})
    front = int(organization_of(base).level.max()) - 1
    made = {
        "chief-inside": _CHIEF,
        "chief-named-insider": {**_CHIEF, "named": True},
        "line-leaders-leave": {
            "month": EVENT,
            "type": "leader_leaves",
            "level": front,
            "branch": 0,
        },
    }
    events = [
        base.changed(name=name, title=title, question="", events=[made[name]])
        if name in made
        else load_scenario(name).changed({**LENGTH, **(changes or {})})
        for name, title in TITLES.items()
    ]
    return [base, *events]


def losses(table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return the engagement lost by each event, of shape (replications, months + 1)."""
    cubes = summaries.cube(table, "engagement")
    return {name: cubes["baseline"] - cubes[name] for name in TITLES}


def in_year(lost: np.ndarray, year: int) -> np.ndarray:
    """Return the mean loss of each replication in the first or second year after the event."""
    start = EVENT + YEAR * (year - 1)
    return lost[:, start : start + YEAR].mean(axis=1)


def judged(table: pd.DataFrame) -> list[Finding]:
    """Return the claims on trial: each event felt, by year, and what remedies spare."""
    lost = losses(table)
    findings = [
        Finding(
            f"felt in the {when}",
            TITLES[name],
            "engagement lost",
            "sd",
            mean_of(in_year(lost[name], year)),
            FELT,
        )
        for name in TITLES
        for year, when in ((1, "year after"), (2, "second year"))
    ]
    spared = [
        Finding(
            one.claim,
            TITLES[one.eased],
            "engagement lost less in the year after",
            "sd",
            mean_of(in_year(lost[one.plain], 1) - in_year(lost[one.eased], 1)),
            SPARED,
        )
        for one in REMEDIES
    ]
    return [*findings, *spared]


def measured(table: pd.DataFrame) -> pd.DataFrame:
    """Return the sizes by event: differences in sd, each with its interval, and the low's month."""
    rows = []
    for name, lost in losses(table).items():
        after = -lost[:, EVENT : EVENT + SHOWN]
        sizes = {
            "year after": mean_of(-in_year(lost, 1)),
            "second year": mean_of(-in_year(lost, 2)),
            "lowest": of_mean_curves(lambda mean: float(mean.min()), after),
            "months to the lowest": of_mean_curves(lambda mean: float(np.argmin(mean)), after),
        }
        rows += [(name, TITLES[name], what, *one) for what, one in sizes.items()]
    return pd.DataFrame(rows, columns=["scenario", "event", "quantity", "value", "low", "high"])


def told(first: str, second: str) -> str:
    """Return in words how long an event is felt, from the verdicts on both years."""
    for word in (first, second):
        if word.startswith("depends"):
            return word
    if first == "supported":
        return {"supported": "felt for two years", "unclear": "felt for a year or more"}.get(
            second, "felt for a year"
        )
    if second == "supported":
        return "felt in the second year"
    return "not felt" if first == second == "not supported" else "unclear"


def words_of(findings: list[Finding], carried: list[Carried]) -> dict[str, str]:
    """Return scenario to how long its event is felt."""
    known = carried or [None] * len(findings)
    verdicts = [
        verdict(f.estimate, f.bar, f.split, one) for f, one in zip(findings, known, strict=True)
    ]
    return {name: told(*verdicts[2 * k : 2 * k + 2]) for k, name in enumerate(TITLES)}


def sentences(
    findings: list[Finding], carried: list[Carried], felt: Mapping[str, str]
) -> list[str]:
    """Return one sentence for each event and each remedy."""
    said = []
    for k, name in enumerate(TITLES):
        first, second = (-f.estimate.value for f in findings[2 * k : 2 * k + 2])
        agree = ""
        if carried and not np.isnan(carried[2 * k].share):
            agree = f"; a loss in {100 * carried[2 * k].share:.0f} % of accepted vectors"
        said.append(
            f"{TITLES[name]}: **{felt[name]}** ({_sd(first)} sd in the year after, "
            f"{_sd(second)} in the second{agree})."
        )
    for k, finding in enumerate(findings[2 * len(TITLES) :], start=2 * len(TITLES)):
        word = verdict(finding.estimate, finding.bar, 0.0, carried[k] if carried else None)
        said.append(f"{finding.claim.capitalize()}: **{word}** ({_span(finding.estimate)} sd).")
    return said


def _sd(value: float) -> str:
    return words.number(value, 3)


def _span(one: Estimate) -> str:
    return f"{_sd(one.value)}, {_sd(one.low)} to {_sd(one.high)}"


def drawn(
    runs: simulation.Runs,
    findings: list[Finding],
    carried: list[Carried],
    felt: Mapping[str, str],
) -> dict[str, tuple[Any, str]]:
    """Return the figure, as PNG and SVG, with its caption."""
    names = ["baseline", *TITLES]
    table = summaries.differences_over_time(runs.table, names, ["engagement"])
    table = table[table["month"] >= EVENT - YEAR // 2]
    table["title"] = table["scenario"].map(TITLES)
    labels = {}
    for k, name in enumerate(TITLES):
        first, second = (-f.estimate.value for f in findings[2 * k : 2 * k + 2])
        numbers = f"{_sd(first)} sd in the year after\n{_sd(second)} sd in the second"
        if carried and not np.isnan(carried[2 * k].share):
            numbers += f"\na loss in {100 * carried[2 * k].share:.0f} % of vectors"
        labels[name] = (felt[name], numbers)
    beside = {one.eased: (one.plain, one.named) for one in REMEDIES}
    people = runs.organizations[0].people
    note = (
        f"Each event against the same organization without it: {runs.replications} pairs of runs "
        f"with the same luck, {people:,} people; bands: 95 % intervals of the mean"
    )
    figure = figures.responses(table, "engagement", EVENT, labels, beside, note)
    caption = (
        "Mean engagement less that of the same organization without the event, by month, with "
        "95 % intervals."
    )
    return {"engagement.png": (figure, caption), "engagement.svg": (figure, caption)}


def shown(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table as the page shows it: an event a row, ``value (low to high)``."""

    def text(row: Any) -> str:
        if row.quantity.startswith("months"):
            return f"{row.value:.0f} ({row.low:.0f} to {row.high:.0f})"
        return f"{_sd(row.value)} ({_sd(row.low)} to {_sd(row.high)})"

    texts = table.assign(text=[text(row) for row in table.itertuples()])
    crossed = texts.pivot(index="event", columns="quantity", values="text")
    return crossed.loc[list(TITLES.values()), list(dict.fromkeys(table["quantity"]))].reset_index()


def main(
    replications: int = 240,
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
        lambda count, rows: paired(scenarios, seed, count, rows).table, judged, vectors, known
    )
    findings, table = judged(runs.table), measured(runs.table)
    felt = words_of(findings, carried)
    pictures = drawn(runs, findings, carried, felt)
    said = sentences(findings, carried, felt)
    return write(out, __doc__, findings, table, pictures, runs, shown(table), carried, said)


if __name__ == "__main__":
    print(main(**arguments(__doc__, 240, OUT)))
