"""Sending again, and beginning anew."""

from uuid import uuid4

import pytest

from posapp.settings import current
from posapp.verification.challenge import Challenge
from tests.till.scene import CHARLIE, OLGA, Counter, Tablet
from tests.till.test_code_entry import wrong

pytestmark = pytest.mark.settings(shift_lock_idle_seconds=900)


def resend(tablet: Tablet, challenge: str) -> int:
    tablet.go(f"/till/code/{challenge}")
    return tablet.send(f"/till/code/{challenge}/resend").status_code


def test_a15_nothing_is_sent_again_before_its_time(counter: Counter, tablet: Tablet) -> None:
    challenge = tablet.ask_enrol_code()
    counter.work()
    counter.clock.advance(seconds=current().resend_cooldown_seconds[0] - 1)
    tablet.go(f"/till/code/{challenge}")
    answer = tablet.send(f"/till/code/{challenge}/resend")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    counter.work()
    assert len(counter.texts()) == 1


def test_a16_a_challenge_sends_three_codes_and_no_fourth(counter: Counter, tablet: Tablet) -> None:
    challenge = tablet.ask_enrol_code()
    counter.work()
    first, second = current().resend_cooldown_seconds
    counter.clock.advance(seconds=first)
    assert resend(tablet, challenge) == 200
    counter.work()
    counter.clock.advance(seconds=second)
    assert resend(tablet, challenge) == 200
    counter.work()
    counter.clock.advance(seconds=second)
    tablet.go(f"/till/code/{challenge}")
    assert "/resend" not in tablet.text
    unasked = {"csrf_token": tablet.token, "key": str(uuid4())}
    assert tablet.post(f"/till/code/{challenge}/resend", unasked).status_code == 409
    counter.work()
    assert len(counter.texts()) == 3


def test_a17_the_earlier_code_is_told_so_and_costs_a_try(counter: Counter, tablet: Tablet) -> None:
    challenge = tablet.ask_enrol_code()
    earlier = counter.newest_code()
    counter.clock.advance(seconds=60)
    resend(tablet, challenge)
    newest = counter.newest_code()
    answer = tablet.check(challenge, earlier)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (422, "earlier_code")
    assert answer.get_json()["tries_left"] == current().attempts_max - 1
    assert tablet.check(challenge, newest).status_code == 200


def test_a18_wrong_codes_are_counted_across_a_resend(counter: Counter, tablet: Tablet) -> None:
    challenge = tablet.ask_enrol_code()
    code = counter.newest_code()
    for _ in range(current().attempts_max - 1):
        tablet.check(challenge, wrong(code))
    counter.clock.advance(seconds=60)
    resend(tablet, challenge)
    answer = tablet.check(challenge, wrong(counter.newest_code()))
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "challenge_exhausted")


def test_a19_two_spent_challenges_lock_the_number_at_every_till_and_no_other_number(counter: Counter) -> None:
    for till, login in ((0, "anna"), (1, "timur")):
        tablet = counter.tablet(login, till)
        challenge = tablet.ask_enrol_code()
        code = counter.newest_code()
        for _ in range(current().attempts_max):
            tablet.check(challenge, wrong(code))
        counter.clock.advance(seconds=61)
    tablet = counter.tablet("anna", 2)
    tablet.questionnaire()
    answer = tablet.send("/till/enrol/[^/]+/confirm")
    assert answer.status_code == 423
    assert tablet.enrol(CHARLIE)


def test_a21_guesses_at_a_dead_challenge_do_not_lock_its_number(counter: Counter, tablet: Tablet) -> None:
    dead = tablet.ask_enrol_code()
    counter.work()
    tablet.send(f"/till/code/{dead}/cancel")
    for _ in range(2 * current().number_failures_day):
        assert tablet.check(dead, "000000").status_code == 409
    assert tablet.enrol()


def test_a22_the_newest_start_of_a_number_supersedes(counter: Counter, tablet: Tablet) -> None:
    first = tablet.ask_enrol_code()
    code = counter.newest_code()
    other = counter.tablet("timur", 1)
    other.ask_enrol_code()
    assert tablet.check(first, code).status_code == 409
    states = sorted(challenge.state for challenge in counter.rows(Challenge))
    assert states == ["pending", "superseded"]
    assert other.type_code(counter.newest_code(OLGA)).status_code == 200
