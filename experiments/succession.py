"""What a departure costs, with and without a succession plan, and on how many people it rests.

Question
--------
What is lost when the chief leaves, and how much of that do a plan, notice, overlap, a named
successor or an interim prevent? What is lost when one mentoring lead leaves, if there is one lead
or if there are three, with and without a plan?

Design
------
The chief: `chief-leaves`, `chief-leaves-suddenly`, `chief-leaves-announced`, `chief-overlap`,
`chief-named-successor` and `chief-interim` against `baseline`, and `chief-leaves-plan` against
`planned`, so that each departure is compared with the same organization without it. The leads:
`one-lead`, `one-lead-plan`, `three-leads` and `three-leads-plan`, each as shipped (leads come and
go by chance) and once more with one lead made to leave in month 60. All run for 240 months on
shared luck. *The year after* is the twelve months from the departure's own on. Practice is told in
two parts: the probability that a programme has not stopped, and practice given survival, in those
replications whose programmes stopped in none of the worlds compared: within twenty years where
ends are compared, within the five years after a departure where its loss is.

Reading
-------
*A departure is felt*: mean engagement falls by at least .01 standard deviations in the year after.
*It must not rest on one person*: with one lead instead of three, and no plan, the programme is
at least 12 months longer without any lead in twenty years; at least 5 in 100 programmes more
stop; end adoption given survival is at least one percentage point lower; and the departure of one
lead costs at least half a point of adoption more, averaged over the five years after it.
*Succession must be planned*: the same bars, for a plan against none; for the chief, the plan
prevents at least half a point of the loss of adoption over five years, or .005 standard deviations
of the loss of engagement in the year after. *Notice spares* (and overlap, a named successor, an
interim): at least .005 standard deviations of engagement in the year after. A bar that only some
measures pass is support only where they do.

Source
------
The practitioner's text, action 6 (address the succession of mentoring leadership): it must not
rest on one person; leaders move on, retire, leave; mentoring leadership replaces itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
    given,
    mean_of,
    of_mean_curves,
    paired,
    proportion,
    share_difference,
    told,
    verdict,
    write,
)

import simulation
from simulation.answers.recovery import half_recovery
from simulation.pictures import figures, summaries
from simulation.words import number as numbers

OUT = RESULTS / "succession"
MONTH = 60  # of every scripted departure
SHOWN = 36  # months after a departure that engagement is drawn for
STANDING = ("one-lead", "one-lead-plan", "three-leads", "three-leads-plan")
LEFT = " leaves"
CHIEF = {
    "chief-leaves": "The chief leaves, no plan",
    "chief-leaves-plan": "The chief leaves, with a plan",
    "chief-leaves-suddenly": "The chief leaves suddenly, an outsider follows",
    "chief-leaves-announced": "An outsider follows, announced 6 months before",
    "chief-overlap": "Announced, both work side by side for 2 months",
    "chief-named-successor": "Announced, with a named successor",
    "chief-interim": "Suddenly, an interim stands in",
}
LEADS = {
    "one-lead leaves": "The only lead leaves, no plan",
    "one-lead-plan leaves": "The only lead leaves, with a plan",
    "three-leads leaves": "One lead of three leaves, no plan",
    "three-leads-plan leaves": "One lead of three leaves, with a plan",
}
#: Each departure and its twin without it.
TWINS = {
    **dict.fromkeys(CHIEF, "baseline"),
    "chief-leaves-plan": "planned",
    **{f"{name}{LEFT}": name for name in STANDING},
}
#: Months; percentage points; percentage points; percentage points; sd; sd.
WITHOUT, ENDED, END, LOST, FELT, SPARED = 12.0, 5.0, 1.0, 0.5, 0.01, 0.005
ONE, PLAN = "it must not rest on one person", "succession must be planned"
#: What is claimed to spare engagement: the departure without it, and with it.
REMEDIES = {
    "notice spares": ("chief-leaves-suddenly", "chief-leaves-announced"),
    "overlap spares": ("chief-leaves-announced", "chief-overlap"),
    "a named successor spares": ("chief-leaves-announced", "chief-named-successor"),
    "an interim spares": ("chief-leaves-suddenly", "chief-interim"),
}
#: What the departure without it is called in the figure.
PLAIN = {
    "chief-leaves-suddenly": "suddenly, nobody stands in",
    "chief-leaves-announced": "announced, no overlap, not named",
}


def design(changes: Mapping[str, Any] | None = None) -> list[simulation.Scenario]:
    """Return the scenarios: those as shipped, then those in which one lead leaves."""
    shipped = ("baseline", "planned", *STANDING, *CHIEF)
    departures = [
        chosen(
            name,
            changes,
            name=f"{name}{LEFT}",
            events=[{"month": MONTH, "type": "leads_leave", "count": 1}],
        )
        for name in STANDING
    ]
    return [*(chosen(name, changes) for name in shipped), *departures]


Values = dict[str, dict[str, np.ndarray]]


FIVE_YEARS, YEAR = 60, 12
VACANT, STOPPED, ENDS = "months without any lead", "programmes that stopped", "end adoption"
MONEY, PRACTICE = "programme money", "adoption lost in five years"
FIRST, SECOND = "engagement lost in the year after", "engagement lost in the second year"
UNITS = {
    VACANT: "months",
    STOPPED: "percentage points",
    ENDS: "percentage points",
    MONEY: "thousand",
    PRACTICE: "percentage points",
    FIRST: "sd",
    SECOND: "sd",
}


def by_replication(table: pd.DataFrame) -> Values:
    """Return what is measured of each replication: quantity, scenario, array.

    Shares are in percentage points; what is lost by a departure is the twin's adoption or
    engagement less its own. Adoption is given survival: NaN where a programme stopped.
    """
    adoption, engagement = (summaries.cube(table, n) for n in ("adoption", "engagement"))
    never, vacant = (summaries.cube(table, n) for n in ("never_stopped", "months_without_lead"))
    money = summaries.cube(table, "money")
    names, last = STANDING, MONTH + FIVE_YEARS
    going = {n: one[:, :last][:, -1] > 0.5 for n, one in never.items()}

    def felt(first: int) -> dict[str, np.ndarray]:
        window = slice(MONTH + first, MONTH + first + YEAR)
        return {
            n: (engagement[twin] - engagement[n])[:, window].mean(axis=1)
            for n, twin in TWINS.items()
        }

    return {
        VACANT: {n: vacant[n][:, 1:].sum(axis=1) for n in names},
        STOPPED: {n: 100.0 * (1.0 - never[n][:, -1]) for n in names},
        ENDS: {
            n: given(100.0 * adoption[n][:, -12:].mean(axis=1), never[n][:, -1] > 0.5)
            for n in names
        },
        MONEY: {n: money[n][:, 1:].sum(axis=1) for n in names},
        PRACTICE: {
            n: given(
                100.0 * (adoption[twin] - adoption[n])[:, MONTH:last].mean(axis=1),
                going[n] & going[twin],
            )
            for n, twin in TWINS.items()
        },
        FIRST: felt(0),
        SECOND: felt(YEAR),
    }


#: What is read off the mean difference of a departure from its twin.
CURVES = {
    "adoption lost at the low": (
        "percentage points",
        lambda mean: float(-100.0 * mean[MONTH : MONTH + FIVE_YEARS].min()),
    ),
    "months to the low": (
        "months",
        lambda mean: float(np.argmin(mean[MONTH : MONTH + FIVE_YEARS])),
    ),
    "months until half is regained": ("months", lambda mean: half_recovery(mean, MONTH)),
}


def estimate(
    quantity: str, values: np.ndarray, share: Callable[[Any], Estimate] = proportion
) -> Estimate:
    """Return the mean with its interval; survival is a share of programmes."""
    if quantity == STOPPED:
        return share(values / 100.0).times(100.0)
    return mean_of(values)


def measured(values: Values, table: pd.DataFrame) -> pd.DataFrame:
    """Return all estimates: ``scenario, quantity, unit, value, low, high``."""
    known = {
        (name, quantity): estimate(quantity, each)
        for quantity, by_name in values.items()
        for name, each in by_name.items()
    }
    rows = [(name, what, UNITS[what], *one) for (name, what), one in known.items()]
    adoption = summaries.cube(table, "adoption")
    for name, twin in TWINS.items():
        survived = ~np.isnan(values[PRACTICE][name])
        gap, lost = (adoption[name] - adoption[twin])[survived], known[name, PRACTICE]
        for what, (unit, statistic) in CURVES.items():
            rows.append((name, what, unit, *told(of_mean_curves(statistic, gap), lost)))
    columns = ["scenario", "quantity", "unit", "value", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def judged(values: Values) -> list[Finding]:
    """Return the claims on trial, each a paired difference that should be at least its bar."""
    chief, planned = "chief-leaves", "chief-leaves-plan"
    return [
        *_against(values, ONE, "one lead against three, no plan", "one-lead", "three-leads"),
        *_against(values, PLAN, "one lead, no plan against one", "one-lead", "one-lead-plan"),
        *_against(
            values, PLAN, "three leads, no plan against one", "three-leads", "three-leads-plan"
        ),
        _departure(values, PLAN, "the chief, no plan against one", chief, planned),
        _spared(values, PLAN, "the chief, no plan against one", chief, planned),
        *(_spared(values, what, CHIEF[good], bad, good) for what, (bad, good) in REMEDIES.items()),
        *(_felt(values, name) for name in TWINS),
    ]


def _against(values: Values, claim: str, case: str, bad: str, good: str) -> list[Finding]:
    """Return the findings that the first scenario does worse than the second."""
    bars = {VACANT: WITHOUT, STOPPED: ENDED, ENDS: END}
    findings = []
    for quantity, bar in bars.items():
        more = values[quantity][bad] - values[quantity][good]
        if quantity == ENDS:
            shown, more = "end adoption lost, given survival", -more
        else:
            shown = f"more {quantity}"
        unit = UNITS[quantity]
        findings.append(
            Finding(claim, case, shown, unit, estimate(quantity, more, share_difference), bar)
        )
    return [*findings, _departure(values, claim, case, f"{bad}{LEFT}", f"{good}{LEFT}")]


def _departure(values: Values, claim: str, case: str, bad: str, good: str) -> Finding:
    lost, shown = values[PRACTICE], "more adoption lost in the five years after, given survival"
    return Finding(claim, case, shown, UNITS[PRACTICE], mean_of(lost[bad] - lost[good]), LOST)


def _spared(values: Values, claim: str, case: str, bad: str, good: str) -> Finding:
    lost = values[FIRST]
    return Finding(claim, case, f"less {FIRST}", "sd", mean_of(lost[bad] - lost[good]), SPARED)


def _felt(values: Values, name: str) -> Finding:
    titles = CHIEF | LEADS
    lost = mean_of(values[FIRST][name])
    return Finding("a departure is felt", titles[name], FIRST, "sd", lost, FELT)


def over_time(table: pd.DataFrame, names: Sequence[str], measure: str) -> pd.DataFrame:
    """Return the differences of departures from their twins, by month."""
    parts = [
        summaries.differences_over_time(
            table[table["scenario"].isin([TWINS[name], name])], [TWINS[name], name], [measure]
        )
        for name in names
    ]
    whole = pd.concat(parts, ignore_index=True)
    return whole[whole["month"] >= MONTH - 6]


def drawn(runs: simulation.Runs, values: Values) -> dict[str, tuple[Any, str]]:
    """Return the figures by file name, each with its caption."""
    pictures = {"chief_engagement.png": _chief(runs, values)}
    for who, kind, titles in (
        ("the chief", "chief", CHIEF),
        ("one mentoring lead", "leads", LEADS),
    ):
        rows = over_time(runs.table, list(titles), "adoption")
        marks = [{"month": MONTH, "type": f"{who} leaves"}]
        known = {"": "the same without the departure", **titles}
        pictures[f"{kind}_adoption.png"] = (
            figures.differences(rows, "adoption", marks, known),
            f"Adoption less that of the same organization without the departure of {who}, with "
            "95 % intervals; all programmes.",
        )
    return pictures


def _chief(runs: simulation.Runs, values: Values) -> tuple[Any, str]:
    """Return what a chief's departure does to engagement, a panel a manner of leaving."""
    rows = over_time(runs.table, list(CHIEF), "engagement")
    rows = rows[rows["month"] <= MONTH + SHOWN].assign(title=rows["scenario"].map(CHIEF))
    felt = {name: _felt(values, name) for name in CHIEF}
    words = {"supported": "felt in the year after", "not supported": "not felt"}
    labels = {
        name: (
            words.get(verdict(one.estimate, one.bar), "unclear"),
            f"{_lost(one.estimate.value)} in the year after\n"
            f"{_lost(float(values[SECOND][name].mean()))} in the second",
        )
        for name, one in felt.items()
    }
    beside = {good: (bad, PLAIN[bad]) for bad, good in REMEDIES.values()}
    note = f"{runs.replications} pairs of runs, {runs.organizations[0].people:,} people"
    figure = figures.responses(rows, "engagement", MONTH, labels, beside, note)
    return (
        figure,
        "Engagement less that of the same organization whose chief stays, 95 % intervals.",
    )


def _lost(value: float) -> str:
    return f"{numbers(-value, 3)} sd"


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
    values = by_replication(runs.table)
    table = measured(values, runs.table)
    named = table["quantity"] + " (" + table["unit"] + ")"
    shown = compact(table.assign(quantity=named), ["scenario"], "quantity")
    carried = carried_over(
        lambda count, rows: paired(scenarios, seed, count, rows).table,
        lambda own: judged(by_replication(own)),
        vectors,
        known,
    )
    pictures = drawn(runs, values)
    return write(out, __doc__, judged(values), table, pictures, runs, shown, carried)


if __name__ == "__main__":
    print(main(**arguments(__doc__, 100, OUT)))
