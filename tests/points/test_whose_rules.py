"""The rules belong to the whole shop: who answers for every store changes them, others read and try."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from posapp.audit.models import AuditRow
from posapp.core.db import db
from tests.points.office import RULES, edit, irina, max_, published, text_of
from tests.support.fake_clock import FakeClock
from tests.till.scene import Counter, open_counter

pytestmark = pytest.mark.sqlite_only


def refusals(app: Flask) -> int:
    with app.app_context():
        return len(db.session.execute(select(AuditRow.seq).where(AuditRow.reason == "not_all_stores")).all())


def test_a_manager_of_one_store_reads_and_tries_and_is_told_who_may_change(app: Flask) -> None:
    irina(app)
    max_s = max_(app)
    max_s.go(RULES)
    assert "You can read and try them; who manages all stores can change them." in text_of(max_s)
    assert "5% of what is paid in money" in text_of(max_s)
    assert f"{RULES}/edit" not in max_s.text
    assert max_s.go(f"{RULES}/try").status_code == 200


def test_a_manager_of_one_store_changes_nothing_and_it_is_in_the_audit(app: Flask) -> None:
    chief = irina(app)
    edit(chief, "earning", earn_rate_bp="9")
    chief.go(f"{RULES}/changes")
    wanted = chief.form(f"{RULES}/publish").fields
    max_s = max_(app)
    max_s.go(RULES)
    token = {"csrf_token": max_s.token}
    for path in ("edit", "edit/start", "edit/earning", "edit/campaigns/0", "changes"):
        assert max_s.go(f"{RULES}/{path}").status_code == 403, path
    for path in ("edit", "edit/start", "edit/earning", "edit/campaigns/0", "edit/campaigns/1/remove", "discard",
                 "publish"):  # fmt: skip
        answer = max_s.post(f"{RULES}/{path}", wanted | token | {"earn_rate_bp": "99"})
        assert answer.status_code == 403, path
        assert "Ask somebody who manages all of them" in answer.text
    assert (refusals(app), len(published(app))) == (12, 1)


def test_one_does_not_see_what_another_works_on(app: Flask) -> None:
    edit(irina(app), "earning", earn_rate_bp="9")
    max_s = max_(app)
    max_s.go(f"{RULES}/try")
    assert "What you are working on" not in text_of(max_s)
    assert max_s.go(f"{RULES}/try?rules=draft&day=2026-03-03&balance=0&line_1-amount=1&days=0").status_code == 422


@pytest.fixture
def counter(app: Flask, clock: FakeClock) -> Iterator[Counter]:
    opened = open_counter(app, clock)
    yield opened
    opened.worker.close()


def test_no_cashier_reads_the_rules_and_nobody_without_signing_in(app: Flask, counter: Counter) -> None:
    anna = counter.tablet("anna")
    for path in ("", "/edit", "/changes", "/try", "/edit/earning"):
        assert anna.client.get(RULES + path).status_code == 403, path
        assert app.test_client().get(RULES + path).location == "/sign-in", path
