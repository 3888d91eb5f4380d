"""Every sentence that a return may have to say beforehand."""

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from posapp.points.lot import Term
from posapp.points.previewing import Foreseen, Restored
from posapp.till.routes.effects import button_text, foretold

pytestmark = [pytest.mark.sqlite_only, pytest.mark.settings(default_language="en")]

BACK = Restored(20, Term(datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 16, tzinfo=UTC)))
FOR_EVER = Restored(5, Term(datetime(2026, 3, 2, tzinfo=UTC), None))
SAID: list[tuple[dict[str, int], dict[str, Any], str]] = [
    ({"given_back": 200, "taken_back": 12}, {}, "Gives back 200 points, takes back 12. {money}"),
    ({"given_back": 1, "taken_back": 0}, {}, "Gives back 1 point. {money}"),
    ({"given_back": 0, "taken_back": 1}, {}, "Takes back 1 point. {money}"),
    ({"given_back": 0, "taken_back": 0}, {}, "No points move. {money}"),
    ({"given_back": 20, "taken_back": 0, "refund_minor": 0}, {},
     "Gives back 20 points. Nothing is paid back in money."),
    ({"given_back": 0, "taken_back": 50}, {"debt_after": 48},
     "Takes back 50 points. {money} 48 points have been spent already: the next ones on the card settle them."),
    ({"given_back": 30, "taken_back": 40, "debt_settled": 12}, {"debt_before": 12, "debt_after": 3},
     "Gives back 30 points, takes back 40. {money} 3 points have been spent already: the next ones on the card settle "
     "them. Of the points given back 12 settle an earlier return."),
    ({"given_back": 25, "taken_back": 0}, {"restored": (BACK, FOR_EVER)},
     "Gives back 25 points. {money} Of the points given back 20 can be spent until 15 March."),
    ({"given_back": 25, "taken_back": 0, "lapsed": 20}, {},
     "Gives back 5 points. {money} 20 more points have lapsed and do not come back."),
    ({"given_back": 0, "taken_back": 2, "uncollected": 3}, {},
     "Takes back 2 points. {money} 3 more points have been spent already and stay with the customer."),
    ({"given_back": 0, "taken_back": 2, "uncollected": 3, "deducted_minor": 300}, {},
     "Takes back 2 points. {money} 3.00 is kept for points that have been spent."),
]  # fmt: skip
"""What the ledger answers, what else is foreseen, and the sentences."""


def test_everything_that_a_return_does_is_said(app: Flask) -> None:
    with app.test_request_context():
        for result, more, sentences in SAID:
            usual: dict[str, Any] = {"debt_before": 0, "debt_after": 0, "spendable_after": 0, "restored": ()}
            found = Foreseen(result={"refund_minor": 103_456, **result}, **(usual | more))
            assert foretold(found) == sentences.format(money="1,034.56 is paid back in money.")
            is_paid = found.result["refund_minor"]
            assert button_text(found) == ("Pay back 1,034.56" if is_paid else "Take the goods back")
