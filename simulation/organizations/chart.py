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
import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, nearest
from ..machine.compiled import compiled
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
_BATCH = 256  # rows: so few that the garbage collector is not called while they are read
_SHOWN = 5
_LONGEST = 70  # years of service that a date may tell of
# What people write where there is nobody or nothing.
_NOTHING = frozenset({"", "-", "--", "n/a", "na", "#n/a", "none", "null", "nil", "nan", "0"})
_REPAIR = "or repair it with --repair"


class _Words:
    """The different words of a chart's files, numbered in the order in which they come.

    Numbers are compared and counted by the million, and what is asked of a word is asked once.
    """

    def __init__(self) -> None:
        self._number: defaultdict[str, int] = defaultdict(itertools.count().__next__)
        self._listed: list[str] = []
        self._mapped: dict[Callable[[str], str], NDArray[np.int32]] = {}

    def __len__(self) -> int:
        return len(self._number)

    def codes(self, words: Iterable[str], count: int) -> NDArray[np.int32]:
        """Return the numbers of so many words; new ones get the next."""
        return np.fromiter(map(self._number.__getitem__, words), np.int32, count)

    def listed(self) -> list[str]:
        """Return all words by number."""
        if len(self._listed) < len(self._number):
            self._listed = list(self._number)
        return self._listed

    def mapped(self, answer: Callable[[str], str]) -> NDArray[np.int32]:
        """Return the number of a function's answer to each word."""
        known = self._mapped.get(answer, np.empty(0, dtype=np.int32))
        while len(known) < len(self):  # an answer may be a new word
            new = self.listed()[len(known) :]
            known = np.concatenate([known, self.codes(map(answer, new), len(new))])
        self._mapped[answer] = known
        return known


@dataclass(frozen=True)
class _Column:
    """One column: the number of each row's word."""

    words: _Words
    code: NDArray[np.int32]

    def each(self, answer: Callable[[str], Any]) -> NDArray[Any]:
        """Return a function's answer to each row's word."""
        words = self.words.listed()
        said = np.flatnonzero(np.bincount(self.code, minlength=len(words)))
        place = np.zeros(len(words), dtype=np.int64)
        place[said] = np.arange(len(said))
        return np.array([answer(words[i]) for i in said.tolist()])[place[self.code]]

    def mapped(self, answer: Callable[[str], str]) -> _Column:
        """Return the column with a function's answers in place of its words."""
        return _Column(self.words, self.words.mapped(answer)[self.code])

    def blank(self) -> NDArray[np.bool_]:
        """Return which rows say nothing."""
        return self.code == self.words.codes([""], 1)

    def at(self, rows: NDArray[Any]) -> _Column:
        """Return some rows of the column."""
        return _Column(self.words, self.code[rows])

    def first(self) -> NDArray[np.int64]:
        """Return the first row that says each word, -1 where none does."""
        first = np.full(len(self.words), -1)
        first[self.code[::-1]] = np.arange(len(self.code))[::-1]  # the last that is put there stays
        return first

    def __iter__(self) -> Iterator[str]:
        """Give each row's word."""
        return map(self.words.listed().__getitem__, self.code.tolist())

    def __getitem__(self, row: Any) -> str:
        return self.words.listed()[self.code[row]]


@dataclass
class _Sheet:
    """A file's rows: where they stand, and their cells, trimmed, column by column."""

    file: str
    header: list[str]
    lines: NDArray[np.int64]
    cells: list[_Column]
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


def _plain(name: str) -> str:
    return re.sub(r"[^0-9a-zà-ÿ]", "", name.lower())


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names[:12]) + (" ..." if len(names) > 12 else "")


def _rows(lines: Iterable[int]) -> str:
    numbers = sorted(map(int, lines))
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
    head = "\n".join(text.split("\n", 50)[:50])  # 50 lines of it, or more
    lines = [line for line in head.splitlines()[:50] if line.strip()]
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


