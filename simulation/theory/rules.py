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
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from ..machine.compiled import compiled

if TYPE_CHECKING:
    import pandas

MECHANISMS = (
    "commitment",
    "invitation",
    "presence",
    "infrastructure",
    "succession",
    "role_models",
    "briefings",
    "adoption",
    "relationships",
    "engagement",
    "turnover",
)


class Rule(NamedTuple):
    """A registered rule: its name, mechanism, source and the plain function."""

    name: str
    mechanism: str
    source: str
    function: Callable[..., Any]


_RULES: dict[str, Rule] = {}


def rule(mechanism: str, source: str) -> Callable[[Callable[..., Any]], Any]:
    """Register a function as a rule of the theory and compile it.

    Parameters
    ----------
    mechanism : str
        The file and parameter group it belongs to.
    source : str
        Keys of ``references.bib``, or "assumed: why".
    """

    def register(function: Callable[..., Any]) -> Any:
        name = f"{mechanism}.{function.__name__}"
        _RULES[name] = Rule(function.__name__, mechanism, source, function)
        return compiled(function)

    return register


def plain(compiled_rule: Any) -> Callable[..., Any]:
    """Return a rule as the plain Python function that it was written as."""
    return getattr(compiled_rule, "py_func", compiled_rule)


def rules() -> list[Rule]:
    """Return every rule, in the order of mechanisms."""
    for mechanism in MECHANISMS:
        importlib.import_module(f".{mechanism}.rules", __package__)
    return list(_RULES.values())


#: The practitioner's numbered actions (its first item is not in the text we have).
ACTIONS = {
    "commitment": (
        2,
        "Be personally and organizationally committed, in talk and action",
        "no-commitment",
        "credibility, cynics_share",
    ),
    "invitation": (
        3,
        "Encourage and invite participation; recognise; make time",
        "no-invitation",
        "enquiries, joins_invitation, contact_hours",
    ),
    "presence": (
        4,
        "Continuously create value: be present",
        "absent-leaders",
        "presence, ownership",
    ),
    "infrastructure": (
        5,
        "Build the right infrastructure",
        "no-infrastructure",
        "infrastructure, programme_alive",
    ),
    "succession": (
        6,
        "Address the succession of mentoring leadership",
        "one-lead",
        "leads_in_post, months_without_lead",
    ),
    "role_models": (7, "Be role models of mentoring excellence", "no-role-models", "leader_action"),
    "briefings": (8, "Keep abreast of progress", "no-briefings", "currency, visible_value"),
}


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

    from .parameters import GROUPS

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
