"""How mentoring takes root, or dies, in an organization: an agent-based simulation."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .answers.analysis import Comparison as Comparison
    from .answers.analysis import compare as compare
    from .errors import InputError as InputError
    from .faces.mesa_model import MentoringModel as MentoringModel
    from .organizations.chart import load_chart as load_chart
    from .organizations.organization import Organization as Organization
    from .organizations.organization import generate_organization as generate_organization
    from .scenarios.scenario import Scenario as Scenario
    from .scenarios.scenario import load_scenario as load_scenario
    from .scenarios.scenario import shipped_scenarios as shipped_scenarios
    from .study.reproduction import reproduce as reproduce
    from .study.results import Runs as Runs
    from .study.results import load as load
    from .study.results import save as save
    from .study.run import Run as Run
    from .study.sweeps import simulate as simulate
    from .study.sweeps import sweep as sweep
    from .theory.parameters import Parameters as Parameters

__version__ = "0.1.0"
#: The public names and the rooms they live in.
_HOMES = {
    "Comparison": "answers.analysis",
    "InputError": "errors",
    "MentoringModel": "faces.mesa_model",
    "Organization": "organizations.organization",
    "Parameters": "theory.parameters",
    "Run": "study.run",
    "Runs": "study.results",
    "Scenario": "scenarios.scenario",
    "compare": "answers.analysis",
    "generate_organization": "organizations.organization",
    "load": "study.results",
    "load_chart": "organizations.chart",
    "load_scenario": "scenarios.scenario",
    "reproduce": "study.reproduction",
    "save": "study.results",
    "shipped_scenarios": "scenarios.scenario",
    "simulate": "study.sweeps",
    "sweep": "study.sweeps",
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
