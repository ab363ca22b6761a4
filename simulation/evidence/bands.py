"""What is asked of a calibrated baseline: each number of the patterns with its band and source.

Nothing here runs anything: what runs have measured, by key, is held against the bands.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .estimators import ratio

Array = NDArray[Any]
#: What was measured, a value a run, by key: a mapping or a table.
Measured = Any


class Pattern(NamedTuple):
    """One number of a pattern: its band, and how it is known and measured.

    ``low`` and ``high`` are in ``unit``; NaN where the band is open. What is open at both ends is
    reported and asked of nobody. A *sign* is open above and has to be clear of its low end, zero.
    With ``per`` the number is a ratio of two means over all runs, that of the number named by the
    key and that named here.
    """

    number: str
    measured: str
    low: float
    high: float
    unit: str
    source: str
    how: str
    per: str = ""

    @property
    def reported(self) -> bool:
        """Whether there is no band."""
        return bool(np.isnan(self.low) and np.isnan(self.high))

    @property
    def sign(self) -> bool:
        """Whether the number has to be clear of zero."""
        return bool(self.low == 0.0 and np.isnan(self.high))


_OPEN = float("nan")
SHARE_OF_RUNS = "share of runs"
_STOCK = "stock, naive: "
_FLOW = "flow, naive: "
_TWIN = "twins, causal: "
_YEAR = _TWIN + "mean of the 12 months from the event's on"
_PEER = _TWIN + "12 months later, of those who did not practise; made to in months 3, 24 and 36"
_SPONSOR = _TWIN + "where the programme lives in both"
_LEADERS = "leaders in post; action shown; all levels together"
PATTERNS: dict[str, Pattern] = {
    "voluntary": Pattern(
        "1",
        "voluntary exits a month",
        1.1,
        1.6,
        "%",
        "seen: jolts2024",
        _FLOW + "voluntary exits over person-months",
    ),
    "tenure": Pattern(
        "2", "median tenure", 3.5, 5.0, "years", "seen: bls2024", _STOCK + "those employed"
    ),
    "newcomers": Pattern(
        "2", "staff under one year", 18.0, 25.0, "%", "seen: bls2024", _STOCK + "those employed"
    ),
    "engaged": Pattern(
        "3", "engaged", 28.0, 37.0, "%", "seen: gallup2024", _STOCK + "engagement above the cut"
    ),
    "disengaged": Pattern(
        "3",
        "actively disengaged",
        13.0,
        19.0,
        "%",
        "seen: gallup2024",
        _STOCK + "engagement below the cut",
    ),
    "icc": Pattern(
        "4",
        "intraclass correlation of engagement in teams",
        0.10,
        0.25,
        "correlation",
        "recalled",
        _STOCK + "ICC(1), teams of three or more present",
    ),
    "conduct": Pattern(
        "4b",
        "engagement with the own boss's shown action",
        0.15,
        0.35,
        "correlation",
        "seen, same source: decuypere2021; davis2006",
        _STOCK + "all whose boss is in post",
    ),
    "conduct_glance": Pattern(
        "4b",
        "the same in month 100 from launch",
        _OPEN,
        _OPEN,
        "correlation",
        "reported",
        "stock, naive: that month",
    ),
    "conduct_share": Pattern(
        "4b",
        "variance of engagement between teams that is the boss's action",
        0.15,
        0.45,
        "share",
        "assumed, from the two correlations",
        _STOCK + "the squared correlation over ICC(1), of a run",
    ),
    "conduct_causal": Pattern(
        "4b",
        "action of half the line leaders .1 higher: their teams' engagement",
        0.02,
        0.06,
        "sd",
        "assumed, causal check",
        _TWIN + "a year later, those employed in both",
    ),
    "quartiles": Pattern(
        "5",
        "exits, top over bottom quartile of teams by engagement",
        0.45,
        0.85,
        "ratio",
        "seen: harter2020",
        _FLOW + "all exits, of those in the teams, in the 12 months that follow",
    ),
    "mentored": Pattern(
        "6", "staff with a mentor", 25.0, 42.0, "%", "seen: olivet2019", _STOCK + "those employed"
    ),
    "formal": Pattern(
        "6",
        "staff in the formal programme",
        12.0,
        24.0,
        "%",
        "seen: heidrick2017",
        _STOCK + "those employed, mentees only",
    ),
    "informal_before": Pattern(
        "6",
        "staff with an informal mentor before any launch",
        10.0,
        25.0,
        "%",
        "seen: olivet2019; heidrick2017",
        "stock, naive: a run without a programme, months 24 to 60",
    ),
    "junior": Pattern(
        "7",
        "of those mentored: junior",
        45.0,
        65.0,
        "%",
        "seen: olivet2019",
        _STOCK + "by position, not by experience: without reports",
    ),
    "senior": Pattern(
        "7",
        "of those mentored: senior",
        _OPEN,
        15.0,
        "%",
        "seen: olivet2019",
        _STOCK + "by position, not by experience: the two top levels",
    ),
    "informal_months": Pattern(
        "8",
        "completed informal relationships last",
        18.0,
        40.0,
        "months",
        "seen: kram1983; wanberg2006",
        _FLOW + "ended well, full length whenever begun; pooled over pairs",
        per="informal_pairs",
    ),
    "formal_months": Pattern(
        "8",
        "completed formal relationships last",
        6.0,
        12.0,
        "months",
        "seen: kram1983; wanberg2006",
        _FLOW + "ended well, full length whenever begun",
    ),
    "waiting": Pattern(
        "9",
        "seekers who wait over a month",
        25.0,
        50.0,
        "%",
        "seen, weak: atd2019",
        _FLOW + "new seekers still unmatched at the end of the next month",
    ),
    "load": Pattern(
        "9",
        "mentees per mentor",
        1.0,
        2.5,
        "people",
        "seen, weak: atd2019",
        _STOCK + "mentors who have any",
    ),
    "one_level": Pattern(
        "11",
        "leader's action with the boss's",
        0.25,
        0.45,
        "correlation",
        "recalled, weak",
        _STOCK + _LEADERS,
    ),
    "two_levels": Pattern(
        "11",
        "two levels apart, less the product of one level",
        -0.10,
        0.10,
        "correlation",
        "recalled, weak; tolerance assumed",
        _STOCK + _LEADERS,
    ),
    "peer": Pattern(
        "12",
        "a teammate's practising for each peer who is made to",
        5.0,
        17.0,
        "% points",
        "seen: dahl2014; the year is ours",
        _PEER,
    ),
    "peer_boss": Pattern(
        "12",
        "reports' practising for a boss who is made to, over a teammate's",
        2.0,
        3.0,
        "ratio",
        "seen: dahl2014",
        _PEER,
        per="peer",
    ),
    "peer_tie": Pattern(
        "12",
        "practising of somebody tied to a peer who is made to",
        _OPEN,
        _OPEN,
        "% points",
        "reported",
        _PEER + "; in other teams",
    ),
    "peer_late": Pattern(
        "12",
        "a teammate's practising for each peer who is made to, from month 84",
        _OPEN,
        _OPEN,
        "% points",
        "reported",
        _TWIN + "12 months later, of those who did not practise",
    ),
    "first_year": Pattern(
        "13",
        "practising 12 months from launch",
        5.0,
        12.0,
        "%",
        "p, q seen: sultan1990; band assumed",
        "stock, naive: that month",
    ),
    "third_year": Pattern(
        "13",
        "practising 36 months from launch",
        15.0,
        25.0,
        "%",
        "p, q seen: sultan1990; band assumed",
        "stock, naive: that month",
    ),
    "plateau": Pattern(
        "13",
        "practising 8 to 15 years from launch",
        35.0,
        60.0,
        "%",
        "p, q seen: sultan1990; band assumed",
        "stock, naive: mean of the months",
    ),
    "most": Pattern(
        "13",
        "never everybody: most that ever practise",
        _OPEN,
        95.0,
        "%",
        "p, q seen: sultan1990; band assumed",
        "stock, naive: highest month of a run",
    ),
    "sponsor_loss": Pattern(
        "17",
        "infrastructure lost in the second year after a sponsor's exit",
        0.0,
        _OPEN,
        "% points",
        "brief: sign only",
        _SPONSOR,
    ),
    "sponsor_early": Pattern(
        "17",
        "loss in the first year over that in the second",
        _OPEN,
        1.0,
        "ratio",
        "brief",
        _SPONSOR,
        per="sponsor_loss",
    ),
    "sponsor_later": Pattern(
        "17",
        "loss in the third year over that in the second",
        _OPEN,
        1.0,
        "ratio",
        "brief",
        _SPONSOR,
        per="sponsor_loss",
    ),
    "sponsor_regained": Pattern(
        "17",
        "loss 48 months after over that in the second year",
        _OPEN,
        0.5,
        "ratio",
        "brief",
        _SPONSOR + "; mean of months 46 to 51",
        per="sponsor_loss",
    ),
    "chief_outside": Pattern(
        "18",
        "the chief leaves, successor from outside: engagement",
        -0.12,
        -0.05,
        "sd",
        "seen: school climate after principals leave",
        _YEAR,
    ),
    "chief_inside": Pattern(
        "18",
        "the same with a successor from inside, over that from outside",
        0.6,
        0.9,
        "ratio",
        "seen, weak: cultureamp2024",
        _YEAR,
        per="chief_outside",
    ),
    "chief_notice": Pattern(
        "18",
        "the same with six months of notice, over that without",
        0.2,
        0.5,
        "ratio",
        "assumed",
        _YEAR,
        per="chief_outside",
    ),
    "naming": Pattern(
        "18",
        "a successor from inside who is named, over one who is not",
        0.0,
        _OPEN,
        "sd",
        "assumed: sign only",
        _YEAR,
    ),
    "chief_second": Pattern(
        "18",
        "the second year after the chief's exit over the first",
        0.35,
        0.65,
        "ratio",
        "seen: school climate after principals leave",
        _TWIN + "months 13 to 24 after the event",
        per="chief_outside",
    ),
    "team_exits": Pattern(
        "19",
        "voluntary exits within six months of the leader's, over others'",
        1.2,
        1.5,
        "ratio",
        "seen: li2020; cultureamp2024",
        _FLOW + "by person-month",
        per="other_exits",
    ),
    "leaderless_exits": Pattern(
        "19",
        "voluntary exits of teams whose leader is made to leave",
        1.2,
        1.5,
        "ratio",
        "seen: li2020; cultureamp2024",
        _TWIN
        + "six months, a third of the front-line teams; the expected involuntary ones left out",
        per="usual_exits",
    ),
    "alive_2": Pattern(
        "20",
        "programmes never stopped two years from launch",
        80.0,
        95.0,
        "%",
        "seen, weak: bond2014",
        SHARE_OF_RUNS,
    ),
    "alive_6": Pattern(
        "20",
        "programmes never stopped six years from launch",
        50.0,
        90.0,
        "%",
        "seen, weak: bond2014",
        SHARE_OF_RUNS,
    ),
    "lapse_all": Pattern(
        "21",
        "all leaders stop acting for six months, talk goes on: engagement",
        -0.25,
        -0.10,
        "sd",
        "assumed",
        _YEAR,
    ),
    "lapse_top": Pattern(
        "21",
        "the same of the two top levels alone",
        -0.08,
        -0.02,
        "sd",
        "assumed",
        _YEAR,
    ),
    "lapse_chief": Pattern(
        "21", "the same of the chief alone", -0.04, -0.01, "sd", "assumed", _YEAR
    ),
    "silence": Pattern(
        "21",
        "talk stops with the action, over action that stops alone",
        0.0,
        _OPEN,
        "sd",
        "assumed: sign only",
        _YEAR,
    ),
    "absence": Pattern(
        "21", "leaders are absent for six months: engagement", -0.15, -0.05, "sd", "assumed", _YEAR
    ),
}
#: The shipped scenarios whose signs are checked: (more practice, less practice).
SIGNS = (
    ("strong-commitment", "baseline"),
    ("baseline", "action-without-talk"),
    ("action-without-talk", "no-commitment"),
    ("no-commitment", "talk-without-action"),
    ("quarter-less", "starved-finance"),
    ("quarter-less", "starved-technology"),
    ("quarter-less", "starved-people"),
    ("quarter-less", "starved-knowledge"),
)
SIGN_PATTERNS: dict[str, Pattern] = {
    f"{more} over {less}": Pattern(
        "16",
        f"{more} over {less}",
        0.0,
        _OPEN,
        "% points",
        "theory: sign only",
        "paired runs, causal: practising in the last 12 months; neither programme ever stopped",
    )
    for more, less in SIGNS
}
#: All numbers by key.
ALL_PATTERNS: dict[str, Pattern] = PATTERNS | SIGN_PATTERNS
#: Patterns that calibration does not fit, and why: they are measured, and missed.
NOT_FITTED = {
    "7": "its source asked people for their experience, which the model does not know; by "
    "position, leaders, a sixth of the staff, would have to be two fifths of those mentored",
}


#: How a band is known, the best first: what its source begins with.
STANDING = (
    "seen",
    "seen, same source",
    "seen, weak",
    "p, q seen",
    "recalled",
    "recalled, weak",
    "brief",
    "theory",
    "assumed",
)


def standing(pattern: Pattern) -> int:
    """Return how well a band is known: a place in :data:`STANDING`."""
    known = [name for name in STANDING if pattern.source.startswith(name)]
    return STANDING.index(max(known, key=len))


def within(pattern: Pattern, mean: float) -> bool:
    """Return whether a mean lies within a pattern's band; NaN never does."""
    return bool(mean == mean and not mean < pattern.low and not mean > pattern.high)


