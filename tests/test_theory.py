"""The limit cases: the model against closed forms, through its public face alone."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.answers import report
from simulation.errors import InputError
from simulation.evidence import verification
from simulation.evidence.verification import CASES, Check, Curve, Verified, verify

SLOW = ("stationary", "erlang", "bass")


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[pytest.mark.slow] if n in SLOW else []) for n in CASES]
)
def test_a_limit_case_holds(name):
    found = verify([name])
    assert found.checks
    for check in found.checks:
        assert check.holds, check


def test_the_bass_curve_has_its_published_values():
    found = verification.bass_curve(0.03, 0.38, np.array([1.0, 3.0, 5.0, 10.0]))
    assert found == pytest.approx([0.0358, 0.1505, 0.3312, 0.8128], abs=5e-5)


def test_the_lag_of_the_step_shrinks_like_the_step():
    closed = verification.bass_curve(0.03, 0.38, np.arange(121) / 12.0)
    laws = [verification.bass_step_law(0.03, 0.38, 120, n, 1)[0] for n in (1, 2, 4)]
    lags = [np.abs(law - closed).max() for law in laws]
    assert lags[0] == pytest.approx(0.0092, abs=5e-5)
    assert lags[0] / lags[1] == pytest.approx(2.0, rel=0.05)
    assert lags[1] / lags[2] == pytest.approx(2.0, rel=0.05)


def test_erlang_b_by_hand():
    assert verification.erlang_b(1, 0.5) == pytest.approx(1.0 / 3.0)
    assert verification.erlang_b(2, 1.0) == pytest.approx(0.2)  # (1/2) / (1 + 1 + 1/2)


def test_a_cascade_on_a_graph_by_hand():
    path = [(0, 1, 1.0), (1, 2, 1.0), (2, 3, 1.0)]
    assert verification.cascade(path, [0, 1, 1, 1], 5) == [0, 1, 2, 3, 4, 4]
    assert verification.cascade(path, [0, 2, 1, 1], 5) == [0, 1, 1, 1, 1, 1]


def test_the_imported_network_is_the_graph():
    edges = [(0, 1, 2.0), (1, 2, 3.0), (0, 3, 5.0)]
    place, seats = verification.network(edges, 4)
    found = set()
    for i in range(4):
        first, last = place.tie_start[seats[i]], place.tie_start[seats[i] + 1]
        for seat, weight in zip(
            place.tie_seat[first:last], place.tie_weight[first:last], strict=True
        ):
            found.add((i, int(np.flatnonzero(seats == seat)[0]), float(weight)))
    assert found == {e for a, b, w in edges for e in ((a, b, w), (b, a, w))}


def test_a_gap_beyond_the_tolerance_is_a_failure():
    assert Check("a", "b", "c", 1.0, 1.1, 0.2, 0.0).holds
    assert not Check("a", "b", "c", 1.0, 1.3, 0.2, 0.0).holds
    assert not Check("a", "b", "c", 1.0, float("nan"), 0.2, 0.0).holds


def test_the_page_shows_failures_as_failures(tmp_path):
    checks = (
        Check("one", "s", "held", 1.0, 1.0, 0.1, 0.0),
        Check("two", "s", "missed", 1.0, 2.0, 0.1, 1e-6),
    )
    months = np.arange(5.0)
    found = Verified(checks, (Curve("A curve", "months", "share", months, months, months),))
    page = report.write_verification(found.table(), found.curves, tmp_path / "page.html")
    text = page.read_text(encoding="utf-8")
    assert "1 of 2 checks hold" in text
    assert text.count(">NO<") == 1
    assert text.count("data:image") == 1


def test_an_unknown_case_is_refused():
    with pytest.raises(InputError, match="Did you mean 'bass'"):
        verify(["basss"])
