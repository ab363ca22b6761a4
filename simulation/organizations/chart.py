"""Reading the organization charts that people have: CSV exports of employees and ties.

Delimiter, encoding and column names are detected. Everything wrong is refused in one
sentence that names the file and the rows, or repaired on request and said so. Refusals
may name people, for they end on the user's screen; notes never do, for they are kept
with results.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, nearest
from .organization import Organization, from_bosses

__all__ = ["load_chart"]

# Usual names of columns, letters and digits only, the most telling first.
EMPLOYEE = (
    "employeeid",
    "empid",
    "employeenumber",
    "employeeno",
    "empno",
    "personid",
    "personnelnumber",
    "workerid",
    "staffid",
    "id",
    "uid",
    "userid",
    "personalnummer",
    "personalnr",
    "mitarbeiterid",
    "mitarbeiternummer",
    "mitarbeiternr",
    "matricule",
    "identifiant",
    "idsalarie",
    "idempleado",
    "numeroempleado",
    "employee",
    "worker",
    "person",
    "user",
    "username",
    "login",
    "email",
    "mail",
    "employeeemail",
    "mitarbeiter",
    "empleado",
    "salarie",
    "employeename",
    "name",
    "fullname",
    "nom",
    "nombre",
)
MANAGER = (
    "managerid",
    "manageremployeeid",
    "managerempid",
    "reportstoid",
    "supervisorid",
    "linemanagerid",
    "bossid",
    "superiorid",
    "managernumber",
    "parentid",
    "manager",
    "reportsto",
    "supervisor",
    "linemanager",
    "boss",
    "superior",
    "parent",
    "vorgesetztenid",
    "vorgesetztennummer",
    "vorgesetztennr",
    "führungskraft",
    "vorgesetzter",
    "vorgesetzte",
    "idresponsable",
    "responsable",
    "idmanager",
    "idjefe",
    "jefe",
    "manageremail",
    "manageruser",
    "managerlogin",
    "managername",
    "supervisorname",
    "supervisoremail",
)
HIRED = (
    "hiredate",
    "dateofhire",
    "datehired",
    "hired",
    "startdate",
    "joindate",
    "joiningdate",
    "dateofjoining",
    "joined",
    "entrydate",
    "employmentdate",
    "eintrittsdatum",
    "eintritt",
    "dateembauche",
    "fechaingreso",
    "start",
)
LEVEL = ("level", "grade", "joblevel", "layer", "ebene", "niveau", "nivel")
DEPARTMENT = (
    "department",
    "dept",
    "division",
    "unit",
    "orgunit",
    "businessunit",
    "team",
    "abteilung",
    "service",
    "departamento",
)
FROM = (
    "from",
    "sender",
    "source",
    "ego",
    "person1",
    "employee1",
    "id1",
    "a",
    "fromid",
    "idfrom",
    "employee",
    "employeeid",
    "person",
    "id",
)
TO = (
    "to",
    "recipient",
    "receiver",
    "target",
    "alter",
    "person2",
    "employee2",
    "id2",
    "b",
    "toid",
    "idto",
    "colleague",
    "colleagueid",
    "contact",
    "peer",
)
WEIGHT = (
    "weight",
    "emails",
    "mails",
    "messages",
    "count",
    "n",
    "strength",
    "frequency",
    "interactions",
    "meetings",
    "hours",
    "value",
)
DATES = (
    "%Y-%m-%d",
    "%d.%m.%Y",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%Y/%m/%d",
    "%d-%m-%Y",
    "%Y%m%d",
    "%d.%m.%y",
    "%m/%d/%y",
    "%d/%m/%y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%b %d, %Y",
)
DELIMITERS = ",;\t|"
_SHOWN = 5
_LONGEST = 70  # years of service that a date may tell of
# What people write where there is nobody or nothing.
_NOTHING = frozenset({"", "-", "--", "n/a", "na", "#n/a", "none", "null", "nil", "nan", "0"})
_REPAIR = "or repair it with --repair"


@dataclass
class _Sheet:
    """A file's rows: where they stand, and their cells."""

    file: str
    header: list[str]
    lines: list[int]
    rows: list[list[str]]
    repair: bool
    notes: list[str] = field(default_factory=list)

    def refuse(
        self,
        problem: str,
        lines: Iterable[int],
        mend: str,
        done: str,
        detail: str = "",
        hint: str = "",
    ) -> None:
        """Refuse a problem with its rows named, or note its repair when that is wanted.

        ``detail`` and ``hint`` may name people: they are left out of notes.
        """
        where = _rows(lines)
        if not self.repair:
            raise InputError(f"{self.file}, {where}: {problem}{detail}; {mend}, {_REPAIR}.{hint}")
        self.notes.append(f"{self.file}, {where}: {problem}; {done}.")

    def column(self, given: str | None, names: Sequence[str], what: str, option: str) -> int:
        """Return the index of a column that must be there."""
        found = self.columns(given, names, what, option)
        if not found:
            bare = any(not name or name.isdigit() for name in self.header)
            raise InputError(
                f"{self.file}: no column for {what} among {_listed(self.header)}; "
                f"name it with --{option}."
                + (" The first row must hold the names of the columns." if bare else "")
            )
        return found[0]

    def columns(self, given: str | None, names: Sequence[str], what: str, option: str) -> list[int]:
        """Return the columns that may hold something, the likeliest first."""
        plain = [_plain(name) for name in self.header]
        if given is None:
            found = [name for name in names if name in plain]
        elif given in self.header:
            return [self._only(self.header, given)]
        else:
            found = [_plain(given)] if _plain(given) in plain else []
            if not found:
                raise InputError(
                    f"{self.file}: there is no column '{given}' for {what} (--{option}); "
                    f"there are {_listed(self.header)}.{nearest(given, self.header)}"
                )
        return [self._only(plain, name) for name in found]

    def _only(self, names: list[str], name: str) -> int:
        """Return where a column is, refusing one that is there twice."""
        if names.count(name) > 1:
            column = self.header[names.index(name)]
            raise InputError(f"{self.file}: the column '{column}' is there twice; rename one.")
        return names.index(name)

    def cells(self, column: int) -> list[str]:
        """Return one column, trimmed."""
        return [row[column].strip() for row in self.rows]


