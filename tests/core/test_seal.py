"""What is sealed opens where it was sealed, and nowhere else, and says nothing when it does not."""

import dataclasses
import os
import re
import traceback
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posapp.core import keys, seal
from posapp.core.canonical import canonical_json
from posapp.core.keys import KeyRing
from posapp.core.phone import parse_phone
from posapp.core.seal import SealBroken

ROW, OTHER_ROW = UUID(int=0xA11CE), UUID(int=0xB0B)
TEXT = "+79161234567"


@pytest.fixture(autouse=True, scope="module")
def ring() -> Iterator[KeyRing]:
    before = keys._installed
    installed = KeyRing.generate()
    keys.install(installed)
    yield installed
    keys._installed = before


def with_key(ring: KeyRing, **changes: object) -> KeyRing:
    return dataclasses.replace(ring, **changes)  # type: ignore[arg-type]


def sealed() -> bytes:
    return seal.seal_text(TEXT, table="member", column="phone", row_id=ROW)


def opened(blob: bytes, table: str = "member", column: str = "phone", row_id: UUID = ROW) -> str:
    return seal.unseal_text(blob, table=table, column=column, row_id=row_id)


@given(st.binary(max_size=300), st.uuids())
def test_bytes_come_back(plaintext: bytes, row_id: UUID) -> None:
    blob = seal.seal(plaintext, table="member", column="name", row_id=row_id)
    assert len(blob) == len(plaintext) + seal.OVERHEAD_BYTES
    assert seal.unseal(blob, table="member", column="name", row_id=row_id) == plaintext


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=100))
def test_texts_come_back(text: str) -> None:
    assert opened(seal.seal_text(text, table="member", column="phone", row_id=ROW)) == text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["имя", "b", "a"]), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_values_come_back(value: object) -> None:
    blob = seal.seal_json(value, table="draft", column="answers", row_id=ROW)
    assert seal.unseal_json(blob, table="draft", column="answers", row_id=ROW) == value


def test_equal_values_are_written_as_equal_bytes() -> None:
    assert canonical_json({"б": 1, "a": [True, None]}) == canonical_json({"a": [True, None], "б": 1})
    assert canonical_json({"б": 1, "a": [True, None]}) == '{"a":[true,null],"б":1}'.encode()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "Ива\ud800", {"имя": "Ива\ud800"}])
def test_broken_values_are_refused_without_being_repeated(value: object) -> None:
    with pytest.raises(ValueError) as refused:
        seal.seal_json(value, table="draft", column="answers", row_id=ROW)
    assert "Ива" not in "".join(traceback.format_exception_only(refused.value))
    assert refused.value.__cause__ is None


def test_a_phone_takes_43_bytes_and_never_the_same_ones() -> None:
    assert len(sealed()) == 43
    assert sealed() != sealed()


def flipped(blob: bytes, bit: int) -> bytes:
    changed = bytearray(blob)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_a64_any_flipped_bit_is_noticed() -> None:
    blob = sealed()
    for bit in range(len(blob) * 8):
        with pytest.raises(SealBroken):
            opened(flipped(blob, bit))


def test_a64_any_cut_is_noticed() -> None:
    blob = sealed()
    for length in range(len(blob)):
        for part in (blob[:length], blob[-length:] if length else b""):
            with pytest.raises(SealBroken):
                opened(part)
    with pytest.raises(SealBroken):
        opened(blob + b"\0")


@pytest.mark.parametrize(
    ("table", "column", "row_id"),
    [("member", "phone", OTHER_ROW), ("member", "email", ROW), ("draft", "phone", ROW)],
)
def test_a64_a_moved_value_does_not_open(table: str, column: str, row_id: UUID) -> None:
    with pytest.raises(SealBroken) as broken:
        opened(sealed(), table, column, row_id)
    assert broken.value.reason == "tampered"


def of_other_row(blob: bytes) -> bytes:
    other = seal.seal_text(TEXT, table="member", column="phone", row_id=OTHER_ROW)
    return blob[:15] + other[15:]


