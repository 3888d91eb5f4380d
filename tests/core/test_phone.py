"""However people write a number, it is read as that number or refused with a reason; never as somebody else's."""

import csv
import re
from pathlib import Path

import phonenumbers as library
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posapp.core.errors import Refusal
from posapp.core.phone import (
    LineType,
    PhoneNumber,
    PhonePolicy,
    PhoneRefused,
    example_placeholder,
    national_length,
    parse_phone,
)
from posapp.core.phone_refusals import REASONS
from tests.core.phone_cases import ABROAD, OUR_NUMBER_WRITTEN, OURS, REFUSED_IN_RUSSIA

RUSSIA = PhonePolicy(regions=frozenset({"RU"}), refuse_dummies=True)
VECTORS = Path(__file__).with_name("phone_numbers.csv")


def vectors() -> list[tuple[str, str, str]]:
    def as_typed(text: str) -> str:
        return re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text).replace(r"\t", "\t")

    with VECTORS.open(encoding="utf-8", newline="") as file:
        return [(as_typed(row["input"]), row["default_region"], row["expected"]) for row in csv.DictReader(file)]


def outcome(raw: object, region: str, policy: PhonePolicy | None = None) -> str:
    try:
        return parse_phone(raw, region, policy=policy or PhonePolicy()).e164
    except PhoneRefused as refusal:
        return f"ERR {refusal.code}"


@pytest.mark.parametrize(("raw", "region", "expected"), vectors())
def test_numbers_from_the_field_are_read_as_agreed(raw: str, region: str, expected: str) -> None:
    assert outcome(raw, region) == expected


@pytest.mark.parametrize("raw", OUR_NUMBER_WRITTEN)
def test_a33_a35_every_writing_of_a_number_is_the_same_number(raw: str) -> None:
    assert parse_phone(raw, "RU", policy=RUSSIA) == parse_phone(OURS, "RU", policy=RUSSIA)


@pytest.mark.parametrize(("code", "raw"), [(code, raw) for code, raws in REFUSED_IN_RUSSIA.items() for raw in raws])
def test_a32_a34_a36_what_is_not_one_mobile_number_is_refused_with_its_reason(code: str, raw: object) -> None:
    assert outcome(raw, "RU") == f"ERR {code}"


@pytest.mark.parametrize("code", ["empty", "letters", "extension", "multiple_or_too_long", "excel_float", "unparsable"])
def test_a32_a36_what_is_not_a_number_is_a_bad_request(code: str) -> None:
    assert PhoneRefused(code).status == 400


@pytest.mark.parametrize(
    "raw", ["112", "8 800 555 35 35", "8 809 123-45-67", "8 495 123-45-67", "+882161234567", "+14155552671",
            "916123456", "91612345678"],
)  # fmt: skip
def test_a34_numbers_to_which_we_do_not_write_are_unprocessable(raw: str) -> None:
    with pytest.raises(PhoneRefused) as refused:
        parse_phone(raw, "RU", policy=RUSSIA)
    assert refused.value.status == 422


@pytest.mark.parametrize(("raw", "region", "expected"), ABROAD)
def test_people_of_other_countries_are_read_in_their_own_way(raw: str, region: str, expected: str) -> None:
    assert outcome(raw, region) == expected


@pytest.mark.parametrize("region", ["RU", "KZ", "BY", "UA", "UZ", "KG", "AM", "GE", "DE", "US", "GB", "FR", "TR", "IT"])
def test_the_hint_of_a_region_is_itself_a_number_of_that_length(region: str) -> None:
    example = parse_phone(example_placeholder(region), region)
    assert example.pretty() == example_placeholder(region)
    assert len(example.national) == national_length(region)


def test_every_country_may_write_as_it_does_at_home_or_in_full() -> None:
    for region in sorted(library.SUPPORTED_REGIONS):
        example = library.example_number_for_type(region, library.PhoneNumberType.MOBILE)
        if example is None:
            continue
        e164 = library.format_number(example, library.PhoneNumberFormat.E164)
        at_home = library.format_number(example, library.PhoneNumberFormat.NATIONAL)
        in_full = library.format_number(example, library.PhoneNumberFormat.INTERNATIONAL)
        assert [outcome(raw, region) for raw in (at_home, in_full, e164[1:])] == [e164] * 3
        assert outcome(in_full, "RU") == e164


