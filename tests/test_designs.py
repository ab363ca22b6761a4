"""Designs as data: points by every kind of design, saved, edited and fed back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import simulation
from simulation.errors import InputError
from simulation.scenarios.designs import Design, make_design, read_design, unit_places
from simulation.scenarios.scenario import load_scenario
from simulation.scenarios.sweeps import Sweep
from simulation.theory.parameters import declared

TINY = load_scenario("baseline", **{"organization.people": 30, "run.months": 6})
EVENTFUL = TINY.changed(
    events=[{"type": "leads_leave", "month": 2}, {"type": "campaign", "month": 3, "reach": 0.5}]
)
GRID = Sweep(design="grid", axes={"commitment.action": [0.2, 0.8], "succession.leads": [1, 2]})


def design_points(scenario, design=None):
    return list(make_design(scenario, design).settings)


def test_grids_zips_and_lists():
    assert design_points(TINY, GRID) == [
        {"commitment.action": action, "succession.leads": leads}
        for action in (0.2, 0.8)
        for leads in (1, 2)
    ]
    aligned = Sweep(design="zip", axes=GRID.axes)
    assert design_points(TINY, aligned) == [
        {"commitment.action": 0.2, "succession.leads": 1},
        {"commitment.action": 0.8, "succession.leads": 2},
    ]
    points = ({"commitment.action": 0.2}, {"succession.leads": 2})
    assert design_points(TINY, Sweep(design="list", points=points)) == list(points)


@pytest.mark.parametrize("design", ["lhs", "sobol"])
def test_sampled_designs_fill_their_ranges(design):
    axes = {"commitment.action": (0.2, 0.6), "succession.leads": (1, 3)}
    chosen = Sweep(design=design, samples=32, seed=4, axes=axes)
    points = design_points(TINY, chosen)
    assert len(points) == 32
    action = np.array([point["commitment.action"] for point in points])
    leads = [point["succession.leads"] for point in points]
    assert {type(n) for n in leads} == {int}
    assert set(leads) == {1, 2, 3}
    # One point in each 32nd of the range, by either design.
    assert sorted(((action - 0.2) / 0.4 * 32).astype(int)) == list(range(32))
    assert design_points(TINY, chosen) == points
    assert design_points(TINY, chosen.model_copy(update={"seed": 5})) != points


def test_a_sampled_design_without_axes_takes_all_plausible_ranges():
    points = design_points(TINY, Sweep(design="lhs", samples=8))
    plausible = {name: p.plausible for name, p in declared().items() if p.plausible}
    assert set(points[0]) == set(plausible)
    for point in points:
        assert all(plausible[n][0] <= value <= plausible[n][1] for n, value in point.items())
        TINY.changed(point)


@pytest.mark.parametrize(("design", "count"), [("saltelli", 4 * (2 + 2)), ("morris", 4 * (2 + 1))])
def test_designs_of_salib(design, count):
    pytest.importorskip("SALib")
    axes = {"commitment.action": (0.2, 0.6), "presence.level": (0.1, 0.9)}
    points = design_points(TINY, Sweep(design=design, samples=4, axes=axes))
    assert len(points) in (count, 4 * (2 * 2 + 2))
    assert all(0.2 <= point["commitment.action"] <= 0.6 for point in points)


def test_a_scenario_without_a_sweep_is_refused():
    with pytest.raises(InputError, match=r"no \[sweep\]"):
        design_points(TINY)


# ---------------------------------------------------------------------------- said in Python

AXES = {"commitment.action": [0.2, 0.8], "succession.leads": [1, 2]}
RANGES = {"commitment.action": (0.2, 0.6), "peers.boss": "plausible", "succession.leads": (1, 3)}
SAID = {
    "grid": (simulation.grid(AXES, replications=4), {"design": "grid", "axes": AXES}),
    "zipped": (simulation.zipped(AXES, replications=4), {"design": "zip", "axes": AXES}),
    "points": (
        simulation.points([{}, {"commitment.action": 0.2}], replications=4),
        {"design": "list", "points": [{}, {"commitment.action": 0.2}]},
    ),
    **{
        name: (
            getattr(simulation, name)(8, RANGES, seed=5, replications=4),
            {"design": name, "samples": 8, "seed": 5, "axes": RANGES},
        )
        for name in ("lhs", "sobol", "saltelli", "morris")
    },
}


@pytest.mark.parametrize("name", SAID)
def test_a_design_in_python_says_what_a_file_says(name):
    made, table = SAID[name]
    assert made == TINY.changed(sweep=table | {"replications": 4}).sweep
    assert made.replications == 4
    assert name in simulation.__dir__()


def test_sampled_designs_take_all_plausible_ranges_by_default():
    assert simulation.sobol(16) == TINY.changed(sweep={"design": "sobol", "samples": 16}).sweep
    assert simulation.lhs(4).bounds() == {
        n: p.plausible for n, p in declared().items() if p.plausible
    }


def test_numbers_and_arrays_of_numpy_will_do():
    given = simulation.grid(
        {"commitment.action": np.array([0.2, 0.8]), "succession.leads": np.arange(1, 3)},
        replications=np.int64(3),
    )
    switches = simulation.points([{"succession.plan": np.bool_(True), "run.months": np.int32(6)}])
    assert given == simulation.grid(AXES, replications=3)
    assert design_points(TINY, switches) == [{"succession.plan": True, "run.months": 6}]
    assert simulation.grid({"succession.leads": range(1, 3)}).axes == {"succession.leads": (1, 2)}
    sampled = simulation.lhs(np.int64(4), {"commitment.action": np.array([0.2, 0.6])}, np.int64(2))
    assert sampled == simulation.lhs(4, {"commitment.action": (0.2, 0.6)}, 2)
    assert Sweep(design="lhs", samples=np.int64(4)).samples == 4
    months = EVENTFUL.changed({"events.1.month": np.int64(4)})
    assert type(months.events[0].month) is int
    told = TINY.changed(
        events=[{"type": "campaign", "month": np.int64(3), "reach": np.float64(0.5)}],
        replications=np.int32(3),
    )
    assert (told.events[0].month, told.events[0].reach, told.replications) == (3, 0.5, 3)
    assert type(told.replications) is int


REFUSED = {
    "a typo": (lambda: simulation.grid({"commitment.acton": [0.2]}), "'commitment.action'"),
    "no event so called": (lambda: simulation.grid({"event.1.month": [2]}), "events.1.month"),
    "out of range": (lambda: simulation.zipped({"commitment.action": [2]}), "0 to 1"),
    "replications in quotes": (
        lambda: simulation.grid(AXES, replications="30"),
        'replications = "30" must be a whole number .* Leave out the quotes',
    ),
    "samples in quotes": (lambda: simulation.lhs("8"), 'samples = "8" must be a whole number'),
    "no range": (lambda: simulation.lhs(8, "plausibel"), "must be a table"),
    "no power of 2": (lambda: simulation.sobol(9), "power of 2"),
    "no points": (lambda: simulation.points([]), r"needs \[\[sweep.points"),
    "seed in words": (lambda: simulation.lhs(8, seed="one"), 'seed = "one"'),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_faulty_design_in_python_is_refused_in_a_sentence(name):
    make, told = REFUSED[name]
    with pytest.raises(InputError, match=told):
        make()


def test_a_design_in_python_is_tried_on_the_scenario_that_it_varies():
    axis = simulation.grid({"events.1.month": [2, 3]})
    assert [p["events.1.month"] for p in design_points(EVENTFUL, axis)] == [2, 3]
    with pytest.raises(InputError, match="has 0 events"):
        design_points(TINY, axis)
    with pytest.raises(InputError, match="Did you mean 'month'"):
        design_points(EVENTFUL, simulation.grid({"events.1.mnth": [2, 3]}))
    with pytest.raises(InputError, match=r"'commitment\.action'"):
        design_points(TINY, Sweep(design="grid", axes={"commitment.acton": [0.2]}))
    with pytest.raises(InputError, match="seed of the runs"):
        design_points(TINY, Sweep(design="grid", axes=AXES, seed=3))


# ---------------------------------------------------------------- categories, events, sizes


@pytest.mark.parametrize("design", ["lhs", "sobol", "saltelli", "morris"])
def test_sampled_designs_go_through_categories_and_events(design):
    axes = {
        "adoption.rule": ["hazard", "threshold"],
        "succession.plan": [False, True],
        "events.1.month": [1, 6],
        "events.2.reach": [0.1, 0.9],
        "organization.people": [20, 40],
    }
    sampled = {"design": design, "samples": 16, "axes": axes}
    chosen = make_design(EVENTFUL.changed(sweep=sampled))
    assert {point["adoption.rule"] for point in chosen.settings} == {"hazard", "threshold"}
    assert {point["succession.plan"] for point in chosen.settings} == {False, True}
    months = [point["events.1.month"] for point in chosen.settings]
    assert {type(month) for month in months} == {int}
    assert set(months) <= set(range(1, 7))
    assert len(set(months)) > 2
    assert all(type(point["organization.people"]) is int for point in chosen.settings)
    for point in chosen.settings[:20]:
        changed = EVENTFUL.changed(point)
        assert changed.events[0].month == point["events.1.month"]
        assert changed.events[1].reach == point["events.2.reach"]
        assert changed.events[1].month == 3
    places = unit_places(chosen)
    assert places.shape == (len(chosen), 5)
    assert places.min() >= 0.0
    assert places.max() <= 1.0


def test_charts_can_be_an_axis(tmp_path):
    for name, size in (("a", 3), ("b", 5)):
        rows = "".join(f"{n},1\n" for n in range(2, size + 1))
        (tmp_path / f"{name}.csv").write_text(f"employee,manager\n1,\n{rows}")
    charts = [str(tmp_path / "a.csv"), str(tmp_path / "b.csv")]
    swept = TINY.changed(sweep={"design": "grid", "axes": {"organization.chart": charts}})
    assert [point["organization.chart"] for point in make_design(swept).settings] == charts


FAULTY_AXES = {
    "one category": ({"adoption.rule": ["hazard"]}, "two or more different values"),
    "a category twice": ({"succession.plan": [True, True]}, "two or more different values"),
    "no such category": ({"adoption.rule": ["hazard", "mood"]}, '"mood"'),
    "no such event": ({"events.3.month": [1, 5]}, "has 2 events"),
    "beyond the run": ({"events.1.month": [1, 60]}, "month"),
    "an event's range reversed": ({"events.1.month": [5, 1]}, r"\[low, high\]"),
    "no such key": ({"events.1.moth": [1, 5]}, "moth"),
}


@pytest.mark.parametrize("name", FAULTY_AXES)
def test_a_faulty_axis_is_refused(name):
    axes, told = FAULTY_AXES[name]
    with pytest.raises(InputError, match=told):
        EVENTFUL.changed(sweep={"design": "lhs", "samples": 4, "axes": axes})


def test_a_single_event_can_be_changed():
    changed = EVENTFUL.changed({"events.2.reach": 0.9, "events.2.month": 5})
    assert (changed.events[1].reach, changed.events[1].month) == (0.9, 5)
    assert changed.events[0] == EVENTFUL.events[0]
    with pytest.raises(InputError, match="has 2 events"):
        EVENTFUL.changed({"events.3.month": 5})


# -------------------------------------------------------------------------------- as files


def test_a_saved_design_is_read_again(tmp_path):
    axes = {
        "commitment.action": (0.2, 0.6),
        "adoption.rule": ["hazard", "threshold"],
        "succession.plan": [False, True],
        "succession.leads": (1, 3),
    }
    made = make_design(TINY, Sweep(design="lhs", samples=16, axes=axes))
    path = made.save(tmp_path / "deep" / "design.csv")
    read = read_design(path, TINY)
    assert read.settings == made.settings
    assert read.digest == made.digest
    assert read.table.equals(made.table)
    assert list(pd.read_csv(path).columns) == ["point", *axes]


def test_an_edited_design_has_gaps_and_another_digest(tmp_path):
    (tmp_path / "d.csv").write_text(
        "commitment.action, succession.plan, events.1.month\n0.2,true,\n,false,4\n"
    )
    design = read_design(tmp_path / "d.csv", EVENTFUL)
    assert design.settings == (
        {"commitment.action": 0.2, "succession.plan": True},
        {"succession.plan": False, "events.1.month": 4},
    )
    assert design.names == ("commitment.action", "succession.plan", "events.1.month")
    assert design.digest != Design(design.settings[:1]).digest
    assert len(design) == 2


def test_a_list_in_a_file_beside_the_scenario(tmp_path):
    (tmp_path / "points.csv").write_text("commitment.action\n0.2\n0.7\n")
    (tmp_path / "mine.toml").write_text(
        'extends = "baseline"\n[sweep]\ndesign = "list"\nfile = "points.csv"\n'
    )
    design = make_design(load_scenario(tmp_path / "mine.toml"))
    assert design.kind == "list"
    assert [point["commitment.action"] for point in design.settings] == [0.2, 0.7]
    (tmp_path / "points.csv").unlink()
    with pytest.raises(InputError, match="is not a file"):
        load_scenario(tmp_path / "mine.toml")


FIELD = Path(__file__).parent / "field"
FAULTY_FILES = {
    "an unknown name": ("commitment.acton\n0.2\n", "Did you mean 'commitment.action'"),
    "a word": ("commitment.action\nmuch\n", "row 2: commitment.action = 'much' must be a number"),
    "no switch": ("succession.plan\nperhaps\n", "must be true or false"),
    "out of range": ("commitment.action\n0.2\n1.5\n", "row 3: "),
    "no choice": ("adoption.rule\nmood\n", "row 2"),
    "no points": ("commitment.action\n", "no rows"),
    "nothing": ("", "is empty"),
    "a point twice": ("commitment.action\n0.2\n0.3\n0.20\n", "rows 2 and 4: are the same point"),
    "a blank row": ("commitment.action\n0.2\n\n0.3\n", "row 3: blank"),
    "a short row": ("commitment.action,peers.boss\n0.2,2\n0.3\n", "row 3: fewer cells"),
    "another number": ("point,peers.boss\n0,1\n2,2\n", "row 3: point = '2' is point 1 here"),
    "no number": ("presence.level\nnan\n", "row 2: presence.level = 'nan' must be a number"),
    "below nought": ("presence.level\n-0.1\n", "row 2: "),
    "a column twice": ("peers.boss,peers.boss\n1,2\n", "twice"),
    "one of two numbers": ('peers.boss,peers.team\n"1,234",1\n', "must be a number"),
}


@pytest.mark.parametrize("name", FAULTY_FILES)
def test_a_faulty_file_is_refused(tmp_path, name):
    text, told = FAULTY_FILES[name]
    (tmp_path / "d.csv").write_text(text)
    with pytest.raises(InputError, match=told):
        read_design(tmp_path / "d.csv", TINY)


def test_a_point_may_be_there_twice_where_all_are_numbered(tmp_path):
    (tmp_path / "d.csv").write_text("point,commitment.action\n0,0.2\n1,0.3\n2,0.2\n")
    assert len(read_design(tmp_path / "d.csv", TINY)) == 3
    (tmp_path / "d.csv").write_text("point,commitment.action\n0,0.2\n,0.3\n2,0.2\n")
    with pytest.raises(InputError, match=r"rows 2 and 4: .*number all points"):
        read_design(tmp_path / "d.csv", TINY)
    drawn = Design(({"peers.boss": 2.0}, {"peers.boss": 1.0}, {"peers.boss": 2.0}), "morris")
    assert read_design(drawn.save(tmp_path / "saved.csv"), TINY).settings == drawn.settings


def test_designs_as_spreadsheets_write_them():
    for name in ("design_decimal_comma.csv", "design_bom.csv", "design_point.csv"):
        assert read_design(FIELD / name, TINY).settings == (
            {"commitment.action": 0.2, "organization.people": 40},
            {"commitment.action": 0.8, "organization.people": 60},
        )


def test_a_design_of_one_column_may_have_decimal_commas(tmp_path):
    (tmp_path / "d.csv").write_text("commitment.action\n0,2\n0,7\n")
    points = read_design(tmp_path / "d.csv", TINY).settings
    assert [point["commitment.action"] for point in points] == [0.2, 0.7]


def test_charts_of_a_design_are_beside_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    charts = [
        point["organization.chart"]
        for point in read_design(FIELD / "design_charts.csv", TINY).settings
    ]
    assert charts == [str(FIELD / "seven_flat.csv"), str(FIELD / "star500.csv")]


def test_the_digest_is_of_the_points_alone():
    first = make_design(TINY, GRID)
    assert first.digest == Design(first.settings, "table").digest
    assert (
        first.digest
        != make_design(
            TINY,
            GRID.model_copy(
                update={"axes": {"commitment.action": [0.2, 0.9], "succession.leads": [1, 2]}}
            ),
        ).digest
    )
    np.testing.assert_array_equal(first.table["point"], [0, 1, 2, 3])
