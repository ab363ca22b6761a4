"""One function per figure: a table in, a matplotlib ``Figure`` out; no model is ever run.

Figures are plain objects, made without pyplot and without any global state, so they can be
drawn in threads, in a notebook and on a server alike. matplotlib is imported when the first
figure is drawn. A scenario keeps its colour, line and place in the legend in every figure:
pass the same ``titles`` (name to title, in order) to all of them.
"""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InputError
from ..files import whole

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..organizations.organization import Organization

__all__ = [
    "adoption_by_level",
    "against_closed_form",
    "axis_effects",
    "bands",
    "cost_against_effect",
    "differences",
    "event_label",
    "forest",
    "organization_chart",
    "parameter_ranges",
    "predictive",
    "save",
    "sweep_map",
    "trade_offs",
    "within_bands",
]

#: Okabe and Ito's colours, told apart with every kind of colour vision; black comes first.
PALETTE = ("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7F7F7F")
#: A second mark besides colour, for print and for the colour-blind.
LINES = ("-", "--", "-.", (0, (1, 1.2)), (0, (6, 1.5, 1, 1.5, 1, 1.5)), (0, (8, 3)), (0, (3, 3)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
INK, FAINT = "#222222", "#8a8a8a"
#: Seats up to which a whole organization can be drawn as a tree.
MOST_DRAWN = 400
#: What the axis says for a unit; shares are shown in per cent.
UNITS = {"share": "%", "sd": "standard deviations", "count": ""}
Titles = Mapping[str, str]
Events = Sequence[Mapping[str, Any]]


# --- style -----------------------------------------------------------------------------


def _figure(width: float = 8.0, height: float = 4.8, title: str | None = None) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=120, layout="constrained", facecolor="white")
    if title:
        wrapped = "\n".join(textwrap.wrap(title, int(width * 9)))
        figure.suptitle(wrapped, x=0.015, ha="left", fontsize=12, fontweight="bold", color=INK)
    return figure


def _dress(axes: Axes, x: str, y: str, grid: str = "y") -> None:
    axes.set_xlabel(x, fontsize=10, color=INK)
    axes.set_ylabel("\n".join(textwrap.wrap(y, 44)), fontsize=10, color=INK)
    axes.tick_params(labelsize=9, color=FAINT, labelcolor=INK)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(FAINT)
    if grid:
        axes.grid(axis=grid, color="#e3e3e3", linewidth=0.8)  # type: ignore[arg-type]
        axes.set_axisbelow(True)


def _legend(figure: Figure, axes: Axes, width: int = 96) -> None:
    """Write the legend below the axes, and make the figure higher by its lines."""
    handles, labels = axes.get_legend_handles_labels()
    if not handles:
        return
    longest = max(len(label) for label in labels)
    columns = max(1, min(len(labels), width // (longest + 8)))
    wrapped = ["\n".join(textwrap.wrap(label, width)) for label in labels]
    figure.set_figheight(figure.get_figheight() + 0.19 * (-(-len(labels) // columns) - 1))
    figure.legend(
        handles,
        wrapped,
        loc="outside lower left",
        ncols=columns,
        fontsize=9,
        frameon=False,
        handlelength=3.2,
        labelcolor=INK,
    )


def _titles(names: Iterable[Any], titles: Titles | None) -> dict[str, str]:
    """Return name to title: those given, in their order, then the table's own."""
    result = dict(titles or {})
    for name in dict.fromkeys(str(name) for name in names):
        result.setdefault(name, name)
    return result


def _look(place: int) -> dict[str, Any]:
    colour = PALETTE[place % len(PALETTE)]
    return {"color": colour, "linestyle": LINES[place % len(LINES)], "linewidth": 1.9}


def measure_label(name: str) -> tuple[str, str]:
    """Return the unit and meaning of a measure, also of one by level."""
    from ..theory.measures import MEASURES

    stem, _, level = name.partition("_level_")
    if stem not in MEASURES:
        return "", name.replace("_", " ")
    unit, meaning = MEASURES[stem].unit, MEASURES[stem].meaning
    return unit, f"{meaning}, level {level}" if level else meaning


def axis_label(meaning: str, unit: str, prefix: str = "") -> str:
    text = f"{prefix}{meaning}"
    text = text[:1].upper() + text[1:]
    shown = UNITS.get(unit, unit)
    return f"{text} ({shown})" if shown and shown not in meaning else text


def _scale(unit: str) -> float:
    return 100.0 if unit == "share" else 1.0


# --- events ----------------------------------------------------------------------------


#: What needs no words: all, or as usual.
_UNSAID = (-1, None, "", "all", "drawn", "usual")


def event_label(event: Mapping[str, Any]) -> str:
    """Return what happens in a few words, as ``budget cut 50 %, financial``."""
    words = [str(event["type"]).replace("_", " ")]
    for key, value in event.items():
        if key not in ("month", "type") and value not in _UNSAID:
            words.append(_event_part(key, value))
    return words[0] + (": " + ", ".join(words[1:]) if len(words) > 1 else "")


def _event_part(key: str, value: Any) -> str:
    if key == "share" and isinstance(value, int | float):
        return f"{100 * value:g} %"
    if key == "months" and not isinstance(value, bool):
        return f"{value:g} months" if value else "lasting"
    if key == "lever":
        return str(value)
    if key == "value":
        return f"to {value:g}" if type(value) in (int, float) else f"to {value}".lower()
    if isinstance(value, bool):
        return key if value else f"not {key}"
    if key == "count" and value == 0:
        return "all"
    if key in ("vacancy", "interval", "notice", "overlap", "ramp"):
        return f"{key} {value:g} months"
    return f"{key} {value:g}" if isinstance(value, int | float) else f"{key} {value}"


def _mark_events(axes: Axes, events: Events | None) -> None:
    """Draw dashed lines with labels above the axes, in rows so that none overlap."""
    by_month: dict[float, list[str]] = {}
    for event in sorted(events or (), key=lambda one: float(one["month"])):
        labels = by_month.setdefault(float(event["month"]), [])
        name = str(event["type"]).replace("_", " ")
        if name not in labels:
            labels.append(name)
    left, right = axes.get_xlim()
    ends: list[float] = []
    for month, labels in by_month.items():
        axes.axvline(month, color=FAINT, linestyle=(0, (4, 3)), linewidth=0.9, zorder=1)
        text = f"{' + '.join(labels)} ({month:g})"
        place, width = (month - left) / (right - left), 0.0095 * len(text) + 0.015
        start = place - 0.005 if place + width <= 1.0 else max(place + 0.005 - width, 0.0)
        row = next((i for i, end in enumerate(ends) if end <= start), len(ends))
        ends[row : row + 1] = [start + width]
        beside = place + width <= 1.0  # else it stands at the left of its line
        axes.annotate(
            text,
            (place, 1.0),
            xycoords="axes fraction",
            xytext=(-2 if beside else 2, 3 + 11 * row),
            textcoords="offset points",
            fontsize=8,
            color="#555555",
            va="bottom",
            ha="left" if beside else "right",
        )


# --- figures over time -----------------------------------------------------------------


def bands(
    table: pd.DataFrame,
    measure: str,
    events: Events | None = None,
    title: str | None = None,
    titles: Titles | None = None,
) -> Figure:
    """Draw a measure over the months: a line a scenario, and the band of its replications.

    Parameters
    ----------
    table : DataFrame
        Columns scenario, measure, month, mean, low, high.
    measure : str
        Which measure; unknown ones are drawn without a unit.
    events : sequence of mappings, optional
        Events with ``month`` and ``type``, drawn as dashed lines.
    title : str, optional
    titles : mapping, optional
        Scenario name to title, in the order of colours.
    """
    unit, meaning = measure_label(measure)
    return _over_time(table, measure, "mean", events, (axis_label(meaning, unit), title), titles)


def differences(
    table: pd.DataFrame,
    measure: str,
    events: Events | None = None,
    titles: Titles | None = None,
) -> Figure:
    """Draw the paired difference against the first scenario, with its 95 % interval.

    Parameters
    ----------
    table : DataFrame
        Columns scenario, measure, month, difference, low, high.
    measure : str
    events : sequence of mappings, optional
    titles : mapping, optional
        Scenario name to title; the first is the one compared against.
    """
    unit, meaning = measure_label(measure)
    shown = "percentage points" if unit == "share" else unit
    label = axis_label(meaning, shown, "difference in ")
    shown_titles = _compared(table, titles)
    others = table[table["scenario"].astype(str) != next(iter(shown_titles))]
    figure = _over_time(others, measure, "difference", events, (label, None), shown_titles)
    figure.axes[0].axhline(0.0, color=INK, linewidth=1.0, zorder=1.5)
    return figure


def _compared(table: pd.DataFrame, titles: Titles | None) -> dict[str, str]:
    """Return name to title with the scenario compared against first, even if it has no rows."""
    if titles:
        return _titles(table["scenario"], titles)
    first = table[table["scenario"] == table["scenario"].iloc[0]]
    if (first["difference"].fillna(0.0) == 0.0).all():
        return _titles(table["scenario"], None)
    return _titles(table["scenario"], {"": "the first"})


def _over_time(
    table: pd.DataFrame,
    measure: str,
    column: str,
    events: Events | None,
    labels: tuple[str, str | None],
    titles: Titles | None,
) -> Figure:
    rows = table[table["measure"] == measure]
    if rows.empty:
        raise ValueError(f"the table has no rows of the measure {measure!r}")
    figure, scale = _figure(title=labels[1]), _scale(measure_label(measure)[0])
    axes = figure.add_subplot()
    for place, (name, shown) in enumerate(_titles(rows["scenario"], titles).items()):
        one = rows[rows["scenario"].astype(str) == name].sort_values("month")
        if one.empty:
            continue
        months, look = one["month"].to_numpy(float), _look(place)
        low, high = (scale * one[side].to_numpy(float) for side in ("low", "high"))
        axes.fill_between(months, low, high, color=look["color"], alpha=0.14, linewidth=0)
        axes.plot(months, scale * one[column].to_numpy(float), label=shown, **look)
    axes.set_xlim(rows["month"].min(), max(rows["month"].max(), rows["month"].min() + 1))
    _dress(axes, "Month", labels[0])
    _mark_events(axes, events)
    _legend(figure, axes)
    return figure


# --- figures of the outcome ------------------------------------------------------------


def adoption_by_level(table: pd.DataFrame, titles: Titles | None = None) -> Figure:
    """Draw adoption in the last year by level, a mark with its interval for each scenario.

    Parameters
    ----------
    table : DataFrame
        Columns scenario, level, adoption, low, high.
    titles : mapping, optional
    """
    figure = _figure()
    axes, shown = figure.add_subplot(), _titles(table["scenario"], titles)
    levels = sorted(int(level) for level in table["level"].unique())
    for place, (name, label) in enumerate(shown.items()):
        one = table[table["scenario"].astype(str) == name]
        if one.empty:
            continue
        x = np.array([levels.index(int(level)) for level in one["level"]], float)
        x += (place - (len(shown) - 1) / 2) * 0.7 / max(len(shown), 2)
        _points(axes, x, one, "adoption", place, 100.0, label)
    axes.set_xticks(range(len(levels)), [_level_name(level, levels) for level in levels])
    for edge in np.arange(len(levels) - 1) + 0.5:
        axes.axvline(edge, color="#e3e3e3", linewidth=0.8)
    axes.set_xlim(-0.5, len(levels) - 0.5)
    axes.set_ylim(bottom=0.0)
    _dress(axes, "Level of the hierarchy", "Share of people who practise mentoring (%)")
    _legend(figure, axes)
    return figure


def _level_name(level: int, levels: list[int]) -> str:
    if level == 0:
        return "0 (chief)"
    return f"{level} (front line)" if level == levels[-1] and len(levels) > 1 else str(level)


def _points(
    axes: Axes, x: Any, rows: pd.DataFrame, column: str, place: int, scale: float, label: str
) -> None:
    y = scale * rows[column].to_numpy(float)
    low, high = (scale * rows[side].to_numpy(float) for side in ("low", "high"))
    error = np.clip(np.vstack([y - low, high - y]), 0.0, None)
    colour, marker = PALETTE[place % len(PALETTE)], MARKERS[place % len(MARKERS)]
    axes.errorbar(
        x,
        y,
        error,
        fmt=marker,
        color=colour,
        markersize=6,
        capsize=3,
        linewidth=1.4,
        label=label,
    )


def cost_against_effect(outcomes: pd.DataFrame, titles: Titles | None = None) -> Figure:
    """Draw what each scenario costs against the practice it yields, with 95 % intervals.

    With differences in the table, both axes are differences against the first scenario,
    which stands at the cross of the two zero lines; else they are absolute.

    Parameters
    ----------
    outcomes : DataFrame
        Columns scenario, outcome (``money`` and ``practised_person_years`` are used), mean,
        low, high, and difference, difference_low, difference_high.
    titles : mapping, optional
    """
    cost = outcomes[outcomes["outcome"] == "money"].set_index("scenario")
    effect = outcomes[outcomes["outcome"] == "practised_person_years"].set_index("scenario")
    if cost.empty or effect.empty:
        raise ValueError("the table needs the outcomes money and practised_person_years")
    against = bool(cost["difference"].notna().any())
    columns = ["difference", "difference_low", "difference_high"]
    columns = columns if against else ["mean", "low", "high"]
    x, y = (_complete(table[columns], against) for table in (cost, effect))
    figure = _figure(9.0, 5.0)
    axes = figure.add_subplot()
    shown = _titles(cost.index, titles)
    for place, name in enumerate(shown):
        if name in x.index and name in y.index:
            _cross(axes, x.loc[name].to_numpy(float), y.loc[name].to_numpy(float), place)
    _cost_axes(axes, against)
    spots = {name: (x.loc[name, columns[0]], y.loc[name, columns[0]]) for name in x.index}
    _side_labels(axes, spots, shown)
    return figure


def _complete(values: pd.DataFrame, against: bool) -> pd.DataFrame:
    """Return value, low, high without gaps: the first scenario at 0, one run without width."""
    value = values.iloc[:, 0].fillna(0.0) if against else values.iloc[:, 0]
    return values.apply(lambda column: column.fillna(value))


def _cross(axes: Axes, x: Any, y: Any, place: int) -> None:
    errors = [np.clip([[v[0] - v[1]], [v[2] - v[0]]], 0.0, None) for v in (x, y)]
    axes.errorbar(
        x[:1],
        y[:1],
        xerr=errors[0],
        yerr=errors[1],
        color=PALETTE[place % len(PALETTE)],
        fmt=MARKERS[place % len(MARKERS)],
        markersize=8,
        capsize=3,
        linewidth=1.4,
        zorder=3,
    )


def _cost_axes(axes: Axes, against: bool) -> None:
    start = "Difference in " if against else ""
    _dress(
        axes,
        axis_label("programme money over the run", "thousand", start),
        axis_label("mentoring practised over the run", "person-years", start),
        "both",
    )
    axes.margins(0.08)
    if against:
        axes.axhline(0.0, color=INK, linewidth=0.9, zorder=1.5)
        axes.axvline(0.0, color=INK, linewidth=0.9, zorder=1.5)


def _side_labels(
    axes: Axes, spots: Mapping[str, tuple[Any, Any]], titles: Mapping[str, str]
) -> None:
    """Write each title beside the axes at about its point's height, joined by a thin line."""
    texts = {name: "\n".join(textwrap.wrap(titles[name], 34)) for name in spots}
    order = sorted(spots, key=lambda name: float(spots[name][1]))
    low, high = axes.get_ylim()
    heights = [0.055 * (texts[name].count("\n") + 1) + 0.03 for name in order]
    places = _spread([(float(spots[name][1]) - low) / (high - low) for name in order], heights)
    for name, place in zip(order, places, strict=True):
        colour = PALETTE[list(titles).index(name) % len(PALETTE)]
        axes.annotate(
            texts[name],
            spots[name],
            xytext=(1.03, place),
            textcoords="axes fraction",
            va="center",
            ha="left",
            fontsize=9,
            color=colour,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.6, "alpha": 0.6},
        )


def _spread(wanted: Sequence[float], heights: Sequence[float]) -> list[float]:
    """Return centres near the wanted ones, ascending, with no overlap, within 0 to 1."""
    places: list[float] = []
    edge = 0.0
    for centre, height in zip(wanted, heights, strict=True):
        places.append(max(centre, edge + height / 2))
        edge = places[-1] + height / 2
    edge = 1.0
    for i in range(len(places) - 1, -1, -1):
        places[i] = min(places[i], edge - heights[i] / 2)
        edge = places[i] - heights[i] / 2
    return places


def against_closed_form(
    title: str, x_label: str, y_label: str, x: Any, closed: Any, simulated: Any
) -> Figure:
    """Draw a simulated curve over its closed form; all three arrays have one shape."""
    figure = _figure(6.4, 3.6, title)
    axes = figure.subplots()
    axes.plot(x, closed, color=PALETTE[7], linewidth=4.0, alpha=0.6, label="closed form")
    axes.plot(x, simulated, color=PALETTE[1], linewidth=1.4, linestyle="--", label="simulated")
    _dress(axes, x_label[:1].upper() + x_label[1:], y_label[:1].upper() + y_label[1:])
    _legend(figure, axes)
    return figure


def forest(table: pd.DataFrame) -> Figure:
    """Draw estimates with their intervals, one row each and one panel a unit.

    Parameters
    ----------
    table : DataFrame
        Columns case, measured, unit, value, low, high; rows are drawn in their order.
    """
    from matplotlib.figure import Figure

    units = list(dict.fromkeys(table["unit"]))
    rows = [int((table["unit"] == unit).sum()) for unit in units]
    figure = Figure(
        figsize=(9.0, 0.26 * len(table) + 0.75 * len(units)),
        dpi=120,
        layout="constrained",
        facecolor="white",
    )
    panels = figure.subplots(len(units), 1, squeeze=False, height_ratios=[n + 1 for n in rows])
    for axes, unit in zip(panels[:, 0], units, strict=True):
        _forest_panel(axes, table[table["unit"] == unit])
        _dress(axes, UNITS.get(unit, unit), "", grid="x")
    return figure


def _forest_panel(axes: Axes, block: pd.DataFrame) -> None:
    rows: list[Any] = list(block.itertuples())
    places = np.arange(len(rows))[::-1]
    for place, row in zip(places, rows, strict=True):
        clear = row.low > 0.0 or row.high < 0.0
        colour = (PALETTE[3] if row.low > 0.0 else PALETTE[2]) if clear else PALETTE[7]
        axes.plot([row.low, row.high], [place, place], color=colour, linewidth=2.2)
        axes.plot(row.value, place, "o" if clear else "D", color=colour, markersize=5)
    axes.axvline(0.0, color=INK, linewidth=0.9)
    axes.set_yticks(places, [f"{row.case}: {row.measured}" for row in rows])
    axes.set_ylim(-0.7, len(rows) - 0.3)


def parameter_ranges(table: pd.DataFrame) -> Figure:
    """Draw how far data pin parameters: nine tenths of what is left of each range.

    Parameters
    ----------
    table : DataFrame
        Columns parameter, low, high (the range), median, from, to, spread and verdict; rows
        are drawn in their order, from the top.
    """
    figure = _figure(8.0, 1.0 + 0.19 * len(table))
    axes = figure.add_subplot()
    rows: list[Any] = list(table.to_dict("records"))
    places = np.arange(len(rows))[::-1]
    for place, row in zip(places, rows, strict=True):
        width = row["high"] - row["low"]
        start, middle, end = ((row[key] - row["low"]) / width for key in ("from", "median", "to"))
        colour = PALETTE[7] if str(row["verdict"]).startswith("not") else PALETTE[1]
        axes.plot([0, 1], [place, place], color="#e3e3e3", linewidth=5, solid_capstyle="butt")
        axes.plot([start, end], [place, place], color=colour, linewidth=2.4)
        axes.plot(middle, place, "o", color=colour, markersize=4)
    names = [f"{row['parameter']}  {row['low']:g} to {row['high']:g}" for row in rows]
    axes.set_yticks(places, names)
    axes.set_xticks([0, 0.5, 1], ["lowest", "middle", "highest"])
    axes.set_ylim(-0.8, len(rows) - 0.2)
    _dress(axes, "Place in the plausible range: 90 % of what is left (blue: pinned)", "", grid="")
    axes.tick_params(axis="y", labelsize=8)
    return figure


def within_bands(table: pd.DataFrame) -> Figure:
    """Draw where values lie in their bands, a row a number, each band as wide as the others.

    Parameters
    ----------
    table : DataFrame
        Columns measured, low and high (the band, NaN where it is open), median, from, to. Where
        a band has no upper end, its row is as wide as what is drawn; what has no band is left out.
    """
    table = table.dropna(subset=["low", "high"], how="all")
    figure = _figure(9.0, 1.0 + 0.24 * len(table))
    axes = figure.add_subplot()
    axes.axvspan(0.0, 1.0, color="#dcebf5")
    rows: list[Any] = list(table.to_dict("records"))
    places = np.arange(len(rows))[::-1]
    for place, row in zip(places, rows, strict=True):
        low = 0.0 if np.isnan(row["low"]) else row["low"]
        high = low + 1.1 * abs(row["to"] - low) if np.isnan(row["high"]) else row["high"]
        at = [(row[key] - low) / (high - low) for key in ("from", "median", "to")]
        good = at[0] >= 0.0 and at[2] <= 1.0
        axes.plot([at[0], at[2]], [place, place], color=PALETTE[1 if good else 2], linewidth=2.2)
        axes.plot(at[1], place, "o", color=PALETTE[1 if good else 2], markersize=5)
    names = [f"{row['measured']}  {_band(row['low'], row['high'])}" for row in rows]
    axes.set_yticks(places, names)
    axes.set_xticks([0.0, 1.0], ["lower end", "upper end"])
    axes.set_ylim(-0.7, len(rows) - 0.3)
    _dress(axes, "Place in the band: median, 90 %", "", grid="")
    axes.tick_params(axis="y", labelsize=8)
    return figure


def _band(low: float, high: float) -> str:
    if np.isnan(low):
        return f"up to {high:g}"
    return f"above {low:g}" if np.isnan(high) else f"{low:g} to {high:g}"


def trade_offs(
    pairs: pd.DataFrame,
    candidates: pd.DataFrame,
    bands: pd.DataFrame,
    baseline: Mapping[str, float],
) -> Figure:
    """Draw pairs of numbers against each other, a panel a pair, with both bands as a rectangle.

    Parameters
    ----------
    pairs : DataFrame
        Columns first, second (keys), both_met, expected (shares), verdict.
    candidates : DataFrame
        A row a candidate: a column a key, and accepted.
    bands : DataFrame
        By key: measured, unit, low and high, NaN where open.
    baseline : mapping
        The baseline's numbers by key; marked where both are known.
    """
    columns = min(3, len(pairs))
    rows = -(-len(pairs) // columns)
    figure = _figure(4.1 * columns, 0.6 + 3.9 * rows)
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes, pair in zip(panels, pairs.to_dict("records"), strict=False):
        keys = str(pair["first"]), str(pair["second"])
        left_out = _traded(axes, candidates, bands.loc[list(keys)], baseline)
        _dress(axes, "", "", grid="")
        for side, key in zip(("x", "y"), keys, strict=True):
            label = "\n".join(textwrap.wrap(_with_unit(bands.loc[key]), 46))
            getattr(axes, f"set_{side}label")(label, fontsize=9, color=INK)
        met, expected = 100.0 * pair["both_met"], 100.0 * pair["expected"]
        beyond = f", {left_out} beyond the axes" * bool(left_out)
        told = (
            f"{str(pair['verdict']).capitalize()}: {met:.1f} % meet both\n"
            f"({expected:.1f} % if unrelated; n = {len(candidates)}{beyond})"
        )
        axes.set_title(told, fontsize=9, loc="left", color=INK)
    for axes in panels[len(pairs) :]:
        axes.set_axis_off()
    _legend(figure, panels[0], 120)
    return figure


def _with_unit(band: Any) -> str:
    text = f"{band['measured']} ({UNITS.get(band['unit'], band['unit'])})"
    return text[:1].upper() + text[1:]


def _traded(
    axes: Axes, candidates: pd.DataFrame, bands: pd.DataFrame, baseline: Mapping[str, float]
) -> int:
    """Draw one pair of numbers; return how many candidates lie beyond the axes."""
    places = [_apart(candidates[key].to_numpy(float), turn) for turn, key in enumerate(bands.index)]
    marked = [baseline.get(str(key), np.nan) for key in bands.index]
    limits = [
        _reach(values, (*band[["low", "high"]], own))
        for values, (_, band), own in zip(places, bands.iterrows(), marked, strict=True)
    ]
    (left, right), (bottom, top) = (
        np.where(np.isnan(ends), limit, ends)
        for limit, ends in zip(limits, bands[["low", "high"]].to_numpy(float), strict=True)
    )
    sides = [left, right, right, left], [bottom, bottom, top, top]
    axes.fill(*sides, facecolor="#dcebf5", edgecolor=PALETTE[6], label="both bands", zorder=0)
    chosen = candidates["accepted"].to_numpy(bool)
    x, y = places
    small: dict[str, Any] = {
        "color": FAINT,
        "markersize": 2.4,
        "rasterized": True,
        "label": "candidates",
    }
    axes.plot(x[~chosen], y[~chosen], "o", **small)
    axes.plot(x[chosen], y[chosen], "o", color=PALETTE[1], markersize=4.5, label="accepted vectors")
    look: dict[str, Any] = {
        "color": PALETTE[5],
        "markeredgecolor": INK,
        "markersize": 8,
        "linestyle": "",
    }
    if np.isfinite(marked).all():
        axes.plot(*marked, marker="D", label="the baseline", **look)
    axes.set_xlim(*limits[0])
    axes.set_ylim(*limits[1])
    low, high = np.transpose(limits)
    inside = (np.transpose(places) >= low) & (np.transpose(places) <= high)
    return int((~inside.all(axis=1)).sum())


def _apart(values: Any, turn: int) -> Any:
    """Return values moved apart a little where there are only few, so that points are seen."""
    known = np.unique(values[np.isfinite(values)])
    if not 1 < len(known) <= 20:
        return values
    golden = (np.arange(len(values)) * (0.618034, 0.754878)[turn]) % 1.0 - 0.5
    return values + 0.5 * golden * np.diff(known).min()


def _reach(values: Any, also: Sequence[float]) -> tuple[float, float]:
    """Return the ends of an axis: all but the outermost hundredth, and what else is drawn."""
    ends = [*np.nanquantile(values, [0.005, 0.995]), *(one for one in also if np.isfinite(one))]
    room = 0.06 * (max(ends) - min(ends))
    return min(ends) - room, max(ends) + room


def predictive(table: pd.DataFrame) -> Figure:
    """Draw observed series on what the fitted model shows, a panel a series.

    Parameters
    ----------
    table : DataFrame
        Columns series, month, observed, median, from, to, reached.
    """
    names = list(dict.fromkeys(table["series"]))
    figure = _figure(8.0, 0.5 + 1.9 * len(names))
    panels = figure.subplots(len(names), 1, squeeze=False, sharex=True)[:, 0]
    for axes, name in zip(panels, names, strict=True):
        rows = table[table["series"] == name]
        month = rows["month"].to_numpy()
        axes.fill_between(
            month,
            rows["from"],
            rows["to"],
            color=PALETTE[6],
            alpha=0.35,
            linewidth=0,
            label="90 % of the fitted model's runs",
        )
        axes.plot(month, rows["median"], color=PALETTE[1], linewidth=1.6, label="their median")
        axes.plot(month, rows["observed"], "o", color=INK, markersize=3.2, label="observed")
        label = name.replace("_", " ")
        _dress(axes, "", label)
        if not rows["reached"].all():
            far = f"No run of the fit shows the {label} observed"
            axes.set_title(far, fontsize=10, color=INK, loc="left")
    panels[-1].set_xlabel("Month of the series", fontsize=10, color=INK)
    _legend(figure, panels[0])
    return figure


def sweep_map(table: pd.DataFrame, x: str, y: str, value: str) -> Figure:
    """Draw a grid of two parameters as a heat map, with its numbers.

    Parameters
    ----------
    table : DataFrame
        One row a point, or several, whose mean is shown.
    x, y : str
        Columns of the two axes, often dotted names of parameters.
    value : str
        Column shown; a measure's name gives its meaning and unit.
    """
    grid = table.pivot_table(index=y, columns=x, values=value, aggfunc="mean").sort_index()
    unit, meaning = measure_label(value)
    numbers = _scale(unit) * grid.to_numpy(float)
    figure = _figure(max(5.0, 2.6 + 0.75 * grid.shape[1]), max(3.6, 1.6 + 0.5 * grid.shape[0]))
    axes = figure.add_subplot()
    image = axes.imshow(numbers, origin="lower", aspect="auto", cmap="cividis")
    axes.set_xticks(range(grid.shape[1]), [_tick(one) for one in grid.columns])
    axes.set_yticks(range(grid.shape[0]), [_tick(one) for one in grid.index])
    _dress(axes, parameter_label(x), parameter_label(y), grid="")
    _write_numbers(axes, numbers)
    bar = figure.colorbar(image, ax=axes)
    bar.set_label("\n".join(textwrap.wrap(axis_label(meaning, unit), 40)), fontsize=9)
    bar.ax.tick_params(labelsize=8)
    return figure


def axis_effects(table: pd.DataFrame, measure: str) -> Figure:
    """Draw what a measure is at each value of each axis of a sweep, a panel an axis.

    Parameters
    ----------
    table : DataFrame
        Columns axis, value, mean, low, high; values are drawn in their order. With a column
        series, a line a series; with a column label, what the axis says.
    measure : str
    """
    unit, meaning = measure_label(measure)
    scale, names = _scale(unit), list(dict.fromkeys(table["axis"]))
    columns = min(3, len(names))
    lines = -(-len(names) // columns)
    figure = _figure(max(4.5, 3.4 * columns), 0.4 + 2.9 * lines)
    panels = figure.subplots(lines, columns, squeeze=False, sharey=True).ravel()
    for axes, name in zip(panels, names, strict=False):
        rows = table[table["axis"] == name]
        _axis_panel(axes, rows, scale)
        label = str(rows["label"].iloc[0]) if "label" in rows else parameter_label(name)
        _dress(axes, "\n".join(textwrap.wrap(label, 44)), "")
        if axes in panels[::columns]:
            told = "\n".join(textwrap.wrap(axis_label(meaning, unit), 26))
            axes.set_ylabel(told, fontsize=9, color=INK)
    for axes in panels[len(names) :]:
        axes.remove()
    if "series" in table:
        _legend(figure, panels[0])
    return figure


def _axis_panel(axes: Axes, rows: pd.DataFrame, scale: float) -> None:
    values = list(dict.fromkeys(rows["value"]))
    series = list(dict.fromkeys(rows["series"])) if "series" in rows else [""]
    for place, name in enumerate(series, start=1):
        own = rows[rows["series"] == name] if name else rows
        x = np.array([values.index(value) for value in own["value"]], dtype=float)
        x += 0.08 * (place - (len(series) + 1) / 2)
        _points(axes, x, own, "mean", place, scale, name)
        axes.plot(x, scale * own["mean"].to_numpy(float), color=PALETTE[place], linewidth=1.2)
    axes.set_xticks(range(len(values)), [_tick(value) for value in values])
    if len(values) > 6 or max(len(_tick(value)) for value in values) > 6:
        axes.tick_params(axis="x", rotation=40)


def _tick(value: Any) -> str:
    return f"{value:g}" if isinstance(value, int | float | np.number) else str(value)


def _write_numbers(axes: Axes, numbers: Any) -> None:
    low, high = np.nanmin(numbers), np.nanmax(numbers)
    size = 9 if numbers.shape[1] <= 10 else 7
    for row, column in np.ndindex(*numbers.shape):
        number = numbers[row, column]
        if np.isnan(number):
            axes.text(column, row, "none", ha="center", va="center", fontsize=size, color=FAINT)
            continue
        dark = number < low + 0.55 * (high - low)
        axes.text(
            column,
            row,
            f"{number:.3g}",
            ha="center",
            va="center",
            fontsize=size,
            color="white" if dark else "black",
        )


def parameter_label(name: str, unit: bool = True) -> str:
    """Return what a parameter is called in a figure: ``commitment: trust rate (per month)``."""
    from ..theory.parameters import declared

    parameter = declared().get(name)
    if parameter is None:
        return name.replace("_", " ")
    told = name.replace("_", " ").replace(".", ": ")
    return f"{told} ({parameter.unit})" if unit and parameter.unit else told


# --- the organization ------------------------------------------------------------------


def organization_chart(organization: Organization) -> Figure:
    """Draw the organization: the whole tree if it is small, else how it is built.

    Up to about 400 seats the chief stands in the middle, each level on a ring around,
    branches in colours and informal ties as faint lines; for more, headcount by level and
    the number of direct reports.

    Parameters
    ----------
    organization : Organization
        Its arrays boss, level, branch, team_size, tie_start and tie_seat are read.
    """
    boss = np.asarray(organization.boss)
    return _ring(organization) if len(boss) <= MOST_DRAWN else _build(organization)


def _angles(boss: Any) -> Any:
    """Return each seat's angle: every leaf has the same share of the circle."""
    people = len(boss)
    children: list[list[int]] = [[] for _ in range(people)]
    roots = [seat for seat in range(people) if boss[seat] < 0 or boss[seat] == seat]
    for seat in range(people):
        if seat not in roots:
            children[boss[seat]].append(seat)
    order, stack = [], roots[::-1]
    while stack:
        order.append(stack.pop())
        stack.extend(children[order[-1]][::-1])
    angle = np.zeros(people)
    leaves = [seat for seat in order if not children[seat]]
    angle[leaves] = np.arange(len(leaves)) * 2 * np.pi / len(leaves)
    for seat in reversed(order):
        if children[seat]:
            angle[seat] = (angle[children[seat][0]] + angle[children[seat][-1]]) / 2
    return angle


def _ring(organization: Organization) -> Figure:
    from matplotlib.collections import LineCollection

    boss, level = np.asarray(organization.boss), np.asarray(organization.level)
    angle, branch = _angles(boss), np.asarray(organization.branch)
    place = level[:, None] * np.column_stack([np.sin(angle), np.cos(angle)])
    colour = _branch_colours(branch, level)
    figure = _figure(7.0, 7.0)
    axes = figure.add_subplot()
    ends = np.asarray(organization.tie_seat)
    first = np.asarray(organization.tie_start)
    degree = first[1:] - first[:-1]
    starts = np.repeat(np.arange(len(boss)), degree)
    once = starts < ends
    ties = np.stack([place[starts[once]], place[ends[once]]], axis=1)
    axes.add_collection(LineCollection(list(ties), colors="#b0b0b0", linewidths=0.5, alpha=0.35))
    seats = np.flatnonzero((boss >= 0) & (boss != np.arange(len(boss))))
    lines = np.stack([place[boss[seats]], place[seats]], axis=1)
    edges = LineCollection(list(lines), colors=[colour[seat] for seat in seats], linewidths=1.1)
    axes.add_collection(edges)
    size = np.where(np.asarray(organization.team_size) > 0, 46, 16)
    axes.scatter(
        place[:, 0], place[:, 1], s=size, c=colour, zorder=3, edgecolors="white", linewidths=0.6
    )
    axes.set_aspect("equal")
    axes.margins(0.04)
    axes.axis("off")
    note = f"{len(boss):,} seats on {level.max() + 1} levels; chief in the middle, a ring a level,"
    axes.set_title(f"{note}\na colour a branch; faint lines: informal ties", fontsize=10, color=INK)
    return figure


def _branch_colours(branch: Any, level: Any) -> list[str]:
    hues = PALETTE[1:]
    return [
        PALETTE[0] if level[seat] == 0 else hues[int(branch[seat]) % len(hues)]
        for seat in range(len(branch))
    ]


def _build(organization: Organization) -> Figure:
    level, team = np.asarray(organization.level), np.asarray(organization.team_size)
    figure = _figure(9.0, 4.0)
    left, right = figure.subplots(1, 2)
    counts = np.bincount(level)
    bars = left.barh(range(len(counts)), counts, color=PALETTE[1])
    left.bar_label(bars, [f"{count:,}" for count in counts], padding=3, fontsize=9)
    left.set_yticks(
        range(len(counts)), [_level_name(i, list(range(len(counts)))) for i in range(len(counts))]
    )
    left.invert_yaxis()
    left.margins(x=0.16)
    _dress(left, "Seats", "Level of the hierarchy", "x")
    spans = np.bincount(team[team > 0])
    right.bar(range(len(spans)), spans, color=PALETTE[5])
    right.set_xlim(0.3, len(spans) - 0.3)
    right.xaxis.get_major_locator().set_params(integer=True)
    _dress(right, "Direct reports of a leader", "Leaders")
    return figure


# --- saving ----------------------------------------------------------------------------


def save(figure: Figure, path: str | Path, dpi: float | None = None, text: str = "path") -> Path:
    """Write a figure as PNG or SVG by the name's ending; the same figure, the same bytes.

    Parameters
    ----------
    figure : Figure
    path : path
    dpi : float, optional
        Dots an inch; default: the figure's own.
    text : str
        In an SVG, text is drawn as paths, or with "none" stays text.

    Returns
    -------
    Path
        Where it was written; missing folders are made.
    """
    import matplotlib

    target = Path(path)
    if target.suffix.lower() not in (".png", ".svg"):
        raise InputError(f"a figure is saved as .png or .svg, not '{target.suffix}'")
    target.parent.mkdir(parents=True, exist_ok=True)
    kind, drawn = target.suffix.lower()[1:], io.BytesIO()
    metadata = {"Date": None, "Creator": None} if kind == "svg" else {"Software": None}
    with matplotlib.rc_context({"svg.hashsalt": "mentoring", "svg.fonttype": text}):
        figure.savefig(drawn, format=kind, metadata=metadata, dpi=dpi or "figure")
    content = drawn.getvalue()
    if kind == "svg":  # a fixed head: no address of a document type, no trailing blanks
        content = re.sub(rb"<!DOCTYPE.*?>\s*", b"", content, flags=re.DOTALL)
        content = re.sub(rb"[ \t]+$", b"", content, flags=re.MULTILINE)
    whole(target, lambda part: part.write_bytes(content))
    return target
