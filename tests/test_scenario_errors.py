"""A mistake in a scenario is told in one sentence a person can act on, never a traceback."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.errors import InputError
from simulation.scenarios.scenario import Scenario, load_scenario, shipped_scenarios
from simulation.theory.events import EVENTS
from simulation.theory.parameters import GROUPS, declared

FOLDER = Path(__file__).parent.parent / "scenarios"
BASELINE = load_scenario("baseline")
#: Words of libraries and of Python that have no place in a message.
FOREIGN = re.compile(
    r"Traceback|pydantic|validation error|Input should|Value error|type=|NoneType|<class|"
    r"dict\(|object at|KeyError|TypeError|None\b|tomllib"
)
VALID = """\
extends = "baseline"
title = "A valid file"
question = "What is wrong with it?"
replications = 20

[run]
months = 48

[commitment]
talk = 0.6
action = 0.4  # share

[adoption]
rule = "hazard"

[[events]]
month = 12
type = "chief_leaves"
successor = "inside"

[[events]]
month = 24
type = "commitment_lapse"
action = 0.1
months = 3

[sweep]
design = "grid"
replications = 30

[sweep.axes]
"commitment.action" = [0.2, 0.8]
"succession.leads" = [1, 2]
"""
SAMPLED = VALID.replace('"grid"', '"lhs"\nsamples = 64').replace("[1, 2]", "[1, 3]")
LISTED = (
    VALID.split("[sweep]")[0]
    + """\
[sweep]
design = "list"

[[sweep.points]]
"commitment.action" = 0.2

[[sweep.points]]
"commitment.action" = 0.8
"""
)


def refusal(text: str | bytes, folder: Path, name: str = "mine.toml") -> str:
    """Return the message that a file gets, checked for what all messages keep to."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    message = str(caught.value)
    assert_readable(message)
    return message


def assert_readable(message: str) -> None:
    for sentence in message.split("\n"):
        assert sentence[-1] in ".?"
        assert sentence == sentence.strip()
        assert not FOREIGN.search(sentence), sentence


def assert_one_sentence(message: str) -> None:
    """One line: where, what, and at most one hint after it."""
    assert "\n" not in message
    assert len(re.split(r"[.?] (?=[A-Z])", message)) <= 2, message


@pytest.mark.parametrize("text", [VALID, SAMPLED, LISTED], ids=["grid", "lhs", "list"])
def test_the_files_that_are_spoilt_below_are_valid(text, tmp_path):
    (tmp_path / "mine.toml").write_text(text)
    assert load_scenario(tmp_path / "mine.toml").sweep is not None


