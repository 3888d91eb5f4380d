"""MTS Exolve.

Promises
- ``number`` is the sender and ``destination`` the customer, without a plus: the other way round costs money.
- It signs nothing: a callback counts when it calls the address that only Exolve was told.

Facts and settings: README.md beside this file.
"""

from __future__ import annotations

from posapp.messaging.gateways.accounts import account_of
from posapp.messaging.gateways.exolve.gateway import ExolveAccount, ExolveGateway
from posapp.settings import Settings

__all__ = ["ExolveAccount", "ExolveGateway", "build"]


def build(settings: Settings) -> ExolveGateway:
    """The gateway. Raises GatewayRefused when its account is missing or wrong."""
    return ExolveGateway(account_of(settings, ExolveGateway.name, ExolveAccount))
