"""Results on disk: what is saved can be read, run again to the bit, and trusted."""

from __future__ import annotations

import dataclasses
import json
import os

import numpy as np
import pandas as pd
import pytest

from simulation.errors import InputError
from simulation.machine.compiled import source_digest
from simulation.organizations.chart import load_chart
from simulation.scenarios.scenario import Scenario, load_scenario
from simulation.study import results, store
from simulation.study.reproduction import reproduce
from simulation.study.results import load, load_runs, save
from simulation.study.sweeps import run_points, simulate

TINY = load_scenario("baseline", **{"organization.people": 30, "run.months": 6})
OTHER = TINY.changed({"commitment.action": 0.9}, name="other")


@pytest.fixture(scope="module")
def runs():
    """Return two scenarios of two replications each."""
    return run_points([TINY, OTHER], seed=7, replications=2)


@pytest.fixture
def folder(runs, tmp_path):
    """Return a folder with those results."""
    return save(runs, tmp_path / "results")


def test_what_is_saved_is_what_is_loaded(runs, folder):
    again = load_runs(folder)
    pd.testing.assert_frame_equal(again.table, runs.table, check_exact=True)
    assert [s.digest for s in again.scenarios] == [TINY.digest, OTHER.digest]
    assert (again.seed, again.replications) == (7, 2)
    assert again.points["scenario"].tolist() == ["baseline", "other"]
    for old, new in zip(runs.organizations, again.organizations, strict=True):
        assert old.digest == new.digest
        for field in ("level", "branch", "team_start", "team_size"):
            np.testing.assert_array_equal(getattr(old, field), getattr(new, field))


def test_the_manifest_says_all_that_is_needed(folder):
    table, stated = load(folder)
    assert stated["seed"] == 7
    assert stated["replications"] == [0, 1]
    assert stated["versions"]["model"] == source_digest()
    assert {"python", "numpy", "numba", "mentoring-simulation"} <= set(stated["versions"])
    assert stated["platform"]
    assert stated["created"].endswith("+00:00")
    for point, scenario in zip(stated["points"], (TINY, OTHER), strict=True):
        assert point["digest"] == scenario.digest
        assert Scenario.from_dict(point["scenario"]).digest == scenario.digest
        assert (folder / f"organization-{point['organization']}.npz").is_file()
    assert len(table) == 2 * 2 * 7


def test_saved_runs_are_the_same_when_run_again(folder):
    found = reproduce(folder)
    assert found.same
    assert found.different == {}
    assert found.rows == 28
    assert found.numbers == 28 * (load(folder)[0].shape[1] - 2)
    assert found.notes == ()


@pytest.mark.parametrize("measure", ["adoption", "exits", "money"])
def test_a_changed_number_is_found_and_named(folder, measure):
    table, _ = load(folder)
    value = table[measure].to_numpy(copy=True)
    value[20] = np.nextafter(value[20], np.inf)  # one bit is enough
    table.assign(**{measure: value}).to_parquet(folder / results.TABLE, index=False)
    found = reproduce(folder)
    assert not found.same
    assert found.different == {measure: 1}


def test_a_missing_number_a_missing_row_and_a_strange_column_are_found(folder):
    table, _ = load(folder)
    holes = table.copy()
    holes.loc[5, "adoption"] = np.nan
    holes.to_parquet(folder / results.TABLE, index=False)
    assert reproduce(folder).different == {"adoption": 1}
    table.iloc[:-1].to_parquet(folder / results.TABLE, index=False)
    assert not reproduce(folder).same
    table.assign(happiness=1.0).to_parquet(folder / results.TABLE, index=False)
    assert reproduce(folder).different == {"happiness": 28}


def test_another_seed_is_not_the_same(folder):
    stated = json.loads((folder / results.MANIFEST).read_text())
    (folder / results.MANIFEST).write_text(json.dumps(stated | {"seed": 8}))
    assert not reproduce(folder).same


def test_other_versions_are_noted(folder):
    stated = json.loads((folder / results.MANIFEST).read_text())
    stated["versions"] |= {"numpy": "1.0"}
    del stated["versions"]["scipy"]
    (folder / results.MANIFEST).write_text(json.dumps(stated))
    found = reproduce(folder)
    assert found.same
    assert [note.split(",")[0] for note in found.notes] == ["numpy was 1.0", "scipy was absent"]


def without(*names: str):
    def spoil(stated):
        for name in names:
            del stated[name]
        return stated

    return spoil


