"""Who works with whom: pairs from a file, the strongest of each person kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..machine.compiled import compiled
from ..tables import Column, Reading, Sheet, listed, read_sheet
from .keys import UNKNOWN, Keys, identifier

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


def _weight(cell: str) -> float:
    """Return a weight, NaN for what is none: "1,234" may be a thousand or one and a bit."""
    if re.fullmatch(r"\d{1,3}(,\d{3})+", cell):
        return np.nan
    try:
        value = float(cell.replace(",", ".")) if cell else 1.0
    except ValueError:
        return np.nan
    return value if 0.0 <= value < 1e300 else np.nan


def _weights(sheet: Sheet, column: int | None) -> NDArray[np.float64]:
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


def _number(people: Column, ends: Sequence[Column]) -> NDArray[np.int64]:
    """Return the person whom each word of the ends means, below 0 for nobody of the chart."""
    keys = Keys(people)
    number = np.full(len(people.words), UNKNOWN)
    number[: len(keys.place)] = keys.place
    words = people.words.listed()
    for code in np.unique(np.concatenate([end.code for end in ends])).tolist():
        if number[code] < 0:
            number[code] = keys.find(words[code], whole=True)[0]
    return number


def _pairs(
    sheet: Sheet, known: Sequence[Column], columns: tuple[int, int, int | None]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return unordered pairs, shape (2, pairs), and their weights, directions added up.

    ``known`` are the chart's columns by which people may be meant; the one that finds most counts.
    """
    ends = [sheet.cells[c].mapped(identifier) for c in columns[:2]]
    exact = [sum((_exactly(people, end) >= 0).sum() for end in ends) for people in known]
    people = known[int(np.argmax(exact))]
    number = _number(people, ends)
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
    count = len(people.code)
    keys, place = np.unique(low * count + high, return_inverse=True)
    total = np.bincount(place, weights=weight[good], minlength=len(keys))
    return np.stack(np.divmod(keys, count)), total


def _exactly(people: Column, end: Column) -> NDArray[np.int64]:
    place = people.first()
    return np.append(place, np.full(len(end.words) - len(place), -1))[end.code]


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
    sheet: Sheet, given: Sequence[str | None], known: Sequence[Column]
) -> tuple[int, int, int | None]:
    """Return the columns of the two ends and the weight; a bare pair needs no usual names."""
    small = len(sheet.header) in (2, 3)
    first, second, weight = (
        sheet.usual(name, usual, what, option)
        for name, usual, what, option in zip(
            given,
            (FROM, TO, WEIGHT),
            ("one end of a tie", "the other end of a tie", "a tie's strength"),
            ("tie-from", "tie-to", "tie-weight"),
            strict=True,
        )
    )
    if first is None and small:
        first = 0
    if second is None and small:
        second = 1
    if first is None or second is None or first == second:
        _refuse_matrix(sheet, known)
        raise InputError(
            f"{sheet.file}: no two columns for the ends of a tie among {listed(sheet.header)}; "
            "name them with --tie-from and --tie-to."
        )
    if weight is None and len(sheet.header) == 3:
        weight = _if_numbers(sheet, next(k for k in range(3) if k not in (first, second)))
    return first, second, weight


def _if_numbers(sheet: Sheet, column: int) -> int | None:
    """Return a third column if it holds numbers; else every row counts once, and it is said."""
    if np.isfinite(sheet.cells[column].each(_weight)).any():
        return column
    sheet.notes.append(
        f"{sheet.file}: '{sheet.header[column]}' holds no numbers, so every row counts once; name "
        "a column of weights with --tie-weight."
    )
    return None


def _refuse_matrix(sheet: Sheet, known: Sequence[Column]) -> None:
    """Refuse a matrix of everybody by everybody with what is wanted instead."""
    words = known[0].words
    codes = words.codes(map(identifier, sheet.header[1:]), len(sheet.header) - 1)
    if any(np.isin(codes, people.code).mean() > 0.5 for people in known):
        raise InputError(
            f"{sheet.file}: is a matrix of people by people; write a row for each pair instead: "
            "from, to, weight."
        )


def ties_of(
    path: Path,
    known: Sequence[Column],
    boss: NDArray[np.int64],
    given: Sequence[str | None],
    strongest: int,
    reading: Reading,
) -> tuple[tuple[Any, Any, Any], list[str]]:
    """Return the ties in a file, shape (ends and weight), and notes.

    Parameters
    ----------
    path : Path
    known : sequence of Column
        Columns of the chart by which people may be meant, a row a person.
    boss : int array of shape (people,)
    given : three str, optional each
        Columns of the ends and of the weight.
    strongest : int
        A tie is kept when it is among so many strongest of either end.
    reading : Reading
        How the file is read.

    Raises
    ------
    InputError
        The file cannot be read, or none of its pairs are two employees of the chart.
    """
    if not isinstance(strongest, int) or strongest < 0:
        raise InputError(f"strongest must be a whole number from 0 upwards, not {strongest!r}")
    sheet = read_sheet(path, known[0].words, reading)
    pairs, weight = _pairs(sheet, known, _tie_columns(sheet, given, known))
    a, b = pairs
    if not len(a):
        raise InputError(f"{sheet.file}: none of its pairs are two employees of the chart.")
    near = (boss[a] == b) | (boss[b] == a) | (boss[a] == boss[b])
    a, b, strength = a[~near], b[~near], weight[~near]
    # Of equally strong ones, those with the lower identifiers come first.
    by_strength = np.argsort(-strength, kind="stable")
    kept = _strongest(a, b, by_strength, strongest, len(boss))
    sheet.notes.append(
        f"{sheet.file}: of {len(weight):,} pairs, {near.sum():,} are teammates or boss and report "
        f"and left out as ties; of the others, the {strongest} strongest of each person were kept: "
        f"{kept.sum():,}."
    )
    return (a[kept], b[kept], strength[kept]), sheet.notes
