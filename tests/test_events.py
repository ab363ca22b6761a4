"""Each scripted event does what its docstring says, and is refused when it cannot apply."""

from __future__ import annotations

import typing
from pathlib import Path

import numpy as np
import pytest
from helpers import by_month, changed, event, execute
from pydantic import ValidationError

from simulation.errors import InputError
from simulation.organizations.chart import load_chart
from simulation.scenarios.refusals import refusals
from simulation.scenarios.scenario import load_scenario
from simulation.study.run import Run
from simulation.study.running import simulate
from simulation.theory.events import EVENTS, FIELDS, encode
from simulation.theory.parameters import Parameters, engine_record, position

CALM = {
    "turnover.voluntary": 0.0,
    "turnover.involuntary": 0.0,
    "succession.chief_exit": 0.0,
    "succession.lead_exit": 0.0,
    "succession.sponsor_exit": 0.0,
    "succession.sponsor_follows": 0.0,
    "role_models.noise": 0.0,
}
BUSY = CALM | {"adoption.initial": 0.4, "relationships.mentor_tenure": 6.0}


def calm(organization, *events, months=24, **more):
    """Return a run in which nothing but the events happens."""
    return execute(organization, changed(BUSY | more), events, months=months)


# ------------------------------------------------------------------------------- each of them


def test_launch(larger):
    later = {"infrastructure.launched": False}
    table = calm(larger, event("launch", 7), **later).table
    assert (table["programme_alive"] == ([0.0] * 7 + [1.0] * 18)).all()
    for name in ("infrastructure", "matches", "money", "joins_invitation", "contact_hours"):
        assert (table[name][:7] == 0.0).all(), name
        assert table[name][7:].sum() > 0.0, name
    never = calm(larger, **later).table
    assert (never["programme_alive"] == 0.0).all()
    kept = 2.0 ** (-1.0 / 5.0)  # currency only fades: no briefings
    assert table["currency"][1:7] == pytest.approx(0.2 * kept ** np.arange(1, 7))


@pytest.mark.parametrize("vacancy", [1, 3, 12])
def test_chief_leaves_for_the_vacancy_given(larger, vacancy):
    out = calm(larger, event("chief_leaves", 5, successor="outside", vacancy=vacancy))
    assert (np.flatnonzero(out.table["chief_in_post"] == 0) == np.arange(5, 5 + vacancy)).all()
    assert out.table["exits"].sum() == 1
    assert out.table["hires"].sum() == 1
    assert out.table["promotions"].sum() == 0


def test_chief_leaves_and_is_followed_from_inside(larger):
    table = calm(larger, event("chief_leaves", 5, successor="inside", vacancy=2)).table
    assert table["promotions"][7] >= 1
    assert table["promotions"].sum() >= 1


@pytest.mark.parametrize(("plan", "months"), [(True, 1), (False, 5)])
def test_chief_leaves_with_and_without_a_plan(larger, plan, months):
    table = calm(larger, event("chief_leaves", 5), **{"succession.plan": plan}).table
    assert (table["chief_in_post"] == 0).sum() == months


def test_a_second_chief_leaves_by_the_plan_again(larger):
    """The vacancy of one event does not linger for the next."""
    events = [event("chief_leaves", 3, vacancy=9), event("chief_leaves", 15)]
    table = calm(larger, *events, **{"succession.chief_vacancy": 2.0}).table
    assert (table["chief_in_post"][:15] == 0).sum() == 9
    assert (table["chief_in_post"][15:] == 0).sum() == 2


def test_leader_leaves(larger):
    table = calm(larger, event("leader_leaves", 5, level=1, branch=2)).table
    assert table["exits"].sum() == table["exits"][5] == 1
    table = calm(larger, event("leader_leaves", 5, level=2)).table
    assert table["exits"][5] == (larger.level == 2).sum()
    table = calm(larger, event("leader_leaves", 5, branch=2)).table
    assert table["exits"][5] == ((larger.branch == 2) & (larger.team_size > 0)).sum()
    # Binomial(42, 1/2): outside 5-37 with probability below 1e-6.
    some = calm(larger, event("leader_leaves", 5, share=0.5)).table["exits"][5]
    assert 5 <= some <= 37


