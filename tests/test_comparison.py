"""From tables to tables: intervals, outcomes, paired differences, and the words for them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from helpers import Interrupted
from scipy import stats

from simulation.answers.comparison import compare, report, saved_comparison
from simulation.answers.declared import OUTCOMES, answering, outcomes_with
from simulation.answers.outcomes import (
    difference_sentence,
    note_on_survival,
    outcome_table,
    outcomes_of_runs,
    read_windows,
    window_of,
)
from simulation.answers.recovery import Recovery
from simulation.errors import InputError
from simulation.organizations.organization import generate_organization
from simulation.pictures.summaries import (
    bounds_of,
    by_level,
    difference_of_proportions,
    differences_over_time,
    interval,
    of_runs,
    proportion,
)
from simulation.scenarios.designs import grid
from simulation.scenarios.scenario import load_scenario
from simulation.study import runs as runs_module
from simulation.study.running import resume, simulate, sweep
from simulation.study.runs import save
from simulation.study.stopping import reached
from simulation.study.store import Stored
from simulation.theory.measures import MEASURES

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
@pytest.mark.parametrize("count", [3, 30])
def test_the_interval_is_students(generator, count, level):
    values = generator.normal(3.0, 2.0, count)
    mean, low, high = interval(values, level)
    expected = stats.t.interval(level, count - 1, values.mean(), stats.sem(values))
    assert mean == pytest.approx(values.mean())
    assert (low, high) == pytest.approx(expected)


def test_two_values_are_too_few_for_an_interval():
    assert interval([1.0, 3.0, 5.0, np.nan]) == interval([1.0, 3.0, 5.0])
    for few in ([4.0, np.nan], [3.0, 5.0], [3.0, np.nan, 5.0]):
        mean, low, high = interval(few)
        assert mean == 4.0
        assert np.isnan([low, high]).all()
    assert np.isnan(interval([np.nan])).all()
    assert interval([2.0, 2.0, 2.0]) == (2.0, 2.0, 2.0)


@pytest.mark.parametrize(("count", "of"), [(0, 10), (1, 10), (15, 30), (30, 30)])
def test_a_proportions_interval_is_wilsons(count, of):
    expected = stats.binomtest(count, of).proportion_ci(method="wilson")
    found = proportion(float(count), float(of))
    assert found == pytest.approx((count / of, expected.low, expected.high))


def pairs_of(*counts: int) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs of which so many have both, the first alone, the second alone, neither."""
    return np.repeat([1, 1, 0, 0], counts), np.repeat([1, 0, 1, 0], counts)


def test_a_difference_of_proportions_as_published():
    """Newcombe's (1998) example, and Wilson's own width, z^2 / (n + z^2), where all are alike."""
    found = difference_of_proportions(*pairs_of(36, 12, 2, 0))
    assert found == pytest.approx((0.2, 0.0569, 0.3404), abs=6e-5)
    square = stats.norm.ppf(0.975) ** 2
    alike = difference_of_proportions(*pairs_of(30, 0, 0, 0))
    assert alike == pytest.approx((0.0, -square / (30 + square), square / (30 + square)))
    assert difference_of_proportions(*pairs_of(20, 6, 3, 1)) == pytest.approx(
        [-one for one in np.array(difference_of_proportions(*pairs_of(20, 3, 6, 1)))[[0, 2, 1]]]
    )


def test_pairs_that_hang_together_are_worth_less():
    pairs = pairs_of(20, 6, 3, 1)
    whole, half = (difference_of_proportions(*pairs, worth) for worth in (1.0, 0.5))
    assert whole[0] == pytest.approx(half[0])
    assert half[1] < whole[1] < whole[2] < half[2]


@pytest.mark.parametrize("pairs", [10, 30])
@pytest.mark.parametrize("chances", [(0.5, 0.25, 0.05, 0.2), (0.9, 0.06, 0.02, 0.02)])
def test_its_interval_holds_what_it_says_and_stays_within_bounds(pairs, chances):
    """2,000 studies of pairs: 94 to 100 % by enumeration; three standard errors are 1.6 %."""
    cells = np.random.default_rng(pairs).multinomial(pairs, chances, 2000)
    held = 0
    for one in cells:
        _, low, high = difference_of_proportions(*pairs_of(*one))
        assert -1.0 <= low <= high <= 1.0
        held += low <= chances[1] - chances[2] <= high
    assert held / 2000 >= 0.93


