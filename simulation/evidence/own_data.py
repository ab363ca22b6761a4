"""Fitting the model to the monthly series that an organization has of itself.

Any of the columns of :data:`SERIES`, any months, with gaps. A few parameters that such series
can tell about are drawn evenly from their plausible ranges, all other uncertain ones from the
accepted vectors (:mod:`simulation.study.uncertainty`), and each draw is run once for the months of
the series. Then, in the way of approximate Bayesian computation with regression adjustment,

1. the series are summed up as the values of the fitted parameters that they predict, by a ridge
   regression on means over half-years (``fearnhead2012``);
2. the draws whose summaries are nearest to the observed are kept, weighted by nearness
   (``beaumont2002``);
3. each is moved to where it would lie had its summaries been the observed ones, by a local
   regression of location and spread (``blum2010``), within its range;
4. each parameter's values are then put in the place of those of the same rank that fit the
   parameter's own summary alone (``nott2014``): near in one number is much nearer than near in
   all, so that the intervals hold what they say, and the joint law keeps how parameters hang
   together.

The chance of single runs, and what is not known about the other parameters, is so part of the
posterior.
"""

from __future__ import annotations

import contextlib
import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, nearest, need, whole_number
from ..files import save_table
from ..organizations.organization import Organization, generate_organization
from ..scenarios.scenario import Scenario, load_scenario
from ..study.code import code_digest
from ..study.execution import named_executor, run_jobs
from ..study.manifest import provenance
from ..study.run import Run, check_seed
from ..study.store import JOB, Store
from ..study.uncertainty import accepted_vectors, with_vector
from ..tables import NOTHING, Reading, Sheet, Words, listed, number_in, plain, read_sheet
from ..theory.parameters import declared

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FITTED", "SERIES", "Fit", "fit_series", "read_series"]

Array = NDArray[np.float64]


class Series(NamedTuple):
    """A column that a file of series may have: its unit, and what it is in the model."""

    unit: str
    meaning: str
    of_run: Callable[[Any], Any]


SERIES: dict[str, Series] = {
    "headcount": Series(
        "people", "people employed at the end of the month", lambda table: table["headcount"]
    ),
    "exits": Series("people", "people who left in the month", lambda table: table["exits"]),
    "participants": Series(
        "people",
        "people who practise mentoring, at the end of the month",
        lambda table: table["adoption"] * table["headcount"],
    ),
    "mentored_share": Series(
        "share", "share of people who have a mentor", lambda table: table["mentees_share"]
    ),
    "engaged_share": Series(
        "share", "share of engaged people in a pulse survey", lambda table: table["engaged_share"]
    ),
}
#: Column with how many answered the pulse survey; without it, everybody did.
RESPONDENTS = "respondents"
#: What is fitted unless said otherwise: what such series can tell about.
FITTED = (
    "turnover.voluntary",
    "adoption.innovation",
    "adoption.imitation",
    "adoption.dropout",
    "relationships.seeking",
    "relationships.success",
    "engagement.engaged_cut",
    "commitment.action",
)
#: What says nothing in a cell of a series, where 0 is a number.
_GAPS = NOTHING - {"0"}
#: Dates in numbers, the year first or last.
_DATES = (
    r"(?P<y>\d{4})[-/](?P<m>\d\d?)([-/]\d\d?([T ].*)?)?",
    r"(\d\d?\.)?(?P<m>\d\d?)[./](?P<y>\d{4})",
)
#: Months whose mean is one number of the summary.
BLOCK = 6
#: Part of the draws that is kept, and the fewest.
KEPT, FEWEST = 0.1, 150
#: A parameter has been learned about when its posterior spread is this part of the prior's or less.
LEARNED = 0.75
#: Months that a run may have, and so a series; draws beyond which more cannot be meant.
MOST_MONTHS, MOST_DRAWS = int(declared()["run.months"].high or 0), 1_000_000
#: Part of seats that are vacant at any time, about: seats are headcount over what is left.
VACANT = 0.03


