"""The manager's tills: the own stores', and no others."""

import re
from uuid import uuid4

import pytest

from posapp.core.errors import Refusal
from posapp.stores import queries
from tests.staff.house import Browser, House

GROUPS = re.compile(r"<code>((?:[A-Z2-7]{4}-){6}[A-Z2-7]{4})</code>")


def test_the_page_lists_the_tills_of_the_managers_own_stores(house: House) -> None:
    text = house.office("marina").get("/manager/tills").text
    assert "Tverskaya" in text
    assert text.count("No tablet yet") == 2
    assert "Arbat" not in text


def test_the_page_says_what_stands_at_each_till(house: House) -> None:
    house.tablet(house.till_1)
    office = house.office("marina")
    assert "Has a tablet" in office.get("/manager/tills").text
    office.post(f"/manager/tills/{house.till_1}/revoke")
    assert "Put out" in office.get("/manager/tills").text


def test_the_code_is_shown_with_a_picture_that_keeps_it_behind_the_hash(house: House) -> None:
    office = house.office("marina")
    answer = office.post(f"/manager/tills/{house.till_1}/code")
    assert answer.status_code == 200
    found = GROUPS.search(answer.text)
    assert found
    assert "<svg" in answer.text
    assert " style=" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert f"?{found[1]}" not in answer.text
    assert house.browser().post("/till/setup", code=found[1]).status_code == 303
    assert "office:till_code:made" in house.tags()


@pytest.mark.parametrize("act", ["code", "revoke"])
def test_a57_a_till_of_another_store_is_not_there_at_all(house: House, act: str) -> None:
    arbat = house.tablet(house.arbat_till)
    marina = house.office("marina")
    answers = [marina.post(f"/manager/tills/{till_id}/{act}") for till_id in (house.arbat_till, uuid4(), "x", "1 or 1")]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert arbat.visitor().till is not None
    assert house.office("max").post(f"/manager/tills/{house.arbat_till}/{act}").status_code in (200, 303)


@pytest.mark.parametrize("act", ["code", "revoke"])
def test_only_a_manager_at_the_back_office_may_do_it(house: House, tablet: Browser, act: str) -> None:
    path = f"/manager/tills/{house.till_1}/{act}"
    assert house.browser().post(path).location == "/sign-in"
    assert tablet.post(path).location == "/sign-in"
    tablet.begin_shift("anna")
    assert tablet.post(path).status_code == 403
    assert tablet.visitor().till is not None


def test_a59_neither_act_is_done_without_the_forms_token(house: House) -> None:
    office = house.office("marina")
    for act in ("code", "revoke"):
        path = f"/manager/tills/{house.till_1}/{act}"
        assert office.client.post(path).status_code == 403
        assert office.get(path).status_code == 405


def test_shop_and_stores_are_read_as_they_were_made(house: House) -> None:
    with house.app.app_context():
        shop = queries.shop()
        assert (shop.brand, shop.currency, shop.currency_exponent) == ("Sweet corner", "RUB", 2)
        assert shop.questionnaire == {"birthday": True, "email": True, "patronymic": True}
        assert queries.store(house.tverskaya).cutover_hour == 4
        assert [store.name for store in queries.stores({house.tverskaya, house.arbat, uuid4()})] == [
            "Arbat",
            "Tverskaya",
        ]
        with pytest.raises(Refusal):
            queries.store(uuid4())


def test_a_shop_that_was_never_set_up_is_refused_with_a_sentence(app_context: object) -> None:
    with pytest.raises(queries.UnknownPlace):
        queries.shop()
