"""Draws by address: pinned values, and independence of neighbouring addresses.

False-alarm rates: every statistical check here rejects a perfect generator with
probability about 1e-6; addresses are fixed, so a check that passes passes for ever.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simulation import chance

ALARM = 1e-6
SIZE = 20_000
#: A correlation of ``SIZE`` independent pairs exceeds this with probability ALARM.
BOUND = stats.norm.isf(ALARM / 2) / math.sqrt(SIZE)
WORD = st.integers(0, 2**64 - 1).map(np.uint64)


def stream(seed=11, replication=3, step=7, purpose=chance.EXIT):
    key = np.uint64(chance.key(seed, replication))
    return np.uint64(chance.stream(key, step, np.uint64(purpose)))


def person(seat, generation):
    return np.uint64(chance.identity(seat, generation))


def bits_of(one, who):
    return np.uint64(chance.bits(one, np.uint64(who)))


def draws(**address):
    return chance.uniforms(stream(**address), SIZE)


def correlation(x, y):
    return abs(np.corrcoef(x, y)[0, 1])


# ------------------------------------------------------------------------------ known answers


def test_the_finalizer_is_splitmix():
    """The generator of Steele, Lea and Flood from seed 0, as published with SplitMix64."""
    golden = 0x9E3779B97F4A7C15
    outputs = [int(chance.mix(np.uint64(k * golden % 2**64))) for k in (1, 2, 3)]
    assert outputs == [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]


def test_pinned_addresses():
    """The numbers are part of every result: changing them changes all results."""
    assert int(chance.key(0, 0)) == 5197578548964807871
    assert int(chance.key(7, 3)) == 13266785537856732188
    assert int(chance.identity(5, 2)) == 1874518578007762705
    one = stream(7, 3, 5, chance.EXIT)
    bits = bits_of(one, person(5, 2))
    assert int(one) == 8403438945136641018
    assert int(bits) == 5163474149521413149
    assert chance.uniform(bits) == pytest.approx(0.2799124945241929, abs=2.0**-52)
    parts = chance.uniform_low(bits), chance.uniform_middle(bits), chance.uniform_high(bits)
    assert parts == pytest.approx((0.08839297294616699, 0.09543299674987793, 0.5598251819610596))


def test_purposes_are_different_and_never_renumbered():
    names = [
        "ARRIVAL", "TRAITS", "TENURE", "EXIT", "VACANCY", "PROMOTION", "STYLE", "OBSERVATION",
        "VISIT", "ADOPTION", "DROPOUT", "SEEKING", "MATCHING", "RELATIONSHIP", "ENGAGEMENT",
        "ACTION", "BRIEFING", "LEADS", "SPONSOR", "BUDGET", "EVENT", "GENERATOR", "CAMPAIGN",
        "CHIEF",
    ]  # fmt: skip
    assert [int(getattr(chance, name)) for name in names] == list(range(1, len(names) + 1))


def test_a_draw_does_not_depend_on_how_many_are_drawn():
    one = stream()
    assert (chance.uniforms(one, 10) == chance.uniforms(one, 1000)[:10]).all()
    single = [chance.uniform(bits_of(one, who)) for who in range(10)]
    assert chance.uniforms(one, 10).tolist() == single


# ----------------------------------------------------------------------------------- the laws


@given(WORD)
def test_uniforms_lie_strictly_between_zero_and_one(bits):
    for law in (
        chance.uniform, chance.uniform_low, chance.uniform_middle, chance.uniform_high,
    ):  # fmt: skip
        assert 0.0 < law(bits) < 1.0


@pytest.mark.parametrize("bits", [np.uint64(0), np.uint64(2**64 - 1)])
def test_the_extreme_bits_give_finite_normals(bits):
    for law in (chance.uniform, chance.uniform_low, chance.uniform_high):
        assert math.isfinite(chance.normal(law(bits)))


@pytest.mark.parametrize("law", ["uniform", "uniform_low", "uniform_middle", "uniform_high"])
@pytest.mark.parametrize("purpose", [chance.EXIT, chance.ADOPTION, chance.OBSERVATION])
def test_draws_are_uniform(law, purpose):
    one = stream(purpose=purpose)
    sample = [getattr(chance, law)(bits_of(one, who)) for who in range(SIZE)]
    assert stats.kstest(sample, "uniform").pvalue > ALARM


def test_identities_are_different_and_draw_uniformly():
    people = [person(seat, g) for seat in range(2000) for g in range(10)]
    assert len(set(people)) == len(people)
    one = stream()
    sample = [chance.uniform(bits_of(one, who)) for who in people]
    assert stats.kstest(sample, "uniform").pvalue > ALARM


def test_normals_are_normal():
    sample = chance.normals(stream(), SIZE)
    assert stats.kstest(sample, "norm").pvalue > ALARM


@given(st.floats(1e-300, 1.0, exclude_max=True))
def test_the_normal_quantile_against_scipy(u):
    assert chance.normal(u) == pytest.approx(stats.norm.ppf(u), rel=2e-14, abs=1e-15)


def test_the_normal_quantile_is_odd():
    for u in (0.01, 0.074, 0.076, 0.3, 0.49):
        assert chance.normal(1.0 - u) == pytest.approx(-chance.normal(u), rel=1e-12)
    assert chance.normal(0.5) == 0.0


# ------------------------------------------------------------------------------- independence


def neighbours():
    """Return pairs of samples whose addresses differ by a little in one part."""
    base = draws()
    yield "next person", base[:-1], base[1:]
    yield "person after next", base[:-2], base[2:]
    for gap in (1, 2, 12):
        yield f"months {gap} apart", base, draws(step=7 + gap)
    for purpose in range(1, 25):
        if purpose != int(chance.EXIT):
            yield f"purpose {purpose}", base, draws(purpose=purpose)
    for gap in (1, 2):
        yield f"replications {gap} apart", base, draws(replication=3 + gap)
        yield f"seeds {gap} apart", base, draws(seed=11 + gap)
    yield "seed for replication", base, draws(seed=3, replication=11)
    yield "month for purpose", base, draws(step=int(chance.EXIT), purpose=7)


def test_neighbouring_addresses_are_uncorrelated():
    pairs = list(neighbours())
    bound = stats.norm.isf(ALARM / 2 / (3 * len(pairs))) / math.sqrt(SIZE - 2)  # Bonferroni
    for name, x, y in pairs:
        assert correlation(x, y) < bound, name
        assert correlation((x - 0.5) ** 2, (y - 0.5) ** 2) < bound, name
        assert correlation(np.abs(x - 0.5), y) < bound, name


def test_the_three_parts_of_a_draw_are_uncorrelated():
    one = stream()
    bits = [bits_of(one, who) for who in range(SIZE)]
    laws = (chance.uniform_low, chance.uniform_middle, chance.uniform_high)
    low, middle, high = ([law(b) for b in bits] for law in laws)
    for x, y in itertools.combinations((low, middle, high), 2):
        assert correlation(x, y) < BOUND


def test_one_bit_of_the_address_changes_half_of_the_bits():
    """Flips of n = 64 * 2,000 bits: a fair coin is off by 5 sd with probability 6e-7."""
    one = stream()
    flips = sum(
        int(bits_of(one, who) ^ bits_of(one, who ^ (1 << (who % 64)))).bit_count()
        for who in range(2000)
    )
    assert abs(flips / 128_000 - 0.5) < 5 * 0.5 / math.sqrt(128_000)


def test_pairs_of_neighbours_fill_the_square_evenly():
    """Chi-square over a 16 by 16 grid of (person, next month), level ALARM."""
    x, y = draws(), draws(step=8)
    counts, _, _ = np.histogram2d(x, y, bins=16, range=((0, 1), (0, 1)))
    assert stats.chisquare(counts.ravel()).pvalue > ALARM


def test_runs_differ_between_seeds_and_replications():
    keys = {int(chance.key(seed, rep)) for seed in range(200) for rep in range(200)}
    assert len(keys) == 40_000
