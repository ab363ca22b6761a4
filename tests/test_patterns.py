"""Each estimator on arrays whose answer is known, and the table of a small organization."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from simulation.evidence import bands, estimators, patterns
from simulation.evidence import observer as observing
from simulation.evidence.bands import ALL_PATTERNS, Pattern
from simulation.evidence.observer import Month, Observer
from simulation.files import PACKAGE
from simulation.month.state import NEVER
from simulation.organizations.organization import generate_organization
from simulation.scenarios import documents
from simulation.scenarios.scenario import load_scenario
from simulation.study.run import Run

# -------------------------------------------------------------- teams


def test_intraclass_correlation_of_nested_normals(generator):
    """Variance .25 between and .75 within; unequal sizes; four standard errors are .04."""
    size = generator.integers(3, 12, 2000)
    teams = np.repeat(np.arange(2000), size)
    own = generator.normal(0.0, np.sqrt(0.25), 2000)[teams]
    values = own + generator.normal(0.0, np.sqrt(0.75), len(teams))
    assert estimators.intraclass_correlation(values, teams) == pytest.approx(0.25, abs=0.04)
    alone = generator.normal(size=len(teams))
    assert estimators.intraclass_correlation(alone, teams) == pytest.approx(0.0, abs=0.03)


def test_intraclass_correlation_by_hand():
    """Sizes 3 and 5, means 1 and 3: between 7.5, within 1, usual size 3.75; ICC 6.5 / 10.25."""
    teams = np.array([0, 0, 0, 1, 1, 1, 1, 1])
    values = np.array([0.0, 1.0, 2.0, 2.0, 2.0, 3.0, 4.0, 4.0])
    expected = 6.5 / (7.5 + 2.75)
    assert estimators.intraclass_correlation(values, teams) == pytest.approx(expected)
    pair = np.r_[teams, 7, 7], np.r_[values, 90.0, -90.0]
    assert estimators.intraclass_correlation(pair[1], pair[0]) == pytest.approx(expected)
    assert np.isnan(estimators.intraclass_correlation(values[:3], teams[:3]))


def test_outer_quartiles_are_those_of_teams_and_leave_small_ones_out():
    teams = np.repeat([0, 1, 2, 3, 5, 8], [3, 4, 3, 3, 3, 2])
    values = np.array([4.0, 1.0, 3.0, 2.0, 5.0, 9.0])[np.searchsorted([0, 1, 2, 3, 5, 8], teams)]
    bottom, top = estimators.outer_quartiles(values, teams)
    assert set(teams[bottom]) == {1, 3}
    assert set(teams[top]) == {0, 5}
    assert bottom.sum() == 7
    nobody = estimators.outer_quartiles(values[:2], teams[:2])
    assert not nobody[0].any()
    assert not nobody[1].any()


def test_exit_ratio():
    assert estimators.exit_ratio((2, 20), (10, 50)) == pytest.approx(0.5)
    assert np.isnan(estimators.exit_ratio((2, 20), (0, 50)))
    assert np.isnan(estimators.exit_ratio((0, 0), (1, 50)))


def test_observer_follows_the_people_of_the_outer_teams():
    """Whoever is in the organization in another seat has not left; a newcomer is not counted."""
    observer = Observer(0)
    run = live(boss=[-1, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4])
    people = run.state.people
    people.engagement[:] = np.array([0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4])
    observer(run)
    people.identity[[0, 14]] = people.identity[[14, 0]]  # the chief goes; one of the top moves up
    people.identity[14] = 900
    people.identity[15] = 901  # one of the three of the top leaves
    people.identity[[1, 2]] = 902, 903  # two of the four of the bottom leave
    run.month = 12
    observer(run)
    assert observer.members.tolist() == [6, 7]  # teams 3 and 4 on top, 0 and 1 at the bottom
    assert observer.left.tolist() == [1, 2]
    assert observer.values()["quartiles"] == pytest.approx((1 / 6) / (2 / 7))


# ------------------------------------------------------------ leaders


def test_a_perfect_chain_is_the_product_of_its_links(generator):
    """Action that follows only the boss's: .6 each level, and two levels apart its square."""
    boss, action = [-1], [0.0]
    heads = [0]
    for count in (400, 4, 3):
        below = []
        for head in heads:
            for _ in range(count):
                boss.append(head)
                below.append(len(boss) - 1)
        heads = below
    boss = np.array(boss)
    action = np.zeros(len(boss))
    for i in range(1, len(boss)):
        action[i] = 0.6 * action[boss[i]] + 0.8 * generator.normal()
    action[1:401] /= 0.8  # each level below the chief has variance one
    for i in range(401, len(boss)):
        action[i] = 0.6 * action[boss[i]] + 0.8 * generator.normal()
    in_post = np.ones(len(boss), dtype=bool)
    in_post[0] = False  # without the chief every chain is alike
    one, difference = estimators.chain_correlations(action, boss, in_post)
    assert one == pytest.approx(0.6, abs=0.06)
    assert difference == pytest.approx(0.0, abs=0.06)


