"""Organizations: the generator's promises, and charts as people have them, clean or dirty."""

from __future__ import annotations

import dataclasses
import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.errors import InputError
from simulation.month.state import allocate
from simulation.organizations.chart import load_chart
from simulation.organizations.organization import (
    Organization,
    check,
    from_bosses,
    generate_organization,
)
from simulation.theory.parameters import Parameters

REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "manufacturing"

# --------------------------------------------------------------------------- the generator

sizes = st.integers(2, 400)
spans = st.integers(2, 12)
homophilies = st.floats(0.0, 1.0)


def owners(organization: Organization) -> np.ndarray:
    """Return the seat that each entry of ``tie_seat`` belongs to."""
    return np.repeat(np.arange(organization.people), np.diff(organization.tie_start))


def test_the_default_is_a_perfect_tree_of_1555():
    organization = generate_organization()
    check(organization)
    assert np.bincount(organization.level).tolist() == [1, 6, 36, 216, 1296]
    assert set(organization.team_size[organization.leaders]) == {6}
    assert organization.describe()["ties_per_person"] == pytest.approx(4.0, abs=0.01)
    assert organization.source == "generated: 1,555 people, span 6, seed 0"


def test_pinned_digests():
    """The default organization is part of every result: if these move, results do."""
    assert generate_organization().digest == "95eda4c171e0600d"
    assert generate_organization(43, seed=1).digest == "6499bf49d03238d9"


@given(people=sizes, span=spans, ties=st.floats(0, 8), homophily=homophilies, seed=st.integers(0))
@settings(max_examples=40)
def test_any_size_is_an_organization(people, span, ties, homophily, seed):
    organization = generate_organization(people, span, ties, homophily, seed % 2**63)
    check(organization)
    assert organization.people == people
    assert organization.describe()["ties_per_person"] <= ties + 1.0 / people
    boss, a, b = organization.boss, owners(organization), organization.tie_seat
    assert not ((boss[a] == boss[b]) | (boss[a] == b) | (boss[b] == a)).any()


@given(people=sizes, span=spans)
def test_levels_fill_from_above_and_no_team_starves(people, span):
    organization = generate_organization(people, span, ties=0)
    counts = np.bincount(organization.level)
    assert counts[:-1].tolist() == [span**k for k in range(len(counts) - 1)]
    teams = organization.team_size[organization.leaders]
    assert teams.max() <= span
    lowest = organization.team_size[organization.level == len(counts) - 2]
    lowest = lowest[lowest > 0]
    assert np.ptp(lowest) <= 1
    assert len(lowest) == -(-counts[-1] // span)  # as few teams as the span allows


@given(people=st.integers(20, 2000), span=spans)
@settings(max_examples=30)
def test_branches_are_of_a_size(people, span):
    organization = generate_organization(people, span, ties=0)
    assert np.ptp(organization.describe()["branches"]) <= 2 * span


@given(people=sizes, span=spans, seed=st.integers(0, 99))
@settings(max_examples=30)
def test_full_homophily_crosses_no_branch(people, span, seed):
    organization = generate_organization(people, span, tie_homophily=1.0, seed=seed)
    a, b = owners(organization), organization.tie_seat
    assert (organization.branch[a] == organization.branch[b]).all()


def test_homophily_is_what_was_asked_for():
    """A tie must stay with probability h, and otherwise may: h + (1 - h) x chance."""
    for homophily in (0.0, 0.3, 0.7):
        found = generate_organization(20_000, tie_homophily=homophily).describe()
        expected = homophily + (1 - homophily) / 6
        assert found["ties_in_branch"] == pytest.approx(expected, abs=0.02)
        assert found["ties_in_team"] == 0.0


def test_the_same_seed_is_the_same_organization():
    assert generate_organization(300, seed=5).digest == generate_organization(300, seed=5).digest
    assert generate_organization(300, seed=5).digest != generate_organization(300, seed=6).digest


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"people": 1}, "people"),
        ({"people": 2.5}, "people"),
        ({"people": True}, "people"),
        ({"span": 1}, "span"),
        ({"ties": -1.0}, "ties"),
        ({"ties": float("nan")}, "ties"),
        ({"tie_homophily": 1.1}, "tie_homophily"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**64}, "seed"),
        ({"seed": "a"}, "seed"),
        ({"people": 2**31}, "people"),
        ({"people": 1_000_000_000, "ties": 4.0}, "ties"),
    ],
)
def test_impossible_organizations_are_refused(wrong, word):
    with pytest.raises(InputError, match=word):
        generate_organization(**wrong)


# ------------------------------------------------------------------- one like another


