"""Draws by address: pinned values, and independence of neighbouring addresses.

False-alarm rates: every statistical check here rejects a perfect generator with
probability about 1e-6, all of them together with less than 1e-4; addresses are fixed, so a
check that passes passes for ever. The slow ones take eleven million draws, at the addresses
of a study: several seeds, replications, months, purposes, and people by their identity.
"""

from __future__ import annotations

import ast
import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simulation.files import PACKAGE
from simulation.machine import chance
from simulation.theory import draws

ALARM = 1e-6
SIZE = 20_000
#: A correlation of ``SIZE`` independent pairs exceeds this with probability ALARM.
BOUND = stats.norm.isf(ALARM / 2) / math.sqrt(SIZE)
WORD = st.integers(0, 2**64 - 1).map(np.uint64)


def stream(seed=11, replication=3, step=7, purpose=draws.EXIT):
    key = np.uint64(chance.key(seed, replication))
    return np.uint64(chance.stream(key, step, np.uint64(purpose)))


def person(seat, generation):
    return np.uint64(chance.identity(seat, generation))


def bits_of(one, who):
    return np.uint64(chance.bits(one, np.uint64(who)))


def drawn(**address):
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
    one = stream(7, 3, 5, draws.EXIT)
    bits = bits_of(one, person(5, 2))
    assert int(one) == 8403438945136641018
    assert int(bits) == 5163474149521413149
    assert chance.uniform(bits) == pytest.approx(0.2799124945241929, abs=2.0**-52)
    parts = chance.uniform_low(bits), chance.uniform_middle(bits), chance.uniform_high(bits)
    assert parts == pytest.approx((0.08839297294616699, 0.09543299674987793, 0.5598251819610596))


def test_purposes_are_different_and_never_renumbered():
    """The numbers are part of every result; new ones are appended."""
    pinned = {
        "ARRIVAL": 1,
        "TRAITS": 2,
        "TENURE": 3,
        "EXIT": 4,
        "VACANCY": 5,
        "PROMOTION": 6,
        "STYLE": 7,
        "OBSERVATION": 8,
        "VISIT": 9,
        "ADOPTION": 10,
        "DROPOUT": 11,
        "SEEKING": 12,
        "MATCHING": 13,
        "RELATIONSHIP": 14,
        "ENGAGEMENT": 15,
        "ACTION": 16,
        "BRIEFING": 17,
        "LEADS": 18,
        "SPONSOR": 19,
        "EVENT": 21,
        "GENERATOR": 22,
        "CHIEF": 24,
    }
    numbers = {name: getattr(draws, name) for name in draws.DRAWS}
    assert numbers | pinned == numbers
    assert len(set(numbers.values())) == len(numbers), "two purposes would share their luck"
    assert all(numbers[name] > 24 for name in numbers.keys() - pinned.keys())


def test_a_number_used_twice_is_named():
    declared = {"EXIT": draws.Draw(4, "one", "person"), "ENTRY": draws.Draw(4, "two", "person")}
    with pytest.raises(ValueError, match=r"ENTRY has the number 4 of EXIT; the next free .* is 5"):
        draws.numbered(declared.items())
    with pytest.raises(AttributeError, match="no draw is declared as 'NOTHING'"):
        _ = draws.NOTHING


def laws(function):
    """Return which bits of a word a function turns into numbers."""
    names = {"uniform": "whole"} | {f"uniform_{one}": one for one in ("low", "middle", "high")}
    called = (n.func.attr for n in ast.walk(function) if is_call_of(n, "chance"))
    return {names[name] for name in called if name in names}


def is_call_of(node, module):
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == module
    )


