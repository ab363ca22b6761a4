"""Does every mistake end in a sentence? Thousands of inputs, mutated, given to the command.

Seeds are the shipped scenarios, the charts of ``tests/field/`` (and of ``shared/field`` beside the
checkout, where there is one), designs, series and vectors, and command lines. Each input takes one
of them and changes it once to four times: bytes (flipped, cut, put in, another encoding), structure
(rows, columns, keys and tables dropped, doubled, exchanged, of another type, with numbers that are
extreme) or words (options dropped, doubled, garbled). The command runs in a worker's process, in a
folder of its own, on some 30 people for a few months, so that what is accepted really runs::

    python benchmarks/fuzz.py --count 10000 --seed 1
    python benchmarks/fuzz.py --only 4711 --seed 1        # one of them again, with all that it said

An input offends by a traceback, by taking more than ten seconds (also a second time, alone, since a
machine may be busy with something else), by ending its process, by an exit code that is neither 0
(done) nor 2 (refused) nor 1 where a run failed or ``reproduce`` says no, by a refusal without a
sentence, or of more than 700 signs, and by a warning of Python's. A table by kind is printed at the
end; every offending input is saved as files and a command line. The exit code is 1 if there is one.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import faulthandler
import io
import json
import multiprocessing
import os
import random
import re
import shlex
import shutil
import signal
import sys
import tempfile
import time
import tomllib
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
#: Where seeds lie; what is not there is left out.
FIELDS = (ROOT / "tests" / "field", ROOT.parent / "shared" / "field")
#: Seconds that an input may take, and those after which its process is ended from outside.
SECONDS, GRACE = 10.0, 5.0
#: Seconds that a worker may take before its first input: the model may have to be compiled.
WARMING = 600.0
#: Inputs after which a worker makes way for a fresh one.
LIFE = 1000
#: Signs of a refusal at most.
LONGEST = 700
#: Bytes of memory that a worker may address: a count too large to be meant is noticed here.
MEMORY = 12 * 2**30

SMALL = ("--set", "organization.people=30", "--set", "run.months=3")
ONE = ("--fit", "adoption.imitation")
#: The same, of as many months as the events of the shipped scenarios need.
LONG = ("--set", "organization.people=30", "--set", "run.months=75")
#: What is put in the place of cells, values and words.
NUMBERS = (
    *("0", "-1", "-0.0", "1.5", "1e308", "-1e308", "1e-320", "nan", "inf", "-inf", "1e400"),
    *("2147483648", "9223372036854775807", "9223372036854775808", "1000000000000", "16777216"),
    *("999999999", "1_000", "0x10", "1,5", "1.000,5", "12%", "٣", "½", "1e3", "9" * 400),
)
WORDS = (
    *("", " ", "x", "-", "--", "=", ".", "..", "true", "False", "null", "None", "N/A", "é", "日本"),
    *(
        "\u202e",
        "\ufeff",
        "\u00a0",
        "\x1b[31m",
        "a" * 5000,
        "'",
        '"',
        "\\",
        "%s",
        "{}",
        "#REF!",
        ";",
    ),
    *("\t", "\n", "\r\n", "=1+1", "../x", "2024-13-45", "0001-01-01", "9999-12-31", "1,2", "[1]"),
)
SIGNS = (
    "“",
    "”",
    "‘",
    "’",
    "\\",
    "\x00",
    "\x0b",
    "\x85",
    "\u2028",
    "\U0001f600",
    "\ud800",
    "]]",
    "[[",
)
ENCODINGS = (
    "utf-16",
    "utf-16-le",
    "utf-8-sig",
    "cp1252",
    "cp1250",
    "latin-1",
    "utf-32",
    "mac_roman",
)

#: Counts of work: they are replaced only by what is refused or small, and never left out.
COUNTS = ("", "-1", "0", "1", "2", "1.5", "x", "nan", "1000000000000", "9" * 400, "٢", " 1 ", "1e3")
#: Names of files to write, which stay within the folder of an input.
PLACES = (
    *("", ".", "new/deep/out", "\udcff", "a" * 300, "here.toml", "here.toml/out", "/dev/null/x"),
    *("out.svg", "out.png", "out.csv", "é.svg", "a\nb.svg", "--out", " ", "~", "out.svg/"),
)


class Word(NamedTuple):
    """An option with its value, or one word; ``kept`` ones are neither left out nor garbled."""

    words: tuple[str, ...]
    kept: bool = False


class Case(NamedTuple):
    """One input: its number and kind, the files it needs, the words after ``mentoring``."""

    number: int
    kind: str
    files: dict[str, bytes]
    words: list[str]


class Outcome(NamedTuple):
    """What an input led to: exit code, what offends (empty: nothing), seconds, what was said."""

    number: int
    kind: str
    code: int | None
    offence: str
    seconds: float
    said: str


# ------------------------------------------------------------------------------------ mutations


def changed_bytes(data: bytes, chance: random.Random) -> bytes:
    """Return bytes with some flipped, cut, doubled or put in, or in another encoding."""
    place, length = chance.randrange(len(data) + 1), chance.choice((1, 1, 2, 8, 64))
    how = chance.randrange(8)
    if how == 0 and data:
        place = min(place, len(data) - 1)
        return data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1 :]
    if how == 1:
        return data[:place]
    if how == 2:
        return data[:place] + data[place + length :]
    if how == 3:
        return data[:place] + chance.randbytes(length) + data[place:]
    if how == 4:
        return data[:place] + data[place : place + length] * 2 + data[place + length :]
    if how == 5:
        sign = chance.choice((*SIGNS, *WORDS))
        return data[:place] + sign.encode("utf-8", "surrogatepass") + data[place:]
    if how == 6:
        ends = chance.choice((b"\r\n", b"\r", b"\n\n"))
        return data.replace(b"\n", ends)
    text = data.decode("utf-8", "replace")
    return text.encode(chance.choice(ENCODINGS), chance.choice(("replace", "ignore")))


def changed_lines(data: bytes, chance: random.Random) -> bytes:
    """Return a text with lines dropped, doubled or exchanged, or a value of one replaced."""
    lines = data.split(b"\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    how = chance.randrange(6)
    if how == 0:
        del lines[one]
    elif how == 1:
        lines.insert(other, lines[one])
    elif how == 2:
        lines[one], lines[other] = lines[other], lines[one]
    elif how == 3:
        lines[one] = lines[one][: chance.randrange(len(lines[one]) + 1)]
    else:
        key = lines[one].partition(b"=")[0]
        value = chance.choice((*NUMBERS, *WORDS, f'"{chance.choice(WORDS)}"'))
        lines[one] = key + b"= " + value.encode("utf-8", "surrogatepass")
    return b"\n".join(lines)


def changed_table(data: bytes, chance: random.Random) -> bytes:
    """Return a CSV text with rows, columns or cells dropped, doubled, exchanged or replaced."""
    text = data.decode("utf-8", "replace")
    delimiter = max(",;\t|", key=text.count)
    rows = list(csv.reader(text.splitlines(), delimiter=delimiter)) or [[""]]
    _change_rows(rows, chance)
    if chance.random() < 0.1:
        delimiter = chance.choice(",;\t|:")
    sink = io.StringIO()
    csv.writer(sink, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return sink.getvalue().encode("utf-8", "surrogatepass")


def _change_rows(rows: list[list[str]], chance: random.Random) -> None:
    one, other = chance.randrange(len(rows)), chance.randrange(len(rows))
    width = max(map(len, rows)) or 1
    column, beside = chance.randrange(width), chance.randrange(width)
    how = chance.randrange(9)
    if how == 0:
        del rows[one]
    elif how == 1:
        rows.insert(other, list(rows[one]))
    elif how == 2:
        rows[one], rows[other] = rows[other], rows[one]
    elif how == 3:
        rows[one] = rows[one][:column]
    elif how == 4:
        rows[one] = [*rows[one], chance.choice(WORDS)]
    elif how in (5, 6):
        for row in rows:
            if how == 5:
                del row[column : column + 1]
            elif max(column, beside) < len(row):
                row[column], row[beside] = row[beside], row[column]
    elif rows[one]:
        kind = rows[other] if chance.random() < 0.3 else (*NUMBERS, *WORDS)
        rows[one][min(column, len(rows[one]) - 1)] = chance.choice(kind or [""])


def changed_tree(data: bytes, chance: random.Random) -> bytes:
    """Return a TOML text with a key dropped, doubled, moved or given another value."""
    from simulation.scenarios.notation import toml, toml_key

    try:
        tree = tomllib.loads(data.decode("utf-8"))
    except ValueError:
        return changed_lines(data, chance)
    places = list(_places(tree))
    if not places:
        return changed_lines(data, chance)
    (table, key), (donor, value) = chance.choice(places), chance.choice(places)
    how = chance.randrange(9)
    if how == 0:
        del table[key]
    elif how == 1:
        table[key] = donor[value]
    elif how == 2 and isinstance(table, dict):
        table[chance.choice((*WORDS, f"{key}s", str(value)))] = table.pop(key)
    elif how == 3:
        table[key] = [table[key]] * chance.choice((1, 2, 40))
    elif how == 4:
        table[key] = {chance.choice(("x", "", "month", "action")): table[key]}
    else:
        table[key] = _value(chance) if how == 5 else _near(table[key], chance)
    lines = [f"{toml_key(name)} = {toml(entry)}" for name, entry in tree.items()]
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def _value(chance: random.Random) -> Any:
    numbers = (
        0,
        -1,
        1,
        2,
        0.5,
        -0.0,
        1e308,
        float("nan"),
        float("inf"),
        2**63,
        2**24,
        10**12,
        1e-320,
    )
    return chance.choice((*numbers, True, False, [], {}, [[]], "", chance.choice(WORDS), [1, "a"]))


def _near(value: Any, chance: random.Random) -> Any:
    """Return a value of the same type, which is likely to be allowed."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + chance.choice((-1, 1, 2))
    if isinstance(value, float):
        return value * chance.choice((0.5, 0.9, 1.1))
    return value[::-1] if isinstance(value, list) else value


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Give each table or list with each of its keys, all the way down."""
    for key in list(tree) if isinstance(tree, dict) else range(len(tree)):
        yield tree, key
        if isinstance(tree[key], dict | list):
            yield from _places(tree[key])


Change = Callable[[bytes, random.Random], bytes]
#: What is done to files of a kind, the likelier the more often it stands here.
TABLES: tuple[Change, ...] = (changed_bytes, changed_table, changed_table)
TREES: tuple[Change, ...] = (changed_bytes, changed_lines, changed_tree, changed_tree)


def mutated(data: bytes, changes: Sequence[Change], chance: random.Random) -> bytes:
    """Return a file's bytes after one to four changes."""
    for _ in range(chance.choice((1, 1, 1, 2, 3, 4))):
        data = chance.choice(changes)(data, chance)
    return data


