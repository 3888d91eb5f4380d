"""The gateways' file: private, whole, and refused in a sentence that says what to write and shows no secret."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from posapp.messaging.gateways import registry
from posapp.messaging.gateways.protocol import Gateway
from posapp.messaging.gateways.registry import GatewayRefused
from posapp.settings import Settings, load
from tests.messaging.recorded import FOLDERS, providers, recorded, write_accounts

EXAMPLE = FOLDERS.parents[2] / "deploy" / "gateways.example.toml"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(env="testing", data_dir=tmp_path, base_url="https://card.example")


def production(tmp_path: Path, **changed: Any) -> Settings:
    safe = {"env": "production", "gateways": "twilio", "database_url": "postgresql+psycopg://card@db/card"}
    return load(**safe, base_url="https://card.example", gateway_file=tmp_path / "gateways.toml", **changed)


def built(settings: Settings, name: str = "twilio", **changed: Any) -> Gateway:
    account = {**recorded(name)["account"], **changed}
    write_accounts(settings.gateway_file_path, {name: {key: value for key, value in account.items() if value != ""}})
    return registry.build(name, settings)


def refusal(settings: Settings, name: str = "twilio", **changed: Any) -> str:
    with pytest.raises(GatewayRefused) as caught:
        built(settings, name, **changed)
    for secret in ("twilio-auth-token", "0123456789abcdef"):
        assert secret not in str(caught.value)
    return str(caught.value)


def test_the_file_must_be_there_and_be_toml_and_have_the_table(settings: Settings) -> None:
    path = settings.gateway_file_path
    with pytest.raises(GatewayRefused, match=r"There is no gateways' file at .*gateways\.example\.toml"):
        registry.build("twilio", settings)
    path.write_text("[twilio\nauth_token = twilio-auth-token")
    path.chmod(0o400)
    with pytest.raises(GatewayRefused, match="is not TOML") as caught:
        registry.build("twilio", settings)
    assert "auth" not in str(caught.value)
    path.unlink()
    write_accounts(path, {"kannel": recorded("kannel")["account"]})
    with pytest.raises(GatewayRefused, match=r"write a table \[twilio\]"):
        registry.build("twilio", settings)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_file_that_others_may_read_is_refused(settings: Settings, mode: int) -> None:
    built(settings)
    settings.gateway_file_path.chmod(mode)
    with pytest.raises(GatewayRefused, match=r"Others may touch the gateways' file .* chmod 0400"):
        registry.build("twilio", settings)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"auth_token": ""}, "[twilio] auth_token: Field required"),
        ({"colour": "blue"}, "[twilio] colour: Extra inputs are not permitted"),
        ({"account_sid": "AC1"}, "[twilio] account_sid: String should match"),
        ({"base_url": "api.twilio.com"}, "[twilio] base_url: write an address such as"),
        ({"base_url": "https://user:twilio-auth-token@api.twilio.com"}, "[twilio] base_url: write an address such as"),
        ({"callback_token": "0123456789abcdef"}, "[twilio] callback_token: write at least 22 random letters"),
        ({"callback_token": "0123456789abcdef/../x?y=zz"}, "[twilio] callback_token: write at least 22 random letters"),
        ({"sender": "АКМЕ"}, "[twilio] sender: String should match"),
        ({"sender": "A\nX-Header: 1"}, "[twilio] sender: String should match"),
        ({"answer_seconds": 11}, "[twilio] answer_seconds: Input should be less than or equal to 10"),
    ],
)
def test_each_wrong_key_is_named(settings: Settings, changed: dict[str, Any], says: str) -> None:
    assert says in refusal(settings, **changed)


@pytest.mark.parametrize("name", providers())
def test_every_gateway_refuses_to_be_built_without_its_account(settings: Settings, name: str) -> None:
    write_accounts(settings.gateway_file_path, {name: {}})
    with pytest.raises(GatewayRefused, match=rf"\[{name}\] callback_token: Field required"):
        registry.build(name, settings)


def test_telegram_is_off_in_russia_until_somebody_says_yes(settings: Settings, tmp_path: Path) -> None:
    assert "41-FZ" in refusal(settings, "telegram", in_russia=False)
    abroad = load(env="testing", data_dir=tmp_path, region="KZ", allowed_regions="KZ")
    assert built(abroad, "telegram", in_russia=False).name == built(settings, "telegram").name == "telegram"


def test_in_production_the_way_out_is_encrypted_except_to_a_server_of_our_own(tmp_path: Path) -> None:
    settings = production(tmp_path)
    assert "[twilio] base_url: write an address with https" in refusal(settings, base_url="http://api.twilio.com")
    assert built(settings, base_url="https://api.twilio.com").name == "twilio"
    assert built(settings, "kannel", base_url="http://kannel.internal:13013").name == "kannel"


def test_in_production_the_file_lies_outside_the_code(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert "lies inside the repository" in refusal(production(tmp_path))


def test_the_callback_address_is_the_shop_s_unless_another_is_written(settings: Settings) -> None:
    token = recorded("kannel")["account"]["callback_token"]
    gateway: Any = built(settings, "kannel")
    assert gateway._callback_url == f"https://card.example/gateways/kannel/{token}"
    gateway = built(settings, "kannel", callback_base_url="http://127.0.0.1:8000/")
    assert gateway._callback_url == f"http://127.0.0.1:8000/gateways/kannel/{token}"


def test_the_example_file_has_every_gateway_and_every_key_that_is_asked_for(tmp_path: Path, settings: Settings) -> None:
    tables = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    assert list(tables) == sorted(providers(), key=list(tables).index)
    for name in providers():
        filled = {key: recorded(name)["account"].get(key, value) for key, value in tables[name].items()}
        write_accounts(settings.gateway_file_path, {name: filled})
        assert registry.build(name, settings).name == name
