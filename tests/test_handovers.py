"""Who follows whom, and how: what an event or a scenario says of a departure is what happens."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import by_month, changed, event, execute

CALM = {
    "turnover.voluntary": 0.0,
    "turnover.involuntary": 0.0,
    "succession.chief_exit": 0.0,
    "succession.lead_exit": 0.0,
    "succession.sponsor_exit": 0.0,
    "succession.sponsor_follows": 0.0,
    "role_models.noise": 0.0,
    "succession.bench_start": 0.0,
    "succession.bench_growth": 0.0,
    "succession.inexperience": 0.5,
    "adoption.initial": 0.4,
    "relationships.mentor_tenure": 6.0,
}
FELT = {"engagement.uncertainty": -0.1, "engagement.top_trust": 0.2, "turnover.follow": 0.3}


def calm(organization, *events, months=24, **more):
    """Return a run in which nothing but the events happens."""
    return execute(organization, changed(CALM | more), events, months=months)


def vacant(out):
    """Return in how many months there is no chief."""
    return int((out.table["chief_in_post"] == 0).sum())


# ------------------------------------------------------------------------------ what is vacant


@pytest.mark.parametrize(("notice", "months"), [(0, 5), (2, 3), (4, 1), (12, 1)])
def test_a_search_begins_with_the_notice(larger, notice, months):
    assert vacant(calm(larger, event("chief_leaves", 6, notice=notice))) == months
    assert vacant(calm(larger, event("chief_leaves", 6), **{"succession.notice": notice})) == months


def test_an_overlap_leaves_no_seat_empty(larger):
    out = calm(larger, event("chief_leaves", 6, overlap=2, successor="outside"))
    assert vacant(out) == 0
    assert out.table["successions"][6] == 1
    assert out.state.people.in_post[0] == 4  # there for two months by then
    scenario = calm(larger, event("leader_leaves", 6, level=1), **{"succession.overlap": 1.0})
    assert scenario.table["successions"][6] == (larger.level == 1).sum()


def test_overlap_and_notice_of_leads_and_sponsor(larger):
    for kind, measure in (("leads_leave", "leads_in_post"), ("sponsor_leaves", "sponsor_in_post")):
        usual = calm(larger, event(kind, 6)).table[measure]
        assert usual[6] == 0
        assert calm(larger, event(kind, 6, overlap=1)).table[measure].min() == usual[0]
        short = calm(larger, event(kind, 6, notice=4)).table[measure]
        assert (short == 0).sum() < (usual == 0).sum()


def test_a_bench_refills_at_once_and_is_used_up(larger):
    bench = {"succession.bench_start": 1.0}
    table = calm(larger, event("leads_leave", 6, count=1), **bench).table
    assert table["leads_in_post"].min() == 2
    assert table["bench"][5] > 0.9
    assert table["bench"][6] < 0.1
    outside = calm(larger, event("leads_leave", 6, count=1, successor="outside"), **bench).table
    assert outside["leads_in_post"][6] == 1


@pytest.mark.parametrize(("said", "together"), [(None, 3), (0, 0), (5, 5)])
def test_what_is_said_of_a_departure_goes_before_the_plan(larger, said, together):
    """A plan that works lets leads overlap for three months, unless the event says for how long."""
    planned = {"succession.plan": True, "succession.plan_works": 1.0}
    planned["succession.plan_overlap"] = 3.0
    told = {} if said is None else {"overlap": said}
    out = calm(larger, event("leads_leave", 6, **told), months=7, **planned)
    assert out.state.leads.since.tolist() == [6 - together] * 2


def test_an_interim_shows_part_and_is_seen(larger):
    def shown(**how):
        found = calm(larger, event("chief_leaves", 6, vacancy=6, **how), months=8, **FELT)
        return found.state.seats.shown_action[0], found.table["top_trust"][8]

    nothing, low = shown()
    half, middle = shown(interim=0.5)
    assert nothing == 0.0
    assert half == pytest.approx(0.5 * changed().commitment.action)
    assert low < middle


def test_a_freeze_does_not_draw_the_search_again(larger):
    """Whether a leader comes from inside is drawn once for a vacancy, however long it takes."""
    freeze = [event("leader_leaves", 6, level=1), event("hiring_freeze", 6, months=12)]
    frozen = calm(larger, *freeze, months=16, **{"succession.leader_inside": 0.5}).table
    usual = calm(larger, freeze[0], months=40, **{"succession.leader_inside": 0.5}).table
    # Inside candidates come as usual, nobody else does.
    assert frozen["promotions"].sum() <= usual["promotions"].sum()
    assert 0 < frozen["promotions"].sum() < (larger.level == 1).sum()


# ------------------------------------------------------------------------- what is brought along


def test_a_successor_brings_a_commitment_and_the_levers_move_with_it(larger):
    first = event("chief_leaves", 4, vacancy=1, successor_action=0.2, successor_talk=0.9)
    events = [first, event("chief_leaves", 12, vacancy=1)]
    parameters = changed(CALM | {"role_models.disposition_sd": 0.0})
    for month, out in by_month(larger, parameters, events, months=16):
        if month == 10:
            assert out.state.people.action[0] == 0.2
            assert out.state.people.talk[0] == 0.9
            top = out.state.seats.post[out.state.leaders][larger.level[out.state.leaders] < 2]
            assert (out.state.posts.action[top] == 0.2).all()
    # Whoever follows is drawn around it: not around the scenario's .6.
    assert out.state.people.action[0] == pytest.approx(0.2)


@pytest.mark.parametrize("kind", ["sponsor_leaves", "leads_leave"])
def test_the_sponsor_and_leads_are_followed_as_said(larger, kind):
    state = calm(larger, event(kind, 4, overlap=1, successor_action=0.15)).state
    sponsor = kind == "sponsor_leaves"
    assert (state.programme.sponsor_action if sponsor else state.leads[0].action) == 0.15


def test_experience_shortens_what_a_team_feels(larger):
    def low(**how):
        out = calm(larger, event("leader_leaves", 6, level=1, overlap=1, **how), months=8)
        return out.table["engagement"][7]

    assert low(experience="experienced") > low(experience="inexperienced")


def test_what_is_said_of_a_sponsor_is_said_of_that_one(larger):
    """The next but one is chosen around the lever, which has been changed since."""
    events = [
        event("sponsor_leaves", 2, overlap=1, successor_action=0.15),
        event("change", 4, lever="succession.sponsor_action", value=0.9),
    ]
    exact = {
        "role_models.disposition_sd": 0.0,
        "succession.inheritance_inside": 0.0,
        "succession.inheritance_outside": 0.0,
        "succession.sponsor_vacancy": 1.0,
    }
    acts = {}
    for month, out in by_month(larger, changed(CALM | exact), events, months=24):
        acts[month] = float(out.state.programme.sponsor_action)
        if month == 6:
            out.record.succession.sponsor_exit = 1.0
    assert acts[2] == acts[3] == 0.15
    assert acts[4] == acts[6] == pytest.approx(0.9)
    assert out.state.programme.sponsor_since > 6
    assert acts[24] == pytest.approx(0.9)


# ---------------------------------------------------------------------------------- what is felt


def felt(organization, **how):
    """Return how much lower engagement is in the year after the chief left."""
    usual = calm(organization, months=30, **FELT).table["engagement"]
    table = calm(organization, event("chief_leaves", 6, **how), months=30, **FELT).table
    return float((usual - table["engagement"])[6:18].mean())


def test_notice_naming_and_manner_are_felt(larger):
    usual = felt(larger, successor="outside")
    assert 0.04 < usual < 0.15
    assert felt(larger, successor="inside") < usual
    assert felt(larger, successor="outside", notice=6) < 0.7 * usual
    assert felt(larger, successor="outside", named=True) < usual
    assert felt(larger, successor="outside", manner="retired") < usual
    assert felt(larger, successor="outside", manner="dismissed") > 1.5 * usual


def test_a_vacant_top_shows_nothing(larger):
    usual = calm(larger, months=12, **FELT).table
    empty = calm(larger, event("chief_leaves", 3, vacancy=9), months=12, **FELT)
    chief = changed().commitment.action
    trust = changed().commitment.trust_chief
    # At most what the chief showed is missing, and after nine months most of it.
    lost = (usual["top_trust"] - empty.table["top_trust"])[11]
    assert 0.5 * trust * chief < lost < trust * chief + 0.05
    assert empty.state.programme.top_action < 0.95 * chief


def test_teams_follow_their_leader_for_half_a_year(larger):
    leave = event("leader_leaves", 6, level=2, vacancy=1)
    more = {"turnover.voluntary": 0.03, "turnover.follow": 3.0}
    rows = {}
    for month, out in by_month(larger, changed(CALM | more), [leave], months=14):
        leaders = out.state.leaders[larger.level[out.state.leaders] == 2]
        rows[month] = out.state.seats.following[leaders]
        if month == 6:
            left = out.state.posts.left[out.state.seats.post[leaders]] == 6
    assert np.median(rows[6]) == 1.0  # but for those who left by themselves
    assert all(rows[month][left].min() > 1.5 for month in range(7, 13))
    assert np.median(rows[13]) == 1.0
    assert out.table["team_months"][7:13].min() > 0
    assert out.table["team_exits"].sum() > 0


@pytest.mark.parametrize(
    ("manner", "times"), [(None, 1.0), ("retired", 0.5), ("poached", 1.5), ("dismissed", 1.0)]
)
def test_a_leader_is_followed_by_action_and_manner(larger, manner, times):
    leave = event("leader_leaves", 6, level=2, vacancy=3, **({"manner": manner} if manner else {}))
    manners = {"succession.retired": 0.5, "succession.poached": 1.5, "succession.dismissed": 2.0}
    out = calm(larger, leave, months=6, **manners, **{"turnover.follow": 0.3})
    left = [i for i in out.state.leaders if larger.level[i] == 2]
    acted = out.state.seats.legacy_action[left] / changed().role_models.disposition
    excess = out.state.posts.excess[out.state.seats.post[left]]
    assert excess == pytest.approx(0.3 * times * acted)
    assert excess.min() > 0.0


@pytest.mark.parametrize(("experience", "times"), [("experienced", 1.0), ("inexperienced", 1.5)])
def test_a_team_follows_more_when_the_next_has_not_led(larger, experience, times):
    leave = event("leader_leaves", 6, level=2, vacancy=1, experience=experience)
    out = calm(larger, leave, months=7, **{"turnover.follow": 0.3, "succession.inexperience": 0.5})
    left = [i for i in out.state.leaders if larger.level[i] == 2]
    acted = out.state.seats.legacy_action[left] / changed().role_models.disposition
    assert out.table["successions"][7] == len(left)
    excess = out.state.posts.excess[out.state.seats.post[left]]
    assert excess == pytest.approx(0.3 * times * acted)


# ------------------------------------------------------------------------------------- changes


def test_a_change_acts_from_its_month_on(larger):
    change = event("change", 6, lever="invitation.recognition", value=1.0)
    with_it, without = calm(larger, change).table, calm(larger).table
    assert (with_it["adoption"][:6] == without["adoption"][:6]).all()
    assert with_it["adoption"][24] > without["adoption"][24]


def test_a_ramp_goes_in_even_steps_and_a_while_ends(larger):
    change = event("change", 4, lever="commitment.action", value=0.2, ramp=4, months=10)
    rows = [
        out.state.people.action[0]
        for _, out in by_month(larger, changed(CALM), [change], months=16)
    ]
    assert rows[3] == pytest.approx(0.6)
    assert rows[4:8] == pytest.approx([0.5, 0.4, 0.3, 0.2])
    assert rows[8:14] == pytest.approx([0.2] * 6)
    assert rows[14:] == pytest.approx([0.6] * 3)


def test_a_change_in_weeks_ends_where_it_does_in_months(larger):
    change = event("change", 4, lever="invitation.mentor_hours", value=2.0, ramp=3, months=6)
    weekly = changed(CALM | {"run.steps_per_month": 4})
    place = list(_settings(larger, weekly, change))
    assert place[3] == 6.0
    assert place[6] == pytest.approx(2.0)
    assert place[9] == pytest.approx(2.0)
    assert place[10] == 6.0


def _settings(organization, parameters, change):
    from simulation.theory.parameters import position

    for _, out in by_month(organization, parameters, [change], months=11):
        yield out.state.settings[position(change.lever)]


def test_a_change_for_one_leader_concerns_that_one(larger):
    seat = int(np.flatnonzero(larger.level == 1)[2])
    change = event("change", 6, lever="commitment.action", value=0.9, seat=str(seat))
    out, usual = calm(larger, change, months=8), calm(larger, months=8)
    assert out.state.people.action[seat] == 0.9
    others = [i for i in out.state.leaders if larger.level[i] == 1 and i != seat]
    apart = np.abs(out.state.people.action[others] - usual.state.people.action[others])
    assert apart.max() < 0.05  # they see the mean of all leaders


def test_a_change_for_a_share_of_a_level_concerns_so_many_of_it(larger):
    change = event("change", 6, lever="commitment.action", value=0.97, level=2, share=0.5)
    out = calm(larger, change, months=6)
    level = larger.level[out.state.leaders]
    chosen = out.state.people.action[out.state.leaders] == 0.97
    assert (level == 2).sum() == 36
    assert 8 <= chosen[level == 2].sum() <= 28  # binomial: false alarms below one in a thousand
    assert not chosen[level != 2].any()


def test_a_sponsor_is_chosen_around_a_lever_that_was_changed(larger):
    exact = {
        "role_models.disposition_sd": 0.0,
        "succession.inheritance_outside": 0.0,
    }
    events = [
        event("change", 3, lever="succession.sponsor_action", value=0.1),
        event("sponsor_leaves", 6, vacancy=1, successor="outside"),
    ]
    state = calm(larger, *events, months=9, **exact).state
    assert state.programme.sponsor_since == 7
    assert state.programme.sponsor_action == pytest.approx(0.1)


def test_the_next_chief_leaves_the_levers_of_the_top_team(larger):
    """Unless an event says what the next one brings: then the top team's move with it."""
    change = event("change", 3, lever="commitment.action", value=0.9, seat="1")
    talk = event("change", 3, lever="commitment.talk", value=0.2, seat="1")
    for said, levers in (({}, (0.2, 0.9)), ({"successor_action": 0.3}, (0.2, 0.3))):
        leaves = event("chief_leaves", 6, vacancy=1, **said)
        posts = calm(larger, change, talk, leaves, months=8).state.posts
        assert (posts.talk[1], posts.action[1]) == levers
        assert posts.action[2] == said.get("successor_action", 0.6)
        assert posts.talk[0] == posts.talk[2] == 0.6


