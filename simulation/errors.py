"""The one exception for mistakes in what a user gave us."""

from __future__ import annotations

import difflib
import importlib.util
import operator
from collections.abc import Iterable
from typing import Any


class InputError(Exception):
    """A mistake in the user's input, told in one sentence a person can act on.

    The command line prints the sentence and ends with exit code 2; it never
    shows a traceback for one of these. Programming errors stay Python's own.
    """


class EndedEarlyError(InputError):
    """Work that was ended before it could say anything; what was finished is kept."""


class LostError(InputError):
    """Workers that were lost on the way, by no mistake of the user's; what was finished is kept."""


def nearest(name: str, names: Iterable[str]) -> str:
    """Return " Did you mean 'x'?" for the valid name closest to ``name``, or "".

    Parameters
    ----------
    name : str
        What the user wrote.
    names : iterable of str
        The valid names.
    """
    matches = difflib.get_close_matches(str(name), [str(n) for n in names], n=1, cutoff=0.55)
    return f" Did you mean '{matches[0]}'?" if matches else ""


def whole_number(value: Any, what: str, low: int, high: int) -> int:
    """Return a whole number of the user's, also one of NumPy's, as Python's own.

    Raises
    ------
    InputError
        It is no whole number (1.7 is not 1, "30" is not 30, True is not 1) or out of range.
    """
    try:
        if isinstance(value, bool):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        raise InputError(f"{what} must be a whole number, not {value!r}") from None
    if not low <= number <= high:
        end = "2^63 - 1" if high == 2**63 - 1 else f"{high:,}"
        raise InputError(f"{what} must be a whole number from {low} to {end}, not {number}")
    return number


def check_name(name: Any, names: Iterable[str], what: str) -> None:
    """Raise an InputError unless a name is among the valid ones; the nearest is named."""
    known = list(names)
    if name not in known:
        raise InputError(f"there is no {what} '{name}'.{nearest(name, known)}")


def need(module: str, extra: str, what: str) -> None:
    """Raise an InputError if an optional package is not installed.

    Parameters
    ----------
    module : str
        What is imported.
    extra : str
        The extra of this project that brings it.
    what : str
        What cannot be done without it.
    """
    if importlib.util.find_spec(module) is None:
        raise InputError(f"{what} needs {module}: install mentoring-simulation[{extra}]")
