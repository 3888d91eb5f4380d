"""One campaign."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FormField

from posapp.points.campaign import MULTIPLIER_PERCENT_MAX, Campaign
from posapp.points.forms.fields import CountField, MoneyField
from posapp.points.forms.rules import RulesForm
from posapp.points.kinds import NAMES
from posapp.points.programme import DAYS_MAX
from posapp.points.rule import NAME_LENGTH_MAX, POINTS_MAX
from posapp.points.sentences.earning import USUAL_PERCENT
from posapp.web.choices import ChoiceField, NameField, YesField, complain
from posapp.web.day_field import PLANNED_UNTIL, DayField
from posapp.web.forms import Form, TextField, required
from posapp.web.rows import PartForm


class CombineForm(RulesForm):
    """What happens where campaigns meet."""

    campaign_combine = ChoiceField(
        _l("Where several campaigns meet on the same goods"),
        options={"max": _l("the best one counts"), "sum": _l("they add up")},
        description=_l("200 and 150 percent: the best one gives 200, added up they give 250."),
    )


class WeekdaysForm(PartForm):
    """Days of the week, 1 Monday … 7 Sunday."""

    day_1 = YesField(_l("Monday"))
    day_2 = YesField(_l("Tuesday"))
    day_3 = YesField(_l("Wednesday"))
    day_4 = YesField(_l("Thursday"))
    day_5 = YesField(_l("Friday"))
    day_6 = YesField(_l("Saturday"))
    day_7 = YesField(_l("Sunday"))

    @property
    def ticked(self) -> list[int]:
        return [number for number, field in enumerate(self, start=1) if field.data]


class CampaignKindsForm(PartForm):
    """The kinds that every till knows, by their codes, and the others in one line."""

    alcohol = YesField(_l("Alcohol"))
    tobacco = YesField(_l("Tobacco"))
    giftcard = YesField(_l("Gift cards"))
    others = TextField(
        _l("Other kinds"), description=_l("As the till calls them, with commas between. Nothing chosen: all goods.")
    )

    @property
    def codes(self) -> list[str]:
        others = [" ".join(each.split()) for each in (self.others.data or "").split(",")]
        return list(dict.fromkeys([*(code for code in NAMES if self[code].data), *filter(None, others)]))

    def validate_others(self, field: TextField) -> None:
        if any(len(code) > NAME_LENGTH_MAX for code in self.codes):
            complain(field, _l("One of these names is too long. Put commas between them."))
        elif not all(code.isprintable() for code in self.codes):
            complain(field, _l("There is a character in it that cannot be written. Type it in by hand."))


class CampaignForm(Form):
    """When, for what, and what comes of it."""

    name = NameField(_l("Name of the campaign"), description=_l("What you and your colleagues call it."))
    first_day = DayField(_l("First day"), latest=PLANNED_UNTIL, validators=[required()])
    last_day = DayField(
        _l("Last day"), latest=PLANNED_UNTIL, validators=[required()], description=_l("This day is part of it.")
    )
    weekdays = FormField(WeekdaysForm, label=_l("Only on these days of the week"))
    kinds = FormField(CampaignKindsForm, label=_l("Only for these kinds of goods"))
    min_amount = MoneyField(
        _l("From this amount on"), most=POINTS_MAX, description=_l("Of the goods that it is for. 0: from any amount.")
    )
    mult_pct = CountField(
        _l("Points, in percent of the usual"),
        bounds=(USUAL_PERCENT, MULTIPLIER_PERCENT_MAX),
        description=_l("100: the usual points. 200: twice as many."),
    )
    bonus_points = CountField(
        _l("Points on top"), bounds=(0, POINTS_MAX), description=_l("Once for each receipt. 0: none.")
    )
    valid_days = CountField(
        _l("Days that the points on top last"),
        bounds=(1, DAYS_MAX),
        may_be_empty=True,
        description=_l("Empty: as long as other points."),
    )

    @staticmethod
    def shown(campaign: Campaign | None) -> dict[str, Any]:
        """The form's values; of a new campaign when there is none."""
        if campaign is None:
            return {"min_amount": 0, "mult_pct": 2 * USUAL_PERCENT, "bonus_points": 0}
        kinds: dict[str, Any] = {code: code in campaign.categories for code in NAMES}
        kinds["others"] = ", ".join(code for code in campaign.categories if code not in NAMES)
        return {
            "name": campaign.id, "first_day": campaign.first_day.isoformat(), "last_day": campaign.last_day.isoformat(),
            "weekdays": {f"day_{number}": True for number in campaign.weekdays}, "kinds": kinds,
            "min_amount": campaign.min_amount, "mult_pct": campaign.mult_pct, "bonus_points": campaign.bonus_points,
            "valid_days": campaign.valid_days,
        }  # fmt: skip

    def check(self, taken: Collection[str]) -> bool:
        """Each field by itself, then all together, beside campaigns with these names."""
        self.validate()
        if self.name.value in taken:
            complain(self.name, _l("There is another campaign with this name. Choose another name."))
        first, last = self.first_day.value, self.last_day.value
        if first and last and last < first:
            complain(self.last_day, _l("The last day is before the first. Choose them the other way round."))
        if self.mult_pct.value == USUAL_PERCENT and self.bonus_points.value == 0:
            complain(self.mult_pct, _l("So it gives nothing. Type more than 100 percent, or points on top."))
        return not self.errors

    def config(self) -> dict[str, Any]:
        """The campaign, as a programme takes it."""
        first, last = self.first_day.value, self.last_day.value
        return {
            "id": self.name.value, "from": first and first.isoformat(), "to": last and last.isoformat(),
            "weekdays": self.weekdays.form.ticked, "categories": self.kinds.form.codes,
            "min_amount": self.min_amount.value, "mult_pct": self.mult_pct.value,
            "bonus_points": self.bonus_points.value, "valid_days": self.valid_days.value,
        }  # fmt: skip