# -------------------------------------------------------------------------------- command lines


def garbled(text: str, chance: random.Random) -> str:
    """Return a word with a sign dropped, doubled or put in, or another word."""
    place = chance.randrange(len(text) + 1)
    how = chance.randrange(6)
    if how == 0:
        return text[:place] + text[place + 1 :]
    if how == 1:
        return text[:place] + text[place : place + 1] + text[place:]
    if how == 2:
        return text[:place] + chance.choice((*SIGNS, "\udcff", "=", ":", ",")) + text[place:]
    if how == 3 and "=" in text:
        return text.partition("=")[0] + "=" + chance.choice((*NUMBERS, *WORDS))
    return chance.choice((*NUMBERS, *WORDS, "\udcff", "\udce9t\udce9.csv"))


def _garbled_value(option: Word, chance: random.Random) -> Word:
    """Return an option with another value: of counts and places only what is harmless."""
    *name, value = option.words
    if name and name[-1] in COUNTED:
        return Word((*name, chance.choice(COUNTS)), option.kept)
    if name and name[-1] in WRITTEN:
        return Word((*name, chance.choice(PLACES)), option.kept)
    return option if option.kept else Word((*name, garbled(value, chance)))


COUNTED = ("-n", "--draws", "--samples", "--trajectories", "--top", "--workers", "--until")
WRITTEN = ("--out", "--save", "--table")
UNKNOWN = (("--xyzzy",), ("--sed", "3"), ("-q",), ("--set",), ("--chart",), ("--",), ("",))


