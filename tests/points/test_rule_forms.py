"""What is typed into the forms of the rules: in people's units, refused with one sentence at its field, never lost."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from posapp.core.db import db
from posapp.points.drafts import draft_of
from posapp.points.forms.numbers import NumberRefused, PercentRefused, parse_percent, parse_whole, plain
from posapp.points.models import ProgrammeDraft
from posapp.points.programme import Programme
from tests.points.office import RULES, edit, irina, text_of
from tests.support.visiting import Visitor

pytestmark = pytest.mark.sqlite_only

WHOLE_100 = "Type a whole number from 1 to 100."
CAMPAIGN = {"name": "Spring", "first_day": "2026-03-10", "last_day": "2026-03-20", "mult_pct": "200"}


@pytest.fixture
def desk(app: Flask) -> Visitor:
    return irina(app)


def working(app: Flask) -> Programme:
    """The rules that Irina is working on."""
    with app.app_context():
        staff_id = db.session.execute(select(ProgrammeDraft.staff_id)).scalar_one()
        draft = draft_of(staff_id)
        assert draft is not None
        return draft.programme


@pytest.mark.parametrize(
    ("text", "basis_points"), [("5", 500), ("5,5", 550), ("0.25", 25), ("7 %", 700), (" 100 ", 10_000), ("0", 0)]
)
def test_a_percentage_is_typed_as_people_do(text: str, basis_points: int) -> None:
    assert parse_percent(text, most=10_000) == basis_points


@pytest.mark.parametrize("text", ["", "-1", "5.555", "1e2", "5%%", "101", "٥", "５", "NaN", "5 5", "0x5", "5\n"])
def test_what_is_no_percentage_is_refused(text: str) -> None:
    with pytest.raises(PercentRefused):
        parse_percent(text, most=10_000)


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("1 000", 1_000), ("1\u00a0000", 1_000), ("0100", 100)])
def test_a_whole_number_may_have_spaces_between_thousands(text: str, number: int) -> None:
    assert parse_whole(text, least=1, most=1_000) == number


@pytest.mark.parametrize("text", ["0", "1001", "-5", "1.0", "1,000", "1 00", "one", "１", "1_0", "9" * 40])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(NumberRefused):
        parse_whole(text, least=1, most=1_000)


def test_numbers_are_shown_as_they_would_be_typed() -> None:
    assert [plain(value, 2, ",") for value in (500, 550, 25, 0)] == ["5", "5,5", "0,25", "0"]
    assert (plain(1500, 3, "."), plain(7, 0, ".")) == ("1.5", "7")


WRONG: list[tuple[str, str, str, str]] = [
    ("earning", "earn_rate_bp", "1001", "Type a percentage from 0 to 1,000, such as 5 or 2.5."),
    ("earning", "earn_rate_bp", "", "Fill this in."),
    ("earning", "earn_min_amount", "12.345", "This is not an amount."),
    ("earning", "earn_min_amount", "-1", "This is not an amount."),
    ("earning", "earn_cap_points", "1.5", "Type a whole number from 0 to 1,000,000,000."),
    ("earning", "earn_rounding", "up", "Choose one of these."),
    ("terms", "valid_days", "0", "Type a whole number from 1 to 36,500."),
    ("terms", "expiry_mode", "", "Choose one of these."),
    ("paying", "point_value_minor", "0", "Type an amount above zero."),
    ("paying", "redeem_max_share_bp", "100.01", "Type a percentage from 0 to 100, such as 5 or 2.5."),
    ("paying", "redeem_step", "0", "Type a whole number from 1 to 1,000,000,000."),
    ("paying", "hold_ttl_min", "10081", "Type a whole number from 1 to 10,080."),
    ("gifts", "welcome_points", "many", "Type a whole number from 0 to 1,000,000,000."),
    ("returns", "negative_policy", "none", "Choose one of these."),
    ("returns", "return_window_days", "-1", "Type a whole number from 0 to 36,500."),
    ("limits", "limit_redeem_ops", "x", "Type a whole number from 0 to 1,000,000,000."),
    ("manual", "adjust_solo_limit", "", "Fill this in."),
    ("day", "tz", "Mars/Olympus", "There is no such time zone."),
    ("day", "cutover_hour", "24", "Type a whole number from 0 to 23."),
    ("tiers", "first", "10001", "Type a whole number from 0 to 10,000."),
    ("tiers", "tier_window_days", "0", "Type a whole number from 1 to 36,500."),
    ("kinds", "rows-0-rate", "1e3", "Type a percentage from 0 to 1,000"),
    ("start", "starts_on", "03.03.2026", "This is not a day."),
    ("start", "name", "  ", "Fill this in."),
    ("start", "name", "x" * 65, "This name is too long."),
]


def test_what_is_wrong_is_said_at_its_field_and_stays_there(app: Flask, desk: Visitor) -> None:
    edit(desk, "earning", earn_rate_bp="6")
    before = working(app)
    for topic, field, typed, sentence in WRONG:
        answer = edit(desk, topic, **{field: typed})
        assert answer.status_code == 422, (topic, field)
        page = text_of(desk)
        assert "<title>Error: " in page, (topic, field)
        assert page.count(sentence) >= 2, (topic, field)  # at the field and in the summary
        if field not in ("earn_rounding", "expiry_mode", "negative_policy"):
            assert desk.form(f"{RULES}/edit/{topic}").fields[field] == typed, (topic, field)
    assert working(app) == before
    desk.client.set_cookie("lang", "ru")
    edit(desk, "paying", hold_ttl_min="0")
    assert text_of(desk).count("Введите целое число от 1 до 10 080.") == 2


def test_every_heading_is_kept_as_it_is_shown(app: Flask, desk: Visitor) -> None:
    """Opened and saved untouched, in a language that writes decimals otherwise, nothing changes."""
    desk.client.set_cookie("lang", "ru")
    edit(desk, "earning", earn_rate_bp="2,25", earn_min_amount="10,50")
    edit(desk, "kinds")
    before = working(app)
    assert (before.earn_rate_bp, before.earn_min_amount) == (225, 1_050)
    for topic in ("earning", "kinds", "tiers", "campaigns", "terms", "paying", "gifts", "returns", "limits", "manual",
                  "day"):  # fmt: skip
        assert edit(desk, topic).status_code == 200, topic
        assert desk.path == f"{RULES}/edit"
    assert working(app) == before


def test_empty_is_none_where_a_rule_may_be_none(app: Flask, desk: Visitor) -> None:
    edit(desk, "limits", limit_redeem_ops="3", limit_redeem_points="1 000")
    edit(desk, "returns", return_window_days="14")
    edit(desk, "day", tz="Asia/Omsk", cutover_hour="4")
    found = working(app)
    assert (found.limit_redeem_ops, found.limit_redeem_points, found.return_window_days) == (3, 1_000, 14)
    edit(desk, "limits", limit_redeem_ops="", limit_redeem_points=" ")
    edit(desk, "returns", return_window_days="")
    edit(desk, "day", tz="", cutover_hour="")
    found = working(app)
    assert (found.limit_redeem_ops, found.limit_redeem_points, found.return_window_days) == (None, None, None)
    assert (found.tz, found.cutover_hour) == (None, None)


def test_tiers_are_rows_that_buttons_add_and_take_out(app: Flask, desk: Visitor) -> None:
    edit(desk, "tiers", do="add")
    assert desk.path == f"{RULES}/edit/tiers"
    rows = {"rows-0-spend": "20 000", "rows-0-percent": "200"}
    desk.send(f"{RULES}/edit/tiers", **rows, do="add")
    desk.send(f"{RULES}/edit/tiers", **{"rows-1-spend": "5000,50", "rows-1-percent": "150"}, first="90")
    assert working(app).tiers == ((0, 90), (500_050, 150), (2_000_000, 200))
    wrong = edit(desk, "tiers", **{"rows-0-spend": "20000", "rows-1-percent": ""})
    assert wrong.status_code == 422
    assert text_of(desk).count("Another tier begins at this amount.") == 2
    assert text_of(desk).count("Fill this in, or take the row out.") == 2
    desk.send(f"{RULES}/edit/tiers", do="remove-1")
    assert working(app).tiers == ((0, 90), (2_000_000, 150))
    assert edit(desk, "tiers", **{"rows-0-spend": "0"}).status_code == 422


def test_kinds_of_goods_are_rows_too(app: Flask, desk: Visitor) -> None:
    desk.go(f"{RULES}/edit/kinds")
    desk.send(f"{RULES}/edit/kinds", **{"rows-0-rate": "3", "rows-1-pays": "y"}, do="add")
    found = working(app)
    assert found.category_rate_bp == (("alcohol", 300),)
    assert (found.no_earn, found.no_redeem) == (("tobacco", "giftcard"), ("alcohol", "giftcard"))
    for name, sentence in (("coffee", "Nothing is different about it."), ("a, b", "Leave the commas out."),
                           ("alcohol", "This kind stands here twice.")):  # fmt: skip
        desk.send(f"{RULES}/edit/kinds", **{"rows-3-code": name, "rows-3-earns": "y", "rows-3-pays": "y"})
        assert text_of(desk).count(sentence) == 2, name
    desk.send(f"{RULES}/edit/kinds", **{"rows-3-code": " milk  tea ", "rows-3-rate": "10", "rows-3-pays": "y"})
    assert dict(working(app).category_rate_bp) == {"alcohol": 300, "milk tea": 1_000}
    desk.go(f"{RULES}/edit/kinds")
    desk.send(f"{RULES}/edit/kinds", do="remove-3")
    assert dict(working(app).category_rate_bp) == {"alcohol": 300}


WRONG_CAMPAIGNS: list[tuple[dict[str, Any], str]] = [
    ({"name": ""}, "Fill this in."),
    ({"first_day": ""}, "Fill this in."),
    ({"last_day": "2026-03-09"}, "The last day is before the first."),
    ({"last_day": "2026-02-30"}, "This is not a day."),
    ({"last_day": "9999-12-31"}, "This day is too far ahead."),
    ({"mult_pct": "99"}, "Type a whole number from 100 to 10,000."),
    ({"mult_pct": "100"}, "So it gives nothing."),
    ({"min_amount": "10000000.01"}, "This amount is too large."),
    ({"valid_days": "0"}, "Type a whole number from 1 to 36,500."),
    ({"name": "\u200b"}, "There is a character in it that cannot be written."),
    ({"kinds-others": "x" * 65}, "One of these names is too long."),
]


def test_a_campaign_is_added_changed_and_taken_out(app: Flask, desk: Visitor) -> None:
    new, first = f"{RULES}/edit/campaigns/0", f"{RULES}/edit/campaigns/1"
    for wrong, sentence in WRONG_CAMPAIGNS:
        desk.go(new)
        assert desk.send(new, **CAMPAIGN | wrong).status_code == 422, wrong
        assert text_of(desk).count(sentence) == 2, wrong
    desk.go(new)
    desk.send(new, **CAMPAIGN, **{"weekdays-day_6": "y", "kinds-alcohol": "y", "kinds-others": "tea, coffee,tea"})
    assert desk.path == f"{RULES}/edit/campaigns"
    (spring,) = working(app).campaigns
    assert (spring.weekdays, spring.categories, spring.mult_pct) == ((6,), ("alcohol", "tea", "coffee"), 200)
    desk.go(new)
    desk.send(new, **CAMPAIGN)
    assert text_of(desk).count("There is another campaign with this name.") == 2
    desk.go(first)
    desk.send(first, name="Late spring", bonus_points="50", valid_days="7", min_amount="1 000")
    (spring,) = working(app).campaigns
    assert (spring.id, spring.bonus_points, spring.valid_days, spring.min_amount) == ("Late spring", 50, 7, 100_000)
    assert (spring.weekdays, spring.categories) == ((6,), ("alcohol", "tea", "coffee"))
    desk.go(f"{RULES}/edit/campaigns")
    form = desk.form(f"{first}/remove")
    assert [desk.post(form.action, form.fields).status_code for _ in range(2)] == [303, 303]
    assert working(app).campaigns == ()
    assert desk.go(first).status_code == 404


def test_there_are_no_other_pages(desk: Visitor) -> None:
    for path in ("edit/nothing", "edit/campaigns/5", "edit/campaigns/-1", "?version=9", "?version=x", "?version=٣"):
        assert desk.go(f"{RULES}/{path}" if path[0] != "?" else RULES + path).status_code == 404, path
