"""The pages of the counter, one file a screen."""

from posapp.till.routes import card, code, find, history, office, returns, undo  # noqa: F401  # they put their pages on it
from posapp.till.routes.pages import blueprint

__all__ = ["blueprint"]
