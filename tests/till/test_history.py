"""What has happened on a card, newest first, and until when its points can be spent."""

import re
from uuid import UUID, uuid4

import pytest

from posapp.core import clock
from posapp.core.actor import system_actor
from posapp.core.db import transaction
from posapp.points import operations
from posapp.points import service as points
from posapp.points.lot import Contra
from posapp.till.routes.history import KINDS, MOVES
from tests.till.scene import CHARLIE, OLGA, Counter, Tablet

pytestmark = [pytest.mark.sqlite_only, pytest.mark.settings(shift_lock_idle_seconds=900)]
GIVEN = 30


@pytest.fixture
def tablet(counter: Counter) -> Tablet:
    tablet = counter.tablet().in_english()
    tablet.enrol()
    return tablet


def rows(tablet: Tablet) -> list[list[str]]:
    """The cells of the table, row by row."""
    body = re.search(r"<tbody>(.*?)</tbody>", tablet.text, re.DOTALL)
    assert body
    return [re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row) for row in body[1].split("</tr>") if "<td" in row]


def terms(tablet: Tablet) -> list[tuple[str, str]]:
    return re.findall(r"<dt>([^<]*)</dt><dd>([^<]*)</dd>", tablet.text)


def give(counter: Counter, member: str, times: int) -> None:
    """Many small corrections."""
    with counter.app.app_context():
        for _ in range(times):
            with transaction():
                points.adjust(
                    UUID(member), points=1, reason="goodwill", author=uuid4(), key=str(uuid4()), actor=system_actor(),
                    at=clock.now(),
                )  # fmt: skip


def test_every_kind_of_posting_and_of_movement_has_a_name() -> None:
    """What pays a debt is moved from a lot to it, and so changes nothing that could be told."""
    assert set(KINDS) == set(operations.KINDS)
    assert {contra for contra, _ in MOVES} == set(Contra) - {Contra.OFFSET}


def test_everything_is_told_with_what_it_moved_and_its_terms(counter: Counter, tablet: Tablet) -> None:
    counter.rules(pending_days=3, valid_days=100)
    tablet.ask_redeem_code("R-1", "1000", "150")
    tablet.type_code(counter.newest_code())
    tablet.send("/till/undo")
    assert "Undone: the receipt counts no more" in tablet.text
    assert "150 points given back · 42 points taken back" in tablet.text
    tablet.credit("R-2", "1000")
    tablet.go(f"/till/card/{tablet.member_id}/history")
    store = re.search(r'bar-place"><span>([^<]*)<', tablet.text)
    assert store
    here = f"\xa0· {store[1]}"
    assert [row[1:] for row in rows(tablet)] == [
        [f"Receipt R-2{here}", "+50 credited", "250"],
        [f"Return of receipt R-1{here}", "+150 given back, −42 taken back", "200"],
        [f"Receipt R-1{here}", "+42 credited, −150 redeemed", "92"],
        [f"Card opened{here}", "+200 as a gift", "200"],
    ]
    assert terms(tablet) == [
        ("200 points", "until 1 April 2026"),
        ("50 points", "from 5 March 2026 until 13 June 2026"),
    ]


def test_it_is_read_page_by_page_of_the_card_that_was_found_last(counter: Counter, tablet: Tablet) -> None:
    give(counter, tablet.member_id, GIVEN)
    history = f"/till/card/{tablet.member_id}/history"
    tablet.go(history)
    first = rows(tablet)
    older = re.search(rf'href="({history}\?before=[0-9]+)"', tablet.text)
    assert older
    tablet.go(older[1])
    second = rows(tablet)
    assert (len(first), len(second)) == (20, GIVEN + 1 - 20)
    assert [row[-1] for row in [*first, *second]] == [str(points) for points in range(200 + GIVEN, 199, -1)]
    assert terms(tablet) == []
    for odd in ("0", "-1", "x", "²", "9" * 40):
        assert tablet.go(f"{history}?before={odd}").status_code == 200
    tablet.enrol(CHARLIE)
    assert tablet.go(history).status_code == 404
    tablet.find(OLGA)
    assert tablet.go(history).status_code == 200
