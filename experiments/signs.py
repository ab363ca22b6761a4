"""Whether the signs of the theory hold.

Question
--------
Every claim of the theory says that something is more, or less, than something else. Does each
sign hold in the model as it is shipped, and over the parameter vectors that show the patterns?

Design
------
The shipped scenarios on the default organization over ten years, thirty replications on shared
luck. Every number is a mean over replications of a difference within the replication, put so
that the claim says "above 0". The end is the mean of the last twelve months; "after" counts
from the scenario's event. Practice at the end is compared where neither programme ever stopped;
how many never did stands in the table of numbers. Each accepted vector is run as well, a few times.

Reading
-------
A sign holds when the whole interval lies above 0 and nine in ten of the accepted vectors have it;
with fewer it depends on what is not known of the parameters. It fails when the interval lies
below 0. Forty intervals at 95 % leave room for one or two that miss by chance alone.

Source
------
The practitioner's text, actions 2 to 8, and what the model's brief says must hold; see
`MODEL.md`, sections 1 and 7.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from common import RESULTS, Finding, mean_of, write
from vectors import measured_over, share_of_vectors

import simulation
from simulation import Runs, load_scenario
from simulation.pictures import figures, summaries
from simulation.study.uncertainty import accepted_vectors

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


def ends_apart(cubes: Cubes, measure: str, more: str, less: str) -> np.ndarray:
    """Return the difference at the end by replication; of practice, where no programme stopped."""
    apart = end(cubes, measure, more) - end(cubes, measure, less)
    if measure != "adoption":
        return apart
    lived = cubes["never_stopped"]
    return np.where((lived[more][:, -1] >= 1.0) & (lived[less][:, -1] >= 1.0), apart, np.nan)


def _more_at_the_end(claim: str, more: str, less: str, measure: str = "adoption") -> Sign:
    scale, unit = (1.0, "sd") if measure == "engagement" else (POINTS, "points")
    return Sign(
        claim,
        f"{more} over {less}",
        f"{measure} at the end",
        unit,
        lambda c: scale * ends_apart(c, measure, more, less),
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
    signs = [_more_at_the_end(claim, more, less) for more, less in itertools.pairwise(order)]
    words = "words without deeds cost credibility"
    signs += [
        _more_at_the_end(words, more, less, "credibility")
        for more, less in itertools.pairwise(order[2:])
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
    return [
        without("one-lead", "three-leads", one),
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
        _more_at_the_end("a blocked middle cuts what is below", "baseline", "blocked-middle"),
        _more_at_the_end("role models influence", "baseline", "no-role-models"),
        _more_at_the_end("briefings keep mentoring alive", "baseline", "no-briefings"),
    ]


def by_claim(runs: Runs, signs: list[Sign]) -> dict[str, np.ndarray]:
    """Return what was measured of each sign, a value a replication."""
    cubes = {name: summaries.cube(runs.table, name) for name in MEASURES}
    return {f"{s.claim}: {s.case}, {s.measured}": s.values(cubes) for s in signs}


def measure(runs: Runs, signs: list[Sign], over: pd.DataFrame | None = None) -> list[Finding]:
    """Return each sign with its mean and interval, and the share of vectors that have it.

    Parameters
    ----------
    runs : Runs
    signs : list of Sign
    over : DataFrame, optional
        What :func:`vectors.measured_over` found; default: no vectors were asked.
    """
    found = by_claim(runs, signs)
    shares = dict.fromkeys(found, np.nan)
    if over is not None:
        shares = share_of_vectors(over).set_index("claim")["share"].to_dict()
    return [
        Finding(s.claim, s.case, s.measured, s.unit, mean_of(values), 0.0, shares[name])
        for s, (name, values) in zip(signs, found.items(), strict=True)
    ]


def main(
    replications: int = 30,
    seed: int = 1,
    out: str | Path = OUT,
    changes: Mapping[str, Any] | None = None,
    each: int = 3,
    vectors: pd.DataFrame | None = None,
) -> Path:
    """Run the design, write verdicts, table and figure; return the folder.

    Parameters
    ----------
    replications, seed : int
    out : path
    changes : mapping, optional
        Dotted parameter names to values, for all scenarios (a smaller organization, say).
    each : int
        Runs of each accepted vector; 0: none are asked.
    vectors : DataFrame, optional
        In place of the accepted vectors that are shipped.
    """
    signs = commitment_signs() + infrastructure_signs() + succession_signs() + other_signs()
    chosen = [load_scenario(name).changed(dict(changes or {})) for name in NAMES]
    runs = simulation.compare(chosen, seed, replications).runs
    over = None
    if each:
        some = accepted_vectors() if vectors is None else vectors
        over = measured_over(some, chosen, lambda one: by_claim(one, signs), each, seed)
    findings = measure(runs, signs, over)
    ends = [
        "adoption",
        "credibility",
        "engagement",
        "ownership",
        "leads_in_post",
        "never_stopped",
    ]
    summary = runs.summary().query("measure in @ends")
    table = pd.pivot(summary, index="scenario", columns="measure", values="mean")[ends]
    table = table.loc[[s.name for s in chosen]].round(3).reset_index()
    drawn = pd.DataFrame([finding.row() for finding in findings])
    pictures = {"signs.png": (figures.forest(drawn), "Each sign with its 95 % interval.")}
    return write(out, __doc__ or "", findings, table, pictures, runs)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--replications", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument(
        "--each", type=int, default=3, help="Runs of each accepted vector; 0: none."
    )
    print(main(**vars(parser.parse_args())))