def first_point(**changes):
    def spoil(stated):
        stated["points"][0] |= changes
        return stated

    return spoil


SPOILT = {
    "a list": lambda stated: [stated],
    "a number": lambda stated: 3,
    "nothing": lambda stated: None,
    "no points": without("points"),
    "no seed": without("seed"),
    "no replications": without("replications"),
    "points a number": lambda stated: stated | {"points": 3},
    "points of numbers": lambda stated: stated | {"points": [3]},
    "a point without scenario": lambda stated: stated | {"points": [{"organization": "x"}]},
    "no such organization": first_point(organization="0" * 16),
    "a wrong scenario": first_point(scenario={"run": {"months": -1}}),
    "a scenario of numbers": first_point(scenario=3),
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_spoilt_manifest_is_refused(folder, name):
    stated = json.loads((folder / results.MANIFEST).read_text())
    (folder / results.MANIFEST).write_text(json.dumps(SPOILT[name](stated)))
    with pytest.raises(InputError):
        reproduce(folder)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_a_manifest_that_is_none_is_refused(folder, content):
    (folder / results.MANIFEST).write_bytes(content)
    with pytest.raises(InputError, match="damaged"):
        load(folder)


@pytest.mark.parametrize("cut", [0, 10, -10])
def test_a_damaged_table_is_refused(folder, cut):
    path = folder / results.TABLE
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(InputError, match="damaged"):
        load(folder)


@pytest.mark.parametrize("cut", [0, 10, 500, -10])
def test_a_damaged_organization_is_refused(folder, cut):
    path = next(folder.glob("organization-*.npz"))
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(InputError, match="damaged"):
        load_runs(folder)


def test_a_folder_without_results_is_refused(tmp_path):
    for place in (tmp_path, tmp_path / "gone"):
        with pytest.raises(InputError, match="no results folder"):
            load(place)


def test_a_folder_that_cannot_be_written_is_refused_and_nothing_lost(runs, folder):
    inside = folder / results.TABLE / "deeper"
    before = (folder / results.TABLE).read_bytes()
    with pytest.raises(InputError, match="cannot write results to"):
        save(runs, inside)
    assert (folder / results.TABLE).read_bytes() == before


def test_a_write_that_fails_leaves_the_old_results(runs, folder, monkeypatch):
    """A full disk half-way: the old table stays whole, and no partial file is left."""
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def full(self, path, **_):
        path.write_bytes(b"half a tab")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", full)
    other = dataclasses.replace(runs, table=runs.table.assign(adoption=0.5))
    with pytest.raises(InputError, match="No space left"):
        save(other, folder)
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    organizations = [name for name in before if name.endswith(".npz")]
    assert set(after) == set(before)
    assert all(after[n] == before[n] for n in before if n not in organizations)
    assert load_runs(folder).table.equals(runs.table)


def test_an_interrupted_write_leaves_no_partial_file(tmp_path):
    def interrupted(path):
        path.write_text("half")
        raise KeyboardInterrupt

    (tmp_path / "kept").write_text("whole")
    with pytest.raises(KeyboardInterrupt):
        store.whole(tmp_path / "kept", interrupted)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert (tmp_path / "kept").read_text() == "whole"


def test_a_run_on_a_chart_needs_no_chart_again(tmp_path):
    chart = tmp_path / "people.csv"
    rows = "".join(f"Zyx{i:02d},{f'Zyx{(i - 1) // 3:02d}' if i else ''}\n" for i in range(25))
    chart.write_text("id,manager\n" + rows)
    scenario = TINY.changed({"organization.chart": str(chart)})
    for made in (simulate(scenario, 1, 2), simulate(TINY, 1, 2, load_chart(chart))):
        folder = save(made, tmp_path / f"results-{made.scenarios[0].digest}")
        assert made.organizations[0].people == 25
        kept = chart.rename(tmp_path / "elsewhere.csv")
        assert reproduce(folder).same
        kept.rename(chart)
        for path in folder.iterdir():
            assert b"Zyx" not in path.read_bytes()
        with np.load(next(folder.glob("*.npz"))) as arrays:
            assert {arrays[name].dtype.kind for name in arrays.files} == {"i", "f"}


def test_saving_twice_is_saving_once(runs, folder):
    names = {path.name for path in folder.iterdir()}
    assert save(runs, str(folder)) == folder
    assert {path.name for path in folder.iterdir()} == names
    assert not [name for name in names if str(os.getpid()) in name]
