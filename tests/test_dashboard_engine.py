"""The engine for browsers: the same bits as Python's, whatever is asked of it."""

from __future__ import annotations

import json

import numpy as np
import pytest
from browser import in_chromium, in_node, needed
from test_plain_month import CROWD, HANDOVERS

from simulation.errors import InputError
from simulation.faces.dashboard import wasm
from simulation.faces.dashboard.export import document
from simulation.scenarios.scenario import load_scenario, shipped_scenarios
from simulation.study.run import Run, organization_of
from simulation.theory.measures import MEASURES

BASE = load_scenario("baseline", **{"organization.people": 60, "run.months": 24})
DEEP = BASE.changed({"organization.people": 150, "organization.span": 3})
EVERY_KIND = [*CROWD, *HANDOVERS]


def bits(numbers) -> list[str]:
    """Return numbers as texts that hold every bit."""
    values = np.asarray(numbers, dtype=np.float64)
    words = np.frombuffer(values.tobytes(), dtype=np.uint64)
    return ["nan" if np.isnan(v) else f"{int(w):016x}" for v, w in zip(values, words, strict=True)]


def assert_same(answer: dict, run: Run) -> None:
    """Fail unless a world has told every bit of a run's history."""
    assert "refused" not in answer, answer["refused"]
    assert answer["names"] == [*MEASURES, *run.level_names]
    history = run.history()
    assert len(answer["months"]) == len(history)
    for month, (told, row) in enumerate(zip(answer["months"], history, strict=True)):
        assert told == bits(row), f"month {month}"


def everything(scenario, **asked):
    """Return the job of a whole run."""
    world = {"scenario": scenario.name} | asked
    return {"world": world, "steps": [["advance", scenario.parameters.run.months]]}


def test_the_engine_that_is_kept_is_that_of_the_sources():
    kept = wasm.module()
    assert kept is not None
    assert wasm.engine_digest(kept) == wasm.digest(), (
        "run python -m simulation.faces.dashboard.wasm and commit the engine that it builds"
    )


def test_another_digest_is_refused_where_there_is_no_linker(monkeypatch):
    monkeypatch.setattr(wasm, "digest", lambda: "0123456789abcdef")
    monkeypatch.setattr(wasm.shutil, "which", lambda _: None)
    with pytest.raises(InputError, match="built of other sources than these; install LLVM's lld"):
        wasm.compressed()
    with pytest.raises(InputError, match="there is no wasm-ld"):
        wasm.build()


def test_nothing_of_a_person_is_in_the_document(tmp_path):
    rows = ["id,manager,hired", "Zyxwv0,,2009-03-01"]
    rows += [f"Zyxwv{i},Zyxwv{(i - 1) // 4},2011-05-{1 + i % 28:02d}" for i in range(1, 30)]
    (tmp_path / "people.csv").write_text("\n".join(rows))
    (tmp_path / "own.toml").write_text(
        'extends = "baseline"\n[organization]\nchart = "people.csv"\n'
        '[[events]]\ntype = "leader_leaves"\nmonth = 3\nseat = "Zyxwv2"\n'
    )
    scenario = load_scenario(tmp_path / "own.toml")
    made = document([scenario])
    text = json.dumps(made)
    assert "Zyxwv" not in text
    assert "people.csv" not in text
    assert made["scenarios"][0]["events"][0]["seat"] == "2"


def test_every_shipped_scenario_of_a_kind_in_node(tmp_path):
    names = ("baseline", "lapse-6-months", "chief-leaves")
    scenarios = [load_scenario(name, **{"organization.people": 60}) for name in names]
    jobs = [everything(one, seed=7, replication=2) for one in scenarios]
    for one, answer in zip(scenarios, in_node(tmp_path, document(scenarios), jobs), strict=True):
        assert_same(answer, Run(one, seed=7, replication=2).finish())


@pytest.mark.slow
@pytest.mark.parametrize("browser", [in_node, in_chromium])
def test_every_shipped_scenario(tmp_path, browser):
    scenarios = [load_scenario(name) for name in shipped_scenarios()]
    groups = {}
    for one in scenarios:
        key = one.parameters.organization, one.parameters.run.steps_per_month
        groups.setdefault(key, []).append(one)
    for group in groups.values():
        jobs = [everything(one, seed=5, replication=1) for one in group]
        for one, answer in zip(group, browser(tmp_path, document(group), jobs), strict=True):
            assert_same(answer, Run(one, seed=5, replication=1).finish())


