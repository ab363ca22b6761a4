"""What a departure costs, with and without a succession plan, and on how many people it rests.

Question
--------
What is lost when the chief leaves, and how much of that does a plan prevent? What is lost when
one mentoring lead leaves, if there is one lead or if there are three, with and without a plan?

Design
------
The chief: `chief-leaves` against `baseline` and `chief-leaves-plan` against `planned`, so that
each departure is compared with the same organization without it. The leads: `one-lead`,
`one-lead-plan`, `three-leads` and `three-leads-plan`, each as shipped (leads come and go by
chance) and once more with one lead made to leave in month 60. All run for 240 months on shared
luck. With the defaults, one good lead gives the programme what it needs: two more add no
capacity, only reserve (and cost).

Reading
-------
*It must not rest on one person*: with one lead instead of three, and no plan, the programme is
at least 12 months longer without any lead in twenty years; at least 5 in 100 programmes more
end; end adoption is at least one percentage point lower; and the departure of one lead costs
at least half a point of adoption more, averaged over the five years after it. *Succession must
be planned*: the same bars, for a plan against none; for the chief, the plan prevents at least
half a point of the loss of adoption over five years. A bar that only some measures pass is
support only where they do.

Source
------
The practitioner's text, action 6 (address the succession of mentoring leadership): it must not
rest on one person; leaders move on, retire, leave; mentoring leadership replaces itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from common import (
    RESULTS,
    Estimate,
    Finding,
    arguments,
    chosen,
    compact,
    mean_of,
    of_mean_curves,
    proportion,
    share_difference,
    told,
    write,
)

import simulation
from simulation.answers.recovery import half_recovery
from simulation.pictures import figures, summaries

OUT = RESULTS / "succession"
MONTH = 60  # of every scripted departure
STANDING = ("one-lead", "one-lead-plan", "three-leads", "three-leads-plan")
LEFT = " leaves"
#: Each departure and its twin without it.
TWINS = {
    "chief-leaves": "baseline",
    "chief-leaves-plan": "planned",
    **{f"{name}{LEFT}": name for name in STANDING},
}
TITLES = {
    "chief-leaves": "The chief leaves, no plan",
    "chief-leaves-plan": "The chief leaves, with a plan",
    "one-lead leaves": "The only lead leaves, no plan",
    "one-lead-plan leaves": "The only lead leaves, with a plan",
    "three-leads leaves": "One lead of three leaves, no plan",
    "three-leads-plan leaves": "One lead of three leaves, with a plan",
}
WITHOUT, ENDED, END, LOST = 12.0, 5.0, 1.0, 0.5  # months, then percentage points
ONE, PLAN = "it must not rest on one person", "succession must be planned"


def design(changes: Mapping[str, Any] | None = None) -> list[simulation.Scenario]:
    """Return the scenarios: those as shipped, then those in which one lead leaves."""
    shipped = ("baseline", "planned", *STANDING, "chief-leaves", "chief-leaves-plan")
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


def by_replication(table: pd.DataFrame) -> Values:
    """Return what is measured of each replication: quantity, scenario, array.

    Shares are in percentage points; what is lost by a departure is the twin's adoption less
    its own, averaged over the five years after it.
    """
    adoption = summaries.cube(table, "adoption")
    alive, vacant = (summaries.cube(table, n) for n in ("programme_alive", "months_without_lead"))
    money = summaries.cube(table, "money")
    names = STANDING
    return {
        "months without any lead": {n: vacant[n][:, 1:].sum(axis=1) for n in names},
        "programmes that ended": {n: 100.0 * (1.0 - alive[n][:, -1]) for n in names},
        "end adoption": {n: 100.0 * adoption[n][:, -12:].mean(axis=1) for n in names},
        "programme money": {n: money[n][:, 1:].sum(axis=1) for n in names},
        "adoption lost in five years": {
            n: 100.0 * (adoption[twin] - adoption[n])[:, MONTH : MONTH + 60].mean(axis=1)
            for n, twin in TWINS.items()
        },
    }


UNITS = {
    "months without any lead": "months",
    "programmes that ended": "percentage points",
    "end adoption": "percentage points",
    "programme money": "thousand",
    "adoption lost in five years": "percentage points",
}


#: What is read off the mean difference of a departure from its twin.
CURVES = {
    "adoption lost at the low": (
        "percentage points",
        lambda mean: float(-100.0 * mean[MONTH:].min()),
    ),
    "months to the low": ("months", lambda mean: float(np.argmin(mean[MONTH:]))),
    "months until half is regained": ("months", lambda mean: half_recovery(mean, MONTH)),
}


def estimate(
    quantity: str, values: np.ndarray, share: Callable[[Any], Estimate] = proportion
) -> Estimate:
    """Return the mean with its interval; survival is a share of programmes."""
    if quantity == "programmes that ended":
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
        gap, lost = adoption[name] - adoption[twin], known[name, "adoption lost in five years"]
        for what, (unit, statistic) in CURVES.items():
            rows.append((name, what, unit, *told(of_mean_curves(statistic, gap), lost)))
    columns = ["scenario", "quantity", "unit", "value", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def judged(values: Values) -> list[Finding]:
    """Return the claims on trial, each a paired difference that should be at least its bar."""
    return [
        *_against(values, ONE, "one lead against three, no plan", "one-lead", "three-leads"),
        *_against(values, PLAN, "one lead, no plan against one", "one-lead", "one-lead-plan"),
        *_against(
            values, PLAN, "three leads, no plan against one", "three-leads", "three-leads-plan"
        ),
        _departure(
            values, PLAN, "the chief, no plan against one", "chief-leaves", "chief-leaves-plan"
        ),
    ]


def _against(values: Values, claim: str, case: str, bad: str, good: str) -> list[Finding]:
    """Return the findings that the first scenario does worse than the second."""
    bars = {"months without any lead": WITHOUT, "programmes that ended": ENDED, "end adoption": END}
    findings = []
    for quantity, bar in bars.items():
        more = values[quantity][bad] - values[quantity][good]
        if quantity == "end adoption":
            shown, more = "end adoption lost", -more
        else:
            shown = f"more {quantity}"
        unit = UNITS[quantity]
        findings.append(
            Finding(claim, case, shown, unit, estimate(quantity, more, share_difference), bar)
        )
    return [*findings, _departure(values, claim, case, f"{bad}{LEFT}", f"{good}{LEFT}")]


def _departure(values: Values, claim: str, case: str, bad: str, good: str) -> Finding:
    lost = values["adoption lost in five years"]
    return Finding(
        claim,
        case,
        "more adoption lost in the five years after a departure",
        "percentage points",
        mean_of(lost[bad] - lost[good]),
        LOST,
    )


def over_time(table: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return the differences in adoption of departures against their twins, by month."""
    parts = [
        summaries.differences_over_time(
            table[table["scenario"].isin([TWINS[name], name])], [TWINS[name], name], ["adoption"]
        )
        for name in names
    ]
    whole = pd.concat(parts, ignore_index=True)
    return whole[whole["month"] >= MONTH - 6]


