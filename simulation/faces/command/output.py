"""What commands print: tables and sentences, for a terminal or for the next program.

On a terminal a table fits the width and its numbers are short; in a pipe it is tab-separated
with one header line and whole numbers, without a title.
"""

from __future__ import annotations

import math
import re
import shutil
import sys
import textwrap
from collections.abc import Iterable
from typing import Any

from ...words import digits_for, number

__all__ = ["on_terminal", "readable", "say", "show", "tell", "tell_each"]

#: Signs of a word that are told of one that is at least twice as long.
_BEGINNING = 150
#: Columns of one estimate, written with the same decimals.
_ESTIMATE = ("mean", "low", "high")


def on_terminal() -> bool:
    """Return whether somebody reads standard output on a terminal."""
    return sys.stdout.isatty()


def say(text: str) -> None:
    """Print sentences, their words wrapped at a terminal's width."""
    print(_wrapped(text) if on_terminal() else text)


def tell(text: str) -> None:
    """Tell something beside the results on standard error, wrapped like what is said."""
    told = readable(text)
    print(_wrapped(told) if sys.stderr.isatty() else told, file=sys.stderr)


def tell_each(notes: Iterable[str], mark: str = "") -> None:
    """Tell what was done beside what was asked, a line each, with a mark before it."""
    for note in notes:
        tell(f"{mark}{note}")


def readable(text: str) -> str:
    """Return sentences with what a file or a word has put into them made fit to be read.

    A word that fills screens is told by its beginning; what would steer a terminal is spelt out.
    """
    spelt = re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", _spelt, text)
    quoted = rf"(?<![^\s(])('[^'\n]{{{_BEGINNING}}})[^'\n]{{{_BEGINNING},}}"
    words = rf"(\S{{{_BEGINNING}}})\S{{{_BEGINNING},}}"
    return re.sub(words, r"\1...", re.sub(quoted, r"\1...", spelt))


def _spelt(sign: re.Match[str]) -> str:
    return ascii(sign[0])[1:-1]


def _wrapped(text: str) -> str:
    """Return lines that fit the terminal; what goes on is set in deeper than an inset line."""
    width = shutil.get_terminal_size().columns
    lines = []
    for line in text.splitlines():
        bare = line.lstrip(" ")
        inset = line[: len(line) - len(bare)]
        deeper = inset + ("  " if inset or bare.startswith("- ") else "")
        lines += textwrap.wrap(
            bare,
            width,
            initial_indent=inset,
            subsequent_indent=deeper,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]
    return "\n".join(lines)


def show(frame: Any, title: str | None = None, shown: Any = None) -> None:
    """Print a table.

    Parameters
    ----------
    frame : DataFrame
    title : str, optional
        Above it, on a terminal.
    shown : DataFrame, optional
        What a terminal shows instead.
    """
    if not on_terminal():
        print("\t".join(map(str, frame.columns)))
        for row in frame.itertuples(index=False):
            print("\t".join(_exact(value) for value in row))
        return
    chosen = frame if shown is None else shown
    if title:
        say(title)
    _on_screen(chosen)


def _exact(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return repr(float(value)) if isinstance(value, float) else " ".join(str(value).split())


def _on_screen(frame: Any) -> None:
    from rich.console import Console
    from rich.measure import Measurement

    heads = [str(name).replace("_", " ") for name in frame.columns]
    rows = [_cells(list(frame.columns), row) for row in frame.itertuples(index=False)]
    console = Console()
    wide = console.options.update(max_width=10_000)
    for told in (heads, [head.replace(".", ".\n") for head in heads]):
        grid = _grid(frame, told, rows)
        if Measurement.get(console, wide, grid).minimum <= console.width:
            console.print(grid)
            return
    counted = frame.dtypes.iloc[0].kind in "fi"
    for row in rows:  # too narrow for columns: one thing after the other
        print(f"{heads[0]} {row[0]}" if counted else row[0])
        for head, cell in zip(heads[1:], row[1:], strict=True):
            if cell:
                lines = textwrap.wrap(
                    f"{head}: {cell}",
                    console.width,
                    initial_indent="  ",
                    subsequent_indent="    ",
                )
                print("\n".join(lines))


def _grid(frame: Any, heads: list[str], rows: list[list[str]]) -> Any:
    from rich.table import Table
    from rich.text import Text

    grid = Table()
    for name, head in zip(frame.columns, heads, strict=True):
        right = frame[name].dtype.kind in "fi"
        grid.add_column(head, justify="right" if right else "left", no_wrap=right)
    for row in rows:
        grid.add_row(*(Text(cell) for cell in row))
    return grid


def _cells(names: list[str], row: Any) -> list[str]:
    """Return the cells of a row; those of one estimate have the same decimals."""
    values = dict(zip(names, row, strict=True))
    estimate = [values[name] for name in _ESTIMATE if isinstance(values.get(name), float)]
    digits = digits_for(*estimate)
    return [number(value, digits if name in _ESTIMATE else None) for name, value in values.items()]
