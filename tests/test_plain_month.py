"""The fast month is the plain month, to the bit: step by step, and each phase alone.

The two are compared as plain Python, in processes of their own: compiling what only these tests
call would take minutes. What came out there is then compared with the compiled month.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import plain_month
import pytest
from helpers import columns, execute, fingerprint, run_key, small_tree, start, wide_tree

from simulation import load_scenario
from simulation.files import PACKAGE
from simulation.machine.tiles import TILE
from simulation.month import (
    adoption,
    briefings,
    engagement,
    leaders,
    measuring,
    order,
    ownership,
    pairs,
    perception,
    resources,
    signals,
    staffing,
)
from simulation.scenarios.scenario import Scenario
from simulation.study.run import most_leads
from simulation.theory.events import encode

TESTS = Path(__file__).parent
ORGANIZATIONS = {
    "tree": small_tree(span=6, levels=3, ties=4, seed=1),  # 43 people
    "deep": small_tree(span=3, levels=5, ties=4, seed=2),  # 121 people
    "two": small_tree(span=2, levels=3, ties=0),
    "pair": small_tree(span=1, levels=2, ties=0),
    "wide": wide_tree(530, 7, 137, seed=3),  # teams that lie in two tiles
    "full": wide_tree(3, 460, TILE - 463, seed=4),  # a level that is one tile
    "over": wide_tree(60, TILE - 59, seed=5),  # a level of one more
}
#: Much leaving, seeking and failing, so that little time shows everything.
LIVELY = {
    "turnover.voluntary": 0.05,
    "turnover.vacancy": 2.0,
    "adoption.initial": 0.4,
    "adoption.innovation": 0.5,
    "adoption.imitation": 3.0,
    "relationships.mentor_tenure": 3.0,
    "relationships.poor": 0.4,
    "relationships.formal_months": 3.0,
    "relationships.informal_months": 3.0,
    "peers.bad_relationship": 0.8,
}
CROWD = [
    {"type": "campaign", "month": 2, "reach": 0.5, "months": 3, "strength": 2.0},
    {"type": "commitment_lapse", "month": 3, "action": 0.1, "level": 1},
    {"type": "chief_leaves", "month": 4, "successor": "inside", "vacancy": 2},
    {"type": "leader_leaves", "month": 4, "share": 0.5},
    {"type": "leads_leave", "month": 5},
    {"type": "reorganization", "month": 6, "share": 0.6},
    {"type": "commitment_lapse", "month": 6, "talk": 0.2},
    {"type": "commitment_restored", "month": 7},
    {"type": "budget_cut", "month": 7, "share": 0.7, "resource": "human", "months": 4},
    {"type": "layoff", "month": 8, "share": 0.3, "branch": 1},
    {"type": "presence_change", "month": 8, "share": 0.2, "months": 2},
    {"type": "sponsor_leaves", "month": 9, "vacancy": 2},
    {"type": "hiring_freeze", "month": 9, "months": 2},
    {"type": "briefings_change", "month": 10, "interval": 1},
    {"type": "chief_leaves", "month": 11, "successor": "outside", "vacancy": 1},
    {"type": "reorganization", "month": 12, "share": 1.0, "branch": 0},
]

#: Every kind of handover, and levers that move: at once and along ramps, for good and not.
HANDOVERS = [
    {"type": "change", "month": 1, "lever": "commitment.action", "value": 0.9, "ramp": 3},
    {"type": "change", "month": 2, "lever": "commitment.talk", "value": 0.9, "level": 1},
    {
        "type": "change",
        "month": 2,
        "lever": "presence.level",
        "value": 0.3,
        "branch": 0,
        "months": 4,
    },
    {"type": "change", "month": 3, "lever": "succession.plan", "value": True, "months": 5},
    {"type": "leader_leaves", "month": 3, "share": 0.5, "overlap": 2, "manner": "poached"},
    {"type": "leads_leave", "month": 3, "overlap": 1, "successor_action": 0.9},
    {"type": "commitment_lapse", "month": 4, "action": 0.1, "honest": True, "months": 3},
    {"type": "sponsor_leaves", "month": 4, "interim": 0.5, "vacancy": 3, "successor": "inside"},
    {
        "type": "change",
        "month": 4,
        "lever": "commitment.action",
        "value": 0.1,
        "level": 3,
        "months": 5,
    },
    {
        "type": "chief_leaves",
        "month": 5,
        "successor_talk": 0.2,
        "successor_action": 0.1,
        "notice": 2,
        "manner": "dismissed",
        "interim": 0.9,
        "vacancy": 2,
    },
    {"type": "strategy_change", "month": 6},
    {"type": "change", "month": 6, "lever": "succession.leads", "value": 4},
    {"type": "change", "month": 6, "lever": "briefings.interval", "value": 1},
    {"type": "leader_leaves", "month": 7, "level": 1, "interim": 0.3, "vacancy": 3, "named": True},
    {"type": "presence_change", "month": 7, "share": 0.1, "months": 3, "seat": "0"},
    {"type": "campaign", "month": 7, "reach": 0.6, "strength": 3.0, "months": 2},
    {"type": "campaign", "month": 8, "reach": 0.9, "strength": 1.5, "months": 4},
    {"type": "change", "month": 8, "lever": "invitation.recognition", "value": 0.0, "months": 3},
    {"type": "hiring_freeze", "month": 8, "months": 3},
    {"type": "leader_leaves", "month": 9, "share": 0.6, "overlap": 2, "successor": "outside"},
    {"type": "reorganization", "month": 10, "share": 0.8},
    {"type": "leads_leave", "month": 11, "count": 2, "vacancy": 1, "interim": 0.8},
]
#: A programme that ends and begins again, with all that is new strong.
SHAKY = {
    "infrastructure.budget_interval": 2.0,
    "infrastructure.end_intercept": 4.0,
    "infrastructure.restart": 1.0,
    "infrastructure.need_growth": 1.0,
    "relationships.informal_seeking": 0.2,
    "turnover.follow": 3.0,
    "role_models.excellence": 3.0,
    "invitation.value_weight": 0.6,
    "engagement.action": 2.0,
    "succession.leader_vacancy": 1.0,
    "succession.bench_start": 3.0,
}


class Case(NamedTuple):
    """What is run: how long, where, and with which changes."""

    months: int
    organization: str
    changes: dict[str, Any]

    @property
    def scenario(self) -> Scenario:
        """The scenario; events after its end are left out."""
        changes = dict(self.changes)
        if "events" in changes:
            changes["events"] = [e for e in changes["events"] if e["month"] <= self.months]
        return load_scenario("baseline").changed(changes | {"run.months": self.months})


QUICK = {
    "baseline": Case(14, "tree", {}),
    "crowd": Case(14, "tree", LIVELY | {"events": CROWD}),
    "handovers": Case(14, "deep", LIVELY | SHAKY | {"events": HANDOVERS}),
    "one more than a tile": Case(1, "over", LIVELY),
}
LONG = {
    "phases": Case(
        14,
        "deep",
        LIVELY
        | {
            "adoption.initial": 0.8,
            "relationships.poor_end": 0.5,
            "engagement.contagion": 0.3,
            "briefings.interval": 1.0,
        },
    ),
    "weekly": Case(6, "tree", LIVELY | {"events": CROWD[:5], "run.steps_per_month": 4}),
    "weekly handovers": Case(
        9, "tree", LIVELY | SHAKY | {"events": HANDOVERS, "run.steps_per_month": 4}
    ),
    "overlap": Case(
        14,
        "deep",
        LIVELY | {"succession.overlap": 3.0, "succession.interim": 0.5, "events": CROWD},
    ),
    "interim": Case(
        14,
        "deep",
        LIVELY | {"succession.interim": 0.3, "role_models.disposition": 0.3, "events": CROWD},
    ),
    "one layer": Case(14, "tree", LIVELY | SHAKY | {"commitment.top_levels": 3}),
    "years": Case(14, "tree", LIVELY | SHAKY | {"infrastructure.funding_years": 3}),
    "linear": Case(14, "deep", LIVELY | {"adoption.saturation": 0.0, "adoption.heard_weight": 1.0}),
    "contagion": Case(14, "deep", LIVELY | {"engagement.contagion": 0.3, "events": CROWD}),
    "threshold": Case(14, "deep", LIVELY | {"adoption.rule": "threshold"}),
    "threshold count": Case(
        14,
        "tree",
        LIVELY
        | {
            "adoption.rule": "threshold",
            "adoption.threshold_unit": "count",
            "adoption.threshold_mean": 2.0,
        },
    ),
    "organization": Case(14, "deep", LIVELY | {"peers.scope": "organization"}),
    "branch": Case(
        14,
        "deep",
        LIVELY | {"relationships.scope": "branch", "relationships.own_boss": False},
    ),
    "own boss": Case(14, "tree", LIVELY | {"relationships.own_boss": True}),
    "no launch": Case(14, "tree", LIVELY | {"infrastructure.launched": False}),
    "late launch": Case(
        14,
        "deep",
        LIVELY
        | {"infrastructure.launched": False, "events": [{"type": "launch", "month": 7}, *CROWD]},
    ),
    "briefings": Case(14, "deep", {"briefings.interval": 2.0}),
    "plan": Case(24, "tree", LIVELY | {"succession.plan": True, "succession.leads": 3}),
    "blocked": Case(14, "deep", LIVELY | {"role_models.blocked_level": 2}),
    "newcomers": Case(
        1,
        "two",
        {
            "adoption.imitation": 20.0,
            "adoption.innovation": 0.0,
            "adoption.engagement_effect": 0.0,
            "adoption.recognition_weight": 0.0,
            "adoption.dropout": 0.0,
            "invitation.visibility": 0.5,
            "invitation.recognition": 0.0,
        },
    ),
    "pair": Case(60, "pair", LIVELY),
    "wide": Case(4, "wide", LIVELY | {"events": CROWD}),
    "one tile": Case(4, "full", LIVELY | {"events": CROWD}),
    "crowd of one more": Case(5, "over", LIVELY | {"events": CROWD}),
}
CASES = QUICK | LONG


def world(case: Case) -> SimpleNamespace:
    """Return what a case is run with."""
    scenario, organization = case.scenario, ORGANIZATIONS[case.organization]
    state, table, levels, record = start(
        organization, scenario.parameters, case.months, most_leads(scenario.events)
    )
    return SimpleNamespace(
        state=state,
        p=record,
        events=encode(scenario.events, scenario.parameters, organization),
        run_key=run_key(5, 1),
        months=case.months,
        table=table,
        levels=levels,
    )


def fast_run(state, p, events, run_key, months, table, levels) -> Iterator[int]:
    """Run the fast month as :func:`plain_month.run` runs the plain one."""
    order.begin(state, p, run_key, table[0], 1, 0)
    fast_measure(state, p, table[0], levels[0])
    yield 0
    per_month = int(p.run.steps_per_month)
    for step in range(1, months * per_month + 1):
        month = 1 + (step - 1) // per_month
        order.step_forward(state, p, events, run_key, step, table[month], 1, 0)
        if step % per_month == 0:
            fast_measure(state, p, table[month], levels[month])
        yield step


def fast_measure(state, p, row, by_level):
    """Measure a month as :func:`order.run` does."""
    measuring.measure(state, p, row, by_level)  # a step sums up its tiles


def differences(one: Any, other: Any) -> list[str]:
    """Return which columns and measures of two worlds are not the same bits."""
    a, b = kept(one), kept(other)
    return [name for name in a if a[name] != b[name]]


def kept(one: Any) -> dict[str, bytes]:
    """Return the bits of everything that both kinds of month keep."""
    state = one.state
    parts = {name: array.tobytes() for name, array in columns(state).items()}
    parts["settings"] = state.settings.tobytes()
    parts |= {
        f"programme.{name}": state.programme[name].tobytes() for name in state.programme.dtype.names
    }
    parts |= {f"table.{name}": one.table[name].tobytes() for name in one.table.dtype.names}
    parts |= {f"levels.{name}": one.levels[name].tobytes() for name in one.levels.dtype.names}
    return {k: v for k, v in parts.items() if k not in ("programme", *plain_month.ITS_OWN)}


def compare(name: str) -> dict[str, Any]:
    """Run a case both ways; return where they first differ, and digests of the fast one."""
    plain, fast = world(CASES[name]), world(CASES[name])
    found: list[Any] = []
    runs = plain_month.run(**vars(plain)), fast_run(**vars(fast))
    for step, _ in zip(*runs, strict=True):
        found = [step, wrong] if (wrong := differences(plain, fast)) else []
        if found:
            break
    return {"differences": found, "digests": digests(fast)}


def digests(out: Any) -> dict[str, str]:
    """Return the digest of every array of a run."""
    return {name: sha256(bits).hexdigest() for name, bits in fingerprint(out).items()}


# ------------------------------------------------------------------------------ each phase alone


def by_tile(submodel, state, *arguments):
    """Call a submodel for each tile."""
    for t in range(len(state.tiles.begin)):
        submodel(state, *arguments, t)


def leave_and_follow(state, p, run_key, step, row):
    by_tile(staffing.find_leavers, state, p, run_key, step)
    staffing.draw_exits(state, p, run_key, step, row)
    staffing.fill_vacancies(state, p, run_key, step, row)


def lead(state, p, run_key, step, row):
    leaders.lead(state, p, run_key, step, 1, 0)
    leaders.appear(state, p, step, row)


def adopt(state, p, run_key, step, row):
    by_tile(adoption.adopt, state, p, run_key, step)
    adoption.count_changes(state, row)


def carry_pairs(state, p, run_key, step, row):
    by_tile(pairs.find_mentees, state)
    pairs.carry_pairs(state, p, run_key, step, row)


def match(state, p, run_key, step, row):
    by_tile(pairs.seek, state, p, run_key, step)
    pairs.match(state, p, run_key, step, row)
    pairs.match_informally(state, p, run_key, step, row)
    by_tile(pairs.give_up, state, p, step)


def engage(state, p, run_key, step, row):
    by_tile(engagement.engage, state, p, run_key, step)
    engagement.share_moods(state, p, step)


def renew_resources(state, p, run_key, step, row):
    by_tile(measuring.measure_tile, state, p, step)  # what resources go by
    resources.renew_resources(state, p, run_key, step, row)


def signal(state, p, run_key, step, row):
    by_tile(signals.signal, state, p, step)
    for name in ("enquiries", "joins_invitation", "joins_peers", "dropouts"):
        getattr(state.tiles, name)[:] = 0.0  # who joined is counted above
    signals.sum_up(state, row)


FAST = {
    "follow": lambda state, p, key, step, row: staffing.follow_leaders(state, p, step, row),
    "leave_and_follow": leave_and_follow,
    "lead": lead,
    "perceive": lambda state, p, key, step, row: by_tile(perception.perceive, state, p, key, step),
    "own": lambda state, p, key, step, row: by_tile(ownership.own, state, p),
    "keep_current": briefings.keep_current,
    "adopt": adopt,
    "carry_pairs": carry_pairs,
    "match": match,
    "engage": engage,
    "renew_resources": renew_resources,
    "signal": signal,
}


def compare_phases(name: str, until: int) -> dict[str, Any]:
    """Do each phase of a step both ways from one state, the plain one's; say what differs."""
    plain, fast = world(CASES[name]), world(CASES[name])
    for step in plain_month.run(**vars(plain)):
        if step == until:
            break
    found = {}
    for phase, do in plain_month.PHASES.items():
        take_over(fast, plain)
        before = kept(plain)
        for one, way in ((plain, do), (fast, FAST[phase])):
            way(one.state, one.p, one.run_key, until + 1, one.table[until + 1])
        did = [name for name, bits in kept(plain).items() if bits != before[name]]
        found[phase] = {"did": did, "differences": differences(plain, fast)}
    return found


