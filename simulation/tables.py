"""Reading the tables that people have: delimiter, encoding and header are found out.

Charts, ties, series, designs and vectors are all read here. Everything wrong is refused in one
sentence that names the file and the rows, or repaired on request and said so. Refusals may name
people, for they end on the user's screen; notes never do, for they are kept with results.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
import stat
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .errors import InputError, nearest
from .workbook import LARGEST, is_workbook, sheet_text

DELIMITERS = ",;\t|"
_NONE = "\x1f"  # the delimiter of a table with one column: occurs in no text
#: What is tried where a text is not UTF-8, the likeliest first.
ENCODINGS = ("cp1252", "cp1250", "gb18030", "shift_jis", "euc_kr", "cp1251")
#: Says how many of some headers tell what their columns are.
Telling = Callable[[Sequence[str]], int]
_BATCH = 256  # rows: so few that the garbage collector is not called while they are read
SHOWN = 5
#: What people write where there is nobody or nothing.
NOTHING = frozenset({"", "-", "--", "n/a", "na", "#n/a", "none", "null", "nil", "nan", "0"})
_REPAIR = "or repair it with --repair"


class Words:
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
class Column:
    """One column: the number of each row's word."""

    words: Words
    code: NDArray[np.int32]

    def each(self, answer: Callable[[str], Any]) -> NDArray[Any]:
        """Return a function's answer to each row's word."""
        words = self.words.listed()
        said = np.flatnonzero(np.bincount(self.code, minlength=len(words)))
        place = np.zeros(len(words), dtype=np.int64)
        place[said] = np.arange(len(said))
        return np.array([answer(words[i]) for i in said.tolist()])[place[self.code]]

    def mapped(self, answer: Callable[[str], str]) -> Column:
        """Return the column with a function's answers in place of its words."""
        return Column(self.words, self.words.mapped(answer)[self.code])

    def blank(self) -> NDArray[np.bool_]:
        """Return which rows say nothing."""
        return self.code == self.words.codes([""], 1)

    def at(self, rows: NDArray[Any]) -> Column:
        """Return some rows of the column."""
        return Column(self.words, self.code[rows])

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
class Sheet:
    """A file's rows: where they stand, and their cells, trimmed, column by column."""

    file: str
    header: list[str]
    lines: NDArray[np.int64]
    cells: list[Column]
    repair: bool | None  #: None: nothing is repaired, nor is it offered
    notes: list[str] = field(default_factory=list)
    delimiter: str = ","

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
        where = rows_named(lines)
        if not self.repair:
            offer = "" if self.repair is None else f", {_REPAIR}"
            raise InputError(f"{self.file}, {where}: {problem}{detail}; {mend}{offer}.{hint}")
        self.notes.append(f"{self.file}, {where}: {problem}; {done}.")

    def named(self, given: str, what: str, option: str) -> int:
        """Return the index of a column that is named, by its letters and digits at least."""
        names = [plain(name) for name in self.header]
        if given in self.header:
            return self.once(self.header.index(given))
        if plain(given) in names:
            return self.once(names.index(plain(given)))
        raise InputError(
            f"{self.file}: there is no column '{given}' for {what} (--{option}); "
            f"there are {listed(self.header)}.{nearest(given, self.header)}"
        )

    def usual(self, given: str | None, names: Sequence[str], what: str, option: str) -> int | None:
        """Return a column as it is named, or the first that has a usual name; None: none has."""
        if given is not None:
            return self.named(given, what, option)
        said = [plain(name) for name in self.header]
        found = next((name for name in names if name in said), None)
        return None if found is None else self.once(said.index(found))

    def once(self, column: int) -> int:
        """Return a column, refusing one whose name is there twice."""
        name = plain(self.header[column])
        if [plain(one) for one in self.header].count(name) > 1:
            raise InputError(
                f"{self.file}: the column '{self.header[column]}' is there twice; rename one."
            )
        return column

    def at(self, rows: NDArray[Any]) -> Sheet:
        """Return some rows of the sheet, with the notes so far."""
        cells = [column.at(rows) for column in self.cells]
        return replace(self, lines=self.lines[rows], cells=cells, notes=[*self.notes])


def plain(name: str) -> str:
    """Return a name's letters and digits, in small letters."""
    text = name.casefold() if name.isascii() else unicodedata.normalize("NFKC", name).casefold()
    return text if text.isalnum() else "".join(filter(str.isalnum, text))


def listed(names: Sequence[str]) -> str:
    """Return names in quotation marks, at most twelve."""
    return ", ".join(f"'{name}'" for name in names[:12]) + (" ..." if len(names) > 12 else "")


def rows_named(lines: Iterable[int]) -> str:
    """Return "rows 3, 4, 5, 6, 7 and 12 more"."""
    numbers = sorted(map(int, lines))
    shown = ", ".join(map(str, numbers[:SHOWN]))
    more = f" and {len(numbers) - SHOWN:,} more" if len(numbers) > SHOWN else ""
    return f"row{'s' if len(numbers) > 1 else ''} {shown}{more}"


