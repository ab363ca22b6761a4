"""The one exception for mistakes in what a user gave us."""

from __future__ import annotations

import difflib
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