# One mutation each: what is replaced, by what, the line that is blamed, and words that the
# message must have: table, key, value, what is allowed, nearest name.
SPOILT = {
    "syntax: unclosed table": ("[run]", "[run", 6, ["not valid TOML"]),
    "syntax: no value": ("months = 48", "months =", 7, ["not valid TOML"]),
    "syntax: no quotes": ('rule = "hazard"', "rule = hazard", 14, ["not valid TOML"]),
    "syntax: capital": ("talk = 0.6", "talk = False", 10, ["not valid TOML", "Write false"]),
    "syntax: per cent": ("talk = 0.6", "talk = 60 %", 10, ["not valid TOML", "Write a share: 0.6"]),
    "syntax: minus": ("talk = 0.6", "talk = \u22120.6", 10, ["not valid TOML", "plain minus"]),
    "syntax: inline": (
        *("talk = 0.6", "talk = { x = 0,6 }", 10),
        ["not valid TOML", "decimal point: 0.6"],
    ),
    "tab in a path": (
        *("[commitment]", '[organization]\nchart = "C:\\temp.csv"\n[commitment]', 10),
        ["is not a file", "single quotes"],
    ),
    "axis of tables": (
        *('"succession.leads" = [1, 2]', '"events.1.month" = [{ x = 1 }, { x = 1 }]', 33),
        ["has { x = 1 } twice"],
    ),
    "syntax: comma": ("talk = 0.6", "talk = 0,6", 10, ["not valid TOML", "decimal point: 0.6"]),
    "syntax: backslash": ('rule = "hazard"', r'rule = "C:\Users\me"', 14, ["in single quotes"]),
    "syntax: smart quotes": ('rule = "hazard"', "rule = “hazard”", 14, ["straight quotation"]),
    "syntax: given twice": ("talk = 0.6", "talk = 0.6\ntalk = 0.7", 11, ["given twice"]),
    "syntax: table twice": ("[adoption]", "[run]", 13, ["not valid TOML"]),
    "top: unknown table": ("[commitment]", "[comitment]", 9, ["comitment", "'commitment'"]),
    "top: unknown key": ("title =", "titel =", 2, ['"titel"', "'title'"]),
    "top: far from anything": ("title =", "xyz =", 2, ['"xyz"', "Its keys are extends"]),
    "top: parameter": ("title =", "action =", 2, ['"action"', "[commitment] action"]),
    "top: dotted in quotes": ("title =", '"run.months" =', 2, ["[run] months"]),
    "top: group no table": ("[run]\nmonths = 48", "run = 48", 6, ["run = 48", "[run]"]),
    "top: group repeated": ("[run]", "[[run]]", 6, ["run", "must be a table"]),
    "top: title no text": ('title = "A valid file"', "title = 3", 2, ["title = 3", "text"]),
    "top: question no text": ('"What is wrong with it?"', "true", 3, ["question = true", "text"]),
    "top: name empty": ("title =", 'name = ""\ntitle =', 2, ['name = ""', "not empty"]),
    "top: replications 0": ("replications = 20", "replications = 0", 4, ["1 to 1000000"]),
    "top: replications text": ("= 20", '= "20"', 4, ["whole number", "Leave out the quotes"]),
    "top: replace_events": ("title =", 'replace_events = "no"\ntitle =', 2, ["true or false"]),
    "extends: unknown": ('"baseline"', '"basline"', 1, ['"basline"', "'baseline'"]),
    "extends: far from anything": ('"baseline"', '"xyzzy"', 1, ['"xyzzy"', ".toml"]),
    "extends: missing file": ('"baseline"', '"other.toml"', 1, ["other.toml", "cannot be read"]),
    "extends: itself": ('"baseline"', '"mine.toml"', 1, ["circle", "mine.toml -> mine.toml"]),
    "extends: number": ('"baseline"', "3", 1, ["extends = 3", "name or path"]),
    "extends: empty": ('"baseline"', '""', 1, ['extends = ""']),
    "extends: folder": ('"baseline"', '"./"', 1, ["cannot be read"]),
    "extends: nul": ('"baseline"', '"a\\u0000.toml"', 1, ["cannot be read"]),
    "parameter: unknown": ("action = 0.4", "acton = 0.4", 11, ["[commitment]", "'action'"]),
    "parameter: of another table": ("action = 0.4", "vision = 0.4", 11, ["[invitation] vision"]),
    "parameter: far": ("months = 48", "xyz = 48", 7, ["[run]", "Its keys are months"]),
    "parameter: below": ("talk = 0.6", "talk = -0.1", 10, ["talk = -0.1", "0 to 1 (share)"]),
    "parameter: above": ("months = 48", "months = 1201", 7, ["[run] months = 1201", "1 to 1200"]),
    "parameter: text": ("talk = 0.6", 'talk = "0.6"', 10, ['"0.6"', "Leave out the quotes"]),
    "parameter: switch": ("talk = 0.6", "talk = true", 10, ["talk = true", "a number"]),
    "parameter: list": ("talk = 0.6", "talk = [0.6]", 10, ["talk = [0.6]", "a number"]),
    "parameter: table": ("talk = 0.6", "talk.most = 0.6", 10, ["most = 0.6", "a number"]),
    "parameter: date": ("talk = 0.6", "talk = 2024-01-31", 10, ["2024-01-31", "a number"]),
    "parameter: nan": ("talk = 0.6", "talk = nan", 10, ["talk = nan", "from 0 to 1"]),
    "parameter: inf": ("talk = 0.6", "talk = -inf", 10, ["talk = -inf", "from 0 to 1"]),
    "parameter: huge": ("months = 48", f"months = {10**90}", 7, ["1 to 1200"]),
    "parameter: beyond Python": ("months = 48", f"months = 1{'0' * 5000}", None, ["not valid"]),
    "parameter: deep": ("talk = 0.6", f"talk = {'[' * 5000}", None, ["nested too deeply"]),
    "parameter: fraction": ("months = 48", "months = 48.5", 7, ["48.5", "whole number"]),
    "parameter: float for int": ("months = 48", "months = 48.0", 7, ["48.0", "whole number"]),
    "parameter: choice": ('"hazard"', '"treshold"', 14, ["[adoption] rule", "'threshold'"]),
    "parameter: no switch": ("[adoption]", "[succession]\nplan = 1\n[adoption]", 14, ["true or"]),
    "parameter: list of text": ("rule =", 'thresholds = ["a"]\nrule =', 14, ["list of numbers"]),
    "parameter: no list": ("rule =", "thresholds = 3\nrule =", 14, ["list of numbers"]),
    "parameter: no file": ("[run]", '[organization]\nchart = "x.csv"\n[run]', 7, ["is not a file"]),
    "together: cuts": ("[run]", "[engagement]\nengaged_cut = -5\n[run]", 7, ["not exceed", "-5.0"]),
    "together: listed": ('rule = "hazard"', 'threshold_law = "listed"', 14, ["needs adoption."]),
    "event: unknown type": ('"chief_leaves"', '"chief_leave"', 18, ["'chief_leaves'", "launch,"]),
    "event: no type": ('type = "chief_leaves"\n', "", 16, ["[[events]] 1", "type", "launch,"]),
    "event: type no text": ('"chief_leaves"', "7", 18, ["[[events]] 1", "type = 7"]),
    "event: no month": ("month = 24\n", "", 21, ["commitment_lapse", "month", "at least 0"]),
    "event: month text": ("month = 12", 'month = "12"', 17, ['month = "12"', "Leave out"]),
    "event: month fraction": ("month = 12", "month = 12.5", 17, ["month = 12.5", "whole number"]),
    "event: month negative": ("month = 12", "month = -1", 17, ["month = -1", "at least 0"]),
    "event: month 0": ("month = 12", "month = 0", 16, ["chief_leaves", "1 to 48"]),
    "event: beyond the run": ("month = 12", "month = 49", 16, ["chief_leaves, month 49", "to 48"]),
    "event: unknown key": ("successor =", "sucessor =", 19, ['"sucessor"', "'successor'"]),
    "event: key of another": ("successor =", "share =", 19, ['"share"', "Its keys are month"]),
    "event: choice": ('"inside"', '"insider"', 19, ['successor = "insider"', "'inside'"]),
    "event: out of range": ("action = 0.1", "action = 2", 24, ["action = 2", "0 to 1"]),
    "event: nothing lapses": ("action = 0.1\n", "", 21, ["needs talk, action or both"]),
    "event: seat and level": (
        "action = 0.1",
        'action = 0.1\nseat = "7"\nlevel = 1',
        21,
        ["a seat stands alone"],
    ),
    "event: seat no text": ("action = 0.1", "action = 0.1\nseat = 7", 25, ["seat = 7", "quotes"]),
    "event: no lever": (
        'type = "chief_leaves"\nsuccessor = "inside"',
        'type = "change"\nlever = "commitment.gain"\nvalue = 0.1',
        16,
        ["event 1 (change, month 12)", "an uncertainty", "in [commitment]"],
    ),
    "event: unknown lever": (
        'type = "chief_leaves"\nsuccessor = "inside"',
        'type = "change"\nlever = "commitment.acton"\nvalue = 0.1',
        16,
        ['"commitment.acton" is not a parameter', "'commitment.action'?"],
    ),
    "event: lever's value": (
        'type = "chief_leaves"\nsuccessor = "inside"',
        'type = "change"\nlever = "commitment.action"\nvalue = 1.1',
        16,
        ["value = 1.1", "0 to 1 (share)"],
    ),
    "event: lever without a value": (
        'type = "chief_leaves"\nsuccessor = "inside"',
        'type = "change"\nlever = "commitment.action"',
        16,
        ["needs value", "a number, true or false, or text"],
    ),
    "event: already launched": (
        'type = "chief_leaves"\nsuccessor = "inside"',
        'type = "launch"',
        16,
        ["infrastructure.launched = false"],
    ),
    "event: nothing to restore": (
        'type = "chief_leaves"\nsuccessor = "inside"',
        'type = "budget_restored"',
        16,
        ["no budget_cut"],
    ),
    "event: too many leads": (
        'type = "chief_leaves"\nsuccessor = "inside"',
        'type = "leads_leave"\ncount = 9',
        16,
        ["succession.leads"],
    ),
    "event: twice": (
        "[sweep]",
        '[[events]]\nmonth = 12\ntype = "chief_leaves"\nsuccessor = "inside"\n[sweep]',
        27,
        ["repeats event 1"],
    ),
    "sweep: no table": (
        '[sweep]\ndesign = "grid"\nreplications = 30\n\n[sweep.axes]\n',
        "[[sweep]]\n",
        27,
        ["sweep", "must be a table"],
    ),
    "sweep: unknown key": ("replications = 30", "replicatons = 30", 29, ["'replications'"]),
    "sweep: no design": ('design = "grid"\n', "", 27, ["[sweep] needs design", '"grid"']),
    "sweep: unknown design": ('"grid"', '"gird"', 28, ['design = "gird"', "'grid'"]),
    "sweep: replications 0": ("replications = 30", "replications = 0", 29, ["1 to 1000000"]),
    "sweep: too many": ("replications = 30", "replications = 1000001", 29, ["1 to 1000000"]),
    "sweep: seed": ("replications = 30", "seed = -1", 29, ["[sweep] seed = -1", "from 0"]),
    "sweep: seed of a grid": ("replications = 30", "seed = 3", 29, ["seed is for lhs", "--seed"]),
    "sweep: replications text": (
        "replications = 30",
        'replications = "30"',
        29,
        ['replications = "30"', "whole number", "Leave out the quotes"],
    ),
    "sweep: samples in a grid": ("replications = 30", "samples = 8", 29, ["samples is for lhs"]),
    "sweep: no axes": (
        '"commitment.action" = [0.2, 0.8]\n"succession.leads" = [1, 2]\n',
        "",
        28,
        ["at least one parameter"],
    ),
    "sweep: axes no table": (
        '[sweep.axes]\n"commitment.action" = [0.2, 0.8]\n"succession.leads" = [1, 2]\n',
        "axes = 3\n",
        31,
        ["axes = 3"],
    ),
    "axis: unknown": ('"commitment.action"', '"commitment.acton"', 32, ["'commitment.action'"]),
    "axis: no group": ('"commitment.action"', '"action"', 32, ["'commitment.action'"]),
    "axis: unknown group": ("commitment.action", "comitment.action", 32, ["'commitment.action'"]),
    "axis: empty": ("[0.2, 0.8]", "[]", 32, ["commitment.action = []", "at least one"]),
    "axis: no list": ("[0.2, 0.8]", "0.2", 32, ["commitment.action = 0.2", "a list"]),
    "axis: out of range": ("[0.2, 0.8]", "[0.2, 1.8]", 32, ["1.8", "0 to 1 (share)"]),
    "axis: text": ("[0.2, 0.8]", '[0.2, "high"]', 32, ['"high"', "a number"]),
    "axis: nan": ("[0.2, 0.8]", "[0.2, nan]", 32, ["nan", "0 to 1"]),
    "axis: fraction": ("[1, 2]", "[1, 1.5]", 33, ["succession.leads", "1.5", "whole number"]),
    "axis: value twice": ("[0.2, 0.8]", "[0.2, 0.8, 0.2]", 32, ["0.2 twice"]),
    "axis: axis twice": ('"succession.leads" = [1, 2]', "commitment.action = [0.1]", 31, ["twice"]),
    "axis: table twice": ('"grid"', '"grid"\naxes."run.months" = [24]', 32, ["[sweep.axes] twice"]),
    "axis: unequal zip": (
        '"grid"\nreplications = 30\n\n[sweep.axes]\n"commitment.action" = [',
        '"zip"\n\n\n[sweep.axes]\n"commitment.action" = [0.5, ',
        31,
        ["equally long", "commitment.action 3", "succession.leads 2"],
    ),
    "axis: points of a zip": ('design = "grid"', 'design = "zip"\nsamples = 3', 29, ["samples"]),
    "axis: not with the events": (
        '"succession.leads" = [1, 2]',
        '"run.months" = [48, 12]',
        27,
        ["point 2", "event 2", "1 to 12"],
    ),
}

