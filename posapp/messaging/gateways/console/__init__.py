"""The on-screen phone of development: texts cross from the worker to the page through a folder of the data folder.

The only place where a code is ever written down: a file of mode 0600 in a folder of mode 0700, for ten minutes. Hence
it refuses to be built anywhere but in development and in tests.
"""

from __future__ import annotations

from posapp.messaging.gateways.console.dev_phone import DevPhone
from posapp.messaging.gateways.console.gateway import ConsoleGateway
from posapp.messaging.gateways.registry import GatewayRefused
from posapp.settings import Settings

__all__ = ["ConsoleGateway", "DevPhone", "build"]

ENVIRONMENTS = ("development", "testing")


def build(settings: Settings) -> ConsoleGateway:
    """The gateway. Raises GatewayRefused in production."""
    if settings.env not in ENVIRONMENTS:
        raise GatewayRefused("POSAPP_GATEWAYS: the console gateway shows codes on a screen; name a real gateway")
    return ConsoleGateway(DevPhone(settings.data_dir))
