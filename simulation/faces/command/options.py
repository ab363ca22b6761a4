"""Options that commands share, and what they mean."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...errors import InputError, nearest
from .output import tell

if TYPE_CHECKING:
    from ...organizations.organization import Organization
    from ...scenarios.scenario import Scenario

Names = Annotated[
    list[str], typer.Argument(metavar="SCENARIO", help="Scenarios: names or .toml files.")
]
#: What a scenario may be given as.
NAME = "Scenario: a name or a .toml file."
Name = Annotated[str, typer.Argument(metavar="SCENARIO", help=NAME)]
Seed = Annotated[int, typer.Option(metavar="N", help="Study seed: the same seed, the same bits.")]
Replications = Annotated[
    int | None,
    typer.Option(
        "--replications",
        "-n",
        metavar="N",
        help="Runs of each point; default: as the scenario or its [sweep] says, or 10.",
    ),
]
Changes = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Change a value: commitment.action=0.2"),
]
Chart = Annotated[
    Path | None, typer.Option(metavar="FILE", help="CSV file: employees and their managers.")
]
Ties = Annotated[
    Path | None, typer.Option(metavar="FILE", help="CSV file: pairs who work together.")
]
Employee = Annotated[
    str | None, typer.Option(metavar="COLUMN", help="Of the employee in the chart.")
]
Manager = Annotated[str | None, typer.Option(metavar="COLUMN", help="Of the manager in the chart.")]
Repair = Annotated[bool, typer.Option("--repair", help="Mend a faulty chart, and say so.")]
Executor = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="What runs it: threads, processes, serial, or a dask scheduler's tcp://...; default: "
        "threads.",
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(metavar="N", min=1, help="Threads or processes; default: one a core."),
]
DesignFile = Annotated[
    Path | None,
    typer.Option(
        "--design",
        metavar="FILE",
        help="CSV file of points; default: the scenario's [sweep].",
    ),
]
Until = Annotated[
    list[str] | None,
    typer.Option(
        "--until",
        metavar="MEASURE:WIDTH",
        help="Add runs until a mean or difference is so narrow: adoption:0.005",
    ),
]
Windows = Annotated[
    list[str] | None,
    typer.Option(
        "--window",
        metavar="FIRST:STOP",
        help="Tell outcomes of other months too: 60:72 is months 60 to 71; event+24:event+36 "
        "counts from the month of the first event. More than one may be given.",
    ),
]
Months = Annotated[bool, typer.Option(help="Keep the monthly series, not summaries only.")]
OnError = Annotated[
    str,
    typer.Option(
        metavar="continue|stop", help="What a failed run does: it is told at the end, or ends all."
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER", help="For the results; default: one in runs/, named by what it holds."
    ),
]


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
        tell(note)
    return organization


def one_of(option: str, given: str, allowed: Iterable[str]) -> str:
    """Return what is given for an option, if it is one of the words allowed."""
    words = list(allowed)
    if given not in words:
        raise InputError(f"{option} {given}: there are {', '.join(words)}.{nearest(given, words)}")
    return given


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