TAMPERED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "nothing": (lambda blob: b"", "truncated"),
    "header alone": (lambda blob: blob[:3], "truncated"),
    "tag cut off": (lambda blob: blob[:30], "truncated"),
    "last byte cut off": (lambda blob: blob[:-1], "tampered"),
    "other version": (lambda blob: b"\x02" + blob[1:], "unknown_version"),
    "key number zero": (lambda blob: blob[:1] + b"\0\0" + blob[3:], "unknown_key"),
    "key that we lack": (lambda blob: blob[:1] + b"\0\x07" + blob[3:], "unknown_key"),
    "other nonce": (lambda blob: blob[:3] + os.urandom(12) + blob[15:], "tampered"),
    "other row's text under this nonce": (of_other_row, "tampered"),
    "plain text": (lambda blob: TEXT.encode() * 4, "unknown_version"),
    "noise": (lambda blob: b"\x01\0\x01" + os.urandom(40), "tampered"),
}


@pytest.mark.parametrize(("tamper", "reason"), TAMPERED.values(), ids=TAMPERED.keys())
def test_a64_tampering_is_told_by_place_and_reason_and_nothing_else(
    tamper: Callable[[bytes], bytes], reason: str
) -> None:
    with pytest.raises(SealBroken) as broken:
        opened(tamper(sealed()))
    assert broken.value.reason == reason
    told = "".join(traceback.format_exception_only(broken.value)) + repr(broken.value)
    assert f"member|phone|{ROW}" in told
    assert not re.search("9161234567|InvalidTag", told)
    assert broken.value.__cause__ is None


def test_what_is_no_text_or_no_json_is_told_without_its_content() -> None:
    blob = seal.seal(b"9161234567\xff", table="member", column="phone", row_id=ROW)
    for open_it, reason in ((seal.unseal_text, "not_text"), (seal.unseal_json, "not_json")):
        with pytest.raises(SealBroken, match=reason) as broken:
            open_it(blob, table="member", column="phone", row_id=ROW)
        assert "9161234567" not in str(broken.value)
        assert broken.value.__cause__ is None


def test_a_place_is_never_two_places() -> None:
    with pytest.raises(ValueError, match="look the same"):
        seal.seal(b"", table="a|b", column="c", row_id=ROW)
    with pytest.raises(ValueError, match="look the same"):
        seal.seal(b"", table="a", column="b|c", row_id=ROW)


def test_a_new_key_seals_and_the_old_one_still_opens(ring: KeyRing) -> None:
    old = sealed()
    keys.install(with_key(ring, seal={**ring.seal, 7: os.urandom(32)}, seal_current=7))
    try:
        new = sealed()
        assert (seal.key_number(old), seal.key_number(new)) == (1, 7)
        assert opened(old) == opened(new) == TEXT
    finally:
        keys.install(ring)
    with pytest.raises(SealBroken, match="unknown_key"):
        opened(new)


def test_a35_one_number_has_one_index_however_it_is_written() -> None:
    written = ("8 916 123-45-67", "+7 916 123-45-67", "9161234567", "٨٩١٦١٢٣٤٥٦٧", "\u202a8\t9161234567")
    phones = [parse_phone(text, "RU") for text in written]
    assert len({seal.blind_index(phone) for phone in phones}) == 1
    assert {seal.phone_index(phone).bytes for phone in phones} == {seal.blind_index(phones[0])[:16]}
    assert len(seal.blind_index(phones[0])) == 32
    assert seal.blind_index(parse_phone("9161234568", "RU")) != seal.blind_index(phones[0])


def test_the_index_depends_on_its_key_and_its_version(ring: KeyRing) -> None:
    phone = parse_phone(TEXT, "RU")
    before, hash_before = seal.blind_index(phone), seal.keyed_hash("do-not-contact", TEXT)
    keys.install(with_key(ring, index={**ring.index, 2: os.urandom(32)}, index_current=2))
    try:
        assert seal.blind_index(phone) != before
        assert seal.blind_index(phone, version=1) == before
        assert seal.keyed_hash("do-not-contact", TEXT) != hash_before
        assert seal.keyed_hash("do-not-contact", TEXT, version=1) == hash_before
    finally:
        keys.install(ring)
    keys.install(with_key(ring, seal={1: os.urandom(32)}))
    try:
        assert seal.blind_index(phone) == before
    finally:
        keys.install(ring)


def test_hashes_of_two_lists_cannot_be_linked() -> None:
    phone = parse_phone(TEXT, "RU")
    one, two = seal.keyed_hash("do-not-contact", TEXT), seal.keyed_hash("last-4/store", TEXT)
    assert len({one, two, seal.blind_index(phone)}) == 3
    assert one == seal.keyed_hash("do-not-contact", TEXT)