@pytest.fixture(scope="module")
def uneven():
    """Return 154 seats with uneven spans, some bottom seats on every level, weighted ties."""
    rng = np.random.default_rng(4)
    boss = [-1] + [int(rng.integers(0, i) ** 0.8) if i > 9 else 0 for i in range(1, 154)]
    tree, _ = from_bosses(boss, source="uneven")
    pairs = {tuple(sorted(rng.choice(154, 2, replace=False).tolist())) for _ in range(420)}
    ends = np.array([(a, b) for a, b in sorted(pairs) if len({a, b, *tree.boss[[a, b]]}) == 4])
    return from_bosses(tree.boss, (*ends.T, 1.0 + rng.random(len(ends))), source="uneven")[0]


def test_like_at_the_same_size_keeps_levels_and_spans(uneven):
    copy = generate_organization(uneven.people, like=uneven, seed=3)
    check(copy)
    assert copy.digest != uneven.digest
    for level in range(uneven.levels):
        here, there = copy.level == level, uneven.level == level
        assert sorted(copy.team_size[here]) == sorted(uneven.team_size[there])


@pytest.mark.parametrize("people", [154, 700, 3000, 20_000])
def test_like_keeps_the_statistics_at_any_larger_size(uneven, people):
    """Shares of ties within 0.03, ties a person within 3 %, leaders' share within 0.02."""
    there, like = uneven.describe(), generate_organization(people, like=uneven, seed=1)
    check(like)
    here = like.describe()
    assert here["people"] == people
    for share in ("ties_in_branch", "ties_in_level"):
        assert here[share] == pytest.approx(there[share], abs=0.03)
    assert here["ties_per_person"] == pytest.approx(there["ties_per_person"], rel=0.03)
    assert here["leaders"] / people == pytest.approx(there["leaders"] / 154, abs=0.02)
    added = like.levels - uneven.levels
    for old in there["levels"][1:]:
        new = here["levels"][old["level"] + added]
        assert new["people"] / people == pytest.approx(old["people"] / 154, abs=0.02)
        assert new["mean_span"] == pytest.approx(old["mean_span"], rel=0.15, abs=0.1)
    assert here["levels"][0]["largest_span"] <= 1.5 * uneven.branches
    assert np.isin(like.tie_weight, uneven.tie_weight).all()


@given(people=st.integers(2, 300), seed=st.integers(0, 999))
@settings(max_examples=40)
def test_like_makes_any_size(uneven, people, seed):
    like = generate_organization(people, like=uneven, seed=seed)
    check(like)
    assert like.people == people


@given(tree=st.lists(st.integers(0, 10**6), min_size=1, max_size=40), people=sizes)
@settings(max_examples=60)
def test_any_tree_can_be_a_model(tree, people):
    boss = [-1, *(link % (i + 1) for i, link in enumerate(tree))]
    check(generate_organization(people, like=from_bosses(boss, source="any")[0]))


# --------------------------------------------------------------- the arrays and their check


def test_seats_of_a_branch(uneven):
    parts = [uneven.seats_of_branch(k) for k in range(uneven.branches)]
    assert sorted(np.concatenate(parts)) == list(range(1, uneven.people))
    assert [len(part) for part in parts] == uneven.describe()["branches"]
    with pytest.raises(InputError, match="no branch"):
        uneven.seats_of_branch(uneven.branches)


@given(tree=st.lists(st.integers(0, 10**6), min_size=1, max_size=60), data=st.data())
def test_no_seat_is_lost_in_any_order(tree, data):
    boss = np.array([-1, *(link % (i + 1) for i, link in enumerate(tree))])
    shuffled = np.array(data.draw(st.permutations(range(len(boss)))))
    place = np.argsort(shuffled)
    given_order = np.where(boss[shuffled] < 0, -1, place[boss[shuffled]])
    organization, order = from_bosses(given_order, source="shuffled")
    check(organization)
    assert sorted(order) == list(range(len(boss)))
    back = order[organization.boss[1:]]
    assert (given_order[order[1:]] == back).all()


def test_ties_lead_both_ways_in_the_order_of_rows():
    """Five people, the chief last in the list: rows are 4, 0, 2, 1, 3."""
    boss = [4, 0, 4, 2, -1]
    one_way = ([3, 1], [0, 2], [0.5, 2.0])
    other_way = ([0, 2], [3, 1], [0.5, 2.0])
    organization, order = from_bosses(boss, one_way, source="five")
    check(organization)
    assert order.tolist() == [4, 0, 2, 1, 3]
    assert organization.tie_start.tolist() == [0, 0, 1, 2, 3, 4]
    assert organization.tie_seat.tolist() == [4, 3, 2, 1]
    assert organization.tie_weight.tolist() == [0.5, 2.0, 2.0, 0.5]
    turned = from_bosses(boss, other_way, source="five")[0]
    assert turned.digest == organization.digest


def test_more_ties_than_numbers_are_refused(monkeypatch):
    monkeypatch.setattr("simulation.organizations.organization._MOST", 3)
    with pytest.raises(InputError, match="1 ties, not 2"):
        from_bosses([-1, 0, 0, 1, 2], ([3, 1], [2, 4], [1.0, 1.0]), source="five")


