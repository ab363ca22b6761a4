"""Running: the same tables whatever runs them, in which order, and however often stopped."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers import Interrupted, restated

from simulation.answers.comparison import compare
from simulation.errors import InputError
from simulation.organizations.organization import generate_organization
from simulation.scenarios.designs import make_design
from simulation.scenarios.scenario import load_scenario
from simulation.scenarios.sweeps import Sweep
from simulation.study import execution, planning
from simulation.study import manifest as manifest_module
from simulation.study import study as study_module
from simulation.study.code import code_digest
from simulation.study.execution import named_executor
from simulation.study.reproduction import reproduce
from simulation.study.run import Run
from simulation.study.running import carry_out, missing_jobs, resume, simulate, sweep
from simulation.study.runs import Runs, load
from simulation.study.study import most_levels, run_batch, study_of
from simulation.theory.measures import MEASURES

ROOT = Path(__file__).resolve().parent.parent

TINY = load_scenario("baseline", **{"organization.people": 30, "run.months": 6})
GRID = Sweep(design="grid", axes={"commitment.action": [0.2, 0.8], "succession.leads": [1, 2]})


def run_points(scenarios, seed: int, replications: int, **options) -> Runs:
    """Run several scenarios on shared luck."""
    return carry_out(study_of(scenarios, seed), replications, **options)


def same(first: pd.DataFrame, second: pd.DataFrame, dtype: bool = True) -> None:
    pd.testing.assert_frame_equal(first, second, check_exact=True, check_dtype=dtype)


class Reversed:
    """An executor that runs the last job first, and gives the results in order."""

    def __init__(self):
        self.ran = []

    def map(self, function, jobs):
        """Run the batches, or not."""
        results = []
        for job in reversed(list(jobs)):
            self.ran += job
            results.append(function(job))
        return reversed(results)


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
    assert backwards.ran[0] > 0
    assert sorted(backwards.ran) == list(range(6))


def test_a_replication_is_the_same_however_many_there_are():
    three, two = (simulate(TINY, 0, n).table for n in (3, 2))
    same(three[three["replication"] < 2], two)
    third = Run(TINY, seed=0, replication=2).finish().history()
    np.testing.assert_array_equal(third, three.loc[three["replication"] == 2].iloc[:, 4:])
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
    moved = simulate(
        TINY, 0, 1, interventions=[lambda run: run.month == 3 and run.happen("chief_leaves")]
    )
    assert not moved.table.equals(plain.table[plain.table["replication"] == 0])


# ------------------------------------------------------------------------- interruptions


def test_an_interruption_keeps_whole_replications():
    scenarios = [TINY, TINY.changed({"commitment.action": 0.9}, name="other")]
    executor = Interrupted(5)
    cut = run_points(scenarios, 0, 4, executor=executor)
    assert 2 <= executor.done <= 5
    assert cut.replications == executor.done // 2
    same(cut.table, run_points(scenarios, 0, cut.replications).table)


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
        run_points([TINY], 0, 1, executor=Broken())


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


# -------------------------------------------------------------------------------- sweeps


def test_a_sweep_runs_each_point_with_the_same_luck(tmp_path):
    runs = sweep(TINY, GRID, replications=2, seed=1, out=tmp_path / "sweep")
    assert runs.points["commitment.action"].tolist() == [0.2, 0.2, 0.8, 0.8]
    assert runs.points["succession.leads"].tolist() == [1, 2, 1, 2]
    assert runs.points["point"].tolist() == [0, 1, 2, 3]
    assert runs.table.groupby("point").size().tolist() == [14] * 4
    alone = simulate(TINY.changed({"commitment.action": 0.8, "succession.leads": 1}), 1, 2)
    point = runs.table[runs.table["point"] == 2].reset_index(drop=True)
    same(point.drop(columns="point"), alone.table.drop(columns="point"), dtype=False)
    in_memory = sweep(TINY, GRID, replications=2, seed=1)
    again = load(tmp_path / "sweep")
    for some in (runs, again):
        same(some.table, in_memory.table)
        same(some.summary(), in_memory.summary())
        same(some.summary(months=3), in_memory.summary(months=3))


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
        "scenario",
        "point",
        "measure",
        "unit",
        "mean",
        "low",
        "high",
        "replications",
    ]
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


# ------------------------------------------------------------------------ sweeps on disk

#: Large enough that twelve runs can be interrupted.
PLACES = TINY.changed(sweep=GRID.model_copy(update={"replications": 3}).as_dict())
#: One size in three lacks the level of its event.
FRAGILE = TINY.changed(
    events=[{"type": "leader_leaves", "month": 2, "level": 2}],
    sweep={"design": "grid", "axes": {"organization.people": [5, 60, 80]}},
)


def content(folder: Path) -> dict[str, str]:
    """Return the digests of all parts in a sweep's folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.parquet"))
    }


