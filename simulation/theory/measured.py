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
    #: How it follows from the measure's months: ``person_years`` weighs by headcount,
    #: ``lowest`` is sought from the first event, ``half_recovery`` is read off the mean curve.
    taken: Literal["last_year", "mean", "sum", "person_years", "lowest", "half_recovery"]
    lost: str = ""  #: what an event takes away, of a half-recovery
    on_screen: bool = False  #: a row of the table on the screen
    spoken: bool = False  #: its sentences are printed below that table
    headline: int = 0  #: place among those that may give a report's first sentence; 0: none
    cost: str = ""  #: what it is in the table of costs: money, hours or years
