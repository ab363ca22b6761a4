"""Reading the organization charts that people have: CSV exports of employees and ties.

Contents choose the columns, headers break ties: managers are those found among the employees. What
a column or a row says of people who have left, of versions, totals and vacant positions is heeded,
and noted. Everything wrong is refused in one sentence that names the file and the rows; a few rows
may be repaired on request, and are said so. Refusals may name people, for they end on the user's
screen; notes never do, for they are kept with results.
"""

from __future__ import annotations

import csv
import datetime
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, nearest
from ..tables import SHOWN, Column, Reading, Sheet, Words, listed, plain, read_sheet, rows_named
from . import roles, rows
from .dates import day_of, plausible, read_days
from .keys import AMBIGUOUS, NOBODY, UNKNOWN, Keys, identifier
from .organization import Organization, from_bosses
from .ties import ties_of

__all__ = ["load_chart", "save_chart"]

#: The share of managers not found that may be repaired, and how many always may.
_FEW, _ALWAYS = 0.1, 1
#: The share of managers that must be found for a pair of columns to be one.
_FITS = 0.5
#: What a level cannot be: its sign or its word would be passed over.
_NO_LEVEL = re.compile(r"-\s*\d.*|[+-]?(nan|inf|infinity)", re.IGNORECASE)
_ROUNDED = re.compile(r"\d[.,]\d+E\+\d+", re.IGNORECASE)


# ---------------------------------------------------------------------- choosing columns


@dataclass(frozen=True)
class _Pair:
    """A column of employees and one of managers, and what they tell of each other."""

    employee: int
    manager: int
    boss: NDArray[np.int64]  #: row, nobody, unknown or ambiguous, of each row
    forms: dict[str, int]  #: how many were found in which other form

    @property
    def fit(self) -> float:
        """The share of managers that were found among the employees."""
        asked = (self.boss != NOBODY).sum()
        return float(((self.boss >= 0) | (self.boss == AMBIGUOUS)).sum() / max(asked, 1))


def _with_names(sheet: Sheet) -> Sheet:
    """Return the sheet with first and last names put together, where they are two columns."""
    found = roles.name_columns(sheet.header)
    if found is None or any(plain(name) in ("name", "fullname") for name in sheet.header):
        return sheet
    first, last = (sheet.cells[k] for k in found)
    whole = [f"{a} {b}".strip() for a, b in zip(first, last, strict=True)]
    column = Column(first.words, first.words.codes(whole, len(whole)))
    name = " + ".join(sheet.header[k] for k in found)
    return replace(sheet, header=[*sheet.header, name], cells=[*sheet.cells, column])


def _choose(sheet: Sheet, employee: str | None, manager: str | None) -> _Pair:
    """Return the pair of columns in which managers are found among employees.

    Where pairs fit that tell of different lines, the user has to choose; where no header tells
    of a manager, a pair that fits is offered, not taken.
    """
    leads = _manager_columns(sheet, manager)
    told, others = _employee_columns(sheet, employee)
    pairs = [_read(sheet, e, m, True) for e, m in itertools.product(told, leads) if e != m]
    if max((pair.fit for pair in pairs), default=0.0) < 1.0:  # other forms take their time
        pairs = [_read(sheet, e, m) for e, m in itertools.product(told, leads) if e != m]
    if max((pair.fit for pair in pairs), default=0.0) <= _FITS:
        pairs += [_read(sheet, e, m) for e, m in itertools.product(others, leads) if e != m]
    if not pairs:
        raise InputError(f"{sheet.file}: --employee and --manager name the same column.")
    best = max(pairs, key=lambda pair: (round(pair.fit, 3), -_rank(sheet, pair)))
    _ask_if_two_fit(sheet, pairs, best)
    return best


def _rank(sheet: Sheet, pair: _Pair) -> int:
    return 1000 * roles.employee_rank(sheet.header[pair.employee]) + roles.manager_rank(
        sheet.header[pair.manager]
    )


def _read(sheet: Sheet, employee: int, manager: int, exactly: bool = False) -> _Pair:
    keys = Keys(sheet.cells[employee].mapped(identifier))
    managers = sheet.cells[manager].mapped(identifier)
    return _Pair(employee, manager, *keys.bosses(managers, exactly))