# ------------------------------------------------------------------------------- outcomes


def by_hand(
    name: str, adoption: list[float], replications: int = 2, alive: tuple[float, ...] = (1.0,) * 9
) -> pd.DataFrame:
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
        "programme_alive": np.repeat(alive[:replications], months),
        "never_stopped": np.repeat(alive[:replications], months),
        "adoption": np.tile(adoption, replications),
        "headcount": 120.0,
        "engagement": 0.5,
        "exits": 2.0,
        "money": 3.0,
        "credibility": 0.7,
    }
    return pd.DataFrame(block)


STEADY = [0.5] * 37
DENTED = [0.5] * 5 + [0.1, 0.2, 0.3, 0.4] + [0.5] * 15 + [0.3] * 13
SURVIVAL = [name for name, one in OUTCOMES.items() if one.chance or name.endswith("survival")]


def two_scenarios() -> list:
    event = [{"type": "chief_leaves", "month": 4}]
    return [TINY.changed(name="steady"), TINY.changed(name="dented", events=event)]


def test_outcomes_of_a_table_by_hand():
    table = pd.concat([by_hand("steady", STEADY), by_hand("dented", DENTED)], ignore_index=True)
    found = outcomes_of_runs(table, two_scenarios())
    told = [
        name
        for name, one in OUTCOMES.items()
        if one.taken != "half_recovery" and name not in SURVIVAL
    ]
    assert list(found.columns) == ["scenario", "replication", *told]
    assert found["replication"].tolist() == [0, 1, 0, 1]
    first, second = found.iloc[0], found.iloc[2]
    assert first["end_adoption"] == pytest.approx(0.5)
    assert second["end_adoption"] == pytest.approx(0.3)
    assert first["mean_engagement"] == pytest.approx(0.5)
    assert first["practised_person_years"] == pytest.approx(0.5 * 120 * 36 / 12)
    assert first["exits"] == pytest.approx(2.0 * 36)  # month 0 is the start: nothing has happened
    assert first["exits_year_after"] == pytest.approx(2.0 * 12)
    assert first["money"] == pytest.approx(3.0 * 36)
    assert first["lowest_adoption"] == pytest.approx(0.5)
    assert second["lowest_adoption"] == pytest.approx(0.1)
    # Month 4 is the event's own: months 5 to 16 are the year after it, 17 to 28 the second.
    assert second["adoption_year_after"] == pytest.approx((1.0 + 8 * 0.5) / 12)
    assert second["adoption_second_year"] == pytest.approx((7 * 0.5 + 5 * 0.3) / 12)
    assert second["practised_person_years"] == pytest.approx(sum(DENTED[1:]) * 120 / 12)
    assert note_on_survival(found, two_scenarios()) == (
        "The programme survives in every run of every scenario."
    )


@pytest.mark.parametrize(
    ("window", "event", "months"),
    [
        ("run", 4, (1, 30)),
        ("last_year", None, (19, 30)),
        ("from_event", 4, (4, 30)),
        ("from_event", None, (1, 30)),
        ("year_after", 4, (5, 16)),
        ("year_after", 18, (19, 30)),
        ("year_after", 19, None),
        ("year_after", None, None),
        ("second_year", 6, (19, 30)),
        ("second_year", 7, None),
    ],
)
def test_windows(window, event, months):
    """In a run of 30 months; a window that it does not hold whole is none."""
    outcome = OUTCOMES["mean_engagement"]._replace(window=window)
    found = window_of(outcome, event, 30)
    assert (found and (found.start, found.stop - 1)) == months


ROUGH = [0.0, *[0.5] * 9, 0.1, 0.2, 0.6, *[0.9] * 24]


