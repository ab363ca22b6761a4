"""The live face: the same months as a bulk run, to the bit, with agents as windows on them."""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import mesa
import numpy as np
import pandas as pd
import pytest
from helpers import columns, crowded_events

from simulation.errors import InputError
from simulation.faces.mesa_model import Employee, Leader, MentoringModel
from simulation.files import PACKAGE
from simulation.month.state import PERSON_COUNTS, PERSON_NUMBERS
from simulation.organizations.organization import generate_organization
from simulation.scenarios.scenario import load_scenario
from simulation.study.run import Run
from simulation.study.running import simulate

TESTS = Path(__file__).parent
#: The shipped events are in month 60, and what follows them must be seen too.
SMALL = {"organization.people": 80, "organization.span": 5, "run.months": 72}
TINY = load_scenario("baseline", **{"organization.people": 40, "run.months": 12})
BUSY = {"turnover.voluntary": 0.06, "adoption.initial": 0.5, "relationships.mentor_tenure": 6.0}
SCENARIOS = [
    "baseline",
    "chief-leaves",
    "chief-leaves-plan",
    "leads-leave",
    "sponsor-leaves",
    "layoffs",
    "reorganization",
    "hiring-freeze",
    "launch-later",
    "campaign",
    "lapse-6-months",
    "budget-cut",
    "threshold-adoption",
]


def lived(model: MentoringModel) -> MentoringModel:
    """Return the model after its last month."""
    model.run_model()
    return model


def collected(model: MentoringModel) -> pd.DataFrame:
    """Return the measures that the model's own collector holds."""
    return model.datacollector.get_model_vars_dataframe().drop(columns="study_seed")


def same(first: pd.DataFrame, second: pd.DataFrame) -> None:
    """Compare two tables of measures to the bit, whatever their rows are called."""
    assert list(first.columns) == list(second.columns)
    a, b = first.to_numpy(np.float64), second.to_numpy(np.float64)
    assert a.shape == b.shape
    differing = (a.view(np.uint64) != b.view(np.uint64)).any(axis=0)
    assert list(first.columns[differing]) == []


def measures(runs) -> pd.DataFrame:
    """Return the measures of the first replication of the only scenario."""
    table = runs.table[runs.table["replication"] == 0]
    return table.drop(columns=["scenario", "point", "replication", "month"])


def residents(model: MentoringModel) -> dict[int, int]:
    """Return who holds which seat by the arrays."""
    rows = np.flatnonzero(model.run.state.seats.occupied)
    return dict(zip(model.run.state.people.identity[rows].tolist(), rows.tolist(), strict=True))


# ------------------------------------------------------------------------- the same to the bit


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_model_is_replication_zero(name):
    scenario = load_scenario(name, **SMALL)
    model = lived(MentoringModel(scenario, rng=11))
    runs = simulate(scenario, seed=11, replications=2)
    assert model.month == model.steps == 72
    same(collected(model), measures(runs))
    bulk = Run(scenario, seed=11).finish()
    assert model.run.history().tobytes() == bulk.history().tobytes()
    live, whole = columns(model.run.state), columns(bulk.state)
    assert [part for part in whole if live[part].tobytes() != whole[part].tobytes()] == []


@pytest.mark.parametrize("steps", [4, 7])
def test_shorter_steps_give_the_same_months(steps):
    scenario = TINY.changed({"run.steps_per_month": steps, **BUSY})
    model = lived(MentoringModel(scenario, rng=5))
    assert model.month == 12
    same(collected(model), measures(simulate(scenario, seed=5)))
    monthly = simulate(TINY.changed(BUSY), seed=5)
    assert not np.array_equal(collected(model)["engagement"], monthly.table["engagement"])


def test_much_at_once_is_the_same():
    scenario = crowded()
    model = lived(MentoringModel(scenario, rng=3))
    frame = collected(model)
    same(frame, measures(simulate(scenario, seed=3)))
    for name in ("exits", "hires", "promotions", "successions", "matches", "dropouts"):
        assert frame[name].sum() > 0, name


