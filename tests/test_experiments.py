"""The experiments: what they ask and write, what is committed, and the index of it all."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simulation import load_chart
from simulation.answers import claims
from simulation.answers.assumptions import judged
from simulation.evidence.bands import ALL_PATTERNS, within
from simulation.evidence.calibration import BANDS
from simulation.evidence.coverage import by_span
from simulation.organizations.uneven import write_uneven

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "results"
#: Scripts that are scenarios, claims and pictures; the others have tests of their own.
SCRIPTS = sorted(
    path.stem
    for path in (ROOT / "experiments").glob("*.py")
    if "EXPERIMENT = " in path.read_text("utf-8")
)
#: These too, but not what they share.
ALL_SCRIPTS = sorted(
    {path.stem for path in (ROOT / "experiments").glob("*.py")}
    - {"__init__", "__main__", "common", "index"}
)
SMALL = {"organization.people": 400}  # as many levels as the default has
HEADINGS = ("Question", "Design", "Rule", "Source")
WORDS = {"supported", "not supported", "unclear", "depends"}
#: What would tell of the machine: absolute paths of either kind, and homes.
MACHINE = re.compile(r"(?<![\w.])/(?:home|root|tmp|work|usr|var|Users|opt|mnt)\b|[A-Z]:\\\\|~/")


def known_vectors() -> pd.DataFrame:
    return pd.DataFrame({"commitment.action": [0.5, 0.6], "turnover.voluntary": [0.01, 0.012]})


# --- what is asked ---------------------------------------------------------------------


@pytest.mark.parametrize("name", SCRIPTS)
def test_an_experiment_says_what_it_asks_and_by_which_rule(script, name):
    experiment = script(name).EXPERIMENT
    assert experiment.name == name
    places = [experiment.document.index(f"\n{one}\n---") for one in HEADINGS]
    assert places == sorted(places)
    assert all(claim.text[0].islower() for claim in experiment.claims)  # goes on a sentence


@pytest.mark.parametrize("name", SCRIPTS)
def test_claims_are_of_worlds_that_are_run(script, name):
    experiment = script(name).EXPERIMENT
    made = [scenario.name for scenario in experiment.scenarios()]
    assert len(set(made)) == len(made)
    asked = {side for claim in experiment.claims for side in (claim.case, claim.against)}
    assert asked <= set(made)
    assert set(experiment.titles) <= set(made)


@pytest.mark.parametrize("name", ALL_SCRIPTS)
def test_a_script_is_thin(name):
    """What is more than a question, its worlds and its claims stands in a module."""
    text = (ROOT / "experiments" / f"{name}.py").read_text("utf-8")
    code = [line for line in text.rpartition('\n"""\n')[2].splitlines() if line.strip()]
    assert len(code) <= 100


# --- what is written -------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.slow] * (name != "presence")) for name in SCRIPTS],
)
def test_an_experiment_writes_its_folder(script, name, tmp_path):
    experiment = script(name).EXPERIMENT
    out = experiment.carry_out(
        2, 3, tmp_path / "new" / name, vectors=1, changes=SMALL, known=known_vectors()
    )
    files = {path.name for path in out.iterdir()}
    assert files >= {"README.md", "manifest.json", "table.csv", "verdicts.csv"}
    drawn = {path.stem for path in out.glob("*.png")}
    assert drawn
    assert {path.stem for path in out.glob("*.svg")} == drawn
    stated = json.loads((out / "manifest.json").read_text())
    assert (stated["seed"], stated["replications"]) == (3, 2)
    judged, each = pd.read_csv(out / "verdicts.csv"), pd.read_csv(out / "vectors.csv")
    assert each.shape == (2, len(experiment.claims))
    assert len(judged) == len(experiment.claims)
    assert set(judged["verdict"].str.split(" on ").str[0]) <= WORDS
    page = (out / "README.md").read_text()
    assert all(f"]({picture}.png)" in page for picture in drawn)
    for path in out.iterdir():
        if path.suffix != ".png":
            assert not MACHINE.search(path.read_text())
            assert str(tmp_path) not in path.read_text()


def test_runs_that_are_kept_are_gone_on_with(script, tmp_path):
    """What a killed run had finished is not run again, and the results are the same."""
    experiment = script("presence").EXPERIMENT
    asked = {"replications": 2, "changes": SMALL, "vectors": 1, "known": known_vectors()}
    first = experiment.carry_out(out=tmp_path / "a", work=tmp_path / "work", **asked)
    kept = sorted((tmp_path / "work").rglob("*.parquet"))
    assert kept
    times = [path.stat().st_mtime_ns for path in kept]
    again = experiment.carry_out(out=tmp_path / "b", work=tmp_path / "work", **asked)
    assert [path.stat().st_mtime_ns for path in kept] == times
    for file in ("verdicts.csv", "table.csv"):
        assert (first / file).read_bytes() == (again / file).read_bytes()


