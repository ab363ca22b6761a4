"""Figures at a journal's column width: what experiments show, in print and on a slide.

A table in, a matplotlib ``Figure`` out, as in :mod:`.figures`. Sizes are millimetres, text is
7 points, and what is not clear of chance has no colour. A unit ``share`` is shown in per cent.
Every figure comes laid out: nothing moves when it is saved, so both files of :func:`save` agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import words
from . import figures
from .figures import FAINT, INK, LINES, MARKERS, PALETTE, UNITS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Annotation

__all__ = [
    "DOUBLE",
    "SINGLE",
    "boundaries",
    "dose",
    "effects",
    "matrix",
    "over_time",
    "save",
    "surface",
]

#: Widths of one column and of two, in mm.
SINGLE, DOUBLE = 89, 183
#: Points of text, of small text, of a panel's letter.
TEXT, SMALL, LETTER = 7.0, 6.0, 8.0
#: Dots an inch of a printed picture; figures are laid out at it.
DPI = 300
UP, DOWN, GREY = PALETTE[1], PALETTE[2], PALETTE[7]
#: Cells of a map that still show their numbers.
MOST_NUMBERS = 60
INCH, POINT = 25.4, 25.4 / 72  # mm


# --- text ------------------------------------------------------------------------------


@cache
def _font(size: float, bold: bool) -> tuple[Any, Any]:
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextToPath

    return TextToPath(), FontProperties(size=size, weight="bold" if bold else "normal")


def _long(text: str, size: float = TEXT, bold: bool = False) -> float:
    """Return how long a line of text is, in mm."""
    measure, font = _font(size, bold)
    width = max(measure.get_text_width_height_descent(one, font, False)[0] for one in _lines(text))
    return float(width) * POINT


def _lines(text: str) -> list[str]:
    return text.split("\n")


def _tall(text: str, size: float = TEXT) -> float:
    """Return how tall a text is with all its lines, in mm."""
    return len(_lines(text)) * 1.25 * size * POINT if text else 0.0


def _wrap(text: str, width: float, size: float = TEXT, bold: bool = False) -> str:
    """Return the text in lines of at most so many mm; a word that is longer is divided."""
    done: list[str] = []
    for paragraph in _lines(str(text)):
        line = ""
        for word in _parts(paragraph, width, size, bold):
            longer = f"{line} {word}".strip()
            if line and _long(longer, size, bold) > width:
                done.append(line)
                longer = word
            line = longer
        done.append(line)
    return "\n".join(done)


def _parts(text: str, width: float, size: float, bold: bool) -> list[str]:
    """Return the words of a text, those that are too long in pieces: divided at a mark, if any."""
    parts = []
    for rest in text.split():
        while _long(rest, size, bold) > width and len(rest) > 3:
            fits = [n for n in range(1, len(rest)) if _long(rest[:n], size, bold) <= width] or [1]
            marks = [n for n in fits if rest[n - 1] in "._-/"]
            cut = (marks or fits)[-1]
            parts.append(rest[:cut])
            rest = rest[cut:]
        parts.append(rest)
    return parts


def _sentences(*told: str) -> str:
    """Return texts one after the other, each ended by a full stop."""
    return " ".join(one if one.endswith((".", "!", "?")) else f"{one}." for one in told if one)


def _unit(unit: str, difference: bool = True) -> str:
    if unit == "share":
        return "percentage points" if difference else "%"
    return UNITS.get(unit, unit)


def _scale(unit: str) -> float:
    return 100.0 if unit == "share" else 1.0


def _labelled(label: str, unit: str) -> str:
    return f"{label} ({unit})" if unit and unit not in label else label


# --- the page --------------------------------------------------------------------------


def _page(width: float, height: float, note: str) -> Figure:
    """Return an empty figure of so many mm, with its note below and that much higher."""
    from matplotlib.figure import Figure

    told = _wrap(note, width - 4.0, SMALL) if note else ""
    foot = _tall(told, SMALL) + 2.0 if told else 0.0
    whole = height + foot
    size = (width / INCH, whole / INCH)
    figure = Figure(figsize=size, dpi=DPI, layout="constrained", facecolor="white")
    engine: Any = figure.get_layout_engine()
    edge, share = 1.0 / INCH, foot / whole
    engine.set(w_pad=edge, h_pad=edge, wspace=0.02, hspace=0.02, rect=(0, share, 1, 1 - share))
    if told:
        place = {"x": 2.0 / width, "y": 1.0 / whole, "va": "bottom", "ha": "left"}
        figure.text(s=told, fontsize=SMALL, color="#555555", linespacing=1.15, **place)  # type: ignore[arg-type]
    return figure


def _laid_out(figure: Figure, labels: Sequence[Annotation] = ()) -> Figure:
    """Lay the figure out now, with room for labels beside the panels, and hold it there."""
    from matplotlib.text import Text

    engine: Any = figure.get_layout_engine()
    for _ in range(3 if labels else 1):  # what stands beside panels is known once they have a size
        figure.draw_without_rendering()
        for one in labels:
            one.set_position((_beside_panel(one.axes), one.get_position()[1]))
        right = max((Text.get_window_extent(one).x1 for one in labels), default=0.0)
        beyond = (right + 0.5 * DPI / INCH) / (figure.get_figwidth() * DPI) - 1.0
        if beyond > 0.0:
            x, y, across, up = engine.get()["rect"]
            engine.set(rect=(x, y, across - beyond, up))
    figure.set_layout_engine("none")
    return figure


def _dress(axes: Axes, x: str = "", y: str = "") -> None:
    axes.set_xlabel(x, fontsize=TEXT, color=INK, labelpad=2)
    axes.set_ylabel(y, fontsize=TEXT, color=INK, labelpad=2)
    axes.tick_params(labelsize=SMALL, color=FAINT, labelcolor=INK, width=0.5, length=2, pad=1.5)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set(color=FAINT, linewidth=0.5)


def _minus(axes: Axes) -> None:
    """Write ticks as the text writes numbers."""
    for axis in (axes.xaxis, axes.yaxis):
        if axis.get_scale() == "linear":
            axis.set_major_formatter(lambda value, _: _tick(value))


def _tick(value: Any) -> str:
    if isinstance(value, str):
        return value
    number = round(float(value), 10)
    text = f"{number:,.10f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text.replace("-", words.MINUS)


def _grid(figure: Figure, count: int, most: int, **more: Any) -> tuple[list[Axes], int]:
    """Return so many panels in rows of at most ``most``, and how many stand in a row."""
    columns = min(most, count)
    lines = -(-count // columns)
    panels = list(figure.subplots(lines, columns, squeeze=False, **more).ravel())
    for axes in panels[count:]:
        axes.remove()
    return panels[:count], columns


#: Points that a line of a title, and of a small note, takes.
TITLE_LINE, NOTE_LINE = 1.22 * TEXT, 1.2 * SMALL


def _head(axes: Axes, letter: str, title: str, note: str, top: float) -> None:
    """Write letter, title and note above a panel, from so many points above it downwards."""
    look: dict[str, Any] = {"xy": (0, 1), "xycoords": "axes fraction", "va": "top", "ha": "left"}
    look |= {"textcoords": "offset points", "color": INK, "annotation_clip": False}
    indent = max(9.0, 3.0 + _long(letter, LETTER, bold=True) / POINT) if letter else 0.0
    if letter:
        axes.annotate(letter, xytext=(0, top + 0.6), fontsize=LETTER, weight="bold", **look)
    if title:
        axes.annotate(title, xytext=(indent, top), fontsize=TEXT, linespacing=1.1, **look)
        top -= TITLE_LINE * len(_lines(title)) + 1.0
    if note:
        axes.annotate(note, xytext=(indent, top), fontsize=SMALL, linespacing=1.1, **look)


def _heads(
    panels: Sequence[Axes],
    columns: int,
    titles: Sequence[str],
    notes: Sequence[str] = (),
) -> None:
    """Write what stands above the panels, beginning at one height in each row of them."""
    notes = notes or [""] * len(titles)
    needed = [
        3.0 + TITLE_LINE * len(_lines(title)) + (1.0 + NOTE_LINE * len(_lines(note))) * bool(note)
        for title, note in zip(titles, notes, strict=True)
    ]
    for place, axes in enumerate(panels):
        start = place - place % columns
        letter = chr(ord("a") + place) if len(panels) > 1 else ""
        top = max(needed[start : start + columns])
        _head(axes, letter, titles[place], notes[place], top)


def _clear(rows: pd.DataFrame) -> np.ndarray:
    """Return 1 where the interval lies above zero, -1 below, 0 where it holds it or has no ends."""
    low, high = rows["low"].to_numpy(float), rows["high"].to_numpy(float)
    return np.where(low > 0.0, 1, np.where(high < 0.0, -1, 0))


# --- over time -------------------------------------------------------------------------


def over_time(
    table: pd.DataFrame,
    *,
    event: int | None = None,
    unit: str,
    label: str,
    titles: Mapping[str, str] | None = None,
    beside: Mapping[str, tuple[str, str]] | None = None,
    notes: Mapping[str, str] | None = None,
    note: str = "",
    width: float = DOUBLE,
) -> Figure:
    """Draw a difference by month, a panel a scenario, all on one scale.

    Parameters
    ----------
    table : DataFrame
        Columns scenario, month, mean (or difference), low, high; panels stand in the order of
        ``titles``, else of rows. A curve has colour only where its interval excludes zero.
    event : int, optional
        The month marked, from which time is counted.
    unit, label : str
        Of the vertical axis.
    titles : mapping, optional
        Scenario to its panel's title; without, all scenarios under their names.
    beside : mapping, optional
        Scenario to another one, whose curve its panel shows in grey, and to what that is called.
    notes : mapping, optional
        Scenario to what stands under its title: a verdict and numbers.
    note : str
        Written below: of how many runs and people.
    width : float
    """
    table = table.rename(columns={"difference": "mean"})
    by_name = {str(name): rows for name, rows in table.groupby("scenario", sort=False)}
    titles = {name: name for name in by_name} if titles is None else titles
    names = [name for name in titles if name in by_name]
    most = 3 if width > 120 else 1 + (len(names) > 3)
    columns = min(most, len(names))
    room = (width - 14.0) / columns - 6.0
    heads = [_wrap(titles[name], room - 3.0) for name in names]
    told = [_wrap((notes or {}).get(name, ""), room - 3.0, SMALL) for name in names]
    tall = max(_tall(one) for one in heads) + max(_tall(one, SMALL) for one in told)
    figure = _page(width, 8.0 + -(-len(names) // columns) * (28.0 + tall), note)
    panels, columns = _grid(figure, len(names), most, sharex=True, sharey=True)
    start, scale = event or 0, _scale(unit)
    for axes, name in zip(panels, names, strict=True):
        _difference(axes, by_name[name], start, scale)
        if event is not None:
            axes.axvline(0.0, color=FAINT, linestyle=(0, (3, 2)), linewidth=0.6, zorder=1)
        _dress(axes)
    _time_axis(panels, columns, event)
    _heads(panels, columns, heads, told)
    _side_label(figure, _labelled(label, _unit(unit)))
    others = {
        axes: (by_name[beside[name][0]], beside[name][1])
        for axes, name in zip(panels, names, strict=True)
        if beside and name in beside
    }
    for axes, (rows, _) in others.items():
        look: dict[str, Any] = {"color": "#666666", "linewidth": 0.7, "zorder": 2}
        axes.plot(rows["month"] - start, scale * rows["mean"], **look)
    _laid_out(figure)
    for axes, (rows, said) in others.items():
        _beside_label(axes, rows["month"].to_numpy(float) - start, scale * rows["mean"], said)
    return figure


def _side_label(figure: Figure, text: str) -> None:
    """Write what all vertical axes show, beside the middle of the panels."""
    engine: Any = figure.get_layout_engine()
    _, foot, _, share = engine.get()["rect"]
    room = share * figure.get_figheight() * INCH - 4.0
    figure.supylabel(_wrap(text, room), y=foot + share / 2, fontsize=TEXT, color=INK)


def _difference(axes: Axes, rows: pd.DataFrame, start: int, scale: float) -> None:
    """Draw a difference with its interval: grey, and in colour where that excludes zero."""
    months, clear = rows["month"].to_numpy(float) - start, _clear(rows)
    mean, low, high = (scale * rows[side].to_numpy(float) for side in ("mean", "low", "high"))
    axes.axhline(0.0, color=INK, linewidth=0.5, zorder=1.5)
    axes.fill_between(months, low, high, color=GREY, alpha=0.25, linewidth=0)
    axes.plot(months, mean, color=GREY, linewidth=1.1, zorder=2.5)
    for side, colour in ((1, UP), (-1, DOWN)):
        here = clear == side
        if here.any():
            axes.fill_between(months, low, high, where=here, color=colour, alpha=0.3, linewidth=0)
            axes.plot(months, np.where(here, mean, np.nan), color=colour, linewidth=1.3, zorder=3)
    axes.set_xlim(months.min(), max(months.max(), months.min() + 1))


def _time_axis(panels: Sequence[Axes], columns: int, event: int | None) -> None:
    """Count in years where months are many; label the lowest panel of each column."""
    low = min(axes.get_xlim()[0] for axes in panels)
    high = max(axes.get_xlim()[1] for axes in panels)
    years = high - low > 36
    steps = (12, 24, 60, 120, 240, 600) if years else (1, 2, 3, 6, 12)
    step = next((one for one in steps if (high - low) / one <= 6.5), steps[-1])
    ticks = np.arange(np.ceil(low / step) * step, high + 1e-9, step)
    name = ("Years" if years else "Months") + (" since the event" if event is not None else "")
    for place, axes in enumerate(panels):
        axes.set_xlim(low, high)
        axes.set_xticks(ticks, [_tick(one / 12 if years else one) for one in ticks])
        lowest = place + columns >= len(panels)
        axes.tick_params(labelbottom=lowest)
        if lowest:
            axes.set_xlabel(name, fontsize=TEXT, color=INK, labelpad=2)
    _minus_y(panels[0])


def _minus_y(axes: Axes) -> None:
    axes.yaxis.set_major_formatter(lambda value, _: _tick(value))
    axes.locator_params(axis="y", nbins=5)


def _beside_label(axes: Axes, x: np.ndarray, y: Any, text: str) -> None:
    """Write a curve's name at it, where it covers least of what the panel shows."""
    from matplotlib.transforms import Bbox

    label = axes.text(0, 0, text, fontsize=SMALL, color="#555555", va="bottom", ha="left")
    size = label.get_window_extent()
    frame, curves = axes.get_window_extent(), _drawn(axes)
    best, least = (0.0, 0.0), np.inf
    for px, py in axes.transData.transform(np.column_stack([x, np.asarray(y, float)])):
        for dx in (-size.width / 2, 0.0, -size.width):
            for dy in (6.0, -size.height - 6.0):
                left = min(max(px + dx, frame.x0 + 4), frame.x1 - size.width - 2)
                box = Bbox.from_bounds(left, py + dy, size.width, size.height)
                inside = frame.y0 <= box.y0 and box.y1 <= frame.y1
                hit = _inside(curves, box) + (0.0 if inside else 1e6)
                if hit < least:
                    best, least = (box.x0, box.y0), hit
    label.set_position(tuple(axes.transData.inverted().transform(best)))


