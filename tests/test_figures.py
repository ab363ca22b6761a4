"""Figures: drawn from small tables, complete, the same bytes every time."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulation.errors import InputError
from simulation.pictures import figures

TITLES = {
    "baseline": "Baseline: leaders keep committed",
    "no_plan": "The chief leaves in month 60 and nobody had planned a succession",
    "lapse": "Talk goes on, action lapses for a year across the organization",
    "cut": "The programme's budget is halved & the mentoring leads leave <at once>",
    "briefings": "Monthly briefings keep leaders current after the chief's departure",
}
OUTCOMES = {
    "end_adoption": ("People who practise mentoring in the last year", "share", 0.5),
    "mean_engagement": ("Mean engagement", "sd", 0.1),
    "practised_person_years": ("Mentoring practised", "person-years", 5200.0),
    "lowest_adoption": ("Lowest adoption", "share", 0.4),
    "months_to_half_recovery": ("Months until half of the loss is made good", "months", 14.0),
    "exits": ("People who left", "people", 1900.0),
    "leader_hours": ("Hours of leaders", "hours", 81000.0),
    "money": ("Programme money", "thousand", 2100.0),
}
EVENTS = [
    {"month": 60, "type": "chief_leaves", "successor": "outside", "vacancy": 3},
    {"month": 62, "type": "commitment_lapse", "action": 0.1, "months": 12, "level": -1},
    {"month": 62, "type": "budget_cut", "share": 0.5, "resource": "all", "months": 0},
    {"month": 118, "type": "leads_leave", "count": 0},
]


def over_time(column: str) -> pd.DataFrame:
    rows = []
    months = np.arange(121)
    for place, name in enumerate(TITLES):
        for measure, top in (("adoption", 0.6), ("engagement", 0.3), ("credibility", 0.7)):
            curve = top / (1 + np.exp(-(months - 40) / 12)) - 0.04 * place * (months > 60)
            if column == "difference":
                curve = -0.04 * place * np.clip((months - 60) / 12, 0, 1)
            rows.append(
                pd.DataFrame(
                    {
                        "scenario": name,
                        "measure": measure,
                        "month": months,
                        column: curve,
                        "low": curve - 0.03,
                        "high": curve + 0.03,
                    }
                )
            )
    return pd.concat(rows, ignore_index=True)


def by_level() -> pd.DataFrame:
    rows = [
        (name, level, 0.8 - 0.1 * level - 0.05 * place)
        for place, name in enumerate(TITLES)
        for level in range(5)
    ]
    table = pd.DataFrame(rows, columns=["scenario", "level", "adoption"])
    return table.assign(low=table.adoption - 0.03, high=table.adoption + 0.02)


def outcome_table(scenarios: int = 5) -> pd.DataFrame:
    rows = []
    for place, name in enumerate(list(TITLES)[:scenarios]):
        for order, (outcome, (label, unit, size)) in enumerate(OUTCOMES.items()):
            change = (-1) ** order * 0.06 * size * (place - 2 if place else np.nan)
            mean, half = size + (0 if np.isnan(change) else change), 0.03 * size
            sentence = f"{TITLES[name]}: {label.lower()} differs by {change:.3g}." if place else ""
            rows.append(
                (
                    name,
                    outcome,
                    label,
                    unit,
                    mean,
                    mean - half,
                    mean + half,
                    change,
                    change - half,
                    change + half,
                    "mean",
                    *(np.nan, np.nan, np.nan, 120.0),
                    40,
                    sentence,
                )
            )
    return pd.DataFrame(
        rows,
        columns=[
            "scenario",
            "outcome",
            "label",
            "unit",
            "mean",
            "low",
            "high",
            "difference",
            "difference_low",
            "difference_high",
            "interval_of",
            "parameter_share",
            "share_low",
            "share_high",
            "searched",
            "replications",
            "sentence",
        ],
    )


def tree(span: int, depth: int) -> SimpleNamespace:
    boss, level, branch = [-1], [0], [-1]
    ring = [0]
    for step in range(1, depth):
        below = []
        for seat in ring:
            for child in range(span):
                below.append(len(boss))
                boss.append(seat)
                level.append(step)
                branch.append(child if step == 1 else branch[seat])
        ring = below
    people = len(boss)
    generator = np.random.default_rng(3)
    pairs = generator.integers(0, people, (people, 2))
    both = np.vstack([pairs, pairs[:, ::-1]])
    both = both[np.argsort(both[:, 0], kind="stable")]
    size = np.bincount(np.array(boss[1:]), minlength=people)
    return SimpleNamespace(
        people=people,
        boss=np.array(boss),
        level=np.array(level),
        branch=np.array(branch),
        team_size=size,
        tie_seat=both[:, 1],
        tie_start=np.concatenate([[0], np.cumsum(np.bincount(both[:, 0], minlength=people))]),
    )


def sweep_table() -> pd.DataFrame:
    axes = [(a, t, 0.2 + 0.5 * a * t) for a in (0.2, 0.4, 0.6, 0.8) for t in (0.0, 0.5, 1.0)]
    return pd.DataFrame(axes, columns=["commitment.action", "commitment.talk", "adoption"])


def series_of_axes() -> Any:
    rows = [
        ("presence.level", "Visits", value, series, value * share, value * share, value * share)
        for value in (0.0, 0.5, 1.0)
        for series, share in (("after 2 years", 0.9), ("after 10 years", 0.6))
    ]
    columns = ["axis", "label", "value", "series", "mean", "low", "high"]
    return figures.axis_effects(pd.DataFrame(rows, columns=columns), "never_stopped")


DRAWN = {
    "series_of_axes": series_of_axes,
    "bands": lambda: figures.bands(over_time("mean"), "adoption", EVENTS, "Adoption", TITLES),
    "differences": lambda: figures.differences(over_time("difference"), "adoption", EVENTS, TITLES),
    "by_level": lambda: figures.adoption_by_level(by_level(), TITLES),
    "cost": lambda: figures.cost_against_effect(outcome_table(), TITLES),
    "small_chart": lambda: figures.organization_chart(tree(6, 4)),
    "large_chart": lambda: figures.organization_chart(tree(6, 5)),
    "sweep": lambda: figures.sweep_map(
        sweep_table(), "commitment.action", "commitment.talk", "adoption"
    ),
}


@pytest.mark.parametrize("name", DRAWN)
def test_same_table_gives_the_same_bytes(name, tmp_path):
    first, second = (figures.save(DRAWN[name](), tmp_path / f"{i}.svg") for i in range(2))
    assert first.read_bytes() == second.read_bytes()
    assert "DOCTYPE" not in first.read_text("utf-8")


@pytest.mark.parametrize("name", DRAWN)
def test_nothing_is_cut_off(name):
    figure = DRAWN[name]()
    figure.draw_without_rendering()
    box, page = figure.get_tightbbox(), figure.bbox_inches
    assert box.x0 > -0.01
    assert box.y0 > -0.01
    assert box.x1 < page.x1 + 0.01
    assert box.y1 < page.y1 + 0.01


def test_no_figure_needs_pyplot_or_leaves_settings_behind(tmp_path):
    import matplotlib

    before = dict(matplotlib.rcParams)
    figures.save(DRAWN["bands"](), tmp_path / "one.png")
    assert dict(matplotlib.rcParams) == before
    assert "matplotlib.pyplot" not in sys.modules or matplotlib.pyplot.get_fignums() == []


def test_a_scenario_keeps_its_colour_in_every_figure():
    def colour(figure, label):
        handles, labels = figure.axes[0].get_legend_handles_labels()
        handle = handles[labels.index(label)]
        return (handle[0] if isinstance(handle, tuple) else handle).get_color()

    for name in list(TITLES)[1:]:
        seen = {colour(DRAWN[one](), TITLES[name]) for one in ("bands", "differences", "by_level")}
        assert len(seen) == 1


def test_first_scenario_is_absent_from_differences_and_keeps_its_colour():
    table = over_time("difference")
    without = table[table["scenario"] != "baseline"]
    for one in (table, without):
        labels = figures.differences(one, "adoption").axes[0].get_legend_handles_labels()[1]
        assert labels == list(TITLES)[1:]
        line = figures.differences(one, "adoption").axes[0].get_lines()[0]
        assert line.get_color() == figures.PALETTE[1]


def test_axis_effects_draw_a_line_a_series():
    (panel,) = series_of_axes().axes
    curves = [line.get_ydata()[-1] for line in panel.lines if len(line.get_xdata()) == 3]
    assert set(np.round(curves, 6)) == {90.0, 60.0}
    assert panel.get_xlabel() == "Visits"


def test_axes_carry_units():
    axes = DRAWN["bands"]().axes[0]
    assert axes.get_ylabel() == "Share of people who practise mentoring (%)"
    assert axes.get_ylim()[1] > 50
    assert "percentage points" in DRAWN["differences"]().axes[0].get_ylabel()


def test_labels_of_events_do_not_overlap():
    figure = DRAWN["bands"]()
    figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in figure.axes[0].texts]
    assert len(boxes) == 3
    for i, one in enumerate(boxes):
        assert not any(one.overlaps(other) for other in boxes[i + 1 :])


def test_labels_of_points_do_not_overlap():
    figure = DRAWN["cost"]()
    figure.draw_without_rendering()
    boxes = [type(text).__mro__[1].get_window_extent(text) for text in figure.axes[0].texts]
    assert len(boxes) == 5
    for i, one in enumerate(boxes):
        assert not any(one.overlaps(other) for other in boxes[i + 1 :])


def test_without_differences_costs_are_absolute():
    figure = figures.cost_against_effect(outcome_table(1))
    assert figure.axes[0].get_xlabel() == "Programme money over the run (thousand)"


def test_one_run_each_has_no_made_up_intervals():
    table = outcome_table()
    table[["difference_low", "difference_high"]] = np.nan
    axes = figures.cost_against_effect(table).axes[0]
    for container in axes.containers:
        for bars in container[2]:
            assert np.ptp(np.array(bars.get_segments()), axis=1).max() == 0.0


def test_event_label_says_what_matters():
    assert figures.event_label(EVENTS[0]) == "chief leaves: successor outside, vacancy 3 months"
    assert figures.event_label(EVENTS[1]) == "commitment lapse: action 0.1, 12 months"
    assert figures.event_label(EVENTS[3]) == "leads leave: all"
    change = {"month": 9, "type": "change", "lever": "briefings.interval", "value": 1.5, "ramp": 3}
    said = "change: briefings.interval, to 1.5, ramp 3 months"
    assert figures.event_label(change) == said
    change = {"month": 9, "type": "change", "lever": "succession.plan", "value": True, "seat": ""}
    assert figures.event_label(change) == "change: succession.plan, to true"
    assert figures.event_label(EVENTS[2]) == "budget cut: 50 %, lasting"


def test_unknown_measures_and_formats_are_refused(tmp_path):
    with pytest.raises(ValueError, match="no rows"):
        figures.bands(over_time("mean"), "happiness")
    with pytest.raises(InputError, match=r"\.png or \.svg"):
        figures.save(DRAWN["sweep"](), tmp_path / "one.pdf")
