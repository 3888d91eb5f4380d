"""What people type, paste and export as a phone number, brought down to digits and a plus.

Nothing is guessed away. Signs which people put between digits are dropped, a known label in front ("моб.", "tel:")
is dropped, any other letter is refused: the library beneath would turn it into digits of somebody else's number.
"""

import re
import unicodedata
from dataclasses import dataclass

from posapp.core.phone_refusals import PhoneRefused

RAW_LENGTH_MAX = 200
"""Characters. Longer text is a list or a letter, not a number."""

DIGITS_MAX = 17
"""Digits of one number: 15 of E.164 and a prefix for calling abroad."""

DIGITS_OF_A_NUMBER_MIN = 7
"""Two runs of this many digits are two numbers."""

_PLUSES = "+\uff0b\ufe62"
_DASHES = "\u2212\u30fc\u2043"
_HANDSETS = "☎☏✆\U0001f4de\U0001f4f1\U0001f4f2\ufe0f"
_QUOTES = "'\"`‘’‚“”„«»"
_BRACKETS = str.maketrans("（）［］／．，；：＃［］", "()[]/.,;:#[]")

_WORDS_BEFORE = (
    "мобильный телефон|номер телефона|контактный телефон|мой номер|моб тел|сот тел|мобильный|мобильник|мобила|моб|"
    "сотовый|сотка|сот|телефон|тел|тлф|номер|ном|контакт|личный|рабочий|раб|домашний|дом|смс|ватсап|вацап|вотсап|"
    "вайбер|телеграм|т|м|"
    "mobile phone|mobile number|mobile no|phone number|phone no|cell phone|my number is|my number|"
    "mobile|mob|cellphone|cell|telephone|telefon|handy|phone|ph|tel|number|num|no|contact|whatsapp|viber|telegram|"
    "callto|sms|t|m|p"
)
_LABEL = re.compile(rf"(?:{_WORDS_BEFORE.replace(' ', '[ .]+')})(?:[ .:=№#/-]+|(?<=\w\w)(?=[+(\d]))|№[ .:]*")
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+)?\s*[eе]\s*[+-]?\s*\d+")
_DECIMAL = re.compile(r"(\+?\d{9,15})([.,])(\d{1,2})")
_PARAMETER = re.compile(r";\s*(?:(ext|extension)|[a-z][a-z-]*)\s*=")
_RUN = re.compile(r"\d(?:[ ()\[\]._~\n-]*\d)*")
_EXTENSION = re.compile(
    r"[ ()\[\].-]*(?:[,;:]?\s*(?:доб(?:ав(?:очный)?)?|доп|вн(?:утр(?:енний)?)?|тон(?:ом)?|ext(?:n|ension)?|int|[xхpw×])"
    r"|[#*]|,+|;+)[ .:№#(-]*\d{1,7}[ )\].#]*"
)
_SIGNS = re.compile(r"[ ()\[\]._~\n/-]+")
_SPREAD = re.compile(r"[,;|\\&/\n]")
_PLAIN = re.compile(r"\+?[0-9]+")
_STARTED_TWICE = re.compile(r"\+?([0-9]{1,3})\+(?=\1)|8\+(?=7)")


@dataclass(frozen=True, slots=True, repr=False)
class Written:
    """The digits as they were written, ASCII only, and whether a plus stood before them."""

    digits: str
    plus: bool


def written(raw: object) -> Written:
    """Read what was typed; raises PhoneRefused when it is not the writing of one number."""
    text = _plain_characters(_one_text(raw)).strip(" \n.,;:" + _QUOTES)
    text = _without_labels(text.casefold())
    if not any(c.isdigit() or c.isalpha() for c in text):
        raise PhoneRefused("empty" if not text.strip("+()-_/ ") else "unparsable")
    text = _without_decimals(text)
    _refuse_additions(text)
    return _bare(text)


def _one_text(raw: object) -> str:
    if raw is None:
        raise PhoneRefused("empty")
    if isinstance(raw, list | tuple | set | frozenset):
        raise PhoneRefused("multiple_or_too_long")
    if isinstance(raw, float):
        raise PhoneRefused("excel_float")
    if not isinstance(raw, str):
        raise PhoneRefused("unparsable")
    if len(raw) > RAW_LENGTH_MAX:
        raise PhoneRefused("multiple_or_too_long")
    return raw


def _plain_characters(text: str) -> str:
    """Digits of every script to ASCII, every space to one kind, invisible marks away."""
    return "".join(_plain_character(c) for c in text.translate(_BRACKETS))


def _plain_character(c: str) -> str:
    category = unicodedata.category(c)
    if category == "Nd":
        return str(unicodedata.decimal(c))
    if category == "Cf" or c in _HANDSETS:
        return ""
    if c.isspace():
        return "\n" if c in "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029" else " "
    if category in ("Cc", "Cs", "Cn", "Co"):
        raise PhoneRefused("unparsable")
    if category == "Pd" or c in _DASHES:
        return "-"
    return "+" if c in _PLUSES else c


def _without_labels(text: str) -> str:
    while found := _LABEL.match(text):
        text = text[found.end() :].lstrip(" \n:.")
    return text


def _without_decimals(text: str) -> str:
    """Undo what a spreadsheet did to the number, where no digit was lost."""
    if _SCIENTIFIC.fullmatch(text):
        raise PhoneRefused("excel_float")
    if found := _DECIMAL.fullmatch(text):
        whole, point, fraction = found.groups()
        if fraction.strip("0"):
            raise PhoneRefused("excel_float" if point == "." else "extension")
        return str(whole)
    return text


def _refuse_additions(text: str) -> None:
    """Refuse whatever stands beside the number: parameters, a second number, an extension, letters."""
    if found := _PARAMETER.search(text):
        raise PhoneRefused("extension" if found[1] else "letters")
    runs = list(_RUN.finditer(text))
    lengths = [sum(c.isdigit() for c in run[0]) for run in runs]
    if sum(length >= DIGITS_OF_A_NUMBER_MIN for length in lengths) > 1:
        raise PhoneRefused("multiple_or_too_long")
    if runs and lengths[0] >= DIGITS_OF_A_NUMBER_MIN and _EXTENSION.fullmatch(text, runs[0].end()):
        raise PhoneRefused("extension")
    if any(c.isalpha() for c in text):
        raise PhoneRefused("letters")
    if lengths and lengths[0] >= DIGITS_OF_A_NUMBER_MIN + 2 and len(runs) > 1 and _SPREAD.search(text):
        raise PhoneRefused("multiple_or_too_long")


def _bare(text: str) -> Written:
    bare = re.sub(r"^\++", "+", _SIGNS.sub("", text))
    bare = _STARTED_TWICE.sub("", bare, count=1) if _STARTED_TWICE.match(bare) else bare
    bare = "+" + bare.lstrip("+") if bare.startswith("+") else bare
    if not _PLAIN.fullmatch(bare):
        raise PhoneRefused("unparsable")
    digits = bare.lstrip("+")
    if len(digits) > DIGITS_MAX:
        raise PhoneRefused("multiple_or_too_long")
    return Written(digits, bare.startswith("+"))
