"""A whole run: what must hold in every month, and the limits that theory knows."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from helpers import (
    by_month,
    changed,
    columns,
    crowded_events,
    event,
    execute,
    fingerprint,
    small_tree,
)
from scipy import stats

from simulation.state import MEASURES

ALARM = 1e-6
STEADY = {
    "turnover.voluntary": 0.0, "turnover.involuntary": 0.0, "succession.chief_exit": 0.0,
}  # fmt: skip
#: Nothing but peers, who see everybody at once.
PEERS_ONLY = STEADY | {
    "peers.scope": "organization", "peers.bad_relationship": 0.0, "invitation.visibility": 1.0,
    "adoption.persuasion_weight": 0.0, "adoption.recognition_weight": 0.0,
    "adoption.credibility_exponent": 0.0, "adoption.infrastructure_exponent": 0.0,
    "adoption.currency_weight": 0.0, "adoption.engagement_effect": 0.0, "adoption.dropout": 0.0,
    "adoption.initial": 0.0, "relationships.poor_quits": 0.0,
}  # fmt: skip
BUSY = {"adoption.initial": 0.5, "relationships.mentor_tenure": 6.0}


# ------------------------------------------------------------------- what holds in every month


def check_seats(out, month):
    seats, row = out.state.seats, out.table[month]
    occupied, closed = seats.occupied == 1, seats.closed == 1
    assert not (occupied & closed).any()
    assert occupied.sum() == row.headcount
    assert row.headcount + row.vacancies + closed.sum() == len(seats.boss)
    identities = out.state.people.identity[occupied]
    assert len(np.unique(identities)) == len(identities)


def check_balance(out, month):
    before, row = out.table[month - 1], out.table[month]
    assert row.headcount == before.headcount - row.exits + row.hires
    assert 0 <= row.voluntary_exits <= row.exits


def check_pairs(out, capacity):
    people, mentees = out.state.people, out.state.mentees
    occupied = out.state.seats.occupied == 1
    paired = np.flatnonzero(occupied & (people.mentor >= 0))
    for i in paired:
        assert occupied[people.mentor[i]]
        assert (mentees[people.mentor[i]] == i).sum() == 1
        assert people.mentor[people.mentor[i]] != i
    for i in np.flatnonzero(occupied):
        mine = mentees[i][mentees[i] >= 0]
        assert len(set(mine)) == len(mine) == people.load[i] <= capacity
        assert (people.mentor[mine] == i).all()
    assert (people.load[~occupied] == 0).all()
    assert (people.mentor[~occupied] == -1).all()
    assert (mentees[~occupied] == -1).all()


def check_matches(out, step, tenure):
    """Pairs begun in this step: nobody has moved since."""
    seats, people = out.state.seats, out.state.people
    begun = (seats.occupied == 1) & (people.mentor >= 0) & (people.pair_start == step)
    new = np.flatnonzero(begun)
    mentor = people.mentor[new]
    assert len(new) == out.table[step].matches
    assert (seats.level[mentor] <= seats.level[new]).all()
    assert (seats.boss[new] != mentor).all()
    assert (step - people.arrived[mentor] >= tenure).all()
    assert people.adopter[new].all()
    assert people.adopter[mentor].all()


def check_numbers(out, month):
    row = out.table[month]
    for name, measure in MEASURES.items():
        assert math.isfinite(row[name]), name
        if measure.unit == "share":
            assert 0.0 <= row[name] <= 1.0, name
        if measure.unit in ("people", "count", "hours", "months", "thousand"):
            assert row[name] >= 0.0, name
    occupied = out.state.seats.occupied == 1
    for name in ("credibility", "expectation", "ceiling", "talk", "action", "presence",
                 "ownership", "currency", "frustration", "competence"):  # fmt: skip
        column = getattr(out.state.people, name)[occupied]
        assert ((column >= 0.0) & (column <= 1.0)).all(), name
    assert np.isfinite(out.state.people.numbers[:, occupied]).all()


def check_levels(out, month):
    """Levels weighted by their people give the whole."""
    seats, table = out.state.seats, out.levels[month]
    count = np.bincount(seats.level[seats.occupied == 1], minlength=table.shape[1])
    for k, name in enumerate(("adoption", "engagement", "credibility", "ownership")):
        filled = count > 0
        mean = (table[k][filled] * count[filled]).sum() / count.sum()
        assert mean == pytest.approx(out.table[month][name], abs=1e-12)
    assert np.isnan(table[4][-1])  # no leaders on the lowest level


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_what_must_hold_in_every_month(larger, seed):
    parameters = changed(BUSY)
    for month, out in by_month(larger, parameters, crowded_events(), months=24, seed=seed):
        check_seats(out, month)
        check_pairs(out, parameters.relationships.capacity)
        check_numbers(out, month)
        check_levels(out, month)
        if month > 0:
            check_balance(out, month)
            check_matches(out, month, tenure=6)
    assert out.table["matches"].sum() > 20
    assert out.table["exits"].sum() > 20


def test_people_keep_their_identity_and_gain_a_month_of_tenure_a_month(larger):
    born: dict[int, int] = {}
    for _, out in by_month(larger, changed(BUSY), crowded_events(), months=24):
        people, occupied = out.state.people, out.state.seats.occupied == 1
        for who, arrived in zip(people.identity[occupied], people.arrived[occupied], strict=True):
            assert born.setdefault(int(who), int(arrived)) == arrived
    assert len(born) > larger.people


def test_own_boss_can_be_mentor_only_when_allowed():
    """Where only the chief may mentor and all others are reports: pairs, or none at all."""
    team = small_tree(span=6, levels=2, ties=0)
    busy = STEADY | {"adoption.initial": 1.0, "adoption.dropout": 0.0, "relationships.willing": 1.0,
                     "relationships.mentor_tenure": 0.0}  # fmt: skip
    for allowed in (False, True):
        changes = changed(busy | {"relationships.own_boss": allowed})
        mentors = [execute(team, changes, months=12, seed=s).state.people.mentor for s in range(9)]
        assert any((mentor == 0).any() for mentor in mentors) == allowed


# ------------------------------------------------------------------------- the same, to the bit


def test_the_same_seed_gives_the_same_bits(organization):
    one = fingerprint(execute(organization, changed(BUSY), crowded_events(), seed=3))
    assert one == fingerprint(execute(organization, changed(BUSY), crowded_events(), seed=3))


def test_replications_and_seeds_differ(organization):
    tables = {
        execute(organization, months=6, seed=seed, replication=replication).table.tobytes()
        for seed in (0, 1)
        for replication in (0, 1, 2)
    }
    assert len(tables) == 6


def test_a_run_is_its_months(organization):
    whole = fingerprint(execute(organization, changed(BUSY), crowded_events(), months=18))
    *_, (_, out) = by_month(organization, changed(BUSY), crowded_events(), months=18)
    assert fingerprint(out) == whole


def test_a_longer_run_begins_like_a_shorter_one(organization):
    short = execute(organization, months=12).table
    assert execute(organization, months=30).table[:13].tobytes() == short.tobytes()


def test_threads_do_not_matter(organization):
    def one(replication):
        out = execute(organization, changed(BUSY), crowded_events(), replication=replication)
        return fingerprint(out)

    serial = [one(replication) for replication in range(8)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(one, range(8))) == serial


# -------------------------------------------------------------------------------------- nothing


def test_nothing_comes_of_nothing(larger):
    silent = {"adoption.initial": 0.0, "adoption.newcomers": 0.0, "adoption.innovation": 0.0}
    table = execute(larger, changed(silent), months=60).table
    for name in ("adoption", "participation", "waiting", "matches", "completed", "failed",
                 "contact_hours", "dropouts", "enquiries", "frustration"):  # fmt: skip
        assert (table[name] == 0.0).all(), name
    assert table["exits"].sum() > 0


def test_no_turnover_means_no_exits(larger):
    table = execute(larger, changed(STEADY), months=60).table
    for name in ("exits", "voluntary_exits", "hires", "promotions", "successions", "vacancies"):
        assert (table[name] == 0.0).all(), name
    assert (table["headcount"] == larger.people).all()


def test_without_noise_and_turnover_action_rests_where_it_began(larger):
    still = STEADY | {"role_models.noise": 0.0}
    action = execute(larger, changed(still), months=60).table["leader_action"]
    assert action[60] == pytest.approx(action[36], abs=1e-3)


def test_nobody_copies_an_empty_seat_or_a_boss_who_has_shown_nothing_yet(larger):
    """A chief like the last one comes after a vacancy: the leaders below talk and act as before."""
    still = STEADY | {
        "role_models.noise": 0.0, "succession.inheritance_inside": 1.0,
        "succession.inheritance_outside": 1.0,
    }  # fmt: skip
    leaves = event("chief_leaves", 24, vacancy=3, successor="outside")
    filled = False
    for months in range(24, 31):
        calm = execute(larger, changed(still), months=months)
        moved = execute(larger, changed(still), [leaves], months=months)
        below = [i for i in calm.state.leaders if i > 0]
        for name in ("talk", "action"):
            gap = getattr(moved.state.people, name)[below] - getattr(calm.state.people, name)[below]
            assert np.abs(gap).max() < 0.06, (name, months)
        filled = moved.table["chief_in_post"][months] == 1.0
    assert filled
    assert moved.table["chief_in_post"].min() == 0.0


# ---------------------------------------------------------------------------------- the limits


P, Q = 0.03, 0.38


def bass(years):
    """Return the share of adopters by Bass (1969)."""
    decay = np.exp(-(P + Q) * np.asarray(years))
    return (1.0 - decay) / (1.0 + Q / P * decay)


def stepwise(months, per_month, people):
    """Return mean and variance of the share by month: the step's own law, noise linearised."""
    share = variance = 0.0
    means, variances = [0.0], [0.0]
    for step in range(1, months * per_month + 1):
        dt = 1.0 / (12.0 * per_month)
        join = 1.0 - math.exp(-(P + Q * share) * dt)
        slope = 1.0 - join + (1.0 - share) * (1.0 - join) * Q * dt
        variance = slope * slope * variance + (1.0 - share) * join * (1.0 - join) / people
        share += (1.0 - share) * join
        if step % per_month == 0:
            means.append(share)
            variances.append(variance)
    return np.array(means), np.array(variances)


