"""Reading a sheet of an Excel workbook, as text of a table: a row of the sheet is a line of it.

The sheet is the only one that holds rows, or the one that is named. Dates are ISO dates, whole
numbers have no decimals, and what is blank at the end of rows and of the sheet is not there.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import warnings
import zipfile
from typing import Any, NamedTuple

from .errors import InputError, nearest, need

#: The first bytes of a workbook, and of what Excel wrote before 2007 or under a password.
ZIP, OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
#: Bytes of a table that are read at most: that of two million people has a fifth of it.
LARGEST = 10**9
_REMEDY = "open it and save it as .xlsx, or its sheet as CSV"
#: Whole numbers up to here are exact in a spreadsheet.
_EXACT = 2.0**53


def is_workbook(data: bytes) -> bool:
    """Return whether a file's bytes are those of a workbook, of any age."""
    return data.startswith((ZIP, OLD))


def sheet_text(data: bytes, file: str, sheet: str | None, option: str) -> str:
    """Return a sheet's rows as CSV text, a line a row.

    Parameters
    ----------
    data : bytes
    file : str
        What it is called in refusals.
    sheet : str or None
        The sheet's name; None: the only one that holds rows.
    option : str
        With what a sheet is named, for refusals: ``--sheet``, or "" where none can be.

    Raises
    ------
    InputError
        It is no workbook that can be read, or its sheet is not known.
    """
    if data.startswith(OLD):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise InputError(f"{file}: is under a password; save it without, or its sheet as CSV.")
        raise InputError(f"{file}: is a spreadsheet of before 2007 (.xls); {_REMEDY}.")
    _refuse_huge(data, file)
    need("openpyxl", "excel", f"{file}: a spreadsheet")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and rules of validation
            sheets = _sheets(data)
    except Exception as error:  # openpyxl raises whatever a broken file makes its parts raise
        reason = " ".join(str(error).split())[:80] or type(error).__name__
        raise InputError(
            f"{file}: cannot be read as a spreadsheet ({reason}); {_REMEDY}."
        ) from None
    chosen = sheets[_chosen(sheets, file, sheet, option)]
    if chosen.uncounted:  # its cells would be read as empty
        raise InputError(
            f"{file}, row {chosen.uncounted}: the results of formulas are not in it; {_REMEDY}."
        )
    return _text(chosen.rows)


def _refuse_huge(data: bytes, file: str) -> None:
    """Refuse what is no archive of a workbook, or holds more than may be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(part.file_size for part in archive.infolist())
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise InputError(f"{file}: is a broken spreadsheet; {_REMEDY}.") from None
    if not any(name.startswith("xl/") for name in names):
        raise InputError(f"{file}: is an archive but no spreadsheet of Excel's; {_REMEDY}.")
    if size > LARGEST:
        raise InputError(
            f"{file}: holds {size:,} bytes; a table may have {LARGEST:,}. Leave out columns."
        )


class _Sheet(NamedTuple):
    """A sheet's rows, and the first row with a formula if no formula's result was saved."""

    rows: list[list[str]]
    uncounted: int


def _sheets(data: bytes) -> dict[str, _Sheet]:
    """Return every sheet by its name, without what is blank at the ends of rows and of it."""
    import openpyxl

    whole = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    stated = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    return {
        sheet.title: _rows(sheet, formulas)
        for sheet, formulas in zip(whole.worksheets, stated.worksheets, strict=True)
    }


def _rows(sheet: Any, formulas: Any) -> _Sheet:
    for one in (sheet, formulas):
        one.reset_dimensions()  # what programs write there may be wrong
    rows, counted, uncounted = [], False, 0
    pairs = zip(
        sheet.iter_rows(values_only=True), formulas.iter_rows(values_only=True), strict=True
    )
    for number, (values, said) in enumerate(pairs, start=1):
        row = list(map(_cell, values))
        while row and not row[-1]:
            row.pop()
        rows.append(row)
        if values != said:
            other = [v for v, formula in zip(values, said, strict=True) if v != formula]
            counted = counted or any(value is not None for value in other)
            uncounted = uncounted or number
    while rows and not rows[-1]:
        rows.pop()
    return _Sheet(rows, 0 if counted else uncounted)


def _cell(value: Any) -> str:
    """Return a cell's value as text, on one line."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return re.sub(r"\s*[\r\n]+\s*", " ", str(value)).strip()


def _chosen(sheets: dict[str, _Sheet], file: str, sheet: str | None, option: str) -> str:
    """Return the name of the sheet to read."""
    names = [f"'{name}'" for name in sheets]
    if sheet is not None:
        same = [name for name in sheets if name.strip().casefold() == sheet.strip().casefold()]
        if sheet in sheets or len(same) == 1:
            return sheet if sheet in sheets else same[0]
        raise InputError(
            f"{file}: there is no sheet '{sheet}' ({option}); there are {', '.join(names)}."
            f"{nearest(sheet, sheets)}"
        )
    full = [name for name, held in sheets.items() if sum(map(any, held.rows)) > 1]
    if len(full) > 1:
        named = ", ".join(f"'{name}'" for name in full)
        remedy = f"name one with {option}" if option else "keep the table alone in a file"
        raise InputError(f"{file}: {len(full)} sheets hold rows, {named}; {remedy}.")
    said = [name for name, held in sheets.items() if held.rows]
    if not said:
        raise InputError(f"{file}: is empty.")
    return (full or said)[0]


def _text(rows: list[list[str]]) -> str:
    """Return rows as CSV, all of one width: cells that a sheet leaves out are empty."""
    width = max(map(len, rows))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    # A row without any cell is a line without any sign, not one empty cell in quotation marks.
    for row in rows:
        if row:
            writer.writerow(row + [""] * (width - len(row)))
        else:
            text.write("," * (width - 1) + "\n")
    return text.getvalue()
