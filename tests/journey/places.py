"""Every page of the house, in the states that people see it in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.journey.measures import forget_jumps, jumps
from tests.journey.stocked import LEV, Stocked

OLDER = "2026-02-01"
"""A day before the shop's today: the report of a range has more on it."""


@dataclass(frozen=True)
class Place:
    """One page in one state: who opens it, where, and what is done there until it is in that state."""

    name: str
    jar: str
    path: str
    act: Callable[[Page], None] | None = None
    of: str = ""
    """The place of which this is another state: its fields and keys must not have moved."""


def places(shop: Stocked) -> Iterator[Place]:
    yield from _doors()
    yield from _counter(shop.paths)
    yield from _returns(shop.paths)
    yield from _enrolment(shop.paths)
    yield from _office(shop.store_id)
    yield from _rules()
    yield from _cards(shop.paths)


def _doors() -> Iterator[Place]:
    yield Place("office door", "nobody", "/sign-in")
    yield Place("office door, nothing typed", "nobody", "/sign-in", _send, of="office door")
    yield Place("new tablet", "nobody", "/till/setup")
    yield Place("new tablet, wrong code", "nobody", "/till/setup", _typed("code", "AAAA-BBBB"), of="new tablet")
    yield Place("set up again", "door", "/till/setup")
    yield Place("till door", "door", "/till/sign-in")
    yield Place("new PIN", "door", "/till/pin")
    yield Place("new PIN, too easy", "door", "/till/pin", _typed("pin", "123456"), of="new PIN")
    yield Place("locked", "door", "/till/unlock")
    yield Place("locked, wrong PIN", "door", "/till/unlock", _typed("pin", "000111"), of="locked")
    yield Place("waiting form", "back again", "/resume")
    yield Place("nowhere", "nobody", "/no/such/page")
    yield Place("customer's phone", "nobody", "/dev/phone")


def _counter(paths: dict[str, str]) -> Iterator[Place]:
    yield Place("home", "counter", "/till")
    yield Place("home, no card", "counter", "/till", _ask("9057654321"), of="home")
    yield Place("home, no such number", "counter", "/till", _ask("0000000000"), of="home")
    yield Place("card", "counter", paths["card"])
    yield Place("card, quoted", "counter", paths["card"], _quote("1234,56"), of="card")
    yield Place("card, no amount", "counter", paths["card"], _quote("12,345"), of="card")
    yield Place("card, receipt twice", "counter", paths["card"], _credit_twice, of="card")
    yield Place("card, kinds of goods", "counter", paths["card"], _open_texts, of="card")
    yield Place("history", "counter", f"{paths['card']}/history")
    yield Place("code", "counter", paths["code"])
    yield Place("code, wrong", "counter", paths["code"], _typed("code", "000 000"), of="code")
    yield Place("card opened", "counter", paths["opened"])
    yield Place("credited", "counter", paths["credited"])


def _returns(paths: dict[str, str]) -> Iterator[Place]:
    number = f"{paths['card']}/return"
    yield Place("number of a receipt", "counter", number)
    yield Place("number of a receipt, none", "counter", number, _typed("receipt", "1"), of="number of a receipt")
    yield Place("return", "counter", paths["return"])
    yield Place("return, too much", "counter", paths["return"], _return("9999"), of="return")
    yield Place("return of lines", "counter", paths["return of lines"])
    yield Place("taken back", "counter", paths["taken back"])


def _enrolment(paths: dict[str, str]) -> Iterator[Place]:
    begun, answered, signed = (paths[name] for name in ("begun", "answered", "signed"))
    yield Place("new number", "counter", "/till/new")
    yield Place("new number, none", "counter", "/till/new", _typed("phone", "12"), of="new number")
    yield Place("number again", "counter", f"{begun}/number")
    yield Place("questionnaire", "counter", begun)
    yield Place("questionnaire, wrong birthday", "counter", begun, _typed("birthday_day", "32"), of="questionnaire")
    own = _typed("referrer", "9077654321")
    yield Place("questionnaire, invited by oneself", "counter", begun, own, of="questionnaire")
    yield Place("customer's page", "counter", f"{answered}/customer", _open_texts)
    yield Place("customer's page, not ticked", "counter", f"{answered}/customer", _send, of="customer's page")
    yield Place("taking the questionnaire", "counter", f"{signed}/confirm")


