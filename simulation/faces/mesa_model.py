"""The live face: a Mesa model on the same compiled month, agents as windows on its arrays.

``MentoringModel(s, rng=11)`` is replication 0 of ``simulate(s, seed=11)``, month for month
and to the bit. It works with ``mesa.batch_run``, ``DataCollector`` and Mesa's page; as with
Mesa's own models, every model without a seed is another run, and the seed that it took is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

import mesa
import numpy as np

from ..month.state import PERSON_COUNTS, PERSON_NUMBERS
from ..organizations.organization import Organization
from ..scenarios.scenario import Scenario, load_scenario
from ..study.run import Hook, Run, check_seed
from ..theory.measures import MEASURES
from ..words import number

__all__ = ["Employee", "Leader", "MentoringModel"]


class Employee(mesa.Agent):
    """A person, seen through the state's arrays; promotions change ``seat``.

    Whoever leads is a :class:`Leader`, as long as that lasts; who one is stays the same.

    Every column of the person (``credibility``, ``engagement``, ``adopter``, ...) reads and
    writes the live state.

    Attributes
    ----------
    seat : int
        Row of the seat that the person holds now; -1 for those who have left, of whom
        nothing else but ``identity`` can be asked.
    identity : int
        The same for life, whatever the seat.
    """

    def __init__(self, model: MentoringModel, seat: int, identity: int) -> None:
        super().__init__(model)
        self.seat = seat
        self.identity = identity

    def __repr__(self) -> str:
        told = "; ".join(f"{name} {value}" for name, value in self._told())
        return f"<{type(self).__name__} {self.identity}: {told or 'has left'}>"

    def _repr_html_(self) -> str:
        """Return the same as a small table, for notebooks."""
        told = [(type(self).__name__.lower(), str(self.identity)), *self._told()]
        return _html(told if self.seat >= 0 else [*told, ("has left", "")])

    def _told(self) -> list[tuple[str, str]]:
        """Return who this is in words; of those who have left nothing is known."""
        if self.seat < 0:
            return []
        return [
            ("seat", number(self.seat)),
            ("level", number(self.level)),
            ("practising", "yes" if self.adopter else "no"),
            ("engagement", number(self.engagement, 2)),
        ]

    @property
    def row(self) -> int:
        """The seat; an error for those who have left, whose seat may be another's by now."""
        if self.seat < 0:
            raise LookupError(f"person {self.identity} has left the organization")
        return self.seat

    @property
    def level(self) -> int:
        """Levels below the chief."""
        return int(self.model.run.organization.level[self.row])

    @property
    def is_leader(self) -> bool:
        """Whether the seat has reports."""
        return bool(self.model.run.organization.team_size[self.row] > 0)

    @property
    def boss(self) -> Employee | None:
        """The boss, or None for the chief and under a vacant seat."""
        row = int(self.model.run.organization.boss[self.row])
        return self.model.at_seat(row) if row >= 0 else None

    @property
    def my_mentor(self) -> Employee | None:
        """The person's mentor, or None."""
        row = int(self.mentor)
        return self.model.at_seat(row) if row >= 0 else None


class Leader(Employee):
    """A person whose seat has reports: an employee who leads."""


def _window(name: str) -> property:
    def read(agent: Employee) -> Any:
        return getattr(agent.model.run.state.people, name)[agent.row].item()

    def write(agent: Employee, value: Any) -> None:
        getattr(agent.model.run.state.people, name)[agent.row] = value

    return property(read, write, doc=f"The person's {name.replace('_', ' ')}, live.")


for _name in (*PERSON_NUMBERS, *PERSON_COUNTS):
    setattr(Employee, _name, _window(_name))