def _drawn(axes: Axes) -> np.ndarray:
    """Return points on all lines of a panel and on its bands' edges, in pixels."""
    points = []
    for line in axes.lines:
        xy = line.get_transform().transform(np.column_stack(line.get_data(orig=False)))
        xy = xy[np.isfinite(xy).all(axis=1)]
        points += [np.linspace(a, b, 25) for a, b in pairwise(xy)]
    for band in axes.collections:
        points += [axes.transData.transform(path.vertices) for path in band.get_paths()]
    return np.concatenate(points) if points else np.empty((0, 2))


def _inside(points: np.ndarray, box: Any) -> float:
    x, y = points[:, 0], points[:, 1]
    return float(((x > box.x0 - 4) & (x < box.x1 + 4) & (y > box.y0 - 3) & (y < box.y1 + 3)).sum())


# --- dose and response -----------------------------------------------------------------


def dose(
    table: pd.DataFrame,
    *,
    x: str,
    y: str,
    series: str = "series",
    panel: str = "panel",
    unit: str = "",
    widths: Sequence[float] | None = None,
    note: str = "",
    width: float = DOUBLE,
) -> Figure:
    """Draw how a value answers a dose: curves with bands, named at their ends.

    Parameters
    ----------
    table : DataFrame
        Columns panel, series (both optional), x, value, low, high, and ``y`` where panels have
        their own label. A positive x over more than a hundredfold has a logarithmic axis; texts
        are steps in their order.
    x, y : str
        Labels of the axes.
    series, panel : str
        Columns of curves and of panels.
    unit : str
        Of the values; added to ``y`` unless it stands there.
    widths : sequence of float, optional
        How wide panels are beside each other.
    note : str
    width : float
    """
    table = table.assign(**{one: "" for one in (series, panel) if one not in table})
    names, kinds = (list(dict.fromkeys(table[one].astype(str))) for one in (panel, series))
    most = len(widths) if widths else 3 if width > 120 else 1
    columns = min(most, len(names))
    room = (width - 4.0) / columns
    asked = min(30.0, 0.36 * room)
    said = {kind: _wrap(kind, asked) for kind in kinds}
    tall = sum(_tall(one) + 0.6 for one in said.values())
    heads = [_wrap(name, room - 14.0) for name in names]
    height = max(38.0, tall + 4.0) + 9.0 + max(_tall(one) for one in heads)
    figure = _page(width, -(-len(names) // columns) * height + 2.0, note)
    panels, columns = _grid(figure, len(names), most, width_ratios=widths)
    labels = []
    for axes, name in zip(panels, names, strict=True):
        rows = table[table[panel].astype(str) == name]
        ends = _curves(axes, rows, series, kinds, _scale(unit))
        own = str(rows["y"].iloc[0]) if "y" in rows else _labelled(y, _unit(unit, False))
        first = panels.index(axes) % columns == 0 or "y" in rows
        _dress(axes, _wrap(x, room - 14.0), _wrap(own, 42.0) if first else "")
        _dose_axis(axes, rows["x"], (room - asked - 12.0))
        _zero(axes)
        labels.append(_end_labels(axes, ends, said))
    _heads(panels, columns, heads)
    _laid_out(figure, [one for ends_of in labels for one in ends_of])
    for axes, ends_of in zip(panels, labels, strict=True):
        _settle(axes, ends_of)
    return figure


def _places(column: pd.Series) -> tuple[np.ndarray, list[str]]:
    """Return where values stand on the axis, and the names of steps if they are texts."""
    if any(isinstance(one, str) for one in column):
        steps = list(dict.fromkeys(str(one) for one in column))
        return np.array([steps.index(str(one)) for one in column], float), steps
    return column.to_numpy(float), []


def _curves(
    axes: Axes, rows: pd.DataFrame, series: str, kinds: Sequence[str], scale: float
) -> dict[str, tuple[float, float, str]]:
    """Draw a line, marks and a band a series; return each one's end and colour."""
    at, _ = _places(rows["x"])
    ends = {}
    for place, kind in enumerate(kinds):
        mine = (rows[series].astype(str) == kind).to_numpy()
        if not mine.any():
            continue
        order = np.argsort(at[mine], kind="stable")
        where = at[mine][order]
        value, low, high = (
            scale * rows.loc[mine, side].to_numpy(float)[order] for side in ("value", "low", "high")
        )
        colour = PALETTE[1 + place % 6]
        axes.fill_between(where, low, high, color=colour, alpha=0.18, linewidth=0)
        few = len(where) <= 12
        look: dict[str, Any] = {"linestyle": LINES[place % len(LINES)], "linewidth": 1.1}
        look |= {"marker": MARKERS[place % len(MARKERS)], "markersize": 2.6} if few else {}
        axes.plot(where, value, color=colour, **look)
        finite = np.flatnonzero(np.isfinite(value))
        if len(finite):
            ends[kind] = (where[finite[-1]], value[finite[-1]], colour)
    return ends


def _dose_axis(axes: Axes, column: pd.Series, room: float) -> None:
    at, steps = _places(column)
    values = np.unique(at)
    _minus_y(axes)
    if steps:
        slot = room / len(steps)
        axes.set_xticks(range(len(steps)), [_wrap(one, max(slot, 9.0), SMALL) for one in steps])
        axes.set_xlim(-0.15, len(steps) - 0.85)
        if slot < 9.0:
            axes.set_xticks(range(len(steps)), steps, rotation=40, ha="right")
        return
    if values[0] > 0 and values[-1] / values[0] > 100:
        from matplotlib.ticker import NullLocator

        axes.set_xscale("log")
        axes.xaxis.set_minor_locator(NullLocator())
        at = np.log(values)
    else:
        at = values
    if len(values) > 12:
        axes.locator_params(axis="x", nbins=5)
        axes.xaxis.set_major_formatter(lambda value, _: _tick(value))
        return
    shown = _apart(values, room * (at - at[0]) / (np.ptp(at) or 1.0))
    axes.set_xticks(shown, [_tick(one) for one in shown])


def _apart(values: np.ndarray, at: np.ndarray) -> list[float]:
    """Return the values whose names, written at so many mm, leave room between each other."""
    shown, edge = [], -np.inf
    for value, middle in zip(values, at, strict=True):
        half = _long(_tick(value), SMALL) / 2
        if middle - half > edge + 1.0:
            shown.append(float(value))
            edge = middle + half
    return shown


def _zero(axes: Axes) -> None:
    low, high = axes.get_ylim()
    if low < 0.0 < high:
        axes.axhline(0.0, color=INK, linewidth=0.5, zorder=1.5)


def _end_labels(
    axes: Axes, ends: Mapping[str, tuple[float, float, str]], said: Mapping[str, str]
) -> list[Annotation]:
    """Write each curve's name right of the panel, joined to the curve's end."""
    return [
        axes.annotate(
            said[kind],
            (x, y),
            xytext=(1.06, 0.5),
            textcoords="axes fraction",
            va="center",
            ha="left",
            fontsize=TEXT,
            color=colour,
            linespacing=1.1,
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": colour,
                "linewidth": 0.4,
                "shrinkA": 0.5,
                "shrinkB": 1.5,
                "relpos": (0.0, 0.5),
            },
        )
        for kind, (x, y, colour) in ends.items()
        if kind
    ]


def _settle(axes: Axes, labels: Sequence[Annotation]) -> None:
    """Move labels to the heights of their curves' ends, apart from each other."""
    from matplotlib.text import Text

    frame = axes.get_window_extent()
    heights = [(Text.get_window_extent(one).height + 5.0) / frame.height for one in labels]
    wanted = [(axes.transData.transform(one.xy)[1] - frame.y0) / frame.height for one in labels]
    order = sorted(range(len(labels)), key=wanted.__getitem__)
    places = figures._spread([wanted[k] for k in order], [heights[k] for k in order])
    for k, place in zip(order, places, strict=True):
        labels[k].set_position((_beside_panel(axes), place))


def _beside_panel(axes: Any) -> float:
    """Return where labels begin right of a panel, in widths of it: 11 points away."""
    return float(1.0 + 11.0 / (axes.get_window_extent().width / DPI * 72))


# --- findings --------------------------------------------------------------------------


def effects(table: pd.DataFrame, *, note: str = "", width: float = DOUBLE) -> Figure:
    """Draw findings with their intervals, a row each and a block a unit.

    Parameters
    ----------
    table : DataFrame
        Columns claim, case, measured, unit, value, low, high, at_least (drawn as a tick) and
        verdict, which stands at the right. Colour only where the verdict is clear.
    note : str
    width : float
    """
    left, right = (0.4 * width, 0.2 * width) if width > 120 else (0.42 * width, 0.2 * width)
    blocks = [
        (str(unit), _rows(block, left - 5.0, right - 3.0))
        for unit, block in table.groupby("unit", sort=False)
    ]
    gap, foot = 3.0, 9.0
    height = sum(sum(row["tall"] for row in rows) + gap + foot for _, rows in blocks)
    figure = _page(width, height + 1.0, _sentences(note, EFFECTS))
    figure.set_layout_engine("none")
    whole = figure.get_figheight() * INCH
    top = 0.0
    for unit, rows in blocks:
        tall = sum(row["tall"] for row in rows)
        top += gap
        box = (
            left / width,
            1.0 - (top + tall) / whole,
            (width - left - right) / width,
            tall / whole,
        )
        axes = figure.add_axes(box)
        _effects_block(axes, rows, _scale(unit), (left, right))
        _dress(axes, _unit(unit))
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)
        top += tall + foot
    return _laid_out(figure)


