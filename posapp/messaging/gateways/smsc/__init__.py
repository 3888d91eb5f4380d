"""SMSC.ru (also smsc.kz): texts, and calls that read a text aloud.

Promises
- A refusal that comes with HTTP 200 is a refusal all the same.
- A callback counts when it is signed with the account's secret, whatever it says.

Facts and settings: README.md beside this file.
"""

from __future__ import annotations

from posapp.messaging.gateways.accounts import account_of
from posapp.messaging.gateways.smsc.gateway import SmscAccount, SmscGateway
from posapp.settings import Settings

__all__ = ["SmscAccount", "SmscGateway", "build"]


def build(settings: Settings) -> SmscGateway:
    """The gateway. Raises GatewayRefused when its account is missing or wrong."""
    return SmscGateway(account_of(settings, SmscGateway.name, SmscAccount))
