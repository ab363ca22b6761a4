"""Which bands exclude or strain each other, told from the candidates of a calibration.

Of candidates that were all run as often, some meet a band, some another. If the two had nothing
to do with each other, both would be met by the product of the shares. Bands *exclude* each other
when no candidate meets both, and *strain* each other when clearly fewer do than that: by Fisher's
exact test, with Holm's correction for the number of pairs (``holm1979``). Two numbers of the same
runs also share these runs' luck, the more so when one is divided by the other; how they go
together in different runs tells what is left without it.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .bands import SHARE_OF_RUNS, Pattern, standing, within

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["EXCLUDE", "STRAIN", "drawn_pairs", "told", "trade_offs"]

Array = NDArray[np.float64]
EXCLUDE, STRAIN, NONE, UNKNOWN = (
    "exclude each other",
    "strain each other",
    "no trade-off seen",
    "cannot be told",
)
#: The chance of calling any pair of a table a trade-off where there is none.
LEVEL = 0.05
#: Pairs that are drawn: those with a verdict, then the next.
DRAWN = 6
#: Vectors that should meet both bands by chance for none of them to tell anything: in one case of
#: a hundred and fifty none does.
ENOUGH = 5
COLUMNS = [
    *("first", "second", "candidates", "first_met", "second_met", "both_met", "p"),
    *("even", "even_both", "even_expected", "correlation", "apart"),
]


def trade_offs(
    numbers: pd.DataFrame,
    halves: tuple[pd.DataFrame, pd.DataFrame],
    even: pd.DataFrame,
    patterns: Mapping[str, Pattern],
) -> pd.DataFrame:
    """Return how each pair of bands is met together, the strongest trade-off first.

    Parameters
    ----------
    numbers : DataFrame
        A row a candidate, a column a number: what all its runs show.
    halves : two DataFrames
        The same from one half of the runs each.
    even : DataFrame
        The numbers in single runs of vectors spread evenly over the plausible ranges.
    patterns : mapping
        The bands, by key.

    Returns
    -------
    DataFrame
        ``first, second`` (keys), ``candidates``, ``first_met, second_met, both_met, expected``
        (shares), ``p`` (Fisher's, corrected), ``even, even_both, even_expected`` (vectors and
        shares of those spread evenly; a single run cannot tell a share of runs), ``correlation``
        (of ranks) and ``apart`` (the same with the two numbers from different runs), ``verdict``,
        ``better`` (the key of the better sourced, or "").
    """
    import pandas as pd

    good, spread = (_all_met(some, patterns) for some in (numbers, even))
    ranks, (one, other) = numbers.rank(), (half.rank() for half in halves)
    rows = []
    for a, b in itertools.combinations(patterns, 2):
        crossed = (one[a].corr(other[b]) + one[b].corr(other[a])) / 2.0
        count, one_met, other_met, both, _ = _met(spread[a], spread[b])
        single = SHARE_OF_RUNS not in (patterns[a].how, patterns[b].how)
        anywhere = (count, both, one_met * other_met) if single else (0, np.nan, np.nan)
        rows.append((a, b, *_met(good[a], good[b]), *anywhere, ranks[a].corr(ranks[b]), crossed))
    table = pd.DataFrame(rows, columns=COLUMNS)
    table.insert(6, "expected", table["first_met"] * table["second_met"])
    order = np.argsort(table["p"].to_numpy(), kind="stable")
    table["p"] = holm(table["p"].to_numpy())
    table["verdict"] = [_verdict(row) for row in table.itertuples()]
    table["better"] = [
        _better(patterns, a, b) for a, b in zip(table["first"], table["second"], strict=True)
    ]
    return table.iloc[order].reset_index(drop=True)


def _all_met(numbers: pd.DataFrame, patterns: Mapping[str, Pattern]) -> dict[str, pd.Series]:
    """Return by key whether each row meets the band."""
    return {key: numbers[key].map(lambda v, p=p: within(p, v)) for key, p in patterns.items()}


def _met(first: pd.Series, second: pd.Series) -> tuple[int, float, float, float, float]:
    """Return candidates, the shares that meet each and both, and Fisher's p of so few or fewer."""
    from scipy.stats import hypergeom

    count, a, b = len(first), int(first.sum()), int(second.sum())
    both = int((first & second).sum())
    varied = 0 < a < count and 0 < b < count
    p = float(hypergeom.cdf(both, count, a, b)) if varied else np.nan
    return count, a / count, b / count, both / count, p


def holm(p: Array) -> Array:
    """Return p-values corrected for their number, those that are NaN left out."""
    known = np.flatnonzero(np.isfinite(p))
    order = known[np.argsort(p[known], kind="stable")]
    found = np.full(len(p), np.nan)
    times = np.arange(len(order), 0, -1)
    found[order] = np.minimum(np.maximum.accumulate(p[order] * times), 1.0)
    return found


def _verdict(row: Any) -> str:
    if np.isnan(row.p):
        return UNKNOWN
    if row.p >= LEVEL:
        return NONE
    return EXCLUDE if row.both_met == 0.0 else STRAIN


def _better(patterns: Mapping[str, Pattern], first: str, second: str) -> str:
    """Return which of two bands is the better sourced, or nothing where they are equals."""
    a, b = standing(patterns[first]), standing(patterns[second])
    if a == b:
        return ""
    return first if a < b else second


