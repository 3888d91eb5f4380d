"""The manager's cards: found by a whole number, seen whole, adjusted by one or by two, frozen with a reason."""

from uuid import UUID, uuid4

import pytest

from posapp.audit.models import AuditRow
from posapp.points.adjustment_request import AdjustmentRequest
from posapp.points.alert import FraudAlert
from posapp.points.models import AccountRow, PostingRow
from posapp.stores.models import Store, Till
from tests.till.office import colleague, credited, holds_card, office, opened
from tests.till.scene import CHARLIE, OLGA, Counter, Tablet

pytestmark = pytest.mark.settings(shift_lock_idle_seconds=900, office_idle_seconds=3600)


def balance(counter: Counter, member_id: str) -> int:
    return int(counter.rows(AccountRow, AccountRow.member_id == UUID(member_id))[0].balance)


def tags(counter: Counter) -> list[str]:
    return [row.tag for row in counter.rows(AuditRow)]


@pytest.mark.sqlite_only
def test_a_card_opens_only_to_the_sign_in_that_found_it(counter: Counter) -> None:
    member = opened(counter)
    irina = office(counter)
    assert irina.go(f"/manager/cards/{member}").status_code == 404
    assert irina.find("8 916 123-45-67") == f"/manager/cards/{member}"
    assert ("Ольга К." in irina.text, "·67" in irina.text, "1234567" in irina.text) == (True, False, False)
    assert "+7 916 ···-··-67" in irina.text
    assert "Козлова" not in irina.text
    again = office(counter)
    for path in (f"/manager/cards/{member}", f"/manager/cards/{member}/statement", f"/manager/cards/{uuid4()}"):
        assert again.go(path).status_code == 404
    again.go("/manager/cards")
    typed = {"csrf_token": again.token, "key": str(uuid4()), "direction": "add", "points": "5", "reason": "Goodwill"}
    for act in ("adjust", "freeze", "unfreeze"):
        path = f"/manager/cards/{member}/{act}"
        assert again.post(path, typed | {"freeze_reason": "Stolen"}).status_code == 404
    assert balance(counter, member) == 200
    assert irina.find(CHARLIE) == "/manager/cards"
    assert "No card with this number" in irina.text
    assert irina.find("12") == "/manager/cards"
    assert irina.page is not None
    assert irina.page.status_code == 422
    assert [tag for tag in tags(counter) if tag.startswith("office:member")] == [
        "office:member:found",
        "office:member:not_found",
    ]


@pytest.mark.sqlite_only
@pytest.mark.settings(find_alert_per_hour=1, find_stop_per_hour=2)
def test_only_so_many_numbers_are_looked_up_in_an_hour(counter: Counter) -> None:
    irina = office(counter)
    for number in range(3):
        irina.find(f"+7916000000{number}")
    assert irina.page is not None
    assert irina.page.status_code == 429
    assert tags(counter)[-1] == "office:member:find_stopped"
    assert [row.reason for row in counter.rows(AuditRow, AuditRow.tag == "office:member:not_found")] == [None, "many"]


def test_one_person_up_to_the_limit_and_two_beyond_it(counter: Counter) -> None:
    member = opened(counter)
    irina, oleg, rita = office(counter), colleague(counter, "Oleg"), colleague(counter, "Rita", till=2)
    irina.find()
    assert irina.adjust(500) == 200
    assert balance(counter, member) == 200 + 500
    assert "500 points given" in irina.text
    assert irina.adjust(501, "A broken vase", valid_days="10") == 200
    assert balance(counter, member) == 700
    assert "need a second person" in irina.text
    assert "A broken vase" in irina.go("/manager/approvals").get_data(as_text=True)
    assert "No adjustment waits" in irina.go("/manager/cards").get_data(as_text=True)

    path = irina.open_request()
    assert "/approve" not in irina.text
    own = {"csrf_token": irina.token, "key": str(uuid4())}
    assert irina.post(f"{path}/approve", own).status_code == 409
    assert balance(counter, member) == 700

    assert rita.go("/manager/approvals").status_code == 200
    assert "Nothing waits" in rita.text
    foreign = {"csrf_token": rita.token, "key": str(uuid4())}
    for answer in (rita.go(path), rita.post(f"{path}/approve", foreign), rita.post(f"{path}/refuse", foreign)):
        assert answer.status_code == 404

    assert "1 adjustment waits" in oleg.go("/manager/cards").get_data(as_text=True)
    assert oleg.open_request() == path
    assert ("Ирина Павлова" in oleg.text, "+7 916 ···-··-67" in oleg.text) == (True, True)
    form = oleg.form(f"{path}/approve")
    answers = [oleg.post(form.action, form.fields) for _ in range(2)]
    assert [(answer.status_code, answer.location) for answer in answers] == [(303, "/manager/approvals")] * 2
    assert balance(counter, member) == 700 + 501
    assert "Approved by Oleg" in oleg.go(path).get_data(as_text=True)
    (asked,) = counter.rows(AdjustmentRequest)
    (posted,) = counter.rows(PostingRow, PostingRow.posting_id == asked.posting_id)
    assert (posted.request["author"], posted.request["approver"]) == (str(asked.author_id), str(asked.decided_by))
    assert tags(counter).count("office:adjustment:approved") == 1


