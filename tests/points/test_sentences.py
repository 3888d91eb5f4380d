"""Every rule is said in a plain sentence, and whoever reads the sentences knows the rules."""

import re
from dataclasses import fields
from datetime import date
from typing import Any

import pytest

from posapp.core.money import Currency
from posapp.points.campaign import Campaign
from posapp.points.programme import Programme
from posapp.points.sentences import Sentence, passage, passages
from posapp.points.topics import TITLES, Topic
from tests.points.speaking import speech

LANGUAGES = ("en", "ru")
MARCH = {"id": "Spring", "from": "2026-03-01", "to": "2026-03-31"}
BUSY = Programme.from_config(
    {
        "tz": "Europe/Moscow", "cutover_hour": 4, "category_rate_bp": {"coffee": 1000, "tobacco": 100},
        "tiers": [[0, 100], [500_000, 150]], "campaigns": [MARCH | {"mult_pct": 200}], "earn_min_amount": 10_000,
        "earn_cap_points": 500, "pending_days": 3, "min_payable_minor": 5_000, "redeem_step": 10,
        "otp_threshold_points": 100, "limit_earn_ops": 5, "limit_redeem_ops": 3, "limit_redeem_points": 1_000,
        "referral_points": 50, "return_window_days": 14,
    }
)  # fmt: skip
"""A programme in which every rule plays a part."""

OTHERWISE: dict[str, Any] = {
    "tz": "Asia/Omsk", "cutover_hour": 5, "exponent": 0, "point_value_minor": 50, "earn_rate_bp": 700,
    "category_rate_bp": {"coffee": 900, "tobacco": 100}, "no_earn": ["giftcard"], "no_redeem": ["giftcard"],
    "tiers": [[0, 100], [500_000, 200]], "tier_window_days": 30, "campaigns": [MARCH | {"mult_pct": 300}],
    "campaign_combine": "sum", "earn_rounding": "half_up", "earn_min_amount": 20_000, "earn_cap_points": None,
    "earn_on_points_part": True, "pending_days": 0, "valid_days": 30, "expiry_mode": "eom",
    "redeem_max_share_bp": 3_000, "min_payable_minor": 0, "redeem_min_points": 100, "redeem_step": 1,
    "otp_threshold_points": 0, "limit_earn_ops": None, "limit_redeem_ops": 1, "limit_redeem_points": None,
    "hold_ttl_min": 30, "welcome_points": 0, "welcome_valid_days": 60, "birthday_points": 100,
    "birthday_valid_days": 7, "referral_points": 70, "referral_valid_days": 14, "negative_policy": "forgive",
    "restore_grace_days": 0, "return_window_days": None, "adjust_solo_limit": 0,
}  # fmt: skip
"""For each rule a value other than that of the busy programme."""


def said(programme: Programme, language: str) -> list[Sentence]:
    return [sentence for passage in passages(programme, speech(language)) for sentence in passage.sentences]


def under(topic: Topic, language: str, **config: Any) -> list[str]:
    found = passage(topic, Programme.from_config(config), speech(language))
    return [sentence.text.replace("\u00a0", " ") for sentence in found.sentences]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("programme", [Programme(), BUSY], ids=["default", "busy"])
def test_every_rule_has_a_sentence(programme: Programme, language: str) -> None:
    found = said(programme, language)
    named = {rule for sentence in found for rule in sentence.rules}
    assert named == {rule.name for rule in fields(Programme)}
    assert all(re.fullmatch(r"\S.+\.", sentence.text) and "%(" not in sentence.text for sentence in found)
    assert len({sentence.key for sentence in found}) == len(found)


def test_every_heading_has_a_title() -> None:
    assert set(TITLES) == set(Topic) == {passage.topic for passage in passages(Programme(), speech("en"))}


@pytest.mark.parametrize("rule", [rule.name for rule in fields(Programme)])
def test_another_rule_is_another_sentence_and_leaves_all_others_as_they_are(rule: str) -> None:
    other = Programme.from_config(BUSY.to_config() | {rule: OTHERWISE[rule]})
    for language in LANGUAGES:
        before, after = ({each.key: each for each in said(one, language)} for one in (BUSY, other))
        differing = [key for key in {**before, **after} if before.get(key) != after.get(key)]
        assert differing, language
        assert all(rule in (before.get(key) or after[key]).rules for key in differing), language


