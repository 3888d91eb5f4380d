"""What the card page says of a receipt before anything is done: how many points and why, what is left to pay."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from posapp.points.models import PostingRow
from tests.till.scene import Counter, Tablet

pytestmark = [pytest.mark.sqlite_only, pytest.mark.settings(shift_lock_idle_seconds=900)]

ALL = "these are all the points on the card"
QUOTES: list[tuple[dict[str, Any], dict[str, str], str, str]] = [
    ({}, {"amount": "100"}, "Up to 50 of 200 points: points may pay half of the receipt.",
     "Redeeming 50: 50.00 to pay in money, 2 points credited."),
    ({}, {"amount": "1000"}, f"Up to 200 of 200 points: {ALL}.",
     "Redeeming 200: 800.00 to pay in money, 40 points credited."),
    ({}, {"amount": "1000", "points": "20"}, f"Up to 200 of 200 points: {ALL}.",
     "Redeeming 20: 980.00 to pay in money, 49 points credited."),
    ({}, {"amount": "1000", "points": "201"}, f"Up to 200 of 200 points: {ALL}.", ""),
    ({"redeem_max_share_bp": 3_333}, {"amount": "100"},
     "Up to 33 of 200 points: points may pay 33.33 % of the receipt.",
     "Redeeming 33: 67.00 to pay in money, 3 points credited."),
    ({"redeem_max_share_bp": 10_000}, {"amount": "100"}, "Up to 100 of 200 points: points may pay the whole receipt.",
     "Redeeming 100: 0.00 to pay in money, 0 points credited."),
    ({}, {"amount": "100", "lines-0-amount": "60", "lines-0-category": "alcohol"},
     "Up to 20 of 200 points: points may pay 50 % of the goods that they can pay for.",
     "Redeeming 20: 80.00 to pay in money, 4 points credited."),
    ({"redeem_min_points": 300}, {"amount": "1000"},
     "No points can be redeemed: at least 300 points are spent at once.", ""),
    ({}, {"amount": "100", "lines-0-amount": "100", "lines-0-category": "tobacco"},
     "No points can be redeemed: nothing on the receipt can be paid with points.",
     "Nothing on the receipt earns points."),
    ({}, {"amount": "19.99"}, "Up to 9 of 200 points: points may pay half of the receipt.",
     "Redeeming 9: 10.99 to pay in money, 0 points credited. The amount is too small for a whole point."),
    ({"earn_min_amount": 200_000}, {"amount": "1000"}, f"Up to 200 of 200 points: {ALL}.",
     "Redeeming 200: 800.00 to pay in money, 0 points credited. Receipts earn points from a higher amount on."),
    ({"limit_earn_ops": 0}, {"amount": "1000"}, f"Up to 200 of 200 points: {ALL}.",
     "Redeeming 200: 800.00 to pay in money, 0 points credited. The card has earned points as often as it may today."),
]  # fmt: skip
"""Rules, what is typed on a card with 200 points, and the two sentences."""


@pytest.fixture
def tablet(counter: Counter) -> Tablet:
    tablet = counter.tablet().in_english()
    tablet.enrol()
    return tablet


def quoted(tablet: Tablet, typed: dict[str, str]) -> dict[str, Any]:
    """The answer to the page's script."""
    headers = {"X-CSRFToken": tablet.token, "Accept": "application/json"}
    answer = tablet.client.post(f"/till/card/{tablet.member_id}/quote", data=typed, headers=headers)
    return dict(answer.get_json())


def test_a_quote_says_how_many_points_and_why_and_what_is_left(counter: Counter, tablet: Tablet) -> None:
    tablet.go(f"/till/card/{tablet.member_id}")
    for rules, typed, why, rest in QUOTES:
        counter.rules(**rules)
        texts = quoted(tablet, typed)["texts"]
        assert (texts["why"], texts["rest"]) == (why, rest)
    counter.rules()
    as_said_without_scripts(tablet)
    as_said_of_a_frozen_card(counter, tablet)