SPOILT_RANGES = {
    "range: reversed": ("[0.2, 0.8]", "[0.8, 0.2]", 33, ["[0.8, 0.2]", "other order"]),
    "range: no width": ("[0.2, 0.8]", "[0.2, 0.2]", 33, ["low < high"]),
    "range: three": ("[0.2, 0.8]", "[0.2, 0.5, 0.8]", 33, ["[low, high]", '"plausible"']),
    "range: empty": ("[0.2, 0.8]", "[]", 33, ["commitment.action = []", "[low, high]"]),
    "range: word": ("[0.2, 0.8]", '"plausibel"', 33, ['"plausible"']),
    "range: none declared": ("[1, 3]", '"plausible"', 34, ["succession.leads", "no plausible"]),
    "range: out of range": ("[1, 3]", "[0, 3]", 34, ["succession.leads", "value 0", "1 to 10"]),
    "range: one choice": (
        '"succession.leads" = [1, 3]',
        '"adoption.rule" = ["hazard"]',
        34,
        ["adoption.rule", "two or more"],
    ),
    "range: no samples": ("samples = 64\n", "", 28, ["needs samples"]),
    "range: samples 0": ("samples = 64", "samples = 0", 29, ["samples = 0", "1 to"]),
    "range: no power of 2": ('"lhs"\nsamples = 64', '"saltelli"\nsamples = 100', 29, ["64 or 128"]),
    "range: points too": ("samples = 64", "samples = 64\npoints = [{}]", 30, ['design = "list"']),
}

