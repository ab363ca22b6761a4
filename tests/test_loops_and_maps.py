"""The experiments on ramps and on the map give planted answers back."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

from simulation.answers import claims
from simulation.answers.claims import Claim, Worlds

LEVER = "commitment"


def worlds_of(curves: dict[str, np.ndarray]) -> Worlds:
    """Return worlds whose engagement is as given, by scenario: (replications, months + 1)."""
    rows = [
        pd.DataFrame({"scenario": name, "point": 0, "replication": k,
                      "month": np.arange(curve.shape[1]), "engagement": line,
                      "adoption": line, "never_stopped": 1.0})
        for name, curve in curves.items()
        for k, line in enumerate(curve)
    ]  # fmt: skip
    return Worlds(pd.concat(rows, ignore_index=True))


# --- ramps -----------------------------------------------------------------------------


def lever_of(ramps, years: int) -> np.ndarray:
    """Return the lever by month in the world of a ramp, as its events set it."""
    at = np.full(ramps.MONTHS + 1, ramps.LOW)
    for event in ramps.ramp(LEVER, years).events:
        if event.lever == "commitment.talk":
            first, months = event.month - 1, int(event.ramp)
            steps = np.minimum(np.arange(1, ramps.MONTHS + 1 - first) / months, 1.0)
            at[first + 1 :] = at[first] + (event.value - at[first]) * steps
    return at


def answered(lever: np.ndarray, months_behind: float) -> np.ndarray:
    """Return what follows a lever with one time constant."""
    follows = [lever[0]]
    for value in lever[1:]:
        follows.append(follows[-1] + (value - follows[-1]) / months_behind)
    return np.array(follows)


def two_states(lever: np.ndarray) -> np.ndarray:
    """Return what rises above .7 of the lever and falls only below .05, with a lag of a year."""
    state, at = 0.0, []
    for value in lever:
        state = 1.0 if value > 0.7 else 0.0 if value < 0.05 else state
        at.append(state)
    return answered(np.array(at), 12.0)


def judged(ramps, answer) -> dict[str, str]:
    """Return the verdict of each claim on the lever's engagement, with a little luck added."""
    luck = np.random.default_rng(0).normal(0.0, 0.002, (6, ramps.MONTHS + 1))
    names = {ramps.name_of(LEVER, years): lever_of(ramps, years) for years in ramps.YEARS}
    names |= {f"{LEVER}-low": np.full(ramps.MONTHS + 1, ramps.LOW)}
    worlds = worlds_of({name: answer(lever) + luck * (k + 1) for k, (name, lever)
                        in enumerate(names.items())})  # fmt: skip
    asked = [claim for claim in ramps.CLAIMS if claim.measure == "engagement"]
    asked = [claim for claim in asked if claim.case.startswith(LEVER)]
    found = [claim.finding(worlds, {}) for claim in asked]
    return {one.claim: claims.verdict(one.estimate, one.bar, one.split) for one in found}


def test_a_ramp_s_events_take_the_lever_up_and_down_again(script):
    ramps = script("ramps")
    for years in ramps.YEARS:
        lever, top = lever_of(ramps, years), ramps.START + 12 * years - 1
        assert lever[ramps.START - 1] == pytest.approx(0.1)
        assert lever[top] == pytest.approx(0.9)
        assert lever[top - 6 * years] == pytest.approx(0.5)
        assert lever[top + 6 * years] == pytest.approx(0.5)
        assert lever[top + 12 * years :] == pytest.approx(0.1)


@pytest.mark.parametrize("years", [0.5, 1, 2, 4, 7])
def test_a_lag_is_taken_for_a_lag(script, years):
    found = judged(script("ramps"), lambda lever: answered(lever, 12 * years))
    assert set(found.values()) == {"supported"}
    assert len(found) == 3


def test_two_states_are_not_taken_for_a_lag(script):
    found = judged(script("ramps"), two_states)
    assert found.pop("the way down lies above the way up") == "supported"
    assert set(found.values()) == {"not supported"}


