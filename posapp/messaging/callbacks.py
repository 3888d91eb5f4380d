"""What providers tell us by calling: checked first, then kept.

Promises
- A callback that does not prove where it comes from changes nothing and is answered 401.
- One that comes again changes nothing again: a receipt is kept once, an inbound text has one name.
- What could not be kept is not acknowledged, so the provider delivers it again.
"""

from __future__ import annotations

from datetime import datetime

import structlog

from posapp.core.db import transaction
from posapp.core.faults import described
from posapp.messaging import receipts
from posapp.messaging.gateways.protocol import Acknowledgement, Callback, Gateway
from posapp.messaging.ports import ports

FORGED = Acknowledgement(401)

log = structlog.get_logger(__name__)


def take(gateway: Gateway, callback: Callback, at: datetime) -> Acknowledgement:
    """Keep what the callback brings, inbound texts before anything else; what to answer."""
    if not _is_genuine(gateway, callback):
        log.warning("callback_refused", gateway=gateway.name)
        return FORGED
    try:
        inbound, told = gateway.inbound(callback), gateway.receipts(callback)
    except Exception as fault:  # noqa: BLE001  # a provider that changed its ways must not be taken for a broken house
        log.error("callback_unreadable", gateway=gateway.name, **described(fault))
        return gateway.acknowledge(False)
    for message in inbound:
        with transaction():
            ports().on_inbound(gateway.name, message, at)
    receipts.keep(gateway.name, told, at)
    return gateway.acknowledge(True)


def _is_genuine(gateway: Gateway, callback: Callback) -> bool:
    """A check that breaks on odd content is a check that was not passed."""
    try:
        return gateway.verify(callback)
    except Exception as fault:  # noqa: BLE001  # whatever a stranger sends
        log.warning("callback_unchecked", gateway=gateway.name, **described(fault))
        return False