@pytest.mark.parametrize("scope", [{}, {"seat": "0"}])
def test_whoever_comes_while_a_change_lasts_follows_its_end(larger, scope):
    """A chief who came in between does not become the one who was there before."""
    change = event("change", 3, lever="commitment.action", value=0.9, months=10, **scope)
    leaves = event("chief_leaves", 6, vacancy=1, successor="outside")
    acts = {}
    for month, out in by_month(larger, changed(CALM), [change, leaves], months=14):
        acts[month] = float(out.state.people.action[0])
    assert acts[2] == 0.6
    assert acts[5] == 0.9
    assert acts[7] == acts[12] not in (0.6, 0.9)
    assert acts[13] == pytest.approx(acts[12] - 0.3)


def test_whoever_stays_through_a_change_is_as_before(larger):
    change = event("change", 3, lever="commitment.action", value=0.9, months=4, seat="0")
    acts = [
        float(out.state.people.action[0])
        for _, out in by_month(larger, changed(CALM), [change], months=8)
    ]
    assert acts == [0.6] * 3 + [0.9] * 4 + [0.6] * 2


def test_an_interim_who_does_not_act_cuts_the_line_as_anybody_does(larger):
    """What comes from the top and from the boss's boss passes an empty seat, but not that one."""
    leave = event("leader_leaves", 6, level=1, vacancy=3)
    for part, line in ((0.0, 1), (0.01, 0), (1.0, 1)):
        posts = {"succession.interim": part, "role_models.disposition_sd": 0.0}
        out = calm(larger, leave, months=7, **posts)
        assert (out.state.seats.open_line[larger.level == 1] == line).all()
        below = larger.leaders & (larger.level == 2)
        assert (out.state.seats.open_line[below] == line).all()


