"""Keep adjustments that wait for a second person; find the numbers of a card."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

IS_WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    op.create_table(
        "adjustment_request",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("valid_days", sa.BigInteger(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("posting_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'approved', 'refused')", name=op.f("ck_adjustment_request_state_known")
        ),
        sa.CheckConstraint("points <> 0", name=op.f("ck_adjustment_request_points_move")),
        sa.CheckConstraint("valid_days > 0", name=op.f("ck_adjustment_request_term_lasts")),
        sa.CheckConstraint("asked_at < expires_at", name=op.f("ck_adjustment_request_waits_a_while")),
        sa.CheckConstraint(
            "(state = 'waiting') = (decided_by IS NULL)", name=op.f("ck_adjustment_request_decided_by_somebody")
        ),
        sa.CheckConstraint(
            "(decided_by IS NULL) = (decided_at IS NULL)", name=op.f("ck_adjustment_request_decided_at_a_moment")
        ),
        sa.CheckConstraint(
            "state <> 'approved' OR decided_by <> author_id", name=op.f("ck_adjustment_request_approved_by_another")
        ),
        sa.CheckConstraint(
            "posting_id IS NULL OR state = 'approved'", name=op.f("ck_adjustment_request_only_approved_is_posted")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["staff.id"], name=op.f("fk_adjustment_request_author_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_adjustment_request_decided_by")),
        sa.ForeignKeyConstraint(["member_id"], ["account.member_id"], name=op.f("fk_adjustment_request_member_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_adjustment_request_store_id")),
        sa.PrimaryKeyConstraint("member_id", "request_id", name=op.f("pk_adjustment_request")),
    )
    op.create_index(
        "ix_adjustment_request_waiting", "adjustment_request", ["store_id", "asked_at"],
        postgresql_where=IS_WAITING, sqlite_where=IS_WAITING,
    )  # fmt: skip
    op.create_index("ix_phone_directory_member_id", "phone_directory", ["member_id"])


def downgrade() -> None:
    op.drop_index("ix_phone_directory_member_id", "phone_directory")
    op.drop_index("ix_adjustment_request_waiting", "adjustment_request")
    op.drop_table("adjustment_request")
