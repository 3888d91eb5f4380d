"""The key ring is written once, read by its owner alone, and refused in words when it must not be used."""

import base64
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from posapp.core import keys
from posapp.core.keys import KeyRing, KeyRingRefused, derived

Change = Callable[[dict[str, Any]], object]
"""Spoils the content of a key ring's file."""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_installed", None)


def rewrite(place: Path, change: Change) -> None:
    """Save a good ring, then change its content."""
    KeyRing.generate().save(place)
    content = json.loads(place.read_text())
    change(content)
    place.chmod(0o600)
    place.write_text(json.dumps(content))
    place.chmod(0o400)


def refusal(place: Path, *, production: bool = False) -> str:
    with pytest.raises(KeyRingRefused) as refused:
        KeyRing.load(place, production=production)
    assert refused.value.__cause__ is None
    return str(refused.value)


def key_of(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


def test_a_ring_comes_back_as_it_was_saved(place: Path) -> None:
    ring = KeyRing.generate()
    ring.save(place)
    assert KeyRing.load(place) == ring
    assert KeyRing.load(place, production=True) == ring


def test_every_ring_and_every_key_in_it_is_different() -> None:
    rings = [KeyRing.generate() for _ in range(10)]
    every = [k for r in rings for k in (r.seal[1], r.index[1], r.otp[1], r.audit_mac, r.audit_sign, r.session)]
    assert len(set(every)) == 60
    assert {len(key) for key in every} == {32}


def test_only_the_owner_may_read_the_file_whatever_the_umask(place: Path) -> None:
    before = os.umask(0)
    try:
        KeyRing.generate().save(place)
    finally:
        os.umask(before)
    assert place.stat().st_mode & 0o777 == 0o400


def test_keys_are_never_overwritten(place: Path) -> None:
    KeyRing.generate().save(place)
    before = place.read_bytes()
    with pytest.raises(KeyRingRefused, match="already"):
        KeyRing.generate().save(place)
    assert place.read_bytes() == before


def test_a_link_in_the_place_of_the_file_is_not_followed(place: Path, tmp_path: Path) -> None:
    place.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(KeyRingRefused):
        KeyRing.generate().save(place)
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(KeyRingRefused, match="cannot be written"):
        KeyRing.generate().save(tmp_path / "nowhere" / "keys.json")


@pytest.mark.parametrize("mode", [0o440, 0o404, 0o420, 0o402, 0o410, 0o401, 0o644, 0o777])
def test_a_file_that_others_may_touch_is_refused(place: Path, mode: int) -> None:
    KeyRing.generate().save(place)
    place.chmod(mode)
    assert f"chmod 0400 {place}" in refusal(place)


def test_a_missing_ring_is_refused_with_the_remedy(place: Path) -> None:
    assert "no key ring" in refusal(place)


def test_what_is_no_ordinary_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o400)
    assert "ordinary file" in refusal(tmp_path / "pipe")
    (tmp_path / "folder").mkdir(mode=0o700)
    assert "ordinary file" in refusal(tmp_path / "folder")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"{}", b"\xff\xfe", b"[" * 60_000, b'{"version":1,"version":1}', b" " * 70_000],
)
def test_what_is_no_ring_is_refused(place: Path, content: bytes) -> None:
    place.write_bytes(content)
    place.chmod(0o400)
    assert str(place) in refusal(place)


