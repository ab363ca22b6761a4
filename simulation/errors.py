"""The one exception for mistakes in what a user gave us."""

from __future__ import annotations

import difflib
import importlib.util
from collections.abc import Iterable


class InputError(Exception):
    """A mistake in the user's input, told in one sentence a person can act on.

    The command line prints the sentence and ends with exit code 2; it never
    shows a traceback for one of these. Programming errors stay Python's own.
    """


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
