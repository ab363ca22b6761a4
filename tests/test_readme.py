"""What the documents show is so: examples in docstrings run, and so do the README's blocks."""

from __future__ import annotations

import ast
import doctest
import importlib
import importlib.util
import re
import shlex
import tomllib
from typing import NamedTuple

import pytest
import typer

from simulation.faces.command import app
from simulation.files import PACKAGE
from simulation.scenarios.scenario import load_scenario, shipped_scenarios

ROOT = PACKAGE.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
MODULES = sorted(
    ".".join((PACKAGE.name, *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(
        ".__init__"
    )
    for path in PACKAGE.rglob("*.py")
    if path.name != "__main__.py"
)


class Block(NamedTuple):
    """A fenced block of a Markdown document: its language, text and first line's number."""

    language: str
    text: str
    line: int


def blocks(document: str, *languages: str) -> list[Block]:
    """Return the fenced blocks of a document in some languages."""
    found = re.finditer(r"^```(\w+)\n(.*?)^```$", document, re.MULTILINE | re.DOTALL)
    return [
        Block(match[1], match[2], document.count("\n", 0, match.start()) + 2)
        for match in found
        if match[1] in languages
    ]


def at_line(block: Block) -> str:
    return f"line {block.line}"


# ------------------------------------------------------------------------------ docstrings


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_hold(name):
    module = importlib.import_module(name)
    failed, _ = doctest.testmod(module)
    assert failed == 0


def test_there_are_examples_in_docstrings():
    finder = doctest.DocTestFinder()
    found = [test for name in MODULES for test in finder.find(importlib.import_module(name))]
    assert sum(len(test.examples) for test in found) >= 3


# ---------------------------------------------------------------------------- Python blocks


PYTHON = blocks(README, "python", "py")


def runnable(block: Block) -> bool:
    """Return whether a block stands for itself: all libraries here, no path shortened by dots."""
    tree = ast.parse(block.text)
    imports = {
        alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    } | {
        (node.module or "").split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
    }
    here = all(importlib.util.find_spec(name) for name in imports)
    return here and "..." not in block.text and "cluster" not in block.text


def test_the_python_blocks_run_in_their_order(tmp_path, monkeypatch):
    """One session reads the document from its top, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text(blocks(README, "toml")[0].text, encoding="utf-8")
    names: dict[str, object] = {}
    ran = 0
    for block in PYTHON:
        code = compile(block.text, f"README.md, line {block.line}", "exec")
        if runnable(block):
            exec(code, names)
            ran += 1
    assert ran >= 2
    assert "simulation" in names


@pytest.mark.parametrize("block", PYTHON, ids=at_line)
def test_what_python_blocks_call_exists(block):
    import simulation

    for node in ast.walk(ast.parse(block.text)):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "simulation"
        ):
            assert hasattr(simulation, node.attr), f"simulation.{node.attr}"


@pytest.mark.parametrize("block", blocks(README, "toml"), ids=at_line)
def test_the_toml_blocks_are_scenarios(block, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(block.text, encoding="utf-8")
    assert tomllib.loads(block.text)
    assert load_scenario(path).title


# ---------------------------------------------------------------------------- command lines


def command_lines(document: str) -> list[tuple[int, str]]:
    """Return every ``mentoring ...`` command of a document, with its line.

    Those of shell blocks (what follows the prompt, where there is one), and those in the text.
    """
    found = []
    for block in blocks(document, "sh", "bash", "console"):
        prompt = "$ " if block.language == "console" else ""
        for number, line in enumerate(block.text.splitlines()):
            if line.startswith(prompt):
                found += [(block.line + number, c) for c in commands_of(line.removeprefix(prompt))]
    fences = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
    fenceless = fences.sub(lambda match: "\n" * match[0].count("\n"), document)
    for match in re.finditer(r"`(mentoring [^`]+)`", fenceless):
        line = fenceless.count("\n", 0, match.start()) + 1
        found += [(line, command) for command in commands_of(" ".join(match[1].split()))]
    return sorted(found)


def commands_of(line: str) -> list[str]:
    """Return the ``mentoring`` commands in a line of shell, without comments and pipes."""
    parts = re.split(r"&&|\||;", line.split("  #")[0].split(" # ")[0])
    starts = [part.partition("mentoring ") for part in parts]
    return [
        "mentoring " + rest.split(" > ")[0].strip()
        for before, found, rest in starts
        if found and re.fullmatch(r"\s*|.*uv run\s+", before)
    ]


COMMANDS = command_lines(README)


@pytest.mark.parametrize(("line", "command"), COMMANDS, ids=str)
def test_a_command_line_is_one(line, command):
    """It has a command and options that exist, and names only scenarios that are shipped."""
    name, *words = shlex.split(command)[1:]
    chosen, context = command_named(name)
    positional = {p.name for p in chosen.params if p.param_type_name == "argument"}
    given, left, _ = chosen.make_parser(context).parse_args(words)
    assert left == [], f"README.md, line {line}: more than '{name}' takes"
    for key in positional & set(given):
        values = given[key] if isinstance(given[key], tuple) else (given[key],)
        named = [v for v in values if isinstance(v, str) and re.fullmatch(r"[a-z][a-z0-9-]*", v)]
        if re.search("scenario|reference|first|second|setting", key):
            assert set(named) <= set(shipped_scenarios()), f"README.md, line {line}"


def command_named(name: str):
    """Return a command and a context to parse its words in."""
    group = typer.main.get_command(app)
    context = group.context_class(group, info_name="mentoring")
    chosen = group.get_command(context, name)
    assert chosen is not None, f"there is no command {name}"
    return chosen, chosen.context_class(chosen, info_name=name, parent=context)


def test_there_are_command_lines():
    assert len(COMMANDS) >= 10
    assert any(command.startswith("mentoring compare") for _, command in COMMANDS)


def test_a_wrong_command_line_is_noticed():
    with pytest.raises(AssertionError, match="no command frobnicate"):
        test_a_command_line_is_one(0, "mentoring frobnicate")
    with pytest.raises(Exception, match=r"[Nn]o such option"):
        test_a_command_line_is_one(0, "mentoring run baseline --no-such-option")
    for wrong in ("compare baseline no-such-scenario", "run no-such", "plan no-such"):
        with pytest.raises(AssertionError, match="line 0"):
            test_a_command_line_is_one(0, f"mentoring {wrong}")
