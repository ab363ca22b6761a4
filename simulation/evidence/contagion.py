"""Contagion along ties of which some are long, by the model's own thresholds (centola2007).

People stand on a lattice, and a share of their ties is rewired to somebody anywhere. Everybody
acts for good once as many of those tied to them act as the threshold says; what else moves people
in the model is off. One person and all who are tied to that person act from the first month.

On a ring a wave runs either way and is blocked where too many ties are missing to carry it over;
:func:`critical_law` says at which share of rewired ties half of all rings block it. It leaves out
new waves that long ties begin elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..organizations.organization import Organization, from_bosses
from ..pictures.estimates import Estimate, mean_of, proportion, share_difference
from ..study.run import Run
from .exact import agreement, median_of
from .verification import BARE, TIED, Edges, limit_case, listed, ring, torus

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "CARRIED",
    "Lattice",
    "carrying",
    "circle",
    "critical_law",
    "critical_shares",
    "doses",
    "moore",
]

#: The share of people who act from which a contagion counts as carried to all.
CARRIED = 0.9
#: How closely the critical share is searched for: as a factor.
CLOSE = 1.05
#: Nothing is looked for below.
LEAST = 1e-4

Pairs = NDArray[np.int64]


class Lattice(NamedTuple):
    """People and their ties: a row a tie, the first of the two keeps it when it is rewired."""

    people: int
    pairs: Pairs


def _lattice(people: int, edges: Edges) -> Lattice:
    return Lattice(people, np.array([(a, b) for a, b, _ in edges], dtype=np.int64))


def circle(people: int, degree: int) -> Lattice:
    """Return a ring in which everybody is tied to the nearest, half on either side."""
    return _lattice(people, ring(people, degree))


def moore(side: int) -> Lattice:
    """Return a square grid without edges in which everybody is tied to the eight around."""
    return _lattice(side * side, torus(side, ((0, 1), (1, 0), (1, 1), (1, -1))))


class Luck(NamedTuple):
    """What chance decides of a network, for every share at once: more is rewired, never less."""

    rank: NDArray[np.float64]  #: a tie is rewired at shares above it
    order: NDArray[np.int64]  #: whom ties go to when rewired, in turn
    first: int  #: who begins


def luck_of(lattice: Lattice, number: int, seed: int = 1) -> Luck:
    """Return the luck of network ``number``."""
    generator = np.random.default_rng((seed, number))
    ties = len(lattice.pairs)
    return Luck(
        generator.random(ties),
        generator.integers(0, lattice.people, (ties, 8)),
        int(generator.integers(lattice.people)),
    )


def rewired(lattice: Lattice, share: float, luck: Luck) -> Pairs:
    """Return the ties after a share of them was rewired (Watts and Strogatz 1998).

    The first of the two keeps the tie; the other is replaced by somebody to whom there is no tie
    yet.
    """
    pairs = lattice.pairs.copy()
    near = {(min(a, b), max(a, b)) for a, b in pairs.tolist()}
    for tie in np.flatnonzero(luck.rank < share):
        a, b = (int(end) for end in pairs[tie])
        for other in luck.order[tie].tolist():
            one = (min(a, other), max(a, other))
            if other != a and one not in near:
                near.discard((min(a, b), max(a, b)))
                near.add(one)
                pairs[tie, 1] = other
                break
    return pairs


def crowd(pairs: Pairs, people: int) -> Organization:
    """Return an organization of a chief, who is tied to nobody, and of people who are tied.

    Person i sits in row i + 1.
    """
    boss = np.concatenate([[-1], np.zeros(people, dtype=int)])
    ties = (pairs[:, 0] + 1, pairs[:, 1] + 1, np.ones(len(pairs)))
    return from_bosses(boss, ties, source="a lattice")[0]


def seeded(pairs: Pairs, first: int) -> NDArray[np.int64]:
    """Return a person and all who are tied to that person."""
    ends = pairs[(pairs == first).any(axis=1)]
    return np.unique(np.append(ends, first))


def spread(
    pairs: Pairs, people: int, threshold: int, first: int, innovation: float = 0.0, number: int = 0
) -> NDArray[np.float64]:
    """Return the share of people who act, by month, until it is carried to all or stops.

    Parameters
    ----------
    pairs : int array of shape (ties, 2)
    people : int
    threshold : int
        How many of those tied to somebody must act.
    first : int
        Who begins, together with those tied to that person.
    innovation : float
        Hazard a year of acting whatever others do; above 0 all months are run.
    number : int
        The run's luck.
    """
    by_seat = np.full(people + 1, float(threshold))
    by_seat[0] = people
    by_seat[1 + seeded(pairs, first)] = 0.0
    longest = min(1200, people + 50)
    changes = {"adoption.innovation": innovation, "run.months": longest}
    run = Run(
        limit_case(BARE, TIED, listed(by_seat.tolist()), changes), crowd(pairs, people), 7, number
    )
    return _until_it_stops(run, goes_on=innovation > 0.0)


def _until_it_stops(run: Run, goes_on: bool) -> NDArray[np.float64]:
    """Return the share of the lattice's people who act by month; the first month has the first."""
    curve, step = [0.0], 20
    run.start()
    while run.month < run.months:
        run.advance(min(step, run.months - run.month))
        curve = run.levels["adoption"][: run.month + 1, 1].tolist()
        if curve[-1] >= CARRIED or (not goes_on and curve[-1] == curve[-2]):
            break
    return np.array(curve)


