"""Who works in the demo shop, and how they sign in."""

from __future__ import annotations

from typing import NamedTuple

from posapp.core.actor import Role


class SignIn(NamedTuple):
    """Somebody of the demo shop, with the password that the start prints."""

    login: str
    password: str
    name: str
    role: Role


PEOPLE = (
    SignIn("manager", "demo manager passphrase", "Ирина Павлова", Role.MANAGER),
    SignIn("anna", "demo anna 2026", "Анна Кузнецова", Role.CASHIER),
    SignIn("timur", "demo timur 2026", "Тимур Ахметов", Role.CASHIER),
)


def sign_ins() -> str:
    """What the start prints: a line for each person."""
    return "\n".join(f"  {person.role.value:<16} {person.login:<9} {person.password}" for person in PEOPLE)
