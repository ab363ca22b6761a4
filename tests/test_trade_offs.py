"""Trade-offs of bands: a planted exclusion and strain, by hand, in words, as a picture."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simulation.evidence import trade_offs as module
from simulation.evidence.bands import ALL_PATTERNS, SHARE_OF_RUNS, STANDING, Pattern, standing
from simulation.evidence.trade_offs import EXCLUDE, NONE, STRAIN, UNKNOWN, holm, told, trade_offs
from simulation.pictures import figures

NAN = float("nan")
#: Bands of made-up numbers: half of the candidates meet each but the last, which all meet.
BANDS = {
    "work": Pattern("1", "work done", 0.5, NAN, "hours", "seen: a2000", ""),
    "rest": Pattern("2", "rest taken", 0.5, NAN, "hours", "assumed", ""),
    "talk": Pattern("3", "talk heard", NAN, 0.5, "%", "recalled", ""),
    "luck": Pattern("4", "luck had", 0.5, 1.0, "sd", "seen: b2000", ""),
    "alive": Pattern("5", "alive", 80.0, 95.0, "%", "seen, weak: c2000", SHARE_OF_RUNS),
    "usual": Pattern("6", "as usual", -9.0, 9.0, "sd", "seen: d2000", ""),
}
COUNT = 400


@pytest.fixture(scope="module")
def numbers() -> pd.DataFrame:
    """Return candidates: work excludes rest, strains talk, and has nothing to do with luck."""
    generator = np.random.default_rng(8)
    work = generator.permutation((np.arange(COUNT) + 0.5) / COUNT)
    luck = generator.permutation((np.arange(COUNT) + 0.5) / COUNT)
    # Talk goes with work in three of four, so a quarter of those above .5 meet its band, not half.
    talk = np.where(np.arange(COUNT) % 4 > 0, work, 1.0 - work)
    alive = np.where(luck > 0.5, 500.0 / 6.0, 100.0)
    columns = {"work": work, "rest": 1.0 - work, "talk": talk, "luck": luck}
    return pd.DataFrame(columns | {"alive": alive, "usual": 0.0 * work})


@pytest.fixture(scope="module")
def table(numbers) -> pd.DataFrame:
    return trade_offs(numbers, (numbers, numbers), numbers, BANDS)


def pair(table: pd.DataFrame, first: str, second: str) -> pd.Series:
    (row,) = table[(table["first"] == first) & (table["second"] == second)].to_dict("records")
    return pd.Series(row)


def test_a_planted_exclusion_and_a_planted_strain_are_found(table):
    assert len(table) == 15
    first = pair(table, "work", "rest")
    assert first["verdict"] == EXCLUDE
    assert (first["first_met"], first["second_met"], first["both_met"]) == (0.5, 0.5, 0.0)
    assert (first["expected"], first["candidates"]) == (0.25, COUNT)
    assert first["correlation"] == pytest.approx(-1.0)
    second = pair(table, "work", "talk")
    assert second["verdict"] == STRAIN
    assert second["both_met"] == pytest.approx(0.125, abs=0.03)
    assert pair(table, "work", "luck")["verdict"] == NONE
    assert pair(table, "rest", "talk")["verdict"] == NONE  # they go together
    assert (table.loc[table["second"] == "usual", "verdict"] == UNKNOWN).all()
    assert table["verdict"].iloc[0] == EXCLUDE
    assert table["p"].dropna().is_monotonic_increasing


def test_the_chance_of_so_few_by_hand():
    """Of four, two meet each band: both by none in one of six ways."""
    known = pd.DataFrame({"work": [0.9, 0.9, 0.1, 0.1], "rest": [0.1, 0.1, 0.9, 0.9]})
    two = {key: BANDS[key] for key in ("work", "rest")}
    found = pair(trade_offs(known, (known, known), known, two), "work", "rest")
    assert found["p"] == pytest.approx(1.0 / 6.0)
    assert found["verdict"] == NONE


def test_holm_by_hand():
    """.01 x 3, .02 x 2, then .03 x 1, which is no less than the one before."""
    np.testing.assert_allclose(holm(np.array([0.02, NAN, 0.01, 0.03])), [0.04, NAN, 0.03, 0.04])
    np.testing.assert_allclose(holm(np.array([0.6, 0.5])), [1.0, 1.0])


def test_few_trade_offs_are_seen_where_there_are_none():
    """40 tables of ten pairs without any: at 5 % a table two are expected, above 7 1 in 1,000."""
    keys = dict(list(BANDS.items())[:4]) | {"more": BANDS["luck"]}
    generator = np.random.default_rng(2)
    seen = 0
    for _ in range(40):
        some = pd.DataFrame(generator.random((200, 5)), columns=list(keys))
        found = trade_offs(some, (some, some), some, keys)
        seen += bool(found["verdict"].isin([EXCLUDE, STRAIN]).any())
    assert seen <= 7


def test_luck_of_the_same_runs_is_told_apart(numbers):
    """Each half has luck of its own that the two numbers share: nothing is left across halves."""
    generator = np.random.default_rng(4)
    luck = generator.normal(0.0, 1.0, (2, 2000))
    halves = [pd.DataFrame({"work": 0.5 + one, "rest": 0.5 - one}) for one in luck]
    whole = (halves[0] + halves[1]) / 2.0
    two = {key: BANDS[key] for key in ("work", "rest")}
    found = trade_offs(whole, (halves[0], halves[1]), numbers, two)
    assert found["correlation"].item() == pytest.approx(-1.0)
    assert abs(found["apart"].item()) < 0.07  # three standard errors
    sentences = told(found, two, {"work": 0.5, "rest": 0.4}, 6)
    assert "more than half of it is luck that both share in the same runs" in sentences[1]


def test_the_better_sourced_is_named(table):
    assert pair(table, "work", "rest")["better"] == "work"
    assert pair(table, "talk", "alive")["better"] == "alive"
    assert pair(table, "work", "luck")["better"] == ""


def test_every_band_has_a_standing():
    ranks = {key: STANDING[standing(p)] for key, p in ALL_PATTERNS.items() if not p.reported}
    assert ranks["voluntary"] == "seen"
    assert ranks["conduct"] == "seen, same source"
    assert ranks["first_year"] == "p, q seen"
    assert ranks["alive_2"] == "seen, weak"
    assert ranks["one_level"] == "recalled, weak"
    assert ranks["chief_notice"] == "assumed"
    assert set(ranks.values()) == set(STANDING)


def test_trade_offs_in_words(table):
    again = {"work": 0.9, "rest": 0.1, "talk": 0.8, "luck": 1.0, "alive": 0.05, "usual": 1.0}
    first, *others, last = told(table, BANDS, again, 6)
    assert first.startswith("Of 15 pairs of bands 1 exclude each other and")
    assert "of 5 it cannot be told" in first
    assert first.endswith("by chance, and of 1 of these pairs none does.")
    assert (
        "“work done” (above 0.5 hours) and “rest taken” (above 0.5 hours) exclude each other: 0.0% "
        "of the candidates meet both, where 25.0% would" in others[0]
    )
    assert "The better sourced is “work done” (seen: a2000)" in others[0]
    assert "90% meet the first with new luck, 10% the second" in others[0]
    assert "least is that of “alive” (80 to 95 %): 5% with new luck, 50% of the candidates" in last
    assert "In 6 runs of a candidate it can be met only by 5 of 6" in last


def test_bands_that_no_vector_anywhere_meets_are_counted(table, numbers):
    """In the first wave work and rest exclude each other too; a single run tells no share."""
    found = module.known_evenly(table)
    assert "alive" not in {*found["first"], *found["second"]}
    assert (found["even_both"] == 0.0).sum() == 1
    assert pair(table, "work", "rest")["even_expected"] == 0.25
    few = trade_offs(numbers, (numbers, numbers), numbers.iloc[:16], BANDS)
    assert "work" not in set(module.known_evenly(few).query("second == 'rest'")["first"])


def test_trade_offs_as_a_picture(table, numbers):
    candidates = numbers.assign(accepted=np.arange(COUNT) < 5)
    asked = pd.DataFrame(BANDS.values(), index=pd.Index(BANDS))
    pairs = module.drawn_pairs(table)
    assert len(pairs) == module.DRAWN
    figure = figures.trade_offs(pairs, candidates, asked, {"work": 0.6, "rest": 0.7})
    panels = figure.axes
    assert len(panels) == module.DRAWN
    assert panels[0].get_xlabel() == "Work done (hours)"
    assert (
        panels[0].get_title(loc="left").startswith("Exclude each other: 0.0 % meet both\n(25.0 %")
    )
    assert "n = 400" in panels[0].get_title(loc="left")
    others, chosen, baseline = panels[0].lines
    assert (len(others.get_xdata()), len(chosen.get_xdata())) == (COUNT - 5, 5)
    assert (baseline.get_xdata().item(), baseline.get_ydata().item()) == (0.6, 0.7)
    corners = panels[0].patches[0].get_xy()
    assert corners.min(axis=0).tolist() == [0.5, 0.5]
    assert corners.max(axis=0).tolist() == [panels[0].get_xlim()[1], panels[0].get_ylim()[1]]
