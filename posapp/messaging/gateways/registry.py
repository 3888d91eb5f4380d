"""Finds a gateway by the name of its folder; a new folder needs no other line."""

from __future__ import annotations

import importlib
import pkgutil
import re
from functools import lru_cache
from typing import Any

from posapp.messaging import gateways
from posapp.messaging.gateways.protocol import Gateway
from posapp.settings import Settings

_NAME = re.compile(r"[a-z][a-z0-9_]*")


class GatewayRefused(Exception):
    """A gateway that cannot be used here; the sentence says why and what to write instead."""


def known() -> list[str]:
    """The names of all gateways there are."""
    return sorted(found.name for found in pkgutil.iter_modules(gateways.__path__) if found.ispkg)


def build(name: str, settings: Settings) -> Gateway:
    """The gateway of that name, ready to send. Raises GatewayRefused."""
    if not _NAME.fullmatch(name) or name not in known():
        raise GatewayRefused(f"POSAPP_GATEWAYS: there is no gateway {name!r}; there are {', '.join(known())}")
    folder: Any = importlib.import_module(f"{gateways.__name__}.{name}")
    gateway: Gateway = folder.build(settings)
    return gateway


@lru_cache(maxsize=64)
def at_hand(name: str, settings: Settings) -> Gateway | None:
    """The gateway of that name when the settings name it, the same for each request of a process; else None.

    Raises GatewayRefused.
    """
    return build(name, settings) if name in settings.gateways else None


def build_all(settings: Settings) -> list[Gateway]:
    """The gateways that the settings name, best first. Raises GatewayRefused."""
    return [build(name, settings) for name in settings.gateways]
