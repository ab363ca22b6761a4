"""Scenarios: loading, extending, changing, fingerprints, explaining, writing, schema."""

from __future__ import annotations

import json
import pickle
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import NUMBERS, invalid_values, overrides, scenarios

from simulation.errors import InputError
from simulation.scenarios.explaining import diff, explain
from simulation.scenarios.scenario import Scenario, load_scenario, shipped_scenarios
from simulation.scenarios.schema import json_schema
from simulation.scenarios.writing import baseline_toml, write_baseline
from simulation.theory.events import EVENTS
from simulation.theory.parameters import GROUPS, Parameters, declared

FOLDER = Path(__file__).parent.parent / "scenarios"
NAMES = shipped_scenarios()
BASELINE = load_scenario("baseline")


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a scenario file and gives its path."""

    def write_file(text: str, name: str = "mine.toml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write_file


def round_trip(scenario: Scenario, folder: Path) -> Scenario:
    path = folder / "round-trip.toml"
    path.write_text(scenario.to_toml(), encoding="utf-8")
    return load_scenario(path)


# ------------------------------------------------------------------ shipped files


@pytest.mark.parametrize("name", NAMES)
def test_shipped_scenario_loads_and_says_why(name):
    scenario = load_scenario(name)
    assert scenario.name == name
    assert scenario.question.endswith("?")
    assert 10 <= len(scenario.title) <= 70
    assert name == name.lower().replace("_", "-")
    assert name == "baseline" or "extends" in tomllib.loads((FOLDER / f"{name}.toml").read_text())


def test_shipped_scenarios_start_with_the_baseline():
    assert NAMES[0] == "baseline"
    assert len(NAMES) >= 39
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(NAMES)


def test_shipped_scenarios_all_differ():
    """Only the sweep has the baseline's parameters and events."""
    same = [name for name in NAMES if load_scenario(name).digest == BASELINE.digest]
    assert same == ["baseline", "commitment-by-visibility"]
    assert len({load_scenario(name).digest for name in NAMES}) == len(NAMES) - 1


def test_baseline_file_is_in_step_with_the_declarations():
    """If this fails: python -m simulation.scenarios.writing."""
    assert (FOLDER / "baseline.toml").read_text(encoding="utf-8") == baseline_toml()
    assert BASELINE.parameters == Parameters()


def test_baseline_states_every_parameter_with_its_meaning():
    text = baseline_toml()
    data = tomllib.loads(text)
    for parameter in declared().values():
        group, key = parameter.address
        assert key in data[group]
        assert parameter.meaning in text


def test_write_baseline_goes_where_it_is_told(tmp_path):
    assert write_baseline(tmp_path / "b.toml").read_text(encoding="utf-8") == baseline_toml()


