"""One replication: the arrays of a run, stepped month by month or run in one go.

Extension points, in plain Python: an *intervention* is called with the live run at the
start of each month, an *analyzer* at its end. Both are any callable of one argument, or a
class whose instances are; what an analyzer returns (a number, or a mapping of names to
numbers) is kept::

    def thank_mentors(run):                   # an intervention
        if run.month == 24:
            run.happen("campaign", reach=0.3)

    class Peak:                               # an analyzer
        adoption = 0.0

        def __call__(self, run):
            self.adoption = max(self.adoption, run.measures["adoption"])
            return self.adoption
"""

from __future__ import annotations

import copy
import hashlib
import inspect
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from ..errors import InputError, nearest, whole_number
from ..machine import chance
from ..machine.compiled import ENABLED, U64
from ..month import order
from ..month.state import State, allocate, measure_table
from ..organizations.chart import load_chart
from ..organizations.organization import Organization, generate_organization
from ..scenarios.refusals import reasons_against, refusals
from ..scenarios.scenario import Scenario
from ..theory.events import EVENTS, Change, Event, encode
from ..theory.measures import LEVEL_MEASURES, MEASURES
from ..theory.parameters import OrganizationSettings

__all__ = ["Run", "check_seed", "organization_of", "refuse_events"]

Hook = Callable[["Run"], Any]
#: People from whom on threads within a run are worth their meetings.
LARGE = 100_000


class Analysis(NamedTuple):
    """One number that an analyzer returned at the end of a month."""

    month: int
    name: str
    value: float


def chart_options(settings: OrganizationSettings) -> dict[str, Any]:
    """Return how a scenario's chart is read: what it says of that, as ``load_chart`` takes it."""
    names = inspect.signature(load_chart).parameters.keys() & settings.model_dump().keys()
    told = {name: getattr(settings, name) for name in names}
    return {name: None if value == "" else value for name, value in told.items()}


@lru_cache(maxsize=8)
def _organization(settings: OrganizationSettings, *contents: str) -> Organization:
    """Return an organization; charts are told apart by their contents, not by their paths."""
    if settings.chart:
        return load_chart(settings.chart, settings.chart_ties or None, **chart_options(settings))
    return generate_organization(
        people=settings.people,
        span=settings.span,
        ties=settings.ties,
        tie_homophily=settings.tie_homophily,
        seed=settings.structure_seed,
    )


def _content(path: str) -> str:
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest() if path else ""
    except OSError:
        return ""  # reading the chart says what is wrong


def organization_of(scenario: Scenario) -> Organization:
    """Return the organization that a scenario names: its chart, or a generated one.

    A chart that was edited is read again.

    Raises
    ------
    InputError
        The chart cannot be used.
    """
    settings = scenario.parameters.organization
    return _organization(settings, _content(settings.chart), _content(settings.chart_ties))


def fresh(hooks: Iterable[Any]) -> list[Hook]:
    """Return hooks for one replication: classes are called, objects copied, functions kept."""
    return [hook() if isinstance(hook, type) else copy.deepcopy(hook) for hook in hooks]


def described(hooks: Iterable[Any]) -> list[dict[str, str]]:
    """Return names of hooks and digests of their code, as manifests state them."""
    return [{"name": hook_name(hook), "code": _code_digest(hook)} for hook in hooks]


def hook_name(hook: Any) -> str:
    """Return what a hook is called: the function's or the class's name."""
    return str(getattr(hook, "__name__", type(hook).__name__))


def _code_digest(hook: Any) -> str:
    made = hook if hasattr(hook, "__name__") else type(hook)
    try:
        return hashlib.sha256(inspect.getsource(made).encode()).hexdigest()[:16]
    except (OSError, TypeError):
        return ""