@pytest.mark.parametrize(("vacancy", "months"), [(-1, 6), (2, 2)])
def test_sponsor_leaves(larger, vacancy, months):
    table = calm(larger, event("sponsor_leaves", 5, vacancy=vacancy)).table
    assert (np.flatnonzero(table["sponsor_in_post"] == 0) == np.arange(5, 5 + months)).all()


@pytest.mark.parametrize(("count", "left"), [(0, 0), (1, 2), (2, 1)])
def test_leads_leave(larger, count, left):
    nobody_ready = {"succession.leads": 3, "succession.bench_start": 0.0}
    table = calm(larger, event("leads_leave", 5, count=count), **nobody_ready).table
    assert table["leads_in_post"][4] == 3
    assert table["leads_in_post"][5] == left
    assert table["months_without_lead"][5] == (left == 0)


def test_leads_longest_in_post_leave_first(larger):
    parameters = changed(
        BUSY
        | {"succession.plan": True, "succession.plan_works": 1.0}
        | {"succession.leads": 3, "succession.bench_start": 0.0}
    )
    events = [event("leads_leave", 2, count=1), event("leads_leave", 8, count=2)]
    for month, out in by_month(larger, parameters, events, months=8):
        if month == 7:
            newest = int(np.argmax(out.state.leads.since))
            came = out.state.leads.since[newest]
            assert came == 1  # a handover that overlaps by a month
    assert out.state.leads.since[newest] == came
    assert sorted(out.state.leads.since) == [came, 7, 7]


def test_commitment_lapses_and_comes_back_by_itself(larger):
    lapse = event("commitment_lapse", 5, talk=0.3, action=0.1, months=4)
    usual = calm(larger)
    months = by_month(larger, changed(BUSY), [lapse], months=24)
    for month, out in months:
        seats = out.state.seats
        leaders = out.state.leaders
        if 5 <= month < 9:
            assert seats.shown_action[leaders].max() <= 0.1
            assert seats.shown_talk[leaders].max() <= 0.3
        elif month > 0:
            assert seats.shown_action[leaders].max() > 0.3
    assert usual.table["leader_action"].min() > 0.3


def test_talk_and_action_lapse_separately_and_in_scope(larger):
    lapse = event("commitment_lapse", 5, talk=0.0, level=1, branch=3)
    seat = int(np.flatnonzero((larger.level == 1) & (larger.branch == 3))[0])
    out = calm(larger, lapse, months=5)
    usual = calm(larger, months=5)
    differs = out.state.seats.shown_talk != usual.state.seats.shown_talk
    assert np.flatnonzero(differs).tolist() == [seat]
    assert out.state.seats.shown_talk[seat] == 0.0
    assert (out.state.seats.shown_action == usual.state.seats.shown_action).all()


def test_what_leaders_are_disposed_to_do_goes_on_beneath_a_lapse(larger):
    lapse = event("commitment_lapse", 5, action=0.0, months=3, level=0)
    out, usual = calm(larger, lapse, months=7), calm(larger, months=7)
    assert out.state.people.action[0] == usual.state.people.action[0] > 0.0
    assert out.state.seats.shown_action[0] == 0.0


@pytest.mark.parametrize(("talk", "action"), [(True, True), (True, False), (False, True)])
def test_commitment_restored(larger, talk, action):
    events = [
        event("commitment_lapse", 3, talk=0.0, action=0.0),
        event("commitment_restored", 6, talk=talk, action=action),
    ]
    table = calm(larger, *events).table
    assert (table["leader_talk"][3:6] == 0.0).all()
    assert (table["leader_action"][3:6] == 0.0).all()
    assert (table["leader_talk"][6] > 0.0) == talk
    assert (table["leader_action"][6] > 0.0) == action