def test_the_chief_looks_at_nobody_in_empty_seats(larger):
    """With all seats right below empty there is nothing to see, and no promise broken."""
    leave = event("leader_leaves", 6, level=1, vacancy=12)
    steady = {"commitment.observe_boss": 1.0, "commitment.drift": 0.0}
    out = list_of_chief(larger, [leave], steady)
    assert out[5] != out[4]
    assert out[6:12] == [out[5]] * 6


def list_of_chief(organization, events, more):
    """Return the chief's credibility by month."""
    months = by_month(organization, changed(CALM | more), events, months=12)
    return [float(out.state.people.credibility[0]) for _, out in months]


def test_presence_changes_in_scope(larger):
    change = event("change", 6, lever="presence.level", value=0.0, level=2)
    out, usual = calm(larger, change, months=18), calm(larger, months=18)
    assert out.levels["absence_noticed"][18, 3] > 0.9
    assert usual.levels["absence_noticed"][18, 3] < 0.1
    assert out.levels["absence_noticed"][18, 1] == usual.levels["absence_noticed"][18, 1]


def test_leads_can_be_added(larger):
    from simulation.scenarios.scenario import load_scenario
    from simulation.study.run import Run

    base = load_scenario("baseline").changed(CALM | {"run.months": 20})
    added = base.changed(
        events=[{"type": "change", "month": 6, "lever": "succession.leads", "value": 4}]
    )
    table = Run(added, larger).finish().table
    assert table["leads_in_post"][5] == 2
    assert table["leads_in_post"][20] == 4


