"""The pages of an enrolment, one file a screen."""

from flask import Blueprint

blueprint = Blueprint("enrolment", __name__)

from posapp.enrolment.routes import confirm, customer, number, questionnaire  # noqa: E402, F401  # they put their pages on it
