"""Which form stands under which heading."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from werkzeug.datastructures import ImmutableMultiDict

from posapp.points.forms.campaign import CombineForm
from posapp.points.forms.kinds import KindsForm
from posapp.points.forms.rules import (
    DayForm,
    EarningForm,
    GiftsForm,
    LimitsForm,
    ManualForm,
    PayingForm,
    ReturnsForm,
    RulesForm,
    TermsForm,
)
from posapp.points.forms.tiers import TiersForm
from posapp.points.programme import Programme
from posapp.points.topics import Topic

FORMS: Mapping[Topic, type[RulesForm]] = MappingProxyType(
    {
        Topic.EARNING: EarningForm,
        Topic.KINDS: KindsForm,
        Topic.TIERS: TiersForm,
        Topic.CAMPAIGNS: CombineForm,
        Topic.TERMS: TermsForm,
        Topic.PAYING: PayingForm,
        Topic.GIFTS: GiftsForm,
        Topic.RETURNS: ReturnsForm,
        Topic.LIMITS: LimitsForm,
        Topic.MANUAL: ManualForm,
        Topic.DAY: DayForm,
    }
)


def shown_form(
    topic: Topic, programme: Programme, *, waiting: Mapping[str, Any] | None = None, blank: int = 0
) -> RulesForm:
    """The form as these rules fill it in, with some blank rows; or as it was sent, where it waits (`waiting`)."""
    form = FORMS[topic]
    if waiting is not None:
        return form(formdata=ImmutableMultiDict(waiting))
    return form(formdata=None, data=form.shown(programme, blank))