def test_outcomes_in_a_window_by_hand():
    """Months 10 to 12: three values of practice, three months of leaving; one ends in month 12."""
    steady, rough = by_hand("steady", STEADY, 3), by_hand("dented", ROUGH, 3)
    rough.loc[rough["month"].isin([10, 11, 12]), "engagement"] = [0.1, 0.3, 0.8] * 3
    rough.loc[rough["month"].eq(11), "credibility"] = 0.1
    rough.loc[(rough["replication"] == 2) & rough["month"].ge(12), "programme_alive"] = 0.0
    rough.loc[(rough["replication"] == 2) & rough["month"].le(12), "adoption"] = 0.0
    rough.loc[rough["replication"].eq(0) & rough["month"].gt(12), "programme_alive"] = 0.0
    table = pd.concat([steady, rough], ignore_index=True)
    windows = read_windows(["10:13", "event:event+1"], two_scenarios())
    each = outcomes_of_runs(table, two_scenarios(), windows)
    first, *_, last = (row for _, row in each[each["scenario"] == "dented"].iterrows())
    assert first["engagement_months_10_to_12"] == pytest.approx(0.4)
    assert first["adoption_months_10_to_12"] == pytest.approx(0.3)
    assert first["credibility_months_10_to_12"] == pytest.approx(0.5)
    assert first["exits_months_10_to_12"] == pytest.approx(6.0)
    assert first["programme_survives_months_10_to_12"] == 1.0  # it ends later
    assert first["adoption_given_survival_months_10_to_12"] == pytest.approx(0.3)
    assert last["adoption_months_10_to_12"] == 0.0
    assert np.isnan(last["adoption_given_survival_months_10_to_12"])
    assert first["exits_months_4_to_4"] == pytest.approx(2.0)
    told = outcome_table(each, {"steady": "Steady", "dented": "Dented"}, None, None, windows)
    told = told.set_index(["scenario", "outcome"]).loc["dented"]
    given = told.loc["adoption_given_survival_months_10_to_12"]
    assert given["difference"] == pytest.approx(0.3 - 0.5)
    assert given["replications"] == 2
    assert given["label"] == "practising in months 10 to 12, given survival"
    survival = told.loc["programme_survives_months_10_to_12"]
    assert survival["mean"] == pytest.approx(2 / 3)
    assert survival["label"] == "probability that the programme survives to the end of month 12"
    assert told.loc["adoption_months_10_to_12", "difference"] == pytest.approx(0.2 - 0.5)
    assert told.loc["engagement_months_4_to_4", "label"] == "engagement in month 4"
    assert answering(told.index, outcomes_with(windows)) == [
        "engagement_year_after",
        "programme_survives",
        "end_adoption_given_survival",
        *(f"{name}_months_10_to_12" for name in WINDOWED[:3]),
        *(f"{name}_months_4_to_4" for name in WINDOWED[:3]),
    ]


WINDOWED = ("engagement", "programme_survives", "adoption_given_survival")


@pytest.mark.parametrize(
    ("asked", "months"),
    [
        ("1:13", (1, 13)),
        (" 3 : 4 ", (3, 4)),
        ((3, 4), (3, 4)),
        ([np.int64(2), 13], (2, 13)),
        ("event:event+9", (4, 13)),
        ("event-3:event", (1, 4)),
        ("2:event+2", (2, 6)),
    ],
)
def test_a_window_is_read(asked, months):
    """Of runs of twelve months whose first event is in month 4."""
    assert read_windows([asked, asked], [TINY, LEAVES]) == (months,)


def test_one_text_is_one_window():
    assert read_windows("event:event+2", [LEAVES]) == ((4, 6),)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("3-4", "window 3-4: write its first month and the month after its last, 60:72"),
        ("3", "write its first month"),
        ("3:", "write its first month"),
        ("3:4:5", "write its first month"),
        ("-3:4", "write its first month"),
        ("3:+4", "write its first month"),
        ((3.0, 4), "window 3.0:4: write its first month"),
        (7, "window 7: write its first month"),
        ("evnt:event+2", "write its first month"),
        ("4:4", "window 4:4: the second month is the one after the last, above the first"),
        ("9:4", "above the first"),
        ("0:12", "runs have months 1 to 12, so windows lie within 1:13"),
        ("3:14", "runs have months 1 to 12"),
        ("event:event+24", "window event:event\\+24, months 4:28: runs have months 1 to 12"),
        ("event-9:event", "months -5:4: runs have months"),
    ],
)
def test_a_window_that_runs_do_not_have_is_refused(asked, words):
    with pytest.raises(InputError, match=words):
        compare([TINY, LEAVES], replications=1, windows=[asked], executor=NoRun())


