"""The components tie label, hint, control and error together, and carry what keeps a form safe."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.look.sample import House, build

STATIC = Path(__file__).parents[2] / "static"
PAGE_BYTES_MAX = 60 * 1024
PAGES = ("find", "card", "code", "sign", "pin", "desk?at=desk")


@pytest.fixture
def client(house: House) -> FlaskClient:
    return build(house).test_client()


def _read(client: FlaskClient, path: str) -> str:
    return client.get(f"/page/{path}").get_data(as_text=True)


def test_a_wrong_field_says_so_to_those_who_cannot_see_it(client: FlaskClient) -> None:
    page = _read(client, "sign?wrong")
    box = re.search(r"<input[^>]*id=\"agree\"[^>]*>", page)
    assert box
    assert 'aria-invalid="true"' in box[0]
    assert 'aria-describedby="agree-hint agree-error"' in box[0]
    assert 'id="agree-error"' in page
    assert 'id="agree-hint"' in page


def test_the_summary_leads_to_the_field_takes_the_focus_and_the_title_begins_with_error(client: FlaskClient) -> None:
    page = _read(client, "sign?wrong")
    assert '<a href="#agree">Без согласия карты не будет.</a>' in page
    assert re.search(r'id="error-summary" tabindex="-1" autofocus', page)
    assert "<title>Error: Ваша карта</title>" in page
    assert 'id="error-summary"' not in _read(client, "sign")


def test_optional_fields_say_so_and_required_ones_say_nothing(client: FlaskClient) -> None:
    page = _read(client, "desk?at=desk")
    assert re.search(r'<label for="points">Баллов к списанию <span class="optional">', page)
    assert re.search(r'<label for="amount">Сумма чека</label>', page)


def test_every_posted_form_carries_the_token_and_the_key_it_was_given(client: FlaskClient) -> None:
    for path in PAGES:
        forms = re.findall(r'<form method="post".*?</form>', _read(client, path), re.S)
        assert forms
        for form in forms:
            assert 'name="csrf_token" value="token"' in form, form
    assert 'name="key"' in _read(client, "card")


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_inline_and_every_id_is_said_once(client: FlaskClient, path: str) -> None:
    page = _read(client, path)
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:|<script(?! (type=\"module\" )?src=)", page)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert len(re.findall(r"<h1", page)) == 1


@pytest.mark.parametrize("path", PAGES)
def test_a_page_with_everything_it_loads_is_light(client: FlaskClient, path: str) -> None:
    page = _read(client, path)
    names = set(re.findall(r'(?:src|href)="/static/([^"?]+)', page))
    todo = list(names)
    while todo:
        name = todo.pop()
        imported = re.findall(r'from "(\.[^"]+)"', (STATIC / name).read_text()) if name.endswith(".js") else []
        found = {str(((STATIC / name).parent / way).resolve().relative_to(STATIC)) for way in imported}
        todo += found - names
        names |= found
    weight = len(page.encode()) + sum((STATIC / name).stat().st_size for name in names)
    assert weight <= PAGE_BYTES_MAX, f"{weight} bytes: {sorted(names)}"


def test_the_bars_are_as_long_as_their_values(client: FlaskClient) -> None:
    page = _read(client, "desk?at=desk")
    assert re.findall(r'class="bars-fill[^"]*" width="([0-9.]+)%"', page) == ["100.00", "50.00"]
    assert "1\u00a0280" in page
