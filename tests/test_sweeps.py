"""Designs and execution: the same table whatever runs it, and in which order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

from simulation.errors import InputError
from simulation.organization import generate_organization
from simulation.parameters import declared
from simulation.results import load_runs
from simulation.scenario import Sweep, load_scenario
from simulation.state import MEASURES
from simulation.sweeps import design_points, execute, run_points, simulate, sweep

TINY = load_scenario("baseline", **{"organization.people": 30, "run.months": 6})
GRID = Sweep(design="grid", axes={"commitment.action": [0.2, 0.8], "succession.leads": [1, 2]})


def same(first: pd.DataFrame, second: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(first, second, check_exact=True)


class Reversed:
    """An executor that runs the last job first, and gives the results in order."""

    def __init__(self):
        self.ran = []

    def map(self, function, jobs):
        """Run the jobs, or not."""
        results = []
        for job in reversed(list(jobs)):
            self.ran.append((job.point, job.replication))
            results.append(function(job))
        return reversed(results)


class Interrupted:
    """An executor that is interrupted after some jobs."""

    def __init__(self, after):
        self.after = after

    def map(self, function, jobs):
        """Run the jobs, or not."""
        for number, job in enumerate(jobs):
            if number == self.after:
                raise KeyboardInterrupt
            yield function(job)


# -------------------------------------------------------------------------------- tables


def test_the_table_is_tidy():
    runs = simulate(TINY, seed=3, replications=2)
    table = runs.table
    assert table.columns[:4].tolist() == ["scenario", "point", "replication", "month"]
    assert table.columns[4 : 4 + len(MEASURES)].tolist() == list(MEASURES)
    assert table["month"].tolist() == [*range(7), *range(7)]
    assert table["replication"].tolist() == [0] * 7 + [1] * 7
    assert set(table["scenario"]) == {"baseline"}
    assert table.columns.is_unique
    assert table["headcount"].between(1, 30).all()
    assert runs.replications == 2


def test_organizations_of_other_depths_share_a_table():
    deep = TINY.changed({"organization.span": 2}, name="deep")
    table = run_points([TINY, deep], 0, 1).table
    flat = table[table["point"] == 0]
    levels = run_points([deep], 0, 1).organizations[0].levels
    assert flat[f"adoption_level_{levels - 1}"].isna().all()
    alone = simulate(TINY, 0, 1).table
    same(flat[alone.columns].reset_index(drop=True), alone)


def test_the_same_bits_whatever_runs_them():
    scenarios = [TINY, TINY.changed({"commitment.action": 0.9}, name="other")]
    expected = run_points(scenarios, 5, 3).table
    for threads in (1, 4):
        with ThreadPoolExecutor(threads) as pool:
            same(run_points(scenarios, 5, 3, executor=pool).table, expected)
    backwards = Reversed()
    same(run_points(scenarios, 5, 3, executor=backwards).table, expected)
    assert backwards.ran[0] == (1, 2)


def test_a_replication_is_the_same_however_many_there_are():
    three, two = (simulate(TINY, 0, n).table for n in (3, 2))
    same(three[three["replication"] < 2], two)
    third = run_points([TINY], 0, range(2, 3)).table
    same(third, three[three["replication"] == 2].reset_index(drop=True))
    assert not np.array_equal(three["engagement"][:7], three["engagement"][7:14])


def test_another_seed_is_other_luck():
    first, second = (simulate(TINY, seed, 1).table["engagement"] for seed in (0, 1))
    assert not np.array_equal(first, second)


def test_hooks_change_the_run_they_are_given():
    months = []
    plain = simulate(TINY, 0, 2)
    watched = simulate(TINY, 0, 2, analyzers=[lambda run: months.append(run.month)])
    same(watched.table, plain.table)
    assert months == [1, 2, 3, 4, 5, 6] * 2
    moved = simulate(TINY, 0, 1, interventions=[
        lambda run: run.month == 3 and run.happen("chief_leaves")
    ])  # fmt: skip
    assert not moved.table.equals(plain.table[plain.table["replication"] == 0])


# ------------------------------------------------------------------------- interruptions


def test_an_interruption_keeps_whole_replications():
    scenarios = [TINY, TINY.changed({"commitment.action": 0.9}, name="other")]
    cut = run_points(scenarios, 0, 4, executor=Interrupted(5))  # two whole replications, one half
    assert cut.replications == 2
    same(cut.table, run_points(scenarios, 0, 2).table)


def test_an_interruption_before_anything_is_whole():
    scenarios = [TINY, TINY.changed({"commitment.action": 0.9}, name="other")]
    with pytest.raises(InputError, match="before the first replication"):
        run_points(scenarios, 0, 4, executor=Interrupted(1))
    with pytest.raises(KeyboardInterrupt):
        run_points(scenarios, 0, 4, executor=Interrupted(0))


def test_a_failing_job_is_not_kept_silent():
    class Broken:
        def map(self, function, jobs):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        execute([], Broken())


def test_progress_is_told_once_a_run():
    steps = []
    run_points([TINY, TINY.changed(name="other")], 0, 3, progress=lambda: steps.append(1))
    assert len(steps) == 6


# --------------------------------------------------------------------------------- checks


@pytest.mark.parametrize("seed", [-1, 2**63])
def test_a_seed_out_of_range_is_refused(seed):
    with pytest.raises(InputError, match="seed"):
        simulate(TINY, seed)


@pytest.mark.parametrize("replications", [0, -1])
def test_no_replications_are_refused(replications):
    with pytest.raises(InputError, match="replications"):
        simulate(TINY, 0, replications)


def test_an_event_where_nobody_is_is_refused():
    scenario = TINY.changed(events=[{"type": "leader_leaves", "month": 2, "level": 9}])
    with pytest.raises(InputError, match=r"event 1 .*level 9"):
        simulate(scenario)


# -------------------------------------------------------------------------------- designs


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


def test_a_sweep_runs_each_point_with_the_same_luck(tmp_path):
    runs = sweep(TINY, GRID, replications=2, seed=1, out=tmp_path / "sweep")
    assert runs.points["commitment.action"].tolist() == [0.2, 0.2, 0.8, 0.8]
    assert runs.points["succession.leads"].tolist() == [1, 2, 1, 2]
    assert runs.points["point"].tolist() == [0, 1, 2, 3]
    assert runs.table.groupby("point").size().tolist() == [14] * 4
    alone = simulate(TINY.changed({"commitment.action": 0.8, "succession.leads": 1}), 1, 2)
    point = runs.table[runs.table["point"] == 2].reset_index(drop=True)
    same(point.drop(columns="point"), alone.table.drop(columns="point"))
    same(load_runs(tmp_path / "sweep").table, runs.table)


def test_the_design_says_how_often():
    design = GRID.model_copy(update={"replications": 3, "axes": {"commitment.action": [0.2, 0.8]}})
    assert sweep(TINY, design).replications == 3
    assert sweep(TINY.changed(sweep=design.as_dict())).replications == 3
    assert sweep(TINY, design, replications=1).replications == 1


def test_a_sweep_on_a_given_organization():
    place = generate_organization(50)
    assert {p.digest for p in sweep(TINY, GRID, 1, organization=place).organizations} == {
        place.digest
    }


# ------------------------------------------------------------------------ what runs can say


def test_the_summary_is_of_the_last_months():
    runs = simulate(TINY, 0, 3)
    summary = runs.summary(months=2).set_index("measure")
    assert list(runs.summary().columns) == [
        "scenario", "point", "measure", "unit", "mean", "low", "high", "replications",
    ]  # fmt: skip
    late = runs.table[runs.table["month"] >= 5]
    assert summary.loc["adoption", "mean"] == pytest.approx(late["adoption"].mean())
    exits = late.groupby("replication")["exits"].sum()
    assert summary.loc["exits", "mean"] == pytest.approx(exits.mean())
    assert (summary["replications"] == 3).all()
    assert summary.loc["exits", "low"] <= exits.mean() <= summary.loc["exits", "high"]


def test_runs_can_be_drawn():
    import matplotlib.pyplot as plt

    figure = simulate(TINY, 0, 2).plot("engagement")
    assert figure.axes[0].has_data()
    plt.close(figure)
