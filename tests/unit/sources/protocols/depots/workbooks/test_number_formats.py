"""What a spreadsheet shows of a number; ``test_workbooks_as_shown`` asks LibreOffice too."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.protocols.depots.workbooks.number_formats import (
    display,
    display_as_written,
    plain_number,
    shows_text_as_is,
)

ACCOUNTING = r'_-* #,##0.00\ _€_-;\-* #,##0.00\ _€_-;_-* "-"??\ _€_-;_-@_-'


@pytest.mark.parametrize(
    ("code", "held", "shown"),
    [
        ("General", "4.6", "4,6"),
        ("0", "4.6", "5"),
        ("0", "-4.6", "-5"),
        ("0.00", "0.125", "0,13"),
        ("#,##0", "1234567.8", "1 234 568"),
        ("#\\ ##0", "264000", "264 000"),
        ("000", "44", "044"),
        ("0.0##", "0.125", "0,125"),
        ('0" %"', "12", "12 %"),
        ('General" ans"', "15", "15 ans"),
        ("[$€-40C] 0.00", "4", "€ 4,00"),
        ("[Red]0;[Blue]-0", "-3", "-3"),
        ("0.0;(0.0)", "-3.5", "(3,5)"),
        ("+0;-0", "4", "+4"),
        (ACCOUNTING, "4959", "4 959,00"),
        (ACCOUNTING, "-4", "-4,00"),
        ('[<5]"s.s";0', "264", "264"),
        ('[>=1000]0,"k";0', "264", "264"),
        ("0.00E+00", "264", "2,64E+2"),
        ("@", "4.6", "4,6"),
        ("#,##0,", "0", "0"),
    ],
)
def test_a_format_shows_the_number_that_is_held(code: str, held: str, shown: str) -> None:
    seen = display(code, Decimal(held))
    assert seen.text == shown
    assert seen.shows(Decimal(held))


@pytest.mark.parametrize(
    ("code", "held", "shown"),
    [
        ("#,##0,", "4959000", "4 959"),
        ("0.0,", "4959000", "4959,0"),
        ("0,,", "4959000", "5"),
        ("0%", "0.264", "26%"),
        ("0\\ %", "0.264", "26 %"),
        (";;;", "264", ""),
        ('"n.d."', "264", "n.d."),
        ("0;;", "0", ""),
        ("#", "0", ""),
        (ACCOUNTING, "0", "-"),
        ('[<5]"s.s";0', "4", "s.s"),
        ('[<1000]0;[<1000000]0," k";0,," M"', "264000", "264 k"),
        ("0;0", "-3", "3"),
        ("General;General", "-3.5", "3,5"),
        ("\\-0", "264", "-264"),
        ("(0)", "264", "(264)"),
        ('0"000"', "264", "264000"),
        ('"1"0', "264", "1264"),
        ('"<"0', "5", "<5"),
        ('0" k"', "264", "264 k"),
        ('0" M€"', "264", "264 M€"),
        ('0" milliers"', "264", "264 milliers"),
        ('"."0', "264", ".264"),
        ("0e+0", "264", "3E+2"),
        ("0,0,", "4959000", "4 959"),
        ('0"-"', "5", "5-"),
    ],
)
def test_a_format_shows_another_number_or_none(code: str, held: str, shown: str) -> None:
    seen = display(code, Decimal(held))
    assert seen.text == shown
    assert not seen.shows(Decimal(held))


@pytest.mark.parametrize(
    "code",
    [
        "# ?/?",
        "0/100",
        "0*x",
        "**0",
        "[DBNum1]0",
        "[$-D000000]0",
        '0"."0',
        "0\\,0",
        "##0.0E+0",
        ",0",
        "0.0.0",
        "0‰",
        "0;0;0;0;0",
        "0" * 300,
        "[h]:mm",
        "é0",
    ],
)
def test_a_format_that_is_not_understood_shows_no_number(code: str) -> None:
    assert not display(code, Decimal(264)).shows(Decimal(264))


def test_spreadsheets_disagree_on_negative_numbers_under_conditions() -> None:
    assert not display('[>=1000]0,"k";0', Decimal(-3)).shows(Decimal(-3))


@pytest.mark.parametrize(
    ("code", "is_whole"),
    [("dd/mm/yyyy", True), ("yyyy-mm-dd hh:mm", True), ("mmm\\ yy", False), ("yyyy", False)],
)
def test_a_date_is_seen_whole_or_in_part(code: str, *, is_whole: bool) -> None:
    seen = display(code, Decimal(45000))
    assert seen.date_letters
    assert seen.is_whole_date is is_whole


@pytest.mark.parametrize(
    ("code", "is_as_written"),
    [
        ("General", True),
        ("0", True),
        ("@", True),
        (ACCOUNTING, True),
        (";;;", False),
        ('0;0;0;"x"', False),
        ('"x"@', False),
    ],
)
def test_a_text_may_be_hidden_too(code: str, *, is_as_written: bool) -> None:
    assert shows_text_as_is(code) is is_as_written


@pytest.mark.parametrize(
    ("written", "held", "is_seen"),
    [
        ("4 959", "4959", True),
        ("4,959", "4959", True),
        ("4.959,5", "4959.5", True),
        ("4,6", "4.6", True),
        ("5", "4.6", True),
        ("5,82E-11", "0.0000000000582", True),
        ("(3,5)", "-3.5", True),
        ("264 ans", "264", True),
        ("4 959", "4959000", False),
        ("s.s", "3", False),
        ("", "3", False),
        ("264 k", "264", False),
        ("< 5", "5", False),
        ("3", "-3", False),
        ("2 à 3", "2", False),
    ],
)
def test_what_ods_writes_beside_a_number_is_compared(
    written: str, held: str, *, is_seen: bool
) -> None:
    assert display_as_written(written, Decimal(held)).shows(Decimal(held)) is is_seen


@given(
    code=st.text(st.sampled_from('0#?.,%;"\\_*[]<>=5EyE+-() @kMGeneral'), max_size=14),
    held=st.decimals(
        allow_nan=False, allow_infinity=False, places=4, min_value=-1e15, max_value=1e15
    ),
)
def test_any_code_is_answered(code: str, held: Decimal) -> None:
    seen = display(code, held)
    if seen.shows(held):
        assert seen.text
        assert any(mark.isdecimal() for mark in seen.text)
    shows_text_as_is(code)


def test_a_number_is_written_without_a_power_of_ten() -> None:
    assert [plain_number(Decimal(text)) for text in ("1E+3", "5.80E-11", "-0", "264.0")] == [
        "1000",
        "0.000000000058",
        "0",
        "264",
    ]
