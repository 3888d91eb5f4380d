"""The fraud watch's page: what happened in one's own stores, in one sentence each, and what came of it."""

import re
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from posapp.audit.models import AuditRow
from posapp.core import clock
from posapp.core.actor import Actor, Role
from posapp.core.db import db, transaction
from posapp.points import watching
from posapp.points.alert import FraudAlertSeen
from posapp.points.alert_list import ON_A_PAGE, UnknownAlert
from posapp.points.alert_seeing import mark_seen
from posapp.points.alert_sentences import SENTENCES, TITLES, places
from posapp.points.watch import Kind, Suspicion
from posapp.points.watching import Scene
from tests.staff.house import House, build
from tests.support.fake_clock import FakeClock
from tests.verification.hands import all_at_once

PAGE, SEEN = "/manager/points/alerts", "/manager/points/alerts/seen"
DETAILS: Mapping[Kind, Mapping[str, Any]] = {
    Kind.MANY_RECEIPTS: {"times": 6, "limit": 5},
    Kind.RECEIPTS_STOPPED: {"limit": 15},
    Kind.RECEIPT_ELSEWHERE: {"owner": str(UUID(int=7))},
    Kind.REDEEMED_SOON: {"points": 1200, "minutes": 3},
    Kind.OWN_CARD: {},
    Kind.MANY_ADJUSTMENTS: {"times": 6, "limit": 5},
    Kind.ADJUSTMENTS_STOPPED: {"limit": 20},
    Kind.OVERRIDE: {"points": 300, "times": 1},
}
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">|name="(key)" type="hidden" value="([^"]*)"')


@pytest.fixture
def house(app: Flask) -> House:
    return build(app)


def happen(house: House, kind: Kind, store_id: UUID | None = None, *, days: int = 0, receipt: str = "R-1") -> None:
    """Something odd at a till of a store, by Anna on Tverskaya or by Charlie on Arbat."""
    store_id = store_id or house.tverskaya
    here = store_id == house.tverskaya
    actor = Actor(
        kind="staff", staff_id=house.people["anna" if here else "charlie"], role=Role.CASHIER, store_id=store_id,
        till_id=house.till_2 if here else house.arbat_till, request_id="test",
    )  # fmt: skip
    at = clock.now() - timedelta(days=days)
    scene = Scene(member_id=uuid4(), store_id=store_id, receipt=receipt, day=at.date(), actor=actor, at=at)
    with house.app.app_context(), transaction():
        watching.tell([Suspicion(kind, DETAILS[kind])], scene)


def look(house: House, login: str = "marina", **asked: str) -> str:
    answer = house.office(login).get(PAGE, query_string=asked)
    assert answer.status_code == 200
    return answer.text


def fields(text: str) -> dict[str, str]:
    """The hidden fields of the first note on the page."""
    form = text[text.index(f'action="{SEEN}"') :].partition("</form>")[0]
    return {a or c: b or d for a, b, c, d in HIDDEN.findall(form)}


def seen(house: House) -> list[tuple[UUID, str | None]]:
    with house.app.app_context():
        return [(row.staff_id, row.note) for row in db.session.execute(select(FraudAlertSeen)).scalars()]


def test_every_kind_has_a_title_and_a_sentence_that_can_be_filled() -> None:
    assert set(TITLES) == set(SENTENCES) == set(DETAILS) == set(Kind)
    for kind, sentence in SENTENCES.items():
        filled = sentence % places(DETAILS[kind], str)
        assert "%" not in filled
        assert filled.endswith(".")


@pytest.mark.sqlite_only
def test_an_alert_says_what_happened_where_and_by_whom_and_never_a_number(house: House) -> None:
    happen(house, Kind.REDEEMED_SOON)
    text = look(house)
    for said in ("1,200 points were spent within 3 min", "Tverskaya", "Till 2", "Anna", "Receipt R-1", "Not seen yet"):
        assert said in text
    assert re.search(r"Card [0-9a-f]{8}\b", text)
    assert not re.search(r"\+7|[0-9]{10}", text.partition("<main")[2])


def test_the_newest_comes_first_and_older_ones_are_a_page_away(house: House, clock: FakeClock) -> None:
    for number in range(ON_A_PAGE + 1):
        happen(house, Kind.MANY_RECEIPTS, receipt=f"N-{number}")
        clock.advance(minutes=1)
    first = look(house)
    assert re.findall(r"Receipt (N-[0-9]+)", first) == [f"N-{number}" for number in range(ON_A_PAGE, 0, -1)]
    found = re.search(r'href="([^"]+before=[^"]+)"', first)
    assert found
    last = house.office("marina").get(found[1]).text
    assert re.findall(r"Receipt (N-[0-9]+)", last) == ["N-0"]
    assert "Older ones" not in last


@pytest.mark.sqlite_only
def test_the_list_is_narrowed_by_store_kind_and_day(house: House, clock: FakeClock) -> None:
    happen(house, Kind.MANY_RECEIPTS, receipt="TODAY")
    happen(house, Kind.OWN_CARD, receipt="OWN")
    happen(house, Kind.MANY_RECEIPTS, days=1, receipt="YESTERDAY")
    day = (clock.now() - timedelta(days=1)).date().isoformat()
    assert re.findall("Receipt ([A-Z]+)", look(house, kind="own_card")) == ["OWN"]
    assert re.findall("Receipt ([A-Z]+)", look(house, day=day)) == ["YESTERDAY"]
    assert len(re.findall("Receipt ([A-Z]+)", look(house, store=str(house.tverskaya)))) == 3
    assert "Nothing to show" in look(house, kind="override")


@pytest.mark.sqlite_only
def test_a_filter_that_cannot_be_read_says_so(house: House) -> None:
    for asked, sentence in (({"day": "yesterday"}, "This is not a day."), ({"kind": "x"}, "Choose one of the kinds")):
        answer = house.office("marina").get(PAGE, query_string=asked)
        assert (answer.status_code, sentence in answer.text) == (422, True)
    assert house.office("marina").get(PAGE, query_string={"before": "x"}).status_code == 404


@pytest.mark.sqlite_only
def test_a57_another_store_and_its_alerts_are_not_there(house: House) -> None:
    happen(house, Kind.OWN_CARD)
    happen(house, Kind.OWN_CARD, house.arbat, receipt="THEIRS")
    text = look(house, show="all")
    assert "Arbat" not in text
    assert "THEIRS" not in text
    for store in (str(house.arbat), str(uuid4()), "x"):
        assert house.office("marina").get(PAGE, query_string={"store": store}).status_code == 404
    theirs, max_ = fields(text), house.office("max")
    assert max_.post(SEEN, **theirs | {"csrf_token": max_.token()}).status_code == 404
    assert seen(house) == []


@pytest.mark.sqlite_only
def test_only_a_manager_at_the_back_office_reads_and_marks(house: House) -> None:
    tablet = house.tablet()
    tablet.begin_shift("anna")
    assert tablet.get(PAGE).status_code == 403
    assert tablet.post(SEEN).status_code == 403
    assert house.browser().get(PAGE).location == "/sign-in"


def test_marking_is_written_once_with_its_note_and_the_list_stays_as_it_was_asked(house: House) -> None:
    happen(house, Kind.OWN_CARD)
    marina = house.office("marina")
    sent = fields(marina.get(PAGE, query_string={"kind": "own_card"}).text) | {"note": "  It was <b>her</b> sister "}
    first, again = marina.client.post(SEEN, data=sent), marina.client.post(SEEN, data=sent)
    assert (first.status_code, first.location) == (303, f"{PAGE}?kind=own_card")
    assert again.location == first.location
    assert seen(house) == [(house.people["marina"], "It was <b>her</b> sister")]
    assert "Nothing to show" in look(house)
    text = look(house, show="all")
    assert "Seen by Marina" in text
    assert "It was &lt;b&gt;her&lt;/b&gt; sister" in text
    assert [tag for tag, *_ in house.audit()].count("office:fraud_alert:seen") == 1
    with house.app.app_context():
        details = db.session.execute(select(AuditRow.details).where(AuditRow.tag == "office:fraud_alert:seen")).scalar()
    assert details == {"store": str(house.tverskaya), "with_note": True}


@pytest.mark.sqlite_only
def test_a_note_that_is_too_long_is_kept_to_be_mended(house: House) -> None:
    happen(house, Kind.OWN_CARD)
    happen(house, Kind.OVERRIDE)
    marina = house.office("marina")
    sent = fields(marina.get(PAGE).text)
    answer = marina.client.post(SEEN, data=sent | {"note": "x" * 201})
    assert answer.status_code == 422
    assert answer.text.count("Write at most 200 characters.") == 2
    assert answer.text.count("x" * 201) == 1
    assert seen(house) == []
    assert marina.client.post(SEEN, data=sent | {"key": ""}).status_code == 400


def test_of_many_managers_at_once_one_has_seen_it(house: House, app: Flask) -> None:
    happen(house, Kind.OWN_CARD)
    sent = fields(look(house))
    ids = UUID(sent["alert_store"]), UUID(sent["alert"])
    hands = [partial(_mark, house, *ids, number) for number in range(8)]
    with app.app_context():
        assert sorted(all_at_once(app, hands)) == [False] * 7 + [True]
    assert len(seen(house)) == 1
    marina = house.office("marina")
    late = marina.client.post(SEEN, data=sent | {"csrf_token": marina.token()}, follow_redirects=True)
    assert "A colleague had marked it as seen already." in late.text
    with app.app_context(), pytest.raises(UnknownAlert), transaction():
        _mark_in(house.tverskaya, uuid4(), house.people["marina"], {house.tverskaya})


def _mark(house: House, store_id: UUID, alert_id: UUID, number: int) -> bool:
    with transaction():
        return _mark_in(store_id, alert_id, UUID(int=number + 1), {house.tverskaya})


def _mark_in(store_id: UUID, alert_id: UUID, staff_id: UUID, store_ids: set[UUID]) -> bool:
    actor = Actor(kind="staff", staff_id=staff_id, role=Role.MANAGER, request_id="test")
    return mark_seen(store_id, alert_id, note=None, store_ids=store_ids, actor=actor, at=clock.now())