def months_to(curve: NDArray[np.float64], share: float = CARRIED) -> float:
    """Return the months after the first until a share of people acts; infinite: never."""
    there = np.flatnonzero(curve >= share)
    return float(there[0] - 1) if len(there) else math.inf


def carried_in(lattice: Lattice, threshold: int, share: float, luck: Luck) -> float:
    """Return in how many months a contagion is carried to all; infinite: it is not."""
    pairs = rewired(lattice, share, luck)
    return months_to(spread(pairs, lattice.people, threshold, luck.first))


def of_networks(
    lattice: Lattice, threshold: int, share: float, numbers: Iterable[int]
) -> NDArray[np.float64]:
    """Return in how many months each of some networks carries a contagion."""
    return np.array([carried_in(lattice, threshold, share, luck_of(lattice, k)) for k in numbers])


def critical_share(lattice: Lattice, threshold: int, luck: Luck) -> float:
    """Return the share of rewired ties at which a network no longer carries a contagion.

    Found by halving, more ties being rewired in the same order; 1 where all may be rewired.
    """
    low, high = LEAST, 1.0
    if math.isfinite(carried_in(lattice, threshold, high, luck)):
        return high
    while high / low > CLOSE:
        middle = math.sqrt(low * high)
        if math.isfinite(carried_in(lattice, threshold, middle, luck)):
            low = middle
        else:
            high = middle
    return math.sqrt(low * high)


def doses(
    lattices: Mapping[str, Lattice],
    thresholds: Mapping[str, Iterable[int]],
    shares: Iterable[float],
    networks: int,
) -> pd.DataFrame:
    """Return in how many months networks with ever more long ties carry a contagion.

    Returns
    -------
    DataFrame
        ``lattice, threshold, share, network, months``; months are infinite where it stops.
    """
    import pandas as pd

    rows = [
        (name, threshold, share, number, months)
        for name, lattice in lattices.items()
        for threshold in thresholds[name]
        for share in shares
        for number, months in enumerate(of_networks(lattice, threshold, share, range(networks)))
    ]
    return pd.DataFrame(rows, columns=["lattice", "threshold", "share", "network", "months"])