def test_other_luck_is_another_run():
    """The comparisons above could fail: neighbours in seed and replication are other runs."""
    model = lived(MentoringModel(TINY, rng=11))
    others = [simulate(TINY, seed=12).table, simulate(TINY, seed=0).table]
    two = simulate(TINY, seed=11, replications=2).table
    second = two[two["replication"] == 1]
    for table in (*others, second):
        assert not np.array_equal(collected(model)["engagement"], table["engagement"])


def crowded():
    """Return a small scenario in which much happens."""
    events = [event.model_dump() for event in crowded_events()]
    return TINY.changed({**BUSY, "run.months": 18, "events": events})


def digest() -> str:
    """Return a digest of what a live model went through, arrays and agents."""
    model = lived(MentoringModel(crowded(), rng=3))
    parts = {
        name: sha256(part.tobytes()).hexdigest() for name, part in columns(model.run.state).items()
    }
    parts["history"] = sha256(model.run.history().tobytes()).hexdigest()
    parts["agents"] = str([(a.unique_id, a.identity, a.seat) for a in model.agents])
    return json.dumps(parts)


def test_the_model_in_plain_python_is_the_same():
    script = "import test_model; print(test_model.digest())"
    environment = os.environ | {
        "NUMBA_DISABLE_JIT": "1",
        "PYTHONPATH": os.pathsep.join([str(TESTS), str(PACKAGE.parent)]),
    }
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        cwd=PACKAGE.parent,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout) == json.loads(digest())


# --------------------------------------------------------------------------- seeds and settings


def test_no_seed_is_another_run_each_time_and_the_seed_is_told():
    one, other = lived(MentoringModel(TINY)), lived(MentoringModel(TINY))
    assert one.study_seed != other.study_seed
    assert not np.array_equal(collected(one)["engagement"], collected(other)["engagement"])
    same(collected(one), measures(simulate(TINY, seed=one.study_seed)))
    assert set(one.datacollector.get_model_vars_dataframe()["study_seed"]) == {one.study_seed}


def test_a_seed_may_be_numpys():
    model = lived(MentoringModel(TINY, rng=np.int64(11)))
    same(collected(model), measures(simulate(TINY, seed=11)))


def test_a_generator_decides_the_seed():
    first, again, other = (
        collected(lived(MentoringModel(TINY, rng=np.random.default_rng(seed))))
        for seed in (4, 4, 5)
    )
    same(first, again)
    assert not np.array_equal(first["engagement"], other["engagement"])


def test_a_setting_is_a_name_a_path_or_a_scenario(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        'extends = "talk-without-action"\n[organization]\npeople = 40\n[run]\nmonths = 12\n'
    )
    changes = {"organization.people": 40, "run.months": 12}
    scenario = load_scenario("talk-without-action", **changes)
    expected = measures(simulate(scenario, seed=2))
    same(collected(lived(MentoringModel("talk-without-action", rng=2, **changes))), expected)
    for setting in (path, str(path), scenario):
        same(collected(lived(MentoringModel(setting, rng=2))), expected)
    assert not np.array_equal(expected["credibility"], simulate(TINY, seed=2).table["credibility"])


def test_changes_go_on_top_of_a_scenario():
    model = lived(MentoringModel(TINY, 0, **{"commitment.action": 0.1, "commitment.talk": 0.9}))
    changed = TINY.changed({"commitment.action": 0.1, "commitment.talk": 0.9})
    assert model.setting.digest == changed.digest != TINY.digest
    same(collected(model), measures(simulate(changed)))


def test_an_organization_in_place_of_the_scenarios():
    place = generate_organization(people=30, span=3, seed=8)
    model = lived(MentoringModel(TINY, 6, place))
    assert model.run.organization is place
    assert len(model.agents) <= 30
    same(collected(model), measures(simulate(TINY, 6, 1, place)))