#: How a forest is read.
EFFECTS = (
    "Point and 95 % interval; upright tick: the least that would matter. Filled circle: supported; "
    "filled square: not supported; open, grey: neither is clear."
)


def _rows(block: pd.DataFrame, left: float, right: float) -> list[dict[str, Any]]:
    """Return the lines of a block: a claim over its cases, or both in one line."""
    rows: list[dict[str, Any]] = []
    one_measure = block["measured"].nunique() == 1
    cases = block["claim"].value_counts()
    before = None
    records: list[Any] = block.to_dict("records")
    for record in records:
        claim, case = (_said(record[key], 0) for key in ("claim", "case"))
        claim = claim[:1].upper() + claim[1:]
        several = cases[record["claim"]] > 1
        if several and claim != before:
            text = _wrap(claim, left, bold=True)
            rows.append({"text": text, "tall": _tall(text) + 1.6, "head": True})
        said = case if several else ": ".join(one for one in (claim, case) if one)
        said = said if one_measure else f"{said} ({record['measured']})"
        text = _wrap(said, left - 3.0 * several)
        word = _wrap(record["verdict"], right)
        tall = max(_tall(text), _tall(word)) + 1.4
        rows.append({**record, "text": text, "word": word, "tall": tall, "indent": 3.0 * several})
        before = claim
    if one_measure:
        text = _wrap(str(block["measured"].iloc[0]), left)
        text = text[:1].upper() + text[1:]
        rows.insert(0, {"text": text, "tall": _tall(text) + 1.6, "head": False})
    return rows


