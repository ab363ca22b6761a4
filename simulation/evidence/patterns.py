"""The patterns that a calibrated baseline must show at once, and how far it shows each.

Nothing here changes a parameter: a pattern that is missed is listed as missed. The scenario
runs for fifteen years from its launch. After five years of burn-in, flows are taken over the
ten years that remain and stocks at the end of each of them; the growth of practice (13) and how
long the programme lives (20) are taken from the launch. Another run has no programme at all and
shows informal mentoring (6). Twins that part from the run show what peers (12), sponsors (17),
chiefs (18), leaders of teams (19) and lapses (21) cause (:mod:`simulation.evidence.effects`).
Signs (16) are paired runs of the scenario's own length.

Measures are naive unless said otherwise: they compare people as they are found, as surveys
do, not what the same people would do otherwise. Paired runs and twins are causal.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import whole_number
from ..organizations.organization import Organization
from ..scenarios.scenario import Scenario, load_scenario
from ..study.run import Run, organization_of
from ..theory.events import Launch
from .bands import ALL_PATTERNS, NOT_FITTED, SIGNS, Pattern, estimate, met, whole_patterns
from .effects import Effects
from .observer import YEAR, Observer

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["NOT_FITTED", "measured_run", "pattern_table", "sign_differences"]

#: Months from the launch: run in all, and left out of what is measured after burn-in.
MONTHS, BURN_IN = 180, 60
#: Month from the launch in which engagement is held against bosses' action on its own.
GLANCE = 100
#: Without a programme: months that are run, and those left out of what is measured.
BEFORE, UNSETTLED = 60, 24
LEVERS = tuple(dict.fromkeys(name for pair in SIGNS for name in pair))
#: Steps of progress for each replication of the table.
STEPS = 2


# ---------------------------------------------------------------------------------- the table


def from_months(table: Any, launch: int) -> dict[str, float]:
    """Return the numbers that the monthly measures of one run give.

    Parameters
    ----------
    table : record array of shape (months + 1,)
        Row m is month m.
    launch : int
        Month of the launch.
    """
    late = table[launch + BURN_IN + 1 :]
    practising = 100.0 * table["adoption"]
    lives = 100.0 * table["never_stopped"]
    return team_exits(late) | {
        "voluntary": 100.0 * float(late["voluntary_exits"].sum() / late["headcount"].sum()),
        "first_year": float(practising[launch + 12]),
        "third_year": float(practising[launch + 36]),
        "plateau": float(practising[launch + 96 : launch + MONTHS + 1].mean()),
        "most": float(practising.max()),
        "alive_2": float(lives[launch + 24]),
        "alive_6": float(lives[launch + 72]),
    }


def team_exits(late: Any) -> dict[str, float]:
    """Return voluntary exits a person-month in teams that have lost their leader, and others'."""
    exits, months = float(late["team_exits"].sum()), float(late["team_months"].sum())
    others = float(late["headcount"].sum()) - months
    return {
        "team_exits": exits / months if months else np.nan,
        "other_exits": (float(late["voluntary_exits"].sum()) - exits) / others,
    }


def launch_month(scenario: Scenario) -> int:
    """Return the month in which the programme begins: 0, or that of a scripted launch."""
    if scenario.parameters.infrastructure.launched:
        return 0
    return min((e.month for e in scenario.events if isinstance(e, Launch)), default=0)


def measured_run(
    scenario: Scenario, organization: Organization, seed: int, replication: int
) -> dict[str, float]:
    """Run fifteen years from the launch; return a number for each of :data:`PATTERNS`."""
    launch = launch_month(scenario)
    observer = Observer(launch + BURN_IN, launch + GLANCE)
    effects = Effects(launch, luck=seed * 1_000_003 + replication)
    longer = scenario.changed({"run.months": launch + MONTHS})
    run = Run(longer, organization, seed, replication, analyzers=[observer, effects]).finish()
    before = Run(without_programme(scenario), organization, seed, replication).finish()
    return (
        observer.values()
        | from_months(run.table, launch)
        | effects.values(run)
        | {"informal_before": informal_before(before.table)}
    )


def without_programme(scenario: Scenario) -> Scenario:
    """Return a scenario in which no programme is ever launched, and nothing else happens."""
    return scenario.changed({"infrastructure.launched": False, "run.months": BEFORE, "events": []})


def informal_before(table: Any) -> float:
    """Return the percentage of people with an informal mentor, in a run without a programme."""
    return 100.0 * float(table["informal_share"][UNSETTLED:].mean())


@functools.cache
def levers_of(name: str) -> dict[str, Any]:
    """Return the values in which a shipped scenario differs from the baseline."""
    usual = load_scenario("baseline").parameters.model_dump()
    other = load_scenario(name).parameters.model_dump()
    return {
        f"{group}.{key}": value
        for group, values in other.items()
        for key, value in values.items()
        if value != usual[group][key]
    }


def with_levers_of(scenario: Scenario, name: str) -> Scenario:
    """Return a scenario with the values in which a shipped one differs from the baseline."""
    return scenario.changed(levers_of(name) | {"name": name})


def scenarios_of_signs(scenario: Scenario) -> dict[str, Scenario]:
    """Return the scenario with the levers of each shipped scenario of pattern 16, by name."""
    return {name: with_levers_of(scenario, name) for name in LEVERS}