def test_every_run_changes_its_own_parameters(larger):
    from simulation.scenarios.scenario import load_scenario
    from simulation.study.run import Run

    change = {"type": "change", "month": 2, "lever": "commitment.action", "value": 0.0}
    scenario = load_scenario("baseline").changed({"run.months": 12}, events=[change])
    one, two = (Run(scenario, larger).finish().table for _ in range(2))
    assert one.tobytes() == two.tobytes()


# ----------------------------------------------------------------------------- smaller things


def test_an_honest_failure_leaves_no_scar(larger):
    def after(**how):
        return calm(larger, event("commitment_lapse", 4, action=0.05, months=6, **how)).table

    assert after()["ceiling"].min() < 0.98
    assert after(honest=True)["ceiling"].min() == 1.0
    assert after(honest=True)["credibility"].min() < 0.9 * after()["credibility"][3]


@pytest.mark.parametrize("honest", [False, True])
def test_honesty_leaves_no_scar_where_nothing_is_forgiven(larger, honest):
    lapse = event("commitment_lapse", 4, action=0.05, months=6, honest=honest)
    table = calm(larger, lapse, **{"commitment.forgiveness": 0.0}).table
    assert (table["ceiling"].min() == 1.0) == honest


def test_a_weak_campaign_does_not_weaken_a_strong_one(larger):
    strong = event("campaign", 4, reach=1.0, strength=20.0, months=6)
    weak = event("campaign", 5, reach=0.05, strength=2.0, months=6)
    alone = calm(larger, strong).table["joins_invitation"].sum()
    together = calm(larger, strong, weak).table["joins_invitation"].sum()
    assert together == pytest.approx(alone, abs=2)


