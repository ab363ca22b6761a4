"""Options that commands share, and what they mean."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...errors import InputError

if TYPE_CHECKING:
    from ...organizations.organization import Organization
    from ...scenarios.scenario import Scenario

Names = Annotated[list[str], typer.Argument(help="Scenarios: names or .toml files.")]
Name = Annotated[str, typer.Argument(help="Scenario: a name or a .toml file.")]
Seed = Annotated[int, typer.Option(help="Study seed: the same seed, the same bits.")]
Replications = Annotated[int | None, typer.Option("--replications", "-n", help="Runs of each.")]
Changes = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Change a value: commitment.action=0.2"),
]
Chart = Annotated[Path | None, typer.Option(help="CSV file: employees and their managers.")]
Ties = Annotated[Path | None, typer.Option(help="CSV file: pairs who work together.")]
Employee = Annotated[str | None, typer.Option(help="Column of the employee in the chart.")]
Manager = Annotated[str | None, typer.Option(help="Column of the manager in the chart.")]
Repair = Annotated[bool, typer.Option("--repair", help="Mend a faulty chart, and say so.")]
Executor = Annotated[
    str | None, typer.Option(help="threads, processes, serial, or a dask scheduler's tcp://...")
]
Workers = Annotated[
    int | None, typer.Option(min=1, help="Threads or processes; none: a core each.")
]
DesignFile = Annotated[
    Path | None, typer.Option("--design", help="CSV file of points; none: the scenario's [sweep].")
]
Until = Annotated[
    list[str] | None,
    typer.Option(
        "--until",
        metavar="MEASURE:WIDTH",
        help="Add runs until a mean or difference is so narrow: adoption:0.005",
    ),
]
Months = Annotated[bool, typer.Option(help="Keep the monthly series, not summaries only.")]
OnError = Annotated[str, typer.Option(help="What a failed run does: continue or stop.")]
Out = Annotated[Path | None, typer.Option(help="Folder for the results.")]


def changes_of(texts: list[str] | None) -> dict[str, Any]:
    """Return what ``--set`` changes, by dotted name."""
    return dict(change(text) for text in texts or [])


def scenarios_of(names: list[str], changes: list[str] | None) -> list[Scenario]:
    """Return the scenarios named, each with what ``--set`` changes."""
    from ...scenarios.scenario import load_scenario

    given = changes_of(changes)
    scenarios = [load_scenario(name) for name in names]
    return [s.changed(given) if given else s for s in scenarios]


def change(text: str) -> tuple[str, Any]:
    """Return the name and the value of one ``--set``."""
    import tomllib

    name, equals, value = text.partition("=")
    if not equals:
        raise InputError(f"--set {text}: write a change as name=value, commitment.action=0.2")
    try:
        read = tomllib.loads(f"value = {value}")
    except tomllib.TOMLDecodeError:
        return name.strip(), value.strip()
    if len(read) > 1:
        raise InputError(f"--set {name}: give one value")
    return name.strip(), read["value"]


def organization_of(
    chart: Path | None, ties: Path | None, repair: bool, employee: str | None, manager: str | None
) -> Organization | None:
    """Return the organization of ``--chart`` and its notes' readers, or None."""
    if chart is None:
        if ties is not None:
            raise InputError("--ties needs --chart: who is tied must be in a chart")
        return None
    from ...organizations.chart import load_chart

    organization = load_chart(chart, ties, repair=repair, employee=employee, manager=manager)
    for note in organization.notes:
        print(note, file=sys.stderr)
    return organization


def warm_up() -> None:
    """Say that the first run compiles, once for each version of the model."""
    from ...machine.compiled import ENABLED, cache_folder

    if ENABLED and not any(cache_folder().glob("order.run*.nbc")):
        print("Compiling the model for this machine, once: about a minute ...", file=sys.stderr)


def vectors_of(uncertainty: bool, path: Path | None) -> Any:
    """Return the parameter vectors that a comparison goes through, or None."""
    from ...study.uncertainty import accepted_vectors, read_vectors

    if path is not None:
        return read_vectors(path)
    return accepted_vectors() if uncertainty else None


def command_line() -> str:
    """Return the command as it was given."""
    import shlex

    return shlex.join(["mentoring", *sys.argv[1:]])