def changed_words(options: list[Word], chance: random.Random) -> list[Word]:
    """Return a command line with an option dropped, doubled, moved, garbled or unknown."""
    options = list(options)
    place, other = chance.randrange(len(options)), chance.randrange(len(options))
    how, one = chance.randrange(9), options[place]
    if how == 0 and not one.kept:
        del options[place]
    elif how == 1:
        options.insert(other, one)
    elif how == 2 and not one.kept:
        options[place] = Word((garbled(one.words[0], chance), *one.words[1:]))
    elif how == 3:
        options.insert(place, Word(chance.choice(UNKNOWN)))
    elif how == 4:
        options.insert(other, Word((chance.choice((*WORDS, *NUMBERS, "\udcff")),)))
    elif how == 5 and not one.kept and len(options[other].words) > 1:
        options[place] = Word((*one.words[:-1], options[other].words[-1]))
    else:
        options[place] = _garbled_value(one, chance)
    return options


def _said(*words: str) -> Word:
    return Word(words)


def _kept(*words: str) -> Word:
    return Word(words, kept=True)


_SMALL = (_kept(*SMALL), _kept("-n", "1"))
#: Command lines to begin with; ``@`` stands before a file of a kind.
LINES: tuple[tuple[Word, ...], ...] = (
    (_said("run"), _said("@scenario"), *_SMALL, _said("--seed", "3"), _said("--out", "out")),
    (_said("run"), _said("@scenario"), *_SMALL, _said("--set", "commitment.action=0.2")),
    (_said("run"), _said("baseline"), *_SMALL, _said("--chart", "@chart"), _said("--repair")),
    (_said("run"), _said("chief-leaves"), *_SMALL, _said("--set", "events.1.month=2")),
    (_kept("validate"), _said("@scenario"), _said("baseline")),
    (_kept("explain"), _said("@scenario"), _said("commitment.action")),
    (_kept("diff"), _said("@scenario"), _said("chief-leaves")),
    (_kept("parameters"), _said("commitment")),
    (_kept("schema"), _said("--out", "schema.json")),
    (_kept("design"), _said("@sweep"), _said("--out", "out.csv")),
    (_kept("plan"), _said("@sweep"), *_SMALL, _said("--months"), _said("--executor", "serial")),
    (
        *(_kept("sweep"), _said("@sweep"), *_SMALL, _said("--on-error", "stop")),
        *(_said("--workers", "1"), _said("--no-months"), _said("--out", "out")),
    ),
    (_kept("sweep"), _said("@sweep"), *_SMALL, _said("--design", "@design"), _said("--seed", "2")),
    (
        *(_kept("compare"), _said("baseline"), _said("no-commitment"), _kept(*SMALL)),
        *(_kept("-n", "2"), _said("--window", "1:3"), _said("--against", "baseline")),
    ),
    (
        *(
            _kept("compare"),
            _said("a.toml"),
            _kept("-n", "1"),
            _said("--set", "commitment.action=0.9"),
        ),
        *(_said("--uncertainty"), _said("--vectors", "@vectors"), _said("--seed", "1")),
    ),
    (
        *(_kept("chart"), _said("@chart"), _said("--ties", "@ties"), _said("--strongest", "3")),
        *(_said("--as-of", "2024-01-31"), _said("--out", "out.svg"), _said("--save", "out.csv")),
    ),
    (
        *(
            _kept("chart"),
            _said("people.csv"),
            _said("--employee", "id"),
            _said("--manager", "boss"),
        ),
        *(_said("--hired", "hired"), _said("--date-format", "%Y-%m-%d"), _said("--level", "id")),
        *(_said("--department", "id"), _said("--delimiter", ","), _said("--encoding", "utf-8")),
    ),
    (
        *(_kept("sensitivity"), _said("baseline"), *_SMALL[:1], _kept("-n", "2")),
        *(_kept("--samples", "2"), _kept("--trajectories", "2"), _kept("--top", "2")),
        *(_said("--parameter", "peers.boss"), _said("--parameter", "adoption.initial")),
        *(_said("--measure", "adoption"), _said("--seed", "1")),
    ),
    (
        *(_kept("calibrate"), _said("baseline"), _kept("--data", "series.csv"), _kept(*SMALL[:2])),
        *(
            _kept("--draws", "300"),
            _said("--fit", "adoption.imitation"),
            _said("--since-launch", "3"),
        ),
    ),
    (_kept("patterns"), _said("baseline"), *_SMALL, _said("--vector", "3"), _said("--seed", "1")),
    (_kept("reproduce"), _said("results")),
    (_kept("report"), _said("results"), _said("--out", "page.html"), _said("--window", "1:2")),
    (_kept("resume"), _said("results"), _said("--executor", "serial"), _said("--on-error", "stop")),
)