def _office(store_id: str) -> Iterator[Place]:
    report = "/manager/reports/enrolment"
    yield Place("report", "office", report)
    yield Place("report of a range", "office", f"{report}?from={OLDER}")
    yield Place("report, wrong days", "office", f"{report}?from=yesterday", of="report")
    yield Place("points", "office", "/manager/points")
    yield Place("alerts", "office", "/manager/points/alerts?show=all")
    yield Place("alerts, no such day", "office", "/manager/points/alerts?day=yesterday")
    yield Place("tills", "office", "/manager/tills")
    yield Place("code of a till", "office", "/manager/tills", _make_code)
    yield Place("receipts", "office", "/manager/receipts")
    yield Place("receipt, no reason", "office", "/manager/receipts", _undo_without_reason(store_id))


def _rules() -> Iterator[Place]:
    rules = "/manager/points/programme"
    yield Place("rules", "office", rules)
    yield Place("working on rules", "office", f"{rules}/edit")
    yield Place("name and first day of rules", "office", f"{rules}/edit/start")
    yield Place("rules of earning", "office", f"{rules}/edit/earning")
    yield Place("rules of earning, wrong", "office", f"{rules}/edit/earning", _typed("earn_rate_bp", "many"),
                of="rules of earning")  # fmt: skip
    yield Place("tiers", "office", f"{rules}/edit/tiers?more=1")
    yield Place("campaigns", "office", f"{rules}/edit/campaigns")
    yield Place("campaign", "office", f"{rules}/edit/campaigns/1")
    yield Place("what changes", "office", f"{rules}/changes")
    yield Place("trying rules", "office", f"{rules}/try", _send)


def _cards(paths: dict[str, str]) -> Iterator[Place]:
    yield Place("cards", "office", "/manager/cards")
    yield Place("card in the office", "card in the office", paths["office card"])
    yield Place(
        "card in the office, nothing typed", "card in the office", paths["office card"], _send, of="card in the office"
    )
    yield Place("statement", "card in the office", f"{paths['office card']}/statement")
    yield Place("approvals", "office", "/manager/approvals")
    yield Place("approval", "second office", paths["approval"])
    yield Place("merge", "manager's counter", paths["merge"])
    yield Place("merge, no number", "manager's counter", paths["merge"], _typed("phone", "12"), of="merge")
    yield Place("merge, what would happen", "manager's counter", paths["merge"], _typed("phone", LEV))


def _send(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form .button-primary:visible").first.click()


def _typed(field: str, text: str) -> Callable[[Page], None]:
    """The form sent with this in one of its fields; some send themselves."""

    def act(page: Page) -> None:
        sends_itself = page.locator(f"[data-submit-at][data-keypad={field}], #{field}[data-code]").count() > 0
        with page.expect_navigation():
            page.locator(f"#{field}").fill(text)
            if not sends_itself:
                page.locator("main form .button-primary:visible").first.click()

    return act


def _ask(number: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.locator("#phone").fill(f"+7{number}")
        expect(page.locator("#phone-error")).not_to_be_empty()

    return act


def _quote(amount: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        with page.expect_response("**/quote"):
            page.locator("#amount").fill(amount)
        expect(page.locator("#amount-error:not(:empty), [data-quote=why]:not(:empty)")).to_have_count(1)

    return act


def _return(amount: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.locator("#back_0").fill(amount)
        expect(page.locator("#back_0-error")).not_to_be_empty()

    return act


def _credit_twice(page: Page) -> None:
    page.locator("#amount").fill("1234,56")
    page.locator("#receipt").fill("1001")
    with page.expect_navigation():
        page.locator("button[data-quote=credit]").click()


def _open_texts(page: Page) -> None:
    for summary in page.locator("summary").all():
        summary.click()
    jumps(page)
    forget_jumps(page)


def _make_code(page: Page) -> None:
    with page.expect_navigation():
        page.locator("form[action$='/code'] button").last.click()


def _undo_without_reason(store_id: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.locator("#store").select_option(store_id)
        page.locator("#receipt").fill("1001")
        _send(page)
        with page.expect_navigation():
            page.locator("main .button-danger").click()

    return act
