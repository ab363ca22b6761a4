"""The report: one file, nothing loaded, everything escaped, the limits on its face."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from test_figures import EVENTS, TITLES, by_level, outcome_table, over_time, tree

from simulation.answers import report
from simulation.answers.declared import OUTCOMES
from simulation.answers.outcomes import difference_sentence


def comparison(scenarios: int = 5) -> dict:
    names = list(TITLES)[:scenarios]

    def kept(table):
        return table[table["scenario"].isin(names)].reset_index(drop=True)

    return {
        "bands": kept(over_time("mean")),
        "differences_over_time": kept(over_time("difference")).query("scenario != 'baseline'"),
        "levels": kept(by_level()),
        "outcomes": outcome_table(scenarios),
        "scenarios": [
            {
                "name": name,
                "title": TITLES[name],
                "digest": f"{place:064x}",
                "question": "How much practice is lost, and for how long?" if place else "",
                "events": EVENTS[:place],
                "changes": [
                    {"parameter": "succession.plan", "first": True, "this": False, "unit": "switch"}
                ]
                if place % 2
                else [],
            }
            for place, name in enumerate(names)
        ],
        "organization": {
            "source": "generated",
            "people": 1555,
            "ties": 3110,
            "levels": [
                {"level": 0, "people": 1, "leaders": 1},
                {"level": 1, "people": 6, "leaders": 6},
            ],
            "notes": ["two people without a manager were left out"],
        },
        "provenance": {
            "seed": 7,
            "replications": 40,
            "months": 120,
            "versions": {"python": "3.12.4", "numpy": "2.2.1"},
            "platform": "Linux",
            "command": "mentoring compare baseline no_plan --seed 7",
            "created": "2026-07-01",
        },
    }


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> str:
    path = report.write_report(comparison(), tmp_path_factory.mktemp("out") / "deep" / "r.html")
    return path.read_text("utf-8")


class Tags(HTMLParser):
    """Keeps the tags that are open, to find those never closed."""

    VOID = ("meta", "img", "br", "link")

    def __init__(self):
        super().__init__()
        self.open, self.seen, self.attributes = [], [], []

    def handle_starttag(self, tag, attrs):  # noqa: D102
        self.seen.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):  # noqa: D102
        assert self.open.pop() == tag


def test_nothing_is_loaded_from_anywhere(page):
    tags = Tags()
    tags.feed(page)
    assert not {"script", "link", "iframe", "object", "embed"} & set(tags.seen)
    addresses = [v for k, v in tags.attributes if k in ("src", "href", "srcset", "data", "action")]
    assert addresses
    assert all(one.startswith("data:image/svg+xml;base64,") for one in addresses)
    assert "@import" not in page
    assert "url(" not in page
    for one in addresses:
        picture = base64.b64decode(one.partition(",")[2]).decode()
        assert not re.search(r"(href|src)\s*=\s*[\"'](?!#)|url\((?!#)|@import", picture)


def test_tags_are_closed(page):
    tags = Tags()
    tags.feed(page)
    assert tags.open == []


def test_same_comparison_gives_the_same_bytes(page, tmp_path):
    again = report.write_report(comparison(), tmp_path / "again.html")
    assert again.read_text("utf-8") == page


def test_titles_are_escaped(page):
    assert "<at once>" not in page
    assert "&amp; the mentoring leads leave &lt;at once&gt;" in page


def test_answer_then_limits_then_outcomes(page):
    marks = ['id="answer"', 'id="limits"', "<h2>Outcomes", "<h2>Figures", "<h2>How to reproduce"]
    places = [page.index(mark) for mark in marks]
    assert places == sorted(places)


def test_limits_of_the_model_are_on_its_face(page):
    box = page[page.index('id="limits"') : page.index("<h2>Outcomes")]
    for words in (
        "pay or promotion",
        "productivity",
        "hazard ratio below 0.6",
        "Recovery times",
        "mostly assumed",
        "chance only",
    ):
        assert words in box


def row(*difference: float, **others) -> SimpleNamespace:
    """Return a row of the table of outcomes, of practice at the end, with a difference's ends."""
    low, high = difference or (0.0, 0.0)
    told = {
        "scenario": "b",
        "outcome": "end_adoption",
        "mean": 0.3,
        "low": 0.29,
        "high": 0.31,
        "unit": "share",
        "difference": (low + high) / 2,
        "difference_low": low,
        "difference_high": high,
        "interval_of": "mean",
        "searched": np.nan,
    }
    return SimpleNamespace(**told | others)


def test_a_difference_too_small_to_show_is_not_called_clear():
    titles = {"a": "A", "b": "B"}
    tiny = report._outcome_row(row(1e-4, 3e-4), titles)
    assert tiny["verdict"] == "no clear difference: the interval holds 0"
    assert tiny["difference"][1] == "0.0 to 0.0"
    assert not tiny["excludes"]
    beside = report._outcome_row(row(-0.02, -4e-4), titles)
    assert beside["difference"][1] == "−2.0 to 0.0"
    assert not beside["excludes"]
    larger = report._outcome_row(row(6e-4, 0.02), titles)
    assert larger["verdict"] == "higher: the interval excludes 0"
    assert larger["excludes"]


