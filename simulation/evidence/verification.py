"""Limit cases: what the model must reproduce when all else is switched off.

Every case is reached through ordinary parameters, imported charts and ties, interventions and
the measures of runs. Each check states the closed form's value, what was simulated, the
tolerance, and how often chance alone would break it (0: exact).
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..errors import InputError, nearest
from ..month.pairs import MEETINGS
from ..organizations.chart import load_chart
from ..organizations.organization import Organization, from_bosses, generate_organization
from ..scenarios.scenario import Scenario, load_scenario
from ..study.run import Run
from .exact import bass_share, post_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CASES", "Check", "Curve", "Verified", "verify"]

#: Chance of a false alarm of one statistical check.
ALARM = 1e-6


class Check(NamedTuple):
    """One number against its closed form."""

    case: str
    source: str
    quantity: str
    expected: float
    found: float
    tolerance: float
    alarm: float

    @property
    def holds(self) -> bool:
        """Whether the gap is within the tolerance."""
        return abs(self.found - self.expected) <= self.tolerance


class Curve(NamedTuple):
    """A closed form and the simulated curve, both of shape (points,)."""

    title: str
    x_label: str
    y_label: str
    x: np.ndarray
    closed: np.ndarray
    simulated: np.ndarray


class Verified(NamedTuple):
    """The checks and curves of some cases."""

    checks: tuple[Check, ...]
    curves: tuple[Curve, ...]

    def table(self) -> pd.DataFrame:
        """Return the checks as a table, with the gap and whether each holds."""
        import pandas as pd

        rows = [
            check._asdict() | {"gap": check.found - check.expected, "holds": check.holds}
            for check in self.checks
        ]
        return pd.DataFrame(rows)


# ------------------------------------------------------------------- everything else switched off

STEADY = {
    "turnover.voluntary": 0.0,
    "turnover.involuntary": 0.0,
    "succession.chief_exit": 0.0,
    "succession.lead_exit": 0.0,
    "succession.sponsor_exit": 0.0,
}
UNSEEN = {
    "commitment.observe_boss": 0.0,
    "commitment.observe_upper": 0.0,
    "commitment.observe_top": 0.0,
}
#: A capacity of 1 that stays.
FURNISHED = {
    "infrastructure.start": 1.0,
    "infrastructure.grant_intercept": 10.0,
    "infrastructure.codified": 1.0,
    "infrastructure.need_growth": 0.0,
    "infrastructure.end_intercept": -20.0,
    "succession.lead_action": 1.0,
}
#: Nobody seeks a mentor in the programme; or anywhere.
UNSOUGHT = {"relationships.seeking": 0.0, "relationships.seeking_leaders": 0.0}
UNPAIRED = UNSOUGHT | {"relationships.informal_seeking": 0.0, "relationships.informal_start": 0.0}
#: Adoption by nothing but p and q.
BARE = (
    STEADY
    | UNSEEN
    | UNPAIRED
    | {
        "peers.bad_relationship": 0.0,
        "invitation.visibility": 1.0,
        "adoption.persuasion_weight": 0.0,
        "adoption.recognition_weight": 0.0,
        "adoption.saturation": 0.0,
        "adoption.heard_weight": 0.0,
        "role_models.excellence": 0.0,
        "adoption.credibility_exponent": 0.0,
        "adoption.infrastructure_exponent": 0.0,
        "adoption.currency_weight": 0.0,
        "adoption.engagement_effect": 0.0,
        "adoption.dropout": 0.0,
        "adoption.initial": 0.0,
    }
)
#: Peers are the tied alone.
TIED = {"peers.team": 0.0, "peers.boss": 0.0, "peers.boss_passive": 0.0, "peers.ties": 1.0}
#: Engagement is the lasting part alone.
CALM = STEADY | {
    "engagement.transient_sd": 0.0,
    "engagement.style_sd": 0.0,
    "engagement.credibility": 0.0,
    "engagement.presence": 0.0,
    "engagement.action": 0.0,
    "engagement.top_trust": 0.0,
    "engagement.uncertainty": 0.0,
    "engagement.frustration": 0.0,
    "engagement.good_relationship": 0.0,
    "engagement.bad_relationship": 0.0,
    "engagement.vacant_boss": 0.0,
    "engagement.new_boss": 0.0,
}


def limit_case(*changes: dict[str, Any], **more: Any) -> Scenario:
    """Return the baseline with groups of changes, the last of which count."""
    together: dict[str, Any] = {}
    for group in changes:
        together |= group
    return load_scenario("baseline").changed(together | more)


def runs_of(scenario: Scenario, place: Organization, count: int) -> list[Run]:
    """Return finished runs, replications 0 to ``count`` - 1 of seed 7."""
    with ThreadPoolExecutor() as pool:
        return list(pool.map(lambda r: Run(scenario, place, 7, r).finish(), range(count)))


def _means(runs: Sequence[Run], measure: str) -> np.ndarray:
    """Return a measure by month, mean over runs."""
    return np.asarray(np.mean([run.table[measure] for run in runs], axis=0))


def _sigmas(checks: int = 1) -> float:
    from scipy.special import ndtri

    return float(-ndtri(ALARM / 2 / checks))


# -------------------------------------------------------------------------------- adoption: Bass

#: The first from the brief, the others recalled from Bass's table of eleven durables.
PAIRS = {
    "a typical product": (0.03, 0.38),
    "black and white television": (0.0279, 0.2505),
    "room air conditioners": (0.0104, 0.4186),
    "record players": (0.0248, 0.6543),
}


def bass_curve(p: float, q: float, years: np.ndarray) -> np.ndarray:
    """Return the cumulative share of adopters after some years (Bass 1969)."""
    decay = np.exp(-(p + q) * years)
    return (1.0 - decay) / (1.0 + q / p * decay)


def bass_step_law(
    p: float, q: float, months: int, per_month: int, people: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and variance of the share by month in discrete steps, noise linearised."""
    share, variance, dt = 0.0, 0.0, 1.0 / (12.0 * per_month)
    means, variances = [0.0], [0.0]
    for step in range(1, months * per_month + 1):
        join = 1.0 - math.exp(-(p + q * share) * dt)
        slope = 1.0 - join + (1.0 - share) * (1.0 - join) * q * dt
        variance = slope * slope * variance + (1.0 - share) * join * (1.0 - join) / people
        share += (1.0 - share) * join
        if step % per_month == 0:
            means.append(share)
            variances.append(variance)
    return np.array(means), np.array(variances)