DAMAGES: dict[str, Any] = {
    "boss": lambda a: np.where(np.arange(len(a)) == 3, 5, a),
    "level": lambda a: a + 1,
    "branch": lambda a: np.where(a == 1, 2, a),
    "team_start": lambda a: a + (a > 0),
    "team_size": lambda a: a[::-1],
    "tie_start": lambda a: a[:-1],
    "tie_seat": lambda a: np.roll(a, 1),
    "tie_weight": lambda a: -a,
    "tenure": lambda a: np.full(len(a), -1.0),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_check_sees_damage(uneven, name):
    check(uneven)
    damaged = dataclasses.replace(uneven, **{name: DAMAGES[name](getattr(uneven, name))})
    with pytest.raises(ValueError, match=r"\w"):
        check(damaged)


def test_check_sees_one_sided_weights_and_missing_names(uneven):
    weight = uneven.tie_weight.copy()
    weight[0] += 1.0
    for damage in ({"tie_weight": weight}, {"identifier": ("a",)}):
        with pytest.raises(ValueError, match=r"strong|name"):
            check(dataclasses.replace(uneven, **damage))


def test_names_do_not_enter_the_digest(uneven):
    names = tuple(map(str, range(uneven.people)))
    named = dataclasses.replace(uneven, identifier=names, source="elsewhere", notes=("x",))
    assert named.digest == uneven.digest
    longer = dataclasses.replace(uneven, tenure=np.full(uneven.people, 3.0))
    assert longer.digest != uneven.digest


# -------------------------------------------------------------------------- reading charts


@pytest.fixture
def chart(tmp_path):
    """Return a function that reads a chart, and ties, from texts or bytes."""

    def read(people: str | bytes, ties: str | bytes | None = None, **options: Any) -> Organization:
        paths = [tmp_path / "people.csv", tmp_path / "ties.csv"]
        for path, text in zip(paths, (people, ties), strict=True):
            if text is not None:
                path.write_bytes(text if isinstance(text, bytes) else text.encode())
        found = load_chart(paths[0], paths[1] if ties is not None else None, **options)
        check(found)
        return found

    return read


CLEAN = "id,manager\n1,\n2,1\n3,1\n4,2\n"
SAME = [
    CLEAN.replace(",", ";"),
    CLEAN.replace(",", "\t"),
    CLEAN.replace(",", "|"),
    CLEAN.replace("\n", "\r\n"),
    CLEAN.replace("\n", "\r"),
    CLEAN.rstrip("\n"),
    b"\xef\xbb\xbf" + CLEAN.encode(),
    CLEAN.encode("utf-16"),
    CLEAN.encode("utf-16-le"),
    CLEAN.encode("utf-16-be"),
    "sep=;\n" + CLEAN.replace(",", ";"),
    "\n\n" + CLEAN,
    CLEAN + "\n\n,\n",
    CLEAN.replace("1,\n", "1,1\n"),
    CLEAN.replace("1,\n", "1,N/A\n"),
    CLEAN.replace("1,\n", "1,0\n"),
    CLEAN.replace("2,1", " 2 ,1.0"),
    CLEAN.replace("2,1", '"2","1"'),
    CLEAN.replace("id,manager", "Employee ID,Reports To"),
    CLEAN.replace("id,manager", "EMP_ID,Line Manager"),
    CLEAN.replace("id,manager", "Personalnummer,Vorgesetzter"),
    CLEAN.replace("id,manager", "matricule,responsable"),
    CLEAN.replace("id,manager", "id_empleado,jefe"),
    CLEAN.replace("id,manager", "ID,ReportsToID"),
    "id,manager\n4,2\n3,1\n2,1\n1,\n",
    "manager,id\n,1\n1,2\n1,3\n2,4\n",
    "id,manager,,\n1,,,\n2,1,,\n3,1\n4,2,,\n".replace("3,1\n", "3,1,,\n"),
]


@pytest.mark.parametrize("text", SAME, ids=range(len(SAME)))
def test_the_same_chart_in_any_dress(chart, text):
    organization = chart(text)
    assert organization.identifier == ("1", "2", "3", "4")
    assert organization.boss.tolist() == [-1, 0, 0, 1]
    assert "ties" in organization.notes[-1]  # none were given, and it says so


def test_leading_zeros_are_part_of_an_identifier(chart):
    assert chart("id,manager\n007,\n7,007\n").identifier == ("007", "7")


def test_old_code_pages_are_read_and_said_so(chart):
    text = "id,manager,department\n1,,Geschäftsführung\n2,1,Qualität\n"
    organization = chart(text.encode("cp1252"))
    assert organization.department == ("Geschäftsführung", "Qualität")
    assert "cp1252" in organization.notes[0]
    assert chart(text.encode("cp850"), encoding="cp850").department == organization.department


def test_columns_are_paired_by_what_they_hold(chart):
    text = "id,email,manager_email\n1,a@x.org,\n2,b@x.org,a@x.org\n3,c@x.org,b@x.org\n"
    assert chart(text).identifier == ("a@x.org", "b@x.org", "c@x.org")


def test_columns_can_be_named(chart):
    text = "key,up,team\n1,,a\n2,1,b\n"
    assert chart(text, employee="Key", manager="up", department="team").department == ("a", "b")


def test_two_managers_that_agree_need_no_choice(chart):
    text = "id,manager_id,name,manager_name\n1,,ann,\n2,1,bob,ann\n3,2,cy,bob\n"
    assert chart(text).identifier == ("1", "2", "3")


@given(data=st.data())
@settings(max_examples=20)
def test_the_order_of_rows_does_not_matter(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("charts") / "people.csv"
    rows = [f"{i},{'' if i == 0 else (i - 1) // 3}" for i in range(25)]
    path.write_text("\n".join(["id,manager", *data.draw(st.permutations(rows))]))
    assert load_chart(path).identifier == tuple(map(str, range(25)))


# ------------------------------------------------------------------------ what is refused

#: What is dirty: name, file, and words the one sentence must hold.
REFUSED: dict[str, tuple[str | bytes, tuple[str, ...]]] = {
    "empty": ("", ("empty",)),
    "blank": ("\n  \n\n", ("empty",)),
    "header only": ("id,manager\n", ("header", "no rows")),
    "header and blank rows": ("id,manager\n,\n\n", ("no rows",)),
    "one employee": ("id,manager\n1,\n", ("two employees",)),
    "one column": ("id\n1\n2\n", ("one column",)),
    "binary": (bytes(range(256)), ("not a text file",)),
    "image": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", ("not a text file",)),
    "late zero bytes": (CLEAN.encode() + b"5,1\n" * 2000 + b"\0", ("not a text file",)),
    "workbook": (b"PK\x03\x04\x14\x00\x06\x00", ("spreadsheet",)),
    "old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ("spreadsheet",)),
    "no header": ("1,\n2,1\n3,1\n", ("--manager", "first row")),
    "no employee": ("foo,manager\n1,\n1,1\n", ("'foo'", "--employee")),
    "no manager": ("id,foo\n1,\n2,1\n", ("'foo'", "--manager")),
    "column twice": ("id,ID,manager\n1,1,\n2,2,1\n", ("'id'", "twice")),
    "two managers": (
        "id,manager_id,supervisor_id\n1,,\n2,1,1\n3,1,2\n4,2,1\n",
        ("'manager_id' and 'supervisor_id'", "--manager"),
    ),
    "two employees": ("id,user,manager\na,1,\nb,2,1\n1,a,b\n2,b,1\n", ("--employee",)),
    "open quote": ('id,manager\n1,\n2,"1\n3,1\n4,1\n', ("row 3", "quotation")),
    "open quote, long": ('id,manager\n1,\n2,"1\n' + "3,1\n" * 50_000, ("row 3", "quotation")),
    "stray quote": ('id,manager\n1,\n"2" x,1\n', ("row 3", "quotation")),
    "too many cells": ("id,manager\n1,\n2,1\nSmith, John,1\n", ("row 4", "quotation")),
    "blank row": ("id,manager\n1,\n\n2,1\n", ("row 3", "blank", "--repair")),
    "too few cells": ("id,manager,team\n1,,a\n2,1\n", ("row 3", "fewer", "--repair")),
    "no identifier": ("id,manager\n1,\n,1\n2,1\n", ("row 3", "identifier", "--repair")),
    "duplicate": ("id,manager\n1,\n2,1\n2,1\n", ("row 4", "also in row 3", "--repair")),
    "same number": ("id,manager\n1,\n2,1\n2.0,1\n", ("row 4", "twice", "--repair")),
    "conflict": ("id,manager\n1,\n2,1\n3,1\n3,2\n", ("row 5", "another manager", "--repair")),
    "two chiefs": ("id,manager\n1,\n2,\n3,1\n4,1\n", ("rows 2, 3", "2 employees", "--repair")),
    "all chiefs": (
        "id,manager\n" + "".join(f"{i},\n" for i in range(9)),
        ("rows 2, 3, 4, 5, 6 and 4 more",),
    ),
    "no chief": ("id,manager\n1,2\n2,1\n3,1\n", ("rows 2, 3", "no chief", "'1' -> '2' -> '1'")),
    "cycle": ("id,manager\n1,\n2,3\n3,2\n4,1\n", ("rows 3, 4", "circle", "'2' -> '3' -> '2'")),
    "long cycle": (
        "id,manager\n0,\n" + "".join(f"{i},{i % 9 + 1}\n" for i in range(1, 10)),
        ("and 4 more", "'5' -> ... -> '1'"),
    ),
    "two cycles": ("id,manager\n1,\n2,3\n3,2\n4,5\n5,4\n", ("2 circles", "--repair")),
    "unknown boss": (
        "id,manager\nanna,\nbert,anna\ncarl,ana\n",
        ("row 4", "'ana'", "Did you mean 'anna'?"),
    ),
    "unknown boss and no chief": (
        "id,manager\n1,board\n2,1\n3,1\n4,2\n5,x\n",
        ("rows 2, 6", "2 of 5 managers", "--employee and --manager"),
    ),
    "unknown bosses": (
        "id,manager\n1,\n" + "".join(f"{i},x{i}\n" for i in range(2, 10)),
        ("and 3 more",),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_dirty_charts_are_refused_in_a_sentence(chart, name):
    text, words = REFUSED[name]
    with pytest.raises(InputError) as refusal:
        chart(text)
    message = str(refusal.value)
    assert message.startswith("people.csv")
    assert message.endswith((".", "?"))
    assert "\n" not in message
    assert len(message) < 400
    assert message.count(". ") <= 1
    for word in words:
        assert word in message


def test_files_that_are_none(tmp_path):
    (tmp_path / "people.csv").write_text(CLEAN)
    with pytest.raises(InputError, match=r"no such file\. Did you mean 'people\.csv'\?"):
        load_chart(tmp_path / "peple.csv")
    with pytest.raises(InputError, match="folder"):
        load_chart(tmp_path)
    with pytest.raises(InputError, match="no such file"):
        load_chart(tmp_path / "people.csv", tmp_path / "ties.csv")


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"employee": "idd"}, "Did you mean 'id'"),
        ({"manager": "id"}, "same column"),
        ({"hired": "since"}, "--hired"),
        ({"delimiter": ";"}, "does not occur"),
        ({"encoding": "klingon"}, "no encoding 'klingon'"),
        ({"encoding": "utf-32"}, "not in the encoding"),
        ({"tie_from": "x"}, "--tie-from"),
        ({"tie_weight": "x"}, "--tie-weight"),
        ({"strongest": -1}, "strongest"),
    ],
)
def test_options_that_do_not_fit(chart, options, word):
    with pytest.raises(InputError, match=word):
        chart(CLEAN + "5,2\n", "from,to\n4,3\n", **options)