def test_there_is_no_window_after_an_event_without_one():
    with pytest.raises(InputError, match="window event:event\\+2: no scenario has an event"):
        compare([TINY, STRONG], replications=1, windows=["event:event+2"], executor=NoRun())


def test_windows_are_kept_with_the_runs(tmp_path):
    found = compare([TINY, LEAVES], 2, 3, windows=["event:event+2"], out=tmp_path, command="one")
    exits = found.runs.table.query("scenario == 'leaves' and month in (4, 5)")
    row = found.outcomes.set_index(["scenario", "outcome"]).loc["leaves", "exits_months_4_to_5"]
    assert row["mean"] == pytest.approx(exits["exits"].sum() / 3)
    assert "People who left in months 4 to 5" in found.report(tmp_path / "r.html").read_text(
        "utf-8"
    )
    for again in (
        saved_comparison(tmp_path),
        saved_comparison(save(found.runs, tmp_path / "copy")),
    ):
        assert again.windows == ((4, 6),)
        pd.testing.assert_frame_equal(again.outcomes, found.outcomes, check_exact=True)
    other = saved_comparison(tmp_path, windows=[(2, 4)])
    assert other.windows == ((2, 4),)
    assert "engagement_months_2_to_3" in set(other.outcomes["outcome"])
    assert saved_comparison(tmp_path).windows == ((4, 6),)  # reading changes nothing
    resume(tmp_path)
    assert saved_comparison(tmp_path).windows == ((4, 6),)
    compare([TINY, LEAVES], 2, 3, windows=["7:9"], out=tmp_path, command="two", executor=NoRun())
    assert saved_comparison(tmp_path).windows == ((7, 9),)
    assert saved_comparison(tmp_path).runs.provenance["command"] == "two"
    compare([TINY, LEAVES], 2, 3, out=tmp_path, executor=NoRun())
    assert saved_comparison(tmp_path).windows == ()


def test_a_sweep_has_no_windows(tmp_path):
    runs = sweep(TINY, grid({"commitment.action": [0.2, 0.8]}), 1)
    with pytest.raises(InputError, match="windows are of a comparison"):
        report(runs, tmp_path / "r.html", windows=["1:3"])


def test_without_an_event_there_is_no_year_after_it():
    table = pd.concat([by_hand("steady", STEADY), by_hand("dented", DENTED)], ignore_index=True)
    found = outcomes_of_runs(table, [one.changed(events=[]) for one in two_scenarios()])
    windows = {OUTCOMES[name].window for name in found if name in OUTCOMES}
    assert windows == {"run", "last_year", "from_event"}
    assert not found.isna().any(axis=None)


def test_practice_is_told_in_two_parts_where_programmes_end():
    """Of five pairs two programmes end, one of them in both scenarios."""
    steady = by_hand("steady", STEADY, 5, (1.0, 1.0, 1.0, 1.0, 0.0))
    dented = by_hand("dented", DENTED, 5, (1.0, 1.0, 1.0, 0.0, 0.0))
    table = pd.concat([steady, dented], ignore_index=True)
    table.loc[(table["scenario"] == "dented") & (table["replication"] == 4), "adoption"] = 0.0
    each = outcomes_of_runs(table, two_scenarios())
    assert note_on_survival(each, two_scenarios()) == ""
    told = outcome_table(each, {"steady": "Steady", "dented": "Dented"})
    told = told.set_index(["scenario", "outcome"])
    alive = told.loc[("dented", "programme_survives")]
    assert alive["mean"] == pytest.approx(0.6)
    assert alive["difference"] == pytest.approx(-0.2)
    assert -1.0 <= alive["difference_low"] < -0.2 < alive["difference_high"] <= 1.0
    assert "between “Dented” (60%) and “Steady” (80%)" in alive["sentence"]
    assert ("dented", "never_stopped") in told.index
    given = told.loc[("dented", "end_adoption_given_survival")]
    assert given["replications"] == 3
    assert given["difference"] == pytest.approx(0.3 - 0.5)
    assert told.loc[("steady", "end_adoption_given_survival"), "mean"] == pytest.approx(0.5)
    assert told.loc[("dented", "end_adoption"), "difference"] == pytest.approx(0.24 - 0.5)
    without = outcomes_of_runs(table.drop(columns="never_stopped"), two_scenarios())
    assert list(without.columns) == [name for name in each if name != "never_stopped"]


