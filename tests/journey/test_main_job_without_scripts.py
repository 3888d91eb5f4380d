"""The whole main job without a line of JavaScript, in English: forms and links alone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journey.screens import ANNA_PIN, CARD, DONE, OLGA, Handset, NewContext, laptop, sign_in
from tests.support.fake_clock import FakeClock
from tests.till.scene import Counter

pytestmark = [
    pytest.mark.browser,
    pytest.mark.settings(default_language="en"),
    pytest.mark.browser_context_args(java_script_enabled=False),
]


def test_the_main_job_without_scripts_in_english(
    counter: Counter, new_context: NewContext, page: Page, clock: FakeClock
) -> None:
    office, handset = laptop(new_context), Handset(new_context().new_page())
    set_up_the_tablet(office, page)
    begin_the_shift(page)
    answer_the_questionnaire(page)
    agree_by_code(page)
    look_again_until_delivered(page, counter.work, clock)
    type_the_code(page, handset.code(1))
    credit(page)
    clock.advance(seconds=5)
    ask_to_redeem(page)
    counter.work()
    type_the_code(page, handset.code(2))
    undo_the_redemption(page)
    lock_and_unlock(page)
    read_the_report(office)
    undo_the_credit(office)


def set_up_the_tablet(office: Page, tablet: Page) -> None:
    office.goto("/sign-in")
    sign_in(office, "manager")
    office.get_by_role("button", name="English").click()
    office.get_by_role("link", name="Tills").click()
    store = office.locator("section").filter(has=office.get_by_role("heading", name="На Тверской"))
    store.get_by_role("button", name="Make a code for Касса 1").click()
    tablet.goto("/till/setup")
    tablet.get_by_label("Code of this till").fill(office.locator("code").inner_text())
    tablet.get_by_role("button", name="Set up").tap()
    tablet.wait_for_url("**/till/sign-in")


def begin_the_shift(tablet: Page) -> None:
    """Anna's own language is Russian; a tap changes it, and the page stays where it is."""
    sign_in(tablet, "anna")
    tablet.wait_for_url("**/till/pin")
    tablet.get_by_role("button", name="English").tap()
    expect(tablet.get_by_role("button", name="Delete the last digit")).to_be_hidden()
    tablet.get_by_label("Choose a PIN for this shift").fill(ANNA_PIN)
    tablet.get_by_role("button", name="Begin the shift").tap()
    tablet.wait_for_url("**/till")


def answer_the_questionnaire(tablet: Page) -> None:
    tablet.get_by_label("Customer's phone").fill(f"8 {OLGA}")
    tablet.get_by_role("button", name="Find").tap()
    expect(tablet.get_by_text("No card with this number yet.")).to_be_visible()
    tablet.get_by_role("button", name="New card").tap()
    tablet.get_by_label("Surname").fill("Smith")
    tablet.get_by_label("Given name").fill("Olga")
    tablet.get_by_label("English").tap()
    tablet.get_by_role("button", name="Hand the tablet to the customer").tap()
    tablet.wait_for_url("**/customer")


def agree_by_code(tablet: Page) -> None:
    """Nobody can draw here: the customer agrees by code. Without the two consents there is no card."""
    expect(tablet.get_by_role("heading", name="Your card")).to_be_visible()
    expect(tablet.locator("canvas")).to_be_hidden()
    tablet.get_by_text("Consent to the processing of personal data", exact=True).tap()
    expect(tablet.locator("#text-personal_data p").first).to_be_visible()
    tablet.get_by_label("I agree to the processing of my personal data").tap()
    tablet.get_by_label("I agree by code instead").tap()
    tablet.get_by_role("button", name="I agree to what is ticked").tap()
    expect(tablet).to_have_title(re.compile("^Error: Your card"))
    expect(tablet.get_by_label("I agree to the processing of my personal data")).to_be_checked()
    tablet.get_by_label("I agree to the rules of the card").tap()
    tablet.get_by_role("button", name="I agree to what is ticked").tap()
    tablet.wait_for_url("**/confirm")
    expect(tablet.locator("main")).to_contain_text("Agreed by code")
    tablet.get_by_role("button", name="I took this questionnaire: send the code").tap()
    tablet.wait_for_url("**/till/code/*")