def estimate(key: str, runs: Measured) -> tuple[float, float, float]:
    """Return a number and its 95 % interval: a mean or share of runs, or the ratio of two means.

    Parameters
    ----------
    key : str
        Of :data:`ALL_PATTERNS`.
    runs : mapping
        What was measured, a value a run, by key.
    """
    from ..pictures.summaries import interval

    pattern = ALL_PATTERNS[key]
    if pattern.how == SHARE_OF_RUNS:
        return share_of_runs(np.asarray(runs[key], dtype=float))
    return ratio(runs[key], runs[pattern.per]) if pattern.per else interval(runs[key])


def share_of_runs(values: Array) -> tuple[float, float, float]:
    """Return a percentage of runs, each 0 or 100, and its exact interval (Clopper and Pearson)."""
    from scipy.stats import binomtest

    ones = round(float(values.sum()) / 100.0)
    ends = binomtest(ones, len(values)).proportion_ci(method="exact")
    return 100.0 * ones / len(values), 100.0 * float(ends.low), 100.0 * float(ends.high)


def met(key: str, runs: Measured) -> bool:
    """Return whether the runs of a scenario meet a number: a band by their mean, a sign clearly.

    A sign is clear when the whole 95 % interval of the mean lies above zero.
    """
    value, low, _ = estimate(key, runs)
    pattern = ALL_PATTERNS[key]
    return bool(low > 0.0) if pattern.sign else within(pattern, value)


