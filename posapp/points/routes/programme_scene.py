"""What every page of the programme knows: the open stores, the versions, and who may change the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import request
from flask_babel import gettext, ngettext

from posapp import audit
from posapp.audit import AuditTag
from posapp.core import clock
from posapp.points.drafts import Draft, draft_of
from posapp.points.programme import Programme
from posapp.points.publishing import NotAllStores, Proposal, covers, proposal_of
from posapp.points.speech import Speech
from posapp.points.versions import Version, Versions, versions
from posapp.stores import queries as places
from posapp.stores.queries import StoreRow
from posapp.web.access import me, visitor
from posapp.web.locale import language

ROOT = "/manager/points/programme"


@dataclass(frozen=True, slots=True)
class Scene:
    """The programme at one moment, as one person sees it."""

    at: datetime
    stores: list[StoreRow]
    """The open ones of the whole shop."""
    found: Versions
    counting: Mapping[UUID | None, tuple[str, ...]]
    """In which stores each version counts at this moment."""
    draft: Draft | None
    """What this person is working on."""

    @property
    def may_change(self) -> bool:
        return covers(me().store_ids, self.stores)

    @property
    def mine(self) -> list[StoreRow]:
        """The person's own stores."""
        return [store for store in self.stores if store.store_id in me().store_ids]

    @property
    def today(self) -> Version | None:
        """The version that counts now; where two do, the later one."""
        return next((version for version in self.found.every if version.id in self.counting), None)

    def working(self) -> Draft:
        """What this person is working on; at the beginning, what counts now."""
        return self.draft or self.beginning(self.today)

    def beginning(self, version: Version | None) -> Draft:
        """Where work on other rules than those of this version begins."""
        if version is None:
            return Draft(gettext("Points"), None, Programme(exponent=visitor().currency.exponent))
        return Draft(version.name, None, version.programme)

    def proposal(self) -> Proposal:
        return proposal_of(self.working(), self.found, self.stores, self.at)

    def placed(self, programme: Programme) -> Programme:
        """The rules brought to a store, where any will do."""
        store = next(iter([*self.mine, *self.stores]), None)
        return programme.at_store(store.timezone if store else "UTC", store.cutover_hour if store else 0)


def scene() -> Scene:
    """Everything as it is now."""
    at, found = clock.now(), versions()
    stores = [store for store in places.all_stores() if store.is_active]
    return Scene(at, stores, found, found.in_force(stores, at), draft_of(me().staff_id))


def editing() -> Scene:
    """The same, for somebody who may change the rules. Raises NotAllStores, and audits it."""
    seen = scene()
    if not seen.may_change:
        details = {"endpoint": request.endpoint or ""}
        tag, reason = AuditTag.ACCESS_REFUSED, NotAllStores.code
        audit.record_alone(tag, actor=visitor().actor, at=seen.at, reason=reason, details=details)
        raise NotAllStores
    return seen


def speech() -> Speech:
    """The language and the money of this answer."""
    return Speech(language(), visitor().currency, gettext, ngettext)
