"""The fraud watch at the counter: nobody serves their own card, and a card has only so many receipts a day."""

import pytest

from posapp import demo
from posapp.points.alert import FraudAlert
from posapp.points.models import AccountRow, PostingRow
from tests.till.scene import Counter, Tablet

pytestmark = pytest.mark.settings(shift_lock_idle_seconds=900)

ANNAS = next(person.phone for person in demo.PEOPLE if person.login == "anna")
OWN_CARD = "Это ваша карта"


def kinds(counter: Counter) -> list[str]:
    return [alert.kind for alert in counter.rows(FraudAlert)]


def test_nobody_credits_or_redeems_on_their_own_card_but_a_colleague_does(counter: Counter, tablet: Tablet) -> None:
    timur = counter.tablet("timur", 1)
    timur.enrol(ANNAS)
    tablet.find(ANNAS)
    assert tablet.credit("R-1", "1000").status_code == 409
    assert OWN_CARD in tablet.text
    codes = len(counter.texts(ANNAS))
    assert tablet.ask_redeem_code("R-1", "1000", "100").status_code == 409
    assert OWN_CARD in tablet.text
    counter.work()
    assert len(counter.texts(ANNAS)) == codes
    assert kinds(counter) == ["own_card"]
    assert timur.credit("R-1", "1000").status_code == 200
    timur.ask_redeem_code("R-2", "1000", "100")
    assert timur.type_code(counter.newest_code(ANNAS)).status_code == 200


@pytest.mark.sqlite_only
def test_what_was_stopped_before_a_code_is_told_with_its_place_and_posted_nowhere(
    counter: Counter, tablet: Tablet
) -> None:
    counter.tablet("timur", 1).enrol(ANNAS)
    tablet.find(ANNAS)
    before = counter.count(PostingRow)
    tablet.ask_redeem_code("R-1", "1000", "100")
    (alert,) = counter.rows(FraudAlert)
    assert (str(alert.member_id), alert.receipt, alert.till_id) == (tablet.member_id, "R-1", counter.tills[0])
    assert (alert.posting_id, alert.day) == (None, counter.clock.now().date())
    assert counter.count(PostingRow) == before


@pytest.mark.sqlite_only
def test_a_receipt_of_another_card_is_told_when_a_code_is_asked_for_it(counter: Counter, tablet: Tablet) -> None:
    tablet.enrol(ANNAS[:-1] + "9")
    tablet.credit("R-1", "1000")
    tablet.enrol()
    assert tablet.ask_redeem_code("R-1", "1000", "100").status_code == 409
    assert kinds(counter) == ["receipt_elsewhere"]


@pytest.mark.settings(card_receipts_alert_per_day=1, card_receipts_stop_per_day=3)
def test_the_limits_of_the_settings_hold_for_crediting_for_asking_and_for_the_code(
    counter: Counter, tablet: Tablet
) -> None:
    tablet.enrol()
    tablet.credit("R-1", "1000")
    tablet.ask_redeem_code("R-2", "1000", "100")
    asked, code = tablet.challenge, counter.newest_code()
    for number in ("R-3", "R-4"):
        assert tablet.credit(number, "1000").status_code == 200
    assert tablet.credit("R-5", "1000").status_code == 409
    assert "сколько можно: 3" in tablet.text
    assert tablet.ask_redeem_code("R-5", "1000", "100").status_code == 409
    tablet.go(f"/till/code/{asked}")
    assert tablet.type_code(code).status_code == 409
    assert counter.rows(AccountRow)[0].receipts == 3
    assert kinds(counter) == ["many_receipts", "receipts_stopped"]


@pytest.mark.sqlite_only
def test_points_spent_right_after_enrolling_are_told_and_spent(counter: Counter, tablet: Tablet) -> None:
    tablet.enrol()
    tablet.ask_redeem_code("R-1", "1000", "200")
    assert tablet.type_code(counter.newest_code()).status_code == 200
    (alert,) = counter.rows(FraudAlert)
    assert (alert.kind, alert.details) == ("redeemed_soon", {"points": 200, "minutes": 1})
