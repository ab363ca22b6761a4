"""The command that describes an organization chart."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .application import CHARTS, app
from .options import Employee, Manager, Repair, Ties
from .output import say, show

if TYPE_CHECKING:
    from ...organizations.organization import Organization


@app.command(rich_help_panel=CHARTS)
def chart(
    people: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV file: employees and their managers.")
    ],
    ties: Ties = None,
    employee: Employee = None,
    manager: Manager = None,
    hired: Annotated[str | None, typer.Option(metavar="COLUMN", help="Of the hire date.")] = None,
    level: Annotated[str | None, typer.Option(metavar="COLUMN", help="Of the level.")] = None,
    department: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Of the department.")
    ] = None,
    tie_from: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Of one end of a tie.")
    ] = None,
    tie_to: Annotated[str | None, typer.Option(metavar="COLUMN", help="Of the other end.")] = None,
    tie_weight: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Of a tie's strength.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(metavar="DAY", help="Day to which tenure counts.")
    ] = None,
    date_format: Annotated[
        str | None, typer.Option(metavar="FORMAT", help="As %d/%m/%Y, if ambiguous.")
    ] = None,
    strongest: Annotated[
        int, typer.Option(metavar="N", min=0, max=50, help="Ties kept a person.")
    ] = 4,
    delimiter: Annotated[
        str | None, typer.Option(metavar="SIGN", help="Between columns; default: found out.")
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Such as utf-8 or cp1252; default: found out."),
    ] = None,
    repair: Repair = False,
    out: Annotated[
        Path, typer.Option(metavar="FILE", help="Picture to draw (.svg or .png).")
    ] = Path("chart.svg"),
) -> None:
    """Describe an organization chart (levels, spans, ties) and draw it."""
    from ...organizations.chart import load_chart
    from ...pictures import figures

    organization = load_chart(
        people,
        ties,
        employee=employee,
        manager=manager,
        hired=hired,
        level=level,
        department=department,
        tie_from=tie_from,
        tie_to=tie_to,
        tie_weight=tie_weight,
        as_of=as_of,
        date_format=date_format,
        strongest=strongest,
        delimiter=delimiter,
        encoding=encoding,
        repair=repair,
    )
    _describe(organization)
    print(figures.save(figures.organization_chart(organization), out))


def _describe(organization: Organization) -> None:
    import pandas as pd

    found = organization.describe()
    for note in organization.notes:
        say(note)
    show(pd.DataFrame(found["levels"]), f"{found['people']:,} people, {found['leaders']} leaders")
    say(f"Branches: {', '.join(map(str, found['branches']))} people.")
    if found["ties"]:
        say(
            f"Ties: {found['ties']:,}, {found['ties_per_person']:.1f} a person; "
            f"{found['ties_in_branch']:.0%} stay in the branch, {found['ties_in_level']:.0%} in "
            "the level."
        )
    if found["known_tenure"]:
        say(f"Hire dates: known of {found['known_tenure']:.0%}.")
