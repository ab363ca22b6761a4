"""Figures at column width: complete, legible, coloured only where something is clear."""

from __future__ import annotations

import itertools
import sys
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulation.pictures import plates
from simulation.pictures.figures import PALETTE

TITLES = {
    "lapse": "Leaders promise and do nothing for 6 months",
    "silence": "Leaders fall silent for 6 months",
    "chief": "The chief leaves suddenly, an outsider follows, nobody is told",
    "overlap": "Chief leaves, announced, and works beside the outsider for 2 months",
    "sponsor": "The sponsor of mentoring leaves",
    "leads": "All mentoring leads leave, no plan",
    "line": "All front-line leaders of one branch leave",
}
NOTE = "240 pairs of runs with the same luck, 1,555 people; bands: 95 % intervals of the mean"
VERDICTS = ("supported", "not supported", "depends on role_models.weight_own", "unclear", None)


def curves(count: int, months: int = 60, first: int = -6) -> pd.DataFrame:
    """Return losses after month 60 that fade; the last scenario's is never clear of chance."""
    rows = []
    for place, name in enumerate(list(TITLES)[:count]):
        after = np.arange(first, months + 1)
        size = 0.25 / (place + 1) * (place < count - 1 or count == 1)
        mean = -size * np.clip(after / 5, 0, 1) * np.exp(-np.clip(after, 0, None) / 14)
        mean += 0.3 * size * np.clip((after - 40) / 30, 0, 1)
        part = {"scenario": name, "month": after + 60, "difference": mean}
        rows.append(pd.DataFrame({**part, "low": mean - 0.012, "high": mean + 0.012}))
    return pd.concat(rows, ignore_index=True)


def over_time(count: int = 7, **more: Any) -> Any:
    notes = {"lapse": "felt for two years\n−0.187 sd in the year after, −0.143 in the second"}
    notes |= {"chief": "depends on role_models.weight_own\n−0.081 sd in the year after"}
    look = {"event": 60, "unit": "sd", "label": "Difference in mean engagement", "note": NOTE}
    look |= {"titles": dict(list(TITLES.items())[:count]), "notes": notes}
    if count > 2:
        look["beside"] = {"silence": ("lapse", "promised"), "chief": ("lapse", "a lapse")}
    return plates.over_time(curves(count), **{**look, **more})


def doses(kinds: int, panels: int, steps: Any) -> pd.DataFrame:
    """Return curves whose ends lie close together, and cross zero."""
    rows = [
        (f"Panel with the name {p + 1}", SERIES[k], x, y, y - 0.02, y + 0.02)
        for p in range(panels)
        for k in range(kinds)
        for i, x in enumerate(steps)
        for y in [0.3 * np.sin(1 + i / 2 + 0.9 * k) * (i < len(steps) - 1) + 0.004 * k]
    ]
    return pd.DataFrame(rows, columns=["panel", "series", "x", "value", "low", "high"])


SERIES = (
    "as it is",
    "told by leaders themselves",
    "with data",
    "with stories",
    "stories and data, every month",
    "never",
)


def dose(kinds: int = 4, panels: int = 3, steps: Any = (0, 1, 2, 3, 6, 12), **more: Any) -> Any:
    look = {"x": "Broken promises (months)", "y": "Adoption after ten years", "unit": "share"}
    return plates.dose(doses(kinds, panels, steps), **{**look, "note": NOTE, **more})


def findings() -> pd.DataFrame:
    rows = [
        ("felt in the year after", TITLES["lapse"], "engagement lost", "sd", 0.19, 0.18, 0.2, 0.01),
        ("felt in the year after", TITLES["sponsor"], "engagement lost", "sd", 0, -0.01, 0.005, 0.01),
        ("felt in the year after", TITLES["chief"], "engagement lost", "sd", 0.08, 0.07, 0.09, 0.01),
        ("notice spares", "", "engagement lost less", "sd", 0.05, 0.01, 0.09, 0.02),
        ("a shared and aligned vision moves people who were never invited to take part in it",
         "in an organization of 1,555", "adoption", "share", -0.02, -0.05, 0.01, 0.02),
        ("ownership permeates", "", "adoption", "share", 0.06, 0.05, 0.07, 0.02),
        ("absence is noticed late", "", "months until it is noticed", "months", 4.0, np.nan, np.nan, 3.0),
    ]  # fmt: skip
    columns = ["claim", "case", "measured", "unit", "value", "low", "high", "at_least"]
    words = ["supported", "not supported", VERDICTS[2], "unclear", "not supported", "supported"]
    return pd.DataFrame(rows, columns=columns).assign(verdict=[*words, "unclear"])


