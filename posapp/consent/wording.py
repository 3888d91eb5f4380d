"""The documents as they are shipped: one text per purpose and language, with places for the operator's particulars."""

from __future__ import annotations

import hashlib
from pathlib import Path
from string import Template

from posapp.consent.purposes import ConsentPurpose
from posapp.stores.queries import ShopRow

LANGUAGES = ("ru", "en")
_FOLDER = Path(__file__).parent / "texts"


def worded(purpose: ConsentPurpose, language: str, shop: ShopRow) -> str:
    """The whole document for this operator. Its first line is the title. Raises KeyError on a place nobody fills."""
    text = (_FOLDER / f"{purpose.value}.{language}.txt").read_text(encoding="utf-8").strip()
    return Template(text).substitute(
        brand=shop.brand, legal_name=shop.legal_name, inn=shop.inn, address=shop.address, contact=shop.contact
    )


def title_of(text: str) -> str:
    """The first line."""
    return text.partition("\n")[0].strip()


def digest_of(text: str) -> str:
    """SHA-256 of the text in UTF-8, in hexadecimal: the name by which a code is bound to it."""
    return hashlib.sha256(text.encode()).hexdigest()
