"""The one decorator for compiled code, and where its machine code is kept.

Numba's own cache watches only the file of the cached function: a rule edited in
another file would go on running as it was, and reordering a parameter group would
swap parameters without a word. Here machine code is kept under a digest of every
source file that can reach compiled code, so any such edit compiles anew.

Set ``NUMBA_DISABLE_JIT=1`` to run everything as plain Python (slow; for coverage and
debugging): the results are the same to the bit.
"""

from __future__ import annotations

import functools
import gc
import math
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numba
import numpy as np
from numba import types
from numba.core.event import Event, Listener, register
from numba.extending import intrinsic

from ..files import PACKAGE
from ..progress import announce
from .kept import MachineCode, root
from .parts import Part
from .sources import digest_of

#: The folders whose code can reach machine code; editing anything else keeps the cache.
ROOMS = ("machine", "theory", "organizations", "month")
ENABLED = not numba.config.DISABLE_JIT
#: The package whose compiled code is large: all else compiles in a second or two.
MODEL = f"{PACKAGE.name}.month."
#: About how long compiling it takes, in seconds on a usual machine; told before it is done.
SECONDS = 25


@functools.cache
def source_digest(package: Path = PACKAGE) -> str:
    """Return the digest of the code of every file that can reach compiled code."""
    files = (path for room in ROOMS for path in (package / room).rglob("*.py"))
    return digest_of(package, files, f"{numba.__version__} {sys.version_info[:2]}")


def cache_folder() -> Path:
    """Return the folder of this version's machine code."""
    return root() / source_digest()


def _start_compiler() -> None:
    """Import what numba needs at its first call, but not SciPy's linear algebra (.2 s).

    Numba imports it to see whether it is there, and once more where matrices are multiplied.
    """
    asked = "scipy.linalg.cython_blas"
    if asked in sys.modules:
        return
    sys.modules[asked] = ModuleType(asked)
    try:
        import numba.np.arraymath  # noqa: F401
    finally:
        del sys.modules[asked]


if ENABLED:
    _start_compiler()


class _Announcement(Listener):
    """Says, before the model is compiled, that it takes a while: once, whatever comes after.

    Garbage is not collected meanwhile: nearly all that compiling makes is kept, and looking
    through it again and again takes an eighth of the time.
    """

    told = False
    depth = 0
    collects = True

    def on_start(self, event: Event) -> None:
        if self.depth == 0:
            self.collects = gc.isenabled()
            gc.disable()
        self.depth += 1
        function = event.data["dispatcher"].py_func
        if not self.told and str(function.__module__).startswith(MODEL):
            self.told = True
            announce(f"Compiling the model for this machine, once: about {SECONDS} s")

    def on_end(self, event: Event) -> None:
        self.depth -= 1
        if self.depth == 0 and self.collects:
            gc.enable()


register("numba:compile", _Announcement())


def compiled[F: Callable[..., Any]](
    function: F | None = None, *, entry: bool = False, inline: bool = False
) -> Any:
    """Compile a function; no fast-math, so the same bits on every machine.

    Parameters
    ----------
    function : callable
        A pure function of numbers, arrays and records.
    entry : bool
        The function is called from Python: keep its machine code on disk. Any other is a part
        of those that call it (``parts``).
    inline : bool
        It stands in loops over people: put it into its caller, where the loop becomes SIMD.
    """
    if function is None:
        return functools.partial(compiled, entry=entry, inline=inline)
    if not ENABLED:
        return function
    options = {"nogil": True, "error_model": "numpy", "forceinline": inline}
    if not entry:
        return Part(function, **options)
    dispatcher = numba.njit(**options)(function)
    dispatcher._cache = MachineCode(function, source_digest())
    return dispatcher


@intrinsic
def _as_float(typing_context: Any, bits: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], context.get_value_type(types.float64))

    return types.float64(types.uint64), generate


