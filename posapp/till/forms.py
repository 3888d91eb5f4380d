"""What is typed at the counter: shape only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, SelectField, ValidationError
from wtforms import Form as PlainForm
from wtforms.validators import Length, Optional
from wtforms.widgets import HiddenInput

from posapp.points.queries import SaleFound
from posapp.points.receipt import TEXT_LENGTH_MAX
from posapp.web.forms import AmountField, Form, KeyField, PhoneField, PointsField, TextField, required
from posapp.web.locale import amount

RECEIPT_NUMBER = re.compile(r"[0-9A-Za-zА-ЯЁа-яё](?:[0-9A-Za-zА-ЯЁа-яё /.№#-]{0,38}[0-9A-Za-zА-ЯЁа-яё])?")
KIND_NAMES = {"alcohol": _l("Alcohol"), "giftcard": _l("Gift cards"), "tobacco": _l("Tobacco")}
"""Kinds of goods that have a name in every language; any other is called what the shop calls it."""

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


def kind_name(kind: str | None) -> str:
    """What people call a kind of goods; none for the usual ones."""
    return str(KIND_NAMES.get(kind, kind)) if kind else gettext("Usual goods")


class LineForm(PlainForm):
    """The part of a receipt that is goods of one kind."""

    amount = AmountField(_l("Amount"), validators=[Optional()])
    category = TextField(widget=HiddenInput(), validators=[Length(max=TEXT_LENGTH_MAX)])


class ReceiptForm(Form):
    """A receipt to credit, or to pay in part with points."""

    receipt = ReceiptNumberField(_l("Receipt number"), validators=[required(_l("Type the number on the receipt."))])
    amount = AmountField(_l("Receipt total"), validators=[required(_l("Type the total of the receipt."))])
    points = PointsField(_l("Points to redeem"), validators=[Optional()])
    lines = FieldList(FormField(LineForm))
    key = KeyField()

    def validate_amount(self, field: AmountField) -> None:
        if field.value == 0:
            raise ValidationError(_l("Type an amount above zero."))

    def validate_lines(self, field: FieldList) -> None:
        if self.amount.value is not None and self._of_kinds() > self.amount.value:
            raise ValidationError(_l("These goods come to more than the whole receipt. Mend one of the amounts."))

    def offer(self, kinds: Sequence[str]) -> None:
        """Have a line for each of these kinds of goods, whatever was filled in."""
        there = {line.category.data for line in self.lines}
        for kind in kinds:
            if kind not in there:
                self.lines.append_entry({"category": kind})
        for line in self.lines:
            line.form.amount.label.text = kind_name(line.category.data)

    def typed_lines(self) -> list[tuple[int, str | None]]:
        """(minor units, category) of each line that was filled in; what the total is more than they is usual goods."""
        filled = [(line.amount.minor, line.category.data or None) for line in self.lines if line.amount.value]
        rest = self.amount.minor - self._of_kinds()
        return [*filled, (rest, None)] if rest or not filled else filled

    def _of_kinds(self) -> int:
        return sum(line.amount.value or 0 for line in self.lines)


class CodeForm(Form):
    """The six digits that the customer reads aloud. Their shape is judged where the code is, before a try is spent."""

    code = TextField(_l("Code from the message"), validators=[required(_l("Type the six digits of the code."))])
    key = KeyField()


class KeyOnlyForm(Form):
    """A button that does something once."""

    key = KeyField()


class MergeForm(Form):
    """The number whose card will be emptied into the open one."""

    phone = PhoneField(_l("The other number"), validators=[required(_l("Type the customer's other number."))])
    key = KeyField()


class UndoForm(KeyOnlyForm):
    """Undoing what the page has shown, and nothing that came after it."""

    posting = TextField()


class ReturnNumberForm(Form):
    """The receipt to which goods come back."""

    receipt = ReceiptNumberField(_l("Receipt number"), validators=[required(_l("Type the number on the receipt."))])


class ReturnForm(Form):
    """What comes back of a receipt: an amount for each line, made by `return_form`. None: all that is left of it."""

    reason = TextField(_l("Reason"), validators=[Optional(), Length(max=REASON_LENGTH_MAX)])
    said = TextField(widget=HiddenInput())
    """The mark of the effect that the page has told."""
    key = KeyField()
    rows: list[tuple[str, int, AmountField]]
    """Line id, minor units that are left of it, and its field."""

    def typed_lines(self) -> tuple[tuple[str, int], ...] | None:
        """(line id, minor units) of what was filled in; None when nothing was."""
        return tuple((line, field.value) for line, _, field in self.rows if field.value) or None

    def refuse_what_is_over(self) -> bool:
        """Say at each field that asks for more than is left how much that is; False when none does."""
        over = [(field, left) for _, left, field in self.rows if (field.value or 0) > left]
        for field, left in over:
            field.errors = [gettext("Only %(left)s is left of this on the receipt.", left=amount(left))]
        return bool(over)


def return_form(sale: SaleFound) -> ReturnForm:
    """The form of this receipt, with a field ``back_0``, ``back_1``, … for each of its lines."""
    left = sale.left_by_line
    fields = {f"back_{no}": AmountField(_line_name(sale, line.id)) for no, line in enumerate(sale.sold.lines)}
    made: ReturnForm = type("ReturnFormOfLines", (ReturnForm,), fields)()
    made.rows = [(line.id, left[line.id], made[f"back_{no}"]) for no, line in enumerate(sale.sold.lines)]
    return made


def _line_name(sale: SaleFound, line: str) -> str:
    """A line as people know it: by its kind of goods, where no other line is of that kind."""
    if len(sale.sold.lines) == 1:
        return gettext("Amount that comes back")
    kind, left = sale.categories.get(line), amount(sale.left_by_line[line])
    if list(sale.categories.values()).count(kind) > 1:
        return gettext("Line %(line)s, %(goods)s: up to %(left)s", line=line, goods=kind_name(kind), left=left)
    return gettext("%(goods)s: up to %(left)s", goods=kind_name(kind), left=left)


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