def test_campaign(larger):
    drive = event("campaign", 5, reach=0.5, strength=30.0, months=3)
    with_it, without = calm(larger, drive).table, calm(larger).table
    assert (with_it["enquiries"][:5] == without["enquiries"][:5]).all()
    assert with_it["enquiries"][5:8].sum() > 2 * without["enquiries"][5:8].sum()
    state = calm(larger, drive, months=5).state
    # Binomial(259, 1/2): outside 90-169 with probability below 1e-6.
    assert 90 <= (state.people.invited_until == 8).sum() <= 169


def test_a_campaign_in_a_branch_invites_that_branch(larger):
    state = calm(larger, event("campaign", 5, reach=1.0, branch=1), months=5).state
    assert ((state.people.invited_until > 0) == (larger.branch == 1)).all()


@pytest.mark.parametrize("resource", ["financial", "technological", "human", "knowledge"])
def test_budget_cut_of_one_resource(larger, resource):
    cut = event("budget_cut", 5, share=1.0, resource=resource)
    with_it, without = calm(larger, cut).table, calm(larger).table
    assert with_it[resource][24] < 0.9 * without[resource][24]
    # Knowledge is taught by people and the grant follows the value; technology stands alone.
    if resource != "technological":
        assert (with_it["technological"] == without["technological"]).all()
    assert (with_it[resource][:5] == without[resource][:5]).all()


def test_budget_cut_ends_after_its_months_or_when_restored(larger):
    lasting = calm(larger, event("budget_cut", 5, share=0.8, resource="technological"))
    limited = calm(larger, event("budget_cut", 5, share=0.8, resource="technological", months=6))
    events = [
        event("budget_cut", 5, share=0.8, resource="technological"),
        event("budget_restored", 11, resource="technological"),
    ]
    restored = calm(larger, *events)
    stock = {
        n: out.table["technological"]
        for n, out in [("lasting", lasting), ("limited", limited), ("restored", restored)]
    }
    assert (stock["lasting"][:11] == stock["limited"][:11]).all()
    assert (stock["limited"] == stock["restored"]).all()
    assert (stock["restored"][11:] > stock["lasting"][11:]).all()


def test_restoring_all_resources_ends_every_cut(larger):
    events = [event("budget_cut", 3, share=1.0), event("budget_restored", 3)]
    assert calm(larger, *events).table.tobytes() == calm(larger).table.tobytes()


def test_briefings_change(larger):
    none = calm(larger, event("briefings_change", 1, interval=0)).table["currency"]
    assert none[1:] == pytest.approx(0.2 * 2.0 ** (-np.arange(1, 25) / 5.0))
    often = calm(larger, event("briefings_change", 1, interval=1)).table["currency"]
    assert (often[3:] > none[3:]).all()
    rises = np.diff(calm(larger, event("briefings_change", 1, interval=4)).table["currency"]) > 0
    assert (np.flatnonzero(rises) + 1).tolist() == [5, 9, 13, 17, 21]


def test_presence_change(larger):
    with_it = calm(larger, event("presence_change", 5, share=0.0, months=4)).table
    without = calm(larger).table
    assert (with_it["presence"][:5] == without["presence"][:5]).all()
    assert (with_it["presence"][5:9] < without["presence"][5:9]).all()
    # Everybody's belief fades by a quarter a month; the chief has nobody to be visited by.
    chief, everybody = 0.45 / larger.people, without["presence"][4]
    faded = (everybody - chief) * 0.75**4 + chief
    assert with_it["presence"][8] == pytest.approx(faded)
    assert with_it["presence"][20] > 0.9 * without["presence"][20]
    for_good = calm(larger, event("presence_change", 5, share=0.0)).table["presence"]
    assert for_good[24] < 0.01


def test_hiring_freeze(larger):
    leaky = {"turnover.involuntary": 0.05, "turnover.vacancy": 0.5}
    table = calm(larger, event("hiring_freeze", 5, months=6), **leaky).table
    assert (table["hires"][5:11] == 0).all()
    assert table["hires"][2:5].sum() > 0
    assert table["hires"][11] > 0
    assert table["promotions"][5:11].sum() > 0


