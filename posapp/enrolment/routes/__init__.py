"""The pages of an enrolment, one file a screen."""

from posapp.enrolment.routes import confirm, customer, number, questionnaire  # noqa: F401  # they put their pages on it
from posapp.enrolment.routes.pages import blueprint

__all__ = ["blueprint"]
