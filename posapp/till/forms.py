"""What is typed at the counter: shape only."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, SelectField, ValidationError
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from posapp.web.forms import AmountField, Form, KeyField, PhoneField, PointsField, TextField, required

RECEIPT_NUMBER = re.compile(r"[0-9A-Za-zА-ЯЁа-яё](?:[0-9A-Za-zА-ЯЁа-яё /.№#-]{0,38}[0-9A-Za-zА-ЯЁа-яё])?")
CATEGORIES = (
    SelectChoice("", _l("Usual goods")),
    SelectChoice("alcohol", _l("Alcohol")),
    SelectChoice("tobacco", _l("Tobacco")),
    SelectChoice("giftcard", _l("Gift cards")),
)
REASON_LENGTH_MAX = 200


class FindForm(Form):
    """A customer's number, in any way that people say it."""

    phone = PhoneField(_l("Customer's phone"), validators=[required(_l("Type the customer's number."))])


class ReceiptNumberField(TextField):
    """The number printed on a receipt; ``value`` is its one spelling, so that one receipt cannot be two."""

    value: str = ""

    def pre_validate(self, form: Any) -> None:
        text = " ".join(unicodedata.normalize("NFKC", self.data or "").split())
        if not RECEIPT_NUMBER.fullmatch(text):
            raise ValidationError(_l("Type the receipt number as it is printed: letters, digits and - / . only."))
        self.value = text.upper()


class LineForm(PlainForm):
    """One line of a receipt, where goods of different kinds are on it."""

    amount = AmountField(_l("Amount"), validators=[Optional()])
    category = SelectField(_l("Kind of goods"), choices=CATEGORIES, default="", validate_choice=False)

    def validate_category(self, field: SelectField) -> None:
        if field.data not in {choice.value for choice in CATEGORIES}:
            raise ValidationError(_l("Choose one of the kinds in the list."))


class ReceiptForm(Form):
    """A receipt to credit, or to pay in part with points."""

    receipt = ReceiptNumberField(_l("Receipt number"), validators=[required(_l("Type the number on the receipt."))])
    amount = AmountField(_l("Receipt total"), validators=[required(_l("Type the total of the receipt."))])
    points = PointsField(_l("Points to redeem"), validators=[Optional()])
    lines = FieldList(FormField(LineForm), min_entries=3, max_entries=20)
    key = KeyField()

    def validate_amount(self, field: AmountField) -> None:
        if field.value == 0:
            raise ValidationError(_l("Type an amount above zero."))

    def validate_lines(self, field: FieldList) -> None:
        total = sum(line.amount.value or 0 for line in field)
        if total and self.amount.value is not None and total != self.amount.value:
            raise ValidationError(_l("The lines do not add up to the total. Mend one of them."))

    def typed_lines(self) -> list[tuple[int, str | None]]:
        """(minor units, category) of each line that was filled in; one for the whole when none was."""
        filled = [(line.amount.minor, line.category.data or None) for line in self.lines if line.amount.value]
        return filled or [(self.amount.minor, None)]


class CodeForm(Form):
    """The six digits that the customer reads aloud. Their shape is judged where the code is, before a try is spent."""

    code = TextField(_l("Code from the message"), validators=[required(_l("Type the six digits of the code."))])
    key = KeyField()


class KeyOnlyForm(Form):
    """A button that does something once."""

    key = KeyField()


class UndoForm(KeyOnlyForm):
    """Undoing what the page has shown, and nothing that came after it."""

    posting = TextField()


class FindReceiptForm(Form):
    """A receipt that the manager looks for."""

    store = SelectField(_l("Store"), validate_choice=False)

    def validate_store(self, field: SelectField) -> None:
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_l("Choose one of your stores."))

    receipt = ReceiptNumberField(_l("Receipt number"), validators=[required(_l("Type the number on the receipt."))])


class OfficeUndoForm(FindReceiptForm):
    """Undoing a whole receipt from the office: always with a reason."""

    reason = TextField(
        _l("Reason"),
        validators=[
            required(_l("Write why the receipt is undone.")),
            Length(3, REASON_LENGTH_MAX, _l("Write the reason in 3 to 200 characters.")),
        ],
    )
    key = KeyField()
