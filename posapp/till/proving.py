"""From a typed code to what it authorises: the try in its own transaction, everything else in one more."""

from __future__ import annotations

from datetime import datetime
from typing import NoReturn
from uuid import UUID

from posapp import audit
from posapp.audit import AuditTag
from posapp.core import clock, seal
from posapp.core.actor import Actor
from posapp.core.business_day import business_day
from posapp.core.db import transaction
from posapp.core.errors import Refusal
from posapp.core.text import N_
from posapp.points import watching
from posapp.points.posting import Posting
from posapp.points.receipt import Receipt
from posapp.points.refusals import PointsRefusal
from posapp.points.service import remember_refusal
from posapp.points.watching import Scene
from posapp.staff import sessions
from posapp.till.keys import posting_key
from posapp.verification import codes
from posapp.verification.authorising import authorise
from posapp.verification.handlers import Done
from posapp.verification.trying import Outcome, ProvenChallenge, Try, spend_try
from posapp.web.access import Person, TillPlace, Visitor


class WrongCode(Refusal):
    """The code is not the one that was sent; the try is spent."""

    code, status = "wrong_code", 422
    sentence = N_("That is not the code. Ask the customer to read it again. Tries left: %(tries_left)s.")


class EarlierCode(WrongCode):
    """The code of this challenge that a newer one has replaced; the try is spent."""

    code = "earlier_code"
    sentence = N_("That is the earlier code: read the newest message. Tries left: %(tries_left)s.")


class LastTryWrong(WrongCode):
    """The last try was wrong too."""

    code, status = "challenge_exhausted", 409
    sentence = N_("Too many wrong codes. Go back and begin again with a new code.")


REFUSALS = {Outcome.WRONG_CODE: WrongCode, Outcome.EARLIER_CODE: EarlierCode, Outcome.EXHAUSTED: LastTryWrong}


def stand_in(challenge_id: UUID, typed: object) -> str:
    """What tells one typed code from another where the code itself must not be kept. Raises MalformedCode.

    Keyed, because a plain digest of six digits is found by trying a million.
    """
    return seal.keyed_hash("typed-code", f"{challenge_id}|{codes.shape(typed)}").hex()


def try_code(phone_index: UUID, challenge_id: UUID, typed: object, *, actor: Actor, at: datetime) -> ProvenChallenge:
    """Spend one try. Raises WrongCode and its kin, and whatever makes a challenge unusable."""
    tried = spend_try(phone_index=phone_index, challenge_id=challenge_id, typed=typed, purpose=None, actor=actor, at=at)
    return tried.challenge or _refuse(tried)


def carry_out(challenge: ProvenChallenge, *, key: UUID, seen: Visitor, at: datetime) -> Done:
    """Do what the right code authorises, inside ``transaction()``; the shift remembers it for its undo."""
    person = seen.person
    if person is None:
        raise RuntimeError("a code is typed by somebody signed in")
    done = authorise(challenge, actor=seen.actor, at=at, key=posting_key(seen.actor, key))
    if done.posting_id is not None and done.kind == "redeemed":
        sessions.keep_posting(person, done.member_id, done.posting_id, at)
    if done.kind == "enrolled":
        sessions.keep_card(person, done.member_id, challenge.phone_index)
    return done


def keep_for_undo(person: Person, posted: Posting, *, at: datetime) -> None:
    """Let the shift undo what was posted, for some seconds; inside ``transaction()``. A replay keeps its first time."""
    if not posted.replayed:
        sessions.keep_posting(person, posted.member_id, posted.posting_id, at)


def remember_stranger(challenge_id: UUID, actor: Actor) -> None:
    """Somebody asked for a challenge that this shift did not start: the audit keeps it, the challenge is untouched."""
    audit.record_alone(
        AuditTag.CHALLENGE_FOREIGN, actor=actor, at=clock.now(), object_id=challenge_id, reason="challenge_not_found"
    )


def keep_refusal(refusal: PointsRefusal) -> None:
    """What the ledger refused is final for its key: stored in a transaction of its own, after the first rolled back."""
    with transaction():
        remember_refusal(refusal)


def report(
    refusal: PointsRefusal, member_id: UUID, receipt: Receipt, *, place: TillPlace, actor: Actor, at: datetime
) -> None:
    """What was refused before a code was sent is no posting; if it was a stop, the managers hear of it all the same."""
    day = business_day(at, place.timezone, place.cutover_hour)
    with transaction():
        watching.tell_of_refusal(
            refusal,
            Scene(member_id=member_id, store_id=receipt.store_id, receipt=receipt.number, day=day, actor=actor, at=at),
        )


def _refuse(tried: Try) -> NoReturn:
    raise REFUSALS[tried.outcome](tries_left=tried.tries_left)
