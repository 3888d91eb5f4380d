"""Goods come back over the counter: by touch, in Russian, on the smallest tablet."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journey.measures import out_of_view
from tests.journey.screens import CARD, DONE, OLGA, be, jar_of, keys
from tests.support.accessibility import SIZES
from tests.till.scene import Counter, Tablet

pytestmark = [pytest.mark.browser, pytest.mark.settings(shift_lock_idle_seconds=900)]


def test_goods_come_back_by_touch_in_russian(counter: Counter, base_url: str, page: Page) -> None:
    anna = counter.tablet()
    anna.enrol()
    buy(counter, anna)
    be(page, base_url, jar_of(anna.client))
    find_the_card_and_the_receipt(page)
    see_what_a_part_does_and_take_it_back(page)
    read_the_history(page)
    see_the_goods_of_another_receipt(page)


def buy(counter: Counter, anna: Tablet) -> None:
    """One receipt paid in part with points, one of different goods."""
    anna.ask_redeem_code("1002", "1000", "200")
    anna.type_code(counter.newest_code())
    anna.credit("1003", "2000", **{"lines-0-amount": "300"})


def find_the_card_and_the_receipt(page: Page) -> None:
    page.goto("/till")
    keys(page, OLGA)
    page.wait_for_url(CARD)
    page.get_by_role("link", name="Возврат товара").tap()
    keys(page, "77")
    page.get_by_role("button", name="Показать чек").tap()
    expect(page.get_by_text("На этой карте такого чека нет.").last).to_be_visible()
    page.locator('[data-key="back"]').tap()
    page.locator('[data-key="back"]').tap()
    keys(page, "1002")
    page.get_by_role("button", name="Показать чек").tap()
    expect(page.get_by_role("heading", name="Возврат по чеку 1002")).to_be_visible()


def see_what_a_part_does_and_take_it_back(page: Page) -> None:
    """The whole receipt at first; every key changes what is said, and what the button says."""
    effect = page.get_by_role("status")
    expect(effect).to_have_text("На карту вернутся 200 баллов, снимется 40. Деньгами вернуть 800,00.")
    expect(page.get_by_role("button", name="Вернуть 800,00")).to_be_visible()
    assert out_of_view(page) == []
    keys(page, "3000")
    expect(page.locator("#back_0-error")).to_have_text("По чеку осталось вернуть не больше 1 000,00.")
    expect(page.get_by_role("button", name="Принять возврат")).to_be_disabled()
    page.locator('[data-key="back"]').tap()
    expect(effect).to_have_text("На карту вернутся 60 баллов, снимется 12. Деньгами вернуть 240,00.")
    expect(page.locator("#back_0-error")).to_be_empty()
    page.get_by_role("button", name="Вернуть 240,00").tap()
    page.wait_for_url(DONE)
    expect(page.get_by_role("heading", name="Возврат принят")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Вернуть деньгами: 240,00")
    expect(page.get_by_role("button", name="Отменить")).to_have_count(0)


def read_the_history(page: Page) -> None:
    page.get_by_role("link", name="Тот же покупатель").tap()
    page.get_by_role("link", name="История").tap()
    newest = page.get_by_role("row").nth(1)
    expect(newest).to_contain_text("Возврат по чеку 1002")
    expect(newest).to_contain_text("+60 возвращено, −12 снято по возврату")
    page.get_by_role("link", name="Назад к карте").tap()
    page.wait_for_url(CARD)


def see_the_goods_of_another_receipt(page: Page) -> None:
    """Beside the keys on a wide screen; where there is no room for them the system's own keyboard serves."""
    page.get_by_role("link", name="Возврат товара").tap()
    keys(page, "1003")
    page.get_by_role("button", name="Показать чек").tap()
    alcohol = page.get_by_label("Алкоголь: до 300,00")
    expect(alcohol).to_have_attribute("inputmode", "none")
    alcohol.tap()
    keys(page, "100")
    expect(page.get_by_role("button", name="Вернуть 100,00")).to_be_visible()
    width, height = SIZES["upright tablet"]
    page.set_viewport_size({"width": width, "height": height})
    expect(page.locator("[data-keypad]")).to_be_hidden()
    expect(alcohol).to_have_attribute("inputmode", "decimal")
