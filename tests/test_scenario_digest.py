"""Fingerprints mean something: what can change a run enters them, and what is off does not."""

from __future__ import annotations

import ast
from typing import ClassVar

import pytest
from helpers import event, execute
from strategies import agree

from simulation.errors import InputError
from simulation.files import PACKAGE
from simulation.scenarios.scenario import Scenario, load_scenario
from simulation.study.run import Run
from simulation.theory.adoption import Adoption
from simulation.theory.declare import Group, declare
from simulation.theory.parameters import GROUPS, Address, Parameters, active_values, declared

BASELINE = load_scenario("baseline")
CHART = "employee,manager\na,\nb,a\nc,a\nd,b\ne,b\nf,c\n"
#: Events that touch what plans, posts and briefings could hide.
EVENTS = (
    event("chief_leaves", 4),
    event("leads_leave", 6),
    event("leader_leaves", 7, share=0.3, manner="poached"),
    event("sponsor_leaves", 8),
    event("briefings_change", 9, interval=1),
    event("strategy_change", 10, alignment=0.3),
    event("change", 11, lever="succession.empowerment", value=0.9),
)


def digest(parameters: Parameters) -> str:
    return Scenario("s", "", "", parameters).digest


def others(parameter):
    """Return other values of a parameter: the ends of its range, or its other choices."""
    if parameter.choices:
        return [c for c in parameter.choices if c != parameter.default]
    if parameter.kind == "bool":
        return [not parameter.default]
    if parameter.kind == "tuple":
        return [(0.0, 0.5)]
    cast = int if parameter.kind == "int" else float
    return [cast(v) for v in (parameter.high, parameter.low) if cast(v) != parameter.default]


# ------------------------------------------------------------------------- a mechanism is added


class Awards(Group):
    """A mechanism that is off by default, as a whole."""

    switch: ClassVar[str] = "chance"
    chance: float = declare(0.0, 0.0, 1.0, "probability", "assumed", "x", "Chance.", off=0.0)
    worth: float = declare(0.4, 0.0, 1.0, "share", "assumed", "x", "What an award is worth.")


class MoreAdoption(Adoption):
    """A group with one more parameter, which needs a rule that is not the default's."""

    threshold_drift: float = declare(
        0.1, 0.0, 1.0, "share", "assumed", "x", "Drift.", needs="adoption.threshold_tilt"
    )
    threshold_tilt: float = declare(0.0, 0.0, 1.0, "share", "assumed", "x", "Tilt.", off=0.0)


class With(Parameters):
    """The model with a mechanism more."""

    awards: Awards = Awards()
    adoption: MoreAdoption = MoreAdoption()


def test_a_mechanism_that_is_off_leaves_fingerprints_as_they_were():
    assert digest(With()) == BASELINE.digest == digest(Parameters())
    assert digest(With(awards=Awards(worth=0.9))) == BASELINE.digest
    assert digest(With(adoption=MoreAdoption(threshold_drift=0.9))) == BASELINE.digest


def test_once_on_all_its_values_count():
    on = [
        With(awards=Awards(chance=0.1)),
        With(awards=Awards(chance=0.1, worth=0.9)),
        With(adoption=MoreAdoption(threshold_tilt=0.1)),
        With(adoption=MoreAdoption(threshold_tilt=0.1, threshold_drift=0.9)),
    ]
    assert len({BASELINE.digest, *map(digest, on)}) == 5


def test_a_changed_default_changes_the_fingerprint():
    class Talkative(GROUPS["commitment"]):
        talk: float = declare(0.7, 0.0, 1.0, "share", "assumed", "x", "Talk.")

    class Changed(Parameters):
        commitment: Talkative = Talkative()

    assert digest(Changed()) != BASELINE.digest


# ----------------------------------------------------------------------- each declared parameter


@pytest.mark.parametrize("name", active_values(Parameters()))
def test_an_active_value_moves_the_fingerprint(name):
    parameter = declared()[name]
    changes = [{name: value} for value in others(parameter)]
    changes[0] |= {"adoption.thresholds": (0.1,)} if name == "adoption.threshold_law" else {}
    assert BASELINE.changed(next(filter(agree, changes))).digest != BASELINE.digest


def test_thresholds_count_under_their_rule_only():
    rule = BASELINE.changed({"adoption.rule": "threshold"})
    for changes in (
        {"adoption.threshold_mean": 0.2},
        {"adoption.threshold_unit": "count"},
        {"adoption.threshold_law": "uniform"},
    ):
        assert BASELINE.changed(changes).digest == BASELINE.digest
        assert rule.changed(changes).digest != rule.digest
    assert rule.changed({"adoption.imitation": 0.5}).digest == rule.digest


#: What says how a chart is read: without one it is refused.
OF_CHARTS = {
    n for n, p in declared().items() if n.startswith("organization.") and p.off is not None
}
#: What needs another value, each with the setting in which it has no effect.
LIMITED = {
    **{
        n: {}
        for n, p in declared().items()
        if p.needs and n not in active_values(Parameters()) and n not in OF_CHARTS
    },
    **{
        f"adoption.{key}": {"adoption.rule": "threshold"}
        for key in ("imitation", "saturation", "heard_weight", "recognition_weight")
    },
    "infrastructure.need_reference": {"infrastructure.need_growth": 0.0},
    "invitation.value_reference": {"invitation.value_weight": 0.0},
    "succession.no_plan_works": {"succession.plan": True},
    "succession.chief_vacancy": {"succession.plan": True},
    "succession.chief_inside": {"succession.plan": True},
    "adoption.thresholds under a law": {"adoption.rule": "threshold"},
    "adoption.threshold_spread under a law": {
        "adoption.rule": "threshold",
        "adoption.threshold_law": "constant",
    },
    "adoption.threshold_mean under a law": {
        "adoption.rule": "threshold",
        "adoption.threshold_law": "listed",
        "adoption.thresholds": (0.1, 0.4),
    },
    **{f"organization.{k}": {"chart": True} for k in ("people", "span", "ties", "tie_homophily")},
    "organization.structure_seed": {"chart": True},
}
#: What is off by a value of its own has an effect once it is moved.
SWITCHES = [name for name, parameter in declared().items() if parameter.off is not None]


