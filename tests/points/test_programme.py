"""A programme takes only rules that exist, with values that they can have."""

import json
from dataclasses import fields
from typing import Any

import pytest

from posapp.points.programme import Programme
from posapp.points.rule import BadRule

FULL = {
    "tz": "Europe/Moscow",
    "cutover_hour": 4,
    "category_rate_bp": {"dairy": 1000},
    "tiers": [[0, 100], [500_000, 150]],
    "campaigns": [
        {"id": "d2", "from": "2026-03-01", "to": "2026-03-31", "mult_pct": 200, "categories": ["dairy"]},
        {"id": "f", "from": "2026-03-01", "to": "2026-03-31", "weekdays": [6, 7], "bonus_points": 9, "valid_days": 3},
    ],
    "earn_cap_points": 100,
    "negative_policy": "refund",
}

IMPOSSIBLE: list[dict[str, Any]] = [
    {"earn_rate": 500},
    {"earn_rate_bp": 5.0},
    {"earn_rate_bp": True},
    {"earn_rate_bp": -1},
    {"point_value_minor": 0},
    {"cutover_hour": 24},
    {"tz": "Mars/Olympus"},
    {"earn_rounding": "up"},
    {"earn_on_points_part": "yes"},
    {"no_earn": "tobacco"},
    {"tiers": []},
    {"tiers": [[10, 100]]},
    {"tiers": [[0, 100], [5, 150], [5, 200]]},
    {"category_rate_bp": {"dairy": "10"}},
    {"redeem_max_share_bp": 10_001},
    {"valid_days": 0},
    {"campaigns": [{"id": "a", "from": "2026-03-02", "to": "2026-03-01"}]},
    {"campaigns": [{"id": "a", "from": "2026-03-01", "to": "2026-03-31", "mult": 200}]},
    {"campaigns": [{"id": "a", "from": "2026-03-01", "to": "2026-03-31", "weekdays": [0]}]},
    {"campaigns": [{"id": "a", "from": "2026-03-01", "to": "2026-03-31"}] * 2},
]


def test_the_defaults_are_those_of_the_house() -> None:
    rules = Programme()
    assert (rules.exponent, rules.point_value_minor, rules.earn_rate_bp) == (2, 100, 500)
    assert rules.no_earn == ("giftcard", "tobacco")
    assert rules.no_redeem == ("giftcard", "tobacco", "alcohol")
    assert (rules.redeem_max_share_bp, rules.min_payable_minor, rules.redeem_min_points) == (5000, 0, 1)
    assert (rules.pending_days, rules.valid_days, rules.expiry_mode) == (0, 365, "days")
    assert (rules.welcome_points, rules.welcome_valid_days) == (200, 30)
    assert (rules.birthday_points, rules.birthday_valid_days) == (500, 30)
    assert (rules.negative_policy, rules.restore_grace_days, rules.adjust_solo_limit) == ("debt", 14, 500)
    assert (rules.hold_ttl_min, rules.otp_threshold_points, rules.return_window_days) == (15, 0, None)


@pytest.mark.parametrize("config", [{}, FULL])
def test_a_programme_comes_back_from_json_as_it_went_in(config: dict[str, Any]) -> None:
    programme = Programme.from_config(config)
    assert Programme.from_config(json.loads(json.dumps(programme.to_config()))) == programme
    assert set(programme.to_config()) == {rule.name for rule in fields(Programme)}


@pytest.mark.parametrize("config", IMPOSSIBLE, ids=lambda config: json.dumps(config)[:60])
def test_what_cannot_be_is_refused_with_the_name_of_the_rule(config: dict[str, Any]) -> None:
    with pytest.raises(BadRule) as refused:
        Programme.from_config(config)
    assert refused.value.rule == next(iter(config))


def test_a_programme_takes_the_day_of_its_store_unless_it_names_its_own() -> None:
    placed = Programme().at_store("Asia/Omsk", 3)
    assert (placed.timezone, placed.cutover_hour) == ("Asia/Omsk", 3)
    own = Programme(tz="Europe/Moscow", cutover_hour=0).at_store("Asia/Omsk", 3)
    assert (own.timezone, own.cutover_hour) == ("Europe/Moscow", 0)


def test_a_programme_without_a_place_knows_no_day() -> None:
    with pytest.raises(ValueError):
        _ = Programme().timezone
