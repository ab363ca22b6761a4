"""Signs over the accepted vectors: shares, and verdicts that no single vector can carry."""

from __future__ import annotations

import importlib
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simulation.scenarios.scenario import load_scenario

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def script(monkeypatch):
    """Return a function that imports an experiment as running its file would."""
    monkeypatch.syspath_prepend(str(ROOT / "experiments"))
    return importlib.import_module


def test_a_share_is_one_of_vectors_not_of_runs(script):
    """By vector the first claim is 1, -.5 and 2; of the second one vector has shown nothing."""
    table = pd.DataFrame(
        {
            "vector": [0, 0, 1, 1, 2, 2],
            "first": [3.0, -1.0, 1.0, -2.0, 2.0, np.nan],
            "second": [1.0, 1.0, np.nan, np.nan, -1.0, -1.0],
            "third": [np.nan] * 6,
        }
    )
    found = script("vectors").share_of_vectors(table).set_index("claim")
    assert found.loc["first"].tolist() == [3.0, pytest.approx(2 / 3)]
    assert found.loc["second"].tolist() == [2.0, 0.5]
    assert found.loc["third", "vectors"] == 0
    assert math.isnan(found.loc["third", "share"])


@pytest.mark.parametrize(
    ("share", "expected"), [(0.9, "supported"), (0.89, "depends"), (math.nan, "supported")]
)
def test_supported_needs_nine_vectors_in_ten(script, share, expected):
    common = script("common")
    estimate = common.Estimate(2.0, 1.0, 3.0)
    row = common.Finding("claim", "case", "x", "points", estimate, 0.0, share).row()
    assert row["verdict"] == expected
    assert row["share"] == pytest.approx(share, nan_ok=True)
    against = common.Estimate(-2.0, -3.0, -1.0)
    assert common.verdict(against, 0.0, share) == "not supported"


def test_practice_is_compared_where_no_programme_stopped(script):
    signs = script("signs")
    cubes = {
        "adoption": {"more": np.full((3, 20), 0.6), "less": np.full((3, 20), 0.5)},
        "never_stopped": {"more": np.ones((3, 20)), "less": np.ones((3, 20))},
        "credibility": {"more": np.full((3, 20), 0.7), "less": np.full((3, 20), 0.5)},
    }
    cubes["never_stopped"]["less"][1, -1] = 0.0
    found = signs.ends_apart(cubes, "adoption", "more", "less")
    assert found == pytest.approx([0.1, np.nan, 0.1], nan_ok=True)
    assert signs.ends_apart(cubes, "credibility", "more", "less") == pytest.approx([0.2] * 3)


def test_each_vector_is_run_with_its_own_values(script):
    """What a scenario states is not overruled by a vector."""
    small = {"organization.people": 43, "run.months": 6}
    scenarios = [
        load_scenario("baseline").changed(small),
        load_scenario("baseline").changed({**small, "adoption.initial": 0.5, "name": "stated"}),
    ]
    vectors = pd.DataFrame({"adoption.initial": [0.0, 0.9]})

    def start(runs):
        first = runs.table[runs.table["month"] == 0]
        return {
            name: first.loc[first["scenario"] == name, "adoption"].to_numpy()
            for name in ("baseline", "stated")
        }

    found = script("vectors").measured_over(vectors, scenarios, start, 3, seed=1)
    assert found["vector"].tolist() == [0, 0, 0, 1, 1, 1]
    assert found.loc[:2, "baseline"].max() == 0.0
    assert found.loc[3:, "baseline"].min() > 0.6
    assert found.loc[:2, "stated"].tolist() == found.loc[3:, "stated"].tolist()
