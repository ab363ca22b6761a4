"""How numbers and tables are written for people: one formatter, one table writer."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

__all__ = ["NO_VALUE", "digits_for", "direction", "markdown", "number"]

#: What stands where there is no number.
NO_VALUE = "–"
MINUS = "\N{MINUS SIGN}"


def digits_for(*values: float) -> int:
    """Return how many decimals numbers want that are shown together: about three figures.

    Parameters
    ----------
    *values : float
        Those that are not finite do not count.
    """
    size = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    steps = ((100.0, 0), (10.0, 1), (0.1, 2), (0.01, 3))
    return next((digits for least, digits in steps if size >= least), 4 if size else 0)


def number(value: Any, digits: int | None = None, beyond: str = "beyond the run") -> str:
    """Return a number for reading: thousands apart, a true minus, no negative nought.

    Parameters
    ----------
    value : object
        What is no number is returned as text.
    digits : int, optional
        Decimals; default: about three figures, none for whole numbers.
    beyond : str
        What infinity is called.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if math.isnan(value):
        return NO_VALUE
    if math.isinf(value):
        return beyond
    if digits is None:
        digits = 0 if value == int(value) else digits_for(value)
    text = f"{value:,.{digits}f}"
    if not text.strip("-0.,"):
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def direction(low: float, high: float, digits: int) -> str:
    """Return whether an interval lies above or below 0 as it is printed, with so many decimals.

    Returns
    -------
    str
        ``"higher"``, ``"lower"``, or "" where it holds 0, ends there, or has no ends.
    """
    if round(low, digits) > 0.0:
        return "higher"
    return "lower" if round(high, digits) < 0.0 else ""


def markdown(header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> str:
    """Return a table in Markdown; cells are texts or numbers (:func:`number`)."""
    lines = [[_cell(name) for name in header], ["---"] * len(header)]
    lines += [[_cell(value) for value in row] for row in rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cell(value: Any) -> str:
    return " ".join(number(value).split()).replace("|", "\\|")