@pytest.mark.parametrize("executor", ["serial", "threads", "processes"])
def test_the_same_bytes_whatever_runs_them(tmp_path, executor):
    sweep(PLACES, seed=4, out=tmp_path / "usual")
    with named_executor(executor, 2) as pool:
        sweep(PLACES, seed=4, out=tmp_path / executor, executor=pool)
    assert content(tmp_path / executor) == content(tmp_path / "usual")
    assert len(content(tmp_path / "usual")) == 2


def test_backwards_the_same_bytes(tmp_path):
    sweep(PLACES, seed=4, out=tmp_path / "usual")
    sweep(PLACES, seed=4, out=tmp_path / "backwards", executor=Reversed())
    assert content(tmp_path / "backwards") == content(tmp_path / "usual")


SMALL = TINY.changed({"organization.people": 5, "run.months": 2}, sweep=PLACES.sweep.as_dict())


@pytest.mark.parametrize("months", [True, False])
def test_the_same_bytes_however_many_runs_a_batch_has(tmp_path, monkeypatch, months):
    """A run a batch, or batches as large as they may be, of which whole blocks are packed."""
    for name, seconds in (("singly", 1e-9), ("together", 1000.0)):
        monkeypatch.setattr(execution, "SECONDS", seconds)
        for executor in ("serial", "threads"):
            sweep(SMALL, None, 150, 4, executor, tmp_path / name / executor, months=months)
    expected = content(tmp_path / "singly" / "serial")
    assert len(expected) == 3 * (1 + months)
    for name in ("singly", "together"):
        for executor in ("serial", "threads"):
            assert content(tmp_path / name / executor) == expected


def test_a_batch_ends_where_it_is_to_end():
    study = study_of([FRAGILE], 0, make_design(FRAGILE))
    whole = run_batch(study, range(6))
    assert (whole.numbers, whole.error) == ([0, 1, 2, 3, 4, 5], None)
    assert whole.rows["runs"]["status"].tolist() == ["failed", "finished", "finished"] * 2
    assert np.unique(whole.rows["months"]["job"]).tolist() == [1, 2, 4, 5]
    stopped = run_batch(study, range(1, 6), "stop")
    assert stopped.numbers == [1, 2, 3]
    assert "level 2" in str(stopped.error)
    raised = run_batch(study, range(1, 6), "raise")
    assert raised.numbers == [1, 2]
    assert "level 2" in str(raised.error)
    assert raised.rows["runs"]["status"].tolist() == ["finished", "finished"]


def test_a_failure_keeps_what_was_run_before_it(tmp_path, monkeypatch):
    monkeypatch.setattr(execution, "GROWTH", 1000)
    last = FRAGILE.changed(
        sweep={"design": "grid", "axes": {"organization.people": [*range(60, 90), 5]}}
    )
    with pytest.raises(InputError, match="level 2"):
        sweep(last, None, 1, out=tmp_path, on_error="raise", executor="serial")
    assert load(tmp_path).finished == 30


