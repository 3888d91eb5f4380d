"""The refusal: how a service says no."""

from posapp.core.text import N_


class Refusal(Exception):
    """An answer of no that undoes what was begun.

    A subclass sets `code` (stable, for machines), `status` (HTTP) and `sentence` (a msgid which says what happened
    and what to do). Values for the `%(name)s` places of the sentence are given as keywords; they are shown to
    people, so nothing personal goes there. Printing a refusal gives its code and nothing else.
    """

    code: str = "refused"
    status: int = 409
    sentence: str = N_("This could not be done. Nothing was changed; please check and try again.")

    def __init__(self, **values: str | int) -> None:
        super().__init__()
        self.values: dict[str, str | int] = values

    def __str__(self) -> str:
        return self.code
