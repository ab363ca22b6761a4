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

from simulation.evidence.bands import ALL_PATTERNS, within
from simulation.evidence.calibration import BANDS
from simulation.scenarios.designs import make_design

ROOT = Path(__file__).resolve().parent.parent
SMALL = {"organization.people": 43, "run.months": 130}
PICTURES = {
    "headline": {"engagement.png", "engagement.svg"},
    "survival": {"survival.png", "survival.svg"},
    "commitment_lapse": {"credibility.png", "engagement.png", "adoption.png"},
    "succession": {"chief_engagement.png", "chief_adoption.png", "leads_adoption.png"},
    "commitment_by_visibility": {
        "adoption_by_presence.png",
        "adoption_by_recognition.png",
        "programmes_going.png",
        "credibility_by_presence.png",
        "credibility_by_recognition.png",
        "engagement_by_presence.png",
        "engagement_by_recognition.png",
    },
    "signs": {"signs.png"},
}
WORDS = {"supported", "not supported", "unclear", "depends"}
#: What else has to be smaller, and long enough for what is asked.
OWN = {"headline": {"run.months": 96}, "survival": {"run.months": 120}}
#: What would tell of the machine: absolute paths of either kind, and homes.
MACHINE = re.compile(r"(?<![\w.])/(?:home|root|tmp|work|usr|var|Users|opt|mnt)\b|[A-Z]:\\\\|~/")


@pytest.fixture
def script(monkeypatch):
    """Return a function that imports an experiment as running its file would."""
    monkeypatch.syspath_prepend(str(ROOT / "experiments"))
    return importlib.import_module


# --- intervals and verdicts ------------------------------------------------------------


def vectors(count: int) -> pd.DataFrame:
    steps = np.arange(count, dtype=float)
    return pd.DataFrame(
        {
            "commitment.action": 0.5 + 0.01 * steps,
            "engagement.presence": 0.3 + 0.02 * (steps * 7 % count),
            "turnover.voluntary": 0.014,
        }
    )


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


@pytest.mark.parametrize(
    ("low", "high", "share", "expected"),
    [
        (1.0, 3.0, 0.9, "supported"),
        (1.0, 3.0, 0.89, "depends on x"),
        (0.5, 3.0, 0.5, "unclear"),
        (0.1, 0.9, 0.5, "not supported"),  # trifling, whichever its sign elsewhere
        (-3.0, -2.0, 0.1, "not supported"),
        (-3.0, -2.0, 0.11, "depends on x"),
        (1.0, 3.0, math.nan, "supported"),
    ],
)
def test_support_needs_nine_vectors_in_ten(script, low, high, share, expected):
    common = script("common")
    estimate, carried = common.Estimate(2.0, low, high), common.Carried(share, "x")
    assert common.verdict(estimate, 1.0, 0.0, carried) == expected


def test_the_parameter_that_separates_the_vectors_is_named(script):
    common, known = script("common"), vectors(10)
    sides = np.where(known["engagement.presence"] > 0.36, 1.0, -2.0)
    assert common.separated(sides, known) == (0.6, "engagement.presence")
    assert common.separated(np.ones(10), known) == (1.0, "")
    sides[:] = np.nan
    sides[:4] = (0.0, 1.0, 1.0, -1.0)  # no difference at all says nothing
    assert common.separated(sides, known).share == pytest.approx(2.0 / 3.0)
    assert math.isnan(common.separated(np.zeros(10), known).share)


def test_each_vector_is_judged_by_its_own_replications(script):
    common, known = script("common"), vectors(4)
    asked = []

    def run(count: int, rows: pd.DataFrame) -> pd.DataFrame:
        asked.append((count, len(rows)))
        return pd.DataFrame({"replication": range(count), "lost": [1.0, 2.0, 3.0, -4.0] * 2})

    def judge(table: pd.DataFrame) -> list:
        estimate = common.mean_of(table["lost"])
        return [common.Finding("claim", "case", "lost", "sd", estimate, 1.0, split=1.5)]

    (carried,) = common.carried_over(run, judge, 2, known)
    assert asked == [(8, 4)]
    assert carried.share == 0.5  # 2 and 3 of the vectors' means 1, 2, 3, -4
    assert common.carried_over(run, judge, 0, known) == []


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