def streams():
    """Return for each purpose that the package draws for, the functions that open its stream."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef):
                continue
            for node in ast.walk(function):
                if is_call_of(node, "chance") and node.func.attr == "stream":
                    purpose = node.args[2]
                    said = f"{path.name}: {function.name} draws for {ast.unparse(purpose)}"
                    assert ast.unparse(purpose).startswith("draws."), f"{said}: not declared"
                    found.setdefault(purpose.attr, []).append(function)
    return found


def test_what_is_drawn_is_declared_and_what_is_declared_is_drawn():
    assert set(streams()) - set(draws.DRAWS) == set(), "declare them in DRAWS of their folder"
    assert set(draws.DRAWS) - set(streams()) == set(), "declared, and never drawn"


@pytest.mark.parametrize("name", draws.DRAWS)
def test_a_draw_says_what_it_decides_and_with_which_bits(name):
    """Where a function opens one stream and reads it, it reads what is declared."""
    draw = draws.DRAWS[name]
    assert draw.what
    assert draw.by
    assert len(set(draw.bits)) == len(draw.bits) > 0
    opened = streams()
    every = [function.name for functions in opened.values() for function in functions]
    alone = [function for function in opened[name] if every.count(function.name) == 1]
    assert set().union(*(laws(function) for function in alone)) <= set(draw.bits)


def test_a_draw_does_not_depend_on_how_many_are_drawn():
    one = stream()
    assert (chance.uniforms(one, 10) == chance.uniforms(one, 1000)[:10]).all()
    single = [chance.uniform(bits_of(one, who)) for who in range(10)]
    assert chance.uniforms(one, 10).tolist() == single


# ----------------------------------------------------------------------------------- the laws


@given(WORD)
def test_uniforms_lie_strictly_between_zero_and_one(bits):
    for law in (
        chance.uniform,
        chance.uniform_low,
        chance.uniform_middle,
        chance.uniform_high,
    ):
        assert 0.0 < law(bits) < 1.0


@pytest.mark.parametrize("bits", [np.uint64(0), np.uint64(2**64 - 1)])
def test_the_extreme_bits_give_finite_normals(bits):
    for law in (chance.uniform, chance.uniform_low, chance.uniform_high):
        assert math.isfinite(chance.normal(law(bits)))


@pytest.mark.parametrize("law", ["uniform", "uniform_low", "uniform_middle", "uniform_high"])
@pytest.mark.parametrize("purpose", [draws.EXIT, draws.ADOPTION, draws.OBSERVATION])
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
    base = drawn()
    yield "next person", base[:-1], base[1:]
    yield "person after next", base[:-2], base[2:]
    for gap in (1, 2, 12):
        yield f"months {gap} apart", base, drawn(step=7 + gap)
    for purpose in range(1, 25):
        if purpose != int(draws.EXIT):
            yield f"purpose {purpose}", base, drawn(purpose=purpose)
    for gap in (1, 2):
        yield f"replications {gap} apart", base, drawn(replication=3 + gap)
        yield f"seeds {gap} apart", base, drawn(seed=11 + gap)
    yield "seed for replication", base, drawn(seed=3, replication=11)
    yield "month for purpose", base, drawn(step=int(draws.EXIT), purpose=7)


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
    x, y = drawn(), drawn(step=8)
    counts, _, _ = np.histogram2d(x, y, bins=16, range=((0, 1), (0, 1)))
    assert stats.chisquare(counts.ravel()).pvalue > ALARM


def test_runs_differ_between_seeds_and_replications():
    keys = {int(chance.key(seed, rep)) for seed in range(200) for rep in range(200)}
    assert len(keys) == 40_000


# ------------------------------------------------------------- independence, at the size of studies

#: Neighbours in each of the five parts of an address. All even: pairs can be disjoint.
GRID = {"seed": 4, "replication": 4, "month": 24, "purpose": 24, "person": 1200}
AXES = tuple(enumerate(GRID))
#: Where the first bits of each law's number begin in a word: uniform, high, middle, low.
TOP_BITS = {"uniform": 63, "high": 62, "middle": 41, "low": 20}
LANES = ("high", "middle", "low")


def mixed(x):
    """Return ``chance.mix`` of an array, written a second time."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def words(seed, replication, step, purpose, who):
    """Return ``chance.bits`` at arrays of addresses, broadcast against each other."""
    golden, months = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD1B54A32D192ED03)
    seed, replication, step, purpose, who = (
        np.atleast_1d(np.asarray(part, np.uint64))
        for part in (seed, replication, step, purpose, who)
    )
    run = mixed(mixed(seed + golden) + replication * months)
    return mixed(who + mixed(run ^ mixed(step * months + purpose * golden)) * golden)


def identities(count, generations=4):
    """Return the identities of the first people of neighbouring seats, a few from each."""
    who = np.arange(count, dtype=np.uint64)
    seat, generation = who // np.uint64(generations), who % np.uint64(generations)
    return mixed((seat << np.uint64(32)) + generation + np.uint64(0x9E3779B97F4A7C15))


