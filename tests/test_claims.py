"""Claims on trial: verdicts follow from intervals and vectors, and worlds are read by pairs."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simulation.answers import claims
from simulation.answers.claims import (
    END,
    EVENT,
    FIVE_YEARS,
    SECOND,
    YEAR,
    Carried,
    Claim,
    Estimate,
    Window,
    Worlds,
)


def vectors(count: int) -> pd.DataFrame:
    steps = np.arange(count, dtype=float)
    return pd.DataFrame(
        {
            "commitment.action": 0.5 + 0.01 * steps,
            "engagement.presence": 0.3 + 0.02 * (steps * 7 % count),
            "turnover.voluntary": 0.014,
        }
    )


# --- verdicts --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (1.0, 3.0, "supported"),  # the bar itself is enough
        (1.1, math.inf, "supported"),
        (0.9, 3.0, "unclear"),
        (-3.0, 1.0, "unclear"),
        (0.1, 0.9, "not supported"),  # clear of nought, yet too small to matter
        (-3.0, -2.0, "not supported"),
        (math.nan, 3.0, "unclear"),
        (2.0, math.nan, "unclear"),
    ],
)
def test_a_verdict_is_where_the_interval_lies(low, high, expected):
    estimate = Estimate(2.0, low, high)
    assert claims.verdict(estimate, 1.0) == expected
    finding = claims.Finding("claim", "case", "x", "months", estimate, 1.0)
    assert finding.row()["verdict"] == expected


@pytest.mark.parametrize(
    ("low", "high", "share", "expected"),
    [
        (1.0, 3.0, 0.9, "supported"),
        (1.0, 3.0, 0.89, "depends on x"),
        (0.5, 3.0, 0.5, "unclear"),
        (0.1, 0.9, 0.5, "not supported"),  # trifling, whichever its sign elsewhere
        (-3.0, -2.0, 0.1, "not supported"),
        (-3.0, -2.0, 0.11, "depends on x"),
        (1.0, 3.0, math.nan, "supported"),
    ],
)
def test_support_needs_nine_vectors_in_ten(low, high, share, expected):
    assert claims.verdict(Estimate(2.0, low, high), 1.0, 0.0, Carried(share, "x")) == expected


def test_the_parameter_that_separates_the_vectors_is_named_with_its_boundary():
    known = vectors(10)
    sides = np.where(known["engagement.presence"] > 0.36, 1.0, -2.0)
    told = claims.separated(sides, known)
    assert told == pytest.approx((0.6, "engagement.presence", 0.37, True, 1.0))
    turned = claims.separated(-sides, known)
    assert turned == pytest.approx((0.4, "engagement.presence", 0.37, False, 1.0))
    assert claims.separated(np.ones(10), known)[:2] == (1.0, "")
    sides[:] = np.nan
    sides[:4] = (0.0, 1.0, np.inf, -1.0)  # no difference at all says nothing
    assert claims.separated(sides, known).share == pytest.approx(2.0 / 3.0)
    assert math.isnan(claims.separated(np.zeros(10), known).share)


def test_a_boundary_lies_between_values_and_says_how_well_it_parts():
    values = np.array([3.0, 1.0, 2.0, 2.0, 5.0, 4.0])
    above = np.array([True, False, False, True, True, False])
    # Above 2.5: 3 and 5 rightly, 4 wrongly; below: two 1 and 2 rightly, the other 2 wrongly.
    boundary, holds_above, right = claims.parted(values, above)
    assert (holds_above, right) == (True, pytest.approx(4.0 / 6.0))
    assert boundary in {1.5, 2.5, 4.5}


@pytest.mark.parametrize(
    ("now", "denied"),
    [((0.5, -0.2, 1.2), 0), ((-0.5, -1.2, -0.1), 1), ((0.1, 0.05, 0.2), 0)],
)
def test_a_published_sign_is_denied_only_by_an_interval_on_the_other_side(tmp_path, now, denied):
    def table(name: str, one: tuple[float, float, float]) -> Path:
        finding = claims.Finding("claim", "case", "x", "sd", Estimate(*one), 0.3)
        pd.DataFrame([finding.row()]).to_csv(tmp_path / name, index=False)
        return tmp_path / name

    published = table("a.csv", (0.4, 0.3, 0.5))
    assert len(claims.disagree(published, table("b.csv", now))) == denied
    (tmp_path / "b.csv").write_text(
        (tmp_path / "a.csv").read_text().replace("claim,case,x", "claim,other,x")
    )
    assert len(claims.disagree(published, tmp_path / "b.csv")) == 2  # one is missing, one is new


# --- worlds ----------------------------------------------------------------------------


def two_worlds(lost: dict[str, float], replications: int = 6) -> pd.DataFrame:
    """Return runs whose measures fall in month 60 by what each scenario loses.

    The programme of the first replication stops in month 100 in every world, that of the second
    in month 150 where something is lost.
    """
    parts = []
    for point, (name, loss) in enumerate(lost.items()):
        for replication in range(replications):
            month = np.arange(241)
            fall = np.where(month >= EVENT, loss, 0.0) + 1e-4 * replication
            stops = {0: 100, 1: 150 if loss else 999}.get(replication, 999)
            columns = {"engagement": 0.2 - fall, "adoption": 0.5 - fall, "credibility": 0.8 - fall}
            columns |= {"never_stopped": np.where(month >= stops, 0.0, 1.0), "money": 2.0 + fall}
            columns |= {"scenario": name, "point": point, "replication": replication}
            parts.append(pd.DataFrame(columns | {"month": month}))
    return pd.concat(parts, ignore_index=True)


LOST = {"baseline": 0.0, "lapse": 0.1, "silence": 0.04}


def test_differences_are_of_pairs_in_the_units_told():
    worlds = Worlds(two_worlds(LOST))
    assert worlds.more("engagement", "lapse", "baseline").value == pytest.approx(-0.1)
    assert worlds.more("engagement", "lapse", "silence", SECOND).value == pytest.approx(-0.06)
    assert worlds.more("credibility", "lapse", "baseline").value == pytest.approx(-10.0)
    before = Window("before", 12, EVENT)
    assert worlds.more("engagement", "lapse", "baseline", before).value == pytest.approx(0.0)
    assert worlds.more("money", "lapse", "baseline").value == pytest.approx(1.2)  # a year
    low, high = worlds.more("engagement", "lapse", "baseline")[1:]
    assert (low, high) == pytest.approx((-0.1, -0.1))  # all pairs alike


def test_practice_is_of_programmes_that_go_on_in_both_worlds():
    table = two_worlds(LOST)
    stopped = (table["never_stopped"] < 0.5) & (table["scenario"] == "lapse")
    table.loc[stopped, "adoption"] = 0.0  # nobody practises where it stopped
    worlds = Worlds(table)
    for window, left in ((FIVE_YEARS, 5), (END, 4)):
        each = worlds.each("practice", "lapse", window)
        assert np.isfinite(each).sum() == left
        change = worlds.more("practice", "lapse", "baseline", window)
        assert change.value == pytest.approx(-10.0)
    gaps = worlds.gaps("practice", "lapse", "baseline")
    assert np.isnan(gaps[0, 100:]).all()
    assert np.isfinite(gaps[0, :100]).all()
    assert np.isnan(gaps[1, 150:]).all()


def test_survival_is_a_probability_at_the_end_of_a_window():
    worlds = Worlds(two_worlds(LOST))
    assert worlds.mean("survival", "lapse").value == pytest.approx(100.0 * 4 / 6)
    assert worlds.mean("survival", "lapse", FIVE_YEARS).value == pytest.approx(100.0 * 5 / 6)
    change = worlds.more("survival", "lapse", "baseline", END)
    assert change.value == pytest.approx(-100.0 / 6)
    assert -100.0 <= change.low < change.value < change.high <= 100.0


def test_recovery_is_told_only_of_a_clear_loss():
    table = two_worlds({"baseline": 0.0, "lapse": 0.0})
    lapse = table["scenario"] == "lapse"
    table.loc[lapse & table["month"].between(EVENT, EVENT + 39), "engagement"] -= 0.5
    found = Worlds(table).recovery("engagement", "lapse")
    assert found.value == pytest.approx(40.0, abs=1.0)  # regained at once in month 100
    assert math.isnan(Worlds(table).recovery("credibility", "lapse").value)
    few = Worlds(table[table["replication"] < 2]).recovery("engagement", "lapse")
    assert few.value == found.value
    assert math.isnan(few.low)


# --- claims ----------------------------------------------------------------------------


def test_a_claim_turns_a_fall_into_what_is_lost():
    worlds, titles = Worlds(two_worlds(LOST)), {"lapse": "A lapse", "silence": "Silence"}
    felt = Claim("it is felt", "lapse", falls=True).finding(worlds, titles)
    assert (felt.case, felt.measured) == ("A lapse", "engagement lost in the year after")
    assert (felt.estimate.value, felt.bar, felt.unit) == (pytest.approx(0.1), 0.01, "sd")
    engagement, practice = felt.effects
    assert (engagement.value, practice.value) == pytest.approx((-0.1, -10.0))
    worse = Claim("more", "lapse", "silence", "practice", YEAR, falls=True).finding(worlds, titles)
    assert worse.case == "A lapse (against: Silence)"
    assert (worse.estimate.value, worse.bar) == (pytest.approx(6.0), 1.0)
    rises = Claim("it rises", "lapse").finding(worlds, titles)
    assert rises.row()["verdict"] == "not supported"


def test_another_question_has_its_own_estimate():
    worlds = Worlds(two_worlds(LOST))
    (claim,) = claims.recovers("years", ["lapse"], ("engagement",), 24.0)
    finding = claim.finding(worlds, {})
    assert (finding.bar, finding.split, finding.unit) == (24.0, 24.0, "months")
    assert finding.estimate.value == math.inf  # never regained
    assert finding.row()["verdict"] == "supported"


def test_never_and_nothing_stay_visible_in_an_interval():
    halves = np.repeat([[0.0], [1.0]], 20, axis=0)
    never = claims.of_mean_curves(lambda mean: np.inf if mean[0] > 0.55 else 30.0, halves)
    assert (never.low, never.high) == (30.0, np.inf)
    assert claims.verdict(never, 24.0) == "supported"
    nothing = claims.of_mean_curves(lambda mean: np.nan if mean[0] > 0.55 else 30.0, halves)
    assert claims.verdict(nothing, 24.0) == "unclear"


def test_a_share_that_never_varied_is_not_certain():
    for ones, wide in ((np.zeros(10), 0.0), (np.ones(10), 1.0)):
        found = claims.proportion(ones)
        # Wilson: z2 / (n + z2) with z = 1.96 and n = 10 is .2775.
        assert found == pytest.approx(
            (wide, max(wide - 0.2775, 0.0), min(wide + 0.2775, 1.0)), abs=1e-4
        )
    few = claims.share_difference(np.ones(10), np.ones(10))
    assert few.low < -0.2
    assert claims.verdict(few, 0.05) == "unclear"
    many = claims.share_difference(np.ones(300), np.ones(300))
    assert claims.verdict(many, 0.05) == "not supported"


def test_a_threshold_is_one_step_with_all_of_the_rise():
    steady, jump = np.array([0.2, 0.4, 0.6, 0.8]), np.array([0.2, 0.2, 0.8, 0.8])
    assert claims.outside_the_steepest(steady) == pytest.approx(100.0 * 2 / 3)
    assert claims.outside_the_steepest(jump) == pytest.approx(0.0)
    assert math.isnan(claims.outside_the_steepest(jump[::-1]))
