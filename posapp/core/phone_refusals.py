"""Why a phone number is refused, and the sentence that tells its owner what to do."""

from posapp.core.errors import Refusal
from posapp.core.text import N_

_UNREADABLE, _UNSUITABLE = 400, 422

REASONS: dict[str, tuple[int, str]] = {
    "empty": (_UNREADABLE, N_("Type the mobile number.")),
    "letters": (_UNREADABLE, N_("There are letters in the number. Type it in digits only.")),
    "extension": (
        _UNREADABLE,
        N_("This number has an extension, and a text cannot reach it. Type a mobile number without one."),
    ),
    "multiple_or_too_long": (_UNREADABLE, N_("There is more than one number here. Type just one.")),
    "excel_float": (_UNREADABLE, N_("A spreadsheet has shortened this number. Type all of its digits again.")),
    "unparsable": (
        _UNREADABLE,
        N_("This cannot be read as a phone number. Type it in digits, with + and the country code if it is foreign."),
    ),
    "too_short": (_UNSUITABLE, N_("The number is too short. Check that no digit is missing.")),
    "too_long": (_UNSUITABLE, N_("The number is too long. Check that there is no extra digit.")),
    "invalid": (_UNSUITABLE, N_("There is no such number. Check its digits with the customer.")),
    "not_mobile": (_UNSUITABLE, N_("This is not a mobile number, and a text cannot reach it. Type a mobile number.")),
    "toll_free": (_UNSUITABLE, N_("This is a free-call number, and a text cannot reach it. Type a mobile number.")),
    "premium": (_UNSUITABLE, N_("This is a paid-service number, and no text is sent to it. Type a mobile number.")),
    "dummy": (_UNSUITABLE, N_("This looks like a made-up number. Ask the customer for the real one.")),
    "not_allowed_country": (
        _UNSUITABLE,
        N_("No texts are sent to numbers of this country (%(region)s). Ask for a number of another country."),
    ),
}
"""Code → (HTTP status, sentence). 400: it is not one phone number. 422: it is, but not one to which we write."""


class PhoneRefused(Refusal):
    """What was given is not a phone number that we can write to. It never carries the number itself."""

    def __init__(self, code: str, **values: str | int) -> None:
        super().__init__(**values)
        self.args = (code,)
        self.code = code
        self.status, self.sentence = REASONS[code]