def test_chain_correlations_leave_vacant_seats_and_the_chief_as_report_out():
    boss = np.array([-1, 0, 0, 0, 1, 2, 3, 4])
    action = np.array([0.5, 0.1, 0.2, 0.4, 0.2, 0.4, 0.8, 0.0])
    in_post = np.array([False, True, True, True, True, True, True, False])
    one, difference = estimators.chain_correlations(action, boss, in_post)
    assert one == pytest.approx(1.0)
    assert np.isnan(difference)
    # With the chief, three pairs more, all with a boss of .5.
    in_post[0] = True
    own = np.array([0.1, 0.2, 0.4, 0.2, 0.4, 0.8])
    its = np.array([0.5, 0.5, 0.5, 0.1, 0.2, 0.4])
    one, _ = estimators.chain_correlations(action, boss, in_post)
    assert one == pytest.approx(np.corrcoef(own, its)[0, 1])


def test_the_difference_is_taken_over_the_same_chains():
    """Chains (low, middle, high); a fourth pair without a boss two levels up is in none."""
    boss = np.array([-1, -1, -1, 0, 1, 2, 3, 4, 5, 9])[:9]
    action = np.array([0.1, 0.5, 0.3, 0.2, 0.1, 0.6, 0.7, 0.3, 0.4])
    high, middle, low = action[:3], action[3:6], action[6:]
    r = lambda a, b: np.corrcoef(a, b)[0, 1]  # noqa: E731
    _, difference = estimators.chain_correlations(action, boss, np.ones(9, dtype=bool))
    assert difference == pytest.approx(r(low, high) - r(low, middle) * r(middle, high))
    assert abs(difference) > 0.01


# ------------------------------------------------------------- people


def live(boss, identity=None):
    """Return what an analyzer sees: seats and people, all in post, nobody in a relationship."""
    boss = np.array(boss)
    n = len(boss)
    level = np.zeros(n, dtype=int)
    for i in range(1, n):
        level[i] = level[boss[i]] + 1
    seats = SimpleNamespace(
        boss=boss,
        level=level,
        team_size=np.bincount(boss[boss >= 0], minlength=n),
        occupied=np.ones(n, dtype=np.int32),
        shown_action=np.zeros(n),
    )
    names = ("mentor", "formal", "poor", "pair_start", "pair_end", "waiting", "load", "arrived")
    people = SimpleNamespace(**{name: np.zeros(n, dtype=np.int32) for name in names})
    people.identity = np.arange(100, 100 + n, dtype=np.uint64)
    people.mentor[:], people.waiting[:] = -1, NEVER
    people.engagement = np.zeros(n)
    run = SimpleNamespace(steps_per_month=1)
    return SimpleNamespace(
        month=0,
        measures={"engaged_share": 0.0, "disengaged_share": 0.0},
        state=SimpleNamespace(seats=seats, people=people),
        scenario=SimpleNamespace(parameters=SimpleNamespace(run=run)),
    )


