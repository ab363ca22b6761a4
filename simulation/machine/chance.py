"""Draws by address: every draw is a pure function of who, when, what for and the seed.

No draw shifts another, so two scenarios share all the luck that they can share, and
neither the number of threads nor the order of work can change a result. An address is
(study seed, replication, month, purpose, identity); it is hashed in two steps of the
SplitMix64 finalizer (Steele, Lea & Flood 2014, doi:10.1145/2714064.2660195): once per
purpose and month, once per draw.
"""

from __future__ import annotations

import math

import numpy as np

from .compiled import MASK, U64, compiled, logarithm
from .tiles import counts, numbers

_GOLDEN = U64(0x9E3779B97F4A7C15)
_FIRST = U64(0xBF58476D1CE4E5B9)
_SECOND = U64(0x94D049BB133111EB)
_MONTHS = U64(0xD1B54A32D192ED03)
_S30, _S27, _S31, _S12, _S32, _S21, _S42 = (
    U64(30),
    U64(27),
    U64(31),
    U64(12),
    U64(32),
    U64(21),
    U64(42),
)
_LOW21 = U64((1 << 21) - 1)
_UNIT52 = 1.0 / (1 << 52)
_UNIT21 = 1.0 / (1 << 21)


@compiled
def mix(x):
    """Return the SplitMix64 finalizer of a 64-bit integer."""
    x = U64(x)
    x = ((x ^ (x >> _S30)) * _FIRST) & MASK
    x = ((x ^ (x >> _S27)) * _SECOND) & MASK
    return x ^ (x >> _S31)


@compiled
def key(seed, replication):
    """Return the key of one run from the study seed and the replication's number."""
    return mix((mix((U64(seed) + _GOLDEN) & MASK) + U64(replication) * _MONTHS) & MASK)


@compiled
def identity(seat, generation):
    """Return a person's lifelong identity: the entry seat and how many entered it before."""
    return mix(((U64(seat) << _S32) + U64(generation) + _GOLDEN) & MASK)


@compiled
def stream(run_key, step, purpose):
    """Return the key of all draws for one purpose in one step of a run."""
    return mix((U64(run_key) ^ mix((U64(step) * _MONTHS + U64(purpose) * _GOLDEN) & MASK)) & MASK)


@compiled
def bits(stream_key, who):
    """Return 64 random bits for one person or entity in a stream."""
    return mix((U64(who) + U64(stream_key) * _GOLDEN) & MASK)


@compiled
def uniform(random_bits):
    """Return a number in (0, 1) from 64 random bits (52 of them used: 1 is never met)."""
    return (float(U64(random_bits) >> _S12) + 0.5) * _UNIT52


@compiled
def uniform_low(random_bits):
    """Return the first of three independent 21-bit numbers in (0, 1) held in 64 bits."""
    return (float(U64(random_bits) & _LOW21) + 0.5) * _UNIT21


@compiled
def uniform_middle(random_bits):
    """Return the second of three independent 21-bit numbers in (0, 1) held in 64 bits."""
    return (float((U64(random_bits) >> _S21) & _LOW21) + 0.5) * _UNIT21


@compiled
def uniform_high(random_bits):
    """Return the third of three independent 21-bit numbers in (0, 1) held in 64 bits."""
    return (float((U64(random_bits) >> _S42) & _LOW21) + 0.5) * _UNIT21


@compiled(inline=True)
def _middle(q):
    """Return the quantile of 1/2 + q, near the middle (AS 241)."""
    r = 0.180625 - q * q
    above = 2509.0809287301226727 * r + 33430.575583588128105
    above = above * r + 67265.770927008700853
    above = above * r + 45921.953931549871457
    above = above * r + 13731.693765509461125
    above = above * r + 1971.5909503065514427
    above = above * r + 133.14166789178437745
    above = above * r + 3.387132872796366608
    below = 5226.495278852545925 * r + 28729.085735721942674
    below = below * r + 39307.89580009271061
    below = below * r + 21213.794301586595867
    below = below * r + 5394.1960214247511077
    below = below * r + 687.1870074920579083
    below = below * r + 42.313330701600911252
    below = below * r + 1.0
    return q * above / below


