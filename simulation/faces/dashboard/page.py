"""One HTML file with the engine, an organization and two worlds in it: nothing else is needed."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from ...errors import InputError
from ...files import whole
from ...organizations.organization import Organization
from ...scenarios.refusals import refusals
from ...scenarios.scenario import Scenario, load_scenario, shipped_scenarios
from ...study.run import organization_of
from .export import document

__all__ = ["chosen", "write_page"]

FOLDER = Path(__file__).parent
#: What the page is called before anything has happened in it.
TITLE = "What leaders do, and what becomes of mentoring"


def chosen(scenario: Scenario, organization: Organization | None = None) -> list[Scenario]:
    """Return a scenario and the shipped ones that its organization can show beside it.

    Parameters
    ----------
    scenario : Scenario
        The one that the page opens with.
    organization : Organization, optional
        Default: the one that the scenario names.
    """
    place = organization or organization_of(scenario)
    found = {scenario.name: scenario}
    for name in shipped_scenarios():
        other = load_scenario(name)
        fits = (
            organization is not None or _at_home(other, scenario)
        ) and other.parameters.run == scenario.parameters.run
        if fits and not refusals(other.events, other.parameters, place):
            found.setdefault(name, other)
    return list(found.values())


def _at_home(other: Scenario, scenario: Scenario) -> bool:
    return other.parameters.organization == scenario.parameters.organization


def write_page(
    scenarios: Sequence[Scenario], path: str | Path, organization: Organization | None = None
) -> Path:
    """Write the page; return its path.

    Parameters
    ----------
    scenarios : sequence of Scenario
        The first is shown first.
    path : path
    organization : Organization, optional
        Default: the one that the first scenario names.

    Raises
    ------
    InputError
        The page cannot be written, or the engine has to be built and cannot be.
    """
    told = json.dumps(document(scenarios, organization), allow_nan=False).replace("<", "\\u003c")
    parts = {
        "title": TITLE,
        "css": _text("vendor/uPlot.min.css") + _text("page.css"),
        "document": told,
        "uplot": _text("vendor/uPlot.iife.min.js"),
        "engine": _without_exports(_text("engine.mjs")) + "\nglobalThis.Engine = Engine;"
        "\nglobalThis.Refused = Refused;\n",
        "page": _text("page.mjs"),
    }
    page = re.sub(r"\{\{ (\w+) \}\}", lambda found: parts[found[1]], _text("page.html"))
    target = Path(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        whole(target, lambda part: part.write_text(page, "utf-8", newline="\n"))
    except OSError as error:
        raise InputError(f"cannot write the page to {target}: {error.strerror}") from None
    return target


def _text(name: str) -> str:
    return (FOLDER / name).read_text("utf-8")


def _without_exports(module: str) -> str:
    return re.sub(r"^export ", "", module, flags=re.MULTILINE)
