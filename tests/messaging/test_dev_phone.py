"""The on-screen phone: the only place where a code is ever written, private, for ten minutes, never in production."""

import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from posapp import settings as settings_module
from posapp.messaging.gateways.console import ConsoleGateway, build
from posapp.messaging.gateways.console.dev_phone import DevPhone
from posapp.messaging.gateways.registry import GatewayRefused, build_all, known
from posapp.messaging.gateways.registry import build as build_named
from posapp.messaging.state import State
from posapp.settings import Settings
from tests.messaging.conftest import Work
from tests.messaging.outbox_of import ALICE, BOB, CODE, promised
from tests.support.fake_clock import FakeClock


@pytest.fixture
def console(settings: Settings) -> ConsoleGateway:
    return build(settings)


def test_a_text_arrives_and_is_delivered(
    work: Work, console: ConsoleGateway, settings: Settings, clock: FakeClock
) -> None:
    message = promised()
    work(console)
    (shown,) = DevPhone(settings.data_dir).newest(clock.now())
    assert (shown.id, shown.to, shown.at) == (message.id, ALICE, clock.now())
    assert shown.text == f"АКМЕ: списание 500 баллов. Код {CODE} - только кассиру"
    assert CODE not in repr(shown)
    clock.advance(seconds=1)
    work(console, ask=True)
    assert message.state().state is State.DELIVERED


def test_folder_and_files_are_private(work: Work, console: ConsoleGateway, settings: Settings) -> None:
    folder = settings.data_dir / "dev-phone"
    folder.mkdir(mode=0o755)
    promised()
    work(console)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()] == [0o600]


def test_texts_are_gone_after_ten_minutes(
    work: Work, console: ConsoleGateway, settings: Settings, clock: FakeClock
) -> None:
    promised()
    work(console)
    phone, (prune,) = DevPhone(settings.data_dir), console.jobs()
    clock.advance(minutes=9, seconds=59)
    prune.run(clock.now())
    assert len(phone.newest(clock.now())) == 1
    clock.advance(seconds=1)
    assert phone.newest(clock.now()) == []
    prune.run(clock.now())
    assert list((settings.data_dir / "dev-phone").iterdir()) == []


def test_a_full_disk_means_surely_not_sent(
    work: Work, console: ConsoleGateway, settings: Settings, clock: FakeClock
) -> None:
    (settings.data_dir / "dev-phone").write_text("in the way")
    message = promised()
    work(console)
    assert message.attempts()[0]["outcome"] == "not_sent"
    (settings.data_dir / "dev-phone").unlink()
    clock.advance(seconds=2)
    work(console)
    assert message.state().state is State.SUBMITTED


def test_it_refuses_to_be_built_in_production(settings: Settings) -> None:
    production = settings.model_copy(update={"env": "production"})
    with pytest.raises(GatewayRefused, match="shows codes on a screen"):
        build_all(production)


@pytest.mark.parametrize("name", ["nobody", "protocol", "../console", "Console", ""])
def test_a_gateway_is_a_folder_and_nothing_else(settings: Settings, name: str) -> None:
    assert "console" in known()
    with pytest.raises(GatewayRefused, match="there is no gateway"):
        build_named(name, settings)


def test_the_page_shows_the_newest_text_first(
    work: Work, console: ConsoleGateway, client: FlaskClient, clock: FakeClock
) -> None:
    assert client.get("/dev/phone/messages").json == []
    promised(ALICE)
    work(console)
    clock.advance(seconds=1)
    promised(BOB)
    work(console)
    told: Any = client.get("/dev/phone/messages").json
    assert [each["to"] for each in told] == [BOB, ALICE]
    assert set(told[0]) == {"id", "to", "text", "at"}
    html = client.get("/dev/phone").get_data(as_text=True)
    assert html.index(BOB) < html.index(ALICE)
    assert CODE in html
    assert '<noscript><meta http-equiv="refresh"' in html


@pytest.mark.parametrize("path", ["/dev/phone", "/dev/phone/messages"])
def test_in_production_there_is_no_such_page(app: Flask, client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200
    settings_module.use(settings_module.current().model_copy(update={"env": "production"}))
    assert client.get(path).status_code == 404


def test_half_a_file_and_strange_files_are_not_shown(tmp_path: Path, clock: FakeClock) -> None:
    phone, folder = DevPhone(tmp_path), tmp_path / "dev-phone"
    assert phone.newest(clock.now()) == []
    folder.mkdir()
    (folder / "half.json").write_text('{"id": "')
    (folder / "list.json").write_text("[]")
    (folder / "old.1.draft").write_text(CODE)
    assert phone.newest(clock.now()) == []
    phone.prune(clock.now() + timedelta(days=3650))
    assert list(folder.iterdir()) == []
