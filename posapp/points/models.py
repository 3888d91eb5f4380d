"""The ledger's tables.

An account is the only row that changes; postings, entries and programmes are added and never changed. Postings name
their store, till and person without foreign keys: each sale would otherwise lock the one row of its store.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from posapp.core.db import Base, JsonArray, JsonObject, reference, sharded
from posapp.points.lot import Contra, LotKind
from posapp.points.operations import KINDS
from posapp.points.referral import ReferralStep
from posapp.points.state import Status


def _in(column: str, words: Iterable[str]) -> str:
    return f"{column} IN ({', '.join(repr(str(word)) for word in words)})"


class ProgrammeVersion(Base):
    """A set of rules, in force from a day of business until a later version is."""

    __tablename__ = "programme"
    __table_args__ = (
        UniqueConstraint("version"),
        CheckConstraint("version > 0", name="version_positive"),
        {"info": reference(append_only=True)},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    """Counts from one. Of two that start on the same day the later one counts."""
    name: Mapped[str]
    """What people call these rules."""
    starts_on: Mapped[date]
    rules: Mapped[JsonObject]
    """Every rule by its name, as `Programme.to_config` gives them."""
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]


class ProgrammeDraft(Base):
    """Rules that somebody is working on: one set for each person, in force nowhere, gone when they are published."""

    __tablename__ = "programme_draft"
    __table_args__ = ({"info": reference()},)

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    name: Mapped[str]
    """What people will call these rules."""
    starts_on: Mapped[date | None]
    """The day of business that they shall count from; none: the next one."""
    rules: Mapped[JsonObject]
    """As in a published version."""
    saved_at: Mapped[datetime]


class AccountRow(Base):
    """One member's points: what is left of each open lot, what is owed, and how many postings led here."""

    __tablename__ = "account"
    __table_args__ = (
        ForeignKeyConstraint(["member_id"], ["member.member_id"]),
        CheckConstraint(_in("status", Status), name="status_known"),
        CheckConstraint("balance >= 0", name="balance_not_negative"),
        CheckConstraint("debt >= 0", name="debt_not_negative"),
        CheckConstraint("balance = 0 OR debt = 0", name="owns_or_owes"),
        CheckConstraint("version > 0", name="version_positive"),
        CheckConstraint("lots_opened >= 0", name="lots_counted"),
        CheckConstraint("earn_ops >= 0 AND redeem_ops >= 0 AND redeem_points >= 0", name="counters_not_negative"),
        CheckConstraint("receipts >= 0", name="receipts_not_negative"),
        CheckConstraint("(status = 'merged') = (merged_into IS NOT NULL)", name="merged_leads_on"),
        CheckConstraint("merged_into IS NULL OR (balance = 0 AND debt = 0)", name="merged_is_empty"),
        CheckConstraint(_in("referral", ReferralStep), name="referral_known"),
        Index(
            None, "next_due", "member_id",
            postgresql_where=text("next_due IS NOT NULL"), sqlite_where=text("next_due IS NOT NULL"),
        ),
        Index(
            "ix_account_referral_due", "member_id",
            postgresql_where=text("referral = 'due'"), sqlite_where=text("referral = 'due'"),
        ),
        {"info": sharded("member_id"), "postgresql_with": {"fillfactor": 80}},
    )  # fmt: skip

    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    store_id: Mapped[UUID] = mapped_column(ForeignKey("store.id"))
    """Where the account was opened: its own day of business, when it is not at a till."""
    opened_at: Mapped[datetime]
    status: Mapped[str]
    merged_into: Mapped[UUID | None]
    """The card that everything moved to; on another shard, so no foreign key."""
    lots: Mapped[JsonArray]
    """Open lots: `[[lot, remaining, available_at, expires_at], …]`, moments in seconds since 1970.

    When they are very many, earned ones of one term are joined (see `joining`).
    """
    holds: Mapped[JsonArray]
    """Reservations: `[[posting, expires_at, [[lot, points, available_at, expires_at], …]], …]`."""
    balance: Mapped[int]
    """What is left in all open lots, pending and lapsed-unswept ones among them."""
    debt: Mapped[int]
    version: Mapped[int]
    """The number of postings, and the gate: a posting is written only on the version that it was decided on."""
    lots_opened: Mapped[int]
    next_due: Mapped[datetime | None]
    """When the next lot lapses or the next reservation ends: what the sweeper looks for."""
    counters_day: Mapped[date]
    """The day of business that the four counters speak of."""
    earn_ops: Mapped[int]
    redeem_ops: Mapped[int]
    redeem_points: Mapped[int]
    receipts: Mapped[int] = mapped_column(server_default=text("0"))
    """Receipts entered that day, whatever they earned: what the fraud watch counts. An undo takes none back."""
    granted: Mapped[JsonObject]
    """Gifts that come only so often: `{"welcome": bool, "birthday_year": int | null}`."""
    referral: Mapped[str | None]
    """How far the referral of an invited card is; none: it was not invited, or both sides are settled.

    A note for the job that settles, no part of what is decided on: a card's first sale turns it by the way.
    """


