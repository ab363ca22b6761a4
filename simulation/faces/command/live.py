"""The command that writes the page with two worlds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .application import ASK, app
from .options import NAME, Changes, scenarios_of, takes_chart, tell_charts, writes

if TYPE_CHECKING:
    from ...organizations.organization import Organization


@app.command(rich_help_panel=ASK)
@takes_chart()
def dashboard(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help=NAME)] = "baseline",
    set: Changes = None,
    out: Annotated[Path, writes("HTML file to write.")] = Path("dashboard.html"),
    show: Annotated[bool, typer.Option("--show/--no-show", help="Open it in a browser.")] = True,
    organization: Organization | None = None,
) -> None:
    """Write a page with two worlds to play with: one file, for any browser, with nobody's name."""
    import webbrowser

    from ..dashboard.page import chosen, write_page

    first = scenarios_of([scenario], set)[0]
    tell_charts([first], organization)
    path = write_page(chosen(first, organization), out, organization).resolve()
    print(path)
    if show:
        webbrowser.open(path.as_uri())
