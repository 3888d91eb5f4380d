"""Where each figure comes from: one look at one room's table, by the moments between which a day of business lies.

Every look goes by an index of that table on store and time; no look reads a day out of a moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    Text,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.orm import aliased

from posapp.consent.models import ConsentRecord
from posapp.enrolment.models import Enrolment
from posapp.messaging.models import Message
from posapp.messaging.state import State as MessageState
from posapp.points.models import PostingRow
from posapp.points.operations import Open, Sale
from posapp.reports.bounds import Bounds
from posapp.reports.figure import Figure
from posapp.verification.challenge import LIVE, Challenge, State
from posapp.verification.purposes import Purpose
from posapp.verification.texts import CHALLENGE_ID

SUPERVISOR = "supervisor"
"""What a consumed challenge gives as its ``end_reason`` where a supervisor vouched for the number instead of a code."""

QUESTIONNAIRE, CODE = "questionnaire", "code"
"""What came to nothing; a colon and the reason follow."""

Look = Select[*tuple[Any, ...]]
"""Gives (day, store, till, person, figure or failure, count)."""


def looks(span: Bounds) -> Iterator[Look]:
    """One look for each table and kind of thing."""
    yield _look(span, Enrolment, Enrolment.begun_at, literal(Figure.BEGUN, Text))
    yield _look(span, Enrolment, Enrolment.carded_at, literal(Figure.CARDS, Text))
    given_up = literal(f"{QUESTIONNAIRE}:", Text) + Enrolment.end_reason
    yield _look(span, Enrolment, Enrolment.ended_at, given_up, by=(Enrolment.end_reason,))
    yield from _codes(span)
    yield from _messages(span)
    agreed = _look(span, ConsentRecord, ConsentRecord.matched_at, ConsentRecord.purpose, by=(ConsentRecord.purpose,))
    yield agreed.where(ConsentRecord.agreed.is_(True))
    yield from _postings(span)


def _codes(span: Bounds) -> Iterator[Look]:
    """Matched codes at the moment of the match; those that failed on the day they were asked for."""
    c = Challenge
    proof = case((c.end_reason == SUPERVISOR, Figure.APPROVED.value), else_=Figure.MATCHED.value)
    proven = _look(span, c, c.consumed_at, proof, by=(c.end_reason,))
    yield proven.where(*_asked_since(span, span.code_since), c.state == State.CONSUMED.value)
    word = case((c.state == State.CANCELLED.value, func.coalesce(c.end_reason, c.state)), else_=c.state)
    failed = _look(span, c, c.created_at, literal(f"{CODE}:", Text) + word, by=(c.state, c.end_reason))
    going_on = (*LIVE, State.VERIFIED, State.CONSUMED)
    yield failed.where(_is_enrolment(), c.state.not_in([state.value for state in going_on]))


def _messages(span: Bounds) -> Iterator[Look]:
    """Codes handed to a gateway, and codes that the phone confirmed; each of several codes of one challenge."""
    delivered_at = case((Message.state == MessageState.DELIVERED.value, Message.final_at))
    # A receipt may come before the gateway's own answer has been written down.
    sent_at = func.coalesce(Message.submitted_at, delivered_at)
    for figure, moment, since, first_id in (
        (Figure.SENT, sent_at, span.code_since, span.code_id),
        (Figure.DELIVERED, delivered_at, span.receipt_since, span.receipt_id),
    ):
        found = _look(span, Challenge, moment, literal(figure, Text)).join(Message, _message_of_challenge())
        # Messages carry the time in their id: only some months' partitions are looked into.
        yield found.where(*_asked_since(span, since), Message.id >= first_id, Message.id < span.last_id)


def _postings(span: Bounds) -> Iterator[Look]:
    """Accounts, and receipts before which their card had none."""
    posting, earlier = PostingRow, aliased(PostingRow)
    accepted = _look(span, posting, posting.at, literal(Figure.ACCOUNTS, Text)).where(posting.refusal.is_(None))
    yield accepted.where(posting.kind == Open.kind)
    before = exists().where(
        earlier.member_id == posting.member_id,
        earlier.seq < posting.seq,
        earlier.kind == Sale.kind,
        earlier.refusal.is_(None),
    )
    first = _look(span, posting, posting.at, literal(Figure.FIRST_CREDITS, Text))
    yield first.where(posting.kind == Sale.kind, posting.refusal.is_(None), ~before)


def _look(span: Bounds, table: Any, moment: Any, what: Any, *, by: tuple[Any, ...] = ()) -> Look:
    """Count rows of ``table`` by place and person; ``by`` holds the columns that ``what`` is made of."""
    place = (table.store_id, table.till_id, table.staff_id)
    return (
        select(span.day.label("day"), *place, what.label("what"), func.count().label("count"))
        .where(table.store_id.in_(span.store_ids), moment >= span.begins, moment < span.ends)
        .group_by(*place, *by)
    )


def _is_enrolment() -> ColumnElement[bool]:
    """Written out, not bound: the index of these challenges is known by it."""
    return Challenge.purpose == literal_column(f"'{Purpose.ENROL.value}'")


def _asked_since(span: Bounds, since: BindParameter[Any]) -> tuple[ColumnElement[bool], ...]:
    """Codes asked for by the end of the day and not too long before it: what the index can find."""
    return _is_enrolment(), Challenge.created_at >= since, Challenge.created_at < span.ends


def _message_of_challenge() -> ColumnElement[bool]:
    """The message lies beside its challenge and names it; ids as text have hyphens in some databases only."""
    named = func.replace(Message.parameters[CHALLENGE_ID].as_string(), "-", "")
    return and_(Message.route == Challenge.phone_index, named == func.replace(cast(Challenge.id, Text), "-", ""))
