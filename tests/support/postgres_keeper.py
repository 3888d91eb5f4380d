"""Keeps one PostgreSQL alive exactly as long as its caller: `postgres_keeper.py HOME UID GID COMMAND…`.

The caller holds the other end of our standard input. When it closes (a clean end, Ctrl-C, kill -9 alike), the server is
stopped at once and HOME is removed, so no test run leaves a server or a folder behind. A server that was killed while
the caller is still there is started again, as a service manager would.
"""

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Event, Thread
from typing import IO

RESTART_SECONDS_MAX = 20


class Keeper:
    """One server, started again when it is killed."""

    def __init__(self, home: Path, uid: str, gid: str, command: list[str]) -> None:
        self._home, self._uid, self._gid, self._command = home, uid, gid, command
        self._caller_is_gone = Event()
        self._server: subprocess.Popen[bytes] | None = None

    def keep(self) -> int:
        """Run the server until the caller has gone or the server has ended by itself."""
        Thread(target=self._wait_for_caller, daemon=True).start()
        with (self._home / "log").open("wb") as log:
            outcome, patience = self._run(log), 0.0
            while not self._caller_is_gone.is_set():
                if outcome == -signal.SIGKILL:
                    patience = time.monotonic() + RESTART_SECONDS_MAX
                elif outcome == 0 or time.monotonic() > patience:
                    break
                time.sleep(0.05)  # those whom it left behind may still hold its memory: then the start fails
                outcome = self._run(log)
        if outcome > 0:
            sys.stderr.write((self._home / "log").read_text(errors="replace")[-2000:])
        shutil.rmtree(self._home, ignore_errors=True)
        return outcome

    def _run(self, log: IO[bytes]) -> int:
        self._server = subprocess.Popen(
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=self._home,
            user=int(self._uid) if self._uid else None,
            group=int(self._gid) if self._gid else None,
            extra_groups=[] if self._uid else None,
        )
        if self._caller_is_gone.is_set():
            self._server.send_signal(signal.SIGQUIT)
        return self._server.wait()

    def _wait_for_caller(self) -> None:
        sys.stdin.buffer.read()
        self._caller_is_gone.set()
        if self._server is not None:
            self._server.send_signal(signal.SIGQUIT)  # immediate shutdown: nothing in here needs to survive


if __name__ == "__main__":
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.SIG_IGN)  # the caller decides, through the pipe
    sys.exit(Keeper(Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:]).keep())
