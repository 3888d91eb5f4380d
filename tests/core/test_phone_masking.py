"""A phone may be printed, logged, compared and thrown about: its digits stay hidden."""

import copy
import pickle
import re
import subprocess
import sys
import traceback

import pytest

from posapp.core.phone import PhoneNumber, PhonePolicy, PhoneRefused, parse_phone
from tests.core.phone_cases import ABROAD, OUR_NUMBER_WRITTEN, OURS

REFUSING = PhonePolicy(regions=frozenset({"DE"}))


@pytest.mark.parametrize(
    ("e164", "masked"),
    [
        (OURS, "+7 916 ···-··-67"),
        ("+77011234567", "+7 701 ··· ··67"),
        ("+375294911911", "+375 29 ···-··-11"),
        ("+12015550123", "+1 201-···-··23"),
        ("+447400123456", "+44 740· ····56"),
        ("+37491123456", "+374 9· ····56"),
        ("+2908888", "+290 ····"),
    ],
)
def test_a_mask_keeps_the_last_two_digits_and_hides_at_least_five(e164: str, masked: str) -> None:
    phone = PhoneNumber.restored(e164)
    assert phone.masked == str(phone) == f"{phone}" == masked
    assert repr(phone) == f"<PhoneNumber {masked}>"


@pytest.mark.parametrize(("raw", "region", "e164"), ABROAD)
def test_no_form_of_printing_shows_the_number(raw: str, region: str, e164: str) -> None:
    phone = parse_phone(raw, region)
    for printed in (str(phone), repr(phone), repr([phone]), repr({"to": phone}), str((phone,))):
        assert phone.national not in re.sub(r"\D", "", printed)
        assert printed.count("·") >= 5


@pytest.mark.parametrize("raw", [*OUR_NUMBER_WRITTEN, "8 916 123 45 67 доб. 12", f"{OURS} / 9267654321", "9161234567x"])
def test_a_refusal_does_not_repeat_the_number(raw: str) -> None:
    with pytest.raises(PhoneRefused) as refused:
        parse_phone(raw, "RU", policy=REFUSING)
    refusal = refused.value
    told = "".join(traceback.format_exception(refusal.with_traceback(None))) + repr(refusal) + repr(refusal.values)
    assert not re.search(r"\d{3,}", told.replace("400", "").replace("422", ""))
    assert refusal.__cause__ is None
    assert str(refusal) == refusal.code


def test_copies_are_equal_and_a_changed_number_is_another() -> None:
    phone = parse_phone(OURS, "RU")
    assert phone == copy.deepcopy(phone) == pickle.loads(pickle.dumps(phone))  # noqa: S301 - made a moment ago
    assert len({phone, parse_phone("8 916 123-45-67", "RU"), parse_phone("+79161234568", "RU")}) == 2
    with pytest.raises(AttributeError):
        phone.e164 = "+79160000000"  # type: ignore[misc]


def test_a_refusal_travels_between_processes() -> None:
    refusal = pickle.loads(pickle.dumps(PhoneRefused("not_allowed_country", region="BY")))  # noqa: S301
    assert (refusal.code, refusal.status, refusal.values) == ("not_allowed_country", 422, {"region": "BY"})


def test_the_large_tables_of_the_library_are_never_loaded() -> None:
    ask = "import sys, posapp.core.phone as p; p.parse_phone('+79161234567', 'RU').masked; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout.split()
    for part in ("geocoder", "carrier", "timezone", "geodata", "carrierdata", "tzdata"):
        assert f"phonenumbers.{part}" not in loaded
