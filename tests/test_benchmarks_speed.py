"""What is measured is what is meant: C, NumPy and Mesa follow the rules; rounds turn."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from helpers import changed, execute, plain, small_tree

from benchmarks import baselines, engine, native, phases, roof, scaling, speed, timing, worker
from benchmarks.mesa_baseline import MesaBaseline
from benchmarks.numpy_baseline import NumpyBaseline, ceiling_after, holding_factor, tenure_factor
from simulation import Scenario, load_scenario
from simulation.machine import chance
from simulation.theory.commitment import rules as commitment
from simulation.theory.turnover import rules as turnover

ROOT = Path(__file__).resolve().parent.parent
PLACE = small_tree(span=5, levels=4, ties=3, seed=3)


def scenario(changes: dict | None = None) -> Scenario:
    return load_scenario("baseline").changed(changes or {})


# ------------------------------------------------------------------------------- rounds and tables


def test_each_variant_has_its_turn_once_a_round_and_the_order_turns():
    order: list[str] = []

    def work(name):
        def turn(number):
            order.append(name)
            return {name: float(number)}

        return turn

    results = timing.interleaved([work("a"), work("b"), work("c")], 4)
    assert results == {"a": [0, 1, 2, 3], "b": [0, 1, 2, 3], "c": [0, 1, 2, 3]}
    assert "".join(order) == "abc" + "acb" + "cab" + "cba"


def test_ratios_are_taken_within_rounds():
    assert timing.ratio([2.0, 30.0, 8.0], [1.0, 10.0, 2.0]) == (3.0, 2.0, 4.0)


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.0, "0"), (0.01234, "0.0123"), (1.0, "1.00"), (99.96, "100.0"), (12345.6, "12,346")],
)
def test_three_digits_count(value, said):
    assert timing.shown(value) == said


def test_a_table_is_text_and_markdown():
    table = timing.Table("Cost", ["what", "ns"], [["one", "1.00"], ["three", "23.0"]], ["A note."])
    assert timing.text(table) == "Cost\nwhat     ns\none    1.00\nthree  23.0\nA note."
    assert timing.text(table, markdown=True) == (
        "**Cost**\n\n| what  |   ns |\n|---|---:|\n| one   | 1.00 |\n| three | 23.0 |\n\nA note."
    )


def test_a_power_law_is_found():
    sizes = [(10, 1), (100, 1), (1000, 2), (1000, 8)]
    rounds = [[3.0 * n**1.25 * m**0.5 * slow for slow in (1.0, 2.0, 1.5)] for n, m in sizes]
    people, months = scaling.exponents(sizes, rounds)
    assert people == pytest.approx((1.25, 1.25, 1.25))
    assert months == pytest.approx((0.5, 0.5, 0.5))


# --------------------------------------------------------------------------------------- the engine


def test_the_parts_of_a_run_are_told():
    parts = worker.one_run(100, 2)
    assert set(parts) == {"construct", "initialise", "wall", "cpu"}
    assert min(parts.values()) > 0.0
    assert worker.many_runs(100, 2, 3, 2)["wall"] > 0.0


def test_another_checkout_is_asked_and_compared(monkeypatch, capsys):
    monkeypatch.setattr(engine, "DEFAULT", engine.Size(60, 1))
    monkeypatch.setattr(engine, "LEAST", 0.0)
    options = "--parts engine --people 60 70 80 --months 1 2 3 --rounds 2 --markdown --against"
    speed.main([*options.split(), str(ROOT)])
    said = capsys.readouterr().out
    assert "| 70 × 2 " in said
    assert "times as fast" in said
    assert "2 interleaved rounds" in said


def test_set_up_is_per_person():
    results = {
        f"now set-up {part}": [value]
        for part, value in {
            "generate": 1.0,
            "construct": 0.1,
            "initialise": 0.5,
            "before": 100.0,
            "memory": 700.0,
        }.items()
    }
    (table,) = engine.set_up_tables(results, 1_000_000)
    assert table.rows == [["now", "1.00", "0.100", "0.500", "700", "600"]]


def test_the_phases_are_those_of_the_month():
    _, names = phases.clocked()
    assert names[:3] == ["follow_leaders", "apply_events", "find_leavers"]
    assert names[-1] == "measure"
    assert {"perceive", "adopt", "engage", "match"} < set(names)


# --------------------------------------------------------------------------- Mesa, NumPy, the rules


def test_the_cases_written_for_numpy_are_the_rules():
    p = NumpyBaseline(scenario(), PLACE).p
    months = np.array([0.0, 11.9, 12.0, 35.9, 36.0, 400.0])
    expected = [plain(turnover.tenure_factor)(month, p.turnover) for month in months]
    assert tenure_factor(months, p.turnover).tolist() == expected
    led = np.array([True, False])
    expected = [plain(turnover.holding_factor)(bool(x), False, False, p.turnover) for x in led]
    assert holding_factor(led, p.turnover).tolist() == expected
    ceiling, surprise = np.array([0.4, 0.52, 0.9, 0.9]), np.array([0.9, 0.9, 0.9, 0.1])
    expected = [
        plain(commitment.ceiling_after)(*pair, 0.6, p.commitment)
        for pair in zip(ceiling, surprise, strict=True)
    ]
    assert ceiling_after(ceiling, surprise, 0.6, p.commitment).tolist() == expected


STATE = "action credibility ceiling expectation frailty stable transient engagement tenure visible"


@pytest.fixture
def twins(generator):
    """Return both baselines with the same people, after the NumPy one has lived two years."""
    setting = scenario({"adoption.initial": 0.4, "turnover.involuntary": 0.01})
    columns = NumpyBaseline(setting, PLACE, rng=4)
    for _ in range(24):
        columns.step()
    columns.ceiling[:] = generator.uniform(0.4, 1.0, PLACE.people)
    agents = MesaBaseline(setting, PLACE, rng=4)
    for i, person in enumerate(agents.agents):
        person.adopter = bool(columns.adopter[i])
        for name in STATE.split():
            setattr(person, name, float(getattr(columns, name)[i]))
    return columns, agents


def each_with(agents, draws, method, lucky: str):
    """Let every agent do something with a draw of its own."""
    for person, draw in zip(agents.agents, draws, strict=True):
        told = {"random": lambda u=draw: u, "gauss": lambda mean, sd, z=draw: mean + sd * z}
        agents.random = SimpleNamespace(**{lucky: told[lucky]})
        getattr(person, method(person) if callable(method) else method)()


def column(agents, name):
    return np.array([getattr(person, name) for person in agents.agents], float)


def test_mesa_and_numpy_see_and_decide_alike(twins, generator):
    columns, agents = twins
    n = PLACE.people
    peers = np.array([person.share_of_peers() for person in agents.agents])
    assert columns.share_of_peers() == pytest.approx(peers)
    assert 0.05 < peers.mean() < 0.95
    draw = generator.random(n)
    columns.perceive(draw)
    each_with(agents, draw, "perceive", "random")
    for name in ("credibility", "ceiling", "expectation"):
        assert getattr(columns, name) == pytest.approx(column(agents, name), rel=1e-12)
    before, draw = columns.adopter.copy(), generator.random(n) / 50.0
    columns.decide(draw)
    each_with(agents, draw, lambda a: "reconsider" if a.adopter else "consider", "random")
    assert columns.adopter.tolist() == [person.adopter for person in agents.agents]
    assert (before & ~columns.adopter).any()
    assert (columns.adopter & ~before).any()


def test_mesa_and_numpy_feel_and_leave_alike(twins, generator, monkeypatch):
    columns, agents = twins
    noise = generator.standard_normal(PLACE.people)
    columns.feel(noise)
    each_with(agents, noise, "feel", "gauss")
    assert columns.engagement == pytest.approx(column(agents, "engagement"), rel=1e-12)
    gone: list[int] = []
    monkeypatch.setattr(type(agents.agents[0]), "arrive", lambda self: gone.append(self.unique_id))
    draw = generator.random(PLACE.people) / 50.0
    each_with(agents, draw, "stay_or_leave", "random")
    columns.stay_or_leave(draw)
    assert np.flatnonzero(columns.tenure == 0.0).tolist() == [number - 1 for number in gone]
    assert 0 < len(gone) < PLACE.people


def test_all_three_join_alone_as_bass_says():
    """Without peers, gates and leaving, the share who have not joined is exp(-p t), p a year."""
    alone = {
        "adoption.initial": 0.0,
        "adoption.innovation": 0.5,
        "adoption.imitation": 0.0,
        "adoption.persuasion_weight": 0.0,
        "adoption.engagement_effect": 0.0,
        "adoption.credibility_exponent": 0.0,
        "adoption.infrastructure_exponent": 0.0,
        "adoption.currency_weight": 0.0,
        "adoption.dropout": 0.0,
        "turnover.voluntary": 0.0,
        "turnover.involuntary": 0.0,
    }
    place, months = small_tree(span=6, levels=5, ties=2), 12
    expected = 1.0 - np.exp(-0.5 * months / 12.0)
    error = 4.5 * np.sqrt(expected * (1.0 - expected) / place.people)  # one false alarm in 150,000
    columns = NumpyBaseline(scenario(alone), place, rng=1)
    agents = MesaBaseline(scenario(alone), place, rng=1)
    for _ in range(months):
        columns.step()
        agents.step()
    run = execute(place, changed(alone | {"relationships.poor_quits": 0.0}), months=months)
    for found in (columns.history[-1][0], agents.history[-1][0], run.table.adoption[-1]):
        assert found == pytest.approx(expected, abs=error)


def test_the_baselines_have_turns_and_a_table():
    (work,) = baselines.works([engine.Size(100_000, 1)])
    assert work.args == ("NumPy", 100_000)
    size = engine.Size(1_555, 120)
    results = {"Mesa 1555": [4000.0], f"now {size} 1 run": [1555 * 120 * 40e-9]}
    (table,) = baselines.tables(results, [size])
    assert table.rows[0][:5] == ["Mesa, 1,555", "4,000", "4,000 to 4,000", "40.0", "100"]


# ----------------------------------------------------------------------------------- C, the machine

needs_c = pytest.mark.skipif(native.compiler() is None, reason="there is no gcc")

#: Runs as plain Python, so that nothing need be compiled but the C.
BOTH_WAYS = """
from types import SimpleNamespace
import numpy as np
from helpers import changed, crowded_events, event, execute, fingerprint, small_tree
from benchmarks import native, phases
from simulation.machine.table import PARTS, Table
from simulation.month import order