def _read(
    path: Path, words: _Words, delimiter: str | None, encoding: str | None, repair: bool
) -> _Sheet:
    file = path.name
    text, found = _decoded(path, encoding)
    if not text or text.isspace():
        raise InputError(f"{file}: is empty.")
    first = text[: text.find("\n") + 1 or None]
    skipped = re.fullmatch(r"sep=(.)\s*", first) is not None  # a line that Excel puts there
    if skipped:
        delimiter, text = delimiter or first[4], text[len(first) :]
    delimiter = {"\\t": "\t", "tab": "\t"}.get(delimiter or "", delimiter)
    if delimiter is not None and (len(delimiter) != 1 or delimiter not in text):
        raise InputError(f"{file}: the delimiter '{delimiter}' does not occur in it.")
    batches = _batches(text, delimiter or _delimiter(text, file), file, int(skipped))
    sheet = _by_columns(batches, words, file, repair)
    if found in ("cp1252", "latin-1") and encoding is None:
        said = f"{file}: read as {found}; if names look wrong, give --encoding."
        sheet.notes.insert(0, said)
    return sheet


def _batches(
    text: str, delimiter: str, file: str, skipped: int
) -> Iterator[tuple[list[int], list[list[str]]]]:
    """Give the lines where rows start, and the rows, a few hundred at a time.

    Strict: a quotation mark that is never closed would swallow the rest of the file.
    """
    data = io.BytesIO(text.encode("utf-8", "surrogatepass"))
    pieces = io.TextIOWrapper(data, "utf-8", "surrogatepass", newline="")
    reader, line = csv.reader(pieces, delimiter=delimiter, strict=True), 1 + skipped
    lines: list[int] = []
    rows: list[list[str]] = []
    try:
        for row in reader:
            lines.append(line)
            rows.append(row)
            line = reader.line_num + 1 + skipped
            if len(rows) == _BATCH:
                yield lines, rows
                lines, rows = [], []
    except csv.Error as error:
        problem = str(error)
        if "end of data" in problem or "field limit" in problem:
            problem = "a quotation mark is not closed"
        raise InputError(
            f"{file}, row {line}: cannot be read ({problem}); mend its quotation marks."
        ) from None
    yield lines, rows


def _by_columns(
    batches: Iterator[tuple[list[int], list[list[str]]]], words: _Words, file: str, repair: bool
) -> _Sheet:
    """Return the rows below the header, which is the first that is not blank, by columns."""
    header: list[str] = []
    starts: list[int] = []
    parts: list[list[NDArray[np.int32]]] = []
    faults = _Faults()
    for lines, rows in batches:
        while rows and not header:
            header = _header(rows.pop(0))
            parts = [[] for _ in header]
            del lines[0]
        if set(map(len, rows)) - {len(header)}:
            pairs = zip(lines, rows, strict=True)
            rows = [faults.fitted(line, row, len(header)) for line, row in pairs]
        starts += lines
        for part, column in zip(parts, zip(*rows, strict=True), strict=False):
            part.append(words.codes(column, len(column)))
    if not starts:
        raise InputError(f"{file}: has a header but no rows.")
    cells = [_Column(words, np.concatenate(part)).mapped(str.strip) for part in parts]
    return faults.mended(_Sheet(file, header, np.array(starts), cells, repair))


def _header(row: list[str]) -> list[str]:
    """Return the names of columns, without empty ones at the end; none if the row is blank."""
    names = [cell.strip() for cell in row] if any(map(str.strip, row)) else []
    while len(names) > 2 and not names[-1]:  # two, or a missing header would not be seen
        names.pop()
    return names


@dataclass
class _Faults:
    """The lines of rows that have fewer or more cells than the header."""

    short: list[int] = field(default_factory=list)
    long: list[int] = field(default_factory=list)

    def fitted(self, line: int, row: list[str], width: int) -> list[str]:
        """Return a row with as many cells as the header, and remember what was wrong."""
        if any(map(str.strip, row[width:])):
            self.long.append(line)
        elif len(row) < width and any(map(str.strip, row)):
            self.short.append(line)
        return (row + [""] * width)[:width]

    def mended(self, sheet: _Sheet) -> _Sheet:
        """Refuse blank rows (those at the end mean nothing), then ragged ones, or mend them."""
        said = np.isin(sheet.lines, self.long)
        for cell in sheet.cells:
            said |= ~cell.blank()
        if not said.any():
            raise InputError(f"{sheet.file}: has a header but no rows.")
        rows = np.flatnonzero(said)
        blank = np.flatnonzero(~said[: rows[-1]])
        if len(blank):
            sheet.refuse("blank", sheet.lines[blank], "delete them", "left out")
        if len(rows) < len(said):
            sheet.lines, sheet.cells = sheet.lines[rows], [cell.at(rows) for cell in sheet.cells]
        width = len(sheet.header)
        if self.long:  # which cell is one too many, nobody can know
            raise InputError(
                f"{sheet.file}, {_rows(self.long)}: more cells than the header's {width} columns; "
                "put quotation marks around cells that hold the delimiter."
            )
        if self.short:
            problem = f"fewer cells than the header's {width} columns"
            sheet.refuse(problem, self.short, "fill them up", "the missing ones taken as empty")
        return sheet


