"""The house as a whole: nobody forgot to say who may come in, and nothing can be set that is not written down."""

from collections.abc import Iterator

import pytest
from flask import Flask

from posapp.core.actor import Role
from posapp.web.access import Access, access_of, public
from tests.support.settings_page import PAGE, page, undocumented

pytestmark = pytest.mark.sqlite_only

OPEN_TO_ALL = {
    "assets.static",
    "messaging.dev_phone",
    "messaging.dev_phone_messages",
    "messaging.gateway_callback",
    "messaging.gateway_callback_by_get",
    "messaging.health_check",
    "staff.check_sign_in",
    "staff.home",
    "staff.sign_in",
    "staff.sign_out",
    "stores.enrol",
    "stores.setup",
    "web.language",
}
"""Whoever opens a new door to everybody says so here too."""


def undeclared(app: Flask) -> Iterator[str]:
    """Routes that do not say who may call them, or that nobody may."""
    for endpoint, view in app.view_functions.items():
        access = access_of(view)
        if access is None or (access.kind == "staff" and not access.roles):
            yield endpoint


def declared(app: Flask) -> dict[str, Access]:
    found = {endpoint: access_of(view) for endpoint, view in app.view_functions.items()}
    return {endpoint: access for endpoint, access in found.items() if access is not None}


def test_every_route_declares_its_access(app: Flask) -> None:
    assert list(undeclared(app)) == []


def test_a_route_that_declares_nothing_is_found_and_answers_nobody(app: Flask) -> None:
    app.add_url_rule("/planted", "planted", lambda: "open")
    assert list(undeclared(app)) == ["planted"]
    assert app.test_client().get("/planted").status_code == 403


def test_only_the_listed_doors_are_open_to_all(app: Flask) -> None:
    found = {endpoint for endpoint, access in declared(app).items() if access.kind == "public"}
    assert found == OPEN_TO_ALL
    app.add_url_rule("/planted", "planted", public(lambda: "open"))
    assert "planted" in {endpoint for endpoint, access in declared(app).items() if access.kind == "public"}


def test_no_till_page_opens_to_the_back_office_alone(app: Flask) -> None:
    """A cashier reaches nothing of the manager's, and everything of a till asks for an enrolled till."""
    for rule in app.url_map.iter_rules():
        access = access_of(app.view_functions[rule.endpoint])
        assert access is not None
        if rule.rule.startswith("/manager"):
            assert Role.CASHIER not in access.roles, rule.rule
            assert access.kind == "staff", rule.rule
        elif rule.rule.startswith("/till") and access.kind != "public":
            assert access.till, rule.rule


def test_a_look_changes_nothing_by_its_address(app: Flask) -> None:
    """Reading and writing have routes of their own: none answers GET and POST alike."""
    both = [rule.rule for rule in app.url_map.iter_rules() if {"GET", "POST"} <= (rule.methods or set())]
    assert both == []


def test_every_setting_is_documented() -> None:
    assert undocumented() == []
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"
