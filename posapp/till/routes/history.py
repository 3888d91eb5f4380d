"""What has happened on a card, and until when its points can be spent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from types import MappingProxyType
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from posapp.core import clock
from posapp.core.actor import Role
from posapp.core.text import N_
from posapp.points import queries as ledger
from posapp.points.lot import FAR, Contra
from posapp.points.queries import LotRow
from posapp.points.statement import StatementLine, statement
from posapp.stores import queries as stores
from posapp.till.routes.found import found_card
from posapp.till.routes.pages import blueprint
from posapp.till.words import POSTINGS
from posapp.web.access import requires
from posapp.web.locale import local_date, local_datetime
from posapp.web.locale import points as grouped
from posapp.web.pages import page

PAGE_LINES = 20
SEQ_DIGITS_MAX = 18

KINDS: Mapping[str, str] = MappingProxyType(
    {**POSTINGS, "sale": N_("Receipt %(receipt)s"), "return": N_("Return of receipt %(receipt)s")}
)
"""What a posting is called."""

MOVES: Mapping[tuple[Contra, bool], str] = MappingProxyType(
    {
        (Contra.EARN, True): N_("%(points)s credited"),
        (Contra.BONUS, True): N_("%(points)s as a gift"),
        (Contra.ADJUST, True): N_("%(points)s given"),
        (Contra.ADJUST, False): N_("%(points)s taken"),
        (Contra.REDEEM, False): N_("%(points)s redeemed"),
        (Contra.REDEEM, True): N_("%(points)s given back"),
        (Contra.HOLD, False): N_("%(points)s set aside"),
        (Contra.HOLD, True): N_("%(points)s released"),
        (Contra.EXPIRE, False): N_("%(points)s lapsed"),
        (Contra.TAKEBACK, False): N_("%(points)s taken back"),
        (Contra.MERGE, True): N_("%(points)s from the other card"),
        (Contra.MERGE, False): N_("%(points)s to the other card"),
    }
)
"""What moved, by where it came from or went and whether the card has more after it."""


Row = tuple[str, str, str, str]
"""When, what and where, what moved, what the card then had: in words."""


@blueprint.get("/till/card/<member_id>/history")
@requires(Role.CASHIER, Role.MANAGER, till=True)
def history(member_id: str) -> ResponseReturnValue:
    """The newest postings of the card, or those before ``?before=``; its lots with their terms."""
    card, before = found_card(member_id), request.args.get("before", type=_seq)
    living = card.account.member_id
    told = statement(living, since=date.min, until=date.max, before_seq=before, limit=PAGE_LINES)
    terms = _terms(ledger.open_lots(living), clock.now()) if before is None else []
    shown = {"rows": list(_rows(told.lines)), "terms": terms, "older": told.older, "is_first": before is None}
    return page("till/history.html", card=card, **shown)


def _seq(text: str) -> int:
    """The number of a posting. Raises ValueError for anything else, and then the newest are shown."""
    if not (text.isascii() and text.isdigit() and len(text) <= SEQ_DIGITS_MAX):
        raise ValueError(text)
    return int(text)


def _rows(lines: tuple[StatementLine, ...]) -> Iterator[Row]:
    there = {line.posting.store_id for line in lines if line.posting.store_id is not None}
    names: dict[UUID | None, str] = {store.store_id: store.name for store in stores.stores(there)}
    for line in lines:
        posting = line.posting
        what = [gettext(KINDS[posting.kind], receipt=posting.receipt), names.get(posting.store_id, "")]
        after = grouped(posting.balance_after)
        if posting.debt_after:
            after = gettext("%(points)s to settle", points=grouped(posting.debt_after))
        yield local_datetime(posting.at), "\u00a0· ".join(filter(None, what)), ", ".join(_moves(line)), after


def _moves(line: StatementLine) -> Iterator[str]:
    for contra, points in line.by_contra.items():
        signed = f"{'+' if points > 0 else '−'}{grouped(abs(points))}"
        yield gettext(MOVES[contra, points > 0], points=signed)


def _terms(lots: list[LotRow], at: datetime) -> list[tuple[str, str]]:
    """How many points can be spent until when, soonest first; equal terms are one."""
    sums: dict[tuple[datetime | None, datetime | None], int] = {}
    for lot in lots:
        if not lot.term.is_lapsed(at):
            key = (None if lot.term.is_available(at) else lot.term.available_at, lot.term.last_moment)
            sums[key] = sums.get(key, 0) + lot.remaining
    soonest = sorted(sums.items(), key=lambda each: (each[0][1] or FAR, each[0][0] or at))
    return [(_points(points), _term(since, last)) for (since, last), points in soonest]


def _points(points: int) -> str:
    return str(ngettext("%(points)s point", "%(points)s points", points, points=grouped(points)))


def _term(since: datetime | None, last: datetime | None) -> str:
    if since is None:
        return str(gettext("until %(day)s", day=local_date(last)) if last else gettext("for ever"))
    if last is None:
        return str(gettext("from %(first)s, for ever", first=local_date(since)))
    return str(gettext("from %(first)s until %(day)s", first=local_date(since), day=local_date(last)))
