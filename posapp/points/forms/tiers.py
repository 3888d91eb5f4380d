"""Tiers: from how much on a member earns how much more."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from posapp.points.campaign import MULTIPLIER_PERCENT_MAX
from posapp.points.forms.fields import CountField, MoneyField
from posapp.points.forms.rules import RulesForm
from posapp.points.programme import Programme
from posapp.web.choices import complain
from posapp.web.rows import Row, Rows

TIERS_MAX = 20
SHARE = (0, MULTIPLIER_PERCENT_MAX)


class TierRow(Row):
    """One tier above the first."""

    spend = MoneyField(_l("From this much paid on"), least=1, may_be_empty=True)
    percent = CountField(_l("Points, in percent of the usual"), bounds=SHARE, may_be_empty=True)

    @property
    def is_blank(self) -> bool:
        return not self.spend.data and not self.percent.data

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        for name in ("spend", "percent"):
            if not self.is_blank and not self[name].data:
                complain(self[name], _l("Fill this in, or take the row out."))
        return not self.errors


class TiersForm(RulesForm):
    """The first tier, the others in any order, and how far back they look."""

    first = CountField(
        _l("At first, points in percent of the usual"), bounds=SHARE, description=_l("100: the usual points.")
    )
    rows = Rows(TierRow, max_entries=TIERS_MAX)
    tier_window_days = CountField(
        _l("Days that count"),
        description=_l("What was paid in so many days, less what was returned, decides the tier."),
    )

    @staticmethod
    def shown(programme: Programme, blank: int) -> dict[str, Any]:
        """The form's values, with some blank rows."""
        (_, first), *others = programme.tiers
        rows: list[dict[str, Any]] = [{"spend": spend, "percent": percent} for spend, percent in others]
        return {"first": first, "rows": rows + [{}] * blank, "tier_window_days": programme.tier_window_days}

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        seen: set[int] = set()
        for row in self.rows.filled:
            if row.spend.value in seen:
                complain(row.spend, _l("Another tier begins at this amount. Change one of them."))
            seen.add(row.spend.value)
        return not self.errors

    def config(self) -> dict[str, Any]:
        others = sorted([row.spend.value, row.percent.value] for row in self.rows.filled)
        return {"tiers": [[0, self.first.value], *others], "tier_window_days": self.tier_window_days.value}
