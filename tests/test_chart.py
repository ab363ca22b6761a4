"""More dirty charts: every way to spoil a realistic export, and random damage to it.

Names of columns, encodings, dates, ties and the real chart are in ``test_organization``.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.errors import InputError
from simulation.organizations.chart import load_chart
from simulation.organizations.organization import check

#: Thirteen people of a German export: semicolons, dates by day, an umlaut, a quoted cell.
EXPORT = """\
Personalnummer;Name;Vorgesetztennummer;Eintrittsdatum;Ebene;Abteilung
100;Ada;;01.02.1999;1;Geschäftsführung
101;Bo;100;13.05.2004;2;"Vertrieb; Nord"
102;Cem;100;14.06.2005;2;Technik
103;Dora;100;30.11.2010;2;Personal
104;Ed;101;15.01.2011;3;"Vertrieb; Nord"
105;Fay;101;16.02.2012;3;"Vertrieb; Nord"
106;Gus;101;17.03.2013;3;"Vertrieb; Nord"
107;Hal;102;18.04.2014;3;Technik
108;Ida;102;19.05.2015;3;Technik
109;Jo;102;20.06.2016;3;Technik
110;Kim;103;21.07.2017;3;Personal
111;Lea;103;22.08.2018;3;Personal
112;Max;103;23.09.2019;3;Personal
"""
WHOLE = tuple(str(number) for number in range(100, 113))


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a chart and gives its path."""

    def written(content: str | bytes, name: str = "export.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


def spoilt(old: str, new: str) -> str:
    assert EXPORT.count(old) >= 1, old
    return EXPORT.replace(old, new, 1)


def row(number: int) -> str:
    """Return the row of an employee, its line end included."""
    return next(line + "\n" for line in EXPORT.splitlines() if line.startswith(f"{number};"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_export_is_right_in_any_encoding(write, encoding):
    organization = load_chart(write(EXPORT.encode(encoding)))
    check(organization)
    assert organization.identifier == WHOLE
    assert organization.describe()["branches"] == [4, 4, 4]
    assert organization.department[:2] == ("Geschäftsführung", "Vertrieb; Nord")
    assert organization.describe()["known_tenure"] == 1.0
    # Notes say how tenure was counted, that ties are missing, and an old encoding.
    assert len(organization.notes) == 2 + (encoding == "cp1252")


#: Refused, but repaired on request: the file, the rows blamed, and whether anyone is lost.
MENDED: dict[str, tuple[str, list[int], int]] = {
    "blank row": (spoilt(row(105), "\n" + row(105)), [7], 0),
    "row of delimiters": (spoilt(row(105), ";;;;;\n" + row(105)), [7], 0),
    "two blank rows": (spoilt(row(105), "\n\n" + row(105)), [7, 8], 0),
    "row cut short": (spoilt(";21.07.2017;3;Personal", ""), [12], 0),
    "no number": (spoilt("104;Ed", ";Ed"), [6], 1),
    "number of blanks": (spoilt("104;Ed", "   ;Ed"), [6], 1),
    "row twice": (EXPORT + row(112), [15], 0),
    "row three times": (EXPORT + row(112) * 2, [15, 16], 0),
    "row twice, as a spreadsheet writes it": (EXPORT + row(112).replace("112", "112.0"), [15], 0),
    "two managers' rows": (EXPORT + row(112).replace(";103;", ";102;"), [15], 0),
    "second chief": (spoilt("Dora;100", "Dora;"), [2, 5], 0),
    "second chief, reporting to himself": (spoilt("Dora;100", "Dora;103"), [2, 5], 0),
    "three chiefs": (spoilt("Dora;100", "Dora;").replace("Cem;100", "Cem;-"), [2, 4, 5], 0),
    "circle of two": (spoilt("Cem;100", "Cem;107"), [4, 9], 0),
    "circle of three": (spoilt("Cem;100", "Cem;108").replace("Ida;102", "Ida;107"), [4, 9, 10], 0),
    "no chief but a circle": (spoilt("Ada;;", "Ada;103;"), [2, 5], 0),
    "unknown manager": (spoilt("Ed;101", "Ed;999"), [6], 0),
    "manager by name": (spoilt("Ed;101", "Ed;Bo"), [6], 0),
    "manager mistyped": (spoilt("Ed;101", "Ed;1O1"), [6], 0),
}
#: What nobody can mend but the one who wrote it, and the rows blamed.
HOPELESS: dict[str, tuple[str | bytes, list[int]]] = {
    "empty": ("", []),
    "blanks": (" \n\t\n", []),
    "only a byte order mark": (b"\xef\xbb\xbf", []),
    "header only": (EXPORT.splitlines()[0], []),
    "one employee": ("\n".join(EXPORT.splitlines()[:2]), []),
    "no header": (EXPORT.partition("\n")[2], []),
    "one column": (re.sub(";.*", "", EXPORT), []),
    "unknown managers": (EXPORT.replace(";103;2", ";999;2"), [12, 13, 14]),
    "no number column": (re.sub(r"(?m)^\d+;", "1;", EXPORT), [3, 4, 5, 6, 7]),
    "no manager column": (spoilt("Vorgesetztennummer", "Zimmer"), []),
    "number column twice": (spoilt("Ebene", "Personalnummer"), []),
    "manager column twice": (spoilt("Ebene", "Vorgesetztennummer"), []),
    "date column twice": (spoilt("Ebene", "Eintrittsdatum"), []),
    "comma in a name, unquoted": (spoilt("104;Ed;", "104;Ed;Junior;"), [6]),
    "quotation mark left open": (spoilt('"Vertrieb; Nord"\n105', '"Vertrieb; Nord\n105'), [6]),
    "quotation mark within": (spoilt('"Vertrieb; Nord"\n105', '"Vertrieb" Nord\n105'), [6]),
    "rounded numbers": (re.sub(r"(?m)^\d+;", "1.00123E+11;", EXPORT), [3, 4, 5, 6, 7]),
    "half of the managers unknown": (EXPORT.replace(";10", ";20"), [3, 4, 5, 6, 7]),
    "managers in words": (EXPORT.replace(";100;", ";die Chefin;"), [3, 4, 5]),
    "a page of blank lines": ("\n" * 60 + "\ufeff" + EXPORT, []),
    "zero bytes": (EXPORT.encode() + b"\0", []),
    "picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", []),
    "workbook": (b"PK\x03\x04" + b"\x14\0\6\0" * 9, []),
    "old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 9, []),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []),
    "web page": ("<html><body>Please log in</body></html>\n", []),
    "JSON": ('[{"id": 1, "manager": null}]', []),
}


def refusal(path: Path, repair: bool = False) -> str:
    """Return the sentence that a chart is refused with."""
    with pytest.raises(InputError) as caught:
        load_chart(path, repair=repair)
    message = str(caught.value)
    assert message.startswith("export.csv")
    assert message.endswith((".", "?"))
    assert "\n" not in message
    assert len(message) < 400
    # One sentence, and at most one hint after it.
    assert len(re.split(r"[.?] (?=[A-Z])", message)) <= 2
    return message


def rows_blamed(message: str) -> list[int]:
    found = re.match(r"export\.csv, rows? ([\d, ]+)", message)
    return [int(number) for number in found.group(1).split(",") if number.strip()] if found else []


def test_there_are_forty_five_dirty_charts():
    assert len(MENDED) + len(HOPELESS) >= 45


@pytest.mark.parametrize("name", MENDED)
def test_dirty_charts_are_refused_with_their_rows_or_mended(write, name):
    text, lines, lost = MENDED[name]
    path = write(text)
    message = refusal(path)
    assert rows_blamed(message) == lines
    assert "--repair" in message
    organization = load_chart(path, repair=True)
    check(organization)
    assert organization.people == 13 - lost
    assert set(organization.identifier) <= set(WHOLE)
    assert any(rows_blamed(note) for note in organization.notes)


@pytest.mark.parametrize("name", HOPELESS)
def test_hopeless_charts_are_refused_with_repair_too(write, name):
    content, lines = HOPELESS[name]
    path = write(content)
    assert rows_blamed(refusal(path)) == lines
    refusal(path, repair=True)


def test_a_manager_who_may_be_one_of_two_is_attached_to_the_chief(write):
    text = "number,name,manager\n1,Ada,\n2,Bo,Ada\n3,Cem,Bo\n4,Cem,Bo\n5,Di,Cem\n"
    path = write(text)
    assert "row 6: 1 of 4 managers may be one of several employees" in refusal(path)
    organization = load_chart(path, repair=True)
    assert organization.identifier[organization.boss[organization.identifier.index("5")]] == "1"


QUOTED = '"two\nlines"'
#: A chief and 999 people, ten in a team, some cells of two lines: more than is read at a time.
LONG = "id,manager,note\n" + "".join(
    f"{i},{(i - 1) // 10 if i else ''},{QUOTED if i % 100 == 50 else 'x'}\n" for i in range(1000)
)


def line_of(number: int) -> int:
    """Return where an employee of the long chart stands: the notes before have a line more."""
    return 2 + number + (number + 49) // 100


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("\n700,69,", "\n699,69,", line_of(700)),
        ("\n777,77,", "\n777,9999,", line_of(777)),
        ("\n951,95,x", "\n951,95", line_of(951)),
        ("\n951,95,", "\n\n951,95,", line_of(951)),
        ("\n951,95,x", "\n951,95,x,y", line_of(951)),
        ("\n951,95,x", '\n951,95,"x"y', line_of(951)),
        ("\n951,95,x", '\n951,95,"x', line_of(951)),
    ],
)
def test_rows_of_a_long_chart_are_found(write, old, new, where):
    assert load_chart(write(LONG)).describe()["branches"] == [111] * 8 + [100, 11]
    assert LONG.count(old) == 1
    assert rows_blamed(refusal(write(LONG.replace(old, new)))) == [where]