def _manager_columns(sheet: Sheet, given: str | None) -> list[int]:
    if given is not None:
        return [sheet.named(given, "the manager", "manager")]
    found = [k for k, name in enumerate(sheet.header) if roles.is_direct_manager(name)]
    for k in found:
        sheet.once(k)
    if found:
        return sorted(found, key=lambda k: roles.manager_rank(sheet.header[k]))
    offer = _offered(sheet)
    bare = any(not name or name.isdigit() for name in sheet.header)
    raise InputError(
        f"{sheet.file}: no column for the manager among {listed(sheet.header)}; "
        f"name it with --manager.{offer}"
        + (" The first row must hold the names of the columns." if bare and not offer else "")
    )


def _offered(sheet: Sheet) -> str:
    """Return a pair of columns that would fit, in words; empty where none does."""
    distinct = [len(np.unique(cells.code)) for cells in sheet.cells]
    count = len(sheet.lines)
    unique = [k for k in range(min(len(sheet.cells), 20)) if distinct[k] == count > 2]
    for e, m in itertools.product(unique, range(min(len(sheet.cells), 20))):
        if e == m or distinct[m] < 2 or distinct[m] == count:
            continue
        pair = _read(sheet, e, m)
        asked, found = int((pair.boss != NOBODY).sum()), int((pair.boss >= 0).sum())
        if asked == found >= max(count - 1, 4) and len(_cycles(pair.boss)) == 0:
            a, b = sheet.header[m], sheet.header[e]
            return f" '{a}' fits '{b}' ({found} of {asked} found): is it --manager '{a}'?"
    return ""


def _employee_columns(sheet: Sheet, given: str | None) -> tuple[list[int], list[int]]:
    """Return the columns whose headers tell of employees, and others that could identify them."""
    if given is not None:
        return [sheet.named(given, "the employee", "employee")], []
    usual = len(roles.EMPLOYEE)
    ranks = [roles.employee_rank(name) for name in sheet.header]
    free = [k for k, name in enumerate(sheet.header) if not roles.is_direct_manager(name)]
    told = [k for k in free if ranks[k] < usual + 3]
    for k in told:
        sheet.once(k)
    count = len(sheet.lines)
    others = [k for k in free if k not in told and len(np.unique(sheet.cells[k].code)) == count]
    if not told and not others:
        raise InputError(
            f"{sheet.file}: no column for the employee among {listed(sheet.header)}; "
            "name it with --employee."
        )
    return sorted(told, key=ranks.__getitem__), others


def _ask_if_two_fit(sheet: Sheet, pairs: Sequence[_Pair], best: _Pair) -> None:
    """Refuse a sheet in which two pairs fit that tell of different lines."""
    for pair in pairs:
        differ = (pair.boss != best.boss).mean()
        if pair.fit > _FITS and differ > 0.1 and pair.fit > best.fit - 0.25:
            manager = pair.manager != best.manager
            a, b = (best.manager, pair.manager) if manager else (best.employee, pair.employee)
            raise InputError(
                f"{sheet.file}: '{sheet.header[a]}' and '{sheet.header[b]}' tell of different "
                f"reporting lines; say which with --{'manager' if manager else 'employee'}."
            )


# ----------------------------------------------------------------- who reports to whom


def _natural_order(names: list[str]) -> NDArray[np.int64]:
    """Return the order of different identifiers: numbers by size, then text."""
    length = np.fromiter(map(len, names), np.int64, len(names))
    digits = np.fromiter(map(str.isdigit, names), bool, len(names)) & (length <= 18)
    digits &= np.fromiter(map(str.isascii, names), bool, len(names))
    numbers, texts = np.flatnonzero(digits), np.flatnonzero(~digits)
    value = np.fromiter(map(int, itertools.compress(names, digits)), np.int64, len(numbers))
    length = length[numbers]
    # As texts, 007 comes before 07 and 7, but 0 before 00.
    by_size = np.lexsort((np.where(value > 0, -length, length), value))
    by_text = np.array(sorted(texts.tolist(), key=names.__getitem__), dtype=np.int64)
    return np.concatenate([numbers[by_size], by_text])


