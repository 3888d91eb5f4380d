"""The whole main job, once, as people do it: by touch, in Russian, on the smallest tablet, with a worker beside."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journey.screens import ANNA_PIN, CARD, DONE, OLGA, Handset, NewContext, draw, keys, laptop, sign_in
from tests.support.fake_clock import FakeClock
from tests.till.scene import Counter

pytestmark = pytest.mark.browser

WELCOME, EARNED = 200, 61
"""Points given with a new card, and the 5 % of 1 234,56 that a receipt of that much earns."""


def test_the_main_job_by_touch_in_russian(
    counter: Counter, new_context: NewContext, page: Page, clock: FakeClock, start_worker: Callable[[], None]
) -> None:
    office, handset = laptop(new_context), Handset(new_context().new_page())
    set_up_the_tablet(office, page)
    begin_the_shift(page)
    open_a_questionnaire(page)
    read_tick_and_sign(page)
    take_the_questionnaire(page)
    follow_the_message(page, clock, start_worker)
    type_the_code(page, handset.code(1))
    credit(page)
    clock.advance(seconds=11)
    ask_to_redeem(page)
    type_the_code(page, handset.code(2))
    undo_the_redemption(page)
    lock_and_unlock(page)
    read_the_report(office)
    undo_the_credit(office)
    find_the_card(page, points=WELCOME)


def set_up_the_tablet(office: Page, tablet: Page) -> None:
    """The manager makes a code, the tablet is told it."""
    office.goto("/sign-in")
    sign_in(office, "manager")
    office.get_by_role("link", name="Кассы").click()
    store = office.locator("section").filter(has=office.get_by_role("heading", name="На Тверской"))
    store.get_by_role("button", name="Создать код: Касса 1").click()
    code = office.locator("code").inner_text()
    tablet.goto("/till/setup")
    tablet.get_by_label("Код этой кассы").fill(code.lower())
    tablet.get_by_role("button", name="Настроить").tap()
    tablet.wait_for_url("**/till/sign-in")


def begin_the_shift(tablet: Page) -> None:
    """The password once, then six digits."""
    sign_in(tablet, "anna")
    tablet.wait_for_url("**/till/pin")
    keys(tablet, ANNA_PIN)
    tablet.get_by_role("button", name="Начать смену").tap()
    tablet.wait_for_url("**/till")


def open_a_questionnaire(tablet: Page) -> None:
    """Ten digits; nobody has them, so the number is carried over and never asked again."""
    keys(tablet, OLGA)
    expect(tablet.get_by_text("Карты с этим номером ещё нет.")).to_be_visible()
    tablet.get_by_role("button", name="Новая карта").tap()
    tablet.wait_for_url("**/till/enrol/*")
    expect(tablet.locator(".phone-line")).to_contain_text("+7 916 123-45-67")
    expect(tablet.get_by_label("Фамилия")).to_be_focused()
    tablet.get_by_label("Фамилия").fill("Козлова")
    tablet.get_by_label("Имя").fill("Ольга")
    tablet.get_by_label("День", exact=True).fill("8")
    tablet.get_by_label("Месяц").select_option(label="марта")
    tablet.get_by_role("button", name="Передать планшет покупателю").tap()
    tablet.wait_for_url("**/customer")


def read_tick_and_sign(tablet: Page) -> None:
    """The customer's own page: nothing of the cashier's is on it, and nothing is ticked beforehand."""
    expect(tablet.get_by_role("heading", name="Ваша карта")).to_be_visible()
    expect(tablet.get_by_text("Анна Кузнецова")).to_have_count(0)
    expect(tablet.get_by_role("button", name="Заблокировать")).to_have_count(0)
    expect(tablet.get_by_role("checkbox", checked=True)).to_have_count(0)
    text = tablet.get_by_text("Я даю ООО «Акме»").first
    expect(text).to_be_hidden()
    tablet.get_by_text("Согласие на обработку персональных данных", exact=True).tap()
    expect(text).to_be_visible()
    for words in ("Даю согласие на обработку моих", "Принимаю правила карты", "Даю согласие на рекламу в SMS"):
        tablet.get_by_label(words).tap()
    draw(tablet, tablet.get_by_role("img", name="Ваша подпись"))
    expect(tablet.get_by_role("button", name="Стереть")).to_be_enabled()
    tablet.get_by_role("button", name="Подтверждаю отмеченное").tap()
    tablet.wait_for_url("**/confirm")


def take_the_questionnaire(tablet: Page) -> None:
    """The cashier sees what was answered; the cashier's own signature sends the code."""
    expect(tablet.locator("main")).to_contain_text("Козлова Ольга")
    expect(tablet.locator("main")).to_contain_text("На экране")
    expect(tablet.get_by_role("definition").filter(has_text=re.compile("^Да$"))).to_have_count(3)
    expect(tablet.get_by_role("definition").filter(has_text=re.compile("^Нет$"))).to_have_count(2)
    tablet.get_by_role("button", name="Анкета принята, отправить код").tap()
    tablet.wait_for_url("**/till/code/*")


