"""A manager changes the rules: heading by heading, sees what changes, and switches it on."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from posapp.audit.models import AuditRow
from posapp.core.db import db
from posapp.points.models import ProgrammeDraft
from posapp.stores.cookie import SESSION
from tests.points.office import RULES, counting_on, edit, irina, published, text_of
from tests.support.fake_clock import FakeClock
from tests.support.visiting import Visitor

pytestmark = pytest.mark.sqlite_only

PUBLISHED = "setup:programme:published"
TODAY, TOMORROW = date(2026, 3, 2), date(2026, 3, 3)


@pytest.fixture
def desk(app: Flask) -> Visitor:
    visitor = irina(app)
    visitor.go(RULES)
    return visitor


def publish(desk: Visitor) -> None:
    desk.go(f"{RULES}/changes")
    desk.send(f"{RULES}/publish")


def test_from_a_rate_to_a_version_that_counts_tomorrow(app: Flask, clock: FakeClock, desk: Visitor) -> None:
    assert "5% of what is paid in money comes back as points, rounded down." in text_of(desk)
    desk.send(f"{RULES}/edit", version="1")
    edit(desk, "earning", earn_rate_bp="7,5", earn_cap_points="1 000")
    edit(desk, "paying", redeem_max_share_bp="30")
    assert (desk.path, "One receipt earns at most 1,000 points." in text_of(desk)) == (f"{RULES}/edit", True)
    desk.go(f"{RULES}/changes")
    for sentence in (
        "5% of what is paid in money comes back as points, rounded down.",
        "7.5% of what is paid in money comes back as points, rounded down.",
        '75</strong> <span class="quiet">(before: 50)',
        '300</strong> <span class="quiet">(before: 500)',
        "keep the terms under which they were given",
        "from 3 March 2026, in every store.",
    ):
        assert sentence in text_of(desk), sentence
    assert "Every receipt earns" not in text_of(desk)
    desk.send(f"{RULES}/publish")
    assert "These rules count from 3 March 2026 on, in every store." in text_of(desk)
    assert "To come" in text_of(desk)
    assert "Made by Ирина Павлова" in text_of(desk)
    assert (counting_on(app, TODAY).earn_rate_bp, counting_on(app, TOMORROW).earn_rate_bp) == (500, 750)
    clock.advance(days=1)
    later = irina(app)
    later.go(RULES)
    assert "Version 2" in text_of(later).partition("Counts now")[0]
    with app.app_context():
        assert db.session.execute(select(ProgrammeDraft)).first() is None
        rows = db.session.execute(select(AuditRow.staff_id, AuditRow.details).where(AuditRow.tag == PUBLISHED)).all()
        assert [row.details for row in rows if row.staff_id] == [{"version": 2, "starts_on": "2026-03-03"}]


def test_the_same_button_twice_is_one_version(app: Flask, desk: Visitor) -> None:
    edit(desk, "earning", earn_rate_bp="7")
    desk.go(f"{RULES}/changes")
    form = desk.form(f"{RULES}/publish")
    first = desk.post(form.action, form.fields)
    again = desk.post(form.action, form.fields)
    assert (first.status_code, first.location) == (again.status_code, again.location) == (303, f"{RULES}?version=2")
    assert len(published(app)) == 2


def test_what_was_not_looked_at_is_not_switched_on(app: Flask, desk: Visitor) -> None:
    edit(desk, "earning", earn_rate_bp="7")
    desk.go(f"{RULES}/changes")
    seen = desk.form(f"{RULES}/publish")
    edit(desk, "earning", earn_rate_bp="9")
    late = desk.post(seen.action, seen.fields)
    assert late.status_code == 409
    assert "Look once more at what changes." in late.text
    assert "9% of what is paid" in late.text
    assert len(published(app)) == 1


def test_another_window_cannot_publish_what_was_published(app: Flask, desk: Visitor) -> None:
    edit(desk, "earning", earn_rate_bp="7")
    desk.go(f"{RULES}/changes")
    form = desk.form(f"{RULES}/publish")
    publish(desk)
    other = desk.post(form.action, form.fields | {"key": "00000000-0000-4000-8000-000000000001"})
    assert other.status_code == 409
    assert len(published(app)) == 2


def test_rules_begin_tomorrow_at_the_earliest_where_it_is_latest(app: Flask, clock: FakeClock) -> None:
    """At 22:30 in Moscow it is already tomorrow in Yekaterinburg."""
    clock.set(clock.now().replace(hour=19, minute=30))
    desk = irina(app)
    edit(desk, "earning", earn_rate_bp="7")
    edit(desk, "start", starts_on="2026-03-03")
    assert "The first day is 4 March 2026 at the earliest: receipts of today must not change." in text_of(desk)
    assert desk.form(f"{RULES}/edit/start").fields["starts_on"] == "2026-03-03"
    edit(desk, "start", starts_on="2062-03-04")
    assert "This is years ahead." in text_of(desk)
    edit(desk, "start", starts_on="2026-03-04", name="Spring rules")
    publish(desk)
    assert [(each.name, each.starts_on) for each in published(app)][1:] == [("Spring rules", date(2026, 3, 4))]


def test_a_first_day_that_has_come_meanwhile_is_refused(app: Flask, clock: FakeClock, desk: Visitor) -> None:
    edit(desk, "earning", earn_rate_bp="7")
    edit(desk, "start", starts_on="2026-03-03")
    desk.go(f"{RULES}/changes")
    form = desk.form(f"{RULES}/publish")
    clock.advance(days=1)
    later = irina(app)
    later.go(f"{RULES}/edit/start")
    late = later.post(form.action, form.fields | {"csrf_token": later.token})
    assert late.status_code == 422
    assert "The first day of these rules is over or has begun." in late.text
    assert "/publish" not in late.text
    assert len(published(app)) == 1


def test_nothing_is_no_new_version(app: Flask, desk: Visitor) -> None:
    edit(desk, "earning", earn_rate_bp="5")
    edit(desk, "kinds")
    desk.go(f"{RULES}/changes")
    assert "Nothing changes" in text_of(desk)
    assert f"{RULES}/publish" not in desk.text


def test_a_version_to_come_is_withdrawn_by_another_for_its_day(app: Flask, desk: Visitor) -> None:
    edit(desk, "earning", earn_rate_bp="9")
    edit(desk, "start", starts_on="2026-03-10", name="Too generous")
    publish(desk)
    desk.go(f"{RULES}?version=2")
    assert "What has been switched on is never taken back." in text_of(desk)
    desk.send(f"{RULES}/edit", version="1", starts_on="2026-03-10")
    assert desk.path == f"{RULES}/changes"
    assert "Version 2 was to begin on that day. These rules take its place." in text_of(desk)
    desk.send(f"{RULES}/publish")
    assert "Replaced before it began" in text_of(desk)
    assert counting_on(app, date(2026, 3, 10)).earn_rate_bp == 500


def test_a_version_to_come_later_takes_over_and_that_is_said(app: Flask, desk: Visitor) -> None:
    edit(desk, "earning", earn_rate_bp="9")
    edit(desk, "start", starts_on="2026-03-10", name="Later")
    publish(desk)
    edit(desk, "earning", earn_rate_bp="6")
    desk.go(f"{RULES}/changes")
    assert "On 10 March 2026 version 2 “Later” takes over from these rules." in text_of(desk)
    desk.send(f"{RULES}/publish")
    assert [counting_on(app, TOMORROW + timedelta(days=days)).earn_rate_bp for days in (0, 6, 7)] == [600, 600, 900]


def test_what_was_begun_is_there_after_signing_out_and_gone_when_it_is_dropped(app: Flask, desk: Visitor) -> None:
    edit(desk, "earning", earn_rate_bp="7")
    later = irina(app, "ru")
    later.go(RULES)
    assert "Вы готовите другие правила" in text_of(later)
    later.go(f"{RULES}/edit")
    assert "Баллами возвращается 7 % от оплаченного деньгами" in text_of(later)
    later.go(RULES)
    later.send(f"{RULES}/discard")
    assert "Вы готовите другие правила" not in text_of(later)
    later.go(f"{RULES}/edit")
    assert "Баллами возвращается 5 % от оплаченного деньгами" in text_of(later)


def test_a_form_sent_after_the_session_ended_waits_behind_the_door(app: Flask, clock: FakeClock, desk: Visitor) -> None:
    desk.go(f"{RULES}/edit/earning")
    form = desk.form(f"{RULES}/edit/earning")
    desk.client.delete_cookie(SESSION)
    assert desk.post(form.action, form.fields | {"earn_rate_bp": "8.25"}).location == "/sign-in"
    again = irina(app, client=desk.client)
    assert again.path == f"{RULES}/edit/earning"
    assert again.form(f"{RULES}/edit/earning").fields["earn_rate_bp"] == "8.25"