def _plain(name: str) -> str:
    return re.sub(r"[^0-9a-zà-ÿ]", "", name.lower())


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names[:12]) + (" ..." if len(names) > 12 else "")


def _rows(lines: Iterable[int]) -> str:
    numbers = sorted(lines)
    shown = ", ".join(map(str, numbers[:_SHOWN]))
    more = f" and {len(numbers) - _SHOWN:,} more" if len(numbers) > _SHOWN else ""
    return f"row{'s' if len(numbers) > 1 else ''} {shown}{more}"


# ------------------------------------------------------------------------ reading a file


def _decoded(path: Path, encoding: str | None) -> tuple[str, str]:
    """Return the file's text without a byte order mark, and its encoding."""
    file = path.name
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror or error}).") from None
    guess = encoding or _encoding(data, file)
    try:
        text = data.decode(guess)
    except LookupError:
        raise InputError(
            f"{file}: there is no encoding '{guess}'; usual are utf-8, utf-16 and cp1252."
        ) from None
    except UnicodeError:
        raise InputError(
            f"{file}: is not in the encoding '{guess}'; save it as CSV in UTF-8."
        ) from None
    if "\0" in text:
        raise InputError(f"{file}: is not a text file; export the chart as CSV.")
    return text.removeprefix("\ufeff"), guess


