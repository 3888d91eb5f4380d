"""Why a questionnaire or a code came to nothing, in words."""

from __future__ import annotations

from posapp.core.text import N_
from posapp.reports.sources import CODE, QUESTIONNAIRE
from posapp.reports.tally import Counts

OF_QUESTIONNAIRE = {
    "abandoned": N_("Nobody came back to finish it"),
    "refused_consent": N_("The customer did not agree"),
    "wrong_number": N_("The number was wrong"),
    "already_member": N_("The number has a card already"),
    "send_failed": N_("The code could not be sent"),
    "exhausted": N_("Too many wrong codes"),
    "expired": N_("The code was not said in time"),
    "superseded": N_("Begun anew"),
    "cancelled": N_("Cancelled by the cashier"),
}
OF_CODE = {
    "send_failed": N_("The code could not be sent"),
    "exhausted": N_("Too many wrong codes"),
    "expired": N_("The code was not said in time"),
    "superseded": N_("A newer code took its place"),
    "cancelled": N_("Cancelled by the cashier"),
    "wrong_number": N_("The number was wrong"),
    "refused_consent": N_("The customer did not agree"),
    "questionnaire_changed": N_("The questionnaire was changed after the code was sent"),
}
SHIFT_ENDED = N_("The cashier's shift ended or changed hands")
"""All other reasons for which a code is taken back."""
OTHERWISE = N_("Another reason")
WORDS = {QUESTIONNAIRE: (OF_QUESTIONNAIRE, OTHERWISE), CODE: (OF_CODE, SHIFT_ENDED)}


def in_words(counts: Counts, what: str) -> Counts:
    """How often ``what`` came to nothing, by the sentence that says why."""
    words, otherwise = WORDS[what]
    found: Counts = Counts()
    for name, count in counts.items():
        kind, _, reason = name.partition(":")
        if kind == what and reason:
            found[words.get(reason, otherwise)] += count
    return found


def every_word(what: str) -> list[str]:
    """All the sentences that ``in_words`` can give, each once."""
    words, otherwise = WORDS[what]
    return list(dict.fromkeys([*words.values(), otherwise]))


def ended(counts: Counts) -> int:
    """Questionnaires that ended without a card."""
    return sum(in_words(counts, QUESTIONNAIRE).values())
