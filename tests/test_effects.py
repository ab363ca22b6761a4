"""Twins of a run: the same luck, one thing different, and what is made of the difference."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from simulation.evidence import effects
from simulation.evidence.effects import Effects, Present, Treated
from simulation.organizations.organization import generate_organization
from simulation.scenarios.scenario import load_scenario
from simulation.study.run import Run

PLACE = generate_organization(people=120, span=5, ties=4.0, tie_homophily=0.7, seed=0)
BASELINE = load_scenario("baseline").changed({"run.months": 40})


def run_to(month, scenario=BASELINE):
    run = Run(scenario, PLACE, 3, 1)
    run.start()
    return run.advance(month)


def test_months_are_the_same_however_they_are_run():
    """Seated or not, stepped, advanced, finished, and gone on with after the end: to the bit."""
    whole = Run(BASELINE, PLACE, 3, 1).advance(50).history()
    stepped = Run(BASELINE, PLACE, 3, 1)
    for _ in range(50):
        stepped.step()
    parts = Run(BASELINE, PLACE, 3, 1).advance(5).finish().finish()
    assert parts.month == BASELINE.parameters.run.months
    hooked = Run(BASELINE, PLACE, 3, 1, analyzers=(lambda run: None,)).finish()
    for run in (stepped, parts.advance(10), hooked.advance(10), run_to(5).advance(45)):
        np.testing.assert_array_equal(run.history(), whole)


# ------------------------------------------------------------------------------ twins


def test_a_twin_goes_on_as_the_run_does():
    """To the bit, whichever of the two goes first, and the run is as it would be alone."""
    run = run_to(20)
    twin = run.twin().advance(20)
    alone = Run(BASELINE, PLACE, 3, 1).finish()
    assert run.month == 20
    run.advance(20)
    for own in (twin, run):
        np.testing.assert_array_equal(own.history()[:41], alone.history()[:41])
    assert twin.state.people.engagement.tolist() == run.state.people.engagement.tolist()


def test_what_happens_to_a_twin_happens_as_in_a_scenario_with_the_event():
    lapse = {"type": "commitment_lapse", "action": 0.1, "months": 6}
    changed = effects.with_event(BASELINE, 23, lapse)
    whole = Run(changed, PLACE, 3, 1).finish()
    run = run_to(20)
    twin = run.twin(changed).advance(20)
    np.testing.assert_array_equal(twin.history()[:41], whole.history()[:41])
    usual = run.advance(20)
    same = usual.table["engagement"] == twin.table["engagement"]
    assert same[:23].all()
    assert not same[23:41].any()


def test_a_lever_that_has_moved_stays_moved_in_a_twin():
    change = {"type": "change", "lever": "invitation.recognition", "value": 0.9}
    scenario = effects.with_event(BASELINE, 10, change)
    run = run_to(20, scenario)
    lapse = {"type": "commitment_lapse", "action": 0.1}
    twin = run.twin(effects.with_event(scenario, 30, lapse))
    for one in (run, twin):
        one.advance(9)
    np.testing.assert_array_equal(twin.history(), run.history())


def test_a_twin_s_twin_and_events_called_for_are_kept():
    run = run_to(5)
    run.happen("campaign", reach=0.5, months=1)
    twin = run.twin().advance(2)
    run.advance(2)
    np.testing.assert_array_equal(twin.history(), run.history())
    assert twin.state.people.invited_until.max() > 0


def test_months_in_one_call_are_months_one_by_one():
    """Beyond the planned end too, and with an analyzer, which sees each of them."""
    together, seen = run_to(20).advance(30), []
    apart = Run(BASELINE, PLACE, 3, 1, analyzers=[lambda run: seen.append(run.month)])
    apart.start()
    apart.advance(50)
    np.testing.assert_array_equal(together.history(), apart.history())
    assert together.month == apart.month == 50
    assert seen == list(range(1, 51))
    assert together.measures["headcount"] == together.table["headcount"][50]


# ------------------------------------------------------------------------ who is sampled


@pytest.fixture
def small_run():
    """Return a chief, two leaders, and their teams of three and two; nobody practises."""
    boss = np.array([-1, 0, 0, 1, 1, 1, 2, 2])
    size = np.array([2, 3, 2, 0, 0, 0, 0, 0])
    seats = SimpleNamespace(
        boss=boss,
        team_size=size,
        team_start=np.array([1, 3, 6, 0, 0, 0, 0, 0]),
        occupied=np.ones(8, dtype=int),
        tie_start=np.array([0, 0, 0, 0, 2, 2, 2, 2]),
        tie_count=np.array([0, 0, 0, 2, 0, 0, 0, 0]),
    )
    people = SimpleNamespace(
        adopter=np.zeros(8, dtype=int), identity=np.arange(8), engagement=np.zeros(8)
    )
    state = SimpleNamespace(
        seats=seats,
        people=people,
        leaders=np.array([0, 1, 2]),
        ties=SimpleNamespace(seat=np.array([4, 7])),
    )
    return SimpleNamespace(state=state, month=0)


def test_front_teams_are_those_without_further_reports(small_run):
    teams = effects.front_teams(small_run)
    assert [team.leader for team in teams] == [1, 2]
    assert teams[0].members.tolist() == [3, 4, 5]


def test_one_of_a_team_is_made_to_practise_and_idle_teammates_are_watched(small_run):
    small_run.state.people.adopter[4] = 1
    small_run.state.people.adopter[6] = 1  # so that nobody of that team could be moved
    teams = effects.front_teams(small_run)
    found = effects.sampled_peers(small_run, teams, np.random.default_rng(0))
    assert len(found.rows) == 1
    assert {*found.rows.tolist(), *found.others.tolist()} == {3, 5}


def test_leaders_who_practise_or_have_left_are_not_sampled(small_run):
    teams = effects.front_teams(small_run)
    small_run.state.people.adopter[[1, 7]] = 1
    found = effects.sampled_bosses(small_run, teams)
    assert (found.rows.tolist(), found.others.tolist()) == ([2], [6])
    small_run.state.seats.occupied[2] = 0
    assert effects.sampled_bosses(small_run, teams).rows.tolist() == []


def test_ties_within_the_team_are_teammates(small_run):
    treated = Treated(np.array([3]), np.array([4, 5]))
    assert effects.tied_to(small_run, treated).tolist() == [7]
    small_run.state.people.adopter[7] = 1
    assert effects.tied_to(small_run, treated).tolist() == []


def test_samples_of_one_moment_do_not_overlap(monkeypatch):
    """Each team is in one sample at most: others would be moved from two sides."""
    seen = []
    real = effects.sampled_peers

    def watched(run, teams, generator):
        seen.extend(team.leader for team in teams)
        return real(run, teams, generator)

    def bosses(run, teams):
        seen.extend(team.leader for team in teams)
        return Treated(np.zeros(0, dtype=int), np.zeros(0, dtype=int))

    monkeypatch.setattr(effects, "sampled_peers", watched)
    monkeypatch.setattr(effects, "sampled_bosses", bosses)
    Effects(0, luck=1)._induce(run_to(3), late=False)
    assert len(seen) == len(set(seen)) == 2 * effects.SAMPLES


# --------------------------------------------------------------------- what is compared


def test_only_those_still_employed_in_both_worlds_are_compared():
    one = Present(np.array([1, 2, 4]), np.array([True, True, False]), np.array([0.5, 0.0, 1.0]))
    other = Present(np.array([1, 3, 4]), np.array([False, True, False]), np.array([0.1, 0.0, 1.5]))
    people = np.array([4, 1, 2, 3, 9])
    assert effects.differences(one, other, people, "adopter").tolist() == [0.0, 1.0]
    assert effects.differences(one, other, people, "engagement") == pytest.approx([-0.5, 0.4])


def test_a_leader_who_was_replaced_no_longer_leads():
    before, after = run_to(2), run_to(2)
    assert effects.leads_still(before, after, 1)
    after.state.people.identity[1] += 1
    assert not effects.leads_still(before, after, 1)
    after.state.people.identity[1] -= 1
    after.state.seats.occupied[1] = 0
    assert not effects.leads_still(before, after, 1)


def test_what_a_sponsor_costs_by_time():
    layout = [("infrastructure", "f8"), ("programme_alive", "f8")]
    usual, own = np.zeros(70, dtype=layout), np.zeros(60, dtype=layout)
    usual["infrastructure"], usual["programme_alive"], own["programme_alive"] = 0.5, 1.0, 1.0
    own["infrastructure"] = 0.5
    own["infrastructure"][12:24], own["infrastructure"][24:36] = 0.4, 0.45
    own["infrastructure"][48] = 0.43
    found = effects.after_sponsor(10, own, usual)
    assert found["sponsor_early"] == 0.0
    assert found["sponsor_loss"] == pytest.approx(10.0)
    assert found["sponsor_later"] == pytest.approx(5.0)
    assert found["sponsor_regained"] == pytest.approx(7.0 / 6.0)
    own["programme_alive"][59] = 0.0
    assert np.isnan(list(effects.after_sponsor(10, own, usual).values())).all()


def test_the_year_after_is_counted_from_the_month_of_the_event():
    found = Effects(0, luck=0)
    table = np.zeros(100, dtype=[("engagement", "f8")])
    table["engagement"][61:73], table["engagement"][73:85] = 0.1, 0.2
    for name in effects.HAPPENINGS:
        own = np.zeros(24 if name in effects.TWO_YEARS else 12, dtype=table.dtype)
        found.curves[name] = 61, own
    layout = [("infrastructure", "f8"), ("programme_alive", "f8")]
    found.curves["sponsor"] = 1, np.zeros(60, dtype=layout)
    months = np.zeros(100, dtype=[*table.dtype.descr, *layout])
    months["engagement"] = table["engagement"]
    found.curves["lapse_silent"][1]["engagement"] = 0.05
    values = found.values(SimpleNamespace(table=months))
    assert values["lapse_all"] == pytest.approx(-0.1)
    assert values["chief_second"] == pytest.approx(-0.2)
    assert values["silence"] == pytest.approx(0.05)


def test_one_replication_of_a_small_organization():
    """Every effect has a number; more action engages, a chief with notice leaves as long after."""
    scenario = BASELINE.changed({"run.months": 180})
    found = Effects(0, luck=4)
    run = Run(scenario, PLACE, 3, 1, analyzers=[found]).finish()
    values = found.values(run)
    unsure = {name for name, value in values.items() if not np.isfinite(value)}
    assert all(name.startswith("sponsor") or name.endswith("late") for name in unsure)
    assert found.curves["chief_notice"][0] == found.curves["chief_outside"][0] == 61
    assert values["lapse_all"] < values["lapse_chief"] <= 0.0
    assert not found.pending
    again = Effects(0, luck=4)
    second = Run(scenario, PLACE, 3, 1, analyzers=[again]).finish()
    assert again.values(second) == pytest.approx(values, nan_ok=True)
