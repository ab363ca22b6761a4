"""Fitting to patterns: emulators, draws in proportion to probability, and going on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simulation.errors import InputError
from simulation.evidence import bands, calibration, emulators
from simulation.evidence.bands import ALL_PATTERNS, NOT_FITTED, PATTERNS, SIGN_PATTERNS, Pattern
from simulation.evidence.calibration import (
    Calibration,
    Effort,
    calibrate,
    central_vector,
    identifiability,
    to_points,
    to_values,
    unfitted_signs,
    write_tables,
)
from simulation.evidence.emulators import (
    Emulator,
    draw_vectors,
    fit_emulators,
    log_probability,
)
from simulation.evidence.trade_offs import trade_offs
from simulation.scenarios.scenario import load_scenario
from simulation.study.uncertainty import read_vectors
from simulation.theory.parameters import declared, uncertain

TINY = load_scenario("baseline", **{"organization.people": 43, "run.months": 24})
LITTLE = Effort(
    first=24,
    later=8,
    replications=2,
    wanted=4,
    candidates=16,
    batch=4,
    proof=2,
    more=2,
    check=2,
    steps=50,
)


def constant(key: str, value: float, error: float = 0.0, parameters: int = 2) -> Emulator:
    form = np.zeros((parameters + 1, parameters + 1))
    form[-1, -1] = value
    return Emulator(bands.demands(key)[0], form, error, 0.0, 1.0)


def linear(key: str, slope: float, error: float, parameters: int = 2) -> Emulator:
    """Return an emulator that is a number times the first parameter."""
    form = np.zeros((parameters + 1, parameters + 1))
    form[0, -1] = slope
    return Emulator(bands.demands(key)[0], form, error, 0.0, 1.0)


# ------------------------------------------------------------------------------ what is fitted


def test_levers_and_alternatives_are_not_fitted():
    names = set(uncertain())
    assert "adoption.innovation" in names
    assert not names & {
        "commitment.talk",
        "presence.level",
        "briefings.interval",
        "organization.span",
        "engagement.contagion",
        "adoption.threshold_mean",
        "invitation.mentor_hours",
    }
    for name in names:
        low, high = declared()[name].plausible
        assert declared()[name].low <= low < high <= declared()[name].high


def test_what_is_not_fitted_is_said():
    numbers = {pattern.number for pattern in calibration.BANDS.values()}
    assert numbers == {pattern.number for pattern in PATTERNS.values()} - set(NOT_FITTED)
    assert all(NOT_FITTED.values())
    assert not any(pattern.reported for pattern in calibration.BANDS.values())
    assert len(numbers | {"16"}) == 18
    assert calibration.ENOUGH <= 18


# ---------------------------------------------------------------------------------- emulators


def test_an_emulator_finds_a_quadratic(generator):
    """A known quadratic of three of eight parameters, with noise of .1 in each of two runs."""
    points = generator.uniform(-1.0, 1.0, (300, 8))
    truth = 2.0 + points[:, 1] - points[:, 4] * points[:, 6] + 0.5 * points[:, 1] ** 2
    runs = truth[:, None] + generator.normal(0.0, 0.1, (300, 2))
    table = pd.DataFrame({"vector": np.repeat(np.arange(300), 2), "icc": runs.ravel()})
    (emulator,) = fit_emulators(points, [table], ["icc"])
    new = generator.uniform(-1.0, 1.0, (500, 8))
    expected = 2.0 + new[:, 1] - new[:, 4] * new[:, 6] + 0.5 * new[:, 1] ** 2
    assert np.abs(emulator.predict(new) - expected).max() < 0.1
    assert emulator.chance == pytest.approx(0.1, rel=0.15)
    assert emulator.error < 0.05


def test_ridge_is_least_squares_where_nothing_is_noise(generator):
    features = generator.normal(3.0, [1.0, 10.0, 0.1], (400, 3))
    values = 5.0 + features @ np.array([2.0, -0.3, 40.0])
    slopes, level = emulators.ridge(features, values)
    assert slopes == pytest.approx([2.0, -0.3, 40.0], rel=1e-3)
    assert level == pytest.approx(5.0, abs=0.1)


def test_ridge_is_held_back_where_all_is_noise(generator):
    """As scikit-learn has it, with a penalty near that of its leave-one-out choice."""
    from sklearn.linear_model import Ridge, RidgeCV

    features = generator.normal(0.0, 1.0, (120, 40))
    values = 0.2 * features[:, 0] + generator.normal(0.0, 1.0, 120)
    slopes, level = emulators.ridge(features, values)
    there = (features - features.mean(axis=0)) / features.std(axis=0)
    penalty = RidgeCV(emulators.PENALTIES).fit(there, values).alpha_
    near = [
        Ridge(factor * penalty).fit(there, values).coef_ / features.std(axis=0)
        for factor in (10**-0.5, 1.0, 10**0.5)
    ]
    assert min(np.abs(slopes - one).max() for one in near) < 1e-9
    assert level == pytest.approx(values.mean() - slopes @ features.mean(axis=0))


def test_a_quadratic_is_worked_out_on_the_parameters_that_it_hangs_on():
    """2 + 3 b + 4 b d of four parameters."""
    form = np.zeros((5, 5))
    form[-1, -1], form[1, -1], form[1, 3] = 2.0, 3.0, 4.0
    points = np.array([[9.0, 1.0, 9.0, 0.5], [9.0, -1.0, 9.0, 2.0]])
    assert emulators.predicted(form, points).tolist() == [7.0, -9.0]


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.175, 0.8664), (0.1, 0.4987), (0.3, 0.1573), (0.0, 0.0228)],
)
def test_the_probability_of_a_band(value, expected):
    """The band .10 to .25 with a spread of .05 (of .1 at .3), by hand from the normal law."""
    error = 0.1 if value == 0.3 else 0.05
    found = np.exp(constant("icc", value, error).log_probability(np.zeros((1, 2)), 1.0, 1))
    by_hand = {0.3: 0.2858}.get(value, expected)
    assert found == pytest.approx(by_hand, abs=1e-3)


def test_far_from_a_band_the_logarithm_still_tells_which_way_is_nearer():
    some = [
        constant("icc", v, 0.001).log_probability(np.zeros((1, 2)), 1.0, 1)[0]
        for v in (5.0, 4.0, 0.3, -0.1, -4.0)
    ]
    assert np.isfinite(some).all()
    assert some[0] < some[1] < some[2]
    assert some[4] < some[3]


def test_a_ratio_is_emulated_as_what_is_linear(generator):
    """Regained is a third of a loss that grows with the first parameter: a third is within .5.

    Each run adds noise that both share, and a mean of ratios of single runs would be anywhere.
    """
    points = generator.uniform(-1.0, 1.0, (200, 3))
    loss = np.repeat(2.0 + points[:, 0], 2) + generator.normal(0.0, 2.0, 400)
    regained = loss / 3.0 + generator.normal(0.0, 0.01, 400)
    table = pd.DataFrame(
        {
            "vector": np.repeat(np.arange(200), 2),
            "sponsor_loss": loss,
            "sponsor_regained": regained,
        }
    )
    (emulator,) = fit_emulators(points, [table], ["sponsor_regained"])
    assert emulator.demand.high == 0.0
    there = emulator.predict(np.zeros((1, 3)))[0]
    assert there == pytest.approx(2.0 * (1.0 / 3.0 - 0.5), abs=0.1)


def test_a_number_that_hardly_any_vector_shows_has_no_emulator(generator):
    points = generator.uniform(-1.0, 1.0, (60, 3))
    table = pd.DataFrame({"vector": np.arange(60), "icc": np.nan, "load": points[:, 0]})
    table.loc[:5, "icc"] = 0.2
    found = fit_emulators(points, [table], ["icc", "load"])
    assert [emulator.demand.key for emulator in found] == ["load"]


def test_what_vectors_lack_is_left_out_of_their_emulator(generator):
    """A sign is known only where both programmes live: here in two vectors of three."""
    points = generator.uniform(-1.0, 1.0, (300, 3))
    first = np.where(np.arange(300) % 3, 2.0 + points[:, 1], np.nan)
    key = next(iter(SIGN_PATTERNS))
    table = pd.DataFrame({"vector": np.arange(300), key: first})
    (emulator,) = fit_emulators(points, [table], [key])
    new = generator.uniform(-1.0, 1.0, (50, 3))
    assert emulator.predict(new) == pytest.approx(2.0 + new[:, 1], abs=0.02)
    assert emulator.demand.clear


def test_doubt_widens_and_runs_narrow():
    point = np.zeros((1, 2))
    outside = constant("icc", 0.3, 0.02)
    assert outside.log_probability(point, 3.0, 1) > outside.log_probability(point, 1.0, 1)
    noisy = constant("icc", 0.3, 0.0)._replace(chance=0.1)
    assert noisy.log_probability(point, 1.0, 1) > noisy.log_probability(point, 1.0, 16)


def test_an_open_band_has_one_end():
    point = np.zeros((1, 2))
    assert np.exp(constant("most", 90.0, 1.0).log_probability(point, 1.0, 1)) > 0.999
    assert np.exp(constant("most", 95.0, 1.0).log_probability(point, 1.0, 1)) == pytest.approx(0.5)


# -------------------------------------------------------------------------------------- draws


def test_draws_are_in_proportion_to_the_probability():
    """One number that is .5 times the first parameter, its band from .1 to .25.

    So the first parameter is almost even between .2 and .5, and the second between -1 and 1;
    2,000 walks, four standard errors.
    """
    known = [linear("icc", 0.5, 0.005)]
    begin = np.random.default_rng(1).uniform(-1.0, 1.0, (500, 2))
    drawn = draw_vectors(known, begin, 2000, 1.0, 1, seed=3, steps=400)
    first, second = drawn.T
    assert first.mean() == pytest.approx(0.35, abs=0.01)
    assert first.std() == pytest.approx(0.3 / np.sqrt(12.0), abs=0.01)
    assert second.mean() == pytest.approx(0.0, abs=0.06)
    assert second.std() == pytest.approx(1.0 / np.sqrt(3.0), abs=0.03)
    assert np.abs(drawn).max() <= 1.0
    again = draw_vectors(known, begin, 2000, 1.0, 1, seed=3, steps=400)
    np.testing.assert_array_equal(drawn, again)


def test_thinning_makes_an_even_sample(generator):
    """Points drawn in proportion to a normal density are even after thinning, where it reached."""
    drawn = generator.normal(0.0, 1.0, 40_000)
    drawn = drawn[np.abs(drawn) < 1.0]
    even = drawn[calibration._evened(-0.5 * drawn**2, seed=0)]
    middle = np.abs(even) < 0.8  # beyond the level nothing is thinned
    counts, _ = np.histogram(even[middle], bins=8, range=(-0.8, 0.8))
    assert counts.min() > 300
    assert counts.max() / counts.min() < 1.25
    assert len(calibration._evened(np.zeros(0), 0)) == 0


def test_points_and_values_are_one_another():
    names = ["adoption.innovation", "relationships.poor"]
    low, high = np.array([declared()[name].plausible for name in names]).T
    values = np.array([low, high, (low + high) / 2.0])
    points = to_points(values, names)
    np.testing.assert_allclose(points, [[-1, -1], [1, 1], [0, 0]], atol=1e-12)
    np.testing.assert_allclose(to_values(points, names), values)


# ---------------------------------------------------------------------------- the whole thing


@pytest.fixture
def easy(monkeypatch):
    """Fit two patterns that a tiny organization can show, and no signs."""
    easily = {
        "voluntary": Pattern("1", "exits", 0.1, 9.0, "%", "assumed", "h"),
        "first_year": Pattern("13", "practising", 1.0, 60.0, "%", "assumed", "h"),
    }
    for key, pattern in easily.items():
        monkeypatch.setitem(ALL_PATTERNS, key, pattern)
    monkeypatch.setattr(calibration, "BANDS", easily)
    monkeypatch.setattr(calibration, "SIGN_PATTERNS", {})
    monkeypatch.setattr(calibration, "ENOUGH", 2)  # both


@pytest.mark.slow
def test_it_finds_vectors_and_goes_on_where_it_was(easy, tmp_path):
    told = []
    whole = calibrate(
        tmp_path / "a",
        TINY,
        effort=LITTLE,
        executor="threads",
        progress=lambda stage, n: told.append((stage, n)),
    )
    assert len(whole.accepted) == 4
    assert set(whole.accepted.columns) == set(uncertain())
    for name in whole.accepted:
        low, high = declared()[name].plausible
        assert whole.accepted[name].between(low, high).all()
    assert whole.measured["voluntary"].between(0.1, 9.0).all()
    assert whole.kept >= 4
    assert len(whole.candidates) == whole.tried
    assert whole.candidates["accepted"].sum() == 4
    whole_pair = whole.trade_offs.iloc[0]
    assert (whole_pair["candidates"], whole_pair["even"]) == (whole.tried, 24)
    assert dict(told[::-1])["wave-0"] == 24  # the first call of a stage says how many runs
    # Interrupted in the second wave, then again: only what is missing is run, to the same end.
    with pytest.raises(KeyboardInterrupt):
        calibrate(
            tmp_path / "b",
            TINY,
            effort=LITTLE,
            executor="serial",
            progress=interrupt_at("wave-2", 5),
        )
    runs = []
    again = calibrate(
        tmp_path / "b",
        TINY,
        effort=LITTLE,
        executor="serial",
        progress=lambda stage, n: runs.append((stage, n)),
    )
    begun = {stage: n for stage, n in runs if n >= 0}
    assert begun["wave-0"] == begun["wave-1"] == 0
    assert 0 < begun["wave-2"] < 16
    pd.testing.assert_frame_equal(again.accepted, whole.accepted)
    pd.testing.assert_frame_equal(again.measured, whole.measured)


def interrupt_at(stage, runs):
    left = [runs]

    def progress(name, count):
        if name == stage and count < 0:
            left[0] -= 1
            if left[0] == 0:
                raise KeyboardInterrupt

    return progress


def test_another_scenario_in_the_same_folder_is_refused(easy, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        calibrate(
            tmp_path, TINY, effort=LITTLE, executor="serial", progress=interrupt_at("wave-0", 2)
        )
    with pytest.raises(InputError, match="scenario was"):
        calibrate(tmp_path, TINY.changed({"commitment.action": 0.9}), effort=LITTLE)


@pytest.mark.slow
def test_patterns_that_cannot_be_met_are_said_to_be_so(easy, tmp_path, monkeypatch):
    never = Pattern("1", "exits", 90.0, 91.0, "%", "assumed", "h")
    monkeypatch.setattr(calibration, "BANDS", {"voluntary": never})
    monkeypatch.setitem(ALL_PATTERNS, "voluntary", never)
    with pytest.raises(InputError, match="0 of 16 candidates"):
        calibrate(tmp_path, TINY, effort=LITTLE, executor="serial")


# --------------------------------------------------------------------------- what it says


def accepted(generator: np.random.Generator) -> pd.DataFrame:
    """Return vectors of three parameters: one pinned, two that go together."""
    names = ["relationships.poor", "adoption.innovation", "adoption.imitation"]
    together = generator.uniform(-1.0, 1.0, 400)
    points = np.column_stack(
        [
            generator.uniform(-0.1, 0.1, 400),
            together,
            0.9 * together + 0.1 * generator.uniform(-1.0, 1.0, 400),
        ]
    )
    return pd.DataFrame(to_values(points, names), columns=names)


def test_identifiability(generator):
    table = identifiability(accepted(generator)).set_index("parameter")
    assert table.loc["relationships.poor", "verdict"] == "pinned"
    assert table.loc["relationships.poor", "spread"] == pytest.approx(0.1, rel=0.1)
    assert table.loc["adoption.innovation", "verdict"] == "not pinned"
    assert table.loc["adoption.innovation", "with"] == "adoption.imitation"
    assert table.loc["adoption.innovation", "correlation"] > 0.9
    assert table.index[0] == "relationships.poor"
    assert (table["from"] < table["median"]).all()
    assert (table["median"] < table["to"]).all()


def test_the_centre_is_the_rounded_mean(generator):
    vectors = accepted(generator)
    centre = central_vector(vectors)
    for name, value in centre.items():
        low, high = declared()[name].plausible
        assert abs(value - vectors[name].mean()) <= (high - low) / 100.0
    assert centre["relationships.poor"] == round(centre["relationships.poor"], 3)


def test_signs_that_vectors_show_unasked_are_counted():
    rows = pd.DataFrame(1.0, index=range(8), columns=list(SIGN_PATTERNS))
    first, second = list(SIGN_PATTERNS)[:2]
    rows[first] = [3.0, -1.0] + [1.0] * 4 + [-2.0, 1.0]  # by vector: 1, 1, 1, -0.5
    rows[second] = [-1.0] * 2 + [1.0] * 6
    shares = unfitted_signs(rows.assign(vector=np.repeat(range(4), 2))).set_index("sign")["share"]
    assert shares[first] == shares[second] == 0.75
    assert shares["all of them"] == 0.5
    assert (shares.drop([first, second, "all of them"]) == 1.0).all()


def test_tables_and_figures_are_written(generator, tmp_path):
    vectors = accepted(generator)
    measured = pd.DataFrame(
        {key: generator.uniform(0.1, 0.2, 400) for key in (*PATTERNS, *SIGN_PATTERNS)}
    )
    waves = pd.DataFrame({"wave": [0], "vectors": [1], "patterns_met": [3], "share": [1.0]})
    quality = pd.DataFrame({"number": ["icc"], "spread": [1.0], "error": [0.1], "chance": [0.1]})
    signs = pd.DataFrame({"sign": ["all of them"], "share": [0.5]})
    good = pd.DataFrame(True, index=range(400), columns=list(ALL_PATTERNS))
    for number in ("1", "2", "3", "5"):
        missed = [key for key, pattern in PATTERNS.items() if pattern.number == number]
        good.loc[380:, missed[0]] = False
    again = measured.assign(icc=np.repeat([0.2, 0.3], [300, 100]))
    numbers = measured[list(calibration.BANDS)]
    pairs = trade_offs(numbers, (numbers, numbers), numbers, calibration.BANDS)
    found = Calibration(
        vectors,
        measured,
        900,
        450,
        waves,
        signs,
        quality,
        again,
        good,
        numbers.assign(accepted=True),
        pairs,
    )
    assert found.checked.tolist() == [18] * 380 + [14] * 20
    shares = found.bands().set_index(pd.Index(ALL_PATTERNS))["share"]
    assert shares["icc"] == 0.75
    assert np.isnan(shares["peer_late"])
    paths = write_tables(found, tmp_path)
    assert {path.name for path in paths} == {
        "accepted.csv",
        "measured.csv",
        "identifiability.csv",
        "bands.csv",
        "waves.csv",
        "signs.csv",
        "emulators.csv",
        "candidates.csv",
        "trade_offs.csv",
        "trade_offs.png",
        "trade_offs.svg",
        "identifiability.png",
        "bands.png",
    }
    again = read_vectors(tmp_path / "accepted.csv")
    pd.testing.assert_frame_equal(again, vectors, check_exact=True)
    assert "450 of 900" in found.verdict()
    assert "95% meet so many with new luck" in found.verdict()
    assert log_probability([constant("icc", 0.2, 0.01)], np.zeros((1, 2)), 1.0, 1)[0] < 0.0
