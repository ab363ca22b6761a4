"""A calibration in small tables, as a page shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .bands import ALL_PATTERNS, NOT_FITTED
from .calibration import Calibration

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["met_again", "shown_again", "unfitted", "waves"]


def waves(found: Calibration) -> pd.DataFrame:
    """Return the share of vectors by patterns met (without the signs), a row a wave."""
    crossed = found.waves.pivot(index="wave", columns="patterns_met", values="share").fillna(0.0)
    crossed = (100.0 * crossed).round(0).astype(int)
    crossed.columns = [f"{count} met, %" for count in crossed.columns]
    vectors = found.waves.groupby("wave")["vectors"].first()
    return crossed.reset_index().assign(vectors=vectors.to_numpy())


def unfitted(found: Calibration) -> pd.DataFrame:
    """Return how many vectors show each sign before signs are fitted."""
    share = (100.0 * found.signs["share"]).round().astype(int)
    return found.signs[["sign"]].assign(**{"vectors that show it, %": share})


def met_again(found: Calibration) -> pd.DataFrame:
    """Return how many accepted vectors meet how many patterns with new luck."""
    import pandas as pd

    counts = pd.Series(found.checked).value_counts().sort_index(ascending=False)
    whole = len({pattern.number for pattern in ALL_PATTERNS.values()} - set(NOT_FITTED))
    return pd.DataFrame(
        {
            f"patterns met, of {whole}": counts.index,
            "vectors": counts.to_numpy(),
        }
    )


def shown_again(found: Calibration) -> pd.DataFrame:
    """Return how many accepted vectors show each number with new luck."""
    bands = found.bands().dropna(subset="share")
    share = (100.0 * bands["share"]).round().astype(int)
    return bands[["number", "measured"]].assign(**{"vectors that show it, %": share})
