"""What a person carries: every column of the table of people, declared with its mechanism.

A declaration says what a column holds at the start, of somebody hired, and after a move to
another seat. The table's layout and the resets follow from it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from .column import KEPT, NEVER, SET, STEP, Column
from .parameters import GROUPS

__all__ = ["COLUMNS", "KEPT", "NEVER", "SET", "STEP", "Column"]


def _declared() -> Iterator[tuple[str, Column]]:
    for module in dict.fromkeys(group.__module__ for group in GROUPS.values()):
        yield from getattr(sys.modules[module], "COLUMNS", {}).items()


COLUMNS: dict[str, Column] = dict(_declared())