@pytest.mark.sqlite_only
def test_a_request_is_refused_with_a_reason(counter: Counter) -> None:
    member = opened(counter)
    irina, oleg = office(counter), colleague(counter, "Oleg")
    irina.find()
    irina.adjust(600)
    path = oleg.open_request()
    assert oleg.send(f"{path}/refuse", reason="").status_code == 422
    assert "Write why it is refused" in oleg.text
    assert oleg.send(f"{path}/refuse", reason="    ").status_code == 422
    assert oleg.send(f"{path}/refuse", reason="No receipt was shown").status_code == 200
    assert irina.go(path).status_code == 200
    assert "No receipt was shown" in irina.text
    assert oleg.go(path).status_code == 200
    late = {"csrf_token": oleg.token, "key": str(uuid4())}
    assert oleg.post(f"{path}/approve", late).status_code == 409
    assert balance(counter, member) == 200
    assert "office:adjustment:refused" in tags(counter)


WRONG = [
    ({"points": "0"}, "from 1 to"),
    ({"points": "-5"}, "from 1 to"),
    ({"points": "1.5"}, "from 1 to"),
    ({"points": "５"}, "from 1 to"),
    ({"points": ""}, "Type a number of points"),
    ({"reason": ""}, "Write why the points change"),
    ({"reason": "     "}, "3 to 200"),
    ({"reason": "x" * 201}, "3 to 200"),
    ({"direction": ""}, "given or taken"),
    ({"direction": "both"}, "given or taken"),
    ({"valid_days": "36501"}, "up to 36500"),
    ({"direction": "take", "valid_days": "5"}, "Leave this empty"),
    ({"direction": "take", "points": "201"}, "has 200 points"),
    ({"direction": "take", "points": "999999999"}, "has 200 points"),
]


@pytest.mark.sqlite_only
def test_what_cannot_be_an_adjustment_says_so_and_keeps_what_was_typed(counter: Counter) -> None:
    opened(counter)
    irina = office(counter)
    card = irina.find()
    for wrong, said in WRONG:
        typed = {"direction": "add", "points": "5", "reason": "Goodwill"} | wrong
        irina.go(card)
        answer = irina.send(f"{card}/adjust", **typed)
        assert 400 <= answer.status_code < 500, wrong
        assert said in irina.text, wrong
        assert f'value="{typed["points"]}"' in irina.text, wrong
        assert "<title>Error:" in irina.text, wrong
    assert [row.kind for row in counter.rows(PostingRow, PostingRow.refusal.is_(None))] == ["open"]
    assert counter.count(AdjustmentRequest) == 0


@pytest.mark.sqlite_only
def test_a_card_is_frozen_and_let_go_with_a_reason_that_stays(counter: Counter, tablet: Tablet) -> None:
    opened(counter)
    irina = office(counter)
    card = irina.find()
    assert irina.send(f"{card}/freeze", freeze_reason="").status_code == 422
    form = irina.form(f"{card}/freeze")
    for _ in range(2):
        assert irina.post(form.action, form.fields | {"freeze_reason": "The phone was stolen"}).status_code == 303
    irina.go(card)
    assert ("Frozen" in irina.text, "The phone was stolen" in irina.text) == (True, True)
    tablet.client.set_cookie("lang", "en")
    tablet.find()
    assert tablet.ask_redeem_code("R-1", "1000", "100").status_code == 409
    assert "This card is frozen: it collects points but cannot spend them" in tablet.text
    assert tablet.credit("R-2", "1000").status_code == 200
    irina.send(f"{card}/unfreeze", freeze_reason="It was found")
    assert irina.send(f"{card}/freeze", freeze_reason="Once more").status_code == 200
    assert [tag for tag in tags(counter) if tag.startswith("office:card:")] == [
        "office:card:frozen",
        "office:card:unfrozen",
        "office:card:frozen",
    ]
    details = [row.details for row in counter.rows(AuditRow, AuditRow.tag == "office:card:frozen")]
    assert all(set(each) == {"posting"} for each in details)


@pytest.mark.sqlite_only
def test_of_other_stores_only_their_names_are_shown(counter: Counter) -> None:
    member = opened(counter)
    credited(counter, member, "SECRET-1", 432_100)
    rita = colleague(counter, "Rita", till=2)
    (home,) = counter.rows(Till.store_id, Till.id == counter.tills[0])
    (where,) = counter.rows(Store.name, Store.id == home)
    card = rita.find()
    assert card == f"/manager/cards/{member}"
    for path in (card, f"{card}/statement", f"{card}/statement.csv"):
        text = rita.go(path).get_data(as_text=True)
        assert where in text
        for hidden in ("SECRET-1", "4321", "4,321", "Анна Кузнецова"):
            assert hidden not in text, (path, hidden)
    irina = office(counter)
    irina.find()
    for path in (card, f"{card}/statement", f"{card}/statement.csv"):
        text = irina.go(path).get_data(as_text=True)
        assert ("SECRET-1" in text, "Анна Кузнецова" in text) == (True, True), path


@pytest.mark.sqlite_only
def test_nobody_adjusts_approves_freezes_or_frees_their_own_card(counter: Counter) -> None:
    member = opened(counter)
    holds_card(counter, "manager", OLGA)
    irina, oleg = office(counter), colleague(counter, "Oleg")
    card = irina.find()
    for points in (5, 700):
        assert irina.adjust(points) == 409
        assert "This is your own card" in irina.text
    assert irina.send(f"{card}/freeze", freeze_reason="Lost on the bus").status_code == 409
    oleg.find()
    oleg.adjust(700)
    path = irina.open_request()
    assert irina.send(f"{path}/approve").status_code == 409
    assert "This is your own card" in irina.text
    oleg.find()
    oleg.send(f"{card}/freeze", freeze_reason="Lost on the bus")
    irina.go(card)
    assert irina.send(f"{card}/unfreeze", freeze_reason="It was found").status_code == 409
    assert (balance(counter, member), "office:card:unfrozen" in tags(counter)) == (200, False)
    assert [alert.kind for alert in counter.rows(FraudAlert)] == ["own_card"]
