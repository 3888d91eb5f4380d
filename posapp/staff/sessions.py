"""What a signed-in person has under way, and how every kind of session ends.

Everything here runs inside an open transaction, except ``find_challenge``, which asks nobody.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, update

from posapp import audit
from posapp.audit import AuditTag
from posapp.core.actor import Actor
from posapp.core.db import db, rows_changed
from posapp.core.errors import Refusal
from posapp.core.text import N_
from posapp.staff import work
from posapp.staff.models import StaffSession
from posapp.web.access import Person

CHALLENGES_MAX = 8
"""Codes that one shift follows at a time; when a ninth begins, the oldest is let go and ends by its own time."""

ENDED_BY_PERSON = "ended_by_person"
"""The reason of a shift whose cashier has gone home: nothing of it goes on."""

Challenges = list[tuple[UUID, UUID]]
"""Pairs of phone index and challenge id."""
Cancel = Callable[[Challenges, str, Actor, datetime], None]

_cancel: list[Cancel] = []


class SessionOver(Refusal):
    """The shift was locked, switched or ended while the request was on its way: raised before anything new is begun."""

    code = "session_over"
    status = 401
    sentence = N_("You are not signed in any more. Sign in and go on.")


@dataclass(frozen=True, slots=True)
class SessionRef:
    """An open session as it was read: where it is, whose, and which codes it follows."""

    subject_id: UUID
    session_id: UUID
    staff_id: UUID
    state: str
    challenges: Challenges


def on_end(cancel: Cancel) -> None:
    """Fill the port: ``cancel(challenges, reason, actor, at)`` is called, inside the transaction, when a session that
    follows codes ends, is switched or loses its till. Filled by create_app; the last one given counts."""
    _cancel[:] = [cancel]


def find_challenge(person: Person, challenge_id: UUID) -> UUID | None:
    """The phone index of a challenge that this session began; None for anybody else's."""
    found = person.work.get("challenges", {}).get(str(challenge_id))
    return UUID(found[0]) if found else None


def keep_challenge(person: Person, phone_index: UUID, challenge_id: UUID) -> None:
    """Follow a challenge from now on. Raises SessionOver when the till has been locked or taken over meanwhile."""
    followed = sorted(person.work.get("challenges", {}).items(), key=lambda pair: int(pair[1][1]))
    number = followed[-1][1][1] + 1 if followed else 1
    changed: Any = StaffSession.work
    for oldest, _ in followed[: max(0, len(followed) - CHALLENGES_MAX + 1)]:
        changed = work.without(changed, ("challenges", oldest))
    changed = work.put(changed, ("challenges", str(challenge_id)), [str(phone_index), number])
    if not rows_changed(update(StaffSession).where(*_is(person), StaffSession.state == "active").values(work=changed)):
        raise SessionOver


def drop_challenge(person: Person, challenge_id: UUID) -> None:
    """The challenge has come to its end."""
    _change_work(person, work.without(StaffSession.work, ("challenges", str(challenge_id))))


def keep_draft(person: Person, phone_index: UUID, draft_id: UUID) -> None:
    """Remember the questionnaire that is being filled in."""
    _change_work(person, work.put(StaffSession.work, ("draft",), [str(phone_index), str(draft_id)]))


def drop_draft(person: Person) -> None:
    """No questionnaire is being filled in."""
    _change_work(person, work.put(StaffSession.work, ("draft",), None))


def keep_card(person: Person, member_id: UUID, phone_index: UUID, *, own: bool = False) -> None:
    """Remember the card that was found, and by which number: the shift may open this one.

    ``own``: it is the person's own, whichever of its numbers was typed.
    """
    kept = [str(member_id), str(phone_index), "own"] if own else [str(member_id), str(phone_index)]
    _change_work(person, work.put(StaffSession.work, ("card",), kept))


def keep_posting(person: Person, member_id: UUID, posting_id: UUID, at: datetime) -> None:
    """Remember the last operation, which its cashier may undo for a moment."""
    last = [str(member_id), str(posting_id), at.isoformat()]
    _change_work(person, work.put(StaffSession.work, ("last_posting",), last))