def test_every_reason_has_a_sentence_and_all_were_tried() -> None:
    tried = set(REFUSED_IN_RUSSIA) | {"dummy", "not_allowed_country"}
    assert tried == set(REASONS)
    for code in REASONS:
        refusal = PhoneRefused(code, region="KZ")
        assert isinstance(refusal, Refusal)
        assert (refusal.sentence % refusal.values).endswith(".")


def test_the_gate_goes_by_calling_code_and_the_screen_by_country() -> None:
    kazakh = parse_phone("8 701 123-45-67", "RU", policy=RUSSIA)
    assert (kazakh.region, kazakh.country, kazakh.calling_code) == ("RU", "KZ", 7)
    guernsey = parse_phone("07911 123456", "GB", policy=PhonePolicy(regions=frozenset({"GB"})))
    assert (guernsey.region, guernsey.country) == ("GB", "GG")


@pytest.mark.parametrize("raw", ["+375294911911", "375294911911", "00 44 7400 123456", "+1 415 555 2671"])
def test_other_countries_are_refused_by_name(raw: str) -> None:
    with pytest.raises(PhoneRefused) as refused:
        parse_phone(raw, "RU", policy=RUSSIA)
    assert refused.value.code == "not_allowed_country"
    assert refused.value.values["region"] in ("BY", "GB", "US")


@pytest.mark.parametrize("raw", ["9999999999", "8 900 000-00-00", "+7 987 654-32-10"])
def test_made_up_numbers_are_refused_where_the_policy_says_so(raw: str) -> None:
    assert outcome(raw, "RU", RUSSIA) == "ERR dummy"
    assert outcome(raw, "RU").startswith("+79")


def test_landlines_pass_only_a_policy_that_names_them() -> None:
    voice = PhonePolicy(line_types=frozenset({LineType.FIXED_LINE}))
    assert parse_phone("8 495 123-45-67", "RU", policy=voice).line_type is LineType.FIXED_LINE
    assert outcome(OURS, "RU", voice) == "ERR not_mobile"


@pytest.mark.parametrize("region", ["", "ru", "XX", "001", "RUS"])
def test_a_region_that_is_none_is_a_mistake_of_the_program(region: str) -> None:
    for ask in (example_placeholder, national_length):
        with pytest.raises(ValueError, match="not a country"):
            ask(region)
    with pytest.raises(ValueError, match="not a country"):
        parse_phone(OURS, region)
    with pytest.raises(ValueError, match="not a country"):
        PhonePolicy(regions=frozenset({region}))


@given(st.text(max_size=60) | st.text(alphabet="+0123456789 ()-.,;xдоб/#e", max_size=40))
def test_no_text_breaks_the_reading(raw: str) -> None:
    result = outcome(raw, "RU")
    assert re.fullmatch(r"\+[1-9][0-9]{6,14}", result) or result.removeprefix("ERR ") in REASONS


@given(st.integers(9_000_000_000, 9_999_999_999), st.sampled_from(["+7", "8", "7", "", "+8", "007", "8 ("]))
def test_the_same_digits_mean_the_same_number_with_every_prefix(national: int, prefix: str) -> None:
    assert outcome(f"{prefix}{national}", "RU") == outcome(f"+7{national}", "RU")


@given(st.integers(9_000_000_000, 9_999_999_999))
def test_what_was_accepted_is_restored_as_it_was_kept(national: int) -> None:
    restored = PhoneNumber.restored(f"+7{national}")
    assert restored.e164 == f"+7{national}"
    assert restored.national == str(national)


@pytest.mark.parametrize(
    "kept", ["", "79161234567", "+", "8 916 123-45-67", "+99912345", "\u0000", "+7 9161234567", "+7916CALLNOW"]
)
def test_what_was_never_kept_is_not_restored(kept: str) -> None:
    with pytest.raises(ValueError, match=r"^a kept number is not in E\.164$"):
        PhoneNumber.restored(kept)