_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?")


def number_in(cell: str, delimiter: str, counts: bool = False) -> float:
    """Return the number that a cell says; NaN where it is none, or could be two.

    Where commas part the columns, "1,199" may be a thousand or one and a bit: counts are taken
    as thousands, others as nothing. Elsewhere a comma is a decimal comma, but a count with three
    digits behind its only comma or, beside semicolons, its only point may again be both.
    """
    text = re.sub(r"(?<=\d)[ \u00a0\u202f](?=\d{3}\b)", "", cell)
    if _THOUSANDS.fullmatch(text):
        if counts and delimiter == ",":
            text = text.replace(",", "")
        elif counts or delimiter == ",":
            return float("nan")
    if counts and delimiter == ";" and re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", text):
        return float("nan")
    text = text.replace(",", ".") if text.count(",") == 1 and "." not in text else text
    return float(text) if _NUMBER.fullmatch(text) else float("nan")


# ------------------------------------------------------------------------ reading a file


def _bytes(path: Path) -> bytes:
    """Return what a file holds, or refuse what is missing, no file, or too large."""
    try:
        kind = path.stat()
        if stat.S_ISDIR(kind.st_mode):
            raise InputError(f"{path}: is a folder; name the file in it.")
        if not stat.S_ISREG(kind.st_mode):
            raise InputError(f"{path}: is no file but a pipe or a device; save the table first.")
        if kind.st_size > LARGEST:
            raise InputError(
                f"{path.name}: has {kind.st_size:,} bytes; a table may have {LARGEST:,}. Leave out "
                "columns."
            )
        return path.read_bytes()
    except FileNotFoundError:
        folder = path.parent if path.parent.is_dir() else Path()
        hint = nearest(path.name, [one.name for one in folder.iterdir()])
        raise InputError(f"{path}: cannot be read; there is no such file.{hint}") from None
    except (OSError, ValueError) as error:  # too long a path, a zero in it, no permission
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{str(path)[:80]}: cannot be read ({reason}).") from None


def _decoded(data: bytes, file: str, encoding: str | None, telling: Telling) -> tuple[str, str]:
    """Return the text of a file's bytes without a byte order mark, and its encoding."""
    guess = encoding or _encoding(data, file, telling)
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
        raise InputError(f"{file}: is not a text file; save the table as CSV.")
    return text.removeprefix("\ufeff"), guess


