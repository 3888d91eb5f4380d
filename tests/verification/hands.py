"""Many hands at once, processes with threads on PostgreSQL and threads on SQLite; and hands killed at their work."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from threading import Barrier
from typing import Any, NoReturn

from flask import Flask

from posapp.core.db import db, dialect_name
from posapp.core.errors import Refusal

Hand = Callable[[], Any]
"""What one pair of hands does; a refusal counts as its answer."""

PROCESSES = 4


def all_at_once(app: Flask, hands: Sequence[Hand]) -> list[Any]:
    """Let every hand begin at the same moment; their answers, or the codes of their refusals, in order."""
    if dialect_name() == "sqlite":
        return _threads(app, hands)
    db.session.remove()
    db.engine.dispose()
    shares = [share for share in (hands[number::PROCESSES] for number in range(PROCESSES)) if share]
    fork = multiprocessing.get_context("fork")
    start = fork.Barrier(len(shares))
    answers: list[Any] = [None] * len(hands)
    running = []
    for number, share in enumerate(shares):
        ours, theirs = fork.Pipe(duplex=False)
        process = fork.Process(target=_child, args=(app, share, start, theirs))
        process.start()
        theirs.close()
        running.append((number, process, ours))
    for number, process, ours in running:
        answers[number::PROCESSES] = ours.recv()
        process.join()
    return answers


def _child(app: Flask, hands: Sequence[Hand], start: Any, answers: Connection) -> None:
    start.wait()
    answers.send(_threads(app, hands))
    answers.close()
    os._exit(0)  # nothing of the test run that was copied here may be torn down twice


def _threads(app: Flask, hands: Sequence[Hand]) -> list[Any]:
    start = Barrier(len(hands))

    def run(hand: Hand) -> Any:
        with app.app_context():
            start.wait()
            try:
                return hand()
            except Refusal as refusal:
                return refusal.code

    with ThreadPoolExecutor(len(hands)) as pool:
        return list(pool.map(run, hands))


def die(*_: object, **__: object) -> NoReturn:
    """As the machine would let a process die: without a last word."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def killed(app: Flask, act: Callable[[], object]) -> None:
    """Let another process do ``act`` and die of it."""
    db.session.remove()
    db.engine.dispose()
    process = multiprocessing.get_context("fork").Process(target=_inside, args=(app, act))
    process.start()
    process.join(30)
    assert process.exitcode == -signal.SIGKILL


def _inside(app: Flask, act: Callable[[], object]) -> None:
    with app.app_context():
        act()
    os._exit(0)
