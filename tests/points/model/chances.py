"""What may happen to cards, and under which rules; the likely more often than the odd."""

from typing import Any

from hypothesis import strategies as st

CARDS = ("A", "B", "C")
cards = st.sampled_from(CARDS)
parts = st.integers(1, 4)
"""Quarters."""


def mostly(usual: object, *others: object) -> st.SearchStrategy[Any]:
    return st.sampled_from([usual] * 2 + list(others))


lines = st.lists(
    st.builds(
        lambda amount, category: {"amount": amount} | ({"cat": category} if category else {}),
        st.one_of(st.integers(5_000, 60_000), st.sampled_from([0, 100, 10_000])),
        st.sampled_from([None, "dairy", "dairy", "tobacco", "alcohol"]),
    ),
    min_size=1,
    max_size=3,
).map(lambda rows: [{"id": str(number), **row} for number, row in enumerate(rows, 1)])
asked = st.sampled_from(["max", "max", 0, 0, 10, 30, 60, 61])
CAMPAIGNS = [
    {"id": "milk", "from": "2026-01-01", "to": "2199-12-31", "categories": ["dairy"], "mult_pct": 300},
    {"id": "days", "from": "2026-01-01", "to": "2199-12-31", "weekdays": [1, 6, 7], "mult_pct": 150},
    {"id": "gift", "from": "2026-01-01", "to": "2199-12-31", "min_amount": 9_000, "bonus_points": 11, "valid_days": 2},
]
RULES = st.fixed_dictionaries(
    {
        "point_value_minor": mostly(100, 7, 1000),
        "earn_rate_bp": mostly(777, 0, 9_000),
        "pending_days": mostly(0, 2),
        "valid_days": st.integers(1, 6),
        "negative_policy": mostly("debt", "forgive", "refund"),
        "redeem_max_share_bp": mostly(5_000, 3_333, 10_000),
    },
    optional={
        "cutover_hour": st.sampled_from([0, 4, 23]),
        "tiers": st.just([[0, 100], [30_000, 250]]),
        "tier_window_days": st.integers(1, 3),
        "campaigns": st.lists(st.sampled_from(CAMPAIGNS), unique_by=lambda each: str(each["id"])),
        "campaign_combine": st.sampled_from(["max", "sum"]),
        "earn_rounding": st.sampled_from(["floor", "half_up"]),
        "earn_min_amount": mostly(0, 5_000),
        "earn_cap_points": mostly(None, 0, 15, 90),
        "earn_on_points_part": st.booleans(),
        "expiry_mode": mostly("days", "eom", "never"),
        "min_payable_minor": mostly(0, 3_000),
        "redeem_min_points": mostly(1, 20),
        "redeem_step": mostly(1, 3, 10),
        "otp_threshold_points": st.sampled_from([0, 40]),
        "limit_earn_ops": mostly(None, 1),
        "limit_redeem_ops": mostly(None, 1, 2),
        "limit_redeem_points": mostly(None, 100),
        "hold_ttl_min": st.sampled_from([15, 5_000]),
        "restore_grace_days": st.sampled_from([0, 1]),
        "return_window_days": mostly(None, 3),
        "adjust_solo_limit": mostly(500, 200),
    },
)
