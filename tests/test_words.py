"""Numbers and tables for people."""

from __future__ import annotations

import pytest

from simulation.words import digits_for, direction, markdown, number


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (3, "3"),
        (1234567.2, "1,234,567"),
        (12.34, "12.3"),
        (-1.234, "\N{MINUS SIGN}1.23"),
        (0.0123, "0.012"),
        (0.00123, "0.0012"),
        (-0.00001, "0.0000"),
        (float("nan"), "–"),
        (float("inf"), "beyond the run"),
        ("text", "text"),
        (True, "True"),
    ],
)
def test_a_number_for_reading(value, text):
    assert number(value) == text


def test_numbers_that_are_shown_together_have_the_same_decimals():
    digits = digits_for(0.004, 123.4, float("inf"))
    assert [number(value, digits) for value in (0.004, 123.4)] == ["0", "123"]


def test_a_table_keeps_its_bars():
    assert markdown(["a", "b"], [["x|y", 1.5]]) == "| a | b |\n| --- | --- |\n| x\\|y | 1.50 |"


@pytest.mark.parametrize(
    ("low", "high", "digits", "way"),
    [
        (0.1, 0.2, 1, "higher"),
        (-0.2, -0.1, 1, "lower"),
        (-0.002, -0.0004, 3, ""),  # printed as -0.002 to 0.000
        (-0.002, -0.0006, 3, "lower"),
        (0.4, 3.0, 0, ""),
        (0.6, 3.0, 0, "higher"),
        (-1.0, 1.0, 2, ""),
        (float("nan"), float("nan"), 2, ""),
    ],
)
def test_an_interval_is_judged_as_it_is_printed(low, high, digits, way):
    assert direction(low, high, digits) == way
    if way:
        assert all(number(end, digits).strip("0.\N{MINUS SIGN}") for end in (low, high))
