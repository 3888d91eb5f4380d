"""A body is one form or one JSON object, each name once; nothing else reaches a route."""

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

from posapp.web import body
from posapp.web.forms import Form, TextField

ODD_BODIES = [b"[]", b'"x"', b"{", b"", b"null", b"17", b'{"code": "1", "code": "2"}', b'{"code": NaN}', b"[" * 5000]


class TypedForm(Form):
    code = TextField("code")


@pytest.mark.parametrize("sent", ODD_BODIES)
def test_a03_odd_json_is_a_bad_request(app: Flask, sent: bytes) -> None:
    with (
        app.test_request_context("/", method="POST", data=sent, content_type="application/json"),
        pytest.raises(HTTPException) as refused,
    ):
        body.fields()
    assert refused.value.code == 400


@pytest.mark.parametrize("value", ["null", "true", "123456", '["123456"]', '{"a": 1}', "1e400"])
def test_a02_what_is_not_text_is_a_fault_at_its_field(app: Flask, value: str) -> None:
    sent = f'{{"code": {value}}}'
    with app.test_request_context("/", method="POST", data=sent, content_type="application/json"):
        form = TypedForm()
        assert not form.validate()
        assert [problem.field_id for problem in form.problems()] == ["code"]


def test_a_name_that_stands_twice_in_a_form_is_a_bad_request(app: Flask) -> None:
    form = "application/x-www-form-urlencoded"
    with (
        app.test_request_context("/", method="POST", data="phone=1&phone=2", content_type=form),
        pytest.raises(HTTPException) as refused,
    ):
        body.fields()
    assert refused.value.code == 400


def test_other_types_are_refused_and_the_address_is_never_read_as_a_form(app: Flask) -> None:
    with (
        app.test_request_context("/?code=1", method="POST", data="{}", content_type="text/plain"),
        pytest.raises(HTTPException) as refused,
    ):
        body.fields()
    assert refused.value.code == 415
    with app.test_request_context("/?code=1", method="POST", data={"other": "2"}):
        assert dict(body.fields()) == {"other": "2"}