class Fit(NamedTuple):
    """What an organization's series say about the parameters.

    Attributes
    ----------
    posterior : DataFrame
        ``parameter, unit, low, high`` (the prior range), ``median, from, to`` (nine tenths of the
        posterior), ``spread`` (posterior standard deviation over the prior's) and ``verdict``.
    vectors : DataFrame
        Equally likely draws of the posterior, all uncertain parameters in columns.
    predictive : DataFrame
        ``series, month, observed, median, from, to``: nine tenths of what runs of the posterior
        show; ``reached``: whether any draw of the prior comes as high, and any as low, as the
        series' half-yearly means.
    observed : DataFrame
        The series, month by month.
    """

    posterior: pd.DataFrame
    vectors: pd.DataFrame
    predictive: pd.DataFrame
    observed: pd.DataFrame

    @property
    def inside(self) -> float:
        """The share of observed numbers that lie in nine tenths of the predictive."""
        return float(self._held().mean())

    @property
    def poorly_shown(self) -> tuple[str, ...]:
        """The series of which fewer than half the observed numbers lie in nine tenths of it."""
        shares = self._held().groupby(level="series", sort=False).mean()
        return tuple(map(str, shares.index[shares < 0.5]))

    @property
    def out_of_reach(self) -> tuple[str, ...]:
        """The series that no draw comes near: there the fit is a guess beyond what was run."""
        missed = self.predictive.loc[~self.predictive["reached"], "series"]
        return tuple(dict.fromkeys(missed))

    def _held(self) -> pd.Series[Any]:
        known = self.predictive.dropna(subset="observed").set_index("series")
        return known["observed"].between(known["from"], known["to"])


# ------------------------------------------------------------------------------ the data


def read_series(path: str | Path, sheet: str | None = None) -> pd.DataFrame:
    """Return monthly series from a table, a row a month from the first to the last.

    Parameters
    ----------
    path : path
        CSV or Excel: a column ``month`` (1, 2, ... or dates such as 2023-04) and any of
        :data:`SERIES`, and ``respondents`` of the pulse survey. Empty cells, n/a and - and
        missing months are gaps.
    sheet : str, optional
        Of a workbook; default: the only one with rows.

    Returns
    -------
    DataFrame
        Indexed by month from 1, the columns found, NaN in gaps. ``attrs["notes"]`` says how the
        file was read where that is no matter of course.

    Raises
    ------
    InputError
        With the row and the column that is wrong, and what is allowed.
    """
    import pandas as pd

    how = Reading(columns=1, sheet=sheet, option="--data-sheet")
    table = read_sheet(Path(path).expanduser(), Words(), how)
    columns = _columns(table, path)
    if "month" not in columns or not set(columns) & set(SERIES):
        raise InputError(f"{path}: needs a column month and at least one of {', '.join(SERIES)}")
    month = _months(table, columns.pop("month"), path)
    values = pd.DataFrame({name: _numbers(table, k, name, path) for name, k in columns.items()})
    values.index = pd.Index(month, name="month")
    if not values[[name for name in values if name in SERIES]].notna().any(axis=None):
        raise InputError(f"{path}: holds no number: every cell is empty")
    values = values.reindex(range(1, int(month.max()) + 1))
    values.attrs["notes"] = tuple(table.notes)
    return values


def _columns(sheet: Sheet, path: str | Path) -> dict[str, int]:
    """Return the columns that are wanted, by name; others are left out, and that is noted."""
    allowed = ("month", *SERIES, RESPONDENTS)
    names = {plain(name): name for name in allowed}
    found, others = {}, []
    for k, header in enumerate(sheet.header):
        if plain(header) in names:
            found[names[plain(header)]] = sheet.once(k)
        elif hint := nearest(header.casefold(), allowed):  # a slip would lose a series
            raise InputError(
                f"{path}: there is no series '{header}'; there are {', '.join(allowed)}.{hint}"
            )
        else:
            others.append(header)
    if others:
        sheet.notes.append(f"{sheet.file}: {listed(others)} are no series, and were left out.")
    return found