def possible(key: str, runs: Measured) -> bool:
    """Return whether a number may lie in its band, for all that so few runs can tell.

    The interval reaches into the band.
    """
    pattern = ALL_PATTERNS[key]
    value, low, high = estimate(key, runs)
    return bool(value == value and not high < pattern.low and not low > pattern.high)


class Demand(NamedTuple):
    """One end of a band, or both, as a number that is linear in what runs measure.

    A ratio within a band is two demands: what is above ``low`` times the divisor, and below
    ``high`` times it. So means of few runs will do, where a mean of ratios would not.

    Attributes
    ----------
    name, key, per : str
        What is asked, of which number, and by which other it is divided.
    factor : float
        Times the divisor, taken off.
    low, high : float
        NaN where open.
    clear : bool
        Whether the number has to be clear of its low end.
    """

    name: str
    key: str
    per: str
    factor: float
    low: float
    high: float
    clear: bool = False

    def values(self, runs: Measured) -> Array:
        """Return the number in each run."""
        own = np.asarray(runs[self.key], dtype=float)
        return own - self.factor * np.asarray(runs[self.per]) if self.per else own


def demands(key: str) -> list[Demand]:
    """Return what the band of a number demands; nothing of what is only reported."""
    p = ALL_PATTERNS[key]
    if p.reported:
        return []
    if not p.per:
        return [Demand(key, key, "", 0.0, p.low, p.high, p.sign)]
    # A divisor whose band lies below zero turns both ends round.
    below = p.per in ALL_PATTERNS and ALL_PATTERNS[p.per].high < 0.0
    found = []
    for end, factor in (("low", p.low), ("high", p.high)):
        if factor == factor:
            above = (end == "low") != below
            ends = (0.0, _OPEN) if above else (_OPEN, 0.0)
            found.append(Demand(f"{key}, {end} end", key, p.per, factor, *ends))
    return found


def whole_patterns(keys_met: Mapping[str, bool]) -> dict[str, bool]:
    """Return which patterns are met, by number: those of which every number is.

    What is only reported does not count.
    """
    found: dict[str, bool] = {}
    for key, good in keys_met.items():
        pattern = ALL_PATTERNS[key]
        if not pattern.reported:
            found[pattern.number] = found.get(pattern.number, True) and good
    return found
