"""What every draw is for: declared with its mechanism, numbered once and for ever.

A draw's number is part of its address (``machine.chance``), so it is part of the results:
never renumber, only append. Compiled code reads the numbers by name, ``draws.EXIT``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from .drawn import Draw
from .parameters import GROUPS

__all__ = ["DRAWS", "Draw"]

#: Draws that no single mechanism owns.
COMMON = {
    "ARRIVAL": Draw(1, "whether somebody practises from the first day", "person"),
    "TRAITS": Draw(
        2,
        "frailty; willingness to mentor, threshold and disposition; lasting and passing mood",
        "person, three words",
        ("whole", "low", "middle", "high"),
    ),
    "EVENT": Draw(
        21,
        "whom a scripted event concerns: leaders who leave, people who move and to where; people "
        "invited; people laid off",
        "person",
        ("low", "middle", "high"),
    ),
    "GENERATOR": Draw(
        22,
        "sizes of teams, ties between people, weights",
        "seat or tie",
        ("whole", "low", "middle"),
    ),
}


def _declared() -> Iterator[tuple[str, Draw]]:
    yield from COMMON.items()
    for module in dict.fromkeys(group.__module__ for group in GROUPS.values()):
        yield from getattr(sys.modules[module], "DRAWS", {}).items()


def numbered(declared: Iterator[tuple[str, Draw]]) -> dict[str, Draw]:
    """Return draws by name, in order of declaration.

    Raises
    ------
    ValueError
        A name or a number is used twice.
    """
    found: dict[str, Draw] = {}
    names: dict[int, str] = {}
    for name, draw in declared:
        if draw.number in names or name in found:
            raise ValueError(
                f"draw {name} has the number {draw.number} of {names.get(draw.number, name)}; the "
                f"next free number is {max(names) + 1}"
            )
        found[name], names[draw.number] = draw, name
    return found


DRAWS: dict[str, Draw] = numbered(_declared())


def __getattr__(name: str) -> int:
    """Return a draw's number by the draw's name."""
    if name not in DRAWS:
        raise AttributeError(f"no draw is declared as '{name}'")
    return DRAWS[name].number
