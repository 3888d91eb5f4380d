"""Kannel, the SMS gateway of one's own: bearerbox and smsbox, with an SMPP connection to an operator behind them.

Promises
- A text with one letter outside GSM-7 goes out as UCS-2: Kannel would write ``?`` for each such letter.
- What Kannel would cut or send empty is refused here.
- Our name of the message stands in the receipt's address, for Kannel gives none; no number and no text does.

Facts, settings and Kannel's own configuration: README.md beside this file.
"""

from __future__ import annotations

from posapp.messaging.gateways.accounts import account_of
from posapp.messaging.gateways.kannel.gateway import KannelAccount, KannelGateway
from posapp.settings import Settings

__all__ = ["KannelAccount", "KannelGateway", "build"]


def build(settings: Settings) -> KannelGateway:
    """The gateway. Raises GatewayRefused when its account is missing or wrong."""
    return KannelGateway(account_of(settings, KannelGateway.name, KannelAccount, inside=True))
