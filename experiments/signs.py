"""Whether the signs of the theory hold.

Question
--------
Every claim of the theory says that something is more, or less, than something else. Does each
sign hold in the model as it is shipped?

Design
------
The shipped scenarios on the default organization over ten years, thirty replications on shared
luck. Every number is a mean over replications of a difference within the replication, put so
that the claim says "above 0". The end is the mean of the last twelve months; "after" counts
from the scenario's event, *the year after* is the twelve months from its own on. Adoption and
infrastructure are given survival: replications in which the programme stopped, in either scenario,
until the months in question do not count. The share of programmes that never stopped is a measure
of its own. The order of talk and action is asked of adoption and credibility; of engagement only
what speaks of action, since action without talk may engage more than the baseline.

Reading
-------
A sign holds when the whole interval lies above 0, and fails when it lies below. Fifty intervals
at 95 % leave room for two or three that miss by chance alone.

Source
------
The practitioner's text, actions 2 to 8, and what the model's brief says must hold; see
`MODEL.md`, sections 1 and 7.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from common import (
    RESULTS,
    Finding,
    arguments,
    carried_over,
    given,
    mean_of,
    paired,
    share_difference,
    write,
)

import simulation
from simulation import load_scenario
from simulation.pictures import figures, summaries

OUT = RESULTS / "signs"
Cubes = Mapping[str, Mapping[str, np.ndarray]]
POINTS = 100.0  # percentage points in a share
NAMES = (
    "baseline",
    "strong-commitment",
    "action-without-talk",
    "no-commitment",
    "talk-without-action",
    "lapse-6-months",
    "silence-6-months",
    "honest-failure",
    "absence-6-months",
    "chief-leaves-suddenly",
    "chief-leaves-announced",
    "chief-overlap",
    "chief-named-successor",
    "campaign",
    "recognised",
    "campaign-recognised",
    "absent-leaders",
    "quarter-less",
    "starved-finance",
    "starved-technology",
    "starved-people",
    "starved-knowledge",
    "one-lead",
    "one-lead-plan",
    "three-leads",
    "three-leads-plan",
    "sponsor-leaves",
    "blocked-middle",
    "no-role-models",
    "no-briefings",
)
MEASURES = (
    "adoption",
    "credibility",
    "engagement",
    "ownership",
    "infrastructure",
    "enquiries",
    "months_without_lead",
    "never_stopped",
)
YEAR, SECOND = slice(60, 72), slice(72, 84)  # after an event in month 60


def design(changes: Mapping[str, Any] | None = None) -> list[simulation.Scenario]:
    """Return the scenarios, the baseline first."""
    return [load_scenario(name).changed(dict(changes or {})) for name in NAMES]


class Sign(NamedTuple):
    """A claim on trial: what, put so that the claim says "above 0", in one unit."""

    claim: str
    case: str
    measured: str
    unit: str
    values: Callable[[Cubes], np.ndarray]


def end(cubes: Cubes, measure: str, name: str) -> np.ndarray:
    """Return the mean of the last twelve months, by replication."""
    return cubes[measure][name][:, -12:].mean(axis=1)


def total(cubes: Cubes, measure: str, name: str, first: int = 1) -> np.ndarray:
    """Return the sum from a month on, by replication."""
    return cubes[measure][name][:, first:].sum(axis=1)


def gap(cubes: Cubes, measure: str, name: str, months: slice, base: str = "baseline") -> np.ndarray:
    """Return the mean difference from another scenario in some months, by replication."""
    own, other = cubes[measure][name], cubes[measure][base]
    return (own - other)[:, months].mean(axis=1)


def _more_at_the_end(claim: str, more: str, less: str, measure: str = "adoption") -> Sign:
    scale, unit = (1.0, "sd") if measure == "engagement" else (POINTS, "points")
    return Sign(
        claim,
        f"{more} over {less}",
        f"{measure.replace('_', ' ')} at the end",
        unit,
        lambda c: scale * (end(c, measure, more) - end(c, measure, less)),
    )


def _engages(claim: str, less: str, more: str, when: str, months: slice) -> Sign:
    """Return the sign that engagement is lower in some months of the first than of the second."""
    case = less if more == "baseline" else f"{more} over {less}"
    return Sign(
        claim,
        case,
        f"engagement lost {when or 'in the year after'}",
        "sd",
        lambda c: -gap(c, "engagement", less, months, more),
    )


def commitment_signs() -> list[Sign]:
    """Return the signs of action 2: talk and action, and a withdrawal."""
    order = (
        "strong-commitment",
        "baseline",
        "action-without-talk",
        "no-commitment",
        "talk-without-action",
    )
    claim = "talk and action > baseline > action only > neither > talk only"
    signs = [
        _more_at_the_end(claim, more, less, measure)
        for measure in ("adoption", "credibility")
        for more, less in itertools.pairwise(order)
    ]
    acting = "leaders who act more engage more"
    signs += [
        _more_at_the_end(acting, more, less, "engagement")
        for more, less in itertools.pairwise(("strong-commitment", "baseline", "no-commitment"))
    ]
    lapse = "lapse-6-months"

    def lost(claim: str, measure: str, what: str, months: slice) -> Sign:
        return Sign(
            claim,
            lapse,
            f"{measure} lost {what}",
            "points",
            lambda c: -POINTS * gap(c, measure, lapse, months),
        )

    felt, repaired = "a withdrawal is felt within months", "and repaired over years"
    return [
        *signs,
        _engages(felt, lapse, "baseline", "in the year after", YEAR),
        _engages(felt, lapse, "baseline", "in the second year", SECOND),
        _engages("a breach costs more than silence", lapse, "silence-6-months", "", YEAR),
        _engages("saying so helps", lapse, "honest-failure", "", YEAR),
        lost(felt, "credibility", "in the first 3 months", slice(60, 63)),
        lost(felt, "credibility", "in months 4 to 6", slice(63, 66)),
        lost(repaired, "credibility", "2 years after", slice(84, 87)),
        lost(repaired, "credibility", "4 years after", slice(108, 111)),
        lost(repaired, "adoption", "4 years after", slice(108, 111)),
        Sign(
            "adoption's low comes well after credibility's",
            lapse,
            "adoption lost 3 years after, less that in the lapse",
            "points",
            lambda c: (
                -POINTS
                * (
                    gap(c, "adoption", lapse, slice(90, 102))
                    - gap(c, "adoption", lapse, slice(60, 66))
                )
            ),
        ),
    ]


def infrastructure_signs() -> list[Sign]:
    """Return the signs of action 5: nothing buys back a resource that is missing."""
    claim = "one starved resource costs more than a quarter of all four"
    kinds = ("finance", "technology", "people", "knowledge")
    return [_more_at_the_end(claim, "quarter-less", f"starved-{kind}") for kind in kinds]


def succession_signs() -> list[Sign]:
    """Return the signs of action 6: it must not rest on one person."""
    one, planned = "it must not rest on one person", "mentoring leadership replaces itself"

    def without(more: str, less: str, claim: str) -> Sign:
        return Sign(
            claim,
            f"{more} over {less}",
            "months without any lead",
            "months",
            lambda c: total(c, "months_without_lead", more) - total(c, "months_without_lead", less),
        )

    def sponsor(claim: str, measure: str, what: str, months: slice) -> Sign:
        return Sign(
            claim,
            "sponsor-leaves",
            f"{measure} lost {what}",
            "points",
            lambda c: -POINTS * gap(c, measure, "sponsor-leaves", months),
        )

    slow = "a sponsor's exit costs a decline and a slow return"
    sudden, told = "chief-leaves-suddenly", "chief-leaves-announced"
    chief, spares = "a chief's exit is felt", "and less if it is prepared"
    return [
        _engages(chief, sudden, "baseline", "in the year after", YEAR),
        _engages(chief, sudden, "baseline", "in the second year", SECOND),
        _engages(spares, sudden, told, "", YEAR),
        _engages(spares, told, "chief-overlap", "", YEAR),
        _engages(spares, told, "chief-named-successor", "", YEAR),
        without("one-lead", "three-leads", one),
        _more_at_the_end(one, "three-leads", "one-lead", "never_stopped"),
        _more_at_the_end(one, "three-leads", "one-lead"),
        without("one-lead", "one-lead-plan", planned),
        _more_at_the_end(planned, "one-lead-plan", "one-lead"),
        without("three-leads", "three-leads-plan", planned),
        _more_at_the_end(planned, "three-leads-plan", "three-leads"),
        sponsor(slow, "infrastructure", "1 year after", slice(72, 75)),
        sponsor(slow, "infrastructure", "3 years after", slice(96, 99)),
        sponsor(slow, "adoption", "3 years after", slice(96, 99)),
    ]


def other_signs() -> list[Sign]:
    """Return the signs of actions 3, 4, 7 and 8."""
    spike = "a campaign brings a spike of enquiries"
    lasting = "and little lasting adoption unless adopters are visible"
    during, later = slice(36, 38), slice(84, 96)

    def lifted(name: str, base: str, months: slice) -> Callable[[Cubes], np.ndarray]:
        return lambda c: POINTS * gap(c, "adoption", name, months, base)

    seen, unseen = ("campaign-recognised", "recognised"), ("campaign", "baseline")
    return [
        Sign(
            spike,
            "campaign",
            "enquiries a month during it",
            "people",
            lambda c: gap(c, "enquiries", "campaign", during),
        ),
        Sign(
            lasting,
            "campaign",
            "half the lift of its end, less the lift 4 years later",
            "points",
            lambda c: 0.5 * lifted(*unseen, slice(38, 41))(c) - lifted(*unseen, later)(c),
        ),
        Sign(
            lasting,
            "recognised, and not",
            "lift 4 years later with recognition, less without",
            "points",
            lambda c: lifted(*seen, later)(c) - lifted(*unseen, later)(c),
        ),
        _more_at_the_end("presence creates value", "baseline", "absent-leaders"),
        _more_at_the_end("presence creates value", "baseline", "absent-leaders", "ownership"),
        _more_at_the_end("presence creates value", "baseline", "absent-leaders", "never_stopped"),
        _engages(
            "presence creates value", "absence-6-months", "baseline", "in the year after", YEAR
        ),
        _more_at_the_end("a blocked middle cuts what is below", "baseline", "blocked-middle"),
        _more_at_the_end("role models influence", "baseline", "no-role-models"),
        _more_at_the_end("briefings keep mentoring alive", "baseline", "no-briefings"),
    ]


def all_signs() -> list[Sign]:
    """Return all signs, in the order of the actions."""
    return commitment_signs() + infrastructure_signs() + succession_signs() + other_signs()


def measure(table: pd.DataFrame, signs: list[Sign]) -> list[Finding]:
    """Return each sign with its mean and interval; practice as long as a programme goes on."""
    cubes = {name: summaries.cube(table, name) for name in MEASURES}
    going = cubes["never_stopped"]
    for kept in ("adoption", "infrastructure"):
        cubes[kept] = {name: given(one, going[name] > 0.5) for name, one in cubes[kept].items()}
    return [_finding(sign, sign.values(cubes)) for sign in signs]


def _finding(sign: Sign, values: np.ndarray) -> Finding:
    shares = sign.measured.startswith("never stopped")
    told = share_difference(values / POINTS).times(POINTS) if shares else mean_of(values)
    return Finding(sign.claim, sign.case, sign.measured, sign.unit, told, 0.0)


def main(
    replications: int = 30,
    seed: int = 1,
    out: str | Path = OUT,
    vectors: int = 0,
    changes: Mapping[str, Any] | None = None,
    known: pd.DataFrame | None = None,
) -> Path:
    """Run the design, write verdicts, table and figure; return the folder.

    Parameters
    ----------
    replications, seed : int
    out : path
    vectors : int
        Runs of each accepted vector, over which verdicts are carried.
    changes : mapping, optional
        Dotted parameter names to values, for all scenarios (a smaller organization, say).
    known : DataFrame, optional
        Vectors in place of the accepted ones.
    """
    signs = all_signs()
    scenarios = design(changes)
    runs = paired(scenarios, seed, replications)
    findings = measure(runs.table, signs)
    carried = carried_over(
        lambda count, rows: paired(scenarios, seed, count, rows).table,
        lambda own: measure(own, signs),
        vectors,
        known,
    )
    ends = ["adoption", "never_stopped", "credibility", "engagement", "ownership", "leads_in_post"]
    summary = runs.summary().query("measure in @ends")
    table = pd.pivot(summary, index="scenario", columns="measure", values="mean")[ends]
    table = table.loc[[s.name for s in scenarios]].round(3).reset_index()
    drawn = pd.DataFrame([finding.row() for finding in findings])
    pictures = {"signs.png": (figures.forest(drawn), "Each sign with its 95 % interval.")}
    return write(out, __doc__, findings, table, pictures, runs, carried=carried)


if __name__ == "__main__":
    print(main(**arguments(__doc__, 30, OUT)))
