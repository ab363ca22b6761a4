"""Days as people export them: in many formats and languages, as serials, with sentinels.

A date that cannot be read is unknown, never a reason to refuse a chart.
"""

from __future__ import annotations

import datetime
import re

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..tables import NOTHING, Column

#: Formats in which a whole column is read, the first that reads most of it.
FORMATS = (
    "%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%Y/%m/%d", "%d-%m-%Y", "%Y%m%d", "%d.%m.%y",
    "%m/%d/%y", "%d/%m/%y", "%d %m %Y", "%d %m %y", "%m %d %Y",
)  # fmt: skip
_MONTHS = (
    ("jan", "sty", "ene", "gen"), ("feb", "fév", "fev", "lut"), ("mar", "mär", "mrz", "maa"),
    ("apr", "avr", "abr", "kwi"), ("may", "mai", "maj", "mei", "mag"),
    ("jun", "juin", "cze", "giu"), ("jul", "juil", "lip", "lug"),
    ("aug", "aoû", "aou", "ago", "sie"), ("sep", "set", "wrz"),
    ("oct", "okt", "out", "paź", "ott"), ("nov", "lis"), ("dec", "dez", "déc", "dic", "gru"),
)  # fmt: skip
_MONTH = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names}
#: Days of a spreadsheet's serial dates: 1955 to 2064.
_SERIAL = (20_000, 60_000)
_EPOCH = datetime.date(1899, 12, 30).toordinal()
_EARLIEST = 1920


def plain_day(cell: str) -> str:
    """Return a cell without the time of day, months by number; empty where it says nothing."""
    day = re.split(r"[T ]+\d\d?:", cell)[0].strip()
    if day.casefold() in NOTHING:
        return ""
    word = re.search(r"[^\W\d_]{3,}", day)
    if word is None:
        return day
    name = word.group().casefold()
    month = _MONTH.get(name[:4]) or _MONTH.get(name[:3])
    if month is None:
        return day
    numbers = re.findall(r"\d+", day)
    if len(numbers) != 2:
        return day
    first, year = numbers if len(numbers[0]) <= 2 else numbers[::-1]
    return f"{int(first):02d} {month:02d} {year}"


def _read(cell: str, form: str) -> datetime.date | None:
    if form == "%Y%m%d" and len(cell) != 8:
        return None  # it would read 2024111 too, as anything
    # Asked first, because strptime takes its time.
    if any(mark in form and mark not in cell for mark in ".-/ "):
        return None
    try:
        return datetime.datetime.strptime(cell, form).date()
    except ValueError:
        return None


def _serial(cell: str) -> datetime.date | None:
    number = re.fullmatch(r"(\d{5})([.,]\d+)?", cell)
    if number is None or not _SERIAL[0] <= int(number.group(1)) < _SERIAL[1]:
        return None
    return datetime.date.fromordinal(_EPOCH + int(number.group(1)))


def read_days(cells: Column, form: str | None = None) -> tuple[NDArray[np.float64], list[str]]:
    """Return day numbers, NaN where there is none or it cannot be read, and the formats that fit.

    All are read by the one format that reads most; where two of them read other days, nothing
    is read, and both are returned.

    Parameters
    ----------
    cells : Column
    form : str, optional
        As in ``strptime``.
    """
    day = plain_day if form is None else _without_time
    cut = {cell: day(cell) for cell in set(cells)}
    known = sorted(set(cut.values()) - {""})
    readings = {f: {c: _read(c, f) for c in known} for f in ((form,) if form else FORMATS)}
    if form is None:
        readings["serial"] = {c: _serial(c) for c in known}
    counts = {f: sum(d is not None for d in days.values()) for f, days in readings.items()}
    fits = [f for f, count in counts.items() if count == max(counts.values()) > 0]
    if any(len({readings[f][c] for f in fits} - {None}) > 1 for c in known):
        return np.full(len(cells.code), np.nan), fits
    days = readings[fits[0]] if fits else {}
    said = {c: d.toordinal() for c, text in cut.items() if (d := days.get(text)) is not None}
    return cells.each(lambda cell: float(said.get(cell, np.nan))), fits[:1]


def _without_time(cell: str) -> str:
    day = re.split(r"[T ]+\d\d?:", cell)[0].strip()
    return "" if day.casefold() in NOTHING else day


def plausible(days: NDArray[np.float64], now: datetime.date) -> NDArray[np.bool_]:
    """Return which days can be days of hiring: no sentinel of long ago, and not to come."""
    earliest = datetime.date(_EARLIEST, 1, 1).toordinal()
    with np.errstate(invalid="ignore"):
        return (days >= earliest) & (days <= now.toordinal())


def day_of(as_of: str | datetime.date) -> datetime.date:
    """Return a day that was given, or refuse what is none."""
    try:
        return datetime.date.fromisoformat(str(as_of)[:10])
    except ValueError:
        raise InputError(
            f"as_of (--as-of) must be a day such as 2024-01-31, not {as_of!r}"
        ) from None