def _bass() -> Verified:
    checks, curves = [], []
    people, runs = 40_000, 8
    place = generate_organization(people, ties=0.0)
    years = np.arange(121) / 12.0
    for product, (p, q) in PAIRS.items():
        closed, lags = bass_curve(p, q, years), {}
        for per_month, step in ((1, "monthly"), (4, "weekly")):
            setting = limit_case(
                BARE,
                {
                    "peers.scope": "organization",
                    "adoption.innovation": p,
                    "adoption.imitation": q,
                    "run.steps_per_month": per_month,
                },
            )
            share = _means(runs_of(setting, place, runs), "adoption")
            law, variance = bass_step_law(p, q, 120, per_month, people)
            noise = _sigmas(120) * np.sqrt(variance / runs) + 10.0 / people
            worst = 1 + int(np.argmax((np.abs(share - law) / noise)[1:]))
            lags[per_month] = float(np.abs(law - closed).max())
            checks.append(
                Check(
                    "Bass diffusion",
                    "bass1969",
                    f"{product} (p {p}, q {q}), {step} step: share in month {worst}, "
                    "by the step's law",
                    float(law[worst]),
                    float(share[worst]),
                    float(noise[worst]),
                    ALARM,
                )
            )
            checks.append(
                Check(
                    "Bass diffusion",
                    "bass1969",
                    f"{product}, {step} step: share in month 60, by the closed form",
                    float(closed[60]),
                    float(share[60]),
                    float(noise[60]) + lags[per_month],
                    ALARM,
                )
            )
            if per_month == 1:
                curves.append(Curve(f"Bass: {product}", "years", "share", years, closed, share))
        checks.append(
            Check(
                "Bass diffusion",
                "bass1969",
                f"{product}: greatest lag of the step's law, monthly over weekly",
                4.0,
                lags[1] / lags[4],
                0.3,
                0.0,
            )
        )
    return Verified(tuple(checks), tuple(curves))