@dataclass(frozen=True)
class _People:
    """The rows of people at work and of seats that are empty, and who reports to whom."""

    sheet: Sheet
    pair: _Pair
    vacant: NDArray[np.bool_]

    def without(self, out: NDArray[np.bool_], notes: Sequence[str]) -> _People:
        """Return the people without some rows, read anew."""
        if not out.any():
            return self
        kept = np.flatnonzero(~out)
        sheet = self.sheet.at(kept)
        sheet.notes.extend(notes)
        pair = _read(sheet, self.pair.employee, self.pair.manager)
        return _People(sheet, pair, self.vacant[kept])


def _at_work(
    sheet: Sheet, now: datetime.date, employee: str | None, manager: str | None
) -> _People:
    """Return the people at work: without who has left, versions, totals and empty positions."""
    gone, notes = rows.gone(sheet, now)
    if (~gone).sum() < 2:
        gone, notes = np.zeros(len(gone), bool), []
    here = sheet.at(np.flatnonzero(~gone))
    here.notes.extend(notes)
    people = _People(here, _choose(here, employee, manager), np.zeros(len(here.lines), bool))
    people = _with_empty_seats(sheet, gone, people)
    people = _one_row_each(people, now)
    people = _without_nobodies(people)
    return _without_vacancies(people)


def _with_empty_seats(sheet: Sheet, gone: NDArray[np.bool_], people: _People) -> _People:
    """Return the people with the seats of those who have left and still have reports, empty."""
    e, m = people.pair.employee, people.pair.manager
    left = np.flatnonzero(gone)
    keys = Keys(sheet.cells[e].at(left).mapped(identifier))
    managers = sheet.cells[m].mapped(identifier)
    asked = [managers[row] for row in np.flatnonzero(~gone)[people.pair.boss == UNKNOWN]]
    back: set[int] = set()
    while asked:
        found, _ = keys.find(asked.pop())
        row = int(left[found]) if found >= 0 else -1
        if row < 0 or row in back:
            continue
        back.add(row)
        asked.append(managers[row])
    if not back:
        return people
    chosen = np.sort(np.concatenate([np.flatnonzero(~gone), np.array(sorted(back))]))
    whole = sheet.at(chosen)
    whole.notes.extend([*people.sheet.notes[len(sheet.notes) :], _empty(sheet, len(back))])
    return _People(whole, _read(whole, e, m), gone[chosen])


def _empty(sheet: Sheet, count: int) -> str:
    return (
        f"{sheet.file}: {count:,} of those who have left still have reports; their seats stay, "
        "empty at the start."
    )


def _one_row_each(people: _People, now: datetime.date) -> _People:
    """Return the people with one row each, where columns say which row counts."""
    sheet, column = people.sheet, people.pair.employee
    if _identity(people) != column:
        return people
    person = sheet.cells[column].mapped(identifier).code.astype(np.int64)
    out, notes = rows.superseded(sheet, person, now)
    return people.without(out, notes)


def _identity(people: _People) -> int:
    """Return the column that identifies people: the one referred to, or one of unique numbers.

    Two people of one name are two people where another column says so.
    """
    sheet, column = people.sheet, people.pair.employee
    count, usual = len(sheet.lines), len(roles.EMPLOYEE)
    distinct = len(np.unique(sheet.cells[column].mapped(identifier).code))
    is_name = "name" in plain(sheet.header[column]) or (
        roles.employee_rank(sheet.header[column]) == usual + 2
    )
    if distinct == count or not is_name:
        return column
    others = [
        k
        for k, header in enumerate(sheet.header)
        if k not in (column, people.pair.manager)
        and roles.employee_rank(header) <= usual + 1
        and not sheet.cells[k].blank().any()
        and len(np.unique(sheet.cells[k].code)) == count
    ]
    return min(others, key=lambda k: roles.employee_rank(sheet.header[k]), default=column)


def _without_nobodies(people: _People) -> _People:
    """Return the people without totals and service accounts: rows that hang on nothing."""
    boss = people.pair.boss
    led = np.zeros(len(boss), bool)
    led[boss[boss >= 0]] = True
    hanging = np.flatnonzero((boss < 0) & ~led)
    found, notes = rows.nobodies(people.sheet, hanging)
    out = np.zeros(len(boss), bool)
    out[found] = True
    return people.without(out, notes)


