"""Typing a code at the till: what counts as one, what a wrong one costs, what a right one opens, and only once."""

import unicodedata
from uuid import UUID, uuid4

import pytest

from posapp.members.models import Member
from posapp.points.models import AccountRow
from posapp.settings import current
from posapp.verification.challenge import Challenge
from posapp.web import idempotency
from posapp.web.models import GivenAnswer
from tests.till.scene import Counter, Tablet

OTHER = str.maketrans("0123456789", "1234567890")

pytestmark = pytest.mark.settings(shift_lock_idle_seconds=900)


def wrong(code: str) -> str:
    """Six digits that are not the code."""
    return code.translate(OTHER)


def spent(counter: Counter) -> int:
    (challenge,) = counter.rows(Challenge)
    return int(challenge.attempts)


@pytest.mark.parametrize("body", [{"code": ""}, {}, {"code": "   "}])
def test_a01_an_empty_code_costs_nothing(counter: Counter, tablet: Tablet, body: dict[str, str]) -> None:
    challenge = tablet.ask_enrol_code()
    counter.work()
    fields = tablet.form("/till/code/[^/]+").fields
    fields.pop("code", None)
    assert tablet.post(f"/till/code/{challenge}", fields | body).status_code == 400
    assert spent(counter) == 0


@pytest.mark.parametrize("code", [None, True, 123456, ["123456"], {"a": 1}, 1e300])
def test_a02_what_is_not_text_costs_nothing(counter: Counter, tablet: Tablet, code: object) -> None:
    challenge = tablet.ask_enrol_code()
    counter.work()
    assert tablet.check(challenge, code).status_code == 400
    assert spent(counter) == 0


@pytest.mark.parametrize("body", ["[]", '"x"', "{", '{"code": "1", "code": "2"}', '{"code": NaN, "key": "x"}'])
def test_a03_a_body_that_is_not_one_object_costs_nothing(counter: Counter, tablet: Tablet, body: str) -> None:
    challenge = tablet.ask_enrol_code()
    counter.work()
    headers = {"X-CSRFToken": tablet.token}
    answer = tablet.client.post(f"/till/code/{challenge}", data=body, content_type="application/json", headers=headers)
    assert answer.status_code == 400
    assert spent(counter) == 0


def test_a04_a05_digits_of_other_scripts_and_things_around_the_code_are_no_code(
    counter: Counter, tablet: Tablet
) -> None:
    challenge = tablet.ask_enrol_code()
    code = counter.newest_code()
    plain = code.replace(" ", "")
    scripts = ["FULLWIDTH DIGIT", "ARABIC-INDIC DIGIT", "MATHEMATICAL BOLD DIGIT", "DEVANAGARI DIGIT"]
    names = ["ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE"]
    odd = ["".join(unicodedata.lookup(f"{script} {names[int(d)]}") for d in plain) for script in scripts]
    odd += [f"{plain}\n", f" {plain}", f"+{plain}", f"{plain[0]}_{plain[1:]}", f"{plain[:3]}\u200b{plain[3:]}"]
    odd += [plain[:5], f"{plain}0"]
    for text in odd:
        assert tablet.check(challenge, text).status_code == 400, ascii(text)
    assert spent(counter) == 0


@pytest.mark.parametrize("between", [" ", "-", ""])
def test_a05_a_space_or_a_hyphen_in_the_middle_is_how_people_write_it(
    counter: Counter, tablet: Tablet, between: str
) -> None:
    challenge = tablet.ask_enrol_code()
    assert tablet.check(challenge, counter.newest_code().replace(" ", between)).status_code == 200


def test_a06_a_code_of_a_megabyte_is_too_much(counter: Counter, tablet: Tablet) -> None:
    challenge = tablet.ask_enrol_code()
    counter.work()
    assert tablet.check(challenge, "1" * 1_000_000).status_code == 413
    assert spent(counter) == 0


def test_a08_four_wrong_codes_and_then_the_right_one_open_the_card(counter: Counter, tablet: Tablet) -> None:
    challenge = tablet.ask_enrol_code()
    code = counter.newest_code()
    for left in reversed(range(1, current().attempts_max)):
        answer = tablet.check(challenge, wrong(code))
        assert (answer.status_code, answer.get_json()["tries_left"]) == (422, left)
    assert tablet.check(challenge, code).status_code == 200
    assert counter.count(Member) == 1


