"""Hints that PostgreSQL delivers: it notifies whoever listens when the promising transaction commits."""

from __future__ import annotations

import time

import psycopg
import structlog
from sqlalchemy import make_url

RECONNECT_SECONDS = 5.0
CONNECT_SECONDS_MAX = 2

log = structlog.get_logger(__name__)


class NotificationEar:
    """Hints through a connection of its own to PostgreSQL; a lost one is made anew after a pause."""

    def __init__(self, url: str, channel: str) -> None:
        self._address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._channel = channel
        self._connection: psycopg.Connection | None = None
        self._retry_at = 0.0

    def fileno(self) -> int | None:
        if self._connection is None and time.monotonic() >= self._retry_at:
            self._connect()
        try:
            return self._connection.fileno() if self._connection else None
        except psycopg.Error:
            self.close()
            return None

    def empty(self) -> None:
        try:
            for _ in self._connection.notifies(timeout=0) if self._connection else ():
                continue
        except psycopg.Error:
            self.close()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._retry_at = time.monotonic() + RECONNECT_SECONDS

    def _connect(self) -> None:
        try:
            self._connection = psycopg.connect(self._address, autocommit=True, connect_timeout=CONNECT_SECONDS_MAX)
            self._connection.execute(f"LISTEN {self._channel}")
        except psycopg.Error as fault:
            log.info("no_hints", reason=type(fault).__name__)
            self.close()
