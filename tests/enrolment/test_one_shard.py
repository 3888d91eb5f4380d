"""Every statement of an enrolment can be answered by one shard: the number's, and then the member's."""

from uuid import uuid4

from posapp.core.db import transaction
from posapp.core.phone import PhoneNumber
from posapp.core.seal import phone_index
from posapp.enrolment import queries, service
from posapp.verification.refusals import find
from tests.enrolment.shopfloor import ANSWERS, SIGNATURE, Tablet
from tests.support.fake_clock import FakeClock
from tests.support.statement_guard import Watch

ANNA = PhoneNumber.restored("+79161234567")


def test_every_step_is_pinned_to_its_shard(olga: Tablet, clock: FakeClock, guarded: Watch) -> None:
    at, actor, place = clock.now(), olga.actor, olga.place
    answers = {name: value for name, value in ANSWERS.items() if name != "language"}
    with guarded() as statements:
        with transaction():
            row = service.begin(ANNA, place=place, language="ru", actor=actor, at=at)
        with transaction():
            row = service.save_answers(row, answers, language="ru", is_filled=True, actor=actor, at=at)
        page = row.body.considered(language="ru", ticks=("personal_data", "rules"), by_code=False, strokes=SIGNATURE)
        with transaction():
            service.sign(row, page, place=place, actor=actor, at=at)
        row = queries.draft_of(phone_index(ANNA), row.draft_id, till_id=place.till_id, at=at)
        with transaction():
            challenge_id = service.take(row, place=place, person=olga.person, brand="Акме", actor=actor, at=at)
        challenge = find(row.phone_index, challenge_id)
        assert challenge is not None
        with transaction():
            service.open_card(challenge, challenge.subject, actor=actor, at=at, key=uuid4().hex)
    assert len(statements) > 20