#: Which commands read a file of a kind; the likelier the more often it stands here.
READERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "scenario": (
        ("validate", "here.toml"),
        ("run", "here.toml", *LONG, "-n", "1"),
        ("run", "here.toml", *LONG, "-n", "1"),
        ("explain", "here.toml"),
        ("diff", "here.toml", "baseline"),
        ("sweep", "here.toml", *LONG, "-n", "1", "--executor", "serial"),
        ("design", "here.toml"),
    ),
    "chart": (
        ("chart", "here.csv"),
        ("chart", "here.csv", "--repair", "--save", "clean.csv"),
        ("run", "baseline", "--chart", "here.csv", "--set", "run.months=3", "-n", "1"),
        ("run", "baseline", "--chart", "here.csv", "--set", "run.months=3", "-n", "1", "--repair"),
    ),
    "ties": (
        ("chart", "chart.csv", "--ties", "here.csv"),
        ("run", "baseline", "--chart", "chart.csv", "--ties", "here.csv", *SMALL[2:], "-n", "1"),
    ),
    "design": (
        ("sweep", "sweep.toml", "--design", "here.csv", *SMALL, "-n", "1", "--executor", "serial"),
    ),
    "series": (
        ("calibrate", "baseline", "--data", "here.csv", *SMALL[:2], *ONE, "--draws", "299"),
        ("calibrate", "baseline", "--data", "here.csv", *SMALL[:2], *ONE, "--draws", "299"),
        ("calibrate", "baseline", "--data", "here.csv", *SMALL[:2], *ONE, "--draws", "300"),
    ),
    "vectors": (
        ("compare", "a.toml", "b.toml", "--uncertainty", "--vectors", "here.csv", "-n", "1"),
        ("patterns", "a.toml", "-n", "1", "--vectors", "here.csv"),
    ),
}
#: Those of them that run nothing, or next to nothing: for quick tests.
CHEAP = {
    "scenario": READERS["scenario"][:1] * 3 + READERS["scenario"][3:5] + READERS["scenario"][6:],
    "chart": (("run", "baseline", "--chart", "here.csv", *SMALL[2:], "-n", "0"),),
    "ties": (("run", "baseline", "--chart", "chart.csv", "--ties", "here.csv", "-n", "0"),),
    "design": (("plan", "sweep.toml", "--design", "here.csv", *SMALL, "-n", "0"),),
    "series": READERS["series"][:1],
    "vectors": (("patterns", "a.toml", "-n", "0", "--vectors", "here.csv"),),
}
CHEAP_LINES = tuple(
    line
    for line in LINES
    if line[0].words[0]
    not in ("sweep", "compare", "sensitivity", "calibrate", "patterns", "report")
)
#: Parts of all inputs that are of a kind.
SHARES = {
    "scenario": 30,
    "chart": 24,
    "ties": 4,
    "design": 8,
    "series": 8,
    "vectors": 2,
    "command line": 24,
}


