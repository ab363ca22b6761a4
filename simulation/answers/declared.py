"""What scenarios are compared by, each declared once: outcomes, units, windows of months."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Literal, NamedTuple

__all__ = ["OUTCOMES", "UNITS", "Outcome", "Unit", "Window", "answering", "outcomes_with"]


class Unit(NamedTuple):
    """How numbers of a unit are shown."""

    scale: float  #: from the model's unit to the one shown
    decimals: int | None  #: None: about three figures
    value: str  #: what stands behind a value
    difference: str  #: what stands behind a difference


UNITS = {
    "share": Unit(100.0, 1, "%", "percentage points"),
    "sd": Unit(1.0, 3, "standard deviations", "standard deviations"),
    "months": Unit(1.0, 1, "months", "months"),
    "years": Unit(1.0, 0, "person-years", "person-years"),
    "people": Unit(1.0, 0, "people", "people"),
    "hours": Unit(1.0, 0, "hours", "hours"),
    "thousand": Unit(1.0, 0, "thousand", "thousand"),
    "count": Unit(1.0, None, "", ""),
}


class Window(NamedTuple):
    """Months of a run, as its tables count them: month 0 is the start, month 1 the first."""

    first: int
    stop: int  #: the month after the last

    @property
    def months(self) -> str:
        """The months in words."""
        if self.stop == self.first + 1:
            return f"month {self.first}"
        return f"months {self.first} to {self.stop - 1}"


class Outcome(NamedTuple):
    """One number of a run that scenarios are compared by."""

    label: str
    unit: str
    measure: str
    #: How it follows from the measure's months: ``person_years`` weighs by headcount, ``end`` is
    #: the last of them, ``half_recovery`` is read off the mean curve.
    taken: Literal["mean", "sum", "person_years", "lowest", "end", "half_recovery"]
    #: Of which months: the whole run, the last twelve, those from the first event of any of the
    #: scenarios compared (all of them, or the first or second twelve after its month), or others.
    window: Literal["run", "last_year", "from_event", "year_after", "second_year"] | Window = "run"
    given: str = ""  #: only runs in which this measure is 1 in the last of these months; "": all
    chance: bool = False  #: a probability: its interval is that of counts of runs
    lost: str = ""  #: what an event takes away, of a half-recovery
    #: Place among those that answer first, in a report and on the screen: of several with one
    #: place, the first that a comparison tells. 0: none.
    answer: int = 0
    on_screen: bool = False  #: a row of the table on the screen, as those that answer are
    spoken: bool = False  #: its sentences are printed below that table, as theirs are
    cost: str = ""  #: what it is in the table of costs: money, hours or years

    @property
    def scale(self) -> float:
        """The factor from the model's unit to the one shown."""
        return UNITS[self.unit].scale

    @property
    def shown(self) -> str:
        """The unit of a difference."""
        return UNITS[self.unit].difference

    @property
    def decimals(self) -> int:
        """How many decimals are shown."""
        return UNITS[self.unit].decimals or 0


OUTCOMES: dict[str, Outcome] = {
    "engagement_year_after": Outcome(
        "engagement in the year after the event", "sd", "engagement", "mean", "year_after", answer=1
    ),
    "engagement_second_year": Outcome(
        "engagement in the second year after the event", "sd", "engagement", "mean", "second_year"
    ),
    "end_engagement": Outcome(
        "engagement at the end", "sd", "engagement", "mean", "last_year", answer=1
    ),
    "mean_engagement": Outcome("mean engagement", "sd", "engagement", "mean", on_screen=True),
    "programme_survives": Outcome(
        "probability that the programme survives",
        "share",
        "programme_alive",
        "end",
        chance=True,
        answer=2,
    ),
    "never_stopped": Outcome(
        "probability that the programme never stopped", "share", "never_stopped", "end", chance=True
    ),
    "end_adoption_given_survival": Outcome(
        "practising at the end, given survival",
        "share",
        "adoption",
        "mean",
        "last_year",
        given="programme_alive",
        answer=3,
    ),
    "end_adoption": Outcome(
        "practising at the end",
        "share",
        "adoption",
        "mean",
        "last_year",
        answer=3,
        on_screen=True,
    ),
    "adoption_year_after": Outcome(
        "practising in the year after the event", "share", "adoption", "mean", "year_after"
    ),
    "adoption_second_year": Outcome(
        "practising in the second year after the event", "share", "adoption", "mean", "second_year"
    ),
    "practised_person_years": Outcome(
        "practised person-years", "years", "adoption", "person_years", on_screen=True, cost="years"
    ),
    "lowest_adoption": Outcome(
        "lowest practising share", "share", "adoption", "lowest", "from_event"
    ),
    "months_to_half_recovery": Outcome(
        "months to half-recovery",
        "months",
        "adoption",
        "half_recovery",
        "from_event",
        given="programme_alive",
        lost="practice",
        spoken=True,
    ),
    "credibility_half_recovery": Outcome(
        "months to half-recovery of credibility",
        "months",
        "credibility",
        "half_recovery",
        "from_event",
        lost="credibility",
        spoken=True,
    ),
    "exits": Outcome("people who left", "people", "exits", "sum", on_screen=True),
    "exits_year_after": Outcome(
        "people who left in the year after the event", "people", "exits", "sum", "year_after"
    ),
    "leader_hours": Outcome("leaders' hours", "hours", "leader_hours", "sum", cost="hours"),
    "money": Outcome("programme money", "thousand", "money", "sum", on_screen=True, cost="money"),
    "turnover_money": Outcome("cost of replacing leavers", "thousand", "turnover_money", "sum"),
}

#: What is told of any other window: labels lack its months, or its last one.
_IN_WINDOW: dict[str, Outcome] = {
    "engagement": Outcome("engagement in {months}", "sd", "engagement", "mean", answer=1),
    "programme_survives": Outcome(
        "probability that the programme survives to the end of month {last}",
        "share",
        "programme_alive",
        "end",
        chance=True,
        answer=2,
    ),
    "adoption_given_survival": Outcome(
        "practising in {months}, given survival",
        "share",
        "adoption",
        "mean",
        given="programme_alive",
        answer=3,
    ),
    "adoption": Outcome(
        "practising in {months}", "share", "adoption", "mean", answer=3, on_screen=True
    ),
    "credibility": Outcome(
        "credibility in {months}", "share", "credibility", "mean", on_screen=True
    ),
    "exits": Outcome("people who left in {months}", "people", "exits", "sum", on_screen=True),
}


def outcomes_with(windows: Iterable[Window] = ()) -> dict[str, Outcome]:
    """Return all outcomes, then those in other windows, named as ``exits_months_60_to_71``."""
    found = dict(OUTCOMES)
    for window in windows:
        last, places = window.stop - 1, max(one.answer for one in found.values())
        for key, one in _IN_WINDOW.items():
            label = one.label.format(months=window.months, last=last)
            found[f"{key}_months_{window.first}_to_{last}"] = one._replace(
                label=label, window=window, answer=one.answer and places + one.answer
            )
    return found


def answering(told: Collection[str], outcomes: Mapping[str, Outcome] = OUTCOMES) -> list[str]:
    """Return the outcomes that answer first, in their order, of those that a comparison tells."""
    places: dict[int, str] = {}
    for key, outcome in outcomes.items():
        if outcome.answer and key in told:
            places.setdefault(outcome.answer, key)
    return [places[place] for place in sorted(places)]
