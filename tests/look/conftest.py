"""The sample house, served to the browser of the test."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tests.look.sample import House, build
from tests.support.serving import served


@pytest.fixture
def house() -> House:
    """What was sent, and how the house answers."""
    return House()


@pytest.fixture
def base_url(house: House, door: socket.socket) -> Iterator[str]:
    """The sample house instead of ours."""
    with served(build(house), door) as url:
        yield url