def test_a_folder_that_is_saved_elsewhere_is_the_same(tmp_path):
    """Batch by batch, so that no table is in memory as a whole."""
    runs = sweep(SMALL, None, 150, 4, out=tmp_path / "one")
    runs.save(tmp_path / "two")
    sweep(SMALL, None, 150, 4).save(tmp_path / "three")
    assert content(tmp_path / "one") == content(tmp_path / "two") == content(tmp_path / "three")


def test_a_folder_says_what_is_in_it(tmp_path):
    runs = sweep(PLACES, seed=4, out=tmp_path)
    assert isinstance(load(tmp_path), Runs)
    assert runs.replications == 3
    table = pd.read_parquet(tmp_path / "runs")
    assert table["point"].tolist() == [0, 1, 2, 3] * 3
    assert table["replication"].tolist() == [0] * 4 + [1] * 4 + [2] * 4
    assert set(table["status"]) == {"finished"}
    assert (table["rows_of_months"] == 7).all()
    assert set(table["scenario"]) == {"baseline"}
    digests = [PLACES.changed(point).changed(sweep=None).digest for point in runs.design.settings]
    own = [runs.study.point_digest(point) for point in range(4)]
    assert len(set(own)) == 4
    assert table["digest"].tolist() == own * 3
    stated = json.loads((tmp_path / "manifest.json").read_text())
    assert stated["model"] == code_digest()
    assert stated["study"]["design"] == runs.design.digest
    assert "sweep" not in stated["scenarios"][0]["scenario"]
    assert len(pd.read_parquet(tmp_path / "months")) == 12 * 7
    assert reproduce(tmp_path).same
    assert [s.digest for s in runs.scenarios] == digests
    assert len(runs.organizations) == 4


def test_only_summaries_if_wanted(tmp_path):
    runs = sweep(PLACES, seed=4, out=tmp_path, months=False)
    assert not (tmp_path / "months").exists()
    whole = sweep(PLACES, seed=4)
    same(runs.summary(), whole.summary())
    with pytest.raises(InputError, match="no monthly series"):
        _ = runs.table


def test_a_sweep_that_was_stopped_goes_on(tmp_path):
    left = [5]

    def interrupt():
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt

    cut = sweep(PLACES, seed=4, out=tmp_path / "cut", progress=interrupt)
    assert cut.interrupted
    assert cut.finished == 5
    assert cut.wanted == 12
    done = []
    again = resume(tmp_path / "cut", progress=lambda: done.append(1))
    assert len(done) == 7
    assert (again.finished, again.failed, again.interrupted) == (12, 0, False)
    sweep(PLACES, seed=4, out=tmp_path / "whole")
    assert content(tmp_path / "cut") == content(tmp_path / "whole")


def test_more_replications_are_added_to_what_is_there(tmp_path):
    sweep(PLACES, replications=2, seed=4, out=tmp_path / "grown")
    done = []
    grown = sweep(
        PLACES, replications=3, seed=4, out=tmp_path / "grown", progress=lambda: done.append(1)
    )
    assert len(done) == 4
    assert grown.replications == 3
    sweep(PLACES, replications=3, seed=4, out=tmp_path / "whole")
    assert content(tmp_path / "grown") == content(tmp_path / "whole")
    fewer = sweep(PLACES, replications=1, seed=4, out=tmp_path / "grown")
    assert fewer.replications == 1
    assert len(fewer.runs) == 4
    assert load(tmp_path / "grown").replications == 3


