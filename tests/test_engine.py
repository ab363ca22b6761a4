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
    plain,
    small_tree,
)
from scipy import stats

from simulation.theory.briefings import rules as briefings
from simulation.theory.infrastructure import rules as infrastructure
from simulation.theory.invitation import rules as invitation
from simulation.theory.measures import MEASURES

ALARM = 1e-6
STEADY = {
    "turnover.voluntary": 0.0,
    "turnover.involuntary": 0.0,
    "succession.chief_exit": 0.0,
}
#: Nothing but peers, who see everybody at once.
PEERS_ONLY = STEADY | {
    "peers.scope": "organization",
    "peers.bad_relationship": 0.0,
    "invitation.visibility": 1.0,
    "adoption.persuasion_weight": 0.0,
    "adoption.recognition_weight": 0.0,
    "adoption.credibility_exponent": 0.0,
    "adoption.infrastructure_exponent": 0.0,
    "adoption.currency_weight": 0.0,
    "adoption.engagement_effect": 0.0,
    "adoption.dropout": 0.0,
    "adoption.initial": 0.0,
    "relationships.poor_quits": 0.0,
}
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
    for name in (
        "credibility",
        "expectation",
        "ceiling",
        "talk",
        "action",
        "presence",
        "ownership",
        "currency",
        "frustration",
        "competence",
    ):
        column = getattr(out.state.people, name)[occupied]
        assert ((column >= 0.0) & (column <= 1.0)).all(), name
    assert np.isfinite(out.state.people.numbers[:, occupied]).all()


def check_levels(out, month):
    """Levels weighted by their people give the whole."""
    seats, levels = out.state.seats, out.levels[month]
    count = np.bincount(seats.level[seats.occupied == 1], minlength=len(levels))
    for name in ("adoption", "engagement", "credibility", "ownership"):
        filled = count > 0
        mean = (levels[name][filled] * count[filled]).sum() / count.sum()
        assert mean == pytest.approx(out.table[month][name], abs=1e-12)
    assert np.isnan(levels.leader_action[-1])  # no leaders on the lowest level


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
    busy = STEADY | {
        "adoption.initial": 1.0,
        "adoption.dropout": 0.0,
        "relationships.willing": 1.0,
        "relationships.mentor_tenure": 0.0,
    }
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
    for name in (
        "adoption",
        "participation",
        "waiting",
        "matches",
        "completed",
        "failed",
        "contact_hours",
        "dropouts",
        "enquiries",
        "frustration",
    ):
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
        "role_models.noise": 0.0,
        "succession.inheritance_inside": 1.0,
        "succession.inheritance_outside": 1.0,
    }
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
    parameters = changed(
        PEERS_ONLY
        | {
            "adoption.innovation": P,
            "adoption.imitation": Q,
            "run.steps_per_month": per_month,
        }
    )
    share = np.mean(
        [
            execute(crowd, parameters, months=120, replication=r).table["adoption"]
            for r in range(runs)
        ],
        axis=0,
    )
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
    parameters = changed(
        PEERS_ONLY
        | {
            "adoption.rule": "threshold",
            "adoption.threshold_unit": "count",
            "adoption.threshold_law": "listed",
            "adoption.thresholds": thresholds,
            "adoption.innovation": 0.0,
        }
    )
    adoption = execute(crowd, parameters, months=120).table["adoption"] * 100
    assert adoption[120] == pytest.approx(acting)
    assert (np.diff(adoption) >= -1e-9).all()
    if acting == 100:  # one more a month: the domino
        assert adoption[:101] == pytest.approx(np.arange(101.0))


def test_one_step_of_four_in_a_month_moves_thresholds_as_one_does():
    """Thresholds 0, 1, 2, ...: one more a month, in weeks too."""
    crowd = small_tree(span=12, levels=2, ties=0)
    parameters = changed(
        PEERS_ONLY
        | {
            "adoption.rule": "threshold",
            "adoption.threshold_unit": "count",
            "adoption.threshold_law": "listed",
            "adoption.thresholds": tuple(float(k) for k in range(13)),
            "adoption.innovation": 0.0,
            "run.steps_per_month": 4,
        }
    )
    adoption = execute(crowd, parameters, months=8).table["adoption"] * 13
    assert adoption == pytest.approx(np.arange(9.0))


