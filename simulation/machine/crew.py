"""Threads within a run: a crew whose members meet before anybody goes on.

A crew is so many threads that make the same compiled call, each as one member. They share the
rows of a state, do what is done once as member 0, and :func:`meet` in between. What a member
does depends on rows alone, so the bits are those of a crew of one.
"""

from __future__ import annotations

import os
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from .compiled import ENABLED, U64, compiled

__all__ = ["alone", "meet", "share"]


@intrinsic
def _add(typing_context: Any, gate: Any) -> Any:
    """Add 1 to the first word of an array at once; return what it was."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(gate)(context, builder, arguments[0]).data
        return builder.atomic_rmw("add", data, ir.IntType(64)(1), "seq_cst")

    return types.uint64(gate), generate


@intrinsic
def _now(typing_context: Any, gate: Any) -> Any:
    """Return the first word of an array as other threads have left it."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(gate)(context, builder, arguments[0]).data
        return builder.load_atomic(data, "acquire", align=8)

    return types.uint64(gate), generate


if ENABLED and os.name == "posix":
    _give_way = types.ExternalFunction("sched_yield", types.int32())
else:

    @compiled
    def _give_way():
        return 0


@compiled
def meet(gate, crew):
    """Wait until every member of the crew is here.

    Parameters
    ----------
    gate : uint64 array
        One word, how often a member has come; 0 before the crew begins.
    crew : int
        Members; a crew of one goes on at once.
    """
    if crew == 1:
        return
    before = _add(gate)
    awaited = (before // U64(crew) + U64(1)) * U64(crew)
    rounds = 0
    while _now(gate) < awaited:
        rounds += 1
        if rounds > 2_000:  # others may need this core to get here
            _give_way()


@compiled
def alone(gate, crew, member):
    """Wait until every member is here; return whether this one is to go on alone: the first."""
    meet(gate, crew)
    return member == 0


@compiled
def share(size, crew, member):
    """Return the first and the last (not included) of so many things that are a member's."""
    return size * member // crew, size * (member + 1) // crew
