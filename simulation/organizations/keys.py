"""Who is meant by a key: exactly, else in a form that means the same and nobody else.

The same identifier is written in many ways: another Unicode form, other case or blanks, a
spreadsheet's thousands, decimals and lost zeros, "Last, First" for "First Last", an identifier in
parentheses after a name, several managers in one cell. A form counts only where it stays one to
one: what would mean two people means nobody.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from ..tables import NOTHING, Column

NOBODY, UNKNOWN, AMBIGUOUS = -1, -2, -3


def identifier(cell: str) -> str:
    """Return an identifier as text; spreadsheets write 12 as 12.0 or ="12"."""
    if cell.startswith('="') and cell.endswith('"'):
        cell = cell[2:-1]
    return cell.split(".")[0] if "." in cell and re.fullmatch(r"\d+\.0+", cell) else cell


_HIDDEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


def spoken(word: str) -> str:
    """Return a word without what the eye does not tell apart: case, blanks, Unicode forms."""
    if word.isascii():
        text = word.casefold()
    else:
        text = unicodedata.normalize("NFKC", word).translate(_HIDDEN).casefold()
        text = text.replace("’", "'").replace("‘", "'")
    return " ".join(text.split()).removeprefix("'")


def counted(word: str) -> str:
    """Return a number without thousands, decimals that are 0, and zeros in front."""
    text = spoken(word)
    if not re.fullmatch(r"[\d.,' ]*\d[\d.,' ]*", text):
        return text
    text = re.sub(r"(?<=\d)[' ](?=\d{3}\b)", "", text)
    if re.fullmatch(r"\d{1,3}([.,]\d{3})+([.,]0+)?", text):
        text = re.sub(r"[.,]0{1,2}$", "", text) if re.search(r"[.,]0{1,2}$", text) else text
        text = re.sub(r"[.,]", "", text)
    text = re.sub(r"[.,]0+$", "", text)
    return text.lstrip("0") or "0" if text.isdigit() else text


def in_order(word: str) -> str:
    """Return "last, first" as "first last"."""
    text = spoken(word)
    last, comma, first = text.partition(",")
    if not comma or "," in first or any(map(str.isdigit, text)) or not first.strip():
        return text
    return f"{first.strip()} {last.strip()}"


def outer(word: str) -> str:
    """Return a name's first and last word: without names and initials in the middle."""
    words = in_order(word).split()
    return f"{words[0]} {words[-1]}" if len(words) > 1 and words[0].isalpha() else " ".join(words)


#: Forms in which a key is sought, the closest first: what is told of them, and the function.
FORMS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("letters' case, blanks or accents written otherwise", spoken),
    ("zeros in front, thousands or decimals written otherwise", counted),
    ("last name first", in_order),
    ("names or initials in the middle", outer),
)


def parts(word: str) -> Iterable[tuple[str, str]]:
    """Give what else in a cell may be the key: what is told of it, and the text."""
    inside = re.findall(r"[(\[<]([^()\[\]<>]+)[)\]>]", word)
    if inside:
        yield "an identifier in parentheses", inside[-1].strip()
        yield "a name before parentheses", re.sub(r"[(\[<].*$", "", word).strip()
    for mark in ";|,/\n":
        first, found, rest = word.partition(mark)
        if found and first.strip() and rest.strip():
            yield "the first of several managers in a cell", first.strip()


class Keys:
    """The people of a chart by one column: found exactly, else by a form that is one to one."""

    def __init__(self, column: Column) -> None:
        self.column = column
        self.place = column.first()
        self._forms: dict[int, dict[str, int]] = {}

    def _by_form(self, number: int) -> dict[str, int]:
        """Return row by form; what two different words share is ambiguous."""
        if number not in self._forms:
            form, known = FORMS[number][1], dict[str, int]()
            words = self.column.words.listed()
            for code in np.flatnonzero(self.place >= 0).tolist():
                said = form(words[code])
                known[said] = AMBIGUOUS if said in known else int(self.place[code])
            self._forms[number] = known
        return self._forms[number]

    def find(self, word: str, whole: bool = False) -> tuple[int, str]:
        """Return the row that is meant, or what it is instead, and how it was found.

        With ``whole`` a part of the word does not do.
        """
        for number, (told, form) in enumerate(FORMS):
            row = self._by_form(number).get(form(word), UNKNOWN)
            if row != UNKNOWN:
                return row, told
        for told, part in () if whole else parts(word):
            exact = self._by_form(0).get(spoken(part), UNKNOWN)
            row = exact if exact != UNKNOWN else self._by_form(1).get(counted(part), UNKNOWN)
            if row != UNKNOWN:
                return row, told
        return UNKNOWN, ""

    def bosses(
        self, managers: Column, exactly: bool = False
    ) -> tuple[NDArray[np.int64], dict[str, int]]:
        """Return each row's boss, and how many were found in which other form.

        A boss is a row, :data:`NOBODY` (also: oneself), :data:`UNKNOWN` or :data:`AMBIGUOUS`.
        """
        place = np.append(self.place, np.full(len(managers.words) - len(self.place), -1))
        found = place[managers.code]
        nobody = managers.each(lambda name: name.casefold() in NOTHING) & (found < 0)
        strange = np.flatnonzero((found < 0) & ~nobody & (not exactly))
        found[found < 0] = UNKNOWN
        words, forms = managers.words.listed(), dict[str, int]()
        asked, counts = np.unique(managers.code[strange], return_counts=True)
        meant = np.full(len(words), UNKNOWN)
        for code, count in zip(asked.tolist(), counts.tolist(), strict=True):
            meant[code], told = self.find(words[code])
            if meant[code] >= 0:
                forms[told] = forms.get(told, 0) + count
        found[strange] = meant[managers.code[strange]]
        found[nobody] = NOBODY
        own = np.arange(len(found))
        same = managers.code == self.column.code
        return np.where((found == own) | same, NOBODY, found), forms