def test_layoff(larger):
    out = calm(larger, event("layoff", 5, share=0.4, branch=1))
    closed = out.state.seats.closed == 1
    front = (larger.team_size == 0) & (larger.branch == 1)
    assert not (closed & ~front).any()
    assert out.table["exits"][5] == closed.sum()
    # Binomial(36, 0.4): outside 2-28 with probability below 1e-6.
    assert 2 <= closed.sum() <= 28
    assert (out.table["headcount"][5:] == larger.people - closed.sum()).all()


def test_reorganization(larger):
    parameters = changed(BUSY | {"relationships.poor": 0.0})
    before = {}
    for month, out in by_month(larger, parameters, [event("reorganization", 12, share=1.0)], 12):
        people = out.state.people
        seat = dict(zip(people.identity.tolist(), range(larger.people), strict=True))
        if month == 11:
            before = seat
            pairs = {
                (people.identity[i], people.identity[people.mentor[i]], people.pair_start[i])
                for i in np.flatnonzero((people.mentor >= 0) & (people.pair_end > 12))
            }
    assert out.table["exits"].sum() == 0
    assert set(seat) == set(before)
    moved = [who for who in seat if seat[who] != before[who]]
    assert len(moved) == larger.people - 1  # all but the chief
    assert all(larger.level[seat[who]] == larger.level[before[who]] for who in moved)
    now = {
        (people.identity[i], people.identity[people.mentor[i]], people.pair_start[i])
        for i in np.flatnonzero(people.mentor >= 0)
    }
    assert len(pairs) > 5
    assert pairs <= now


def test_reorganization_in_scope(larger):
    change = event("reorganization", 1, share=1.0, level=3, branch=0)
    one = calm(larger, change, months=1).state.people.identity
    other = calm(larger, months=1).state.people.identity
    assert ((one != other) <= ((larger.level == 3) & (larger.branch == 0))).all()
    assert (one != other).sum() == ((larger.level == 3) & (larger.branch == 0)).sum()


def test_every_event_has_a_test():
    source = Path(__file__).read_text(encoding="utf-8")
    assert len(EVENTS) == 17
    assert all(f'event("{kind}"' in source for kind in EVENTS)


# --------------------------------------------------------------------------- declaration, refusal


@pytest.mark.parametrize("kind", EVENTS)
def test_an_event_says_what_it_does(kind):
    assert len(EVENTS[kind].__doc__.split()) > 4


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("launch", {"level": 1}),
        ("chief_leaves", {"successor": "nobody"}),
        ("chief_leaves", {"vacancy": 61}),
        ("chief_leaves", {"notice": -1}),
        ("chief_leaves", {"overlap": 0.5}),
        ("chief_leaves", {"interim": 1.1}),
        ("chief_leaves", {"named": 1}),
        ("chief_leaves", {"manner": "eloped"}),
        ("chief_leaves", {"experience": "some"}),
        ("chief_leaves", {"level": 0}),
        ("sponsor_leaves", {"successor_talk": 0.5}),
        ("leader_leaves", {}),
        ("leader_leaves", {"level": 0}),
        ("leader_leaves", {"share": 0.0}),
        ("sponsor_leaves", {"vacancy": 0.5}),
        ("leads_leave", {"count": -1}),
        ("commitment_lapse", {}),
        ("commitment_lapse", {"talk": 1.2}),
        ("campaign", {"strength": 1.0}),
        ("campaign", {"months": 0}),
        ("budget_cut", {"resource": "gold"}),
        ("budget_cut", {"share": 0.0}),
        ("briefings_change", {}),
        ("presence_change", {"share": float("nan")}),
        ("hiring_freeze", {}),
        ("layoff", {"share": 0.95}),
        ("reorganization", {}),
        ("reorganization", {"share": 0.5, "seat": "4"}),
        ("leader_leaves", {"seat": "4", "level": 1}),
        ("leader_leaves", {"seat": 4}),
        ("commitment_lapse", {"action": 0.1, "seat": "4", "branch": 0}),
        ("strategy_change", {"alignment": 1.5}),
        ("change", {"lever": "commitment.talk"}),
        ("change", {"value": 0.5}),
        ("change", {"lever": "", "value": 0.5}),
        ("change", {"lever": "commitment.talk", "value": [0.5]}),
        ("change", {"lever": "commitment.talk", "value": 0.5, "share": 0.0}),
        ("change", {"lever": "commitment.talk", "value": 0.5, "months": 3, "ramp": 4}),
    ],
)
def test_values_that_make_no_sense_are_refused(kind, values):
    with pytest.raises(ValidationError):
        event(kind, 5, **values)


