"""The house with its people (tests/staff/scene.py)."""

from tests.staff.scene import house, tablet

__all__ = ["house", "tablet"]
