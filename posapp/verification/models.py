"""The room's tables, gathered for the application's start and the migrations."""

from posapp.verification.challenge import Challenge
from posapp.verification.limit import Limit

__all__ = ["Challenge", "Limit"]