def _months(sheet: Sheet, column: int, path: str | Path) -> NDArray[np.int64]:
    """Return months counted from the first: from whole numbers, or from dates."""
    cells = list(sheet.cells[column])
    if all(re.fullmatch(r"[+-]?\d+(\.\d+)?", cell) for cell in cells):
        said = np.array(cells, dtype=float)
        if (said != said.round()).any() or (said < 1).any() or (said > MOST_MONTHS).any():
            raise InputError(
                f"{path}: column month must hold whole numbers from 1 to {MOST_MONTHS}, or dates "
                "such as 2023-04"
            )
        month = said.astype(np.int64)
    else:
        dates = np.array([_month_of(cell) for cell in cells])
        for row in np.flatnonzero(dates == 0)[:1]:
            raise InputError(
                f"{path}, row {sheet.lines[row]}: month = '{cells[row]}' is neither a number nor a "
                "date such as 2023-04"
            )
        month = dates - dates.min() + 1
        if month.max() > MOST_MONTHS:
            raise InputError(f"{path}: column month spans more than {MOST_MONTHS} months")
    values, counts = np.unique(month, return_counts=True)
    if (counts > 1).any():
        twice = cells[int(np.flatnonzero(month == values[counts > 1][0])[1])]
        raise InputError(f"{path}: month {twice} stands twice")
    return month


def _month_of(cell: str) -> int:
    """Return the number of a date's month, 0 for what is no date."""
    for form in (
        r"(?P<y>\d{4})[-/](?P<m>\d\d?)([-/]\d\d?([T ].*)?)?",
        r"(\d\d?\.)?(?P<m>\d\d?)[./](?P<y>\d{4})",
    ):
        if date := re.fullmatch(form, cell):
            year, month = int(date["y"]), int(date["m"])
            return 12 * year + month if 1 <= month <= 12 else 0
    for form in ("%b %Y", "%B %Y", "%b-%Y", "%b-%y"):
        with contextlib.suppress(ValueError):
            day = datetime.datetime.strptime(cell, form)
            return 12 * day.year + day.month
    return 0


def _numbers(sheet: Sheet, column: int, name: str, path: str | Path) -> Array:
    """Return a series, NaN where the file says nothing."""
    cells = sheet.cells[column]
    share = name in SERIES and SERIES[name].unit == "share"

    def value(cell: str) -> float:
        if share and cell.endswith("%"):
            return number_in(cell.removesuffix("%").rstrip(), sheet.delimiter) / 100.0
        return number_in(cell, sheet.delimiter, counts=not share)

    values, given = cells.each(value), cells.each(lambda cell: cell.casefold() not in _GAPS)
    most = 1.0 if share else float(declared()["organization.people"].high or np.inf)
    wrong = given & ~(np.isfinite(values) & (values >= 0.0) & (values <= most))
    people = f"a number of people, 0 or more and at most {most:,.0f}"
    for row in np.flatnonzero(wrong)[:1]:
        allowed = "a share from 0 to 1 (34 % is 0.34)" if share else people
        where = f"{path}, row {sheet.lines[row]}"
        raise InputError(f"{where}: {name} = '{cells[row]}' must be {allowed}")
    return np.where(given, values, np.nan)


# ---------------------------------------------------------------------------------- the runs


class Setting(NamedTuple):
    """What all draws share; sent to the workers once."""

    scenario: Scenario
    organization: Organization
    seed: int
    first: int
    series: tuple[str, ...]
    respondents: tuple[float, ...]


class Draw(NamedTuple):
    """One draw: its number, which is its luck, and the parameters' values."""

    number: int
    values: dict[Any, float]


def simulated(setting: Setting, draw: Draw) -> dict[str, Array]:
    """Return the series that one draw shows, by name, shape (months,)."""
    scenario = with_vector(setting.scenario, draw.values)
    run = Run(scenario, setting.organization, setting.seed, draw.number).finish()
    shown = {name: np.asarray(SERIES[name].of_run(run.table)) for name in setting.series}
    months = slice(setting.first, setting.first + len(setting.respondents))
    shown = {name: values[months].astype(float) for name, values in shown.items()}
    if "engaged_share" in shown:
        shown["engaged_share"] = _surveyed(shown["engaged_share"], setting, draw.number)
    return shown