def test_events_cannot_be_changed():
    with pytest.raises(ValidationError):
        event("launch", 5).month = 6


def reasons(*events, organization=None, **changes):
    return refusals(events, changed(changes), organization)


def test_events_that_can_apply_pass(larger):
    assert reasons(event("leader_leaves", 5, level=1), organization=larger) == []
    assert reasons(event("launch", 5), **{"infrastructure.launched": False}) == []
    lapse, restored = event("commitment_lapse", 3, talk=0.1), event("commitment_restored", 4)
    assert reasons(lapse, restored) == []
    assert reasons(event("budget_cut", 3), event("budget_restored", 9)) == []
    assert reasons(event("leader_leaves", 5, seat="7"), organization=larger) == []
    assert reasons(event("campaign", 5, seat="258"), organization=larger) == []


@pytest.mark.parametrize(
    ("events", "changes", "words"),
    [
        ([event("chief_leaves", 0)], {}, "month must be from 1 to 120"),
        ([event("chief_leaves", 121)], {}, "month must be from 1 to 120"),
        ([event("launch", 5)], {}, "already runs"),
        (
            [event("launch", 5), event("launch", 6)],
            {"infrastructure.launched": False},
            "launched once",
        ),
        ([event("leads_leave", 5, count=3)], {}, "at most succession.leads = 2"),
        (
            [
                event("leads_leave", 5, count=4),
                event("change", 5, lever="succession.leads", value=3),
            ],
            {},
            "at most succession.leads = 3",
        ),
        ([event("commitment_restored", 5)], {}, "no commitment_lapse"),
        (
            [event("commitment_lapse", 3, talk=0.1, months=2), event("commitment_restored", 5)],
            {},
            "no commitment_lapse without months",
        ),
        ([event("budget_cut", 6), event("budget_restored", 5)], {}, "no budget_cut"),
        ([event("layoff", 5, share=0.2, branch=6)], {}, "branch must be from 0 to 5"),
        ([event("layoff", 5, share=0.2, level=1)], {}, "no front-line seat at level 1"),
        ([event("leader_leaves", 5, level=3)], {}, "no leader at level 3"),
        ([event("campaign", 5, level=9)], {}, "no seat at level 9"),
        ([event("campaign", 5, seat="259")], {}, "no seat '259'"),
        ([event("campaign", 5, seat="the one")], {}, "by its row, from 0 to 258"),
        ([event("leader_leaves", 5, seat="0")], {}, "use chief_leaves"),
        ([event("leader_leaves", 5, seat="258")], {}, 'seat "258" is no leader'),
        ([event("presence_change", 5, share=0.0, level=3)], {}, "no leader at level 3"),
    ],
)
def test_events_that_cannot_apply_are_refused(larger, events, changes, words):
    found = reasons(*events, organization=larger, **changes)
    assert any(words in reason for reason in found)
    assert all(reason.startswith("event ") for reason in found)


# ------------------------------------------------------------------------------------- encoding


