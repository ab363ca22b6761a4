"""The experiments: what they write, and that their verdicts follow from the numbers."""

from __future__ import annotations

import importlib
import json
import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simulation.scenarios.designs import make_design

ROOT = Path(__file__).resolve().parent.parent
SMALL = {"organization.people": 43, "run.months": 130}
PICTURES = {
    "commitment_lapse": {"credibility.png", "adoption.png"},
    "succession": {"chief.png", "leads.png"},
    "commitment_by_visibility": {
        "adoption_by_presence.png",
        "adoption_by_recognition.png",
        "programmes_alive.png",
        "credibility_by_presence.png",
        "credibility_by_recognition.png",
    },
}
WORDS = {"supported", "not supported", "unclear", "depends"}
#: What would tell of the machine: absolute paths of either kind, and homes.
MACHINE = re.compile(r"(?<![\w.])/(?:home|root|tmp|work|usr|var|Users|opt|mnt)\b|[A-Z]:\\\\|~/")


@pytest.fixture
def script(monkeypatch):
    """Return a function that imports an experiment as running its file would."""
    monkeypatch.syspath_prepend(str(ROOT / "experiments"))
    return importlib.import_module


# --- intervals and verdicts ------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (1.0, 3.0, "supported"),  # the bar itself is enough
        (1.1, math.inf, "supported"),
        (0.9, 3.0, "unclear"),
        (-3.0, 1.0, "unclear"),
        (0.1, 0.9, "not supported"),  # clear of nought, yet too small to matter
        (-3.0, -2.0, "not supported"),
        (math.nan, 3.0, "unclear"),
        (2.0, math.nan, "unclear"),
    ],
)
def test_a_verdict_is_where_the_interval_lies(script, low, high, expected):
    common = script("common")
    estimate = common.Estimate(2.0, low, high)
    assert common.verdict(estimate, 1.0) == expected
    assert (
        common.Finding("claim", "case", "x", "months", estimate, 1.0).row()["verdict"] == expected
    )


def test_the_low_of_mean_curves_is_found_with_its_interval(script, generator):
    common = script("common")
    months = np.arange(61)
    true = -np.exp(-(((months - 20) / 6.0) ** 2))
    noisy = true + generator.normal(0.0, 0.4, (60, 61))
    estimate = common.of_mean_curves(lambda mean: float(np.argmin(mean)), noisy)
    assert estimate.low <= 20.0 <= estimate.high
    assert 15.0 <= estimate.low <= estimate.value <= estimate.high <= 25.0
    assert common.of_mean_curves(lambda mean: float(np.argmin(mean)), noisy) == estimate
    alone = common.of_mean_curves(lambda mean: float(np.argmin(mean)), noisy[:1])
    assert math.isnan(alone.low)
    assert math.isnan(alone.high)


def test_never_and_nothing_stay_visible_in_an_interval(script):
    common = script("common")
    halves = np.repeat([[0.0], [1.0]], 20, axis=0)
    never = common.of_mean_curves(lambda mean: np.inf if mean[0] > 0.55 else 30.0, halves)
    assert (never.low, never.high) == (30.0, np.inf)
    assert common.verdict(never, 24.0) == "supported"
    nothing = common.of_mean_curves(lambda mean: np.nan if mean[0] > 0.55 else 30.0, halves)
    assert common.verdict(nothing, 24.0) == "unclear"


def test_a_share_that_never_varied_is_not_certain(script):
    common = script("common")
    assert common.proportion(np.zeros(10)) == pytest.approx((0.0, 0.0, 0.30850), abs=1e-5)
    assert common.proportion(np.ones(10)) == pytest.approx((1.0, 0.69150, 1.0), abs=1e-5)
    # Clopper and Pearson's interval of 1 in 10, as tabulated.
    assert common.proportion([1.0] + [0.0] * 9) == pytest.approx((0.1, 0.00253, 0.44502), abs=1e-5)
    few, many = common.share_difference(np.zeros(10)), common.share_difference(np.zeros(100))
    assert (few.low, few.high) == pytest.approx((-0.30850, 0.30850), abs=1e-5)
    assert common.verdict(few, 0.05) == "unclear"
    assert common.verdict(many, 0.05) == "not supported"
    varied = common.share_difference([0.0, 1.0, 0.0, 1.0])
    assert varied == common.mean_of([0.0, 1.0, 0.0, 1.0])


