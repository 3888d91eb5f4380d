"""The virtual loyalty card: a phone number proven by a code said aloud, and the points that belong to it.

``create_app`` is the only way in. Only ``wsgi.py``, the commands and the tests call it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from posapp.settings import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """The application, every room of it. Raises SettingsRefused or KeyRingRefused with the sentence that says why."""
    from posapp import house  # all of it is imported when all of it is wanted: one room alone is there at once

    return house.build(settings)
