"""An application served over HTTP from a thread of the test process, so that both see the same clock."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

Application = Callable[..., Any]


class _Quiet(WSGIRequestHandler):
    """Requests of a test are not worth a line each."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing; faults reach the test as answers."""


def open_door() -> socket.socket:
    """A listening socket on a free port of 127.0.0.1, taken before the application must know its own address."""
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.bind(("127.0.0.1", 0))
    door.listen(128)
    return door


def address(door: socket.socket) -> str:
    return f"http://127.0.0.1:{door.getsockname()[1]}"


@contextmanager
def served(application: Application, door: socket.socket) -> Iterator[str]:
    """Answer requests at `door` until the block ends; gives the address."""
    server = make_server(
        "127.0.0.1", 0, application, threaded=True, request_handler=_Quiet, fd=socket.dup(door.fileno())
    )
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True, name="served")
    thread.start()
    try:
        yield address(door)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
