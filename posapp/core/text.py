"""Sentences for people, marked where they are written and translated where they are shown."""


def N_(message: str) -> str:
    """Mark `message` for extraction and return it unchanged."""
    return message