def lapse_table(script, early: float, half: float, lag: float, width: float) -> pd.DataFrame:
    lapse = script("commitment_lapse")
    quantities = [
        ("credibility", lapse.EARLY, early),
        ("engagement", lapse.AFTER, 0.01 * early),
        ("engagement", lapse.SECOND, 0.01 * early),
        ("credibility", lapse.HALF, half),
        ("adoption", lapse.HALF, half),
        ("adoption", lapse.LAG, lag),
        ("programme", lapse.STOPPED, 2.0 * early),
    ]
    rows = [
        ("lapse", m, q, value, value - width * value, value + width * value)
        for m, q, value in quantities
    ]
    return pd.DataFrame(rows, columns=["scenario", "measure", "quantity", "value", "low", "high"])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((3.0, 36.0, 24.0, 0.2), "supported"),
        ((0.1, 6.0, 0.5, 0.2), "not supported"),
        ((1.0, 24.0, 12.0, 0.2), "unclear"),
        ((3.0, 36.0, 24.0, math.nan), "unclear"),
    ],
)
def test_the_lapse_is_judged_by_its_table(script, values, expected):
    findings = script("commitment_lapse").judged(lapse_table(script, *values))
    assert [finding.row()["verdict"] for finding in findings] == [expected] * 7


def test_a_loss_that_may_be_chance_has_no_recovery(script, generator):
    lapse = script("commitment_lapse")
    noise = generator.normal(0.0, 0.01, (30, 200))
    assert math.isnan(lapse.estimates(noise, 20)[lapse.HALF].value)
    lost = noise.copy()
    lost[:, 20:60] -= 0.5  # regained at once in month 60
    assert lapse.estimates(lost, 20)[lapse.HALF].value == pytest.approx(40.0, abs=1.0)
    assert lapse.estimates(lost, 20)[lapse.SECOND].value == pytest.approx(50.0, abs=1.0)
    assert lapse.estimates(lost, 20, scale=1.0)[lapse.AFTER].value == pytest.approx(0.5, abs=0.01)


def two_worlds(names: list[str], lost: dict[str, float], **measures: object) -> pd.DataFrame:
    """Return runs whose engagement and adoption fall in month 60 by what each scenario loses."""
    parts = []
    for point, name in enumerate(names):
        for replication in range(6):
            month = np.arange(241)
            fall = np.where(month >= 60, lost.get(name, 0.0), 0.0) + 1e-4 * replication
            columns = {"engagement": 0.2 - fall, "adoption": 0.5 - fall, "credibility": 0.8 - fall}
            never = np.where((replication == 0) & (month > 100), 0.0, 1.0)
            columns |= {"never_stopped": never, "scenario": name, "point": point}
            parts.append(pd.DataFrame(columns | {"replication": replication, "month": month}))
    return pd.concat(parts, ignore_index=True).assign(**measures)


def test_practice_is_told_given_survival(script):
    lapse = script("commitment_lapse")
    table = two_worlds(list(lapse.NAMES), {lapse.LAPSE: 0.1, lapse.SILENCE: 0.04})
    stops = (table["replication"] == 0) & (table["month"] > 100)
    table.loc[stops & (table["scenario"] == lapse.LAPSE), "adoption"] = 0.0
    known = lapse.measured(table).set_index(["scenario", "measure", "quantity"])["value"]
    assert known[lapse.LAPSE, "adoption", lapse.LOST] == pytest.approx(10.0)
    assert known[lapse.LAPSE, "engagement", lapse.SECOND] == pytest.approx(0.1)
    assert known[lapse.LAPSE, "programme", lapse.STOPPED] == 0.0  # with or without the lapse
    breach = {(f.claim, f.unit): f.estimate.value for f in lapse.against_breach(table)}
    assert breach["a breach costs more than silence", "sd"] == pytest.approx(0.06)
    assert breach["saying so helps", "percentage points"] == pytest.approx(10.0)


def test_the_headline_says_how_long_an_event_is_felt(script):
    headline = script("headline")
    assert headline.told("supported", "supported") == "felt for two years"
    assert headline.told("supported", "not supported") == "felt for a year"
    assert headline.told("not supported", "not supported") == "not felt"
    assert headline.told("unclear", "not supported") == "unclear"
    assert headline.told("depends on x", "supported") == "depends on x"
    names = ["baseline", *headline.TITLES]
    lost = {"lapse-6-months": 0.2, headline.OUTSIDE: 0.08, "chief-leaves-announced": 0.03}
    table = two_worlds(names, lost)
    back = table["month"].ge(72) & (table["scenario"] == headline.OUTSIDE)
    table.loc[back, "engagement"] += 0.08
    findings = headline.judged(table)
    felt = headline.words_of(findings, [])
    assert felt["lapse-6-months"] == "felt for two years"
    assert felt[headline.OUTSIDE] == "felt for a year"
    assert felt["sponsor-leaves"] == "not felt"
    spared = {f.claim: f.estimate.value for f in findings if f.claim.endswith("spares")}
    assert spared["notice spares"] == pytest.approx(0.05)
    assert spared["overlap spares"] == pytest.approx(0.03)
    sizes = headline.measured(table).set_index(["scenario", "quantity"])["value"]
    assert sizes[headline.OUTSIDE, "year after"] == pytest.approx(-0.08)
    assert sizes[headline.OUTSIDE, "second year"] == pytest.approx(0.0, abs=1e-12)
    assert sizes["lapse-6-months", "lowest"] == pytest.approx(-0.2)