SPOILED: dict[str, Change] = {
    "a part is missing": lambda c: c.pop("audit_mac"),
    "a part too many": lambda c: c.update(other="x"),
    "another version": lambda c: c.update(version=2),
    "short key": lambda c: c.update(session=key_of(os.urandom(31))),
    "long key": lambda c: c.update(session=key_of(os.urandom(33))),
    "empty key": lambda c: c.update(session=""),
    "no base64": lambda c: c.update(session="!" * 44),
    "base64 with a newline": lambda c: c.update(session=key_of(os.urandom(32)) + "\n"),
    "a number for a key": lambda c: c.update(session=918_273_645),
    "zeros": lambda c: c.update(audit_mac=key_of(bytes(32))),
    "one byte all along": lambda c: c.update(audit_mac=key_of(b"\xfa" * 32)),
    "a count": lambda c: c.update(audit_sign=key_of(bytes(range(32)))),
    "a count from elsewhere": lambda c: c.update(audit_sign=key_of(bytes(range(200, 232)))),
    "typed words": lambda c: c.update(session=key_of(b"change-me-before-production-2026")),
    "a repeated word": lambda c: c["seal"]["keys"].update({"1": key_of(b"\x80secret!" * 4)}),
    "one key for two purposes": lambda c: c.update(audit_mac=c["session"]),
    "one key under two numbers": lambda c: c["otp"]["keys"].update({"2": c["otp"]["keys"]["1"]}),
    "no keys": lambda c: c["seal"].update(keys={}),
    "current is not there": lambda c: c["seal"].update(current=2),
    "current is true": lambda c: c["seal"].update(current=True),
    "current is text": lambda c: c["seal"].update(current="1"),
    "number zero": lambda c: c["index"]["keys"].update({"0": key_of(os.urandom(32))}),
    "number too large": lambda c: c["index"]["keys"].update({"65536": key_of(os.urandom(32))}),
    "number in other digits": lambda c: c["index"]["keys"].update({"٢": key_of(os.urandom(32))}),
    "numbered part is a list": lambda c: c.update(seal=[]),
    "numbered part has more": lambda c: c["seal"].update(more=1),
}


@pytest.mark.parametrize("change", SPOILED.values(), ids=SPOILED.keys())
def test_a_spoiled_ring_is_refused_without_repeating_a_key(place: Path, change: Change) -> None:
    rewrite(place, change)
    content = json.loads(place.read_text())
    sentence = refusal(place)
    assert sentence.endswith((".", "`flask keys make`."))
    for name in ("session", "audit_mac", "audit_sign"):
        assert not content.get(name) or str(content[name]) not in sentence


def test_in_production_the_ring_does_not_lie_beside_the_code(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "var").mkdir()
    KeyRing.generate().save(tmp_path / "var" / "keys.json")
    (tmp_path / "outside").symlink_to(tmp_path / "var" / "keys.json")
    KeyRing.load(tmp_path / "var" / "keys.json")
    for path in (tmp_path / "var" / "keys.json", tmp_path / "outside"):
        assert "inside the repository" in refusal(path, production=True)
    assert "inside the repository" in refusal(Path(keys.__file__).parents[2] / "keys.json", production=True)


def test_keys_can_be_added_and_older_ones_stay(place: Path) -> None:
    def add(content: dict[str, Any]) -> None:
        content["seal"]["keys"]["2"] = key_of(os.urandom(32))
        content["seal"]["current"] = 2

    rewrite(place, add)
    ring = KeyRing.load(place)
    assert sorted(ring.seal) == [1, 2]
    assert ring.seal_current == 2


def test_a_ring_neither_shows_nor_changes_its_keys() -> None:
    ring = KeyRing.generate()
    assert repr(ring) == str(ring) == "<KeyRing: seal [1], index [1], otp [1]>"
    with pytest.raises(TypeError):
        ring.seal[1] = os.urandom(32)  # type: ignore[index]
    with pytest.raises(AttributeError):
        ring.session = os.urandom(32)  # type: ignore[misc]


@pytest.mark.usefixtures("nothing_installed")
def test_the_ring_of_the_process_is_the_installed_one() -> None:
    with pytest.raises(KeyRingRefused, match="create_app"):
        keys.ring()
    ring = KeyRing.generate()
    keys.install(ring)
    assert keys.ring() is ring


def test_sub_keys_differ_by_purpose_and_by_key_and_stay_the_same() -> None:
    one, two = bytes(range(32)), bytes(range(1, 33))
    assert len({derived(one, "a"), derived(one, "b"), derived(two, "a"), one, two}) == 5
    assert derived(one, "phone-index").hex() == "ce0dbc720ae7150bfbd62ecb3f6f6a61ec10e0bf3d7249e5cbaee12c666a2411"
