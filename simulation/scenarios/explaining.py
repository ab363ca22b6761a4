"""Where a value of a scenario comes from, how two scenarios differ, and one at a glance."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import InputError
from ..theory.events import levers_changed
from ..theory.parameters import GROUPS, active_values, declared, uncertain
from .notation import event_table, one_line, shown, toml
from .reading import Origin
from .wording import allowed, likely, no_parameter, role_of, suggestion, unit_of

if TYPE_CHECKING:
    from .scenario import Scenario

__all__ = ["Difference", "Explanation", "as_html", "as_text", "diff", "explain"]

#: How many differences from the baseline are shown at a glance.
_SHOWN = 12


class Explanation(NamedTuple):
    """All that is known about the value of one parameter in a scenario.

    ``idle`` says why the value has no effect there; it is empty where it has.
    """

    name: str
    value: Any
    unit: str
    allowed: str
    plausible: tuple[float, float] | None
    fitted: bool
    meaning: str
    tag: str
    source: str
    origins: tuple[Origin, ...]
    idle: str

    @property
    def chain(self) -> str:
        """Where the value was given and given anew, the most basic file first."""
        return " -> ".join(str(origin) for origin in self.origins)

    def __str__(self) -> str:
        p = declared()[self.name]
        range_said = likely(p)
        idle = f"\n  {self.idle}" if self.idle else ""
        return (
            f"{self.name} = {shown(self.value)}\n  {self.meaning}\n"
            f"  {self.allowed}{range_said}\n  {role_of(p)}; {self.tag}: {self.source}\n"
            f"  {self.chain}{idle}"
        )


def explain(scenario: Scenario, name: str = "") -> list[Explanation]:
    """Return what a parameter is, what it may be, and where its value comes from.

    Parameters
    ----------
    scenario : Scenario
    name : str
        A parameter (``"commitment.action"``), a group (``"commitment"``), or ``""`` for all.
    """
    names = [n for n, p in declared().items() if name in ("", n, p.address.group)]
    if not names:
        group = "" if "." in name else suggestion(name, GROUPS)
        raise InputError(f"{shown(name)} is not a group.{group}" if group else no_parameter(name))
    return [_explanation(scenario, dotted) for dotted in names]


def _explanation(scenario: Scenario, name: str) -> Explanation:
    p = declared()[name]
    default = (Origin("default", None, p.default),)
    return Explanation(
        name,
        p.address.of(scenario.parameters),
        unit_of(p),
        allowed(GROUPS[p.address.group].model_fields[p.address.key]),
        p.plausible,
        name in uncertain(),
        p.meaning,
        p.tag,
        p.source,
        scenario.provenance.get(name, default),
        _idle(scenario, name),
    )


def _idle(scenario: Scenario, name: str) -> str:
    """Return why a value has no effect in a scenario, "" if it may have one."""
    values = scenario.parameters.flat()
    if name in active_values(scenario.parameters, levers_changed(scenario.events)):
        return ""
    if values[name] == declared()[name].off:
        return "off here"
    needed, wanted = _unmet(values, name)
    instead = f"not {' or '.join(map(shown, wanted))}" if wanted else "which is off"
    return f"no effect here: {needed} is {shown(values[needed])}, {instead}"


def _unmet(values: Mapping[str, Any], name: str) -> tuple[str, tuple[Any, ...]]:
    """Return the need that an idle parameter lacks, the deepest first, and what it should be."""
    for needed, wanted in declared()[name].needs:
        if declared()[needed].needs:
            deeper = _unmet(values, needed)
            if deeper[0]:
                return deeper
        met = values[needed] in wanted if wanted else values[needed] != declared()[needed].off
        if not met:
            return needed, wanted
    return "", ()


class Difference(NamedTuple):
    """One thing in which two scenarios differ; None where one of them has nothing."""

    name: str
    first: Any
    second: Any
    unit: str

    def __str__(self) -> str:
        first, second = ("-" if v is None else toml(v) for v in (self.first, self.second))
        return f"{self.name}: {first} -> {second}{f' {self.unit}' if self.unit else ''}"


def diff(first: Scenario, second: Scenario) -> list[Difference]:
    """Return the parameters, the events and the entries of the sweep that differ.

    Names, titles and questions are not compared.
    """
    a, b = first.parameters.flat(), second.parameters.flat()
    rows = [
        Difference(name, a[name], b[name], unit_of(parameter))
        for name, parameter in declared().items()
        if a[name] != b[name]
    ]
    rows += [
        Difference("events", event_table(event), None, "")
        for event in first.events
        if event not in second.events
    ]
    rows += [
        Difference("events", None, event_table(event), "")
        for event in second.events
        if event not in first.events
    ]
    sweeps = [s.sweep.as_dict() if s.sweep else {} for s in (first, second)]
    keys = dict.fromkeys([*sweeps[0], *sweeps[1]])
    pairs = ((key, sweeps[0].get(key), sweeps[1].get(key)) for key in keys)
    return rows + [Difference(f"sweep.{key}", a, b, "") for key, a, b in pairs if a != b]


# ------------------------------------------------------------------------------- at a glance


def as_text(scenario: Scenario) -> str:
    """Return a scenario at a glance, for the screen: name, title, what differs, digest."""
    lines = [f"{label}: {value}" for label, value in _glance(scenario)]
    return "\n    ".join([f"Scenario {shown(scenario.name)}", *lines])


def as_html(scenario: Scenario) -> str:
    """Return the same as a small table in HTML, for notebooks."""
    rows = "".join(
        f"<tr><th style='text-align:left'>{html.escape(label)}</th>"
        f"<td style='text-align:left'>{html.escape(value)}</td></tr>"
        for label, value in _glance(scenario)
    )
    return f"<table><caption>Scenario {html.escape(shown(scenario.name))}</caption>{rows}</table>"


def _glance(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Yield what is worth knowing of a scenario: a label and a text each."""
    if scenario.title and scenario.title != scenario.name:
        yield "title", one_line(scenario.title)
    different = scenario.differing
    for name in list(different)[:_SHOWN]:
        p = declared()[name]
        unit = f" {unit_of(p)}" if unit_of(p) else ""
        yield name, f"{shown(different[name])}{unit} (baseline {shown(p.default)})"
    if len(different) > _SHOWN:
        yield "more", f"{len(different) - _SHOWN} other values differ from the baseline"
    if not different:
        yield "parameters", "the baseline's"
    for number, event in enumerate(scenario.events, 1):
        table = event_table(event)
        what, month = table.pop("type"), table.pop("month")
        said = ", ".join(f"{key} = {shown(value)}" for key, value in table.items())
        yield f"event {number}", f"month {month}: {what}{f' ({said})' if said else ''}"
    if scenario.sweep is not None:
        yield "sweep", str(scenario.sweep)
    try:
        yield "digest", scenario.digest
    except InputError as error:
        yield "digest", f"none: {error}"