def test_bass_closed_form():
    assert bass([1, 3, 5, 10]) == pytest.approx([0.0358, 0.1505, 0.3312, 0.8128], abs=5e-5)


def test_the_gap_of_the_step_shrinks_like_the_step():
    exact = bass(np.arange(121) / 12.0)
    gaps = [np.abs(stepwise(120, n, 1)[0] - exact).max() for n in (1, 2, 4)]
    assert gaps[0] < 0.0093
    assert gaps[0] / gaps[1] == pytest.approx(2.0, rel=0.05)
    assert gaps[1] / gaps[2] == pytest.approx(2.0, rel=0.05)


@pytest.mark.parametrize("per_month", [1, 4])
def test_the_bass_limit(per_month):
    """Means of runs against the step's law: false alarms 1e-6 over all 120 months together.

    The allowance beyond noise, 10 / people, is for the second order of the finite crowd.
    """
    crowd, runs = small_tree(span=17, levels=4, ties=0), 6
    parameters = changed(PEERS_ONLY | {
        "adoption.innovation": P, "adoption.imitation": Q, "run.steps_per_month": per_month,
    })  # fmt: skip
    share = np.mean(
        [execute(crowd, parameters, months=120, replication=r).table["adoption"]
         for r in range(runs)], axis=0,
    )  # fmt: skip
    mean, variance = stepwise(120, per_month, crowd.people)
    bound = stats.norm.isf(ALARM / 2 / 120) * np.sqrt(variance / runs) + 10.0 / crowd.people
    assert (np.abs(share - mean) <= bound).all()
    assert bound.max() < 0.05
    assert (np.abs(share - bass(np.arange(121) / 12.0)) <= bound + 0.0093).all()