def test_a_chain_is_no_circle_and_a_circle_below_it_is_found(write):
    chain = "id,manager\n0,\n" + "".join(f"{i},{i - 1}\n" for i in range(1, 300))
    assert load_chart(write(chain)).levels == 300
    # 298 hangs below 299, which hangs below 297: those two and 296 go round.
    circle = chain.replace("\n296,295\n", "\n296,298\n").replace("\n299,298\n", "\n299,297\n")
    message = refusal(write(circle))
    assert rows_blamed(message) == [298, 299, 300]
    assert "'296' -> '298' -> '297' -> '296'" in message
    mended = load_chart(write(circle), repair=True)
    assert (mended.people, mended.levels) == (300, 296)


def test_identifiers_are_sorted_as_numbers_then_as_texts(write):
    names = ["0", "00", "007", "07", "7", "10", "1000000000000000000", "9x", "a", "É"]
    rows = [f"{name},{'' if name == '0' else '0'}\n" for name in reversed(names)]
    assert load_chart(write("id,manager\n" + "".join(rows))).identifier == tuple(names)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 3)), min_size=1))
@settings(max_examples=60)
def test_ties_kept_are_among_the_strongest_of_an_end(tmp_path_factory, rows):
    """Ten chiefs' deputies, each with one report: any two of the reports can be tied."""
    folder = tmp_path_factory.getbasetemp()
    people, ties = folder / "export.csv", folder / "ties.csv"
    people.write_text("id,manager\nc,\n" + "".join(f"d{i},c\n{i},d{i}\n" for i in range(10)))
    ties.write_text("from,to,weight\n" + "".join(f"{a},{b},{w}\n" for a, b, w in rows))
    strength: dict[tuple[int, int], int] = {}
    for a, b, weight in rows:
        if a != b:
            pair = (min(a, b), max(a, b))
            strength[pair] = strength.get(pair, 0) + weight
    if not strength:
        return
    best = {
        i: sorted((p for p in strength if i in p), key=lambda p: (-strength[p], p))[:2]
        for i in range(10)
    }
    expected = {pair for pair in strength if pair in best[pair[0]] or pair in best[pair[1]]}
    found = load_chart(people, ties, strongest=2)
    names = found.identifier
    ends = [
        (int(names[seat]), int(names[other]), float(weight))
        for seat in range(found.people)
        for other, weight in zip(
            found.tie_seat[found.tie_start[seat] : found.tie_start[seat + 1]],
            found.tie_weight[found.tie_start[seat] : found.tie_start[seat + 1]],
            strict=True,
        )
    ]
    assert {(a, b) for a, b, _ in ends if a < b} == expected
    assert all(weight == strength[min(a, b), max(a, b)] for a, b, weight in ends)