def _effects_block(
    axes: Axes, rows: Sequence[Mapping[str, Any]], scale: float, sides: tuple[float, float]
) -> None:
    """Draw the rows of a unit; the vertical axis counts mm from the top."""
    from matplotlib.transforms import blended_transform_factory

    wide = axes.get_window_extent().width / DPI * INCH
    beside = blended_transform_factory(axes.transAxes, axes.transData)
    look: dict[str, Any] = {"transform": beside, "fontsize": TEXT, "va": "center"}
    look |= {"linespacing": 1.1, "color": INK}
    top = 0.0
    for row in rows:
        middle = top + row["tall"] / 2
        weight = "bold" if row.get("head") else "normal"
        style = "normal" if "head" not in row or row["head"] else "italic"
        x = (2.0 - sides[0] + row.get("indent", 0.0)) / wide
        axes.text(x, middle, row["text"], weight=weight, style=style, **look)
        if "value" in row:
            _effect(axes, row, middle, scale)
            known = _kind(row["verdict"])
            bold = "bold" if known in ("supported", "not supported") else "normal"
            axes.text(1.0 + 2.5 / wide, middle, row["word"], weight=bold, **look)
        top += row["tall"]
    axes.axvline(0.0, color=INK, linewidth=0.5, zorder=1)
    axes.set_ylim(top, 0.0)
    axes.set_yticks([])
    axes.margins(x=0.04)
    axes.locator_params(axis="x", nbins=5)
    axes.xaxis.set_major_formatter(lambda value, _: _tick(value))


