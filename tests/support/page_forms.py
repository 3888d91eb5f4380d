"""The forms of a page as a browser without scripts sees them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser


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


def form_of(html: str, path: str, action: str) -> PageForm:
    """The first form of the page whose address matches ``action`` whole."""
    forms = _Forms(path)
    forms.feed(html)
    for found in forms.found:
        if re.fullmatch(action, found.action.partition("?")[0]):
            return found
    raise AssertionError(f"no form to {action} on {path}: {[found.action for found in forms.found]}")