edits = st.tuples(
    st.sampled_from(["cut", "insert", "replace", "drop line", "repeat line", "swap lines"]),
    st.floats(0, 1),
    st.sampled_from(
        [
            ";",
            ",",
            "\n",
            "\r",
            '"',
            "\t",
            "\0",
            "é",
            "100",
            "",
            "-1",
            "1e9",
            "\ufeff",
            "\u2028",
            "32.13.2020",
            "Personalnummer",
        ]
    )
    | st.text(max_size=3),
)


def edited(text: str, edit: tuple[str, float, str]) -> str:
    how, where, what = edit
    lines = text.split("\n")
    place, line = int(where * len(text)), int(where * (len(lines) - 1))
    if how == "drop line":
        del lines[line]
    elif how == "repeat line":
        lines.insert(line, lines[line])
    elif how == "swap lines":
        lines[line], lines[0] = lines[0], lines[line]
    else:
        end = place + {"cut": 5, "replace": 1, "insert": 0}[how]
        return text[:place] + ("" if how == "cut" else what) + text[end:]
    return "\n".join(lines)


def load_or_refuse(path: Path) -> None:
    """Nothing but a whole organization or a sentence may come of a file, mended or not."""
    for repair in (False, True):
        refused = ""
        try:
            check(load_chart(path, repair=repair))
        except InputError as error:
            refused = str(error)
        assert not refused or refused.startswith("export.csv")


@given(st.lists(edits, min_size=1, max_size=5))
@settings(max_examples=200)
def test_any_edit_of_a_chart_loads_or_is_refused(tmp_path_factory, changes):
    text = EXPORT
    for edit in changes:
        text = edited(text, edit)
    path = tmp_path_factory.getbasetemp() / "export.csv"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    load_or_refuse(path)


@given(st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=4)), min_size=1, max_size=4))
@settings(max_examples=100)
def test_any_bytes_in_a_chart_load_or_are_refused(tmp_path_factory, changes):
    data = EXPORT.encode("cp1252")
    for where, what in changes:
        at = int(where * len(data))
        data = data[:at] + what + data[at + 1 :]
    path = tmp_path_factory.getbasetemp() / "export.csv"
    path.write_bytes(data)
    load_or_refuse(path)