def _effect(axes: Axes, row: Mapping[str, Any], middle: float, scale: float) -> None:
    known = _kind(row["verdict"])
    colour = {"supported": UP, "not supported": DOWN}.get(known, GREY)
    face = colour if known in ("supported", "not supported") else "white"
    marker = {"supported": "o", "not supported": "s"}.get(known, "D")
    ends = [scale * row["low"], scale * row["high"]]
    axes.plot(ends, [middle] * 2, color=colour, linewidth=1.2, solid_capstyle="butt", zorder=2)
    look: dict[str, Any] = {"color": colour, "markerfacecolor": face, "markersize": 3.4}
    axes.plot([scale * row["value"]], [middle], marker, markeredgewidth=0.9, zorder=3, **look)
    if np.isfinite(row["at_least"]):
        axes.plot(
            [scale * row["at_least"]] * 2, [middle - 1.4, middle + 1.4], color=INK, linewidth=0.8
        )


# --- maps ------------------------------------------------------------------------------

#: How a map is read.
SURFACE = (
    "White: the 95 % interval includes zero. Solid line: where the effect stops being clear of "
    "chance; dashed line: where the value changes sign."
)


def surface(
    table: pd.DataFrame,
    *,
    x: str,
    y: str,
    label: str,
    unit: str,
    width: float = SINGLE,
    note: str = "",
) -> Figure:
    """Draw a value over two axes; no colour where its interval includes zero.

    Parameters
    ----------
    table : DataFrame
        Columns x, y, value, low, high; with a column panel, a map each with one scale of colours.
        A point that is missing is hatched.
    x, y : str
        Labels of the axes.
    label, unit : str
        Of the value.
    width : float
    note : str
    """
    table = table if "panel" in table else table.assign(panel="")
    names = list(dict.fromkeys(table["panel"].astype(str)))
    most = 3 if width > 120 else 2
    columns = min(most, len(names))
    across, down = (sorted(table[one].unique()) for one in ("x", "y"))
    room = (width - 14.0) / columns - 4.0
    heads = [_wrap(name, room - 3.0) for name in names]
    cell = min(max(room / len(across), 3.4), 8.0)
    height = -(-len(names) // columns) * (
        max(24.0, cell * len(down)) + 10.0 + max(_tall(one) for one in heads)
    )
    figure = _page(width, height + 15.0, _sentences(note, SURFACE))
    panels, columns = _grid(figure, len(names), most, sharex=True, sharey=True)
    scale = _scale(unit)
    shown = table["value"].where(_clear(table) != 0).dropna().to_numpy(float) * scale
    far = float(np.abs(shown).max(initial=0.0)) or 1.0
    digits = words.digits_for(*(scale * table["value"]))
    for place, (axes, name) in enumerate(zip(panels, names, strict=True)):
        rows = table[table["panel"].astype(str) == name]
        image = _map(axes, rows, (across, down), scale, far)
        if len(across) * len(down) <= MOST_NUMBERS:
            _cell_numbers(axes, rows, (across, down), scale, (far, digits, room / len(across)))
        lowest = place + columns >= len(panels)
        _dress(
            axes,
            _wrap(x, room) if lowest else "",
            "" if place % columns else _wrap(y, max(24.0, cell * len(down))),
        )
        _ticks(axes, across, down, room)
    if any(heads):
        _heads(panels, columns, heads)
    _colour_bar(figure, panels, image, _labelled(label, _unit(unit)), (shown, width))
    return _laid_out(figure)