def drawn_pairs(table: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs to draw: the strongest, of those that can be told."""
    return table[table["verdict"] != UNKNOWN].head(DRAWN)


# --------------------------------------------------------------------------------- in words


def told(
    table: pd.DataFrame,
    patterns: Mapping[str, Pattern],
    again: Mapping[str, float],
    runs: int,
) -> list[str]:
    """Return in sentences which bands exclude or strain each other, and which one is hardest.

    Parameters
    ----------
    table : DataFrame
        Of :func:`trade_offs`.
    patterns : mapping
    again : mapping
        By key, the share of accepted vectors that meet the band with new luck.
    runs : int
        Of each candidate.
    """
    return [
        _summary(table),
        *(
            _pair(row, patterns, again)
            for row in table.itertuples()
            if row.verdict in (EXCLUDE, STRAIN)
        ),
        _hardest(table, patterns, again, runs),
    ]


def _summary(table: pd.DataFrame) -> str:
    known = table[table["verdict"] != UNKNOWN]
    excluded, strained = ((known["verdict"] == word).sum() for word in (EXCLUDE, STRAIN))
    worst = known.iloc[int((known["both_met"] / known["expected"]).argmin())]
    tellable = known_evenly(table)
    never = int((tellable["even_both"] == 0.0).sum())
    return (
        f"Of {len(table)} pairs of bands {excluded or 'none'} exclude each other and "
        f"{strained or 'none'} strain each other; of {len(table) - len(known)} it cannot be told, "
        "since every candidate meets one of the two, or none does. Where fewest meet both of what "
        f"two bands that have nothing to do with each other would allow, {worst['both_met']:.0%} "
        f"do, where {worst['expected']:.0%} would. Candidates are drawn to meet all bands; of the "
        f"{int(table['even'].max()):,} vectors of the first wave, spread evenly over the plausible "
        f"ranges, {ENOUGH} or more should meet both bands of {len(tellable)} pairs by chance, and "
        + (f"of {never} of these pairs none does." if never else "of each of these pairs some do.")
    )


def known_evenly(table: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs of which vectors spread evenly would show that none can be met."""
    return table[table["even"] * table["even_expected"] >= ENOUGH]


def _pair(row: Any, patterns: Mapping[str, Pattern], again: Mapping[str, float]) -> str:
    a, b = (_named(patterns[key]) for key in (row.first, row.second))
    shared = abs(row.apart) < abs(row.correlation) / 2.0 or row.apart * row.correlation < 0.0
    luck = "; more than half of it is luck that both share in the same runs" * shared
    better = patterns[row.better] if row.better else None
    sources = " / ".join(dict.fromkeys(patterns[k].source for k in (row.first, row.second)))
    source = (
        f"The better sourced is “{better.measured}” ({better.source})"
        if better
        else f"Both are known equally well ({sources})"
    )
    return (
        f"{a} and {b} {row.verdict}: {row.both_met:.1%} of the candidates meet both, where "
        f"{row.expected:.1%} would if the two had nothing to do with each other (rank correlation "
        f"of the numbers {row.correlation:.2f}, in different runs {row.apart:.2f}{luck}). "
        f"{source}; both are fitted, and of the accepted vectors {again[row.first]:.0%} meet the "
        f"first with new luck, {again[row.second]:.0%} the second."
    )


def _hardest(
    table: pd.DataFrame, patterns: Mapping[str, Pattern], again: Mapping[str, float], runs: int
) -> str:
    """Return which band accepted vectors meet least, and what goes with it."""
    key = min(patterns, key=lambda one: again[one])
    p = patterns[key]
    own = table[(table["first"] == key) | (table["second"] == key)]
    share = own["first_met"].iloc[0] if own["first"].iloc[0] == key else own["second_met"].iloc[0]
    coarse = f" {_coarse(p, runs)}" if p.how == SHARE_OF_RUNS else ""
    known = own[own["verdict"] != UNKNOWN]
    partners = ""
    if len(known):
        ends = known.iloc[[0, int((known["both_met"] / known["expected"]).argmax())]]
        worst, best = (_beside(row, key, patterns) for row in ends.itertuples())
        partners = f" It goes worst with {worst}, best with {best}."
    return (
        f"The band that accepted vectors meet least is that of {_named(p)}: {again[key]:.0%} with "
        f"new luck, {share:.0%} of the candidates.{coarse}{partners}"
    )


def _beside(row: Any, key: str, patterns: Mapping[str, Pattern]) -> str:
    other = patterns[row.second if row.first == key else row.first]
    return (
        f"“{other.measured}” ({row.both_met:.1%} of the candidates meet both, where "
        f"{row.expected:.1%} would)"
    )


def _coarse(p: Pattern, runs: int) -> str:
    steps = [f"{k}" for k in range(runs + 1) if within(p, 100.0 * k / runs)]
    return (
        f"In {runs} runs of a candidate it can be met only by {' or '.join(steps) or 'no number'} "
        f"of {runs}, so that much of what is missed there is chance."
    )


def _named(p: Pattern) -> str:
    low, high = p.low, p.high
    ends = f"{low:g} to {high:g}"
    if np.isnan(low) or np.isnan(high):
        ends = f"up to {high:g}" if np.isnan(low) else f"above {low:g}"
    return f"“{p.measured}” ({ends} {p.unit})"
