"""Where the pages of an enrolment are put."""

from flask import Blueprint

blueprint = Blueprint("enrolment", __name__)