def mark_undone(person: Person) -> None:
    """The last operation has been undone: it is not offered again, though the same request still gets its answer."""
    last = [*person.work["last_posting"][:3], "undone"]
    _change_work(person, work.put(StaffSession.work, ("last_posting",), last))


def open_sessions(*where: ColumnElement[bool], held: bool = False) -> list[SessionRef]:
    """The sessions that have not ended and meet the conditions; ``held`` until the transaction ends, in one order
    for everybody, so that two who take the same till wait for each other."""
    look = select(
        StaffSession.subject_id, StaffSession.id, StaffSession.staff_id, StaffSession.state, StaffSession.work
    ).where(StaffSession.state != "ended", *where)
    found = db.session.execute(look.order_by(StaffSession.id).with_for_update() if held else look)
    return [SessionRef(row.subject_id, row.id, row.staff_id, row.state, _challenges_of(row.work)) for row in found]


def end(session: SessionRef, reason: str, *, actor: Actor, at: datetime) -> bool:
    """End one session and cancel its codes; False when it had ended before.

    The card and the questionnaire stay in its row: the same person's next shift at the same till may take them over.
    """
    cancel_codes(session, reason, actor=actor, at=at)
    ended = update(StaffSession).where(*_is(session), StaffSession.state != "ended")
    void = {"secret_hash": nobodys_secret(), "pin_hash": None, "work": work.at_the_end(StaffSession.work)}
    ended = ended.values(state="ended", ended_at=at, end_reason=reason, **void)
    if not rows_changed(ended):
        return False
    audit.record(AuditTag.SESSION_ENDED, actor=actor, at=at, object_id=session.session_id, reason=reason)
    return True


def end_at_till(till_id: UUID, reason: str, actor: Actor, at: datetime) -> None:
    """End every shift on a till that has lost its tablet."""
    end_all(open_sessions(StaffSession.subject_id == till_id), reason, actor=actor, at=at)


def end_all(sessions: Iterable[SessionRef], reason: str, *, actor: Actor, at: datetime) -> None:
    """End several, in one order for everybody."""
    for session in sorted(sessions, key=lambda each: (each.subject_id, each.session_id)):
        end(session, reason, actor=actor, at=at)


def step_back(session: SessionRef, *, actor: Actor, at: datetime) -> None:
    """Another person takes the till: the shift stays open behind its PIN, its codes are cancelled, its cookie is void.

    A shift that has no PIN yet ends.
    """
    if session.state == "choose_pin":
        end(session, "switched", actor=actor, at=at)
        return
    cancel_codes(session, "switched", actor=actor, at=at)
    left = work.put(StaffSession.work, ("challenges",), {})
    open_row = update(StaffSession).where(*_is(session), StaffSession.state.in_(("active", "locked")))
    rows_changed(open_row.values(state="locked", secret_hash=nobodys_secret(), work=left))


def cancel_codes(session: SessionRef, reason: str, *, actor: Actor, at: datetime) -> None:
    """Cancel the codes that a session follows."""
    if session.challenges:
        for cancel in _cancel:
            cancel(session.challenges, reason, actor, at)


def nobodys_secret() -> bytes:
    """In place of a secret's digest: matches no cookie."""
    return secrets.token_bytes(32)


def _is(session: Person | SessionRef) -> tuple[ColumnElement[bool], ...]:
    subject = session.session_subject if isinstance(session, Person) else session.subject_id
    return StaffSession.subject_id == subject, StaffSession.id == session.session_id


def _change_work(person: Person, changed: ColumnElement[Any]) -> None:
    rows_changed(update(StaffSession).where(*_is(person), StaffSession.state != "ended").values(work=changed))


def _challenges_of(kept: dict[str, Any]) -> Challenges:
    return [(UUID(followed[0]), UUID(challenge_id)) for challenge_id, followed in kept.get("challenges", {}).items()]
