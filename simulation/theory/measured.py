"""What a measure of a run is declared with."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Measure"]


class Measure(NamedTuple):
    """A monthly measure, declared in the folder of the mechanism that moves it."""

    unit: str
    adds_up: bool  #: whether steps and months add up
    meaning: str
    by_level: bool = False  #: also taken by level, as ``adoption_level_0`` and so on
    headline: int = 0  #: place among the first columns of every table; 0: after them
    drawn: bool = False  #: drawn over time in reports
    compared: bool = False  #: its difference is drawn over time too