@pytest.mark.parametrize(("second", "acting"), [(1.0, 100), (2.0, 1)])
def test_granovetters_two_crowds(second, acting):
    """Thresholds 0, 1, 2, ... 99: all act. With 2 for 1: exactly one does (1978, p. 1424)."""
    crowd = small_tree(span=99, levels=2, ties=0)
    thresholds = (0.0, second, *(float(k) for k in range(2, 100)))
    parameters = changed(PEERS_ONLY | {
        "adoption.rule": "threshold", "adoption.threshold_unit": "count",
        "adoption.threshold_law": "listed", "adoption.thresholds": thresholds,
        "adoption.innovation": 0.0,
    })  # fmt: skip
    adoption = execute(crowd, parameters, months=120).table["adoption"] * 100
    assert adoption[120] == pytest.approx(acting)
    assert (np.diff(adoption) >= -1e-9).all()
    if acting == 100:  # one more a month: the domino
        assert adoption[:101] == pytest.approx(np.arange(101.0))


@pytest.mark.parametrize("yearly", [0.05, 0.15])
def test_dropout_alone_is_exponential(yearly):
    """With all else off, practice decays like exp(-d t): binomial, level 1e-6 over 60 months."""
    crowd = small_tree(span=17, levels=4, ties=0)
    parameters = changed(PEERS_ONLY | {
        "adoption.dropout": yearly, "adoption.initial": 1.0, "adoption.innovation": 0.0,
        "adoption.imitation": 0.0, "adoption.ownership_protection": 0.0,
        "invitation.recognition_retention": 0.0, "relationships.seeking": 0.0,
        "relationships.seeking_leaders": 0.0, "adoption.credibility_reference": 0.5,
        "commitment.observe_boss": 0.0, "commitment.observe_upper": 0.0,
        "commitment.observe_top": 0.0, "infrastructure.start": 1.0,
        "infrastructure.grant_intercept": 10.0, "infrastructure.codified": 1.0,
        "succession.lead_exit": 0.0, "succession.sponsor_exit": 0.0,
        "succession.lead_action": 1.0, "infrastructure.financial_life": 60.0,
    })  # fmt: skip
    out = execute(crowd, parameters, months=60)
    assert out.table["infrastructure"] == pytest.approx(1.0, abs=0.01)
    kept = np.exp(-yearly * np.arange(61) / 12.0)
    sd = np.sqrt(kept * (1.0 - kept) / crowd.people)
    bound = stats.norm.isf(ALARM / 2 / 60) * sd + 0.01 * (1.0 - kept)
    assert (np.abs(out.table["adoption"] - kept) <= bound + 1e-12).all()


