"""Switching rules on: what a draft would replace, and the moment when it becomes a version."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from posapp import audit
from posapp.audit import AuditTag
from posapp.core.actor import Actor
from posapp.core.canonical import canonical_json
from posapp.core.db import db
from posapp.core.errors import Refusal
from posapp.core.text import N_
from posapp.points import drafts, programmes
from posapp.points.drafts import Draft
from posapp.points.kinds import kinds_of, rules_of
from posapp.points.programme import Programme
from posapp.points.versions import Version, Versions, earliest_day, versions
from posapp.stores.models import Shop
from posapp.stores.queries import StoreRow


class NotAllStores(Refusal):
    """The programme counts everywhere, and this person does not answer for every open store."""

    code = "not_all_stores"
    status = 403
    sentence = N_(
        "The rules count in every store of the shop. Ask somebody who manages all of them to change the rules."
    )


class DayTooSoon(Refusal):
    """The rules would begin today or earlier."""

    code = "day_too_soon"
    status = 422
    sentence = N_("The first day of these rules is over or has begun. Choose a later one.")


class NothingChanges(Refusal):
    """The rules are those that count on that day anyway."""

    code = "nothing_changes"
    status = 422
    sentence = N_("These are the rules that count on that day anyway. Change something first.")


class ChangedMeanwhile(Refusal):
    """What was looked at is not what would be published now."""

    code = "changed_meanwhile"
    status = 409
    sentence = N_("The rules have changed since this page was opened. Look once more at what changes.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A draft beside the rules that it would replace."""

    draft: Draft
    starts_on: date
    earliest: date
    replaced: Version | None
    """The version that would count on the first day otherwise."""
    follower: Version | None
    """The version that takes over after it."""
    newest: int
    """The number of the newest version."""

    @property
    def before(self) -> Programme:
        return self.replaced.programme if self.replaced else Programme(exponent=self.draft.programme.exponent)

    @property
    def is_too_soon(self) -> bool:
        return self.starts_on < self.earliest

    @property
    def changes_nothing(self) -> bool:
        same_name = self.replaced is None or self.replaced.name == self.draft.name
        return same_name and _in_order(self.draft.programme) == _in_order(self.before)

    @property
    def edition(self) -> str:
        """A digest of everything that a look at it shows: what is published is what was looked at."""
        shown = [self.draft.name, self.draft.programme.to_config(), self.starts_on.isoformat(), self.newest]
        return hashlib.sha256(canonical_json(shown)).hexdigest()


def _in_order(programme: Programme) -> Programme:
    """The same rules; the order in which kinds of goods are named says nothing."""
    return Programme.from_config(programme.to_config() | rules_of(kinds_of(programme)))


def covers(store_ids: Collection[UUID], stores: Sequence[StoreRow]) -> bool:
    """Does somebody of these stores answer for every open one?"""
    return all(store.store_id in store_ids for store in stores if store.is_active)


def proposal_of(draft: Draft, found: Versions, stores: Sequence[StoreRow], at: datetime) -> Proposal:
    """What would come of publishing the draft at this moment."""
    today = found.on_day(programmes.latest_day(at))
    rules = [draft.programme, *([today.programme] if today else [])]
    earliest = earliest_day(rules, [store for store in stores if store.is_active], at)
    starts_on = draft.starts_on or earliest
    return Proposal(
        draft=draft,
        starts_on=starts_on,
        earliest=earliest,
        replaced=found.on_day(starts_on),
        follower=found.next_after(starts_on),
        newest=max((version.number for version in found.every), default=0),
    )


def publish(staff_id: UUID, edition: str, *, stores: Sequence[StoreRow], actor: Actor, at: datetime) -> Proposal:
    """Make this person's draft a version, if it is still what was looked at; inside the caller's transaction.

    Of two people who publish at once the second is told to look again. Raises ChangedMeanwhile, DayTooSoon and
    NothingChanges. Whether the person may is the caller's to ask (`covers`).
    """
    db.session.execute(select(Shop.id).with_for_update())
    draft = drafts.draft_of(staff_id, locked=True)
    if draft is None:
        raise ChangedMeanwhile
    proposal = proposal_of(draft, versions(), stores, at)
    if proposal.edition != edition:
        raise ChangedMeanwhile
    if proposal.is_too_soon:
        raise DayTooSoon
    if proposal.changes_nothing:
        raise NothingChanges
    rules, first = draft.programme, proposal.starts_on
    programme_id = programmes.publish(rules, name=draft.name, starts_on=first, actor=actor, at=at)
    details = {"version": proposal.newest + 1, "starts_on": first.isoformat()}
    audit.record(AuditTag.PROGRAMME_PUBLISHED, actor=actor, at=at, object_id=programme_id, details=details)
    drafts.discard(staff_id)
    return proposal
