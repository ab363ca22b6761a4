"""Seats, teams, lines and ties as arrays; the generator. Charts are read by ``chart``."""

from __future__ import annotations

import functools
import hashlib
import html
import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import InputError
from ..machine import chance
from ..machine.compiled import U64, compiled
from ..theory import draws
from ..words import number

__all__ = ["Organization", "check", "from_bosses", "generate_organization"]

IntArray = NDArray[np.int32]


@dataclass(frozen=True, eq=False, repr=False)
class Organization:
    """Seats in breadth-first order: row 0 is the chief, a seat's reports are contiguous rows.

    Attributes
    ----------
    boss, level : int arrays of shape (people,)
        Row of the boss (-1 for the chief), and the distance from the chief.
    branch : int array of shape (people,)
        Number of the chief's direct report that heads this seat's branch; -1 for the chief.
    team_start, team_size : int arrays of shape (people,)
        First row and number of the direct reports.
    tie_start : int array of shape (people + 1,)
    tie_seat : int array of shape (2 ties,)
        The other ends of seat i's ties are ``tie_seat[tie_start[i]:tie_start[i + 1]]``.
    tie_weight : float array of shape (2 ties,)
    tenure : float array of shape (people,)
        Months in the organization at the start; NaN where unknown.
    source : str
        Where it comes from, in words.
    identifier, department : tuple of str, optional
        From a chart; kept in memory only, never written to a result.
    notes : tuple of str
        Repairs and oddities, as sentences.
    """

    boss: IntArray
    level: IntArray
    branch: IntArray
    team_start: IntArray
    team_size: IntArray
    tie_start: NDArray[np.int64]
    tie_seat: IntArray
    tie_weight: NDArray[np.float64]
    tenure: NDArray[np.float64]
    source: str
    identifier: tuple[str, ...] | None = None
    department: tuple[str, ...] | None = None
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        said = "\n".join(f"    {label}: {value}" for label, value in self._glance().items())
        return f"Organization\n{said}"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th style='text-align:left'>{html.escape(label)}</th>"
            f"<td style='text-align:left'>{html.escape(value)}</td></tr>"
            for label, value in self._glance().items()
        )
        return f"<table><caption>Organization</caption>{rows}</table>"

    def _glance(self) -> dict[str, str]:
        """Return what is worth knowing at a glance, in words; nobody is named."""
        by_level = ", ".join(number(int(n)) for n in np.bincount(self.level))
        spans = self.team_size[self.leaders]
        ties = len(self.tie_seat) / self.people
        return {
            "people": number(self.people),
            "levels": f"{self.levels} (people from the top: {by_level})",
            "spans": f"{number(int(spans.min()))} to {number(int(spans.max()))}, "
            f"mean {number(float(spans.mean()))}"
            if len(spans)
            else "nobody leads",
            "ties": f"{number(len(self.tie_seat) // 2)}, mean {number(ties)} a person",
            "source": self.source,
        } | ({"notes": number(len(self.notes))} if self.notes else {})

    @property
    def people(self) -> int:
        """Number of seats."""
        return len(self.boss)

    @property
    def levels(self) -> int:
        """Number of levels, the chief's included."""
        return int(self.level.max()) + 1

    @property
    def branches(self) -> int:
        """Number of branches: direct reports of the chief."""
        return int(self.team_size[0])

    @property
    def leaders(self) -> NDArray[np.bool_]:
        """Which seats have reports."""
        return self.team_size > 0

    def seats_of_branch(self, branch: int) -> NDArray[np.int64]:
        """Return the rows of a branch, from its head down.

        Raises
        ------
        InputError
            There is no such branch.
        """
        if not 0 <= branch < self.branches:
            raise InputError(
                f"there is no branch {branch}: this organization has {self.branches}, "
                f"numbered from 0 to {self.branches - 1}"
            )
        return np.flatnonzero(self.branch == branch)

    @functools.cached_property
    def digest(self) -> str:
        """Fingerprint of the structure (16 hex digits); identifiers do not enter."""
        digest = hashlib.sha256()
        for name in ("boss", "tie_start", "tie_seat", "tie_weight", "tenure"):
            digest.update(np.ascontiguousarray(getattr(self, name)).tobytes())
        return digest.hexdigest()[:16]

    def describe(self) -> dict[str, Any]:
        """Return the organization's statistics: levels, spans, ties, branches.

        Returns
        -------
        dict
            ``people, leaders, levels`` (a list of dicts), ``branches`` (sizes), ``ties``,
            ``ties_per_person``, ``ties_in_team``, ``ties_in_branch``, ``ties_in_level``
            (shares, NaN without ties) and ``known_tenure`` (share).
        """
        owner = np.repeat(np.arange(self.people), np.diff(self.tie_start))
        return {
            "people": self.people,
            "leaders": int(self.leaders.sum()),
            "levels": [self._describe_level(k) for k in range(self.levels)],
            "branches": [int(n) for n in np.bincount(self.branch[1:], minlength=self.branches)],
            "ties": len(self.tie_seat) // 2,
            "ties_per_person": len(self.tie_seat) / self.people,
            "ties_in_team": _share(self.boss[owner] == self.boss[self.tie_seat]),
            "ties_in_branch": _share(self.branch[owner] == self.branch[self.tie_seat]),
            "ties_in_level": _share(self.level[owner] == self.level[self.tie_seat]),
            "known_tenure": float(np.isfinite(self.tenure).mean()),
        }

    def _describe_level(self, level: int) -> dict[str, Any]:
        here = self.level == level
        spans = self.team_size[here & self.leaders]
        return {
            "level": level,
            "people": int(here.sum()),
            "leaders": len(spans),
            "mean_span": float(spans.mean()) if len(spans) else 0.0,
            "median_span": float(np.median(spans)) if len(spans) else 0.0,
            "largest_span": int(spans.max()) if len(spans) else 0,
        }