# ----------------------------------------------------------------------- what is repaired

#: File, the ids in order, their bosses' ids, and what the notes must say.
REPAIRED: dict[str, tuple[str, str, str, str]] = {
    "blank row": ("id,manager\n1,\n\n2,1\n", "12", "-1", "row 3: blank; left out"),
    "too few cells": ("id,manager,team\n1,,a\n2,1\n", "12", "-1", "taken as empty"),
    "no identifier": ("id,manager\n1,\n,1\n2,1\n", "12", "-1", "row 3"),
    "duplicate": ("id,manager\n1,\n2,1\n2,1\n", "12", "-1", "row 4"),
    "conflict": ("id,manager\n1,\n2,1\n3,1\n3,2\n", "123", "-11", "the first row kept"),
    "two chiefs": ("id,manager\n1,\n2,\n3,2\n4,2\n", "2134", "-222", "row 3 taken as the chief"),
    "no chief": ("id,manager\n1,2\n2,1\n3,1\n", "123", "-11", "taken as the chief"),
    "cycle": ("id,manager\n1,\n2,3\n3,2\n4,1\n", "1243", "-112", "cut at row 3"),
    "two cycles": ("id,manager\n1,\n2,3\n3,2\n4,5\n5,4\n", "12435", "-1124", "cut at rows 3, 5"),
    "unknown boss": ("id,manager\n1,\n2,1\n3,9\n", "123", "-11", "attached to the chief"),
    "cycle and chiefs": ("id,manager\n1,\n2,\n3,1\n4,5\n5,4\n", "12345", "-1114", "circle"),
}


