"""Rules are tried on a story: through the ledger itself, on a database that is gone afterwards."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from posapp.core.db import db, thrown_away, transaction
from posapp.core.errors import Refusal
from posapp.points.models import AccountRow, EntryRow, PostingRow, ProgrammeDraft, ProgrammeVersion
from posapp.points.programme import Programme
from posapp.points.refusals import OverShare
from posapp.points.told import lot_row, told
from posapp.points.trial import Sequel, Story, Then, play
from posapp.stores.models import Store
from tests.points.office import RULES, edit, irina, text_of
from tests.points.speaking import speech
from tests.support.visiting import Visitor

PLACED = Programme().at_store("Europe/Moscow", 4)
NOTHING_MORE = Then(what=Sequel.TIME, days=0)
STORY = Story(
    day=date(2026, 3, 2), balance=300, lines=((100_000, None), (50_000, "tobacco")), redeem="max", tier_pct=100,
    then=NOTHING_MORE,
)  # fmt: skip
EVERYTHING_BACK = Then(what=Sequel.WHOLE_RETURN, days=3)


def in_english(refusal: Refusal) -> str:
    return refusal.sentence % refusal.values


def rows_of_the_house() -> list[int]:
    tables = (AccountRow, PostingRow, EntryRow, ProgrammeVersion, ProgrammeDraft, Store)
    return [db.session.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]


def test_a_story_runs_as_at_the_till_and_leaves_nothing(app_context: Flask) -> None:
    before = rows_of_the_house()
    (sold, returned), ending = play(PLACED, replace(STORY, then=EVERYTHING_BACK))
    assert dict(sold.result) == {"redeemed": 300, "earned": 35, "to_pay_minor": 120_000}
    assert dict(returned.result) == {"given_back": 300, "taken_back": 35, "refund_minor": 120_000}
    assert (ending.day, ending.spendable, ending.pending, ending.debt) == (date(2026, 3, 5), 300, 0, 0)
    assert rows_of_the_house() == before


def test_a_story_does_not_disturb_what_is_under_way(app_context: Flask) -> None:
    with transaction() as session:
        session.execute(select(Store.id))
        play(PLACED, STORY)
        assert session.in_transaction()
        assert db.session() is session


def test_many_stories_run_beside_each_other() -> None:
    stories = [replace(STORY, balance=points) for points in range(100, 108)]
    with ThreadPoolExecutor(4) as hands:
        endings = list(hands.map(lambda story: play(PLACED, story)[0][0].result["redeemed"], stories))
    assert endings == [story.balance for story in stories]


def test_a_thrown_away_database_is_gone() -> None:
    for _ in range(2):
        with thrown_away():
            assert rows_of_the_house() == [0] * 6
            with transaction() as session:
                session.add(Store(name="A", address="B", timezone="UTC", cutover_hour=0, region="RU", id=uuid4()))


def test_points_lapse_count_later_and_are_owed() -> None:
    later = replace(PLACED, pending_days=14, negative_policy="debt")
    _, ending = play(later, STORY)
    assert (ending.spendable, ending.pending) == (0, 35)
    _, ending = play(PLACED, replace(STORY, redeem=0, then=Then(what=Sequel.TIME, days=400)))
    assert (ending.spendable, ending.lots) == (0, ())
    again = Then(what=Sequel.RECEIPT, days=1, amount_minor=100_000, redeem="max")
    (_, second), _ = play(PLACED, replace(STORY, then=again))
    assert dict(second.result) == {"redeemed": 35, "earned": 48, "to_pay_minor": 96_500}


def test_terms_are_told_with_their_first_and_last_day() -> None:
    _, ending = play(replace(PLACED, valid_days=30, pending_days=2), STORY)
    (earned,) = ending.lots
    assert lot_row(earned, speech("en")) == ["35", "Earned", "4 March 2026", "3 April 2026"]
    _, ending = play(replace(PLACED, expiry_mode="never"), STORY)
    assert lot_row(ending.lots[0], speech("ru"))[-1] == "не сгорают"


def test_a_refusal_is_told_in_its_sentence() -> None:
    (refused, back), _ = play(PLACED, replace(STORY, redeem=501, balance=900, then=EVERYTHING_BACK))
    assert isinstance(refused.refusal, OverShare)
    assert told(refused, speech("en"), in_english).refused == (
        "For this receipt at most 500 points can be spent. Choose that many or fewer."
    )
    assert told(back, speech("en"), in_english).refused == (
        "This receipt is not on the card. Check its number and the store."
    )


@pytest.mark.sqlite_only
class TestPage:
    """The manager's page."""

    STORY = (
        "rules={rules}&store={store}&day=2026-03-03&balance=500&tier=0&line_1-amount=1+000&line_1-kind=&spend-most=y"
        "&then={then}&days=3&next_line-amount={amount}&next_line-kind="
    )

    @pytest.fixture
    def desk(self, app: Flask) -> Visitor:
        return irina(app)

    def address(self, desk: Visitor, rules: str = "1", then: str = "time", amount: str = "") -> str:
        desk.go(f"{RULES}/try")
        store = desk.form(f"{RULES}/try.*").fields["store"]
        return f"{RULES}/try?" + self.STORY.format(rules=rules, store=store, then=then, amount=amount)

    def test_what_counts_and_what_is_worked_on_are_tried_on_the_same_story(self, desk: Visitor) -> None:
        edit(desk, "paying", redeem_max_share_bp="20")
        assert desk.go(self.address(desk, then="part_return", amount="400")).status_code == 200
        page = text_of(desk)
        for sentence in (
            ">500</strong>",
            "3 March 2026: a receipt of RUB 1,000",
            "6 March 2026: goods for RUB 400 come back",
            "The card on 6 March 2026",
            "On the card from the start",
        ):
            assert sentence in page, sentence
        desk.go(self.address(desk, rules="draft"))
        assert ">200</strong>" in text_of(desk)
        assert "RUB 800" in text_of(desk)

    def test_a_story_that_cannot_be_is_said_at_its_field(self, desk: Visitor) -> None:
        base = self.address(desk)
        for old, new, sentence in (
            ("balance=500", "balance=-1", "Type a whole number from 0 to 1,000,000,000."),
            ("amount=1+000", "amount=", "Type the amount of the receipt."),
            ("amount=1+000", "amount=1e3", "This is not an amount."),
            ("day=2026-03-03", "day=soon", "This is not a day."),
            ("day=2026-03-03", "day=9999-12-31", "This day is too far ahead."),
            ("then=time", "then=part_return", "Type the amount of the second receipt, or of what is returned."),
            ("days=3", "days=3651", "Type a whole number from 0 to 3,650."),
            ("rules=1", "rules=99", "Choose one of the list."),
            ("store=", "store=x", "Choose one of the list."),
        ):
            assert desk.go(base.replace(old, new)).status_code == 422, new
            assert text_of(desk).count(sentence) == 2, new
            assert "<title>Error: " in desk.text, new

    def test_the_tiers_of_the_rules_can_be_chosen(self, desk: Visitor) -> None:
        edit(desk, "tiers", do="add")
        desk.send(f"{RULES}/edit/tiers", **{"rows-0-spend": "5000", "rows-0-percent": "300"})
        base = self.address(desk, rules="draft")
        desk.go(base.replace("spend-most=y&", "").replace("tier=0", "tier=1"))
        assert ">150</strong>" in text_of(desk)
