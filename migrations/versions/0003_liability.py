"""Keep what is owed at the end of a day and what a check of the books has found; find cards that are due in order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
IS_DUE = sa.text("next_due IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "books_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("night", sa.Date(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replay_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("after", sa.Uuid(), nullable=True),
        *[
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("cards", "replayed", "postings", "entries", "receipts", "balance", "debt")
        ],
        sa.Column("contra", DOCUMENT, nullable=False),
        sa.Column("differing", sa.BigInteger(), nullable=False),
        sa.Column("first_member_id", sa.Uuid(), nullable=True),
        sa.Column("first_fault", sa.Text(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("stage IN ('cards', 'receipts', 'over')", name=op.f("ck_books_check_stage_known")),
        sa.CheckConstraint(
            "(stage = 'over') = (finished_at IS NOT NULL)", name=op.f("ck_books_check_over_is_finished")
        ),
        sa.CheckConstraint("(differing = 0) = (first_fault IS NULL)", name=op.f("ck_books_check_first_of_differing")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_books_check")),
        sa.UniqueConstraint("night", name=op.f("uq_books_check_night")),
    )
    op.create_table(
        "liability_day",
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        *[
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("point_value_minor", "outstanding", "pending", "reserved", "debt")
        ],
        *[sa.Column(name, DOCUMENT, nullable=False) for name in ("expiring", "maturing")],
        *[
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("issued", "redeemed", "given_back", "taken_back", "withdrawn", "lapsed", "moved")
        ],
        sa.PrimaryKeyConstraint("store_id", "day", name=op.f("pk_liability_day")),
    )
    op.create_index(
        "ix_account_next_due_member_id",
        "account",
        ["next_due", "member_id"],
        postgresql_where=IS_DUE,
        sqlite_where=IS_DUE,
    )
    op.drop_index("ix_account_next_due", "account")


def downgrade() -> None:
    op.create_index("ix_account_next_due", "account", ["next_due"], postgresql_where=IS_DUE, sqlite_where=IS_DUE)
    op.drop_index("ix_account_next_due_member_id", "account")
    op.drop_table("liability_day")
    op.drop_table("books_check")
