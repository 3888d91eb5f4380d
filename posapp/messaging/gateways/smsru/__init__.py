"""SMS.RU.

Promises
- A callback counts when its hash over every entry is right, and is answered with exactly ``100``.
- Its flash calls are not used: there the provider chooses the code, and ours would be worth nothing.

Facts and settings: README.md beside this file.
"""

from __future__ import annotations

from posapp.messaging.gateways.accounts import account_of
from posapp.messaging.gateways.smsru.gateway import SmsRuAccount, SmsRuGateway
from posapp.settings import Settings

__all__ = ["SmsRuAccount", "SmsRuGateway", "build"]


def build(settings: Settings) -> SmsRuGateway:
    """The gateway. Raises GatewayRefused when its account is missing or wrong."""
    return SmsRuGateway(account_of(settings, SmsRuGateway.name, SmsRuAccount))