def _share(which: NDArray[np.bool_]) -> float:
    return float(which.mean()) if len(which) else float("nan")


def from_bosses(
    boss: ArrayLike,
    ties: tuple[ArrayLike, ArrayLike, ArrayLike] | None = None,
    tenure: ArrayLike | None = None,
    **rest: Any,
) -> tuple[Organization, NDArray[np.int64]]:
    """Return the organization of a reporting tree given in any order.

    Parameters
    ----------
    boss : int array of shape (people,)
        Index of the boss, -1 for the chief; a tree.
    ties : two int arrays and a float array of shape (pairs,), optional
        Unordered pairs, each once, in the same numbering, and their weights.
    tenure : float array of shape (people,), optional
    **rest
        ``source``, ``notes``, and ``identifier`` and ``department`` in the given order.

    Returns
    -------
    organization : Organization
    order : int array of shape (people,)
        Given index of the person in each row.
    """
    given = np.asarray(boss, dtype=np.int64)
    order, level = _breadth_first(given)
    row = np.empty(len(given), dtype=np.int64)
    row[order] = np.arange(len(given))
    placed = np.where(given[order] >= 0, row[given[order]], -1)
    size = np.bincount(placed[1:], minlength=len(given))
    start = np.where(size > 0, 1 + np.concatenate([[0], np.cumsum(size)[:-1]]), 0)
    branch = np.full(len(given), -1)
    branch[1 : 1 + size[0]] = np.arange(size[0])
    for depth in range(2, int(level.max()) + 1):
        here = np.flatnonzero(level == depth)
        branch[here] = branch[placed[here]]
    pairs = ties or (np.empty(0, int), np.empty(0, int), np.empty(0))
    tie_start, tie_seat, tie_weight = _both_ways(row, pairs)
    known = (
        np.full(len(given), np.nan) if tenure is None else np.asarray(tenure, dtype=float)[order]
    )
    for name in ("identifier", "department"):
        if rest.get(name) is not None:
            rest[name] = tuple(rest[name][i] for i in order)
    a, b, c, d, e = (np.asarray(x, dtype=np.int32) for x in (placed, level, branch, start, size))
    found = Organization(a, b, c, d, e, tie_start, tie_seat, tie_weight, known, **rest)
    return found, order


def _breadth_first(boss: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the breadth-first order and each row's level; reports keep their given order."""
    by_boss = np.argsort(boss, kind="stable")
    sizes = np.bincount(boss[boss >= 0], minlength=len(boss))
    first = 1 + np.concatenate([[0], np.cumsum(sizes)[:-1]])
    front = by_boss[:1]
    order: list[NDArray[np.int64]] = []
    level: list[NDArray[np.int64]] = []
    while len(front):
        order.append(front)
        level.append(np.full(len(front), len(level)))
        counts = sizes[front]
        offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        front = by_boss[np.repeat(first[front], counts) + offsets]
    return np.concatenate(order), np.concatenate(level)


def _both_ways(
    row: NDArray[np.int64], ties: tuple[ArrayLike, ArrayLike, ArrayLike]
) -> tuple[NDArray[np.int64], IntArray, NDArray[np.float64]]:
    a, b = (row[np.asarray(end, dtype=np.int64)] for end in ties[:2])
    weight = np.asarray(ties[2], dtype=float)
    owner, other = np.concatenate([a, b]), np.concatenate([b, a])
    order = np.lexsort((other, owner))
    start = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=len(row)))])
    both = np.concatenate([weight, weight])[order]
    return start.astype(np.int64), other[order].astype(np.int32), both


