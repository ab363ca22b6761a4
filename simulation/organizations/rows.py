"""Which rows of a chart are people at work: leavers, versions, totals and examples are not.

A row is left out only where a column, or the row itself, says so; how many were is noted. Notes
name no person.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterable

import numpy as np
from numpy.typing import NDArray

from ..tables import Column, Sheet, plain, rows_named
from .dates import read_days

_TRUE = {"1", "true", "yes", "y", "t", "ja", "oui", "si", "sí", "wahr", "x", "on"}
_FALSE = {"0", "false", "no", "n", "f", "nein", "non", "falsch", "off"}
#: Stems of a flag that is true of people who are not there, and of one that is true of others.
_GONE = ("termd", "terminated", "disabled", "inactive", "leaver", "hasleft", "deactivated",
         "deleted", "ausgeschieden", "accountdisabled")  # fmt: skip
_HERE = ("active", "enabled", "current", "aktiv", "actif", "activo", "attivo", "aktywny")
_STATUS = ("status", "state", "zustand", "estado", "statut", "stato")
#: Words of a status that say that somebody is not at work here any more.
_LEFT = (
    "terminated", "inactive", "left", "resigned", "retired", "former", "disabled", "deceased",
    "dismissed", "separated", "ausgeschieden", "inaktiv", "gekündigt", "parti", "inactif", "baja",
    "inactivo", "cessato", "zwolniony", "nieaktywny", "superseded", "deleted", "historical",
    "离职", "退職",
)  # fmt: skip
_ENDS = (
    "terminationdate", "termdate", "dateoftermination", "enddate", "leavedate", "leavingdate",
    "dateofleaving", "exitdate", "lastday", "separationdate", "austritt", "datesortie",
    "datedesortie", "fechabaja", "fechadebaja", "validto", "validuntil", "离职日期",
)  # fmt: skip
_KINDS = ("relationshiptype", "relationtype", "reportingtype", "linetype", "reporttype", "relation")
_LINES = {"direct", "dotted", "solid", "matrix", "directline", "dottedline", "solidline"}
_DIRECT = ("direct", "solid", "primary", "line", "administrative", "main")
_SNAPSHOTS = ("recorddate", "snapshot", "asof", "effective", "validfrom", "startdate", "stichtag",
              "reportdate", "period", "from")  # fmt: skip
_TOTALS = {
    "total", "totals", "grandtotal", "sum", "summe", "gesamt", "gesamtsumme", "insgesamt", "suma",
    "somme", "totale", "totalgeneral", "razem", "合计", "总计", "subtotal",
}  # fmt: skip
_VACANT = {
    "vacant", "vacancy", "vacantposition", "openposition", "tbh", "tobehired", "unfilled",
    "unbesetzt", "vakant", "vakanz", "vacante", "vacantpost", "nn", "wakat", "openreq", "空缺",
}  # fmt: skip
_TOP = 20  # rows in which a template's example is looked for
_SERVICE = re.compile(r"(svc|service|srv|sa|bot|noreply|no-reply)[-_.$ ]", re.IGNORECASE)


def truth(cell: str) -> float:
    """Return 1 or 0 for what says yes or no, NaN for anything else."""
    word = cell.casefold()
    return 1.0 if word in _TRUE else 0.0 if word in _FALSE else np.nan


def _flagged(header: str, cells: Column) -> NDArray[np.bool_] | None:
    """Return which rows a flag or a status leaves out; None: it is no such column."""
    name = plain(header)
    gone, here = any(s in name for s in _GONE), any(s in name for s in _HERE)
    if gone or here:
        said = cells.each(truth)
        if np.isfinite(said).any() and not (np.isnan(said) & ~cells.blank()).any():
            return (said == 1.0) if gone else (said == 0.0)
    if any(stem in name for stem in _STATUS) or here:
        return cells.each(lambda cell: any(stem in cell.casefold() for stem in _LEFT))
    return None


def _ended(header: str, cells: Column, now: datetime.date) -> NDArray[np.bool_] | None:
    """Return which rows a date says have ended; None: it is no such column."""
    if not any(stem in plain(header) for stem in _ENDS):
        return None
    days, _ = read_days(cells)
    return days < now.toordinal()


def leavers(sheet: Sheet, now: datetime.date) -> list[tuple[str, NDArray[np.bool_]]]:
    """Return, by column that says so, which rows are of people who have left, or versions."""
    found = []
    for header, cells in zip(sheet.header, sheet.cells, strict=True):
        asked = (_flagged(header, cells), _ended(header, cells, now))
        found += [(header, one) for one in asked if one is not None and one.any() > one.all()]
    return found


def template(sheet: Sheet) -> NDArray[np.bool_]:
    """Return which rows, at the top, repeat the names of columns: a template's own example."""
    same = np.zeros(len(sheet.lines), dtype=int)
    first = np.arange(min(_TOP, len(same)))
    for header, cells in zip(sheet.header, sheet.cells, strict=True):
        name = plain(header)
        same[first] += [bool(name) and plain(cell) == name for cell in cells.at(first)]
    return same >= 2