EAGER = {"adoption.initial": 0.5, "relationships.mentor_tenure": 0.0, "relationships.willing": 1.0,
         "relationships.poor": 0.4, "commitment.observe_upper": 0.6, "commitment.observe_top": 0.4,
         "commitment.broken_promise": 0.1, "turnover.involuntary": 0.05,
         "succession.interim": 0.4, "succession.experienced_outside": 0.4,
         "engagement.contagion": 0.0}
HONEST = event("commitment_lapse", 5, action=0.0, honest=True)
compared, met = dict.fromkeys(("perceive", "engage"), 0), set()

def twin(state):
    copied = {"programme": state.programme}
    for name in native.TABLES:
        table = getattr(state, name)
        copied[name] = Table(table.numbers.shape[1], *table.names)
        for part in PARTS:
            getattr(copied[name], part)[:] = getattr(table, part)
    return SimpleNamespace(**copied)

def both(name):
    ours = getattr(order, name)
    def phase(state, p, key, step, t):
        first = int(state.tiles.begin[t])
        rows, other = (first, first + int(state.tiles.size[t])), twin(state)
        getattr(native, name)(other, p, key, step, rows)()
        ours(state, p, key, step, t)
        for table in native.TABLES:
            tables = getattr(state, table), getattr(other, table)
            for (column, ours_says), (_, c_says) in zip(*map(native.columns, tables)):
                same = ours_says.tobytes() == c_says.tobytes()
                assert same, (name, step, column, np.flatnonzero(ours_says != c_says))
        compared[name] += rows[1] - rows[0]
        happened = {"mentors": state.people.mentor >= 0, "vacancies": state.seats.occupied == 0,
                    "poor matches": state.people.poor > 0, "scars": state.people.ceiling < 1.0,
                    "interims": state.posts.interim > 0.0,
                    "honest failures": state.seats.deceit[state.leaders] == 0.0,
                    "inexperience": state.people.experienced[state.leaders] == 0,
                    "uncertainty": state.programme.uncertainty > 0.0}
        met.update(what for what, where in happened.items() if np.any(where))
    return phase

