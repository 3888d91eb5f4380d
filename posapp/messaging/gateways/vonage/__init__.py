"""Vonage SMS API (formerly Nexmo).

Promises
- A text with one letter outside GSM-7 is sent as ``unicode``: otherwise Vonage would write ``?`` for each such letter.
- Of several parts the first word that is final counts; our name of the message holds them together.
- A callback counts when it is signed with SHA-256.

Facts and settings: README.md beside this file.
"""

from __future__ import annotations

from posapp.messaging.gateways.accounts import account_of
from posapp.messaging.gateways.vonage.gateway import VonageAccount, VonageGateway
from posapp.settings import Settings

__all__ = ["VonageAccount", "VonageGateway", "build"]


def build(settings: Settings) -> VonageGateway:
    """The gateway. Raises GatewayRefused when its account is missing or wrong."""
    return VonageGateway(account_of(settings, VonageGateway.name, VonageAccount))