class PostingRow(Base):
    """One operation, accepted or refused; once per key, a sale once per receipt, one for each challenge."""

    __tablename__ = "posting"
    __table_args__ = (
        ForeignKeyConstraint(["member_id"], ["account.member_id"]),
        UniqueConstraint("member_id", "seq"),
        UniqueConstraint("member_id", "key"),
        CheckConstraint(_in("kind", KINDS), name="kind_known"),
        CheckConstraint("seq > 0", name="seq_positive"),
        CheckConstraint("refusal IS NULL OR challenge_id IS NULL", name="refused_uses_no_challenge"),
        Index(
            "uq_posting_member_id_store_id_receipt", "member_id", "store_id", "receipt", unique=True,
            postgresql_where=text("kind = 'sale' AND refusal IS NULL"),
            sqlite_where=text("kind = 'sale' AND refusal IS NULL"),
        ),
        Index(
            "uq_posting_member_id_challenge_id", "member_id", "challenge_id", unique=True,
            postgresql_where=text("challenge_id IS NOT NULL"), sqlite_where=text("challenge_id IS NOT NULL"),
        ),
        Index(
            None, "member_id", "about_id",
            postgresql_where=text("about_id IS NOT NULL"), sqlite_where=text("about_id IS NOT NULL"),
        ),
        Index(None, "store_id", "at"),
        {"info": sharded("member_id", append_only=True)},
    )  # fmt: skip

    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    posting_id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int]
    """The account's version after this posting."""
    kind: Mapped[str]
    key: Mapped[str]
    """The request's own name, unique for the card and kept for ever."""
    fingerprint: Mapped[bytes]
    """SHA-256 of what was asked: the same key with another one is a conflict."""
    receipt: Mapped[str | None]
    store_id: Mapped[UUID | None]
    till_id: Mapped[UUID | None]
    staff_id: Mapped[UUID | None]
    challenge_id: Mapped[UUID | None]
    about_id: Mapped[UUID | None]
    """The sale that is returned, or the reservation that is captured or voided; perhaps of a card merged into this."""
    at: Mapped[datetime]
    business_day: Mapped[date]
    money_minor: Mapped[int]
    """Paid in money; negative when goods came back."""
    balance_after: Mapped[int]
    debt_after: Mapped[int]
    spendable_after: Mapped[int]
    """Of the balance, what could be spent at that moment."""
    request: Mapped[JsonObject]
    """What was asked, in full."""
    result: Mapped[JsonObject]
    """What was answered: the same again to whoever repeats the request."""
    memory: Mapped[JsonObject]
    """What later returns, captures and voids need: shares and weights of lines, lots consumed, what has come back."""
    refusal: Mapped[str | None]
    """The code of a refusal; then nothing was moved."""


class EntryRow(Base):
    """One movement of a posting: points into a lot or out of it, or onto the debt and off it.

    The entry that opens a lot defines it: kind, term, origin and the rules it was made under. The sum of a card's
    entries is its balance less its debt.
    """

    __tablename__ = "entry"
    __table_args__ = (
        ForeignKeyConstraint(["member_id", "posting_id"], ["posting.member_id", "posting.posting_id"]),
        CheckConstraint("amount <> 0", name="amount_moves"),
        CheckConstraint("lot >= 0", name="lot_not_negative"),
        CheckConstraint(_in("contra", Contra), name="contra_known"),
        CheckConstraint(f"kind IS NULL OR {_in('kind', LotKind)}", name="kind_known"),
        CheckConstraint("(kind IS NULL) = (available_at IS NULL)", name="opening_has_term"),
        CheckConstraint("kind IS NULL OR (amount > 0 AND lot > 0)", name="opening_adds"),
        CheckConstraint("available_at < expires_at", name="term_lasts"),
        CheckConstraint("(origin_member_id IS NULL) = (origin_lot IS NULL)", name="origin_whole"),
        {"info": sharded("member_id", append_only=True)},
    )

    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    lot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Counts from one in each account; 0 is the debt."""
    posting_id: Mapped[UUID] = mapped_column(primary_key=True)
    contra: Mapped[str] = mapped_column(primary_key=True)
    """Where the points came from or went."""
    amount: Mapped[int]
    kind: Mapped[str | None]
    available_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    """None in an opening entry: never."""
    origin_member_id: Mapped[UUID | None]
    """The merged card that this lot was moved from."""
    origin_lot: Mapped[int | None]
    programme_id: Mapped[UUID | None] = mapped_column(ForeignKey("programme.id"))
    """The rules that the lot was made under: a later version changes no term."""


class ReceiptClaim(Base):
    """Whose receipt it is: one receipt of one store belongs to one card, whichever shard the card is on."""

    __tablename__ = "receipt_claim"
    __table_args__ = ({"info": sharded("claim_key", append_only=True)},)

    claim_key: Mapped[UUID] = mapped_column(primary_key=True)
    """Hashed from the store and the number of the receipt."""
    member_id: Mapped[UUID]
    posting_id: Mapped[UUID]
