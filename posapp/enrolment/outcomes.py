"""How an enrolment ends without a card, and what is said when a step cannot be taken."""

from __future__ import annotations

from enum import StrEnum

from posapp.core.errors import Refusal
from posapp.core.text import N_


class EndReason(StrEnum):
    """Why there is no card; the words of the report."""

    ABANDONED = "abandoned"
    REFUSED_CONSENT = "refused_consent"
    WRONG_NUMBER = "wrong_number"
    ALREADY_MEMBER = "already_member"
    SEND_FAILED = "send_failed"
    EXHAUSTED = "exhausted"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


class DraftGone(Refusal):
    """There is no such questionnaire at this till: finished, a day old, or begun elsewhere."""

    code = "draft_gone"
    status = 404
    sentence = N_("This questionnaire is finished or too old. Go to the start and type the phone number again.")


class DraftChanged(Refusal):
    """The questionnaire was changed on another page at the same moment: raised so that neither change is lost."""

    code = "draft_changed"
    status = 409
    sentence = N_("The questionnaire was changed on another page. Open it again and check it.")


class NotFilledIn(Refusal):
    """The customer's page was sent before the questionnaire had been filled in."""

    code = "not_filled_in"
    status = 409
    sentence = N_("The questionnaire is not filled in yet. Fill it in first.")


class NotSigned(Refusal):
    """A code was asked for before the customer had signed."""

    code = "not_signed"
    status = 409
    sentence = N_("The customer has not signed yet. Show the customer the page first.")


class QuestionnaireChanged(Refusal):
    """The questionnaire or a document is not what it was when the code was sent: the code is void."""

    code = "questionnaire_changed"
    status = 409
    sentence = N_("The questionnaire or a document changed after the code was sent. Check it and send a new code.")


class DocumentsMissing(Refusal):
    """The shop has not published every document in the customer's language: raised before anybody is asked to agree."""

    code = "documents_missing"
    status = 503
    sentence = N_("The shop's documents are not published yet, so no card can be opened. Please tell the manager.")


class DocumentsSuperseded(Refusal):
    """A newer text was published since the customer signed: nobody agrees to what they did not see."""

    code = "documents_superseded"
    status = 409
    sentence = N_("The shop has published a new text since the customer signed. Show the customer the page again.")
