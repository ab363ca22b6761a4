"""What is measured of a run every month.

Each measure is declared in the folder of its mechanism; here they are collected, those with
a place in front first, the others in the order of mechanisms.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from .measured import Measure
from .parameters import GROUPS

__all__ = ["LEVEL_MEASURES", "MEASURES", "Measure"]


def _declared() -> Iterator[tuple[str, Measure]]:
    modules = dict.fromkeys(group.__module__ for group in GROUPS.values())
    for module in modules:
        yield from getattr(sys.modules[module], "MEASURES", {}).items()


def _place(item: tuple[str, Measure]) -> float:
    return item[1].headline or float("inf")


MEASURES: dict[str, Measure] = dict(sorted(_declared(), key=_place))
#: Measures that are also taken by level, as ``adoption_level_0`` and so on.
LEVEL_MEASURES = tuple(name for name, measure in MEASURES.items() if measure.by_level)
