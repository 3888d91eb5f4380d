"""Static files: small on the way, the same when they have arrived, and never confused with one another."""

import gzip

import pytest
from flask import Flask
from flask.testing import FlaskClient

from posapp.web.assets import STATIC

pytestmark = pytest.mark.sqlite_only

SHEET = "/static/posapp.css"
SMALL = {"Accept-Encoding": "gzip, deflate, br"}


def test_a_text_goes_compressed_to_whoever_takes_it_so(client: FlaskClient) -> None:
    whole = (STATIC / "posapp.css").read_bytes()
    answer = client.get(SHEET, headers=SMALL)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert int(answer.headers["Content-Length"]) == len(answer.data) < len(whole) / 2
    assert gzip.decompress(answer.data) == whole


@pytest.mark.parametrize("taken", [None, "identity", "br", "gzip;q=0"])
def test_anybody_else_gets_the_file_as_it_is(client: FlaskClient, taken: str | None) -> None:
    answer = client.get(SHEET, headers={"Accept-Encoding": taken} if taken else {})
    assert "Content-Encoding" not in answer.headers
    assert answer.data == (STATIC / "posapp.css").read_bytes()


def test_a_cache_on_the_way_does_not_mix_the_two(client: FlaskClient) -> None:
    small, plain = client.get(SHEET, headers=SMALL), client.get(SHEET)
    assert {"Accept-Encoding"} == set(small.vary) == set(plain.vary)
    assert small.headers["ETag"] != plain.headers["ETag"]
    for answer, headers in ((small, SMALL), (plain, {})):
        again = client.get(SHEET, headers=headers | {"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", answer.headers["ETag"])
        assert set(again.vary) == {"Accept-Encoding"}
    assert client.get(SHEET, headers={"If-None-Match": small.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize("name", ["../pyproject.toml", "..%2Fpyproject.toml", "js", "js/", "none.css", "", "%00"])
def test_nothing_else_is_served(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/{name}", headers=SMALL).status_code == 404


def test_a_page_with_a_token_is_never_compressed(app: Flask) -> None:
    assert "Content-Encoding" not in app.test_client().get("/sign-in", headers=SMALL).headers