@pytest.mark.parametrize(
    ("lever", "values", "words"),
    [
        ("commitment.acton", {}, "Did you mean 'commitment.action'?"),
        ("action", {}, "Did you mean 'commitment.action'?"),
        (
            "commitment.gain",
            {},
            "an uncertainty, no lever: give it in the scenario, in [commitment]",
        ),
        ("infrastructure.floor", {}, "a constant, no lever"),
        ("organization.span", {}, "a constant, no lever"),
        ("infrastructure.launched", {"value": False}, "only when the run begins"),
        ("commitment.action", {"value": 1.2}, "must be a number from 0 to 1 (share)"),
        ("commitment.action", {"value": True}, "must be a number from 0 to 1 (share)"),
        ("commitment.action", {"value": "0.5"}, 'value = "0.5", but'),
        ("succession.plan", {"value": 1}, "must be true or false"),
        ("relationships.scope", {"value": "team"}, 'one of "organization", "branch"'),
        ("role_models.blocked_level", {"value": 1.5}, "must be a whole number"),
        ("briefings.interval", {"level": 1}, "concerns the whole organization"),
        ("briefings.interval", {"share": 0.5}, "limited to a level, a branch, a seat or a share"),
        ("invitation.recognition", {"seat": "3"}, "concerns the whole organization"),
        ("briefings.story", {"value": 1.0}, "knowledge + story + data_point must not exceed 1"),
        ("commitment.talk", {"seat": "258"}, 'seat "258" is no leader'),
        ("presence.level", {"level": 3}, "no leader at level 3"),
    ],
)
def test_a_change_that_cannot_be_is_refused(larger, lever, values, words):
    (found,) = reasons(
        event("change", 5, lever=lever, **{"value": 0.5} | values), organization=larger
    )
    assert found.startswith("event 1 (change, month 5): ")
    assert words in found


def change(month, **values):
    return event("change", month, **{"lever": "commitment.action", "value": 0.5} | values)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (change(5), change(5, value=0.6)),
        (change(5, months=6), change(10, months=6)),
        (change(10, months=6), change(5, months=6)),
        (change(5, ramp=6), change(10)),
        (change(5, months=6, level=1), change(10, branch=2)),
        (change(5, months=6, level=1), change(10, seat="3")),
        (change(5, months=6, seat="3"), change(10, seat="3")),
        (change(5, months=6, share=0.5), change(10, level=0)),
    ],
)
def test_changes_of_one_lever_at_one_time_are_refused(larger, first, second):
    (found,) = reasons(first, second, organization=larger)
    assert found.startswith("event 2 (change")
    assert "event 1 changes commitment.action at the same time" in found


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (change(5), change(6, value=0.6)),  # for good, until it is set anew
        (change(5, months=6), change(11)),
        (change(5, ramp=6), change(11, ramp=6)),
        (change(5, months=6), change(5, months=6, lever="commitment.talk")),
        (change(5, months=6, level=1), change(5, level=2)),
        (change(5, months=6, branch=1), change(5, branch=2)),
        (change(5, months=6, level=2), change(5, seat="3")),  # which stands at level 1
        (change(5, months=6, seat="0"), change(5, seat="3")),
    ],
)
def test_changes_that_do_not_meet_pass(larger, first, second):
    assert reasons(first, second, organization=larger) == []


def test_whether_a_named_seat_meets_a_level_is_known_with_the_organization():
    assert reasons(change(5, months=6, level=1), change(10, seat="3")) == []


def test_values_set_together_may_agree_though_one_alone_would_not():
    parts = {"knowledge": 0.0, "data_point": 0.0, "story": 1.0}
    told = [event("change", 5, lever=f"briefings.{k}", value=v) for k, v in parts.items()]
    assert reasons(*told) == []
    assert len(reasons(told[2])) == 1


def test_a_seat_of_a_chart_goes_by_its_identifier(tmp_path):
    """Rows are in breadth-first order, whatever the chart calls them."""
    chart = tmp_path / "chart.csv"
    chart.write_text("id,manager\nAnn,\nBob,Ann\nCid,Bob\nDan,Ann\n", encoding="utf-8")
    place = load_chart(chart)
    assert [place.row(who) for who in ("Ann", "Bob", "Cid")] == [0, 1, 3]
    (row,) = encode([event("leader_leaves", 5, seat="Bob")], Parameters(), place)
    assert row.seat == 1
    (found,) = reasons(event("leader_leaves", 5, seat="Bop"), organization=place)
    assert "the chart has nobody 'Bop'. Did you mean 'Bob'?" in found
    (found,) = reasons(event("leader_leaves", 5, seat="1"), organization=place)
    assert "nobody '1'" in found