def _surveyed(share: Array, setting: Setting, number: int) -> Array:
    """Return what a survey of so many respondents finds, where their number is known."""
    asked = np.array(setting.respondents)
    some = np.isfinite(asked) & (asked > 0)
    generator = np.random.default_rng((setting.seed, number))
    found = share.copy()
    found[some] = generator.binomial(asked[some].astype(int), share[some]) / asked[some]
    return found


def _draws(setting: Setting, fitted: Sequence[str], count: int) -> list[Draw]:
    """Return draws: fitted parameters evenly over their ranges, the rest from accepted vectors."""
    from scipy.stats import qmc

    low, high = _ranges(fitted)
    values = low + qmc.LatinHypercube(len(fitted), rng=setting.seed).random(count) * (high - low)
    others = accepted_vectors()
    which = np.random.default_rng(setting.seed).integers(0, len(others), count)
    return [
        Draw(n, others.iloc[k].to_dict() | dict(zip(fitted, map(float, row), strict=True)))
        for n, (k, row) in enumerate(zip(which, values, strict=True))
    ]


def _ranges(fitted: Sequence[str]) -> tuple[Array, Array]:
    ranges = np.array([declared()[name].plausible for name in fitted], dtype=float)
    return ranges[:, 0], ranges[:, 1]


def _run_all(
    setting: Setting,
    draws: Sequence[Draw],
    folder: Path | None,
    executor: Any,
    progress: Callable[[], Any] | None,
) -> dict[str, Array]:
    """Return the series of all draws, shape (draws, months) each; kept in a folder if given."""
    months = len(setting.respondents)
    shown = {name: np.full((len(draws), months), np.nan) for name in setting.series}
    for number, values in _each(setting, draws, folder, executor):
        for name in setting.series:
            shown[name][number] = values[name]
        if progress is not None:
            progress()
    return shown


def _each(
    setting: Setting, draws: Sequence[Draw], folder: Path | None, executor: Any
) -> Iterator[tuple[int, dict[str, Array]]]:
    if folder is None:
        for done in run_jobs(simulated, setting, draws, executor):
            if done.error is not None:
                raise done.error
            yield done.position, done.value
        return
    study = _manifest(setting, draws)
    with Store(folder, ("months",), study, same=tuple(study)) as store:
        if store.finished:
            before = store.read("months")
            for number, rows in before.groupby("job"):
                yield int(str(number)), {n: rows[n].to_numpy() for n in setting.series}
        missing = [draw for draw in draws if draw.number not in store.finished]
        for done in run_jobs(simulated, setting, missing, executor):
            if done.error is not None:
                raise done.error
            number = missing[done.position].number
            rows = {JOB: [number] * len(setting.respondents)} | done.value
            store.add({"months": rows})
            yield number, done.value


def _manifest(setting: Setting, draws: Sequence[Draw]) -> dict[str, Any]:
    known = [None if np.isnan(r) else r for r in setting.respondents]
    return {
        "model": code_digest(),
        "versions": provenance()["versions"],
        "scenario": setting.scenario.digest,
        "organization": setting.organization.digest,
        "seed": setting.seed,
        "first": setting.first,
        "series": list(setting.series),
        "respondents": known,
        "parameters": list(draws[0].values),
        "draws": len(draws),
    }


# ------------------------------------------------------------------------------- the fit


def summaries(shown: dict[str, Array], observed: pd.DataFrame, seats: int) -> Array:
    """Return half-yearly means of series over the observed months, shape (draws, means).

    Counts are taken per head, so that a size that is slightly off does not matter.
    """
    heads = shown.get("headcount", np.full_like(next(iter(shown.values())), float(seats)))
    columns = []
    for name, months in _blocks(observed, shown):
        values = shown[name] / heads if name in ("exits", "participants") else shown[name]
        columns.append(values[:, months].mean(axis=1))
    return np.column_stack(columns)


def _blocks(
    observed: pd.DataFrame, names: Iterable[str]
) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """Yield the series and the observed months of each number of a summary."""
    for name in names:
        known = observed[name].notna().to_numpy()
        for start in range(0, len(observed), BLOCK):
            months = np.flatnonzero(known[start : start + BLOCK]) + start
            if len(months):
                yield name, months


