"""One right code pressed by many hands at once, all the way to the ledger: it does its work once."""

from collections import Counter as Count
from functools import partial
from uuid import UUID

import pytest
from flask import Flask

from posapp.audit import AuditTag
from posapp.audit.models import AuditRow
from posapp.core import db as core_db
from posapp.points.models import AccountRow, EntryRow, PostingRow
from posapp.verification.challenge import Challenge
from tests.till.scene import Counter, Hands, Tablet
from tests.verification.hands import all_at_once

pytestmark = [pytest.mark.torture, pytest.mark.settings(shift_lock_idle_seconds=900, database_pool=40)]


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    """More hands than one SQLite file serves in its usual time: here they wait, and are not told to come again."""
    monkeypatch.setattr(core_db, "SQLITE_BUSY_MILLISECONDS", 120_000)
    with app.app_context():
        core_db.db.engine.dispose()


def test_a10_one_right_code_fifty_times_at_once_moves_the_points_once(
    counter: Counter, tablet: Tablet, app: Flask
) -> None:
    tablet.enrol()
    before = counter.rows(AccountRow)[0].balance
    tablet.ask_redeem_code("R-1", "1000", "100")
    challenge, code = tablet.challenge, counter.newest_code()
    hands = Hands.of(tablet)
    with app.app_context():
        answers = Count(all_at_once(app, [partial(hands.press, app, challenge, code) for _ in range(50)]))

    assert answers == {200: 1, 409: 49}
    (sale,) = counter.rows(PostingRow, PostingRow.kind == "sale")
    assert (sale.result["redeemed"], sale.refusal, sale.challenge_id) == (100, None, UUID(challenge))
    (account,) = counter.rows(AccountRow)
    assert account.balance == before - 100 + sale.result["earned"]
    assert account.balance == sum(entry.amount for entry in counter.rows(EntryRow))
    (row,) = counter.rows(Challenge, Challenge.id == UUID(challenge))
    assert (row.state, row.posting_id) == ("consumed", sale.posting_id)
    assert counter.count(AuditRow, AuditRow.tag == AuditTag.POINTS_REDEEMED.value) == 1
