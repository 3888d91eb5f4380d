"""Which alerts a manager wants to see, and the note with which one is marked as seen."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from posapp.core.ids import parse_id
from posapp.points.alert import NOTE_LENGTH_MAX
from posapp.points.alert_list import AlertFilter, AlertRow
from posapp.points.alert_sentences import TITLES
from posapp.points.watch import Kind
from posapp.stores.choosing import ALL_STORES
from posapp.stores.queries import StoreRow
from posapp.web.forms import Form, KeyField, TextField

ANY_KIND, OPEN, ALL = "any", "open", "all"


class FilterForm(Form):
    """Store, kind, day, and whether those that were seen are shown too: in the address, and along with every note."""

    store = SelectField(_l("Store"), validate_choice=False, default=ALL_STORES)
    kind = SelectField(_l("Kind"), validate_choice=False, default=ANY_KIND)
    day = TextField(_l("Day"), validators=[Optional()])
    show = SelectField(_l("Show"), validate_choice=False, default=OPEN)
    before = HiddenField()

    wanted_day: date | None = None
    wanted_kind: Kind | None = None

    def __init__(self, stores: list[StoreRow]) -> None:
        super().__init__(**{} if request.method == "POST" else {"formdata": request.args})
        own = [(str(store.store_id), store.name) for store in stores]
        kinds = [(kind.value, gettext(title)) for kind, title in TITLES.items()]
        self.store.choices = _choices((ALL_STORES, gettext("All my stores")), *own)
        self.kind.choices = _choices((ANY_KIND, gettext("Every kind")), *kinds)
        self.show.choices = _choices((OPEN, gettext("Not seen yet")), (ALL, gettext("All")))

    def validate_kind(self, field: SelectField) -> None:
        if field.data != ANY_KIND:
            try:
                self.wanted_kind = Kind(field.data)
            except ValueError:
                raise ValidationError(gettext("Choose one of the kinds in the list.")) from None

    def validate_day(self, field: TextField) -> None:
        try:
            self.wanted_day = date.fromisoformat(field.data.strip())
        except ValueError:
            sentence = gettext("This is not a day. Choose it in the calendar, or type it as 2026-03-31.")
            raise ValidationError(sentence) from None

    def asked(self, stores: list[StoreRow]) -> AlertFilter:
        """What is asked for, in these stores. Raises NotAnId for a `before` that we did not write."""
        return AlertFilter(
            stores=stores,
            kind=self.wanted_kind,
            day=self.wanted_day,
            only_open=self.show.data != ALL,
            before=parse_id(self.before.data) if self.before.data else None,
        )

    def address(self, **other: Any) -> dict[str, Any]:
        """The same question as the values of an address, with some of them changed."""
        values = {field.name: field.data for field in self if field.data and field.data != field.default}
        return {name: value for name, value in (values | other).items() if value is not None}


class SeenForm(Form):
    """Marking one alert as seen, perhaps with a note."""

    alert = HiddenField()
    alert_store = HiddenField()
    note = TextField(
        _l("Note"), validators=[Optional(), Length(max=NOTE_LENGTH_MAX, message=_l("Write at most 200 characters."))]
    )
    key = KeyField()

    @classmethod
    def beside(cls, row: AlertRow, sent: SeenForm | None) -> SeenForm:
        """The form beside an alert: the one that was sent, if it was sent for this one, or an empty one."""
        form = sent if sent is not None and sent.alert.data == str(row.alert_id) else cls(formdata=None)
        form.alert.data, form.alert_store.data = str(row.alert_id), str(row.store_id)
        form.note.id = f"note-{row.alert_id}"
        return form


def _choices(*pairs: tuple[str, str]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in pairs]