# ---------------------------------------------------------------------------------------- seeds

PEOPLE = "id,boss,hired\n" + "".join(
    f"P{i},{f'P{(i - 1) // 4}' if i else ''},20{10 + i % 9}-03-0{1 + i % 9}\n" for i in range(12)
)
TIES = "from,to,weight\nP1,P2,3\nP3,P4,1\nP5,P9,2\n"
SWEEP = (
    'extends = "baseline"\n[[events]]\nmonth = 2\ntype = "chief_leaves"\n[sweep]\ndesign = "grid"\n'
    '[sweep.axes]\n"commitment.action" = [0.2, 0.8]\n"events.1.month" = [1, 2]\n'
)
SAMPLED = (
    'extends = "baseline"\n[sweep]\ndesign = "sobol"\nsamples = 4\nseed = 1\n[sweep.axes]\n'
    '"commitment.action" = [0.2, 0.8]\n"peers.boss" = "plausible"\n'
)
LISTED = (
    'extends = "baseline"\n[sweep]\ndesign = "list"\n[[sweep.points]]\n"commitment.action" = 0.2\n'
    '[[sweep.points]]\n"succession.plan" = true\n'
)
BRIEF = 'extends = "baseline"\n[organization]\npeople = 30\n[run]\nmonths = 36\n'
SERIES = "month,headcount,exits,participants,engaged_share,respondents\n" + "".join(
    f"{m},{28 + m % 3},{m % 2},{m // 3},0.3{m % 7},20\n" for m in range(1, 13)
)
DESIGN = "point,commitment.action,succession.plan,events.1.month\n0,0.2,true,1\n1,0.8,false,2\n"
VECTORS = "commitment.action,adoption.innovation\n0.2,0.01\n0.4,0.02\n"


