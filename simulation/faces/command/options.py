"""Options that commands share, and what they mean."""

from __future__ import annotations

import copy
import inspect
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_type_hints

import typer

from ...errors import InputError, nearest
from ...files import path_to_write
from .output import tell_each

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
    typer.Option(metavar="N", min=1, max=1024, help="Threads or processes; default: one a core."),
]
DesignFile = Annotated[
    Path | None,
    typer.Option(
        "--design",
        metavar="FILE",
        help="CSV or Excel file of points; default: the scenario's [sweep].",
    ),
]
DesignSheet = Annotated[
    str | None,
    typer.Option("--design-sheet", metavar="NAME", help="Sheet of --design, if a workbook."),
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


def folder_to_write(text: str | Path) -> Path:
    """Return a folder to write to, if that can be one's name."""
    return path_to_write(text, "folder")


def file_to_write(text: str | Path) -> Path:
    """Return a file to write, if that can be one's name."""
    path = path_to_write(text, "file")
    if not path.name or path.is_dir():
        raise InputError(f"'{text}' is a folder: give the name of a file to write")
    return path


Out = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        parser=folder_to_write,
        help="For the results; default: one in runs/, named by what it holds.",
    ),
]


def writes(help: str, what: str = "FILE") -> Any:
    """Return the option of a command that writes a file, or a folder."""
    return typer.Option(
        metavar=what, parser=file_to_write if what == "FILE" else folder_to_write, help=help
    )


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


def _column(what: str) -> Any:
    return Annotated[str | None, typer.Option(metavar="COLUMN", help=f"Of {what} in the chart.")]


#: The options of a chart: type and default by name. Every command that takes one has them all.
CHART: dict[str, tuple[Any, Any]] = {
    "ties": (
        Annotated[
            Path | None,
            typer.Option(metavar="FILE", help="CSV or Excel: pairs who work together."),
        ],
        None,
    ),
    "employee": (_column("the employee"), None),
    "manager": (_column("the manager"), None),
    "hired": (_column("the hire date"), None),
    "level": (_column("the level"), None),
    "department": (_column("the department"), None),
    "tie_from": (_column("one end of a tie"), None),
    "tie_to": (_column("the other end of a tie"), None),
    "tie_weight": (_column("a tie's strength"), None),
    "as_of": (
        Annotated[str | None, typer.Option(metavar="DAY", help="Day to which tenure counts.")],
        None,
    ),
    "date_format": (
        Annotated[str | None, typer.Option(metavar="FORMAT", help="As %d/%m/%Y, if ambiguous.")],
        None,
    ),
    "strongest": (
        Annotated[int, typer.Option(metavar="N", help="Ties kept a person.")],
        4,
    ),
    "delimiter": (
        Annotated[
            str | None, typer.Option(metavar="SIGN", help="Between columns; default: found out.")
        ],
        None,
    ),
    "encoding": (
        Annotated[
            str | None,
            typer.Option(metavar="NAME", help="Such as utf-8 or cp1252; default: found out."),
        ],
        None,
    ),
    "sheet": (
        Annotated[
            str | None,
            typer.Option(
                metavar="NAME", help="Of the chart's workbook; default: its only one with rows."
            ),
        ],
        None,
    ),
    "ties_sheet": (
        Annotated[
            str | None,
            typer.Option(
                metavar="NAME", help="Of the ties' workbook; default: its only one with rows."
            ),
        ],
        None,
    ),
    "repair": (
        Annotated[bool, typer.Option("--repair", help="Mend a few faulty rows, and say so.")],
        False,
    ),
}
#: The chart itself, where it is an option.
FILE = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="CSV or Excel: employees and their managers."),
]
PANEL = "Your organization"


def takes_chart(argument: bool = False) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return a decorator that gives a command the options of a chart, all of them, once.

    The command itself takes an ``organization``: that of the chart, or None. With ``argument``
    the chart's file is an argument of the command's own, ``people``.
    """

    def charted(command: Callable[..., None]) -> Callable[..., None]:
        names = {} if argument else {"chart": (FILE, None)}
        options = {name: _in_panel(*told) for name, told in (names | CHART).items()}
        own = inspect.signature(command).parameters
        known = get_type_hints(command, localns={"Organization": object}, include_extras=True)
        kept = [
            one.replace(annotation=known[name], kind=inspect.Parameter.KEYWORD_ONLY)
            for name, one in own.items()
            if name != "organization"
        ]
        added = [
            inspect.Parameter(
                name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind
            )
            for name, (kind, default) in options.items()
        ]

        def run(**given: Any) -> None:
            chart = {name: given.pop(name) for name in options}
            file = given["people"] if argument else chart.pop("chart")
            command(**given, organization=organization_of(file, **chart))

        run.__name__, run.__doc__ = command.__name__, command.__doc__
        run.__module__ = command.__module__
        first = [one for one in kept if one.default is inspect.Parameter.empty]
        rest = [one for one in kept if one.default is not inspect.Parameter.empty]
        signature = inspect.Signature([*first, *rest, *added])
        run.__signature__ = signature  # type: ignore[attr-defined]
        run.__annotations__ = {one.name: one.annotation for one in signature.parameters.values()}
        return run

    return charted


def _in_panel(kind: Any, default: Any) -> tuple[Any, Any]:
    """Return an option in the panel of charts, so that help shows them apart."""
    said = get_args(kind)
    option = copy.copy(said[1])
    option.rich_help_panel = PANEL
    return Annotated[said[0], option], default


def organization_of(chart: Path | None, **options: Any) -> Organization | None:
    """Return the organization of a chart, its notes told, or None where there is none."""
    if chart is None:
        defaults = {name: default for name, (_, default) in CHART.items()}
        asked = [name for name, value in options.items() if value != defaults[name]]
        if asked:
            name = asked[0].replace("_", "-")
            raise InputError(f"--{name} needs --chart: it says how a chart is read")
        return None
    if options["strongest"] < 0:
        raise InputError(f"--strongest {options['strongest']}: must be a number from 0 upwards")
    from ...organizations.chart import load_chart

    organization = load_chart(chart, options.pop("ties"), **options)
    tell_each(organization.notes)
    return organization


def one_of(option: str, given: str, allowed: Iterable[str]) -> str:
    """Return what is given for an option, if it is one of the words allowed."""
    words = list(allowed)
    if given not in words:
        raise InputError(f"{option} {given}: there are {', '.join(words)}.{nearest(given, words)}")
    return given


def tell_charts(scenarios: Iterable[Scenario], organization: Organization | None) -> None:
    """Tell how the charts that scenarios name were read, where none was given beside them."""
    from ...study.run import organization_of as organization_named

    charts = {} if organization else {s.parameters.organization: s for s in scenarios}
    for scenario in charts.values():
        if scenario.parameters.organization.chart:
            tell_each(organization_named(scenario).notes)


def vectors_of(uncertainty: bool, path: Path | None, sheet: str | None = None) -> Any:
    """Return the parameter vectors that a comparison goes through, or None."""
    from ...study.uncertainty import accepted_vectors, read_vectors

    if path is not None:
        vectors = read_vectors(path, sheet)
        tell_each(vectors.attrs["notes"])
        return vectors
    if sheet is not None:
        raise InputError("--vectors-sheet needs --vectors: it names a sheet of that workbook")
    return accepted_vectors() if uncertainty else None


def command_line() -> str:
    """Return the command as it was given."""
    import shlex

    return shlex.join(["mentoring", *sys.argv[1:]])