def as_said_without_scripts(tablet: Tablet) -> None:
    """The same sentences on the page, before a receipt's number is typed."""
    card = f"/till/card/{tablet.member_id}"
    tablet.go(card)
    assert tablet.send(f"{card}/credit", to=f"{card}/quote", amount="100").status_code == 200
    assert all(text in tablet.text for text in QUOTES[0][2:])


def as_said_of_a_frozen_card(counter: Counter, tablet: Tablet) -> None:
    """Before anything is typed, and as the reason why not."""
    counter.freeze(UUID(tablet.member_id))
    tablet.go(f"/till/card/{tablet.member_id}")
    assert ">Frozen</span>" in tablet.text
    why = "No points can be redeemed: this card is frozen: it collects points but cannot spend them."
    assert quoted(tablet, {"amount": "100"})["texts"]["why"] == why


def test_the_card_says_what_lapses_next_and_what_comes_when(counter: Counter, tablet: Tablet) -> None:
    counter.rules(pending_days=3)
    tablet.credit("R-1", "1000")
    counter.clock.advance(days=1)
    tablet = counter.tablet().in_english()
    tablet.find()
    assert "200 points lapse after 1 April · 50 more from 5 March" in tablet.text
    tablet.credit("R-2", "400")
    tablet.go(f"/till/card/{tablet.member_id}")
    assert "200 points lapse after 1 April · 70 more later, 50 of them from 5 March" in tablet.text


def test_kinds_of_goods_are_those_that_the_rules_speak_of(counter: Counter, tablet: Tablet) -> None:
    """Only what is of a kind is typed; the rest of the total is usual goods."""
    march = {"from": "2026-03-01", "to": "2026-03-31"}
    campaign = {"id": "c", **march, "categories": ["coffee"], "mult_pct": 200}
    counter.rules(category_rate_bp=[["cheese", 1_000]], no_earn=["tobacco"], no_redeem=[], campaigns=[campaign])
    card = f"/till/card/{tablet.member_id}"
    tablet.go(card)
    kinds = [value for name, value in tablet.form(f"{card}/credit").fields.items() if name.endswith("category")]
    assert kinds == ["cheese", "coffee", "tobacco"]
    assert all(f">{label}</label>" in tablet.text for label in ("cheese", "coffee", "Tobacco"))
    typed = {"receipt": "R-1", "amount": "1000", "lines-0-amount": "300", "lines-2-amount": "800"}
    assert tablet.send(f"{card}/credit", **typed).status_code == 422
    assert "These goods come to more than the whole receipt." in tablet.text
    assert 'href="#lines"' in tablet.text
    assert tablet.send(f"{card}/credit", **{"lines-2-amount": "x"}).status_code == 422
    assert '<li><a href="#lines-2-amount">This is not an amount.' in tablet.text
    assert tablet.send(f"{card}/credit", **{"lines-2-amount": "100"}).status_code == 200
    assert "60 points credited" in tablet.text
    (sale,) = counter.rows(PostingRow, PostingRow.kind == "sale")
    assert sale.request["lines"] == [["1", 30000, "cheese"], ["2", 10000, "tobacco"], ["3", 60000, None]]
    counter.rules()
    more_lines_than_the_page_offers_are_taken_too(tablet)


def more_lines_than_the_page_offers_are_taken_too(tablet: Tablet) -> None:
    typed = {"amount": "1000"}
    for no in range(30):
        typed |= {f"lines-{no}-amount": "10", f"lines-{no}-category": "tobacco"}
    assert quoted(tablet, typed)["texts"]["credit"] == "Credit 35 points"
    over = quoted(tablet, typed | {"lines-29-amount": "711"})
    assert over["texts"]["kinds"] == "These goods come to more than the whole receipt. Mend one of the amounts."
    refused = tablet.client.post(
        f"/till/card/{tablet.member_id}/credit", headers={"X-CSRFToken": tablet.token},
        json=typed | {"receipt": "R-2", "lines-29-amount": "x", "key": str(uuid4())},
    )  # fmt: skip
    assert refused.get_json()["error"]["sentence"].startswith("This is not an amount.")
    broken = quoted(tablet, typed | {"lines-29-amount": "1,2,3"})
    assert broken["texts"]["kinds"] == "Tobacco: This is not an amount. Type it in digits, for example 1234.56."
