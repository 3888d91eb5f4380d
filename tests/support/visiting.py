"""A browser without scripts: reads pages, fills in the forms that are on them, follows redirects."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


@dataclass
class PageForm:
    """A form as it stands on a page: where it goes and what is filled in."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[dict[str, str]] = field(default_factory=list)


class _Forms(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.found: list[PageForm] = []
        self._inside = False
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(PageForm(given.get("action") or self.path))
            self._inside = True
        elif tag == "button" and self._inside:
            self.found[-1].buttons.append(given)
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and "selected" in given and self._inside:
            self.found[-1].fields[self._select] = given.get("value", "")
        elif tag == "input" and self._inside and given.get("name"):
            if given.get("type") in ("checkbox", "radio") and "checked" not in given:
                return
            self.found[-1].fields[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


class Visitor:
    """Somebody at one browser: ``go`` to a page, ``send`` a form of it."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.page: TestResponse | None = None
        self.path = ""

    def go(self, path: str, **options: Any) -> TestResponse:
        """Open a page; redirects are followed."""
        return self._arrived(self.client.get(path, follow_redirects=True, **options))

    def form(self, action: str) -> PageForm:
        """The form of the present page whose address ends with, or matches, ``action``."""
        forms = _Forms(self.path)
        forms.feed(self.text)
        for found in forms.found:
            if re.fullmatch(action, found.action.partition("?")[0]):
                return found
        raise AssertionError(f"no form to {action} on {self.path}: {[found.action for found in forms.found]}")

    def send(self, form_action: str, /, *, to: str | None = None, **typed: str) -> TestResponse:
        """Fill in a form and send it (``to``: by a button with another address); redirects are followed."""
        form = self.form(form_action)
        return self._arrived(self.client.post(to or form.action, data=form.fields | typed, follow_redirects=True))

    def post(self, path: str, fields: dict[str, str], **options: Any) -> TestResponse:
        """Send fields as they are; redirects are not followed."""
        return self.client.post(path, data=fields, **options)

    @property
    def token(self) -> str:
        """The CSRF token of the present page."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.text)
        assert found, "the page has no form with a token"
        return found[1]

    @property
    def text(self) -> str:
        assert self.page is not None, "go somewhere first"
        return self.page.get_data(as_text=True)

    def _arrived(self, answer: TestResponse) -> TestResponse:
        self.page, self.path = answer, answer.request.path
        return answer
