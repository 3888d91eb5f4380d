"""Find the grants that nobody has used without reading every challenge."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

IS_GRANT = sa.text("state = 'verified'")


def upgrade() -> None:
    op.create_index(
        "ix_challenge_granted", "challenge", ["verified_at"], postgresql_where=IS_GRANT, sqlite_where=IS_GRANT
    )


def downgrade() -> None:
    op.drop_index("ix_challenge_granted", "challenge")
