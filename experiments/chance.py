"""Chance against closed forms: practice under turnover, and months without a mentoring lead.

Question
--------
Where theory knows the number exactly, does the model hit it? How many practise at rest where
people adopt by innovation and imitation (Bass) but come and go? How many months is a programme
without any mentoring lead, with one to five posts, with and without a succession plan?

Design
------
Diffusion: innovation and imitation as published for two products, people who stop at .1 a year and
are replaced at .1 to .6 a year by newcomers of whom 5 % practise; weekly steps, everybody is
everybody's peer, all else switched off, begun where it should rest (from nobody it takes decades)
and measured after 15 years. The exact share is the fixed point of the step's own law; the closed
form in continuous time stands beside it. Leads: each post is left with the baseline's hazard and
refilled after 0, 2 or 21 months, as plan and luck have it, with no bench; exact numbers are those
of the Markov chain of such posts, from a full start and at rest.

Rule
----
The model hits a number if measured and exact agree, the smaller over the larger, with the whole
interval: to at least .95 for practice, .9 for months without a lead, .75 where these are less than
one in 100. Of what is to be expected in fewer than 30 months of all runs nothing is claimed.

Source
------
Bass (1969), its values for room air conditioners recalled, those of a typical product as in
`MODEL.md`; Cox (1962) on renewal. The numbers themselves are worked out in
`simulation/evidence/exact.py`.
"""

from pathlib import Path
from typing import Any

import pandas as pd
from common import RESULTS, command_line, markdown, publish, verdicts

from simulation.answers.claims import Finding
from simulation.evidence.at_rest import FIRST, PRODUCTS, Measured, leads, practice
from simulation.evidence.exact import agreement
from simulation.pictures import plates

RARE, FEW = 1.0, 30
SHARE, ALONE = "practice under turnover is at rest where it must be", "no lead is there as often"


def finding(claim: str, one: Measured) -> Finding:
    """Return whether a measured number is the exact one."""
    panel, series, x = one[:3]
    case = f"{panel}, {x:g} a year leave" if claim == SHARE else f"{x} posts, {panel}, {series}"
    agrees, told = agreement(one.measured, one.exact), f"agreement with {one.exact:.3g}"
    bar = 0.95 if claim == SHARE else 0.75 if one.hundred < RARE else 0.9
    return Finding(claim, case, told, "of 1", agrees, bar)


def main(
    runs: int = 600, people: int = 5000, few: int = 8, out: str | Path = RESULTS / "chance"
) -> Path:
    """Run the experiment: so many runs of leads, ``few`` of diffusion; return its folder."""
    shares, alone = list(practice(few, people)), list(leads(runs))
    findings = [finding(SHARE, one) for one in shares]
    findings += [finding(ALONE, one) for one in alone if one.expected >= FEW]
    rows = [(*one[:3], *one.measured, one.exact) for one in (*shares, *alone)]
    columns = ["panel", "series", "x", "value", "low", "high", "exact"]
    table = pd.DataFrame(rows, columns=columns)
    table["error, %"] = 100.0 * (table["value"] / table["exact"] - 1.0)
    table["continuous time"] = [one.continuous for one in (*shares, *alone)]
    judged = pd.DataFrame([one.row() for one in findings])
    told = [*verdicts(judged), "## Numbers", markdown(table)]
    told.append(f"{runs} runs of a century of leads, {few} of thirty years of {people:,} people.")
    tables = {"verdicts": judged, "table": table}
    return publish(Path(out), __doc__ or "", told, tables, shown(table))


def shown(table: pd.DataFrame) -> dict[str, tuple[Any, str]]:
    """Return the figures: measured and exact numbers."""
    table = table.assign(kind=table["series"])
    both = pd.concat(
        [
            table.assign(series="measured"),
            table.assign(series="exact", value=table.exact, low=table.exact, high=table.exact),
        ]
    )
    share = both[both["panel"].isin(PRODUCTS)]
    ten = both[both["kind"] == FIRST]
    return {
        "practice": (
            plates.dose(share, x="People who leave a year (share)", y="Practising at rest (%)"),
            "The share that practises at rest by turnover, measured and exact.",
        ),
        "leads": (
            plates.dose(ten, x="Posts of mentoring leads", y="Months without any lead"),
            "Months without any mentoring lead in the first ten years, measured and exact.",
        ),
    }


if __name__ == "__main__":
    command_line(main, __doc__ or "")