def look_again_until_delivered(tablet: Page, work: Callable[[], None], clock: FakeClock) -> None:
    """The page does not move by itself; opened again it says how far the message is."""
    expect(tablet.get_by_role("status")).to_have_text("Queued: the message is about to go out")
    work()
    tablet.reload()
    expect(tablet.get_by_role("status")).to_have_text("Sent: on its way to the phone")
    clock.advance(seconds=2)
    work()
    tablet.reload()
    expect(tablet.get_by_role("status")).to_have_text("Delivered: the message is on the phone")


def type_the_code(tablet: Page, code: str) -> None:
    """As it is read aloud, with a space in the middle."""
    tablet.get_by_label("Code from the message").fill(f"{code[:3]} {code[3:]}")
    tablet.get_by_role("button", name="Confirm").tap()
    tablet.wait_for_url(DONE)


def credit(tablet: Page) -> None:
    """The points are shown when they are asked for."""
    expect(tablet.get_by_role("heading", name="The card is open")).to_be_visible()
    tablet.get_by_role("link", name="Enter the receipt").tap()
    tablet.get_by_label("Receipt total").fill("1234.56")
    tablet.get_by_label("Receipt number").fill("1001")
    tablet.get_by_role("button", name="Show points").tap()
    expect(tablet.get_by_label("Receipt number")).to_have_value("1001")
    tablet.get_by_role("button", name="Credit 61 points", exact=True).tap()
    tablet.wait_for_url(DONE)
    expect(tablet.get_by_role("heading", name="61 points credited")).to_be_visible()


def ask_to_redeem(tablet: Page) -> None:
    tablet.get_by_role("link", name="Next customer").tap()
    tablet.get_by_label("Customer's phone").fill(OLGA)
    tablet.get_by_role("button", name="Find").tap()
    tablet.wait_for_url(CARD)
    expect(tablet.locator(".stat-value")).to_have_text("261")
    tablet.get_by_label("Receipt total").fill("500")
    tablet.get_by_label("Receipt number").fill("1002")
    tablet.get_by_label("Points to redeem").fill("100")
    tablet.get_by_role("button", name=re.compile("^Redeem")).tap()
    tablet.wait_for_url("**/till/code/*")
    expect(tablet.locator("main")).to_contain_text("Redeem 100 points on receipt 1002 over 500.00")


def undo_the_redemption(tablet: Page) -> None:
    expect(tablet.get_by_role("heading", name="100 points redeemed")).to_be_visible()
    tablet.get_by_role("button", name="Undo").tap()
    expect(tablet.get_by_role("heading", name="Undone: the receipt counts no more")).to_be_visible()
    expect(tablet.locator("main")).to_contain_text("261 points now")


def lock_and_unlock(tablet: Page) -> None:
    tablet.get_by_role("button", name="Lock").tap()
    tablet.get_by_label("PIN").fill(ANNA_PIN)
    tablet.get_by_role("button", name="Unlock").tap()
    tablet.wait_for_url("**/till")


def read_the_report(office: Page) -> None:
    office.get_by_role("link", name="Report").click()
    for label in ("Questionnaires begun", "Cards opened", "First credits"):
        expect(office.locator(".stat").filter(has_text=label).locator(".stat-value")).to_have_text("1")
    expect(office.get_by_text("The figures agree: cards opened 1")).to_be_visible()


def undo_the_credit(office: Page) -> None:
    """Without a reason nothing is undone."""
    office.get_by_role("link", name="Receipts").click()
    office.get_by_label("Store").select_option(label="На Тверской")
    office.get_by_label("Receipt number").fill("1001")
    office.get_by_role("button", name="Find").click()
    office.get_by_role("button", name="Undo the whole receipt").click()
    expect(office.get_by_role("link", name="Write why the receipt is undone.")).to_be_visible()
    office.get_by_label("Reason").fill("The customer brought it back")
    office.get_by_role("button", name="Undo the whole receipt").click()
    expect(office.get_by_role("definition").filter(has_text="Undone")).to_be_visible()