def _encoding(data: bytes, file: str) -> str:
    """Return the encoding that the bytes show; refuse what is no text."""
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise InputError(f"{file}: is a spreadsheet; save its sheet as CSV.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    even, odd = data[0:4096:2].count(0), data[1:4096:2].count(0)
    if max(even, odd) > 10 * min(even, odd) and max(even, odd) > len(data[:4096]) // 4:
        return "utf-16-le" if odd > even else "utf-16-be"  # Latin letters without the mark
    control = sum(data[:4096].count(code) for code in range(32) if code not in b"\t\n\r\f\v\x1a")
    if control:
        raise InputError(f"{file}: is not a text file; export the chart as CSV.")
    for guess in ("utf-8", "cp1252"):
        try:
            data.decode(guess)
        except UnicodeDecodeError:
            continue
        return guess
    return "latin-1"


def _delimiter(text: str, file: str) -> str:
    """Return the delimiter by which the first lines fall into the same number of columns."""
    lines = [line for line in text.splitlines()[:50] if line.strip()]
    best, most = ",", 0.0
    for delimiter in DELIMITERS:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        same = sum(width == widths[0] for width in widths) / len(widths)
        if widths[0] > 1 and widths[0] * (0.2 + same) > most:
            best, most = delimiter, widths[0] * (0.2 + same)
    if most == 0.0:
        raise InputError(
            f"{file}: its first row has one column only, {_listed([lines[0].strip()[:40]])}; "
            "a chart needs an employee and a manager, separated by comma, semicolon, tab or |."
        )
    return best


def _read(path: Path, delimiter: str | None, encoding: str | None, repair: bool) -> _Sheet:
    file = path.name
    text, found = _decoded(path, encoding)
    if not text.strip():
        raise InputError(f"{file}: is empty.")
    first, _, rest = text.partition("\n")
    skipped = re.fullmatch(r"sep=(.)\s*", first) is not None  # a line that Excel puts there
    if skipped:
        delimiter, text = delimiter or first[4], rest
    delimiter = {"\\t": "\t", "tab": "\t"}.get(delimiter or "", delimiter)
    if delimiter is not None and (len(delimiter) != 1 or delimiter not in text):
        raise InputError(f"{file}: the delimiter '{delimiter}' does not occur in it.")
    header, lines, rows = _parsed(text, delimiter or _delimiter(text, file), file, int(skipped))
    sheet = _Sheet(file, header, lines, rows, repair)
    if found in ("cp1252", "latin-1") and encoding is None:
        sheet.notes.append(f"{file}: read as {found}; if names look wrong, give --encoding.")
    _check_shape(sheet)
    return sheet


def _parsed(
    text: str, delimiter: str, file: str, skipped: int
) -> tuple[list[str], list[int], list[list[str]]]:
    """Return the header, the line where each row starts, and the rows.

    Strict: a quotation mark that is never closed would swallow the rest of the file.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] = []
    lines, rows, line = [], [], 1 + skipped
    try:
        for row in reader:
            if header:
                lines.append(line)
                rows.append(row)
            elif any(cell.strip() for cell in row):
                header = [cell.strip() for cell in row]
            line = reader.line_num + 1 + skipped
    except csv.Error as error:
        problem = str(error)
        if "end of data" in problem or "field limit" in problem:
            problem = "a quotation mark is not closed"
        raise InputError(
            f"{file}, row {line}: cannot be read ({problem}); mend its quotation marks."
        ) from None
    while len(header) > 2 and not header[-1]:  # two, or a missing header would not be seen
        header.pop()
    return header, lines, rows


def _check_shape(sheet: _Sheet) -> None:
    """Drop or refuse blank rows, then ragged ones; refuse a file without rows."""
    blank = [not any(cell.strip() for cell in row) for row in sheet.rows]
    while blank and blank[-1]:  # blank rows at the end mean nothing
        del blank[-1], sheet.rows[-1], sheet.lines[-1]
    empty = [line for line, is_blank in zip(sheet.lines, blank, strict=True) if is_blank]
    if empty:
        sheet.refuse("blank", empty, "delete them", "left out")
        keep = [i for i, is_blank in enumerate(blank) if not is_blank]
        sheet.rows = [sheet.rows[i] for i in keep]
        sheet.lines = [sheet.lines[i] for i in keep]
    if not sheet.rows:
        raise InputError(f"{sheet.file}: has a header but no rows.")
    width = len(sheet.header)
    short, long = [], []
    for line, row in zip(sheet.lines, sheet.rows, strict=True):
        if any(cell.strip() for cell in row[width:]):
            long.append(line)
        elif len(row) < width:
            short.append(line)
    if long:  # which cell is one too many, nobody can know
        raise InputError(
            f"{sheet.file}, {_rows(long)}: more cells than the header's {width} columns; "
            "put quotation marks around cells that hold the delimiter."
        )
    if short:
        problem = f"fewer cells than the header's {width} columns"
        sheet.refuse(problem, short, "fill them up", "the missing ones taken as empty")
    sheet.rows = [(row + [""] * width)[:width] for row in sheet.rows]


# ----------------------------------------------------------------- who reports to whom


def _identifier(cell: str) -> str:
    """Return an identifier as text; spreadsheets write 12 as 12.0."""
    text = cell.strip()
    return text.split(".")[0] if re.fullmatch(r"\d+\.0+", text) else text


def _natural(name: str) -> tuple[int, int, str]:
    """Return the sorting key of an identifier: numbers by size, then text."""
    return (0, int(name), name) if re.fullmatch(r"[0-9]{1,18}", name) else (1, 0, name)


def _reading(sheet: _Sheet, employee: int, manager: int) -> list[int]:
    """Return each row's boss by row under one reading of the columns; -1 none, -2 unknown."""
    ids = [_identifier(cell) for cell in sheet.cells(employee)]
    first = {name: i for i, name in reversed(list(enumerate(ids)))}
    above = [_identifier(cell) for cell in sheet.cells(manager)]
    return [
        first.get(name, -1 if name.lower() in _NOTHING else -2) if name != own else -1
        for own, name in zip(ids, above, strict=True)
    ]


def _choose(sheet: _Sheet, employee: str | None, manager: str | None) -> tuple[int, int]:
    """Return the columns of employees and managers: of the usual names, a pair that fits.

    Pairs fit when managers are found among employees. Where pairs fit that tell of
    different lines, the user has to choose.
    """
    sheet.column(employee, EMPLOYEE, "the employee", "employee")
    sheet.column(manager, MANAGER, "the manager", "manager")
    pairs = [
        (e, m)
        for e in sheet.columns(employee, EMPLOYEE, "the employee", "employee")
        for m in sheet.columns(manager, MANAGER, "the manager", "manager")
        if e != m
    ]
    if not pairs:
        raise InputError(f"{sheet.file}: --employee and --manager name the same column.")
    readings = [np.array(_reading(sheet, e, m)) for e, m in pairs]
    fits = [(r >= 0).sum() / max((r != -1).sum(), 1) for r in readings]
    best = fits.index(max(fits))
    for pair, reading, fit in zip(pairs, readings, fits, strict=True):
        if fit > 0.5 and (reading != readings[best]).mean() > 0.1:
            (e, m), (f, n) = pairs[best], pair
            a, b = (m, n) if m != n else (e, f)
            raise InputError(
                f"{sheet.file}: '{sheet.header[a]}' and '{sheet.header[b]}' tell of different "
                f"reporting lines; say which with --{'manager' if m != n else 'employee'}."
            )
    return pairs[best]


def _check_identifiers(sheet: _Sheet, ids: list[str], bosses: list[str]) -> list[int]:
    """Return the rows to keep: every employee named once, sorted by identifier.

    Sorted, so that the same chart in another order of rows is the same organization.
    """
    nameless = [line for line, name in zip(sheet.lines, ids, strict=True) if not name]
    if nameless:
        sheet.refuse("no employee identifier", nameless, "fill them in", "left out")
    first: dict[str, int] = {}
    again: list[int] = []
    conflict: list[int] = []
    for i, name in enumerate(ids):
        if name and first.setdefault(name, i) != i:
            (again if bosses[first[name]] == bosses[i] else conflict).append(i)
    for rows, problem, done in (
        (conflict, "an employee is there again with another manager", "the first row kept"),
        (again, "an employee is there twice", "left out"),
    ):
        if rows:
            detail = f" (first '{ids[rows[0]]}', also in row {sheet.lines[first[ids[rows[0]]]]})"
            lines = [sheet.lines[i] for i in rows]
            sheet.refuse(problem, lines, "keep one row each", done, detail)
    if len(first) < 2:
        raise InputError(f"{sheet.file}: a chart needs two employees or more, not {len(first)}.")
    return sorted(first.values(), key=lambda i: _natural(ids[i]))


def _boss_numbers(sheet: _Sheet, lines: list[int], ids: list[str], names: list[str]) -> list[int]:
    """Return each employee's boss by number: -1 for none or oneself, unknown ones refused."""
    number = {name: i for i, name in enumerate(ids)}
    boss = [
        -1 if name == own else number.get(name, -1 if name.lower() in _NOTHING else -2)
        for own, name in zip(ids, names, strict=True)
    ]
    unknown = [i for i, b in enumerate(boss) if b == -2]
    if unknown:
        odd = names[unknown[0]]
        hint = nearest(odd, ids[:20_000]) if len(unknown) < 100 else ""
        mend = "mend them" if -1 in boss else "leave the chief's manager empty, mend the others"
        sheet.refuse(
            "the manager is no employee of the file",
            [lines[i] for i in unknown],
            mend,
            "attached to the chief",
            f" (first '{odd}')",
            hint,
        )
    return boss


def _below(boss: Sequence[int]) -> list[int]:
    """Return how many people are at or below each, over a forest (cycles count themselves)."""
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


def _cycles(boss: Sequence[int]) -> list[list[int]]:
    """Return the members of each cycle of the reporting lines."""
    mark, found = [0] * len(boss), []
    for start in range(len(boss)):
        path, i = [], start
        while i >= 0 and mark[i] == 0:  # strangers, like nobody, are below 0
            mark[i] = start + 1
            path.append(i)
            i = boss[i]
        if i >= 0 and mark[i] == start + 1:
            found.append(path[path.index(i) :])
    return found


def _cut_cycles(sheet: _Sheet, lines: list[int], ids: list[str], boss: list[int]) -> list[int]:
    """Refuse cycles with their members named, or return where they were cut: at the lowest id."""
    cycles = _cycles(boss)
    if not cycles:
        return []
    cuts = [min(cycle) for cycle in cycles]
    shown = [f"'{ids[i]}'" for i in cycles[0][:_SHOWN]]
    members = " -> ".join([*shown, *["..."] * (len(cycles[0]) > _SHOWN), shown[0]])
    problem = "these employees report to each other in a circle"
    if len(cycles) > 1:
        problem = f"{len(cycles)} circles of employees who report to each other, the first here"
    if -1 not in boss and not any(b == -2 for b in boss):
        problem = f"there is no chief, and {problem}"
    done = f"cut at {_rows(lines[i] for i in cuts)}, attached to the chief"
    where = [lines[i] for i in cycles[0]]
    sheet.refuse(problem, where, "give one another manager", done, f": {members}")
    return cuts


def _one_tree(sheet: _Sheet, lines: list[int], ids: list[str], boss: list[int]) -> list[int]:
    """Return bosses that make one tree: cycles and several chiefs refused or repaired."""
    stray = {i for i, b in enumerate(boss) if b == -2}
    cuts = _cut_cycles(sheet, lines, ids, boss)
    tree = [-1 if b == -2 else b for b in boss]
    for i in cuts:
        tree[i] = -1
    stray |= set(cuts)
    below = _below(tree)
    roots = [i for i, b in enumerate(tree) if b == -1]
    chiefs = [i for i in roots if i not in stray]
    if not chiefs:
        chiefs = [max(roots, key=lambda i: below[i])]
        sheet.refuse(
            "nobody is without a manager",
            [lines[chiefs[0]]],
            "leave the chief's manager empty",
            "taken as the chief",
        )
    chief = max(chiefs, key=lambda i: below[i])
    if len(chiefs) > 1:
        sheet.refuse(
            f"{len(chiefs)} employees have no manager",
            [lines[i] for i in chiefs],
            "leave only the chief's manager empty",
            f"row {lines[chief]} taken as the chief, the others attached",
        )
    return [-1 if i == chief else chief if b == -1 else b for i, b in enumerate(tree)]


# ----------------------------------------------------------------------- optional columns


def _date(cell: str, form: str) -> datetime.date | None:
    if form == "%Y%m%d" and len(cell) != 8:
        return None  # it would read 2024111 too, as anything
    try:
        return datetime.datetime.strptime(cell, form).date()
    except ValueError:
        return None


def _dates(
    sheet: _Sheet, lines: list[int], cells: list[str], form: str | None
) -> list[datetime.date | None]:
    """Return hire dates by the one format that fits the whole column; odd ones are refused."""
    cut = [re.split(r"[T ]\d\d?:", cell)[0].strip() for cell in cells]
    cut = ["" if cell.lower() in _NOTHING else cell for cell in cut]
    known = sorted(set(cut) - {""})
    read = {f: {c: _date(c, f) for c in known} for f in ((form,) if form else DATES)}
    failures = {f: sum(d is None for d in dates.values()) for f, dates in read.items()}
    fits = [f for f, count in failures.items() if count == min(failures.values())]
    if any(len({read[f][c] for f in fits} - {None}) > 1 for c in known):
        raise InputError(
            f"{sheet.file}: its hire dates can be read as {' or '.join(fits)}; say which with "
            "--date-format."
        )
    dates = read[fits[0]]
    odd = [i for i, c in enumerate(cut) if c and dates[c] is None]
    if odd:
        alone = "" if len(odd) == sum(map(bool, cut)) else " like the others"
        mend = "write dates as 2024-01-31, or give --date-format"
        sheet.refuse(
            f"the hire date is no date{alone}",
            [lines[i] for i in odd],
            mend,
            "taken as unknown",
            f" (first '{cells[odd[0]]}')",
        )
    return [dates.get(c) for c in cut]


def _day(as_of: str | datetime.date) -> datetime.date:
    try:
        return datetime.date.fromisoformat(str(as_of)[:10])
    except ValueError:
        raise InputError(
            f"as_of (--as-of) must be a day such as 2024-01-31, not {as_of!r}"
        ) from None


def _tenure(
    sheet: _Sheet,
    lines: list[int],
    cells: list[str],
    as_of: str | datetime.date | None,
    form: str | None,
) -> np.ndarray:
    """Return months from each hire date to ``as_of``, by default the latest hire date."""
    dates = _dates(sheet, lines, cells, form)
    known = [d for d in dates if d]
    if not known:
        return np.full(len(cells), np.nan)
    now = _day(as_of) if as_of is not None else max(known)
    future = [line for line, d in zip(lines, dates, strict=True) if d and d > now]
    if future:
        sheet.refuse(f"hired after {now}", future, "mend them", "taken as hired on that day")
    if as_of is None:
        sheet.notes.append(f"{sheet.file}: tenure is counted to the latest hire date, {now}.")
    days = np.array([max((now - d).days, 0) if d else np.nan for d in dates])
    old = [line for line, long in zip(lines, days > _LONGEST * 365.25, strict=True) if long]
    if old:
        sheet.refuse(
            f"hired more than {_LONGEST} years before {now}",
            old,
            "mend the dates or give --as-of",
            "taken as unknown",
        )
    return np.where(days > _LONGEST * 365.25, np.nan, days) / 30.4375


def _check_levels(sheet: _Sheet, lines: list[int], cells: list[str], boss: Sequence[int]) -> None:
    """Note rows whose stated level is not beyond the manager's; the tree is what counts.

    Grades may rise or fall from the chief down: the direction of most rows is taken.
    """
    number = [re.search(r"\d+(\.\d+)?", cell) for cell in cells]
    stated = np.array([float(n.group()) if n else np.nan for n in number])
    step = np.array([stated[i] - stated[b] if b >= 0 else np.nan for i, b in enumerate(boss)])
    down = 1.0 if (step > 0).sum() >= (step < 0).sum() else -1.0
    odd = [line for line, s in zip(lines, step * down, strict=True) if s <= 0]
    if odd:
        sheet.notes.append(
            f"{sheet.file}, {_rows(odd)}: the stated level is not beyond the manager's; "
            "levels are counted along the reporting lines."
        )


# ---------------------------------------------------------------------------------- ties


def _weight(cell: str) -> float:
    """Return a weight, NaN for what is none: "1,234" may be a thousand or one and a bit."""
    if re.fullmatch(r"\d{1,3}(,\d{3})+", cell):
        return np.nan
    try:
        value = float(cell.replace(",", ".")) if cell else 1.0
    except ValueError:
        return np.nan
    return value if 0.0 <= value < 1e300 else np.nan


def _weights(sheet: _Sheet, column: int | None) -> NDArray[np.float64]:
    """Return each row's weight, 1 where there is none; what is no number is refused."""
    if column is None:
        return np.ones(len(sheet.rows))
    cells = sheet.cells(column)
    value = {cell: _weight(cell) for cell in set(cells)}
    weights = np.array([value[cell] for cell in cells])
    odd = np.flatnonzero(np.isnan(weights))
    if len(odd):
        sheet.refuse(
            "the weight is not a plain number from 0 upwards",
            [sheet.lines[i] for i in odd],
            "mend them",
            "left out",
            f" (first '{cells[odd[0]]}')",
        )
    return np.nan_to_num(weights)


def _pairs(
    sheet: _Sheet, ids: list[str], columns: tuple[int, int, int | None]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return unordered pairs, shape (pairs, 2), and their weights, directions added up."""
    number = {name: i for i, name in enumerate(ids)}
    names = [[_identifier(row[c]) for row in sheet.rows] for c in columns[:2]]
    a, b = (np.array([number.get(n, -1) for n in end], dtype=np.int64) for end in names)
    weight = _weights(sheet, columns[2])
    strange, own = (a < 0) | (b < 0), (a == b) & (a >= 0)
    if strange.any():
        strangers = {n for end in names for n in end if n not in number}
        sheet.notes.append(
            f"{sheet.file}: {strange.sum():,} rows with {len(strangers):,} identifiers that are "
            "not in the chart were left out."
        )
    if own.any():
        sheet.notes.append(f"{sheet.file}: {own.sum():,} rows of a person with himself left out.")
    good = ~strange & ~own & (weight > 0.0)
    low, high = np.minimum(a, b)[good], np.maximum(a, b)[good]
    keys, place = np.unique(low * len(ids) + high, return_inverse=True)
    total = np.bincount(place, weights=weight[good], minlength=len(keys))
    return np.stack([keys // len(ids), keys % len(ids)], axis=1), total


def _strongest(
    pairs: NDArray[np.int64], weight: NDArray[np.float64], keep: int
) -> NDArray[np.bool_]:
    """Return which pairs are among the ``keep`` strongest of either end.

    Of equally strong ones, those with the lower identifiers come first.
    """
    owner = pairs.T.ravel()
    index = np.tile(np.arange(len(pairs)), 2)
    order = np.lexsort((index, -weight[index], owner))
    sorted_owner = owner[order]
    rank = np.arange(len(owner)) - np.searchsorted(sorted_owner, sorted_owner)
    chosen = np.zeros(len(pairs), dtype=bool)
    chosen[index[order[rank < keep]]] = True
    return chosen


def _tie_columns(
    sheet: _Sheet, given: tuple[str | None, str | None, str | None]
) -> tuple[int, int, int | None]:
    """Return the columns of the two ends and the weight; a bare pair needs no usual names."""
    small = len(sheet.header) in (2, 3)
    first = sheet.columns(given[0], FROM, "one end of a tie", "tie-from") or [0] * small
    second = sheet.columns(given[1], TO, "the other end of a tie", "tie-to") or [1] * small
    weights = sheet.columns(given[2], WEIGHT, "a tie's strength", "tie-weight")
    if not first or not second or first[0] == second[0]:
        raise InputError(
            f"{sheet.file}: no two columns for the ends of a tie among {_listed(sheet.header)}; "
            "name them with --tie-from and --tie-to."
        )
    rest = [c for c in range(len(sheet.header)) if c not in (first[0], second[0])]
    weight = weights[0] if weights else rest[0] if len(sheet.header) == 3 else None
    return first[0], second[0], weight


def _ties(
    path: Path, ids: list[str], boss: Sequence[int], options: dict[str, Any]
) -> tuple[tuple[Any, Any, Any], list[str]]:
    keep = options["strongest"]
    if not isinstance(keep, int) or keep < 0:
        raise InputError(f"strongest must be a whole number from 0 upwards, not {keep!r}")
    sheet = _read(path, options["delimiter"], options["encoding"], options["repair"])
    given = (options["tie_from"], options["tie_to"], options["tie_weight"])
    pairs, weight = _pairs(sheet, ids, _tie_columns(sheet, given))
    if not len(pairs):
        raise InputError(f"{sheet.file}: none of its pairs are two employees of the chart.")
    above = np.asarray(boss)
    a, b = pairs.T
    near = (above[a] == b) | (above[b] == a) | (above[a] == above[b])
    far, strength = pairs[~near], weight[~near]
    kept = _strongest(far, strength, keep)
    sheet.notes.append(
        f"{sheet.file}: of {len(pairs):,} pairs, {near.sum():,} are teammates or boss and report "
        f"and left out as ties; of the others, the {keep} strongest of each person were kept: "
        f"{kept.sum():,}."
    )
    return (far[kept, 0], far[kept, 1], strength[kept]), sheet.notes


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
) -> Organization:
    """Return the organization in a CSV export of employees, and of ties if there is one.

    Parameters
    ----------
    people_csv : path
        One row an employee: an identifier and the manager's; the chief's manager is empty
        or the chief. Optional: hire date, level, department. The order of rows does not
        matter: a person's reports are sorted by identifier.
    ties_csv : path, optional
        Pairs of identifiers, with weights if there are any; directions are added up.
    employee, manager, hired, level, department, tie_from, tie_to, tie_weight : str, optional
        Names of columns; detected by their usual names unless given.
    as_of : str or date, optional
        Day (2024-01-31) to which tenure counts; default: the latest hire date.
    date_format : str, optional
        As in ``strptime``; needed where day and month cannot be told apart.
    strongest : int
        A tie is kept when it is among so many strongest of either end; of equally strong
        ones, those with the lower identifiers.
    repair : bool
        Mend what can be mended, and say so in ``Organization.notes``: blank rows and exact
        duplicates are left out; of conflicting ones the first is kept; of several chiefs,
        the one with most people below; people in a circle or whose manager is unknown are
        attached to the chief.
    delimiter, encoding : str, optional
        Of both files; detected unless given.

    Raises
    ------
    InputError
        A file cannot be read, or is no chart: with file, rows, and what to do.
    """
    options = {
        "delimiter": delimiter,
        "encoding": encoding,
        "repair": repair,
        "tie_from": tie_from,
        "tie_to": tie_to,
        "tie_weight": tie_weight,
        "strongest": strongest,
    }
    path = _existing(people_csv)
    sheet = _read(path, delimiter, encoding, repair)
    column, lead = _choose(sheet, employee, manager)
    every = [_identifier(cell) for cell in sheet.cells(column)]
    above = [_identifier(cell) for cell in sheet.cells(lead)]
    keep = _check_identifiers(sheet, every, above)
    ids, lines = [every[i] for i in keep], [sheet.lines[i] for i in keep]
    boss = _boss_numbers(sheet, lines, ids, [above[i] for i in keep])
    boss = _one_tree(sheet, lines, ids, boss)

    def optional(given: str | None, names: Sequence[str], option: str) -> list[str] | None:
        found = [c for c in sheet.columns(given, names, option, option) if c not in (column, lead)]
        return [sheet.rows[i][found[0]].strip() for i in keep] if found else None

    return _assembled(
        sheet,
        path,
        ties_csv,
        ids,
        lines,
        boss,
        optional,
        options,
        (hired, level, department, as_of, date_format),
    )


def _existing(path: str | Path) -> Path:
    found = Path(path).expanduser()
    if not found.exists():
        folder = found.parent if found.parent.is_dir() else Path()
        hint = nearest(found.name, [p.name for p in folder.iterdir()])
        raise InputError(f"{found}: there is no such file.{hint}")
    if found.is_dir():
        raise InputError(f"{found}: is a folder; name the CSV file in it.")
    return found


def _assembled(
    sheet: _Sheet,
    path: Path,
    ties_csv: str | Path | None,
    ids: list[str],
    lines: list[int],
    boss: list[int],
    optional: Callable[..., list[str] | None],
    options: dict[str, Any],
    given: tuple[Any, ...],
) -> Organization:
    hired, level, department, as_of, date_format = given
    dates = optional(hired, HIRED, "hired")
    tenure = None if dates is None else _tenure(sheet, lines, dates, as_of, date_format)
    source, ties = path.name, None
    if ties_csv is not None:
        ties_path = _existing(ties_csv)
        ties, notes = _ties(ties_path, ids, boss, options)
        sheet.notes += notes
        source += f" with ties from {ties_path.name}"
    else:
        sheet.notes.append("No ties were given: people see only their team and boss.")
    levels = optional(level, LEVEL, "level")
    if levels is not None:
        _check_levels(sheet, lines, levels, boss)
    organization, _ = from_bosses(
        boss,
        ties,
        tenure,
        source=source,
        identifier=ids,
        notes=tuple(sheet.notes),
        department=optional(department, DEPARTMENT, "department"),
    )
    return organization
