"""Whether verdicts rest on an assumption: the same claims, tried with one thing changed.

A verdict *holds* if no assumption turns it from supported to not supported or back; where one does,
the claim *depends on* it. An unclear verdict turns nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ..errors import InputError
from ..scenarios.scenario import Scenario
from ..study.running import carry_out
from ..study.study import study_of
from .claims import NOT_SUPPORTED, SUPPORTED, Claim, Worlds, verdict

__all__ = ["judged", "tried", "turned"]


def _possible(scenario: Scenario) -> bool:
    """Return whether a scenario can be run: an organization may lack a seat or a level."""
    try:
        return bool(study_of([scenario], 1))
    except InputError:
        return False


def tried(
    scenarios: Sequence[Scenario],
    claims: Sequence[Claim],
    replications: int,
    out: str | Path | None = None,
    experiment: str = "",
    assumption: str = "",
) -> list[dict[str, Any]]:
    """Run scenarios and return what becomes of the first case of each claim that can be asked.

    Parameters
    ----------
    scenarios : sequence of Scenario
        Those that cannot be run in their organization are left out.
    claims : sequence of Claim
    replications : int
    out : path, optional
        Where runs are kept as they finish, a folder for each set of scenarios.
    experiment, assumption : str
        What each row says of itself.

    Returns
    -------
    list of dict
        ``experiment, claim, assumption, unit, value, low, high, verdict``.
    """
    possible = [one for one in scenarios if _possible(one)]
    study, known = study_of(possible, 1), {one.name for one in possible}
    kept = Path(out) / study.digest if out else None
    worlds = Worlds(carry_out(study, replications, out=kept).table)
    rows: dict[str, dict[str, Any]] = {}
    for claim in claims:
        asked = {claim.case, claim.against} <= known and worlds.has(claim.measure)
        if claim.text in rows or not asked:
            continue
        one = claim.finding(worlds, {})
        told = {"experiment": experiment, "claim": one.claim, "assumption": assumption}
        found = {"unit": one.unit, **one.estimate._asdict()}
        rows[claim.text] = told | found | {"verdict": verdict(one.estimate, one.bar, one.split)}
    return list(rows.values())


def turned(words: pd.Series, usual: str) -> list[str]:
    """Return the assumptions that turn the usual verdict; ``words``: verdict by assumption."""
    opposite = {SUPPORTED: NOT_SUPPORTED, NOT_SUPPORTED: SUPPORTED}.get(words[usual])
    return [str(name) for name, word in words.items() if word == opposite]


def judged(table: pd.DataFrame, assumptions: Sequence[str]) -> pd.DataFrame:
    """Return by claim what each assumption makes of it, and what the verdict depends on.

    Parameters
    ----------
    table : DataFrame
        Rows of :func:`tried` with ``experiment`` and ``assumption``.
    assumptions : sequence of str
        In order; the first is what is usual.

    Returns
    -------
    DataFrame
        ``experiment, claim``, a column an assumption, ``depends on`` ("holds" if on none).
    """
    crossed = table.pivot(index=["experiment", "claim"], columns="assumption", values="verdict")
    order = table[["experiment", "claim"]].drop_duplicates()
    crossed = crossed.loc[[tuple(row) for row in order.to_numpy()]]
    crossed = crossed[[name for name in assumptions if name in crossed]].fillna("not asked")
    depends = [", ".join(turned(words, assumptions[0])) for _, words in crossed.iterrows()]
    return crossed.assign(**{"depends on": [one or "holds" for one in depends]}).reset_index()
