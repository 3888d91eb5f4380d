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
    phone: str
    """Their own: the till lets nobody serve the card of this number themselves."""


PEOPLE = (
    SignIn("manager", "demo manager passphrase", "Ирина Павлова", Role.MANAGER, "+79995550100"),
    SignIn("anna", "demo anna 2026", "Анна Кузнецова", Role.CASHIER, "+79995550101"),
    SignIn("timur", "demo timur 2026", "Тимур Ахметов", Role.CASHIER, "+79995550102"),
)


def sign_ins() -> str:
    """What the start prints: a line for each person."""
    return "\n".join(f"  {person.role.value:<16} {person.login:<9} {person.password}" for person in PEOPLE)