# --- each script's claims on constructed numbers ---------------------------------------


def lapse_table(early: float, half: float, lag: float, width: float) -> pd.DataFrame:
    quantities = [
        ("credibility", "lost, first 6 months", early),
        ("credibility", "months until half is regained", half),
        ("adoption", "months until half is regained", half),
        ("adoption", "months from the low of credibility to its own", lag),
    ]
    rows = [("lapse", m, q, value, value - width, value + width) for m, q, value in quantities]
    return pd.DataFrame(rows, columns=["scenario", "measure", "quantity", "value", "low", "high"])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((3.0, 36.0, 24.0, 0.5), "supported"),
        ((0.1, 6.0, 0.0, 0.5), "not supported"),
        ((1.0, 24.0, 12.0, 0.5), "unclear"),
        ((3.0, 36.0, 24.0, math.nan), "unclear"),
    ],
)
def test_the_lapse_is_judged_by_its_table(script, values, expected):
    findings = script("commitment_lapse").judged(lapse_table(*values))
    assert [finding.row()["verdict"] for finding in findings] == [expected] * 4


def test_a_loss_that_may_be_chance_has_no_recovery(script, generator):
    lapse = script("commitment_lapse")
    noise = generator.normal(0.0, 0.01, (30, 100))
    assert math.isnan(lapse.estimates(noise, 20)["months until half is regained"].value)
    lost = noise.copy()
    lost[:, 20:60] -= 0.5  # regained at once in month 60
    assert lapse.estimates(lost, 20)["months until half is regained"].value == 40.0


def succession_values(script, worse: float) -> dict[str, dict[str, np.ndarray]]:
    """Return values in which what the text warns of is worse by so many bars, with a spread."""
    module = script("succession")
    spread = np.linspace(-0.1, 0.1, 20)
    harm = {"one-lead": 3.0, "one-lead-plan": 2.0, "three-leads": 1.0, "three-leads-plan": 0.0}
    departures = {f"{name} leaves": rank for name, rank in harm.items()}
    departures |= {"chief-leaves": 1.0, "chief-leaves-plan": 0.0}

    def made(ranks: dict[str, float], bar: float) -> dict[str, np.ndarray]:
        return {n: bar * worse * (rank + spread * (rank + 1.0)) for n, rank in ranks.items()}

    return {
        "months without any lead": made(harm, module.WITHOUT),
        "programmes that ended": made(harm, module.ENDED),
        "end adoption": {n: 60.0 - v for n, v in made(harm, module.END).items()},
        "adoption lost in five years": made(departures, module.LOST),
    }


@pytest.mark.parametrize(
    ("worse", "expected"),
    [(2.0, {"supported"}), (0.2, {"not supported"}), (-2.0, {"not supported"})],
)
def test_succession_is_judged_by_its_values(script, worse, expected):
    findings = script("succession").judged(succession_values(script, worse))
    assert {finding.row()["verdict"] for finding in findings} == expected
    assert len(findings) == 13


def test_succession_is_unclear_when_the_interval_holds_the_bar(script):
    findings = script("succession").judged(succession_values(script, 1.0))
    verdicts = {f.case: f.row()["verdict"] for f in findings}
    assert verdicts["the chief, no plan against one"] == "unclear"
    assert verdicts["one lead against three, no plan"] == "supported"  # two ranks apart


def visibility_table(action: float, presence: float, both: float) -> pd.DataFrame:
    rows = []
    for replication in range(8):
        for a in (0.1, 0.9):
            for p in (0.1, 1.0):
                for r in (0.1, 0.9):
                    level = 0.01 * (action * (a > 0.5) + presence * (p > 0.5))
                    level += 0.01 * both * (a > 0.5) * (p > 0.5) + 0.001 * replication
                    level += 1e-4 * (a > 0.5) * (replication % 2)
                    rows.append((a, p, r, replication, level, level))
    axes = ["commitment.action", "presence.level", "invitation.recognition"]
    return pd.DataFrame(rows, columns=[*axes, "replication", "adoption", "credibility"])


