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
    assert pictures[0] == "running: 0 of 2"
    assert pictures[1].startswith("running: 1 of 2, ")
    assert pictures[1].endswith(" s left")
    assert "a second, 0 s left" in pictures[2]


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
    ("count", "seconds", "told"),
    [(5, 10.0, "0.5 a second"), (1000, 10.0, "100 a second"), (1, 0.0, "")],
)
def test_the_rate_in_words(count, seconds, told):
    assert progress._rate(count, seconds) == told
