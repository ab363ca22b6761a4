"""From tables to tables: intervals, outcomes, paired differences, and the words for them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from helpers import Interrupted
from scipy import stats

from simulation.answers import comparison as module
from simulation.answers.comparison import (
    Recovery,
    compare,
    difference_sentence,
    half_recovery,
    outcome_table,
    outcomes_of_runs,
    recoveries,
    recovery_sentence,
    saved_comparison,
)
from simulation.errors import InputError
from simulation.organizations.organization import generate_organization
from simulation.pictures.summaries import (
    bounds_of,
    by_level,
    differences_over_time,
    interval,
    of_runs,
)
from simulation.scenarios.scenario import load_scenario
from simulation.study.running import resume, simulate
from simulation.study.runs import save
from simulation.study.stopping import reached
from simulation.theory.measures import MEASURES, OUTCOMES

TINY = load_scenario("baseline", **{"organization.people": 60, "run.months": 12})
STRONG = TINY.changed({"commitment.action": 0.9}, name="strong", title="Strong action")
LEAVES = TINY.changed(
    events=[{"type": "chief_leaves", "month": 4}], name="leaves", title="The chief leaves"
)


@pytest.fixture(scope="module")
def comparison():
    """Return three scenarios compared on six shared replications."""
    return compare([TINY, STRONG, LEAVES], seed=2, replications=6, command="as typed")


# ------------------------------------------------------------------------------ intervals


@pytest.mark.parametrize("level", [0.5, 0.95, 0.99])
@pytest.mark.parametrize("count", [2, 3, 30])
def test_the_interval_is_students(generator, count, level):
    values = generator.normal(3.0, 2.0, count)
    mean, low, high = interval(values, level)
    expected = stats.t.interval(level, count - 1, values.mean(), stats.sem(values))
    assert mean == pytest.approx(values.mean())
    assert (low, high) == pytest.approx(expected)


def test_an_interval_needs_two_values():
    assert interval([1.0, 3.0, np.nan]) == interval([1.0, 3.0])
    mean, low, high = interval([4.0, np.nan])
    assert mean == 4.0
    assert np.isnan([low, high]).all()
    assert np.isnan(interval([np.nan])).all()
    assert interval([2.0, 2.0, 2.0]) == (2.0, 2.0, 2.0)


# ------------------------------------------------------------------------- half-recovery

CURVES = {
    "half regained": ([0, 0, -1, -0.8, -0.6, -0.5, -0.2], 1, 4.0),
    "exactly half counts": ([0, -1.0, -0.5], 0, 2.0),
    "at once after the lowest": ([0, 0, -1, 0, 0], 1, 2.0),
    "lowest later": ([0, -0.2, -0.4, -1.0, -0.9, -0.4], 1, 4.0),
    "never": ([0, 0, -0.5, -0.9, -1.0], 1, np.inf),
    "nothing lost": ([0, 0, 0.2, 0.1, 0.0], 1, np.nan),
    "a loss before does not count": ([-5, -5, 0, 0.1, 0.2], 2, np.nan),
    "lost at the end": ([0, 0, 0, -1], 1, np.inf),
}


@pytest.mark.parametrize("name", CURVES)
def test_half_recovery_by_hand(name):
    gap, month, months = CURVES[name]
    np.testing.assert_equal(half_recovery(np.array(gap, dtype=float), month), months)


# ------------------------------------------------------------------------------- outcomes


def by_hand(name: str, adoption: list[float], replications: int = 2) -> pd.DataFrame:
    """Return a table of runs in which everything but adoption is simple."""
    months = len(adoption)
    block = {
        "scenario": name,
        "point": 0,
        "replication": np.repeat(range(replications), months),
        "month": np.tile(range(months), replications),
    }
    block |= dict.fromkeys(MEASURES, 1.0)
    block |= {
        "adoption": np.tile(adoption, replications),
        "headcount": 120.0,
        "engagement": 0.5,
        "exits": 2.0,
        "money": 3.0,
        "credibility": 0.7,
    }
    return pd.DataFrame(block)


def test_outcomes_of_a_table_by_hand():
    steady = [0.5] * 25
    dented = [0.5] * 5 + [0.1, 0.2, 0.3, 0.4] + [0.5] * 16
    event = [{"type": "chief_leaves", "month": 4}]
    reference = TINY.changed(name="steady")
    scenarios = [reference, TINY.changed(name="dented", events=event)]
    table = pd.concat([by_hand("steady", steady), by_hand("dented", dented)], ignore_index=True)
    found = outcomes_of_runs(table, scenarios)
    told = [name for name, one in OUTCOMES.items() if one.taken != "half_recovery"]
    assert list(found.columns) == ["scenario", "replication", *told]
    assert found["replication"].tolist() == [0, 1, 0, 1]
    first, second = found.iloc[0], found.iloc[2]
    assert first["end_adoption"] == pytest.approx(0.5)
    assert first["mean_engagement"] == pytest.approx(0.5)
    assert first["practised_person_years"] == pytest.approx(0.5 * 120 * 24 / 12)
    assert first["exits"] == pytest.approx(2.0 * 24)  # month 0 is the start: nothing has happened
    assert first["money"] == pytest.approx(3.0 * 24)
    assert first["lowest_adoption"] == pytest.approx(0.5)
    assert second["lowest_adoption"] == pytest.approx(0.1)
    again = recoveries(table, scenarios)
    # month 7: 0.3, half of 0.4 regained; both runs are alike, so the interval is a point
    assert again["dented", "months_to_half_recovery"] == (3.0, 3.0, 3.0, True)
    assert again["dented", "credibility_half_recovery"].clear is None  # nothing has changed
    assert again["steady", "months_to_half_recovery"].clear is None  # no event of its own
    assert second["practised_person_years"] == pytest.approx(sum(dented[1:]) * 120 / 12)


def test_differences_are_taken_run_by_run():
    each = pd.DataFrame({"scenario": ["a", "a", "b", "b"], "replication": [0, 1, 0, 1]})
    each = each.assign(**dict.fromkeys(OUTCOMES, 1.0))
    each["end_adoption"] = [0.2, 0.6, 0.3, 0.7]
    found = {("b", "months_to_half_recovery"): Recovery(6.0, 4.0, np.inf, True)}
    table = outcome_table(each, {"a": "A", "b": "B"}, found).set_index(["scenario", "outcome"])
    row = table.loc[("b", "end_adoption")]
    assert row["mean"] == pytest.approx(0.5)
    assert row["difference"] == pytest.approx(0.1)
    assert (row["difference_low"], row["difference_high"]) == pytest.approx((0.1, 0.1))
    assert (row["low"], row["high"]) == (0.0, 1.0)  # unpaired, two runs say next to nothing
    assert np.isnan(table.loc[("a", "end_adoption"), "difference"])
    assert table.loc[("a", "end_adoption"), "sentence"] == ""
    recovery = table.loc[("b", "months_to_half_recovery")]
    assert (recovery["mean"], recovery["high"]) == (6.0, np.inf)
    assert np.isnan(recovery["difference"])
    assert "practice lost with “B” was regained 6 months after" in recovery["sentence"]


# ------------------------------------------------------------------------------ sentences


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        (
            (0.12, 0.1, 0.14),
            "12.0 percentage points higher with “New” than with “Old” (95 % "
            "interval 10.0 to 14.0 percentage points)",
        ),
        (
            (-0.12, -0.14, -0.1),
            "12.0 percentage points lower with “New” than with “Old” (95 % "
            "interval −14.0 to −10.0 percentage points)",
        ),
        ((0.1, -0.1, 0.3), "no clear difference between “New” and “Old” (95 % interval −10.0 to"),
        ((0.0, 0.0, 0.0), "no clear difference"),
        ((0.2, np.nan, np.nan), "one run each cannot tell"),
    ],
)
def test_a_difference_in_words(difference, words):
    sentence = difference_sentence(difference, OUTCOMES["end_adoption"], "New", "Old")
    assert sentence.startswith("Practising at the end: ")
    assert sentence.endswith(".")
    assert words in sentence


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ((np.nan, np.nan, np.nan, None), ""),
        ((np.nan, np.nan, np.nan, False), "no clear loss of practice"),
        ((6.0, 4.0, 9.0, True), "regained 6 months after the event (95 % interval 4 to 9 months)"),
        ((6.0, 4.0, np.inf, True), "(95 % interval 4 months to beyond the run)"),
        ((np.inf, 40.0, np.inf, True), "probably not regained within the run (95 % interval 40"),
        ((np.inf, np.inf, np.inf, True), "Half of the practice lost with “New” was not regained"),
    ],
)
def test_recovery_in_words(found, words):
    sentence = recovery_sentence(Recovery(*found), "practice", "New")
    assert words in sentence
    assert bool(sentence) == bool(words)
    assert "nan" not in sentence
    assert "inf " not in sentence


def test_a_loss_that_chance_explains_has_no_recovery():
    """Noise around nothing: hardly one in forty losses is called clear, and then only told."""
    noise = np.random.default_rng(5).normal(0.0, 0.01, (400, 30, 25))
    clear = [module._recovery(gaps, 4).clear for gaps in noise]
    assert sum(clear) <= 22  # 10 expected at 2.5 %; above 22 by chance: less than 1 in 5,000
    dip = noise[0] - np.where(np.arange(25) >= 4, 0.2 * 0.8 ** (np.arange(25) - 4.0), 0.0)
    found = module._recovery(dip, 4)
    assert found.clear
    assert found.low <= found.months <= found.high
    assert found.months == pytest.approx(4.0, abs=1.0)  # .8^3 = .51, .8^4 = .41


# ------------------------------------------------------------------------------- comparing


def test_the_paired_interval_is_narrower_than_the_unpaired(comparison):
    each = outcomes_of_runs(comparison.runs.table, comparison.scenarios)
    engaged = {
        n: each.loc[each["scenario"] == n, "mean_engagement"].to_numpy()
        for n in ("baseline", "leaves")
    }
    row = comparison.outcomes.set_index(["scenario", "outcome"]).loc[("leaves", "mean_engagement")]
    paired = row["difference_high"] - row["difference_low"]
    unpaired = stats.ttest_ind(engaged["leaves"], engaged["baseline"]).confidence_interval()
    assert 0.0 < paired < 0.8 * (unpaired.high - unpaired.low)


def test_before_the_event_the_worlds_are_the_same(comparison):
    table = comparison.runs.table
    early = table[table["month"] < 4].set_index(["scenario", "replication", "month"])
    numbers = early.drop(columns="point")
    pd.testing.assert_frame_equal(numbers.loc["baseline"], numbers.loc["leaves"], check_exact=True)
    late = table[table["month"] >= 4].set_index(["scenario", "replication", "month"])
    assert not late.loc["baseline"].equals(late.loc["leaves"])


def test_the_tables_have_what_the_report_needs(comparison, tmp_path):
    tables = comparison.tables
    assert set(tables) >= {
        "bands",
        "differences_over_time",
        "levels",
        "outcomes",
        "scenarios",
        "organization",
        "provenance",
    }
    assert set(tables["bands"]) == {"scenario", "measure", "month", "mean", "low", "high"}
    assert set(tables["differences_over_time"]["scenario"]) == {"strong", "leaves"}
    assert set(tables["levels"]["level"]) == set(range(tables["chart"].levels))
    names = [described["name"] for described in tables["scenarios"]]
    assert names == ["baseline", "strong", "leaves"]
    assert tables["scenarios"][1]["changes"] == [
        {
            "parameter": "commitment.action",
            "first": TINY.parameters.commitment.action,
            "this": 0.9,
            "unit": "share",
        }
    ]
    assert tables["scenarios"][2]["events"][0]["type"] == "chief_leaves"
    assert tables["organization"]["people"] == 60
    assert sum(level["people"] for level in tables["organization"]["levels"]) == 60
    assert tables["provenance"]["seed"] == 2
    assert tables["provenance"]["replications"] == 6
    assert tables["provenance"]["months"] == 12
    page = comparison.report(tmp_path / "report.html").read_text("utf-8")
    assert "Strong action" in page
    assert "as typed" in page


def test_there_is_a_sentence_for_each_difference(comparison):
    table = comparison.outcomes
    assert table["scenario"].tolist() == [
        name for name in ("baseline", "strong", "leaves") for _ in OUTCOMES
    ]
    assert comparison.sentences == [sentence for sentence in table["sentence"] if sentence]
    assert sum("“Strong action”" in sentence for sentence in comparison.sentences) == 8
    clear = table[(table["difference_low"] > 0) | (table["difference_high"] < 0)]
    assert all(("higher" in s) or ("lower" in s) for s in clear["sentence"])


def test_a_saved_comparison_says_the_same(comparison, tmp_path):
    again = saved_comparison(save(comparison.runs, tmp_path))
    pd.testing.assert_frame_equal(again.outcomes, comparison.outcomes, check_exact=True)
    assert again.sentences == comparison.sentences
    with pytest.raises(InputError, match="one scenario"):
        saved_comparison(save(simulate(TINY), tmp_path / "alone"))


@pytest.mark.parametrize(
    ("scenarios", "words"),
    [
        ([], "at least two"),
        ([TINY], "at least two"),
        ([TINY, TINY], "'baseline' is named twice"),
        ([TINY, STRONG.changed({"run.months": 24})], "differ in \\[run\\]"),
        ([TINY, STRONG.changed({"organization.people": 61})], "different organizations"),
    ],
)
def test_what_cannot_be_compared_is_refused(scenarios, words):
    with pytest.raises(InputError, match=words):
        compare(scenarios, replications=1)


def test_a_given_organization_makes_scenarios_comparable():
    other = STRONG.changed({"organization.people": 61})
    place = generate_organization(40)
    found = compare([TINY, other], replications=2, organization=place)
    assert {p.digest for p in found.runs.organizations} == {place.digest}


@pytest.mark.parametrize(
    "wrong",
    [
        {"replications": 0},
        {"replications": -1},
        {"seed": -1},
        {"half_width": 0.0},
        {"half_width": -0.1},
        {"half_width": float("nan")},
    ],
)
def test_impossible_wishes_are_refused(wrong, monkeypatch):
    with pytest.raises(InputError, match=next(iter(wrong)).replace("_", ".")):
        compare([TINY, STRONG], **({"replications": 2} | wrong), executor=NoRun())


class NoRun:
    """An executor for what should be refused before anything is run."""

    def map(self, function, jobs):
        """Run the jobs, or not."""
        raise AssertionError("nothing should be run")


def test_a_half_width_adds_replications_until_it_is_reached():
    """The widest paired interval of end adoption is narrowed, in batches after a first look."""
    pair = [scenario.changed({"run.months": 48}) for scenario in (TINY, STRONG)]
    whole = compare(pair, replications=40)
    late = of_runs(whole.runs.table)[["adoption"]].reset_index()

    def width(count):
        return reached(late[late["replication"] < count], {"adoption": 1.0}, True)[0].half_width

    wanted = width(40) * 1.0001
    expected = next(n for n in (20, 30, 40) if width(n) <= wanted)
    fine = compare(pair, replications=4, half_width=wanted)
    assert fine.runs.replications == expected
    assert fine.reached[0].half_width <= wanted
    keys = ["scenario", "replication", "month"]
    first = whole.runs.table[whole.runs.table["replication"] < expected]
    pd.testing.assert_frame_equal(
        fine.runs.table.sort_values(keys, ignore_index=True),
        first.sort_values(keys, ignore_index=True),
        check_exact=True,
    )
    same = compare(pair, until={"adoption": wanted, "engagement": 9.0}, replications=4)
    assert same.runs.replications == expected
    assert [one.measure for one in same.reached] == ["adoption", "engagement"]
    assert same.reached[0] == fine.reached[0]
    assert compare(pair, replications=24, half_width=1e9).runs.replications == 24
    with pytest.raises(InputError, match="Did you mean 'adoption'"):
        compare(pair, until={"adoptoin": 0.1})


# ------------------------------------------------------------------ the reference, by name


def test_one_scenario_is_compared_with_its_variant():
    found = compare(TINY, 2, 3, **{"commitment.action": 0.8})
    reference, variant = found.scenarios
    assert reference == TINY
    assert variant.name == "baseline-changed"
    assert variant.parameters == TINY.changed({"commitment.action": 0.8}).parameters
    assert found.titles["baseline-changed"] == f"{TINY.title}, with commitment.action = 0.8"
    beside = compare([TINY, TINY.changed({"commitment.action": 0.8}, name="beside")], 2, 3)
    told = ["difference", "difference_low", "difference_high"]
    np.testing.assert_array_equal(found.outcomes[told], beside.outcomes[told])
    small = generate_organization(30)
    shipped = compare("baseline", 0, 1, organization=small, **{"commitment.action": 0.8})
    assert [scenario.name for scenario in shipped.scenarios] == ["baseline", "baseline-changed"]


def test_changes_of_several_scenarios_are_made_in_each():
    found = compare([TINY, STRONG], 2, 2, **{"commitment.talk": 0.1})
    assert [s.name for s in found.scenarios] == ["baseline", "strong"]
    assert [s.parameters.commitment.talk for s in found.scenarios] == [0.1, 0.1]
    assert found.scenarios[1].parameters.commitment.action == 0.9


def test_the_reference_can_be_chosen(comparison):
    turned = compare([TINY, STRONG, LEAVES], seed=2, replications=6, against="strong")
    assert [s.name for s in turned.scenarios] == ["strong", "baseline", "leaves"]
    assert turned.outcomes["scenario"].iloc[0] == "strong"
    here = comparison.outcomes.set_index(["scenario", "outcome"])["difference"]
    there = turned.outcomes.set_index(["scenario", "outcome"])["difference"]
    assert there["baseline", "exits"] == -here["strong", "exits"]
    assert there["leaves", "exits"] == here["leaves", "exits"] - here["strong", "exits"]
    assert np.isnan(there["strong", "exits"])
    assert repr(turned).startswith("<Comparison of baseline, leaves against strong: 6 paired")
    with pytest.raises(InputError, match="Did you mean 'strong'"):
        compare([TINY, STRONG], against="stron", replications=1)


def test_differences_are_drawn_and_an_unknown_measure_is_refused(comparison):
    import matplotlib.pyplot as plt

    figure = comparison.plot("engagement")
    told = differences_over_time(
        comparison.runs.table, ["baseline", "strong", "leaves"], ["engagement"]
    )
    drawn = [np.asarray(line.get_ydata(), float) for line in figure.axes[0].lines]
    plt.close(figure)
    for _, block in told.groupby("scenario"):
        mean = block["difference"].to_numpy()
        assert any(len(one) == len(mean) and np.allclose(one, mean) for one in drawn)
    with pytest.raises(InputError, match="Did you mean 'engagement'"):
        comparison.plot("engagment")


# ------------------------------------------------------------------------- no impossible ends


def test_intervals_of_shares_stay_where_shares_can_be():
    """Two runs each, one of them at an end of the scale: Student's t would leave it."""
    each = pd.DataFrame({"scenario": ["a", "a", "b", "b"], "replication": [0, 1, 0, 1]})
    each = each.assign(**dict.fromkeys(OUTCOMES, 1.0))
    each["end_adoption"] = [0.0, 0.1, 1.0, 0.9]
    each["lowest_adoption"] = [0.0, 0.5, 1.0, 0.5]
    each["exits"] = [0.0, 5.0, 90.0, 10.0]
    table = outcome_table(each, {"a": "A", "b": "B"}).set_index(["scenario", "outcome"])
    assert tuple(table.loc[("a", "end_adoption"), ["low", "high"]]) == (
        0.0,
        pytest.approx(0.6853, abs=1e-4),
    )
    assert tuple(table.loc[("b", "lowest_adoption"), ["low", "high"]]) == (0.0, 1.0)
    assert table.loc[("b", "end_adoption"), "difference_high"] == 1.0
    assert tuple(table.loc[("b", "lowest_adoption"), ["difference_low", "difference_high"]]) == (
        -1.0,
        1.0,
    )
    assert table.loc[("b", "exits"), "high"] > 90.0
    assert bounds_of("share", difference=True) == (-1.0, 1.0)


