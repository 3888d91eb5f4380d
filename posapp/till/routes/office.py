"""The manager's way to a receipt: find it in one's own store, undo it with a reason."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from posapp import audit
from posapp.audit import AuditTag
from posapp.core import clock
from posapp.core.actor import Role
from posapp.core.db import transaction
from posapp.points import queries as ledger
from posapp.points.queries import SaleFound
from posapp.points.refusals import NoReceipt, PointsRefusal
from posapp.stores import queries as stores
from posapp.till import proving, undoing
from posapp.till.forms import FindReceiptForm, OfficeUndoForm
from posapp.till.keys import posting_key
from posapp.till.routes.pages import blueprint
from posapp.web.access import me, requires, visitor
from posapp.web.idempotency import new_key
from posapp.web.pages import page
from posapp.web.places import shown_by


@blueprint.get("/manager/receipts")
@requires(Role.MANAGER)
def receipts() -> ResponseReturnValue:
    """A store and a receipt number."""
    return _page(_with_stores(FindReceiptForm()))


@blueprint.post("/manager/receipts")
@requires(Role.MANAGER)
def find_receipt() -> ResponseReturnValue:
    """The sale of the receipt, and what of it has come back."""
    form = _with_stores(FindReceiptForm())
    if not form.validate():
        return _page(form, status=422)
    try:
        sale = ledger.find_sale(UUID(form.store.data), form.receipt.value)
    except NoReceipt as refusal:
        form.refuse("receipt", refusal)
        return _page(form, status=refusal.status)
    with transaction():
        audit.record(AuditTag.RECEIPT_SEEN, actor=visitor().actor, at=clock.now(), object_id=sale.posting.posting_id)
    return _page(form, sale=sale, undo=_with_stores(OfficeUndoForm(data=form.data)))


@blueprint.post("/manager/receipts/undo")
@requires(Role.MANAGER)
@shown_by("till.receipts")
def undo_receipt() -> ResponseReturnValue:
    """Give the whole receipt back, with a reason that stays with it."""
    form = _with_stores(OfficeUndoForm())
    key = posting_key(visitor().actor, form.key.key)
    if not form.validate():
        return _undo_page(form, status=422)
    try:
        _give_back(form, key)
    except PointsRefusal as refusal:
        proving.keep_refusal(refusal)
        form.refuse("receipt", refusal)
        form.key.data = new_key()
        return _undo_page(form, status=refusal.status)
    return _undo_page(form, undone=True)


def _give_back(form: OfficeUndoForm, key: str) -> None:
    store_id, number, at, actor = UUID(form.store.data), form.receipt.value, clock.now(), visitor().actor
    sale = ledger.find_sale(store_id, number)
    with transaction():
        undoing.give_back(sale.member_id, store_id, number, form.reason.data, key=key, actor=actor, at=at)


def _undo_page(form: OfficeUndoForm, *, undone: bool = False, status: int = 200) -> ResponseReturnValue:
    """The page as it was before the undo, or after it, with the receipt as it is now."""
    sale = None
    if form.store.data in {choice.value for choice in form.store.choices} and not form.receipt.errors:
        with suppress(NoReceipt):
            sale = ledger.find_sale(UUID(form.store.data), form.receipt.value)
    return _page(_with_stores(FindReceiptForm(data=form.data)), sale=sale, undo=form, undone=undone, status=status)


def _with_stores(form: FindReceiptForm) -> FindReceiptForm:
    """Only the manager's own stores can be chosen."""
    form.store.choices = [SelectChoice(str(store.store_id), store.name) for store in stores.stores(me().store_ids)]
    return form


def _page(
    form: FindReceiptForm,
    *,
    sale: SaleFound | None = None,
    undo: FindReceiptForm | None = None,
    undone: bool = False,
    status: int = 200,
) -> ResponseReturnValue:
    problems = (undo.errors if undo else None) or form.errors
    zone = next(
        (place.timezone for place in stores.stores(me().store_ids) if str(place.store_id) == form.store.data), None
    )
    shown = {"form": form, "sale": sale, "undo": undo, "undone": undone, "zone": zone}
    return page("till/receipts.html", status, form_errors=problems, **shown)
