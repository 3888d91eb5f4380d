"""A tablet becomes a till: by one code, once, in time; and stops being one at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from posapp.core.db import db
from posapp.stores import codes, cookie
from posapp.stores.models import Till, TillCode
from tests.staff.house import Browser, House
from tests.support.fake_clock import FakeClock


def test_a_code_lets_one_tablet_in_as_that_till(house: House) -> None:
    tablet = house.browser()
    assert tablet.get("/till/sign-in").location == "/till/setup"
    answer = tablet.post("/till/setup", code=house.code(house.till_1))
    assert answer.location == "/till/sign-in"
    place = tablet.visitor().till
    assert place is not None
    assert place.till_id == house.till_1
    assert "till:till:enrolled" in house.tags()


def test_the_cookie_opens_nothing_by_itself(tablet: Browser) -> None:
    assert tablet.get("/till/sign-in").status_code == 200
    assert tablet.get("/who").location == "/till/sign-in"
    assert tablet.get("/who-in-office").location == "/sign-in"


def test_a_code_works_once(house: House) -> None:
    code = house.code(house.till_1)
    assert house.browser().post("/till/setup", code=code).status_code == 303
    again = house.browser()
    answer = again.post("/till/setup", code=code)
    assert answer.status_code == 422
    assert "This code does not work" in answer.text
    assert again.cookie("till") == ""
    assert ("till:till:enrolled", "refused", "till_code_refused") in house.audit()


@pytest.mark.torture
@pytest.mark.parametrize("hands", [2, 8])
def test_two_tablets_that_type_the_code_at_once_do_not_both_get_in(house: House, hands: int) -> None:
    code = house.code(house.till_1)
    tablets = [house.browser() for _ in range(hands)]
    tokens = [tablet.token() for tablet in tablets]

    def type_it(number: int) -> int:
        return tablets[number].post("/till/setup", token=tokens[number], code=code).status_code

    with ThreadPoolExecutor(hands) as pool:
        assert sorted(pool.map(type_it, range(hands))) == [303] + [422] * (hands - 1)
    assert sum(tablet.visitor().till is not None for tablet in tablets) == 1


@pytest.mark.parametrize(("age", "status"), [(599, 303), (600, 422)])
def test_a_code_is_good_for_ten_minutes(house: House, clock: FakeClock, age: int, status: int) -> None:
    code = house.code(house.till_1)
    clock.advance(seconds=age)
    assert house.browser().post("/till/setup", code=code).status_code == status


def test_a_newer_code_makes_the_older_one_void(house: House) -> None:
    older, other, newer = house.code(house.till_1), house.code(house.till_2), house.code(house.till_1)
    assert house.browser().post("/till/setup", code=older).status_code == 422
    assert house.browser().post("/till/setup", code=newer).status_code == 303
    assert house.browser().post("/till/setup", code=other).status_code == 303


WAYS: list[Callable[[str], str]] = [
    str.lower,
    lambda code: code.replace("-", " "),
    lambda code: code.replace("-", ""),
    lambda code: f"  {code.replace('-', ' – ')}\t",
    lambda code: code.replace("O", "0").replace("I", "1").replace("B", "8"),
]


def test_a_code_may_be_typed_in_any_way_that_people_type(house: House) -> None:
    for way in WAYS:
        assert house.browser().post("/till/setup", code=way(house.code(house.till_1))).status_code == 303


NO_CODES = ["", " ", "ABCD", "A" * 27, "A" * 29, "A" * 28, "А" * 28, "A" * 101, "<script>", "é" * 28]


def test_what_is_no_code_is_refused_with_a_sentence(house: House) -> None:
    for code in NO_CODES:
        answer = house.browser().post("/till/setup", code=code)
        assert answer.status_code == 422, code
        assert 'id="code-error"' in answer.text


def test_a_code_has_at_least_128_bits_and_no_letter_that_is_taken_for_another() -> None:
    code = codes.fresh()
    letters = codes.parse(code)
    assert letters is not None
    assert len(codes.ALPHABET) ** len(letters) >= 2**128
    assert not set("018") & set(codes.ALPHABET)
    assert len({codes.fresh() for _ in range(1000)}) == 1000


def test_neither_codes_nor_cookies_are_kept_in_the_database(house: House, tablet: Browser) -> None:
    code = codes.parse(house.code(house.till_2))
    assert code is not None
    secret = tablet.cookie("till").split(".")[1]
    assert len(secret) == 43
    with house.app.app_context():
        kept = db.session.execute(select(TillCode.code_hash)).scalars().all()
        assert codes.digest(code) in kept
        assert all(len(digest) == 32 for digest in kept)
        till = db.session.get_one(Till, house.till_1)
        assert till.token_hash == cookie.parse(tablet.cookie("till")).secret_hash
        assert secret.encode() not in (till.token_hash or b"")


def test_a60_a_revoked_till_is_out_at_once_with_everybody_on_it(tablet: Browser, house: House) -> None:
    tablet.begin_shift("anna")
    office = house.office("marina")
    assert office.post(f"/manager/tills/{house.till_1}/revoke").location == "/manager/tills"
    assert tablet.get("/who").location == "/till/setup"
    assert tablet.visitor().person is None
    assert {"office:till:revoked", "staff:session:ended"} <= house.tags()
    assert office.post(f"/manager/tills/{house.till_1}/revoke").location == "/manager/tills"


def test_revoking_makes_a_waiting_code_void(house: House) -> None:
    code = house.code(house.till_1)
    house.office("marina").post(f"/manager/tills/{house.till_1}/revoke")
    assert house.browser().post("/till/setup", code=code).status_code == 422


def test_another_tablet_takes_the_place_and_the_former_one_is_out(tablet: Browser, house: House) -> None:
    shift = tablet.begin_shift("anna")
    second = house.tablet(house.till_1)
    assert tablet.get("/who").location == "/till/setup"
    assert second.get("/till/unlock").location == "/till/sign-in"
    assert second.unlock(shift, "482915").status_code == 401
    second.begin_shift("anna")


def test_a_tablet_that_becomes_another_till_forgets_who_was_signed_in(tablet: Browser, house: House) -> None:
    tablet.begin_shift("anna")
    tablet.post("/till/setup", code=house.code(house.till_2))
    assert tablet.cookie("sid") == ""
    assert tablet.visitor().till.till_name == "Till 2"  # type: ignore[union-attr]
