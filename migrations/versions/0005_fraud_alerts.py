"""Tell managers what looks odd: alerts, who has seen them, what is counted for cards and people, and staff's own numbers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
APPEND_ONLY = ("fraud_alert", "fraud_alert_seen")
KINDS = (
    "many_receipts",
    "receipts_stopped",
    "receipt_elsewhere",
    "redeemed_soon",
    "own_card",
    "many_adjustments",
    "adjustments_stopped",
    "override",
)


def upgrade() -> None:
    op.add_column("staff", sa.Column("phone_index", sa.Uuid(), nullable=True))
    # The check belongs to the column, so that SQLite need not copy the table; accounts that are there have had none.
    not_negative = sa.CheckConstraint("receipts >= 0", name=op.f("ck_account_receipts_not_negative"))
    op.add_column(
        "account", sa.Column("receipts", sa.BigInteger(), not_negative, nullable=False, server_default=sa.text("0"))
    )
    make_alerts()
    make_counts()
    if op.get_bind().dialect.name == "sqlite":
        guard_append_only()


def downgrade() -> None:
    for table in ("staff_count", "fraud_alert_seen", "fraud_alert"):
        op.drop_table(table)
    op.drop_column("account", "receipts")
    op.drop_column("staff", "phone_index")


def make_alerts() -> None:
    op.create_table(
        "fraud_alert",
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("till_id", sa.Uuid(), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("posting_id", sa.Uuid(), nullable=True),
        sa.Column("details", DOCUMENT, nullable=False),
        sa.CheckConstraint(f"kind IN {KINDS}", name=op.f("ck_fraud_alert_kind_known")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_fraud_alert_store_id")),
        sa.PrimaryKeyConstraint("store_id", "alert_id", name=op.f("pk_fraud_alert")),
        sa.UniqueConstraint(
            "store_id", "day", "kind", "about_id", name=op.f("uq_fraud_alert_store_id_day_kind_about_id")
        ),
    )
    op.create_table(
        "fraud_alert_seen",
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("length(note) BETWEEN 1 AND 200", name=op.f("ck_fraud_alert_seen_note_length")),
        sa.ForeignKeyConstraint(
            ["store_id", "alert_id"],
            ["fraud_alert.store_id", "fraud_alert.alert_id"],
            name=op.f("fk_fraud_alert_seen_store_id_alert_id"),
        ),
        sa.PrimaryKeyConstraint("store_id", "alert_id", name=op.f("pk_fraud_alert_seen")),
    )


def make_counts() -> None:
    op.create_table(
        "staff_count",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("counted", sa.Text(), nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("counted IN ('adjustments', 'overrides')", name=op.f("ck_staff_count_counted_known")),
        sa.CheckConstraint("times > 0", name=op.f("ck_staff_count_times_positive")),
        sa.PrimaryKeyConstraint("staff_id", "day", "counted", name=op.f("pk_staff_count")),
    )


def guard_append_only() -> None:
    """On SQLite triggers refuse what PostgreSQL refuses by missing rights."""
    for table in APPEND_ONLY:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