@pytest.fixture(scope="module")
def study():
    """Return the words at eleven million neighbouring addresses, one axis per part."""
    addresses = np.ix_(
        np.arange(4), np.arange(4), np.arange(1, 25), np.arange(1, 25), identities(1200)
    )
    return words(*addresses)


def first_bits(array, law, count):
    """Return the first bits of the numbers that a law makes of words, as small integers."""
    shift = np.uint64(TOP_BITS[law] + 1 - count)
    return ((array >> shift) & np.uint64((1 << count) - 1)).astype(np.int64)


def assert_even(counts, level, name="", expected=None):
    """Check chi-square on both sides: neither too uneven nor too even to be chance."""
    result = stats.chisquare(counts, expected)
    too_even = stats.chi2.cdf(result.statistic, len(counts) - 1)
    assert min(result.pvalue, too_even) > level / 2, name


def assert_count(count, mean, sd, level, name=""):
    """Check that a count, nearly normal, is near its mean."""
    assert abs(count - mean) < stats.norm.isf(level / 2) * sd, name


def disjoint(array, axis):
    """Return pairs of neighbours on an axis; no draw is in two pairs."""
    here = np.moveaxis(array, axis, 0)
    return here[0::2], here[1::2]


def test_the_words_of_these_tests_are_those_of_the_model(generator):
    for seed, replication, step, purpose, seat, generation in generator.integers(
        1, 25, size=(200, 6)
    ).tolist():
        one = stream(seed, replication, step, purpose)
        who = person(seat, generation)
        assert int(bits_of(one, who)) == int(words(seed, replication, step, purpose, int(who))[0])
    assert identities(8)[6] == person(1, 2)
    bits = int(words(7, 3, 5, 4, 99)[0])
    for law, number in [
        ("uniform", chance.uniform),
        ("high", chance.uniform_high),
        ("middle", chance.uniform_middle),
        ("low", chance.uniform_low),
    ]:
        part = first_bits(np.array([bits], np.uint64), law, 6)[0]
        assert part == int(64 * number(np.uint64(bits)))


@pytest.mark.slow
def test_a_study_s_draws_are_uniform_and_different(study):
    """Four laws in 4,096 bins, the whole by Kolmogorov and Smirnov: level ALARM together.

    That two of the n words are equal has probability n^2 / 2^65 < 4e-6.
    """
    assert study.size > 10**7
    for law in TOP_BITS:
        counts = np.bincount(first_bits(study, law, 12).ravel(), minlength=4096)
        assert_even(counts, ALARM / 5, law)
    ordered = np.sort(study, axis=None)
    assert (np.diff(ordered) > 0).all()
    numbers = (ordered.astype(float) + 0.5) / 2.0**64
    gap = np.abs(numbers - (np.arange(study.size) + 0.5) / study.size).max() + 0.5 / study.size
    assert stats.kstwobign.sf(gap * math.sqrt(study.size)) > ALARM / 5


@pytest.mark.slow
def test_neighbours_fill_the_square_evenly_in_every_part_of_the_address(study):
    """Serial test, 64 by 64 cells, disjoint pairs: 5 axes, 10 pairs of laws, level ALARM.

    The three numbers of a word are tested against each of the neighbour's three.
    """
    pairs = [("uniform", "uniform"), *itertools.product(LANES, LANES)]
    level = ALARM / (len(AXES) * len(pairs))
    for axis, part in AXES:
        one, other = disjoint(study, axis)
        for first, second in pairs:
            cell = first_bits(one, first, 6) * 64 + first_bits(other, second, 6)
            counts = np.bincount(cell.ravel(), minlength=4096)
            assert_even(counts, level, (part, first, second))


@pytest.mark.slow
def test_four_neighbours_fill_their_cube_evenly(study):
    """Serial test in four dimensions, 8 cells each, disjoint fours: 5 axes, level ALARM."""
    for axis, part in AXES:
        here = first_bits(np.moveaxis(study, axis, 0), "uniform", 3)
        cell = ((here[0::4] * 8 + here[1::4]) * 8 + here[2::4]) * 8 + here[3::4]
        assert_even(np.bincount(cell.ravel(), minlength=4096), ALARM / len(AXES), part)