class Run:
    """One replication of a scenario on an organization.

    Parameters
    ----------
    scenario : Scenario
    organization : Organization, optional
        Default: the one that the scenario names.
    seed, replication : int
        The address of the run's luck.
    interventions, analyzers : sequences of callables or classes
        See the module.

    Attributes
    ----------
    month : int
        The month under way, or the last one finished; 0 is the start.
    measures : dict
        The measures of the last finished month: an intervention sees those of the month before.
    state : State
        The live arrays (rows are seats); an intervention may change them.
    analyses : list of Analysis
        What analyzers have returned.
    """

    def __init__(
        self,
        scenario: Scenario,
        organization: Organization | None = None,
        seed: int = 0,
        replication: int = 0,
        interventions: Sequence[Hook] = (),
        analyzers: Sequence[Hook] = (),
    ) -> None:
        seed = check_seed(seed)
        self.scenario = scenario
        self.organization = organization or organization_of(scenario)
        refuse_events(scenario, self.organization)
        self.months: int = scenario.parameters.run.months
        self.month, self._finished = 0, -1  # not even month 0, in which people are seated
        self._all_events: list[Event] = list(scenario.events)
        self.interventions = _instances(interventions)
        self.analyzers = _instances(analyzers)
        self.analyses: list[Analysis] = []
        record, self._events = scenario.encoded(self.organization)
        self._record = record.copy()  # a change of a lever writes to it
        self._key = U64(chance.key(U64(seed), U64(replication)))
        self.state: State = allocate(
            self.organization, scenario.parameters, self._record, most_leads(scenario.events)
        )
        self.table, self.levels = measure_table(self.months, self.organization.levels)

    def finish(self, threads: int | None = 1) -> Run:
        """Run what is left of all months (in one call when nothing is hooked in); return self.

        Parameters
        ----------
        threads : int, optional
            Threads within the run; the bits are the same. Worth it from about 100,000 people:
            None is one a core for so many, else one. Hooked runs are stepped by one.
        """
        if self.interventions or self.analyzers:
            while self.month < self.months:
                self.step()
        else:
            if threads is None:
                threads = (os.cpu_count() or 1) if self.organization.people >= LARGE else 1
            self._advance(self.months, whole_number(threads, "threads", 1, 1024))
            self.month = self._finished
        return self

    def _advance(self, last: int, threads: int = 1) -> None:
        """Run the months up to ``last``, if any, in one compiled call a member of a crew."""
        first = self._finished + 1
        if first > last:
            return
        threads = threads if ENABLED else 1  # plain Python has nothing to meet with
        self.state.gate.arrived[0] = 0  # the last crew may have had another size

        def work(member: int) -> None:
            order.run(
                self.state,
                self._record,
                self._events,
                self._key,
                (first, last),
                self.table,
                self.levels,
                threads,
                member,
            )

        crew = [Thread(target=work, args=(member,)) for member in range(1, threads)]
        for thread in crew:
            thread.start()
        work(0)
        for thread in crew:
            thread.join()
        self._finished = last

    def start(self) -> None:
        """Seat the first population and measure month 0; stepping does it where it is not done."""
        self._advance(0)

    def step(self) -> None:
        """Advance by one month: interventions, the compiled month, analyzers."""
        self.start()
        if self.month >= len(self.table) - 1:
            self._lengthen()
        self.month += 1
        for intervention in self.interventions:
            intervention(self)
        self._advance(self.month)
        for analyzer in self.analyzers:
            self._keep(analyzer, analyzer(self))

    def advance(self, months: int) -> Run:
        """Advance by some months; return self. In one compiled call when nothing is hooked in."""
        if self.interventions or self.analyzers:
            for _ in range(months):
                self.step()
            return self
        last = self.month + months
        while last >= len(self.table):
            self._lengthen()
        self._advance(last)
        self.month = last
        return self

    def _keep(self, analyzer: Hook, returned: Any) -> None:
        """Keep what an analyzer has returned."""
        if returned is None:
            return
        own = hook_name(analyzer)
        named = returned if isinstance(returned, Mapping) else {own: returned}
        for name, value in named.items():
            try:
                self.analyses.append(Analysis(self.month, str(name), float(value)))
            except (TypeError, ValueError):
                raise InputError(
                    f"analyzer '{own}' returned {value!r} for '{name}': it must return nothing, a "
                    "number, or names with numbers"
                ) from None

    def _lengthen(self) -> None:
        """Make room for months beyond the planned end (a live model may go on)."""
        table, levels = measure_table(2 * len(self.table), self.organization.levels)
        table[: len(self.table)], levels[: len(self.levels)] = self.table, self.levels
        self.table, self.levels = table, levels

    def twin(self, scenario: Scenario | None = None) -> Run:
        """Return another run that goes on from here with the same luck; this one stays as it is.

        Parameters
        ----------
        scenario : Scenario, optional
            One that has other events in months to come; default: what was to come comes. Levers
            stay as they are by now.
        """
        other = Run(scenario or self.scenario, self.organization)
        other._key, other.month, other._finished = self._key, self.month, self._finished
        if scenario is None:
            other._all_events, other._events = self._all_events, self._events
        other.state.become(self.state)
        other.table, other.levels = self.table.copy(), self.levels.copy()
        other.months = max(other.months, self.months)
        return other

    def happen(self, type: str, **values: Any) -> None:
        """Let an event happen at the start of the next month to be run.

        For an intervention that is the month under way.

        Parameters
        ----------
        type : str
            The event's type, as in a scenario file; its other keys are ``values``.

        Raises
        ------
        InputError
            There is no such event, or it cannot apply now.
        """
        if type not in EVENTS:
            raise InputError(
                f"no event '{type}'; there are {', '.join(EVENTS)}.{nearest(type, EVENTS)}"
            )
        month = max(self._finished, 0) + 1
        try:
            event = EVENTS[type](month=month, type=type, **values)  # type: ignore[call-arg]
        except ValidationError as error:
            first = error.errors()[0]
            what = ".".join(map(str, first["loc"])) or "event"
            raise InputError(f"event '{type}' in month {month}: {what}: {first['msg']}") from None
        together = [*self._all_events, event]
        against = reasons_against(event, together, self.scenario.parameters, self.organization)
        room = len(self.state.leads)
        if not against and most_leads(together) > room:
            against = [f"the run has room for {room} mentoring leads; say more in the scenario"]
        if against:
            raise InputError(f"event '{type}' in month {month}: {'; '.join(against)}")
        self._all_events = together
        self._events = encode(together, self.scenario.parameters, self.organization)

    @property
    def measures(self) -> dict[str, float]:
        """The measures of the last finished month, those by level included."""
        row = {name: float(self.table[max(self._finished, 0)][name]) for name in MEASURES}
        by_level = self.levels[max(self._finished, 0)]
        levels = [float(value) for name in LEVEL_MEASURES for value in by_level[name]]
        return row | dict(zip(self.level_names, levels, strict=True))

    @property
    def level_names(self) -> list[str]:
        """Names of the measures by level: measure by measure, levels within."""
        count = self.organization.levels
        return [f"{name}_level_{level}" for name in LEVEL_MEASURES for level in range(count)]

    def history(self) -> NDArray[np.float64]:
        """Return all measures so far, shape (month + 1, measures), in the order of names."""
        # Both are records of nothing but numbers, so they are arrays of numbers too.
        n, flat = len(self.table), self.table.view(np.float64, np.ndarray)
        by_level = self.levels.view(np.float64, np.ndarray)
        by_level = by_level.reshape(n, self.organization.levels, len(LEVEL_MEASURES))
        by_level = by_level.transpose(0, 2, 1).reshape(n, -1)
        together = np.concatenate([flat.reshape(n, len(MEASURES)), by_level], axis=1)
        return together[: self.month + 1]


def _instances(hooks: Iterable[Any]) -> list[Hook]:
    return [hook() if isinstance(hook, type) else hook for hook in hooks]


def most_leads(events: Iterable[Event]) -> int:
    """Return how many posts of mentoring leads changes will ever make."""
    changes = [e for e in events if isinstance(e, Change)]
    return max((int(e.value) for e in changes if e.lever == "succession.leads"), default=0)


def check_seed(seed: Any) -> int:
    """Return a study seed as a Python integer.

    Raises
    ------
    InputError
        It is no whole number from 0 to 2^63 - 1.
    """
    return whole_number(seed, "seed", 0, 2**63 - 1)


def refuse_events(scenario: Scenario, organization: Organization) -> None:
    """Raise an InputError if an event of the scenario cannot apply to the organization."""
    problems = refusals(scenario.events, scenario.parameters, organization)
    if problems:
        raise InputError(f"scenario '{scenario.name}': " + "; ".join(problems[:3]))