def sign_differences(
    scenarios: Mapping[str, Scenario], organization: Organization, seed: int, replication: int
) -> dict[str, float]:
    """Return pattern 16's differences in one replication, in percentage points.

    NaN where one of the two programmes has ended, be it that another began: what is asked is
    practice given survival.

    Parameters
    ----------
    scenarios : mapping
        Those of :func:`scenarios_of_signs`, on shared luck.
    """
    tables = {
        name: Run(one, organization, seed, replication).finish().table
        for name, one in scenarios.items()
    }
    ends = {name: 100.0 * float(table["adoption"][-YEAR:].mean()) for name, table in tables.items()}
    lived = {name: table["never_stopped"][-1] >= 1.0 for name, table in tables.items()}
    return {
        f"{more} over {less}": ends[more] - ends[less] if lived[more] and lived[less] else np.nan
        for more, less in SIGNS
    }


def pattern_table(
    scenario: Scenario | str,
    seed: int = 0,
    replications: int = 20,
    organization: Organization | None = None,
    *,
    progress: Callable[[], Any] | None = None,
) -> pd.DataFrame:
    """Measure every pattern on a scenario and say which are met.

    Parameters
    ----------
    scenario : Scenario, or a name or path
    seed : int
        Study seed.
    replications : int
        Runs of the scenario, and paired runs of each scenario of pattern 16.
    organization : Organization, optional
        In place of the one that the scenario names.

    Returns
    -------
    DataFrame
        ``key, number, measured, low, high, unit, source, how, mean, mean_low, mean_high, runs,
        met``: the band, the mean over replications (or the ratio of two means) with its 95 %
        interval (Student's t) over so many runs, and whether the mean lies in the band; of a
        sign, whether the whole interval lies above zero.

    Raises
    ------
    InputError
        The scenario or the organization cannot be used.
    """
    import pandas as pd

    check_replications(replications)
    chosen = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    place = organization or organization_of(chosen)
    signs = scenarios_of_signs(chosen)
    measured = _all_replications(
        lambda r: measured_run(chosen, place, seed, r), replications, progress
    )
    differences = _all_replications(
        lambda r: sign_differences(signs, place, seed, r), replications, progress
    )
    together = [one | other for one, other in zip(measured, differences, strict=True)]
    runs = {key: np.array([values[key] for values in together]) for key in together[0]}
    rows = [
        (*pattern, *estimate(key, runs), int(np.isfinite(runs[key]).sum()), met(key, runs))
        for key, pattern in ALL_PATTERNS.items()
    ]
    columns = [*Pattern._fields, "mean", "mean_low", "mean_high", "runs", "met"]
    table = pd.DataFrame(rows, columns=columns, index=list(ALL_PATTERNS))
    return table.drop(columns="per").rename_axis("key").reset_index()


#: Runs of each at most: more cannot be meant.
MOST = 10_000


def check_replications(replications: int) -> None:
    """Raise an InputError unless so many runs of each can be meant."""
    whole_number(replications, "replications", 1, MOST)


def _all_replications(
    measure: Callable[[int], dict[str, float]],
    replications: int,
    progress: Callable[[], Any] | None,
) -> list[dict[str, float]]:
    """Return the numbers of each replication, in order, whatever the threads do."""
    results = []
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        for values in threads.map(measure, range(replications)):
            results.append(values)
            if progress is not None:
                progress()
    return results


def for_the_screen(table: pd.DataFrame) -> pd.DataFrame:
    """Return a pattern table as text, narrow enough to be read."""
    import pandas as pd

    return pd.DataFrame(
        {
            "number": table["number"],
            "measured": table["measured"] + ", " + table["unit"],
            "band": [
                _range(low, high) for low, high in zip(table["low"], table["high"], strict=True)
            ],
            "mean": [f"{value:.2f}" for value in table["mean"]],
            "95 % interval": [
                _range(low, high)
                for low, high in zip(table["mean_low"], table["mean_high"], strict=True)
            ],
            "met": [
                judged(key, good) for key, good in zip(table["key"], table["met"], strict=True)
            ],
            "source": table["source"],
            "how": table["how"],
        }
    )


def _range(low: float, high: float) -> str:
    if low != low:
        return "-" if high != high else f"at most {high:.2f}"
    return f"above {low:.2f}" if high != high else f"{low:.2f} to {high:.2f}"


def judged(key: str, good: bool) -> str:
    """Return in words whether a number is met, or only reported."""
    if ALL_PATTERNS[key].reported:
        return "reported"
    return "met" if good else "not met"


def verdict(table: pd.DataFrame) -> str:
    """Return in one line how many patterns are met: those of which every number is."""
    keys = {str(key): bool(good) for key, good in zip(table["key"], table["met"], strict=True)}
    whole = whole_patterns(keys)
    asked = [good for key, good in keys.items() if not ALL_PATTERNS[key].reported]
    fitted = [good for number, good in whole.items() if number not in NOT_FITTED]
    return (
        f"{sum(fitted)} of the {len(fitted)} patterns that are fitted are met "
        f"({sum(asked)} of {len(asked)} numbers)."
    )
