"""Why people did what they did lies with what they did."""

import pytest

from posapp.core.db import db, transaction
from posapp.points import queries, service
from posapp.points.reasons import reasons
from tests.points.counter import Counter


@pytest.mark.sqlite_only
def test_reasons_lie_with_their_postings(counter: Counter) -> None:
    anna, at = counter.card(30), counter.clock.now()
    counter.sale(anna, "R1")
    counter.back(anna, "R1")
    with transaction():
        service.freeze(anna, reason="Lost on the bus", key="freeze", actor=counter.actor, at=at)
        service.unfreeze(anna, key="unfreeze", actor=counter.actor, at=at)
    db.session.rollback()
    history = queries.history(anna)
    found = reasons(anna, [posting.posting_id for posting in history])
    assert {posting.kind: found.get(posting.posting_id) for posting in history} == {
        **dict.fromkeys(("open", "sale", "unfreeze")),
        "adjust": "goodwill",
        "return": "mistake",
        "freeze": "Lost on the bus",
    }
