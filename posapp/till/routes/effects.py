"""What a return does, in words: said beforehand, and after it was done."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext, ngettext

from posapp.points.posting import Posting
from posapp.points.previewing import Foreseen
from posapp.web.locale import amount, local_day
from posapp.web.locale import points as grouped


def foretold(found: Foreseen) -> str:
    """Everything that the return would do, the usual first."""
    result = found.result
    number = {name: value for name, value in result.items() if isinstance(value, int)}
    return " ".join([*_points(number), *_money(number), *_unusual(found, number)])


def button_text(found: Foreseen | None) -> str:
    """The result, on the button that brings it about."""
    refund = int(found.result["refund_minor"]) if found else 0
    return str(gettext("Pay back %(amount)s", amount=amount(refund)) if refund else gettext("Take the goods back"))


def done_text(posting: Posting) -> str:
    """What a return has moved on the card."""
    given, taken = posting.given_back, posting.taken_back
    parts = []
    if given:
        parts.append(
            ngettext("%(points)s point given back", "%(points)s points given back", given, points=grouped(given))
        )
    if taken:
        parts.append(
            ngettext("%(points)s point taken back", "%(points)s points taken back", taken, points=grouped(taken))
        )
    told = " · ".join(parts)
    return told[:1].upper() + told[1:]


def _points(number: dict[str, int]) -> Iterator[str]:
    """Given back is what comes to the card: of points that have lapsed for good more is said further on."""
    given, taken = number["given_back"] - number.get("lapsed", 0), number["taken_back"]
    values = {"given": grouped(given), "taken": grouped(taken)}
    if given and taken:
        yield ngettext(
            "Gives back %(given)s point, takes back %(taken)s.",
            "Gives back %(given)s points, takes back %(taken)s.",
            given, **values,
        )  # fmt: skip
    elif given:
        yield ngettext("Gives back %(given)s point.", "Gives back %(given)s points.", given, **values)
    elif taken:
        yield ngettext("Takes back %(taken)s point.", "Takes back %(taken)s points.", taken, **values)
    else:
        yield gettext("No points move.")


def _money(number: dict[str, int]) -> Iterator[str]:
    refund, kept = number["refund_minor"], number.get("deducted_minor", 0)
    if refund:
        yield gettext("%(amount)s is paid back in money.", amount=amount(refund))
    else:
        yield gettext("Nothing is paid back in money.")
    if kept:
        yield gettext("%(amount)s is kept for points that have been spent.", amount=amount(kept))


def _unusual(found: Foreseen, number: dict[str, int]) -> Iterator[str]:
    settled, lapsed = number.get("debt_settled", 0), number.get("lapsed", 0)
    owed = found.debt_after - found.debt_before + settled
    let_go = 0 if "deducted_minor" in number else number.get("uncollected", 0)
    if owed:
        yield ngettext(
            "%(points)s point has been spent already: the next one on the card settles it.",
            "%(points)s points have been spent already: the next ones on the card settle them.",
            owed, points=grouped(owed),
        )  # fmt: skip
    if let_go:
        yield ngettext(
            "%(points)s more point has been spent already and stays with the customer.",
            "%(points)s more points have been spent already and stay with the customer.",
            let_go, points=grouped(let_go),
        )  # fmt: skip
    for restored in found.restored:
        if (last := restored.term.last_moment) is not None:
            yield ngettext(
                "Of the points given back %(points)s can be spent until %(day)s.",
                "Of the points given back %(points)s can be spent until %(day)s.",
                restored.points, points=grouped(restored.points), day=local_day(last),
            )  # fmt: skip
    if lapsed:
        yield ngettext(
            "%(points)s more point has lapsed and does not come back.",
            "%(points)s more points have lapsed and do not come back.",
            lapsed, points=grouped(lapsed),
        )  # fmt: skip
    if settled:
        yield ngettext(
            "Of the points given back %(points)s settles an earlier return.",
            "Of the points given back %(points)s settle an earlier return.",
            settled, points=grouped(settled),
        )  # fmt: skip