@pytest.mark.parametrize("yearly", [0.05, 0.15])
def test_dropout_alone_is_exponential(yearly):
    """With all else off, practice decays like exp(-d t): binomial, level 1e-6 over 60 months."""
    crowd = small_tree(span=17, levels=4, ties=0)
    parameters = changed(
        PEERS_ONLY
        | {
            "adoption.dropout": yearly,
            "adoption.initial": 1.0,
            "adoption.innovation": 0.0,
            "adoption.imitation": 0.0,
            "adoption.ownership_protection": 0.0,
            "invitation.recognition_retention": 0.0,
            "relationships.seeking": 0.0,
            "relationships.seeking_leaders": 0.0,
            "adoption.credibility_reference": 0.5,
            "commitment.observe_boss": 0.0,
            "commitment.observe_upper": 0.0,
            "commitment.observe_top": 0.0,
            "infrastructure.start": 1.0,
            "infrastructure.grant_intercept": 10.0,
            "infrastructure.codified": 1.0,
            "succession.lead_exit": 0.0,
            "succession.sponsor_exit": 0.0,
            "succession.lead_action": 1.0,
            "infrastructure.financial_life": 60.0,
        }
    )
    out = execute(crowd, parameters, months=60)
    assert out.table["infrastructure"] == pytest.approx(1.0, abs=0.01)
    kept = np.exp(-yearly * np.arange(61) / 12.0)
    sd = np.sqrt(kept * (1.0 - kept) / crowd.people)
    bound = stats.norm.isf(ALARM / 2 / 60) * sd + 0.01 * (1.0 - kept)
    assert (np.abs(out.table["adoption"] - kept) <= bound + 1e-12).all()


def test_involuntary_exits_are_binomial():
    """Exits of the first month at the involuntary hazard alone: the chief is exempt."""
    crowd = small_tree(span=17, levels=4, ties=0)
    parameters = changed(
        STEADY
        | {
            "turnover.involuntary": 0.02,
        }
    )
    table = execute(crowd, parameters, months=1).table
    gone, expected = table["exits"][1], (crowd.people - 1) * (1.0 - math.exp(-0.02))
    # Binomial, level 1e-6.
    assert abs(gone - expected) < stats.norm.isf(ALARM / 2) * math.sqrt(expected)


# ------------------------------------------------------------------------------ the shorter step


@pytest.mark.slow
def test_weekly_steps_agree_with_monthly_ones(larger):
    """Means of 80 runs over years 3-5: 4 % of step effect allowed, then level 1e-6 a measure."""
    names = (
        "adoption",
        "credibility",
        "engagement",
        "ownership",
        "presence",
        "currency",
        "leader_action",
        "leader_talk",
        "infrastructure",
        "headcount",
        "vacancies",
        "mentees_share",
        "exits",
        "hires",
        "matches",
        "contact_hours",
        "money",
        "dropouts",
        "leader_hours",
    )
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


# -------------------------------------------------------------- one step, worked out a second time

#: A small organization in which nobody moves and leaders do as they are disposed.
QUIET = STEADY | {
    "role_models.noise": 0.0,
    "succession.lead_exit": 0.0,
    "succession.sponsor_exit": 0.0,
    "succession.sponsor_follows": 0.0,
}


def kept(state, *names):
    """Return copies of columns of people, before a step changes them."""
    return [getattr(state.people, name).copy() for name in names]


