"""What a column of the table of people is declared with."""

from __future__ import annotations

from typing import Literal, NamedTuple

__all__ = ["KEPT", "NEVER", "SET", "STEP", "Column"]

#: A step that never comes.
NEVER = -1_000_000
#: The value stays as it is.
KEPT = "kept"
#: The month's code sets the value in the same go.
SET = "set"
#: The step under way.
STEP = "step"


class Column(NamedTuple):
    """One quantity that belongs to the person in a seat and moves along.

    What it becomes is a number, a parameter's dotted name, :data:`STEP`, :data:`SET` or
    :data:`KEPT`.
    """

    kind: Literal["number", "count"]
    meaning: str
    unit: str
    start: float | str  #: of the first population
    on_hire: float | str  #: of somebody hired from outside
    on_move: float | str = KEPT  #: of somebody promoted or moved by a reorganization
