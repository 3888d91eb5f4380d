"""What somebody with the owner's rights could do to the books, and what the audit must say of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, Table, create_engine, delete, insert, select, text, update

from posapp.points.claims import claim_key
from posapp.points.rows import ACCOUNT, CLAIM, ENTRY, POSTING
from tests.support.databases import Database

Act = Callable[["Hand"], None]
A_DAY = timedelta(days=1)


@contextmanager
def as_owner(database: Database) -> Iterator[Connection]:
    """The hands of the owner, whom no grant and no trigger holds back."""
    engine = create_engine(database.owner_url)
    with engine.begin() as connection:
        if database.kind == "sqlite":
            for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        yield connection
    engine.dispose()


@dataclass
class Hand:
    """At work on one card."""

    connection: Connection
    card: UUID
    other: UUID
    """A card that nobody has touched."""
    store_id: UUID
    other_store_id: UUID

    def account(self, **values: Any) -> None:
        """Change columns of the account: by a value, or by a function of what is there."""
        row = self.connection.execute(select(ACCOUNT).where(ACCOUNT.c.member_id == self.card)).one()
        self._set(ACCOUNT, [], _given(row, values))

    def posting(self, kind: str, /, **values: Any) -> None:
        """Change the first posting of this kind."""
        posting = self._posting(kind)
        self._set(POSTING, [POSTING.c.posting_id == posting.posting_id], _given(posting, values))

    def entry(self, kind: str, contra: str, /, **values: Any) -> None:
        """Change the first entry of this contra in the first posting of this kind."""
        mine = ENTRY.c.posting_id == self._posting(kind).posting_id, ENTRY.c.contra == contra
        asked = select(ENTRY).where(ENTRY.c.member_id == self.card, *mine).order_by(ENTRY.c.lot)
        found = self.connection.execute(asked).first()
        assert found, f"no {contra} in the {kind}"
        self._set(ENTRY, [*mine, ENTRY.c.lot == found.lot], _given(found, values))

    def add_entry(self, kind: str, /, **values: Any) -> None:
        row = {"member_id": self.card, "posting_id": self._posting(kind).posting_id, **values}
        self.connection.execute(insert(ENTRY).values(row))

    def remove(self, kind: str, contra: str | None = None) -> None:
        """Delete a posting with its entries, or only entries of it."""
        mine = self._posting(kind).posting_id
        some = [ENTRY.c.contra == contra] if contra else []
        self.connection.execute(delete(ENTRY).where(ENTRY.c.member_id == self.card, ENTRY.c.posting_id == mine, *some))
        if contra is None:
            self.connection.execute(
                delete(POSTING).where(POSTING.c.member_id == self.card, POSTING.c.posting_id == mine)
            )

    def claim(self, **values: Any) -> None:
        """Change the claim of the sold receipt; without values delete it."""
        mine = CLAIM.c.claim_key == claim_key(self.store_id, self._posting("sale").receipt)
        act = update(CLAIM).values(values) if values else delete(CLAIM)
        assert self.connection.execute(act.where(mine)).rowcount == 1

    def add_claim(self) -> None:
        """Claim a receipt that was never sold."""
        values = {"claim_key": uuid4(), "member_id": self.card, "posting_id": self._posting("sale").posting_id}
        self.connection.execute(insert(CLAIM).values(values))

    def _posting(self, kind: str) -> Any:
        asked = select(POSTING).where(POSTING.c.member_id == self.card, POSTING.c.kind == kind)
        found = self.connection.execute(asked.order_by(POSTING.c.seq)).first()
        assert found, f"there is no {kind}"
        return found

    def _set(self, table: Table, where: list[Any], values: dict[str, Any]) -> None:
        asked = update(table).where(table.c.member_id == self.card, *where).values(values)
        assert self.connection.execute(asked).rowcount == 1


def _given(row: Any, values: dict[str, Any]) -> dict[str, Any]:
    return {name: value(getattr(row, name)) if callable(value) else value for name, value in values.items()}


def _more(amount: int = 1) -> Callable[[int], int]:
    return lambda value: value + amount


def _with(**values: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda document: document | values


def _first(place: int, change: Callable[[Any], Any]) -> Callable[[list[list[Any]]], list[list[Any]]]:
    """One value in the first of a list of lists."""
    return lambda rows: [[*rows[0][:place], change(rows[0][place]), *rows[0][place + 1 :]], *rows[1:]]


def _gift(hand: Hand) -> None:
    """A hundred points of nowhere, with account, lot and balance made to fit."""
    hand.account(lots=_first(1, _more(100)))
    hand.account(balance=_more(100))
    hand.entry("adjust", "ADJUST", amount=_more(100))


def _longer(hand: Hand) -> None:
    """A lot lives longer, in the entry and in the account alike."""
    later = lambda until: until + A_DAY
    hand.entry("open", "BONUS", expires_at=later)
    hand.account(lots=_first(3, _more(86_400)), next_due=later)


TAMPERINGS: dict[str, tuple[str, Act, str]] = {
    "balance": ("usual", lambda hand: hand.account(balance=_more()), "balance: the account says"),
    "lot's remaining": ("usual", lambda hand: hand.account(lots=_first(1, _more())), "lot 1: the account says"),
    "lot's term": ("usual", lambda hand: hand.account(lots=_first(3, _more(60))), "lot 1: the account has another"),
    "lots made unreadable": ("usual", lambda hand: hand.account(lots=[[1]]), "it cannot be read"),
    "lots opened": ("usual", lambda hand: hand.account(lots_opened=9), "lots_opened: the account says 9"),
    "version": ("usual", lambda hand: hand.account(version=_more()), "version: the account says"),
    "next due": ("usual", lambda hand: hand.account(next_due=None), "next_due: the account says None"),
    "counters": ("usual", lambda hand: hand.account(redeem_points=0), "counters: the account says"),
    "gifts had": ("usual", lambda hand: hand.account(granted=_with(welcome=False)), "granted: the account says"),
    "thawed": ("usual", lambda hand: hand.account(status="active"), "status: the account says active"),
    "store": ("usual", lambda hand: hand.account(store_id=hand.other_store_id), "store_id: the account says"),
    "opened at": ("usual", lambda hand: hand.account(opened_at=lambda at: at - A_DAY), "opened_at: the account says"),
    "debt": ("owing", lambda hand: hand.account(debt=_more(-1)), "debt: the account says"),
    "reservation gone": ("reserving", lambda hand: hand.account(holds=[]), "hold: of lot 1"),
    "reservation's end": ("reserving", lambda hand: hand.account(holds=_first(1, _more(60))), "next_due:"),
    "newest posting gone": ("usual", lambda hand: hand.remove("freeze"), "version: the account says"),
    "a posting gone": ("usual", lambda hand: hand.remove("adjust"), "postings: number 2 is missing"),
    "answer": ("usual", lambda hand: hand.posting("sale", result=_with(earned=9_000)), "earned: it says 9000"),
    "what was left": ("usual", lambda hand: hand.posting("sale", balance_after=_more()), "balance_after: it says"),
    "what was owed": ("usual", lambda hand: hand.posting("sale", debt_after=_more()), "debt_after: it says 1"),
    "what could be spent": ("usual", lambda hand: hand.posting("sale", spendable_after=_more()), "spendable_after:"),
    "money": ("usual", lambda hand: hand.posting("sale", money_minor=_more()), "money_minor: it says"),
    "request": ("usual", lambda hand: hand.posting("adjust", request=_with(points=7)), "the request is not the one"),
    "memory": ("usual", lambda hand: hand.posting("sale", memory=_with(earned=9_000)), "replayed: memory is"),
    "day": ("usual", lambda hand: hand.posting("sale", business_day=lambda day: day + A_DAY), "business_day is"),
    "moment": ("usual", lambda hand: hand.posting("sale", at=lambda at: at + A_DAY), "posting 3 (sale), replayed:"),
    "refusal forgotten": ("usual", lambda hand: hand.posting("return", refusal=None), "nobody has sold that receipt"),
    "refusal made up": ("usual", lambda hand: hand.posting("adjust", refusal="frozen"), "it was refused and moves"),
    "receipt": ("usual", lambda hand: hand.posting("sale", receipt="X"), "its receipt is claimed by nobody"),
    "amount": ("usual", lambda hand: hand.entry("sale", "EARN", amount=_more()), "posting 3 (sale): balance_after"),
    "entry gone": ("usual", lambda hand: hand.remove("sale", "REDEEM"), "redeemed: it says 150, the entries 0"),
    "entry more": (
        "usual", lambda hand: hand.add_entry("freeze", lot=1, contra="ADJUST", amount=-5),
        "posting 5 (freeze): balance_after",
    ),
    "a lot of nowhere": (
        "usual", lambda hand: hand.add_entry("freeze", lot=7, contra="ADJUST", amount=5), "lot 7 holds 5 of 0",
    ),
    "other side": ("usual", lambda hand: hand.entry("sale", "EARN", contra="BONUS"), "replayed: BONUS of lot 3 is"),
    "kind of lot": ("usual", lambda hand: hand.entry("sale", "EARN", kind="bonus"), "kind of EARN of lot 3 is"),
    "points of nowhere": ("usual", _gift, "adjusted: it says 300, the entries 400"),
    "a longer life": ("usual", _longer, "expires_at of BONUS of lot 1"),
    "claim gone": ("usual", lambda hand: hand.claim(), "its receipt is claimed by nobody"),
    "claim of another": ("usual", lambda hand: hand.claim(posting_id=uuid4()), "its receipt is claimed by another"),
    "claim of nothing": ("usual", lambda hand: hand.add_claim(), "a receipt is claimed that was not sold"),
    "merged elsewhere": ("leaving", lambda hand: hand.account(merged_into=hand.other), "does not lead to the one"),
    "arrived more": ("taking", lambda hand: hand.entry("merge", "MERGE", amount=_more()), "and 101 arrived here"),
    "given back more": (
        "owing", lambda hand: hand.posting("return", result=_with(taken_back=999)),
        "taken_back: of the sale in posting 2",
    ),
}  # fmt: skip
"""By what is changed: the history of the card, the hand's work, and a part of the sentence."""