def check(organization: Organization) -> None:
    """Raise ``ValueError`` unless the arrays are an organization as its class says."""
    n, links = organization.people, len(organization.tie_seat)
    shapes = {
        "boss": n,
        "level": n,
        "branch": n,
        "team_start": n,
        "team_size": n,
        "tenure": n,
        "tie_start": n + 1,
        "tie_weight": links,
    }
    for name, size in shapes.items():
        if getattr(organization, name).shape != (size,):
            raise ValueError(f"{name} must have the shape ({size},)")
    for name in ("identifier", "department"):
        if getattr(organization, name) is not None and len(getattr(organization, name)) != n:
            raise ValueError(f"{name} must name every seat or none")
    if (organization.tenure < 0.0).any() or np.isinf(organization.tenure).any():
        raise ValueError("a tenure must be a number of months from 0, or NaN")
    _check_tree(organization)
    _check_ties(organization)


def _check_tree(organization: Organization) -> None:
    boss, n = organization.boss, organization.people
    if boss[0] != -1 or (boss[1:] < 0).any() or (boss[1:] >= np.arange(1, n)).any():
        raise ValueError("every seat but the first needs a boss in an earlier row")
    if (np.diff(boss[1:]) < 0).any():
        raise ValueError("reports of a seat must be contiguous, in breadth-first order")
    level, branch = organization.level, organization.branch
    if level[0] != 0 or (level[1:] != level[boss[1:]] + 1).any():
        raise ValueError("a seat must be one level below its boss")
    sizes = np.bincount(boss[1:], minlength=n)
    if (sizes != organization.team_size).any():
        raise ValueError("team sizes must count the reports")
    first = np.searchsorted(boss[1:], np.arange(n)) + 1
    if (np.where(sizes > 0, first, 0) != organization.team_start).any():
        raise ValueError("a team must start at the row of its first report")
    expected = np.where(boss[1:] == 0, np.arange(n - 1), branch[boss[1:]])
    if branch[0] != -1 or (branch[1:] != expected).any():
        raise ValueError("a seat must be in its boss's branch")


def _check_ties(organization: Organization) -> None:
    n, start = organization.people, organization.tie_start
    other, weight = organization.tie_seat.astype(np.int64), organization.tie_weight
    if start[0] != 0 or start[-1] != len(other) or (np.diff(start) < 0).any():
        raise ValueError("tie_start must rise from 0 to the number of tie ends")
    if (other < 0).any() or (other >= n).any():
        raise ValueError("a tie must lead to a seat")
    owner = np.repeat(np.arange(n), np.diff(start))
    there, back = owner * n + other, other * n + owner
    if (np.diff(there) <= 0).any():
        raise ValueError("ties must be single and sorted within a seat")
    order = np.argsort(back)
    if (back[order] != there).any() or (weight[order] != weight).any() or (owner == other).any():
        raise ValueError("ties must be mutual, equally strong both ways, and not to oneself")
    if not ((weight > 0.0) & np.isfinite(weight)).all():
        raise ValueError("a tie's weight must be positive")


# ------------------------------------------------------------------------- the generator


# Steps of the generator's draws: levels of a tree, rounds of ties, their weights.
_TREE, _ROUND, _WEIGHTS = 2000, 1000, 1900


