"""Validation apart from the fit: contagion on lattices, exact numbers, and their experiments."""

from __future__ import annotations

import importlib
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simulation.answers.claims import Estimate
from simulation.evidence import contagion, exact
from simulation.evidence.verification import bass_curve, cascade
from simulation.theory.succession import Succession

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def script(monkeypatch):
    """Return a function that imports an experiment as running its file would."""
    monkeypatch.syspath_prepend(str(ROOT / "experiments"))
    return importlib.import_module


# --- contagion -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("degree", "threshold", "months"),
    [
        (4, 1, 22),  # 5 begin, 4 more a month: (90 - 5) / 4
        (4, 2, 43),  # 2 more a month
        (8, 2, 14),  # 9 begin, 6 more a month
        (8, 4, 41),  # 2 more a month
        (4, 3, math.inf),  # more than half of the ties: the wave cannot go on
        (8, 5, math.inf),
    ],
)
def test_a_wave_runs_along_a_ring_at_its_own_pace(degree, threshold, months):
    ring = contagion.circle(100, degree)
    assert contagion.of_networks(ring, threshold, 0.0, [0]) == [months]


@pytest.mark.parametrize(("threshold", "carries"), [(1, True), (2, True), (3, True), (4, False)])
def test_a_straight_wave_on_a_grid_has_three_ties_to_go_on(threshold, carries):
    months = contagion.of_networks(contagion.moore(12), threshold, 0.0, [0])
    assert np.isfinite(months) == [carries]


@pytest.mark.parametrize("share", [0.02, 0.2, 1.0])
def test_the_engine_spreads_what_the_graph_alone_says(share):
    grid = contagion.moore(10)
    for number in range(3):
        luck = contagion.luck_of(grid, number)
        pairs = contagion.rewired(grid, share, luck)
        found = contagion.spread(pairs, 100, 2, luck.first)
        thresholds = np.full(100, 2.0)
        thresholds[contagion.seeded(pairs, luck.first)] = 0.0
        edges = [(int(a), int(b), 1.0) for a, b in pairs]
        expected = cascade(edges, thresholds.tolist(), len(found) - 1)
        assert np.round(100 * found).astype(int).tolist() == expected


def test_more_is_rewired_and_never_less():
    ring = contagion.circle(200, 4)
    luck = contagion.luck_of(ring, 1)
    moved = [
        set(np.flatnonzero((contagion.rewired(ring, share, luck) != ring.pairs).any(axis=1)))
        for share in (0.0, 0.1, 0.5, 1.0)
    ]
    assert [len(one) for one in moved][::3] == [0, 400]
    assert moved[1] < moved[2] < moved[3]
    pairs = contagion.rewired(ring, 1.0, luck)
    assert len({tuple(sorted(pair)) for pair in pairs.tolist()}) == 400  # no tie twice
    assert (pairs[:, 0] == ring.pairs[:, 0]).all()


def test_a_ring_is_blocked_where_too_many_ties_are_missing():
    p = 0.1
    assert contagion.blocked(p, 4, 2) == pytest.approx(1.0 - (1.0 - p) ** 2)  # either of two
    assert contagion.blocked(p, 8, 4) == pytest.approx(1.0 - (1.0 - p) ** 4)
    three_of_four = 4 * p**3 * (1 - p) + p**4  # threshold 2: 3 of 4, 2 of 3, and 1 of 2
    two_of_three = 3 * p**2 * (1 - p) + p**3
    either = 1.0 - (1.0 - p) ** 2
    assert contagion.blocked(p, 8, 2) == pytest.approx(three_of_four * two_of_three * either)
    helped = contagion.blocked(p, 4, 2, 1.0, keeps=True)  # all that is led elsewhere helps
    assert helped == pytest.approx(0.0)


def test_few_long_ties_are_carried_over_and_many_are_not():
    assert contagion.carrying(1e-6, 1000, 4, 2) == pytest.approx(1.0, abs=0.01)
    assert contagion.carrying(0.1, 1000, 4, 2) == pytest.approx(0.0, abs=0.01)
    law = contagion.critical_law(1000, 4, 2)
    assert contagion.carrying(law, 1000, 4, 2) == pytest.approx(0.5, abs=0.005)
    assert contagion.critical_law(4000, 4, 2) == pytest.approx(law / 4.0, rel=0.03)


def test_half_of_the_rings_carry_at_the_critical_share():
    law = contagion.critical_law(300, 8, 3)
    months = contagion.of_networks(contagion.circle(300, 8), 3, law, range(60))
    assert 0.3 < np.isfinite(months).mean() < 0.75


def test_the_critical_share_parts_what_is_carried_from_what_is_not():
    ring, luck = contagion.circle(120, 4), contagion.luck_of(contagion.circle(120, 4), 2)
    share = contagion.critical_share(ring, 2, luck)
    assert math.isfinite(contagion.carried_in(ring, 2, 0.9 * share, luck))
    assert math.isinf(contagion.carried_in(ring, 2, 1.1 * share, luck))