SPOILT_LISTS = {
    "list: no points": (
        '[[sweep.points]]\n"commitment.action" = 0.2\n\n[[sweep.points]]\n'
        '"commitment.action" = 0.8\n',
        "",
        28,
        ["needs [[sweep.points]]"],
    ),
    "list: axes too": (
        'design = "list"',
        'design = "list"\naxes."run.months" = [24]',
        29,
        ["no axes"],
    ),
    "list: no tables": (
        '[[sweep.points]]\n"commitment.action" = 0.2\n\n[[sweep.points]]\n'
        '"commitment.action" = 0.8\n',
        "points = [1]\n",
        30,
        ["list of tables"],
    ),
    "list: unknown": (
        '"commitment.action" = 0.8',
        '"commitment.acton" = 0.8',
        34,
        ["points]] 2", "'commitment.action'"],
    ),
    "list: out of range": ("= 0.8", "= 8", 34, ["points]] 2", "value 8", "0 to 1"]),
    "list: twice": ("= 0.8", "= 0.2", 30, ["point 2 repeats point 1"]),
}

CASES = [
    pytest.param(text, *case, id=label)
    for text, cases in ((VALID, SPOILT), (SAMPLED, SPOILT_RANGES), (LISTED, SPOILT_LISTS))
    for label, case in cases.items()
]