def seeds() -> dict[str, list[bytes]]:
    """Return the files to begin with, by kind."""
    found: dict[str, list[bytes]] = {
        "scenario": [SWEEP.encode(), SAMPLED.encode(), LISTED.encode()] * 3,
        "sweep": [SWEEP.encode(), SAMPLED.encode(), LISTED.encode()],
        "chart": [PEOPLE.encode()],
        "ties": [TIES.encode()] * 8,
        "design": [DESIGN.encode()],
        "series": [SERIES.encode()],
        "vectors": [VECTORS.encode()],
    }
    for path in sorted((ROOT / "scenarios").glob("*.toml")):
        found["scenario"].append(path.read_bytes())
    for folder in FIELDS:
        for path in sorted(folder.glob("*.*")):
            kind = _kind(path)
            if kind is not None:
                found[kind].append(path.read_bytes())
    return found


def _kind(path: Path) -> str | None:
    if path.suffix == ".toml":
        return "scenario"
    if path.suffix not in (".csv", ".xlsx") or path.name == "expected.csv":
        return None
    return next(
        (kind for kind in ("ties", "design", "series") if path.stem.startswith(kind)), "chart"
    )


def make(number: int, seed: int, found: dict[str, list[bytes]]) -> Case:
    """Return an input by its number: the same number and seed, the same input."""
    chance = random.Random(f"{seed}-{number}")
    kind = chance.choices(list(SHARES), list(SHARES.values()))[0]
    files = {
        "chart.csv": PEOPLE.encode(),
        "people.csv": PEOPLE.encode(),
        "series.csv": SERIES.encode(),
        "sweep.toml": SWEEP.encode(),
        "a.toml": BRIEF.encode(),
        "b.toml": BRIEF.encode() + b"[commitment]\naction = 0.9\n",
    }
    if kind == "command line":
        words = _line(chance, found, files)
    else:
        changes = TREES if kind == "scenario" else TABLES
        words = list(chance.choice(READERS[kind]))
        name = "here.toml" if kind == "scenario" else "here.csv"
        files[name] = mutated(chance.choice(found[kind]), changes, chance)
    return Case(number, kind, files, words)


def _line(
    chance: random.Random, found: dict[str, list[bytes]], files: dict[str, bytes]
) -> list[str]:
    options = list(chance.choice(LINES))
    for _ in range(chance.choice((1, 1, 2, 3))):
        options = changed_words(options, chance)
    words = []
    for word in (word for option in options for word in option.words):
        kind = word.removeprefix("@")
        if word.startswith("@") and kind in found:
            word = f"{kind}.{'toml' if kind in ('scenario', 'sweep') else 'csv'}"
            files[word] = chance.choice(found[kind])
        words.append(word.replace("\x00", ""))  # no shell can pass this one
    return words


# -------------------------------------------------------------------------------------- trying


class TooLongError(BaseException):
    """An input has taken longer than it may."""


def tried(
    case: Case, folder: Path, results: Path | None = None, allowed: float = SECONDS
) -> Outcome:
    """Run the command on an input, in a folder of its own, and judge how it ended."""
    folder.mkdir(parents=True)
    for name, data in case.files.items():
        (folder / name).write_bytes(data)
    if results is not None and "results" in case.words:
        shutil.copytree(results, folder / "results")
    before = Path.cwd()
    os.chdir(folder)
    begun = time.perf_counter()
    try:
        code, said, raised = _called(case.words, allowed)
    finally:
        os.chdir(before)
    seconds = time.perf_counter() - begun
    offence = raised or _offence(case, code, said)
    return Outcome(case.number, case.kind, code, offence, seconds, said)


def _called(words: list[str], allowed: float) -> tuple[int | None, str, str]:
    """Return the exit code, what was said on standard error, and the kind of what was raised."""
    from simulation.faces import command

    def too_long(*_: Any) -> None:
        raise TooLongError

    streams = sys.stdout, sys.stderr, sys.argv
    said = io.TextIOWrapper(io.BytesIO(), "utf-8", "backslashreplace")
    sys.stdout = io.TextIOWrapper(io.BytesIO(), "utf-8")
    sys.stderr, sys.argv = said, ["mentoring", *words]
    usual = signal.signal(signal.SIGALRM, too_long)
    signal.setitimer(signal.ITIMER_REAL, allowed)
    code, raised = 0, ""
    try:
        command.main()
        sys.stdout.flush()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
    except BaseException as error:
        code, raised = None, _named(error)
        traceback.print_exc(file=said)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, usual)
        sys.stdout, sys.stderr, sys.argv = streams
    said.flush()
    return code, said.buffer.getvalue().decode("utf-8", "replace"), raised


