"""Rows that can be added and taken out by buttons, without a script. A row in which nothing is typed does not count."""

from __future__ import annotations

import re
from typing import Any

from wtforms import FieldList, FormField
from wtforms import Form as PlainForm

from posapp.web.body import fields

_REMOVE = re.compile(r"remove-([0-9]{1,3})")


class PartForm(PlainForm):
    """Some fields of a form that belong together."""


class Row(PartForm):
    """One row of several."""

    @property
    def is_blank(self) -> bool:
        """Was nothing typed into it?"""
        return not any(field.data for field in self)


class Rows(FieldList):
    """The rows of a form; the button that was pressed says which of them goes."""

    entries: list[Any]

    def __init__(self, row: type[Row], **options: Any) -> None:
        super().__init__(FormField(row), **options)

    @property
    def errors(self) -> list[Any]:
        """What is wrong with each row, as it stands now: a form may complain about rows after they were validated."""
        found = [entry.errors for entry in self.entries]
        return found if any(found) else []

    @errors.setter
    def errors(self, _: Any) -> None:
        """Nothing is kept here: rows keep what is wrong with them."""

    @property
    def filled(self) -> list[Any]:
        """The rows that count."""
        return [entry.form for entry in self.entries if not entry.form.is_blank]

    def obey(self, button: str) -> None:
        """Take out the row that the button says, if it is there."""
        found = _REMOVE.fullmatch(button)
        if found:
            self.entries = [entry for entry in self.entries if entry.short_name != found[1]]


def button() -> str:
    """Which button of the form was pressed: `save`, `add`, `remove-2`; `save` where none is named."""
    return str(fields().get("do") or "save")
