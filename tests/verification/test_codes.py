"""A code is six digits that follow from everything it is bound to, and that nobody sees."""

import base64
import copy
import hashlib
import hmac
import json
import logging
import pickle
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

import pyotp
import pytest

from posapp.core import keys
from posapp.core.keys import KeyRing
from posapp.verification import codes
from posapp.verification.codes import Code, MalformedCode, code_for, digest_of, is_earlier, shape


@dataclass(frozen=True)
class Slip:
    """The least that a code can be derived from."""

    id: UUID = field(default_factory=uuid4)
    phone_index: UUID = field(default_factory=uuid4)
    store_id: UUID = field(default_factory=uuid4)
    till_id: UUID = field(default_factory=uuid4)
    staff_session_id: UUID = field(default_factory=uuid4)
    purpose: str = "redeem"
    subject: dict[str, Any] = field(default_factory=lambda: {"points": 500, "receipt": "A-17", "total": 123456})
    nonce: bytes = bytes(range(16))
    kid: int = 1
    send_no: int = 1


@pytest.fixture(autouse=True)
def _ring(ring: KeyRing) -> None:
    keys.install(ring)


def digits_of(slip: Slip, send_no: int | None = None) -> str:
    return code_for(slip, send_no).spoken().replace(" ", "")


def test_a_code_is_the_same_each_time_it_is_derived() -> None:
    slip = Slip()
    assert digits_of(slip) == digits_of(replace(slip))


def test_a_code_is_hotp_under_a_key_made_of_the_whole_context(ring: KeyRing) -> None:
    """The arithmetic, done here a second time by hand."""
    slip = Slip(send_no=2)
    canonical = json.dumps(slip.subject, sort_keys=True, separators=(",", ":")).encode()
    ids = (slip.id, slip.phone_index, slip.store_id, slip.till_id, slip.staff_session_id)
    parts = [b"otp/v1", *(each.bytes for each in ids), b"redeem", hashlib.sha256(canonical).digest(), slip.nonce]
    context = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    secret = base64.b32encode(hmac.new(ring.otp[1], context, hashlib.sha256).digest()).decode()
    assert digits_of(slip) == pyotp.HOTP(secret, digits=6, digest=hashlib.sha256).at(2)


@pytest.mark.parametrize(
    "change",
    [
        {"id": uuid4()},
        {"phone_index": uuid4()},
        {"store_id": uuid4()},
        {"till_id": uuid4()},
        {"staff_session_id": uuid4()},
        {"purpose": "earn"},
        {"subject": {"points": 501, "receipt": "A-17", "total": 123456}},
        {"nonce": bytes(16)},
        {"send_no": 2},
    ],
)
def test_changing_any_one_thing_changes_the_code(change: dict[str, Any]) -> None:
    """Six digits may meet by chance once in a million: three slips may not."""
    slips = [Slip(nonce=bytes([number] * 16)) for number in range(3)]
    assert any(digits_of(slip) != digits_of(replace(slip, **change)) for slip in slips)


def test_parts_cannot_flow_into_each_other() -> None:
    slip = Slip(purpose="redeem", nonce=b"x" * 16)
    assert digits_of(slip) != digits_of(replace(slip, purpose="redee", nonce=b"m" + b"x" * 16))


def test_an_old_key_still_makes_the_codes_it_began(ring: KeyRing) -> None:
    slip = Slip()
    before = digits_of(slip)
    other = KeyRing.generate()
    keys.install(replace(ring, otp={1: ring.otp[1], 2: other.otp[1]}, otp_current=2))
    assert digits_of(slip) == before
    assert digits_of(replace(slip, kid=2)) != before


def test_codes_are_spread_over_all_digits() -> None:
    first = Counter(digits_of(Slip())[0] for _ in range(600))
    assert set(first) == set("0123456789")


def test_the_subject_is_written_in_one_way_alone() -> None:
    assert digest_of({"a": 1, "b": ["ё", None]}) == digest_of({"b": ["ё", None], "a": 1})
    with pytest.raises(TypeError):
        digest_of({"total": 12.5})
    with pytest.raises(TypeError):
        digest_of({"lines": [{"price": 1.0}]})


def test_an_earlier_code_is_known_as_one() -> None:
    slip = Slip(send_no=3)
    assert is_earlier(slip, digits_of(slip, 1))
    assert is_earlier(slip, digits_of(slip, 2))
    assert not is_earlier(slip, digits_of(slip, 3))
    assert not is_earlier(replace(slip, send_no=1), digits_of(slip, 1))


@pytest.mark.parametrize("show", [repr, str, "{}".format, "{!r}".format, "%s".__mod__, ascii])
def test_printing_a_code_shows_none_of_it(show: Any) -> None:
    shown = show(Code("483921"))
    assert "483" not in shown
    assert "921" not in shown


def test_a_code_is_neither_logged_nor_copied_to_a_file(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("till").debug("code %s %r", Code("483921"), [Code("483921")])
    assert "483" not in caplog.text
    for write in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError):
            write(Code("483921"))


@pytest.mark.parametrize("typed", ["483921", "483 921", "483-921", "026920"])
def test_a05_the_ways_a_code_may_be_typed(typed: str) -> None:
    assert shape(typed) == typed.replace(" ", "").replace("-", "")


@pytest.mark.parametrize(
    "typed", ["", " ", None, True, 123456, ["123456"], {"a": 1}, float("inf"), float("nan"), b"12"]
)
def test_a01_a02_a03_what_is_no_text_is_no_code(typed: object) -> None:
    with pytest.raises(MalformedCode):
        shape(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "４８３９２１",
        "٤٨٣٩٢١",
        "⁴⁸³⁹²¹",
        "④⑧③⑨②①",
        "𝟒𝟖𝟑𝟗𝟐𝟏",
        "48392１",
    ],
)
def test_a04_digits_of_other_alphabets_are_no_code(typed: str) -> None:
    with pytest.raises(MalformedCode):
        shape(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "483921\n", "\n483921", " 483921", "483921 ", "+483921", "1_23456", "483\u200b921", "\u200e483921",
        "483\u00a0921", "4 83921", "48 39 21", "483  921", "483 -921", "483–921", "483 921 ", "483\n921", "-483921",
        "4839-21",
    ],
)  # fmt: skip
def test_a05_nothing_else_is_dropped(typed: str) -> None:
    with pytest.raises(MalformedCode):
        shape(typed)


@pytest.mark.parametrize("typed", ["48392", "4839211", "26920", "4" * 1_000_000, "483 92", "48 3921"])
def test_a06_a07_five_or_seven_digits_or_a_flood_are_no_code(typed: str) -> None:
    with pytest.raises(MalformedCode):
        shape(typed)


def test_a_mask_is_all_that_a_refusal_of_the_shape_says() -> None:
    with pytest.raises(MalformedCode) as refused:
        codes.shape("483 9211")
    assert "483" not in f"{refused.value}{refused.value.values}{refused.value.sentence}"
