"""The documents of the customer's page: all of them or none, and the same ones from reading to the code."""

from __future__ import annotations

import hashlib

from posapp.consent.purposes import ConsentPurpose
from posapp.consent.queries import DocumentRow, current_documents
from posapp.core.canonical import canonical_json
from posapp.enrolment.draft import Draft
from posapp.enrolment.outcomes import DocumentsMissing, DocumentsSuperseded

Documents = dict[ConsentPurpose, DocumentRow]


def documents_for(language: str) -> Documents:
    """Every document in force, in one language. Raises DocumentsMissing when one is not published."""
    documents = current_documents(language)
    if len(documents) != len(ConsentPurpose):
        raise DocumentsMissing
    return documents


def documents_as_signed(body: Draft) -> Documents:
    """The documents that the customer signed. Raises DocumentsSuperseded when they are not those in force any more."""
    documents = documents_for(body.language)
    if body.signed is None or body.signed.documents != digests_of(documents):
        raise DocumentsSuperseded
    return documents


def digests_of(documents: Documents) -> dict[str, str]:
    """Purpose → SHA-256: how a page, a draft and a code name the texts that were shown."""
    return {purpose.value: document.sha256 for purpose, document in documents.items()}


def edition_of(documents: Documents) -> str:
    """One name for exactly these texts: the page carries it, so that nobody agrees to a text they were not shown."""
    return hashlib.sha256(canonical_json(digests_of(documents))).hexdigest()