@pytest.mark.slow
def test_the_engine_built_again_is_the_same(tmp_path):
    needed(wasm.LINKER)
    made = wasm.build(tmp_path / "engine.wasm.gz")
    assert made.read_bytes() == wasm.ENGINE.read_bytes()


def test_every_kind_of_event(tmp_path):
    scenario = DEEP.changed(events=EVERY_KIND, name="all")
    (answer,) = in_node(tmp_path, document([scenario]), [everything(scenario)])
    assert_same(answer, Run(scenario).finish())


def test_a_world_changed_on_the_way_is_the_scenario_with_that_event(tmp_path):
    steps = [
        ["advance", 8],
        ["twin"],
        ["change", "presence.level", 0.3],
        ["happen", {"type": "chief_leaves"}],
        ["advance", 12],
        ["change", "succession.plan", True],
        ["advance", 24],
    ]
    (answer,) = in_node(tmp_path, document([BASE]), [{"world": {}, "steps": steps}])
    changed = BASE.changed(
        events=[
            {"type": "change", "month": 9, "lever": "presence.level", "value": 0.3},
            {"type": "chief_leaves", "month": 9},
            {"type": "change", "month": 13, "lever": "succession.plan", "value": True},
        ]
    )
    assert_same(answer, Run(changed).finish())


def test_parameters_set_from_the_start(tmp_path):
    values = {
        "succession.leads": 3,
        "adoption.rule": "threshold",
        "turnover.voluntary": 0.02,
        "commitment.action": 0.1,
        "engagement.persistence": 0.9,
        "succession.plan": True,
    }
    jobs = [everything(BASE, parameters=values) | {"column": "people.engagement"}]
    (answer,) = in_node(tmp_path, document([BASE]), jobs)
    run = Run(BASE.changed(values)).finish()
    assert_same(answer, run)
    assert answer["rows"] == bits(run.state.people.engagement)


def test_weekly_steps(tmp_path):
    weekly = DEEP.changed({"run.steps_per_month": 4}, events=EVERY_KIND, name="weekly")
    (answer,) = in_node(tmp_path, document([weekly]), [everything(weekly)])
    assert_same(answer, Run(weekly).finish())


def test_memory_stays_flat(tmp_path):
    jobs = [everything(BASE, seed=seed) for seed in range(200)]
    answers = in_node(tmp_path, document([BASE]), jobs)
    assert len({answer["memory"] for answer in answers[1:]}) == 1


REFUSED = {
    "a scenario": ({"scenario": "none"}, [], "no scenario 'none'"),
    "a parameter": ({"parameters": {"presence.lvl": 1}}, [], "no parameter 'presence.lvl'"),
    "a range": ({"parameters": {"commitment.action": 1.5}}, [], "from 0 to 1, not 1.5"),
    "a choice": ({"parameters": {"adoption.rule": "mood"}}, [], "not 'mood'"),
    "half a lead": ({"parameters": {"succession.leads": 1.5}}, [], "a whole number"),
    "an event": ({}, [["happen", {"type": "party"}]], "no event 'party'"),
    "a field": ({}, [["happen", {"type": "campaign", "reech": 1}]], "has no 'reech'"),
    "a field's range": ({}, [["happen", {"type": "campaign", "reach": 0}]], "reach is from 0 to 1"),
    "a missing field": ({}, [["happen", {"type": "hiring_freeze"}]], "needs 'months'"),
    "no lever": ({}, [["change", "commitment.gain", 0.5]], "cannot be changed on the way"),
    "too many leads": ({}, [["change", "succession.leads", 9]], "room for"),
    "beyond the end": ({}, [["advance", 25]], "ends with month 24"),
    "a column": ({}, [["column", "people.name"]], "no column"),
    "a measure": ({}, [["series", "joy"]], "no measure 'joy'"),
}


def test_what_cannot_be_is_refused_in_a_sentence(tmp_path):
    jobs = [{"world": world, "steps": steps} for world, steps, _ in REFUSED.values()]
    answers = in_node(tmp_path, document([BASE]), jobs)
    for (name, (_, _, words)), answer in zip(REFUSED.items(), answers, strict=True):
        assert words in answer.get("refused", ""), name


def test_scenarios_of_other_steps_are_not_on_one_page():
    weekly = BASE.changed({"run.steps_per_month": 4}, name="weekly")
    with pytest.raises(InputError, match="'baseline' and 'weekly' have other steps in a month"):
        document([BASE, weekly])


def test_the_document_holds_the_structure():
    place = organization_of(BASE)
    made = document([BASE])
    assert made["organization"]["people"] == place.people
    assert [part["name"] for part in made["state"]] == list(Run(BASE).state.parts)
