"""How mentoring takes root, or dies, in an organization: an agent-based simulation.

Data flow: scenarios/*.toml -> scenario -> organization -> engine (rules, chance) -> sweep
-> results -> analysis -> figures, report; ``model`` is the same month as a Mesa model.

The public names are imported when first used, so that ``import simulation`` is quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .analysis import Comparison, compare
    from .chart import load_chart
    from .errors import InputError
    from .model import MentoringModel
    from .organization import Organization, generate_organization
    from .parameters import Parameters
    from .reproduction import reproduce
    from .results import Runs, load, save
    from .run import Run
    from .scenario import Scenario, load_scenario, shipped_scenarios
    from .sweeps import simulate, sweep

__version__ = "0.1.0"
_HOMES = {
    "Comparison": "analysis", "compare": "analysis", "InputError": "errors",
    "MentoringModel": "model", "Organization": "organization",
    "generate_organization": "organization", "load_chart": "chart",
    "Parameters": "parameters", "load": "results", "reproduce": "reproduction", "save": "results",
    "Run": "run", "Scenario": "scenario", "load_scenario": "scenario",
    "shipped_scenarios": "scenario", "Runs": "results", "simulate": "sweeps", "sweep": "sweeps",
}  # fmt: skip
__all__ = [
    "Comparison", "InputError", "MentoringModel", "Organization", "Parameters", "Run", "Runs",
    "Scenario", "compare", "generate_organization", "load", "load_chart", "load_scenario",
    "reproduce", "save", "shipped_scenarios", "simulate", "sweep",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import a public name from its module when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'simulation' has no attribute '{name}'")
    value = getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
