"""Progress: shown where somebody watches, quiet where nobody does."""

from __future__ import annotations

import io
import sys
from types import SimpleNamespace

import pytest

from simulation import progress
from simulation.progress import shown, telling


def test_quiet_when_piped(capsys):
    with shown(3, "running") as advance:
        for _ in range(3):
            advance()
    assert capsys.readouterr() == ("", "")


def test_a_terminal_sees_rate_and_time_left(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr(progress, "LEAST", 0.0)
    with shown(4, "running") as advance:
        for _ in range(4):
            advance()
    text = screen.getvalue()
    assert "running" in text
    assert "4/4" in text
    assert "a second" in text


def test_a_notebook_sees_one_line_that_changes(monkeypatch):
    pictures = []

    class Line:
        def update(self, picture):
            pictures.append(repr(picture))

    def display(picture, display_id):
        assert display_id is True
        pictures.append(repr(picture))
        return Line()

    shell = SimpleNamespace(kernel=object())
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.setitem(sys.modules, "IPython.display", SimpleNamespace(display=display))
    monkeypatch.setattr(progress, "PAUSE", 0.0)
    with shown(2, "running") as advance:
        advance()
        advance()
    assert pictures == [
        "running: 0 of 2, -:-- left",
        "running: 1 of 2, -:-- left",
        "running: 2 of 2, 0:00 left",
    ]


def test_telling_takes_a_function_a_wish_or_nothing(capsys):
    steps = []
    with telling(lambda: steps.append(1), 1, "x") as advance:
        advance()
    assert steps == [1]
    for wish in (None, False, True):
        with telling(wish, 1, "x") as advance:
            advance()
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("rate", "told"), [(0.5, "0.5 a second"), (100.0, "100 a second"), (0.05, "3.0 a minute")]
)
def test_the_rate_in_words(rate, told):
    assert progress._rate(rate) == told


@pytest.fixture
def clock(monkeypatch):
    """Return a clock that the test sets."""
    hand = SimpleNamespace(now=0.0)
    monkeypatch.setattr(progress.time, "monotonic", lambda: hand.now)
    return hand


def paced(clock, pace, *seconds):
    """Let a step be done after each so many seconds."""
    for wait in seconds:
        clock.now += wait
        pace.advance()
    return pace


def test_time_left_is_unknown_until_it_is_known(clock):
    pace = progress.Pace(10)
    assert pace.words() == ("", "-:--")
    paced(clock, pace, 60.0)  # the first step compiles: no speed can be read from it
    assert pace.words() == ("", "-:--")
    paced(clock, pace, 2.0)
    assert pace.rate == pytest.approx(0.5)
    assert pace.left == pytest.approx(16.0)
    assert pace.words() == ("0.5 a second", "0:16")


def test_speed_is_that_of_the_last_stretch(clock):
    pace = paced(clock, progress.Pace(1000), 90.0, *[10.0] * 9, *[0.5] * 100)
    assert pace.rate == pytest.approx(2.0, rel=0.05)
    assert pace.left == pytest.approx(890 / 2.0, rel=0.05)


def test_what_was_there_already_is_no_speed(clock):
    pace = paced(clock, progress.Pace(1000, present=900), 1.0, 2.0, 2.0)
    assert pace.count == 903
    assert pace.left == pytest.approx(97 * 2.0)


def test_time_left_runs_down_and_never_below_zero(clock):
    pace = paced(clock, progress.Pace(4), 1.0, 2.0, 2.0)
    assert pace.left == pytest.approx(2.0)
    clock.now += 1.0
    assert pace.left == pytest.approx(1.0)
    clock.now += 600.0
    assert pace.left >= 0.0
    assert paced(clock, pace, 1.0, 1.0).left == 0.0
    assert (pace.count, pace.total) == (5, 5)


def test_steps_that_take_longer_weigh_more(clock):
    pace = paced(clock, progress.Pace(4, weights=(1.0, 1.0, 1.0, 10.0)), 2.0, 2.0, 2.0)
    assert pace.left == pytest.approx(20.0)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.2, "1 second"), (45.0, "45 seconds"), (240.0, "4 minutes"), (9000.0, "2.5 hours")],
)
def test_lengths_of_time_in_words(seconds, told):
    assert progress.duration(seconds) == told
