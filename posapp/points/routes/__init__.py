"""The ledger's own administration: what a manager reads of it and decides about it. One page, one file."""

from posapp.points.routes import (
    alerts,
    overview,
    programme,
    programme_campaigns,
    programme_draft,
    programme_publish,
    programme_trial,
)
from posapp.points.routes.pages import blueprint

__all__ = [
    "alerts",
    "blueprint",
    "overview",
    "programme",
    "programme_campaigns",
    "programme_draft",
    "programme_publish",
    "programme_trial",
]
