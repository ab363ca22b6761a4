"""Excel workbooks: sheets found or asked for, cells as people see them, broken ones told."""

from __future__ import annotations

import datetime
import importlib.util
import io
import os
import zipfile
from pathlib import Path

import openpyxl
import pytest

from simulation import tables
from simulation.errors import InputError
from simulation.evidence.own_data import read_series
from simulation.faces.command import main
from simulation.faces.command.options import CHART
from simulation.organizations.chart import load_chart
from simulation.scenarios.designs import make_design, read_design
from simulation.scenarios.scenario import load_scenario
from simulation.study.reproduction import reproduce
from simulation.study.run import chart_options, organization_of
from simulation.study.running import simulate
from simulation.study.runs import save
from simulation.study.uncertainty import read_vectors
from simulation.tables import Reading, Words, read_sheet
from simulation.theory.parameters import OrganizationSettings

FIELD = Path(__file__).parent / "field"
STAFF = [("id", "manager", "hired"), (1, None, None), (2, 1, None), (3, 2, None)]


@pytest.fixture
def book(tmp_path):
    """Return a function that saves sheets, given as rows by name, as a workbook."""

    def save(name: str = "book.xlsx", **sheets) -> Path:
        made = openpyxl.Workbook()
        made.remove(made.active)
        for title, rows in sheets.items():
            sheet = made.create_sheet(title)
            for row in rows:
                sheet.append(row)
        made.save(tmp_path / name)
        return tmp_path / name

    return save


def test_a_workbook_as_other_programs_write_it():
    found = load_chart(FIELD / "people.xlsx")  # its cells do not say where they are
    assert (found.people, found.levels, found.identifier) == (3, 3, ("1", "2", "3"))


def test_cells_are_what_is_seen(book):
    day = datetime.datetime(2023, 4, 1)
    path = book(
        "cells.xlsm",
        one=[
            ["whole", "half", "day", "yes", "text", "moment"],
            [7.0, 0.5, day, True, " two\nlines ", datetime.datetime(2023, 4, 1, 8, 30)],
            [12, None, day.date(), False, "a,b"],
            [],
        ],
    )
    sheet = read_sheet(path, Words())
    assert sheet.header == ["whole", "half", "day", "yes", "text", "moment"]
    assert [list(cells) for cells in sheet.cells] == [
        ["7", "12"],
        ["0.5", ""],
        ["2023-04-01", "2023-04-01"],
        ["true", "false"],
        ["two lines", "a,b"],
        ["2023-04-01 08:30:00", ""],
    ]
    assert sheet.lines.tolist() == [2, 3]


def test_hire_dates_in_cells_are_dates(book):
    rows = [STAFF[0], (1, None, datetime.date(2020, 1, 1)), (2, 1, datetime.date(2022, 1, 1))]
    found = load_chart(book(staff=rows))
    assert found.hired == ("2020-01-01", "2022-01-01")
    assert found.tenure.tolist() == pytest.approx([731 / 30.4375, 0.0])


def test_the_sheet_that_holds_rows_is_taken(book):
    path = book(Notes=[["Made in April"]], Staff=STAFF, Empty=[])
    assert load_chart(path).people == 3
    assert load_chart(path, sheet="staff ").people == 3


def test_of_two_sheets_one_is_named(book):
    ties = [("from", "to"), (3, 1)]
    path = book(Staff=STAFF, Pairs=ties)
    with pytest.raises(InputError, match=r"2 sheets hold rows, 'Staff', 'Pairs'; .*--sheet\."):
        load_chart(path)
    with pytest.raises(InputError, match=r"'Staff', 'Pairs'; .*--ties-sheet\."):
        load_chart(path, path, sheet="Staff")
    both = load_chart(path, path, sheet="Staff", ties_sheet="Pairs")
    assert len(both.tie_seat) == 2
    with pytest.raises(InputError, match=r"no sheet 'Staf' \(--sheet\).*Did you mean 'Staff'"):
        load_chart(path, sheet="Staf")


def test_rows_above_and_beside_the_table(book):
    path = book(one=[["Our people"], [], ["id", "manager", None], [1], [2, 1], [], [3, 2]])
    with pytest.raises(InputError, match="row 6: blank"):
        load_chart(path)
    found = load_chart(path, repair=True)
    assert found.people == 3
    assert any("2 lines before the header" in note for note in found.notes)


