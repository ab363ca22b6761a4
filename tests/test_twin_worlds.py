"""The minimally different world: whoever a change cannot reach stays identical to the bit."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import by_month, changed, columns, event, execute, small_tree

BRANCH, MONTH = 2, 5
#: No way for news to travel between branches, all by ordinary parameters.
APART = {
    "relationships.scope": "branch",  # mentors
    "peers.team": 0.0,
    "peers.boss": 0.0,
    "peers.boss_passive": 0.0,  # the chief sees what leaders of all branches show
    "presence.ownership_rate": 0.0,  # the chief's team spans the branches
    "turnover.newcomer_prior": 1.0,
    "succession.chief_exit": 0.0,  # and so does who follows whom
    "role_models.weight_peers": 0.0,  # the mean action of all leaders
    "commitment.weight_top": 0.0,
    "commitment.observe_top": 0.0,  # the top team is its leaders
    "infrastructure.grant_value": 0.0,
    "infrastructure.grant_ownership": 0.0,
    "infrastructure.owning_layers": 0,  # budgets
    "succession.people_per_lead": 1e6,
    "succession.seekers_per_lead": 1e5,
    "succession.pairs_per_lead": 1e5,  # nobody's workload is what others miss
    "succession.bench_growth": 0.0,
    "succession.bench_start": 0.0,
    "briefings.story": 0.0,  # good endings
    "adoption.initial": 0.3,
    "adoption.imitation": 3.0,
    "relationships.mentor_tenure": 6.0,
}


@pytest.fixture(scope="module")
def apart():
    """Return 259 seats whose ties stay within branches."""
    return small_tree(span=6, levels=4, ties=4, seed=3, within=True)


def differing(one, other):
    """Return per table which rows differ in any column, to the bit."""
    rows = {}
    for table in ("people", "seats"):
        a, b = getattr(one.state, table), getattr(other.state, table)
        differs = np.zeros(a.numbers.shape[1], bool)
        for part in ("numbers", "counts", "codes"):
            x, y = getattr(a, part), getattr(b, part)
            width = f"u{x.dtype.itemsize}"
            differs |= (x.view(width) != y.view(width)).any(axis=0)
        rows[table] = differs
    rows["people"] |= (one.state.mentees != other.state.mentees).any(axis=1)
    return rows


def worlds(organization, parameters, events, months, seed=0):
    """Yield month by month the rows that differ between a world with events and one without."""
    plain = by_month(organization, parameters, (), months, seed)
    eventful = by_month(organization, parameters, events, months, seed)
    for (month, one), (_, other) in zip(plain, eventful, strict=True):
        yield month, differing(one, other), (one, other)


def elsewhere(place):
    """Return the seats of other branches.

    The chief, who sees the leaders of all and whose seat carries the sums over them, is of none.
    """
    return (place.branch != BRANCH) & (place.branch >= 0)


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(
    "change",
    [
        event("leader_leaves", MONTH, level=1, branch=BRANCH),
        event("commitment_lapse", MONTH, action=0.0, talk=0.0, branch=BRANCH),
        event("layoff", MONTH, share=0.5, branch=BRANCH),
        event("reorganization", MONTH, share=1.0, branch=BRANCH),
        event("campaign", MONTH, reach=1.0, strength=50.0, branch=BRANCH),
    ],
    ids=lambda e: e.type,
)
def test_other_branches_are_identical_to_the_bit(apart, change, seed):
    outside = elsewhere(apart)
    reached = np.zeros(apart.people, bool)
    for month, rows, _ in worlds(apart, changed(APART), [change], 160, seed):
        assert not (rows["people"] & outside).any(), month
        assert not (rows["seats"] & outside).any(), month
        assert month >= MONTH or not rows["people"].any()
        reached |= rows["people"]
    assert reached[~outside].sum() > 5


def test_every_cut_is_needed_for_the_worlds_to_stay_apart(apart):
    """Restored one by one, each of these channels lets the change through: no cut is idle."""
    outside = elsewhere(apart)
    news = [
        event("leader_leaves", MONTH, level=1, branch=BRANCH),
        event("layoff", MONTH, share=0.5, branch=BRANCH),
    ]
    restored = {
        "relationships.scope": "organization",
        "peers.team": 1.0,
        "presence.ownership_rate": 0.05,
        "succession.pairs_per_lead": 20.0,
        "turnover.newcomer_prior": 0.5,
        "role_models.weight_peers": 0.15,
        "briefings.story": 0.3,
    }
    for name, value in restored.items():
        leaks = False
        for _, rows, _ in worlds(apart, changed(APART | {name: value}), news, 160):
            leaks |= bool((rows["people"] & outside).any())
        assert leaks, name


def test_the_chief_sees_what_leaders_of_every_branch_show(apart):
    """So that the chief's own practice, as a peer of those right below, is a channel to cut."""
    news = [event("leader_leaves", MONTH, level=1, branch=BRANCH)]
    hit = [bool(rows["people"][0]) for _, rows, _ in worlds(apart, changed(APART), news, 12)]
    assert hit[:MONTH] == [False] * MONTH
    assert any(hit[MONTH : MONTH + 3])