def test_every_declared_limit_is_tried_below():
    stated = {name for name, p in declared().items() if p.needs and name not in OF_CHARTS}
    assert stated == {name.partition(" ")[0] for name in LIMITED}


@pytest.mark.parametrize("name", LIMITED)
def test_an_inactive_value_changes_no_run_and_no_fingerprint(name, larger, tmp_path):
    setting, name = dict(LIMITED[name]), name.partition(" ")[0]
    if setting.pop("chart", False):
        chart = tmp_path / "people.csv"
        chart.write_text(CHART)
        setting["organization.chart"] = str(chart)
    small = {"organization.people": 40, "run.months": 24, "adoption.initial": 0.3}
    usual = BASELINE.changed({**small, **setting, "events": list(EVENTS)})
    assert name not in active_values(usual.parameters)
    tried = 0
    for value in others(declared()[name]):
        changes = {name: value}
        if value == "listed":
            changes["adoption.thresholds"] = (0.1,)
        other = usual.changed(changes)
        assert other.digest == usual.digest
        assert bits(other) == bits(usual)
        tried += 1
    assert tried


def bits(scenario: Scenario) -> bytes:
    run = Run(scenario, seed=3).finish()
    return run.table.tobytes() + run.levels.tobytes()


@pytest.mark.parametrize("name", [n for n in SWITCHES if n not in OF_CHARTS])
def test_a_switch_is_off_at_its_value_alone(name, larger):
    """At its ``off`` value it is left out; moved, it changes a run and the fingerprint."""
    value = {"role_models.blocked_level": 1}.get(name, declared()[name].high)
    busy = {"adoption.initial": 0.4, "relationships.mentor_tenure": 6.0}
    off, moved = (BASELINE.changed(busy | {name: v}) for v in (declared()[name].off, value))
    assert name not in active_values(off.parameters)
    assert moved.digest != off.digest
    first, second = (execute(larger, s.parameters, months=36).table for s in (off, moved))
    assert first.tobytes() != second.tobytes()


def test_a_lever_that_changes_during_the_run_is_not_off_and_what_needs_it_counts():
    """Which handover a plan makes matters to who has a plan later."""
    small = {"organization.people": 40, "run.months": 24}
    begun = event("change", 3, lever="succession.plan", value=True)
    planless, later = (
        BASELINE.changed({**small, "events": [*more, *EVENTS]}) for more in ([], [begun])
    )
    overlap = {"succession.plan_overlap": 6.0, "succession.plan_works": 1.0}
    assert planless.changed(overlap).digest == planless.digest
    assert later.changed(overlap).digest != later.digest
    assert bits(later.changed(overlap)) != bits(later)
    blocked = event("change", 3, lever="role_models.blocked_level", value=1)
    later, cut = BASELINE.changed({"events": [blocked]}), {"role_models.blocked_action": 0.4}
    assert later.changed(cut).digest != later.digest
    assert BASELINE.changed(cut).digest == BASELINE.digest


@pytest.mark.parametrize("name", sorted(OF_CHARTS - {"organization.chart"}))
def test_what_is_said_of_a_chart_needs_one(name, tmp_path):
    told = declared()[name]
    (tmp_path / "pairs.csv").write_text("from,to\n1,2\n")
    value = {"int": 3, "bool": True}.get(told.kind, str(tmp_path / "pairs.csv"))
    needed = told.needs[0][0]
    with pytest.raises(InputError, match=rf"{name} needs {needed} \(now"):
        BASELINE.changed({name: value})
    assert BASELINE.changed({name: told.off}).digest == BASELINE.digest


def test_limits_name_parameters_and_values_that_there_are():
    for name, parameter in declared().items():
        for needed, values in parameter.needs:
            assert needed in declared(), name
            assert values or declared()[needed].off is not None
            for value in values:
                load_scenario("baseline").changed({needed: value, "adoption.thresholds": (0.1,)})
        if parameter.off is not None:
            group = GROUPS[parameter.address.group]
            made = group(**{parameter.address.key: parameter.off})
            assert getattr(made, parameter.address.key) == parameter.off


# ------------------------------------------------------------------------------------ addresses


def test_an_address_reads_a_value_and_is_its_dotted_name():
    for name, parameter in declared().items():
        group, key = parameter.address
        assert (str(parameter.address), parameter.name) == (name, f"{group}.{key}")
        assert Address(group, key).of(Parameters()) == parameter.default
        assert Parameters().value(name) == parameter.default
    assert Parameters().flat() == {name: p.default for name, p in declared().items()}


def test_no_dotted_name_is_taken_apart_by_hand():
    """``keys`` alone splits at a point: numbers in tables."""
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found = [
            node.lineno
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("split", "rsplit")
            and [ast.unparse(argument) for argument in node.args[:1]] == ["'.'"]
        ]
        assert not found or path == PACKAGE / "organizations" / "keys.py", (path, found)
