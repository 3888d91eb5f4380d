"""Kills: clients, the database's own processes, and the whole server, spread over the run."""

import os
import random
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess

import psycopg

from tests.support.postgres import Running

CLIENT, TERMINATED, BACKEND, SERVER = "client", "backend terminated", "backend", "server"


@dataclass
class Killer:
    """Kills what is due as the work goes on; without a server of our own, clients only."""

    chance: random.Random
    clients: Callable[[], list[BaseProcess]]
    server: Running | None = None
    """A server that may be killed, and comes back by itself."""
    done: Counter[str] = field(default_factory=Counter)

    def plan(self, kills: int) -> list[tuple[float, str]]:
        """(part of the work, what to kill then), in order."""
        kinds = [CLIENT] * kills
        if self.server is not None:
            kinds += [TERMINATED] * kills
            self.chance.shuffle(kinds)
            kinds.insert(len(kinds) * 2 // 3, BACKEND)
            kinds.insert(len(kinds) // 3, SERVER)
        return [((place + 1) / (len(kinds) + 1), kind) for place, kind in enumerate(kinds)]

    def kill(self, kind: str) -> bool:
        """False when there was nothing to kill at this moment."""
        if kind == CLIENT:
            return self._kill_client()
        if kind == SERVER:
            assert self.server
            self.server.kill()
            self.done[SERVER] += 1
            return True
        return self._kill_backend(kind)

    def _kill_client(self) -> bool:
        alive = [process.pid for process in self.clients() if process.is_alive() and process.pid]
        if alive:
            os.kill(self.chance.choice(alive), signal.SIGKILL)
            self.done[CLIENT] += 1
        return bool(alive)

    def _kill_backend(self, kind: str) -> bool:
        """One that is in the middle of a transaction, if there is any."""
        assert self.server
        try:
            with psycopg.connect(_plain(self.server.server.url), autocommit=True) as connection:
                found = connection.execute(
                    "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
                    " ORDER BY xact_start IS NULL, random() LIMIT 1"
                ).fetchone()
                if found and kind == TERMINATED:
                    connection.execute("SELECT pg_terminate_backend(%s)", found)
                elif found:
                    os.kill(found[0], signal.SIGKILL)
        except psycopg.OperationalError:
            return False  # it is on its way back from something worse
        self.done[kind] += bool(found)
        return bool(found)


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")
