"""How lots, reservations and receipts lie in JSON: short, because an account row is rewritten by every posting.

Moments are whole seconds since 1970 (UTC); for ever is null.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from posapp.points.lot import LotPart, OpenLot, Term
from posapp.points.sold import Returned, Sold, SoldLine
from posapp.points.state import Granted, Hold

Array = list[Any]
Object = dict[str, Any]


def lots_to_json(lots: Sequence[OpenLot]) -> Array:
    """`[[lot, remaining, available_at, expires_at], …]`"""
    return [[lot.number, lot.remaining, *_term_to_json(lot.term)] for lot in lots]


def lots_from_json(stored: Array) -> tuple[OpenLot, ...]:
    return tuple(OpenLot(lot, remaining, _term(since, until)) for lot, remaining, since, until in stored)


def holds_to_json(holds: Sequence[Hold]) -> Array:
    """`[[hold, expires_at, [[lot, points, available_at, expires_at], …]], …]`"""
    return [[str(hold.hold_id), _seconds(hold.expires_at), _parts_to_json(hold.parts)] for hold in holds]


def holds_from_json(stored: Array) -> tuple[Hold, ...]:
    return tuple(Hold(UUID(hold), _moment(until), _parts(parts)) for hold, until, parts in stored)


def granted_to_json(granted: Granted) -> Object:
    return {"welcome": granted.welcome, "birthday_year": granted.birthday_year}


def granted_from_json(stored: Mapping[str, Any]) -> Granted:
    return Granted(stored["welcome"], stored["birthday_year"])


def sold_to_json(sold: Sold) -> Object:
    return {
        "day": sold.day.isoformat(),
        "value": sold.point_value_minor,
        "lines": [[line.id, line.amount_minor, line.share_minor, line.weight] for line in sold.lines],
        "spent": _parts_to_json(sold.spent),
        "earned": sold.earned,
        "lots": list(sold.earned_lots),
    }


def sold_from_json(stored: Mapping[str, Any]) -> Sold:
    return Sold(
        day=date.fromisoformat(stored["day"]),
        point_value_minor=stored["value"],
        lines=tuple(SoldLine(*line) for line in stored["lines"]),
        spent=_parts(stored["spent"]),
        earned=stored["earned"],
        earned_lots=tuple(stored["lots"]),
    )


def returned_to_json(returned: Returned) -> Object:
    return {
        "times": returned.times,
        "lines": dict(returned.by_line),
        "given_back": returned.given_back,
        "collected": returned.collected,
        "absorbed": returned.absorbed,
        "refunded": returned.refunded_minor,
    }


def returned_from_json(stored: Mapping[str, Any] | None) -> Returned:
    if stored is None:
        return Returned()
    return Returned(
        times=stored["times"],
        by_line=stored["lines"],
        given_back=stored["given_back"],
        collected=stored["collected"],
        absorbed=stored["absorbed"],
        refunded_minor=stored["refunded"],
    )


def _parts_to_json(parts: Sequence[LotPart]) -> Array:
    return [[part.lot, part.points, *_term_to_json(part.term)] for part in parts]


def _parts(stored: Array) -> tuple[LotPart, ...]:
    return tuple(LotPart(lot, points, _term(since, until)) for lot, points, since, until in stored)


def _term_to_json(term: Term) -> tuple[int, int | None]:
    return _seconds(term.available_at), None if term.expires_at is None else _seconds(term.expires_at)


def _term(since: int, until: int | None) -> Term:
    return Term(_moment(since), None if until is None else _moment(until))


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