def test_a_value_that_fails_costs_only_its_own_rows(tmp_path):
    found = sweep(FRAGILE, replications=2, out=tmp_path)
    assert (found.finished, found.failed, found.interrupted) == (4, 2, False)
    failures = found.failures
    assert failures["point"].tolist() == [0, 0]
    assert failures["replication"].tolist() == [0, 1]
    assert failures["seed"].tolist() == [0, 0]
    assert failures["error"].str.contains("level 2").all()
    assert set(found.table["point"]) == {1, 2}
    alone = simulate(FRAGILE.changed({"organization.people": 60}), 0, 2).table
    mine = found.table
    mine = mine[mine["point"] == 1].reset_index(drop=True)[alone.columns]
    same(mine.drop(columns="point"), alone.drop(columns="point"), dtype=False)
    assert found.runs["adoption"].isna().tolist() == [True, True] + [False] * 4
    tried = []
    again = resume(tmp_path, progress=lambda: tried.append(1))
    assert len(tried) == 2  # failures are retried, and fail again
    assert (again.finished, again.failed) == (4, 2)
    assert reproduce(tmp_path).same


def test_stop_at_the_first_failure(tmp_path):
    found = sweep(FRAGILE, None, 2, out=tmp_path, on_error="stop", executor="serial")
    assert found.interrupted
    assert (found.finished, found.failed) == (0, 1)
    with pytest.raises(InputError, match="on_error"):
        sweep(FRAGILE, None, 2, out=tmp_path, on_error="explode")
    with pytest.raises(InputError, match="level 2"):
        sweep(FRAGILE, None, 2, on_error="raise")


def test_organizations_of_several_depths_in_one_folder(tmp_path):
    swept = TINY.changed(sweep={"design": "grid", "axes": {"organization.people": [5, 60]}})
    runs = sweep(swept, replications=1, out=tmp_path)
    in_memory = sweep(swept, replications=1)
    same(runs.table, in_memory.table)
    for people, span in ((2, 2), (7, 6), (8, 6), (43, 6), (44, 6), (1555, 6), (1556, 6), (9, 2)):
        shape = {"organization.people": people, "organization.span": span}
        assert most_levels(TINY.changed(shape), make_design(TINY, GRID).settings) == (
            generate_organization(people, span).levels
        )


def test_a_given_organization_is_kept_in_the_folder(tmp_path):
    place = generate_organization(50)
    runs = sweep(PLACES, out=tmp_path, organization=place)
    assert {p.digest for p in runs.organizations} == {place.digest}
    assert resume(tmp_path).finished == 12
    assert reproduce(tmp_path).same


