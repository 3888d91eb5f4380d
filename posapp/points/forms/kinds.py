"""Kinds of goods: the ones that every till knows, and any others."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from posapp.points.forms.fields import PercentField
from posapp.points.forms.rules import RulesForm
from posapp.points.kinds import NAMES, Kind, kinds_of, rules_of
from posapp.points.programme import Programme
from posapp.web.choices import NameField, YesField, complain
from posapp.web.rows import Row, Rows

KINDS_MAX = 40


class KindRow(Row):
    """One kind of goods."""

    code = NameField(_l("What the till calls it"), may_be_empty=True)
    rate = PercentField(
        _l("Share that comes back, in percent"), may_be_empty=True, description=_l("Empty: as for other goods.")
    )
    earns = YesField(_l("Earns points"), default=True)
    pays = YesField(_l("Points can pay"), default=True)

    @property
    def is_known(self) -> bool:
        return self.code.value in NAMES

    @property
    def is_blank(self) -> bool:
        return not self.code.value and not self.rate.data

    @property
    def kind(self) -> Kind:
        return Kind(self.code.value, self.rate.value, self.earns.value, self.pays.value)

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        if "," in self.code.value:
            complain(self.code, _l("Leave the commas out."))
        elif not self.is_blank and not self.code.value:
            complain(self.code, _l("Fill this in, or take the row out."))
        elif not self.is_blank and not self.errors and not self.is_known and self.kind.is_usual:
            complain(self.code, _l("Nothing is different about it. Say what is, or take the row out."))
        return not self.errors


class KindsForm(RulesForm):
    """Rows of kinds."""

    rows = Rows(KindRow, max_entries=KINDS_MAX)

    @staticmethod
    def shown(programme: Programme, blank: int) -> dict[str, Any]:
        """The form's values: the known kinds, the others, and some blank rows."""
        found = {code: Kind(code) for code in NAMES} | {kind.code: kind for kind in kinds_of(programme)}
        rows: list[dict[str, Any]] = [
            {"code": kind.code, "rate": kind.rate_bp, "earns": kind.earns, "pays": kind.pays} for kind in found.values()
        ]
        return {"rows": rows + [{}] * blank}

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        seen: set[str] = set()
        for row in self.rows.filled:
            if row.code.value in seen:
                complain(row.code, _l("This kind stands here twice. Take one of the rows out."))
            seen.add(row.code.value)
        return not self.errors

    def config(self) -> dict[str, Any]:
        return rules_of(row.kind for row in self.rows.filled)
