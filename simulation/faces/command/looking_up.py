"""Commands that look something up and run nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from ...errors import InputError, nearest
from .application import LOOK_UP, app
from .options import Name, Names, writes
from .output import say, show, tell


@app.command("warm-up", rich_help_panel=LOOK_UP)
def warm_up() -> None:
    """Compile the model now, so that the first run in class does not have to wait for it."""
    import time

    from ...machine.compiled import cache_folder
    from ...scenarios.scenario import load_scenario
    from ...study.run import Run

    begun = time.perf_counter()
    Run(load_scenario("baseline", **{"organization.people": 30, "run.months": 2})).finish()
    say(
        f"The model is ready after {time.perf_counter() - begun:.1f} s; its machine code is in "
        f"{cache_folder()}."
    )


@app.command(rich_help_panel=LOOK_UP)
def scenarios() -> None:
    """List the shipped scenarios and the question each answers."""
    import pandas as pd

    from ...scenarios.scenario import load_scenario, shipped_scenarios

    rows = [load_scenario(name) for name in shipped_scenarios()]
    show(pd.DataFrame({"name": [s.name for s in rows], "question": [s.question for s in rows]}))


@app.command(rich_help_panel=LOOK_UP)
def explain(
    scenario: Name,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A parameter or a group; none: all.")
    ] = "",
) -> None:
    """Say what a parameter is, what it may be, and where its value comes from."""
    from ...scenarios.explaining import explain as explained
    from ...scenarios.scenario import load_scenario

    for item in explained(load_scenario(scenario), name):
        say(str(item))


@app.command(rich_help_panel=LOOK_UP)
def diff(
    first: Name,
    second: Annotated[str, typer.Argument(metavar="SCENARIO", help="The other scenario.")],
) -> None:
    """Say in which values and events two scenarios differ."""
    from ...scenarios.explaining import diff as differences
    from ...scenarios.scenario import load_scenario

    found = differences(load_scenario(first), load_scenario(second))
    for item in found:
        say(str(item))
    if not found:
        print("No difference.")


@app.command(rich_help_panel=LOOK_UP)
def validate(
    scenarios: Names,
) -> None:
    """Check scenario files without running anything."""
    from ...scenarios.designs import make_design
    from ...scenarios.scenario import load_scenario

    wrong = 0
    for name in scenarios:
        try:
            chosen = load_scenario(name)
            if chosen.sweep is not None:
                make_design(chosen)
            say(f"{name}: right ({chosen.digest}) {chosen.title}")
        except InputError as error:
            wrong += 1
            tell(f"mentoring: {error}")
    if wrong:
        raise typer.Exit(2)


@app.command(rich_help_panel=LOOK_UP)
def parameters(
    group: Annotated[
        str, typer.Argument(metavar="GROUP", help="A group, such as commitment; none: all.")
    ] = "",
) -> None:
    """List the parameters: default, range, unit, role, when it acts, tag, source, meaning."""
    import pandas as pd

    from ...theory.parameters import GROUPS, declared

    if group and group not in GROUPS:
        raise InputError(
            f"no group '{group}'; there are {', '.join(GROUPS)}.{nearest(group, GROUPS)}"
        )
    rows = [
        {
            "name": p.name,
            "default": str(p.default),
            "range": ", ".join(p.choices) or (f"{p.low} to {p.high}" if p.low is not None else ""),
            "unit": p.unit,
            "role": p.role,
            "acts": p.acts,
            "tag": p.tag,
            "source": p.source,
            "meaning": p.meaning,
        }
        for p in declared().values()
        if not group or p.address.group == group
    ]
    show(pd.DataFrame(rows))


@app.command(rich_help_panel=LOOK_UP)
def theory() -> None:
    """List the mechanisms and their rules, with sources."""
    from ...theory.rules import theory as mechanisms

    found = mechanisms()[["action", "mechanism", "rule", "states", "source"]]
    show(found, shown=found[["rule", "mechanism", "action", "states", "source"]])


@app.command(rich_help_panel=LOOK_UP)
def schema(
    out: Annotated[Path | None, writes("To write; default: the screen.")] = None,
) -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from ...scenarios.schema import json_schema

    text = json.dumps(json_schema(), indent=1)
    if out is None:
        print(text)
    else:
        out.write_text(text + "\n")
        print(out)