# ----------------------------------------------------------------- who reports to whom


def _identifier(cell: str) -> str:
    """Return an identifier as text; spreadsheets write 12 as 12.0."""
    return cell.split(".")[0] if "." in cell and re.fullmatch(r"\d+\.0+", cell) else cell


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


def _bosses(employees: _Column, managers: _Column, place: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return each row's boss: the place of the employee whose name the manager's is.

    -1 is none, or oneself; -2 somebody who has no place (there it is -1).
    """
    found = place[managers.code]
    nobody = managers.each(lambda name: name.lower() in _NOTHING)
    boss = np.where(found >= 0, found, np.where(nobody, -1, -2))
    return np.where(managers.code == employees.code, -1, boss)


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
    names = {c: sheet.cells[c].mapped(_identifier) for c in set(itertools.chain(*pairs))}
    readings = [_bosses(names[e], names[m], names[e].first()) for e, m in pairs]
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


def _check_identifiers(sheet: _Sheet, ids: _Column, bosses: _Column) -> NDArray[np.int64]:
    """Return the rows to keep: every employee named once, sorted by identifier.

    Sorted, so that the same chart in another order of rows is the same organization.
    """
    nameless = ids.blank()
    if nameless.any():
        sheet.refuse("no employee identifier", sheet.lines[nameless], "fill them in", "left out")
    first = ids.first()[ids.code]
    again = np.flatnonzero((first != np.arange(len(first))) & ~nameless)
    same = bosses.code[again] == bosses.code[first[again]]
    for rows, problem, done in (
        (again[~same], "an employee is there again with another manager", "the first row kept"),
        (again[same], "an employee is there twice", "left out"),
    ):
        if len(rows):
            detail = f" (first '{ids[rows[0]]}', also in row {sheet.lines[first[rows[0]]]})"
            sheet.refuse(problem, sheet.lines[rows], "keep one row each", done, detail)
    once = np.flatnonzero((first == np.arange(len(first))) & ~nameless)
    if len(once) < 2:
        raise InputError(f"{sheet.file}: a chart needs two employees or more, not {len(once)}.")
    return once[_natural_order(list(ids.at(once)))]


def _boss_numbers(
    sheet: _Sheet, ids: _Column, managers: _Column, keep: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return each employee's boss by number: -1 for none or oneself, unknown ones refused."""
    boss = _bosses(ids, managers, ids.at(keep).first())[keep]
    unknown = keep[boss == -2]
    if len(unknown):
        odd = managers[unknown[0]]
        hint = nearest(odd, list(ids.at(keep[:20_000]))) if len(unknown) < 100 else ""
        mend = "mend them" if -1 in boss else "leave the chief's manager empty, mend the others"
        sheet.refuse(
            "the manager is no employee of the file",
            sheet.lines[unknown],
            mend,
            "attached to the chief",
            f" (first '{odd}')",
            hint,
        )
    return boss


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
    sheet: _Sheet, lines: NDArray[np.int64], ids: _Column, boss: NDArray[np.int64]
) -> list[int]:
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
    if (boss >= 0).all():
        problem = f"there is no chief, and {problem}"
    done = f"cut at {_rows(lines[i] for i in cuts)}, attached to the chief"
    where = [lines[i] for i in cycles[0]]
    sheet.refuse(problem, where, "give one another manager", done, f": {members}")
    return cuts