@pytest.mark.parametrize("name", REPAIRED)
def test_dirty_charts_are_repaired_and_said_so(chart, name):
    text, ids, bosses, note = REPAIRED[name]
    with pytest.raises(InputError):
        chart(text)
    organization = chart(text, repair=True)
    assert organization.identifier is not None
    assert "".join(organization.identifier) == ids
    names = [organization.identifier[b] if b >= 0 else "-" for b in organization.boss]
    assert "".join(names) == bosses
    assert note in " ".join(organization.notes)


def test_what_cannot_be_known_is_not_repaired(chart):
    for name in ("too many cells", "open quote", "two managers", "one employee"):
        with pytest.raises(InputError):
            chart(REFUSED[name][0], repair=True)


@pytest.mark.parametrize("name", REPAIRED)
def test_notes_name_nobody(chart, name):
    """Notes are kept with results; identifiers are not."""
    text, *_ = REPAIRED[name]
    header, *rows = text.splitlines()
    for digit in "123459":
        rows = [
            ",".join(
                [c.replace(digit, f"person{digit}x") if len(c) == 1 else c for c in r.split(",")]
            )
            for r in rows
        ]
    organization = chart(
        "\n".join([header, *rows]), "a,b,n\nperson1x,stranger,2\nperson1x,person2x,1\n", repair=True
    )
    told = " ".join((*organization.notes, organization.source))
    assert "person" not in told.replace("rows of a person", "").replace("of each person", "")
    assert "stranger" not in told