class Dose(NamedTuple):
    """Months of a contagion of one lattice and threshold: a row a network, a column a share."""

    months: pd.DataFrame

    @classmethod
    def of(cls, table: pd.DataFrame) -> Dose:
        """Return what a part of the table of :func:`doses` says."""
        return cls(table.pivot(index="network", columns="share", values="months"))

    def carried(self, share: float) -> NDArray[np.bool_]:
        """Return which networks carry it."""
        return np.asarray(np.isfinite(self.months[share]))

    def longer(self, share: float) -> Estimate:
        """Return how many per cent more months it takes than unrewired, where it is carried."""
        more = 100.0 * (self.months[share] / self.months[0.0] - 1.0)
        return mean_of(more[self.carried(share)])

    def saved(self, share: float) -> Estimate:
        """Return how many per cent fewer months it takes."""
        value, low, high = self.longer(share)
        return Estimate(-value, -high, -low)

    def stopped(self) -> Estimate:
        """Return how many more networks carry it unrewired than all rewired, in points."""
        return share_difference(self.carried(0.0), self.carried(1.0)).times(100.0)

    def last_carried(self, part: float) -> float:
        """Return the highest share at which so large a part of networks carries it."""
        shares = [float(share) for share in self.months.columns.to_numpy()]
        return max(share for share in shares if self.carried(share).mean() >= part)


def geometric(values: NDArray[np.float64]) -> Estimate:
    """Return the geometric mean with its interval."""
    return Estimate(*(math.exp(number) for number in mean_of(np.log(values))))


def curves(table: pd.DataFrame, what: str) -> pd.DataFrame:
    """Return what the table of :func:`doses` says by share: networks that carry it, or months.

    Returns
    -------
    DataFrame
        ``panel, series, x, value, low, high``; shares in per cent, months where it is carried.
    """
    import pandas as pd

    rows = []
    for (lattice, threshold), part in table.groupby(["lattice", "threshold"], sort=False):
        dose = Dose.of(part[part["share"] > 0.0]).months
        for share in dose.columns.to_numpy().tolist():
            months = dose[share]
            carried = months[np.isfinite(months)]
            if what == "carried":
                one = proportion(np.isfinite(months)).times(100.0)
            elif len(carried) < 2:
                continue
            else:
                one = mean_of(carried)
            rows.append((lattice, f"threshold {threshold}", 100.0 * float(share), *one))
    return pd.DataFrame(rows, columns=["panel", "series", "x", "value", "low", "high"])


def beside_law(ring: Lattice, degree: int, threshold: int, networks: int) -> pd.DataFrame:
    """Return how many rings carry a contagion around the critical share, and how many should.

    Returns
    -------
    DataFrame
        ``series, x, value, low, high``, in per cent.
    """
    import pandas as pd

    law, rows = critical_law(ring.people, degree, threshold), []
    for factor in (0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0):
        share = float(f"{factor * law:.2g}")  # as it is shown
        if share > 1.0:
            break
        months = of_networks(ring, threshold, share, range(networks))
        shown = round(100.0 * share, 6)
        expected = 100.0 * carrying(share, ring.people, degree, threshold)
        found = proportion(np.isfinite(months)).times(100.0)
        rows += [
            ("simulated", shown, *found),
            ("calculated", shown, expected, expected, expected),
        ]
    return pd.DataFrame(rows, columns=["series", "x", "value", "low", "high"])


def critical_shares(lattice: Lattice, threshold: int, networks: int) -> NDArray[np.float64]:
    """Return the critical share of each of some networks: see :func:`critical_share`."""
    return np.array(
        [critical_share(lattice, threshold, luck_of(lattice, k)) for k in range(networks)]
    )


def agreement_at_law(ring: Lattice, degree: int, threshold: int, networks: int) -> Estimate:
    """Return how well half of all rings carry a contagion at the share at which half should."""
    law = critical_law(ring.people, degree, threshold)
    months = of_networks(ring, threshold, law, range(networks))
    return agreement(proportion(np.isfinite(months)), 0.5)


def saved_with_chance(
    lattice: Lattice, threshold: int, innovation: float, networks: int
) -> Estimate:
    """Return how many per cent of the months all ties rewired save where people act by themselves.

    See :func:`with_chance`.
    """
    usual, long = (
        with_chance(lattice, threshold, share, innovation, networks) for share in (0.0, 1.0)
    )
    return mean_of(100.0 * (1.0 - long / usual))


