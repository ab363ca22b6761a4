"""Scenario files: which organization, with which levers, events and sweep, and why asked.

A scenario file says only what differs from the one it ``extends``, in the end from
``baseline.toml``, which states every parameter with its unit, range and source::

    extends = "baseline"
    question = "How much adoption is lost when the chief leaves?"

    [succession]
    plan = false

    [[events]]
    month = 60
    type = "chief_leaves"

Its events come after those of the file it extends, or instead of them with
``replace_events = true``; its ``[sweep]`` replaces a whole one. Paths of charts are
relative to the file that states them.

Everything is checked before anything runs. A mistake is an :class:`InputError` that
names the file, the line, the table, the key, the value and what is allowed.

:func:`load_scenario` reads one, :meth:`Scenario.changed` varies it, ``explaining.explain``
says where a value comes from and ``explaining.diff`` how two scenarios differ. The steps are
files of this folder: ``reading`` finds files and lines, ``checking`` and ``sweeps`` say what
is allowed, ``wording`` how that is told, ``writing`` and ``schema`` what editors need.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from ..theory.events import Event, encode, levers_changed
from ..theory.parameters import Parameters, active_values, declared, engine_record
from .checking import (
    as_tables,
    checked_events,
    checked_groups,
    checked_head,
    event_problems,
    head_values,
    merged,
    provenance_after,
    with_events,
)
from .explaining import as_html, as_text
from .notation import event_table, jsonable, plain, toml
from .reading import Document, Origin, lineage, scenario_path, shipped_scenarios
from .sweeps import Sweep, checked_sweep, try_points
from .wording import refuse
from .writing import file_text

if TYPE_CHECKING:
    from ..organizations.organization import Organization

__all__ = ["Scenario", "load_scenario", "shipped_scenarios"]


@dataclass(frozen=True, repr=False)
class Scenario:
    """A question to the model: parameters, events and, if wanted, a sweep.

    Attributes
    ----------
    name, title, question : str
        The name in tables and figures, one line about it, and what a strategist asks.
    parameters : Parameters
    events : tuple of Event
    sweep : Sweep or None
    replications : int or None
        How often to run it unless the caller says otherwise.
    provenance : dict of str to tuple of Origin
        Where each parameter was given, the most basic file first; see ``explaining.explain``.
    stated : frozenset of str
        The parameters that a change or a file gave, be it at the value that they have in the
        shipped baseline, whose own file does not count. Vectors of uncertain parameters leave
        these alone.

    Examples
    --------
    >>> scenario = load_scenario("chief-leaves").changed({"commitment.action": 0.2})
    >>> scenario.parameters.commitment.action
    0.2
    >>> sorted(scenario.stated)
    ['commitment.action', 'succession.plan']
    """

    name: str
    title: str
    question: str
    parameters: Parameters
    events: tuple[Event, ...] = ()
    sweep: Sweep | None = field(default=None, hash=False)
    replications: int | None = None
    provenance: Mapping[str, tuple[Origin, ...]] = field(default_factory=dict, compare=False)
    stated: frozenset[str] = field(default=frozenset(), compare=False)

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(self)

    @property
    def digest(self) -> str:
        """The fingerprint (16 hex digits) of all that can change a run, but not the seed.

        Values of mechanisms that are switched off do not enter, so that a mechanism added to the
        model, off by default, leaves it as it was (``parameters.active_values``). Charts enter
        by their content as it is now: moving a file does not matter and editing it does.
        """
        known = declared(type(self.parameters))
        charts = {
            name: _content_digest(name, value)
            for name, value in self._counting.items()
            if known[name].unit == "path"
        }
        return _fingerprint(self._counting | charts, self.events) if charts else self._digest

    def encoded(self, organization: Organization) -> tuple[Any, Any]:
        """Return what compiled code reads of the parameters and the events, for one run.

        Raises
        ------
        InputError
            An event names a seat that the organization does not have.
        """
        events = encode(self.events, self.parameters, organization)
        return engine_record(self.parameters), events

    @functools.cached_property
    def _counting(self) -> dict[str, Any]:
        return active_values(self.parameters, levers_changed(self.events))

    @functools.cached_property
    def _digest(self) -> str:
        return _fingerprint(self._counting, self.events)

    def changed(self, changes: Mapping[str, Any] | None = None, /, **more: Any) -> Scenario:
        """Return a scenario with some values changed; this one stays as it is.

        Parameters
        ----------
        changes : mapping
            Dotted parameter names (``{"commitment.action": 0.2}``) and, by their own name,
            ``events`` (replaces all), ``sweep``, ``name``, ``title``, ``question`` and
            ``replications``; ``events.1.month`` changes what the first event says. Paths are
            relative to the current folder. NumPy's numbers and arrays will do.
        **more
            The same as keywords; a group may be a dict: ``commitment={"action": 0.2}``.

        Raises
        ------
        InputError
            If a name is unknown or a value is not allowed.

        Examples
        --------
        >>> baseline = load_scenario("baseline")
        >>> quiet = baseline.changed({"commitment.talk": 0.1}, name="quiet")
        >>> quiet.name, quiet.parameters.commitment.talk, baseline.parameters.commitment.talk
        ('quiet', 0.1, 0.6)
        >>> baseline.changed({"commitment.acton": 0.1})
        Traceback (most recent call last):
        simulation.errors.InputError: changes: "commitment.acton" is not a parameter. \