def _colours() -> Any:
    from matplotlib.colors import LinearSegmentedColormap

    colours = LinearSegmentedColormap.from_list("clear", [DOWN, "#f7f3ee", UP])
    return colours.with_extremes(bad=(1, 1, 1, 0))


def _crossed(rows: pd.DataFrame, axes: tuple[list[Any], list[Any]], values: Any) -> np.ndarray:
    """Return values as an array (down, across), NaN where there is no row."""
    found = np.full((len(axes[1]), len(axes[0])), np.nan)
    for one_x, one_y, value in zip(rows["x"], rows["y"], values, strict=True):
        found[axes[1].index(one_y), axes[0].index(one_x)] = value
    return found


def _map(
    axes: Axes, rows: pd.DataFrame, grid: tuple[list[Any], list[Any]], scale: float, far: float
) -> Any:
    """Draw cells and boundaries of one map; return the image for the bar of colours."""
    from matplotlib.patches import Rectangle

    values = _crossed(rows, grid, scale * rows["value"])
    clear = _crossed(rows, grid, _clear(rows))
    shown = np.where(np.nan_to_num(clear) != 0, values, np.nan)
    edges = [np.arange(len(one) + 1) - 0.5 for one in grid]
    image = axes.pcolormesh(*edges, shown, cmap=_colours(), vmin=-far, vmax=far, linewidth=0)
    for down, across in np.argwhere(np.isnan(values)):
        look: dict[str, Any] = {"facecolor": "none", "edgecolor": "#bbbbbb", "linewidth": 0}
        axes.add_patch(Rectangle((across - 0.5, down - 0.5), 1, 1, hatch="//////", **look))
    _boundary(axes, np.sign(values), color=INK, linewidth=0.8, linestyle=(0, (2, 1.2)))
    _boundary(axes, clear, color=INK, linewidth=1.2)
    return image


def _boundary(axes: Axes, states: np.ndarray, **look: Any) -> None:
    """Draw the edges between neighbouring cells whose states differ."""
    from matplotlib.collections import LineCollection

    lines = []
    for down, across in np.ndindex(*states.shape):
        here = states[down, across]
        for there, edge in (
            (states[down, across + 1 : across + 2], ((0.5, -0.5), (0.5, 0.5))),
            (states[down + 1 : down + 2, across], ((-0.5, 0.5), (0.5, 0.5))),
        ):
            if len(there) and np.isfinite([here, there[0]]).all() and here != there[0]:
                lines.append([(across + dx, down + dy) for dx, dy in edge])
    axes.add_collection(LineCollection(lines, capstyle="butt", **look))


