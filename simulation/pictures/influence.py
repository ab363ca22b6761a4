"""What an outcome hangs on, at column width: indices, interactions, ends of ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .figures import FAINT, INK, axis_label, measure_label, parameter_label
from .plates import (
    DOUBLE,
    DOWN,
    GREY,
    SMALL,
    TEXT,
    UP,
    _dress,
    _laid_out,
    _page,
    _sentences,
    _tall,
    _tick,
    _wrap,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["indices", "interactions", "tornado"]

#: Of each row, in mm; of what stands below the rows.
ROW, FOOT = 6.5, 12.0


def indices(table: pd.DataFrame, variance: pd.DataFrame, *, width: float = DOUBLE) -> Figure:
    """Draw first-order and total Sobol' indices with their intervals.

    Parameters
    ----------
    table : DataFrame
        Columns parameter, first, first_low, first_high, total, total_low, total_high; rows are
        drawn in their order, from the top.
    variance : DataFrame
        Columns source, share, low and high; told in the note.
    width : float
        In mm.
    """
    chance = variance.set_index("source").loc["chance"]
    note = _sentences(
        "Filled circle: total, with all interactions; open square: first order, by itself; lines: "
        "95 % intervals; grey: not clear of nought",
        f"Chance is {chance['share']:.0%} of a single run's variance ({chance['low']:.0%} to "
        f"{chance['high']:.0%})",
    )
    figure, axes, places = _rows(list(table["parameter"]), note, width)
    for key, shift, marker, colour in (("total", 0.16, "o", UP), ("first", -0.16, "s", DOWN)):
        for place, row in zip(places, table.to_dict("records"), strict=True):
            look = colour if row[f"{key}_low"] > 0.0 else GREY
            ends = [row[f"{key}_low"], row[f"{key}_high"]]
            axes.plot(ends, [place + shift] * 2, color=look, linewidth=1.0)
            face = look if key == "total" else "white"
            axes.plot(row[key], place + shift, marker, color=look, markersize=3.6, mfc=face)
    axes.axvline(0.0, color=INK, linewidth=0.6)
    _dress(axes, "Share of the variance that is the parameters'")
    axes.xaxis.set_major_formatter(lambda value, _: _tick(value))
    return _laid_out(figure)


def tornado(
    table: pd.DataFrame, measure: str, against: str = "", *, width: float = DOUBLE
) -> Figure:
    """Draw what a measure is at the lowest and at the highest fifth of each parameter.

    Parameters
    ----------
    table : DataFrame
        Columns parameter, at_lowest, at_highest; drawn widest first.
    measure : str
    against : str
        The scenario whose outcome at the same point is taken off; "": none.
    width : float
        In mm.
    """
    unit, meaning = measure_label(measure)
    ends = (100.0 if unit == "share" else 1.0) * table[["at_lowest", "at_highest"]].to_numpy(float)
    order = np.argsort(-np.abs(ends[:, 1] - ends[:, 0]))
    names = [table["parameter"].iloc[k] for k in order]
    note = "Light, hatched: lowest fifth of the range; dark: highest fifth; upright line: the mean."
    figure, axes, places = _rows(names, note, width)
    middle = float(np.nanmean(ends))
    looks: tuple[dict[str, Any], ...] = (
        {"color": "white", "edgecolor": DOWN, "hatch": "/////"},
        {"color": UP},
    )
    for place, k in zip(places, order, strict=True):
        both = zip(ends[k], looks, strict=True)
        for end, look in sorted(both, key=lambda one: -abs(one[0] - middle)):
            axes.barh(place, end - middle, 0.62, middle, linewidth=0.6, **look)
    axes.axvline(middle, color=INK, linewidth=0.6)
    told = f"{meaning}, less that of {against}" if against else meaning
    _dress(axes, _wrap(axis_label(told, unit), 0.6 * width))
    axes.xaxis.set_major_formatter(lambda value, _: _tick(value))
    return _laid_out(figure)


def interactions(pairs: pd.DataFrame, *, width: float = DOUBLE) -> Figure:
    """Draw second-order indices as a triangle; colour only where the interval is clear of nought.

    Parameters
    ----------
    pairs : DataFrame
        Columns first, second, index, low, high.
    width : float
        In mm.
    """
    names = sorted({*pairs["first"], *pairs["second"]})
    clear = (pairs["low"] > 0.0) | (pairs["high"] < 0.0)
    most = max([0.02, *pairs["index"].abs()[clear]])
    cell = min(17.0, 0.7 * width / max(len(names) - 1, 1))
    heads = [_wrap(parameter_label(name, unit=False), cell - 0.6, SMALL) for name in names[:-1]]
    tall = ROW * (len(names) - 1) + max(_tall(one, SMALL) for one in heads) + 4.0
    note = "Second-order index of each pair; colour and bold: its 95 % interval is clear of nought."
    figure = _page(width, tall, note)
    axes = figure.add_subplot()
    for row, told in zip(pairs.to_dict("records"), clear, strict=True):
        j, k = sorted((names.index(row["first"]), names.index(row["second"])))
        _cell(axes, j, k, row["index"], min(abs(row["index"]) / most, 1.0) if told else 0.0)
    axes.set_xlim(-0.5, len(names) - 1.5)
    axes.set_ylim(len(names) - 0.5, 0.5)
    _dress(axes)
    axes.set_xticks(range(len(names) - 1), heads)
    axes.set_yticks(range(1, len(names)), [parameter_label(one, unit=False) for one in names[1:]])
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)
    return _laid_out(figure)


def _cell(axes: Axes, x: int, y: int, value: float, strength: float) -> None:
    """Draw a cell with its number: white without strength, dark with much."""
    from matplotlib.colors import to_rgba
    from matplotlib.patches import Rectangle

    face = to_rgba(UP, 0.25 + 0.6 * strength) if strength else "white"
    look: dict[str, Any] = {"facecolor": face, "edgecolor": FAINT, "linewidth": 0.4}
    axes.add_patch(Rectangle((x - 0.47, y - 0.45), 0.94, 0.9, **look))
    told: dict[str, Any] = {"fontsize": TEXT, "fontweight": "bold" if strength else "normal"}
    colour = "white" if strength > 0.7 else INK
    axes.text(x, y, f"{value:.2f}", ha="center", va="center", color=colour, **told)


def _rows(names: list[str], note: str, width: float) -> tuple[Figure, Axes, list[int]]:
    """Return a figure with a row a parameter, its panel, and the rows' places from the top."""
    figure = _page(width, ROW * len(names) + FOOT, note)
    axes = figure.add_subplot()
    places = list(range(len(names)))[::-1]
    _dress(axes)
    labels = [_wrap(parameter_label(name), 0.32 * width, SMALL) for name in names]
    axes.set_yticks(places, labels)
    axes.set_ylim(-0.6, len(names) - 0.4)
    axes.grid(axis="x", color=FAINT, linewidth=0.3)
    axes.set_axisbelow(True)
    return figure, axes, places