def _even_tree(people: int, span: int) -> NDArray[np.int64]:
    """Return bosses of full levels of a tree; the last level is dealt out in even teams.

    Those teams are as few as the span allows and spread over the level above: dealing one
    report to every possible leader would double the number of leaders.
    """
    boss, above, last, left = [np.array([-1])], 0, 1, people - 1
    while left:
        size = min(last * span, left)
        teams = -(-size // span)
        leaders = np.arange(teams) * last // teams
        boss.append(above + leaders[np.arange(size) * teams // size])
        above, last, left = above + last, size, left - size
    return np.concatenate(boss).astype(np.int64)


def _levels_like(people: int, like: Organization) -> tuple[list[int], list[int]]:
    """Return headcounts by level in another organization's shares, and its levels meant.

    Where the chief would have far more reports than the other's chief, levels are put in
    below the chief, with spans like that chief's; the largest level gives up their seats.
    """
    there = np.bincount(like.level)
    edges = np.round(np.cumsum(there[1:]) * (people - 1) / (like.people - 1)).astype(int)
    counts = np.diff(np.concatenate([[0], edges])).tolist()
    pattern = [k + 1 for k, count in enumerate(counts) if count]
    counts = [count for count in counts if count]
    widest = max(like.branches, 2)
    while counts[0] > 1.5 * widest:
        between = round(counts[0] / widest)
        counts[counts.index(max(counts))] -= between
        counts, pattern = [between, *counts], [0, *pattern]
    return [1, *counts], [0, *pattern]


def _spans_like(pool: NDArray[Any], leaders: int, reports: int, u: float) -> NDArray[np.int64]:
    """Return that many leaders' spans, evenly spaced among a sorted pool, summing to reports."""
    spans = pool[((np.arange(leaders) + u) * len(pool) / leaders).astype(int)].astype(np.int64)
    missing = max(reports - int(spans.sum()), 0)
    spans += missing // leaders
    spans[leaders - missing % leaders :] += 1
    while (excess := int(spans.sum()) - reports) > 0:
        spans[np.flatnonzero(spans > 1)[-excess:]] -= 1
    return spans


def _tree_like(people: int, like: Organization, run_key: Any) -> NDArray[np.int64]:
    """Return bosses of a tree with another's level shares and, by level, its spans."""
    counts, pattern = _levels_like(people, like)
    boss, above = [np.array([-1])], 0
    for depth, (here, below) in enumerate(itertools.pairwise(counts)):
        level = pattern[depth]
        while not (pool := np.sort(like.team_size[(like.level == level) & like.leaders])).size:
            level -= 1  # a level of so few that rounding had put them at the end
        leaders = int(np.clip(round(below / pool.mean()), 1, min(here, below)))
        stream = U64(chance.stream(run_key, _TREE + depth, draws.GENERATOR))
        luck = chance.uniforms(stream, here + leaders + 1)
        seats = np.sort(np.argsort(luck[:here])[:leaders])
        spans = _spans_like(pool, leaders, below, float(luck[-1]))[np.argsort(luck[here:-1])]
        boss.append(above + np.repeat(seats, spans))
        above += here
    return np.concatenate(boss).astype(np.int64)


@compiled
def _other_end(a, u, same_branch, same_level, level, branch, groups):
    """Return someone of seat a's branch and level, of one of them, or anyone."""
    both, by_level, level_start, by_branch, branch_start, by_both, both_start = groups
    if same_branch and same_level:
        low, high = both_start[both[a]], both_start[both[a] + 1]
        return by_both[low + int(u * (high - low))]
    if same_branch:
        low, high = branch_start[branch[a] + 1], branch_start[branch[a] + 2]
        return by_branch[low + int(u * (high - low))]
    if same_level:
        low, high = level_start[level[a]], level_start[level[a] + 1]
        return by_level[low + int(u * (high - low))]
    return int(u * len(level))


@compiled(entry=True)
def _draw_ties(boss, level, branch, groups, wanted, shares, exact, stream):
    """Return the ends of ``wanted`` pairs, with repeats; unfit pairs are (-1, -1).

    ``shares`` are the probabilities to stay in the branch and in the level; if ``exact``,
    a tie that need not stay must not.
    """
    n = len(boss)
    first = np.full(wanted, -1, np.int64)
    second = np.full(wanted, -1, np.int64)
    for k in range(wanted):
        for attempt in range(40):
            draw = chance.bits(stream, U64(k * 64 + attempt))
            again = chance.bits(stream, chance.mix(draw))
            a = min(n - 1, int(chance.uniform(draw) * n))
            stay = chance.uniform_low(again) < shares[0]
            same_branch = stay and branch[a] >= 0
            same_level = chance.uniform_middle(again) < shares[1]
            u = chance.uniform(chance.bits(stream, chance.mix(again)))
            b = _other_end(a, u, same_branch, same_level, level, branch, groups)
            if (exact or shares[0] >= 1.0) and stay != (branch[a] == branch[b]):
                continue
            if exact and same_level != (level[a] == level[b]):
                continue
            if a != b and boss[a] != boss[b] and boss[a] != b and boss[b] != a:
                first[k], second[k] = min(a, b), max(a, b)
                break
    return first, second


def _groups(labels: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return members sorted by label, and where each label's members start."""
    order = np.argsort(labels, kind="stable").astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(np.bincount(labels))]).astype(np.int64)
    return order, starts


def _ties(
    tree: Organization,
    wanted: int,
    shares: tuple[float, float],
    run_key: Any,
    exact: bool = False,
    step: int = _ROUND,
) -> NDArray[np.int64]:
    """Draw so many pairs, shape (pairs, 2), again for those that came twice."""
    level, branch = tree.level.astype(np.int64), tree.branch.astype(np.int64)
    both = level * (branch.max() + 2) + branch + 1
    groups = (both, *_groups(level), *_groups(branch + 1), *_groups(both))
    pairs = np.empty(0, dtype=np.int64)
    for round_number in range(6):
        missing = wanted - len(pairs)
        if missing <= 0:
            break
        stream = U64(chance.stream(run_key, step + round_number, draws.GENERATOR))
        a, b = _draw_ties(
            tree.boss.astype(np.int64), level, branch, groups, missing, shares, exact, stream
        )
        found = (a * tree.people + b)[a >= 0]
        pairs = np.unique(np.concatenate([pairs, found]))
    return np.stack([pairs // tree.people, pairs % tree.people], axis=1)


def _ties_like(tree: Organization, like: Organization, run_key: Any) -> NDArray[np.int64]:
    """Draw ties kind by kind: inside and outside of branch and level, as many as there."""
    owner = np.repeat(np.arange(like.people), np.diff(like.tie_start))
    branches = like.branch[owner] == like.branch[like.tie_seat]
    levels = like.level[owner] == like.level[like.tie_seat]
    kinds = []
    for kind, (stay, even) in enumerate(itertools.product((True, False), repeat=2)):
        there = int(((branches == stay) & (levels == even)).sum()) / 2
        wanted, step = round(there * tree.people / like.people), _ROUND + 10 * (kind + 1)
        kinds.append(_ties(tree, wanted, (float(stay), float(even)), run_key, True, step))
    return np.concatenate(kinds)


def generate_organization(
    people: int = 1555,
    span: int = 6,
    ties: float = 4.0,
    tie_homophily: float = 0.7,
    seed: int = 0,
    like: Organization | None = None,
) -> Organization:
    """Return an organization of any size.

    Parameters
    ----------
    people : int
        Seats, at least 2. With span 6, 1,555 fills five levels.
    span : int
        Direct reports of a leader; the last level is dealt out in teams as even as can be.
    ties : float
        Mean number of a person's ties outside the team, to neither boss nor report; fewer
        where so many do not exist.
    tie_homophily : float
        Probability that a tie must stay in the branch, and independently in the level;
        otherwise it goes anywhere. With 1 no tie crosses branches.
    seed : int
        The same seed gives the same structure.
    like : Organization, optional
        Make one with this one's statistics, in place of ``span``, ``ties`` and
        ``tie_homophily``: shares of the levels, spans by level, number and weights of ties,
        and how often these stay in branch and level. At the same size, levels and spans are
        the same, otherwise arranged. A larger one has more levels below its chief rather
        than a chief with hundreds of reports. Tenure is left unknown.

    Raises
    ------
    InputError
        A size, span, number of ties, homophily or seed is out of range.
    """
    _check_size(people, span, ties, tie_homophily, seed)
    run_key = U64(chance.key(U64(seed), U64(0)))
    if like is not None:
        return _generate_like(like, people, seed, run_key)
    boss = _even_tree(people, span)
    words = f"generated: {people:,} people, span {span}, seed {seed}"
    tree, _ = from_bosses(boss, source=words)
    share = float(tie_homophily)
    a, b = _ties(tree, round(people * ties / 2), (share, share), run_key).T
    return from_bosses(boss, (a, b, np.ones(len(a))), source=words)[0]


def _generate_like(like: Organization, people: int, seed: int, run_key: Any) -> Organization:
    boss = _tree_like(people, like, run_key)
    words = f"generated: {people:,} people like {like.source}, seed {seed}"
    tree, _ = from_bosses(boss, source=words)
    if not len(like.tie_seat):
        return tree
    a, b = _ties_like(tree, like, run_key).T
    stream = U64(chance.stream(run_key, _WEIGHTS, draws.GENERATOR))
    drawn = (chance.uniforms(stream, len(a)) * len(like.tie_weight)).astype(int)
    return from_bosses(boss, (a, b, np.sort(like.tie_weight)[drawn]), source=words)[0]


def _check_size(people: int, span: int, ties: float, homophily: float, seed: int) -> None:
    ranges = {
        "people": (people, 2, 2**31 - 1),
        "span": (span, 2, 2**31 - 1),
        "seed": (seed, 0, 2**63 - 1),
    }
    for name, (value, low, high) in ranges.items():
        whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
        if not whole or not low <= value <= high:
            raise InputError(f"{name} must be a whole number from {low} upwards, not {value!r}")
    if not 0.0 <= ties <= 100.0 or not 0.0 <= homophily <= 1.0:
        raise InputError(
            f"ties must be from 0 to 100 (not {ties}), tie_homophily from 0 to 1 (not {homophily})"
        )
