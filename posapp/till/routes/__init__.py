"""The pages of the counter, one file a screen."""

from flask import Blueprint

blueprint = Blueprint("till", __name__)

from posapp.till.routes import card, code, find, office, undo  # noqa: E402, F401  # they put their pages on the blueprint