def test_each_vector_is_judged_by_its_own_runs(script, monkeypatch):
    common = script("common")
    asked = []

    class Made:
        def __init__(self, count: int) -> None:
            self.table = pd.DataFrame({"replication": range(count), "lost": [1.0, 2.0, 5.0] * 2})

    def carry_out(study, count, out=None):
        asked.append((study, count))
        return Made(count)

    monkeypatch.setattr(common, "study_of", lambda scenarios, seed, vectors: (seed, len(vectors)))
    monkeypatch.setattr(common, "carry_out", carry_out)
    monkeypatch.setattr(common, "TOGETHER", 3)

    def findings(self, table: pd.DataFrame) -> list[claims.Finding]:
        estimate = claims.mean_of(table["lost"])
        return [claims.Finding("claim", "case", "lost", "sd", estimate, 1.0)]

    monkeypatch.setattr(common.Experiment, "findings", findings)
    vectors = pd.DataFrame({"commitment.action": np.linspace(0.1, 0.6, 6)})
    experiment = common.Experiment("x", "x", [], [], lambda found: {})
    values = experiment.by_vector([], 2, 7, vectors)
    assert asked == [((7, 3), 6), ((8, 3), 6)]  # three vectors at a time, twice each
    assert values[0].tolist() == [1.0, 2.0, 5.0] * 2


# --- what is committed -----------------------------------------------------------------

PUBLISHED = [name for name in SCRIPTS if (RESULTS / name).exists()]


def test_every_experiment_is_published(script):
    assert {*SCRIPTS} == {*PUBLISHED}
    assert {*SCRIPTS} <= {*script("index").ORDER}
    assert all((RESULTS / name / "README.md").exists() for name in script("index").ORDER)


@pytest.mark.parametrize("name", PUBLISHED)
def test_committed_results_are_small_and_tell_nothing_of_the_machine(name):
    for path in (RESULTS / name).iterdir():
        assert path.stat().st_size < 700_000, path.name
        if path.suffix != ".png":
            assert not MACHINE.search(path.read_text()), path.name


@pytest.mark.parametrize("name", PUBLISHED)
def test_committed_results_are_of_the_scenarios_as_they_are(script, name):
    """Run ``python -m experiments`` again when a scenario or a default has changed."""
    stated = json.loads((RESULTS / name / "manifest.json").read_text())
    told = [(one["name"], one["digest"]) for one in stated["scenarios"]]
    made = [(one.name, one.digest) for one in script(name).EXPERIMENT.scenarios()]
    assert told == made


@pytest.mark.parametrize("name", PUBLISHED)
def test_committed_verdicts_follow_from_their_own_intervals(name):
    judged = pd.read_csv(RESULTS / name / "verdicts.csv")
    again = [
        claims.verdict(
            claims.Estimate(row.value, row.low, row.high),
            row.at_least,
            row.split,
            claims.Carried(row.vectors, str(row.separated_by)),
        )
        for row in judged.itertuples()
    ]
    assert list(judged["verdict"]) == again


def test_the_index_is_of_the_verdicts_as_they_are(script, tmp_path):
    index = script("index")
    assert (RESULTS / "README.md").read_text() == index.page_of(RESULTS)


def test_the_index_tells_each_claim_once(script):
    index = script("index")
    page = index.page_of(RESULTS)
    for name in index.ACTIONS:
        judged = pd.read_csv(RESULTS / name / "verdicts.csv")
        for text in judged["claim"].unique():
            assert page.count(f"| {text} (") == 1


def test_the_index_says_what_an_outcome_hangs_on(script, tmp_path):
    """Of three parameters one is clearly above a twentieth, one below, one may be."""
    own = tmp_path / "sensitivity" / "engagement_levers"
    own.mkdir(parents=True)
    table = pd.DataFrame(
        {
            "parameter": ["commitment.action", "presence.level", "succession.leads"],
            "total": [0.7, 0.1, 0.01],
            "total_low": [0.5, 0.04, 0.0],
            "total_high": [0.9, 0.2, 0.02],
        }
    )
    table.to_csv(own / "indices.csv", index=False)
    told = script("index").leading(tmp_path / "sensitivity")
    assert "| what leaders do | `commitment.action` 70 % (50 % to 90 %) |" in told
    assert "presence" not in told


def test_the_index_names_what_an_assumption_turns(script, tmp_path):
    table = pd.DataFrame(
        {
            "experiment": ["presence", "presence"],
            "claim": ["absence costs", "it is noticed"],
            "as shipped": ["supported"] * 2,
            "weekly steps": ["supported", "not supported"],
            "flat": ["supported"] * 2,
            "depends on": ["holds", "weekly steps"],
        }
    )
    table.to_csv(tmp_path / "by_assumption.csv", index=False)
    told = script("index").holding(tmp_path)
    assert "Tried with weekly steps, flat: of 2 verdicts 1 hold" in told
    assert told.endswith("\n* it is noticed: weekly steps")