def test_one_step_briefs_leaders_by_what_they_believe_now(organization):
    """A briefing comes after perception: its gain hangs on this month's credibility."""
    parameters = changed(
        QUIET
        | {
            "briefings.interval": 1.0,
            "briefings.reach": 1.0,
            "briefings.story": 0.0,
        }
    )
    group, moved = parameters.briefings, 0.0
    before = credibility = np.zeros(organization.people)
    worth = plain(briefings.content)(0.0, group) * plain(briefings.freshness)(12.0, group)
    for month, out in by_month(organization, parameters, months=6):
        if month > 0:
            faded = before * plain(briefings.currency_kept)(group)
            for i in out.state.leaders:
                belief = float(out.state.people.credibility[i])
                gain = plain(briefings.briefing_gain)(belief, float(faded[i]), worth, group)
                assert out.state.people.currency[i] == pytest.approx(faded[i] + gain, abs=1e-12)
                moved = max(moved, abs(belief - credibility[i]))
        before, credibility = kept(out.state, "currency", "credibility")
    assert moved > 1e-3


@pytest.mark.parametrize("scope", ["organization", "local"])
def test_one_step_looks_at_what_peers_showed_in_the_last(scope):
    """The chief practises in month 1 and leaves at the start of 2: all have seen it."""
    team = small_tree(span=6, levels=2, ties=0)
    parameters = changed(
        PEERS_ONLY
        | {
            "peers.scope": scope,
            "adoption.rule": "threshold",
            "adoption.threshold_unit": "count",
            "adoption.threshold_law": "listed",
            "adoption.thresholds": (0.0, *[0.5] * 6),
            "adoption.innovation": 0.0,
            "peers.boss": 1.0,
            "peers.boss_passive": 1.0,
        }
    )
    stays = execute(team, parameters, months=2).table
    assert stays["joins_peers"].tolist() == [0.0, 1.0, 6.0]
    if scope == "organization":
        leaves = execute(team, parameters, [event("chief_leaves", 2, vacancy=3)], months=2).table
        assert leaves["joins_peers"].tolist() == [0.0, 1.0, 6.0]