def test_of_a_chart_results_name_only_whom_the_scenario_names(tmp_path):
    names = ["the-chief", *(f"person-{i}" for i in range(1, 40))]
    rows = [f"{who},{names[(i - 1) // 3] if i else ''}" for i, who in enumerate(names)]
    chart = tmp_path / "people.csv"
    chart.write_text("\n".join(["id,manager", *rows]), encoding="utf-8")
    scenario = load_scenario("baseline").changed(
        {"organization.chart": str(chart), "run.months": 6},
        events=[{"type": "leader_leaves", "month": 3, "seat": "person-2"}],
    )
    simulate(scenario, replications=2, out=tmp_path / "found")
    files = [file for file in (tmp_path / "found").rglob("*") if file.is_file()]
    written = b"".join(file.read_bytes() for file in files)
    assert b"person-2" in written
    others = [who for who in names if not who.startswith("person-2")]
    assert [who for who in others if who.encode() in written] == []


def test_who_is_not_in_the_chart_is_refused_before_anything_is_written(tmp_path):
    chart = tmp_path / "people.csv"
    chart.write_text("id,manager\nAnn,\nBob,Ann\nCid,Bob\n", encoding="utf-8")
    scenario = load_scenario("baseline").changed(
        {"organization.chart": str(chart), "run.months": 6},
        events=[{"type": "leader_leaves", "month": 3, "seat": "Bop"}],
    )
    with pytest.raises(InputError, match="Did you mean 'Bob'"):
        simulate(scenario, replications=2, out=tmp_path / "found")
    assert not (tmp_path / "found").exists()


def test_a_live_run_has_room_for_the_leads_of_its_scenario():
    run = Run(load_scenario("leads-added", **{"organization.people": 40}))
    with pytest.raises(InputError, match="room for 3 mentoring leads"):
        run.happen("change", lever="succession.leads", value=4)
    run.happen("change", lever="succession.leads", value=3)
    with pytest.raises(InputError, match="an uncertainty, no lever"):
        run.happen("change", lever="commitment.gain", value=0.5)


SOMEWHERE = {"level": 3, "branch": 1}
GIVEN = {"successor_action": 0.25, "successor_talk": 0.75, "interim": 0.5}
DEPARTS = dict.fromkeys(("successor_action", "notice", "overlap", "interim", "named"), np.nan)
CHIEF = DEPARTS | {"successor_talk": np.nan, "vacancy": -1}


@pytest.mark.parametrize(
    ("one", "step", "read"),
    [
        (event("layoff", 9, share=0.25, **SOMEWHERE), 9, {"share": 0.25, **SOMEWHERE}),
        (
            event("chief_leaves", 4, successor="outside", vacancy=2),
            4,
            CHIEF | {"successor": 2, "vacancy": 2},
        ),
        (event("chief_leaves", 4), 4, CHIEF),
        (
            event("chief_leaves", 4, notice=6, overlap=2, named=True, manner="poached", **GIVEN),
            4,
            CHIEF | GIVEN | {"notice": 6, "overlap": 2, "named": 1, "manner": 2},
        ),
        (
            event("leader_leaves", 4, seat="7", experience="inexperienced", notice=0, named=False),
            4,
            CHIEF | {"seat": 7, "experience": 2, "notice": 0, "named": 0, "share": 1},
        ),
        (event("leads_leave", 4, count=1), 4, DEPARTS | {"vacancy": -1, "count": 1}),
        (event("strategy_change", 4), 4, {"alignment": 0.3}),
        (
            event("change", 4, lever="commitment.talk", value=1, ramp=3, months=5, level=1),
            4,
            {"value": 1, "ramp": 3, "months": 5, "level": 1, "share": 1}
            | {"lever": position("commitment.talk")},
        ),
        (
            event("budget_cut", 4, share=0.75, resource="human", months=6),
            4,
            {"share": 0.75, "resource": 2, "months": 6},
        ),
        (event("budget_restored", 4), 4, {"resource": 4}),
        (event("commitment_lapse", 1, action=0.2), 1, {"talk": np.nan, "action": 0.2}),
        (
            event("commitment_lapse", 1, action=0.2, honest=True, seat="0"),
            1,
            {"talk": np.nan, "action": 0.2, "honest": 1, "seat": 0},
        ),
        (event("commitment_restored", 2, talk=False), 2, {"talk": 0, "action": 1}),
        (event("launch", 0), 1, {}),
    ],
)
def test_encoding_by_hand(larger, one, step, read):
    (row,) = encode([one], Parameters(), larger)
    expected = dict.fromkeys(FIELDS, 0.0) | {"level": -1.0, "branch": -1.0, "seat": -1.0}
    expected["step"] = step
    expected |= {"kind": list(EVENTS).index(one.type)} | read
    np.testing.assert_equal(dict(zip(FIELDS, row.tolist(), strict=True)), expected)


