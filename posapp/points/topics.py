"""The headings under which rules are read and edited."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from posapp.core.text import N_


class Topic(StrEnum):
    """One heading; its value stands in addresses."""

    EARNING = "earning"
    KINDS = "kinds"
    TIERS = "tiers"
    CAMPAIGNS = "campaigns"
    TERMS = "terms"
    PAYING = "paying"
    GIFTS = "gifts"
    RETURNS = "returns"
    LIMITS = "limits"
    MANUAL = "manual"
    DAY = "day"


TITLES: Mapping[Topic, str] = MappingProxyType(
    {
        Topic.EARNING: N_("Earning"),
        Topic.KINDS: N_("Kinds of goods"),
        Topic.TIERS: N_("Tiers"),
        Topic.CAMPAIGNS: N_("Campaigns"),
        Topic.TERMS: N_("When points count and lapse"),
        Topic.PAYING: N_("Paying with points"),
        Topic.GIFTS: N_("Gifts"),
        Topic.RETURNS: N_("Returns"),
        Topic.LIMITS: N_("Limits"),
        Topic.MANUAL: N_("Manual changes"),
        Topic.DAY: N_("Day and currency"),
    }
)