months, place = 16, small_tree(span=7, levels=3, ties=3, seed=2)

def run():
    return execute(place, changed(EAGER), [*crowded_events(), HONEST], months)

usual, ticks = order.run, iter(range(10**9))
phases.clock = lambda: next(ticks)
clocked, names = phases.clocked()
spent = np.zeros(len(names), int)
plainly = run()
order.run = lambda *arguments: clocked(*arguments, spent)
assert fingerprint(plainly) == fingerprint(run())
calls = dict(zip(names, spent))
assert calls["draw_exits"] == calls["match"] == months, calls
assert calls["measure"] == months + 1, calls
assert calls["perceive"] >= 3 * months, calls
order.run = usual
if native.compiler():
    order.perceive, order.engage = both("perceive"), both("engage")
    assert fingerprint(plainly) == fingerprint(run())
    assert compared == dict.fromkeys(compared, months * place.people)
    assert met == {"mentors", "vacancies", "poor matches", "scars", "interims",
                   "honest failures", "inexperience", "uncertainty"}, met
print("the same")
"""


def test_c_and_the_clocked_month_do_what_the_engine_does_to_the_bit():
    done = subprocess.run(
        [sys.executable, "-c", BOTH_WAYS],
        env=os.environ
        | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"},
        capture_output=True,
        text=True,
    )
    assert done.stdout == "the same\n", done.stderr


@needs_c
def test_normal_numbers_in_c_are_the_engine_s():
    run, out = native.live(100), np.empty(3000)
    who = np.arange(3000, dtype=np.uint64)
    native.normals(chance.key(3, 0), who, out, run)()
    assert out.tobytes() == chance.normals(np.uint64(chance.key(3, 0)), 3000).tobytes()


def test_without_a_compiler_the_table_says_so(monkeypatch):
    monkeypatch.setattr(native.shutil, "which", lambda name: None)
    assert native.works([100]) == []
    (table,) = native.tables({}, [100])
    assert "no gcc" in timing.text(table)
    assert "no gcc" in timing.text(table, markdown=True)


def test_bytes_of_a_person_month():
    """The state is counted whole, without what is not by the person."""
    bytes_of = roof.moved(100)
    state = native.live(100).state
    known = sum(
        array.nbytes
        for table in (state.seats, state.people, state.ties)
        for array in (table.numbers, table.counts, table.codes)
    )
    known += state.mentees.nbytes + state.leaders.nbytes
    assert bytes_of["whole"] == known / 100
    assert 0 < bytes_of["written"] < bytes_of["whole"]
