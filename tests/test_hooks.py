"""Interventions and analyzers: fresh for each replication, named in the manifest, kept."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import simulation
from simulation.errors import InputError
from simulation.study.reproduction import reproduce
from simulation.study.running import resume, simulate, sweep
from simulation.study.runs import load

TINY = simulation.load_scenario("baseline", **{"organization.people": 30, "run.months": 6})
OTHER = TINY.changed({"commitment.action": 0.9}, name="other")


def news(run):
    """Let the chief leave in month 3."""
    if run.month == 3:
        run.happen("chief_leaves")


def quiet(run):
    """Do nothing."""


class Sum:
    """Adds up what it has seen; a replication of another's would begin with its sum."""

    def __init__(self, scale=1.0):
        self.scale, self.total = scale, 0.0

    def __call__(self, run):
        """Return the sum so far, and every other month a second number."""
        self.total += self.scale * run.measures["adoption"]
        return {"total": self.total} | ({"even": run.month} if run.month % 2 == 0 else {})


def impostor():
    """Return another class of that name."""

    class Sum:
        def __call__(self, run):
            """Return always the same."""
            return {"total": 0.5}

    return Sum


def share(run):
    """Return one number."""
    return run.measures["adoption"]


def sums(table):
    """Return the running sums of adoption in each run, month 0 left out."""
    later = table[table["month"] > 0]
    return later.groupby(["point", "replication"])["adoption"].cumsum()


@pytest.mark.parametrize("given", [Sum, Sum()], ids=["class", "object"])
def test_one_analyzer_serves_each_replication_afresh(given, tmp_path):
    in_memory = simulate(TINY, 3, 3, analyzers=[given, share])
    kept = simulate(TINY, 3, 3, analyzers=[given, share], out=tmp_path)
    for runs in (in_memory, kept, load(tmp_path)):
        found = runs.analyses
        keys = ["scenario", "point", "replication", "month"]
        assert found.columns.tolist() == [*keys, "total", "share", "even"]
        assert found["month"].tolist() == [1, 2, 3, 4, 5, 6] * 3
        np.testing.assert_allclose(found["total"], sums(runs.table))
        later = runs.table[runs.table["month"] > 0]
        np.testing.assert_array_equal(found["share"], later["adoption"])
        assert found["even"].isna().tolist() == [True, False] * 9
        pd.testing.assert_frame_equal(found, in_memory.analyses, check_exact=True)
    pd.testing.assert_frame_equal(in_memory.table, simulate(TINY, 3, 3).table)
    if not isinstance(given, type):
        assert given.total == 0.0


def test_objects_keep_what_they_were_made_with():
    twice = simulate(TINY, 3, 2, analyzers=[Sum(2.0)]).analyses["total"]
    np.testing.assert_allclose(twice, 2.0 * simulate(TINY, 3, 2, analyzers=[Sum]).analyses["total"])


def test_hooks_in_every_function():
    swept = sweep(TINY, simulation.grid({"commitment.action": [0.2, 0.9]}), 2, 3, analyzers=[Sum])
    np.testing.assert_allclose(swept.analyses["total"], sums(swept.table))
    told = simulation.compare([TINY, OTHER], 3, 2, analyzers=[Sum], interventions=[news]).runs
    np.testing.assert_allclose(told.analyses["total"], sums(told.table))
    assert told.analyses["scenario"].unique().tolist() == ["baseline", "other"]
    untouched = simulation.compare([TINY, OTHER], 3, 2).runs.table
    assert not untouched["chief_in_post"].equals(told.table["chief_in_post"])


def test_what_returns_nothing_leaves_no_rows(tmp_path):
    for runs in (
        simulate(TINY, analyzers=[quiet]),
        simulate(TINY, analyzers=[quiet], out=tmp_path),
    ):
        assert len(runs.analyses) == 0
        assert len(runs.table) == 7
    with pytest.raises(InputError, match="had no analyzers"):
        _ = simulate(TINY).analyses


