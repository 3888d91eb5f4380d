"""The doors: signing in to the back office, and opening, locking, unlocking and ending a shift at a till.

The till's doors ask for the till alone: they are where somebody without an unlocked shift is sent.
"""

from posapp.staff.routes import office, shift, unlock
from posapp.staff.routes.answers import blueprint

__all__ = ["blueprint", "office", "shift", "unlock"]