class MentoringModel(mesa.Model):
    """The simulation as a Mesa model.

    Parameters
    ----------
    setting : str, Path or Scenario
        A scenario's name, its file, or the scenario. (Mesa itself has a ``scenario``.)
    rng : int, optional
        Study seed; Mesa's own generator is seeded by it, and not used here. Default: a new one
        each time, from the operating system. A generator or what else NumPy takes gives a seed.
    organization : Organization, optional
        In place of the one that the scenario names.
    interventions, analyzers : iterables of callables, optional
        Called with the live run at the start and the end of each month.
    **changes
        Changes of parameters by dotted name: ``**{"commitment.action": 0.2}``.

    Attributes
    ----------
    run : Run
        The run underneath: ``run.state`` holds the arrays, ``run.happen`` makes events,
        ``run.interventions`` and ``run.analyzers`` are lists of callables.
    month : int
        The last finished month.
    study_seed : int
        The seed that was taken: ``rng=model.study_seed`` is the same run again.
    datacollector : mesa.DataCollector
        All measures of each month, and the study seed.
    """

    def __init__(
        self,
        setting: str | Path | Scenario = "baseline",
        rng: Any = None,
        organization: Organization | None = None,
        interventions: Iterable[Hook] = (),
        analyzers: Iterable[Hook] = (),
        **changes: Any,
    ) -> None:
        seed: Any = rng
        if isinstance(seed, np.integer):
            seed = int(seed)  # Python's own generator, which Mesa seeds too, takes no other
        if isinstance(seed, int):
            check_seed(seed)
        super().__init__(rng=seed)
        self.setting = load_scenario(setting, **changes)
        self.study_seed = seed if isinstance(seed, int) else int(self.rng.integers(2**63))
        self.run = Run(
            self.setting,
            organization,
            self.study_seed,
            interventions=tuple(interventions),
            analyzers=tuple(analyzers),
        )
        self.run.start()
        self._people: dict[int, Employee] = {}
        self._meet()
        self.measures = self.run.measures
        self.datacollector = mesa.DataCollector(
            model_reporters={"study_seed": "study_seed"}
            | {name: _reporter(name) for name in self.measures}
        )
        self.datacollector.collect(self)

    def __repr__(self) -> str:
        told = "; ".join(f"{name} {value}" for name, value in self._told())
        return f"<MentoringModel {self.setting.name}: {told}>"

    def _repr_html_(self) -> str:
        """Return the same as a small table, for notebooks."""
        return _html([("scenario", self.setting.name), *self._told()])

    def _told(self) -> list[tuple[str, str]]:
        seats = self.run.organization.people
        return [
            ("seed", str(self.study_seed)),
            ("month", f"{number(self.month)} of {number(self.run.months)}"),
            ("people", f"{number(self.measures['headcount'], 0)} in {number(seats)} seats"),
            ("practising", f"{number(100.0 * self.measures['adoption'], 1)} %"),
            ("engagement", number(self.measures["engagement"], 2)),
        ]

    @property
    def month(self) -> int:
        """The last finished month; 0 is the start."""
        return self.run.month

    def step(self) -> None:
        """Advance by one month; ``running`` ends with the scenario's last month."""
        self.run.step()
        self._meet()
        self.measures = self.run.measures
        self.datacollector.collect(self)
        self.running = self.month < self.run.months

    def at_seat(self, row: int) -> Employee | None:
        """Return the person in a seat, or None when it is vacant."""
        return self._seated.get(row)

    def _meet(self) -> None:
        """Let agents follow the state: who left is removed, who came is new, who moved moves."""
        state = self.run.state
        rows = np.flatnonzero(state.seats.occupied)
        present = dict(zip(state.people.identity[rows].tolist(), rows.tolist(), strict=True))
        for identity in [who for who in self._people if who not in present]:
            leaver = self._people.pop(identity)
            leaver.seat = -1
            leaver.remove()
        leads = self.run.organization.team_size > 0
        for identity, row in present.items():
            kind = Leader if leads[row] else Employee
            if identity not in self._people:
                self._people[identity] = kind(self, row, identity)
                continue
            agent = self._people[identity]
            agent.seat = row
            if type(agent) is not kind:
                self._becomes(agent, kind)
        self._seated = {agent.seat: agent for agent in self._people.values()}

    def _becomes(self, agent: Employee, kind: type[Employee]) -> None:
        """Let a person lead, or lead no more; the agent stays the same."""
        number_of = agent.unique_id
        self.deregister_agent(agent)
        agent.__class__ = kind
        self.register_agent(agent)
        agent.unique_id = number_of


def _reporter(name: str) -> Any:
    def report(model: MentoringModel) -> float:
        return model.measures[name]

    report.__doc__ = MEASURES[name].meaning if name in MEASURES else name
    return report


def _html(rows: list[tuple[str, str]]) -> str:
    cells = (f"<tr><th>{escape(name)}</th><td>{escape(told)}</td></tr>" for name, told in rows)
    return f"<table>{''.join(cells)}</table>"
