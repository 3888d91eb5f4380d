"""Which documents are in force."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from posapp.consent.models import Document
from posapp.consent.purposes import ConsentPurpose
from posapp.consent.wording import digest_of
from posapp.core.db import JsonObject, db


class DocumentAltered(Exception):
    """A stored text no longer has the SHA-256 it was published with: raised before anybody is shown it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """One version of one document, in one language."""

    document_id: UUID
    purpose: ConsentPurpose
    language: str
    version: int
    title: str
    text: str
    sha256: str
    operator_name: str
    operator_inn: str
    operator_address: str
    terms: JsonObject

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The text below its title, paragraph by paragraph."""
        return tuple(part.strip() for part in self.text.split("\n\n")[1:] if part.strip())


def current_documents(language: str) -> dict[ConsentPurpose, DocumentRow]:
    """The newest version for every purpose, in one language; purposes without a document are left out.

    Raises DocumentAltered when a text was changed behind our back.
    """
    newest = (
        select(Document.purpose, func.max(Document.version).label("version"))
        .where(Document.language == language)
        .group_by(Document.purpose)
        .subquery()
    )
    look = (
        select(
            Document.id.label("document_id"), Document.purpose, Document.language, Document.version, Document.title,
            Document.text, Document.sha256, Document.operator_name, Document.operator_inn, Document.operator_address,
            Document.terms,
        )
        .join(newest, (newest.c.purpose == Document.purpose) & (newest.c.version == Document.version))
        .where(Document.language == language)
    )  # fmt: skip
    found = {ConsentPurpose(row.purpose): _row(row._asdict()) for row in db.session.execute(look)}
    return {purpose: found[purpose] for purpose in ConsentPurpose if purpose in found}


def _row(values: JsonObject) -> DocumentRow:
    if digest_of(values["text"]) != values["sha256"]:
        raise DocumentAltered(f"document {values['document_id']} does not match its SHA-256")
    return DocumentRow(**values | {"purpose": ConsentPurpose(values["purpose"])})