def test_involuntary_exits_are_binomial():
    """Exits of the first month at the involuntary hazard alone: the chief is exempt."""
    crowd = small_tree(span=17, levels=4, ties=0)
    parameters = changed(STEADY | {
        "turnover.involuntary": 0.02,
    })  # fmt: skip
    table = execute(crowd, parameters, months=1).table
    gone, expected = table["exits"][1], (crowd.people - 1) * (1.0 - math.exp(-0.02))
    # Binomial, level 1e-6.
    assert abs(gone - expected) < stats.norm.isf(ALARM / 2) * math.sqrt(expected)


# ------------------------------------------------------------------------------ the shorter step


@pytest.mark.slow
def test_weekly_steps_agree_with_monthly_ones(larger):
    """Means of 80 runs over years 3-5: 4 % of step effect allowed, then level 1e-6 a measure."""
    names = ("adoption", "credibility", "engagement", "ownership", "presence", "currency",
             "leader_action", "leader_talk", "infrastructure", "headcount", "vacancies",
             "mentees_share", "exits", "hires", "matches", "contact_hours", "money", "dropouts",
             "leader_hours")  # fmt: skip
    runs = {}
    for per_month in (1, 4):
        parameters = changed({"run.steps_per_month": per_month})
        tables = [
            execute(larger, parameters, months=60, replication=r + 1000 * per_month).table
            for r in range(80)
        ]
        runs[per_month] = {n: np.array([t[n][24:].mean() for t in tables]) for n in names}
    apart = {}
    for name in names:
        one, four = runs[1][name], runs[4][name]
        noise = math.sqrt((one.var(ddof=1) + four.var(ddof=1)) / 80)
        scale = max(abs(one.mean()), 0.1 if name == "engagement" else 0.0)
        bound = 0.04 * scale + stats.norm.isf(ALARM / 2) * noise
        if abs(one.mean() - four.mean()) > bound:
            apart[name] = (one.mean(), four.mean(), bound)
    assert apart == {}


def test_columns_name_everything(organization):
    """The comparisons here and in the twin worlds see every column of the state."""
    names = columns(execute(organization, months=1).state)
    assert {"people.credibility", "people.identity", "seats.style", "mentees"} <= set(names)