@pytest.mark.parametrize(("text", "old", "new", "line", "words"), CASES)
def test_spoilt_file_is_refused_in_one_sentence(tmp_path, text, old, new, line, words):
    assert text.count(old) >= 1
    message = refusal(text.replace(old, new, 1), tmp_path)
    assert_one_sentence(message)
    place = "mine.toml" if line is None else f"mine.toml, line {line}"
    assert re.search(rf"{place}\b", message), message
    for word in words:
        assert word in message


@pytest.mark.parametrize("group", GROUPS)
def test_every_table_refuses_unknown_and_wrong_values(group, tmp_path):
    """One misspelt key, and a wrong value for each number, of each group."""
    for key, info in GROUPS[group].model_fields.items():
        misspelt = refusal(f"\n[{group}]\n{key}x = 1\n", tmp_path)
        assert f"line 3: [{group}]" in misspelt
        assert f"'{key}'" in misspelt
        parameter = declared()[f"{group}.{key}"]
        if parameter.kind in ("float", "int"):
            ends = (parameter.low - 1, parameter.high + 1)
            for wrong in ('"many"', "false", "nan", *(str(info.annotation(end)) for end in ends)):
                text = f"\n\n[{group}]\n{key} = {wrong}\n"
                message = refusal(text, tmp_path)
                assert_one_sentence(message)
                assert f"line 4: [{group}] {key} = {wrong} must be a" in message
                assert f"({parameter.unit})" in message


@pytest.mark.parametrize("kind", EVENTS)
def test_every_event_refuses_unknown_and_missing_keys(kind, tmp_path):
    opening = f'extends = "baseline"\n[[events]]\ntype = "{kind}"\n'
    wrong = refusal(opening + "month = true\n", tmp_path)
    assert f"line 4: [[events]] 1 ({kind}): month = true must be a whole number" in wrong
    assert "needs month" in refusal(opening, tmp_path)
    unknown = refusal(opening + "month = 5\ncolour = 1\n", tmp_path)
    assert f'line 5: [[events]] 1 ({kind}): has no key "colour"' in unknown


