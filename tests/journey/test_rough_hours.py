"""What goes wrong at a counter every day: fingers, Wi-Fi, long pauses, the Back button, two languages at one table."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from posapp.points.models import PostingRow
from tests.journey.screens import ANNA_PIN, CARD, DONE, be, draw, jar_of, keys, sign_in, wait_until
from tests.support.fake_clock import FakeClock
from tests.support.noise import Noise
from tests.till.scene import Counter

pytestmark = pytest.mark.browser

AWAY = "net::ERR_INTERNET_DISCONNECTED"
BEFORE_IT_GIVES_UP_MS = 3000
"""A request without an answer ends by itself after four seconds; one that nobody waits for any more ends at once."""

FIRST, SECOND = "9161234567", "9161234568"
"""Olga has the first number; nobody has the second."""


def test_a_slow_network_a_lost_one_and_a_quick_finger(
    counter: Counter, base_url: str, page: Page, noise: Noise
) -> None:
    anna = counter.tablet()
    anna.enrol()
    be(page, base_url, jar_of(anna.client))
    page.goto("/till")
    the_newest_number_wins(page)
    the_number_stays_while_the_connection_is_lost(page, noise)
    a_double_tap_credits_once(page)
    assert [row.kind for row in counter.rows(PostingRow)].count("sale") == 1


def the_newest_number_wins(page: Page) -> None:
    """Asked at the last digit and not before; an answer that comes too late is for nobody."""
    held: list[Route] = []
    page.route("**/till/find", lambda route: route.continue_() if held else held.append(route))
    keys(page, FIRST[:-1])
    assert held == []
    keys(page, FIRST[-1])
    wait_until(page, lambda: len(held) == 1)
    with page.expect_event("requestfailed", timeout=BEFORE_IT_GIVES_UP_MS):
        page.locator('[data-key="back"]').tap()
    keys(page, SECOND[-1])
    expect(page.get_by_text("Карты с этим номером ещё нет.")).to_be_visible()
    expect(page.get_by_role("button", name="Новая карта")).to_be_visible()
    assert page.url.endswith("/till")
    page.unroute_all()


def the_number_stays_while_the_connection_is_lost(page: Page, noise: Noise) -> None:
    """It is said, the number stays, and one tap opens the card when the connection is back."""
    page.context.set_offline(True)
    page.locator('[data-key="back"]').tap()
    keys(page, FIRST[-1])
    expect(page.locator("#phone-error")).to_have_text("Нет связи. Попробуйте ещё раз.")
    expect(page.get_by_label("Телефон покупателя")).to_have_value("+7 916 123 45 67")
    expect(page.locator("[data-offline]")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("[data-offline]")).to_be_hidden()
    page.get_by_role("button", name="Найти").tap()
    page.wait_for_url(CARD)
    noise.heard[:] = [heard for heard in noise.heard if AWAY not in heard]


def a_double_tap_credits_once(page: Page) -> None:
    """The second touch comes while the first is on its way."""
    held: list[Route] = []
    page.route("**/credit", lambda route: held.append(route))
    keys(page, "1000")
    page.get_by_label("Номер чека").tap()
    keys(page, "1001")
    button = page.get_by_role("button", name="Начислить 50 баллов")
    place = button.bounding_box()
    assert place is not None
    for _ in range(2):
        page.touchscreen.tap(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    wait_until(page, lambda: bool(held))
    held[0].continue_()
    page.wait_for_url(DONE)
    assert len(held) == 1


def test_a_questionnaire_outlives_errors_the_back_button_and_the_shift(
    counter: Counter, base_url: str, page: Page, clock: FakeClock
) -> None:
    be(page, base_url, jar_of(counter.tablet().client))
    page.goto("/till/new")
    keys(page, FIRST)
    page.get_by_role("button", name="Продолжить с этим номером").tap()
    page.wait_for_url("**/till/enrol/*")
    an_error_keeps_what_was_typed(page)
    back_keeps_what_was_typed(page)
    the_shift_ends_and_the_form_waits(page, clock)
    two_languages_at_one_table(page)


def an_error_keeps_what_was_typed(page: Page) -> None:
    page.get_by_label("Фамилия").fill("Козлова")
    page.get_by_label("Имя").fill("Ольга")
    page.get_by_label("День", exact=True).fill("31")
    page.get_by_label("Месяц").select_option(label="февраля")
    page.get_by_role("button", name="Передать планшет покупателю").tap()
    expect(page.locator("#error-summary")).to_be_focused()
    expect(page).to_have_title("Ошибка: Новая карта")
    has_the_answers(page, day="31")
    page.get_by_role("link", name="Такой даты нет").tap()
    expect(page.get_by_label("День", exact=True)).to_be_focused()
    page.get_by_label("День", exact=True).fill("28")
    page.get_by_role("button", name="Передать планшет покупателю").tap()
    page.wait_for_url("**/customer")


def back_keeps_what_was_typed(page: Page) -> None:
    """From the customer's page, over the page with the error, to the questionnaire."""
    page.go_back()
    has_the_answers(page, day="28")


def has_the_answers(page: Page, *, day: str) -> None:
    expect(page.get_by_label("Фамилия")).to_have_value("Козлова")
    expect(page.get_by_label("Имя")).to_have_value("Ольга")
    expect(page.get_by_label("День", exact=True)).to_have_value(day)
    expect(page.get_by_label("Месяц")).to_have_value("2")


def the_shift_ends_and_the_form_waits(page: Page, clock: FakeClock) -> None:
    """Half an hour of talking: the cashier signs in again, and what was typed last is still there."""
    questionnaire = page.url
    page.get_by_label("Отчество").fill("Сергеевна")
    clock.advance(minutes=31)
    page.get_by_role("button", name="Передать планшет покупателю").tap()
    expect(page.get_by_label("Пароль")).to_be_visible()
    sign_in(page, "anna")
    page.wait_for_url("**/till/pin")
    keys(page, ANNA_PIN)
    page.get_by_role("button", name="Начать смену").tap()
    expect(page.get_by_role("heading", name="Ваша форма сохранилась")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Сергеевна")
    page.get_by_role("button", name="Отправить").tap()
    page.wait_for_url("**/customer")
    page.goto(questionnaire)
    has_the_answers(page, day="28")


def two_languages_at_one_table(page: Page) -> None:
    """The cashier reads English, the customer Russian, each on the own pages."""
    page.get_by_role("button", name="English").tap()
    expect(page.get_by_label("Patronymic")).to_have_value("Сергеевна")
    page.get_by_label("Русский").tap()
    page.get_by_role("button", name="Hand the tablet to the customer").tap()
    page.wait_for_url("**/customer")
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    page.get_by_label("Принимаю правила карты").tap()
    draw(page, page.get_by_role("img", name="Ваша подпись"))
    page.get_by_role("button", name="Подтверждаю отмеченное").tap()
    expect(page).to_have_title("Ошибка: Ваша карта")
    expect(page.get_by_label("Принимаю правила карты")).to_be_checked()
    page.get_by_label("Даю согласие на обработку моих").tap()
    page.get_by_role("button", name="Подтверждаю отмеченное").tap()
    page.wait_for_url("**/confirm")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("main")).to_contain_text("Drawn on the screen")
    expect(page.get_by_role("button", name="I took this questionnaire: send the code")).to_be_visible()
