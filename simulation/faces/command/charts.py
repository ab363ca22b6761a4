"""The command that describes an organization chart."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .application import CHARTS, app
from .options import takes_chart, writes
from .output import say, show

if TYPE_CHECKING:
    from ...organizations.organization import Organization


@app.command(rich_help_panel=CHARTS)
@takes_chart(argument=True)
def chart(
    people: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV or Excel file: employees, managers.")
    ],
    save: Annotated[
        Path | None,
        writes("Write the chart as it was understood, as clean CSV."),
    ] = None,
    out: Annotated[Path, writes("Picture to draw (.svg or .png).")] = Path("chart.svg"),
    organization: Organization | None = None,
) -> None:
    """Describe an organization chart (levels, spans, ties) and draw it."""
    from ...organizations.chart import save_chart
    from ...pictures import figures

    assert organization is not None
    _describe(organization)
    if save is not None:
        print(save_chart(organization, save))
    print(figures.save(figures.organization_chart(organization), out))


def _describe(organization: Organization) -> None:
    import pandas as pd

    found = organization.describe()
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