def read_or_refused(path: Path, **options: Any) -> None:
    """Read a chart: only a whole organization or a sentence about the file may come out."""
    refused = ""
    try:
        check(load_chart(path, **options))
    except InputError as refusal:
        refused = str(refusal)
    assert not refused or refused.startswith(path.name)


@given(
    bosses=st.lists(st.sampled_from([*"0123456789", "", "x", "-"]), min_size=2, max_size=12),
    again=st.lists(st.integers(0, 1), max_size=3),
)
@settings(max_examples=150)
def test_any_lines_are_read_refused_or_repaired(tmp_path_factory, bosses, again):
    """No chart ends in a traceback, and what is repaired is a whole organization."""
    path = tmp_path_factory.mktemp("charts") / "people.csv"
    rows = [f"p{i},{'p' + b if b.isdigit() else b}" for i, b in enumerate(bosses)]
    path.write_text("\n".join(["id,manager", *rows, *(rows[i] for i in again)]))
    read_or_refused(path)
    read_or_refused(path, repair=True)
    known = {f"p{i}" for i in range(len(bosses))}
    asked = [rows[k].partition(",")[2] for k in range(len(bosses))]
    strange = [boss for boss in asked if boss not in (*known, "", "-")]
    if len(strange) <= 1:  # more than a few are refused
        organization = load_chart(path, repair=True)
        check(organization)
        assert set(organization.identifier) == known


@given(noise=st.binary(max_size=200), start=st.sampled_from([b"", b"id,manager\n", CLEAN.encode()]))
@settings(max_examples=150)
def test_no_bytes_end_in_a_traceback(tmp_path_factory, noise, start):
    path = tmp_path_factory.mktemp("charts") / "people.csv"
    path.write_bytes(start + noise)
    read_or_refused(path)
    read_or_refused(path, repair=True)


# ------------------------------------------------------------------------ optional columns

DATES = [
    "2020-03-15,2021-03-15",
    "15.03.2020,15.03.2021",
    "03/15/2020,03/15/2021",
    "15/03/2020,15/03/2021",
    "20200315,20210315",
    "15.03.20,15.03.21",
    "2020-03-15T00:00:00,2021-03-15T00:00:00",
    "15 Mar 2020,15 Mar 2021",
    "3/15/2020 9:30,3/15/2021 9:30",
]


@pytest.mark.parametrize("dates", DATES)
def test_hire_dates_become_tenure(chart, dates):
    first, second = dates.split(",")
    text = f"id;manager;hire date\n1;;{first}\n2;1;{second}\n3;1;\n"
    organization = chart(text)
    assert organization.tenure[:2] == pytest.approx([12.0, 0.0], abs=0.02)
    assert np.isnan(organization.tenure[2])
    assert any("latest hire date, 2021-03-15" in note for note in organization.notes)
    for day in ("2022-03-15", datetime.date(2022, 3, 15)):
        later = chart(text, as_of=day)
        assert later.tenure[:2] == pytest.approx([24.0, 12.0], abs=0.03)


def test_a_date_format_settles_ambiguity(chart):
    text = "id,manager,hired\n1,,01/02/2020\n2,1,04/03/2021\n"
    unknown = chart(text)
    assert np.isnan(unknown.tenure).all()
    (note,) = [note for note in unknown.notes if "--date-format" in note]
    assert "'hired' can be read as %m/%d/%Y or %d/%m/%Y" in note
    american, european = (chart(text, date_format=f).tenure[0] for f in ("%m/%d/%Y", "%d/%m/%Y"))
    assert american == pytest.approx(15.0, abs=0.1)
    assert european == pytest.approx(13.0, abs=0.1)


@pytest.mark.parametrize(
    ("dates", "known", "unread"),
    [
        ("2020-01-01,31.01.2021", "10", "1 of 2"),  # by the one format that reads most
        ("2020-01-01,soon", "10", "1 of 2"),
        ("2020-02-30,2020-01-01", "01", "1 of 2"),
        ("1020-01-01,2020-01-01", "01", "1 of 2"),
        ("1900-01-01,2020-01-01", "01", "1 of 2"),
        ("2020-01-01,9999-12-31", "10", "1 of 2"),
        ("soon,later", "00", "2 of 2"),
    ],
)
def test_a_date_that_cannot_be_is_unknown_and_never_refuses_a_chart(chart, dates, known, unread):
    first, second = dates.split(",")
    found = chart(f"id,manager,hired\n1,,{first}\n2,1,{second}\n")
    assert "".join("1" if np.isfinite(t) else "0" for t in found.tenure) == known
    assert any(f"{unread} dates in 'hired'" in note for note in found.notes)


