"""What a browser is given to hold."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from posapp import settings
from posapp.stores import cookie


@pytest.fixture
def production(tmp_path: Path) -> Iterator[None]:
    """The settings of a real shop, until the test ends."""
    before = list(settings._current)
    settings.use(
        settings.load(
            env="production", base_url="https://card.example.com", gateways="kannel", data_dir=tmp_path,
            sqlite_in_production=True,
        )
    )  # fmt: skip
    yield
    settings._current[:] = before


def test_in_production_cookies_travel_by_https_to_this_host_alone(production: None) -> None:
    assert cookie.is_secure()
    assert (cookie.name(cookie.TILL), cookie.name(cookie.SESSION)) == ("__Host-till", "__Host-sid")


def test_a_cookie_comes_back_as_its_subject_and_the_digest_of_its_secret() -> None:
    subject = uuid4()
    value, digest = cookie.fresh(subject)
    assert cookie.parse(value) == cookie.Token(subject, digest)
    assert len(digest) == 32
    assert value not in repr(cookie.parse(value))


def test_every_secret_is_new_and_has_256_bits() -> None:
    subject = uuid4()
    assert len({cookie.fresh(subject)[1] for _ in range(100)}) == 100
    assert cookie.SECRET_BYTES * 8 == 256


@pytest.mark.parametrize(
    "change", [str.upper, lambda value: value + "\n", lambda value: " " + value, lambda value: value[:-1]]
)
def test_a_changed_cookie_is_none(change: object) -> None:
    assert callable(change)
    value, digest = cookie.fresh(uuid4())
    assert cookie.parse(change(value)).secret_hash != digest