def _cell_numbers(
    axes: Axes,
    rows: pd.DataFrame,
    grid: tuple[list[Any], list[Any]],
    scale: float,
    look: tuple[float, int, float],
) -> None:
    """Write each cell's number, if all fit."""
    far, digits, wide = look
    cells: list[Any] = list(rows.itertuples())
    texts = [words.number(float(scale * one.value), digits) for one in cells]
    size = next((s for s in (SMALL, 5.0) if max(_long(t, s) for t in texts) < wide - 0.6), 0.0)
    if not size:
        return
    for one, text, clear in zip(cells, texts, _clear(rows), strict=True):
        dark = clear and abs(scale * one.value) > 0.6 * far
        spot = (grid[0].index(one.x), grid[1].index(one.y))
        colour = "white" if dark else INK if clear else "#666666"
        axes.text(*spot, text, ha="center", va="center", fontsize=size, color=colour)


def _ticks(axes: Axes, across: list[Any], down: list[Any], room: float) -> None:
    longest = max(_long(_tick(one), SMALL) for one in across) + 1.5
    step = max(1, int(np.ceil(longest * len(across) / room)))
    axes.set_xticks(range(0, len(across), step), [_tick(one) for one in across[::step]])
    thin = max(1, -(-len(down) // 12))
    axes.set_yticks(range(0, len(down), thin), [_tick(one) for one in down[::thin]])


def _colour_bar(
    figure: Figure, panels: Sequence[Axes], image: Any, label: str, look: tuple[np.ndarray, float]
) -> None:
    shown, width = look
    bar = figure.colorbar(
        image, ax=list(panels), location="bottom", aspect=30, shrink=0.8, pad=0.02
    )
    bar.set_label(_wrap(label, 0.8 * width), fontsize=TEXT, color=INK, labelpad=2)
    bar.ax.tick_params(labelsize=SMALL, color=FAINT, labelcolor=INK, width=0.5, length=2, pad=1.5)
    bar.ax.xaxis.set_major_formatter(lambda value, _: _tick(value))
    bar.outline.set_visible(False)
    if len(shown):
        bar.ax.set_xlim(min(shown.min(), 0.0), max(shown.max(), 0.0))
    bar.ax.locator_params(axis="x", nbins=5)


# --- verdicts --------------------------------------------------------------------------

#: Verdicts, in the order of the legend: shade, and how the mark looks.
VERDICTS: dict[str, tuple[str, dict[str, Any]]] = {
    "supported": ("#a9cfe8", {"marker": "o", "markerfacecolor": INK}),
    "not supported": ("#f6d3b8", {"marker": "X", "markerfacecolor": INK}),
    "depends on": ("#ececec", {"marker": "o", "fillstyle": "left", "markerfacecoloralt": "white"}),
    "unclear": ("white", {"marker": "o", "markerfacecolor": "white"}),
    "not asked": ("white", {"marker": "_"}),
}


def _kind(word: Any) -> str:
    """Return which verdict a word is: one that depends may say on what."""
    text = "" if word is None or word != word else str(word).strip().lower()
    if text.startswith("depends"):
        return "depends on"
    if not text:
        return "not asked"
    if text not in VERDICTS:
        raise ValueError(f"no verdict is called {text!r}; there are {', '.join(VERDICTS)}")
    return text


def matrix(
    table: pd.DataFrame,
    *,
    rows: str,
    columns: str,
    word: str,
    number: str | None = None,
    width: float = DOUBLE,
    note: str = "",
) -> Figure:
    """Draw verdicts, a row a claim and a column an assumption: a mark and a shade each.

    Parameters
    ----------
    table : DataFrame
        One row a cell; with a column group, rows stand under its names. A pair without a row was
        not asked.
    rows, columns, word : str
        Columns of claims, of assumptions and of verdicts.
    number : str, optional
        Column of what stands below the mark: numbers, or texts.
    width : float
    note : str
    """
    names = list(dict.fromkeys(table[columns].astype(str)))
    left = min(0.42 * width, max(_long(str(one)) for one in table[rows]) + 4.0)
    left = max(left, width - 2.0 - 26.0 * len(names))
    digits = words.digits_for(*(_numbers(table[number]) if number else ()))
    cell = (width - left - 2.0) / len(names)
    lines = _matrix_lines(table, rows, left - 3.0, 6.6 if number else 4.6)
    upright = cell < 13.0
    heads = [_wrap(name, 26.0 if upright else cell - 1.0, SMALL) for name in names]
    head = max(_long(one, SMALL) if upright else _tall(one, SMALL) for one in heads) + 3.0
    tall = sum(line["tall"] for line in lines)
    legend = _legend_places(width)
    figure = _page(width, head + tall + 7.0 + legend[-1][1], note)
    figure.set_layout_engine("none")
    axes = _sheet(figure, width)
    look: dict[str, Any] = {"fontsize": SMALL, "color": INK, "linespacing": 1.1}
    for place, text in enumerate(heads):
        x = left + (place + 0.5) * cell
        turn = 90 if upright else 0
        axes.text(x, head - 1.2, text, ha="center", va="bottom", rotation=turn, **look)
    top = head
    for line in lines:
        weight = "bold" if line["head"] else "normal"
        axes.text(
            1.5,
            top + line["tall"] / 2,
            line["text"],
            weight=weight,
            va="center",
            fontsize=TEXT,
            linespacing=1.1,
            color=INK,
        )
        if not line["head"]:
            own = table[table[rows] == line["name"]]
            cells = {str(one[columns]): one for one in own.to_dict("records")}
            for place, name in enumerate(names):
                box = (left + place * cell, top, cell, line["tall"])
                found = cells.get(name, {})
                said = found.get(number) if number else None
                _verdict(axes, box, found.get(word), _said(said, digits))
        top += line["tall"]
    _verdict_legend(axes, top + 4.0, legend)
    return _laid_out(figure)


def _numbers(values: Any) -> list[float]:
    return [float(one) for one in values if isinstance(one, int | float)]


def _said(value: Any, digits: int) -> str:
    """Return what a cell says: a text, or a number with so many decimals."""
    if value is None or value != value:
        return ""
    return value if isinstance(value, str) else words.number(float(value), digits)


def _sheet(figure: Figure, width: float) -> Axes:
    """Return axes over the whole figure that count in mm from the upper left."""
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, width)
    axes.set_ylim(figure.get_figheight() * INCH, 0)
    axes.axis("off")
    return axes


def _matrix_lines(
    table: pd.DataFrame, rows: str, room: float, least: float
) -> list[dict[str, Any]]:
    """Return the lines from the top: a group's name, then its rows."""
    lines: list[dict[str, Any]] = []
    before = None
    known = table.drop_duplicates(rows)
    groups = known["group"] if "group" in known else [None] * len(known)
    for group, claim in zip(groups, known[rows], strict=True):
        if group is not None and group != before:
            text = _wrap(str(group), room, bold=True)
            lines.append({"text": text, "tall": _tall(text) + 2.0, "head": True, "name": None})
            before = group
        text = _wrap(str(claim), room)
        tall = max(least, _tall(text) + 1.2)
        lines.append({"text": text, "tall": tall, "head": False, "name": claim})
    return lines


def _verdict(axes: Axes, box: tuple[float, float, float, float], word: Any, said: str) -> None:
    from matplotlib.patches import Rectangle

    shade, mark = VERDICTS[_kind(word)]
    x, y, wide, tall = box
    look: dict[str, Any] = {"facecolor": shade, "edgecolor": "white", "linewidth": 0.8}
    axes.add_patch(Rectangle((x, y), wide, tall, **look))
    said = said if _kind(word) != "not asked" else ""
    middle = y + tall / 2 - (1.2 if said else 0.0)
    _mark(axes, x + wide / 2, middle, mark)
    if said:
        axes.text(
            x + wide / 2,
            y + tall / 2 + 1.5,
            said,
            ha="center",
            va="center",
            fontsize=5.5,
            color=INK,
        )


def _mark(axes: Axes, x: float, y: float, mark: Mapping[str, Any]) -> None:
    look: dict[str, Any] = {"color": INK, "markersize": 4.2, "markeredgewidth": 0.6, **mark}
    axes.plot([x], [y], linestyle="none", **look)


def _verdict_legend(axes: Axes, y: float, places: Sequence[tuple[float, float]]) -> None:
    from matplotlib.patches import Rectangle

    for (x, down), (word, (shade, mark)) in zip(places, VERDICTS.items(), strict=True):
        look: dict[str, Any] = {"facecolor": shade, "edgecolor": "#bbbbbb", "linewidth": 0.4}
        axes.add_patch(Rectangle((x, y + down - 1.7), 5.0, 3.4, **look))
        _mark(axes, x + 2.5, y + down, mark)
        axes.text(x + 6.0, y + down, word, va="center", fontsize=SMALL, color=INK)


def _legend_places(width: float) -> list[tuple[float, float]]:
    """Return where the legend's entries begin, in mm from its start, in as many lines as needed."""
    places, x, down = [], 1.5, 0.0
    for word in VERDICTS:
        wide = 6.0 + _long(word, SMALL)
        if x + wide > width - 1.0:
            x, down = 1.5, down + 4.6
        places.append((x, down))
        x += wide + 3.5
    return places


# --- saving ----------------------------------------------------------------------------


def save(figure: Figure, path: str | Path) -> list[Path]:
    """Write a figure as PNG (300 dpi) and as SVG beside it; the same figure, the same bytes.

    Parameters
    ----------
    figure : Figure
    path : path
        Both files' stem; an ending .png or .svg is left out. Text stays text in the SVG.

    Returns
    -------
    list of Path
        The PNG and the SVG.
    """
    stem = Path(path)
    stem = stem.with_suffix("") if stem.suffix.lower() in (".png", ".svg") else stem
    return [
        figures.save(figure, stem.with_name(f"{stem.name}.{kind}"), dpi=DPI, text="none")
        for kind in ("png", "svg")
    ]


# --- boundaries ------------------------------------------------------------------------


def boundaries(table: pd.DataFrame, *, note: str = "", width: float = DOUBLE) -> Figure:
    """Draw on which side of a claim accepted parameter vectors lie, over what parts them best.

    Parameters
    ----------
    table : DataFrame
        A row a vector and claim: panel (what is claimed), parameter, x (its value), value (what
        the vector's runs show), unit, split (below it lies the claim's opposite), boundary (of x).
    note : str
    width : float
    """
    names = list(dict.fromkeys(table["panel"].astype(str)))
    columns = min(3 if width > 120 else 1, len(names))
    room = (width - 4.0) / columns
    heads = [_wrap(name, room - 17.0) for name in names]
    height = 44.0 + max(_tall(one) for one in heads)
    figure = _page(width, -(-len(names) // columns) * height + 2.0, note)
    panels, columns = _grid(figure, len(names), columns)
    for axes, name in zip(panels, names, strict=True):
        rows = table[table["panel"].astype(str) == name]
        first, holds = rows.iloc[0], (rows["value"] > rows["split"]).to_numpy()
        for side, colour, face in ((holds, UP, UP), (~holds, GREY, "white")):
            look: dict[str, Any] = {
                "markersize": 2.4,
                "color": colour,
                "mfc": face,
                "markeredgewidth": 0.6,
            }
            axes.plot(rows["x"][side], rows["value"][side], "o", **look)
        axes.axhline(first["split"], color=INK, linewidth=0.6)
        axes.axvline(first["boundary"], color=FAINT, linewidth=0.8, linestyle="--")
        label = _wrap(figures.parameter_label(str(first["parameter"])), room - 12.0)
        _dress(axes, label, _unit(str(first["unit"])))
        _minus(axes)
    _heads(panels, columns, heads)
    return _laid_out(figure)