def _one_tree(
    sheet: _Sheet, lines: NDArray[np.int64], ids: _Column, boss: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return bosses that make one tree: cycles and several chiefs refused or repaired."""
    stray = boss == -2
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


def _date(cell: str, form: str) -> datetime.date | None:
    if form == "%Y%m%d" and len(cell) != 8:
        return None  # it would read 2024111 too, as anything
    # Asked first, because strptime takes its time.
    if any(mark in form and mark not in cell for mark in ".-/,"):
        return None
    if "%b" in form and not any(map(str.isalpha, cell)):
        return None
    try:
        return datetime.datetime.strptime(cell, form).date()
    except ValueError:
        return None


def _day_part(cell: str) -> str:
    """Return a cell without the time of day; empty where it says nothing."""
    day = re.split(r"[T ]\d\d?:", cell)[0].strip()
    return "" if day.lower() in _NOTHING else day


def _dates(
    sheet: _Sheet, lines: NDArray[np.int64], cells: _Column, form: str | None
) -> NDArray[np.float64]:
    """Return hire dates as day numbers, NaN where unknown; odd ones are refused.

    They are read by the one format that fits the whole column.
    """
    cut = {cell: _day_part(cell) for cell in set(cells)}
    known = sorted(set(cut.values()) - {""})
    read = {f: {c: _date(c, f) for c in known} for f in ((form,) if form else DATES)}
    failures = {f: sum(d is None for d in dates.values()) for f, dates in read.items()}
    fits = [f for f, count in failures.items() if count == min(failures.values())]
    if any(len({read[f][c] for f in fits} - {None}) > 1 for c in known):
        raise InputError(
            f"{sheet.file}: its hire dates can be read as {' or '.join(fits)}; say which with "
            "--date-format."
        )
    dates = read[fits[0]]
    odd = np.flatnonzero(cells.each(lambda c: bool(cut[c]) and dates[cut[c]] is None))
    if len(odd):
        alone = "" if len(odd) == cells.each(lambda c: bool(cut[c])).sum() else " like the others"
        mend = "write dates as 2024-01-31, or give --date-format"
        sheet.refuse(
            f"the hire date is no date{alone}",
            lines[odd],
            mend,
            "taken as unknown",
            f" (first '{cells[odd[0]]}')",
        )
    days = {cell: date.toordinal() for cell in cut if (date := dates.get(cut[cell]))}
    return cells.each(lambda cell: float(days.get(cell, np.nan)))


def _day(as_of: str | datetime.date) -> datetime.date:
    try:
        return datetime.date.fromisoformat(str(as_of)[:10])
    except ValueError:
        raise InputError(
            f"as_of (--as-of) must be a day such as 2024-01-31, not {as_of!r}"
        ) from None


def _tenure(
    sheet: _Sheet,
    lines: NDArray[np.int64],
    cells: _Column,
    as_of: str | datetime.date | None,
    form: str | None,
) -> NDArray[np.float64]:
    """Return months from each hire date to ``as_of``, by default the latest hire date."""
    hired = _dates(sheet, lines, cells, form)
    if np.isnan(hired).all():
        return hired
    now = _day(as_of) if as_of is not None else datetime.date.fromordinal(int(np.nanmax(hired)))
    future = hired > now.toordinal()
    if future.any():
        mend, done = "mend them", "taken as hired on that day"
        sheet.refuse(f"hired after {now}", lines[future], mend, done)
    if as_of is None:
        sheet.notes.append(f"{sheet.file}: tenure is counted to the latest hire date, {now}.")
    days = np.maximum(now.toordinal() - hired, 0)
    old = days > _LONGEST * 365.25
    if old.any():
        sheet.refuse(
            f"hired more than {_LONGEST} years before {now}",
            lines[old],
            "mend the dates or give --as-of",
            "taken as unknown",
        )
    return np.where(old, np.nan, days) / 30.4375


def _stated(cell: str) -> float:
    """Return the first number in a cell, NaN where there is none."""
    found = re.search(r"\d+(\.\d+)?", cell)
    return float(found.group()) if found else np.nan


def _check_levels(
    sheet: _Sheet, lines: NDArray[np.int64], cells: _Column, boss: NDArray[np.int64]
) -> None:
    """Note rows whose stated level is not beyond the manager's; the tree is what counts.

    Grades may rise or fall from the chief down: the direction of most rows is taken.
    """
    stated = cells.each(_stated)
    step = np.where(boss >= 0, stated - stated[boss], np.nan)
    down = 1.0 if (step > 0).sum() >= (step < 0).sum() else -1.0
    odd = lines[step * down <= 0]
    if len(odd):
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
        return np.ones(len(sheet.lines))
    cells = sheet.cells[column]
    weights = cells.each(_weight)
    odd = np.flatnonzero(np.isnan(weights))
    if len(odd):
        sheet.refuse(
            "the weight is not a plain number from 0 upwards",
            sheet.lines[odd],
            "mend them",
            "left out",
            f" (first '{cells[odd[0]]}')",
        )
    return np.nan_to_num(weights)


def _pairs(
    sheet: _Sheet, ids: _Column, columns: tuple[int, int, int | None]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return unordered pairs, shape (2, pairs), and their weights, directions added up."""
    ends = [sheet.cells[c].mapped(_identifier) for c in columns[:2]]
    number = ids.first()
    a, b = (number[end.code] for end in ends)
    weight = _weights(sheet, columns[2])
    strange, own = (a < 0) | (b < 0), (a == b) & (a >= 0)
    if strange.any():
        strangers = set().union(*(end.code[number[end.code] < 0].tolist() for end in ends))
        sheet.notes.append(
            f"{sheet.file}: {strange.sum():,} rows with {len(strangers):,} identifiers that are "
            "not in the chart were left out."
        )
    if own.any():
        sheet.notes.append(f"{sheet.file}: {own.sum():,} rows of a person with himself left out.")
    good = ~strange & ~own & (weight > 0.0)
    low, high = np.minimum(a, b)[good], np.maximum(a, b)[good]
    people = len(ids.code)
    keys, place = np.unique(low * people + high, return_inverse=True)
    total = np.bincount(place, weights=weight[good], minlength=len(keys))
    return np.stack(np.divmod(keys, people)), total


@compiled(entry=True)
def _strongest(
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    by_strength: NDArray[np.int64],
    keep: int,
    people: int,
) -> NDArray[np.bool_]:
    """Return which pairs are among the ``keep`` strongest of either end.

    They are visited from the strongest to the weakest.
    """
    had = np.zeros(people, np.int64)
    chosen = np.zeros(len(first), np.bool_)
    for k in by_strength:
        a, b = first[k], second[k]
        chosen[k] = had[a] < keep or had[b] < keep
        had[a] += 1
        had[b] += 1
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
    path: Path, ids: _Column, boss: NDArray[np.int64], options: dict[str, Any]
) -> tuple[tuple[Any, Any, Any], list[str]]:
    keep = options["strongest"]
    if not isinstance(keep, int) or keep < 0:
        raise InputError(f"strongest must be a whole number from 0 upwards, not {keep!r}")
    sheet = _read(path, ids.words, options["delimiter"], options["encoding"], options["repair"])
    given = (options["tie_from"], options["tie_to"], options["tie_weight"])
    pairs, weight = _pairs(sheet, ids, _tie_columns(sheet, given))
    a, b = pairs
    if not len(a):
        raise InputError(f"{sheet.file}: none of its pairs are two employees of the chart.")
    near = (boss[a] == b) | (boss[b] == a) | (boss[a] == boss[b])
    a, b, strength = a[~near], b[~near], weight[~near]
    # Of equally strong ones, those with the lower identifiers come first.
    by_strength = np.argsort(-strength, kind="stable")
    kept = _strongest(a, b, by_strength, keep, len(boss))
    sheet.notes.append(
        f"{sheet.file}: of {len(weight):,} pairs, {near.sum():,} are teammates or boss and report "
        f"and left out as ties; of the others, the {keep} strongest of each person were kept: "
        f"{kept.sum():,}."
    )
    return (a[kept], b[kept], strength[kept]), sheet.notes


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
    sheet = _read(path, _Words(), delimiter, encoding, repair)
    column, lead = _choose(sheet, employee, manager)
    named, managers = (sheet.cells[c].mapped(_identifier) for c in (column, lead))
    keep = _check_identifiers(sheet, named, managers)
    boss = _boss_numbers(sheet, named, managers, keep)
    ids, lines = named.at(keep), sheet.lines[keep]
    boss = _one_tree(sheet, lines, ids, boss)

    def optional(given: str | None, names: Sequence[str], option: str) -> _Column | None:
        found = [c for c in sheet.columns(given, names, option, option) if c not in (column, lead)]
        return sheet.cells[found[0]].at(keep) if found else None

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
    ids: _Column,
    lines: NDArray[np.int64],
    boss: NDArray[np.int64],
    optional: Callable[..., _Column | None],
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
    departments = optional(department, DEPARTMENT, "department")
    organization, _ = from_bosses(
        boss,
        ties,
        tenure,
        source=source,
        identifier=list(ids),
        notes=tuple(sheet.notes),
        department=None if departments is None else list(departments),
    )
    return organization