def drawn(table: pd.DataFrame) -> dict[str, tuple[Any, str]]:
    """Return the figures by file name, each with its caption."""
    titles = {"": "the same without the departure", **TITLES}
    chief, leads = list(TITLES)[:2], list(TITLES)[2:]
    marks = [[{"month": MONTH, "type": f"{who} leaves"}] for who in ("the chief", "one lead")]
    caption = "Adoption less that of the same organization without the departure, 95 % intervals:"
    return {
        "chief.png": (
            figures.differences(
                over_time(table, chief), "adoption", marks[0], _only(titles, chief)
            ),
            f"{caption} the chief.",
        ),
        "leads.png": (
            figures.differences(
                over_time(table, leads), "adoption", marks[1], _only(titles, leads)
            ),
            f"{caption} one mentoring lead.",
        ),
    }


def _only(titles: Mapping[str, str], names: list[str]) -> dict[str, str]:
    return {name: title for name, title in titles.items() if name in ("", *names)}


def main(
    replications: int = 100,
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
        Dotted parameter names changed in every scenario, such as a smaller organization.
    """
    runs = simulation.compare(design(changes), seed, replications).runs
    values = by_replication(runs.table)
    table = measured(values, runs.table)
    shown = compact(table, ["quantity", "unit"], "scenario")
    return write(out, __doc__, judged(values), table, drawn(runs.table), runs, shown)


if __name__ == "__main__":
    print(main(**arguments(__doc__, 100, OUT)))