def fragility(first: NDArray[np.float64], other: NDArray[np.float64]) -> Estimate:
    """Return how many times the critical shares of one are those of another, on average."""
    return geometric(other / first)


def critical_table(shares: Mapping[tuple[str, int], NDArray[np.float64]]) -> pd.DataFrame:
    """Return the median of critical shares by lattice and threshold, with its interval."""
    import pandas as pd

    rows = [(name, threshold, *median_of(one)) for (name, threshold), one in shares.items()]
    return pd.DataFrame(rows, columns=["lattice", "threshold", "median", "low", "high"])


def with_chance(
    lattice: Lattice, threshold: int, share: float, innovation: float, networks: int
) -> NDArray[np.float64]:
    """Return the months where people also act by themselves, at a hazard a year.

    What takes longer than a run is as long as the run.
    """
    found = []
    for number in range(networks):
        luck = luck_of(lattice, number)
        pairs = rewired(lattice, share, luck)
        curve = spread(pairs, lattice.people, threshold, luck.first, innovation, number)
        found.append(min(months_to(curve), len(curve) - 1.0))
    return np.array(found)


# --- what is to be expected on a ring --------------------------------------------------


def blocked(
    share: float, degree: int, threshold: int, active: float = 0.0, keeps: bool = False
) -> float:
    """Return the chance that a wave on a ring is blocked at a given place.

    Those just before the wave have degree / 2, degree / 2 - 1, ... ties to people who act; a place
    is blocked when each of those who would have enough has too few left. Ties from elsewhere make
    up for some that are missing: those that are rewired to or by somebody lead to people who act
    with the probability that anybody does.

    Parameters
    ----------
    share : float
        Of ties rewired.
    degree, threshold : int
    active : float
        Share of people who act.
    keeps : bool
        Whether the ties that are missing are those that people keep, led elsewhere (the wave runs
        against the order in which ties were laid), or those that they lose.
    """
    half, chance = degree // 2, 1.0
    long = share * active
    for ties in range(threshold, half + 1):
        near = _binomial(ties, 1.0 - share + (long if keeps else 0.0), threshold)
        own = _binomial(half - ties if keeps else half, long, threshold)
        found = [
            math.exp(-half * long) * (half * long) ** k / math.factorial(k)
            for k in range(threshold)
        ]
        chance *= float(np.convolve(np.convolve(near, own), found)[:threshold].sum())
    return chance


def _binomial(count: int, chance: float, below: int) -> list[float]:
    """Return the probabilities of 0, 1, ... successes, of fewer than ``below``."""
    return [math.comb(count, k) * chance**k * (1.0 - chance) ** (count - k) for k in range(below)]


def carrying(share: float, people: int, degree: int, threshold: int, points: int = 400) -> float:
    """Return the chance that a ring with a share of its ties rewired carries a contagion.

    One wave goes until it is blocked; the other goes on against it, and the more people act, the
    more ties from elsewhere help it. New waves that begin elsewhere are left out.
    """
    reach = CARRIED - (1 + degree) / people  # the first ones act already
    step = reach / points
    gone = (np.arange(points) + 0.5) * step
    rate = people * np.array([blocked(share, degree, threshold, r) for r in gone])
    other = people * np.array([blocked(share, degree, threshold, r, keeps=True) for r in gone])
    kept = np.exp(-np.cumsum(rate) * step)  # the first wave has come so far
    rest = np.exp(-np.cumsum(other[::-1])[::-1] * step)  # the other one covers what is left
    return float(kept[-1] + (rate * kept * rest).sum() * step)


def critical_law(people: int, degree: int, threshold: int) -> float:
    """Return the share of rewired ties at which half of all rings carry a contagion."""
    from scipy.optimize import brentq

    def more_than_half(log_share: float) -> float:
        return carrying(math.exp(log_share), people, degree, threshold) - 0.5

    return math.exp(brentq(more_than_half, math.log(1e-6), 0.0, xtol=1e-3))
