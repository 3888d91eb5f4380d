"""The blueprint of the ledger's administration."""

from flask import Blueprint

blueprint = Blueprint("points", __name__)