def test_whoever_is_hired_after_the_day_is_not_yet_known(chart):
    text = "id,manager,hired\n1,,2020-01-01\n2,1,2021-01-01\n"
    with pytest.raises(InputError, match="as_of"):
        chart(text, as_of="soon")
    tenure = chart(text, as_of="2020-06-01").tenure
    assert tenure[0] == pytest.approx(152 / 30.4375)  # days from January to June
    assert np.isnan(tenure[1])


def test_stated_levels_are_compared_with_the_lines(chart):
    rows = "id,manager,level\n1,,{}\n2,1,{}\n3,1,{}\n4,2,{}\n"
    for agreeing in ("1234", "3221", "0123"):
        assert len(chart(rows.format(*agreeing)).notes) == 1
    notes = chart(rows.format("L1", "L2", "L2", "L2")).notes
    assert any("row 5: the stated level" in note for note in notes)
    assert chart(rows.format("", "", "a", "b")).levels == 3


# ------------------------------------------------------------------------------------ ties

TEN = "id,manager\n0,\n" + "".join(f"{i},{(i - 1) // 3}\n" for i in range(1, 13))


def pairs_of(organization: Organization) -> dict[tuple[str, str], float]:
    """Return each tie once, by names, with its weight."""
    names = organization.identifier
    assert names is not None
    ends = zip(owners(organization), organization.tie_seat, organization.tie_weight, strict=True)
    return {(names[a], names[b]): w for a, b, w in ends if int(names[a]) < int(names[b])}


def test_directions_add_up_and_near_ones_go(chart):
    ties = "Sender,Recipient,Emails\n4,7,2\n7,4,3\n4,5,9\n4,1,9\n4,4,9\n4,99,9\n98,99,1\n8,11,0\n"
    organization = chart(TEN, ties)
    assert pairs_of(organization) == {("4", "7"): 5.0}
    told = " ".join(organization.notes)
    assert "2 rows with 2 identifiers that are not in the chart" in told
    assert "1 rows of a person with himself" in told
    assert "2 are teammates or boss and report" in told
    assert organization.source == "people.csv with ties from ties.csv"


def test_the_strongest_of_either_end_are_kept(chart):
    ties = "a,b,n\n4,7,5\n4,8,4\n4,9,3\n4,10,3\n5,10,1\n"
    assert set(pairs_of(chart(TEN, ties, strongest=1))) == {
        ("4", "7"),
        ("4", "8"),
        ("4", "9"),
        ("4", "10"),
        ("5", "10"),
    }
    ties = "a,b,n\n4,7,5\n4,8,4\n5,7,3\n5,8,6\n"
    assert set(pairs_of(chart(TEN, ties, strongest=1))) == {("4", "7"), ("5", "8")}
    assert pairs_of(chart(TEN, ties, strongest=0)) == {}


def test_equal_ties_are_kept_by_identifier_whatever_the_order(chart):
    rows = [f"{a},{b}" for a in (4, 5, 6) for b in (7, 8, 9, 10, 11, 12)]
    kept = [chart(TEN, "\n".join(["a,b", *r]), strongest=2).digest for r in (rows, rows[::-1])]
    assert kept[0] == kept[1]