def test_visibility_is_judged_by_its_grid(script):
    judged = script("commitment_by_visibility").judged

    def verdicts(*sizes: float) -> dict[tuple[str, str], str]:
        return {
            (f.claim, f.case): f.row()["verdict"]
            for f in judged(visibility_table(*sizes).sample(frac=1.0, random_state=1))
            if f.measured == "adoption"
        }

    strong = verdicts(10.0, 4.0, 3.0)
    assert strong["action matters", "from the least to the most"] == "supported"
    assert strong["presence matters", "from the least to the most"] == "supported"
    assert strong["recognition matters", "from the least to the most"] == "not supported"
    assert strong["one needs the other", "action where leaders are present"] == "supported"
    together = ("action is worth more than being seen", "presence and recognition together")
    assert strong[together] == "supported"
    weak = verdicts(4.0, 10.0, 0.0)
    assert weak[together] == "not supported"
    assert weak["one needs the other", "action where leaders are present"] == "not supported"


# --- what is written -------------------------------------------------------------------


@pytest.mark.parametrize("name", PICTURES)
def test_an_experiment_writes_its_folder(script, name, tmp_path):
    out = script(name).main(replications=2, seed=3, out=tmp_path / "new" / name, changes=SMALL)
    files = {path.name for path in out.iterdir()}
    assert files == PICTURES[name] | {"README.md", "manifest.json", "table.csv", "verdicts.csv"}
    assert all((out / picture).read_bytes().startswith(b"\x89PNG") for picture in PICTURES[name])
    stated = json.loads((out / "manifest.json").read_text())
    assert (stated["seed"], stated["replications"]) == (3, 2)
    judged = pd.read_csv(out / "verdicts.csv")
    assert set(judged["verdict"]) <= WORDS
    page = (out / "README.md").read_text()
    assert all(f"]({picture})" in page for picture in PICTURES[name])
    assert page.count("**") == 2 * len(judged)  # every verdict, and nothing else, is bold
    for path in out.glob("*.[mjc]*"):
        text = path.read_text()
        assert not MACHINE.search(text)
        assert str(tmp_path) not in text


# --- what is committed -----------------------------------------------------------------


def committed() -> list[Path]:
    return [ROOT / "results" / name for name in PICTURES]


@pytest.mark.parametrize("folder", committed(), ids=lambda folder: folder.name)
def test_committed_results_are_small_and_tell_nothing_of_the_machine(folder):
    assert {path.name for path in folder.iterdir()} >= PICTURES[folder.name] | {"manifest.json"}
    for path in folder.iterdir():
        assert path.stat().st_size < 200_000, path.name
        if path.suffix != ".png":
            assert not MACHINE.search(path.read_text()), path.name


@pytest.mark.parametrize("folder", committed(), ids=lambda folder: folder.name)
def test_committed_results_are_of_the_scenarios_as_they_are(script, folder):
    """Run ``python experiments/<name>.py`` again when a scenario or a default has changed."""
    scenarios = script(folder.name).design()
    stated = json.loads((folder / "manifest.json").read_text())
    if folder.name == "commitment_by_visibility":
        assert stated["study"]["design"] == make_design(scenarios).digest
        scenarios = [scenarios.changed(sweep=None)]
    told = [(one["name"], one["digest"]) for one in stated["scenarios"]]
    assert told == [(scenario.name, scenario.digest) for scenario in scenarios]


@pytest.mark.parametrize("folder", committed(), ids=lambda folder: folder.name)
def test_committed_verdicts_follow_from_their_own_intervals(script, folder):
    common = script("common")
    judged = pd.read_csv(folder / "verdicts.csv")
    again = [
        common.verdict(common.Estimate(row.value, row.low, row.high), row.at_least)
        for row in judged.itertuples()
    ]
    assert list(judged["verdict"]) == again


def test_the_machine_is_recognised_where_it_shows():
    assert MACHINE.search('"chart": "/home/someone/people.csv"')
    assert MACHINE.search(r'"chart": "C:\\people.csv"')
    assert not MACHINE.search("results/succession/table.csv and/or value/home")
