"""How many replications: the rule stops when it should, and its intervals hold what they say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from simulation.errors import InputError
from simulation.study.stopping import (
    BATCH,
    FIRST,
    MOST,
    Reached,
    half_widths,
    narrow_enough,
    needed,
    next_count,
    out_of_reach,
    reached,
    read_targets,
    sentence,
)


def table(values: np.ndarray) -> pd.DataFrame:
    """Return runs of shape (replications, points) as a sweep's table has them."""
    replications, points = values.shape
    return pd.DataFrame(
        {
            "point": np.tile(np.arange(points), replications),
            "replication": np.repeat(np.arange(replications), points),
            "adoption": values.ravel(),
        }
    )


def test_half_widths_are_students(generator):
    values = generator.normal(size=(12, 3))
    values[3, 1] = np.nan
    values[1:, 2] = np.nan
    found = half_widths(values)
    for j, known in ((0, values[:, 0]), (1, np.delete(values[:, 1], 3))):
        interval = stats.t.interval(0.95, len(known) - 1, known.mean(), stats.sem(known))
        assert found[j] == pytest.approx((interval[1] - interval[0]) / 2)
    assert np.isinf(found[2])


def test_pairing_is_weighed_against_independent_luck(generator):
    """Correlation .9: a paired difference has a tenth of the variance of two separate means."""
    luck = generator.normal(size=(4000, 1))
    values = np.sqrt(0.9) * luck + np.sqrt(0.1) * generator.normal(size=(4000, 2))
    (found,) = reached(table(values), {"adoption": 0.1}, differences=True)
    assert found.replications == 4000
    assert found.independent == pytest.approx(40_000, rel=0.1)
    assert found.half_width == pytest.approx(1.96 * np.sqrt(0.2 / 4000), rel=0.05)
    (alone,) = reached(table(values), {"adoption": 0.1}, differences=False)
    assert np.isnan(alone.independent)
    assert alone.half_width > found.half_width
    assert narrow_enough([found])
    assert not narrow_enough([found, found._replace(half_width=0.2)])


@pytest.mark.parametrize("needed", [5, 25, 60])
def test_the_rule_holds_what_its_intervals_say(needed):
    """6,000 studies of normal numbers, stopped by the rule: 95 % but for what looking costs.

    Three standard errors of the share are .9 %; the rule's own coverage is 94.4 % or more.
    """
    width = 1.96 / np.sqrt(needed)
    values = np.random.default_rng(needed).normal(size=(200, 6000))
    open_, held, count = np.ones(6000, bool), np.zeros(6000, bool), FIRST
    while open_.any() and count <= len(values):
        widths = half_widths(values[:count])
        stop = open_ & (widths <= width)
        held[stop] = np.abs(values[:count, stop].mean(axis=0)) <= widths[stop]
        open_ &= ~stop
        count = next_count(count)
    assert not open_.any()
    assert 0.935 <= held.mean() <= 0.96


def test_looks_come_in_batches():
    assert next_count(0) == next_count(FIRST - 1) == FIRST
    assert next_count(FIRST) == FIRST + BATCH
    assert next_count(MOST) == MOST


def test_targets_are_read():
    assert read_targets(["adoption:0.005", "exits:3"]) == {"adoption": 0.005, "exits": 3.0}
    assert read_targets([]) == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("adoption", "write a measure"),
        ("adoption:", "write a measure"),
        ("adoption:narrow", "write a measure"),
        ("adoptoin:0.1", "Did you mean 'adoption'"),
        ("adoption:0", "above 0"),
        ("adoption:-1", "above 0"),
        ("adoption:nan", "above 0"),
    ],
)
def test_faulty_targets_are_refused(text, told):
    with pytest.raises(InputError, match=told):
        read_targets([text])


def test_what_no_number_of_runs_reaches_is_given_up():
    near = Reached("adoption", 0.001, 0.05, 20, np.nan)  # about 50,000: may be an unlucky look
    far = Reached("adoption", 0.0005, 0.05, 20, np.nan)
    unknown = Reached("adoption", 0.0005, np.inf, 1, np.nan)
    assert needed(far) == pytest.approx(200_000)
    assert [out_of_reach([one]) for one in (near, far, unknown)] == [False, True, False]
    assert out_of_reach([near, far])
    assert sentence(far) == (
        "adoption: within 0.05 on either side, not the 0.0005 asked for (which takes about 2e+05; "
        "at most 10,000 are made) after 20 replications."
    )


def test_what_is_said():
    found = Reached("adoption", 0.005, 0.0049, 40, 1200.0)
    assert sentence(found).endswith(
        "40 replications; with independent luck it would have taken 1,200."
    )
    assert "not the 0.001 asked for" in sentence(found._replace(asked=0.001))
    assert sentence(found._replace(independent=np.nan)).endswith("40 replications.")
    assert "are the same" in sentence(found._replace(independent=np.inf))