@given(
    rows=st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(1, 3)), min_size=1),
    keep=st.integers(1, 3),
)
@settings(max_examples=40)
def test_kept_ties_against_their_definition(tmp_path_factory, rows, keep):
    folder = tmp_path_factory.mktemp("charts")
    (folder / "people.csv").write_text(TEN)
    (folder / "ties.csv").write_text("a,b,n\n" + "".join(f"{a},{b},{w}\n" for a, b, w in rows))
    boss = {i: (i - 1) // 3 if i else -1 for i in range(13)}
    weight: dict[tuple[int, int], float] = {}
    for a, b, w in rows:
        if a != b:
            weight[min(a, b), max(a, b)] = weight.get((min(a, b), max(a, b)), 0) + w
    far = {
        p: w
        for p, w in weight.items()
        if boss[p[0]] != boss[p[1]] and boss[p[0]] != p[1] and boss[p[1]] != p[0]
    }
    wanted = set()
    for i in range(13):
        wanted |= set(sorted((p for p in far if i in p), key=lambda p: (-far[p], p))[:keep])
    if not weight:
        return
    found = load_chart(folder / "people.csv", folder / "ties.csv", strongest=keep)
    check(found)
    assert pairs_of(found) == {(str(a), str(b)): far[a, b] for a, b in wanted}


@pytest.mark.parametrize(
    ("ties", "words"),
    [
        ("a,b,n\n4,7,many\n", ("ties.csv, row 2", "'many'")),
        ("a,b,n\n4,7,-1\n", ("row 2", "'-1'")),
        ("a,b,n\n4,7,nan\n", ("row 2", "'nan'")),
        ('a,b,n\n4,7,"1,234"\n', ("row 2", "'1,234'")),
        ("x,y,z,w\n4,7,1,1\n", ("--tie-from",)),
        ("a,b\n98,99\n", ("none of its pairs",)),
        ("a,b\n4,4\n", ("none of its pairs",)),
        ("a,b\n", ("no rows",)),
        ("", ("empty",)),
    ],
)
def test_dirty_ties_are_refused(chart, ties, words):
    with pytest.raises(InputError) as refusal:
        chart(TEN, ties)
    for word in ("ties.csv", *words):
        assert word in str(refusal.value)


def test_decimal_commas_and_missing_weights(chart):
    assert pairs_of(chart(TEN, "a;b;n\n4;7;1,5\n5;7;\n")) == {("4", "7"): 1.5, ("5", "7"): 1.0}
    assert pairs_of(chart(TEN, "a,b,n\n4,7,many\n5,7,2\n", repair=True)) == {("5", "7"): 2.0}


# ---------------------------------------------------------------------------- large and real


def test_fifty_thousand_rows(tmp_path):
    people, path = 50_000, tmp_path / "people.csv"
    rows = (
        f"{i},{'' if i == 0 else (i - 1) // 7},20{i % 20:02d}-{1 + i % 12:02d}-15\n"
        for i in range(people)
    )
    path.write_text("id,manager,hired\n" + "".join(rows))
    organization = load_chart(path)
    check(organization)
    assert organization.people == people
    assert organization.team_size.max() == 7


@pytest.fixture(scope="module")
def real():
    """Return the real manufacturing company."""
    if not REAL.is_dir():
        pytest.skip(f"the real chart is not here: {REAL}")
    return load_chart(REAL / "reportsto.csv", REAL / "emails.csv")


def test_the_real_company(real):
    check(real)
    found = real.describe()
    assert found["people"] == 154
    assert [level["people"] for level in found["levels"]] == [1, 11, 64, 33, 44, 1]
    assert sum(found["branches"]) == 153
    assert found["ties"] > 300
    assert found["ties_in_team"] == 0.0
    assert any("13 identifiers that are not in the chart" in note for note in real.notes)


def test_the_real_chief_reports_to_himself(real):
    lines = dict(line.split(",") for line in (REAL / "reportsto.csv").read_text().split()[1:])
    assert lines[real.identifier[0]] == real.identifier[0]
    for seat in range(1, real.people):
        assert lines[real.identifier[seat]] == real.identifier[real.boss[seat]]


@pytest.mark.parametrize("people", [154, 1540])
def test_one_like_the_real_company(real, people):
    like, there = generate_organization(people, like=real), real.describe()
    check(like)
    here = like.describe()
    assert here["ties_per_person"] == pytest.approx(there["ties_per_person"], rel=0.03)
    assert here["ties_in_branch"] == pytest.approx(there["ties_in_branch"], abs=0.03)
    assert here["leaders"] / people == pytest.approx(there["leaders"] / 154, abs=0.01)


# ------------------------------------------------------------------------------- at a glance


def test_an_organization_is_readable():
    shown = repr(generate_organization(people=43, span=6, ties=4))
    assert "people: 43\n" in shown
    assert "levels: 3 (people from the top: 1, 6, 36)" in shown
    assert "spans: 6 to 6, mean 6" in shown
    assert "ties: 86, mean 4 a person" in shown
    assert "source: generated: 43 people" in shown
    assert len(shown.split("\n")) == 6


def test_an_organization_names_nobody_and_is_escaped_in_notebooks():
    found, _ = from_bosses(
        [-1, 0, 0], source="<b>mine</b>", identifier=("Ada", "Ben", "Cy"), notes=("Ada is new",)
    )
    for text in (repr(found), found._repr_html_()):
        assert not any(name in text for name in ("Ada", "Ben", "Cy"))
        assert "notes" in text
    assert "&lt;b&gt;mine&lt;/b&gt;" in found._repr_html_()


# ------------------------------------------------------------------- ties at the start of a run


def test_weights_in_a_run_are_relative_to_the_mean_of_a_person():
    place, _ = from_bosses([-1, 0, 0, 1, 2], ([3, 3], [2, 4], [1.0, 3.0]), source="one tied to two")
    assert allocate(place, Parameters()).ties.weight.tolist() == [1.0, 0.5, 1.5, 1.0]
    alone = allocate(from_bosses([-1, 0], source="no ties")[0], Parameters())
    assert len(alone.ties.weight) == 0
