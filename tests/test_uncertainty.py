"""Parameter vectors in comparisons: applied, split from chance, saved and run again."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest
from helpers import Interrupted, restated

from simulation.answers.comparison import compare, saved_comparison
from simulation.answers.declared import OUTCOMES
from simulation.answers.outcomes import share_told
from simulation.answers.recovery import half_recovery
from simulation.errors import InputError
from simulation.pictures import summaries
from simulation.scenarios.scenario import load_scenario
from simulation.study.reproduction import reproduce
from simulation.study.running import simulate
from simulation.study.runs import load, save
from simulation.study.uncertainty import (
    accepted_vectors,
    lacking,
    note_on_lacking,
    parameter_share,
    read_vectors,
    variance_shares,
    with_vector,
)
from simulation.theory.parameters import declared, uncertain

TINY = load_scenario("baseline", **{"organization.people": 60, "run.months": 18})
OTHER = TINY.changed({"turnover.voluntary": 0.05}, name="other")
VECTORS = pd.DataFrame(
    {
        "adoption.innovation": [0.01, 0.05, 0.03],
        "relationships.poor": [0.1, 0.2, 0.3],
    }
)


# ------------------------------------------------------------------------------ the vectors


def test_the_shipped_vectors_lie_in_the_plausible_ranges():
    vectors = accepted_vectors()
    assert len(vectors) >= 40
    assert set(vectors.columns) == set(uncertain())
    for name in vectors.columns:
        low, high = declared()[name].plausible
        assert vectors[name].between(low, high).all(), name
    assert len(vectors.drop_duplicates()) == len(vectors)


def test_the_baseline_lies_among_them():
    """Each of its values is within what the accepted vectors hold."""
    vectors, baseline = accepted_vectors(), load_scenario("baseline").parameters
    for name in vectors.columns:
        assert vectors[name].min() <= baseline.value(name) <= vectors[name].max(), name


def test_a_vector_yields_to_what_a_scenario_sets():
    own = load_scenario("baseline").changed({"relationships.poor": 0.29})
    changed = with_vector(own, {"relationships.poor": 0.1, "adoption.innovation": 0.01})
    assert changed.parameters.relationships.poor == 0.29
    assert changed.parameters.adoption.innovation == 0.01
    assert changed.name == own.name


def test_a_vector_yields_to_a_value_that_is_stated_at_its_default():
    default = declared()["relationships.poor"].default
    own = load_scenario("baseline").changed({"relationships.poor": default})
    vector = {"relationships.poor": 0.1, "adoption.innovation": 0.01}
    changed = with_vector(own, vector)
    assert changed.parameters.relationships.poor == default
    assert changed.parameters.adoption.innovation == 0.01
    assert with_vector(load_scenario("baseline"), vector).parameters.relationships.poor == 0.1


def test_a_vector_is_nobodys_statement():
    """Another vector takes its place."""
    first = with_vector(TINY, {"relationships.poor": 0.1})
    assert first.stated == TINY.stated
    assert with_vector(first, {"relationships.poor": 0.2}).parameters.relationships.poor == 0.2


def test_parameters_that_vectors_lack_are_named():
    missing = ("adoption.imitation", "peers.boss")
    vectors = accepted_vectors()
    assert lacking(vectors) == ()
    assert note_on_lacking(vectors) == ""
    assert set(lacking(vectors.drop(columns=list(missing)))) == set(missing)
    assert note_on_lacking(vectors.drop(columns="peers.boss")) == (
        "1 uncertain parameter is not in the vectors and held at the value that each scenario "
        "gives, so that what is unknown of it does not count: peers.boss."
    )
    both = note_on_lacking(vectors.drop(columns=list(missing)))
    assert both.startswith("2 uncertain parameters are not in the vectors")
    assert all(name in both for name in missing)


def test_whole_numbers_stay_whole():
    changed = with_vector(load_scenario("baseline"), {"relationships.capacity": 3.0})
    assert changed.parameters.relationships.capacity == 3


FILES = {
    "an unknown name": ("adoption.inovation\n0.1\n", "Did you mean 'adoption.innovation'"),
    "a word": ("adoption.innovation\nmuch\n", "must hold a number in every row"),
    "a gap": ("adoption.innovation,relationships.poor\n0.1,\n", "relationships.poor"),
    "no rows": ("adoption.innovation\n", "no rows"),
    "nothing": ("", "is empty"),
    "a blank row": ("adoption.innovation\n0.1\n\n0.2\n", "row 3: blank"),
    "a column twice": ("peers.boss,peers.boss\n1,2\n", "twice"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_faulty_file_of_vectors_is_refused(tmp_path, name):
    text, told = FILES[name]
    (tmp_path / "v.csv").write_text(text)
    with pytest.raises(InputError, match=told):
        read_vectors(tmp_path / "v.csv")


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_vectors(tmp_path / "none.csv")


# ------------------------------------------------------------------------------- the shares


def test_shares_of_known_variances(generator):
    """Variances 3 and 1, 4,000 vectors of 3 runs: four standard errors are about .04."""
    own = generator.normal(0.0, np.sqrt(3.0), 4000)
    values = own[:, None] + generator.normal(0.0, 1.0, (4000, 3))
    parameters, chance = variance_shares(values)
    assert parameters == pytest.approx(0.75, abs=0.04)
    assert parameters + chance == pytest.approx(1.0)


def test_shares_by_hand():
    """Means 1, 5 and 3: variance 4; within 2; 4 - 2 / 2 = 3 of 5."""
    told = np.array([[0.0, 2.0], [4.0, 6.0], [2.0, 4.0]])
    assert variance_shares(told) == pytest.approx((3 / 5, 2 / 5))
    assert variance_shares(np.vstack([told, [9.0, np.nan]])) == pytest.approx((3 / 5, 2 / 5))
    assert variance_shares(np.array([[1.0, 3.0]] * 3)) == pytest.approx((0.0, 1.0))
    assert np.isnan(variance_shares(np.zeros((3, 2)))).all()


@pytest.mark.parametrize("shape", [(2, 9), (9, 1)])
def test_two_vectors_or_one_run_of_each_are_too_few(shape, generator):
    assert np.isnan(parameter_share(generator.normal(size=shape))).all()
    assert share_told(*parameter_share(generator.normal(size=shape))).startswith("too few runs")


def test_a_shares_interval_lies_between_0_and_1(generator):
    for size in (3, 5, 20):
        share, low, high = parameter_share(generator.normal(size=(size, 2)))
        assert 0.0 <= low <= share <= high <= 1.0
    same = np.repeat(np.arange(4.0)[:, None], 2, axis=1)  # nothing is chance
    assert parameter_share(same)[0] == 1.0
    assert np.isnan(parameter_share(same)[1:]).all()


@pytest.mark.parametrize("law", ["normal", "uniform", "exponential"])
@pytest.mark.parametrize("true", [0.0, 0.2, 0.5])
def test_a_shares_interval_holds_what_it_says(law, true):
    """1,000 studies of 50 vectors, two runs each, for three laws of vectors.

    It covers 93.1 to 97.4 % (2,000 studies); three standard errors here are 2.4 %.
    """
    generator = np.random.default_rng(7)
    own = {
        "normal": generator.normal(size=(1000, 50, 1)),
        "uniform": generator.uniform(-np.sqrt(3), np.sqrt(3), (1000, 50, 1)),
        "exponential": generator.exponential(size=(1000, 50, 1)) - 1.0,
    }[law]
    luck = generator.normal(size=(1000, 50, 2))
    studies = np.sqrt(true) * own + np.sqrt(1.0 - true) * luck
    ends = [parameter_share(one)[1:] for one in studies]
    assert np.mean([low <= true <= high for low, high in ends]) >= 0.907


# --------------------------------------------------------------------------- in a comparison


@pytest.fixture(scope="module")
def result():
    """Return a comparison over three vectors, two runs each."""
    return compare([TINY, OTHER], seed=2, uncertainty=VECTORS)


def test_replications_go_through_the_vectors_in_turn(result):
    table = result.runs.table
    assert result.runs.replications == 6
    for replication in range(6):
        vector = VECTORS.iloc[replication % 3].to_dict()
        alone = simulate(TINY.changed(vector), 2, 6).table
        mine = table[(table["point"] == 0) & (table["replication"] == replication)]
        twin = alone[alone["replication"] == replication]
        np.testing.assert_array_equal(mine["adoption"], twin["adoption"])


def test_intervals_hold_single_runs_and_shares_are_told(result):
    row = result.outcomes.query("scenario == 'other' and outcome == 'exits'").iloc[0]
    table = result.runs.table.groupby(["point", "replication"])["exits"].sum()
    paired = (table[1] - table[0]).to_numpy()
    assert row["difference"] == pytest.approx(paired.mean())
    assert row["difference_low"] == pytest.approx(np.quantile(paired, 0.025))
    assert row["difference_high"] == pytest.approx(np.quantile(paired, 0.975))
    expected = variance_shares(paired.reshape(2, 3).T)[0]
    assert row["parameter_share"] == pytest.approx(expected)
    low, high = parameter_share(paired.reshape(2, 3).T)[1:]
    assert (row["share_low"], row["share_high"]) == pytest.approx((low, high), nan_ok=True)
    assert row["interval_of"] == "one run"
    assert share_told(expected, low, high) in row["sentence"]
    assert "95 % of single runs" in row["sentence"]


def test_without_it_nothing_is_said_of_parameters():
    plain = compare([TINY, OTHER], seed=2, replications=3)
    assert plain.outcomes["parameter_share"].isna().all()
    assert not any("unknown parameters" in sentence for sentence in plain.sentences)


def test_runs_are_rounded_up_to_whole_rounds_of_vectors():
    assert compare([TINY, OTHER], replications=7, uncertainty=VECTORS).runs.replications == 9


def test_more_runs_cannot_narrow_what_is_unknown():
    with pytest.raises(InputError, match="no number of runs narrows"):
        compare([TINY, OTHER], half_width=0.01, uncertainty=VECTORS)


def test_saved_and_run_again(result, tmp_path):
    folder = save(result.runs, tmp_path / "results")
    again = load(folder)
    pd.testing.assert_frame_equal(again.vectors, VECTORS)
    assert reproduce(folder).same


def test_the_report_says_what_its_intervals_hold(result, tmp_path):
    page = result.report(tmp_path / "r.html").read_text("utf-8")
    assert "3 sets of parameters" in page
    assert "of their variance from unknown parameters, 95 % interval" in page
    assert "hold chance only" not in page
    plain = compare([TINY, OTHER], replications=3).report(tmp_path / "p.html").read_text("utf-8")
    assert "hold chance only" in plain
    assert "sets of parameters together" not in plain
    assert "the 95 % of single runs" in page
    assert "the 95 % interval of the mean" in plain


# ----------------------------------------------------------------------------- interrupted


#: Credibility and practice are lost from month 4 on, and sought until ten years later.
LAPSE = load_scenario("lapse-6-months").changed(
    {"organization.people": 60, "run.months": 130},
    events=[{"type": "commitment_lapse", "month": 4, "months": 3, "talk": 0.05, "action": 0.05}],
)
STEADY = LAPSE.changed(events=[], name="steady")
MANY = pd.DataFrame(
    {
        "adoption.innovation": np.linspace(0.01, 0.05, 12),
        "relationships.poor": np.linspace(0.1, 0.3, 12),
    }
)


@pytest.mark.parametrize("whole", [1, 2, 5, 12, 17])
def test_an_interrupted_comparison_speaks_of_the_vectors_that_were_run(whole, tmp_path):
    """Interrupted within the first round of twelve vectors, at its end, and in the second."""
    cut = compare(
        [STEADY, LAPSE], 2, uncertainty=MANY, executor=Interrupted(2 * whole + 1), out=tmp_path
    )
    assert cut.runs.interrupted
    assert cut.runs.replications == whole
    table = cut.runs.table
    round_of = min(whole, 12)
    recovered = {
        key: (one.measure, one.lost, one.given)
        for key, one in OUTCOMES.items()
        if one.taken == "half_recovery"
    }
    for key, (measure, lost, given) in recovered.items():
        row = cut.outcomes.query(f"scenario == '{LAPSE.name}' and outcome == '{key}'").iloc[0]
        curves = summaries.cube(table, measure)
        gaps = curves[LAPSE.name] - curves["steady"]
        if given:  # practice is told as long as both programmes live
            going = summaries.cube(table, given)
            lives = [np.minimum.accumulate(one > 0.5, axis=1) for one in going.values()]
            gaps = np.where(lives[0] & lives[1], gaps, np.nan)
        own = np.nan_to_num([half_recovery(gap, 4) for gap in gaps[:round_of]], posinf=np.inf)
        if row["sentence"].startswith("Half"):
            assert own.min() <= row["low"] <= row["high"] <= own.max()
            assert lost in row["sentence"]
    if whole < 3:
        told = ("too few runs", "in no pair of runs")
        assert all(any(one in sentence for one in told) for sentence in cut.sentences)
    assert not any("inf" in sentence or "nan" in sentence for sentence in cut.sentences)
    only = f"Only {whole} of 12 parameter vectors were run"
    assert any(note.startswith(only) for note in cut.notes) == (whole < 12)
    assert f"The work was interrupted: {whole} replications are whole." in cut.notes
    assert cut.tables["provenance"]["vectors"] == round_of
    again = saved_comparison(tmp_path)
    pd.testing.assert_frame_equal(again.outcomes, cut.outcomes, check_exact=True)
    assert again.notes == cut.notes


def test_the_first_rounds_recoveries_are_those_of_single_vectors():
    """With five of twelve vectors run once each, the ends are two of these five runs' months."""
    cut = compare([STEADY, LAPSE], 2, uncertainty=MANY, executor=Interrupted(11))
    row = cut.outcomes.query(
        f"scenario == '{LAPSE.name}' and outcome == 'credibility_half_recovery'"
    ).iloc[0]
    curves = summaries.cube(cut.runs.table, "credibility")
    gaps = curves[LAPSE.name] - curves["steady"]
    own = sorted(half_recovery(gap, 4) for gap in gaps)
    assert len(own) == 5
    assert (row["low"], row["high"]) == (own[0], own[-1])
    assert row["mean"] == half_recovery(gaps.mean(axis=0), 4)
    assert np.isfinite(row["mean"])
    assert "credibility lost" in row["sentence"]
    assert "regained" in row["sentence"]
    assert "not regained" not in row["sentence"]