def rising(script, shares: dict[str, list[float]]) -> pd.DataFrame:
    """Return analyses in which programmes survive with the shares given, by axis."""
    survival = script("survival")
    rows = []
    for axis in survival.AXES:
        curve = shares.get(axis.name, [0.5])
        for value, share in zip(axis.values, curve * len(axis.values), strict=False):
            for replication in range(100):
                lives = float(replication < 100 * share)
                rows += [
                    (f"{axis.name}-{value:g}", replication, month, lives, lives)
                    for month in survival.MONTHS
                ]
    columns = ["scenario", "replication", "month", survival.NEVER, survival.ALIVE]
    return pd.DataFrame(rows, columns=columns)


def test_a_threshold_is_not_smooth(script):
    survival = script("survival")
    steady, jump = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.8, 0.8], [0.2] * 4 + [0.8] * 5
    fewer = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4]
    for curve, expected in ((steady, "supported"), (jump, "not supported")):
        findings = survival.judged(rising(script, {"presence": curve, "layers": fewer}))
        case = survival.AXES[0].label
        told = {(f.case, f.measured): f.row()["verdict"] for f in findings}
        assert told[case, "rise of never stopped"] == "supported"
        assert told[case, "rise outside the steepest step"] == expected
        last = next(axis.label for axis in survival.AXES if not axis.rises)
        assert told[f"{last} (fewer)", "rise of never stopped"] == "supported"
        assert told[survival.AXES[1].label, "rise of never stopped"] == "not supported"
    sentences = survival.sentences(findings)
    assert "the steepest step takes 100 % of the rise" in sentences[0]
    assert "matters little" in sentences[1]


def test_each_point_of_survival_changes_one_thing(script):
    survival = script("survival")
    made = {scenario.name: scenario for scenario in survival.design(SMALL)}
    assert len(made) == sum(len(axis.values) for axis in survival.AXES)
    assert made["funding-3"].parameters.infrastructure.funding_years == 3
    assert made["leads-3"].parameters.succession.leads == 3
    half = made["leads-0.5"].parameters.succession
    assert half.lead_action == pytest.approx(0.5 * half.lead_standard)
    assert [event.level for event in made["levels-2"].events] == [0, 1]
    assert made["presence-0.2"].parameters.presence.level == 0.2


def succession_values(script, worse: float) -> dict[str, dict[str, np.ndarray]]:
    """Return values in which what the text warns of is worse by so many bars, with a spread."""
    module = script("succession")
    spread = np.linspace(-0.1, 0.1, 20)
    harm = {"one-lead": 3.0, "one-lead-plan": 2.0, "three-leads": 1.0, "three-leads-plan": 0.0}
    departures = {f"{name} leaves": rank for name, rank in harm.items()}
    departures |= {"chief-leaves": 4.0, "chief-leaves-plan": 3.0, "chief-leaves-suddenly": 6.0}
    departures |= {"chief-leaves-announced": 4.0, "chief-interim": 5.0}
    departures |= {"chief-overlap": 3.0, "chief-named-successor": 3.0}

    def made(ranks: dict[str, float], bar: float) -> dict[str, np.ndarray]:
        return {n: bar * worse * (rank + spread * (rank + 1.0)) for n, rank in ranks.items()}

    return {
        module.VACANT: made(harm, module.WITHOUT),
        module.STOPPED: made(harm, module.ENDED),
        module.ENDS: {n: 60.0 - v for n, v in made(harm, module.END).items()},
        module.PRACTICE: made(departures, module.LOST),
        module.FIRST: made(departures | dict.fromkeys(module.LEADS, 4.0), module.SPARED),
    }


@pytest.mark.parametrize(
    ("worse", "expected"),
    [(2.0, {"supported"}), (0.2, {"not supported"}), (-2.0, {"not supported"})],
)
def test_succession_is_judged_by_its_values(script, worse, expected):
    module = script("succession")
    findings = module.judged(succession_values(script, worse))
    assert {finding.row()["verdict"] for finding in findings} == expected
    assert len(findings) == 13 + 1 + len(module.REMEDIES) + len(module.TWINS)


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
                    rows.append((a, p, r, replication, level))
    axes = ["commitment.action", "presence.level", "invitation.recognition"]
    table = pd.DataFrame(rows, columns=[*axes, "replication", "adoption"])
    going = "programmes that never stopped (%)"
    return table.assign(credibility=table["adoption"], engagement=0.0, **{going: 100.0})


