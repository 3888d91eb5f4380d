"""What changes is said of exactly the rules that differ, and what it means is counted by the ledger itself."""

from datetime import date
from typing import Any

from posapp.points.comparing import Meaning, changes, examples
from posapp.points.programme import Programme
from posapp.points.topics import Topic
from tests.points.speaking import speech

FIRST = date(2026, 3, 2)
EN = speech("en")


def rules(**config: Any) -> Programme:
    return Programme.from_config(config).at_store("Europe/Moscow", 0)


def meanings(before: Programme, after: Programme) -> dict[str, tuple[Meaning, Meaning]]:
    found = examples(before, after, FIRST, EN)
    return {each.receipt.replace("\u00a0", " "): (each.before, each.after) for each in found}


def test_only_what_differs_is_said_before_and_after() -> None:
    found = changes(Programme(), rules(earn_rate_bp=700, redeem_max_share_bp=3000), EN)
    assert [(change.topic, change.before, change.after) for change in found if change.topic is not Topic.DAY] == [
        (
            Topic.EARNING,
            "5% of what is paid in money comes back as points, rounded down.",
            "7% of what is paid in money comes back as points, rounded down.",
        ),
        (Topic.PAYING, "Points may pay up to 50% of a receipt.", "Points may pay up to 30% of a receipt."),
    ]
    assert changes(Programme(), Programme(), EN) == []


def test_the_order_of_kinds_is_no_difference() -> None:
    assert changes(rules(no_earn=["tobacco", "giftcard"]), rules(no_earn=["giftcard", "tobacco"]), EN) == []


def test_a_campaign_comes_and_another_goes() -> None:
    spring, autumn = (
        {"id": name, "from": "2026-03-01", "to": "2026-11-30", "mult_pct": 200} for name in ("Spring", "Autumn")
    )
    found = changes(rules(campaigns=[spring]), rules(campaigns=[autumn]), EN)
    assert [(change.before or "")[:8] + "/" + (change.after or "")[:8] for change in found] == [
        "“Spring”/",
        "/“Autumn”",
    ]


def test_receipts_say_what_it_means() -> None:
    found = meanings(rules(), rules(earn_rate_bp=700, redeem_max_share_bp=3000))
    assert found["RUB 1,000"] == (Meaning(50, 500), Meaning(70, 300))


def test_receipts_are_chosen_by_what_differs() -> None:
    coffee = {"id": "Coffee", "from": "2026-04-01", "to": "2026-04-30", "categories": ["coffee"], "mult_pct": 200}
    large = {"id": "Large", "from": "2026-01-01", "to": "2026-12-31", "min_amount": 300_000, "bonus_points": 40}
    over = {"id": "Over", "from": "2026-01-01", "to": "2026-02-01", "mult_pct": 200}
    after = rules(tiers=[[0, 100], [500_000, 200]], no_redeem=["giftcard", "tobacco"], campaigns=[coffee, large, over])
    found = meanings(rules(), after)
    assert found["RUB 1,000"] == (Meaning(50, 500), Meaning(50, 500))
    assert found["RUB 1,000, Alcohol"] == (Meaning(50, 0), Meaning(50, 500))
    assert found["RUB 1,000, after RUB 5,000 paid before"] == (Meaning(50, 500), Meaning(100, 500))
    assert found["RUB 1,000, “Coffee”, 1 April 2026"] == (Meaning(50, 500), Meaning(100, 500))
    assert found["RUB 3,000, “Large”, 2 March 2026"] == (Meaning(150, 1500), Meaning(190, 1500))
    assert not any("Over" in receipt for receipt in found)