def _without_vacancies(people: _People) -> _People:
    """Return the people with vacant positions that have reports as empty seats, without others."""
    others = [k for k in range(len(people.sheet.cells)) if k != people.pair.manager]
    vacant = rows.vacant(people.sheet, others)
    if not vacant.any():
        return people
    alive = np.ones(len(vacant), bool)
    while True:  # a vacancy below a vacancy may leave the upper one without reports
        led = np.zeros(len(vacant), bool)
        boss = people.pair.boss[alive & (people.pair.boss >= 0)]
        led[boss] = True
        unled = vacant & ~led & alive
        if not unled.any():
            break
        alive &= ~unled
    out = ~alive
    file, stay = people.sheet.file, int((vacant & alive).sum())
    notes = [f"{file}: {out.sum():,} vacant positions without reports were left out."] * bool(
        out.any()
    )
    if stay:
        verb = "position has reports and stays" if stay == 1 else "positions have reports and stay"
        notes.append(f"{file}: {stay:,} vacant {verb}, empty at the start.")
    marked = _People(people.sheet, people.pair, people.vacant | vacant)
    if not out.any():
        marked.sheet.notes.extend(notes)
    return marked.without(out, notes)


def _check_identifiers(sheet: Sheet, ids: Column, bosses: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rows to keep: every employee named once, sorted by identifier.

    Sorted, so that the same chart in another order of rows is the same organization.
    """
    nameless = ids.blank()
    if nameless.any():
        sheet.refuse("no employee identifier", sheet.lines[nameless], "fill them in", "left out")
    first = ids.first()[ids.code]
    again = np.flatnonzero((first != np.arange(len(first))) & ~nameless)
    _refuse_rounded(sheet, ids, again)
    same = bosses[again] == bosses[first[again]]
    for found, problem, done in (
        (again[~same], "an employee is there again with another manager", "the first row kept"),
        (again[same], "an employee is there twice", "left out"),
    ):
        if len(found):
            detail = f" (first '{ids[found[0]]}', also in row {sheet.lines[first[found[0]]]})"
            sheet.refuse(problem, sheet.lines[found], "keep one row each", done, detail)
    once = np.flatnonzero((first == np.arange(len(first))) & ~nameless)
    if len(once) < 2:
        raise InputError(f"{sheet.file}: a chart needs two employees or more, not {len(once)}.")
    return once[_natural_order(list(ids.at(once)))]


def _refuse_rounded(sheet: Sheet, ids: Column, again: NDArray[np.int64]) -> None:
    """Refuse identifiers that a spreadsheet rounded, so that different ones are now the same."""
    if len(again) and _ROUNDED.fullmatch(ids[again[0]]):
        raise InputError(
            f"{sheet.file}, {rows_named(sheet.lines[again])}: a spreadsheet rounded the "
            f"identifiers ('{ids[again[0]]}'), so that different people have the same; export "
            "the chart again with the column as text."
        )


@dataclass(frozen=True)
class _Found:
    """Who reports to whom, by the order of identifiers, and where each stands (-1: added)."""

    ids: list[str]
    row: NDArray[np.int64]
    boss: NDArray[np.int64]
    stray: NDArray[np.bool_]  #: whose manager is not known


def _lines_of(people: _People) -> _Found:
    """Return everybody's boss by number: unknown ones refused, or a few repaired."""
    sheet, pair = people.sheet, people.pair
    column = sheet.cells[_identity(people)].mapped(identifier)
    if _identity(people) != pair.employee:
        pair = _of_one_name(sheet, pair)
    keep = _check_identifiers(sheet, column, pair.boss)
    number = np.full(len(sheet.lines), NOBODY)
    number[keep] = np.arange(len(keep))
    boss = pair.boss[keep]
    boss = np.where(boss >= 0, number[boss], boss)
    managers = sheet.cells[pair.manager].mapped(identifier).at(keep)
    ids = list(column.at(keep))
    _note_forms(sheet, pair)
    _ask_which(sheet, boss, keep, managers)
    unknown = np.flatnonzero(boss < NOBODY)
    head = _head_outside(sheet, boss, unknown, managers)
    if head == "":
        boss[unknown] = NOBODY
    elif head is not None:
        boss[unknown] = len(ids)
        ids, keep = [*ids, head], np.append(keep, -1)
        boss = np.append(boss, NOBODY)
    else:
        _refuse_unknown(sheet, boss, keep, unknown, managers, ids)
    return _Found(ids, keep, boss, boss < NOBODY)


def _of_one_name(sheet: Sheet, pair: _Pair) -> _Pair:
    """Return the pair with managers whose name several employees have as ambiguous."""
    names = sheet.cells[pair.employee].mapped(identifier).code
    several = np.bincount(names)[names] > 1
    return replace(pair, boss=np.where(several[pair.boss] & (pair.boss >= 0), AMBIGUOUS, pair.boss))


def _note_forms(sheet: Sheet, pair: _Pair) -> None:
    for told, count in pair.forms.items():
        sheet.notes.append(
            f"{sheet.file}: {count:,} managers were found by another form of the key ({told})."
        )


def _ask_which(
    sheet: Sheet, boss: NDArray[np.int64], keep: NDArray[np.int64], managers: Column
) -> None:
    """Refuse managers who may be one of several people, or leave them unknown."""
    two = np.flatnonzero(boss == AMBIGUOUS)
    if len(two):
        sheet.refuse(
            f"{len(two):,} of {(boss != NOBODY).sum():,} managers may be one of several employees",
            sheet.lines[keep[two]],
            "write their identifiers",
            "attached to the chief",
            f" (first '{managers[two[0]]}')",
        )


def _head_outside(
    sheet: Sheet, boss: NDArray[np.int64], unknown: NDArray[np.int64], managers: Column
) -> str | None:
    """Return who is above everybody without a row: "" where that is outside the chart; or None.

    One to whom only one person reports is taken as a board; one with several reports is the head.
    """
    if not len(unknown) or (boss == NOBODY).any() or (boss == AMBIGUOUS).any():
        return None
    words = {managers[i] for i in unknown.tolist()}
    if len(words) > 1:
        return None
    word = words.pop()
    if len(unknown) == 1:
        sheet.notes.append(
            f"{sheet.file}, {rows_named(sheet.lines[unknown])}: reports to somebody outside the "
            "chart, and is taken as the head."
        )
        return ""
    sheet.notes.append(
        f"{sheet.file}: {len(unknown):,} employees report to one who has no row of their own; "
        "the head was added."
    )
    return word


def _refuse_unknown(
    sheet: Sheet,
    boss: NDArray[np.int64],
    keep: NDArray[np.int64],
    unknown: NDArray[np.int64],
    managers: Column,
    ids: list[str],
) -> None:
    """Refuse managers who are nobody in the file; only a few may be repaired."""
    if not len(unknown):
        return
    asked = int((boss != NOBODY).sum())
    odd = managers[unknown[0]]
    hint = nearest(odd, ids[:20_000]) if len(unknown) < 100 else ""
    lines = sheet.lines[keep[unknown]]
    problem = f"{len(unknown):,} of {asked:,} managers are no employees of the file"
    if len(unknown) > max(_ALWAYS, _FEW * asked):
        raise InputError(
            f"{sheet.file}, {rows_named(lines)}: {problem} (first '{odd}'); name the columns that "
            f"belong together with --employee and --manager, or mend them.{hint}"
        )
    mend = "mend them" if NOBODY in boss else "leave the chief's manager empty, mend the others"
    sheet.refuse(problem, lines, mend, "attached to the chief", f" (first '{odd}')", hint)


def _below(boss: Sequence[int]) -> list[int]:
    """Return how many people are at or below each, over a forest."""
    count, waiting = [1] * len(boss), [0] * len(boss)
    for b in boss:
        if b >= 0:
            waiting[b] += 1
    ready = [i for i, n in enumerate(waiting) if n == 0]
    while ready:
        i = ready.pop()
        if boss[i] >= 0:
            count[boss[i]] += count[i]
            waiting[boss[i]] -= 1
            if waiting[boss[i]] == 0:
                ready.append(boss[i])
    return count


def _largest(roots: NDArray[np.int64], boss: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return, as an array of one, the first of the roots with most people below."""
    if len(roots) == 1:
        return roots
    below = np.array(_below(boss.tolist()))[roots]
    return roots[[np.argmax(below)]]


def _endless(boss: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return those above whom the reporting lines go round in a circle: they never end."""
    above = boss
    for _ in range(len(boss).bit_length()):  # twice as far up each time
        if (above < 0).all():
            break
        above = np.where(above >= 0, above[above], above)
    return np.flatnonzero(above >= 0)


def _cycles(boss: NDArray[np.int64]) -> list[list[int]]:
    """Return the members of each cycle of the reporting lines."""
    mark, found = {}, []
    for start in _endless(boss).tolist():
        path, i = [], start
        while i not in mark:
            mark[i] = start
            path.append(i)
            i = int(boss[i])
        if mark[i] == start:
            found.append(path[path.index(i) :])
    return found


def _cut_cycles(
    sheet: Sheet, lines: NDArray[np.int64], ids: Sequence[str], boss: NDArray[np.int64]
) -> list[int]:
    """Refuse cycles with their members named, or return where they were cut: at the lowest id."""
    cycles = _cycles(boss)
    if not cycles:
        return []
    cuts = [min(cycle) for cycle in cycles]
    shown = [f"'{ids[i]}'" for i in cycles[0][:SHOWN]]
    members = " -> ".join([*shown, *["..."] * (len(cycles[0]) > SHOWN), shown[0]])
    problem = "these employees report to each other in a circle"
    if len(cycles) > 1:
        problem = f"{len(cycles)} circles of employees who report to each other, the first here"
    if (boss >= 0).all():
        problem = f"there is no chief, and {problem}"
    done = f"cut at {rows_named(lines[i] for i in cuts)}, attached to the chief"
    where = [lines[i] for i in cycles[0]]
    sheet.refuse(problem, where, "give one another manager", done, f": {members}")
    return cuts


def _one_tree(
    sheet: Sheet, lines: NDArray[np.int64], ids: Sequence[str], boss: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return bosses that make one tree: cycles and several chiefs refused or repaired."""
    stray = boss < NOBODY  # no employee, or one of several: attached to the chief
    cuts = _cut_cycles(sheet, lines, ids, boss)
    tree = np.where(stray, -1, boss)
    tree[cuts] = -1
    stray[cuts] = True
    roots = np.flatnonzero(tree == -1)
    chiefs = roots[~stray[roots]]
    if not len(chiefs):
        chiefs = _largest(roots, tree)
        sheet.refuse(
            "nobody is without a manager",
            lines[chiefs],
            "leave the chief's manager empty",
            "taken as the chief",
        )
    chief = int(_largest(chiefs, tree)[0])
    if len(chiefs) > 1:
        sheet.refuse(
            f"{len(chiefs)} employees have no manager",
            lines[chiefs],
            "leave only the chief's manager empty",
            f"row {lines[chief]} taken as the chief, the others attached",
        )
    tree[roots] = chief
    tree[chief] = -1
    return tree


# ----------------------------------------------------------------------- optional columns


def _tenure(
    people: _People,
    found: _Found,
    given: str | None,
    form: str | None,
    as_of: str | datetime.date | None,
    now: datetime.date,
) -> tuple[NDArray[np.float64] | None, list[str] | None]:
    """Return months from each hire date to ``as_of``, by default the latest, and the dates.

    What cannot be read, lies in the future or before 1920 is unknown, and said so.
    """
    column = _optional(people, given, roles.is_hire_date, "hired")
    if column is None:
        return None, None
    sheet, name = people.sheet, people.sheet.header[column]
    cells = sheet.cells[column].at(found.row[found.row >= 0])
    days, fits = read_days(cells, form)
    if len(fits) > 1:
        sheet.notes.append(
            f"{sheet.file}: the dates in '{name}' can be read as {' or '.join(fits)}, so that "
            "tenure is unknown; say which with --date-format."
        )
    good = plausible(days, now)
    said = int((~cells.blank()).sum())
    _refuse_useless(sheet, name, days, good, said, form, as_of)
    if good.sum() < said and len(fits) < 2:
        sheet.notes.append(
            f"{sheet.file}: {said - good.sum():,} of {said:,} dates in '{name}' cannot be dates of "
            "hiring up to now, and are unknown."
        )
    if not good.any():
        return None, None
    latest = datetime.date.fromordinal(int(days[good].max()))
    until = now if as_of is not None else latest
    if as_of is None:
        sheet.notes.append(f"{sheet.file}: tenure is counted to the latest hire date, {latest}.")
    known = np.full(len(found.row), np.nan)
    known[found.row >= 0] = np.where(good, days, np.nan)
    texts = [str(datetime.date.fromordinal(int(d))) if d == d else "" for d in known.tolist()]
    return (until.toordinal() - known) / 30.4375, texts


def _refuse_useless(
    sheet: Sheet,
    name: str,
    days: NDArray[np.float64],
    good: NDArray[np.bool_],
    said: int,
    form: str | None,
    as_of: str | datetime.date | None,
) -> None:
    """Refuse an option by which no date is known: it was asked for."""
    if not said or good.any():
        return
    if form is not None and np.isnan(days).all():
        raise InputError(
            f"{sheet.file}: --date-format {form} reads none of the {said:,} dates in '{name}'."
        )
    if as_of is not None and np.isfinite(days).any():
        raise InputError(f"{sheet.file}: --as-of {as_of} lies before every date in '{name}'.")


def _optional(people: _People, given: str | None, fits: Any, option: str) -> int | None:
    """Return an optional column: as named, or the first that fits; None where there is none."""
    taken = (people.pair.employee, people.pair.manager)
    if given is not None:
        return people.sheet.named(given, option, option)
    found = [k for k, name in enumerate(people.sheet.header) if fits(name) and k not in taken]
    if not found:
        return None
    return people.sheet.once(found[0])


def _stated(cell: str) -> float:
    """Return the first number in a cell, NaN where there is none."""
    found = re.search(r"\d+(\.\d+)?", cell)
    return float(found.group()) if found else np.nan


def _check_levels(
    sheet: Sheet, lines: NDArray[np.int64], cells: Column, boss: NDArray[np.int64]
) -> None:
    """Note rows whose stated level is not beyond the manager's; the tree is what counts.

    Grades may rise or fall from the chief down: the direction of most rows is taken.
    """
    wrong = np.flatnonzero(cells.each(lambda cell: bool(_NO_LEVEL.fullmatch(cell))))
    if len(wrong):
        problem = "a level below nought, or none"
        sheet.refuse(problem, lines[wrong], "write levels as numbers from 0", "taken as unknown")
    stated = np.where(np.isin(np.arange(len(lines)), wrong), np.nan, cells.each(_stated))
    step = np.where(boss >= 0, stated - stated[boss], np.nan)
    down = 1.0 if (step > 0).sum() >= (step < 0).sum() else -1.0
    odd = lines[step * down <= 0]
    if len(odd):
        sheet.notes.append(
            f"{sheet.file}, {rows_named(odd)}: the stated level is not beyond the manager's; "
            "levels are counted along the reporting lines."
        )


# -------------------------------------------------------------------------------- the whole


def load_chart(
    people_csv: str | Path,
    ties_csv: str | Path | None = None,
    *,
    employee: str | None = None,
    manager: str | None = None,
    hired: str | None = None,
    level: str | None = None,
    department: str | None = None,
    tie_from: str | None = None,
    tie_to: str | None = None,
    tie_weight: str | None = None,
    as_of: str | datetime.date | None = None,
    date_format: str | None = None,
    strongest: int = 4,
    repair: bool = False,
    delimiter: str | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
    ties_sheet: str | None = None,
) -> Organization:
    """Return the organization in an export of employees, CSV or Excel, and of ties if there is one.

    Parameters
    ----------
    people_csv : path
        One row an employee: an identifier and the manager's; the chief's manager is empty
        or the chief. Optional: hire date, level, department, and what says that somebody has
        left. The order of rows does not matter: a person's reports are sorted by identifier.
    ties_csv : path, optional
        Pairs of people by any column of the chart that is unique, with weights if there are
        any; directions are added up.
    employee, manager, hired, level, department, tie_from, tie_to, tie_weight : str, optional
        Names of columns; found by contents and usual names unless given.
    as_of : str or date, optional
        Day (2024-01-31) to which tenure counts; default: the latest hire date.
    date_format : str, optional
        As in ``strptime``; needed where day and month cannot be told apart.
    strongest : int
        A tie is kept when it is among so many strongest of either end; of equally strong
        ones, those with the lower identifiers.
    repair : bool
        Mend a few rows, and say so in ``Organization.notes``: blank rows and exact
        duplicates are left out; of conflicting ones the first is kept; of several chiefs,
        the one with most people below; people in a circle or whose manager is unknown are
        attached to the chief. More than a tenth of managers unknown is refused even then.
    delimiter, encoding : str, optional
        Of both files where they are text; detected unless given.
    sheet, ties_sheet : str, optional
        Of workbooks: each the only one that holds rows unless given.

    Raises
    ------
    InputError
        A file cannot be read, or is no chart: with file, rows, and what to do.
    """
    path = Path(people_csv).expanduser()
    how = Reading(delimiter, encoding, repair, sheet, "--sheet")
    table = _with_names(read_sheet(path, Words(), how, roles.telling))
    now = day_of(as_of) if as_of is not None else datetime.date.today()
    people = _at_work(table, now, employee, manager)
    found = _lines_of(people)
    table = people.sheet
    lines = np.where(found.row >= 0, table.lines[found.row], 0)
    boss = _one_tree(table, lines, found.ids, found.boss)
    tenure, days = _tenure(people, found, hired, date_format, as_of, now)
    stated = _optional(people, level, lambda name: plain(name) in roles.LEVEL, "level")
    if stated is not None and (found.row >= 0).all():
        _check_levels(table, lines, table.cells[stated].at(found.row), boss)
    unit = _optional(people, department, lambda name: plain(name) in roles.DEPARTMENT, "department")
    source, ties = path.name, None
    if ties_csv is not None:
        ties_path = Path(ties_csv).expanduser()
        how = how._replace(sheet=ties_sheet, option="--ties-sheet")
        columns = (tie_from, tie_to, tie_weight)
        known = _known_by(people, found)
        ties, notes = ties_of(ties_path, known, boss, columns, strongest, how)
        table.notes += notes
        source += f" with ties from {ties_path.name}"
    else:
        table.notes.append("No ties were given: people see only their team and boss.")
    vacant = np.where(found.row >= 0, people.vacant[found.row], False)
    organization, _ = from_bosses(
        boss,
        ties,
        tenure,
        source=source,
        identifier=found.ids,
        notes=tuple(table.notes),
        department=None if unit is None else _texts(table.cells[unit], found.row),
        vacant=vacant if vacant.any() else None,
        hired=days,
    )
    return organization


def _known_by(people: _People, found: _Found) -> list[Column]:
    """Return the columns by which people may be meant, the identifiers first: all are unique."""
    words = people.sheet.cells[0].words
    ids = Column(words, words.codes(found.ids, len(found.ids)))
    if (found.row < 0).any():
        return [ids]
    columns = [cells.at(found.row).mapped(identifier) for cells in people.sheet.cells]
    return [ids, *(c for c in columns if len(np.unique(c.code)) == len(c.code))]


def _texts(cells: Column, row: NDArray[np.int64]) -> list[str]:
    return [cells[i] if i >= 0 else "" for i in row.tolist()]


def save_chart(organization: Organization, path: str | Path) -> Path:
    """Write a chart as it was understood, so that it is read again without a question.

    Parameters
    ----------
    organization : Organization
        As :func:`load_chart` gives it, or generated: then people are called by their rows.
    path : path
        A CSV file: employee and manager, and hire date, department and vacant positions as far
        as there are any.

    Returns
    -------
    Path
    """
    count = organization.people
    ids = organization.identifier or tuple(map(str, range(count)))
    columns = {
        "employee_id": ids,
        "manager_id": [ids[boss] if boss >= 0 else "" for boss in organization.boss.tolist()],
        "hire_date": organization.hired,
        "department": organization.department,
        "position": None
        if organization.vacant is None
        else ["vacant" if empty else "" for empty in organization.vacant.tolist()],
    }
    told = {name: values for name, values in columns.items() if values is not None}
    target = Path(path)
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(told)
        writer.writerows(zip(*told.values(), strict=True))
    return target