def follow_the_message(tablet: Page, clock: FakeClock, start_worker: Callable[[], None]) -> None:
    """Queued while no worker is there, sent when one comes, delivered when the network says so; the page stays."""
    tablet.evaluate("window.stays = true")
    line = tablet.get_by_role("status")
    expect(line).to_have_text("В очереди: сообщение вот-вот уйдёт")
    start_worker()
    expect(line).to_have_text("Отправлено: сообщение в пути")
    clock.advance(seconds=2)
    expect(line).to_have_text("Доставлено: сообщение в телефоне")
    assert tablet.evaluate("window.stays"), "the line must change by itself, not by loading the page anew"


def type_the_code(tablet: Page, code: str) -> None:
    """Six touches: the sixth checks."""
    keys(tablet, code)
    tablet.wait_for_url(DONE)


def credit(tablet: Page) -> None:
    """The button says what it will do before it is touched; the till goes home by itself and still offers to undo."""
    expect(tablet.get_by_role("heading", name="Карта открыта")).to_be_visible()
    tablet.get_by_role("link", name="Ввести чек").tap()
    keys(tablet, "1234,56")
    tablet.get_by_label("Номер чека").tap()
    keys(tablet, "1001")
    tablet.get_by_role("button", name=f"Начислить {EARNED} балл", exact=True).tap()
    tablet.wait_for_url(DONE)
    expect(tablet.get_by_role("heading", name=f"Начислен {EARNED} балл")).to_be_visible()
    expect(tablet.locator("main")).to_contain_text(f"теперь {WELCOME + EARNED} балл")
    tablet.wait_for_url("**/till")
    expect(tablet.get_by_role("button", name="Отменить")).to_be_visible()


def find_the_card(tablet: Page, points: int) -> None:
    """The last digit opens it."""
    keys(tablet, OLGA)
    tablet.wait_for_url(CARD)
    expect(tablet.locator(".stat-value")).to_have_text(str(points))


def ask_to_redeem(tablet: Page) -> None:
    """The most that is allowed is filled in, with the reason why it is the most."""
    tablet.reload()
    expect(tablet.get_by_role("button", name="Отменить")).to_have_count(0)
    find_the_card(tablet, points=WELCOME + EARNED)
    keys(tablet, "500")
    tablet.get_by_label("Номер чека").tap()
    keys(tablet, "1002")
    expect(tablet.get_by_label("Списать баллов")).to_have_value("250")
    expect(tablet.get_by_text("До 250 из 261 баллов")).to_be_visible()
    tablet.get_by_role("button", name="Списать 250 баллов", exact=True).tap()
    tablet.wait_for_url("**/till/code/*")
    expect(tablet.locator("main")).to_contain_text("Списать баллов: 250. Чек 1002 на 500,00")


def undo_the_redemption(tablet: Page) -> None:
    """Within ten seconds: one tap, and the points are back."""
    expect(tablet.get_by_role("heading", name="Списано 250 баллов")).to_be_visible()
    tablet.get_by_role("button", name="Отменить").tap()
    expect(tablet.get_by_role("heading", name="Отменено: чек больше не учитывается")).to_be_visible()
    expect(tablet.locator("main")).to_contain_text(f"теперь {WELCOME + EARNED} балл")


def lock_and_unlock(tablet: Page) -> None:
    """One tap, and six digits."""
    tablet.get_by_role("button", name="Заблокировать").tap()
    tablet.wait_for_url("**/till/unlock")
    keys(tablet, ANNA_PIN)
    tablet.wait_for_url("**/till")


def read_the_report(office: Page) -> None:
    """One card today, and the page says that its totals agree."""
    office.get_by_role("link", name="Отчёт").click()
    for label in ("Анкет начато", "Карт открыто", "Первых начислений"):
        expect(office.locator(".stat").filter(has_text=label).locator(".stat-value")).to_have_text("1")
    expect(office.get_by_text("Цифры сходятся: карт открыто 1")).to_be_visible()


def undo_the_credit(office: Page) -> None:
    """Later than ten seconds it is the manager's, with a reason."""
    office.get_by_role("link", name="Чеки").click()
    office.get_by_label("Магазин").select_option(label="На Тверской")
    office.get_by_label("Номер чека").fill("1001")
    office.get_by_role("button", name="Найти").click()
    office.get_by_label("Причина").fill("Покупатель вернул товар")
    office.get_by_role("button", name="Отменить чек целиком").click()
    expect(office.get_by_role("definition").filter(has_text="Отменён")).to_be_visible()
    expect(office.get_by_role("button", name="Отменить чек целиком")).to_have_count(0)
