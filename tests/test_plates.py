"""Figures at column width: complete, legible, coloured only where something is clear."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulation.pictures import influence, plates

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


FELT = "felt in the year after"


def findings() -> pd.DataFrame:
    rows = [
        (FELT, TITLES["lapse"], "engagement lost", "sd", 0.19, 0.18, 0.2, 0.01),
        (FELT, TITLES["sponsor"], "engagement lost", "sd", 0, -0.01, 0.005, 0.01),
        (FELT, TITLES["chief"], "engagement lost", "sd", 0.08, 0.07, 0.09, 0.01),
        ("notice spares", "", "engagement lost less", "sd", 0.05, 0.01, 0.09, 0.02),
        ("a shared and aligned vision moves people who were never invited to take part in it",
         "in an organization of 1,555", "adoption", "share", -0.02, -0.05, 0.01, 0.02),
        ("ownership permeates", "", "adoption", "share", 0.06, 0.05, 0.07, 0.02),
        ("absence is noticed late", "", "months until noticed", "months", 4, np.nan, np.nan, 3),
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


GROUPS = ("Be committed", "Be present")


def verdicts(count: int, group: bool) -> pd.DataFrame:
    rows = [
        (claim, name, VERDICTS[(3 * i + j * j) % 5], 0.01 * (i - j), GROUPS[i > 2])
        for i, claim in enumerate(TITLES.values())
        for j, name in enumerate(ASSUMED[:count])
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["claim", "assumption", "verdict", "effect", "group"])
    return table if group else table.drop(columns="group")


def matrix(count: int = 9, group: bool = True, **more: Any) -> Any:
    look = {"rows": "claim", "columns": "assumption", "word": "verdict", "note": NOTE}
    return plates.matrix(verdicts(count, group), **{**look, **more})


LEVERS = ("commitment.talk", "commitment.action", "presence.level", "invitation.recognition",
          "invitation.reach", "briefings.interval", "succession.leads",
          "organization.promotion_of_those_who_lead")  # fmt: skip


def indices() -> pd.DataFrame:
    first = 0.4 / np.arange(1, len(LEVERS) + 1)
    table = pd.DataFrame({"parameter": LEVERS, "first": first, "total": first + 0.1})
    for key, wide in (("first", 0.12), ("total", 0.08)):
        table[f"{key}_low"] = (table[key] - wide).clip(0.0)
        table[f"{key}_high"] = table[key] + wide
    return table.assign(at_lowest=0.2 - first, at_highest=0.2 + 0.5 * first)


CHANCE = pd.DataFrame(
    {
        "source": ["parameters", "chance"],
        "share": [0.7, 0.3],
        "low": [0.6, 0.25],
        "high": [0.75, 0.4],
    }
)


def couples() -> pd.DataFrame:
    """Return second-order indices: only that of the first two is clear of nought."""
    rows = [(a, b, 0.05, -0.1, 0.2) for i, a in enumerate(LEVERS) for b in LEVERS[i + 1 :]]
    rows[0] = (*LEVERS[:2], 0.06, 0.02, 0.1)
    return pd.DataFrame(rows, columns=["first", "second", "index", "low", "high"])


def boundaries(panels: int = 1) -> Any:
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
    more = [rows.assign(panel=f"{rows['panel'][0]}. {TITLES['chief']}: engagement, months {k}")
            for k in range(panels - 1)]  # fmt: skip
    return plates.boundaries(pd.concat([rows, *more]), note="4 accepted vectors")


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
    "boundaries": boundaries,
    "boundaries_many": lambda: boundaries(5),
    "indices": lambda: influence.indices(indices(), CHANCE),
    "tornado": lambda: influence.tornado(indices(), "adoption", "baseline"),
    "interactions": lambda: influence.interactions(couples()),
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
        known[name].draw_without_rendering()  # saving leaves positions in the file's pixels
        return known[name]

    return of


def texts(figure: Any) -> list[tuple[str, Any]]:
    """Return every text that is seen, with its box in pixels; labels without their leaders."""
    from matplotlib.text import Text

    unseen = {id(label) for axes in figure.axes for label in beyond(axes)}
    return [
        (one.get_text(), Text.get_window_extent(one))
        for one in figure.findobj(Text)
        if one.get_visible() and one.get_text().strip() and id(one) not in unseen
    ]


def beyond(axes: Any) -> list[Any]:
    """Return labels of ticks that are not drawn: outside the limits, or of no axis."""
    found = []
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        for tick in [*axis.majorTicks, *axis.minorTicks]:
            if not axes.axison or not low - 1e-9 <= tick.get_loc() <= high + 1e-9:
                found += [tick.label1, tick.label2]
    return found


def inked(artists: Any) -> set[str]:
    from matplotlib.colors import to_hex

    return {to_hex(one.get_color()).lower() for one in artists}


COLOURED = {plates.UP.lower(), plates.DOWN.lower()}


@each
def test_no_text_is_cut_off_or_written_over_another(figure, name):
    drawn = figure(name)
    page, seen = drawn.bbox, texts(drawn)
    assert len(seen) > 5
    for text, box in seen:
        assert box.x0 >= page.x0, text
        assert box.y0 >= page.y0, text
        assert box.x1 <= page.x1, text
        assert box.y1 <= page.y1, text
    for place, (text, box) in enumerate(seen):
        across = [other for other, one in seen[place + 1 :] if apart(box, one) < -1.0]
        assert not across, f"{text!r} lies on {across}"


def apart(one: Any, other: Any) -> float:
    """Return how many pixels two boxes are apart; negative where they overlap."""
    across = max(one.x0 - other.x1, other.x0 - one.x1)
    return max(across, max(one.y0 - other.y1, other.y0 - one.y1))


@each
def test_a_figure_is_as_wide_as_its_column(figure, name, tmp_path):
    from PIL import Image

    drawn = figure(name)
    narrow = {"time_one", "time_single", "dose_sizes", "surface", "surface_two"}
    wanted = 89.0 if name in narrow or name.endswith("_single") else 183.0
    png, svg = plates.save(drawn, tmp_path / name)
    with Image.open(png) as picture:
        assert round(picture.info["dpi"][0]) == 300
        assert picture.width / 300 * 25.4 == pytest.approx(wanted, abs=0.5)
        assert 20.0 < picture.height / 300 * 25.4 < 240.0  # it fits a page
    assert f'width="{wanted / 25.4 * 72:.3f}'[:10] in svg.read_text("utf-8")


@each
def test_the_same_table_gives_the_same_files(name, tmp_path):
    first, second = (plates.save(DRAWN[name](), tmp_path / f"{i}.png") for i in range(2))
    assert [one.name for one in first] == ["0.png", "0.svg"]
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_text_stays_text_and_a_stem_keeps_its_dots(tmp_path):
    png, svg = plates.save(DRAWN["matrix"](), tmp_path / "new" / "claims.v2")
    assert (png.name, svg.name) == ("claims.v2.png", "claims.v2.svg")
    drawn = svg.read_text("utf-8")
    assert "The sponsor of mentoring leaves</text>" in drawn
    assert "<dc:date>" not in drawn


def test_a_curve_has_colour_only_where_its_interval_excludes_zero(figure):
    panels = figure("time_many").axes
    assert [bool(inked(panel.lines) & COLOURED) for panel in panels] == [True] * 6 + [False]
    first = panels[0]
    (down,) = (line for line in first.lines if line.get_color() == plates.DOWN)
    rows = curves(7).query("scenario == 'lapse'")
    clear = (rows["high"] < 0).to_numpy()
    assert clear.any()
    assert not clear.all()
    assert (np.isfinite(down.get_ydata()) == clear).all()
    assert np.allclose(down.get_ydata()[clear], rows["difference"].to_numpy()[clear])


def test_panels_are_lettered_share_a_scale_and_show_what_they_are_held_against(figure):
    panels = figure("time_many").axes
    assert [panel.texts[0].get_text() for panel in panels] == list("abcdefg")
    assert len({(panel.get_xlim(), panel.get_ylim()) for panel in panels}) == 1
    said = [[text.get_text() for text in panel.texts] for panel in panels]
    assert ["promised" in one for one in said] == [False, True] + [False] * 5
    (other,) = (line for line in panels[1].lines if line.get_color() == "#666666")
    assert np.allclose(other.get_ydata(), curves(7).query("scenario == 'lapse'")["difference"])
    assert "felt for two years" in said[0][2]


def test_many_months_are_counted_in_years_and_few_in_months():
    table = curves(2)
    look = {"event": 60, "unit": "share", "label": "Difference in adoption"}
    long = plates.over_time(table, **look)
    short = plates.over_time(table[table["month"] <= 84], **look)
    assert long.axes[0].get_xlabel() == "Years since the event"
    assert [tick.get_text() for tick in long.axes[0].get_xticklabels()] == list("012345")
    assert short.axes[0].get_xlabel() == "Months since the event"
    assert long.axes[0].get_ylim()[0] < -10  # shares in percentage points
    assert "percentage points" in " ".join(text for text, _ in texts(long)).replace("\n", " ")


def test_ends_of_curves_are_named_in_their_order(figure):
    from matplotlib.text import Text

    (axes,) = figure("dose_sizes").axes
    assert axes.get_xscale() == "log"
    labels = {one.get_text().replace("\n", " "): one for one in axes.texts}
    boxes = [Text.get_window_extent(labels[kind]).y0 for kind in SERIES]
    assert boxes == sorted(boxes)
    assert inked(labels[kind] for kind in SERIES) == inked(
        line for line in axes.lines if len(line.get_xdata()) == len(SIZES)
    )


def test_words_are_steps_in_their_order_and_zero_is_drawn_where_it_is_crossed(figure):
    axes = figure("dose_words").axes[0]
    steps = [tick.get_text().replace("\n", " ") for tick in axes.get_xticklabels()]
    assert steps == ["never", "every year", "every quarter", "every month"]
    assert any(list(line.get_ydata()) == [0.0, 0.0] for line in axes.lines)
    above = doses(2, 1, (0, 1, 2)).assign(value=0.5, low=0.4, high=0.6)
    (alone,) = plates.dose(above, x="Dose", y="Share").axes
    assert not any(list(line.get_ydata()) == [0.0, 0.0] for line in alone.lines)


def test_findings_have_colour_only_where_the_verdict_is_clear(figure):
    blocks = figure("effects").axes
    points = [[line for line in axes.lines if line.get_marker() in list("osD")] for axes in blocks]
    found = [[(one.get_xdata()[0], one.get_marker(), one.get_color()) for one in b] for b in points]
    up, down, grey = plates.UP, plates.DOWN, plates.GREY
    assert found[0] == [(0.19, "o", up), (0, "s", down), (0.08, "D", grey), (0.05, "D", grey)]
    assert found[1] == [(-2.0, "s", down), (6.0, "o", up)]
    assert [axes.get_xlabel() for axes in blocks] == [
        "standard deviations",
        "percentage points",
        "months",
    ]
    said = {"".join(text.split()) for text, _ in texts(figure("effects"))}
    assert {"supported", "notsupported", "dependsonrole_models.weight_own", "unclear"} <= said
    ticks = [line.get_xdata()[0] for line in blocks[0].lines if line.get_linewidth() == 0.8]
    assert ticks == [0.01, 0.01, 0.01, 0.02]


def test_a_map_has_no_colour_where_the_interval_includes_zero(figure):
    axes = figure("surface").axes[0]
    table = grid(6, 6).sort_values(["y", "x"])
    clear = ((table["low"] > 0) | (table["high"] < 0)).to_numpy()
    cells = axes.collections[0].get_array()
    assert 0 < clear.sum() < 36
    assert (np.ma.getmaskarray(cells).ravel() == ~clear).all()
    assert len(axes.texts) == 36
    assert figure("surface_fine").axes[0].collections[0].get_array().shape == (12, 15)
    assert all(len(panel.texts) == 2 for panel in figure("surface_fine").axes[:3])


def test_a_map_draws_where_the_sign_turns_and_where_chance_begins():
    value = {0: -0.3, 1: -0.01, 2: 0.01, 3: 0.3}
    rows = [(x, y, value[x]) for x in value for y in (0, 1)]
    table = pd.DataFrame(rows, columns=["x", "y", "value"])
    table = table.assign(low=table["value"] - 0.1, high=table["value"] + 0.1)
    axes = plates.surface(table, x="x", y="y", label="Effect", unit="sd").axes[0]
    turns, clear = ([s[0][0] for s in one.get_segments()] for one in axes.collections[1:3])
    assert turns == [1.5, 1.5]
    assert sorted(clear) == [0.5, 0.5, 2.5, 2.5]


def test_a_missing_point_of_a_map_is_hatched():
    axes = plates.surface(grid(4, 3).iloc[1:], x="x", y="y", label="Effect", unit="sd").axes[0]
    (patch,) = (one for one in axes.patches if one.get_hatch())
    assert patch.get_xy() == (-0.5, -0.5)


def test_each_verdict_has_its_mark_also_without_colour(figure):
    (axes,) = figure("matrix_numbers").axes
    marks = {(one.get_marker(), one.get_fillstyle(), one.get_mfc()) for one in axes.lines}
    assert len(marks) == 5
    assert len(axes.lines) == 7 * 5 + 5
    said = [text.get_text() for text in axes.texts]
    asked = verdicts(5, False).dropna(subset=["verdict"])
    numbers = [text for text in said if text.lstrip("\N{MINUS SIGN}")[0].isdigit()]
    assert len(numbers) == len(asked)
    assert numbers[:2] == ["0.000", "\N{MINUS SIGN}0.010"]


def test_a_pair_without_a_row_was_not_asked():
    table = verdicts(3, False).query("verdict == 'supported'")
    look = {"rows": "claim", "columns": "assumption", "word": "verdict"}
    (axes,) = plates.matrix(table, **look).axes
    cells = table["claim"].nunique() * table["assumption"].nunique()
    empty = sum(one.get_marker() == "_" for one in axes.lines)
    assert empty == cells - len(table) + 1  # one in the legend


def test_an_unknown_verdict_is_refused():
    table = verdicts(3, False).assign(verdict="maybe")
    with pytest.raises(ValueError, match="maybe"):
        plates.matrix(table, rows="claim", columns="assumption", word="verdict")


def test_a_boundary_parts_the_vectors_by_colour():
    (axes,) = boundaries().axes
    points = {line.get_color(): list(line.get_ydata()) for line in axes.lines[:2]}
    assert points == {plates.UP: [0.02, 0.03], plates.GREY: [-0.02, -0.01]}
    assert axes.lines[3].get_xdata() == [0.55, 0.55]


def test_pairs_have_colour_only_where_their_interval_is_clear_of_nought(figure):
    from matplotlib.colors import to_hex

    (axes,) = figure("interactions").axes
    faces = [to_hex(cell.get_facecolor()) for cell in axes.patches]
    assert len(faces) == len(couples())
    assert [face != "#ffffff" for face in faces] == [True] + [False] * (len(faces) - 1)
    bold = [one.get_fontweight() == "bold" for one in axes.texts]
    assert bold == [True] + [False] * (len(bold) - 1)