def test_a_formula_without_its_result_is_not_empty(book):
    path = book(one=[("id", "manager"), (1, None), (2, "=A2")])
    with pytest.raises(InputError, match="row 3: the results of formulas"):
        load_chart(path)


def zipped(**parts: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("_", "/"), text)
    return data.getvalue()


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100)
BROKEN = {
    "old": (OLD, r"before 2007 \(.xls\)"),
    "password": (OLD + "EncryptedPackage".encode("utf-16-le"), "under a password"),
    "half": (b"PK\x03\x04\x14\x00\x06\x00", "broken spreadsheet"),
    "a document": (zipped(word_document="<w/>"), "no spreadsheet of Excel's"),
    "nothing in it": (zipped(xl_workbook="<w/>"), "cannot be read as a spreadsheet"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_workbook_is_told_with_the_remedy(tmp_path, name):
    data, told = BROKEN[name]
    (tmp_path / "b.xlsx").write_bytes(data)
    with pytest.raises(InputError, match=rf"^b\.xlsx: .*{told}.*CSV\.$") as refusal:
        read_sheet(tmp_path / "b.xlsx", Words())
    assert "\n" not in str(refusal.value)


def test_without_openpyxl_it_is_told_how_to_add_it(book, monkeypatch):
    path = book(Staff=STAFF)
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "openpyxl" else found(name)
    )
    with pytest.raises(InputError, match=r"openpyxl: install mentoring-simulation\[excel\]"):
        load_chart(path)


# ------------------------------------------------------------------ files that are no tables


def test_what_is_no_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    for path, told in (
        (tmp_path, "is a folder"),
        (tmp_path / "pipe.csv", "a pipe or a device"),
        (Path("/dev/null"), "a pipe or a device"),
        (tmp_path / ("x" * 300 + ".csv"), "cannot be read"),
        (Path("zero\0.csv"), "cannot be read"),
        (tmp_path / "none.csv", "no such file"),
    ):
        with pytest.raises(InputError, match=told) as refusal:
            read_sheet(path, Words())
        assert len(str(refusal.value)) < 250


def test_what_is_too_large_is_refused_before_it_is_read(tmp_path, monkeypatch):
    path = tmp_path / "large.csv"
    path.write_text("id,manager\n1,\n")
    os.truncate(path, tables.LARGEST + 1)  # a hole: it takes no room
    with pytest.raises(InputError, match="1,000,000,001 bytes; a table may have 1,000,000,000"):
        read_sheet(path, Words())


def test_a_cell_beyond_what_is_read(tmp_path):
    (tmp_path / "long.csv").write_text(f'id,manager\n1,\n2,"{"x" * 140_000}"\n')
    with pytest.raises(InputError, match=r"row 3: .*a cell is longer than 131,072"):
        read_sheet(tmp_path / "long.csv", Words())


def test_a_text_has_no_sheets(tmp_path):
    (tmp_path / "a.csv").write_text("id,manager\n1,\n2,1\n")
    with pytest.raises(InputError, match=r"no workbook, so it has no sheet 'A' \(--sheet\)"):
        read_sheet(tmp_path / "a.csv", Words(), Reading(sheet="A", option="--sheet"))


@pytest.mark.parametrize("level", ["-1", "nan", "-inf"])
def test_a_level_below_nought_or_none_is_refused(tmp_path, level):
    (tmp_path / "a.csv").write_text(f"id,manager,level\n1,,0\n2,1,{level}\n")
    with pytest.raises(InputError, match="row 3: a level below nought, or none"):
        load_chart(tmp_path / "a.csv")
    assert load_chart(tmp_path / "a.csv", repair=True).people == 2


def test_series_and_designs_may_be_workbooks(book):
    first, second = datetime.date(2023, 1, 1), datetime.date(2023, 2, 1)
    months = [("Month", "Headcount"), (first, 1199), (second, 1190.5)]
    assert read_series(book(one=months))["headcount"].tolist() == [1199.0, 1190.5]
    points = [("commitment.action", "organization.people"), (0.2, 40), (0.8, 60.0)]
    assert read_design(book(one=points), load_scenario("baseline")).settings == (
        {"commitment.action": 0.2, "organization.people": 40},
        {"commitment.action": 0.8, "organization.people": 60},
    )
    vectors = read_vectors(book(one=[("peers.boss",), (1.5,), (2,)]))
    assert vectors["peers.boss"].tolist() == [1.5, 2.0]


def test_the_sheet_of_a_table_is_chosen(book, tmp_path):
    scenario = load_scenario("baseline")
    path = book(one=[("peers.boss",), (1.5,)], two=[("peers.boss",), (2,), (3,)])
    with pytest.raises(InputError, match=r"2 sheets hold rows, .*name one with --design-sheet"):
        read_design(path, scenario)
    assert len(read_design(path, scenario, sheet="two")) == 2
    with pytest.raises(InputError, match="--vectors-sheet"):
        read_vectors(path)
    assert read_vectors(path, "one")["peers.boss"].tolist() == [1.5]
    months = book(one=[("month", "exits"), (1, 2)], two=[("month", "exits"), (1, 5)])
    with pytest.raises(InputError, match="--data-sheet"):
        read_series(months)
    assert read_series(months, "two")["exits"].tolist() == [5]
    with pytest.raises(InputError, match=r"there is no sheet 'three'|no sheet 'three'"):
        read_series(months, "three")
    text = f'extends = "baseline"\n[sweep]\ndesign = "list"\nfile = "{path.name}"\n'
    (path.parent / "swept.toml").write_text(text)
    with pytest.raises(InputError, match=r"2 sheets hold rows, .*keep the table alone in a file"):
        make_design(load_scenario(path.parent / "swept.toml"))


@pytest.mark.parametrize(
    ("command", "text"),
    [
        (["sweep", "baseline", "--design"], "commitment.action\n0.2\n0.2\n"),
        (["sweep", "baseline", "--design"], "commitment.action\n0.2\n\n0.3\n"),
        (["sweep", "baseline", "--design"], "commitment.action,peers.boss\n0.2,1\n0.3\n"),
        (["sweep", "baseline", "--design"], "point,peers.boss\n1,1\n"),
        (["sweep", "baseline", "--design"], "presence.level\nnan\n"),
        (["sweep", "baseline", "--design"], "presence.level\n-1\n"),
        (["sweep", "baseline", "--design"], None),
        (["calibrate", "baseline", "--data"], "month,exits\n"),
        (["calibrate", "baseline", "--data"], None),
        (["chart"], f'id,manager\n1,\n2,"{"x" * 140_000}"\n'),
        (["chart"], None),
        (["compare", "baseline", "chief-leaves", "--uncertainty", "--vectors"], None),
    ],
)
def test_each_refusal_is_a_sentence_and_exit_code_2(tmp_path, monkeypatch, capsys, command, text):
    file = tmp_path / "file.csv"
    file.mkdir() if text is None else file.write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["mentoring", *command, str(file)])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    assert ended.value.code == 2
    assert said.out == ""
    assert said.err.startswith("mentoring: ")
    assert "file.csv" in said.err
    assert said.err.strip().count("\n") == 0


