"""What is measured of a run every month, and the outcomes that scenarios are compared by.

Each measure is declared in the folder of its mechanism; here they are collected, those with
a place in front first, the others in the order of mechanisms.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from .measured import Measure, Outcome
from .parameters import GROUPS

__all__ = ["LEVEL_MEASURES", "MEASURES", "OUTCOMES", "Measure", "Outcome"]


def _declared() -> Iterator[tuple[str, Measure]]:
    modules = dict.fromkeys(group.__module__ for group in GROUPS.values())
    for module in modules:
        yield from getattr(sys.modules[module], "MEASURES", {}).items()


def _place(item: tuple[str, Measure]) -> float:
    return item[1].headline or float("inf")


MEASURES: dict[str, Measure] = dict(sorted(_declared(), key=_place))
#: Measures that are also taken by level, as ``adoption_level_0`` and so on.
LEVEL_MEASURES = tuple(name for name, measure in MEASURES.items() if measure.by_level)

#: How a share is shown, and how engagement: unit, scale, unit shown, decimals.
_SHARE = ("share", 100.0, "percentage points", 1)
_SD = ("sd", 1.0, "standard deviations", 3)
_PEOPLE = ("people", 1.0, "people", 0)

OUTCOMES: dict[str, Outcome] = {
    "end_adoption": Outcome(
        "practising at the end",
        *_SHARE,
        "adoption",
        "mean",
        "last_year",
        on_screen=True,
        spoken=True,
        headline=1,
    ),
    "programme_survives": Outcome(
        "probability that the programme survives",
        *_SHARE,
        "programme_alive",
        "end",
        chance=True,
        on_screen=True,
        spoken=True,
    ),
    "never_stopped": Outcome(
        "probability that the programme never stopped",
        *_SHARE,
        "never_stopped",
        "end",
        chance=True,
    ),
    "end_adoption_given_survival": Outcome(
        "practising at the end, given survival",
        *_SHARE,
        "adoption",
        "mean",
        "last_year",
        given="programme_alive",
        on_screen=True,
        spoken=True,
    ),
    "engagement_year_after": Outcome(
        "engagement in the year after the event",
        *_SD,
        "engagement",
        "mean",
        "year_after",
        on_screen=True,
        spoken=True,
    ),
    "engagement_second_year": Outcome(
        "engagement in the second year after the event", *_SD, "engagement", "mean", "second_year"
    ),
    "end_engagement": Outcome("engagement at the end", *_SD, "engagement", "mean", "last_year"),
    "mean_engagement": Outcome(
        "mean engagement",
        *_SD,
        "engagement",
        "mean",
        on_screen=True,
        headline=3,
    ),
    "adoption_year_after": Outcome(
        "practising in the year after the event", *_SHARE, "adoption", "mean", "year_after"
    ),
    "adoption_second_year": Outcome(
        "practising in the second year after the event", *_SHARE, "adoption", "mean", "second_year"
    ),
    "practised_person_years": Outcome(
        "practised person-years",
        "years",
        1.0,
        "person-years",
        0,
        "adoption",
        "person_years",
        on_screen=True,
        headline=2,
        cost="years",
    ),
    "lowest_adoption": Outcome(
        "lowest practising share", *_SHARE, "adoption", "lowest", "from_event"
    ),
    "months_to_half_recovery": Outcome(
        "months to half-recovery",
        "months",
        1.0,
        "months",
        1,
        "adoption",
        "half_recovery",
        "from_event",
        given="programme_alive",
        lost="practice",
        spoken=True,
    ),
    "exits": Outcome("people who left", *_PEOPLE, "exits", "sum", on_screen=True),
    "exits_year_after": Outcome(
        "people who left in the year after the event", *_PEOPLE, "exits", "sum", "year_after"
    ),
    "leader_hours": Outcome(
        "leaders' hours", "hours", 1.0, "hours", 0, "leader_hours", "sum", cost="hours"
    ),
    "money": Outcome(
        "programme money",
        "thousand",
        1.0,
        "thousand",
        0,
        "money",
        "sum",
        on_screen=True,
        cost="money",
    ),
    "turnover_money": Outcome(
        "cost of replacing leavers", "thousand", 1.0, "thousand", 0, "turnover_money", "sum"
    ),
    "credibility_half_recovery": Outcome(
        "months to half-recovery of credibility",
        "months",
        1.0,
        "months",
        1,
        "credibility",
        "half_recovery",
        "from_event",
        lost="credibility",
        spoken=True,
    ),
}
