"""Find birthdays by their groups, keep who invited whom, and know how far each job has come."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

IS_UNINDEXED = sa.text("birthday_index IS NULL AND birthday_sealed IS NOT NULL")
IS_DUE = sa.text("referral = 'due'")


def upgrade() -> None:
    # A column brings its check along: SQLite can add one to a table in no other way.
    has_birthday = sa.CheckConstraint(
        "birthday_index IS NULL OR birthday_sealed IS NOT NULL", name=op.f("ck_member_birthday_index_has_birthday")
    )
    op.add_column("member", sa.Column("birthday_index", sa.LargeBinary(), has_birthday, nullable=True))
    op.create_index(
        "ix_member_store_id_birthday_index_member_id", "member", ["store_id", "birthday_index", "member_id"]
    )
    op.create_index(
        "ix_member_birthday_unindexed", "member", ["member_id"],
        postgresql_where=IS_UNINDEXED, sqlite_where=IS_UNINDEXED,
    )  # fmt: skip
    known = sa.CheckConstraint("referral IN ('awaited', 'due')", name=op.f("ck_account_referral_known"))
    op.add_column("account", sa.Column("referral", sa.Text(), known, nullable=True))
    op.create_index("ix_account_referral_due", "account", ["member_id"], postgresql_where=IS_DUE, sqlite_where=IS_DUE)
    op.create_table(
        "referral",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("referrer_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("member_id <> referrer_id", name=op.f("ck_referral_by_another")),
        sa.ForeignKeyConstraint(["member_id"], ["account.member_id"], name=op.f("fk_referral_member_id")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_referral")),
    )
    op.create_table(
        "birthday_day",
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_birthday_day_store_id")),
        sa.PrimaryKeyConstraint("store_id", name=op.f("pk_birthday_day")),
    )
    if op.get_bind().dialect.name == "sqlite":
        guard_append_only("referral")


def downgrade() -> None:
    op.drop_table("birthday_day")
    op.drop_table("referral")
    op.drop_index("ix_account_referral_due", "account")
    op.drop_column("account", "referral")
    op.drop_index("ix_member_birthday_unindexed", "member")
    op.drop_index("ix_member_store_id_birthday_index_member_id", "member")
    op.drop_column("member", "birthday_index")


def guard_append_only(table: str) -> None:
    """On SQLite triggers refuse what PostgreSQL refuses by missing rights."""
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