OTHERS = {
    "another seed": ({"seed": 9}, "seed was 4, is now 9"),
    "another design": (
        {"design": Sweep(design="grid", axes={"commitment.talk": [0.1, 0.2]})},
        "design was",
    ),
    "another organization": ({"organization": generate_organization(31)}, "organization was"),
    "summaries only": ({"months": False}, "months was True"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_another_study_in_the_same_folder_is_refused(tmp_path, name):
    sweep(PLACES, seed=4, out=tmp_path)
    before = content(tmp_path)
    options, told = OTHERS[name]
    with pytest.raises(InputError, match=told):
        sweep(PLACES, out=tmp_path, **({"seed": 4} | options))
    assert content(tmp_path) == before


def test_another_version_of_the_model_is_recognised(tmp_path):
    sweep(PLACES, seed=4, out=tmp_path)
    restated(tmp_path, model="0123456789abcdef")
    with pytest.raises(InputError, match="model was 0123456789abcdef, is now"):
        resume(tmp_path)
    restated(tmp_path, model=code_digest())
    (tmp_path / "points.csv").write_text("point,commitment.action\n0,0.3\n")
    with pytest.raises(InputError, match=r"points\.csv is missing or not as it was written"):
        resume(tmp_path)


def test_until_adds_replications_and_says_how_narrow(tmp_path):
    found = sweep(PLACES, None, 1, out=tmp_path, until={"adoption": 0.012})
    (one,) = found.reached
    assert one.half_width <= 0.012
    assert one.replications >= 20
    assert found.replications == one.replications
    assert found.finished == 4 * one.replications
    before = sweep(PLACES, None, 1, out=tmp_path, until={"adoption": 0.012})
    assert before.finished == found.finished
    assert resume(tmp_path).reached == found.reached
    in_memory = sweep(PLACES, None, 1, until={"adoption": 0.012})
    assert in_memory.reached == found.reached
    same(in_memory.runs, found.runs)


def test_what_is_missing_is_known(tmp_path):
    assert missing_jobs(None, 3) == missing_jobs(tmp_path, 3) == [0, 1, 2]
    sweep(PLACES, replications=1, seed=4, out=tmp_path)
    assert missing_jobs(tmp_path, 6) == [4, 5]


def test_a_plan_is_a_forecast(tmp_path, monkeypatch):
    monkeypatch.setattr(planning, "PILOT", 0.05)
    sweep(PLACES, replications=1, seed=4, out=tmp_path)
    found = planning.plan(PLACES, make_design(PLACES), 500, 4, folder=tmp_path)
    assert (found.points, found.replications, found.runs) == (4, 500, 2000)
    assert found.present == 4
    assert found.failed == 0
    assert found.seconds > 0.0
    whole = sum(p.stat().st_size for p in tmp_path.rglob("*.parquet")) / 4 * 1996
    assert whole / 20 < found.bytes < whole  # parts of few rows have much frame
    done = planning.plan(PLACES, make_design(PLACES), 1, 4, folder=tmp_path)
    assert (done.seconds, done.bytes, done.pilot) == (0.0, 0.0, 0)


def test_a_dead_worker_leaves_a_folder_that_goes_on(tmp_path):
    """A pool of the caller's dies at its fourth run: what was finished stays."""
    with (
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool,
        pytest.raises(InputError, match="worker process died"),
    ):
        sweep(PLACES, None, 3, 4, out=tmp_path, executor=Dying(pool))
    assert resume(tmp_path).finished == 12


class Dying:
    """An executor whose fourth job kills its process."""

    def __init__(self, pool):
        self.pool, self.count = pool, 0
        self._max_workers = 1

    def submit(self, function, *arguments):
        """Run the job, or end the process."""
        self.count += 1
        return (
            self.pool.submit(os._exit, 1)
            if self.count == 4
            else self.pool.submit(function, *arguments)
        )


SWEPT_AND_KILLED = """
import sys
from simulation import load_scenario, sweep
scenario = load_scenario("baseline", **{"organization.people": 30, "run.months": 6})
sweep(scenario, sys.argv[2], 30, 4, out=sys.argv[1])
"""


def test_a_killed_sweep_ends_as_if_nothing_had_been(tmp_path):
    """Killed with signal 9 at random moments: the long form is ``benchmarks/kills.py``."""
    design = make_design(PLACES).save(tmp_path / "design.csv")
    chance, killed = random.Random(3), 0
    command = [sys.executable, "-c", SWEPT_AND_KILLED, str(tmp_path / "cut"), str(design)]
    for _ in range(3):
        process = subprocess.Popen(command, cwd=ROOT)
        deadline = time.monotonic() + 60.0
        while not begun(tmp_path / "cut") and process.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        time.sleep(chance.uniform(0.0, 0.15))
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
    assert killed > 0
    resume(tmp_path / "cut")
    sweep(PLACES, design, 30, 4, out=tmp_path / "whole")
    assert content(tmp_path / "cut") == content(tmp_path / "whole")


def begun(folder: Path) -> bool:
    """Return whether a sweep is writing."""
    return any(folder.glob("journal-*.arrow")) if folder.is_dir() else False


# ------------------------------------------------------------------------ code of another day


def test_rows_of_other_code_are_refused_or_marked(tmp_path, monkeypatch):
    """Three runs by the code of another day, nine by that of today."""
    left, now = [3], code_digest()

    def interrupt():
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt

    with monkeypatch.context() as then:
        for room in (study_module, manifest_module):
            then.setattr(room, "code_digest", lambda: "0123456789abcdef")
        sweep(PLACES, seed=4, out=tmp_path, progress=interrupt)
    before = content(tmp_path)
    with pytest.raises(InputError, match=r"other code of the model: .* \(--other-code\)") as told:
        resume(tmp_path)
    assert "\n" not in str(told.value)
    with pytest.raises(InputError, match="--other-code"):
        sweep(PLACES, seed=4, out=tmp_path)
    assert content(tmp_path) == before
    runs = resume(tmp_path, other_code=True)
    assert (runs.finished, runs.wanted) == (12, 12)
    made = runs.runs["model"].value_counts().to_dict()
    assert made == {"0123456789abcdef": 3, now: 9}
    note = "9 runs were made by other code of the model than the rest"
    assert runs.provenance["notes"] == [note]
    assert load(tmp_path).provenance["notes"] == [note]
    same(runs.table, sweep(PLACES, seed=4).table)  # the code was in truth the same
    assert note in reproduce(tmp_path).notes
    assert sweep(PLACES, seed=4).provenance["notes"] == []


# ---------------------------------------------------------------------- what is no number


NO_SEED = [1.7, 1.0, True, "1", None, np.float64(1.0)]
NO_COUNT = [1.7, "30", True, 0, np.True_]


@pytest.mark.parametrize("value", NO_SEED, ids=repr)
def test_what_is_no_seed_is_refused(value):
    for run in (simulate, sweep, compare):
        with pytest.raises(InputError, match="seed must be a whole number, not"):
            run(*CALLED[run], seed=value)
    with pytest.raises(InputError, match="seed must be a whole number, not"):
        Run(TINY, seed=value)


@pytest.mark.parametrize("value", NO_COUNT, ids=repr)
def test_what_is_no_number_of_replications_is_refused(value):
    for run in (simulate, sweep, compare):
        with pytest.raises(InputError, match=r"replications.* must be a whole number"):
            run(*CALLED[run], replications=value)


CALLED = {
    simulate: (TINY,),
    sweep: (TINY, GRID),
    compare: ([TINY, TINY.changed({"commitment.action": 0.9}, name="other")],),
}


@pytest.mark.parametrize("kind", [np.int32, np.int64, np.uint8])
def test_numbers_of_numpy_are_numbers(kind, tmp_path):
    runs = simulate(TINY, kind(3), kind(2), out=tmp_path)
    same(runs.table, simulate(TINY, 3, 2).table)
    stated = json.loads((tmp_path / "manifest.json").read_text())
    assert (stated["seed"], stated["replications"]) == (3, 2)
    same(sweep(TINY, GRID, kind(1), kind(3)).table, sweep(TINY, GRID, 1, 3).table)


# ---------------------------------------------------------------------------- keywords


TYPOS = {
    "a parameter": ({"commitment.acton": 0.2}, r"Did you mean .commitment\.action."),
    "a group": ({"comitment.action": 0.2}, r"Did you mean .commitment\.action."),
    "a keyword": ({"replicatons": 3}, "Did you mean 'replications'"),
    "an executor": ({"excutor": "serial"}, "Did you mean 'executor'"),
}


@pytest.mark.parametrize("name", TYPOS)
@pytest.mark.parametrize("run", CALLED, ids=lambda run: run.__name__)
def test_a_mistyped_keyword_is_answered_with_the_nearest(run, name):
    changes, told = TYPOS[name]
    with pytest.raises(InputError, match=told):
        run(*CALLED[run], **changes)


def test_changes_are_made_before_running():
    same(
        simulate(TINY, 3, **{"commitment.action": 0.9}).table,
        simulate(TINY.changed({"commitment.action": 0.9}), 3).table,
    )
    swept = sweep(TINY, GRID, 1, **{"commitment.talk": 0.1})
    assert {scenario.parameters.commitment.talk for scenario in swept.scenarios} == {0.1}


def test_an_organization_is_given_or_varied():
    shapes = Sweep(design="grid", axes={"organization.people": [5, 60]})
    assert len(sweep(TINY, shapes, 1)) == 2
    with pytest.raises(
        InputError, match=r"varies organization\.people, but an organization is given"
    ):
        sweep(TINY, shapes, 1, organization=generate_organization(50))
