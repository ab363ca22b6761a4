"""The pinned baseline: the numbers of one run, to the bit.

When they move, the changelog says so under "Results change" with the reason, and
``python tests/test_pinned.py`` writes the new ones.
"""

from __future__ import annotations

import json
from pathlib import Path

from simulation import Run, load_scenario
from simulation.theory.measures import MEASURES

PINNED = Path(__file__).with_name("pinned_baseline.json")
MONTHS = (0, 1, 12, 36, 60, 120)


def numbers() -> dict[str, dict[str, float | None]]:
    """Return all measures of some months of the baseline, seed 1, replication 0."""
    run = Run(load_scenario("baseline"), seed=1)
    run.finish()
    names = [*MEASURES, *run.level_names]
    found = {}
    for month in MONTHS:
        values = zip(names, run.history()[month].tolist(), strict=True)
        found[str(month)] = {name: None if v != v else v for name, v in values}
    return found


def test_the_baseline_has_not_moved():
    pinned, now = json.loads(PINNED.read_text(encoding="utf-8")), numbers()
    moved = {
        f"{name} in month {month}": (before, now[month].get(name))
        for month, values in pinned.items()
        for name, before in values.items()
        if now[month].get(name) != before
    }
    assert not moved, "if this was meant, see this module's docstring"
    assert {m: set(v) for m, v in now.items()} == {m: set(v) for m, v in pinned.items()}


if __name__ == "__main__":
    PINNED.write_text(json.dumps(numbers(), indent=1) + "\n", encoding="utf-8")