def _encoding(data: bytes, file: str, telling: Telling) -> str:
    """Return the encoding that the bytes show; refuse what is no text.

    Of several that would do, the one in which the header tells most.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    even, odd = data[0:4096:2].count(0), data[1:4096:2].count(0)
    if max(even, odd) > 10 * min(even, odd) and max(even, odd) > len(data[:4096]) // 4:
        return "utf-16-le" if odd > even else "utf-16-be"  # Latin letters without the mark
    control = sum(data[:4096].count(code) for code in range(32) if code not in b"\t\n\r\f\v\x1a")
    if control:
        raise InputError(f"{file}: is not a text file; save the table as CSV.")
    if _decodes(data, "utf-8"):
        return "utf-8"
    fits = [guess for guess in ENCODINGS if _decodes(data, guess)]
    head = b"\n".join(data.splitlines()[:3])
    heads = {guess: re.split(r"[,;\t|\r\n]", head.decode(guess, "replace")) for guess in fits}
    return max(fits, key=lambda guess: telling(heads[guess]), default="latin-1")


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _apart(lines: list[str], delimiter: str) -> list[list[str]]:
    """Return the cells of a few first lines, roughly where one is too long to be read."""
    try:
        return list(csv.reader(lines, delimiter=delimiter))
    except csv.Error:  # refused with its row once all is read
        return [line.split(delimiter) for line in lines]


def _delimiter(text: str, file: str, columns: int) -> str:
    """Return the delimiter by which the first lines fall into the same number of columns.

    Where one column will do, a header without any delimiter is that of one.
    """
    head = "\n".join(text.split("\n", 50)[:50])  # 50 lines of it, or more
    lines = [line for line in head.splitlines()[:50] if line.strip("\ufeff \t\v\f")]
    if not lines:
        raise InputError(f"{file}: its first 50 lines are blank; delete them.")
    if columns == 1 and not any(sign in lines[0] for sign in DELIMITERS):
        return _NONE
    best, most = ",", 0.0
    for delimiter in DELIMITERS:
        widths = list(map(len, _apart(lines, delimiter)))
        usual = max(set(widths), key=widths.count)
        worth = usual * (0.2 + widths.count(usual) / len(widths))
        if usual > 1 and worth > most:
            best, most = delimiter, worth
    if most == 0.0:
        raise InputError(
            f"{file}: its first row has one column only, {listed([lines[0].strip()[:40]])}; "
            "columns are separated by comma, semicolon, tab or |."
        )
    return best


def _comments(text: str) -> tuple[int, int]:
    """Return how many characters and lines stand before the header as comments."""
    length = count = 0
    whole = (0, 0)
    for line in text.splitlines(keepends=True)[:200]:
        bare = line.strip().strip('"')
        if bare and not bare.startswith("#"):
            break
        length, count = length + len(line), count + 1
        whole = (length, count) if bare else whole
    return whole


def _title(text: str, delimiter: str) -> tuple[int, int]:
    """Return how many characters and lines stand before the header as titles: of one cell."""
    lines = text.splitlines(keepends=True)[:30]
    said = [sum(map(bool, map(str.strip, row))) for row in _apart(lines, delimiter)]
    if len(said) != len(lines) or max(said, default=0) < 2:  # cells of several lines
        return 0, 0
    first = next(k for k, cells in enumerate(said) if cells > 1)
    return (sum(map(len, lines[:first])), first) if any(said[:first]) else (0, 0)


class Reading(NamedTuple):
    """How a file is read.

    Attributes
    ----------
    delimiter, encoding : str or None
        Found out unless given.
    repair : bool or None
        Whether faults are mended, and said so, instead of refused; None: they never are.
    sheet : str or None
        Of a workbook; the only one that holds rows unless given.
    option : str
        With what a sheet is named, for refusals; "" where none can be.
    columns : int
        How many a table has at least: 1 or 2.
    """

    delimiter: str | None = None
    encoding: str | None = None
    repair: bool | None = None
    sheet: str | None = None
    option: str = ""
    columns: int = 2


def read_sheet(
    path: Path, words: Words, reading: Reading | None = None, telling: Telling = len
) -> Sheet:
    """Return a file's table: lines before the header skipped, cells trimmed, by columns.

    Parameters
    ----------
    path : Path
        A text in any usual encoding, or an Excel workbook.
    words : Words
        In which the cells are numbered.
    reading : Reading, optional
    telling : callable, optional
        How many of some headers tell what their columns are: by it an encoding is chosen.

    Raises
    ------
    InputError
        The file cannot be read, or holds no table.
    """
    how, file, data = reading or Reading(), path.name, _bytes(path)
    if is_workbook(data):
        text, found = sheet_text(data, file, how.sheet, how.option), ""
        how = how._replace(delimiter=",")
    elif how.sheet is not None:
        raise InputError(
            f"{file}: is no workbook, so it has no sheet '{how.sheet}' ({how.option})."
        )
    else:
        text, found = _decoded(data, file, how.encoding, telling)
    sheet = _sheet_of(text, words, file, how, bool(found))
    if found in (*ENCODINGS, "latin-1") and how.encoding is None:
        said = f"{file}: read as {found}; if names look wrong, give --encoding."
        sheet.notes.insert(0, said)
    return sheet


def _sheet_of(text: str, words: Words, file: str, how: Reading, written: bool) -> Sheet:
    """Return the table in a text; ``written``: by somebody, whose delimiter may be wrong."""
    if not text or text.isspace():
        raise InputError(f"{file}: is empty.")
    first, delimiter = text[: text.find("\n") + 1 or None], how.delimiter
    above = 0
    if written and re.fullmatch(r"sep=(.)\s*", first) is not None:  # a line that Excel puts there
        delimiter, text, above = delimiter or first[4], text[len(first) :], 1
    delimiter = {"\\t": "\t", "tab": "\t"}.get(delimiter or "", delimiter)
    if written and delimiter is not None and (len(delimiter) != 1 or delimiter not in text):
        raise InputError(f"{file}: the delimiter '{delimiter}' does not occur in it.")
    length, skipped = _comments(text)
    text = text[length:]
    delimiter = delimiter or _delimiter(text, file, how.columns)
    length, titles = _title(text, delimiter)
    text, skipped = text[length:], skipped + titles
    batches = _batches(text, delimiter, file, above + skipped)
    sheet = _by_columns(batches, words, file, how.repair)
    sheet.delimiter = delimiter
    if skipped:
        line = "line" if skipped == 1 else "lines"
        sheet.notes.append(f"{file}: {skipped} {line} before the header were skipped.")
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
        if "end of data" in problem:
            problem = "a quotation mark is not closed"
        if "field limit" in problem:
            longest = csv.field_size_limit()
            problem = f"a quotation mark is not closed, or a cell is longer than {longest:,} signs"
        raise InputError(
            f"{file}, row {line}: cannot be read ({problem}); mend its quotation marks."
        ) from None
    yield lines, rows


def _by_columns(
    batches: Iterator[tuple[list[int], list[list[str]]]],
    words: Words,
    file: str,
    repair: bool | None,
) -> Sheet:
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
    cells = [Column(words, np.concatenate(part)).mapped(str.strip) for part in parts]
    return faults.mended(Sheet(file, header, np.array(starts), cells, repair))


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

    def mended(self, sheet: Sheet) -> Sheet:
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
                f"{sheet.file}, {rows_named(self.long)}: more cells than the header's {width} "
                "columns; put quotation marks around cells that hold the delimiter."
            )
        if self.short:
            problem = f"fewer cells than the header's {width} columns"
            sheet.refuse(problem, self.short, "fill them up", "the missing ones taken as empty")
        return sheet