def _out_of_reach(numbers: Array, seen: Array, of: Sequence[str]) -> set[str]:
    """Return the series of which a number lies beyond those of all draws (``box1980``).

    A number of the draws' own law does so with probability 2 / (draws + 1).
    """
    beyond = (seen < numbers.min(axis=0)) | (seen > numbers.max(axis=0))
    return {name for name, far in zip(of, beyond, strict=True) if far}


def posterior_draws(
    values: Array, numbers: Array, seen: Array, ranges: tuple[Array, Array]
) -> tuple[NDArray[np.int64], Array, Array]:
    """Return the posterior of parameters from draws and their summaries.

    Parameters
    ----------
    values : array of shape (draws, parameters)
        Drawn evenly from ``ranges``.
    numbers : array of shape (draws, summaries)
    seen : array of shape (summaries,)
        The observed summaries.
    ranges : tuple of arrays
        Lowest and highest value of each parameter.

    Returns
    -------
    tuple
        Which draws are kept, their adjusted values, shape (kept, parameters), and weights,
        which add up to 1.
    """
    low, high = ranges
    unit = (values - low) / (high - low)
    there, here = _predicted(numbers, unit, seen)
    distance = np.sqrt(((there - here) ** 2).sum(axis=1))
    kept = np.argsort(distance, kind="stable")[: max(FEWEST, int(KEPT * len(values)))]
    weights = 1.0 - (distance[kept] / (distance[kept].max() * (1.0 + 1e-9) + 1e-300)) ** 2
    edge = 1e-4  # of the range: where the logit is still finite
    logit = np.log((unit[kept] + edge) / (1.0 - unit[kept] + edge))
    inside = np.column_stack(
        [
            _as_marginal(
                _adjusted(logit[:, j], there[kept] - here, weights),
                weights,
                unit[:, j],
                there[:, j] - here[j],
                len(kept),
            )
            for j in range(unit.shape[1])
        ]
    )
    return kept, low + inside * (high - low), weights / weights.sum()


def _as_marginal(joint: Array, weights: Array, values: Array, offsets: Array, count: int) -> Array:
    """Return values in a joint sample's order that fit one summary alone.

    Parameters
    ----------
    joint : array of shape (kept,)
        Values whose weighted ranks are kept.
    weights : array of shape (kept,)
    values, offsets : array of shape (draws,)
        All draws of the parameter, and how far their summary of it is from the observed.
    count : int
        How many of the nearest make the marginal law.
    """
    near = np.argsort(np.abs(offsets), kind="stable")[:count]
    order, chosen = np.argsort(joint, kind="stable"), np.sort(values[near])
    rank = (np.cumsum(weights[order]) - 0.5 * weights[order]) / weights.sum()
    found = np.empty_like(joint)
    found[order] = np.quantile(chosen, rank)
    return found


def _predicted(numbers: Array, unit: Array, seen: Array) -> tuple[Array, Array]:
    """Return the parameters that summaries predict, by ridge regression: of draws, and observed.

    Those of a draw are predicted by the others (cross-validation), as those observed are by all:
    else draws would seem to lie nearer to their parameters than what was observed does.
    """
    from sklearn.decomposition import PCA
    from sklearn.linear_model import RidgeCV
    from sklearn.model_selection import KFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import PolynomialFeatures, StandardScaler

    varying = numbers.std(axis=0) > 0.0
    if not varying.any():
        raise InputError("these series are the same in all runs: they tell nothing of parameters")
    parts = min(12, int(varying.sum()))
    model = make_pipeline(
        StandardScaler(),
        PCA(parts, random_state=0),
        PolynomialFeatures(2, include_bias=False),
        StandardScaler(),
        RidgeCV(np.logspace(-2.0, 4.0, 13), alpha_per_target=True),
    )
    told = numbers[:, varying]
    there = cross_val_predict(model, told, unit, cv=KFold(5, shuffle=True, random_state=0))
    here = model.fit(told, unit).predict(seen[None, varying])
    return there.reshape(unit.shape), here.reshape(unit.shape[1])


