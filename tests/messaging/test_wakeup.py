"""A promise wakes the worker when it commits; a hint that is lost costs nothing but a poll."""

import contextlib
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from posapp import settings as settings_module
from posapp.core.db import db, transaction
from posapp.messaging import notifications, wakeup
from posapp.messaging.state import State
from posapp.messaging.wakeup import Bell, open_bell
from posapp.settings import Settings
from tests.messaging.outbox_of import promise_in_open_transaction, promised

LONG = 30.0
"""Seconds; nobody waits so long unless the hint is lost."""


@pytest.fixture
def short(app_context: Flask, settings: Settings) -> Iterator[Settings]:
    """A data folder whose path fits the name of a socket."""
    folder = Path(tempfile.mkdtemp(prefix="bell"))
    chosen = settings.model_copy(update={"data_dir": folder})
    settings_module.use(chosen)
    yield chosen
    shutil.rmtree(folder)


@pytest.fixture
def bell(short: Settings) -> Iterator[Bell]:
    bell = open_bell(short)
    assert not bell.wait(0)
    yield bell
    bell.close()


def test_a_commit_rings_and_a_promise_alone_does_not(bell: Bell) -> None:
    with transaction():
        promise_in_open_transaction()
        assert not bell.wait(0)
    assert bell.wait(LONG)
    assert not bell.wait(0)


def test_a_rollback_does_not_ring(bell: Bell) -> None:
    with contextlib.suppress(ZeroDivisionError), transaction():
        promise_in_open_transaction()
        raise ZeroDivisionError
    promised()
    assert bell.wait(LONG)
    assert not bell.wait(0)


def test_many_hints_are_one_awakening(bell: Bell) -> None:
    for _ in range(50):
        promised()
    assert bell.wait(LONG)
    while bell.wait(0):
        continue
    promised()
    assert bell.wait(LONG)


def test_our_own_threads_ring_too(bell: Bell) -> None:
    for _ in range(100_000):
        bell.ring()
    assert bell.wait(LONG)
    assert not bell.wait(0)


@pytest.mark.sqlite_only
def test_every_worker_hears_and_what_dead_ones_left_is_removed(short: Settings, bell: Bell) -> None:
    folder = short.data_dir / wakeup.FOLDER
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as dead:
        dead.bind(str(folder / "dead.sock"))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other:
        other.bind(str(folder / "other.sock"))
        other.settimeout(LONG)
        promised()
        assert other.recv(1)
    assert bell.wait(LONG)
    assert not (folder / "dead.sock").exists()


@pytest.mark.sqlite_only
def test_a_path_too_long_for_a_socket_only_means_polling(short: Settings) -> None:
    deep = short.model_copy(update={"data_dir": short.data_dir / ("d" * 60) / ("e" * 60)})
    settings_module.use(deep)
    bell = open_bell(deep)
    promised()
    assert not bell.wait(0)
    bell.close()


@pytest.mark.sqlite_only
def test_nobody_listening_does_not_disturb_the_promise(short: Settings) -> None:
    assert promised().state().state is State.QUEUED


@pytest.mark.postgres_only
def test_a_lost_connection_is_made_anew(bell: Bell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notifications, "RECONNECT_SECONDS", 0.0)
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = current_user"
    db.session.execute(text(f"{others} AND pid <> pg_backend_pid()"))
    db.session.rollback()
    assert bell.wait(LONG)
    while bell.wait(0):  # the loss itself is read to its end, and a new connection made
        continue
    promised()
    assert bell.wait(LONG)
