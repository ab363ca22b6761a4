"""Which parameters an outcome hangs on, knowing that the model is stochastic.

Two steps. *Screening* (Morris' elementary effects, by SALib) tells from few runs which of many
parameters matter at all. *Decomposition* (Sobol' indices on Saltelli's design, sampled by SALib)
splits the variance of the outcome over the ranges of those that do: first order, total, and
pairs, with bootstrap intervals, and the part that is chance in a single run.

Every point is run several times on the same luck as all others. The estimators are SALib's
(``saltelli2010``, ``jansen1999``) with one change: each product of two outcomes takes them from
two different replications, and is averaged over all such pairs. Chance then adds nothing to the
indices, not even to the total ones, which it would inflate; with one replication they are SALib's
to the last bit that matters. A design with failed runs is refused: no number is made up for them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, check_name, need
from ..files import save_table
from ..organizations.organization import Organization
from ..scenarios.designs import Design, make_design, salib_problem, unit_places
from ..scenarios.scenario import Scenario, load_scenario
from ..study.running import sweep
from ..study.runs import Runs
from ..study.uncertainty import parameter_share
from ..theory.measures import MEASURES
from ..theory.parameters import declared, uncertain

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Sensitivity", "elementary_effects", "sensitivity", "sobol_indices"]

Array = NDArray[np.float64]
#: Resamples of a bootstrap interval.
RESAMPLES = 1000
#: Parts of a range whose means make a bar of the tornado: the lowest and the highest fifth.
FIFTH = 0.2
#: How far outside 0 to 1 an index is estimated by chance that is no reason to doubt it.
BEYOND = 0.05


class Sensitivity(NamedTuple):
    """What an outcome hangs on.

    Attributes
    ----------
    screening : DataFrame
        ``parameter, mu_star, low, high, sigma, floor``: the mean size of a step's effect over
        the range with its 95 % interval, its spread (interactions, curvature), and what chance
        alone would show; largest first.
    indices : DataFrame
        ``parameter, first, first_low, first_high, total, total_low, total_high``, and
        ``at_lowest, at_highest``: the outcome's mean in the lowest and the highest fifth.
    pairs : DataFrame
        ``first, second, index, low, high``: second-order indices.
    variance : DataFrame
        ``source, variance, share, low, high``: parameters and chance, of a single run.

    Shares of the variance, indices among them, lie between 0 and 1, and so do their intervals.
    measure : str
    against : str
        The scenario whose outcome at the same point is taken off; "": none.
    beyond : str
        The estimate that lies farthest outside 0 to 1 before it is put there, if that is by more
        than ``BEYOND``, in words; "": none does.
    """

    screening: pd.DataFrame
    indices: pd.DataFrame
    pairs: pd.DataFrame
    variance: pd.DataFrame
    measure: str
    against: str = ""
    beyond: str = ""

    def sentences(self) -> list[str]:
        """Return what was found in plain words; where nothing can be told, no parameter leads."""
        whole = self.variance.set_index("source")
        most = self.indices.iloc[0]
        less = f", less that of '{self.against}'," if self.against else ""
        if not whole["variance"].abs().sum() > 0.0:
            return [f"{self.measure}{less} is the same in all runs: there is nothing to explain."]
        if not whole["variance"]["parameters"] > 0.0:
            return [
                f"{self.measure}{less} varies by chance alone, as far as so few runs can tell: no "
                "parameter leads. More replications (--replications) or samples (--samples) may."
            ]
        if self.beyond:
            return [
                f"Too few samples: {self.beyond}, and no share lies outside 0 to 1, so that what "
                f"{self.measure}{less} hangs on is not told. Give more samples (--samples) or "
                "replications (--replications)."
            ]
        return [
            f"Over these ranges {_told(*whole.loc['parameters', ['share', 'low', 'high']])} of the "
            f"variance of {self.measure}{less} in a single run is the parameters', "
            f"{whole['share']['chance']:.0%} is chance.",
            f"Most hangs on {most['parameter']}: "
            f"{_told(*most[['total', 'total_low', 'total_high']])} of the parameters' part, "
            f"{_told(*most[['first', 'first_low', 'first_high']])} by itself.",
        ]


def _told(share: float, low: float, high: float) -> str:
    return f"{share:.0%} (95 % interval {low:.0%} to {high:.0%})"


def sensitivity(
    scenario: Scenario | str,
    folder: str | Path,
    measure: str = "adoption",
    seed: int = 0,
    *,
    over: Sequence[str] | Mapping[str, tuple[Any, ...]] = (),
    trajectories: int = 16,
    top: int = 8,
    samples: int = 128,
    replications: int = 4,
    against: Scenario | str | None = None,
    organization: Organization | None = None,
    executor: Any = None,
    progress: bool | Callable[[], Any] | None = None,
) -> Sensitivity:
    """Screen many parameters, then decompose the variance over those that matter.

    Parameters
    ----------
    scenario : Scenario, or a name or path
    folder : path
        Where runs are kept; what it holds already is not run again.
    measure : str
        Taken over the last twelve months.
    seed : int
        Of designs and runs.
    over : sequence of str or mapping, optional
        Parameters, over their plausible ranges, or ranges by name (categories for what is no
        number); default: all uncertain ones. With no more than ``top`` nothing is screened.
    trajectories : int
        Of the screening: runs points number (parameters + 1) times as many.
    top : int
        How many parameters go on to the decomposition.
    samples : int
        Base samples of the decomposition, a power of 2: (2 top + 2) times as many points.
    replications : int
        Runs of each point, at least 2.
    against : Scenario, or a name or path, optional
        The outcome is how much more of the measure there is than in this scenario, at the same
        points and on the same luck: what an event changes.
    organization, executor, progress : optional

    Raises
    ------
    InputError
        Names or numbers cannot be used, or runs have failed.
    """
    need("SALib", "sensitivity", "sensitivity")
    check_name(measure, MEASURES, "measure")
    if replications < 2:
        raise InputError(f"replications must be at least 2 to tell chance, not {replications}")
    if not top > 1:
        raise InputError(f"top must be at least 2, not {top}")
    worlds = {
        place: one if isinstance(one, Scenario) else load_scenario(one)
        for place, one in (("", scenario), ("-against", against))
        if one is not None
    }
    ranges = ranges_over(over)

    def planned(kind: str, count: int, some: Mapping[str, Any]) -> Scenario:
        stated = {"design": kind, "samples": count, "seed": seed, "axes": dict(some)}
        return worlds[""].changed(sweep=stated)

    def outcomes(kind: str, count: int, some: Mapping[str, Any]) -> tuple[Design, Array]:
        design = make_design(planned(kind, count, some))
        values = [
            values_of(
                sweep(
                    one,
                    design,
                    replications,
                    seed,
                    executor,
                    Path(folder) / f"{kind}{place}",
                    organization=organization,
                    months=False,
                    progress=progress,
                ),
                measure,
            )
            for place, one in worlds.items()
        ]
        return design, values[0] - values[1] if against else values[0]

    # What cannot be decomposed is refused before hours of screening.
    planned("saltelli", samples, dict(itertools.islice(ranges.items(), min(top, len(ranges)))))
    screening = _no_screening(list(ranges))
    if len(ranges) > top:
        design, values = outcomes("morris", trajectories, ranges)
        screening = elementary_effects(unit_places(design), values, list(ranges))
        ranges = {name: ranges[name] for name in screening["parameter"].head(top)}
    design, values = outcomes("saltelli", samples, ranges)
    found = _decomposed(screening, design, values, list(ranges), measure)
    return found._replace(against=worlds["-against"].name if against else "")


def ranges_over(over: Sequence[str] | Mapping[str, Any]) -> dict[str, Any]:
    """Return the range of each parameter to vary: as given, or plausible."""
    if isinstance(over, Mapping):
        return dict(over)
    for name in over:
        check_name(name, declared(), "parameter")
        if declared()[name].plausible is None:
            raise InputError(f"'{name}' declares no plausible range; give one")
    return dict.fromkeys(over or uncertain(), "plausible")


def points_needed(parameters: int, trajectories: int, top: int, samples: int) -> int:
    """Return how many points the screening and the decomposition have together."""
    screened = trajectories * (parameters + 1) if parameters > top else 0
    return screened + samples * (2 * min(parameters, top) + 2)


def values_of(runs: Runs, measure: str) -> Array:
    """Return a measure of every run, shape (replications, points), or refuse a single gap."""
    table, wanted = runs.runs, runs.wanted
    bad = table[(table["status"] != "finished") | ~np.isfinite(table[measure].to_numpy(float))]
    if len(bad) or len(table) < wanted:
        first = f"; the first: {bad['error'].iloc[0] or 'no number'}" if len(bad) else ""
        raise InputError(
            f"{wanted - len(table) + len(bad)} of {wanted} runs have no {measure}{first}. Indices "
            "of the rest would be wrong: mend the ranges, or mentoring resume"
        )
    return table.pivot(index="replication", columns="point", values=measure).to_numpy(float)


# ------------------------------------------------------------------------------- screening


def elementary_effects(places: Array, values: Array, names: Sequence[str]) -> pd.DataFrame:
    """Return Morris' measures for each parameter, largest first.

    Parameters
    ----------
    places : array of shape (points, parameters)
        On the unit cube, in the order of SALib's trajectories.
    values : array of shape (replications, points)
    names : sequence of str
    """
    import pandas as pd
    from SALib.analyze import morris

    problem = salib_problem(names)
    found = morris.analyze(problem, places, values.mean(axis=0), num_resamples=RESAMPLES, seed=0)
    each = np.array(
        [morris.analyze(problem, places, one, num_resamples=2, seed=0)["mu"] for one in values]
    )
    # The mean size that effects of chance alone would have, were there nothing else.
    floor = np.zeros(len(names))
    if len(values) > 1:
        trajectories = len(places) / (len(names) + 1)
        floor = np.sqrt(2.0 / np.pi * trajectories / len(values)) * each.std(axis=0, ddof=1)
    table = pd.DataFrame(
        {
            "parameter": list(names),
            "mu_star": np.asarray(found["mu_star"]),
            "low": np.asarray(found["mu_star"]) - found["mu_star_conf"],
            "high": np.asarray(found["mu_star"]) + found["mu_star_conf"],
            "sigma": np.asarray(found["sigma"]),
            "floor": floor,
        }
    )
    return table.sort_values("mu_star", ascending=False, ignore_index=True, kind="stable")


def _no_screening(names: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    columns = ["parameter", "mu_star", "low", "high", "sigma", "floor"]
    return pd.DataFrame(columns=columns, data=[(name, *[np.nan] * 5) for name in names])


# --------------------------------------------------------------------------- decomposition


class Indices(NamedTuple):
    """Sobol' indices: ``first`` and ``total`` of shape (parameters,), ``second`` of pairs.

    ``parameters`` and ``chance`` are variances of a single run.
    """

    first: Array
    total: Array
    second: Array
    parameters: float
    chance: float


def _crossed(x: Array, y: Array) -> Array:
    """Return the mean product of x and y from two different replications, shape of one.

    Parameters
    ----------
    x, y : arrays of shape (replications, ...)
        With one replication the product itself.
    """
    count = len(x)
    if count == 1:
        return np.asarray(x[0] * y[0])
    together = x.sum(axis=0) * y.sum(axis=0) - (x * y).sum(axis=0)
    return np.asarray(together / (count * (count - 1)))


def sobol_indices(values: Array, parameters: int) -> Indices:
    """Return Sobol' indices of outcomes on Saltelli's design.

    Parameters
    ----------
    values : array of shape (replications, points)
        In SALib's order: for each base sample A, A with each column of B, B with each column of
        A, and B.
    parameters : int
    """
    blocks = _blocks(values, parameters)
    return _indices(*blocks)


def _blocks(values: Array, parameters: int) -> tuple[Array, Array, Array, Array]:
    """Return A, AB, BA and B: shapes (replications, samples) and (replications, samples, k)."""
    k = parameters
    shaped = (values - values.mean(axis=1, keepdims=True)).reshape(len(values), -1, 2 * k + 2)
    return shaped[..., 0], shaped[..., 1 : k + 1], shaped[..., k + 1 : 2 * k + 1], shaped[..., -1]


def _indices(a: Array, ab: Array, ba: Array, b: Array) -> Indices:
    both = np.concatenate([a, b], axis=1)
    mean = both.mean(axis=1)
    variance = float(_crossed(both, both).mean() - _crossed(mean, mean))
    scale = variance if variance > 0.0 else np.nan
    first = _crossed(b[..., None], ab - a[..., None]).mean(axis=0) / scale
    gap = a[..., None] - ab
    total = 0.5 * _crossed(gap, gap).mean(axis=0) / scale
    pairs = itertools.combinations(range(ab.shape[-1]), 2)
    base = _crossed(a, b)
    second = [
        float((_crossed(ba[..., j], ab[..., k]) - base).mean() / scale - first[j] - first[k])
        for j, k in pairs
    ]
    chance = float(both.var(axis=0, ddof=1).mean()) if len(both) > 1 else 0.0
    return Indices(first, total, np.array(second), variance, chance)


def resampled(values: Array, parameters: int, seed: int = 0) -> list[Indices]:
    """Return the indices of resampled base samples, for bootstrap intervals."""
    blocks = _blocks(values, parameters)
    count = blocks[0].shape[1]
    generator = np.random.default_rng(seed)
    found = []
    for _ in range(RESAMPLES):
        some = generator.integers(0, count, count)
        found.append(_indices(*(block[:, some] for block in blocks)))
    return found


def _decomposed(
    screening: pd.DataFrame, design: Design, values: Array, names: list[str], measure: str
) -> Sensitivity:
    import pandas as pd

    found, drawn = sobol_indices(values, len(names)), resampled(values, len(names))
    shares = {
        key: [np.clip(one, 0.0, 1.0) for one in (getattr(found, key), *_ends(drawn, key))]
        for key in ("first", "total", "second")
    }
    low, high = _fifths(unit_places(design), values.mean(axis=0))
    indices = pd.DataFrame(
        {
            "parameter": names,
            **_columns(("first", "first_low", "first_high"), shares["first"]),
            **_columns(("total", "total_low", "total_high"), shares["total"]),
            "at_lowest": low,
            "at_highest": high,
        }
    )
    pairs = pd.DataFrame(list(itertools.combinations(names, 2)), columns=["first", "second"])
    pairs = pairs.assign(**_columns(("index", "low", "high"), shares["second"]))
    return Sensitivity(
        screening,
        indices.sort_values("total", ascending=False, ignore_index=True, kind="stable"),
        pairs.sort_values("index", ascending=False, ignore_index=True, kind="stable"),
        variance_table(values, len(names)),
        measure,
        beyond=_beyond(found, names),
    )


def _beyond(found: Indices, names: Sequence[str]) -> str:
    """Return in words which index lies farthest outside 0 to 1, if it is far; else ""."""
    told = [
        (max(-value, value - 1.0), f"the {what} of {name} comes out as {value:.2f}")
        for what, values in (("first-order index", found.first), ("total index", found.total))
        for name, value in zip(names, map(float, values), strict=True)
        if not np.isnan(value)
    ]
    far, words = max(told, default=(0.0, ""))
    return words if far > BEYOND else ""


def _ends(drawn: Sequence[Indices], key: str) -> Array:
    return np.quantile([getattr(one, key) for one in drawn], [0.025, 0.975], axis=0)


def _columns(names: Sequence[str], values: Sequence[Array]) -> dict[str, Array]:
    return dict(zip(names, values, strict=True))


def variance_table(values: Array, parameters: int) -> pd.DataFrame:
    """Return the variance of a single run by its source, with shares and their intervals.

    The points of the base samples are drawn from the ranges at random, or more evenly, so a
    share's interval is that of :func:`simulation.study.uncertainty.parameter_share`.

    Parameters
    ----------
    values : array of shape (replications, points)
        As in :func:`sobol_indices`.
    parameters : int
    """
    import pandas as pd

    found, (a, _, _, b) = sobol_indices(values, parameters), _blocks(values, parameters)
    both = np.concatenate([a, b], axis=1)
    _, low, high = parameter_share((both - both.mean(axis=1, keepdims=True)).T)
    whole = found.parameters + found.chance
    mine = float(np.clip(found.parameters / whole, 0.0, 1.0)) if whole > 0.0 else np.nan
    rows = [
        ("parameters", found.parameters, mine, low, high),
        ("chance", found.chance, 1.0 - mine, 1.0 - high, 1.0 - low),
    ]
    return pd.DataFrame(rows, columns=["source", "variance", "share", "low", "high"])


def _fifths(places: Array, values: Array) -> tuple[Array, Array]:
    """Return the mean outcome in the lowest and in the highest fifth of each parameter."""
    low, high = [], []
    for column in places.T:
        low.append(values[column <= FIFTH].mean() if (column <= FIFTH).any() else np.nan)
        above = column >= 1.0 - FIFTH
        high.append(values[above].mean() if above.any() else np.nan)
    return np.array(low), np.array(high)


def write_sensitivity(found: Sensitivity, folder: str | Path) -> list[Path]:
    """Write tables, and figures as PNG and SVG where there is something to draw; return paths."""
    from ..pictures import influence, plates

    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    tables = {
        "screening": found.screening,
        "indices": found.indices,
        "pairs": found.pairs,
        "variance": found.variance,
    }
    paths = [save_table(one, target / f"{name}.csv", "%.6g") for name, one in tables.items()]
    if found.indices["total"].isna().any():
        return paths  # nothing varies: there is nothing to draw
    drawn = {
        "tornado": influence.tornado(found.indices, found.measure, found.against),
        "indices": influence.indices(found.indices, found.variance),
        "interactions": influence.interactions(found.pairs),
    }
    for name, figure in drawn.items():
        paths += plates.save(figure, target / f"{name}.png")
    return paths
