"""What the property tests draw from: valid values, changes, events and scenarios.

Everything comes from the declarations, so a new parameter or event is drawn at once.
"""

from __future__ import annotations

import typing
from typing import Any, Literal

from hypothesis import strategies as st

from simulation.errors import InputError
from simulation.scenarios.scenario import Scenario
from simulation.theory.events import EVENTS
from simulation.theory.parameters import GROUPS, Parameters, declared, tables

#: Parameters of every kind but paths, which need files.
DRAWN = tuple(name for name, parameter in declared().items() if parameter.unit != "path")
NUMBERS = tuple(name for name in DRAWN if declared()[name].kind in ("float", "int"))
#: Small enough to run hundreds of times.
SMALL = {"organization.people": (2, 60), "run.months": (1, 12), "run.steps_per_month": (1, 4)}
#: Ends of other events, and the launch: they need something before them.
DEPENDENT = ("launch", "commitment_restored", "budget_restored")


def parameter_values(name: str, plausible: bool = False) -> st.SearchStrategy[Any]:
    """Return valid values of a parameter, from its plausible range if wanted and declared."""
    parameter = declared()[name]
    low, high = parameter.low, parameter.high
    if plausible and parameter.plausible:
        low, high = parameter.plausible
    if parameter.choices:
        return st.sampled_from(parameter.choices)
    if parameter.kind == "bool":
        return st.booleans()
    if parameter.kind == "tuple":
        return st.lists(st.floats(-1000, 1000), max_size=5).map(tuple)
    return _numbers(parameter.kind, low, high)


def _numbers(kind: str, low: float | None, high: float | None) -> st.SearchStrategy[Any]:
    if kind == "int":
        return st.integers(int(low or 0), int(1000 if high is None else high))
    return st.floats(low, high, allow_nan=False, allow_infinity=False, allow_subnormal=False)


def invalid_values(name: str) -> st.SearchStrategy[Any]:
    """Return values that a numeric parameter must refuse: out of range or of a wrong type."""
    parameter = declared()[name]
    low, high = typing.cast("tuple[float, float]", (parameter.low, parameter.high))
    wrong: list[Any] = ["0.5", True, None, [], {}, float("nan"), float("inf"), high + 1, low - 1]
    return st.sampled_from([*wrong, low + 0.5] if parameter.kind == "int" else wrong)


def agree(changes: dict[str, Any]) -> bool:
    """Return whether values that are valid one by one are so together."""
    groups = tables(changes)
    try:
        Parameters(**{group: GROUPS[group](**table) for group, table in groups.items()})
    except ValueError:
        return False
    return True


def overrides(
    names: typing.Sequence[str] = DRAWN, max_size: int = 6, plausible: bool = False
) -> st.SearchStrategy[dict[str, Any]]:
    """Return valid changes by dotted name, agreeing with each other and with the defaults."""
    some = st.lists(st.sampled_from(list(names)), unique=True, max_size=max_size)
    values = some.flatmap(
        lambda chosen: st.fixed_dictionaries({n: parameter_values(n, plausible) for n in chosen})
    )
    return values.filter(agree)


def small_overrides(max_size: int = 6, plausible: bool = False) -> st.SearchStrategy[Any]:
    """Return valid changes that also make the run short and the organization small."""
    small = st.fixed_dictionaries({name: st.integers(*ends) for name, ends in SMALL.items()})
    names = [name for name in DRAWN if name not in SMALL]
    others = overrides(names, max_size, plausible)
    return st.tuples(others, small).map(lambda both: both[0] | both[1])


def event_tables(
    months: int = 120, types: typing.Sequence[str] | None = None, everywhere: bool = True
) -> st.SearchStrategy[dict[str, Any]]:
    """Return valid [[events]] tables within a run of so many months.

    Parameters
    ----------
    months : int
    types : sequence of str
        Which events; by default all that stand by themselves.
    everywhere : bool
        Leave out levels and branches, which need an organization that has them.
    """
    chosen = types or [kind for kind in EVENTS if kind not in DEPENDENT]
    return st.sampled_from(list(chosen)).flatmap(lambda k: _table(k, months, everywhere))


def _table(kind: str, months: int, everywhere: bool) -> st.SearchStrategy[dict[str, Any]]:
    needed: dict[str, Any] = {"type": st.just(kind), "month": st.integers(1, months)}
    if kind == "change":
        return st.sampled_from(CHANGEABLE).flatmap(lambda lever: _change(lever, needed))
    optional: dict[str, Any] = {}
    for key, info in EVENTS[kind].model_fields.items():
        if key in needed or key == "seat" or (everywhere and key in ("level", "branch")):
            continue
        # What must be given, and what makes sense of an event without a scope.
        always = info.is_required() or (kind, key) in _ALWAYS
        (needed if always else optional)[key] = _event_values(key, info)
    return st.fixed_dictionaries(needed, optional=optional)


_ALWAYS = {("leader_leaves", "share"), ("commitment_lapse", "action")}
#: Levers that can be changed during a run, whatever the values of others.
CHANGEABLE = tuple(
    name
    for name, parameter in declared().items()
    if parameter.role == "lever" and parameter.acts != "start"
    if name not in ("briefings.knowledge", "briefings.story", "briefings.data_point")
)


def _change(lever: str, needed: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        needed | {"lever": st.just(lever), "value": parameter_values(lever)},
        optional={"ramp": st.integers(0, 3), "months": st.integers(3, 24)},
    )


def _event_values(key: str, info: Any) -> st.SearchStrategy[Any]:
    if typing.get_origin(info.annotation) is Literal:
        return st.sampled_from(typing.get_args(info.annotation))
    kinds = set(typing.get_args(info.annotation)) or {info.annotation}
    if bool in kinds:
        return st.booleans()
    limits: dict[str, float] = {}
    for entry in info.metadata:
        limits |= {k: getattr(entry, k) for k in ("ge", "gt", "le") if hasattr(entry, k)}
    if int in kinds:
        high = {"count": 1, "level": 1, "branch": 0}.get(key, limits.get("le", 24))
        return st.integers(int(limits["ge"]), int(high))
    low = limits.get("ge", limits.get("gt", 0.0))
    return st.floats(low, limits["le"], exclude_min="gt" in limits, allow_subnormal=False)


def event_lists(months: int = 120, max_size: int = 4) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Return lists of different events within a run of so many months."""
    return st.lists(event_tables(months), max_size=max_size, unique_by=_identity)


def _identity(table: dict[str, Any]) -> tuple[Any, ...]:
    return table["type"], table["month"]


@st.composite
def scenarios(draw: st.DrawFn, base: Scenario, small: bool = False) -> Scenario:
    """Draw a valid scenario: ``base`` with changes and events, if wanted a small one."""
    changes = draw(small_overrides() if small else overrides())
    months = changes.get("run.months", base.parameters.run.months)
    changes["events"] = draw(event_lists(months))
    try:
        return base.changed(changes)
    except InputError as error:  # drawn values are valid, so this is a fault of the strategy
        raise AssertionError(str(error)) from error
