"""Infobip SMS API, version 3.

Promises
- The message has our name there, so receipts find it even when the answer was lost.
- A hundred receipts in one callback are a hundred receipts.

Facts and settings: README.md beside this file.
"""

from __future__ import annotations

from posapp.messaging.gateways.accounts import account_of
from posapp.messaging.gateways.infobip.gateway import InfobipAccount, InfobipGateway
from posapp.settings import Settings

__all__ = ["InfobipAccount", "InfobipGateway", "build"]


def build(settings: Settings) -> InfobipGateway:
    """The gateway. Raises GatewayRefused when its account is missing or wrong."""
    return InfobipGateway(account_of(settings, InfobipGateway.name, InfobipAccount))