def test_whom_two_campaigns_reach_the_stronger_invites(larger):
    strong = event("campaign", 4, reach=1.0, strength=20.0, months=6)
    weak = event("campaign", 5, reach=1.0, strength=2.0, months=6)
    together = calm(larger, strong, weak, months=5).state.people
    assert set(together.invited_strength) == {20.0}
    assert set(calm(larger, weak, months=5).state.people.invited_strength) == {2.0}


def test_each_is_invited_by_the_campaign_that_reached_them(larger):
    """A strong campaign in one branch brings others no sooner than the weak one they hear of."""
    weak = event("campaign", 4, reach=1.0, strength=1.01, months=12)
    strong = event("campaign", 4, reach=1.0, strength=50.0, months=12, branch=1)

    def joined(*events):
        with_it = calm(larger, *events, **{"adoption.initial": 0.0, "adoption.imitation": 0.0})
        return (with_it.state.people.adopter > 0)[larger.branch != 1].sum()

    assert joined(weak) < 40
    assert joined(weak, strong) <= joined(weak) + 5


def test_a_line_leader_s_successor_moves_what_the_next_is_chosen_around(larger):
    seat = int(np.flatnonzero(larger.level == 2)[0])
    left = event("leader_leaves", 4, seat=str(seat), successor_action=0.9, vacancy=0)
    out = calm(larger, left, months=12)
    posts, post = out.state.posts, out.state.seats.post[seat]
    assert posts.action[post] == 0.9
    assert calm(larger, months=12).state.posts.action[post] != 0.9


def test_closed_seats_are_not_replaced_for_money(larger):
    table = calm(larger, event("layoff", 5, share=0.3)).table
    assert table["exits"].sum() > 20
    assert table["turnover_money"].sum() == 0.0


def test_a_strategy_that_changes_silences_the_message_for_a_while(larger):
    table = calm(larger, event("strategy_change", 5, alignment=0.2)).table
    assert table["alignment"][4] == 1.0
    assert table["alignment"][5] < 0.3
    assert (np.diff(table["alignment"][5:]) > 0.0).all()
    usual = calm(larger).table
    assert table["joins_invitation"][5:12].sum() < usual["joins_invitation"][5:12].sum()
