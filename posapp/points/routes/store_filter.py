"""Which of a manager's own stores a page of the ledger speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from posapp.core import clock
from posapp.stores import queries as places
from posapp.stores.choosing import ALL_STORES, chosen
from posapp.stores.queries import StoreRow
from posapp.web.access import me, visitor
from posapp.web.forms import Form


class StoreFilter(Form):
    """One store, or all of one's own."""

    store = SelectField(_l("Store"), validate_choice=False)

    def __init__(self, stores: list[StoreRow]) -> None:
        super().__init__(formdata=request.args)
        choices = [(ALL_STORES, _l("All my stores")), *((str(store.store_id), store.name) for store in stores)]
        self.store.choices = [SelectChoice(value, label) for value, label in choices]
        self.store.data = self.store.data or ALL_STORES


@dataclass(frozen=True, slots=True)
class Asked:
    """The form, the stores that it speaks of, the one that was chosen, and the moment of asking."""

    form: StoreFilter
    stores: list[StoreRow]
    store_id: UUID | None
    at: datetime

    @property
    def zone(self) -> str | None:
        """The time zone in which moments are told; none before there is a store."""
        return self.stores[0].timezone if self.stores else None


def asked() -> Asked:
    """What the address asks for. Raises UnknownPlace for a store that is not the manager's, and audits it."""
    at, own = clock.now(), places.stores(me().store_ids)
    form = StoreFilter(own)
    wanted = str(form.store.data)
    found = chosen(wanted, own, actor=visitor().actor, at=at)
    return Asked(form, found, None if wanted == ALL_STORES else found[0].store_id, at)