def test_where_no_pair_survives_that_is_said():
    parts = [
        by_hand("steady", STEADY, 4, (1.0, 1.0, 0.0, 0.0)),
        by_hand("dented", DENTED, 4, (0.0, 0.0, 1.0, 1.0)),
    ]
    each = outcomes_of_runs(pd.concat(parts, ignore_index=True), two_scenarios())
    told = outcome_table(each, {"steady": "Steady", "dented": "Dented"})
    row = told.set_index(["scenario", "outcome"]).loc["dented", "end_adoption_given_survival"]
    assert row["replications"] == 0
    assert row["sentence"].endswith("in no pair of runs do both programmes survive.")


def test_differences_are_taken_run_by_run():
    each = pd.DataFrame({"scenario": list("aaabbb"), "replication": [0, 1, 2] * 2})
    each = each.assign(**dict.fromkeys(OUTCOMES, 1.0))
    del each["months_to_half_recovery"]
    each["end_adoption"] = [0.1, 0.4, 0.7, 0.2, 0.5, 0.8]
    found = {("b", "months_to_half_recovery"): Recovery(6.0, 4.0, np.inf, True, 120.0)}
    table = outcome_table(each, {"a": "A", "b": "B"}, found).set_index(["scenario", "outcome"])
    row = table.loc[("b", "end_adoption")]
    assert row["mean"] == pytest.approx(0.5)
    assert row["difference"] == pytest.approx(0.1)
    assert (row["difference_low"], row["difference_high"]) == pytest.approx((0.1, 0.1))
    assert (row["low"], row["high"]) == (0.0, 1.0)  # unpaired, three runs say next to nothing
    assert np.isnan(table.loc[("a", "end_adoption"), "difference"])
    assert table.loc[("a", "end_adoption"), "sentence"] == ""
    recovery = table.loc[("b", "months_to_half_recovery")]
    assert (recovery["mean"], recovery["high"], recovery["searched"]) == (6.0, np.inf, 120.0)
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
        (
            (-0.01, -0.02, -0.0004),
            "no clear difference between “New” and “Old” (95 % interval −2.0",
        ),
        ((-0.01, -0.02, -0.0006), "1.0 percentage points lower with “New”"),
        ((0.01, 0.0004, 0.02), "no clear difference between “New” and “Old” (95 % interval 0.0 to"),
        ((0.2, np.nan, np.nan), "too few runs to tell “New” and “Old” apart from chance"),
        ((np.nan, np.nan, np.nan), "in no pair of runs do both programmes survive"),
    ],
)
def test_a_difference_in_words(difference, words):
    sentence = difference_sentence(difference, OUTCOMES["end_adoption"], "“New”", "“Old”")
    assert sentence.startswith("Practising at the end: ")
    assert sentence.endswith(".")
    assert words in sentence


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (
            (0.4, 0.2, 0.6),
            "95 % of single runs 10.0 to 14.0 percentage points; 40% of their variance from "
            "unknown parameters, 95 % interval 20% to 60%",
        ),
        ((0.4, np.nan, np.nan), "points; too few runs to tell how much of their variance is"),
        ((np.nan, np.nan, np.nan), "points; too few runs to tell how much of their variance is"),
    ],
)
def test_an_interval_of_single_runs_says_so(share, words):
    outcome = OUTCOMES["end_adoption"]
    assert words in difference_sentence((0.12, 0.1, 0.14), outcome, "“New”", "“Old”", share)


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
    # Twelve months with an event in month 4: no year after it, and no programme has ended.
    years = [name for name, one in OUTCOMES.items() if one.window in ("year_after", "second_year")]
    told = [name for name in OUTCOMES if name not in SURVIVAL + years]
    assert table["outcome"].tolist() == 3 * told
    assert comparison.notes == ("The programme survives in every run of every scenario.",)
    assert comparison.sentences == [sentence for sentence in table["sentence"] if sentence]
    differences = [name for name in told if OUTCOMES[name].taken != "half_recovery"]
    about = [one for one in comparison.sentences if "“Strong action”" in one]
    assert len(about) == len(differences)
    assert set(table["interval_of"]) == {"mean"}