def test_the_top_team_is_a_channel_only_when_seen(apart):
    news = [event("leader_leaves", MONTH, level=1, branch=BRANCH)]
    seen = APART | {"commitment.weight_top": 0.15, "commitment.observe_top": 0.5}
    outside = elsewhere(apart)
    hit = [
        bool((rows["people"] & outside).any())
        for _, rows, _ in worlds(apart, changed(seen), news, 8)
    ]
    assert hit[:MONTH] == [False] * MONTH
    assert hit[MONTH]


def test_news_takes_a_month_from_branch_to_branch(apart):
    """People answer to what they saw last month: only the top team's talk is faster."""
    usual = {
        "commitment.weight_top": 0.0,
        "commitment.observe_top": 0.0,
        "relationships.scope": "branch",
        "succession.chief_exit": 0.0,
    }
    news = [event("leader_leaves", MONTH, level=1, branch=BRANCH)]
    outside = elsewhere(apart)
    hit = [
        bool((rows["people"] & outside).any())
        for _, rows, _ in worlds(apart, changed(usual), news, 12)
    ]
    assert hit[: MONTH + 1] == [False] * (MONTH + 1)
    assert hit[MONTH + 1]


@pytest.mark.parametrize("kind", ["chief_leaves", "leader_leaves", "budget_cut", "layoff"])
def test_nothing_happens_before_an_event(larger, kind):
    values = {"leader_leaves": {"level": 1}, "layoff": {"share": 0.3}}.get(kind, {})
    news, stays = [event(kind, 60, **values)], changed({"succession.chief_exit": 0.0})
    for month, rows, (one, other) in worlds(larger, stays, news, 66):
        if month < 60:
            assert not rows["people"].any()
            assert not rows["seats"].any()
            assert one.table[: month + 1].tobytes() == other.table[: month + 1].tobytes()
            assert one.state.programme.tobytes() == other.state.programme.tobytes()
    assert one.table.tobytes() != other.table.tobytes()


def test_a_lever_shares_the_luck_it_can(larger):
    """Another price of an exit changes the bill and nothing else."""
    one = execute(larger, changed(), months=24)
    other = execute(larger, changed({"costs.exit": 30.0}), months=24)
    first, second = columns(one.state), columns(other.state)
    assert all(first[name].tobytes() == second[name].tobytes() for name in first)
    assert (other.table["turnover_money"] == 2.0 * one.table["turnover_money"]).all()


def test_who_comes_does_not_depend_on_when(larger):
    """A seat's next person is the same in both worlds, whenever the seat falls empty."""
    news = [event("leader_leaves", 3, level=1)]
    one = execute(larger, changed(), months=60)
    other = execute(larger, changed(), news, months=60)
    traits = [
        dict(zip(out.state.people.identity.tolist(), out.state.people.frailty, strict=True))
        for out in (one, other)
    ]
    common = set(traits[0]) & set(traits[1])
    assert len(common) > 100
    assert all(traits[0][who] == traits[1][who] for who in common)