# --------------------------------------------------------- a scenario says it as a command does


def test_a_scenario_says_how_its_chart_is_read(book, tmp_path):
    """The second sheet, in which others lead: named beside the chart, in the file itself."""
    rows = [("who", "lead", "deputy"), ("a", None, "c"), ("b", "a", "c"), ("c", "b", None)]
    book("staff.xlsx", Old=STAFF, Now=rows)
    (tmp_path / "mine.toml").write_text(
        'extends = "baseline"\n[organization]\nchart = "staff.xlsx"\nsheet = "Now"\n'
        'employee = "who"\nmanager = "deputy"\n'
    )
    found = organization_of(load_scenario(tmp_path / "mine.toml"))
    assert found.identifier == ("c", "a", "b")
    assert found.levels == 2
    assert (
        found.digest
        == load_chart(tmp_path / "staff.xlsx", sheet="Now", employee="who", manager="deputy").digest
    )


def test_a_scenario_says_all_that_a_command_does():
    known = {key for key in OrganizationSettings.model_fields if key != "ties"}
    assert set(CHART) - {"ties"} <= known
    assert set(CHART) - {"ties"} == set(chart_options(OrganizationSettings()))
    for name, (_, default) in CHART.items():
        if name != "ties":
            assert chart_options(OrganizationSettings())[name] == default


def test_a_run_on_a_chart_is_told_its_options(book, tmp_path):
    path = book("staff.xlsx", Old=STAFF, Now=[*STAFF, (4, 3, None)])
    scenario = load_scenario(
        "baseline",
        **{"organization.chart": str(path), "organization.sheet": "Now", "run.months": 2},
    )
    runs = simulate(scenario, 1, 1)
    assert runs.organizations[0].people == 4
    folder = save(runs, tmp_path / "kept")
    path.unlink()
    assert reproduce(folder).same
