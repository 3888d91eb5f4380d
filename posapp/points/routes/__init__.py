"""The ledger's own administration: what a manager reads of it and decides about it. One page, one file."""

from posapp.points.routes import alerts, overview
from posapp.points.routes.pages import blueprint

__all__ = ["alerts", "blueprint", "overview"]