def test_importing_scenarios_is_light():
    code = (
        "import sys, simulation.theory.parameters, simulation.theory.events;"
        "before = set(sys.modules);"
        "from simulation.scenarios import (checking, designs, documents, explaining, notation,"
        " reading, refusals, scenario, schema, sweeps, wording, writing);"
        "print(*sorted({m.split('.')[0] for m in set(sys.modules) - before}))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"numba", "mesa", "pandas", "scipy", "matplotlib"} & set(out.stdout.split())


# ------------------------------------------------------------------------ extending


def test_child_says_only_what_differs(write):
    path = write('extends = "baseline"\n[commitment]\naction = 0.2\n')
    scenario = load_scenario(path)
    assert scenario == BASELINE.changed(
        {"commitment.action": 0.2}, name="mine", title="mine", question=""
    )
    assert [row.name for row in diff(BASELINE, scenario)] == ["commitment.action"]


def test_a_file_that_extends_nothing_starts_from_the_defaults(write):
    assert load_scenario(write("[run]\nmonths = 12\n")).parameters == Parameters().model_copy(
        update={"run": GROUPS["run"](months=12)}
    )


def test_extends_takes_a_path_relative_to_the_file(write, monkeypatch, tmp_path_factory):
    write('extends = "baseline"\nreplications = 7\n[run]\nmonths = 24\n', "parents/far.toml")
    path = write('extends = "parents/far.toml"\n[commitment]\ntalk = 0.1\n')
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    scenario = load_scenario(path)
    assert (scenario.parameters.run.months, scenario.parameters.commitment.talk) == (24, 0.1)
    assert scenario.replications == 7
    assert (scenario.name, scenario.title, scenario.question) == ("mine", "mine", "")


EVENT = '[[events]]\nmonth = {}\ntype = "chief_leaves"\n'


def test_events_are_appended_or_replaced(write):
    write('extends = "baseline"\n' + EVENT.format(20), "parent.toml")
    more = load_scenario(write('extends = "parent.toml"\n' + EVENT.format(10)))
    other = load_scenario(
        write('extends = "parent.toml"\nreplace_events = true\n' + EVENT.format(10))
    )
    none = load_scenario(write('extends = "parent.toml"\nreplace_events = true\n'))
    assert [event.month for event in more.events] == [20, 10]
    assert [event.month for event in other.events] == [10]
    assert none.events == ()


def test_sweep_is_inherited_or_replaced_as_a_whole(write):
    inherited = load_scenario(write('extends = "commitment-by-visibility"\n'))
    assert inherited.sweep == load_scenario("commitment-by-visibility").sweep
    text = 'extends = "commitment-by-visibility"\n[sweep]\ndesign = "morris"\nsamples = 8\n'
    assert load_scenario(write(text)).sweep.axes == {}


def test_windows_files_with_a_byte_order_mark_load(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_bytes(b'\xef\xbb\xbfextends = "baseline"\r\n\r\n[commitment]\r\naction = 0.2\r\n')
    scenario = load_scenario(path)
    assert scenario.parameters.commitment.action == 0.2
    assert scenario.provenance["commitment.action"][-1].line == 4


def test_load_takes_names_paths_scenarios_and_changes(write):
    path = write('extends = "baseline"\n')
    for given_as in ("baseline", str(path), path, BASELINE):
        scenario = load_scenario(given_as, **{"run.months": 24}, title="Two years")
        assert (scenario.parameters.run.months, scenario.title) == (24, "Two years")


def test_a_chart_is_found_beside_its_scenario(write, monkeypatch, tmp_path_factory):
    chart = write("person,manager\n", "charts/people.csv")
    path = write('extends = "baseline"\n[organization]\nchart = "charts/people.csv"\n')
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert load_scenario(path).parameters.organization.chart == str(chart)


# --------------------------------------------------------------------------- changes


def test_changed_takes_dotted_names_groups_events_and_numpy():
    event = EVENTS["launch"](type="launch", month=3)
    scenario = BASELINE.changed(
        {"commitment.action": np.float64(0.2), "organization.people": np.int64(500)},
        infrastructure={"launched": np.bool_(False)},
        events=[event, {"type": "chief_leaves", "month": 9}],
        **{"adoption.thresholds": np.array([0.1, 0.2])},
    )
    assert scenario.parameters.commitment.action == 0.2
    assert scenario.parameters.organization.people == 500
    assert scenario.parameters.adoption.thresholds == (0.1, 0.2)
    assert [e.month for e in scenario.events] == [3, 9]
    assert BASELINE.events == ()


def test_changed_events_replace_and_none_removes_the_sweep():
    chief = load_scenario("chief-leaves")
    assert chief.changed({"events": []}).events == ()
    assert chief.changed({"commitment.talk": 0.3}).events == chief.events
    swept = load_scenario("commitment-by-visibility")
    assert swept.changed({"sweep": None}).sweep is None
    assert BASELINE.changed({"sweep": swept.sweep}).sweep == swept.sweep
    assert BASELINE.changed(replications=5).changed(replications=None).replications is None


def test_changed_keeps_name_and_question_unless_told():
    scenario = load_scenario("chief-leaves")
    assert scenario.changed({"run.months": 72}).question == scenario.question
    assert scenario.changed(name="short").name == "short"


@given(overrides())
def test_any_valid_changes_are_taken_as_they_are(changes):
    scenario = BASELINE.changed(changes)
    for name, value in changes.items():
        assert scenario.parameters.value(name) == value
    changed = {name for name, value in changes.items() if value != declared()[name].default}
    assert {row.name for row in diff(BASELINE, scenario)} == changed


@given(st.sampled_from(NUMBERS).flatmap(lambda n: st.tuples(st.just(n), invalid_values(n))))
def test_no_invalid_number_is_taken(pair):
    name, value = pair
    with pytest.raises(InputError, match=r"^changes: .* must be a (whole )?number"):
        BASELINE.changed({name: value})


# ------------------------------------------------------------- what somebody stated


def test_what_was_stated_is_known_even_at_the_default(write):
    default = declared()["relationships.poor"].default
    parent = f'extends = "baseline"\n[relationships]\npoor = {default}\n'
    write(parent, "parent.toml")
    child = load_scenario(write('extends = "parent.toml"\n[commitment]\ntalk = 0.2\n'))
    assert BASELINE.stated == frozenset()
    assert load_scenario(FOLDER / "baseline.toml").stated == frozenset()
    assert child.stated == {"relationships.poor", "commitment.talk"}
    assert child.changed({"run.months": 24}).stated == child.stated | {"run.months"}
    assert BASELINE.changed({"relationships.poor": default}).stated == {"relationships.poor"}
    assert pickle.loads(pickle.dumps(child)).stated == child.stated
    assert load_scenario(write(BASELINE.to_toml(), "whole.toml")).stated == set(declared())


def test_a_baseline_of_ones_own_is_not_the_shipped_one(write):
    own = load_scenario(write("[commitment]\ntalk = 0.6\n", "baseline.toml"))
    assert own.stated == {"commitment.talk"}


def test_what_was_stated_is_restored_or_taken_from_the_values():
    default = declared()["relationships.poor"].default
    scenario = BASELINE.changed({"relationships.poor": default, "run.months": 24})
    whole = json.loads(json.dumps(scenario.as_dict()))
    assert Scenario.from_dict(whole, stated=sorted(scenario.stated)).stated == scenario.stated
    assert Scenario.from_dict(whole).stated == {"run.months"}


# ------------------------------------------------------------------------ at a glance


def test_a_scenario_is_readable():
    shown = repr(load_scenario("chief-leaves").changed({"commitment.action": 0.2}))
    lines = [line.strip() for line in shown.split("\n")]
    assert lines[:3] == [
        'Scenario "chief-leaves"',
        "title: The chief leaves in month 60, no plan",
        "commitment.action: 0.2 share (baseline 0.6)",
    ]
    assert lines[3] == "event 1: month 60: chief_leaves"
    assert re.fullmatch(r"digest: [0-9a-f]{16}", lines[4])
    assert len(lines) == 5
    assert "parameters: the baseline's" in repr(BASELINE)
    assert "sweep: grid, commitment.action [0.1, 0.3" in repr(
        load_scenario("commitment-by-visibility")
    )


def test_many_differences_are_counted_not_shown():
    names = [n for n in NUMBERS if n.startswith("commitment.") and declared()[n].high == 1.0]
    scenario = BASELINE.changed(dict.fromkeys(names, 0.1234))
    assert repr(scenario).count("(baseline ") == 12
    assert f"{len(names) - 12} other values differ from the baseline" in repr(scenario)


def test_a_scenario_is_escaped_in_notebooks():
    page = BASELINE.changed(title="<b>A & B</b>", name="<i>")._repr_html_()
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in page
    assert "<b>" not in page
    assert "<i>" not in page
    assert BASELINE.digest in page


def test_a_scenario_whose_chart_is_gone_is_still_readable(write):
    chart = write("a,b\n", "one.csv")
    scenario = BASELINE.changed({"organization.chart": str(chart)})
    chart.unlink()
    assert "digest: none: organization.chart" in repr(scenario)


# ---------------------------------------------------------------------- fingerprints


def test_digest_ignores_what_is_only_said():
    scenario = load_scenario("chief-leaves")
    same = scenario.changed(name="other", title="Other", question="Why?", replications=3)
    assert same.digest == scenario.digest
    assert len(scenario.digest) == 16
    assert pickle.loads(pickle.dumps(scenario)).digest == scenario.digest


def test_digest_is_the_same_in_another_process():
    code = "import simulation; print(simulation.load_scenario('layoffs').digest)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == load_scenario("layoffs").digest


def test_digest_moves_with_events_and_their_values():
    events = [{"type": "chief_leaves", "month": 9}]
    later = [{"type": "chief_leaves", "month": 10}]
    stated = [{"type": "chief_leaves", "month": 9, "successor": "drawn"}]
    digests = [BASELINE.changed(events=e).digest for e in ([], events, later)]
    assert len(set(digests)) == 3
    assert BASELINE.changed(events=stated).digest == digests[1]


def test_digest_does_not_see_how_a_number_is_written(write):
    a = load_scenario(write('extends = "baseline"\n[commitment]\naction = 0\ntalk = 1\n'))
    b = load_scenario(write('extends = "baseline"\ncommitment = {talk = 1e0, action = -0.0}\n'))
    assert a == b
    assert a.digest == b.digest


def test_digest_takes_charts_by_content(write):
    first = write("a,b\n1,1\n", "one.csv")
    second = write("a,b\n1,1\n", "moved/two.csv")
    by_first = BASELINE.changed({"organization.chart": str(first)})
    by_second = BASELINE.changed({"organization.chart": str(second)})
    assert by_first.digest == by_second.digest != BASELINE.digest
    second.write_text("a,b\n1,2\n")
    assert BASELINE.changed({"organization.chart": str(second)}).digest != by_first.digest
    second.unlink()
    with pytest.raises(InputError, match=r"organization\.chart = .*two\.csv.* cannot be read"):
        _ = by_second.digest


def test_an_edited_chart_is_read_again(write):
    """By the very object that has told its fingerprint before."""
    chart = write("a,b\n1,1\n", "one.csv")
    scenario = BASELINE.changed({"organization.chart": str(chart)})
    before = scenario.digest
    chart.write_text("a,b\n1,2\n")
    edited = scenario.digest
    chart.write_text("a,b\n1,1\n")
    assert (edited != before, scenario.digest) == (True, before)


# --------------------------------------------------------------- explain and compare


def test_explain_tells_the_chain_of_files(write, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    write('extends = "baseline"\n\n[commitment]\naction = 0.2\n', "parent.toml")
    child = write('extends = "parent.toml"\n[commitment]\ntalk = 1\n\naction = 0.3\n')
    scenario = load_scenario(child).changed({"commitment.action": 0.4})
    (row,) = explain(scenario, "commitment.action")
    parameter = declared()["commitment.action"]
    assert (row.value, row.unit, row.plausible) == (0.4, "share", parameter.plausible)
    assert (row.meaning, row.source, row.tag) == (
        parameter.meaning,
        parameter.source,
        parameter.tag,
    )
    assert row.allowed == "a number from 0 to 1 (share)"
    first, *rest = row.chain.split(" -> ")
    assert "baseline.toml:" in first
    assert first.endswith(f" {parameter.default}")
    assert rest == ["parent.toml:4 0.2", "mine.toml:5 0.3", "changes 0.4"]
    assert parameter.meaning in str(row)


def test_explain_says_what_has_no_effect_here():
    (mean,) = explain(BASELINE, "adoption.threshold_mean")
    assert mean.idle == 'no effect here: adoption.rule is "hazard", not "threshold"'
    assert mean.idle in str(mean)
    (works,) = explain(BASELINE, "succession.plan_works")
    assert works.idle == "no effect here: succession.plan is false, not true"
    (blocked,) = explain(BASELINE, "role_models.blocked_action")
    assert blocked.idle == "no effect here: role_models.blocked_level is -1, which is off"
    (off,) = explain(BASELINE, "engagement.contagion")
    assert off.idle == "off here"
    ruled = BASELINE.changed({"adoption.rule": "threshold"})
    (spread,) = explain(
        ruled.changed({"adoption.threshold_law": "constant"}), "adoption.threshold_spread"
    )
    assert spread.idle.endswith('threshold_law is "constant", not "uniform" or "normal"')
    (active,) = explain(ruled, "adoption.threshold_mean")
    assert active.idle == ""
    assert "here" not in str(active)


def test_lines_of_the_baseline_are_true():
    lines = (FOLDER / "baseline.toml").read_text(encoding="utf-8").split("\n")
    for row in explain(BASELINE):
        (origin,) = row.origins
        assert lines[origin.line - 1].startswith(f"{row.name.split('.')[1]} = ")


def test_explain_gives_a_group_or_everything_and_names_the_nearest():
    assert {declared()[row.name].address.group for row in explain(BASELINE, "succession")} == {
        "succession"
    }
    assert [row.name for row in explain(BASELINE)] == list(declared())
    defaults = Scenario("d", "", "", Parameters())
    assert explain(defaults, "run.months")[0].chain.startswith("default ")
    with pytest.raises(InputError, match="Did you mean 'commitment'"):
        explain(BASELINE, "comitment")
    with pytest.raises(InputError, match=r"Did you mean 'commitment\.action'"):
        explain(BASELINE, "commitment.acton")


def test_diff_lists_parameters_events_and_sweep():
    first = load_scenario("chief-leaves")
    second = load_scenario("commitment-by-visibility").changed(
        {"commitment.action": 0.2, "events": [{"type": "leads_leave", "month": 3}]}
    )
    rows = diff(first, second)
    names = [row.name for row in rows]
    expected = [
        "commitment.action",
        "events",
        "events",
        "sweep.design",
        "sweep.replications",
        "sweep.axes",
    ]
    assert names == expected
    assert str(rows[1]) == 'events: { type = "chief_leaves", month = 60 } -> -'
    assert rows[2].first is None
    assert str(diff(BASELINE, load_scenario("chief-leaves-plan"))[0]) == (
        "succession.plan: false -> true"
    )
    assert diff(first, first) == []


@pytest.mark.parametrize("name", NAMES)
def test_plan_twins_differ_only_in_the_plan(name):
    if not name.endswith("-plan"):
        return
    rows = diff(load_scenario(name.removesuffix("-plan")), load_scenario(name))
    assert [(row.name, row.first, row.second) for row in rows] == [("succession.plan", False, True)]


# ----------------------------------------------------------------- writing and reading


@pytest.mark.parametrize("name", NAMES)
def test_to_toml_loads_back_to_an_equal_scenario(name, tmp_path):
    scenario = load_scenario(name)
    again = round_trip(scenario, tmp_path)
    assert again == scenario
    assert again.digest == scenario.digest
    assert Scenario.from_dict(json.loads(json.dumps(scenario.as_dict()))) == scenario


@given(scenarios(BASELINE, small=True))
def test_small_scenarios_are_small_and_valid(scenario):
    assert scenario.parameters.organization.people <= 60
    assert all(1 <= event.month <= scenario.parameters.run.months for event in scenario.events)


@given(scenarios(BASELINE), st.text(min_size=1), st.text())
def test_any_scenario_survives_toml_json_and_pickle(tmp_path_factory, scenario, name, question):
    scenario = scenario.changed(name=name, title=question, question=question, replications=3)
    assert round_trip(scenario, tmp_path_factory.getbasetemp()) == scenario
    assert Scenario.from_dict(json.loads(json.dumps(scenario.as_dict()))) == scenario
    assert pickle.loads(pickle.dumps(scenario)) == scenario
    assert hash(scenario.changed({})) == hash(scenario)


SWEEPS = [
    {"design": "grid", "axes": {"adoption.rule": ["hazard", "threshold"], "run.months": [6, 12]}},
    {"design": "zip", "axes": {"commitment.talk": [0, 1], "succession.leads": [1, 2]}},
    {"design": "list", "points": [{}, {"commitment.talk": 0.2}, {"succession.plan": True}]},
    {
        "design": "lhs",
        "samples": 9,
        "seed": 4,
        "axes": {"commitment.talk": [0.2, 1], "peers.boss": "plausible"},
    },
    {"design": "sobol", "samples": 16, "replications": 2},
    {"design": "saltelli", "samples": 64},
    {"design": "morris", "samples": 10, "axes": {"succession.leads": [1, 4]}},
]


@pytest.mark.parametrize("sweep", SWEEPS, ids=lambda sweep: sweep["design"])
def test_sweeps_of_every_design_survive(sweep, tmp_path):
    scenario = BASELINE.changed(sweep=sweep)
    assert round_trip(scenario, tmp_path).sweep == scenario.sweep
    assert Scenario.from_dict(json.loads(json.dumps(scenario.as_dict()))) == scenario
    jsonschema.Draft202012Validator(json_schema()).validate(tomllib.loads(scenario.to_toml()))


def test_given_designs_yield_their_points_in_order():
    grid, zipped, listed = (BASELINE.changed(sweep=s).sweep for s in SWEEPS[:3])
    points = [tuple(point.values()) for point in grid.settings()]
    assert points == [("hazard", 6), ("hazard", 12), ("threshold", 6), ("threshold", 12)]
    assert [tuple(point.values()) for point in zipped.settings()] == [(0.0, 1), (1.0, 2)]
    assert list(listed.settings()) == [{}, {"commitment.talk": 0.2}, {"succession.plan": True}]


def test_sampled_designs_have_bounds():
    some, everything = (BASELINE.changed(sweep=s).sweep.bounds() for s in SWEEPS[3:5])
    assert some == {"commitment.talk": (0.2, 1.0), "peers.boss": declared()["peers.boss"].plausible}
    assert everything == {n: p.plausible for n, p in declared().items() if p.plausible}


def test_axes_need_no_quotes(write):
    text = (
        'extends = "baseline"\n[sweep]\ndesign = "grid"\n[sweep.axes]\ncommitment.action = [0, 1]'
    )
    assert load_scenario(write(text)).sweep.axes == {"commitment.action": (0.0, 1.0)}
    jsonschema.Draft202012Validator(json_schema()).validate(tomllib.loads(text))


# ---------------------------------------------------------------------------- schema


def test_the_schema_says_whose_a_value_is_and_what_a_change_may_set():
    schema = json_schema()["properties"]
    plan = schema["succession"]["properties"]["plan"]
    assert (plan["role"], plan["acts"]) == ("lever", "next holder")
    assert "lever" in plan["description"]
    (change,) = [
        one
        for one in schema["events"]["items"]["oneOf"]
        if one["properties"]["type"]["const"] == "change"
    ]
    assert change["properties"]["value"]["type"] == ["boolean", "integer", "number", "string"]
    assert set(change["required"]) == {"month", "type", "lever", "value"}


def test_a_file_and_an_explanation_say_whose_a_value_is():
    text = BASELINE.to_toml()
    assert re.search(r"^plan = false .*; lever, felt with the next holder; ", text, re.MULTILINE)
    assert re.search(r"^people = .*; constant, read when a run begins; ", text, re.MULTILINE)
    (gain,) = explain(BASELINE, "commitment.gain")
    assert "\n  uncertainty; assumed: brief\n" in str(gain)


def test_schema_is_valid_and_takes_every_shipped_file():
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    json.dumps(schema, allow_nan=False)
    validator = jsonschema.Draft202012Validator(schema)
    for name in NAMES:
        validator.validate(tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "data",
    [
        {"commitment": {"action": 1.5}},
        {"commitment": {"acton": 0.5}},
        {"adoption": {"rule": "hazards"}},
        {"events": [{"type": "layoff", "month": 3}]},
        {"events": [{"type": "launch", "month": 3, "share": 0.5}]},
        {"sweep": {"axes": {}}},
        {"sweep": {"design": "grid", "axes": {"commitment.action": [2]}}},
        {"colour": "red"},
    ],
)
def test_schema_refuses_what_is_wrong(data):
    assert not jsonschema.Draft202012Validator(json_schema()).is_valid(data)


def test_schema_tells_units_ranges_and_meanings():
    entry = json_schema()["properties"]["commitment"]["properties"]["action"]
    assert (entry["minimum"], entry["maximum"]) == (0.0, 1.0)
    assert "share" in entry["description"]
    assert declared()["commitment.action"].meaning in entry["description"]
    assert len(json_schema()["properties"]["events"]["items"]["oneOf"]) == len(EVENTS)
