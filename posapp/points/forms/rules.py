"""The rules under each heading, but for those in rows: their fields, with what each means."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from flask_babel import lazy_gettext as _l

from posapp.points.forms.fields import CountField, MoneyField, PercentField, ZoneField
from posapp.points.programme import BASIS_POINTS, Programme
from posapp.web.choices import ChoiceField, YesField
from posapp.web.forms import Form

NO_LIMIT = _l("Empty: no limit.")


class RulesForm(Form):
    """Some rules of a programme; each field has the name of its rule."""

    @staticmethod
    def shown(programme: Programme, blank: int) -> dict[str, Any]:
        """The form's values. Forms with rows add some blank ones."""
        return {rule.name: getattr(programme, rule.name) for rule in fields(programme)}

    def config(self) -> dict[str, Any]:
        """What was typed, as a programme takes it."""
        return {field.short_name: field.value for field in self if hasattr(field, "value")}


class EarningForm(RulesForm):
    """What a receipt earns."""

    earn_rate_bp = PercentField(
        _l("Share that comes back, in percent"),
        description=_l("5 means: of a receipt of 1000 the worth of 50 comes back as points."),
    )
    earn_on_points_part = YesField(
        _l("Also on what points have paid"),
        description=_l("Usually only what is paid in money earns."),
    )
    earn_rounding = ChoiceField(
        _l("Fractions of a point"),
        options={"floor": _l("rounded down"), "half_up": _l("to the nearest whole point")},
        description=_l("Rounded once for the whole receipt."),
    )
    earn_min_amount = MoneyField(
        _l("Least receipt that earns"), description=_l("A smaller receipt earns nothing. 0: every receipt earns.")
    )
    earn_cap_points = CountField(
        _l("Most points of one receipt"), may_be_empty=True, description=_l("Campaigns included. Empty: no limit.")
    )


class TermsForm(RulesForm):
    """When earned points can be spent."""

    pending_days = CountField(
        _l("Days before earned points can be spent"),
        description=_l("0: from the next receipt on. Useful where goods are often returned."),
    )
    expiry_mode = ChoiceField(
        _l("How points lapse"),
        options={
            "days": _l("after a number of days"),
            "eom": _l("at the end of the month after that number of days"),
            "never": _l("never"),
        },
    )
    valid_days = CountField(
        _l("Days that points last"), description=_l("Counted from the day on which they can be spent first.")
    )


class PayingForm(RulesForm):
    """How points pay."""

    point_value_minor = MoneyField(_l("What one point pays"), least=1, description=_l("Also used for earning."))
    redeem_max_share_bp = PercentField(
        _l("Most of a receipt that points may pay, in percent"),
        most=BASIS_POINTS,
        description=_l("Of the goods that points can pay for. 0: points pay nothing."),
    )
    min_payable_minor = MoneyField(
        _l("Least that is paid in money"), description=_l("Of the whole receipt. 0: no such limit.")
    )
    redeem_min_points = CountField(_l("Fewest points spent at once"))
    redeem_step = CountField(_l("Step"), description=_l("1: any number. 100: 100, 200, 300 and so on."))
    otp_threshold_points = CountField(
        _l("Points from which a code is needed"),
        description=_l("The code comes to the customer's phone. 0: always."),
    )
    hold_ttl_min = CountField(
        _l("Minutes that points stay set aside"),
        description=_l("For a receipt that is begun and not finished."),
    )


class GiftsForm(RulesForm):
    """Points that come only so often."""

    welcome_points = CountField(_l("Points for a new card"), description=_l("0: none."))
    welcome_valid_days = CountField(_l("Days that the points for a new card last"))
    birthday_points = CountField(_l("Points for a birthday"), description=_l("0: none."))
    birthday_valid_days = CountField(_l("Days that the points for a birthday last"))
    referral_points = CountField(
        _l("Points for bringing a friend"), description=_l("Both get them at the friend's first purchase. 0: none.")
    )
    referral_valid_days = CountField(_l("Days that the points for a friend last"))


class ReturnsForm(RulesForm):
    """What happens when goods come back."""

    return_window_days = CountField(_l("Days in which goods may come back"), may_be_empty=True, description=NO_LIMIT)
    negative_policy = ChoiceField(
        _l("Earned points that have been spent already"),
        options={
            "debt": _l("are owed: the next points pay them"),
            "forgive": _l("are forgiven"),
            "refund": _l("are kept back from the refund"),
        },
    )
    restore_grace_days = CountField(
        _l("Days for spent points that have lapsed meanwhile"),
        description=_l("They come back to the customer for so long. 0: they do not come back."),
    )


class LimitsForm(RulesForm):
    """How much a card may do on one day."""

    limit_earn_ops = CountField(_l("Receipts that earn, a day"), may_be_empty=True, description=NO_LIMIT)
    limit_redeem_ops = CountField(_l("Payments with points, a day"), may_be_empty=True, description=NO_LIMIT)
    limit_redeem_points = CountField(_l("Points spent, a day"), may_be_empty=True, description=NO_LIMIT)


class ManualForm(RulesForm):
    """Points that people give or take."""

    adjust_solo_limit = CountField(
        _l("Most points that one manager gives or takes alone"),
        description=_l("For more a second manager agrees. 0: always two."),
    )


class DayForm(RulesForm):
    """Whose day it is."""

    tz = ZoneField(
        _l("Time zone for all stores"),
        may_be_empty=True,
        description=_l("Empty: each store's own, which is nearly always right. Otherwise such as Europe/Moscow."),
    )
    cutover_hour = CountField(
        _l("Hour at which the day of business ends, in all stores"),
        may_be_empty=True,
        description=_l("Empty: as each store says. 4: a receipt at half past three at night is still of yesterday."),
    )
