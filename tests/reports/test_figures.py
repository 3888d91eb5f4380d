"""A made-up day, and what the report says of it."""

from collections import Counter
from datetime import date, datetime, timedelta

from posapp.consent.purposes import REQUIRED, ConsentPurpose
from posapp.reports.figure import Figure
from posapp.reports.period import Period
from tests.reports.books import MINUTE, Books

MONDAY = date(2026, 3, 2)
TODAY = Period(MONDAY, MONDAY)
NOON = datetime.fromisoformat("2026-03-02T12:00:00+03:00")


def shown(counts: Counter[str]) -> dict[str, int]:
    return {str(name): count for name, count in counts.items() if count}


def a_day(books: Books) -> None:
    """Five questionnaires on Tverskaya and one on Arbat: three cards, three that came to nothing."""
    by_sms = REQUIRED | {ConsentPurpose.ADVERTISING_SMS}
    first = books.enrol(books.anna, NOON, agreed=by_sms)
    books.enrol(books.anna, NOON + 5 * MINUTE)
    second_try = books.begin(books.boris, NOON)
    challenge = second_try.ask(NOON)
    second_try.send(challenge, NOON)
    second_try.send(challenge, NOON + MINUTE, delivered_at=NOON + 2 * MINUTE)
    second_try.match(challenge, NOON + 2 * MINUTE)
    second_try.card(NOON + 2 * MINUTE, agreed=frozenset(ConsentPurpose))
    mute = books.begin(books.boris, NOON + 10 * MINUTE)
    mute.send(mute.ask(NOON + 10 * MINUTE, state="exhausted", reason="wrong_codes"), NOON + 10 * MINUTE)
    mute.end("exhausted", NOON + 20 * MINUTE)
    nobody = books.begin(books.anna, NOON)
    nobody.send(nobody.ask(NOON, state="send_failed", reason="send_refused_final"), NOON, refused=True)
    nobody.end("send_failed", NOON + MINUTE)
    books.begin(books.charlie, NOON).end("refused_consent", NOON + MINUTE)
    books.sell(books.boris, first, NOON + 30 * MINUTE)
    books.sell(books.anna, first, NOON + 40 * MINUTE)


def test_a_day_with_known_totals(books: Books) -> None:
    a_day(books)
    assert shown(books.report(TODAY).tally.whole) == {
        "begun": 6, "sent": 5, "delivered": 3, "matched": 3, "personal_data": 3, "rules": 3, "advertising_sms": 2,
        "advertising_call": 1, "advertising_messenger": 1, "cards": 3, "accounts": 3, "first_credits": 1,
        "questionnaire:exhausted": 1, "questionnaire:send_failed": 1, "questionnaire:refused_consent": 1,
        "code:exhausted": 1, "code:send_failed": 1,
    }  # fmt: skip


def test_by_store_till_cashier_and_day(books: Books) -> None:
    a_day(books)
    tally = books.report(TODAY).tally
    house = books.house
    assert tally.by_store[house.tverskaya][Figure.BEGUN] == 5
    assert shown(tally.by_store[house.arbat]) == {"begun": 1, "questionnaire:refused_consent": 1}
    assert tally.by_till[house.till_1][Figure.CARDS] == 2
    assert tally.by_till[house.till_2][Figure.CARDS] == 1
    assert tally.by_person[house.people["anna"]][Figure.CARDS] == 2
    assert tally.by_person[house.people["boris"]][Figure.FIRST_CREDITS] == 1
    assert shown(tally.by_day[MONDAY]) == shown(tally.whole)


def test_one_store_is_only_that_store(books: Books) -> None:
    a_day(books)
    tally = books.report(TODAY, books.house.arbat).tally
    assert shown(tally.whole) == {"begun": 1, "questionnaire:refused_consent": 1}


def test_before_the_cut_over_it_is_still_yesterday(books: Books) -> None:
    """Tverskaya closes its day at four in the morning, Arbat at midnight."""
    half_past_three = datetime.fromisoformat("2026-03-02T03:30:00+03:00")
    books.enrol(books.anna, half_past_three)
    books.enrol(books.charlie, half_past_three)
    yesterday = Period(MONDAY - timedelta(days=1), MONDAY - timedelta(days=1))
    for period, anna, charlie in ((yesterday, 1, 0), (TODAY, 0, 1)):
        by_store = books.report(period).tally.by_store
        assert by_store[books.house.tverskaya][Figure.CARDS] == anna
        assert by_store[books.house.arbat][Figure.CARDS] == charlie


def test_the_moment_of_the_cut_over_belongs_to_the_new_day(books: Books) -> None:
    four = datetime.fromisoformat("2026-03-02T04:00:00+03:00")
    books.begin(books.anna, four)
    books.begin(books.anna, four - timedelta(microseconds=1))
    assert books.report(TODAY).tally.whole[Figure.BEGUN] == 1
    assert books.report(Period(MONDAY - timedelta(days=1), MONDAY)).tally.whole[Figure.BEGUN] == 2


def test_each_thing_counts_on_the_day_it_happened(books: Books) -> None:
    """Begun and sent a minute before four, delivered and matched after."""
    late = datetime.fromisoformat("2026-03-02T03:59:00+03:00")
    visit = books.begin(books.anna, late)
    challenge = visit.ask(late)
    visit.send(challenge, late, delivered_at=late + 2 * MINUTE)
    visit.match(challenge, late + 3 * MINUTE)
    visit.card(late + 3 * MINUTE)
    before = books.report(Period(MONDAY - timedelta(days=1), MONDAY - timedelta(days=1))).tally.whole
    after = books.report(TODAY).tally.whole
    assert shown(before) == {"begun": 1, "sent": 1}
    assert shown(after) == {"delivered": 1, "matched": 1, "personal_data": 1, "rules": 1, "cards": 1, "accounts": 1}


def test_codes_for_anything_else_are_not_counted(books: Books) -> None:
    books.enrol(books.anna, NOON)
    visit = books.begin(books.boris, NOON)
    redeem = visit.ask(NOON, purpose="redeem")
    visit.send(redeem, NOON, delivered_at=NOON)
    visit.match(redeem, NOON + MINUTE)
    whole = books.report(TODAY).tally.whole
    assert (whole[Figure.SENT], whole[Figure.DELIVERED], whole[Figure.MATCHED]) == (1, 1, 1)


def test_only_the_first_receipt_of_a_card_is_its_first_credit(books: Books) -> None:
    visit = books.enrol(books.anna, NOON - timedelta(days=2))
    books.sell(books.boris, visit, NOON - timedelta(days=1))
    books.sell(books.boris, visit, NOON)
    assert books.report(TODAY).tally.whole[Figure.FIRST_CREDITS] == 0
    assert books.report(Period(MONDAY - timedelta(days=1), MONDAY)).tally.whole[Figure.FIRST_CREDITS] == 1


def test_a_supervisors_approval_takes_the_place_of_a_code(books: Books) -> None:
    visit = books.begin(books.anna, NOON)
    visit.match(visit.ask(NOON), NOON + MINUTE, reason="supervisor")
    visit.card(NOON + MINUTE)
    whole = books.report(TODAY).tally.whole
    assert (whole[Figure.MATCHED], whole[Figure.APPROVED], whole[Figure.CARDS]) == (0, 1, 1)
