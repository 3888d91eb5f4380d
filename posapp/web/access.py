"""Who may call a route: declared on it, checked before it, denied where nothing is declared.

Who is asking is learnt through a port that the staff room fills (``install``): one indexed read a request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeVar
from uuid import UUID

from flask import Flask, current_app, g, request

from posapp.core import clock, ids
from posapp.core.actor import Actor, Role
from posapp.core.money import UNKNOWN, Currency

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class TillPlace:
    """The enrolled till that the request comes from, and its store."""

    till_id: UUID
    till_name: str
    store_id: UUID
    store_name: str
    timezone: str
    region: str
    cutover_hour: int


@dataclass(frozen=True, slots=True)
class Person:
    """The staff member signed in, with the session's row: its stable id, its shard and what it has under way."""

    staff_id: UUID
    name: str
    role: Role
    store_ids: frozenset[UUID]
    session_id: UUID
    session_subject: UUID
    state: Literal["active", "locked", "choose_pin"]
    work: Mapping[str, Any] = field(default_factory=dict)
    phone_index: UUID | None = None
    """The index of the person's own number, where it is known."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Everything known about who is asking."""

    till: TillPlace | None
    person: Person | None
    request_id: str
    currency: Currency = UNKNOWN
    """The shop's, known as soon as a till or a person is."""

    @property
    def actor(self) -> Actor:
        """The visitor as the audit and the services see them."""
        person, till = self.person, self.till
        return Actor(
            kind="staff" if person else "system",
            staff_id=person.staff_id if person else None,
            role=person.role if person else None,
            session_id=person.session_id if person else None,
            store_id=till.store_id if till else None,
            till_id=till.till_id if till else None,
            request_id=self.request_id,
        )


@dataclass(frozen=True, slots=True)
class Access:
    """What a route asks of its caller."""

    kind: Literal["public", "till", "staff"]
    roles: frozenset[Role] = frozenset()
    till: bool = False


Identify = Callable[[Mapping[str, str], datetime, str], Visitor]
"""(cookies, at, request id) -> visitor."""


def public(view: View) -> View:
    """Anybody may call this route."""
    return _declare(view, Access("public"))


def at_till(view: View) -> View:
    """An enrolled till may call this route; nobody needs to be signed in."""
    return _declare(view, Access("till", till=True))


def requires(*roles: Role, till: bool = False) -> Callable[[View], View]:
    """Somebody signed in, unlocked, in one of ``roles``; with ``till``, on an enrolled till."""
    return lambda view: _declare(view, Access("staff", frozenset(roles), till))


def access_of(view: Callable[..., Any]) -> Access | None:
    """What ``view`` has declared, or None."""
    declared = getattr(view, "access", None)
    return declared if isinstance(declared, Access) else None


def install(app: Flask, identify: Identify) -> None:
    """Fill the port: how cookies become a visitor."""
    app.extensions["identify"] = identify


def visitor() -> Visitor:
    """Who is asking; read once a request."""
    if "visitor" not in g:
        identify: Identify = current_app.extensions["identify"]
        g.visitor = identify(request.cookies, clock.now(), request_id())
    found: Visitor = g.visitor
    return found


def request_id() -> str:
    """This request's id: in the audit, the logs and the answer's headers."""
    if "request_id" not in g:
        g.request_id = ids.uuid7().hex
    found: str = g.request_id
    return found


def here() -> TillPlace:
    """The till of the request, on a route that asks for one."""
    till = visitor().till
    if till is None:
        raise RuntimeError("the route does not declare till=True")
    return till


def me() -> Person:
    """The person of the request, on a route that asks for one."""
    person = visitor().person
    if person is None:
        raise RuntimeError("the route does not declare who must be signed in")
    return person


def _declare(view: View, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined]
    return view