# ---------------------------------------------------------------------------- what is stated


def test_what_was_stated_at_its_default_is_stated_in_the_manifest(tmp_path):
    """The vectors leave it alone, now and when it is run again."""
    default = declared()["relationships.poor"].default
    assert default not in set(VECTORS["relationships.poor"])
    stated = TINY.changed({"relationships.poor": default})
    free = stated.changed(name="free")
    free = dataclasses.replace(free, stated=TINY.stated)
    made = compare([stated, free], 2, uncertainty=VECTORS, out=tmp_path)
    table = made.runs.table
    assert not np.array_equal(
        table.loc[table["point"] == 0, "adoption"], table.loc[table["point"] == 1, "adoption"]
    )
    again = load(tmp_path)
    assert [s.stated for s in again.scenarios] == [stated.stated, TINY.stated]
    assert reproduce(tmp_path).same
    forgotten = json.loads((tmp_path / "manifest.json").read_text())["scenarios"]
    forgotten[0]["stated"].remove("relationships.poor")
    restated(tmp_path, scenarios=forgotten)
    assert not reproduce(tmp_path).same


WRONG = {
    "a typo": (pd.DataFrame({"peers.bos": [0.1]}), "Did you mean 'peers.boss'"),
    "a word": (pd.DataFrame({"peers.boss": ["much"]}), "must hold a number in every row"),
    "a gap": (pd.DataFrame({"peers.boss": [0.1, np.nan]}), "must hold a number in every row"),
    "nothing": (pd.DataFrame({"peers.boss": []}), "is empty"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_faulty_table_of_vectors_is_refused(name):
    table, told = WRONG[name]
    with pytest.raises(InputError, match=told):
        compare([TINY, OTHER], uncertainty=table)
