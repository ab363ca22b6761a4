"""The live face: a Mesa model on the same compiled month, agents as windows on its arrays.

``MentoringModel(s, rng=11)`` is replication 0 of ``simulate(s, seed=11)``, month for month
and to the bit. It works with ``mesa.batch_run``, ``DataCollector`` and Mesa's page.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mesa
import numpy as np

from ..month.state import PERSON_COUNTS, PERSON_NUMBERS
from ..organizations.organization import Organization
from ..scenarios.scenario import Scenario, load_scenario
from ..study.run import Run, check_seed
from ..theory.measures import MEASURES

__all__ = ["Employee", "MentoringModel"]


class Employee(mesa.Agent):
    """A person, seen through the state's arrays; promotions change ``seat``.

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
        Study seed; default 0. Mesa's own generator is seeded by it, and not used here.
    organization : Organization, optional
        In place of the one that the scenario names.
    **changes
        Changes of parameters by dotted name: ``**{"commitment.action": 0.2}``.

    Attributes
    ----------
    run : Run
        The run underneath: ``run.state`` holds the arrays, ``run.happen`` makes events,
        ``run.interventions`` and ``run.analyzers`` are lists of callables.
    month : int
        The last finished month.
    datacollector : mesa.DataCollector
        All measures of each month.
    """

    def __init__(
        self,
        setting: str | Path | Scenario = "baseline",
        rng: Any = None,
        organization: Organization | None = None,
        **changes: Any,
    ) -> None:
        seed: Any = 0 if rng is None else rng
        if isinstance(seed, np.integer):
            seed = int(seed)  # Python's own generator, which Mesa seeds too, takes no other
        if isinstance(seed, int):
            check_seed(seed)
        super().__init__(rng=seed)
        self.setting = load_scenario(setting, **changes)
        study = seed if isinstance(seed, int) else int(self.rng.integers(2**63))
        self.run = Run(self.setting, organization, study)
        self.run.start()
        self._people: dict[int, Employee] = {}
        self._meet()
        self.measures = self.run.measures
        self.datacollector = mesa.DataCollector(
            model_reporters={name: _reporter(name) for name in self.measures}
        )
        self.datacollector.collect(self)

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
        for identity, row in present.items():
            if identity in self._people:
                self._people[identity].seat = row
            else:
                self._people[identity] = Employee(self, row, identity)
        self._seated = {agent.seat: agent for agent in self._people.values()}


def _reporter(name: str) -> Any:
    def report(model: MentoringModel) -> float:
        return model.measures[name]

    report.__doc__ = MEASURES[name].meaning if name in MEASURES else name
    return report