def test_an_uneven_organization_is_read_as_it_was_drawn(tmp_path):
    write_uneven(tmp_path, people=300, seed=4)
    made = load_chart(tmp_path / "chart.csv", tmp_path / "ties.csv")
    again = load_chart(tmp_path / "chart.csv", tmp_path / "ties.csv")
    assert made.people == 300
    assert made.digest == again.digest
    assert 1 <= made.team_size[made.team_size > 0].min() < made.team_size.max() <= 30


def test_committed_trade_offs_follow_from_the_committed_candidates(script):
    page, folder = script("calibration"), RESULTS / "calibration"
    numbers = pd.read_csv(folder / "candidates.csv")
    table = pd.read_csv(folder / "trade_offs.csv", keep_default_na=True).fillna({"better": ""})
    for row in table.itertuples():
        met = [
            numbers[key].map(lambda v, key=key: within(BANDS[key], v))
            for key in (row.first, row.second)
        ]
        assert (met[0] & met[1]).mean() == pytest.approx(row.both_met, rel=1e-4)
        assert met[0].mean() * met[1].mean() == pytest.approx(row.expected, rel=1e-4)
    shares = dict(zip(ALL_PATTERNS, pd.read_csv(folder / "bands.csv")["share"], strict=True))
    told = page.trade_offs.told(table, BANDS, shares, page.calibration.EFFORTS["full"].proof)
    written = (folder / "README.md").read_text(encoding="utf-8")
    assert len(told) > 2
    assert all(f"* {sentence}" in written for sentence in told)


def test_the_baseline_is_marked_where_it_is_published(script, tmp_path):
    page = script("calibration")
    assert page.baseline_numbers(tmp_path / "none.csv") == {}
    (tmp_path / "table.csv").write_text("key,mean,runs\nicc,0.2,30\n", encoding="utf-8")
    assert page.baseline_numbers(tmp_path / "table.csv") == {"icc": 0.2}
    assert set(BANDS) <= set(page.baseline_numbers())


def test_coverage_is_told_by_span():
    """Of spans 4 and 5 one interval in four holds and the worst parameter's none; of 10 all."""
    rows = pd.DataFrame(
        {
            "organization": [1, 1, 2, 2, 3, 3],
            "span": [4, 4, 5, 5, 10, 10],
            "parameter": ["a", "b"] * 3,
            "holds": [False, True, False, False, True, True],
        }
    )
    table = by_span(rows)
    assert list(table.columns)[2] == "a, coverage, %"
    assert table.to_numpy().tolist() == [["4 to 5", 2, 0.0, 25.0], ["8 to 10", 1, 100.0, 100.0]]


def test_the_machine_is_recognised_where_it_shows():
    assert MACHINE.search('"chart": "/home/someone/people.csv"')
    assert MACHINE.search(r'"chart": "C:\\people.csv"')
    assert not MACHINE.search("results/succession/table.csv and/or value/home")


# --- assumptions -----------------------------------------------------------------------


def test_a_verdict_that_an_assumption_turns_depends_on_it():
    shipped, rule, steps = asked = ["as shipped", "threshold rule", "weekly steps"]
    words = {"a": ("supported", "not supported", "unclear"), "b": ("not supported",) * 3}
    rows = [
        {"experiment": "x", "claim": claim, "assumption": name, "verdict": word}
        for claim, told in words.items()
        for name, word in zip((shipped, rule, steps), told, strict=True)
    ]
    found = judged(pd.DataFrame(rows), asked).set_index("claim")
    assert found.loc["a", "depends on"] == rule
    assert found.loc["b", "depends on"] == "holds"


def test_what_cannot_be_run_again_stays_as_committed(script, tmp_path, monkeypatch):
    assumptions = script("assumptions")
    monkeypatch.setattr(assumptions, "DATA", tmp_path / "nowhere")
    before = {"experiment": "presence", "claim": "before", "assumption": assumptions.REAL}
    row = before | {"unit": "sd", "value": 0.5, "low": 0.4, "high": 0.6, "verdict": "supported"}
    out = tmp_path / "out"
    out.mkdir()
    pd.DataFrame([row]).to_csv(out / "table.csv", index=False)
    asked = {"names": ["presence"], "assumptions": [assumptions.SHIPPED, assumptions.REAL]}
    monkeypatch.setitem(assumptions.ASSUMPTIONS, assumptions.SHIPPED, SMALL)
    assumptions.main(2, out, None, **asked)
    table = pd.read_csv(out / "table.csv").set_index(["claim", "assumption"])
    assert table.loc[("before", assumptions.REAL), "value"] == 0.5
    assert "as it was committed" in (out / "README.md").read_text()
