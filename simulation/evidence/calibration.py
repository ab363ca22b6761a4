"""Fitting the uncertain parameters to the published patterns, all at once.

What is sought is not a best point but all parameter vectors in their plausible ranges that show
the patterns of :mod:`simulation.evidence.patterns`, but for those listed there as not fitted:
approximate Bayesian computation (``beaumont2002``) with flat priors over the ranges and the
patterns' bands for a kernel. Almost no vector drawn blindly shows them all, so emulators point to
where they may, wave by wave, as in history matching (``craig1997``, ``vernon2010``):

1. vectors are run and each number of the patterns is measured;
2. for each number an *emulator*, a quadratic in the parameters that matter to it, is fitted to
   the runs, with its error estimated by cross-validation;
3. the next vectors are drawn in proportion to the probability that all their numbers lie in the
   bands, as far as the emulators know; in early waves their errors count more.

At the end vectors drawn in this way are run with new luck: a few times each, and those that may
show the patterns, for all that so few runs can tell, several times more. Kept is then what
contradicts no band and meets enough patterns outright, signs clearly: of so many numbers, measured
in some twenty runs, chance alone lets one or two of a good vector's miss. Vectors that emulators
favoured are then thinned out in proportion, so that what is *accepted* is an even sample of the
part of the plausible ranges that shows the patterns, as far as emulators have not hidden some of
it. The accepted vectors are checked once more with new luck.

A ratio of two numbers is fitted as the one less so many times the other, which runs of one
vector can be averaged over.

Everything that is run goes into a store, so the work can be stopped and goes on.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..files import save_table, whole
from ..scenarios.scenario import Scenario, load_scenario
from ..study.code import code_digest
from ..study.execution import named_executor, run_jobs
from ..study.manifest import provenance
from ..study.run import Run, check_seed, organization_of
from ..study.store import JOB, Store
from ..theory.parameters import declared, uncertain
from .bands import (
    ALL_PATTERNS,
    NOT_FITTED,
    PATTERNS,
    SIGN_PATTERNS,
    Pattern,
    estimate,
    met,
    possible,
    whole_patterns,
    within,
)
from .emulators import Emulator, draw_vectors, fit_emulators, log_probability
from .patterns import measured_run, scenarios_of_signs, sign_differences
from .trade_offs import drawn_pairs, trade_offs

if TYPE_CHECKING:
    import pandas as pd

    from ..organizations.organization import Organization

__all__ = ["Calibration", "Effort", "calibrate", "central_vector", "identifiability"]

Array = NDArray[np.float64]
#: The numbers that are fitted, beside the signs.
BANDS = {
    key: pattern
    for key, pattern in PATTERNS.items()
    if pattern.number not in NOT_FITTED and not pattern.reported
}
#: How many times their errors emulators are taken to be wrong by, in each wave after the first.
DOUBT = (3.0, 2.0, 1.0)
#: Among kept vectors, those that emulators favoured more than this share of them are thinned.
EVEN = 0.25
#: Patterns, of all, that an accepted vector should meet with new luck.
ENOUGH = 15
#: A parameter is pinned when the accepted vectors' spread is this share of the range's or less.
PINNED = 0.75


class Effort(NamedTuple):
    """How much is run.

    ``first`` and ``later`` are vectors in the first and in each later wave, ``replications``
    runs of each vector in later waves; ``wanted`` is how many accepted vectors are sought among
    at most ``candidates``, ``batch`` at a time, each run ``proof`` times, and ``more`` times if
    it shows the patterns then. Those accepted are checked with ``check`` runs. ``steps`` are moves
    of each random walk that draws vectors.
    """

    first: int = 1200
    later: int = 400
    replications: int = 2
    wanted: int = 50
    candidates: int = 800
    batch: int = 60
    proof: int = 6
    more: int = 14
    check: int = 20
    steps: int = 2000


#: How much, by name.
EFFORTS = {"full": Effort(), "quick": Effort(1000, 400, 2, 20, 400, 20, 4, 8, 8)}


class Calibration(NamedTuple):
    """What history matching has found.

    Attributes
    ----------
    accepted : DataFrame
        One row a vector, a column a parameter.
    measured : DataFrame
        The patterns' numbers of the accepted vectors, means over their runs.
    tried, kept : int
        How many vectors were run at the end, and how many of them are good; the
        accepted ones are an even part of these.
    waves : DataFrame
        ``wave, vectors, met``: share of vectors with so many patterns met, before signs.
    signs : DataFrame
        ``sign, share``: how many of the vectors that were drawn by the bands alone show each
        sign, and all of them, in the mean of their runs: what the signs add to the bands. Of one
        sign, out of the vectors in which both programmes live in some run.
    emulators : DataFrame
        ``number, spread, error, chance``: how well the last emulators know each number.
    again : DataFrame
        Each number of each accepted vector with new luck: a row a vector, a column a number.
    met : DataFrame
        Whether it is met then, signs clearly.
    candidates : DataFrame
        Each fitted number but the signs of each candidate, in the first runs that all have, and
        whether it is ``accepted``.
    trade_offs : DataFrame
        How each pair of bands is met together by them:
        :func:`simulation.evidence.trade_offs.trade_offs`.
    """

    accepted: pd.DataFrame
    measured: pd.DataFrame
    tried: int
    kept: int
    waves: pd.DataFrame
    signs: pd.DataFrame
    emulators: pd.DataFrame
    again: pd.DataFrame
    met: pd.DataFrame
    candidates: pd.DataFrame
    trade_offs: pd.DataFrame

    @property
    def checked(self) -> NDArray[np.int64]:
        """Patterns that each accepted vector meets with new luck, of those that are fitted."""
        counts = [
            sum(whole_patterns({key: bool(row[key]) for key in BANDS | SIGN_PATTERNS}).values())
            for _, row in self.met.iterrows()
        ]
        return np.array(counts, dtype=np.int64)

    def identifiability(self) -> pd.DataFrame:
        """Return how far the patterns pin each parameter: :func:`identifiability`."""
        return identifiability(self.accepted)

    def bands(self) -> pd.DataFrame:
        """Return where the accepted vectors lie in each band: ``measured, low, high, ...``.

        ``share`` is how many of them meet the number with new luck in the mean of their runs; of
        a sign, how many have it.
        """
        import pandas as pd

        ends = self.measured.quantile([0.05, 0.5, 0.95])
        rows = [
            (
                p.number,
                f"{p.measured}, {p.unit}",
                p.low,
                p.high,
                *ends[key],
                np.nan if p.reported else np.mean([within(p, mean) for mean in self.again[key]]),
            )
            for key, p in ALL_PATTERNS.items()
        ]
        columns = ["number", "measured", "low", "high", "from", "median", "to", "share"]
        return pd.DataFrame(rows, columns=columns)

    def verdict(self) -> str:
        """Return in one sentence what has been pinned."""
        table = self.identifiability()
        pinned = int((table["verdict"] == "pinned").sum())
        ten = float((self.checked >= ENOUGH).mean())
        return (
            f"{self.kept} of {self.tried} candidates contradict no band and meet {ENOUGH} patterns "
            f"or more; of the even part of them that is accepted, {ten:.0%} meet so many with new "
            f"luck. The patterns pin {pinned} of {len(table)} parameters."
        )


# ------------------------------------------------------------------------ running vectors


class Setting(NamedTuple):
    """What all evaluations share; sent to the workers once."""

    scenario: Scenario
    organization: Organization
    names: tuple[str, ...]
    seed: int
    signs: bool


class Evaluation(NamedTuple):
    """One run of one vector: its number, which is its luck, and the parameters' values."""

    number: int
    values: tuple[float, ...]