def test_encoding_is_in_order_of_month(larger):
    events = [event("launch", 9), event("chief_leaves", 4), event("sponsor_leaves", 4)]
    assert encode(events, Parameters(), larger).step.tolist() == [4, 4, 9]
    kinds = [list(EVENTS)[int(kind)] for kind in encode(events, Parameters(), larger).kind]
    assert kinds == ["chief_leaves", "sponsor_leaves", "launch"]


def test_encoding_in_weeks(larger):
    weekly = changed({"run.steps_per_month": 4})
    (row,) = encode([event("hiring_freeze", 4, months=2)], weekly, larger)
    assert row.step == 13  # the first of the four steps of month 4
    assert row.months == 8
    (row,) = encode([event("briefings_change", 4, interval=3)], weekly, larger)
    assert row.interval == 12
    assert encode([event("sponsor_leaves", 1)], weekly, larger).vacancy[0] < 0
    assert encode([event("leads_leave", 1, count=2)], weekly, larger)["count"][0] == 2


@pytest.mark.parametrize(
    ("lever", "value", "read"),
    [
        ("commitment.talk", 0.25, 0.25),
        ("succession.plan", True, 1.0),
        ("relationships.scope", "branch", 1.0),
        ("briefings.interval", 3, 12.0),  # steps, each a quarter of a month
        ("role_models.blocked_level", 2, 2.0),
    ],
)
def test_a_change_is_encoded_as_the_record_holds_it(larger, lever, value, read):
    weekly = changed({"run.steps_per_month": 4, lever: value})
    (row,) = encode([event("change", 4, lever=lever, value=value, ramp=2)], weekly, larger)
    assert (row.step, row.ramp, row.value) == (13, 8, read)
    numbers = engine_record(weekly).reshape(1).view(np.float64)
    assert numbers[int(row.lever)] == read
    group, key = lever.split(".")
    assert engine_record(weekly)[group][key] == read


def test_a_field_means_the_same_in_every_event():
    """One name, one unit, one list of choices: compiled code reads the field of any event."""
    said = {}
    for cls in EVENTS.values():
        for name, info in cls.model_fields.items():
            if name != "type":
                choice = typing.get_origin(info.annotation) is typing.Literal
                choices = info.annotation if choice else None
                said.setdefault(name, set()).add((str(info.json_schema_extra), choices))
    assert {name: len(meanings) for name, meanings in said.items()} == dict.fromkeys(said, 1)
    months = {name for name, meanings in said.items() if "months" in str(meanings)}
    assert months == {"months", "vacancy", "interval", "notice", "overlap", "ramp"}


def test_no_events_are_an_empty_table(larger):
    assert encode([], Parameters(), larger).shape == (0,)
    assert encode([], Parameters(), larger).dtype.names == FIELDS


def test_events_of_a_month_keep_their_order(larger):
    cut = event("budget_cut", 3, share=1.0)
    first = calm(larger, cut, event("budget_restored", 3)).table
    second = calm(larger, event("budget_restored", 3), cut).table
    assert first["technological"][24] > second["technological"][24]


def test_an_event_lasts_as_long_in_weeks(larger):
    for per_month in (1, 4):
        out = calm(
            larger,
            event("chief_leaves", 5, vacancy=3),
            event("sponsor_leaves", 5, vacancy=4),
            **{"run.steps_per_month": per_month},
        )
        assert (out.table["chief_in_post"] == 0).sum() == 3
        assert (out.table["sponsor_in_post"] == 0).sum() == 4
