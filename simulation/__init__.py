"""How mentoring takes root, or dies, in an organization: an agent-based simulation.

Ask::

    simulate(scenario, seed, replications)   runs of one scenario
    compare(scenarios, seed, replications)   paired differences on shared luck, a report
    sweep(scenario, design, replications)    every point of a design
    load(folder), save(runs, folder)         the same runs from a folder, on another day
    reproduce(folder)                        run it again, compare every number

Scenarios and designs::

    load_scenario(name_or_path, **changes)   scenario.changed({"commitment.action": 0.2})
    shipped_scenarios()                      their names
    grid, zipped, points                     designs whose points are given
    lhs, sobol, saltelli, morris             designs that sample ranges

Organizations::

    load_chart(people_csv, ties_csv)         from a table of employees and managers
    generate_organization(people, span, ...) like one

Live::

    MentoringModel(setting, rng, **changes)  a mesa.Model, agents as windows on the arrays
    Run(scenario, organization, seed, ...)   one replication, month by month

What comes back: ``Runs``, ``Comparison``; what goes in: ``Scenario``, ``Organization``,
``Parameters``; mistakes in it raise ``InputError``. ``help(simulation.simulate)`` and so on say
more; the command ``mentoring`` asks the same from a terminal.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .answers.comparison import Comparison as Comparison
    from .answers.comparison import compare as compare
    from .errors import InputError as InputError
    from .faces.mesa_model import MentoringModel as MentoringModel
    from .organizations.chart import load_chart as load_chart
    from .organizations.organization import Organization as Organization
    from .organizations.organization import generate_organization as generate_organization
    from .scenarios.designs import grid as grid
    from .scenarios.designs import lhs as lhs
    from .scenarios.designs import morris as morris
    from .scenarios.designs import points as points
    from .scenarios.designs import saltelli as saltelli
    from .scenarios.designs import sobol as sobol
    from .scenarios.designs import zipped as zipped
    from .scenarios.scenario import Scenario as Scenario
    from .scenarios.scenario import load_scenario as load_scenario
    from .scenarios.scenario import shipped_scenarios as shipped_scenarios
    from .study.reproduction import reproduce as reproduce
    from .study.run import Run as Run
    from .study.running import simulate as simulate
    from .study.running import sweep as sweep
    from .study.runs import Runs as Runs
    from .study.runs import load as load
    from .study.runs import save as save
    from .theory.parameters import Parameters as Parameters

__version__ = "0.1.0"
#: The public names and the rooms they live in.
_HOMES = {
    "Comparison": "answers.comparison",
    "InputError": "errors",
    "MentoringModel": "faces.mesa_model",
    "Organization": "organizations.organization",
    "Parameters": "theory.parameters",
    "Run": "study.run",
    "Runs": "study.runs",
    "Scenario": "scenarios.scenario",
    "compare": "answers.comparison",
    "generate_organization": "organizations.organization",
    "grid": "scenarios.designs",
    "lhs": "scenarios.designs",
    "load": "study.runs",
    "load_chart": "organizations.chart",
    "load_scenario": "scenarios.scenario",
    "morris": "scenarios.designs",
    "points": "scenarios.designs",
    "reproduce": "study.reproduction",
    "saltelli": "scenarios.designs",
    "save": "study.runs",
    "shipped_scenarios": "scenarios.scenario",
    "simulate": "study.running",
    "sobol": "scenarios.designs",
    "sweep": "study.running",
    "zipped": "scenarios.designs",
}


def __getattr__(name: str) -> Any:
    """Import a public name from its module when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'simulation' has no attribute '{name}'")
    value = getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