def test_a08_after_five_wrong_codes_the_right_one_opens_nothing(counter: Counter, tablet: Tablet) -> None:
    challenge = tablet.ask_enrol_code()
    code = counter.newest_code()
    answers = [tablet.check(challenge, wrong(code)).status_code for _ in range(current().attempts_max)]
    assert answers == [422, 422, 422, 422, 409]
    assert tablet.check(challenge, code).status_code == 409
    assert counter.count(Member) == 0


def test_a09_the_right_code_opens_one_card_once(counter: Counter, tablet: Tablet) -> None:
    challenge = tablet.ask_enrol_code()
    code = counter.newest_code()
    assert tablet.check(challenge, code).status_code == 200
    assert tablet.check(challenge, code).status_code == 409
    assert counter.count(AccountRow) == 1


def test_a12_a_code_is_too_old_a_second_after_its_life(counter: Counter, tablet: Tablet) -> None:
    challenge = tablet.ask_enrol_code()
    code = counter.newest_code()
    counter.clock.advance(seconds=current().code_life_seconds + 1)
    assert tablet.check(challenge, code).status_code == 410
    assert counter.count(Member) == 0


@pytest.mark.settings(resend_cooldown_seconds=(60, 60))
def test_a13_a_code_sent_again_late_does_not_outlive_its_challenge(counter: Counter, tablet: Tablet) -> None:
    challenge = tablet.ask_enrol_code()
    counter.work()
    counter.clock.advance(seconds=170)
    tablet.go(f"/till/code/{challenge}")
    counter.clock.advance(seconds=current().challenge_life_seconds - 171)
    tablet.send(f"/till/code/{challenge}/resend")
    code = counter.newest_code()
    counter.clock.advance(seconds=2)
    assert tablet.check(challenge, code).status_code == 410


def test_a14_the_clock_of_the_tablet_changes_nothing(counter: Counter, tablet: Tablet) -> None:
    challenge = tablet.ask_enrol_code()
    code = counter.newest_code()
    counter.clock.advance(seconds=current().code_life_seconds + 1)
    yesterday = {"Date": "Sat, 21 Nov 2026 10:00:00 GMT", "X-CSRFToken": tablet.token}
    body = {"code": code, "key": tablet.form("/till/code/[^/]+").fields["key"], "at": "2026-11-21T10:00:00Z"}
    assert tablet.client.post(f"/till/code/{challenge}", json=body, headers=yesterday).status_code == 410


def test_the_page_says_how_many_tries_are_left_and_keeps_nothing_of_the_wrong_code(
    counter: Counter, tablet: Tablet
) -> None:
    tablet.ask_enrol_code()
    code = wrong(counter.newest_code())
    answer = tablet.type_code(code)
    assert answer.status_code == 422
    assert code.replace(" ", "") not in tablet.text
    assert "4" in tablet.text
    assert "<title>" in tablet.text


def test_a52_another_code_under_the_same_key_is_not_answered_with_what_the_first_has_done(
    counter: Counter, tablet: Tablet
) -> None:
    challenge = tablet.ask_enrol_code()
    code, key = counter.newest_code(), str(uuid4())
    first = tablet.check(challenge, code, key)
    assert first.status_code == 200
    other = tablet.check(challenge, wrong(code), key)
    assert (other.status_code, other.get_json()["error"]["code"]) == (422, "key_conflict")
    again = tablet.check(challenge, code.replace(" ", "-"), key)
    assert (again.status_code, again.get_json()) == (200, first.get_json())
    assert counter.count(Member) == 1


def test_a47_a_stored_answer_cannot_be_turned_into_the_code_that_got_it(counter: Counter, tablet: Tablet) -> None:
    challenge = tablet.ask_enrol_code()
    code = counter.newest_code()
    tablet.check(challenge, code)
    plain = code.replace(" ", "")
    guesses = [(UUID(challenge), plain), (UUID(challenge), code), (challenge, plain), (plain,)]
    kept = {row.fingerprint for row in counter.rows(GivenAnswer)}
    assert kept
    assert not kept & {idempotency.fingerprint("code", *guess) for guess in guesses}
