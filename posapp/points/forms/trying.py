"""A small story to try rules on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import FormField

from posapp.points.forms.fields import AmountTooLarge, CountField, MoneyField
from posapp.points.operations import Redeem
from posapp.points.programme import Programme
from posapp.points.receipt import AMOUNT_MINOR_MAX
from posapp.points.rule import POINTS_MAX
from posapp.points.trial import Lines, Sequel, Story, Then
from posapp.web.choices import ChoiceField, ListField, YesField, complain
from posapp.web.day_field import PLANNED_UNTIL, DayField
from posapp.web.forms import Form, required
from posapp.web.locale import say
from posapp.web.rows import PartForm

POINTS = (0, POINTS_MAX)
DAYS = (0, 3_650)

Choices = Mapping[str, str]
"""Labels by their values."""


class LineForm(PartForm):
    """One line of the receipt."""

    amount = MoneyField(_l("Amount"), may_be_empty=True)
    kind = ListField(_l("Kind of goods"), default="")


class SpendForm(PartForm):
    """How many points shall pay."""

    points = CountField(_l("Points to redeem"), bounds=POINTS, may_be_empty=True)
    most = YesField(_l("As many as possible"))

    @property
    def redeem(self) -> Redeem:
        return "max" if self.most.data else self.points.value or 0


class TrialForm(Form):
    """Which rules, which card, which receipt, and what comes after it."""

    rules = ListField(_l("Rules"))
    store = ListField(_l("Store"))
    day = DayField(_l("Day of the receipt"), latest=PLANNED_UNTIL, validators=[required()])
    balance = CountField(_l("Points on the card"), bounds=POINTS)
    tier = ListField(_l("Tier of the member"), default="0")
    line_1 = FormField(LineForm)
    line_2 = FormField(LineForm)
    line_3 = FormField(LineForm)
    spend = FormField(SpendForm)
    then = ChoiceField(
        _l("And then"),
        options={
            Sequel.TIME: _l("only time passes"),
            Sequel.RECEIPT: _l("another receipt"),
            Sequel.WHOLE_RETURN: _l("everything is returned"),
            Sequel.PART_RETURN: _l("a part of the first line is returned"),
        },
        default=Sequel.TIME.value,
    )
    days = CountField(_l("Days later"), bounds=DAYS)
    next_line = FormField(LineForm)
    next_spend = FormField(SpendForm)

    def __init__(self, data: dict[str, Any]) -> None:
        self.is_sent = "rules" in request.args
        super().__init__(formdata=request.args if self.is_sent else None, data=data)

    def offer(self, *, rules: Choices, stores: Choices, kinds: Choices, tiers: Choices) -> None:
        """What can be chosen. Kinds and tiers are those of the rules: under other rules it is the first of them."""
        self.rules.offer(rules)
        self.store.offer(stores)
        self.store.data = self.store.data or next(iter(stores))
        for each in (*self._lines(), self.next_line):
            _offer(each.form.kind, kinds)
        _offer(self.tier, tiers)

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field by itself, then the amounts together."""
        super().validate(extra_validators)
        first, after = self.line_1.form, self.next_line.form
        if not first.amount.data:
            complain(first.amount, _l("Type the amount of the receipt."))
        elif sum(each.form.amount.value or 0 for each in self._lines()) > AMOUNT_MINOR_MAX:
            complain(first.amount, say(AmountTooLarge()))
        if self.then.data in (Sequel.RECEIPT, Sequel.PART_RETURN) and not after.amount.data:
            complain(after.amount, _l("Type the amount of the second receipt, or of what is returned."))
        return not self.errors

    def story(self, programme: Programme) -> Story:
        """What was typed, as it can be played. Raises ValueError before it has been checked."""
        day, after = self.day.value, self.next_line.form
        if day is None:
            raise ValueError("the form has not been checked")
        return Story(
            day=day,
            balance=self.balance.value,
            lines=self._typed_lines(),
            redeem=self.spend.form.redeem,
            tier_pct=programme.tiers[int(self.tier.data)][1],
            then=Then(
                what=Sequel(self.then.data),
                days=self.days.value,
                amount_minor=after.amount.value or 0,
                kind=after.kind.data or None,
                redeem=self.next_spend.form.redeem,
            ),
        )

    def _lines(self) -> tuple[FormField, ...]:
        return self.line_1, self.line_2, self.line_3

    def _typed_lines(self) -> Lines:
        typed = [(each.form.amount.value, each.form.kind.data or None) for each in self._lines()]
        return tuple((amount, kind) for amount, kind in typed if amount)


def _offer(field: ListField, choices: Choices) -> None:
    field.offer(choices)
    if field.data not in choices:
        field.data = next(iter(choices))
