"""SMS Aero.

Promises
- It signs nothing: a callback counts when it calls the address that only SMS Aero was told.

Facts and settings: README.md beside this file.
"""

from __future__ import annotations

from posapp.messaging.gateways.accounts import account_of
from posapp.messaging.gateways.smsaero.gateway import SmsAeroAccount, SmsAeroGateway
from posapp.settings import Settings

__all__ = ["SmsAeroAccount", "SmsAeroGateway", "build"]


def build(settings: Settings) -> SmsAeroGateway:
    """The gateway. Raises GatewayRefused when its account is missing or wrong."""
    return SmsAeroGateway(account_of(settings, SmsAeroGateway.name, SmsAeroAccount))