@intrinsic
def _as_bits(typing_context: Any, number: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], context.get_value_type(types.uint64))

    return types.uint64(types.float64), generate


def _as_float_python(bits: int) -> float:
    return struct.unpack("<d", struct.pack("<Q", int(bits)))[0]


def _as_bits_python(number: float) -> int:
    return struct.unpack("<Q", struct.pack("<d", float(number)))[0]


as_float = _as_float if ENABLED else _as_float_python
as_bits = _as_bits if ENABLED else _as_bits_python
#: Unsigned 64-bit integers, in machine code and in plain Python.
U64 = np.uint64 if ENABLED else int
MASK = U64(0xFFFFFFFFFFFFFFFF)

_SHIFT_52 = U64(52)
_BIAS = U64(1023)
_MANTISSA = U64(0x000FFFFFFFFFFFFF)
_ONE = U64(0x3FF0000000000000)
_LOG2E = 1.4426950408889634
_LEAST = 9.85967654375977e-305  # e to the power -700
_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10


@compiled(inline=True)
def exponential(x: float) -> float:
    """Return e to the power x, the same bits on every machine (relative error < 1e-15).

    Range reduction to |r| <= ln(2)/2 and a Taylor polynomial of degree 13; the C
    library's exponential differs between libraries, so it is not used. Arguments
    beyond +-700 are clipped.
    """
    x = min(max(x, -700.0), 700.0)
    k = math.floor(x * _LOG2E + 0.5)
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
    p = 1.0 / 6227020800.0
    p = p * r + 1.0 / 479001600.0
    p = p * r + 1.0 / 39916800.0
    p = p * r + 1.0 / 3628800.0
    p = p * r + 1.0 / 362880.0
    p = p * r + 1.0 / 40320.0
    p = p * r + 1.0 / 5040.0
    p = p * r + 1.0 / 720.0
    p = p * r + 1.0 / 120.0
    p = p * r + 1.0 / 24.0
    p = p * r + 1.0 / 6.0
    p = p * r + 0.5
    p = p * r + 1.0
    p = p * r + 1.0
    return p * as_float(U64(int(k) + 1023) << _SHIFT_52)


@compiled(inline=True)
def logarithm(x: float) -> float:
    """Return the natural logarithm of x > 0, the same bits on every machine.

    The mantissa is brought to [0.707, 1.414) and ln m = 2 artanh((m-1)/(m+1)) by its
    series to the 21st power (relative error < 1e-15). Not for subnormal numbers.
    """
    bits = as_bits(x)
    exponent = float(int(bits >> _SHIFT_52) - 1023)
    mantissa = as_float((bits & _MANTISSA) | _ONE)
    if mantissa > 1.4142135623730951:
        mantissa = mantissa * 0.5
        exponent = exponent + 1.0
    s = (mantissa - 1.0) / (mantissa + 1.0)
    z = s * s
    p = 1.0 / 21.0
    p = p * z + 1.0 / 19.0
    p = p * z + 1.0 / 17.0
    p = p * z + 1.0 / 15.0
    p = p * z + 1.0 / 13.0
    p = p * z + 1.0 / 11.0
    p = p * z + 1.0 / 9.0
    p = p * z + 1.0 / 7.0
    p = p * z + 1.0 / 5.0
    p = p * z + 1.0 / 3.0
    p = p * z + 1.0
    return exponent * _LN2_HIGH + (2.0 * s * p + exponent * _LN2_LOW)


@compiled(inline=True)
def power(base: float, exponent: float) -> float:
    """Return base ** exponent for base >= 0, the same bits on every machine.

    A base of 0 under a negative exponent counts as e to the power -700. Without branches, so
    that a loop of powers becomes SIMD.
    """
    some = 1.0 if exponent <= 0.0 else 0.0
    there = min(1.0, min(base, 1.0) * 1e308 + some)  # 0 for a base of 0, else 1
    value = there * exponential(exponent * logarithm(max(base, _LEAST)))
    return base if exponent == 1.0 else value
