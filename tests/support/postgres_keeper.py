"""Keeps one PostgreSQL alive exactly as long as its caller: `postgres_keeper.py HOME UID GID COMMAND…`.

The caller holds the other end of our standard input. When it closes (a clean end, Ctrl-C, kill -9 alike), the server is
stopped at once and HOME is removed, so no test run leaves a server or a folder behind.
"""

import shutil
import signal
import subprocess
import sys
from pathlib import Path
from threading import Thread

STOP_SECONDS_MAX = 20


def keep(home: Path, uid: str, gid: str, command: list[str]) -> int:
    """Run the server until the caller has gone or the server has ended by itself."""
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=home,
            user=int(uid) if uid else None,
            group=int(gid) if gid else None,
            extra_groups=[] if uid else None,
        )

    def wait_for_caller() -> None:
        sys.stdin.buffer.read()
        server.send_signal(signal.SIGQUIT)  # immediate shutdown: nothing in here needs to survive

    Thread(target=wait_for_caller, daemon=True).start()
    outcome = server.wait()
    if outcome > 0:
        sys.stderr.write((home / "log").read_text(errors="replace")[-2000:])
    shutil.rmtree(home, ignore_errors=True)
    return outcome


if __name__ == "__main__":
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.SIG_IGN)  # the caller decides, through the pipe
    sys.exit(keep(Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:]))
