"""Sensitivity on functions whose indices are known, with and without noise, and on the model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from SALib.analyze import sobol as salib_sobol
from SALib.sample import morris as morris_sample
from SALib.sample import sobol as sobol_sample

from simulation.errors import InputError
from simulation.evidence.sensitivity import (
    _decomposed,
    elementary_effects,
    points_needed,
    ranges_over,
    resampled,
    sensitivity,
    sobol_indices,
    variance_table,
    write_sensitivity,
)
from simulation.scenarios.designs import Design
from simulation.scenarios.scenario import load_scenario
from simulation.study.runs import load
from simulation.theory.parameters import uncertain

KINDS = ("png", "svg")
TINY = load_scenario("baseline", **{"organization.people": 40, "run.months": 24})
SAMPLES = 2048


def design(parameters: int, samples: int = SAMPLES, seed: int = 3) -> np.ndarray:
    problem = {
        "num_vars": parameters,
        "names": [str(k) for k in range(parameters)],
        "bounds": [[0.0, 1.0]] * parameters,
    }
    return np.asarray(sobol_sample.sample(problem, samples, seed=seed))


def ishigami(points: np.ndarray) -> np.ndarray:
    x = np.pi * (2.0 * points - 1.0)
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


#: Variance 13.8446 (a = 7, b = .1); first, total and second order in closed form.
ISHIGAMI = {
    "variance": 13.8446,
    "first": [0.3139, 0.4424, 0.0],
    "total": [0.5576, 0.4424, 0.2437],
    "second": [0.0, 0.2437, 0.0],
}


def sobol_g(points: np.ndarray, a: np.ndarray) -> np.ndarray:
    return np.prod((np.abs(4.0 * points - 2.0) + a) / (1.0 + a), axis=1)


def sobol_g_indices(a: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return first-order and total indices of Sobol's G in closed form."""
    own = 1.0 / (3.0 * (1.0 + a) ** 2)
    whole = np.prod(1.0 + own) - 1.0
    total = own * np.prod(1.0 + own) / (1.0 + own) / whole
    return own / whole, total


def noisy(values: np.ndarray, spread: float, replications: int, seed: int = 5) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(0.0, spread, (replications, len(values)))
    return values + noise


# ----------------------------------------------------------------------- known functions


def test_ishigami():
    found = sobol_indices(ishigami(design(3))[None, :], 3)
    assert found.parameters == pytest.approx(ISHIGAMI["variance"], rel=0.03)
    np.testing.assert_allclose(found.first, ISHIGAMI["first"], atol=0.03)
    np.testing.assert_allclose(found.total, ISHIGAMI["total"], atol=0.03)
    np.testing.assert_allclose(found.second, ISHIGAMI["second"], atol=0.05)
    assert found.chance == 0.0


def test_sobol_g():
    a = np.array([0.0, 1.0, 4.5, 9.0, 99.0])
    first, total = sobol_g_indices(a)
    found = sobol_indices(sobol_g(design(5), a)[None, :], 5)
    np.testing.assert_allclose(found.first, first, atol=0.03)
    np.testing.assert_allclose(found.total, total, atol=0.03)


def test_without_replications_the_indices_are_those_of_salib():
    values = ishigami(design(3, 256))
    problem = {"num_vars": 3, "names": list("abc"), "bounds": [[0.0, 1.0]] * 3}
    theirs = salib_sobol.analyze(problem, values, num_resamples=10, seed=0)
    ours = sobol_indices(values[None, :], 3)
    np.testing.assert_allclose(ours.first, theirs["S1"], rtol=1e-9)
    np.testing.assert_allclose(ours.total, theirs["ST"], rtol=1e-9)
    np.testing.assert_allclose(ours.second, theirs["S2"][np.triu_indices(3, 1)], rtol=1e-9)


@pytest.mark.parametrize("shared", [False, True])
def test_noise_adds_nothing_to_the_indices(shared):
    """Noise as large as the signal, four replications; SALib's own total orders are far too large.

    With ``shared`` luck a replication is shifted as a whole, as paired runs are.
    """
    clean = ishigami(design(3))
    spread = np.sqrt(ISHIGAMI["variance"])
    values = noisy(clean, spread, 4)
    if shared:
        values = values + np.array([-9.0, 4.0, 1.0, 30.0])[:, None]
    found = sobol_indices(values, 3)
    np.testing.assert_allclose(found.first, ISHIGAMI["first"], atol=0.09)
    np.testing.assert_allclose(found.total, ISHIGAMI["total"], atol=0.09)
    assert found.parameters == pytest.approx(ISHIGAMI["variance"], rel=0.08)
    if not shared:
        assert found.chance == pytest.approx(ISHIGAMI["variance"], rel=0.05)
        problem = {"num_vars": 3, "names": list("abc"), "bounds": [[0.0, 1.0]] * 3}
        usual = salib_sobol.analyze(problem, values[0], num_resamples=10, seed=0)
        assert usual["ST"][2] > ISHIGAMI["total"][2] + 0.2


