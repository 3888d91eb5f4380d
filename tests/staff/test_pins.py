"""Which six digits may be a PIN."""

import pytest

from posapp.staff.pins import PinShape, PinTooEasy, parse_pin, refuse_easy

EASY = [
    "123456", "654321", "012345", "987654", "890123", "135791", "147258", "741852", "159753",
    "111111", "000000", "121212", "112211", "100000", "123123", "112233", "332211", "123321",
    "010203", "310199", "291296", "123199", "990131", "250888", "198412", "201605", "121999", "072024",
]  # fmt: skip
GOOD = ["482915", "736284", "915264", "507381", "864209", "390747"]


@pytest.mark.parametrize("pin", EASY)
def test_rows_repeats_dates_and_years_are_refused(pin: str) -> None:
    with pytest.raises(PinTooEasy):
        refuse_easy(pin)


@pytest.mark.parametrize("pin", GOOD)
def test_any_other_six_digits_are_accepted(pin: str) -> None:
    refuse_easy(parse_pin(pin))


@pytest.mark.parametrize(
    "typed",
    ["", "12345", "1234567", "12345a", "４８２９１５", "٤٨٢٩١٥", "482915\n", " 482915", None, 482915, ["482915"]],
)
def test_a_pin_is_six_ascii_digits_and_nothing_else(typed: object) -> None:
    with pytest.raises(PinShape):
        parse_pin(typed)


def test_four_of_five_pins_stay_open_to_choice() -> None:
    def is_open(number: int) -> bool:
        try:
            refuse_easy(f"{number:06d}")
        except PinTooEasy:
            return False
        return True

    assert sum(map(is_open, range(0, 1_000_000, 7))) / len(range(0, 1_000_000, 7)) > 0.8
