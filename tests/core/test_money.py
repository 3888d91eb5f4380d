"""An amount is read as people write it, or not at all, and never passes through a float."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posapp.core.errors import Refusal
from posapp.core.money import AmountRefused, AmountTooFine, PointsRefused, format_amount, parse_amount, parse_points

NOT_NUMBERS: list[object] = [
    "", " ", "-5", "+5", "1e5", "NaN", "Infinity", "1_000", "１００", "٣", "²", "0x10", "5\n", "\t5", "5\u200b", "five",
    "9999999999", "99999999999", "1" * 5000, None, 5, 5.0, True, b"5", ["5"], {"a": "5"},
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1234,56", 123456),
        ("1234.56", 123456),
        ("1 234,56", 123456),
        ("1\u00a0234,56", 123456),
        ("1\u202f234\u202f567.5", 123456750),
        ("12\u2009345", 1234500),
        (" 99,9 ", 9990),
        ("0", 0),
        ("0,00", 0),
        ("007", 700),
        ("999999999.99", 99999999999),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, minor: int) -> None:
    assert parse_amount(text) == minor


@pytest.mark.parametrize(
    "text",
    [*NOT_NUMBERS, "1,234", "1,234.56", "1.234,56", "1 23", "12 34", "1  234", "1 2345", "1234 567", "1 234 567 890",
     "1'234", "1 234 ₽", "₽5", "5 руб", ".5", "5.", "5,", "1.2.3", "1 234,5 6", "100.001"],
)  # fmt: skip
def test_what_is_no_amount_is_refused(text: object) -> None:
    with pytest.raises(AmountRefused) as refused:
        parse_amount(text)
    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("text", "exponent", "minor"), [("1500", 0, 1500), ("1 500", 0, 1500), ("1,5", 1, 15), ("1,25", 3, 1250)]
)
def test_the_currency_says_how_many_digits_follow_the_point(text: str, exponent: int, minor: int) -> None:
    assert parse_amount(text, exponent) == minor


@pytest.mark.parametrize(("text", "exponent"), [("1,5", 0), ("1,25", 1), ("1.00", 0)])
def test_more_digits_than_the_currency_has_are_not_rounded_away(text: str, exponent: int) -> None:
    with pytest.raises(AmountTooFine) as refused:
        parse_amount(text, exponent)
    assert refused.value.values == {"digits": exponent}


@pytest.mark.parametrize(
    ("minor", "exponent", "locale", "text"),
    [
        (123456, 2, "ru", "1\u00a0234,56"),
        (123456, 2, "en", "1,234.56"),
        (1500, 0, "en", "1,500"),
        (5, 2, "en", "0.05"),
        (0, 2, "ru", "0,00"),
        (-123456, 2, "en", "-1,234.56"),
        (10**18 + 1, 2, "en", "10,000,000,000,000,000.01"),
    ],
)
def test_amounts_are_written_as_the_reader_writes_them(minor: int, exponent: int, locale: str, text: str) -> None:
    assert format_amount(minor, exponent, locale) == text


@given(st.integers(0, 99_999_999_999), st.sampled_from([0, 1, 2]))
def test_what_is_shown_in_russian_can_be_typed_back(minor: int, exponent: int) -> None:
    minor %= 10 ** (9 + exponent)
    assert parse_amount(format_amount(minor, exponent, "ru"), exponent) == minor


@pytest.mark.parametrize("text", [*NOT_NUMBERS, "-5", "0", "000", "1.0", "1,5", "1 000", "５"])
def test_a51_what_is_no_number_of_points_is_refused(text: object) -> None:
    with pytest.raises(PointsRefused) as refused:
        parse_points(text)
    assert refused.value.status == 400
    assert isinstance(refused.value, Refusal)


def test_points_are_whole_and_may_be_none_where_the_caller_says_so() -> None:
    assert parse_points("500") == 500
    assert parse_points(" 999999999 ") == 999_999_999
    assert parse_points("0", least=0) == 0
