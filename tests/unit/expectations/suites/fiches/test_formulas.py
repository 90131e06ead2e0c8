"""The arithmetic that a suite may write."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.suites.fiches.formulas import LONGEST, Formula

NUMBERS = st.floats(-1e6, 1e6)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a", 6),
        ("100 × (a + b) / c", 300),
        ("a - -b", 9),
        ("a − b ÷ c", 5),
        ("0,5 × a", 3),
        ("100", 100),
    ],
)
def test_says_what_it_reads(text: str, value: float) -> None:
    terms = {"a": np.array([6.0]), "b": np.array([3.0]), "c": np.array([3.0])}
    assert Formula(text).of(terms) == value


def test_names_its_terms() -> None:
    assert Formula("100 × (a + b) / c").names == {"a", "b", "c"}


def test_a_division_by_zero_is_no_number() -> None:
    value = Formula("a / b").of({"a": np.array([1.0, 0.0]), "b": np.array([0.0, 0.0])})
    assert not np.isfinite(value).any()


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "a.b",
        "a[0]",
        "a ** b",
        "a if b else c",
        "[a]",
        "lambda: a",
        "'a'",
        "True",
        "a < b",
        "a and b",
        "a := b",
        "1j",
    ],
)
def test_refuses_what_is_no_arithmetic(text: str) -> None:
    with pytest.raises(ValueError, match="formule"):
        Formula(text)


def test_refuses_what_nobody_could_read() -> None:
    with pytest.raises(ValueError, match="trop longue"):
        Formula("+".join(["a"] * LONGEST))


@given(a=NUMBERS, b=NUMBERS, c=NUMBERS)
def test_each_line_is_worked_out_by_itself(a: float, b: float, c: float) -> None:
    formula = Formula("(a + b) × c - a / 4")
    together = formula.of(
        {name: np.array([x, 1.0]) for name, x in zip("abc", (a, b, c), strict=True)}
    )
    assert together[0] == (a + b) * c - a / 4
    assert together[1] == 1.75
