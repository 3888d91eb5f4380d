"""Kinds of goods: what the programme says of each, gathered from the rules that name it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from posapp.core.text import N_
from posapp.points.programme import Programme

NAMES: Mapping[str, str] = MappingProxyType(
    {"alcohol": N_("Alcohol"), "tobacco": N_("Tobacco"), "giftcard": N_("Gift cards")}
)
"""The kinds that every till knows, and what people call them. Others are called what the till calls them."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of goods, and in what it differs from the others."""

    code: str
    rate_bp: int | None = None
    """None: earns at the usual rate."""
    earns: bool = True
    pays: bool = True
    """Can it be paid with points?"""

    @property
    def is_usual(self) -> bool:
        return self.rate_bp is None and self.earns and self.pays


def kinds_of(programme: Programme) -> tuple[Kind, ...]:
    """Every kind of which the programme says anything, the known ones first."""
    rates = dict(programme.category_rate_bp)
    named = {*rates, *programme.no_earn, *programme.no_redeem}
    order = [*(code for code in NAMES if code in named), *sorted(named - NAMES.keys())]
    return tuple(
        Kind(code, rates.get(code), code not in programme.no_earn, code not in programme.no_redeem) for code in order
    )


def rules_of(kinds: Iterable[Kind]) -> dict[str, Any]:
    """The same as rules of a programme."""
    every = tuple(kinds)
    return {
        "category_rate_bp": [[kind.code, kind.rate_bp] for kind in every if kind.rate_bp is not None],
        "no_earn": [kind.code for kind in every if not kind.earns],
        "no_redeem": [kind.code for kind in every if not kind.pays],
    }


def name_of(code: str, gettext: Callable[..., str]) -> str:
    return gettext(NAMES[code]) if code in NAMES else gettext("“%(name)s”", name=code)