def test_a_dose_is_told_where_it_is_carried():
    table = pd.DataFrame(
        {
            "network": [0, 1, 2, 3] * 3,
            "share": [0.0] * 4 + [0.1] * 4 + [1.0] * 4,
            "months": [10.0] * 4 + [12.0, 12.0, 12.0, math.inf] + [math.inf] * 4,
        }
    )
    dose = contagion.Dose.of(table)
    assert dose.longer(0.1).value == pytest.approx(20.0)
    assert dose.saved(0.1).value == pytest.approx(-20.0)
    assert dose.last_carried(0.75) == 0.1
    assert dose.stopped().value == pytest.approx(100.0)
    curves = contagion.curves(table.assign(lattice="ring", threshold=2), "carried")
    assert curves["value"].tolist() == pytest.approx([75.0, 0.0])  # without what is unrewired


# --- exact numbers ---------------------------------------------------------------------


def test_agreement_is_the_smaller_over_the_larger():
    assert exact.agreement(Estimate(8.0, 7.0, 9.0), 10.0) == pytest.approx((0.8, 0.7, 0.9))
    assert exact.agreement(Estimate(12.5, 9.0, 16.0), 10.0) == pytest.approx((0.8, 0.625, 1.0))
    assert exact.agreement(Estimate(0.0, 0.0, 0.0), 10.0).high == 0.0


def test_a_median_has_an_interval_of_order_statistics():
    found = exact.median_of(np.arange(1.0, 12.0))  # of 11 the second to the tenth hold 98.8 %
    assert found == (6.0, 2.0, 10.0)


def test_bass_with_turnover_comes_to_rest():
    assert exact.bass_share(0.2, 0.0, 0.15, 0.24, 0.3) == pytest.approx(0.272 / 0.59)
    share = exact.bass_share(0.03, 0.38, 0.1, 0.3, 0.05)
    gained = (0.03 + 0.38 * share) * (1.0 - share) + 0.3 * 0.05
    assert gained == pytest.approx(0.4 * share)
    assert exact.bass_share(0.03, 0.38) == pytest.approx(1.0)
    assert bass_curve(0.03, 0.38, np.array([100.0]))[0] == pytest.approx(1.0)
    fine = exact.bass_share_of_steps(0.03, 0.38, 0.1, 0.3, 0.05, 100_000)
    assert fine == pytest.approx(share, rel=1e-4)


def test_posts_are_a_chain():
    post = exact.Post(0.1, {0: 0.5, 3: 0.5})
    assert post.moves().sum(axis=1) == pytest.approx(1.0)
    assert post.at_rest()[0] == pytest.approx(10.0 / 11.5)  # 10 months in post, 1.5 without
    assert post.all_empty(2) == pytest.approx((1.5 / 11.5) ** 2)
    assert post.spell(1) == pytest.approx(3.0)  # every gap lasts three months
    assert post.months_without(1, 1) == pytest.approx(0.05)
    assert post.months_without(1, 2) == pytest.approx(0.05 + 0.05 + 0.95 * 0.05)


def test_a_lead_is_refilled_as_the_plan_has_it():
    told = Succession(lead_exit=0.3, plan=True, plan_works=0.7, refill_slow=20.0)
    assert exact.post_of(told).waits == pytest.approx({0: 0.7, 20: 0.3})
    told = Succession(plan=False, no_plan_works=0.2, refill_quick=2.0, refill_slow=20.0)
    assert exact.post_of(told).waits == pytest.approx({2: 0.2, 20: 0.8})
    assert exact.post_of(told).leave == pytest.approx(1.0 - math.exp(-told.lead_exit / 12.0))


# --- what is written -------------------------------------------------------------------


@pytest.mark.slow
def test_contagion_writes_its_folder(script, tmp_path):
    out = script("contagion").main(6, 200, 12, tmp_path / "contagion")
    judged = pd.read_csv(out / "verdicts.csv").set_index("claim")
    assert set(judged.loc["long ties speed up a simple contagion", "verdict"]) == {"supported"}
    drawn = {path.stem for path in out.glob("*.png")}
    assert drawn == {"carried", "months", "law"}
    assert all(f"]({name}.png)" in (out / "README.md").read_text() for name in drawn)


@pytest.mark.slow
def test_chance_writes_its_folder(script, tmp_path):
    out = script("chance").main(40, 2000, 4, tmp_path / "chance")
    table = pd.read_csv(out / "table.csv")
    practice = table[table["continuous time"].notna()]
    assert (practice["error, %"].abs() < 10.0).all()
    assert (practice["exact"] / practice["continuous time"] - 1.0).abs().max() < 0.02
    assert len(table) == 8 + 20
    assert {path.stem for path in out.glob("*.png")} == {"practice", "leads"}