# ----------------------------------------------------------------- adoption: thresholds, networks


def listed(thresholds: Sequence[float]) -> dict[str, Any]:
    """Return what makes people act by nothing but these thresholds, one a seat."""
    return {
        "adoption.rule": "threshold",
        "adoption.threshold_law": "listed",
        "adoption.threshold_unit": "count",
        "adoption.thresholds": tuple(map(float, thresholds)),
        "adoption.innovation": 0.0,
        "adoption.imitation": 0.0,
    }


def _granovetter() -> Verified:
    checks, curves = [], []
    crowd, _ = from_bosses(np.r_[-1, np.zeros(99, int)], source="a crowd of 100")
    for second, acting in ((1, 100), (2, 1)):
        thresholds = [0, second, *range(2, 100)]
        setting = limit_case(BARE, {"peers.scope": "organization"}, listed(thresholds))
        found = 100.0 * runs_of(setting, crowd, 1)[0].table["adoption"]
        checks.append(
            Check(
                "Thresholds in a crowd",
                "granovetter1978",
                f"thresholds 0, {second}, 2, ... 99: people who act in the end",
                float(acting),
                float(found[120]),
                1e-9,
                0.0,
            )
        )
        closed = np.minimum(np.arange(121.0), acting)
        curves.append(
            Curve(
                f"Granovetter: thresholds 0, {second}, 2, ... 99",
                "months",
                "people who act",
                np.arange(121.0),
                closed,
                found,
            )
        )
    return Verified(tuple(checks), tuple(curves))


Edges = Sequence[tuple[int, int, float]]


def network(edges: Edges, people: int) -> tuple[Organization, np.ndarray]:
    """Return an organization whose ties are a given graph, imported from two files.

    Every person of the graph has a boss of its own, so that nobody is tied to a teammate.

    Returns
    -------
    organization : Organization
    seats : int array of shape (people,)
        Seat of each of the graph's people.
    """
    with tempfile.TemporaryDirectory() as folder:
        chart, ties = Path(folder, "people.csv"), Path(folder, "ties.csv")
        rows = [f"b{i},chief\np{i},b{i}\n" for i in range(people)]
        chart.write_text("id,manager\nchief,\n" + "".join(rows))
        ties.write_text("from,to,weight\n" + "".join(f"p{a},p{b},{w}\n" for a, b, w in edges))
        place = load_chart(chart, ties, strongest=50)
    where = {name: seat for seat, name in enumerate(place.identifier or ())}
    return place, np.array([where[f"p{i}"] for i in range(people)])


def cascade(edges: Edges, thresholds: Sequence[float], steps: int) -> list[int]:
    """Return how many act after each step, computed on the graph alone, all at once."""
    people = len(thresholds)
    near = np.zeros((people, people))
    for a, b, _ in edges:
        near[a, b] = near[b, a] = 1.0
    acting, counts = np.zeros(people), [0]
    for _ in range(steps):
        acting = np.maximum(acting, near @ acting >= np.asarray(thresholds))
        counts.append(int(acting.sum()))
    return counts