def test_stocks_by_hand():
    run = live(boss=[-1, 0, 0, 1, 1, 2, 2])
    seats, people = run.state.seats, run.state.people
    run.month = 24
    people.arrived[:] = 20, 0, -12, -36, -60, 13, -996
    seats.occupied[6] = 0  # the old hand has left: tenures .33, 2, 3, 5, 7 and .92 years
    people.mentor[[1, 3, 4]] = 0, 2, 2
    people.formal[3] = 1
    people.load[[0, 2, 6]] = 1, 2, 4
    found = observing.stocks(run)
    assert found["tenure"] == pytest.approx(2.5)
    assert found["newcomers"] == pytest.approx(100 * 2 / 6)
    assert found["mentored"] == pytest.approx(100 * 3 / 6)
    assert found["formal"] == pytest.approx(100 / 6)
    assert found["junior"] == pytest.approx(100 * 2 / 3)
    assert found["senior"] == pytest.approx(100 / 3)
    assert found["load"] == pytest.approx(1.5)


def test_tenure_counts_steps():
    years = estimators.tenure_in_years(np.array([0, 48, 96]), 96, 4)
    assert years.tolist() == [2.0, 1.0, 0.0]


def month(step, identity, **columns):
    """Return a month of some people; times and pairs as given, else none."""
    n = len(identity)
    plain = dict.fromkeys(("mentor", "formal", "poor", "pair_start", "pair_end", "paired"), 0)
    given = {name: columns.get(name, [value] * n) for name, value in plain.items()}
    given["waiting"] = columns.get("waiting", [NEVER] * n)
    arrays = {name: np.array(values) for name, values in given.items()}
    for name in ("paired", "formal", "poor"):
        arrays[name] = arrays[name].astype(bool)
    return Month(step=step, identity=np.array(identity), **arrays)


def test_only_relationships_that_ended_well_have_a_length():
    """Mentees 1 to 7, mentors 11 to 17.

    1 completes; 2 completes a formal one and begins another at once; 3 was a poor match; the
    mentor of 4 left; 5 left; 6 goes on; 7 was ended before its time.
    """
    everybody = [1, 2, 3, 4, 5, 6, 7, 11, 12, 13, 14, 15, 16, 17]
    zeros = [0] * 7
    before = month(
        49,
        everybody,
        paired=[1] * 7 + zeros,
        mentor=[11, 12, 13, 14, 15, 16, 17, *zeros],
        formal=[0, 1, 0, 0, 0, 0, 0, *zeros],
        poor=[0, 0, 1, 0, 0, 0, 0, *zeros],
        pair_start=[20, 38, 10, 10, 10, 10, 10, *zeros],
        pair_end=[50, 50, 50, 50, 50, 51, 70, *zeros],
    )
    now = month(
        50,
        [1, 2, 3, 4, 6, 7, 11, 12, 13, 15, 16, 17],
        paired=[0, 1, 0, 0, 1, 0] + [0] * 6,
        mentor=[0, 17, 0, 0, 16, 0] + [0] * 6,
        pair_start=[20, 50, 10, 10, 10, 10] + [0] * 6,
        pair_end=[50, 62, 50, 50, 51, 70] + [0] * 6,
    )
    length, formal = observing.completed_pairs(before, now)
    assert length.tolist() == [30, 12]
    assert formal.tolist() == [False, True]


def test_waiting_is_that_of_one_cohort_of_seekers():
    """Of six new seekers in month 50 two were matched at once; two still wait a month later."""
    before = month(49, [1, 2, 3, 7, 8], waiting=[NEVER, NEVER, NEVER, 45, 44])
    now = month(
        50,
        [1, 2, 3, 4, 5, 6, 7, 8],
        waiting=[50, 50, NEVER, NEVER, 50, 50, NEVER, 44],
        paired=[0, 0, 1, 1, 0, 0, 1, 0],
        pair_start=[0, 0, 50, 50, 0, 0, 50, 0],
    )
    seekers = observing.new_seekers(before, now)
    assert seekers.begun == 6  # not 7 and 8, who sought before
    assert seekers.identity.tolist() == [1, 2, 5, 6]
    # 1 waits; 2 is matched; 5 has left; 6 waits; 8 is in a search of another month.
    later = month(51, [1, 2, 6, 8], waiting=[50, NEVER, 50, 44], paired=[0, 1, 0, 0])
    assert observing.still_waiting(seekers, later) == 2
    again = month(51, [1, 6], waiting=[51, 50])  # 1 gave up and began anew
    assert observing.still_waiting(seekers, again) == 1


