"""Seats, teams, lines and ties as arrays; the generator. Charts are read by ``chart``."""

from __future__ import annotations

import functools
import hashlib
import html
import itertools
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import InputError, nearest
from ..machine import chance
from ..machine.compiled import U64, compiled
from ..theory import draws
from ..words import number

__all__ = ["Organization", "check", "from_bosses", "generate_organization"]

IntArray = NDArray[np.int32]
#: Most people, and most ends of ties: their numbers are 32-bit integers.
_MOST = 2**31 - 1


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
    identifier, department, hired : tuple of str, optional
        From a chart; kept in memory only, never written to a result. Days as 2024-01-31.
    notes : tuple of str
        Repairs and oddities, as sentences.
    vacant : bool array of shape (people,), optional
        Which seats nobody holds at the start; default: none.
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
    vacant: NDArray[np.bool_] | None = None
    hired: tuple[str, ...] | None = None

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

    def row(self, seat: str) -> int:
        """Return the row of a seat: by its identifier in the chart, else by the row as text.

        Raises
        ------
        InputError
            There is no such seat.
        """
        if self.identifier is not None:
            if seat in self.identifier:
                return self.identifier.index(seat)
            raise InputError(f"the chart has nobody '{seat}'.{nearest(seat, self.identifier)}")
        if seat.isdecimal() and int(seat) < self.people:
            return int(seat)
        raise InputError(
            f"there is no seat '{seat}': the organization has no chart, so that a seat is named by "
            f"its row, from 0 to {self.people - 1}"
        )

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
        if self.vacant is not None:
            digest.update(self.vacant.tobytes())
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
    vacant: ArrayLike | None = None,
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
    vacant : bool array of shape (people,), optional
        Seats that nobody holds at the start.
    **rest
        ``source``, ``notes``, and ``identifier``, ``department``, ``hired`` in the given order.

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
    branch = _branches(placed, level)
    known = (
        np.full(len(given), np.nan) if tenure is None else np.asarray(tenure, dtype=float)[order]
    )
    for name in ("identifier", "department", "hired"):
        if rest.get(name) is not None:
            rest[name] = tuple(map(rest[name].__getitem__, order.tolist()))
    if vacant is not None:
        rest["vacant"] = np.asarray(vacant, dtype=bool)[order]
    b, c, d, e, f = (np.asarray(x, dtype=np.int32) for x in (placed, level, branch, start, size))
    no_ties = np.zeros(len(given) + 1, np.int64), np.empty(0, np.int32), np.empty(0)
    found = Organization(b, c, d, e, f, *no_ties, known, **rest)
    if ties is not None:
        first, second = (row[np.asarray(end, dtype=np.int64)] for end in ties[:2])
        found = _tied(found, first, second, np.asarray(ties[2], dtype=float))
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


