"""The gateways' accounts: one file of secrets, ``gateways.toml``, with a table for each gateway.

A folder says in a model of its own what its table must hold, so a new folder needs no line elsewhere. The file is
private like the key ring; no sentence, log or repr shows what stands in it.
"""

from __future__ import annotations

import hmac
import re
import tomllib
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError

from posapp.core import private_file
from posapp.core.private_file import PrivateFileRefused
from posapp.messaging.gateways.registry import GatewayRefused
from posapp.settings import Settings

NOUN = "gateways' file"
CALLBACK_PATH = "gateways"
"""Where providers call us: ``/gateways/<folder>/<callback_token>``."""

_LOCAL_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})


def _web_address(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.username:
        raise ValueError("write an address such as https://api.example.com, without a name, a password or a question")
    return address.rstrip("/")


def _long_and_plain(token: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9_-]{22,128}", token.get_secret_value()):
        raise ValueError("write at least 22 random letters, digits, - or _, such as `openssl rand -hex 16` prints")
    return token


Address = Annotated[str, AfterValidator(_web_address)]
Sender = Annotated[str, Field(pattern=r"^[ -~]{1,20}$")]
"""The name or number that a text comes from, as the provider has registered it."""

Token = Annotated[SecretStr, AfterValidator(_long_and_plain)]
"""At least 128 bits."""


class Account(BaseModel):
    """What every table holds; a gateway's own model adds the rest."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    base_url: Address
    """The provider's address."""
    callback_token: Token
    """The secret end of the address that the provider calls."""
    callback_base_url: Address
    """The address under which the provider reaches us; the shop's own unless another is written."""
    answer_seconds: float = Field(10, ge=0.05, le=10)
    """How long to wait for each piece of an answer; a longer wait would outlive the worker's hold on the message."""

    def callback_url(self, name: str) -> str:
        """The address that the provider is told."""
        return f"{self.callback_base_url}/{CALLBACK_PATH}/{name}/{self.callback_token.get_secret_value()}"

    def is_token(self, token: str) -> bool:
        """Is this the secret end of our address? Takes the same time whatever was guessed."""
        return same(token, self.callback_token.get_secret_value())


Model = TypeVar("Model", bound=Account)


def account_of(settings: Settings, name: str, model: type[Model], *, inside: bool = False) -> Model:
    """The table of that name. Raises GatewayRefused with a sentence a fault.

    In production the way to the provider is encrypted, unless it is ``inside``: a server of our own.
    """
    table = _tables(settings).get(name)
    if not isinstance(table, dict):
        raise GatewayRefused(
            f"{settings.gateway_file_path}: write a table [{name}]; deploy/gateways.example.toml has one"
        )
    try:
        account = model.model_validate({"callback_base_url": settings.base_url, **table})
    except ValidationError as fault:
        sentences = (_sentence(name, error["loc"], error["msg"]) for error in fault.errors(include_input=False))
        raise GatewayRefused(f"{settings.gateway_file_path}: " + "; ".join(sentences)) from None
    address = urlsplit(account.base_url)
    if settings.is_production and address.scheme == "http" and not inside and address.hostname not in _LOCAL_HOSTS:
        raise GatewayRefused(f"{settings.gateway_file_path}: [{name}] base_url: write an address with https")
    return account


def same(given: str, expected: str) -> bool:
    """Are the two equal? Takes the same time however many signs agree."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def _tables(settings: Settings) -> dict[str, Any]:
    path = settings.gateway_file_path
    try:
        if settings.is_production:
            private_file.refuse_inside_repository(path, NOUN)
        return tomllib.loads(private_file.read(path, NOUN).decode())
    except FileNotFoundError:
        raise GatewayRefused(
            f"There is no {NOUN} at {path}. Begin with deploy/gateways.example.toml, or correct POSAPP_GATEWAY_FILE."
        ) from None
    except PrivateFileRefused as problem:
        raise GatewayRefused(str(problem)) from None
    except ValueError:  # not TOML; what the parser says may repeat the line
        raise GatewayRefused(
            f"The {NOUN} at {path} is not TOML. Compare it with deploy/gateways.example.toml."
        ) from None


def _sentence(name: str, place: tuple[int | str, ...], message: str) -> str:
    key = ".".join(map(str, place))
    return f"[{name}] {key}: {message.removeprefix('Value error, ')}" if key else f"[{name}]: {message}"