RETURNED = {
    "a text": "much",
    "a list": [1.0, 2.0],
    "names with texts": {"level": "high"},
    "names with nothing": {"level": None},
}


@pytest.mark.parametrize("name", RETURNED)
def test_a_wrong_return_value_is_refused(name):
    def wrong(run):
        return RETURNED[name]

    with pytest.raises(InputError, match=r"analyzer 'wrong' returned .* must return nothing, a"):
        simulate(TINY, analyzers=[wrong])
    failed = sweep(TINY, simulation.grid({"commitment.action": [0.2]}), 1, analyzers=[wrong])
    assert failed.failures["error"].str.contains("analyzer 'wrong'").all()


# ---------------------------------------------------------------------------- in a folder


def stated(folder):
    return json.loads((folder / "manifest.json").read_text())["study"]


def test_the_manifest_names_them(tmp_path):
    simulate(TINY, 3, 2, interventions=[news], analyzers=[Sum], out=tmp_path)
    told = stated(tmp_path)
    assert [one["name"] for one in told["interventions"]] == ["news"]
    assert [one["name"] for one in told["analyzers"]] == ["Sum"]
    assert all(
        len(one["code"]) == 16 for key in ("interventions", "analyzers") for one in told[key]
    )
    simulate(TINY, 3, 2, out=tmp_path / "plain")
    assert stated(tmp_path / "plain")["interventions"] == []


@pytest.mark.parametrize("again", [reproduce, resume])
def test_a_folder_says_why_it_cannot_go_on_without_them(tmp_path, again):
    simulate(TINY, 3, 2, interventions=[news], analyzers=[Sum], out=tmp_path)
    with pytest.raises(InputError, match=r"interventions news: .* give interventions=\[\.\.\.\]"):
        again(tmp_path)
    with pytest.raises(InputError, match=r"analyzers Sum: .* give analyzers=\[\.\.\.\] again"):
        again(tmp_path, interventions=[news])
    with pytest.raises(InputError, match="interventions news"):
        again(tmp_path, interventions=[quiet], analyzers=[Sum])
    simulate(TINY, 3, 2, out=tmp_path / "plain")
    with pytest.raises(InputError, match=r"interventions \(none\)"):
        again(tmp_path / "plain", interventions=[news])


def test_with_them_runs_are_the_same_again(tmp_path):
    made = simulate(TINY, 3, 2, interventions=[news], analyzers=[Sum], out=tmp_path)
    found = reproduce(tmp_path, interventions=[news], analyzers=[Sum])
    assert found.same
    assert found.rows == 2 + 14 + len(made.analyses) + 6  # each second month has two rows
    other = reproduce(tmp_path, interventions=[news], analyzers=[impostor()])
    assert not other.same
    assert other.notes == ("the code of Sum is other than it was",)
    assert found.notes == ()
    with pytest.raises(InputError, match=r"the code of Sum is not that .*other_code=True"):
        resume(tmp_path, interventions=[news], analyzers=[impostor()])


def test_with_them_runs_go_on(tmp_path):
    left = [3]

    def interrupt():
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt

    hooks = {"interventions": [news], "analyzers": [Sum]}
    cut = simulate(TINY, 3, 5, out=tmp_path, progress=interrupt, **hooks)
    assert cut.interrupted
    whole = resume(tmp_path, **hooks)
    expected = simulate(TINY, 3, 5, **hooks)
    for name in ("table", "analyses"):
        pd.testing.assert_frame_equal(
            getattr(whole, name), getattr(expected, name), check_exact=True
        )


def test_another_intervention_is_another_study(tmp_path):
    simulate(TINY, 3, 2, interventions=[news], out=tmp_path)
    with pytest.raises(InputError, match="holds other results: interventions was"):
        simulate(TINY, 3, 2, interventions=[quiet], out=tmp_path)