def test_a_person_is_found_after_a_move():
    here, row = observing.found(month(1, [3, 5, 9]), np.array([9, 4, 3, 10]))
    assert here.tolist() == [True, False, True, False]
    assert row[here].tolist() == [2, 0]
    assert not observing.found(month(1, []), np.array([9]))[0].any()


def test_the_observer_agrees_with_the_measures(small):
    """All relationships that end well after burn-in are seen, to the month."""
    observer = Observer(30)
    scenario = load_scenario("baseline").changed(
        {
            "run.months": 90,
            "adoption.initial": 0.5,
            "relationships.formal_months": 12.0,
        }
    )
    run = Run(scenario, small, 3, analyzers=[observer]).finish()
    late = run.table[31:]
    lengths = observer.lengths[True] + observer.lengths[False]
    assert len(lengths) == late["completed"].sum() > 50
    assert sum(lengths) == late["completed_months"].sum()
    assert set(observer.lengths[True]) == {12.0}
    assert 0 < observer.waited < observer.sought
    values = observer.values()
    assert values["mentored"] == pytest.approx(100 * run.table["mentees_share"][42::12].mean())
    assert values["formal"] == pytest.approx(100 * run.table["formal_share"][42::12].mean())
    assert len(observer.taken) == 5
    matched = run.table["matches"][31:90].sum()
    assert 0.5 * matched < observer.sought < 2.0 * matched


# ---------------------------------------------------------- the table


@pytest.fixture(scope="module")
def small():
    """Return a generated organization of 120 seats."""
    return generate_organization(people=120, span=5, ties=4.0, tie_homophily=0.7, seed=0)


def test_from_months_by_hand():
    names = ("adoption", "headcount", "voluntary_exits", "never_stopped", "team_exits")
    table = np.zeros(191, dtype=[(n, "f8") for n in (*names, "team_months")])
    table["headcount"] = 200.0
    table["voluntary_exits"][71:] = 3.0
    table["team_exits"][71:] = 1.0
    table["team_months"][71:] = 40.0
    table["adoption"] = np.arange(191) / 1000.0
    table["never_stopped"][:40] = 1.0
    found = patterns.from_months(table, 10)
    assert found["voluntary"] == pytest.approx(1.5)
    assert found["first_year"] == pytest.approx(2.2)
    assert found["third_year"] == pytest.approx(4.6)
    assert found["plateau"] == pytest.approx((10.6 + 19.0) / 2)
    assert found["most"] == pytest.approx(19.0)
    assert (found["alive_2"], found["alive_6"]) == (100.0, 0.0)
    assert found["team_exits"] == pytest.approx(1 / 40)
    assert found["other_exits"] == pytest.approx(2 / 160)


def test_informal_mentoring_is_taken_from_the_third_year_on():
    table = np.zeros(61, dtype=[("informal_share", "f8")])
    table["informal_share"][:24], table["informal_share"][24:] = 0.9, 0.2
    assert patterns.informal_before(table) == pytest.approx(20.0)


def test_without_a_programme_nothing_is_launched():
    alone = patterns.without_programme(load_scenario("launch-later"))
    assert not alone.parameters.infrastructure.launched
    assert alone.events == ()


def test_launch_month():
    baseline = load_scenario("baseline")
    later = load_scenario("launch-later")
    assert patterns.launch_month(baseline) == 0
    assert patterns.launch_month(later) == later.events[0].month > 0


@pytest.mark.parametrize(
    ("low", "high", "mean", "met"),
    [
        (1, 2, 1.0, True),
        (1, 2, 2.0, True),
        (1, 2, 2.01, False),
        (1, 2, 0.99, False),
        (np.nan, 2, -5.0, True),
        (1, np.nan, 9.0, True),
        (1, 2, np.nan, False),
    ],
)
def test_within(low, high, mean, met):
    assert bands.within(Pattern("1", "", low, high, "", "", ""), mean) is met


def test_what_is_reported_has_no_band_and_counts_for_nothing():
    reported = {key for key, pattern in ALL_PATTERNS.items() if pattern.reported}
    assert reported == {"conduct_glance", "peer_tie", "peer_late"}
    assert all(bands.demands(key) == [] for key in reported)
    known = {"peer": True, "peer_boss": True, "peer_late": False, "icc": False}
    assert bands.whole_patterns(known) == {"12": True, "4": False}