def newcomers(luck: int) -> list[Any]:
    """Let somebody who has just come decide both ways, with different luck; say what differs.

    Of a seat that was empty last step the team's sums know nothing: the new holder's peers may
    show more, by weight, than everybody's practice.
    """
    plain, fast, before = (world(CASES["newcomers"]) for _ in range(3))
    plain_month.begin(before.state, before.p, before.run_key, before.table[0])
    seat = len(before.state.seats.boss) - 1
    before.state.people.adopter[:] = 1
    before.state.people.adopter[seat] = before.state.seats.occupied[seat] = 0
    plain_month.signal(before.state, before.p, before.run_key, 0, before.table[0])
    before.state.seats.occupied[seat] = 1
    found, joined = [], 0.0
    for key in range(luck):
        take_over(plain, before)
        take_over(fast, before)
        plain_month.adopt(plain.state, plain.p, key, 1, plain.table[1])
        adopt(fast.state, fast.p, key, 1, fast.table[1])
        joined += plain.table.joins_peers[1]
        found += [key, wrong] if (wrong := differences(plain, fast)) else []
    return [joined, found]


def take_over(one: Any, other: Any) -> None:
    """Make a world's arrays those of another, in place."""
    for name in one.state.parts:
        to, of = getattr(one.state, name), getattr(other.state, name)
        if isinstance(to, np.record):
            for field in to.dtype.names:
                to[field] = of[field]
        elif isinstance(to, np.ndarray):
            to[...] = of
        else:
            for part in ("numbers", "counts", "codes"):
                getattr(to, part)[...] = getattr(of, part)
    one.table[...], one.levels[...] = other.table, other.levels
    one.state.posts.planned[:] = -1.0  # the visits are planned anew
    one.state.programme["most_currency"] = other.state.people.currency.max()


