"""The pages of the counter, one file a screen."""

from posapp.till.routes import (  # noqa: F401  # they put their pages on it
    approvals,
    card,
    cards,
    code,
    find,
    history,
    merge,
    office,
    returns,
    statement,
    undo,
)
from posapp.till.routes.pages import blueprint

__all__ = ["blueprint"]