def test_bootstrap_intervals_hold_the_known_indices():
    values = noisy(ishigami(design(3, 1024)), 2.0, 3)
    drawn = resampled(values, 3)
    low, high = np.quantile([one.total for one in drawn], [0.005, 0.995], axis=0)
    assert (low < ISHIGAMI["total"]).all()
    assert (ISHIGAMI["total"] < high).all()
    assert (high - low < 0.4).all()


def test_a_constant_has_no_indices():
    found = sobol_indices(np.full((2, 8 * 4), 3.0), 3)
    assert np.isnan(found.first).all()
    assert (found.parameters, found.chance) == (0.0, 0.0)


def test_elementary_effects_of_a_line():
    """Effects 3, 0 and -1 over the range; noise of .2 shows as a floor below the small one."""
    names = ["a", "b", "c"]
    problem = {"num_vars": 3, "names": names, "bounds": [[0.0, 1.0]] * 3}
    places = np.asarray(morris_sample.sample(problem, 40, seed=2))
    clean = 3.0 * places[:, 0] - places[:, 2]
    table = elementary_effects(places, clean[None, :], names)
    assert table["parameter"].tolist() == ["a", "c", "b"]
    np.testing.assert_allclose(table["mu_star"], [3.0, 1.0, 0.0], atol=1e-9)
    np.testing.assert_allclose(table["sigma"], 0.0, atol=1e-9)
    found = elementary_effects(places, noisy(clean, 0.2, 6), names)
    assert found["parameter"].tolist() == ["a", "c", "b"]
    # A step is 2/3 of the range: noise of a difference .2 sqrt 2 / (2/3), of the mean of six.
    expected = np.sqrt(2.0 / np.pi) * 0.2 * np.sqrt(2.0) * 1.5 / np.sqrt(6.0)
    assert found["floor"].mean() == pytest.approx(expected, rel=0.5)
    assert found["mu_star"].iloc[2] == pytest.approx(expected, rel=0.5)


def test_the_share_of_the_parameters_has_an_interval_that_holds_it():
    """A line of two parameters, variance 5/12, and chance of variance 1: a share of 5/17.

    400 studies of 32 base samples: at least 93 %, less three standard errors.
    """
    held = 0
    for study in range(400):
        places = design(2, 32, seed=study)
        values = noisy(2.0 * places[:, 0] + places[:, 1], 1.0, 3, seed=1000 + study)
        shifted = values + np.array([-9.0, 4.0, 1.0])[:, None]  # a replication's shared luck
        found = variance_table(shifted, 2)
        held += found["low"][0] <= 5 / 17 <= found["high"][0]
        assert found["low"].to_list() == pytest.approx((1.0 - found["high"]).to_list()[::-1])
    assert held / 400 >= 0.89


# ------------------------------------------------------------------------------ the model