def test_every_table_of_shares_stays_where_shares_can_be():
    runs = simulate(TINY.changed({"adoption.initial": 0.01}), 0, 2)
    summary = runs.summary()
    shares = summary[summary["unit"] == "share"]
    assert {"adoption", "adoption_level_0"} <= set(shares["measure"])
    ends = shares[["low", "high"]].dropna()
    assert ends.to_numpy().min() == 0.0  # some would have gone below
    assert ends.to_numpy().max() <= 1.0
    levels = by_level(runs.table)[["low", "high"]].dropna().to_numpy()
    assert 0.0 <= levels.min() <= levels.max() <= 1.0
    found = compare([TINY, STRONG], 0, 2)
    told = differences_over_time(found.runs.table, ["baseline", "strong"])
    ends = told.loc[told["measure"] != "engagement", ["low", "high"]].to_numpy()
    assert -1.0 <= ends.min() <= ends.max() <= 1.0


# ------------------------------------------------------------------------------ interrupted


def test_an_interrupted_comparison_is_that_of_its_whole_replications(tmp_path):
    """Two scenarios: nine runs are four whole replications."""
    executor = Interrupted(9)
    cut = compare([TINY, STRONG], 2, 6, executor=executor, out=tmp_path)
    count = executor.done // 2
    assert count > 1
    first = compare([TINY, STRONG], 2, count)
    assert cut.runs.interrupted
    for found in (cut, saved_comparison(tmp_path)):
        pd.testing.assert_frame_equal(found.outcomes, first.outcomes, check_exact=True)
        assert found.notes == (f"The work was interrupted: {count} replications are whole.",)
    assert first.notes == ()
    resume(tmp_path)
    whole = compare([TINY, STRONG], 2, 6)
    again = saved_comparison(tmp_path)
    pd.testing.assert_frame_equal(again.outcomes, whole.outcomes, check_exact=True)
    assert again.notes == ()


def test_what_was_to_be_narrow_stays_so_after_an_interruption(tmp_path):
    """Going on looks at paired differences, as the comparison did, not at means."""
    pair, wanted = [TINY, STRONG], {"exits": 1e9, "engagement": 0.2}
    with_all = compare(pair, 2, 4, until=wanted)
    compare(pair, 2, 4, until=wanted, executor=Interrupted(9), out=tmp_path)
    assert resume(tmp_path).reached == with_all.reached
    assert all(one.independent > one.replications for one in with_all.reached)  # they are paired
