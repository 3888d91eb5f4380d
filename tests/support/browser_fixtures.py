"""Fixtures of the browser: an installed Chromium with nothing downloaded, pointed at the house served from a thread.

The pages are those of a till: a touch screen of 962×553 in Russian. `@pytest.mark.browser_context_args(locale="en-GB")`
changes that for a test. A page that complains on its console fails its test (`@pytest.mark.noisy` allows it).
"""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from tests.support.accessibility import SIZES
from tests.support.noise import Noise
from tests.support.serving import open_door

MISSING = "no Chromium for the tests: "
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-proxy-server",
    # Nothing outside this machine can be reached, whatever a page asks for.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


def find_chromium() -> str | None:
    """The installed browser, or None."""
    found = (shutil.which(name) for name in NAMES)
    return next((path for path in found if path), None) or next((p for p in PLACES if Path(p).exists()), None)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly, as the last thing, what was not tested."""
    skipped = [each for each in terminalreporter.stats.get("skipped", []) if MISSING in str(each.longrepr)]
    if skipped:
        terminalreporter.write_line(f"{len(skipped)} tests did NOT run in a browser.", red=True, bold=True)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    chromium = find_chromium()
    if chromium is None:
        reason = f"{MISSING}none of {', '.join(NAMES)} is installed (Debian: apt install chromium fonts-noto-core)"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    return {"executable_path": chromium, "chromium_sandbox": False, "args": ARGUMENTS}


@pytest.fixture
def door() -> Iterator[socket.socket]:
    """The port that the house will be served at, known before the house is built."""
    with open_door() as taken:
        yield taken


@pytest.fixture
def browser_context_args(base_url: str) -> dict[str, Any]:
    width, height = SIZES["tablet"]
    return {
        "base_url": base_url,
        "viewport": {"width": width, "height": height},
        "has_touch": True,
        "is_mobile": True,
        "locale": "ru-RU",
        "timezone_id": "Europe/Moscow",
    }


@pytest.fixture
def noise() -> Noise:
    """What the pages of this test have complained about so far."""
    return Noise()


@pytest.fixture
def new_context(new_context: Callable[..., BrowserContext], noise: Noise) -> Callable[..., BrowserContext]:
    """A browser of another person; the pages in it are listened to as well."""

    def open_context(**changed: Any) -> BrowserContext:
        context = new_context(**changed)
        noise.listen(context)
        return context

    return open_context


@pytest.fixture(autouse=True)
def no_noise(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a browser test whose pages complained."""
    if "new_context" not in request.fixturenames:
        yield
        return
    noise: Noise = request.getfixturevalue("noise")
    yield
    if request.node.get_closest_marker("noisy") is None:
        assert not noise.heard, "the pages complained:\n" + "\n".join(noise.heard)
