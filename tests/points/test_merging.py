"""Two cards become one."""

from tests.points.play import Event, at, back, given, hold, line, opened, play, sale

TWO = (opened("A"), opened("B"))


def merged(from_: str = "A", into: str = "B", *, minutes: int = 0, day: int = 2) -> Event:
    return {"type": "merge", "from": from_, "into": into, "at": at(day, minutes)}


def test_a_debt_moves_too_and_is_paid_from_what_is_there() -> None:
    indebted = (sale("R1", 100_000), sale("R2", 10_000, redeem=50, day=1), back("R1", day=1))
    played = play({}, *TWO, *indebted, given(100, account="B"), merged())
    assert played.last == {"moved": 0, "debt_settled": 48}
    assert played.lots("B") == [("adjust", 52)]
    assert played.account("A")["debt"] == played.account("B")["debt"] == 0
    assert "MERGE" not in played.books["contra"]
    assert "OFFSET" not in played.books["contra"]


def test_points_that_come_along_pay_the_debt_of_the_other() -> None:
    indebted = (
        sale("R1", 100_000, account="B"), sale("R2", 10_000, account="B", redeem=50, day=1), back("R1", day=1)
    )  # fmt: skip
    played = play({}, *TWO, *indebted, given(100), merged())
    assert played.last == {"moved": 100, "debt_settled": 48}
    assert played.lots("B") == [("adjust", 52)]


def test_what_was_set_aside_moves_with_the_rest_and_is_spent_no_more() -> None:
    played = play({}, *TWO, given(100), hold(60, 100_000), merged(day=0, minutes=5))
    assert played.last == {"moved": 100}
    assert played.lots("B") == [("adjust", 100)]
    late = sale("R1", 100_000, account="A") | {"hold": "h", "at": at(minutes=6)}
    assert play({}, *TWO, given(100), hold(60, 100_000), merged(day=0, minutes=5), late).last == {"error": "no_hold"}


def test_spent_points_of_the_old_card_come_back_to_the_new_one_with_their_term() -> None:
    events = (given(500, valid_days=100), sale("R1", 100_000, redeem=300), merged(day=1), back("R1", day=2))
    played = play({}, *TWO, *events)
    assert played.last == {"given_back": 300, "taken_back": 35, "refund_minor": 70_000}
    assert sum(lot["remaining"] for lot in played.account("B")["lots"]) == 500
    assert {lot["expires_at"] for lot in played.account("B")["lots"]} == {"2026-06-10T21:00:00Z"}


def test_a_return_in_two_parts_may_have_a_merge_between_them() -> None:
    half = [line("1", 50_000)]
    events = (given(500), sale("R1", 100_000, redeem=300), back("R1", half, day=1), merged(), back("R1", half, day=3))
    played = play({}, *TWO, *events)
    assert played.last == {"given_back": 150, "taken_back": 17, "refund_minor": 35_000}
    assert play({}, *TWO, *events, back("R1", day=4)).last == {"error": "over_return"}


def test_gifts_that_either_card_had_come_no_more() -> None:
    gift = {"type": "bonus", "kind": "welcome", "at": at()}
    played = play({}, *TWO, gift | {"account": "A"}, merged(), gift | {"account": "B", "at": at(3)})
    assert played.last == {"error": "already"}


def test_a_card_cannot_be_merged_into_itself_not_even_by_its_old_name() -> None:
    assert play({}, opened(), merged(into="A")).last == {"error": "same_account"}


def test_neither_card_may_be_frozen() -> None:
    frozen = {"type": "freeze", "account": "B", "at": at()}
    assert play({}, *TWO, frozen, merged()).last == {"error": "frozen"}
