"""What every answer carries, in either language, and who may send what."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from posapp.web.headers import ALWAYS

LANGUAGE = {"lang": "en", "next": "/till"}


@pytest.fixture
def guarded(app: Flask, client: FlaskClient) -> FlaskClient:
    """A visitor of the house with its token check on."""
    app.config["WTF_CSRF_ENABLED"] = True
    return client


@pytest.mark.parametrize("path", ["/health", "/no/such/page", "/static/posapp.css", "/sign-in"])
def test_every_answer_wears_the_headers(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    for name, value in ALWAYS.items():
        assert answer.headers[name] == value
    assert answer.headers["X-Request-Id"]
    assert ("no-store" in answer.headers["Cache-Control"]) == (not path.startswith("/static"))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-CSRFToken": "made-up"},
    ],
)
def test_a59_a_form_without_our_token_is_refused(guarded: FlaskClient, headers: dict[str, str]) -> None:
    assert guarded.post("/language", data=LANGUAGE, headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Origin": "http://localhost"}, 303),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
def test_a59_nobody_else_sends_forms_for_us(guarded: FlaskClient, headers: dict[str, str], status: int) -> None:
    fields = LANGUAGE | {"csrf_token": _token(guarded)}
    assert guarded.post("/language", data=fields, headers=headers).status_code == status


def test_a59_another_browsers_token_is_no_token(app: Flask, guarded: FlaskClient) -> None:
    token = _token(app.test_client())
    _token(guarded)
    assert guarded.post("/language", data=LANGUAGE | {"csrf_token": token}).status_code == 403
    assert guarded.post("/language", data=LANGUAGE | {"csrf_token": _token(guarded)}).status_code == 303


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_a59_a_method_that_is_not_offered_is_refused(client: FlaskClient, method: str) -> None:
    answer = client.open("/language", method=method, headers={"X-HTTP-Method-Override": "POST"})
    assert answer.status_code in (403, 405)


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", "", "//[", "/\t/[", "/a\r\nb"],
)
def test_the_choice_of_language_never_leads_to_another_site(client: FlaskClient, target: str) -> None:
    answer = client.post("/language", data={"lang": "en", "next": target, "csrf_token": _token(client)})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/"


def test_a_page_speaks_the_language_that_was_chosen(client: FlaskClient) -> None:
    assert 'lang="ru"' in client.get("/sign-in").get_data(as_text=True)
    client.post("/language", data=LANGUAGE | {"csrf_token": _token(client)})
    assert 'lang="en"' in client.get("/sign-in").get_data(as_text=True)


def test_an_asset_with_its_mark_is_kept_for_a_year_and_any_other_is_asked_for_anew(client: FlaskClient) -> None:
    page = client.get("/sign-in").get_data(as_text=True)
    start = page.index("/static/posapp.css?v=")
    marked = page[start : page.index('"', start)]
    assert "immutable" in client.get(marked).headers["Cache-Control"]
    assert client.get(marked.replace("?v=", "?v=x")).headers["Cache-Control"] == "no-cache"


def test_a_foreign_host_is_refused(client: FlaskClient) -> None:
    assert client.get("/health", headers={"Host": "evil.example"}).status_code == 400


def test_a06_a_megabyte_is_too_much(client: FlaskClient) -> None:
    answer = client.post("/language", data={"lang": "x" * 1_000_000, "csrf_token": _token(client)})
    assert answer.status_code == 413


def _token(client: FlaskClient) -> str:
    page = client.get("/sign-in").get_data(as_text=True)
    return page.partition('name="csrf_token" value="')[2].partition('"')[0]
