"""Twilio Programmable Messaging.

Promises
- A callback counts when Twilio has signed the address that we told it, with every field of the form.
- The price comes later: it is asked for, never guessed.

Facts and settings: README.md beside this file.
"""

from __future__ import annotations

from posapp.messaging.gateways.accounts import account_of
from posapp.messaging.gateways.twilio.gateway import TwilioAccount, TwilioGateway
from posapp.settings import Settings

__all__ = ["TwilioAccount", "TwilioGateway", "build"]


def build(settings: Settings) -> TwilioGateway:
    """The gateway. Raises GatewayRefused when its account is missing or wrong."""
    return TwilioGateway(account_of(settings, TwilioGateway.name, TwilioAccount))