def test_the_usual_rules_in_english() -> None:
    assert under(Topic.EARNING, "en") == [
        "5% of what is paid in money comes back as points, rounded down.",
        "Every receipt earns, however small.",
        "One receipt may earn any number of points.",
    ]
    assert under(Topic.KINDS, "en")[0] == "Alcohol: earned on as usual, but points cannot pay."
    assert under(Topic.TERMS, "en") == [
        "Earned points can be spent from the next receipt on.",
        "Points last 365 days, to the end of the last day.",
    ]
    assert "Points may pay up to 50% of a receipt." in under(Topic.PAYING, "en")
    assert "One point pays RUB 1." in under(Topic.PAYING, "en")


def test_the_usual_rules_in_russian() -> None:
    assert under(Topic.EARNING, "ru")[0] == "Баллами возвращается 5 % от оплаченного деньгами, с округлением вниз."
    assert under(Topic.GIFTS, "ru") == [
        "На новую карту начисляется 200 баллов на 30 дней.",
        "Раз в год, ко дню рождения, покупатель получает 500 баллов на 30 дней.",
        "За друга баллов нет.",
    ]


@pytest.mark.parametrize(
    ("count", "gift"), [(1, "1 балл на 1 день"), (2, "2 балла на 2 дня"), (5, "5 баллов на 5 дней"),
                        (11, "11 баллов на 11 дней"), (21, "21 балл на 21 день"), (1_234, "1 234 балла на 1 234 дня")],
)  # fmt: skip
def test_numbers_take_their_russian_forms(count: int, gift: str) -> None:
    assert under(Topic.GIFTS, "ru", welcome_points=count, welcome_valid_days=count)[0].endswith(f"{gift}.")


def test_russian_forms_after_prepositions() -> None:
    one, many = under(Topic.MANUAL, "ru", adjust_solo_limit=21), under(Topic.MANUAL, "ru", adjust_solo_limit=22)
    assert one[0].startswith("До 21 балла ")
    assert many[0].startswith("До 22 баллов ")
    assert under(Topic.PAYING, "ru", hold_ttl_min=1)[-1].endswith("через 1 минуту.")
    assert under(Topic.PAYING, "ru", hold_ttl_min=3)[-1].endswith("через 3 минуты.")


def test_a_campaign_in_one_sentence() -> None:
    weekend = MARCH | {
        "weekdays": [6, 7], "categories": ["coffee", "alcohol"], "min_amount": 50_000, "mult_pct": 150,
        "bonus_points": 21, "valid_days": 3,
    }  # fmt: skip
    assert under(Topic.CAMPAIGNS, "en", campaigns=[weekend])[0] == (
        "“Spring”, 1 March 2026 to 31 March 2026, only on Sat, Sun, for “coffee”, Alcohol, from RUB 500 on: "
        "150% of the usual points, 21 points on top, valid for 3 days."
    )
    assert under(Topic.CAMPAIGNS, "ru", campaigns=[weekend])[0] == (
        "«Spring», с 1 марта 2026 по 31 марта 2026, только сб, вс, на товары: «coffee», Алкоголь, от 500 ₽: "
        "150 % от обычных баллов, ещё 21 балл сверху, они действуют 3 дня."
    )
    every_day = Campaign("Day", date(2026, 3, 8), date(2026, 3, 8), weekdays=(1, 2, 3, 4, 5, 6, 7))
    assert under(Topic.CAMPAIGNS, "en", campaigns=[every_day])[0] == "“Day”, 8 March 2026: nothing on top."


def test_money_is_that_of_the_shop() -> None:
    dinars, yen = speech("en", Currency("KWD", 3)), speech("ru", Currency("JPY", 0))
    assert (dinars.money(1_500), dinars.money(2_000)) == ("KWD\u00a01.500", "KWD\u00a02")
    assert yen.money(1_500) == "1\u00a0500\u00a0¥"
    assert (yen.percent(25), yen.percent(700)) == ("0,25\u00a0%", "7\u00a0%")