def says(cells: Column, words: Collection[str]) -> NDArray[np.bool_]:
    """Return which rows say one of some plain words."""
    longest = 3 * max(map(len, words))
    return cells.each(lambda cell: len(cell) <= longest and plain(cell) in words)


def gone(sheet: Sheet, now: datetime.date) -> tuple[NDArray[np.bool_], list[str]]:
    """Return the rows that are of people who have left, or of nobody, by what columns say."""
    count = len(sheet.lines)
    out, notes = np.zeros(count, bool), []
    for header, told in leavers(sheet, now):
        new = told & ~out
        if new.any():
            notes.append(
                f"{sheet.file}: {new.sum():,} of {count:,} rows are of people who have left, or "
                f"superseded, by the column '{header}', and were left out."
            )
        out |= told
    example = template(sheet) & ~out
    if example.any():
        where = rows_named(sheet.lines[example])
        notes.append(f"{sheet.file}, {where}: the names of columns again, left out.")
    return out | example, notes


def vacant(sheet: Sheet, columns: Iterable[int]) -> NDArray[np.bool_]:
    """Return which rows are positions that nobody holds, by what some columns say."""
    return np.logical_or.reduce([says(sheet.cells[k], _VACANT) for k in columns])


def nobodies(sheet: Sheet, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], list[str]]:
    """Return those of some rows, of nobody's manager and without one, that are no people at all."""
    found: list[int] = []
    notes = []
    for told, is_one in (("a total", _is_total), ("a service account", _is_service)):
        kind = [row for row in rows.tolist() if is_one([cells[row] for cells in sheet.cells[:4]])]
        if kind:
            notes.append(f"{sheet.file}, {rows_named(sheet.lines[kind])}: {told}, left out.")
            found += kind
    return np.array(found, dtype=np.int64), notes


def _is_total(cells: list[str]) -> bool:
    return any(plain(cell) in _TOTALS for cell in cells)


def _is_service(cells: list[str]) -> bool:
    return any(_SERVICE.match(cell) for cell in cells)


def superseded(
    sheet: Sheet, person: NDArray[np.int64], now: datetime.date
) -> tuple[NDArray[np.bool_], list[str]]:
    """Return which rows are superseded by another of the same person, and what was done.

    ``person`` numbers who a row is about. Direct lines go before others, those that have not
    ended before those that have, and the latest before earlier ones, by the columns that say so.
    """
    out, notes = np.zeros(len(person), bool), []
    for header, cells in zip(sheet.header, sheet.cells, strict=True):
        several = np.bincount(person[~out], minlength=person.max() + 1)[person] > 1
        if not (several & ~out).any():
            break
        worse = _worse(header, cells, person, several & ~out, now)
        worse &= several & ~out
        if worse.any():
            notes.append(
                f"{sheet.file}: of people with several rows, {worse.sum():,} rows were left out by "
                f"the column '{header}'."
            )
            out |= worse
    return out, notes


def _worse(
    header: str,
    cells: Column,
    person: NDArray[np.int64],
    several: NDArray[np.bool_],
    now: datetime.date,
) -> NDArray[np.bool_]:
    """Return which rows are worse than another of the same person by one column."""
    name = plain(header)
    value = np.zeros(len(person))
    if any(stem in name for stem in _KINDS) or says(cells, _LINES).any():
        value = cells.each(lambda cell: float(any(s in cell.casefold() for s in _DIRECT)))
        value -= cells.each(lambda cell: float("indirect" in cell.casefold()))
    elif any(stem in name for stem in _ENDS):
        days, _ = read_days(cells)
        value = np.where(np.isnan(days) | (days >= now.toordinal()), 1.0, 0.0)
    elif any(stem in name for stem in _SNAPSHOTS):
        days, _ = read_days(cells)
        value = np.nan_to_num(days)
    best = np.full(person.max() + 1, -np.inf)
    np.maximum.at(best, person[several], value[several])
    return several & (value < best[person])
