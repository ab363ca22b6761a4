"""The report of a sweep: what its axes do to practice and engagement, and every point.

Points are never added up: each has its own row, and an axis is told by the means of all points
that share a value.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..pictures.summaries import bounds_of, interval, unit_of
from ..words import number
from .report import (
    CHANCE_ONLY,
    LIMITS,
    Picture,
    described_organization,
    picture_data,
    render,
    shown,
)

if TYPE_CHECKING:
    from ..study.runs import Runs

__all__ = ["effects", "sentences", "write_sweep_report"]

#: Measures that are told, with what they are called.
TOLD = {"engagement": "engagement", "adoption": "practising"}
#: Most rows of the table of points, and values of an axis that are told one by one.
MOST_POINTS, MOST_VALUES = 300, 12


def write_sweep_report(runs: Runs, path: str | Path) -> Path:
    """Write the report of a sweep as one HTML file and return its path.

    Parameters
    ----------
    runs : Runs
        Of a design.
    path : str or Path
        The file; missing folders are made, an older file is replaced.
    """
    told = effects(runs)
    summary = runs.summary()
    points = runs.points
    axes = [name for name in points.columns if name not in ("point", "scenario")]
    content = {
        "title": runs.base.title or runs.base.name,
        "question": runs.base.question,
        "sentences": sentences(runs, told),
        "notes": (),
        "limits": (CHANCE_ONLY, *LIMITS),
        "pictures": _pictures(runs, told, summary, axes),
        "measures": [name.capitalize() for name in TOLD.values()],
        "effects": _effect_rows(told),
        "axes": axes,
        "points": _point_rows(points.head(MOST_POINTS), axes, summary),
        "left_out": max(0, len(points) - MOST_POINTS),
        "failures": [
            f"point {row.point}, replication {row.replication}: {row.error}"
            for row in runs.failures.itertuples()
        ],
        "organization": described_organization(runs.study.organization(0)),
        "chart": None,
        "provenance": runs.provenance | {"months": runs.base.parameters.run.months},
        "replications": runs.replications,
        "scenarios": [{"name": runs.base.name, "digest": runs.base.digest}],
        "folder": runs.folder,
    }
    return render("sweep.html.jinja", content, path)


def effects(runs: Runs) -> pd.DataFrame:
    """Return what the points with each value of each axis show, the other axes averaged over.

    Returns
    -------
    DataFrame
        ``axis, value, measure, mean, low, high, points``; the interval is over replications. An
        axis of many values is cut into fifths of its range.
    """
    well = runs.runs[runs.runs["status"] == "finished"]
    points = runs.points.set_index("point")
    rows = []
    for axis in (name for name in points.columns if name != "scenario"):
        values = points[axis]
        groups = _grouped(values)
        for value in dict.fromkeys(groups.dropna()):
            some = groups.index[groups == value]
            block = well[well["point"].isin(some)]
            for measure in TOLD:
                each = block.groupby("replication")[measure].mean()
                told = interval(each, bounds=bounds_of(unit_of(measure)))
                rows.append((axis, value, measure, *told, len(some)))
    columns = ["axis", "value", "measure", "mean", "low", "high", "points"]
    return pd.DataFrame(rows, columns=columns)


def _grouped(values: pd.Series[Any]) -> pd.Series[Any]:
    """Return values as they are, or the fifth of the range that each lies in."""
    if values.nunique() <= MOST_VALUES or values.dtype.kind not in "if":
        return values.sort_values()
    low, high = float(values.min()), float(values.max())
    ends = np.linspace(low, high, 6)
    names = [f"{number(a)} to {number(b)}" for a, b in itertools.pairwise(ends)]
    place = np.clip(np.searchsorted(ends, values, side="right") - 1, 0, 4)
    return pd.Series([names[k] for k in place], index=values.index)[values.sort_values().index]


def sentences(runs: Runs, told: pd.DataFrame) -> list[str]:
    """Return in plain words how far apart the points lie, and which axis does most."""
    summary = runs.summary()
    found = []
    for measure, name in TOLD.items():
        means = summary[summary["measure"] == measure].set_index("point")["mean"].dropna()
        if means.empty:
            continue
        ends = [int(str(means.idxmin())), int(str(means.idxmax()))]
        low, high = (_value(means[point], measure) for point in ends)
        labels = [runs.labels[point] for point in ends]
        found.append(
            f"{name.capitalize()} in the last 12 months: from {low} ({labels[0]}) to {high} "
            f"({labels[1]})."
        )
        found += _strongest(told[told["measure"] == measure], measure, name)
    if runs.failed:
        found.append(f"{runs.failed:,} of {runs.wanted:,} runs failed; they are in no number.")
    return found or ["No run has finished."]


def _strongest(told: pd.DataFrame, measure: str, name: str) -> list[str]:
    """Return a sentence on the axis whose values lie farthest apart, if there are several."""
    spread = told.groupby("axis", sort=False)["mean"].agg(lambda means: means.max() - means.min())
    if len(spread) < 2 or not spread.max() > 0.0:
        return []
    axis = str(spread.idxmax())
    rows = told[told["axis"] == axis].sort_values("mean").to_dict("records")
    first, last = rows[0], rows[-1]
    return [
        f"Of the axes {axis} moves {name} most: {_value(first['mean'], measure)} at "
        f"{_text(first['value'])}, {_value(last['mean'], measure)} at {_text(last['value'])}, the "
        "others averaged over."
    ]


def _value(value: float, measure: str) -> str:
    return shown(value, np.nan, np.nan, unit_of(measure))[0]


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float | np.floating) else str(value)


def _effect_rows(told: pd.DataFrame) -> list[dict[str, Any]]:
    rows = []
    for (axis, value), block in told.groupby(["axis", "value"], sort=False):
        by_name = block.set_index("measure")
        cells = [
            shown(
                float(by_name["mean"][name]),
                float(by_name["low"][name]),
                float(by_name["high"][name]),
                unit_of(name),
            )
            for name in TOLD
        ]
        rows.append({"axis": axis, "value": _text(value), "cells": cells})
    return rows


def _point_rows(
    points: pd.DataFrame, axes: list[str], summary: pd.DataFrame
) -> list[dict[str, Any]]:
    known = summary[summary["measure"].isin(TOLD)].set_index(["point", "measure"])
    rows = []
    for row in points.to_dict("records"):
        cells, runs = [], 0
        for name in TOLD:
            if (row["point"], name) in known.index:
                one = known.loc[[(row["point"], name)]].iloc[0]
                cells.append(shown(one["mean"], one["low"], one["high"], unit_of(name)))
                runs = int(one["replications"])
            else:
                cells.append(["failed", ""])
        settings = [_text(row[axis]) for axis in axes]
        rows.append({"point": row["point"], "settings": settings, "cells": cells, "runs": runs})
    return rows


def _pictures(
    runs: Runs, told: pd.DataFrame, summary: pd.DataFrame, axes: list[str]
) -> list[Picture]:
    """Return a map for a grid of two axes, and the effect of each axis."""
    from ..pictures import figures

    pictures = []
    means = summary.pivot(index="point", columns="measure", values="mean").reset_index()
    table = runs.points.merge(means, on="point", how="left")
    crossed = len(axes) == 2 and not table.duplicated(axes).any()
    for measure, name in TOLD.items():
        small = all(table[axis].nunique() <= MOST_VALUES for axis in axes)
        if crossed and small:
            pictures.append(
                Picture(
                    f"{name.capitalize()} over the two axes",
                    picture_data(figures.sweep_map(table, axes[0], axes[1], measure)),
                    f"A map of {name} by {axes[0]} and {axes[1]}, with its numbers.",
                    f"The mean of {name} in the last 12 months at each point.",
                )
            )
        rows = told[told["measure"] == measure]
        pictures.append(
            Picture(
                f"{name.capitalize()} by axis",
                picture_data(figures.axis_effects(rows, measure)),
                f"Points with intervals: mean {name} at each value of each axis.",
                "Means over all points with a value, with 95 % intervals of the mean (chance "
                "only); the other axes are averaged over.",
            )
        )
    return pictures
