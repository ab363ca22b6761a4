"""Tiles: the month goes over people a few at a time, in loops that become SIMD.

A tile is a run of neighbouring rows of one level, short enough for the innermost cache. A
submodel copies what it needs of a tile into buffers on the stack, works there in plain loops
without branches, and writes back. What stands on the stack cannot be changed by anything
else, so the compiler may work on eight people at a time; the bits are those of one at a time.

Sums over people have one order, whatever the machine and the number of threads: eight running
sums within a tile (:func:`total`), tile after tile.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from .compiled import ENABLED, compiled

__all__ = [
    "LANES",
    "SLACK",
    "TILE",
    "UNBOUNDED",
    "counts",
    "held",
    "keep",
    "load",
    "numbers",
    "pad",
    "pick",
    "spread",
    "total",
    "words",
]

#: People in a tile, at most.
TILE = 512
#: People that the widest machines work on at a time, and the running sums of a tile.
LANES = 8
#: What a bound is raised by, so that no rounding lets it fall below the value that it bounds.
SLACK = 1.0 + 1e-9
#: A bound that bounds nothing.
UNBOUNDED = 1e300


def _buffer(dtype: Any, plain: type) -> Any:
    """Return a compiled function that makes a buffer of one type on the stack of its caller."""

    @intrinsic
    def make(typing_context: Any) -> Any:
        array_type = types.Array(dtype, 1, "C")

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            item = context.get_data_type(dtype)
            with builder.goto_entry_block():
                memory = builder.alloca(ir.ArrayType(item, TILE + LANES))
                memory.align = 64
            size = context.get_constant(types.intp, dtype.bitwidth // 8)
            array = context.make_array(array_type)(context, builder)
            context.populate_array(
                array,
                data=builder.bitcast(memory, item.as_pointer()),
                shape=cgutils.pack_array(builder, [context.get_constant(types.intp, TILE + LANES)]),
                strides=cgutils.pack_array(builder, [size]),
                itemsize=size,
                meminfo=None,
                parent=None,
            )
            return array._getvalue()

        return array_type(), generate

    return make if ENABLED else lambda: np.zeros(TILE + LANES, plain)


#: Buffers for one tile, empty: never to be returned or kept.
numbers = _buffer(types.float64, np.float64)
counts = _buffer(types.int32, np.int32)
words = _buffer(types.uint64, np.uint64)


@intrinsic
def _held(typing_context: Any, record: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        byte = ir.IntType(8)
        with builder.goto_entry_block():
            memory = builder.alloca(ir.ArrayType(byte, record.size))
            memory.align = 64
        size = context.get_constant(types.intp, record.size)
        target = builder.bitcast(memory, byte.as_pointer())
        source = builder.bitcast(arguments[0], byte.as_pointer())
        cgutils.raw_memcpy(builder, target, source, size, 1, align=8)
        return builder.bitcast(memory, context.get_value_type(record))

    return record(record), generate


@intrinsic
def _eight(typing_context: Any, buffer: Any, first: Any, value: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(buffer)(context, builder, arguments[0])
        lanes = ir.VectorType(arguments[2].type, LANES)
        one = builder.insert_element(
            ir.Constant(lanes, ir.Undefined), arguments[2], ir.IntType(32)(0)
        )
        every = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
        filled = builder.shuffle_vector(one, ir.Constant(lanes, ir.Undefined), every)
        place = builder.gep(array.data, [arguments[1]])
        builder.store(filled, builder.bitcast(place, lanes.as_pointer()), align=8)
        return context.get_dummy_value()

    return types.void(buffer, types.intp, buffer.dtype), generate


def _eight_python(buffer: Any, first: int, value: float) -> None:
    buffer[first : first + LANES] = value


_fill = _eight if ENABLED else _eight_python


def _held_python(record: Any) -> Any:
    return record


#: A copy of a record on the stack: what a loop reads of it is then read once.
held = _held if ENABLED else _held_python


@compiled(inline=True)
def spread(buffer, first, last, value):
    """Set a buffer from ``first`` up to ``last`` to a value, in place, and some beyond.

    At most LANES - 1 places beyond are set too: spread from the left to the right.
    """
    for place in range(first, last, LANES):
        _fill(buffer, place, value)


@compiled(inline=True)
def total(column, here, size):
    """Return the sum of a tile of a column where somebody is.

    Eight running sums, one person each in turn, added up from the left.
    """
    values, sums = numbers(), numbers()
    for k in range(size):
        values[k] = column[k] if here[k] else 0.0
    for k in range(size, size + LANES):
        values[k] = 0.0
    for j in range(LANES):
        sums[j] = 0.0
    for first in range(0, size, LANES):
        for j in range(LANES):
            sums[j] += values[first + j]
    found = 0.0
    for j in range(LANES):
        found += sums[j]
    return found


@compiled(inline=True)
def load(column, size, buffer):
    """Copy a tile of a column into a buffer, in place."""
    for k in range(size):
        buffer[k] = column[k]


@compiled(inline=True)
def keep(column, here, size, buffer):
    """Copy a buffer back into a tile of a column, in place, where somebody is."""
    for k in range(size):
        if here[k]:
            column[k] = buffer[k]


@compiled(inline=True)
def pick(draw, bound, begin, size, rows):
    """List the rows of a tile whose draw is below the bound, in place; return how many."""
    found = 0
    for k in range(size):
        rows[found] = begin + k
        found += 1 if draw[k] < bound[k] else 0
    return found


@compiled(inline=True)
def pad(size):
    """Return a size made up to whole lanes: a loop so long has no slow end.

    What stands in the places added must be numbers that the loop can work with.
    """
    return (size + LANES - 1) // LANES * LANES
