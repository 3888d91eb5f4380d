"""What is logged in a request names the request, as its answer does."""

import io
import json

import pytest
from flask import Flask

from posapp.core import logs
from posapp.web.access import public


@pytest.mark.sqlite_only
@pytest.mark.settings(env="development")
def test_a_logged_fault_and_its_answer_carry_the_same_id(app: Flask) -> None:
    @public
    def broken() -> str:
        raise ZeroDivisionError

    app.add_url_rule("/broken", view_func=broken)
    logs.configure("ERROR", stream := io.StringIO())
    answers = [app.test_client().get("/broken") for _ in range(2)]
    logged = [json.loads(line)["request_id"] for line in stream.getvalue().splitlines()]
    assert logged == [answer.headers["X-Request-Id"] for answer in answers]
    assert logged[0] != logged[1]
