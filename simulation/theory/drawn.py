"""What a draw is declared with."""

from __future__ import annotations

from typing import Literal, NamedTuple

__all__ = ["Draw"]

Bits = Literal["whole", "low", "middle", "high"]


class Draw(NamedTuple):
    """A purpose of draws: with the step and somebody's identity it is a draw's address."""

    number: int  #: of the address; never another's
    what: str  #: what is decided
    by: str  #: whose identity is drawn by
    bits: tuple[Bits, ...] = ("whole",)  #: of 64: all, or thirds that are independent
