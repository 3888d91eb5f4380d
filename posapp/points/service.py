"""What other rooms ask of the ledger. Each call runs inside the caller's `transaction()` and commits nothing.

Keys are the caller's: one for each form of a till, never used for anything else. A refusal that came out of a call is
remembered by `remember_refusal`, in a transaction of its own, after the first has been rolled back; the form that
follows it needs a new key.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from posapp.core.actor import Actor
from posapp.points import checking, opening, previewing, quoting, remembering, watching
from posapp.points.ledger import post
from posapp.points.merging_cards import merge_cards
from posapp.points.operations import (
    Adjust,
    Bonus,
    BonusKind,
    Expire,
    Freeze,
    Open,
    Operation,
    Redeem,
    Reserve,
    Return,
    Sale,
    Unfreeze,
    Void,
)
from posapp.points.posting import Posting
from posapp.points.previewing import Foreseen
from posapp.points.quoting import Quote
from posapp.points.receipt import Line, Receipt
from posapp.points.refusals import PointsRefusal
from posapp.points.request import Request
from posapp.points.watch import UNWATCHED, Watch


def open_account(
    member_id: UUID,
    *,
    store_id: UUID,
    key: str,
    actor: Actor,
    at: datetime,
    welcome: bool = True,
    referrer_id: UUID | None = None,
) -> Posting:
    """Begin a member's account, with the welcome points that the programme gives (perhaps none).

    `referrer_id` is the card of whoever invited the member: both get points at the first purchase. Raises Already when
    there is an account, and IntegrityError when another request opens it at the same moment.
    """
    operation = Open(welcome=welcome)
    request = _request(member_id, operation, key, actor, at, store_id=store_id)
    return opening.open_account(request, operation, store_id=store_id, referrer_id=referrer_id)


def sale(
    member_id: UUID,
    *,
    receipt: Receipt,
    redeem: Redeem,
    key: str,
    actor: Actor,
    at: datetime,
    challenge_id: UUID | None = None,
    proven: bool = False,
    hold: str | None = None,
    watch: Watch = UNWATCHED,
) -> Posting:
    """Enter a receipt: spend `redeem` points on it (a number, `max`, or those reserved under the key `hold`), earn on
    the rest. `proven` says that the member's number was proven for just this; `challenge_id` says by what. `watch`: a
    journey in which people serve people brings the shop's limits along (`watching.limits`).
    """
    operation = Sale(receipt, redeem=redeem, hold=hold, proven=proven, watch=watch)
    request = _request(
        member_id, operation, key, actor, at, store_id=receipt.store_id, receipt=receipt.number, challenge=challenge_id
    )
    return _posted(request, operation)


def check_redeem(member_id: UUID, *, receipt: Receipt, redeem: Redeem, at: datetime, watch: Watch = UNWATCHED) -> None:
    """Raise the refusal that a proven sale would get now: no code is sent for what cannot be. Writes nothing."""
    checking.check_redeem(member_id, receipt=receipt, redeem=redeem, at=at, watch=watch)


def return_receipt(
    member_id: UUID,
    *,
    store_id: UUID,
    receipt: str,
    key: str,
    actor: Actor,
    at: datetime,
    reason: str | None = None,
    lines: tuple[tuple[str, int], ...] | None = None,
) -> Posting:
    """Take a receipt back, whole (what is left of it) or some amounts of some `lines`: (line id, minor units)."""
    operation = Return(store_id, receipt, lines, reason)
    return _posted(_request(member_id, operation, key, actor, at, store_id=store_id, receipt=receipt), operation)


def preview_return(
    member_id: UUID, *, store_id: UUID, receipt: str, at: datetime, lines: tuple[tuple[str, int], ...] | None = None
) -> Foreseen:
    """What `return_receipt` would come to at this moment. Raises the refusal that it would get. Writes nothing."""
    return previewing.preview_return(member_id, Return(store_id, receipt, lines), at=at)


def quote(member_id: UUID, *, lines_or_total: tuple[Line, ...] | int, store_id: UUID, at: datetime) -> Quote:
    """What a receipt would earn, and how many points could pay for it at most and why. Writes nothing."""
    return quoting.quote(member_id, lines_or_total=lines_or_total, store_id=store_id, at=at)


def reserve(
    member_id: UUID,
    *,
    points: Redeem,
    lines: tuple[Line, ...],
    store_id: UUID,
    key: str,
    actor: Actor,
    at: datetime,
    challenge_id: UUID | None = None,
    proven: bool = False,
) -> Posting:
    """Set points aside for a receipt that is not finished; `key` is the name by which they are spent or given back."""
    operation = Reserve(points, lines, proven)
    return _posted(_request(member_id, operation, key, actor, at, store_id=store_id, challenge=challenge_id), operation)


def void(member_id: UUID, *, hold: str, store_id: UUID, key: str, actor: Actor, at: datetime) -> Posting:
    """Give reserved points back."""
    operation = Void(hold)
    return _posted(_request(member_id, operation, key, actor, at, store_id=store_id), operation)


def give_bonus(
    member_id: UUID,
    *,
    gift: BonusKind,
    key: str,
    actor: Actor,
    at: datetime,
    due_at: datetime | None = None,
    store_id: UUID | None = None,
) -> Posting:
    """Give a gift of the programme, by the rules of the moment at which it fell due, at a store or the card's own.

    Raises Already when it was given before.
    """
    operation = Bonus(gift, due_at)
    return _posted(_request(member_id, operation, key, actor, at, store_id=store_id), operation)


def adjust(
    member_id: UUID,
    *,
    points: int,
    reason: str,
    author: UUID,
    approver: UUID | None = None,
    valid_days: int | None = None,
    key: str,
    actor: Actor,
    at: datetime,
    own_card: bool = False,
) -> Posting:
    """Give points, or take them when negative; `author` and `approver` are two different people of the staff.

    Counted for the author's day. Raises TooManyAdjustments beyond the shop's limit, and OwnCard for an `own_card`.
    """
    watch = Watch(own_card=own_card)
    operation = Adjust(points, reason, str(author), str(approver) if approver else None, valid_days, watch)
    request = _request(member_id, operation, key, actor, at)
    posting = _posted(request, operation)
    try:
        if not posting.replayed:
            watching.check_adjustment(posting, author=author, actor=actor)
    except PointsRefusal as refusal:
        refusal.request = replace(request, member_id=posting.member_id)
        raise
    return posting


def freeze(member_id: UUID, *, key: str, actor: Actor, at: datetime, reason: str | None = None) -> Posting:
    """Let a card earn, but not spend; the reason stays with the posting."""
    operation = Freeze(reason)
    return _posted(_request(member_id, operation, key, actor, at), operation)


def unfreeze(member_id: UUID, *, key: str, actor: Actor, at: datetime, reason: str | None = None) -> Posting:
    """Let a frozen card spend again; the reason stays with the posting."""
    operation = Unfreeze(reason)
    return _posted(_request(member_id, operation, key, actor, at), operation)


def merge(
    emptied: UUID,
    *,
    into: UUID,
    key: str,
    actor: Actor,
    at: datetime,
    store_id: UUID | None = None,
    challenge_id: UUID | None = None,
) -> Posting:
    """Move everything of one card to another; the emptied card leads there from now on.

    `challenge_id` says by what the holder of the emptied card has agreed, `store_id` where.
    """
    return merge_cards(emptied, into, key=key, actor=actor, at=at, store_id=store_id, challenge_id=challenge_id)


def expire(member_id: UUID, *, key: str, actor: Actor, at: datetime) -> Posting | None:
    """Sweep what has lapsed and end what was reserved too long; None when there is nothing of the kind."""
    return post(_request(member_id, Expire(), key, actor, at), Expire())


def remember_refusal(refusal: PointsRefusal) -> Posting | None:
    """Store a refusal under the key of its request; in a transaction of its own, after the other was rolled back.

    Gives the stored posting, or the answer that the same request got meanwhile; None when it is not one to remember.
    """
    return remembering.remember(refusal)


def _request(
    member_id: UUID,
    operation: Operation,
    key: str,
    actor: Actor,
    at: datetime,
    *,
    store_id: UUID | None = None,
    receipt: str | None = None,
    challenge: UUID | None = None,
) -> Request:
    return Request(
        member_id=member_id,
        kind=operation.kind,
        body=operation.body(),
        key=key,
        actor=actor,
        at=at,
        store_id=store_id,
        receipt=receipt,
        challenge_id=challenge,
    )


def _posted(request: Request, operation: Operation) -> Posting:
    posting = post(request, operation)
    if posting is None:
        raise RuntimeError("only a sweep may find nothing to do")
    return posting
