"""Whether a fit to an organization's own series holds what is true, tried on known organizations.

The true values are drawn, what is observed is one run with gaps, and each is fitted in the usual
way. *Coverage* is the share of intervals that hold the true value (Cook, Gelman and Rubin, 2006).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..organizations.organization import Organization, generate_organization
from ..scenarios.scenario import load_scenario
from ..study.uncertainty import accepted_vectors
from ..theory.parameters import declared
from .own_data import FITTED, RESPONDENTS, SERIES, Draw, Fit, Setting, fit_series, simulated

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SPAN", "by_span", "coverage", "observed", "one_organization", "truth"]

#: People, months of records, and months since the programme's launch.
PEOPLE, MONTHS, AGES = (150, 1500), (24, 60), (0, 12, 36)
GAPS, ANSWERING = 1 / 6, 0.4
#: What fits without a chart take the span of control to be.
SPAN = load_scenario("baseline").parameters.organization.span
#: Ends of the groups of spans of control.
SPANS = (3, 5, 7, 10)


def truth(generator: np.random.Generator) -> dict[str, float]:
    """Return a draw of all uncertain parameters: what the fit is to find, and the rest."""
    others = accepted_vectors()
    values = others.iloc[generator.integers(len(others))].to_dict()
    for name in FITTED:
        low, high = declared()[name].plausible or (np.nan, np.nan)
        values[name] = float(generator.uniform(low, high))
    return {str(name): float(value) for name, value in values.items()}


def observed(
    values: dict[str, float],
    place: Organization,
    months: int,
    age: int,
    generator: np.random.Generator,
) -> pd.DataFrame:
    """Return the records of one organization: one run, with gaps and only some series."""
    import pandas as pd

    scenario = load_scenario("baseline").changed({"run.months": age + months})
    answering = round(ANSWERING * place.people)
    setting = Setting(
        scenario,
        place,
        int(generator.integers(2**40)),
        age + 1,
        tuple(SERIES),
        (float(answering),) * months,
    )
    table = pd.DataFrame(simulated(setting, Draw(0, values)), index=range(1, months + 1))
    table[RESPONDENTS] = float(answering)
    told = [name for name in SERIES if name != "headcount"]
    kept = generator.permutation(told)[: generator.integers(2, len(told) + 1)].tolist()
    if generator.random() < 0.7:
        kept.append("headcount")
    table = table[[*kept, RESPONDENTS]]
    return table.mask(generator.random(table.shape) < GAPS)


def one_organization(seed: int, draws: int, executor: Any) -> tuple[pd.DataFrame, Fit]:
    """Return a row a parameter: what was true, what the fit says, whether it holds the truth."""
    generator = np.random.default_rng(seed)
    low, high = np.log(PEOPLE)
    people = round(float(np.exp(generator.uniform(low, high))))
    span = int(generator.integers(4, 11))
    place = generate_organization(people, span=span, seed=seed)
    months, age = int(generator.integers(MONTHS[0], MONTHS[1] + 1)), int(generator.choice(AGES))
    values = truth(generator)
    records = observed(values, place, months, age, generator)
    settings = {} if "headcount" in records else {"organization.people": people}
    found = fit_series(
        records,
        load_scenario("baseline").changed(settings),
        seed + 1,
        since_launch=age,
        draws=draws,
        executor=executor,
    )
    rows = found.posterior.assign(
        organization=seed,
        people=people,
        span=span,
        months=months,
        age=age,
        series=", ".join(name for name in SERIES if name in records),
        true=[values[name] for name in found.posterior["parameter"]],
        inside=found.inside,
        out_of_reach=", ".join(found.out_of_reach),
    )
    rows["holds"] = rows["true"].between(rows["from"], rows["to"])
    return rows, found


def coverage(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the coverage of each parameter's intervals, and of all together.

    The standard error of all together is that of organizations, within which parameters share
    their luck.
    """
    import pandas as pd

    def line(name: str, some: pd.DataFrame) -> dict[str, Any]:
        each = some.groupby("organization")["holds"].mean()
        return {
            "parameter": name,
            "coverage, %": 100.0 * some["holds"].mean(),
            "standard error, %": 100.0 * each.std(ddof=1) / np.sqrt(len(each)),
            "spread left": some["spread"].median(),
        }

    names = list(dict.fromkeys(rows["parameter"]))
    lines = [line(name, rows[rows["parameter"] == name]) for name in names]
    return pd.DataFrame([*lines, line("all together", rows)])


def by_span(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the coverage by the organization's span of control, of the worst held and of all."""
    import pandas as pd

    worst = str(rows.groupby("parameter")["holds"].mean().idxmin())
    spans = pd.cut(rows["span"], SPANS).map(lambda one: f"{one.left + 1:.0f} to {one.right:.0f}")
    lines = []
    for span, some in rows.groupby(spans, observed=True):
        held = some["holds"], some.loc[some["parameter"] == worst, "holds"]
        every, one = (100.0 * each.mean() for each in held)
        count = some["organization"].nunique()
        lines.append((str(span), count, one, every))
    names = ["span of control", "organizations", f"{worst}, coverage, %", "all together, %"]
    return pd.DataFrame(lines, columns=names)