def test_a_saved_comparison_says_the_same(comparison, tmp_path):
    again = saved_comparison(save(comparison.runs, tmp_path))
    pd.testing.assert_frame_equal(again.outcomes, comparison.outcomes, check_exact=True)
    assert again.sentences == comparison.sentences
    with pytest.raises(InputError, match="one scenario"):
        saved_comparison(save(simulate(TINY), tmp_path / "alone"))


def test_of_large_tables_only_the_measures_asked_for_are_read(comparison, tmp_path, monkeypatch):
    folder = comparison.runs.save(tmp_path / "saved")
    monkeypatch.setattr(runs_module, "MOST_NUMBERS", 4 * len(comparison.runs.table))
    asked = []
    read = Stored.read

    def watched(self, table, columns=None, jobs=None):
        asked.append((table, columns))
        return read(self, table, columns, jobs)

    monkeypatch.setattr(Stored, "read", watched)
    again = saved_comparison(folder)
    made, wanted = again.tables, comparison.tables
    pd.testing.assert_frame_equal(again.outcomes, comparison.outcomes)
    for name in ("bands", "differences_over_time", "levels"):
        pd.testing.assert_frame_equal(made[name], wanted[name])
    assert again.sentences == comparison.sentences
    months = [columns for table, columns in asked if table == "months"]
    assert len(months) > 10
    assert all(columns is not None and len(columns) < 12 for columns in months)


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
    """Three runs each, one of them at an end of the scale: Student's t would leave it."""
    each = pd.DataFrame({"scenario": list("aaabbb"), "replication": [0, 1, 2] * 2})
    each = each.assign(**dict.fromkeys(OUTCOMES, 1.0))
    each["end_adoption"] = [0.0, 0.05, 0.1, 1.0, 0.95, 0.9]
    each["lowest_adoption"] = [0.0, 0.5, 0.9, 1.0, 0.5, 0.1]
    each["exits"] = [0.0, 5.0, 9.0, 90.0, 10.0, 50.0]
    table = outcome_table(each, {"a": "A", "b": "B"}).set_index(["scenario", "outcome"])
    assert tuple(table.loc[("a", "end_adoption"), ["low", "high"]]) == (
        0.0,
        pytest.approx(0.05 + 4.302653 * 0.05 / np.sqrt(3), abs=1e-4),
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
    runs = simulate(TINY.changed({"adoption.initial": 0.01}), 0, 3)
    summary = runs.summary()
    shares = summary[summary["unit"] == "share"]
    assert {"adoption", "adoption_level_0"} <= set(shares["measure"])
    ends = shares[["low", "high"]].dropna()
    assert ends.to_numpy().min() == 0.0  # some would have gone below
    assert ends.to_numpy().max() <= 1.0
    levels = by_level(runs.table)[["low", "high"]].dropna().to_numpy()
    assert 0.0 <= levels.min() <= levels.max() <= 1.0
    found = compare([TINY, STRONG], 0, 3)
    told = differences_over_time(found.runs.table, ["baseline", "strong"])
    shares = told["measure"].map(lambda name: MEASURES[name].unit == "share")
    ends = told.loc[shares, ["low", "high"]].to_numpy()
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
        assert found.notes == (
            f"The work was interrupted: {count} replications are whole.",
            *first.notes,
        )
    assert len(first.notes) == 1
    resume(tmp_path)
    whole = compare([TINY, STRONG], 2, 6)
    again = saved_comparison(tmp_path)
    pd.testing.assert_frame_equal(again.outcomes, whole.outcomes, check_exact=True)
    assert again.notes == whole.notes == first.notes


def test_what_was_to_be_narrow_stays_so_after_an_interruption(tmp_path):
    """Going on looks at paired differences, as the comparison did, not at means."""
    pair, wanted = [TINY, STRONG], {"exits": 1e9, "engagement": 0.2}
    with_all = compare(pair, 2, 4, until=wanted)
    compare(pair, 2, 4, until=wanted, executor=Interrupted(9), out=tmp_path)
    assert resume(tmp_path).reached == with_all.reached
    assert all(one.independent > one.replications for one in with_all.reached)  # they are paired