def evaluate(setting: Setting, job: Evaluation) -> dict[str, float]:
    """Return the patterns' numbers in one run of a vector: the bands', or the signs'."""
    changes = dict(zip(setting.names, job.values, strict=True))
    scenario = setting.scenario.changed(changes)
    place = setting.organization
    if setting.signs:
        return sign_differences(scenarios_of_signs(scenario), place, setting.seed, job.number)
    return measured_run(scenario, place, setting.seed, job.number)


#: What must be the same for a calibration to go on.
_SAME = ("model", "stage", "seed", "scenario", "organization", "parameters")


class _Study(NamedTuple):
    """Where a calibration keeps its runs, and how it makes more."""

    folder: Path
    scenario: Scenario
    organization: Organization
    names: tuple[str, ...]
    seed: int
    executor: Any
    progress: Callable[[str, int], Any]

    def measured(self, stage: str, vectors: Array, replications: int, signs: bool) -> pd.DataFrame:
        """Run each vector of a stage so often, as far as that has not been done.

        Returns
        -------
        DataFrame
            ``vector, replication`` and a column for each number, in order.
        """
        import pandas as pd

        setting = Setting(self.scenario, self.organization, self.names, self.seed, signs)
        study = self._manifest(stage)
        first = stage_number(stage) * 1_000_000
        with Store(self.folder / stage, ("runs",), study, same=_SAME) as store:
            wanted = [n for n in range(len(vectors) * replications) if n not in store.finished]
            jobs = [
                Evaluation(first + n, tuple(vectors[n // replications].tolist())) for n in wanted
            ]
            self.progress(stage, len(wanted))
            for done in run_jobs(evaluate, setting, jobs, self.executor):
                if done.error is not None:
                    raise done.error
                row = {name: [value] for name, value in done.value.items()}
                store.add({"runs": {JOB: [wanted[done.position]]} | row})
                self.progress(stage, -1)
        if len(vectors) == 0:
            names = SIGN_PATTERNS if signs else columns_of(PATTERNS)
            return pd.DataFrame(columns=["vector", "replication", *names], dtype=float)
        table = store.read("runs")
        table = table[table[JOB] < len(vectors) * replications]
        table.insert(0, "vector", table[JOB] // replications)
        table.insert(1, "replication", table[JOB] % replications)
        return table.drop(columns=JOB)

    def both(self, bands: str, signs: str, vectors: Array, replications: int) -> pd.DataFrame:
        """Run bands and signs of the same vectors; return them side by side."""
        keys = ["vector", "replication"]
        first = self.measured(bands, vectors, replications, False)
        return first.merge(self.measured(signs, vectors, replications, True), on=keys)

    def _manifest(self, stage: str) -> dict[str, Any]:
        return provenance() | {
            "model": code_digest(),
            "stage": stage,
            "seed": self.seed,
            "scenario": self.scenario.digest,
            "organization": self.organization.digest,
            "parameters": list(self.names),
        }

    def kept(self, name: str, make: Callable[[], Array]) -> Array:
        """Return an array from the folder, made and kept there the first time.

        What is drawn depends on sums whose last bit depends on the machine's libraries, so
        what was drawn is kept rather than drawn again.
        """
        path = self.folder / f"{name}.npy"
        if path.is_file():
            return np.asarray(np.load(path, allow_pickle=False))
        array = make()
        buffer = io.BytesIO()
        np.save(buffer, array)
        self.folder.mkdir(parents=True, exist_ok=True)
        whole(path, lambda part: part.write_bytes(buffer.getvalue()))
        return array


def columns_of(patterns: Mapping[str, Pattern]) -> list[str]:
    """Return what a run measures of some numbers: themselves and their divisors."""
    divisors = [pattern.per for pattern in patterns.values() if pattern.per]
    return list(dict.fromkeys([*patterns, *divisors]))


def stage_number(stage: str) -> int:
    """Return the number in a stage's name, so that no two stages share luck."""
    kind, number = stage.rsplit("-", 1)
    kinds = (
        "wave",
        "wave-signs",
        "proof",
        "proof-signs",
        "more",
        "more-signs",
        "check",
        "check-signs",
    )
    return 100 * kinds.index(kind) + int(number)


# --------------------------------------------------------------------------- the whole fit


def calibrate(
    folder: str | Path,
    scenario: Scenario | str = "baseline",
    seed: int = 0,
    effort: Effort | None = None,
    *,
    organization: Organization | None = None,
    executor: Any = None,
    progress: Callable[[str, int], Any] | None = None,
) -> Calibration:
    """Find the parameter vectors in the plausible ranges that show the patterns at once.

    Parameters
    ----------
    folder : path
        Where runs are kept; what it holds already is not run again.
    scenario : Scenario, or a name or path
        Its levers, events and other values stay as they are.
    seed : int
        Of vectors and runs.
    effort : Effort, optional
    executor : str or executor, optional
        As in :func:`simulation.study.execution.named_executor`.
    progress : callable, optional
        Called with a stage's name and a number: how many runs it needs, then -1 for each.

    Returns
    -------
    Calibration

    Raises
    ------
    InputError
        The folder holds another calibration, or the patterns cannot be met at once.
    """
    check_seed(seed)
    chosen = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    place = organization or organization_of(chosen)
    Run(chosen, place)  # refused here rather than by every worker
    much, names = effort or Effort(), tuple(uncertain())
    with named_executor(executor) as pool:
        study = _Study(
            Path(folder), chosen, place, names, seed, pool, progress or (lambda stage, count: None)
        )
        return _accepted(study, much, _waves(study, much))


def _bounds(names: Iterable[str]) -> tuple[Array, Array]:
    ranges = np.array([declared()[name].plausible for name in names], dtype=float)
    return ranges[:, 0], ranges[:, 1]


def to_values(points: Array, names: Sequence[str]) -> Array:
    """Return points on [-1, 1] as parameters' values."""
    low, high = _bounds(names)
    return np.asarray(low + (points + 1.0) / 2.0 * (high - low))


def to_points(values: Array, names: Sequence[str]) -> Array:
    """Return parameters' values as points on [-1, 1]."""
    low, high = _bounds(names)
    return np.asarray(2.0 * (values - low) / (high - low) - 1.0)


def _first_points(count: int, parameters: int, seed: int) -> Array:
    from scipy.stats import qmc

    return np.asarray(2.0 * qmc.LatinHypercube(parameters, rng=seed).random(count) - 1.0)


class _Waves(NamedTuple):
    """What has been run so far: points of each wave, what was measured, and its signs."""

    points: list[Array]
    bands: list[pd.DataFrame]
    signs: list[pd.DataFrame]

    def emulators(self) -> list[Emulator]:
        """Return emulators of all that was measured; the first wave has no signs."""
        found = fit_emulators(np.concatenate(self.points), self.bands, BANDS)
        if self.signs:
            found += fit_emulators(np.concatenate(self.points[1:]), self.signs, SIGN_PATTERNS)
        return found

    def draw(self, study: _Study, count: int, doubt: float, runs: int, steps: int) -> Array:
        """Return the next points."""
        together = np.concatenate(self.points)
        seed = study.seed + len(self.points)
        return draw_vectors(self.emulators(), together, count, doubt, runs, seed, steps)


def _waves(study: _Study, much: Effort) -> _Waves:
    """Run the waves."""
    first = study.kept("wave-0", lambda: _first_points(much.first, len(study.names), study.seed))
    waves = _Waves([first], [], [])
    waves.bands.append(study.measured("wave-0", to_values(first, study.names), 1, False))
    for wave, doubt in enumerate(DOUBT, 1):
        runs = much.proof + much.more
        draw = functools.partial(waves.draw, study, much.later, doubt, runs, much.steps)
        points = study.kept(f"wave-{wave}", draw)
        values = to_values(points, study.names)
        waves.points.append(points)
        waves.bands.append(study.measured(f"wave-{wave}", values, much.replications, False))
        signs = study.measured(f"wave-signs-{wave}", values, much.replications, True)
        waves.signs.append(signs)
    return waves


def _accepted(study: _Study, much: Effort, waves: _Waves) -> Calibration:
    """Run candidates with new luck until enough show the patterns, batch by batch."""
    import pandas as pd

    runs = much.proof + much.more
    draw = functools.partial(waves.draw, study, much.candidates, 1.0, runs, much.steps)
    candidates = study.kept("candidates", draw)
    emulators = waves.emulators()
    favour = log_probability(emulators, candidates, 1.0, runs)
    vectors = to_values(candidates, study.names)
    found: list[pd.DataFrame] = []
    proofs: list[pd.DataFrame] = []
    for batch, start in enumerate(range(0, len(candidates), much.batch)):
        part = slice(start, start + much.batch)
        proofs.append(study.measured(f"proof-{batch}", vectors[part], much.proof, False))
        found.append(_proven(study, f"{batch}", vectors[part], favour[part], much, proofs[-1]))
        kept = pd.concat(found, ignore_index=True)
        even = kept[_evened(kept["favour"].to_numpy(), study.seed)]
        if len(even) >= much.wanted:
            break
    if len(even) < 2:
        raise InputError(
            f"{len(kept)} of {len(vectors)} candidates show the patterns: in the plausible ranges "
            "the patterns can hardly be met at once, or emulators need more vectors"
        )
    even = even.iloc[: much.wanted].reset_index(drop=True)
    accepted = even[list(study.names)]
    again, good = _checked(study, accepted.to_numpy(), much.check)
    tried = vectors[: part.stop]
    return Calibration(
        accepted,
        even[list(ALL_PATTERNS)],
        len(tried),
        len(kept),
        _history(waves.bands),
        unfitted_signs(waves.signs[0]),
        _quality(emulators),
        again,
        good,
        *_candidates(proofs, tried, accepted.to_numpy(), waves.bands[0]),
    )


def _evened(favour: Array, seed: int) -> NDArray[np.bool_]:
    """Return which vectors stay when those that emulators favoured are thinned in proportion.

    ``favour`` is the logarithm of the probability in proportion to which they were drawn. The
    draw of a vector is its own, so that more vectors leave it as it was only roughly: the level
    from which vectors are thinned is that of all.
    """
    if len(favour) == 0:
        return np.zeros(0, dtype=bool)
    level = float(np.quantile(favour, EVEN))
    draws = np.random.default_rng(seed).random(len(favour))
    return np.asarray(np.log(draws) < level - favour)


def _candidates(
    proofs: Sequence[pd.DataFrame], vectors: Array, accepted: Array, first: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the candidates' numbers in the runs that all have, and their bands' trade-offs.

    ``first`` are the runs of the first wave, which is spread evenly.
    """
    import pandas as pd

    runs = pd.concat(proofs, keys=range(len(proofs)), names=["batch", None]).reset_index("batch")
    runs["vector"] = runs.groupby(["batch", "vector"], sort=True).ngroup()
    later = runs["replication"] >= (runs["replication"].max() + 1) / 2
    numbers, one, other, even = (
        estimates(some, BANDS) for some in (runs, runs[~later], runs[later], first)
    )
    pairs = trade_offs(numbers, (one, other), even, BANDS)
    chosen = set(map(tuple, accepted.tolist()))
    return numbers.assign(accepted=[tuple(row) in chosen for row in vectors.tolist()]), pairs


def _proven(
    study: _Study,
    batch: str,
    vectors: Array,
    favour: Array,
    much: Effort,
    bands: pd.DataFrame,
) -> pd.DataFrame:
    """Return those of some vectors that are accepted, with what was measured of them.

    None of their numbers contradicts its band, and they meet enough patterns outright; ``bands``
    are their first runs.
    """
    import pandas as pd

    some = _good(bands, BANDS, possible)
    signs = study.measured(f"proof-signs-{batch}", vectors[some], much.proof, True)
    some = some[_good(signs, SIGN_PATTERNS, possible)]
    if len(some) == 0:
        return pd.DataFrame(columns=[*study.names, *ALL_PATTERNS, "favour"], dtype=float)
    both = study.both(f"more-{batch}", f"more-signs-{batch}", vectors[some], much.more)
    good = np.intersect1d(_good(both, BANDS | SIGN_PATTERNS, possible), _good_enough(both))
    parts = [
        pd.DataFrame(vectors[some[good]], columns=list(study.names)),
        estimates(both).iloc[good].reset_index(drop=True),
        pd.DataFrame({"favour": favour[some[good]]}),
    ]
    return pd.concat(parts, axis=1)


def _good(
    runs: pd.DataFrame, patterns: Iterable[str], judge: Callable[[str, Any], bool]
) -> NDArray[np.intp]:
    """Return which vectors, in order, meet all patterns in somebody's judgement."""
    good = [all(judge(key, rows) for key in patterns) for _, rows in runs.groupby("vector")]
    return np.flatnonzero(good)


def _good_enough(runs: pd.DataFrame) -> NDArray[np.intp]:
    """Return which vectors, in order, meet enough patterns in the means of their runs."""
    keys = list(BANDS | SIGN_PATTERNS)
    counts = [
        sum(whole_patterns({key: met(key, some) for key in keys}).values())
        for _, some in runs.groupby("vector")
    ]
    return np.flatnonzero(np.array(counts) >= ENOUGH)


def estimates(runs: pd.DataFrame, patterns: Iterable[str] = ALL_PATTERNS) -> pd.DataFrame:
    """Return each vector's numbers: means over its runs, or ratios of two; a row a vector."""
    import pandas as pd

    keys = list(patterns)
    rows = [{key: estimate(key, some)[0] for key in keys} for _, some in runs.groupby("vector")]
    return pd.DataFrame(rows, columns=keys)


def _checked(study: _Study, vectors: Array, runs: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return each vector's numbers with new luck, and which it meets."""
    import pandas as pd

    both = study.both("check-0", "check-signs-0", vectors, runs)
    good = [{key: met(key, rows) for key in ALL_PATTERNS} for _, rows in both.groupby("vector")]
    return estimates(both), pd.DataFrame(good)


def patterns_met(runs: pd.DataFrame) -> list[int]:
    """Return how many patterns each vector meets, of those that are fitted, signs left out."""
    return [
        sum(
            whole_patterns(
                {key: within(BANDS[key], estimate(key, rows)[0]) for key in BANDS}
            ).values()
        )
        for _, rows in runs.groupby("vector")
    ]


def _history(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for wave, table in enumerate(tables):
        counts = np.array(patterns_met(table))
        rows += [
            (wave, len(counts), int(k), float((counts == k).mean())) for k in np.unique(counts)
        ]
    return pd.DataFrame(rows, columns=["wave", "vectors", "patterns_met", "share"])


def unfitted_signs(signs: pd.DataFrame) -> pd.DataFrame:
    """Return the share of the first wave with signs, drawn by the bands alone, that shows each."""
    import pandas as pd

    means = signs.groupby("vector")[list(SIGN_PATTERNS)].mean()
    shown = means > 0.0
    shares = [
        *(shown.sum() / means.notna().sum()).items(),
        ("all of them", shown.all(axis=1).mean()),
    ]
    return pd.DataFrame(shares, columns=["sign", "share"])


def _quality(emulators: Sequence[Emulator]) -> pd.DataFrame:
    import pandas as pd

    rows = [(e.demand.name, np.sqrt(e.variance), e.error, e.chance) for e in emulators]
    return pd.DataFrame(rows, columns=["number", "spread", "error", "chance"])


# ------------------------------------------------------------------ what the fit says


def identifiability(accepted: pd.DataFrame) -> pd.DataFrame:
    """Return how far the patterns pin each parameter.

    Returns
    -------
    DataFrame
        ``parameter, low, high`` (the plausible range), ``median, from, to`` (nine tenths of the
        accepted vectors), ``spread`` (their standard deviation over the range's), ``verdict``
        (pinned or not), and ``with, correlation``: the parameter that it goes with most.
    """
    import pandas as pd

    names = list(accepted.columns)
    points = to_points(accepted.to_numpy(), names)
    spread = points.std(axis=0, ddof=1) / np.sqrt(1.0 / 3.0)  # of an even spread on [-1, 1]
    together = np.corrcoef(points.T) - np.eye(len(names))
    partner = np.abs(together).argmax(axis=0)
    low, high = _bounds(names)
    rows = pd.DataFrame(
        {
            "parameter": names,
            "low": low,
            "high": high,
            "median": accepted.median().to_numpy(),
            "from": accepted.quantile(0.05).to_numpy(),
            "to": accepted.quantile(0.95).to_numpy(),
            "spread": spread,
            "verdict": np.where(spread <= PINNED, "pinned", "not pinned"),
            "with": [names[k] for k in partner],
            "correlation": together[partner, np.arange(len(names))],
        }
    )
    return rows.sort_values("spread", ignore_index=True, kind="stable")


def central_vector(accepted: pd.DataFrame) -> dict[str, float]:
    """Return the middle of the accepted vectors, each mean rounded to two digits of its range.

    The set need not contain its middle, so the middle has to be run before it is believed.
    """
    low, high = _bounds(accepted.columns)
    digits = np.ceil(-np.log10(high - low)).astype(int) + 2
    means = accepted.mean()
    return {
        name: round(float(means[name]), int(digit))
        for name, digit in zip(accepted.columns, digits, strict=True)
    }


def write_tables(
    found: Calibration, folder: str | Path, baseline: Mapping[str, float] | None = None
) -> list[Path]:
    """Write the accepted vectors, tables and figures of a calibration; return the paths.

    Parameters
    ----------
    found : Calibration
    folder : path
    baseline : mapping, optional
        The baseline's numbers by key, to be marked among the candidates.
    """
    import pandas as pd

    from ..pictures import figures

    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    pinned, bands = found.identifiability(), found.bands()
    measured = found.measured.assign(patterns_met_with_new_luck=found.checked)
    tables = {
        "accepted": found.accepted,
        "measured": measured,
        "identifiability": pinned,
        "bands": bands,
        "waves": found.waves,
        "signs": found.signs,
        "emulators": found.emulators,
        "candidates": found.candidates,
        "trade_offs": found.trade_offs,
    }
    paths = []
    for name, table in tables.items():
        form = None if name == "accepted" else "%.5g"  # the vectors in full: they are run again
        paths.append(save_table(table, target / f"{name}.csv", form))
    drawn = {
        "identifiability": figures.parameter_ranges(pinned),
        "bands": figures.within_bands(bands),
    }
    paths += [figures.save(figure, target / f"{n}.png") for n, figure in drawn.items()]
    pairs = drawn_pairs(found.trade_offs)
    if len(pairs):
        asked = pd.DataFrame(BANDS.values(), index=pd.Index(BANDS))
        traded = figures.trade_offs(pairs, found.candidates, asked, baseline or {})
        paths += [figures.save(traded, target / f"trade_offs.{kind}") for kind in ("png", "svg")]
    return paths
