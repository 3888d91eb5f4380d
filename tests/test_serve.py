"""One command starts web and worker, one signal ends both, and neither outlives the other."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from tests.support.serving import open_door

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS_MAX = 90
pytestmark = pytest.mark.torture


class Served:
    """`python -m posapp serve` as `make run` calls it."""

    def __init__(self, folder: Path, port: int, **environment: str) -> None:
        self.port = port
        self.log = folder / f"{port}.log"
        told = {
            "POSAPP_ENV": "development",
            "POSAPP_DATA_DIR": str(folder / "data"),
            "POSAPP_BASE_URL": f"http://127.0.0.1:{port}",
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "posapp", "serve"],
                cwd=ROOT,
                env=os.environ | told | environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait_until_ready(self) -> None:
        self._until(lambda: "On-screen phone" in self.said or self.process.poll() is not None)
        assert self.process.poll() is None, self.said
        assert httpx2.get(f"http://127.0.0.1:{self.port}/health").json()["status"] == "ok"

    def part(self, words: str) -> int:
        """The process id of the part whose command line contains `words`."""
        listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True)
        for line in listed.stdout.splitlines():
            pid, parent, command = line.split(None, 2)
            if int(parent) == self.process.pid and words in command:
                return int(pid)
        raise AssertionError(f"no part {words}: {self.said}")

    def end(self) -> int:
        """Wait for the end; nobody listens at the port afterwards."""
        status = self.process.wait(START_SECONDS_MAX)
        self._until(lambda: not is_open(self.port))
        return status

    @property
    def said(self) -> str:
        return self.log.read_text(errors="replace")

    @staticmethod
    def _until(done: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_SECONDS_MAX
        while not done():
            assert time.monotonic() < deadline, "waited too long"
            time.sleep(0.05)


def is_open(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def free_port() -> int:
    with open_door() as door:
        return int(door.getsockname()[1])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served")


@pytest.fixture
def house(folder: Path, free_port: int) -> Iterator[Served]:
    served = Served(folder, free_port)
    served.wait_until_ready()
    yield served
    served.process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_signal_ends_both_and_is_a_clean_end(house: Served, number: signal.Signals) -> None:
    house.process.send_signal(number)
    assert house.end() == 0
    assert house.said.rstrip().endswith("Stopped.")


@pytest.mark.parametrize(("part", "name"), [("gunicorn", "web"), ("posapp worker", "worker")])
def test_neither_outlives_the_other(house: Served, part: str, name: str) -> None:
    os.kill(house.part(part), signal.SIGKILL)
    assert house.end() == 1
    assert re.search(rf"The {name} ended by itself \(signal SIGKILL\)", house.said)


def test_a_port_in_use_is_refused_with_a_way_out(folder: Path) -> None:
    with open_door() as taken:
        port = taken.getsockname()[1]
        served = Served(folder, port)
        assert served.process.wait(START_SECONDS_MAX) == 2
        assert f"Port {port} cannot be used" in served.said
        assert f"make run PORT={port + 1}" in served.said
        assert "Traceback" not in served.said


def test_production_is_not_served_like_this(folder: Path, free_port: int) -> None:
    served = Served(
        folder,
        free_port,
        POSAPP_ENV="production",
        POSAPP_BASE_URL="https://card.example",
        POSAPP_GATEWAYS="kannel",
        POSAPP_SQLITE_IN_PRODUCTION="true",
    )
    assert served.process.wait(START_SECONDS_MAX) == 2
    assert "docs/operations.md" in served.said