def ring(people: int, degree: int = 4) -> Edges:
    """Return a ring in which each is tied to the nearest, half on either side."""
    return [(i, (i + d) % people, 1.0) for i in range(people) for d in range(1, degree // 2 + 1)]


def _binary_tree(people: int) -> Edges:
    return [((i - 1) // 2, i, 1.0) for i in range(1, people)]


def torus(side: int, steps: Sequence[tuple[int, int]] = ((0, 1), (1, 0))) -> Edges:
    """Return a square grid without edges; each is tied to those so many rows and columns away."""
    at = np.arange(side * side).reshape(side, side)
    others = [np.roll(at, (-down, -right), (0, 1)) for down, right in steps]
    return [(int(a), int(b), 1.0) for other in others for a, b in zip(at.flat, other.flat)]  # noqa: B905


def _random_graph(people: int, links: int) -> Edges:
    """Return a random graph, from the fractions of multiples of the golden ratio."""
    golden = 0.6180339887498949
    ends = np.floor(np.modf(golden * np.arange(1, 4 * links + 1) ** 1.5)[0] * people).astype(int)
    pairs = {(min(a, b), max(a, b)) for a, b in zip(ends[::2], ends[1::2], strict=True) if a != b}
    return [(int(a), int(b), 1.0) for a, b in sorted(pairs)[:links]]


def _contagion() -> Verified:
    """Ring: 2 + 2 t; binary tree: all within t of the root; the others step by step."""
    circle = [0.0, 0.0] + [2.0] * 58
    tree = [0.0] + [1.0] * 62
    grid = [0.0] * 12 + [2.0] * 132
    drawn = [0.0] * 6 + [2.0] * 94
    cases = {
        "ring, 4 neighbours, threshold 2": (ring(60), circle, [min(2 * t, 60) for t in range(37)]),
        "binary tree, threshold 1": (
            _binary_tree(63),
            tree,
            [min(2**t - 1, 63) for t in range(37)],
        ),
        "binary tree, threshold 2: no spread": (
            _binary_tree(63),
            [0.0] + [2.0] * 62,
            [min(t, 1) for t in range(37)],
        ),
        "torus, one row acting, threshold 2": (torus(12), grid, None),
        "random graph, threshold 2": (_random_graph(100, 260), drawn, None),
    }
    checks, curves = [], []
    for name, (edges, thresholds, closed) in cases.items():
        expected = closed or cascade(edges, thresholds, 36)
        place, seats = network(edges, len(thresholds))
        by_seat = np.full(place.people, 1000.0)
        by_seat[seats] = thresholds
        run = runs_of(
            limit_case(BARE, TIED, listed(by_seat.tolist()), {"run.months": 36}), place, 1
        )[0]
        found = np.round(run.table["adoption"] * run.table["headcount"], 6)
        gaps = np.abs(found - np.array(expected))
        worst = int(np.flatnonzero(gaps == gaps.max())[-1])  # all equal: the end, which tells most
        checks.append(
            Check(
                "Thresholds on a network",
                "granovetter1978",
                f"{name}: acting in month {worst}",
                float(expected[worst]),
                float(found[worst]),
                0.0,
                0.0,
            )
        )
        curves.append(
            Curve(
                f"Contagion: {name}",
                "months",
                "people who act",
                np.arange(37.0),
                np.array(expected, dtype=float),
                found,
            )
        )
    return Verified(tuple(checks), tuple(curves))


# ------------------------------------------------------------------------------- social influence


def influence(edges: Edges, people: int) -> np.ndarray:
    """Return the matrix of influence weights of a weighted graph: rows add up to 1."""
    matrix = np.zeros((people, people))
    for a, b, weight in edges:
        matrix[a, b] = matrix[b, a] = weight
    return np.asarray(matrix / matrix.sum(axis=1, keepdims=True))


def _weighted(people: int) -> Edges:
    """Return a connected graph with unequal weights and triangles."""
    return [(a, b, 1.0 + (7 * a + 3 * b) % 11) for a, b, _ in ring(people)] + [
        (i, (i * i + 5) % people, 2.0 + i % 5)
        for i in range(0, people, 4)
        if (i * i + 5) % people not in {(i + d) % people for d in (-2, -1, 0, 1, 2)}
    ]


def _influence() -> Verified:
    people, checks, curves = 40, [], []
    edges = list({(min(a, b), max(a, b)): w for a, b, w in _weighted(people)}.items())
    graph: Edges = [(a, b, w) for (a, b), w in edges]
    place, seats = network(graph, people)
    matrix, own = influence(graph, people), 0.6
    run = Run(limit_case(CALM, TIED, {"engagement.contagion": own}), place, 7).finish()
    stable = run.state.people.stable[seats]
    closed = np.linalg.solve(np.eye(people) - own * matrix, (1.0 - own) * stable)
    found = run.state.people.engagement[seats]
    checks.append(
        Check(
            "Social influence with anchors",
            "friedkin1990",
            "largest gap of 40 people's engagement",
            0.0,
            float(np.abs(found - closed).max()),
            1e-9,
            0.0,
        )
    )
    curves.append(
        Curve(
            "Friedkin and Johnsen: engagement at rest",
            "person, by closed form",
            "engagement",
            np.arange(people),
            np.sort(closed),
            found[np.argsort(closed)],
        )
    )
    first = np.sin(np.arange(people))

    def set_opinions(live: Run) -> None:
        if live.month == 1:
            live.state.people.engagement[seats] = first

    setting = limit_case(CALM, TIED, {"engagement.contagion": 1.0, "run.months": 1200})
    live = Run(setting, place, 7, interventions=[set_opinions]).finish()
    strength = np.zeros(people)
    for a, b, weight in graph:
        strength[[a, b]] += weight
    checks.append(
        Check(
            "Consensus",
            "degroot1974",
            "engagement of everybody: strength-weighted mean",
            float(strength @ first / strength.sum()),
            float(live.state.people.engagement[seats][-1]),
            1e-9,
            0.0,
        )
    )
    checks.append(
        Check(
            "Consensus",
            "degroot1974",
            "spread of 40 people's engagement in the end",
            0.0,
            float(np.ptp(live.state.people.engagement[seats])),
            1e-9,
            0.0,
        )
    )
    return Verified(tuple(checks), tuple(curves))


# ----------------------------------------------------------------------------------------- queues


def erlang_b(places: int, load: float) -> float:
    """Return the blocking probability of a loss system (Erlang 1917)."""
    blocked = 1.0
    for k in range(1, places + 1):
        blocked = load * blocked / (k + load * blocked)
    return blocked


def _erlang() -> Verified:
    """One mentor, the chief, who alone has the tenure; seekers who find no place give up."""
    people, months, runs, mean = 600, 239, 60, 2.0
    tenure = np.r_[1100.0, np.zeros(people - 1)]
    crowd, _ = from_bosses(np.r_[-1, np.zeros(people - 1, int)], tenure=tenure, source="one mentor")
    checks = []
    # Who looks outside the programme meets so many people, of whom the mentor may be one.
    meets = 1.0 - (1.0 - 1.0 / people) ** MEETINGS
    for law in ("fixed", "exponential"):
        for places, load in ((1, 0.5), (4, 3.0)):
            asked = load / mean / (people - 1)
            formal = law == "fixed"
            setting = limit_case(
                BARE,
                FURNISHED,
                {
                    "adoption.initial": 1.0,
                    "run.months": months,
                    "run.steps_per_month": 10,
                    "relationships.seeking": asked if formal else 0.0,
                    "relationships.informal_seeking": 0.0 if formal else asked / meets,
                    "relationships.own_boss": True,
                    "relationships.mentor_tenure": 240.0,
                    "relationships.willing": 1.0,
                    "relationships.capacity": places,
                    "relationships.success": 1.0,
                    "relationships.patience": 0.0,
                    "relationships.poor": 0.0,
                    "relationships.formal_months": mean,
                    "relationships.informal_months": mean,
                },
            )
            tables = [run.table for run in runs_of(setting, crowd, runs)]
            busy = np.array([table["participation"][24:].mean() for table in tables])
            expected = load * (1.0 - erlang_b(places, load))
            checks.append(
                _share_check(
                    "Loss queue (Erlang B)",
                    f"{places} places, load {load}, {law} duration: busy places",
                    expected,
                    busy,
                    0.02 * expected,
                    "erlang1917",
                )
            )
    return Verified(tuple(checks), ())


# -------------------------------------------------------------------------------- renewal, turnover


def _share_check(
    case: str,
    quantity: str,
    expected: float,
    each: np.ndarray,
    step: float = 0.0,
    source: str = "cox1962",
) -> Check:
    """Return a check of a mean over replications, noise by Student's t, and the step's lag."""
    from scipy.special import stdtrit

    half = -stdtrit(len(each) - 1, ALARM / 2) * each.std(ddof=1) / math.sqrt(len(each))
    return Check(case, source, quantity, expected, float(each.mean()), float(half) + step, ALARM)


def leads_alone(**succession: Any) -> Scenario:
    """Return a century of mentoring leads who come and go, with no bench behind them."""
    told = {f"succession.{name}": value for name, value in succession.items()}
    none = {"succession.bench_start": 0.0, "succession.bench_growth": 0.0}
    return limit_case(STEADY, {"run.months": 1200}, none, told)


def _renewal() -> Verified:
    """Alternating renewal: in post 1 / q steps on average, then vacant."""
    small, checks = generate_organization(20, ties=0.0), []
    setting = leads_alone(leads=2, plan=False, lead_exit=0.3, chief_exit=0.4)
    runs, p = runs_of(setting, small, 60), setting.parameters.succession
    tables = [run.table[200:] for run in runs]
    post = post_of(p)
    leads = np.array([t["leads_in_post"].mean() / 2.0 for t in tables])
    alone = np.array([t["months_without_lead"].mean() for t in tables])
    checks.append(
        _share_check(
            "Vacancies of mentoring leads", "share of posts filled", 1.0 - post.all_empty(1), leads
        )
    )
    checks.append(
        _share_check(
            "Vacancies of mentoring leads",
            "share of months without any of two",
            post.all_empty(2),
            alone,
        )
    )
    stay = 1.0 / (1.0 - math.exp(-p.chief_exit / 12.0))
    chief = np.array([t["chief_in_post"].mean() for t in tables])
    checks.append(
        _share_check(
            "Succession of the chief",
            "share of months with a chief",
            stay / (stay + p.chief_vacancy),
            chief,
        )
    )
    return Verified(tuple(checks), ())


def _tenure() -> Verified:
    """Check that tenure is geometric under a constant hazard."""
    monthly, months = 0.02, 240
    place = generate_organization(5000, span=50, ties=0.0)
    setting = limit_case(
        STEADY,
        {
            "turnover.involuntary": monthly,
            "turnover.history": 0.0,
            "run.months": months,
        },
    )
    found = []
    for run in runs_of(setting, place, 6):
        here = (run.state.seats.occupied == 1) & (run.organization.team_size == 0)
        found.append(months - run.state.people.arrived[here])
    tenure, checks, x = np.concatenate(found), [], np.arange(0, 121, 6)
    for limit in (12, 60):
        expected = 1.0 - math.exp(-monthly * limit)
        noise = _sigmas() * math.sqrt(expected * (1.0 - expected) / len(tenure))
        checks.append(
            Check(
                "Tenure under a constant hazard",
                "cox1962",
                f"share of the front line with less than {limit} months",
                expected,
                float((tenure < limit).mean()),
                noise,
                ALARM,
            )
        )
    simulated = np.array([(tenure < t).mean() for t in x])
    drawn = Curve(
        "Tenure under a constant hazard",
        "months",
        "share with less",
        x,
        1.0 - np.exp(-monthly * x),
        simulated,
    )
    return Verified(tuple(checks), (drawn,))


def turning_over(
    p: float, q: float, stop: float, leave: float, newcomers: float, **more: Any
) -> Scenario:
    """Return adoption by p and q alone among people who stop, leave and are replaced (a year)."""
    changes = {
        "peers.scope": "organization",
        "turnover.involuntary": leave / 12.0,
        "adoption.newcomers": newcomers,
        "adoption.innovation": p,
        "adoption.imitation": q,
        "adoption.dropout": stop,
        "adoption.ownership_protection": 0.0,
        "invitation.recognition_retention": 0.0,
        "adoption.credibility_reference": 0.5,
        "run.steps_per_month": 4,
        "run.months": 240,
        "infrastructure.financial_life": 60.0,
    }
    return limit_case(BARE, FURNISHED, changes, **more)


def _stationary() -> Verified:
    """Check (h + m f) / (h + d + m): joining h, giving up d, leaving m, newcomers' share f."""
    rates = (0.2, 0.0, 0.15, 0.24, 0.3)
    place = generate_organization(3000, span=50, ties=0.0)
    runs = runs_of(turning_over(*rates), place, 60)
    found = np.array([run.table["adoption"][120:].mean() for run in runs])
    check = _share_check(
        "Practice under turnover", "stationary share", bass_share(*rates), found, 0.01
    )
    return Verified((check,), ())


# --------------------------------------------------------------------------- presence, briefings


def _presence() -> Verified:
    """Without visits, absence is noticed after 3 / visits months: the twin that never minds."""
    checks = []
    small = generate_organization(20, span=19, ties=0.0)
    for visits in (0.25, 0.1):
        off = STEADY | {
            "presence.level": 0.0,
            "presence.visits_boss": visits,
            "presence.visits_top": 0.0,
            "commitment.observe_boss": 1.0,
            "commitment.observe_top": 0.0,
        }
        minds, never = (
            Run(limit_case(off, {"presence.absence_discount": d}), small, 7).finish()
            for d in (0.5, 1.0)
        )
        gap = np.flatnonzero(minds.table["credibility"] != never.table["credibility"])
        checks.append(
            Check(
                "Absence is noticed",
                "closed form: ln 20 / visits",
                f"{visits} visits a month: month",
                math.ceil(math.log(20.0) / visits),
                float(gap[0]) if len(gap) else math.inf,
                0.0,
                0.0,
            )
        )
    return Verified(tuple(checks), ())


def _briefings() -> Verified:
    """Check the peak 1 / (1 - 2^(-P/H)) of unit jumps every P months, half-life H."""
    small, interval, half_life = generate_organization(20, ties=0.0), 3, 5.0
    setting = limit_case(
        STEADY,
        FURNISHED,
        {
            "briefings.interval": float(interval),
            "briefings.half_life": half_life,
            "briefings.reach": 1.0,
            "briefings.gain": 1.0,
            "briefings.credibility_exponent": 0.0,
            "briefings.saturation": 0.0,
            "briefings.knowledge": 1.0,
            "briefings.story": 0.0,
            "briefings.data_point": 0.0,
            "run.months": 240,
        },
    )
    currency = Run(setting, small, 7).finish().table["currency"]
    peak = 1.0 / (1.0 - 2.0 ** (-interval / half_life))
    kept = 2.0 ** (-1.0 / half_life)
    checks = (
        Check(
            "Briefings' sawtooth",
            "closed form",
            "peak of currency",
            peak,
            float(currency[-24:].max()),
            1e-9,
            0.0,
        ),
        Check(
            "Briefings' sawtooth",
            "closed form",
            "trough, carried to the briefing",
            peak - 1.0,
            float(currency[-24:].min() * kept),
            1e-9,
            0.0,
        ),
    )
    months = np.arange(216, 241)
    closed = peak * kept ** (months % interval)
    drawn = Curve("Briefings' sawtooth", "months", "currency", months, closed, currency[216:])
    return Verified(checks, (drawn,))


# ------------------------------------------------------- survival, informal pairs, trust in the top


def _survival() -> Verified:
    """Check (1 - e)^n: rounds that each end a programme with one chance e."""
    chance, small, rounds = 0.1, generate_organization(20, ties=0.0), 10
    setting = limit_case(
        STEADY,
        {
            "infrastructure.end_intercept": math.log(chance / (1.0 - chance)),
            "infrastructure.end_ownership": 0.0,
            "infrastructure.end_value": 0.0,
            "infrastructure.end_sponsor": 0.0,
            "infrastructure.end_coverage": 0.0,
            "infrastructure.restart": 0.0,
            "run.months": 12 * rounds,
        },
    )
    alive = np.array([run.table["programme_alive"] for run in runs_of(setting, small, 600)])
    expected = (1.0 - chance) ** rounds
    check = _share_check(
        "Survival", f"share of programmes after {rounds} rounds", expected, alive[:, -1], 0.0
    )
    months = np.arange(12 * rounds + 1)
    closed = (1.0 - chance) ** (months // 12)
    drawn = Curve("Survival of 600 programmes", "months", "share", months, closed, alive.mean(0))
    return Verified((check,), (drawn,))


def _informal() -> Verified:
    """Check a L / (1 + a L) of informal pairs: looking at rate a, mean length L."""
    asked, mean, people = 0.05, 10.0, 2000
    place = generate_organization(people, span=100, ties=0.0)
    setting = limit_case(
        STEADY,
        UNSOUGHT,
        {
            "relationships.informal_seeking": asked,
            "relationships.informal_start": 0.0,
            "relationships.informal_months": mean,
            "relationships.mentor_tenure": 0.0,
            "relationships.willing": 1.0,
            "relationships.capacity": 4,
            "relationships.own_boss": True,
            "relationships.poor": 0.0,
            "run.steps_per_month": 8,
            "run.months": 180,
        },
    )
    found = np.array(
        [run.table["informal_share"][80:].mean() for run in runs_of(setting, place, 8)]
    )
    rate = -math.log(1.0 - asked) * mean
    check = _share_check(
        "Mentors outside the programme",
        "stationary share",
        rate / (1.0 + rate) * (people - 1) / people,
        found,
        0.006,
    )
    return Verified((check,), ())


def _trust() -> Verified:
    """Check that trust in a silent top decays by the same share every month."""
    small, rate = generate_organization(60, ties=0.0), 0.1
    lapse = {"type": "commitment_lapse", "month": 7, "talk": 0.0, "action": 0.0}
    events = [lapse | {"level": 0}, lapse | {"level": 1}]
    setting = limit_case(STEADY, {"commitment.trust_rate": rate}).changed(events=events)
    trust = Run(setting, small, 7).finish().table["top_trust"][6:60]
    months = np.arange(len(trust))
    closed = trust[0] * (1.0 - rate) ** months
    check = Check(
        "Trust in a silent top",
        "closed form",
        "largest gap in four years",
        0.0,
        float(np.abs(trust - closed).max()),
        1e-9,
        0.0,
    )
    return Verified((check,), (Curve(check.case, "months", "trust", months, closed, trust),))


#: The cases by name, in the order in which they are shown.
CASES: dict[str, Callable[[], Verified]] = {
    "granovetter": _granovetter,
    "contagion": _contagion,
    "influence": _influence,
    "presence": _presence,
    "briefings": _briefings,
    "survival": _survival,
    "informal": _informal,
    "trust": _trust,
    "tenure": _tenure,
    "renewal": _renewal,
    "stationary": _stationary,
    "erlang": _erlang,
    "bass": _bass,
}


def verify(
    cases: Iterable[str] | None = None, progress: Callable[[], Any] | None = None
) -> Verified:
    """Run the limit cases and return their checks and curves.

    Parameters
    ----------
    cases : iterable of str, optional
        Names in :data:`CASES`; default: all.
    progress : callable, optional
        Called after each case.

    Raises
    ------
    InputError
        There is no such case.
    """
    checks: list[Check] = []
    curves: list[Curve] = []
    for name in CASES if cases is None else cases:
        if name not in CASES:
            raise InputError(
                f"no limit case '{name}'; there are {', '.join(CASES)}.{nearest(name, CASES)}"
            )
        done = CASES[name]()
        checks += done.checks
        curves += done.curves
        if progress is not None:
            progress()
    return Verified(tuple(checks), tuple(curves))
