"""Every sentence can be read in Russian and in English."""

import io
import itertools
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.support.translations import Message, catalogue, faults, sentences

ROOT = Path(__file__).resolve().parents[1]
RUSSIAN = ROOT / "posapp" / "translations" / "ru" / "LC_MESSAGES" / "messages.po"
LANGUAGES = {"ru", "en"}


def test_every_sentence_is_translated() -> None:
    found = list(faults(sentences(ROOT), catalogue(RUSSIAN, "ru")))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("folder", ["templates/sms", "posapp/consent/texts"])
def test_every_text_exists_in_every_language_with_the_same_places(folder: str) -> None:
    found: dict[str, dict[str, frozenset[str]]] = {}
    for file in sorted((ROOT / folder).iterdir()):
        named = re.fullmatch(r"(?P<name>\w+)\.(?P<language>\w+)\.txt", file.name)
        assert named, f"{file} says neither its name nor its language"
        found.setdefault(named["name"], {})[named["language"]] = places(file.read_text(encoding="utf-8"))
    assert found
    for name, languages in found.items():
        assert set(languages) == LANGUAGES, name
        assert len(set(languages.values())) == 1, f"{name}: the places differ: {languages}"


def places(text: str) -> frozenset[str]:
    """What is filled in when the text is used, in either way of writing it."""
    of_jinja = re.findall(r"\{\{-?\s*(\w+)|\{%-?\s*if\s+(\w+)", text)
    return frozenset(filter(None, [*itertools.chain(*of_jinja), *re.findall(r"\$\{(\w+)\}", text)]))


PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=3; plural=(n%%10==1 ? 0 : n%%10<5 ? 1 : 2)\\n"

%s
"""
POINTS = ("%(num)s point", "%(num)s points")
PLANTED: dict[str, tuple[Message, str, str]] = {
    "missing": ("Save", "", "not in the catalogue"),
    "empty": ("Save", 'msgid "Save"\nmsgstr ""', "not translated"),
    "unsure": ("Save", '#, fuzzy\nmsgid "Save"\nmsgstr "Сохранить"', "not translated"),
    "a lost place": ("Hello, %(name)s", 'msgid "Hello, %(name)s"\nmsgstr "Привет"', "loses a place"),
    "a wrong place": ("Hello, %(name)s", 'msgid "Hello, %(name)s"\nmsgstr "Привет, %(nome)s"', "nobody fills"),
    "too few plurals": (
        POINTS,
        'msgid "%(num)s point"\nmsgid_plural "%(num)s points"\nmsgstr[0] "%(num)s балл"\nmsgstr[1] "%(num)s балла"',
        "not translated",
    ),
    "a leftover": ("Save", 'msgid "Save"\nmsgstr "Сохранить"\n\nmsgid "Old"\nmsgstr "Старое"', "nobody says it"),
}


@pytest.mark.parametrize("case", PLANTED)
def test_a_planted_fault_is_found(case: str) -> None:
    message, entries, complaint = PLANTED[case]
    catalog = read_po(io.BytesIO((PO % entries).encode()), locale="ru")
    found = list(faults({message: "here:1"}, catalog))
    assert len(found) == 1
    assert complaint in found[0]


def test_sentences_are_found_in_code_and_templates(tmp_path: Path) -> None:
    (tmp_path / "posapp" / "till").mkdir(parents=True)
    (tmp_path / "templates").mkdir()
    (tmp_path / "posapp" / "till" / "texts.py").write_text('A = N_("In a service")\nB = _l("In a form")')
    page = "{{ _('On a page') }}{% trans n=3 %}{{ n }} point{% pluralize %}{{ n }} points{% endtrans %}"
    (tmp_path / "templates" / "page.html").write_text(page)
    found = set(sentences(tmp_path))
    assert found == {"In a service", "In a form", "On a page", ("%(n)s point", "%(n)s points")}