# -------------------------------------------------------------------------- the processes and tests


def in_python(call: str) -> Any:
    """Return what a call of this module returns where nothing is compiled."""
    done = subprocess.run(
        [sys.executable, "-c", f"import json, test_plain_month as m; print(json.dumps({call}))"],
        env=os.environ
        | {
            "NUMBA_DISABLE_JIT": "1",
            "PYTHONPATH": os.pathsep.join([str(TESTS), str(PACKAGE.parent)]),
        },
        capture_output=True,
        text=True,
        cwd=PACKAGE.parent,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def compiled(name: str) -> dict[str, str]:
    """Return the digests of a case where everything is compiled."""
    case = CASES[name]
    where = ORGANIZATIONS[case.organization]
    scenario = case.scenario
    return digests(execute(where, scenario.parameters, scenario.events, case.months, 5, 1))


@pytest.fixture(scope="module")
def quick() -> dict[str, Any]:
    """Return what the quick cases showed."""
    return in_python(f"{{name: m.compare(name) for name in {list(QUICK)}}}")


@pytest.fixture(scope="module")
def phases() -> dict[str, Any]:
    """Return what each phase alone showed."""
    return in_python("m.compare_phases('phases', 4)")


@pytest.mark.parametrize("name", QUICK)
def test_the_fast_month_is_the_plain_month(name, quick):
    assert quick[name]["differences"] == []
    assert quick[name]["digests"] == compiled(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", LONG)
def test_the_fast_month_is_the_plain_month_in_any_case(name):
    found = in_python(f"m.compare({name!r})")
    assert found["differences"] == []
    assert found["digests"] == compiled(name)


@pytest.mark.parametrize("phase", plain_month.PHASES)
def test_each_phase_alone(phase, phases):
    assert phases[phase]["did"], "nothing happens in this step: choose another"
    assert phases[phase]["differences"] == []


def test_those_who_have_just_come():
    joined, found = in_python("m.newcomers(300)")
    assert joined > 0
    assert found == []


def test_the_crowded_case_is_crowded():
    """The comparisons above mean something only if much happens in them."""
    scenario = CASES["crowd"].scenario
    table = execute(ORGANIZATIONS["tree"], scenario.parameters, scenario.events, 14, 5, 1).table
    for name in ("exits", "hires", "promotions", "successions", "matches", "completed", "failed"):
        assert np.sum(table[name]) > 0, name
    for name in ("joins_peers", "joins_invitation", "enquiries", "dropouts", "vacancies"):
        assert np.sum(table[name]) > 0, name