def test_several_mistakes_are_told_a_line_each_the_first_few(tmp_path):
    text = 'extends = "baseline"\n[commitment]\n' + "".join(
        f"{key} = -9\n" for key in list(GROUPS["commitment"].model_fields)[:8]
    )
    lines = refusal(text, tmp_path).split("\n")
    assert len(lines) == 6
    assert all(
        line.startswith(f"{tmp_path}/mine.toml, line {n}: ") for n, line in enumerate(lines[:5], 3)
    )
    assert lines[5] == "... and 3 more."


def test_a_mistake_in_a_parent_is_told_of_the_parent(tmp_path):
    (tmp_path / "parent.toml").write_text('extends = "baseline"\n[run]\nmonth = 3\n')
    message = refusal('extends = "parent.toml"\n', tmp_path)
    assert message.startswith(f"{tmp_path}/parent.toml, line 3: [run] has no key")


def test_a_circle_of_files_is_refused(tmp_path):
    (tmp_path / "a.toml").write_text('title = "a"\nextends = "b.toml"\n')
    (tmp_path / "b.toml").write_text('extends = "mine.toml"\n')
    message = refusal('extends = "a.toml"\n', tmp_path)
    assert_one_sentence(message)
    assert "b.toml, line 1" in message
    assert "mine.toml -> a.toml -> b.toml -> mine.toml" in message


def test_an_inherited_event_beyond_a_shorter_run_is_refused(tmp_path):
    message = refusal('extends = "chief-leaves"\n[run]\nmonths = 24\n', tmp_path)
    assert_one_sentence(message)
    assert "mine.toml: event 1 (chief_leaves, month 60): month must be from 1 to 24" in message


def test_a_file_that_is_no_text_is_refused(tmp_path):
    assert "UTF-8" in refusal(b'extends = "baseline"\n\xff\xfe', tmp_path)


def test_an_unknown_scenario_or_file_names_the_nearest(tmp_path):
    with pytest.raises(InputError, match="'chief-leaves'"):
        load_scenario("chief-leavs")
    with pytest.raises(InputError, match="path of its \\.toml file"):
        load_scenario("xyzzy")
    (tmp_path / "mine.toml").write_text("")
    with pytest.raises(InputError, match=r"min\.toml.* cannot be read .*'mine\.toml'"):
        load_scenario(tmp_path / "min.toml")
    with pytest.raises(InputError, match="cannot be read"):
        load_scenario(tmp_path)


WRONG_CHANGES = [
    ({"commitment.acton": 0.2}, "Did you mean 'commitment.action'?"),
    ({"action": 0.2}, "Did you mean 'commitment.action'?"),
    ({"commitment": 3}, "must be a table"),
    ({"commitment.action": 2}, "changes: commitment.action = 2 must be a number from 0 to 1"),
    ({"commitment.action": 0.2, "commitment": {"action": 0.3}}, "given twice"),
    ({"commitment": {"acton": 0.2}}, "Did you mean 'commitment.action'?"),
    ({3: 0.2}, "3 is not a parameter"),
    ({"extends": "baseline"}, '"extends" is not a parameter'),
    ({"events": 3}, "list of tables"),
    (
        {"events": [{"type": "chief_leaves", "month": 9999}]},
        f"to {BASELINE.parameters.run.months}, the length of the run",
    ),
    ({"events": [{"type": "chief_leaves", "month": 5, 4: 1}]}, "has no key 4"),
    ({"sweep": {"design": "grid"}}, "at least one parameter"),
    ({"name": 5}, "name = 5 must be text"),
    ({"organization.chart": "nowhere.csv"}, "is not a file"),
    ({"replications": "30"}, "must be a whole number from 1 to 1000000. Leave out the quotes."),
    ({"events.1.month": 3}, "has 0 events"),
    ({"events.0.month": 3}, "say events.1.month"),
    ({"event.1.month": 3}, "say events.1.month"),
    (
        {"events": [{"type": "launch", "month": 5}], "events.1.mnth": 3},
        "Did you mean 'month'?",
    ),
    ({"events": 3, "events.1.month": 3}, "list of tables"),
    ({"sweep": {"design": "grid", "axes": {"events.1.mont": [3, 4]}}}, "has 0 events"),
    (
        {
            "events": [{"type": "chief_leaves", "month": 5}],
            "sweep": {"design": "grid", "axes": {"events.1.mont": [3, 4]}},
        },
        "Did you mean 'month'?",
    ),
]


