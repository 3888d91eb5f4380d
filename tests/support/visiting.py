"""A browser without scripts: reads pages, fills in the forms that are on them, follows redirects."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.page_forms import PageForm, form_of


class Visitor:
    """Somebody at one browser: ``go`` to a page, ``send`` a form of it."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.page: TestResponse | None = None
        self.path = ""
        self.on_answer: Callable[[TestResponse], None] = lambda answer: None

    def go(self, path: str, **options: Any) -> TestResponse:
        """Open a page; redirects are followed."""
        return self._arrived(self.client.get(path, follow_redirects=True, **options))

    def form(self, action: str) -> PageForm:
        """The form of the present page whose address ends with, or matches, ``action``."""
        return form_of(self.text, self.path, action)

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
        self.on_answer(answer)
        return answer
