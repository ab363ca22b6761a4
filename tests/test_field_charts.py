"""Charts in the shapes that people export: each is read right, or refused with what leads on."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from simulation import simulate
from simulation.errors import InputError
from simulation.organizations.chart import load_chart, save_chart
from simulation.organizations.keys import counted, in_order, outer, spoken
from simulation.organizations.organization import check

FIELD = Path(__file__).parent / "field"
with (FIELD / "expected.csv").open(encoding="utf-8") as file:
    EXPECTED = {
        row.pop("chart"): {k: int(v) for k, v in row.items()} for row in csv.DictReader(file)
    }


@pytest.fixture
def chart(tmp_path):
    """Return a function that reads a chart given as text."""

    def read(text: str, **options):
        path = tmp_path / "people.csv"
        path.write_text(text, encoding="utf-8")
        return load_chart(path, **options)

    return read


@pytest.mark.parametrize("repair", [False, True], ids=["as it is", "repair"])
@pytest.mark.parametrize("name", EXPECTED)
def test_a_chart_is_what_its_owner_means(name, repair):
    found = load_chart(FIELD / name, repair=repair)
    check(found)
    shape = {
        "people": found.people,
        "levels": found.levels,
        "widest_span": int(found.team_size.max()),
    }
    assert shape == EXPECTED[name]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("names_twice.csv", ("row 6", "1 of 4", "'Jo Lee'", "identifiers")),
        ("two_manager_columns.csv", ("'Manager ID' and 'Supervisor ID'", "--manager")),
        ("self_managed_many.csv", ("rows 2, 3", "2 employees have no manager")),
        ("ids_scientific.csv", ("rows 3, 4", "rounded", "as text")),
        ("no_manager_column.csv", ("no column for the manager", "--manager")),
        ("vacant_word.csv", ("rows 2, 5", "2 of 5 managers", "'No Manager'")),
    ],
)
def test_what_cannot_be_known_is_asked(name, words):
    with pytest.raises(InputError) as refusal:
        load_chart(FIELD / name)
    for word in (name, *words):
        assert word in str(refusal.value)


# --- keys ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "said", "meant"),
    [
        (spoken, "Rene\u0301  O’Dea ", "rené o'dea"),
        (spoken, "'AB-1", "ab-1"),
        (counted, "00001001", "1001"),
        (counted, "1,001", "1001"),
        (counted, "1.001,0", "1001"),
        (counted, "1001,0", "1001"),
        (counted, "1 001", "1001"),
        (counted, "12,5", "12,5"),
        (counted, "A-007", "a-007"),
        (in_order, "Oz, Ada", "ada oz"),
        (in_order, "1,001", "1,001"),
        (outer, "Pell, Bram  K", "bram pell"),
    ],
)
def test_what_is_the_same_key(form, said, meant):
    assert form(said) == meant


def test_a_form_counts_only_where_it_means_one(chart):
    """007 and 7 are two people: 07 is neither, and 7 is the one who is called so."""
    text = "id,manager\n1,\n007,1\n7,1\nx,7\n"
    assert chart(text).identifier == ("1", "007", "7", "x")
    with pytest.raises(InputError, match="'07'"):
        chart(text + "y,07\n")


def test_what_was_found_in_another_form_is_told(chart):
    notes = chart("id,manager\n001,\n002,1\n003,1\n").notes
    assert any("2 managers were found by another form" in note for note in notes)


# --- who is there ----------------------------------------------------------------------


def test_a_head_without_a_row_is_added_and_a_board_is_not(chart):
    head = chart("id,manager\n2,boss\n3,boss\n4,2\n")
    assert (head.identifier[0], head.people, head.levels) == ("boss", 4, 3)
    assert np.isnan(head.tenure).all()
    board = chart("id,manager\n1,board\n2,1\n3,1\n")
    assert (board.identifier[0], board.people) == ("1", 3)
    assert any("outside the chart" in note for note in board.notes)


@pytest.mark.parametrize(
    ("unknown", "repaired"),
    [(1, True), (2, True), (3, False)],  # of twenty managers
)
def test_repair_is_for_a_few_managers(chart, unknown, repaired):
    rows = [f"{i},{1 if i > unknown + 1 else 90 + i}" for i in range(2, 22)]
    text = "id,manager\n1,\n" + "\n".join(rows)
    with pytest.raises(InputError, match=f"{unknown} of 20 managers"):
        chart(text)
    if repaired:
        assert chart(text, repair=True).people == 21
    else:
        with pytest.raises(InputError, match="--employee and --manager"):
            chart(text, repair=True)


def test_a_leaver_with_reports_leaves_an_empty_seat(chart):
    found = chart("id,manager,status\n1,,active\n2,1,terminated\n3,2,active\n4,1,terminated\n")
    assert found.identifier == ("1", "2", "3")
    assert found.vacant.tolist() == [False, True, False]
    assert any("1 of those who have left still have reports" in note for note in found.notes)


def test_vacant_positions_are_empty_at_the_start():
    found = load_chart(FIELD / "person_supervisor.csv")
    assert int(found.vacant.sum()) == 1
    table = simulate("baseline", organization=found, **{"run.months": 24}).table
    assert table["headcount"][0] == found.people - 1
    assert table["headcount"].max() == found.people  # and filled in time
    whole = load_chart(FIELD / "tree259_right.csv")
    assert whole.vacant is None


def test_a_status_that_says_nothing_of_leaving_leaves_everybody(chart):
    assert chart("id,manager,status\n1,,full time\n2,1,part time\n").people == 2
    assert chart("id,manager,active\n1,,yes\n2,1,maybe\n").people == 2


def test_of_several_rows_the_direct_line_that_goes_on_counts(chart):
    text = "id,manager,type,end date\n2,1,direct,\n3,1,direct,\n4,2,dotted,\n4,3,direct,\n"
    found = chart(text)
    assert found.boss[found.identifier.index("4")] == found.identifier.index("3")
    with pytest.raises(InputError, match="again with another manager"):
        chart("id,manager\n1,\n2,1\n3,2\n3,1\n")


# --- lines before the header, dates ----------------------------------------------------


def test_lines_before_the_header_are_skipped_and_told(chart):
    found = chart("# made by a tool\nAll staff,,\n\nid,manager,name\n1,,a\n2,1,b\n")
    assert found.people == 2
    assert any("3 lines before the header" in note for note in found.notes)
    with pytest.raises(InputError, match="row 6: "):  # lines are counted from the file's first
        chart("# made by a tool\nid,manager\n1,\n2,1\n3,1\n3,2\n")


@pytest.mark.parametrize(
    ("name", "months"),
    [
        ("serial_dates.csv", (38353, 41275)),
        ("dates_german_short.csv", (7, 1)),
        ("dates_month_names.csv", (7, 4)),
        ("emp_mgr.csv", (17, 23)),
    ],
)
def test_hire_dates_of_many_kinds_are_known(name, months):
    found = load_chart(FIELD / name)
    assert np.isfinite(found.tenure).all()
    assert found.tenure.min() == 0.0


def test_a_serial_is_a_day(chart):
    found = chart("id,manager,hired\n1,,38353\n2,1,39083\n")  # 1 January 2005, and 2007
    assert found.tenure[0] == pytest.approx(730 / 30.4375)


def test_a_date_of_long_ago_or_to_come_is_unknown():
    found = load_chart(FIELD / "future_hires.csv")
    assert np.isfinite(found.tenure).sum() == 3
    assert any("1 of 4 dates in 'Hire Date'" in note for note in found.notes)


# --- ties ------------------------------------------------------------------------------


def test_ties_may_be_by_any_unique_column():
    found = load_chart(FIELD / "chart_id_and_email.csv", FIELD / "ties_email.csv")
    assert len(found.tie_seat) // 2 == 3


def test_words_are_no_weights_and_a_matrix_is_no_table():
    counted_rows = load_chart(
        FIELD / "chart_id_and_email.csv", FIELD / "ties_header_only_count_text.csv"
    )
    assert any("'how often' holds no numbers" in note for note in counted_rows.notes)
    with pytest.raises(InputError, match="matrix"):
        load_chart(FIELD / "chart_id_and_email.csv", FIELD / "ties_matrix.csv")


# --- the chart as it was understood ----------------------------------------------------


@pytest.mark.parametrize("name", EXPECTED)
def test_a_saved_chart_is_the_same_chart(tmp_path, name):
    found = load_chart(FIELD / name)
    again = load_chart(save_chart(found, tmp_path / "clean.csv"))
    assert again.digest == found.digest
    assert again.identifier == found.identifier
    assert len([note for note in again.notes if "another form" in note]) == 0
