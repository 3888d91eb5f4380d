"""What the texts say and how long they are."""

import re

import pytest

from posapp.messaging.parts import estimate_parts, measure
from posapp.messaging.texts import FOLDER, LANGUAGES, TEXTS, UnknownText, render
from tests.messaging.outbox_of import CODE

LONGEST = {"points": 999_999_999, "balance": 999_999_999, "code": CODE}
NAMES = [
    "ACME",
    "АКМЕ",
    "Кофейня «Мир & ещё один очень длинный мир на Большой Ордынке»",
    "The Very Long Name of a Shop That Somebody Wanted to Have in Every Text Message He Sends",
    "😀" * 60,
    "[" * 160,
    "№1",
]
CODES = sorted(name for name, text in TEXTS.items() if text.is_code)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", CODES)
@pytest.mark.parametrize("shop", NAMES)
def test_a_code_fits_one_part_whatever_the_shop_is_called(template: str, language: str, shop: str) -> None:
    text = render(template, language, {**LONGEST, "shop": shop})
    assert estimate_parts(text) == 1
    assert CODE in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", CODES)
def test_purpose_first_code_last_and_who_may_hear_it(template: str, language: str) -> None:
    text = render(template, language, {"shop": "ACME", "points": 500, "code": CODE})
    before, after = text.split(CODE)
    assert before.startswith("ACME: ")
    assert len(before) > len("ACME: ") + 10
    assert after == {"ru": " - только кассиру", "en": ", only for the cashier"}[language]
    assert not re.search(r"https?:|www\.|/", text)


def test_the_texts_read_as_people_write() -> None:
    said = {"shop": "АКМЕ", "points": 500, "balance": 1734, "code": "483921"}
    assert render("code_redeem", "ru", said) == "АКМЕ: списание 500 баллов. Код 483 921 - только кассиру"
    assert render("code_redeem", "en", {**said, "shop": "ACME", "points": 1}) == (
        "ACME: redeem 1 point. Code 483 921, only for the cashier"
    )
    assert render("redeemed", "ru", {**said, "points": 22}).startswith("АКМЕ: списано 22 балла, осталось 1 734.")
    assert "1 021 балл." in render("code_redeem", "ru", {**said, "points": 1021})
    assert "111 баллов." in render("code_redeem", "ru", {**said, "points": 111})


def test_a_latin_text_stays_in_the_short_alphabet() -> None:
    text = render("code_redeem", "en", {"shop": "ACME", "points": 12_345, "code": CODE})
    assert measure(text).alphabet.name == "GSM-7"


@pytest.mark.parametrize("template", sorted(TEXTS))
def test_every_text_is_there_in_every_language_and_none_besides(template: str) -> None:
    for language in LANGUAGES:
        assert render(template, language, {**LONGEST, "shop": "ACME"})
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.{each}.txt" for name in TEXTS for each in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_usual_notice_fits_one_part(language: str) -> None:
    assert estimate_parts(render("redeemed", language, {"shop": "АКМЕ", "points": 500, "balance": 734})) == 1


def test_a_shop_s_name_is_no_template() -> None:
    text = render("redeemed", "en", {"shop": "{{ 7 * 7 }}{% if 1 %}", "points": 1, "balance": 0})
    assert text.startswith("{{ 7 * 7 }}{% if 1 %}: ")


@pytest.mark.parametrize(("template", "language"), [("redeemed", "de"), ("../../etc/passwd", "ru"), ("nothing", "ru")])
def test_a_text_that_is_not_there_is_refused(template: str, language: str) -> None:
    with pytest.raises(UnknownText):
        render(template, language, {"shop": "ACME"})


@pytest.mark.parametrize(
    ("text", "alphabet", "parts"),
    [
        ("", "GSM-7", 1),
        ("a" * 160, "GSM-7", 1),
        ("a" * 161, "GSM-7", 2),
        ("a" * 306, "GSM-7", 2),
        ("a" * 307, "GSM-7", 3),
        ("{" * 80, "GSM-7", 1),
        ("{" * 81, "GSM-7", 2),
        ("€" + "a" * 158, "GSM-7", 1),
        ("a" * 152 + "{" + "a" * 152, "GSM-7", 3),
        ("я" * 70, "UCS-2", 1),
        ("я" * 71, "UCS-2", 2),
        ("я" * 134, "UCS-2", 2),
        ("я" * 135, "UCS-2", 3),
        ("😀" * 35, "UCS-2", 1),
        ("😀" * 36, "UCS-2", 2),
        ("😀" * 67, "UCS-2", 3),
    ],
)
def test_parts_are_counted_as_the_network_counts(text: str, alphabet: str, parts: int) -> None:
    assert (measure(text).alphabet.name, estimate_parts(text)) == (alphabet, parts)


@pytest.mark.parametrize("mark", "—«’№я`")
def test_one_letter_makes_the_whole_text_long(mark: str) -> None:
    assert estimate_parts("a" * 100) == 1
    assert estimate_parts("a" * 99 + mark) == 2
