"""The counter's pages as Flask knows them."""

from flask import Blueprint

blueprint = Blueprint("till", __name__)
