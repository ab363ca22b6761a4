"""The theory: one file per mechanism, each rule one small pure function with its source.

A rule takes numbers and, last, its mechanism's parameter group; it returns a number. It
has no loop, no array and no chance of its own: draws come in as arguments. The same
functions run compiled in the engine and as plain Python with a parameter group::

    >>> from simulation.theory.commitment import Commitment, rules
    >>> from simulation.theory.rules import plain
    >>> round(plain(rules.disappointment)(0.8, 0.3, Commitment(tolerance=0.1)), 2)
    0.4
"""

from __future__ import annotations

import importlib
import math
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from ..machine.compiled import compiled
from .declare import Action
from .parameters import GROUPS

if TYPE_CHECKING:
    import pandas

#: The practitioner's numbered actions (its first item is not in the text we have).
ACTIONS: dict[str, Action] = {
    name: sys.modules[group.__module__].ACTION
    for name, group in GROUPS.items()
    if hasattr(sys.modules[group.__module__], "ACTION")
}


def _place(mechanism: str) -> float:
    return ACTIONS[mechanism].number if mechanism in ACTIONS else math.inf


#: The folders of the theory, the numbered actions first, then in order of ``Parameters``.
MECHANISMS = tuple(
    sorted(
        (name for name, group in GROUPS.items() if group.__module__ == f"{__package__}.{name}"),
        key=_place,
    )
)


class Rule(NamedTuple):
    """A registered rule: its name, mechanism, source and the plain function."""

    name: str
    mechanism: str
    source: str
    function: Callable[..., Any]


_RULES: dict[str, Rule] = {}


def rule(source: str) -> Callable[[Callable[..., Any]], Any]:
    """Register a function as a rule of the mechanism in whose folder it is, and compile it.

    Parameters
    ----------
    source : str
        Keys of ``references.bib``, or "assumed: why".

    Raises
    ------
    TypeError
        The source is forgotten.
    """
    if not isinstance(source, str):
        raise TypeError('a rule states its source: @rule("key of references.bib; assumed: why")')

    def register(function: Callable[..., Any]) -> Any:
        _, _, mechanism = function.__module__.removesuffix(".rules").rpartition(".")
        _RULES[f"{mechanism}.{function.__name__}"] = Rule(
            function.__name__, mechanism, source, function
        )
        return compiled(inline=True)(function)

    return register


def plain(compiled_rule: Any) -> Callable[..., Any]:
    """Return a rule as the plain Python function that it was written as."""
    return getattr(compiled_rule, "py_func", compiled_rule)


def rules() -> list[Rule]:
    """Return every rule, in the order of mechanisms, within one as they are written."""
    for mechanism in MECHANISMS:
        importlib.import_module(f".{mechanism}.rules", __package__)
    return sorted(_RULES.values(), key=lambda rule: MECHANISMS.index(rule.mechanism))


def theory() -> pandas.DataFrame:
    """Return the table of mechanisms, one row per rule.

    Returns
    -------
    DataFrame
        Columns ``action`` (number in the source text, or missing), ``mechanism``,
        ``rule``, ``states`` (its sentence), ``source``, ``parameters``, ``observable``
        and ``off_scenario`` (the shipped scenario that switches the action off).
    """
    import pandas as pd

    rows = []
    for item in rules():
        number, _, scenario, observable = ACTIONS.get(item.mechanism, (None, "", "", ""))
        states = (item.function.__doc__ or "").strip().split("\n\n")[0].replace("\n    ", " ")
        rows.append(
            {
                "action": number,
                "mechanism": item.mechanism,
                "rule": item.name,
                "states": states,
                "source": item.source,
                "parameters": len(GROUPS[item.mechanism].model_fields),
                "observable": observable,
                "off_scenario": scenario,
            }
        )
    return pd.DataFrame(rows).astype({"action": "Int64"})
