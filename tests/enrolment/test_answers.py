"""What people write about themselves is taken as they write it, and refused only where it cannot be meant."""

from datetime import UTC, date, datetime

import pytest

from posapp.core import keys
from posapp.core.keys import KeyRing
from posapp.enrolment.draft import Draft, birthday_of
from posapp.enrolment.fields import is_birthday, is_name, tidy, tidy_email

TODAY = date(2026, 3, 2)
INVITING = ("+79031112233", "+79031112234")


@pytest.mark.parametrize(
    "name", ["Анна", "Салтыков-Щедрин", "O’Neil", "д'Артаньян", "Нгуен Тхи", "Åsa", "Ли", "李", "Мл. Иванов", "é"]
)
def test_a_name_may_be_of_any_script(name: str) -> None:
    assert is_name(tidy(name))


@pytest.mark.parametrize(
    "text", ["", "-", "…", "4nna", "Анна1", "<img onerror=alert(1)>", "{{7*7}}", "Анна\u202e", "=cmd|x", "А" * 101, "☺"]
)
def test_a69_what_is_no_name_is_refused(text: str) -> None:
    assert not is_name(tidy(text))


def test_a_name_has_one_spelling() -> None:
    assert tidy("  Анна \t Мария\n") == "Анна Мария"
    assert tidy("И\u0306") == "Й"


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [("17", "5", "1990"), ("1", "1", ""), ("29", "2", ""), ("29", "2", "2000"), ("02", "3", "2026")],
)
def test_a_birthday_is_a_day_of_the_calendar(day: str, month: str, year: str) -> None:
    assert is_birthday(day, month, year, today=TODAY)


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [
        ("31", "4", ""), ("30", "2", ""), ("29", "2", "2001"), ("0", "1", ""), ("1", "13", ""), ("3", "3", "2026"),
        ("1", "1", "1899"), ("1", "1", "90"), ("１", "1", ""), ("1", "май", ""), ("-1", "1", ""), ("1\n", "1", ""),
    ],
)  # fmt: skip
def test_no_other_day_is_a_birthday(day: str, month: str, year: str) -> None:
    assert not is_birthday(day, month, year, today=TODAY)


def test_a_birthday_is_written_with_or_without_its_year() -> None:
    assert birthday_of({"birthday_day": "7", "birthday_month": "5", "birthday_year": "1990"}) == "1990-05-07"
    assert birthday_of({"birthday_day": "17", "birthday_month": "5", "birthday_year": ""}) == "--05-17"
    assert birthday_of({"birthday_day": "", "birthday_month": "", "birthday_year": ""}) is None
    assert birthday_of({}) is None


@pytest.mark.parametrize("typed", ["anna@example.com", "анна@пример.рф", "a.b+c@sub.example.org"])
def test_an_address_is_taken_without_asking_whether_it_receives(typed: str) -> None:
    assert tidy_email(typed)


@pytest.mark.parametrize(
    "typed", ["anna", "anna@", "@example.com", "a b@example.com", "a@b@c.org", "a@example.com\nBcc: x"]
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    assert tidy_email(typed) is None


def filled() -> Draft:
    answers = {"surname": "Каренина", "given_name": "Анна"}
    return Draft(phone="+79161234567", language="ru", salt="00" * 16, answers=answers, is_filled=True, by_code=True)


def signed() -> Draft:
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    return filled().signed_by_customer({"rules": "a" * 64}, at=at, utc_offset_minutes=180)


def test_the_digest_changes_with_every_answer_and_with_every_document(
    ring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "_installed", ring)
    one = signed()
    others = [
        one.answered({"surname": "Каренина", "given_name": "Долли"}, language="ru", is_filled=True),
        one.answered(one.answers, language="en", is_filled=True),
        *(Draft.of(one.to_json() | {"answers": {**one.answers, "referrer": number}}) for number in INVITING),
        Draft.of(one.to_json() | {"phone": "+79161234568"}),
        Draft.of(one.to_json() | {"ticks": ["rules"]}),
        Draft.of(one.to_json() | {"salt": "01" * 16}),
        Draft.of(one.to_json() | {"signed": {**one.to_json()["signed"], "documents": {"rules": "b" * 64}}}),
    ]
    assert len({draft.digest() for draft in [one, *others]}) == 9


def test_the_digest_cannot_be_guessed_from_a_name_and_a_birthday() -> None:
    drafts = [Draft(phone="+79161234567", language="ru", answers=filled().answers, by_code=True) for _ in range(2)]
    assert drafts[0].digest() != drafts[1].digest()


def test_a_draft_that_was_kept_is_the_same_draft() -> None:
    assert Draft.of(signed().to_json()) == signed()


def test_a_changed_answer_takes_both_signatures_off() -> None:
    changed = signed().answered({"surname": "Левина", "given_name": "Анна"}, language="ru", is_filled=True)
    assert (changed.signed, changed.taken) == (None, None)


def test_the_same_answers_again_leave_the_signature() -> None:
    assert signed().answered(filled().answers, language="ru", is_filled=True).signed is not None


def test_printing_a_draft_shows_nothing() -> None:
    assert "Анна" not in repr(signed())
    assert "7916" not in repr(signed())
