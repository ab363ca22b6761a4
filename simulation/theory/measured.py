"""What a measure of a run and an outcome of a comparison are declared with."""

from __future__ import annotations

from typing import Literal, NamedTuple

__all__ = ["Measure", "Outcome"]


class Measure(NamedTuple):
    """A monthly measure, declared in the folder of the mechanism that moves it."""

    unit: str
    adds_up: bool  #: whether steps and months add up
    meaning: str
    by_level: bool = False  #: also taken by level, as ``adoption_level_0`` and so on
    headline: int = 0  #: place among the first columns of every table; 0: after them
    drawn: bool = False  #: drawn over time in reports
    compared: bool = False  #: its difference is drawn over time too


class Outcome(NamedTuple):
    """One number of a run that scenarios are compared by."""

    label: str
    unit: str
    scale: float  #: from the model's unit to the one shown
    shown: str  #: the unit shown
    decimals: int
    measure: str
    #: How it follows from the measure's months: ``person_years`` weighs by headcount, ``end`` is
    #: the last of them, ``half_recovery`` is read off the mean curve.
    taken: Literal["mean", "sum", "person_years", "lowest", "end", "half_recovery"]
    #: Of which months: the whole run, the last twelve, or those from the first event of any of
    #: the scenarios compared: all of them, or the first or second twelve after its month.
    window: Literal["run", "last_year", "from_event", "year_after", "second_year"] = "run"
    given: str = ""  #: only runs in which this measure is 1 at the end; "": all
    chance: bool = False  #: a probability: its interval is that of counts of runs
    lost: str = ""  #: what an event takes away, of a half-recovery
    on_screen: bool = False  #: a row of the table on the screen
    spoken: bool = False  #: its sentences are printed below that table
    headline: int = 0  #: place among those that may give a report's first sentence; 0: none
    cost: str = ""  #: what it is in the table of costs: money, hours or years