def _adjusted(target: Array, offsets: Array, weights: Array) -> Array:
    """Return values moved to offset 0 by a weighted regression of location, then of spread."""
    from sklearn.linear_model import LinearRegression

    place = LinearRegression().fit(offsets, target, sample_weight=weights)
    left = target - place.predict(offsets)
    size = LinearRegression().fit(offsets, np.log(left**2 + 1e-12), sample_weight=weights)
    # Both spreads have the same bias of a mean logarithm: it cancels.
    ratio = np.exp(0.5 * (size.intercept_ - size.predict(offsets)))
    return np.asarray(place.intercept_ + left * np.clip(ratio, 0.2, 5.0))


def _weighted_quantiles(values: Array, weights: Array, at: Sequence[float]) -> list[float]:
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) - 0.5 * weights[order]
    return [float(np.interp(one, reached, values[order])) for one in at]


def fit_series(
    data: pd.DataFrame | str | Path,
    scenario: Scenario | str = "baseline",
    seed: int = 0,
    *,
    fitted: Sequence[str] = FITTED,
    since_launch: int = 0,
    draws: int = 4000,
    organization: Organization | None = None,
    folder: str | Path | None = None,
    executor: Any = None,
    progress: Callable[[], Any] | None = None,
) -> Fit:
    """Fit parameters to an organization's monthly series.

    Parameters
    ----------
    data : DataFrame or path
        See :func:`read_series`.
    scenario : Scenario, or a name or path
        What is known of the organization: values that differ from the baseline, events.
    seed : int
    fitted : sequence of str
        Dotted names of parameters with a plausible range.
    since_launch : int
        Months that the programme had run before the first month of the series.
    draws : int
        Runs; more narrow the error of the method, not what is unknown.
    organization : Organization, optional
        Default: one generated of the size that the headcount shows.
    folder : path, optional
        Where runs are kept, so that an interrupted fit goes on.
    executor, progress : optional

    Returns
    -------
    Fit

    Raises
    ------
    InputError
        The data, the names or the numbers cannot be used.
    """
    need("sklearn", "calibration", "a fit to series")
    check_seed(seed)
    observed = data if not isinstance(data, str | Path) else read_series(data)
    chosen = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    _check(observed, fitted, since_launch, draws)
    place = organization or _of_size(chosen, observed)
    chosen = chosen.changed({"run.months": since_launch + len(observed)})
    series = tuple(name for name in SERIES if name in observed and observed[name].notna().any())
    asked = observed.get(RESPONDENTS)
    respondents = tuple([np.nan] * len(observed) if asked is None else asked.tolist())
    setting = Setting(chosen, place, seed, since_launch + 1, series, respondents)
    jobs = _draws(setting, fitted, draws)
    with named_executor(executor) as pool:
        kept = None if folder is None else Path(folder)
        shown = _run_all(setting, jobs, kept, pool, progress)
        return _fitted(setting, jobs, shown, observed, fitted, pool)


def _check(observed: pd.DataFrame, fitted: Sequence[str], since_launch: int, draws: int) -> None:
    for name in fitted:
        if name not in declared():
            raise InputError(f"there is no parameter '{name}'.{nearest(name, declared())}")
        if declared()[name].plausible is None:
            raise InputError(f"'{name}' cannot be fitted: it declares no plausible range")
    if not fitted:
        raise InputError("there must be at least one parameter to fit")
    if len(observed) < BLOCK:
        raise InputError(f"the series have {len(observed)} months; at least {BLOCK} are needed")
    if since_launch < 0:
        raise InputError(f"since_launch must be 0 or more months, not {since_launch}")
    whole_number(draws, "draws", 2 * FEWEST, MOST_DRAWS)


def _of_size(scenario: Scenario, observed: pd.DataFrame) -> Organization:
    """Return the scenario's organization, generated at the size that the headcount shows."""
    from ..study.run import organization_of

    settings = scenario.parameters.organization
    if settings.chart or "headcount" not in observed or observed["headcount"].isna().all():
        return organization_of(scenario)
    people = max(2, round(float(observed["headcount"].mean()) / (1.0 - VACANT)))
    return generate_organization(
        people, settings.span, settings.ties, settings.tie_homophily, settings.structure_seed
    )


