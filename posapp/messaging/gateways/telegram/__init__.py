"""Telegram Gateway: our code in the chat "Verification Codes", for whoever has Telegram on the number.

Promises
- Nothing but a code goes this way, and the code is ours.
- A number without Telegram was surely not reached: the next gateway gets its turn.
- A callback counts when it is signed and was made just now.
- In a shop in Russia it is off until somebody has said yes.

Facts and settings: README.md beside this file.
"""

from __future__ import annotations

from posapp.messaging.gateways.accounts import account_of
from posapp.messaging.gateways.registry import GatewayRefused
from posapp.messaging.gateways.telegram.gateway import TelegramAccount, TelegramGateway
from posapp.settings import Settings

__all__ = ["TelegramAccount", "TelegramGateway", "build"]


def build(settings: Settings) -> TelegramGateway:
    """The gateway. Raises GatewayRefused when its account is missing or wrong, or in Russia without an explicit yes."""
    account = account_of(settings, TelegramGateway.name, TelegramAccount)
    if settings.region == "RU" and not account.in_russia:
        raise GatewayRefused(
            "[telegram] in_russia: law 41-FZ stands against codes in foreign messengers; ask a lawyer, then write true"
        )
    return TelegramGateway(account)