def _branches(boss: NDArray[np.int64], level: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return each row's branch, level by level: a level's rows are contiguous."""
    branch = np.full(len(boss), -1)
    edges = np.cumsum(np.bincount(level))
    for depth, (first, last) in enumerate(itertools.pairwise(edges)):
        branch[first:last] = branch[boss[first:last]] if depth else np.arange(last - first)
    return branch


def _tied(
    tree: Organization, a: NDArray[Any], b: NDArray[Any], weight: NDArray[np.float64]
) -> Organization:
    """Return a tree with ties between rows a and b, each pair given once."""
    if 2 * len(a) > _MOST:
        raise InputError(f"an organization may have {_MOST // 2:,} ties, not {len(a):,}")
    a, b = (np.asarray(end, dtype=np.int32) for end in (a, b))
    key = np.minimum(a, b).astype(np.int64)
    key *= tree.people
    key += np.maximum(a, b)
    order = np.argsort(key, kind="stable")  # next to nothing where they are sorted already
    del key
    start, seat, strength = _both_ways(tree.people, a, b, weight, order)
    return replace(tree, tie_start=start, tie_seat=seat, tie_weight=strength)


@compiled(entry=True)
def _both_ways(people, a, b, weight, order):
    """Return where each row's ties start, whom they lead to and how strong they are.

    The pairs are visited by their lower row and then by their higher one, so that each row
    meets those it is tied to from the first to the last.
    """
    start = np.zeros(people + 1, np.int64)
    for k in range(len(a)):
        start[a[k] + 1] += 1
        start[b[k] + 1] += 1
    for i in range(people):
        start[i + 1] += start[i]
    place = start.copy()
    seat = np.empty(2 * len(a), np.int32)
    strength = np.empty(2 * len(a))
    for k in order:
        for own, other in ((a[k], b[k]), (b[k], a[k])):
            seat[place[own]] = other
            strength[place[own]] = weight[k]
            place[own] += 1
    return start, seat, strength


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
    for name in ("identifier", "department", "hired"):
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
    level_start, part_start, by_branch, branch_start = groups
    if same_branch and same_level:
        part = level[a] * (len(branch_start) - 1) + branch[a] + 1
        low, high = part_start[part], part_start[part + 1]
        return low + int(u * (high - low))
    if same_branch:
        low, high = branch_start[branch[a] + 1], branch_start[branch[a] + 2]
        return np.int64(by_branch[low + int(u * (high - low))])
    if same_level:
        low, high = level_start[level[a]], level_start[level[a] + 1]
        return low + int(u * (high - low))
    return int(u * len(level))


@compiled(entry=True)
def _draw_ties(boss, level, branch, groups, wanted, shares, exact, stream):
    """Return ``wanted`` pairs (a, b), a < b, as numbers a * people + b; some come again.

    Fewer, where somebody fit for a tie was not found. ``shares`` are the probabilities to
    stay in the branch and in the level; if ``exact``, a tie that need not stay must not.
    """
    n = len(boss)
    pairs = np.empty(wanted, np.int64)
    found = 0
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
                pairs[found] = min(a, b) * n + max(a, b)
                found += 1
                break
    return pairs[:found]


def _groups(tree: Organization) -> tuple[NDArray[Any], ...]:
    """Return who is in a level, in a branch, and in both.

    Rows of a level, and of a branch in a level, are contiguous: it is enough to know where
    those of each start. Of branches (the chief's own is the first) it takes a list.
    """
    branch = tree.branch + 1
    kinds = int(branch.max()) + 1
    part = tree.level.astype(np.int64) * kinds + branch
    by_branch = np.argsort(branch, kind="stable").astype(np.int32)
    return _starts(tree.level), _starts(part), by_branch, _starts(branch)


def _starts(labels: NDArray[Any]) -> NDArray[np.int64]:
    """Return where the members of each label start, once they are sorted by label."""
    return np.concatenate([[0], np.cumsum(np.bincount(labels))])


def _ties(
    tree: Organization,
    wanted: int,
    shares: tuple[float, float],
    run_key: Any,
    exact: bool = False,
    step: int = _ROUND,
) -> NDArray[np.int64]:
    """Draw so many pairs (a, b), again for those that came twice.

    They are numbers a * people + b, from the lowest to the highest.
    """
    groups = _groups(tree)
    pairs = np.empty(0, dtype=np.int64)
    for round_number in range(6):
        missing = wanted - len(pairs)
        if missing <= 0:
            break
        stream = U64(chance.stream(run_key, step + round_number, draws.GENERATOR))
        drawn = _draw_ties(
            tree.boss, tree.level, tree.branch, groups, missing, shares, exact, stream
        )
        drawn.sort()
        pairs = np.concatenate([pairs, drawn])
        pairs.sort(kind="stable")  # merges the two
        pairs = pairs[np.diff(pairs, prepend=-1) > 0]
    return pairs


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
    a, b = np.divmod(_ties(tree, round(people * ties / 2), (share, share), run_key), people)
    return _tied(tree, a, b, np.ones(len(a)))


def _generate_like(like: Organization, people: int, seed: int, run_key: Any) -> Organization:
    boss = _tree_like(people, like, run_key)
    words = f"generated: {people:,} people like {like.source}, seed {seed}"
    tree, _ = from_bosses(boss, source=words)
    if not len(like.tie_seat):
        return tree
    a, b = np.divmod(_ties_like(tree, like, run_key), people)
    stream = U64(chance.stream(run_key, _WEIGHTS, draws.GENERATOR))
    drawn = (chance.uniforms(stream, len(a)) * len(like.tie_weight)).astype(int)
    return _tied(tree, a, b, np.sort(like.tie_weight)[drawn])


def _check_size(people: int, span: int, ties: float, homophily: float, seed: int) -> None:
    ranges = {
        "people": (people, 2, _MOST),
        "span": (span, 2, _MOST),
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
    if people * ties > _MOST:
        raise InputError(
            f"{people:,} people with {number(float(ties))} ties each are too many: people times "
            f"ties must be below {_MOST:,}"
        )