def _fitted(
    setting: Setting,
    jobs: Sequence[Draw],
    shown: dict[str, Array],
    observed: pd.DataFrame,
    fitted: Sequence[str],
    executor: Any,
) -> Fit:
    seats = setting.organization.people
    values = np.array([[job.values[name] for name in fitted] for job in jobs])
    data = {name: observed[name].to_numpy(dtype=float)[None, :] for name in setting.series}
    if "headcount" in data:  # a gap in it must not make a gap in what is taken per head
        data["headcount"] = (
            observed["headcount"].interpolate(limit_direction="both").to_numpy(dtype=float)[None, :]
        )
    seen = summaries(data, observed, seats)[0]
    numbers = summaries(shown, observed, seats)
    kept, moved, weights = posterior_draws(values, numbers, seen, _ranges(fitted))
    vectors = _vectors(jobs, kept, moved, weights, fitted, setting.seed)
    predictive = _predictive(setting, vectors, observed, len(jobs), executor)
    missed = _out_of_reach(numbers, seen, [name for name, _ in _blocks(observed, setting.series)])
    predictive["reached"] = ~predictive["series"].isin(missed)
    return Fit(_posterior_table(fitted, moved, weights), vectors, predictive, observed)


def _posterior_table(fitted: Sequence[str], moved: Array, weights: Array) -> pd.DataFrame:
    import pandas as pd

    low, high = _ranges(fitted)
    rows = []
    for j, name in enumerate(fitted):
        start, median, end = _weighted_quantiles(moved[:, j], weights, (0.05, 0.5, 0.95))
        mean = float(weights @ moved[:, j])
        deviation = float(np.sqrt(weights @ (moved[:, j] - mean) ** 2))
        spread = deviation / ((high[j] - low[j]) / np.sqrt(12.0))
        rows.append(
            (
                name,
                declared()[name].unit,
                low[j],
                high[j],
                median,
                start,
                end,
                spread,
                "learned" if spread <= LEARNED else "not learned",
            )
        )
    return pd.DataFrame(
        rows,
        columns=["parameter", "unit", "low", "high", "median", "from", "to", "spread", "verdict"],
    )


def _vectors(
    jobs: Sequence[Draw],
    kept: NDArray[np.int64],
    moved: Array,
    weights: Array,
    fitted: Sequence[str],
    seed: int,
    count: int = 100,
) -> pd.DataFrame:
    """Return equally likely draws of the posterior, by systematic resampling."""
    import pandas as pd

    start = np.random.default_rng(seed).random()
    picked = np.searchsorted(np.cumsum(weights), (np.arange(count) + start) / count)
    picked = np.minimum(picked, len(kept) - 1)
    rows = [jobs[kept[k]].values | dict(zip(fitted, moved[k], strict=True)) for k in picked]
    return pd.DataFrame(rows)


def _predictive(
    setting: Setting, vectors: pd.DataFrame, observed: pd.DataFrame, first: int, executor: Any
) -> pd.DataFrame:
    """Return what runs of the posterior show, with new luck, beside what was observed."""
    import pandas as pd

    jobs = [Draw(first + n, row) for n, row in enumerate(vectors.to_dict("records"))]
    shown: dict[str, list[Array]] = {name: [] for name in setting.series}
    for done in run_jobs(simulated, setting, jobs, executor):
        if done.error is not None:
            raise done.error
        for name, values in done.value.items():
            shown[name].append(values)
    parts = []
    for name, rows in shown.items():
        low, middle, high = np.quantile(np.array(rows), [0.05, 0.5, 0.95], axis=0)
        parts.append(
            pd.DataFrame(
                {
                    "series": name,
                    "month": observed.index,
                    "observed": observed[name].to_numpy(),
                    "median": middle,
                    "from": low,
                    "to": high,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def write_fit(found: Fit, folder: str | Path) -> list[Path]:
    """Write the posterior, its vectors, the predictive and its figure; return the paths."""
    from ..pictures import figures

    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    tables = {
        "posterior": found.posterior,
        "vectors": found.vectors,
        "predictive": found.predictive,
    }
    paths = [save_table(table, target / f"{name}.csv") for name, table in tables.items()]
    return [*paths, figures.save(figures.predictive(found.predictive), target / "predictive.png")]