def _named(error: BaseException) -> str:
    """Return the name of an exception and the last line of the package on its way."""
    kind = "hang" if isinstance(error, TooLongError) else type(error).__name__
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "/simulation/" in frame.filename]
    return f"{kind} in {Path(own[-1].filename).name}, {own[-1].name}" if own else kind


_SENTENCE = re.compile(r"^(?:mentoring: |Error: )(.+)", re.MULTILINE | re.DOTALL)


def _offence(case: Case, code: int | None, said: str) -> str:
    """Return what is wrong with how a command ended, or ""."""
    if "Traceback" in said:
        return "traceback told"
    if re.search(r"\.py:\d+: \w*Warning", said):
        return "warning of Python's"
    if code not in (0, 1, 2):
        return f"exit code {code}"
    no = {"reproduce", "check", "verify"} & set(case.words) or "failed: " in said
    if code == 1 and not no:
        return "exit code 1, and no run has failed"
    told = _SENTENCE.search(said)
    if code == 2 and told is None:
        return "no sentence"
    if told is not None and max(map(len, told[1].split("\n"))) > LONGEST:
        return "a sentence too long"
    return ""


def results_folder(place: Path) -> Path:
    """Return a small results folder, and have all loaded that commands load."""
    place.mkdir(parents=True, exist_ok=True)
    words = ["run", "baseline", *SMALL, "-n", "2", "--out", "results"]
    found = tried(Case(-1, "results", {}, words), place / "made", allowed=WARMING)
    assert found.code == 0, found.said
    return place / "made" / "results"


# ------------------------------------------------------------------------------------- workers


