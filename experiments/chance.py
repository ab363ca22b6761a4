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

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from common import RESULTS, markdown, publish, verdicts

from simulation import load_scenario
from simulation.answers.claims import Estimate, Finding, mean_of
from simulation.evidence import exact
from simulation.evidence.verification import PAIRS, leads_alone, runs_of, turning_over
from simulation.organizations.organization import generate_organization
from simulation.pictures import plates

PRODUCTS = ("a typical product", "room air conditioners")
LEAVING, STOP, NEWCOMERS, WEEKLY = (0.1, 0.2, 0.4, 0.6), 0.1, 0.05, 48
POSTS, PLANS = (1, 2, 3, 4, 5), {False: "no plan", True: "with a plan"}
TEN_YEARS, RARE, FEW = 120, 1.0, 30
SHARE, ALONE = "practice under turnover is at rest where it must be", "no lead is there as often"
Told = tuple[str, str, float, Estimate, float]  # panel, series, x, measured, exact


def diffusion(runs: int, people: int) -> Iterator[tuple[Told, float]]:
    """Return the share that practises at rest, in per cent, and that of continuous time."""
    place = generate_organization(people, span=50, ties=0.0)
    for product in PRODUCTS:
        for leave in LEAVING:
            rates = (*PAIRS[product], STOP, leave, NEWCOMERS)
            law = 100.0 * exact.bass_share_of_steps(*rates, WEEKLY)
            begun = {"run.months": 360, "adoption.initial": round(law / 100.0, 3)}
            done = runs_of(turning_over(*rates, **begun), place, runs)
            found = mean_of([100.0 * run.table["adoption"][180:].mean() for run in done])
            yield (product, "practising (%)", leave, found, law), 100.0 * exact.bass_share(*rates)


def leads(runs: int) -> Iterator[Told]:
    """Return months without any lead: in the first ten years, and of a hundred at rest."""
    place, usual = generate_organization(43, ties=0.0), load_scenario("baseline").parameters
    for plan, told in PLANS.items():
        for posts in POSTS:
            asked = {"leads": posts, "plan": plan, "lead_exit": usual.succession.lead_exit}
            scenario = leads_alone(**asked)
            post = exact.post_of(scenario.parameters.succession)
            none = np.array(
                [r.table["months_without_lead"] for r in runs_of(scenario, place, runs)]
            )
            first = mean_of(none[:, 1 : TEN_YEARS + 1].sum(axis=1))
            yield (
                told,
                "in the first ten years",
                posts,
                first,
                post.months_without(posts, TEN_YEARS),
            )
            later = mean_of(100.0 * none[:, 200:].mean(axis=1))
            yield told, "of 100 at rest", posts, later, 100.0 * post.all_empty(posts)


def expected(told: Told, runs: int) -> float:
    """Return in how many months of all runs no lead is to be expected."""
    return runs * told[4] * (10.0 if told[1].endswith("rest") else 1.0)


def finding(claim: str, told: Told) -> Finding:
    """Return whether a measured number is the exact one."""
    panel, series, x, measured, law = told
    in_100 = law if series.endswith("rest") else law / TEN_YEARS * 100.0
    case = f"{panel}, {x:g} a year leave" if claim == SHARE else f"{x} posts, {panel}, {series}"
    agrees = exact.agreement(measured, law)
    told_of = f"agreement with {law:.3g}"
    bar = 0.95 if claim == SHARE else 0.75 if in_100 < RARE else 0.9
    return Finding(claim, case, told_of, "of 1", agrees, bar)


def main(
    runs: int = 600, people: int = 5000, few: int = 8, out: str | Path = RESULTS / "chance"
) -> Path:
    """Run the experiment: so many runs of leads, ``few`` of diffusion; return its folder."""
    shares, alone = list(diffusion(few, people)), list(leads(runs))
    findings = [finding(SHARE, told) for told, _ in shares]
    findings += [finding(ALONE, told) for told in alone if expected(told, runs) >= FEW]
    rows = [(*told[:3], *told[3], told[4]) for told in (*(one for one, _ in shares), *alone)]
    columns = ["panel", "series", "x", "value", "low", "high", "exact"]
    table = pd.DataFrame(rows, columns=columns)
    table["error, %"] = 100.0 * (table["value"] / table["exact"] - 1.0)
    table["continuous time"] = [one for _, one in shares] + [np.nan] * len(alone)
    judged = pd.DataFrame([one.row() for one in findings])
    told = [*verdicts(judged), "## Numbers", markdown(table)]
    told.append(f"{runs} runs of a century of leads, {few} of thirty years of {people:,} people.")
    return publish(
        Path(out), __doc__ or "", told, {"verdicts": judged, "table": table}, shown(table)
    )


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
    ten = both[both["kind"] == "in the first ten years"]
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
    print(main())
