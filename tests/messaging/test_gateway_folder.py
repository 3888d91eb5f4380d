"""A folder is enough: copied, renamed and written into the settings, a new gateway sends, hears and is documented."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pytest_httpserver import HTTPServer

from posapp.messaging import gateways
from posapp.messaging.gateways import registry
from posapp.messaging.gateways.registry import GatewayRefused
from posapp.messaging.state import State
from posapp.settings import Settings
from tests.messaging.conftest import Work
from tests.messaging.outbox_of import promised
from tests.messaging.recorded import FOLDERS, Peer, providers, recorded, response, write_accounts

DOCS = FOLDERS.parents[2] / "docs" / "gateways.md"


@pytest.fixture
def newcomer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """What somebody does who adds a provider: a copy of a folder with another name in it, and no line elsewhere."""
    shelf = tmp_path / "shelf"
    copy = shelf / "newcomer"
    shutil.copytree(FOLDERS / "exolve", copy, ignore=shutil.ignore_patterns("__pycache__"))
    for file in copy.glob("*.*"):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("exolve", "newcomer").replace("Exolve", "Newcomer"), encoding="utf-8")
    monkeypatch.setattr(gateways, "__path__", [*gateways.__path__, str(shelf)])
    yield copy.name
    for module in [module for module in sys.modules if module.endswith("newcomer") or ".newcomer." in module]:
        del sys.modules[module]


@pytest.mark.sqlite_only
@pytest.mark.settings(gateways=("newcomer",))
def test_a_folder_is_enough(
    newcomer: str, work: Work, settings: Settings, client: FlaskClient, httpserver: HTTPServer
) -> None:
    peer, told = Peer(httpserver), recorded("exolve")
    write_accounts(settings.gateway_file_path, {newcomer: {**told["account"], "base_url": peer.url}})
    assert newcomer in registry.known()
    (gateway,) = registry.build_all(settings)
    assert (gateway.name, type(gateway).__name__) == ("newcomer", "NewcomerGateway")
    peer.will(response(told["send"]["accepted"]["answer"]))
    message = promised()
    work(gateway)
    assert message.state().state is State.SUBMITTED
    address = f"/gateways/newcomer/{told['account']['callback_token']}"
    assert client.post(address, json=told["callbacks"]["delivered"]["json"]).status_code == 200
    assert message.state().state is State.DELIVERED


def test_without_its_table_the_newcomer_says_what_to_write(newcomer: str, tmp_path: Path) -> None:
    settings = Settings(env="testing", data_dir=tmp_path, gateways=("newcomer",))
    write_accounts(settings.gateway_file_path, {"exolve": recorded("exolve")["account"]})
    with pytest.raises(GatewayRefused, match=r"write a table \[newcomer\]"):
        registry.build_all(settings)


@pytest.mark.parametrize("name", providers())
def test_each_folder_has_a_page_that_says_where_its_facts_come_from(name: str) -> None:
    page = (FOLDERS / name / "README.md").read_text(encoding="utf-8")
    for heading in ("## Where these facts come from", "## Account", "## Callbacks"):
        assert heading in page
    assert "tried" in page
    assert f"/gateways/{name}/" in page
    account = recorded(name)["account"]
    for key in account.keys() - {"base_url", "callback_token"}:
        assert f"`{key}`" in page, key


def test_the_page_of_gateways_names_each_of_them() -> None:
    page = DOCS.read_text(encoding="utf-8")
    for name in registry.known():
        assert f"`{name}`" in page
