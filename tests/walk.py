"""Walks the main job over HTTP at a house that runs: `python -m tests.walk http://127.0.0.1:8000`.

As a person without scripts would: every page is opened, every form is filled in as it stands on its page, and the codes
are read from the on-screen phone. Ends with an exception at the first thing that is not as it should be.
"""

import csv
import io
import re
import secrets
import sys
import time

import httpx2

from posapp.core.actor import Role
from posapp.demo import PEOPLE
from tests.support.page_forms import form_of

START_SECONDS_MAX = 240
CODE_SECONDS_MAX = 20
PIN = "602413"
RECEIPT_TOTAL = "1 234,56"


class Browser:
    """One person's browser, scripts off."""

    def __init__(self, address: str) -> None:
        self._http = httpx2.Client(base_url=address, follow_redirects=True, timeout=30)
        self.page: httpx2.Response | None = None

    def go(self, path: str) -> str:
        return self._arrive(self._http.get(path))

    def send(self, action: str, *, to: str | None = None, **typed: str) -> str:
        """Fill in the form of the present page that goes to `action` (a pattern) and press its button."""
        form = form_of(self.text, self.path, action)
        return self._arrive(self._http.post(to or form.action, data=form.fields | typed))

    def texts(self, phone: str) -> list[str]:
        """What the on-screen phone of this number shows, oldest first."""
        shown = self._http.get("/dev/phone/messages").json()
        return [each["text"] for each in reversed(shown) if each["to"].endswith(phone)]

    @property
    def text(self) -> str:
        assert self.page is not None, "go somewhere first"
        return self.page.text

    @property
    def path(self) -> str:
        assert self.page is not None, "go somewhere first"
        return self.page.url.path

    def _arrive(self, answer: httpx2.Response) -> str:
        assert answer.status_code == 200, f"{answer.url} answered {answer.status_code}:\n{answer.text}"
        self.page = answer
        return answer.text


def wait_until_well(address: str) -> None:
    """Wait for the start; the first one makes its environment."""
    deadline = time.monotonic() + START_SECONDS_MAX
    last = "no answer"
    while time.monotonic() < deadline:
        try:
            answer = httpx2.get(f"{address}/health", timeout=5)
            if answer.status_code == 200:
                assert answer.json()["status"] == "ok"
                return
            last = answer.text
        except httpx2.HTTPError as problem:
            last = repr(problem)
        time.sleep(0.2)
    raise AssertionError(f"not well after {START_SECONDS_MAX} s: {last}")


def enrol_till(manager: Browser, till: Browser) -> None:
    """The manager makes a code; the tablet becomes a till with it."""
    person = next(each for each in PEOPLE if each.role is Role.MANAGER)
    manager.go("/sign-in")
    manager.send("/sign-in", login=person.login, password=person.password)
    manager.go("/manager/tills")
    code = re.search(r"<code>([^<]+)</code>", manager.send(r"/manager/tills/[^/]+/code"))
    assert code, "the manager sees no code"
    till.go("/till/setup")
    till.send("/till/setup", code=code[1])


def begin_shift(till: Browser) -> None:
    person = next(each for each in PEOPLE if each.role is Role.CASHIER)
    till.go("/till/sign-in")
    till.send("/till/sign-in", login=person.login, password=person.password)
    till.send("/till/pin", pin=PIN)
    assert till.path == "/till", till.path


def enrol_member(till: Browser, phone: str) -> None:
    """Questionnaire, the customer's own page, the cashier's button, the code said aloud."""
    till.go("/till")
    till.send("/till/find", phone=phone)
    till.send("/till/new")
    till.send(r"/till/enrol/[^/]+", surname="Петрова", given_name="Мария", language="ru")
    till.send(r"/till/enrol/[^/]+/customer", personal_data="y", rules="y", by_code="y")
    since = len(till.texts(phone))
    till.send(r"/till/enrol/[^/]+/confirm")
    till.send(r"/till/code/[^/]+", code=code_said_aloud(till, phone, since))
    assert till.path.startswith("/till/done/"), till.text


def code_said_aloud(till: Browser, phone: str, since: int) -> str:
    """The code of the first text that came after `since` others."""
    deadline = time.monotonic() + CODE_SECONDS_MAX
    while time.monotonic() < deadline:
        for text in till.texts(phone)[since:]:
            if found := re.search(r"(?<!\d)\d{3} ?\d{3}(?!\d)", text):
                return found[0]
        time.sleep(0.05)
    raise AssertionError(f"no code within {CODE_SECONDS_MAX} s")


def credit(till: Browser, card: str, receipt: str) -> None:
    till.go(card)
    till.send(r"/till/card/[^/]+/credit", amount=RECEIPT_TOTAL, receipt=receipt)
    assert till.path.startswith("/till/done/"), till.text


def redeem(till: Browser, card: str, receipt: str, phone: str) -> None:
    """Ask for the most that is allowed; the customer says a fresh code."""
    till.go(card)
    since = len(till.texts(phone))
    till.send(r"/till/card/[^/]+/credit", to=f"{card}/redeem", amount=RECEIPT_TOTAL, receipt=receipt, points="10")
    till.send(r"/till/code/[^/]+", code=code_said_aloud(till, phone, since))
    assert till.path.startswith("/till/done/"), till.text


def read_report(manager: Browser) -> None:
    """One questionnaire begun, one card opened, and the totals agree."""
    manager.go("/manager/reports/enrolment")
    table = manager.go("/manager/reports/enrolment.csv").lstrip("\ufeff")
    rows = list(csv.reader(io.StringIO(table), delimiter=";" if ";" in table.splitlines()[0] else ","))
    assert len(rows) > 1, table


def walk(address: str) -> None:
    """The whole main job, once."""
    wait_until_well(address)
    manager, till = Browser(address), Browser(address)
    phone = f"916{secrets.randbelow(10**7):07}"
    enrol_till(manager, till)
    begin_shift(till)
    enrol_member(till, phone)
    till.go("/till")
    till.send("/till/find", phone=phone)
    card = till.path
    assert card.startswith("/till/card/"), card
    credit(till, card, f"W-{secrets.randbelow(10**6)}")
    redeem(till, card, f"W-{secrets.randbelow(10**6)}", phone)
    till.send("/till/undo")
    read_report(manager)


if __name__ == "__main__":
    walk(sys.argv[1])
    sys.stdout.write("Walked: a till enrolled, a card opened, points credited, redeemed, undone, the report read.\n")
