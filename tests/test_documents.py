"""What the documents say is what the code has: tables, citations, version."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import simulation
from simulation.machine.tiles import TILE
from simulation.month.state import (
    LEADS,
    PERSON_COUNTS,
    PERSON_NUMBERS,
    POST_COUNTS,
    POST_NUMBERS,
    PROGRAMME,
    SEAT_COUNTS,
    SEAT_NUMBERS,
)
from simulation.scenarios import documents
from simulation.scenarios.scenario import shipped_scenarios
from simulation.theory.events import EVENTS
from simulation.theory.measures import MEASURES
from simulation.theory.parameters import GROUPS, declared
from simulation.theory.rules import ACTIONS, MECHANISMS, rules

ROOT = Path(simulation.__file__).parent.parent
MODEL = (ROOT / "MODEL.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"<!-- generated: (\w+) -->\n(.*?)<!-- end -->", re.DOTALL)
KEY = re.compile(r"\b[a-z]{2,}(?:19|20)\d\d\b")


def bibliography() -> dict[str, str]:
    """Return the text of each entry of ``references.bib`` by its key."""
    text = (ROOT / "references.bib").read_text(encoding="utf-8")
    entries = re.findall(r"^@\w+\{(\w+),\n(.*?)^\}$", text, flags=re.MULTILINE | re.DOTALL)
    assert len(entries) == len(re.findall(r"^@", text, flags=re.MULTILINE))
    assert len({key for key, _ in entries}) == len(entries)
    return dict(entries)


def cited() -> set[str]:
    """Return every citation key in rules, parameters and MODEL.md."""
    sources = [r.source for r in rules()] + [p.source for p in declared().values()]
    return set(KEY.findall(" ".join(sources))) | set(KEY.findall(MODEL))


def citation_file() -> dict[str, str]:
    """Return the top-level ``key: value`` pairs of CITATION.cff, every line accounted for."""
    pairs = {}
    for line in (ROOT / "CITATION.cff").read_text(encoding="utf-8").splitlines():
        if line.startswith(" ") or not line.strip():
            continue
        match = re.fullmatch(r"([a-z-]+):(?: (.+))?", line)
        assert match, line
        pairs[match[1]] = (match[2] or "").strip('"')
    return pairs


# ---------------------------------------------------------------------------- generated blocks


def test_every_table_stands_in_the_model_document_once():
    assert sorted(name for name, _ in BLOCK.findall(MODEL)) == sorted(documents.TABLES)


@pytest.mark.parametrize("name", documents.TABLES)
def test_blocks_are_in_step_with_the_code(name):
    found = dict(BLOCK.findall(MODEL))[name]
    assert found == documents.generated(name), "run: python -m simulation.scenarios.documents"


def test_refreshing_mends_a_block_and_leaves_the_rest(tmp_path):
    file = tmp_path / "document.md"
    file.write_text("before\n<!-- generated: events -->\nold\n<!-- end -->\nafter\n", "utf-8")
    assert documents.refresh(file)
    text = file.read_text(encoding="utf-8")
    assert text.startswith("before\n<!-- generated: events -->\n")
    assert text.endswith("<!-- end -->\nafter\n")
    assert "`launch`" in text
    assert "old\n" not in text
    assert not documents.refresh(file)


def test_an_unknown_block_is_an_error():
    with pytest.raises(KeyError):
        documents.refreshed("<!-- generated: nothing -->\n<!-- end -->")


@pytest.mark.parametrize("name", documents.TABLES)
def test_rows_of_a_table_have_as_many_cells_as_its_header(name):
    counts = []
    for line in documents.generated(name).splitlines():
        if not line.startswith("|"):
            counts = []
            continue
        counts.append(len(re.findall(r"(?<!\\)\|", line)))
        assert counts[-1] == counts[0], line


def test_the_table_of_parameters_says_whose_each_is_and_when_it_acts():
    table = documents.parameters_table()
    (plan,) = re.findall(r"\| `succession.plan` \|.*", table)
    (gain,) = re.findall(r"\| `commitment.gain` \|.*", table)
    assert "| lever | next holder |" in plan
    assert "| uncertainty | always |" in gain


def test_tables_leave_nothing_out():
    assert all(f"| `{name}` |" in documents.parameters_table() for name in declared())
    assert all(f"| `{name}` |" in documents.measures_table() for name in MEASURES)
    assert all(f"| `{name}` |" in documents.events_table() for name in EVENTS)
    assert documents.theory_table().count("\n") == len(rules()) + 2


# ------------------------------------------------------------------------------------- by hand


@pytest.mark.parametrize("name", [*GROUPS, *MECHANISMS, *EVENTS])
def test_the_text_mentions_groups_mechanisms_and_events(name):
    assert f"`{name}`" in MODEL


SEATS, PERSONS = (*SEAT_NUMBERS, *SEAT_COUNTS), (*PERSON_NUMBERS, *PERSON_COUNTS)
POSTS = (*POST_NUMBERS, *POST_COUNTS)


@pytest.mark.parametrize("name", [*SEATS, *PERSONS, *POSTS, *PROGRAMME.names, *LEADS.names])
def test_the_text_mentions_every_column_of_the_state(name):
    cuts = re.sub(r"^keep_[a-z]+", "keep_*", name)
    assert f"`{cuts}`" in MODEL


@pytest.mark.parametrize(("what", "columns"), [("seat", SEATS), ("post", POSTS)])
def test_a_table_of_the_state_has_no_column_that_is_gone(what, columns):
    """What is listed of a seat or a post, row by row, is what it has, and the other way round."""
    table = MODEL.partition(f"| Of a {what} |")[2].partition("\n\n")[0]
    named = re.findall(r"`(\w+)`", " ".join(row.split("|")[1] for row in table.splitlines()[2:]))
    assert sorted(named) == sorted(columns)


def test_the_size_of_a_tile_is_what_the_text_says():
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for text in (MODEL, guide):
        stated = re.findall(r"at most (\d+) neighbouring rows", " ".join(text.split()))
        assert stated
        assert {int(size) for size in stated} == {TILE}


def test_the_text_mentions_every_part_of_a_step():
    tree = ast.parse((ROOT / "simulation" / "month" / "order.py").read_text(encoding="utf-8"))
    (step,) = [node for node in tree.body if getattr(node, "name", "") == "step_forward"]
    calls = [node.func for node in ast.walk(step) if isinstance(node, ast.Call)]
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.level == 1]
    of_the_month = {alias.name for node in imports for alias in node.names}
    parts = {call.id for call in calls if isinstance(call, ast.Name)} & of_the_month
    assert len(parts) >= 10
    overview = MODEL.partition("## 3. ")[2].partition("\n## ")[0]
    assert {name for name in parts if not re.search(rf"`([\w.]+\.)?{name}`", overview)} == set()


def test_the_theory_names_every_action_and_says_that_the_first_is_missing():
    numbers = [int(n) for n in re.findall(r"^\| (\d) \|", MODEL, flags=re.MULTILINE)]
    assert numbers[:8] == list(range(1, 9))
    assert "nothing is modelled for it" in " ".join(MODEL.split())
    for _, _, scenario, _ in ACTIONS.values():
        assert f"`{scenario}`" in MODEL


def test_commands_name_scenarios_that_exist():
    commands = re.findall(r"`mentoring (?:compare|sweep) ([^`]+)`", MODEL)
    assert commands
    words = {word for c in commands for word in c.split() if not word.startswith("-")}
    settings = {word for word in words if "=" in word}
    assert words - settings <= set(shipped_scenarios())
    assert {word.partition("=")[0] for word in settings} <= set(declared())


def test_sentences_of_the_text_name_measures_parameters_and_scenarios_that_exist():
    """Whatever is put in code marks in the table, sentence by sentence, can be run or measured."""
    table = MODEL.partition("| Sentence |")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in row.split(" | ")] for row in table.splitlines()[2:]]
    assert {row[0].removeprefix("| ")[0] for row in rows} == set("2345678")
    modelled = [row for row in rows if not row[2].startswith("not modelled")]
    assert len(rows) - len(modelled) == 1
    for row in modelled:
        observables, off = (re.findall(r"`([^`]+)`", cell) for cell in row[3:5])
        assert observables, row[0]
        assert set(observables) <= set(MEASURES), row[0]
        assert off or row[4] == "without the event", row[0]
        names = {name.partition(" = ")[0] for name in off}
        assert names <= {*declared(), *shipped_scenarios()}, row[0]
        assert "`mentoring " in row[5], row[0]


def test_modules_of_tests_and_code_that_are_named_exist():
    names = re.findall(r"`((?:tests|simulation)/[\w/]+\.py)`", MODEL)
    assert names
    assert [name for name in names if not (ROOT / name).is_file()] == []


# ------------------------------------------------------------------------ citations and version


def test_every_citation_is_in_the_bibliography_and_the_other_way_round():
    assert cited() == set(bibliography())


@pytest.mark.parametrize("key", bibliography())
def test_every_reference_says_how_it_is_known(key):
    entry = bibliography()[key]
    assert re.search(r"^\s+note\s+= \{(seen|recalled): ", entry, flags=re.MULTILINE)
    assert re.search(rf"^\s+year\s+= \{{{key[-4:]}\}}", entry, flags=re.MULTILINE)
    assert re.search(r"^\s+title\s+= \{", entry, flags=re.MULTILINE)
    assert entry.count("{") == entry.count("}")


def test_the_citation_file_has_the_version_of_the_package():
    pairs = citation_file()
    assert pairs["version"] == simulation.__version__
    assert pairs["cff-version"] == "1.2.0"
    assert {"message", "title", "authors", "license"} <= set(pairs)
    assert pairs["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")