def test_words_and_digits_are_those_of_the_sentence():
    """Engagement is printed with three decimals, people with none, in both places."""
    titles = {"a": "A", "b": "B"}
    for name, ends in (("mean_engagement", (-0.002, -0.0004)), ("exits", (0.4, 5.2))):
        unit = OUTCOMES[name].unit
        told = report._outcome_row(row(*ends, outcome=name, unit=unit), titles)
        middle = sum(ends) / 2
        sentence = difference_sentence((middle, *ends), OUTCOMES[name], "“B”", "“A”")
        assert told["difference"][1] in sentence
        assert "no clear difference" in sentence
        assert told["verdict"].startswith("no clear difference")


def test_a_recovery_beyond_what_was_searched_is_told_as_such():
    months = {"outcome": "months_to_half_recovery", "unit": "months", "searched": 120.0}
    value = report._value(row(**months | {"mean": np.inf, "low": 96.0, "high": np.inf}))
    assert value == ["more than 120 months", "96.0 to more than 120"]
    value = report._value(row(**months | {"mean": 70.0, "low": 60.0, "high": np.inf}))
    assert value == ["70.0 months", "60.0 to more than 120"]
    value = report._value(row(**months | {"mean": np.inf, "low": np.inf, "high": np.inf}))
    assert value == ["more than 120 months", ""]


def test_two_runs_are_called_too_few():
    assert report._value(row(low=np.nan, high=np.nan))[1] == "too few runs"
    assert report._verdict(row(np.nan, np.nan)) == "too few runs to tell"


def test_clear_and_large_differences_come_first():
    """Practice alone is in the table: changes of -6 to 6 points, one of them none."""
    [(heading, sentences)] = report._answer(outcome_table())
    assert heading == "Practice"
    assert len(sentences) == 4
    assert sentences[0].startswith(TITLES["briefings"])
    assert sentences[-1].endswith("differs by 0.")


def test_engagement_is_answered_before_practice_in_two_parts(tmp_path):
    names = {
        "end_adoption": "practice in all",
        "end_adoption_given_survival": "practice given survival",
        "programme_survives": "survival",
        "end_engagement": "the last year",
        "engagement_year_after": "the year after",
    }
    rows = [vars(row(0.1, 0.2, outcome=key, sentence=text)) for key, text in names.items()]
    both = report._answer(pd.DataFrame(rows))
    assert both == [
        ("Engagement", ["the year after"]),
        (
            "Practice: whether the programme survives, and who practises where it does",
            ["survival", "practice given survival"],
        ),
    ]
    assert report._answer(pd.DataFrame(rows[::3])) == [
        ("Engagement", ["the last year"]),
        ("Practice", ["practice in all"]),
    ]


def test_intervals_are_read_in_words():
    assert report._verdict(row(0.1, 0.2)) == "higher: the interval excludes 0"
    assert report._verdict(row(-0.2, -0.1)) == "lower: the interval excludes 0"
    assert report._verdict(row(-0.1, 0.1)) == "no clear difference: the interval holds 0"


def test_titles_of_columns_say_what_intervals_are_for(page, tmp_path):
    heads = re.findall(r'<th scope="col">([^<]*)</th>', page)
    assert "Mean, below it the 95 % interval of the mean" in heads
    assert "Difference of means, below it the 95 % interval of the mean" in heads
    runs = comparison()
    runs["outcomes"]["interval_of"] = "one run"
    heads = report.write_report(runs, tmp_path / "runs.html").read_text("utf-8")
    assert "Difference of means, below it the 95 % of single runs" in heads


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        ((0.5, 0.45, 0.55, "share"), ["50.0\N{NO-BREAK SPACE}%", "45.0 to 55.0"]),
        ((-0.031, -0.05, -0.01, "share", True), ["−3.1 percentage points", "−5.0 to −1.0"]),
        ((1234.5, 1200.0, 1300.0, "hours"), ["1,234 hours", "1,200 to 1,300"]),
        ((0.004, -0.001, 0.009, "sd", True), ["+0.004 standard deviations", "−0.001 to 0.009"]),
        ((0.0, 0.0, 0.0, "people", True), ["0 people", "0 to 0"]),
        ((3.0, np.nan, np.nan, "months"), ["3.0 months", ""]),
        ((np.nan, np.nan, np.nan, "months"), ["no value", ""]),
    ],
)
def test_numbers_for_reading(arguments, shown):
    assert report.shown(*arguments) == shown


def test_one_scenario_one_run_and_a_drawing_of_the_organization(tmp_path):
    single = comparison(1)
    single["chart"] = tree(3, 3)
    single["outcomes"][["low", "high"]] = np.nan
    single["levels"][["low", "high"]] = np.nan
    single["provenance"]["replications"] = 1
    page = report.write_report(single, tmp_path / "one.html").read_text("utf-8")
    assert "Only one scenario was run" in page
    assert "The formal structure" in page
    assert "nan" not in re.sub(r"base64,[^\"]*", "", page)


def test_outcomes_without_any_value_are_left_out(tmp_path):
    some = comparison(2)
    recovery = some["outcomes"]["outcome"] == "months_to_half_recovery"
    columns = ["mean", "low", "high", "difference", "difference_low", "difference_high"]
    some["outcomes"].loc[recovery, columns] = np.nan
    groups = report._outcome_groups(some["outcomes"], TITLES)
    assert "Months until half of the loss is made good" not in [one["label"] for one in groups]


def test_only_intervals_that_exclude_0_are_set_bold(page):
    words = re.findall(r'<td( class="clear")? data-label="In words:">([^<]*)</td>', page)
    assert len(words) == 40
    assert all(bool(bold) == ("excludes" in text) for bold, text in words)
    assert {bool(bold) for bold, _ in words} == {True, False}