@compiled(inline=True)
def _tail(r):
    """Return the quantile in the tails (AS 241)."""
    above = 7.7454501427834140764e-4 * r + 0.0227238449892691845833
    above = above * r + 0.24178072517745061177
    above = above * r + 1.27045825245236838258
    above = above * r + 3.64784832476320460504
    above = above * r + 5.7694972214606914055
    above = above * r + 4.6303378461565452959
    above = above * r + 1.42343711074968357734
    below = 1.05075007164441684324e-9 * r + 5.475938084995344946e-4
    below = below * r + 0.0151986665636164571966
    below = below * r + 0.14810397642748007459
    below = below * r + 0.68976733498510000455
    below = below * r + 1.6763848301838038494
    below = below * r + 2.05319162663775882187
    below = below * r + 1.0
    return above / below


@compiled(inline=True)
def _far_tail(r):
    """Return the quantile far out in the tails (AS 241)."""
    above = 2.01033439929228813265e-7 * r + 2.71155556874348757815e-5
    above = above * r + 0.0012426609473880784386
    above = above * r + 0.026532189526576123093
    above = above * r + 0.29656057182850489123
    above = above * r + 1.7848265399172913358
    above = above * r + 5.4637849111641143699
    above = above * r + 6.6579046435011037772
    below = 2.04426310338993978564e-15 * r + 1.4215117583164458887e-7
    below = below * r + 1.8463183175100546818e-5
    below = below * r + 7.868691311456132591e-4
    below = below * r + 0.0148753612908506148525
    below = below * r + 0.13692988092273580531
    below = below * r + 0.599832206555887937690
    below = below * r + 1.0
    return above / below


@compiled
def normal(u):
    """Return the standard normal quantile of u in (0, 1) (Wichura 1988, algorithm AS 241)."""
    q = u - 0.5
    if abs(q) <= 0.425:
        return _middle(q)
    r = math.sqrt(-logarithm(min(u, 1.0 - u)))
    z = _tail(r - 1.6) if r <= 5.0 else _far_tail(r - 5.0)
    return -z if q < 0.0 else z


@compiled(inline=True)
def draw(stream_key, who, size, buffer):
    """Fill a buffer of words with the random bits of a tile's people, in place."""
    for k in range(size):
        buffer[k] = bits(stream_key, who[k])


@compiled(inline=True)
def draw_normals(stream_key, who, size, buffer):
    """Fill a buffer with the standard normal numbers of a tile's people, in place.

    The same as ``normal(uniform(bits(...)))`` one by one: first the middle for everybody, then
    the tails for the few who are there.
    """
    tails, rows = numbers(), counts()
    found = 0
    for k in range(size):
        buffer[k] = uniform(bits(stream_key, who[k]))
    for k in range(size):
        rows[found] = k
        found += 1 if abs(buffer[k] - 0.5) > 0.425 else 0
    for k in range(found):
        tails[k] = buffer[rows[k]]
    for k in range(size):
        buffer[k] = _middle(buffer[k] - 0.5)
    for k in range(found):
        u = tails[k]
        r = math.sqrt(-logarithm(min(u, 1.0 - u)))
        z = _tail(r - 1.6) if r <= 5.0 else _far_tail(r - 5.0)
        tails[k] = -z if u < 0.5 else z
    for k in range(found):
        buffer[rows[k]] = tails[k]


@compiled(entry=True)
def uniforms(stream_key, size):
    """Return ``size`` uniform numbers in (0, 1) of one stream, for entities 0, 1, 2, ..."""
    out = np.empty(size)
    for i in range(size):
        out[i] = uniform(bits(stream_key, U64(i)))
    return out


@compiled(entry=True)
def normals(stream_key, size):
    """Return ``size`` standard normal numbers of one stream, for entities 0, 1, 2, ..."""
    out = np.empty(size)
    for i in range(size):
        out[i] = normal(uniform(bits(stream_key, U64(i))))
    return out