Did you mean 'commitment.action'?
        """
        together = with_events(self.events, plain({**(changes or {}), **more}), self.name)
        return _applied(self, Document("changes", Path.cwd(), as_tables(together)))

    def as_dict(self) -> dict[str, Any]:
        """Return the whole scenario as a file would state it, ready for JSON."""
        head = {key: getattr(self, key) for key in ("name", "title", "question", "replications")}
        whole = {key: value for key, value in head.items() if value is not None}
        whole |= self.parameters.model_dump()
        whole["events"] = [event_table(event) for event in self.events]
        if self.sweep is not None:
            whole["sweep"] = self.sweep.as_dict()
        return dict(jsonable(whole))

    @classmethod
    def from_dict(cls, whole: Mapping[str, Any], stated: Iterable[str] | None = None) -> Scenario:
        """Return the scenario that :meth:`as_dict` gave, checked as a file is.

        Parameters
        ----------
        whole : mapping
            As :meth:`as_dict` returns it.
        stated : iterable of str, optional
            What :attr:`stated` was; default: the parameters that differ from their defaults.
        """
        if "extends" in whole:
            raise InputError("scenario: extends is for files; a dict must say everything.")
        document = Document("scenario", Path.cwd(), plain(dict(whole)), name="scenario")
        scenario = _applied(_DEFAULTS, document)
        names = scenario.differing if stated is None else stated
        return replace(scenario, stated=frozenset(names))

    @property
    def differing(self) -> dict[str, Any]:
        """The values that differ from their defaults, which are the shipped baseline's."""
        usual = type(self.parameters)().flat()
        return {name: v for name, v in self.parameters.flat().items() if v != usual[name]}

    def to_toml(self) -> str:
        """Return a complete scenario file: every parameter, nothing extended.

        Loading it gives an equal scenario.
        """
        head = {key: getattr(self, key) for key in ("name", "title", "question", "replications")}
        return file_text(head, self.parameters, self.events, self.sweep)


_DEFAULTS = Scenario("defaults", "", "", Parameters())


def load_scenario(name_or_path: str | Path | Scenario, /, **changes: Any) -> Scenario:
    """Return a shipped scenario by name, or the one in a file.

    Parameters
    ----------
    name_or_path : str, Path or Scenario
        A name such as ``"chief-leaves"``, or the path of a ``.toml`` file. A scenario is
        taken as it is.
    **changes
        Changes on top, as in :meth:`Scenario.changed`:
        ``load_scenario("baseline", **{"commitment.action": 0.2})``.

    Raises
    ------
    InputError
        If there is no such scenario, or something in it or in the changes is not allowed.

    Examples
    --------
    >>> load_scenario("chief-leaves").title
    'The chief leaves in month 60, no plan'
    >>> load_scenario("baseline", **{"run.months": 24}).parameters.run.months
    24
    """
    if isinstance(name_or_path, Scenario):
        scenario = name_or_path
    else:
        scenario = _DEFAULTS
        for document in lineage(scenario_path(name_or_path)):
            scenario = _applied(scenario, document)
    return scenario.changed(changes) if changes else scenario


def _applied(parent: Scenario, document: Document) -> Scenario:
    """Return the scenario that a document makes of its parent, or refuse the document."""
    problems: list[str] = []
    head = checked_head(document, problems)
    values = checked_groups(document, problems)
    own_events = checked_events(document, problems)
    sweep = checked_sweep(document, problems) if "sweep" in document.data else parent.sweep
    refuse(problems)
    inherited = () if head.replace_events else parent.events
    scenario = Scenario(
        **head_values(parent, document, head),
        parameters=merged(parent.parameters, values, document),
        events=inherited + own_events,
        sweep=sweep,
        provenance=provenance_after(parent.provenance, values, document),
        stated=parent.stated | set(values) if document.states else parent.stated,
    )
    problems += event_problems(scenario.events, scenario.parameters, document, len(inherited))
    refuse(problems)
    if "sweep" in document.data and sweep is not None:
        try_points(scenario, sweep, document)
    return scenario


def _fingerprint(values: Mapping[str, Any], events: Iterable[Event]) -> str:
    text = json.dumps(
        jsonable({"parameters": values, "events": [event.model_dump() for event in events]}),
        sort_keys=True,
        separators=(",", ":"),
        allow_nan=False,
    )
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _content_digest(name: str, path: str) -> str:
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError as error:
        raise InputError(f"{name} = {toml(path)} cannot be read ({error.strerror}).") from None