def test_no_answer_is_no_lag(script):
    found = judged(script("ramps"), lambda lever: 0.0 * lever)
    assert found["the way down lies above the way up"] == "not supported"


def test_the_width_of_a_loop_is_twice_the_lag_on_a_slow_ramp(script):
    """Eleven months behind an even ramp of .8 in 360 months is .8 x 11 / 360 either way."""
    ramps = script("ramps")
    lever = lever_of(ramps, 30)
    curves = {ramps.name_of(LEVER, 30): answered(lever, 12.0), f"{LEVER}-low": 0.0 * lever}
    worlds = worlds_of({name: np.stack([one, one]) for name, one in curves.items()})
    width = ramps.loop(worlds, "engagement", LEVER, 30).width()
    assert width == pytest.approx(2 * 0.8 * 11 / 360, rel=1e-4)


# --- the map ---------------------------------------------------------------------------


def test_the_map_gives_planted_effects_and_interactions_back(script):
    """Practice in points is 10 a + 5 p + 2 r + 4 a p: action gains 8 and .8 x 4 x presence."""
    page = script("commitment_by_visibility")
    curves = {
        page.name_of(a, p, r): np.full((3, 25), 0.01 * (10 * a + 5 * p + 2 * r + 4 * a * p))
        for a, p, r in product(page.ACTIONS, page.PRESENCES, page.RECOGNISED)
    }
    worlds = worlds_of(curves)
    found = {(c.text, c.title): c.finding(worlds, {}).estimate.value
             for c in page.CLAIMS if "practice" in c.asked[0]}  # fmt: skip
    presence, action = np.mean(page.PRESENCES), np.mean(page.ACTIONS)
    assert found == {
        ("action matters", "Action from .1 to .9"): pytest.approx(8 + 3.2 * presence),
        ("presence matters", "Presence from .1 to 1.5"): pytest.approx(7 + 5.6 * action),
        ("recognition matters", "Recognition from .1 to .9"): pytest.approx(1.6),
        ("action is worth more than being seen",
         "Action, less presence and recognition together"): pytest.approx(
            8 + 3.2 * presence - (7 + 5.6 * action + 1.6)),
        ("one needs the other", "Action where leaders are present, less where not"):
            pytest.approx(3.2 * 1.4),
        ("one needs the other", "Action where participants are recognised, less where not"):
            pytest.approx(0.0, abs=1e-9),
    }  # fmt: skip
    both = page.together(worlds, "practice", 0.9, 1.5, 0.1).value
    assert both == pytest.approx(4 * 0.8 * 1.4)
    assert page.together(worlds, "practice", 0.1, 1.5, 0.1).value == pytest.approx(0.0, abs=1e-9)


# --- everywhere ------------------------------------------------------------------------


def test_everywhere_is_judged_by_the_least():
    """Three places with losses of 3, 2 and .5 points: the least is half a point."""
    luck = np.linspace(-0.001, 0.001, 5)[:, None] * np.ones(200)
    curves = {"none": 0.0 * luck}
    curves |= {f"p{k}": k * luck - 0.01 * lost for k, lost in enumerate((3.0, 2.0, 0.5))}
    cases = [Claim("it costs", f"p{k}", "none", "practice", falls=True) for k in range(3)]
    whole, *each = claims.everywhere("it costs everywhere", cases, "places")
    worlds = worlds_of(curves)
    found = whole.finding(worlds, {})
    assert found.estimate.value == pytest.approx(0.5)
    assert claims.verdict(found.estimate, found.bar) == "not supported"
    assert found.measured == "practice given survival lost in the year after, the least of 3 places"
    assert [one.finding(worlds, {}).estimate.value for one in each] == pytest.approx([3, 2, 0.5])
    ends = [list(one.finding(worlds, {}).estimate) for one in cases[:2]]
    assert list(claims.worst(worlds, cases[:2])) == np.min(ends, axis=0).tolist()
