"""The room's doors: the house's health, the on-screen phone of development, and where providers call."""

from posapp.messaging.routes import callbacks  # noqa: F401  # it puts its doors on the blueprint
from posapp.messaging.routes.pages import blueprint

__all__ = ["blueprint"]