def test_visibility_is_judged_by_its_grid(script):
    judged = script("commitment_by_visibility").judged

    def verdicts(*sizes: float) -> dict[tuple[str, str], str]:
        return {
            (f.claim, f.case): f.row()["verdict"]
            for f in judged(visibility_table(*sizes).sample(frac=1.0, random_state=1))
            if f.measured == "adoption given survival"
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


def test_what_a_programme_that_stopped_practised_is_left_out(script):
    visibility = script("commitment_by_visibility")
    table = visibility_table(10.0, 4.0, 3.0)
    stopped = (table["replication"] == 0) & (table["commitment.action"] > 0.5)
    table.loc[stopped, [visibility.GOING, "adoption"]] = (0.0, np.nan)
    told = {(f.claim, f.case, f.measured): f.estimate.value for f in visibility.judged(table)}
    case = ("action matters", "from the least to the most")
    assert told[*case, "adoption given survival"] == pytest.approx(11.5, abs=0.1)
    assert told[*case, visibility.GOING] == pytest.approx(-12.5)


def test_signs_are_of_practice_as_long_as_a_programme_goes_on(script):
    signs = script("signs")
    other = {"ownership": 0.3, "infrastructure": 0.5, "enquiries": 4.0, "months_without_lead": 0.0}
    table = two_worlds(list(signs.NAMES), {"no-commitment": 0.1}, **other)
    stopped = (table["replication"] == 0) & (table["month"] > 100)
    table.loc[stopped & (table["scenario"] == "no-commitment"), "adoption"] = -9.0
    findings = signs.measure(table, signs.all_signs())
    found = {(f.case, f.measured): f.estimate.value for f in findings}
    worse = "action-without-talk over no-commitment"
    assert found[worse, "adoption at the end"] == pytest.approx(10.0)
    assert found["baseline over no-commitment", "engagement at the end"] == pytest.approx(0.1)
    assert found["baseline over absent-leaders", "never stopped at the end"] == 0.0


# --- what is written -------------------------------------------------------------------


@pytest.mark.parametrize("name", PICTURES)
def test_an_experiment_writes_its_folder(script, name, tmp_path):
    out = script(name).main(
        2,
        3,
        tmp_path / "new" / name,
        vectors=1,
        changes=SMALL | OWN.get(name, {}),
        known=vectors(2),
    )
    files = {path.name for path in out.iterdir()}
    assert files == PICTURES[name] | {"README.md", "manifest.json", "table.csv", "verdicts.csv"}
    drawn = {picture for picture in PICTURES[name] if picture.endswith(".png")}
    assert all((out / picture).read_bytes().startswith(b"\x89PNG") for picture in drawn)
    stated = json.loads((out / "manifest.json").read_text())
    assert (stated["seed"], stated["replications"]) == (3, 2)
    judged = pd.read_csv(out / "verdicts.csv")
    assert set(judged["verdict"].str.split(" on ").str[0]) <= WORDS
    assert judged["vectors"].notna().any()
    page = (out / "README.md").read_text()
    assert all(f"]({picture})" in page for picture in drawn)
    verdicts = page[page.index("## Verdicts") :]
    assert verdicts.count("**") == 2 * len(judged)  # every verdict, and nothing else, is bold
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
        assert path.stat().st_size < 400_000, path.name
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
        common.verdict(
            common.Estimate(row.value, row.low, row.high),
            row.at_least,
            row.split,
            common.Carried(row.vectors, str(row.separated_by)),
        )
        for row in judged.itertuples()
    ]
    assert list(judged["verdict"]) == again


def test_committed_trade_offs_follow_from_the_committed_candidates(script):
    page, folder = script("calibration"), ROOT / "results" / "calibration"
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


def test_coverage_is_told_by_span(script):
    """Of spans 4 and 5 one interval in four holds and the worst parameter's none; of 10 all."""
    rows = pd.DataFrame(
        {
            "organization": [1, 1, 2, 2, 3, 3],
            "span": [4, 4, 5, 5, 10, 10],
            "parameter": ["a", "b"] * 3,
            "holds": [False, True, False, False, True, True],
        }
    )
    table = script("own_data").by_span(rows)
    assert list(table.columns)[2] == "a, coverage, %"
    assert table.to_numpy().tolist() == [["4 to 5", 2, 0.0, 25.0], ["8 to 10", 1, 100.0, 100.0]]


def test_the_machine_is_recognised_where_it_shows():
    assert MACHINE.search('"chart": "/home/someone/people.csv"')
    assert MACHINE.search(r'"chart": "C:\\people.csv"')
    assert not MACHINE.search("results/succession/table.csv and/or value/home")
