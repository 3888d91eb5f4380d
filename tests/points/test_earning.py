"""What a receipt earns."""

from typing import Any

import pytest

from tests.points.play import given, line, opened, play, sale

MARCH = {"from": "2026-03-01", "to": "2026-03-31"}


def earned(config: dict[str, Any], lines: int | list[dict[str, Any]], **extra: Any) -> int:
    return int(play(config, opened(), sale("R1", lines, **extra)).last["earned"])


def test_each_category_has_its_rate_and_the_sum_is_rounded_once() -> None:
    rates = {"category_rate_bp": {"dairy": 1000}}
    # 9.50 × 10 % and 10.90 × 5 % are 0.95 and 0.545 points: one and nothing apart, one and a half together.
    assert earned(rates, [line("1", 950, "dairy"), line("2", 1090)]) == 1
    assert earned(rates | {"earn_rounding": "half_up"}, [line("1", 950, "dairy"), line("2", 1100)]) == 2


def test_half_a_point_is_rounded_up_only_where_the_programme_says_so() -> None:
    assert earned({"earn_rounding": "half_up"}, 1000) == 1
    assert earned({"earn_rounding": "half_up"}, 999) == 0


def test_a_campaign_of_gifts_counts_from_its_amount_on() -> None:
    gift = {"campaigns": [{"id": "f", **MARCH, "min_amount": 100_000, "bonus_points": 100, "valid_days": 30}]}
    assert earned(gift, 99_999) == 49
    played = play(gift, opened(), sale("R1", 100_000))
    assert played.last["earned"] == 150
    assert played.lots() == [("earn", 50), ("bonus", 100)]
    assert [lot["expires_at"] for lot in played.account()["lots"]] == ["2027-03-02T21:00:00Z", "2026-04-01T21:00:00Z"]
    assert played.books["contra"] == {"BONUS": -100, "EARN": -50}


def test_goods_that_earn_nothing_do_not_reach_a_campaign() -> None:
    gift = {"campaigns": [{"id": "f", **MARCH, "min_amount": 100_000, "bonus_points": 100}]}
    assert earned(gift, [line("1", 60_000), line("2", 40_000, "tobacco")]) == 30


def test_a_campaign_runs_on_its_weekdays_only() -> None:
    mondays = {"campaigns": [{"id": "m", **MARCH, "weekdays": [1], "mult_pct": 300}]}
    assert earned(mondays, 10_000) == 15
    assert earned(mondays, 10_000, day=1) == 5


def test_tier_and_campaign_multiply() -> None:
    assert earned({"campaigns": [{"id": "a", **MARCH, "mult_pct": 200}]}, 10_000, tier=150) == 15


def test_the_cap_is_filled_by_the_rates_first_and_by_gifts_after() -> None:
    rules = {
        "earn_cap_points": 60,
        "campaigns": [{"id": "f", **MARCH, "bonus_points": 30}, {"id": "g", **MARCH, "bonus_points": 30}],
    }
    assert play(rules, opened(), sale("R1", 100_000)).lots() == [("earn", 50), ("bonus", 10)]


def test_a_receipt_paid_with_points_alone_earns_nothing_not_even_gifts() -> None:
    rules = {"redeem_max_share_bp": 10_000, "campaigns": [{"id": "f", **MARCH, "bonus_points": 30}]}
    played = play(rules, opened(), given(100), sale("R1", 10_000, redeem=100))
    assert played.last == {"redeemed": 100, "earned": 0, "to_pay_minor": 0}


@pytest.mark.parametrize(
    ("value", "total", "points"),
    [(1, 2_000, 100), (1000, 100_000, 5), (250, 10_000, 2)],
    ids=["yen", "dinar", "two and a half"],
)
def test_the_value_of_a_point_is_in_minor_units_of_any_currency(value: int, total: int, points: int) -> None:
    assert earned({"point_value_minor": value}, total) == points


def test_the_tier_counts_what_was_paid_in_money_and_kept() -> None:
    rules = {"tiers": [[0, 100], [100_000, 200]], "tier_window_days": 30}
    bought, second = sale("R1", 100_000), sale("R2", 10_000, day=2)
    assert play(rules, opened(), bought, second).last["earned"] == 10
    returned = {"type": "return", "receipt": "R1", "at": "2026-03-03T09:00:00Z", "lines": [line("1", 1)]}
    assert play(rules, opened(), bought, returned, second).last["earned"] == 5


def test_a_note_says_why_a_receipt_earns_nothing_and_only_then() -> None:
    rules = {"limit_earn_ops": 1}
    played = play(rules, opened(), sale("R1", 10_000), sale("R2", 10_000), sale("R3", 0))
    assert played.results[2]["earn_note"] == "limit_earn_ops"
    assert "earn_note" not in played.results[3]