def test_what_is_varied():
    assert list(ranges_over(())) == list(uncertain())
    assert ranges_over(["commitment.action"]) == {"commitment.action": "plausible"}
    assert ranges_over({"commitment.action": (0.1, 0.9)}) == {"commitment.action": (0.1, 0.9)}
    with pytest.raises(InputError, match=r"Did you mean .commitment\.action."):
        ranges_over(["commitment.acton"])
    with pytest.raises(InputError, match="no plausible range"):
        ranges_over(["costs.lead"])
    assert points_needed(20, 4, 3, 16) == 4 * 21 + 16 * 8
    assert points_needed(3, 4, 3, 16) == 16 * 8


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Return a small sensitivity study of exits, and its folder."""
    folder = tmp_path_factory.mktemp("sensitivity")
    over = ["turnover.voluntary", "adoption.innovation", "peers.boss", "turnover.involuntary"]
    result = sensitivity(
        TINY, folder, "exits", over=over, trajectories=6, top=2, samples=32, replications=24
    )
    return result, folder


def test_a_study_of_the_model(found):
    result, folder = found
    assert len(result.screening) == 4
    assert set(result.screening["parameter"].head(2)) == set(result.indices["parameter"])
    assert set(result.screening["parameter"].head(2)) == {
        "turnover.voluntary",
        "turnover.involuntary",
    }
    assert len(result.pairs) == 1
    assert result.variance["share"].sum() == pytest.approx(1.0)
    shares = [result.variance[["low", "share", "high"]], result.pairs[["low", "index", "high"]]]
    shares += [result.indices[[f"{kind}_low", kind, f"{kind}_high"]] for kind in ("first", "total")]
    for told in shares:
        numbers = told.to_numpy()
        assert 0.0 <= numbers.min() <= numbers.max() <= 1.0
    assert (result.variance["low"] < result.variance["high"]).all()
    assert (result.indices["at_highest"] > result.indices["at_lowest"]).all()
    assert (folder / "morris" / "manifest.json").is_file()
    assert [one.count("95 % interval") for one in result.sentences()] == [1, 2]
    names = {path.name for path in write_sensitivity(result, folder)}
    assert names == {
        "screening.csv",
        "indices.csv",
        "pairs.csv",
        "variance.csv",
        *(f"{name}.{kind}" for name in ("tornado", "indices", "interactions") for kind in KINDS),
    }
    assert len(pd.read_csv(folder / "indices.csv")) == 2


def test_what_an_event_changes_is_its_difference_at_each_point_on_the_same_luck(tmp_path):
    """A lapse costs credibility at every point: the means of the fifths are those differences."""
    lapse = {"type": "commitment_lapse", "month": 2, "action": 0.0, "months": 10}
    over = {"commitment.action": (0.4, 0.9), "commitment.loss": (0.05, 0.4)}
    told: dict[str, Any] = {"over": over, "samples": 8, "replications": 2}
    cost = sensitivity(
        TINY.changed(events=[lapse]), tmp_path, "credibility", against=TINY, **told
    ).indices.set_index("parameter")
    parts = [
        load(tmp_path / name).runs.pivot(index="point", columns="replication", values="credibility")
        for name in ("saltelli", "saltelli-against")
    ]
    change = (parts[0] - parts[1]).mean(axis=1).to_numpy()
    assert (change < 0.0).all()
    ends = cost[["at_lowest", "at_highest"]].to_numpy()
    assert change.min() < ends.min() <= ends.max() < change.max()
    design = load(tmp_path / "saltelli").points["commitment.action"].to_numpy(float)
    expected = change[design <= 0.4 + 0.2 * 0.5].mean()
    assert cost.loc["commitment.action", "at_lowest"] == pytest.approx(expected)


def test_failed_runs_are_refused_not_made_up(tmp_path):
    """A chief's event at a level that small organizations lack fails there, and only there."""
    scenario = TINY.changed(events=[{"type": "leader_leaves", "month": 3, "level": 2}])
    over = {"organization.people": (5, 60), "turnover.voluntary": (0.01, 0.02)}
    with pytest.raises(InputError, match=r"runs have no exits; the first: .*level 2"):
        sensitivity(scenario, tmp_path, "exits", over=over, samples=8, replications=2)


REFUSED = {
    "a measure": ({"measure": "adoptoin"}, "Did you mean 'adoption'"),
    "one replication": ({"replications": 1}, "at least 2"),
    "one parameter": ({"top": 1}, "top must be at least 2"),
    "no power of two": ({"samples": 100, "over": ["peers.boss", "adoption.initial"]}, "power of 2"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_impossible_studies_are_refused(tmp_path, name):
    options, told = REFUSED[name]
    with pytest.raises(InputError, match=told):
        sensitivity(TINY, tmp_path, **options)


@pytest.mark.parametrize(
    ("values", "told", "untold"),
    [
        (np.full((2, 12), 3.0), "exits is the same in all runs", "Most hangs"),
        (
            np.array([[1.0, -1.0] * 6, [-1.0, 1.0] * 6]),
            "exits varies by chance alone",
            "Most hangs",
        ),
        # By hand: A = B = (1, -1), so the variance is 1; AB of the first is (3, -3), and so the
        # total index is the mean of (1 - 3)^2 and (-1 + 3)^2, halved: 2.
        (
            np.array([[1.0, 3.0, 1.0, 1.0, 1.0, 1.0, -1.0, -3.0, -1.0, -1.0, -1.0, -1.0]] * 2),
            "Too few samples: the total index of commitment.action comes out as 2.",
            "Most hangs",
        ),
    ],
    ids=["constant", "chance", "beyond"],
)
def test_what_cannot_be_told_names_no_parameter(values, told, untold):
    ranges = {"commitment.action": (0.0, 1.0), "peers.boss": (1.0, 5.0)}
    points = ({"commitment.action": 0.1, "peers.boss": 4.9},) * 12
    made = Design(points, "saltelli", ranges, 2)
    found = _decomposed(pd.DataFrame(), made, values, list(ranges), "exits")
    said = " ".join(found.sentences())
    assert told in said
    assert untold not in said
    assert "nan" not in said