@pytest.mark.parametrize(
    ("setting", "changes", "sentence"),
    [
        ("chief-leave", {}, "chief-leaves"),
        ("baseline", {"commitment.acton": 0.2}, r"commitment\.action"),
        ("baseline", {"commitment.action": 1.2}, r"commitment\.action.*1\.2"),
        ("baseline", {"people": 40}, "people"),
        ("nowhere.toml", {}, r"nowhere\.toml"),
        ("chief-leaves", {"run.months": 12}, "60"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(setting, changes, sentence):
    with pytest.raises(InputError, match=sentence) as caught:
        MentoringModel(setting, **changes)
    assert "\n" not in str(caught.value)
    assert "Traceback" not in str(caught.value)


def test_an_event_that_the_organization_has_no_place_for_is_refused():
    events = [{"type": "leader_leaves", "month": 2, "level": 9}]
    with pytest.raises(InputError, match="level 9"):
        MentoringModel(TINY, events=events)


# -------------------------------------------------------------------------------- time


def test_running_ends_with_the_last_month():
    model = MentoringModel(TINY, rng=0)
    assert model.month == 0
    for month in range(1, 13):
        assert model.running
        model.step()
        assert model.month == model.steps == model.time == month
    assert not model.running


def test_a_live_model_may_go_on_beyond_its_last_month():
    longer = TINY.changed({"run.months": 40})
    model = lived(MentoringModel(TINY, rng=9))
    for _ in range(28):
        model.step()
        assert not model.running
    assert model.month == 40
    same(collected(model), measures(simulate(longer, seed=9)))


def test_mesas_own_ways_of_going_on():
    model = MentoringModel(TINY, rng=9)
    model.run_for(5)
    assert model.month == 5
    model.run_until(12)
    assert model.month == 12
    same(collected(model), measures(simulate(TINY, seed=9)))


def test_two_models_do_not_disturb_each_other():
    one, other = MentoringModel(TINY, rng=1), MentoringModel(TINY, rng=2)
    while one.running:
        one.step()
        other.step()
    same(collected(one), measures(simulate(TINY, seed=1)))
    same(collected(other), measures(simulate(TINY, seed=2)))


# --------------------------------------------------------------------------------- agents


def test_agents_are_the_people_in_their_seats():
    model = MentoringModel(crowded(), rng=3)
    structure, state = model.run.organization, model.run.state
    mentored = 0
    while model.running:
        model.step()
        assert {a.identity: a.seat for a in model.agents} == residents(model)
        assert len(model.agents) == model.measures["headcount"]
        for agent in model.agents:
            assert isinstance(agent, Employee)
            assert agent.level == structure.level[agent.seat]
            assert agent.is_leader == (structure.team_size[agent.seat] > 0)
            assert type(agent) is (Leader if agent.is_leader else Employee)
            assert agent in model.agents_by_type[type(agent)]
            assert model.at_seat(agent.seat) is agent
            assert agent.identity == state.people.identity[agent.seat]
            mentored += agent.my_mentor is not None
        assert sum(map(len, model.agents_by_type.values())) == len(model.agents)
    assert mentored > 0


def test_whoever_is_promoted_leads_and_stays_the_same_agent():
    model = MentoringModel(TINY.changed({**BUSY, "run.months": 36}), rng=7)
    ranks = {agent: (type(agent), agent.unique_id) for agent in model.agents}
    risen = 0
    while model.running:
        model.step()
        for agent in model.agents_by_type[Leader]:
            kind, number_of = ranks.get(agent, (Leader, agent.unique_id))
            risen += kind is Employee
            assert agent.unique_id == number_of
        ranks = {agent: (type(agent), agent.unique_id) for agent in model.agents}
    assert risen > 3


def test_who_leaves_is_removed_who_comes_is_new_who_moves_is_the_same():
    model = MentoringModel(TINY.changed({**BUSY, "run.months": 36}), rng=7)
    agents = {agent.identity: agent for agent in model.agents}
    seats = {identity: agent.seat for identity, agent in agents.items()}
    everybody, total = dict(agents), {"exits": 0, "hires": 0, "promotions": 0}
    while model.running:
        model.step()
        now = {agent.identity: agent for agent in model.agents}
        gone, came = agents.keys() - now.keys(), now.keys() - agents.keys()
        stayed = agents.keys() & now.keys()
        assert all(now[identity] is agents[identity] for identity in stayed)
        moved = {identity for identity in stayed if now[identity].seat != seats[identity]}
        assert all(now[i].level == model.run.organization.level[seats[i]] - 1 for i in moved)
        assert not came & everybody.keys()  # nobody comes back
        assert all(agents[identity] not in model.agents for identity in gone)
        counts = {"exits": gone, "hires": came, "promotions": moved}
        for name, group in counts.items():
            assert len(group) == model.measures[name], name
            total[name] += len(group)
        agents, seats = now, {identity: agent.seat for identity, agent in now.items()}
        everybody |= now
    assert min(total.values()) > 3
    numbers = [agent.unique_id for agent in everybody.values()]
    assert len(set(numbers)) == len(numbers) == 40 + total["hires"]


def test_a_reorganization_moves_agents_and_removes_none():
    events = [{"type": "reorganization", "month": 1, "share": 1.0}]
    quiet = {"turnover.voluntary": 0.0, "turnover.involuntary": 0.0, "succession.chief_exit": 0.0}
    model = MentoringModel(TINY.changed({**quiet, "events": events}), rng=0)
    before = {agent: (agent.seat, agent.level) for agent in model.agents}
    model.step()
    assert set(model.agents) == set(before)
    moved = [agent for agent in before if agent.seat != before[agent][0]]
    assert len(moved) > 30
    assert all(agent.level == before[agent][1] for agent in before)


def test_a_layoff_removes_agents_and_closes_their_seats():
    events = [
        {"type": "layoff", "month": 3, "share": 0.5},
        {"type": "hiring_freeze", "month": 3, "months": 1},
    ]
    model = MentoringModel(TINY.changed(events=events), rng=0)
    model.run_for(2)
    workers = {agent: agent.seat for agent in model.agents if not agent.is_leader}
    model.step()
    lost = [seat for agent, seat in workers.items() if agent not in model.agents]
    assert len(lost) > 8
    closed = model.run.state.seats.closed
    seats = [seat for seat in lost if closed[seat]]
    assert len(seats) > 8
    model.run_model()
    assert all(model.at_seat(seat) is None for seat in seats)


def test_the_chief_has_no_boss_and_a_vacant_seat_nobody():
    events = [{"type": "chief_leaves", "month": 2, "vacancy": 3, "successor": "inside"}]
    model = MentoringModel(TINY.changed(events=events), rng=0)
    chief = model.at_seat(0)
    assert chief.boss is None
    reports = [agent for agent in model.agents if agent.boss is chief]
    assert len(reports) == model.run.organization.team_size[0]
    model.run_for(2)
    assert model.at_seat(0) is None
    assert chief not in model.agents
    assert all(agent.boss is None for agent in reports if agent in model.agents)
    model.run_for(3)
    successor = model.at_seat(0)
    assert successor in reports
    assert successor.level == 0
    assert all(
        agent.boss is successor
        for agent in reports
        if agent in model.agents and agent is not successor
    )


def test_nothing_is_read_or_written_through_those_who_have_left():
    events = [{"type": "chief_leaves", "month": 2, "vacancy": 1, "successor": "outside"}]
    model = MentoringModel(TINY.changed(events=events), rng=0)
    chief, identity = model.at_seat(0), model.at_seat(0).identity
    model.run_for(3)
    successor = model.at_seat(0)
    assert successor is not chief
    assert (chief.seat, chief.identity) == (-1, identity)
    before = columns(model.run.state)
    for name in ("credibility", "level", "is_leader", "boss", "my_mentor"):
        with pytest.raises(LookupError, match="has left"):
            getattr(chief, name)
    with pytest.raises(LookupError, match="has left"):
        chief.credibility = 0.0
    after = columns(model.run.state)
    assert all(after[part].tobytes() == before[part].tobytes() for part in before)


def test_mentors_are_agents():
    model = MentoringModel(TINY.changed(BUSY), rng=3)
    model.run_model()
    pairs = [(agent, agent.my_mentor) for agent in model.agents if agent.my_mentor is not None]
    assert len(pairs) == model.measures["participation"] > 0
    for agent, mentor in pairs:
        assert mentor in model.agents
        assert mentor is not agent
        assert mentor.load >= 1
        assert agent.mentor == mentor.seat
    assert all(agent.my_mentor is None for agent in model.agents if agent.mentor < 0)


@pytest.mark.parametrize("name", [*PERSON_NUMBERS, *PERSON_COUNTS])
def test_an_agent_reads_and_writes_its_own_row(name):
    model = MentoringModel(TINY, rng=0)
    column = getattr(model.run.state.people, name)
    agent = model.at_seat(17)
    assert getattr(agent, name) == column[17]
    assert type(getattr(agent, name)) is (float if name in PERSON_NUMBERS else int)
    before = column.copy()
    setattr(agent, name, before[17] + 1)
    assert np.flatnonzero(column != before).tolist() == [17]
    assert getattr(agent, name) == before[17] + 1
    assert getattr(Employee, name).__doc__


def test_what_is_written_through_an_agent_has_consequences():
    model, other = MentoringModel(TINY, rng=1), MentoringModel(TINY, rng=1)
    model.agents.select(lambda agent: not agent.is_leader).set("credibility", 0.0)
    model.step()
    other.step()
    assert model.measures["credibility"] < other.measures["credibility"] - 0.2
    assert model.measures["headcount"] == other.measures["headcount"]


# ----------------------------------------------------------------------------- collecting


def test_the_collector_starts_at_month_zero_and_has_every_measure():
    model = MentoringModel(TINY, rng=0)
    assert len(collected(model)) == 1
    model.step()
    frame = collected(model)
    assert len(frame) == 2
    assert set(frame.columns) == set(model.measures) == set(model.run.measures)
    same(frame.iloc[[-1]], pd.DataFrame([model.measures]))


def test_a_collector_of_ones_own():
    model = MentoringModel(TINY.changed(BUSY), rng=3)
    model.datacollector = mesa.DataCollector(
        model_reporters={"adoption": lambda m: m.measures["adoption"], "month": "month"},
        agent_reporters={
            "credibility": "credibility",
            "adopter": "adopter",
            "mentored": lambda agent: agent.my_mentor is not None,
        },
    )
    model.run_model()
    table = model.datacollector.get_model_vars_dataframe()
    people = model.datacollector.get_agent_vars_dataframe()
    history = measures(simulate(model.setting, seed=3))
    assert table["month"].tolist() == list(range(1, 13))
    np.testing.assert_array_equal(table["adoption"], history["adoption"][1:])
    months = people.groupby(level="Step")
    np.testing.assert_allclose(months["credibility"].mean(), history["credibility"][1:], rtol=1e-12)
    np.testing.assert_allclose(months["adopter"].mean(), history["adoption"][1:], rtol=1e-12)
    np.testing.assert_array_equal(months["mentored"].sum(), history["participation"][1:])
    np.testing.assert_array_equal(months.size(), history["headcount"][1:])


# ------------------------------------------------------------------------------ batch runs


@pytest.fixture
def batch():
    """Return Mesa's batch run, which changes how processes are started, and undo that."""
    method = multiprocessing.get_start_method(allow_none=True)
    yield lambda **options: mesa.batch_run(MentoringModel, display_progress=False, **options)
    multiprocessing.set_start_method(method, force=True)


def test_a_batch_run_over_settings_seeds_and_a_lever(batch):
    rows = batch(
        parameters={
            "setting": ["baseline", "talk-without-action"],
            "commitment.talk": [0.3, 0.9],
            "organization.people": 40,
            "run.months": 12,
        },
        rng=[4, 5],
        data_collection_period=1,
    )
    frame = pd.DataFrame(rows)
    assert len(frame) == 2 * 2 * 2 * 13
    assert frame["RunId"].nunique() == 8
    keys = ["setting", "commitment.talk", "rng"]
    for (name, talk, seed), group in frame.groupby(keys):
        changes = {"commitment.talk": talk, "organization.people": 40, "run.months": 12}
        expected = measures(simulate(load_scenario(name, **changes), seed=seed))
        assert group["Step"].tolist() == list(range(13))
        same(group[list(expected.columns)], expected)
    assert frame[frame["Step"] == 12]["engagement"].nunique() == 8


def test_a_batch_run_of_a_scenario_keeps_its_last_month(batch):
    rows = batch(parameters={"setting": [TINY]}, rng=range(3))
    assert [row["Step"] for row in rows] == [12, 12, 12]
    for seed, row in enumerate(rows):
        last = measures(simulate(TINY, seed=seed)).iloc[[-1]]
        same(pd.DataFrame([row])[list(last.columns)], last)


@pytest.mark.parametrize(
    ("parameters", "options"),
    [
        ({}, {"iterations": 3}),
        ({}, {"rng": [None] * 3}),
        ({"rng": [1, 2, 3]}, {}),  # Mesa drops it
        ({}, {"rng": [np.random.SeedSequence(k) for k in range(3)]}),
    ],
)
@pytest.mark.filterwarnings("ignore:The `iterations` keyword:DeprecationWarning")
def test_iterations_are_different_runs_whose_seeds_are_told(batch, parameters, options):
    frame = pd.DataFrame(batch(parameters={"setting": [TINY], **parameters}, **options))
    assert len(frame) == frame["engagement"].nunique() == frame["study_seed"].nunique() == 3
    for row in frame.to_dict("records"):
        last = measures(simulate(TINY, seed=row["study_seed"])).iloc[[-1]]
        same(pd.DataFrame([row])[list(last.columns)], last)


# --------------------------------------------------------------- interventions and analyzers


def meddle(run):
    """Start a campaign in month 4 and shake everybody's trust in month 6."""
    if run.month == 4:
        run.happen("campaign", reach=0.8, strength=30.0)
    if run.month == 6:
        run.state.people.credibility[:] = np.minimum(run.state.people.credibility, 0.3)


class Diary:
    """Writes down a measure at the end of each month, and returns it."""

    def __init__(self):
        self.pages = []

    def __call__(self, run):
        """Write a page."""
        self.pages.append((run.month, run.measures["credibility"]))
        return {"page": len(self.pages), "seen": run.measures["credibility"]}


def test_hooks_do_the_same_in_a_model_and_in_a_simulation():
    given, live = Diary(), Diary()
    runs = simulate(TINY, 8, interventions=[meddle], analyzers=[given])
    model = MentoringModel(TINY, rng=8)
    model.run.interventions.append(meddle)
    model.run.analyzers.append(live)
    model.run_model()
    same(collected(model), measures(runs))
    assert given.pages == []  # each replication has a diary of its own
    analyses = runs.analyses
    assert list(zip(analyses["month"], analyses["seen"], strict=True)) == live.pages
    assert analyses["page"].tolist() == list(range(1, 13))
    assert [month for month, _ in live.pages] == list(range(1, 13))
    assert [value for _, value in live.pages] == collected(model)["credibility"][1:].tolist()
    untouched = measures(simulate(TINY, 8))
    touched = measures(runs)
    assert touched["money"][4] > untouched["money"][4]
    assert touched["credibility"][6] < 0.4 < untouched["credibility"][6]
    same(touched[:4], untouched[:4])


def test_an_intervention_is_as_good_as_a_scripted_event():
    def news(run):
        if run.month == 3:
            run.happen("chief_leaves", successor="inside", vacancy=2)

    events = [{"type": "chief_leaves", "month": 3, "successor": "inside", "vacancy": 2}]
    model = MentoringModel(TINY, rng=8)
    model.run.interventions.append(news)
    model.run_model()
    same(collected(model), measures(simulate(TINY.changed(events=events), seed=8)))


def test_an_unknown_event_is_refused_by_the_live_run():
    model = MentoringModel(TINY, rng=0)
    model.run.interventions.append(lambda run: run.happen("chief_left"))
    with pytest.raises(InputError, match="chief_left"):
        model.step()


# ----------------------------------------------------------- what hooks see, and may ask for


def test_an_intervention_sees_the_measures_of_the_month_before():
    seen = []
    runs = simulate(TINY, 8, interventions=[lambda run: seen.append(run.measures["credibility"])])
    assert seen == runs.table["credibility"][:12].tolist()


@pytest.mark.parametrize("months", [0, 3])
def test_an_event_called_for_between_the_months_happens_in_the_next(months):
    model = MentoringModel(TINY, rng=8)
    for _ in range(months):
        model.step()
    model.run.happen("chief_leaves", vacancy=2)
    model.run_model()
    events = [{"type": "chief_leaves", "month": months + 1, "vacancy": 2}]
    same(collected(model), measures(simulate(TINY.changed(events=events), seed=8)))


@pytest.mark.parametrize(
    ("type", "values", "words"),
    [
        ("chef_leaves", {}, "Did you mean 'chief_leaves'"),
        ("campaign", {"reach": 2.0}, "reach: "),
        ("campaign", {"colour": 1}, "colour: "),
        ("layoff", {"share": 0.5, "branch": 99}, "branch must be from 0 to"),
        ("leads_leave", {"count": 9}, "count must be at most"),
        ("budget_restored", {}, "no budget_cut without months comes before it"),
        ("launch", {}, "already runs"),
    ],
)
def test_what_cannot_happen_is_refused_and_the_run_goes_on(type, values, words):
    model = MentoringModel(TINY, rng=8)
    model.step()
    with pytest.raises(InputError, match=words) as refused:
        model.run.happen(type, **values)
    assert "\n" not in str(refused.value)
    model.run_model()
    same(collected(model), measures(simulate(TINY, seed=8)))


@pytest.mark.parametrize("seed", [-1, 2**63, 2**70])
def test_a_number_that_is_no_seed_is_refused(seed):
    with pytest.raises(InputError, match="seed must be a whole number"):
        MentoringModel(TINY, rng=seed)


def test_hooks_and_changes_are_given_at_the_start_as_elsewhere():
    bulk, live = [], Diary()
    changes = {"commitment.action": np.float64(0.9), "organization.people": np.int64(40)}

    def told(run):
        diary = Diary()
        diary(run)
        bulk.extend(diary.pages)

    runs = simulate(TINY.changed(changes), 8, interventions=[meddle], analyzers=[told])
    model = MentoringModel(
        TINY, rng=np.int64(8), interventions=iter([meddle]), analyzers=iter([live]), **changes
    )
    model.run_model()
    same(collected(model), measures(runs))
    assert live.pages == bulk != []


def test_a_model_and_its_people_say_who_they_are():
    events = [{"type": "chief_leaves", "month": 2, "vacancy": 3, "successor": "inside"}]
    model = MentoringModel(TINY.changed(events=events), rng=3)
    chief = model.at_seat(0)
    chief.adopter, chief.engagement = 1, -0.256
    told = f"<Leader {chief.identity}: seat 0; level 0; practising yes; engagement −0.26>"
    assert repr(chief) == told
    assert "<th>engagement</th><td>−0.26</td>" in chief._repr_html_()
    assert repr(model).startswith(
        "<MentoringModel baseline: seed 3; month 0 of 12; people 40 in 40 seats; practising "
    )
    model.run_for(2)
    assert "month 2 of 12; people 37 in 40 seats" in repr(model)
    assert "<th>scenario</th><td>baseline</td>" in model._repr_html_()
    assert repr(chief) == f"<Leader {chief.identity}: has left>"
    assert "has left" in chief._repr_html_()