def grid(columns: int, lines: int, panels: int = 1) -> pd.DataFrame:
    rows = [
        (f"map {p + 1}", round(i / (columns - 1), 3), round(j / (lines - 1), 3), value)
        for p in range(panels)
        for i in range(columns)
        for j in range(lines)
        for value in [0.4 * (i / columns - (0.3 + 0.2 * p)) + 0.3 * (j / lines - 0.5)]
    ]
    table = pd.DataFrame(rows, columns=["panel", "x", "y", "value"])
    table = table.assign(low=table["value"] - 0.05, high=table["value"] + 0.05)
    return table if panels > 1 else table.drop(columns="panel")


def surface(columns: int = 6, lines: int = 6, panels: int = 1, **more: Any) -> Any:
    look = {"x": "Commitment in action", "y": "Visibility of leaders (visits a month)"}
    look |= {"label": "Difference in engagement", "unit": "sd", "note": NOTE, **more}
    return plates.surface(grid(columns, lines, panels), **look)


ASSUMED = (
    "as it is", "threshold rule", "another network", "weekly steps", "the manufacturing firm",
    "flat", "deep", "wide span", "accepted vectors",
)  # fmt: skip


def verdicts(count: int, group: bool) -> pd.DataFrame:
    rows = [
        (claim, name, VERDICTS[(3 * i + j * j) % 5], 0.01 * (i - j), "Be committed" if i < 3 else "Be present")
        for i, claim in enumerate(TITLES.values())
        for j, name in enumerate(ASSUMED[:count])
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["claim", "assumption", "verdict", "effect", "group"])
    return table if group else table.drop(columns="group")


def matrix(count: int = 9, group: bool = True, **more: Any) -> Any:
    look = {"rows": "claim", "columns": "assumption", "word": "verdict", "note": NOTE}
    return plates.matrix(verdicts(count, group), **{**look, **more})


SIZES = (30, 100, 300, 1000, 3000, 30000)
DRAWN = {
    "time_many": over_time,
    "time_one": lambda: over_time(1, width=plates.SINGLE),
    "time_three": lambda: over_time(3),
    "time_single": lambda: over_time(4, width=plates.SINGLE),
    "time_run": lambda: over_time(2, event=None),
    "dose_three": dose,
    "dose_sizes": lambda: dose(6, 1, SIZES, x="People", width=plates.SINGLE),
    "dose_words": lambda: dose(2, 2, ("never", "every year", "every quarter", "every month")),
    "dose_one": lambda: dose(1, 2, np.linspace(0, 1, 21), widths=(2, 1)),
    "effects": lambda: plates.effects(findings(), note=NOTE),
    "effects_single": lambda: plates.effects(findings(), note=NOTE, width=plates.SINGLE),
    "surface": surface,
    "surface_fine": lambda: surface(15, 12, 3, width=plates.DOUBLE),
    "surface_two": lambda: surface(7, 5, 2),
    "matrix": matrix,
    "matrix_numbers": lambda: matrix(5, False, number="effect"),
    "matrix_single": lambda: matrix(6, True, width=plates.SINGLE),
}
each = pytest.mark.parametrize("name", DRAWN)


@pytest.fixture(scope="module")
def figure():
    """Return a drawn figure by name, each drawn once."""
    known: dict[str, Any] = {}

    def of(name: str) -> Any:
        if name not in known:
            known[name] = DRAWN[name]()
            known[name].draw_without_rendering()
        return known[name]

    return of


def texts(figure: Any) -> list[tuple[str, Any]]:
    """Return every text that is seen, with its box in pixels."""
    from matplotlib.text import Text

    seen = []
    for one in figure.findobj(Text):
        axes = one.axes
        hidden = axes is not None and not axes.axison and one not in axes.texts
        if not one.get_visible() or not one.get_text().strip() or hidden:
            continue
        seen.append((one.get_text(), Text.get_window_extent(one)))
    ticks = {id(t): t for a in figure.axes for t in beyond(a)}
    return [(t, b) for t, b in seen if (t, b.bounds) not in {v for v in ticks.values()}]


def beyond(axes: Any) -> list[tuple[str, Any]]:
    """Return labels of ticks outside the axis' limits, which are not drawn."""
    found = []
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        for tick in [*axis.majorTicks, *axis.minorTicks]:
            if not low - 1e-9 <= tick.get_loc() <= high + 1e-9:
                found += [(t.get_text(), t.get_window_extent().bounds) for t in (tick.label1, tick.label2)]
    return found


def test_a_boundary_parts_the_vectors_by_colour():
    rows = pd.DataFrame(
        {
            "panel": "talk adds to action: much of both",
            "parameter": "commitment.talk_relay",
            "x": [0.4, 0.5, 0.6, 0.7],
            "value": [-0.02, -0.01, 0.02, 0.03],
            "unit": "sd",
            "split": 0.0,
            "boundary": 0.55,
        }
    )
    figure = plates.boundaries(rows, note="4 accepted vectors")
    (axes,) = figure.axes
    points = {line.get_color(): list(line.get_ydata()) for line in axes.lines[:2]}
    assert points == {plates.UP: [0.02, 0.03], plates.GREY: [-0.02, -0.01]}
    assert axes.lines[3].get_xdata() == [0.55, 0.55]