def test_a_ratio_is_one_of_means_with_an_interval_by_hand():
    """Means 2 and 4; residuals -1, 0, 1, 0 over 4; t of three degrees is 3.182."""
    top, bottom = np.array([1.0, 2.0, 3.0, 2.0, 9.0]), np.array([4.0, 4.0, 4.0, 4.0, np.nan])
    value, low, high = estimators.ratio(top, bottom)
    half = 3.18245 * np.sqrt(2.0 / 3.0 / 4.0) / 4.0
    assert (value, low, high) == pytest.approx((0.5, 0.5 - half, 0.5 + half), abs=1e-4)
    assert np.isnan(estimators.ratio(top, np.zeros(5))).all()


def test_numbers_that_are_ratios_are_pooled():
    """Informal relationships by the pair: 100 months of 10 pairs and 900 of 30 are 25 a pair."""
    runs = {"informal_months": [100.0, 900.0], "informal_pairs": [10.0, 30.0]}
    assert bands.estimate("informal_months", runs)[0] == pytest.approx(25.0)
    assert bands.met("informal_months", runs)


def test_a_share_of_runs_has_the_exact_interval():
    """Nine of ten: .555 to .997; ten of ten reach down to .025 ** .1 = .692."""
    nine = bands.estimate("alive_2", {"alive_2": [100.0] * 9 + [0.0]})
    assert nine == pytest.approx((90.0, 55.498, 99.747), abs=0.01)
    always = {"alive_2": [100.0] * 10}
    assert bands.estimate("alive_2", always)[1] == pytest.approx(100 * 0.025**0.1)
    assert not bands.met("alive_2", always)
    assert bands.possible("alive_2", always)
    assert not bands.possible("alive_2", {"alive_2": [100.0] * 100})


def test_few_runs_can_tell_what_is_far_from_a_band():
    near, far = {"load": [2.4, 2.5, 2.9]}, {"load": [3.4, 3.5, 3.6]}
    assert not bands.met("load", near)
    assert bands.possible("load", near)
    assert not bands.possible("load", far)
    assert not bands.possible("load", {"load": [np.nan] * 3})
    unsure = {"naming": [0.2, -0.1, 0.1]}
    assert bands.possible("naming", unsure)
    assert not bands.met("naming", unsure)
    assert bands.met("naming", {"naming": [0.2, 0.15, 0.15]})


@pytest.mark.parametrize(("inside", "inside_band"), [(-0.05, False), (-0.06, True), (-0.08, True)])
def test_the_demands_of_a_ratio_are_its_band(inside, inside_band):
    """A successor from inside costs .6 to .9 of -.10; both are losses, which turns ends round."""
    runs = {"chief_inside": [inside - 0.001], "chief_outside": [-0.10]}
    good = [
        one.low <= one.values(runs)[0] if one.low == 0.0 else one.values(runs)[0] <= one.high
        for one in bands.demands("chief_inside")
    ]
    assert len(good) == 2
    assert all(good) is inside_band
    assert bands.met("chief_inside", runs) is inside_band


def test_a_demand_without_a_divisor_is_the_band_itself():
    (one,) = bands.demands("icc")
    assert (one.low, one.high, one.clear) == (0.10, 0.25, False)
    (sign,) = bands.demands("sponsor_loss")
    assert (sign.low, sign.clear) == (0.0, True)
    (early,) = bands.demands("sponsor_early")
    assert early.values({"sponsor_early": [3.0], "sponsor_loss": [2.0]}).tolist() == [1.0]
    assert early.high == 0.0


def test_signs_are_judged_where_no_programme_stopped(monkeypatch):
    def table(adoption, alive):
        months = np.zeros(25, dtype=[("adoption", "f8"), ("never_stopped", "f8")])
        months["adoption"][-12:], months["never_stopped"] = adoption, alive
        return months

    ends = {name: table(0.1 * k, 1.0) for k, name in enumerate(patterns.LEVERS)}
    ends["starved-people"]["never_stopped"][-1] = 0.0

    class Finished:
        def __init__(self, name, *address):
            self.table = ends[name]

        def finish(self):
            return self

    monkeypatch.setattr(patterns, "Run", Finished)
    found = patterns.sign_differences({name: name for name in ends}, None, 0, 0)
    assert np.isnan(found["quarter-less over starved-people"])
    assert found["strong-commitment over baseline"] == pytest.approx(-10.0)