def test_one_step_counts_a_person_s_peers_without_the_person():
    """Five of six practise: the sixth, who waits until all the others do, follows."""
    team = small_tree(span=6, levels=2, ties=0)
    parameters = changed(
        PEERS_ONLY
        | {
            "peers.scope": "local",
            "peers.boss": 0.0,
            "peers.boss_passive": 0.0,
            "adoption.rule": "threshold",
            "adoption.threshold_law": "listed",
            "adoption.thresholds": (9.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
            "adoption.innovation": 0.0,
        }
    )
    assert execute(team, parameters, months=3).table["joins_peers"].tolist() == [0.0, 5.0, 1.0, 0.0]


def test_one_step_hears_each_channel_at_its_weight():
    """Talk of the boss, the boss's boss and the top team (the chief and the next level)."""
    place = small_tree(span=3, levels=4, ties=2)
    weights = {"boss": 0.5, "upper": 0.3, "top": 0.2}
    parameters = changed(
        QUIET
        | {"role_models.cut": 0.0}
        | {f"commitment.weight_{name}": weight for name, weight in weights.items()}
    )
    out = execute(place, parameters, months=3)
    seats, people, programme = out.state.seats, out.state.people, out.state.programme
    top = [i for i in out.state.leaders if place.level[i] < 2]
    assert programme.top_talk == pytest.approx(seats.shown_talk[top].mean())
    assert programme.top_action == pytest.approx(seats.shown_action[top].mean())
    for i in range(1, place.people):
        boss = place.boss[i]
        heard = weights["boss"] * seats.shown_talk[boss] + weights["top"] * programme.top_talk
        if place.boss[boss] >= 0:
            heard += weights["upper"] * seats.shown_talk[place.boss[boss]]
        persuasion = plain(invitation.persuasion)(
            heard, people.credibility[i], programme.message, parameters.invitation
        )
        assert people.persuasion[i] == pytest.approx(persuasion, abs=1e-12)


def test_one_step_shows_the_chief_s_lapse_to_the_right_people():
    """Seen as the boss's boss alone, the chief's conduct concerns the level below the next."""
    place = small_tree(span=3, levels=4, ties=2)
    parameters = changed(
        QUIET
        | {
            "commitment.observe_boss": 0.0,
            "commitment.observe_upper": 1.0,
            "commitment.observe_top": 0.0,
        }
    )
    lapse = event("commitment_lapse", 1, action=0.0, level=0)
    usual, lapsed = (execute(place, parameters, news, months=1) for news in ((), [lapse]))
    differs = usual.state.people.credibility != lapsed.state.people.credibility
    assert (differs == (place.level == 2)).all()


def test_one_step_does_not_inform_by_what_people_know_themselves(organization):
    """People without reports join by what their boss knows; their own knowledge is idle."""
    joined = {}
    for told in ("nobody", "front line", "leaders"):
        months = by_month(organization, changed(QUIET | {"adoption.innovation": 1.0}), months=8)
        for month, out in months:
            front = organization.team_size == 0
            if month == 0 and told != "nobody":
                out.state.people.currency[front if told == "front line" else ~front] = 1.0
        joined[told] = out.table["joins_invitation"].tolist()
    assert joined["front line"] == joined["nobody"] != joined["leaders"]


def test_one_step_leaves_an_empty_team_s_mark(organization):
    """When a whole team leaves, what it owned and believed stays as it was last seen."""
    leave = event("leader_leaves", 3, level=1)
    for month, out in by_month(organization, changed(QUIET), [leave], months=3):
        seats = out.state.seats
        if month == 2:
            before = seats.team_ownership[0], seats.team_credibility[0]
    assert seats.team_present[0] == 0
    assert (seats.team_ownership[0], seats.team_credibility[0]) == before
    assert before[0] > 0.0


def test_one_step_tells_each_good_ending_once(organization):
    """Reported benefits: remembered endings fade, the last month's per head are added."""
    parameters = changed(QUIET | BUSY | {"relationships.formal_months": 3.0})
    endings = 0.0
    for month, out in by_month(organization, parameters, months=24):
        if month > 0:
            endings *= plain(briefings.benefits_kept)(parameters.briefings)
            endings += out.table["completed"][month - 1] / out.table["headcount"][month - 1]
            assert out.state.programme.endings == pytest.approx(endings)
    assert out.table["completed"].sum() > 3


def test_one_step_erodes_the_bench_by_those_who_left_in_it(organization):
    parameters = changed(
        {
            "turnover.involuntary": 0.3,
            "succession.bench_growth": 0.0,
            "succession.bench_start": 4.0,
            "succession.lead_exit": 0.0,
        }
    )
    table, bench = execute(organization, parameters, months=12).table, 4.0
    for month in range(1, 13):
        bench *= 1.0 - table["exits"][month] / table["headcount"][month - 1]
        assert table["bench"][month] == pytest.approx(bench)
    assert table["exits"].sum() > 5


def test_one_step_takes_successors_of_leads_from_the_bench(organization):
    parameters = changed(
        QUIET
        | {
            "succession.leads": 2,
            "succession.plan": True,
            "succession.plan_works": 1.0,
            "succession.bench_start": 3.0,
            "succession.bench_growth": 0.0,
        }
    )
    table = execute(organization, parameters, [event("leads_leave", 2)], months=6).table
    assert table["bench"].tolist() == [3.0] * 2 + [1.0] * 5
    assert table["leads_in_post"].tolist() == [2] * 7


def test_one_step_fills_one_post_from_a_bench_of_one(organization):
    """Three leave at once: one is followed at once, the others after the usual search."""
    parameters = changed(
        QUIET
        | {
            "succession.leads": 3,
            "succession.no_plan_works": 1.0,
            "succession.refill_quick": 4.0,
            "succession.bench_start": 1.0,
            "succession.bench_growth": 0.0,
        }
    )
    table = execute(organization, parameters, [event("leads_leave", 2)], months=7).table
    assert table["bench"].tolist() == [1.0] * 2 + [0.0] * 6
    assert table["leads_in_post"].tolist() == [3, 3, 1, 1, 1, 1, 3, 3]


def test_one_step_takes_a_lead_from_a_bench_that_has_grown_meanwhile(organization):
    """Nobody was there when the post fell vacant; when it is filled, somebody is, and goes."""
    parameters = changed(
        QUIET
        | {
            "succession.leads": 1,
            "succession.no_plan_works": 1.0,
            "succession.refill_quick": 4.0,
            "succession.bench_start": 0.0,
            "succession.bench_growth": 0.0,
        }
    )
    for month, out in by_month(organization, parameters, [event("leads_leave", 2)], months=7):
        if month == 4:
            out.state.programme.bench = 1.5
    assert out.table["bench"].tolist() == [0.0] * 5 + [1.5, 0.5, 0.5]
    assert out.table["leads_in_post"].tolist() == [1, 1, 0, 0, 0, 0, 1, 1]
    assert out.state.leads.inside[0] == 1.0


@pytest.mark.parametrize(("overlap", "begun"), [(0.0, 0.0), (3.0, 3.0)])
def test_one_step_hands_over_between_leads_who_plan(organization, overlap, begun):
    """No month without: who overlapped has that much of the ramp behind."""
    parameters = changed(
        QUIET
        | {
            "succession.leads": 1,
            "succession.plan": True,
            "succession.plan_works": 1.0,
            "succession.plan_overlap": overlap,
            "succession.bench_start": 0.0,
            "succession.ramp_outside": 6.0,
        }
    )
    out = execute(organization, parameters, [event("leads_leave", 2)], months=2)
    assert out.table["months_without_lead"].sum() == 0.0
    assert out.state.leads.effective[0] == pytest.approx(begun / 6.0)


def test_one_step_counts_leads_by_their_action(organization):
    parameters = changed(
        QUIET
        | {
            "succession.leads": 2,
            "succession.lead_action": 0.3,
            "succession.lead_standard": 0.6,
            "succession.people_per_lead": organization.people / 4.0,
            "relationships.seeking": 0.0,
            "relationships.seeking_leaders": 0.0,
        }
    )
    group = parameters.infrastructure
    table = execute(organization, parameters, months=1).table
    assert table["workload"][1] == 4.0  # posts that four parts of the people take
    assert table["unmet_need"][1] == pytest.approx(0.75)
    target = group.human * 0.25  # two effective leads who each do half a post's work
    human = plain(infrastructure.stock_after)(group.start, target, group.human_life)
    assert table["human"][1] == pytest.approx(human)


@pytest.mark.parametrize("interim", [0.0, 0.5])
def test_one_step_counts_an_interim_lead_by_part(organization, interim):
    """Of work for one lead, half is done while half a lead stands in."""
    parameters = changed(
        QUIET
        | {
            "succession.leads": 1,
            "succession.lead_action": 0.6,
            "succession.lead_standard": 0.6,
            "succession.people_per_lead": float(organization.people),
            "succession.bench_start": 0.0,
            "relationships.seeking": 0.0,
            "relationships.seeking_leaders": 0.0,
        }
    )
    leave = event("leads_leave", 1, vacancy=6, interim=interim)
    table = execute(organization, parameters, [leave], months=3).table
    assert table["leads_in_post"].tolist() == [1, 0, 0, 0]
    assert table["unmet_need"][1:] == pytest.approx([1.0 - interim] * 3)


@pytest.mark.parametrize("per_month", [1, 4])
def test_one_step_spends_no_more_hours_than_there_are(organization, per_month):
    """Whoever was mentored in the month got at most the hours of full contact."""
    parameters = changed(QUIET | BUSY | {"run.steps_per_month": per_month})
    table = execute(organization, parameters, months=24).table
    mentored = table["participation"] + table["completed"] + table["failed"]
    most = parameters.invitation.full_contact * mentored
    assert (table["contact_hours"] <= most + 1e-9).all()
    assert table["contact_hours"].sum() > 0.4 * most.sum()


def test_one_step_ends_formal_relationships_on_their_day(organization):
    parameters = changed(
        QUIET
        | BUSY
        | {
            "relationships.formal_months": 7.0,
            "relationships.poor": 0.0,
            "adoption.dropout": 0.0,
        }
    )
    table = execute(organization, parameters, months=24).table
    assert table["completed"].sum() > 3
    assert (table["completed_months"] == 7.0 * table["completed"]).all()


def test_one_step_lets_colleagues_of_a_level_mentor(organization):
    out = execute(organization, changed(QUIET | BUSY), months=12)
    paired = np.flatnonzero(out.state.people.mentor >= 0)
    above = organization.level[paired] - organization.level[out.state.people.mentor[paired]]
    assert (above >= 0).all()
    assert (above == 0).any()


def test_one_step_hires_strangers_to_the_programme(organization):
    """Who is hired to lead knows nothing of it until briefed."""
    parameters = changed(QUIET | {"briefings.interval": 0.0, "succession.leader_inside": 0.0})
    out = execute(organization, parameters, [event("leader_leaves", 2, level=1)], months=24)
    hired = [i for i in out.state.leaders if out.state.people.arrived[i] > 0]
    assert len(hired) > 2
    assert (out.state.people.currency[hired] == 0.0).all()


@pytest.mark.parametrize(("inside", "weight"), [(0.0, 0.0), (1.0, 0.0), (0.0, 0.3)])
def test_one_step_with_a_new_leader_heals_half_of_the_team_s_scars(organization, inside, weight):
    parameters = changed(
        QUIET
        | {
            "succession.leader_inside": inside,
            "commitment.observe_boss": 0.0,
            "commitment.observe_upper": 0.0,
            "commitment.observe_top": 0.0,
            "commitment.weight_top": weight,
        }
    )
    leave = event("leader_leaves", 2, level=1, branch=0)
    for month, out in by_month(organization, parameters, [leave], months=24):
        people = out.state.people
        if month == 0:
            people.ceiling[:] = 0.6
            who = people.identity.copy()
    stayed = (people.identity == who) & (organization.level == 2)
    mine = stayed & (organization.branch == 0)
    assert mine.sum() >= 5
    part = weight / parameters.commitment.weight_boss / 7.0  # one of the seven at the top
    others = 0.6 + 0.5 * part * 0.4
    assert people.ceiling[stayed & (organization.branch != 0)] == pytest.approx(others)
    assert people.ceiling[mine] == pytest.approx(0.8 + 0.5 * part * 0.2)


def test_one_step_with_a_new_chief_heals_scars_two_levels_down(organization):
    """Half of the reports' scars; of their reports', by the part of the boss's boss: half that."""
    parameters = changed(
        QUIET
        | {
            "commitment.observe_boss": 0.0,
            "commitment.observe_upper": 0.0,
            "commitment.observe_top": 0.0,
            "commitment.weight_boss": 0.5,
            "commitment.weight_upper": 0.25,
            "commitment.weight_top": 0.0,
        }
    )
    leave = event("chief_leaves", 2, vacancy=1, successor="outside")
    for month, out in by_month(organization, parameters, [leave], months=4):
        if month == 0:
            out.state.people.ceiling[:] = 0.6
    ceiling, level = out.state.people.ceiling, organization.level
    assert ceiling[level == 1] == pytest.approx(0.8)
    assert ceiling[level == 2] == pytest.approx(0.7)


def test_one_step_draws_a_style_around_its_leader_s_disposition(organization):
    """Where the leader alone decides: as many sd from the mean as the leader is disposed."""
    parameters = changed(
        {
            "engagement.style_disposition": 1.0,
            "engagement.style_sd": 0.4,
            "commitment.action": 0.5,
            "role_models.disposition": 0.5,
            "role_models.disposition_sd": 0.05,
        }
    )
    state = execute(organization, parameters, months=0).state
    disposed = (state.people.disposition[state.leaders] - 0.5) / 0.05
    assert state.seats.style[state.leaders] == pytest.approx(0.4 * disposed)
    assert disposed.std() > 0.3


def test_one_step_hands_on_what_the_predecessor_did_and_said(organization):
    """A successor who keeps everything talks as the last one talked and acts as that one did."""
    parameters = changed(
        QUIET
        | {
            "succession.inheritance_inside": 1.0,
            "succession.inheritance_outside": 1.0,
            "role_models.rate": 0.0,
            "commitment.talk_rate": 0.0,
        }
    )
    leave = event("leader_leaves", 2, level=1)
    for month, out in by_month(organization, parameters, [leave], months=24):
        if month == 1:
            talk, action = kept(out.state, "talk", "action")
    new = [i for i in out.state.leaders if out.state.people.in_post[i] > 1]
    assert len(new) > 2
    assert np.abs(talk - action)[new].max() > 0.05
    assert out.state.people.talk[new] == pytest.approx(talk[new])
    assert out.state.people.action[new] == pytest.approx(action[new])


def test_one_step_makes_the_promoted_insiders(organization):
    """Even who was once hired from outside is an insider in the next post."""
    leave = event("chief_leaves", 2, successor="inside", vacancy=1)
    for month, out in by_month(organization, changed(QUIET), [leave], months=4):
        if month == 0:
            out.state.people.outside[:] = 1
    assert out.state.people.outside[0] == 0
    assert out.state.people.in_post[0] == 3


def test_one_step_counts_tenure_from_the_arrival(organization):
    """Old hands in new posts are no beginners: where only those leave, they stay."""
    parameters = changed(
        QUIET
        | {
            "turnover.voluntary": 0.5,
            "turnover.second_and_third_year": 0.0,
            "turnover.later_years": 0.0,
        }
    )
    exits = {}
    for arrived in (-100, 0):
        for month, out in by_month(organization, parameters, months=6):
            if month == 0:
                out.state.people.arrived[:] = arrived
                out.state.people.in_post[:] = 0
        exits[arrived] = out.table["exits"].sum()
    assert exits[-100] == 0
    assert exits[0] > 0


def test_one_step_after_the_mentor_left_is_a_sad_one(organization):
    """The shock is felt by the mentees of those who left, as much as declared, and by no other."""
    left = event("leader_leaves", 12, level=1)
    worlds = []
    for loss in (-0.3, 0.0):
        parameters = changed(
            QUIET
            | {
                "adoption.initial": 1.0,
                "relationships.willing": 1.0,
                "relationships.mentor_tenure": 0.0,
                "engagement.mentor_loss": loss,
            }
        )
        for month, out in by_month(organization, parameters, [left], months=12, seed=1):
            if month == 11:
                mentor = out.state.people.mentor.copy()
        worlds.append(out.state.people.transient.copy())
    bereft = (mentor >= 0) & (organization.level[mentor] == 1) & (organization.level == 2)
    assert bereft.any()
    shock = np.where(bereft, -0.3 * parameters.engagement.persistence, 0.0)
    stay = organization.level != 1
    assert (worlds[0] - worlds[1])[stay] == pytest.approx(shock[stay])


def test_one_step_of_leaving_leaders_spares_the_chief(organization):
    leave = event("leader_leaves", 2, share=0.99)
    for seed in range(3):
        table = execute(organization, changed(QUIET), [leave], months=2, seed=seed).table
        assert table["exits"][2] > 3
        assert table["chief_in_post"][2] == 1.0


def test_one_step_of_reorganization_gives_everybody_a_boss_not_yet_missed(organization):
    parameters = changed(QUIET | {"presence.level": 0.0})
    change = event("reorganization", 6, share=1.0)
    out = execute(organization, parameters, [change], months=7)
    assert (out.state.people.seen_boss[1:] == 6).all()
    assert (out.state.people.in_post[1:] == 6).all()
