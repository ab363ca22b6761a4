"""A drawn organization that is as uneven as organizations are, as the files that people have."""

from __future__ import annotations

from pathlib import Path

import numpy as np

__all__ = ["write_uneven"]

#: How far from the top the next leader may be, the most reports, and what ends a team, on average.
SHUFFLED, MOST, ENDING = 60, 30, 1 / 6


def write_uneven(folder: str | Path, people: int = 1555, seed: int = 1) -> tuple[Path, Path]:
    """Write a chart of leaders with 1 to 30 reports, and four ties a person, all drawn.

    Parameters
    ----------
    folder : path
        Made where it is missing.
    people : int
    seed : int

    Returns
    -------
    tuple of path
        ``chart.csv`` (employee, manager) and ``ties.csv`` (one, other): some branches are twice as
        deep as others, and ties go anywhere.
    """
    generator, managers, free = np.random.default_rng(seed), [""], [0]
    while len(managers) < people:
        leader = free.pop(int(generator.integers(min(len(free), SHUFFLED))))
        count = min(int(generator.geometric(ENDING)), MOST, people - len(managers))
        free += range(len(managers), len(managers) + count)
        managers += [f"p{leader}"] * count
    rows = [f"p{k},{manager}" for k, manager in enumerate(managers)]
    pairs = [f"p{a},p{b}" for a, b in generator.integers(people, size=(2 * people, 2)) if a != b]
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    chart, ties = place / "chart.csv", place / "ties.csv"
    chart.write_text("\n".join(["employee,manager", *rows, ""]), "utf-8")
    ties.write_text("\n".join(["one,other", *pairs, ""]), "utf-8")
    return chart, ties
