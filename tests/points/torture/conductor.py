"""Conducts a torture: starts the clients, kills on the way, starts them again, and asks for the verdict."""

import multiprocessing
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

from flask import Flask

from posapp.core.db import db, dialect_name
from tests.points.torture import client
from tests.points.torture.killer import Killer
from tests.points.torture.stage import Size, Stage, few_lots, prepare
from tests.points.torture.verdict import Report, judge
from tests.support.postgres import Running

DUEL_SECONDS = 0.15
"""On SQLite none: there only one request is let in, so nobody comes."""
LOOK_SECONDS = 0.005
SECONDS_MAX_PER_OPERATION = 0.5


def torture(
    app: Flask, folder: Path, size: Size, *, server: Running | None = None, duel_seconds: float | None = None
) -> Report:
    """Play it to its end, inside an application context, and judge. `server`: one of our own, to be killed too."""
    began, report = time.monotonic(), Report(dialect_name())
    if duel_seconds is None:
        duel_seconds = DUEL_SECONDS if report.database == "postgresql" else 0
    with few_lots():
        stage = prepare(app, size, folder, duel_seconds=duel_seconds)
        Play(stage, server, report).run()
        judge(stage, report)
    report.seconds = time.monotonic() - began
    return report


class Play:
    """The clients of one torture, alive or to be replaced."""

    def __init__(self, stage: Stage, server: Running | None, report: Report) -> None:
        self._stage, self._report = stage, report
        self._running: dict[int, BaseProcess] = {}
        self._killer = Killer(stage.chance("kills"), lambda: list(self._running.values()), server)
        report.kills = self._killer.done

    def run(self) -> None:
        _let_go()
        stage, plan = self._stage, self._killer.plan(self._stage.size.kills)
        whole = stage.quota * stage.size.clients
        until = time.monotonic() + 60 + SECONDS_MAX_PER_OPERATION * stage.size.operations
        for slot in range(stage.size.clients):
            self._start(slot)
        while self._running:
            if plan and sum(stage.answered) >= plan[0][0] * whole and self._killer.kill(plan[0][1]):
                plan.pop(0)
            self._replace()
            if time.monotonic() > until:
                self._report.problems.append("it came to no end")
                return self._stop()
            time.sleep(LOOK_SECONDS)
        self._report.problems += [f"nothing was left to kill: {kind}" for _, kind in plan]
        return None

    def _start(self, slot: int) -> None:
        process = multiprocessing.get_context("fork").Process(target=client.play, args=(self._stage, slot))
        process.start()
        self._running[slot] = process

    def _replace(self) -> None:
        """Whoever was killed gets a successor; whoever is done is done."""
        for slot, process in list(self._running.items()):
            if process.is_alive():
                continue
            process.join()
            del self._running[slot]
            if process.exitcode is not None and process.exitcode < 0:
                self._start(slot)

    def _stop(self) -> None:
        for process in self._running.values():
            process.kill()
            process.join()


def _let_go() -> None:
    """A child must not inherit an open connection."""
    db.session.remove()
    db.engine.dispose()