@pytest.mark.parametrize(("changes", "words"), WRONG_CHANGES)
def test_wrong_changes_are_refused_in_one_sentence(changes, words):
    with pytest.raises(InputError) as caught:
        BASELINE.changed(changes)
    assert_readable(str(caught.value))
    assert_one_sentence(str(caught.value))
    assert words in str(caught.value)


def test_a_dict_that_extends_something_is_refused():
    with pytest.raises(InputError, match="extends is for files"):
        Scenario.from_dict({"extends": "baseline"})


# ------------------------------------------------------------- whatever is written

NAMES = [name for name in shipped_scenarios() if name != "baseline"]
edits = st.tuples(
    st.sampled_from(["cut", "insert", "replace", "repeat line", "drop line", "swap"]),
    st.floats(0, 1),
    st.sampled_from(
        [
            '"',
            "'",
            "[",
            "]",
            "=",
            ".",
            "\n",
            "#",
            "-",
            "0",
            "9",
            "e",
            "{",
            "}",
            ",",
            " ",
            '"""',
            "\\u0000",
            "é",
            "\x00",
            "inf",
            "true",
            "[[events]]\n",
            "[sweep]\n",
            'extends = "mine.toml"\n',
            "[sweep.axes]\n",
            "events",
            "1e999",
        ]
    )
    | st.characters(),
)


def edited(text: str, edit: tuple[str, float, str]) -> str:
    how, where, what = edit
    lines = text.split("\n")
    at, row = int(where * len(text)), min(int(where * len(lines)), len(lines) - 1)
    if how == "repeat line":
        lines.insert(row, lines[row])
    elif how == "drop line":
        del lines[row]
    elif how == "swap":
        lines[row], lines[0] = lines[0], lines[row]
    else:
        end = at + {"cut": 3, "replace": 1, "insert": 0}[how]
        return text[:at] + ("" if how == "cut" else what) + text[end:]
    return "\n".join(lines)


def load_or_refuse(path: Path) -> None:
    """Nothing but a scenario or a readable refusal may come of a file."""
    try:
        scenario = load_scenario(path)
    except InputError as error:
        assert_readable(str(error))
    else:
        assert isinstance(scenario, Scenario)


@given(st.sampled_from(NAMES), st.lists(edits, min_size=1, max_size=4))
@settings(max_examples=250)
def test_any_edit_of_a_shipped_file_loads_or_is_refused(tmp_path_factory, name, changes):
    text = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    for edit in changes:
        text = edited(text, edit)
    path = tmp_path_factory.getbasetemp() / "mine.toml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    load_or_refuse(path)


byte_edits = st.tuples(st.floats(0, 1), st.binary(max_size=4))


@given(st.sampled_from(NAMES), st.lists(byte_edits, min_size=1, max_size=3))
def test_any_bytes_in_a_shipped_file_load_or_are_refused(tmp_path_factory, name, changes):
    data = (FOLDER / f"{name}.toml").read_bytes()
    for where, what in changes:
        at = int(where * len(data))
        data = data[:at] + what + data[at + 1 :]
    path = tmp_path_factory.getbasetemp() / "mine.toml"
    path.write_bytes(data)
    load_or_refuse(path)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=4,
)
names = st.sampled_from([*declared(), *GROUPS, "events", "sweep", "title", "name", "replications"])


@given(st.dictionaries(names | st.text(max_size=5), values, max_size=3))
@settings(max_examples=100)
def test_any_changes_are_taken_or_refused(changes):
    try:
        BASELINE.changed(changes)
    except InputError as error:
        assert_readable(str(error).replace("None", "nothing"))


sweeps = st.fixed_dictionaries(
    {"design": st.sampled_from(["grid", "zip", "list", "lhs", "sobol", "saltelli", "morris"])},
    optional={
        "samples": st.integers(1, 9) | values,
        "axes": st.dictionaries(names, st.lists(values | st.floats(0, 1), max_size=3)) | values,
        "points": st.lists(st.dictionaries(names, values | st.floats(0, 1), max_size=2)) | values,
    },
)


@given(sweeps)
@settings(max_examples=100)
def test_any_sweep_is_taken_or_refused(sweep):
    try:
        BASELINE.changed(sweep=sweep)
    except InputError as error:
        assert_readable(str(error).replace("None", "nothing"))