def work(link: Connection, seed: int, place: str) -> None:
    """Try the inputs whose numbers come, one at a time, and send back what each led to."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    warm, found = Path(place), seeds()
    results = results_folder(warm)
    link.send(None)
    while (number := link.recv()) is not None:
        folder = warm / f"{number}"
        with (warm / "stuck.txt").open("w") as stuck:
            faulthandler.dump_traceback_later(SECONDS + GRACE / 2, file=stuck)
            outcome = tried(make(number, seed, found), folder / "work", results)
            faulthandler.cancel_dump_traceback_later()
        shutil.rmtree(folder, ignore_errors=True)
        link.send(outcome)


class Worker:
    """A process that tries inputs, what it is doing, and since when."""

    def __init__(self, seed: int, place: Path):
        context = multiprocessing.get_context("spawn")
        self.place, (self.link, far) = place, context.Pipe()
        self.process = context.Process(target=work, args=(far, seed, str(place)), daemon=True)
        self.process.start()
        far.close()
        self.number: int | None = None
        self.since, self.done = time.perf_counter() + WARMING, 0

    def give(self, number: int) -> None:
        """Let it try an input."""
        self.number, self.since = number, time.perf_counter()
        self.done += 1
        self.link.send(number)

    def stuck(self) -> bool:
        """Return whether it has been at an input for longer than it may."""
        return time.perf_counter() - self.since > SECONDS + GRACE

    def end(self) -> str:
        """End the process, and return where it was stuck."""
        self.process.kill()
        self.process.join()
        self.link.close()
        with contextlib.suppress(OSError):
            return (self.place / "stuck.txt").read_text()
        return ""


def all_tried(numbers: Sequence[int], seed: int, jobs: int) -> Iterator[Outcome]:
    """Give what each input led to, in the order in which they end."""
    found, left = seeds(), iter(numbers)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        count = 0
        workers: list[Worker] = []
        waiting = len(numbers)
        while waiting:
            while len(workers) < min(jobs, waiting):
                workers.append(Worker(seed, Path(folder) / f"worker-{count}"))
                count += 1
            for worker in list(workers):
                if worker.link in wait([one.link for one in workers], timeout=0.2):
                    try:
                        outcome = worker.link.recv()
                    except EOFError:
                        outcome = _lost(worker, seed, found, "process ended")
                elif worker.stuck():
                    outcome = _lost(worker, seed, found, "hang in compiled code")
                else:
                    continue
                if outcome is not None:
                    waiting -= 1
                    yield outcome
                following = next(left, None) if _goes_on(worker, outcome) else None
                if following is None:
                    workers.remove(worker)
                    worker.end()
                    shutil.rmtree(worker.place, ignore_errors=True)
                else:
                    worker.give(following)
        for worker in workers:
            worker.end()


def _goes_on(worker: Worker, outcome: Outcome | None) -> bool:
    """Return whether a worker may take another input: no old one, and none that was stuck."""
    return outcome is None or (outcome.code is not None and worker.done < LIFE)


def _lost(worker: Worker, seed: int, found: dict[str, list[bytes]], offence: str) -> Outcome:
    number = worker.number
    if number is None:
        raise RuntimeError("a worker has ended before its first input")
    case = make(number, seed, found)
    said = (worker.place / "stuck.txt").read_text()
    seconds = time.perf_counter() - worker.since
    return Outcome(number, case.kind, None, offence, seconds, said)


# ------------------------------------------------------------------------------------- telling


def save(case: Case, outcome: Outcome, folder: Path) -> Path:
    """Write an offending input as files and a command line, with what was said."""
    place = folder / f"{case.number}-{re.sub(r'[^a-z]+', '-', outcome.offence.lower())[:60]}"
    place.mkdir(parents=True, exist_ok=True)
    for name, data in case.files.items():
        if any(name in word for word in case.words):
            (place / name).write_bytes(data)
    line = shlex.join(["mentoring", *case.words])
    (place / "command.txt").write_text(f"{line}\n", "utf-8", "surrogateescape")
    (place / "said.txt").write_text(outcome.said, "utf-8", "backslashreplace")
    (place / "words.json").write_text(json.dumps(case.words))
    return place


def table(outcomes: Sequence[Outcome]) -> str:
    """Return how many inputs of each kind ended in which exit code, and how many offend."""
    lines = ["kind           inputs   done  refused  run failed or no  offending  longest, s"]
    for kind in (*SHARES, ""):
        some = [one for one in outcomes if kind in ("", one.kind)]
        codes = Counter(one.code for one in some if not one.offence)
        offending = sum(bool(one.offence) for one in some)
        longest = max((one.seconds for one in some), default=0.0)
        lines.append(
            f"{kind or 'all':<14}{len(some):>7}{codes[0]:>7}{codes[2]:>9}{codes[1]:>18}"
            f"{offending:>11}{longest:>12.1f}"
        )
    return "\n".join(lines)


def _with_second_chances(numbers: Sequence[int], seed: int, jobs: int) -> Iterator[Outcome]:
    """Give what each input led to; what took too long is tried again, alone, after all others.

    A machine that is busy with something else is no fault of the command's.
    """
    late = []
    for outcome in all_tried(numbers, seed, jobs):
        if outcome.offence.startswith("hang"):
            late.append(outcome.number)
        else:
            yield outcome
    for number in late:
        yield from all_tried([number], seed, 1)


def fuzz(numbers: Sequence[int], seed: int, jobs: int, folder: Path) -> list[Outcome]:
    """Try inputs, save those that offend, and return what all led to."""
    found, outcomes = seeds(), []
    for outcome in _with_second_chances(numbers, seed, jobs):
        outcomes.append(outcome)
        if outcome.offence:
            place = save(make(outcome.number, seed, found), outcome, folder)
            print(f"{outcome.offence}: {place}", flush=True)
        if len(outcomes) % 500 == 0:
            print(f"{len(outcomes):,} of {len(numbers):,}", file=sys.stderr, flush=True)
    return outcomes


def main() -> int:
    """Try many inputs, or one again, and tell how they ended."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, help="number of the first input")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", type=int, help="try this input only, and say all")
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "fuzz-offending")
    asked = parser.parse_args()
    first = asked.first if asked.only is None else asked.only
    count = asked.count if asked.only is None else 1
    begun = time.perf_counter()
    outcomes = fuzz(range(first, first + count), asked.seed, asked.jobs, asked.keep)
    if asked.only is not None:
        print(shlex.join(["mentoring", *make(first, asked.seed, seeds()).words]))
        print(outcomes[0]._replace(said=""), outcomes[0].said, sep="\n")
    print(f"seed {asked.seed}, {time.perf_counter() - begun:.0f} seconds")
    print(table(outcomes))
    offending = Counter(one.offence for one in outcomes if one.offence)
    for offence, times in offending.most_common():
        print(f"{times:>6}  {offence}")
    if offending:
        print(f"saved in {asked.keep}")
    return 1 if offending else 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