@pytest.mark.parametrize("name", patterns.LEVERS)
def test_levers_on_the_baseline_are_the_shipped_scenarios(name):
    mine = patterns.with_levers_of(load_scenario("baseline"), name)
    assert mine.parameters == load_scenario(name).parameters
    assert mine.name == name


def test_levers_keep_what_else_was_changed():
    changed = load_scenario("baseline").changed({"adoption.imitation": 0.5})
    mine = patterns.with_levers_of(changed, "strong-commitment").parameters
    assert mine.adoption.imitation == 0.5
    assert mine.commitment.action == 0.9


@pytest.fixture(scope="module")
def table(small):
    return patterns.pattern_table("baseline", 5, 3, small)


def test_the_table_has_every_pattern(table):
    assert list(table.columns) == [
        "key",
        *Pattern._fields[:-1],
        "mean",
        "mean_low",
        "mean_high",
        "runs",
        "met",
    ]
    assert table["key"].tolist() == list(ALL_PATTERNS)
    numbers = {str(n) for n in range(1, 22)} - {"10", "14", "15"} | {"4b"}
    assert set(table["number"]) == numbers
    known = table.dropna(subset=["mean_low", "mean_high"])
    assert (known["mean_low"] <= known["mean"]).all()
    assert (known["mean"] <= known["mean_high"]).all()
    assert len(known) >= 40
    signs = table[table["low"].eq(0.0) & table["high"].isna()]
    assert (signs["met"] == (signs["mean_low"] > 0)).all()
    others = table.drop(signs.index)
    inside = ~(others["mean"] < others["low"]) & ~(others["mean"] > others["high"])
    assert (others["met"] == (inside & others["mean"].notna())).all()


def test_the_same_seed_gives_the_same_table(table, small):
    again = patterns.pattern_table("baseline", 5, 3, small)
    assert again.equals(table)
    assert not patterns.pattern_table("baseline", 6, 3, small)["mean"].equals(table["mean"])


def test_a_failure_is_shown_as_one(table):
    shown = patterns.for_the_screen(table).set_index(table["key"])["met"]
    reported = [key for key, pattern in ALL_PATTERNS.items() if pattern.reported]
    assert (shown[reported] == "reported").all()
    others = table.set_index("key")["met"].drop(reported)
    assert (shown.drop(reported) == np.where(others, "met", "not met")).all()
    asked = table[~table["key"].isin(reported) & (table["number"] != "7")]
    whole = sum(bool(block["met"].all()) for _, block in asked.groupby("number"))
    assert patterns.verdict(table).startswith(f"{whole} of the 18 patterns that are fitted are met")


def test_importing_the_patterns_is_light():
    script = "import sys, simulation.evidence.patterns; print('pandas' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=PACKAGE.parent,
    )
    assert done.stdout.strip() == "False"


def test_the_document_shows_what_is_met_reported_and_by_which_vectors(monkeypatch):
    names = ("number", "measured", "unit", "low", "high", "source", "how")
    numbers = ("mean", "mean_low", "mean_high", "met")
    rows = [
        ("12", "peers", "points", "5", "17", "s", "h", "4.9", "4.4", "5.4", "False"),
        ("12", "ties", "points", "", "", "reported", "h", "2.1", "1.9", "2.4", "True"),
        ("16", "more", "points", "0", "", "s", "h", "", "", "", "False"),
    ]
    tables = {
        "patterns": [dict(zip((*names, *numbers), row, strict=True)) for row in rows],
        "calibration": [
            {"measured": f"{row[1]}, points", "from": "4", "to": "6", "share": share}
            for row, share in zip(rows, ("0.75", "", "0.9"), strict=True)
        ],
    }
    monkeypatch.setattr(documents, "_read", lambda folder, file: tables[folder])
    peers, ties, more = documents.patterns_table().splitlines()[2:]
    assert "| 4.9 (4.4 to 5.4) | **no** | 4 to 6 | 75% |" in peers
    assert "| 2.1 (1.9 to 2.4) | reported | 4 to 6 |  |" in ties
    assert "| above 0 |" in more
    assert "| never shown | **no** |" in more