@pytest.mark.slow
def test_neighbours_are_uncorrelated_in_every_part_of_the_address(study):
    """Correlations at distances 1, 2, 3 and 12, of draws and of their squares: level ALARM.

    n pairs of independent draws have a correlation of spread 1 / sqrt(n).
    """
    draws = (study >> np.uint64(12)).astype(float) / 2.0**52 - 0.5
    squares = draws * draws - 1.0 / 12.0
    kinds = [("draws", draws, 1.0 / 12.0), ("squares", squares, 1.0 / 180.0)]
    lags = [(axis, part, lag) for axis, part in AXES for lag in (1, 2, 3, 12) if lag < GRID[part]]
    level = ALARM / (len(kinds) * len(lags))
    for name, values, variance in kinds:
        for axis, part, lag in lags:
            here = np.moveaxis(values, axis, 0)
            one, other = here[:-lag], here[lag:]
            together = np.einsum("abcde,abcde->", one, other) / one.size / variance
            assert_count(together, 0.0, 1.0 / math.sqrt(one.size), level, (name, part, lag))


def planes(array):
    """Return the 64 bits of n words as 64 rows of n bits, packed (n a multiple of 64)."""
    bits = np.unpackbits(np.ascontiguousarray(array).view(np.uint8).reshape(-1, 8), axis=1)
    return np.packbits(np.ascontiguousarray(bits.T), axis=1).view(np.uint64)


@pytest.mark.slow
def test_no_bit_follows_from_a_neighbour_s_bits(study):
    """All 64 by 64 pairs of bits of 691,200 disjoint neighbours, 5 axes: level ALARM together."""
    level = ALARM / (len(AXES) * 64 * 64)
    for axis, part in AXES:
        one, other = (planes(side.reshape(-1)[::8]) for side in disjoint(study, axis))
        n = 64 * one.shape[1]
        for row in one:
            for differ in np.bitwise_count(row ^ other).sum(axis=1):
                assert_count(int(differ), n / 2, math.sqrt(n) / 2, level, part)


@pytest.mark.slow
def test_runs_and_turns_are_as_many_as_by_chance(study):
    """Runs about the median and turning points along each axis: level ALARM together.

    Of n draws, n - 1 pairs change sides with chance 1/2; n - 2 triples turn with chance 2/3,
    with variance (16 n - 29) / 90 (Kendall).
    """
    level = ALARM / (2 * len(AXES))
    for axis, part in AXES:
        line = np.moveaxis(study, axis, -1).reshape(-1)
        upper = line >> np.uint64(63) == 1
        changes, n = int((upper[1:] != upper[:-1]).sum()), line.size
        assert_count(changes, (n - 1) / 2, math.sqrt(n - 1) / 2, level, part)
        rises = line[1:] > line[:-1]
        turns = int((rises[1:] != rises[:-1]).sum())
        assert_count(turns, 2 * (n - 2) / 3, math.sqrt((16 * n - 29) / 90), level, part)


@pytest.mark.slow
def test_waits_for_a_rare_draw_are_geometric(study):
    """Gap test for draws below 1/32, of each law along each axis: level ALARM together."""
    chances = (1 / 32) * (31 / 32) ** np.arange(200)
    for axis, part in AXES:
        line = np.moveaxis(study, axis, -1).reshape(-1)
        for law in TOP_BITS:
            hits = np.flatnonzero(first_bits(line, law, 5) == 0)
            gaps = np.minimum(np.diff(hits) - 1, 200)
            expected = np.append(chances, 1.0 - chances.sum()) * gaps.size
            counts = np.bincount(gaps, minlength=201)
            level = ALARM / (len(AXES) * len(TOP_BITS))
            assert_even(counts, level, (part, law), expected)


@pytest.mark.slow
def test_birthday_spacings_repeat_as_often_as_by_chance(study):
    """4,096 birthdays in 2^32 days: 4 equal spacings a time, Poisson (Marsaglia 1985).

    High and low halves of the words, 2,700 times, along each axis: level ALARM together.
    """
    level = ALARM / (2 * len(AXES))
    for axis, part in AXES:
        line = np.moveaxis(study, axis, -1).reshape(-1)
        for name, half in [("high", line >> np.uint64(32)), ("low", line & np.uint64(2**32 - 1))]:
            times = line.size // 4096
            days = half[: times * 4096].astype(np.uint32).reshape(times, 4096)
            days.sort(axis=1)
            spacings = np.sort(np.diff(days, axis=1), axis=1)
            repeats = int((spacings[:, 1:] == spacings[:, :-1]).sum())
            assert_count(repeats, 4.0 * times, math.sqrt(4.0 * times), level, (part, name))
