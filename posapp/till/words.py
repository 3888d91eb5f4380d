"""What the ledger's words are called by people."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from posapp.core.text import N_
from posapp.points.lot import Contra, LotKind

POSTINGS: Mapping[str, str] = MappingProxyType(
    {
        "open": N_("Card opened"),
        "sale": N_("Receipt"),
        "return": N_("Return"),
        "hold": N_("Points set aside"),
        "void": N_("Points no longer set aside"),
        "expire": N_("Points lapsed"),
        "bonus": N_("Gift"),
        "adjust": N_("Correction"),
        "merge": N_("Two cards made one"),
        "freeze": N_("Card frozen"),
        "unfreeze": N_("Card unfrozen"),
    }
)
LOTS: Mapping[LotKind, str] = MappingProxyType(
    {
        LotKind.EARN: N_("Earned"),
        LotKind.BONUS: N_("Campaign"),
        LotKind.WELCOME: N_("Welcome"),
        LotKind.BIRTHDAY: N_("Birthday"),
        LotKind.ADJUST: N_("Given by hand"),
        LotKind.RESTORE: N_("Given back"),
        LotKind.REFERRAL: N_("For a friend"),
    }
)
MOVEMENTS: Mapping[Contra, str] = MappingProxyType(
    {
        Contra.EARN: N_("earned"),
        Contra.BONUS: N_("gift"),
        Contra.ADJUST: N_("by hand"),
        Contra.REDEEM: N_("redeemed"),
        Contra.HOLD: N_("set aside"),
        Contra.EXPIRE: N_("lapsed"),
        Contra.TAKEBACK: N_("taken back"),
        Contra.OFFSET: N_("debt settled"),
        Contra.MERGE: N_("moved"),
    }
)
