"""Lay the house: every table of the main job."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
APPEND_ONLY = (
    "audit_row",
    "consent_record",
    "document",
    "entry",
    "posting",
    "programme",
    "questionnaire",
    "receipt_claim",
)
PARTITIONED = ("message", "message_attempt")
MONTHS_AHEAD = 3


def upgrade() -> None:
    make_tables()
    if op.get_bind().dialect.name == "sqlite":
        guard_append_only()
    else:
        make_partitions(datetime.now(UTC))


def downgrade() -> None:
    drop_tables()


def guard_append_only() -> None:
    """On SQLite triggers refuse what PostgreSQL refuses by missing rights."""
    for table in APPEND_ONLY:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def make_partitions(now: datetime) -> None:
    """One partition for whatever no month takes, and those of this month and the next ones."""
    for table in PARTITIONED:
        op.execute(f"CREATE TABLE IF NOT EXISTS {table}_pdefault PARTITION OF {table} DEFAULT")
        for later in range(MONTHS_AHEAD + 1):
            year, month = divmod(now.year * 12 + now.month - 1 + later, 12)
            first, after = (least_id(*divmod(year * 12 + month + step, 12)) for step in (0, 1))
            name = f"{table}_p{year}_{month + 1:02}"
            op.execute(
                f"CREATE TABLE IF NOT EXISTS {name} PARTITION OF {table} FOR VALUES FROM ('{first}') TO ('{after}')"
            )


def least_id(year: int, month: int) -> UUID:
    """Smaller than every UUIDv7 made in this month; months count from 0."""
    return UUID(int=int(datetime(year, month + 1, 1, tzinfo=UTC).timestamp() * 1000) << 80)


def make_tables() -> None:
    op.create_table(
        "audit_head",
        sa.Column("stream", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("stream", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "audit_row",
        sa.Column("stream", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("store_id", sa.Uuid(), nullable=True),
        sa.Column("till_id", sa.Uuid(), nullable=True),
        sa.Column("object_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("details", DOCUMENT, nullable=False),
        sa.Column("prev", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("seq > 0", name=op.f("ck_audit_row_seq_positive")),
        sa.PrimaryKeyConstraint("stream", "seq", name=op.f("pk_audit_row")),
    )
    op.create_table(
        "document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("operator_name", sa.Text(), nullable=False),
        sa.Column("operator_inn", sa.Text(), nullable=False),
        sa.Column("operator_address", sa.Text(), nullable=False),
        sa.Column("terms", DOCUMENT, nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('personal_data', 'rules', 'advertising_sms', 'advertising_call', 'advertising_messenger')",
            name=op.f("ck_document_purpose_known"),
        ),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_document_sha256_whole")),
        sa.CheckConstraint("version > 0", name=op.f("ck_document_version_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("purpose", "language", "version", name=op.f("uq_document_purpose_language_version")),
    )
    op.create_table(
        "enrolment_counted",
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_enrolment_counted_days_in_order")),
        sa.PrimaryKeyConstraint("store_id", name=op.f("pk_enrolment_counted")),
    )
    op.create_table(
        "enrolment_day",
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("till_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("begun", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("delivered", sa.Integer(), nullable=False),
        sa.Column("matched", sa.Integer(), nullable=False),
        sa.Column("approved", sa.Integer(), nullable=False),
        sa.Column("personal_data", sa.Integer(), nullable=False),
        sa.Column("rules", sa.Integer(), nullable=False),
        sa.Column("advertising_sms", sa.Integer(), nullable=False),
        sa.Column("advertising_call", sa.Integer(), nullable=False),
        sa.Column("advertising_messenger", sa.Integer(), nullable=False),
        sa.Column("cards", sa.Integer(), nullable=False),
        sa.Column("accounts", sa.Integer(), nullable=False),
        sa.Column("first_credits", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "day", "till_id", "staff_id", name=op.f("pk_enrolment_day")),
    )
    op.create_table(
        "enrolment_day_end",
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("till_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("what IN ('questionnaire', 'code')", name=op.f("ck_enrolment_day_end_what_known")),
        sa.CheckConstraint("count > 0", name=op.f("ck_enrolment_day_end_count_positive")),
        sa.PrimaryKeyConstraint(
            "store_id", "day", "till_id", "staff_id", "what", "reason", name=op.f("pk_enrolment_day_end")
        ),
    )
    op.create_table(
        "given_answer",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status BETWEEN 200 AND 499", name=op.f("ck_given_answer_status_is_an_answer")),
        sa.PrimaryKeyConstraint("subject_id", "key", name=op.f("pk_given_answer")),
    )
    with op.batch_alter_table("given_answer", schema=None) as batch_op:
        batch_op.create_index("ix_given_answer_created_at", ["created_at"], unique=False)

    op.create_table(
        "job",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("every_seconds", sa.BigInteger(), nullable=False),
        sa.Column("lease", sa.Uuid(), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_run_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job")),
    )
    op.create_table(
        "message",
        sa.Column("route", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("traffic", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("parameters", DOCUMENT, nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.Uuid(), nullable=False),
        sa.Column("priority", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease", sa.Uuid(), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("gateway", sa.Text(), nullable=True),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("decision", DOCUMENT, nullable=False),
        sa.Column("sent_decision", DOCUMENT, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("silent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("final_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("channel IN ('sms', 'call', 'messenger')", name=op.f("ck_message_channel_known")),
        sa.CheckConstraint(
            "state IN ('queued', 'submitted', 'sent', 'buffered', 'unknown', 'failed', 'expired', 'refused', 'delivered')",
            name=op.f("ck_message_state_known"),
        ),
        sa.CheckConstraint("traffic IN ('service', 'marketing')", name=op.f("ck_message_traffic_known")),
        sa.CheckConstraint("(lease IS NULL) = (leased_until IS NULL)", name=op.f("ck_message_lease_has_an_end")),
        sa.CheckConstraint("rank BETWEEN 0 AND 5", name=op.f("ck_message_rank_known")),
        sa.PrimaryKeyConstraint("route", "id", name=op.f("pk_message")),
        postgresql_partition_by="RANGE (id)",
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(
            "ix_message_blank",
            ["final_at"],
            unique=False,
            postgresql_where=sa.text("phone_sealed IS NOT NULL"),
            sqlite_where=sa.text("phone_sealed IS NOT NULL"),
        )
        batch_op.create_index("ix_message_created_at", ["created_at"], unique=False, postgresql_using="brin")
        batch_op.create_index(
            "ix_message_due",
            ["priority", "due_at"],
            unique=False,
            postgresql_where=sa.text("state = 'queued'"),
            sqlite_where=sa.text("state = 'queued'"),
        )
        batch_op.create_index(
            "ix_message_silent_at",
            ["silent_at"],
            unique=False,
            postgresql_where=sa.text("state IN ('submitted', 'sent', 'buffered')"),
            sqlite_where=sa.text("state IN ('submitted', 'sent', 'buffered')"),
        )

    op.create_table(
        "message_attempt",
        sa.Column("route", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("gateway", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("parts_estimated", sa.BigInteger(), nullable=True),
        sa.Column("parts_billed", sa.BigInteger(), nullable=True),
        sa.Column("price_micros", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("price_source", sa.Text(), nullable=True),
        sa.Column("poll_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('accepted', 'refused_final', 'refused_retry', 'not_sent', 'unknown')",
            name=op.f("ck_message_attempt_outcome_known"),
        ),
        sa.CheckConstraint(
            "state IN ('queued', 'submitted', 'sent', 'buffered', 'unknown', 'failed', 'expired', 'refused', 'delivered')",
            name=op.f("ck_message_attempt_state_known"),
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_message_attempt_number_counts_up")),
        sa.PrimaryKeyConstraint("route", "message_id", "number", name=op.f("pk_message_attempt")),
        postgresql_partition_by="RANGE (message_id)",
    )
    with op.batch_alter_table("message_attempt", schema=None) as batch_op:
        batch_op.create_index(
            "ix_message_attempt_poll_at",
            ["poll_at"],
            unique=False,
            postgresql_where=sa.text("poll_at IS NOT NULL"),
            sqlite_where=sa.text("poll_at IS NOT NULL"),
        )

    op.create_table(
        "parked_form",
        sa.Column("parked_id", sa.Uuid(), nullable=False),
        sa.Column("form_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("parked_id", name=op.f("pk_parked_form")),
    )
    with op.batch_alter_table("parked_form", schema=None) as batch_op:
        batch_op.create_index("ix_parked_form_expires_at", ["expires_at"], unique=False)

    op.create_table(
        "phone_directory",
        sa.Column("phone_index", sa.Uuid(), nullable=False),
        sa.Column("blind_index", sa.LargeBinary(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(blind_index) = 32", name=op.f("ck_phone_directory_blind_index_whole")),
        sa.PrimaryKeyConstraint("phone_index", name=op.f("pk_phone_directory")),
        sa.UniqueConstraint("phone_index", "blind_index", name=op.f("uq_phone_directory_phone_index_blind_index")),
    )
    op.create_table(
        "programme",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("rules", DOCUMENT, nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_programme_version_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("version", name=op.f("uq_programme_version")),
    )
    op.create_table(
        "provider_reference",
        sa.Column("reference", sa.Uuid(), nullable=False),
        sa.Column("route", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_provider_reference")),
    )
    with op.batch_alter_table("provider_reference", schema=None) as batch_op:
        batch_op.create_index("ix_provider_reference_created_at", ["created_at"], unique=False, postgresql_using="brin")

    op.create_table(
        "receipt",
        sa.Column("reference", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gateway", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("parts_billed", sa.BigInteger(), nullable=True),
        sa.Column("price_micros", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'submitted', 'sent', 'buffered', 'unknown', 'failed', 'expired', 'refused', 'delivered')",
            name=op.f("ck_receipt_state_known"),
        ),
        sa.PrimaryKeyConstraint("reference", "id", name=op.f("pk_receipt")),
    )
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.create_index("ix_receipt_received_at", ["received_at"], unique=False, postgresql_using="brin")
        batch_op.create_index(
            "ix_receipt_unmatched",
            ["received_at"],
            unique=False,
            postgresql_where=sa.text("applied_at IS NULL"),
            sqlite_where=sa.text("applied_at IS NULL"),
        )

    op.create_table(
        "receipt_claim",
        sa.Column("claim_key", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("posting_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("claim_key", name=op.f("pk_receipt_claim")),
    )
    op.create_table(
        "shop",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("legal_name", sa.Text(), nullable=False),
        sa.Column("inn", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("currency_exponent", sa.BigInteger(), nullable=False),
        sa.Column("questionnaire", DOCUMENT, nullable=False),
        sa.CheckConstraint("currency_exponent BETWEEN 0 AND 3", name=op.f("ck_shop_currency_exponent_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("store_ids", DOCUMENT, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('cashier', 'manager', 'marketer', 'privacy_officer', 'administrator')",
            name=op.f("ck_staff_role_known"),
        ),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_staff_failures_counted")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("login", name=op.f("uq_staff_login")),
    )
    op.create_table(
        "store",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("cutover_hour", sa.BigInteger(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("cutover_hour BETWEEN 0 AND 23", name=op.f("ck_store_cutover_hour_of_a_day")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_store")),
    )
    op.create_table(
        "usage_limit",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("times", DOCUMENT, nullable=False),
        sa.Column("marks", DOCUMENT, nullable=False),
        sa.Column("streak", sa.BigInteger(), nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("streak >= 0", name=op.f("ck_usage_limit_streak_counts_up")),
        sa.PrimaryKeyConstraint("subject_id", "kind", name=op.f("pk_usage_limit")),
    )
    op.create_table(
        "worker_beat",
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("worker_id", name=op.f("pk_worker_beat")),
    )
    op.create_table(
        "member",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("surname_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("given_name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("patronymic_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("birthday_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("email_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('active', 'closed')", name=op.f("ck_member_state_known")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_member_store_id")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_member")),
    )
    op.create_table(
        "till",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("enrolled_by", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("revoked_at IS NULL OR token_hash IS NULL", name=op.f("ck_till_revoked_has_no_token")),
        sa.CheckConstraint("token_hash IS NULL OR enrolled_at IS NOT NULL", name=op.f("ck_till_token_was_enrolled")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_till_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till")),
        sa.UniqueConstraint("store_id", "name", name=op.f("uq_till_store_id_name")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_till_token_hash")),
    )
    op.create_table(
        "account",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("merged_into", sa.Uuid(), nullable=True),
        sa.Column("lots", DOCUMENT, nullable=False),
        sa.Column("holds", DOCUMENT, nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("debt", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("lots_opened", sa.BigInteger(), nullable=False),
        sa.Column("next_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counters_day", sa.Date(), nullable=False),
        sa.Column("earn_ops", sa.BigInteger(), nullable=False),
        sa.Column("redeem_ops", sa.BigInteger(), nullable=False),
        sa.Column("redeem_points", sa.BigInteger(), nullable=False),
        sa.Column("granted", DOCUMENT, nullable=False),
        sa.CheckConstraint("(status = 'merged') = (merged_into IS NOT NULL)", name=op.f("ck_account_merged_leads_on")),
        sa.CheckConstraint("status IN ('active', 'frozen', 'merged')", name=op.f("ck_account_status_known")),
        sa.CheckConstraint("balance = 0 OR debt = 0", name=op.f("ck_account_owns_or_owes")),
        sa.CheckConstraint("balance >= 0", name=op.f("ck_account_balance_not_negative")),
        sa.CheckConstraint("debt >= 0", name=op.f("ck_account_debt_not_negative")),
        sa.CheckConstraint(
            "earn_ops >= 0 AND redeem_ops >= 0 AND redeem_points >= 0", name=op.f("ck_account_counters_not_negative")
        ),
        sa.CheckConstraint("lots_opened >= 0", name=op.f("ck_account_lots_counted")),
        sa.CheckConstraint(
            "merged_into IS NULL OR (balance = 0 AND debt = 0)", name=op.f("ck_account_merged_is_empty")
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_account_version_positive")),
        sa.ForeignKeyConstraint(["member_id"], ["member.member_id"], name=op.f("fk_account_member_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_account_store_id")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_account")),
        postgresql_with={"fillfactor": 80},
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_account_next_due"),
            ["next_due"],
            unique=False,
            postgresql_where=sa.text("next_due IS NOT NULL"),
            sqlite_where=sa.text("next_due IS NOT NULL"),
        )

    op.create_table(
        "challenge",
        sa.Column("phone_index", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("till_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("staff_session_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("subject", DOCUMENT, nullable=False),
        sa.Column("subject_digest", sa.LargeBinary(), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("kid", sa.BigInteger(), nullable=False),
        sa.Column("send_no", sa.BigInteger(), nullable=False),
        sa.Column("sends", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("attempts_max", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code_expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("posting_id", sa.Uuid(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('enrol', 'redeem', 'earn', 'change_number', 'merge_cards', 'privacy_request')",
            name=op.f("ck_challenge_purpose_known"),
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'sent', 'verified', 'consumed', 'exhausted', 'expired', 'cancelled', 'superseded', 'send_failed')",
            name=op.f("ck_challenge_state_known"),
        ),
        sa.CheckConstraint(
            "attempts >= 0 AND attempts <= attempts_max", name=op.f("ck_challenge_attempts_within_limit")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_challenge_staff_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_challenge_store_id")),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name=op.f("fk_challenge_till_id")),
        sa.PrimaryKeyConstraint("phone_index", "id", name=op.f("pk_challenge")),
        sa.UniqueConstraint("phone_index", "posting_id", name="uq_challenge_posting"),
    )
    with op.batch_alter_table("challenge", schema=None) as batch_op:
        batch_op.create_index("ix_challenge_created", ["created_at"], unique=False, postgresql_using="brin")
        batch_op.create_index(
            "ix_challenge_enrol",
            ["store_id", "created_at"],
            unique=False,
            postgresql_where=sa.text("purpose = 'enrol'"),
            sqlite_where=sa.text("purpose = 'enrol'"),
        )
        batch_op.create_index(
            "ix_challenge_live_until",
            ["expires_at"],
            unique=False,
            postgresql_where=sa.text("state IN ('pending', 'sent')"),
            sqlite_where=sa.text("state IN ('pending', 'sent')"),
        )
        batch_op.create_index(
            "uq_challenge_live",
            ["phone_index"],
            unique=True,
            postgresql_where=sa.text("state IN ('pending', 'sent')"),
            sqlite_where=sa.text("state IN ('pending', 'sent')"),
        )

    op.create_table(
        "enrolment",
        sa.Column("phone_index", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("till_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("challenge_id", sa.Uuid(), nullable=True),
        sa.Column("carded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("(carded_at IS NULL) = (member_id IS NULL)", name=op.f("ck_enrolment_carded_has_member")),
        sa.CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name=op.f("ck_enrolment_ended_has_reason")),
        sa.CheckConstraint("carded_at IS NULL OR ended_at IS NULL", name=op.f("ck_enrolment_carded_or_ended")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_enrolment_staff_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_enrolment_store_id")),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name=op.f("fk_enrolment_till_id")),
        sa.PrimaryKeyConstraint("phone_index", "id", name=op.f("pk_enrolment")),
    )
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enrolment_store_id_begun_at"), ["store_id", "begun_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_enrolment_store_id_carded_at"), ["store_id", "carded_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_enrolment_store_id_ended_at"), ["store_id", "ended_at"], unique=False)

    op.create_table(
        "questionnaire",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("answers_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("signature_kind", sa.Text(), nullable=False),
        sa.Column("signature_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("customer_signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("utc_offset_minutes", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("staff_signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("till_id", sa.Uuid(), nullable=False),
        sa.Column("challenge_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(signature_kind = 'drawn') = (signature_sealed IS NOT NULL)",
            name=op.f("ck_questionnaire_drawn_has_signature"),
        ),
        sa.CheckConstraint("signature_kind IN ('drawn', 'code')", name=op.f("ck_questionnaire_signature_kind_known")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_questionnaire_staff_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_questionnaire_store_id")),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name=op.f("fk_questionnaire_till_id")),
        sa.PrimaryKeyConstraint("member_id", "id", name=op.f("pk_questionnaire")),
        sa.UniqueConstraint("member_id", "challenge_id", name=op.f("uq_questionnaire_member_id_challenge_id")),
    )
    op.create_table(
        "questionnaire_draft",
        sa.Column("phone_index", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("till_id", sa.Uuid(), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("challenge_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("revision > 0", name=op.f("ck_questionnaire_draft_revision_positive")),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name=op.f("fk_questionnaire_draft_till_id")),
        sa.PrimaryKeyConstraint("phone_index", "id", name=op.f("pk_questionnaire_draft")),
        sa.UniqueConstraint("phone_index", "till_id", name=op.f("uq_questionnaire_draft_phone_index_till_id")),
    )
    with op.batch_alter_table("questionnaire_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_questionnaire_draft_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_questionnaire_draft_till_id"), ["till_id"], unique=False)

    op.create_table(
        "staff_session",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("till_id", sa.Uuid(), nullable=True),
        sa.Column("store_id", sa.Uuid(), nullable=True),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=True),
        sa.Column("pin_failures", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("work", DOCUMENT, nullable=False),
        sa.CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name=op.f("ck_staff_session_ended_has_time")),
        sa.CheckConstraint("state <> 'locked' OR pin_hash IS NOT NULL", name=op.f("ck_staff_session_locked_has_pin")),
        sa.CheckConstraint(
            "state IN ('active', 'locked', 'choose_pin', 'ended')", name=op.f("ck_staff_session_state_known")
        ),
        sa.CheckConstraint("(till_id IS NULL) = (store_id IS NULL)", name=op.f("ck_staff_session_till_has_store")),
        sa.CheckConstraint("pin_failures >= 0", name=op.f("ck_staff_session_pin_failures_counted")),
        sa.CheckConstraint(
            "subject_id = COALESCE(till_id, staff_id)", name=op.f("ck_staff_session_subject_is_till_or_person")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_session_staff_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_staff_session_store_id")),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name=op.f("fk_staff_session_till_id")),
        sa.PrimaryKeyConstraint("subject_id", "id", name=op.f("pk_staff_session")),
        sa.UniqueConstraint("subject_id", "secret_hash", name=op.f("uq_staff_session_subject_id_secret_hash")),
    )
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.create_index(
            "ix_staff_session_seen_at",
            ["seen_at"],
            unique=False,
            sqlite_where=sa.text("state <> 'ended'"),
            postgresql_where=sa.text("state <> 'ended'"),
        )
        batch_op.create_index(
            "ix_staff_session_staff_id",
            ["staff_id"],
            unique=False,
            sqlite_where=sa.text("state <> 'ended'"),
            postgresql_where=sa.text("state <> 'ended'"),
        )
        batch_op.create_index(
            "uq_staff_session_holder",
            ["subject_id"],
            unique=True,
            sqlite_where=sa.text("till_id IS NOT NULL AND state IN ('active', 'choose_pin')"),
            postgresql_where=sa.text("till_id IS NOT NULL AND state IN ('active', 'choose_pin')"),
        )
        batch_op.create_index(
            "uq_staff_session_shift",
            ["subject_id", "staff_id"],
            unique=True,
            sqlite_where=sa.text("till_id IS NOT NULL AND state <> 'ended'"),
            postgresql_where=sa.text("till_id IS NOT NULL AND state <> 'ended'"),
        )

    op.create_table(
        "till_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("till_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name=op.f("fk_till_code_till_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_till_code_code_hash")),
    )
    with op.batch_alter_table("till_code", schema=None) as batch_op:
        batch_op.create_index("ix_till_code_till_id", ["till_id"], unique=False)

    op.create_table(
        "consent_record",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("questionnaire_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("operator_name", sa.Text(), nullable=False),
        sa.Column("operator_inn", sa.Text(), nullable=False),
        sa.Column("operator_address", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("document_sha256", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("items", DOCUMENT, nullable=False),
        sa.Column("actions", DOCUMENT, nullable=False),
        sa.Column("processors", DOCUMENT, nullable=False),
        sa.Column("withdrawal", DOCUMENT, nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("utc_offset_minutes", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("challenge_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("gateway_message_id", sa.Text(), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("matched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("till_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "agreed OR purpose NOT IN ('personal_data', 'rules')", name=op.f("ck_consent_record_required_agreed")
        ),
        sa.CheckConstraint("method IN ('drawn', 'code')", name=op.f("ck_consent_record_method_known")),
        sa.CheckConstraint(
            "purpose IN ('personal_data', 'rules', 'advertising_sms', 'advertising_call', 'advertising_messenger')",
            name=op.f("ck_consent_record_purpose_known"),
        ),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_consent_record_document_id")),
        sa.ForeignKeyConstraint(
            ["member_id", "questionnaire_id"],
            ["questionnaire.member_id", "questionnaire.id"],
            name=op.f("fk_consent_record_member_id_questionnaire_id"),
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_consent_record_staff_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_consent_record_store_id")),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name=op.f("fk_consent_record_till_id")),
        sa.PrimaryKeyConstraint("member_id", "id", name=op.f("pk_consent_record")),
        sa.UniqueConstraint(
            "member_id",
            "questionnaire_id",
            "purpose",
            name=op.f("uq_consent_record_member_id_questionnaire_id_purpose"),
        ),
    )
    with op.batch_alter_table("consent_record", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_consent_record_store_id_matched_at"), ["store_id", "matched_at"], unique=False
        )

    op.create_table(
        "posting",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("posting_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("store_id", sa.Uuid(), nullable=True),
        sa.Column("till_id", sa.Uuid(), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("challenge_id", sa.Uuid(), nullable=True),
        sa.Column("about_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("business_day", sa.Date(), nullable=False),
        sa.Column("money_minor", sa.BigInteger(), nullable=False),
        sa.Column("balance_after", sa.BigInteger(), nullable=False),
        sa.Column("debt_after", sa.BigInteger(), nullable=False),
        sa.Column("spendable_after", sa.BigInteger(), nullable=False),
        sa.Column("request", DOCUMENT, nullable=False),
        sa.Column("result", DOCUMENT, nullable=False),
        sa.Column("memory", DOCUMENT, nullable=False),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('open', 'sale', 'return', 'hold', 'void', 'expire', 'bonus', 'adjust', 'merge', 'freeze', 'unfreeze')",
            name=op.f("ck_posting_kind_known"),
        ),
        sa.CheckConstraint(
            "refusal IS NULL OR challenge_id IS NULL", name=op.f("ck_posting_refused_uses_no_challenge")
        ),
        sa.CheckConstraint("seq > 0", name=op.f("ck_posting_seq_positive")),
        sa.ForeignKeyConstraint(["member_id"], ["account.member_id"], name=op.f("fk_posting_member_id")),
        sa.PrimaryKeyConstraint("member_id", "posting_id", name=op.f("pk_posting")),
        sa.UniqueConstraint("member_id", "key", name=op.f("uq_posting_member_id_key")),
        sa.UniqueConstraint("member_id", "seq", name=op.f("uq_posting_member_id_seq")),
    )
    with op.batch_alter_table("posting", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_posting_member_id_about_id"),
            ["member_id", "about_id"],
            unique=False,
            postgresql_where=sa.text("about_id IS NOT NULL"),
            sqlite_where=sa.text("about_id IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_posting_store_id_at"), ["store_id", "at"], unique=False)
        batch_op.create_index(
            "uq_posting_member_id_challenge_id",
            ["member_id", "challenge_id"],
            unique=True,
            postgresql_where=sa.text("challenge_id IS NOT NULL"),
            sqlite_where=sa.text("challenge_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_posting_member_id_store_id_receipt",
            ["member_id", "store_id", "receipt"],
            unique=True,
            postgresql_where=sa.text("kind = 'sale' AND refusal IS NULL"),
            sqlite_where=sa.text("kind = 'sale' AND refusal IS NULL"),
        )

    op.create_table(
        "entry",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("lot", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("posting_id", sa.Uuid(), nullable=False),
        sa.Column("contra", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("available_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("origin_member_id", sa.Uuid(), nullable=True),
        sa.Column("origin_lot", sa.BigInteger(), nullable=True),
        sa.Column("programme_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "contra IN ('EARN', 'BONUS', 'ADJUST', 'REDEEM', 'HOLD', 'EXPIRE', 'TAKEBACK', 'OFFSET', 'MERGE')",
            name=op.f("ck_entry_contra_known"),
        ),
        sa.CheckConstraint(
            "kind IS NULL OR kind IN ('earn', 'bonus', 'welcome', 'birthday', 'adjust', 'restore', 'referral')",
            name=op.f("ck_entry_kind_known"),
        ),
        sa.CheckConstraint("(kind IS NULL) = (available_at IS NULL)", name=op.f("ck_entry_opening_has_term")),
        sa.CheckConstraint("(origin_member_id IS NULL) = (origin_lot IS NULL)", name=op.f("ck_entry_origin_whole")),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_entry_amount_moves")),
        sa.CheckConstraint("available_at < expires_at", name=op.f("ck_entry_term_lasts")),
        sa.CheckConstraint("kind IS NULL OR (amount > 0 AND lot > 0)", name=op.f("ck_entry_opening_adds")),
        sa.CheckConstraint("lot >= 0", name=op.f("ck_entry_lot_not_negative")),
        sa.ForeignKeyConstraint(
            ["member_id", "posting_id"],
            ["posting.member_id", "posting.posting_id"],
            name=op.f("fk_entry_member_id_posting_id"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_entry_programme_id")),
        sa.PrimaryKeyConstraint("member_id", "lot", "posting_id", "contra", name=op.f("pk_entry")),
    )


def drop_tables() -> None:
    op.drop_table("entry")
    with op.batch_alter_table("posting", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_posting_member_id_store_id_receipt",
            postgresql_where=sa.text("kind = 'sale' AND refusal IS NULL"),
            sqlite_where=sa.text("kind = 'sale' AND refusal IS NULL"),
        )
        batch_op.drop_index(
            "uq_posting_member_id_challenge_id",
            postgresql_where=sa.text("challenge_id IS NOT NULL"),
            sqlite_where=sa.text("challenge_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_posting_store_id_at"))
        batch_op.drop_index(
            batch_op.f("ix_posting_member_id_about_id"),
            postgresql_where=sa.text("about_id IS NOT NULL"),
            sqlite_where=sa.text("about_id IS NOT NULL"),
        )

    op.drop_table("posting")
    with op.batch_alter_table("consent_record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_record_store_id_matched_at"))

    op.drop_table("consent_record")
    with op.batch_alter_table("till_code", schema=None) as batch_op:
        batch_op.drop_index("ix_till_code_till_id")

    op.drop_table("till_code")
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_staff_session_shift",
            sqlite_where=sa.text("till_id IS NOT NULL AND state <> 'ended'"),
            postgresql_where=sa.text("till_id IS NOT NULL AND state <> 'ended'"),
        )
        batch_op.drop_index(
            "uq_staff_session_holder",
            sqlite_where=sa.text("till_id IS NOT NULL AND state IN ('active', 'choose_pin')"),
            postgresql_where=sa.text("till_id IS NOT NULL AND state IN ('active', 'choose_pin')"),
        )
        batch_op.drop_index(
            "ix_staff_session_staff_id",
            sqlite_where=sa.text("state <> 'ended'"),
            postgresql_where=sa.text("state <> 'ended'"),
        )
        batch_op.drop_index(
            "ix_staff_session_seen_at",
            sqlite_where=sa.text("state <> 'ended'"),
            postgresql_where=sa.text("state <> 'ended'"),
        )

    op.drop_table("staff_session")
    with op.batch_alter_table("questionnaire_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_questionnaire_draft_till_id"))
        batch_op.drop_index(batch_op.f("ix_questionnaire_draft_expires_at"))

    op.drop_table("questionnaire_draft")
    op.drop_table("questionnaire")
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enrolment_store_id_ended_at"))
        batch_op.drop_index(batch_op.f("ix_enrolment_store_id_carded_at"))
        batch_op.drop_index(batch_op.f("ix_enrolment_store_id_begun_at"))

    op.drop_table("enrolment")
    with op.batch_alter_table("challenge", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_challenge_live",
            postgresql_where=sa.text("state IN ('pending', 'sent')"),
            sqlite_where=sa.text("state IN ('pending', 'sent')"),
        )
        batch_op.drop_index(
            "ix_challenge_live_until",
            postgresql_where=sa.text("state IN ('pending', 'sent')"),
            sqlite_where=sa.text("state IN ('pending', 'sent')"),
        )
        batch_op.drop_index(
            "ix_challenge_enrol",
            postgresql_where=sa.text("purpose = 'enrol'"),
            sqlite_where=sa.text("purpose = 'enrol'"),
        )
        batch_op.drop_index("ix_challenge_created", postgresql_using="brin")

    op.drop_table("challenge")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index(
            batch_op.f("ix_account_next_due"),
            postgresql_where=sa.text("next_due IS NOT NULL"),
            sqlite_where=sa.text("next_due IS NOT NULL"),
        )

    op.drop_table("account")
    op.drop_table("till")
    op.drop_table("member")
    op.drop_table("worker_beat")
    op.drop_table("usage_limit")
    op.drop_table("store")
    op.drop_table("staff")
    op.drop_table("shop")
    op.drop_table("receipt_claim")
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_receipt_unmatched",
            postgresql_where=sa.text("applied_at IS NULL"),
            sqlite_where=sa.text("applied_at IS NULL"),
        )
        batch_op.drop_index("ix_receipt_received_at", postgresql_using="brin")

    op.drop_table("receipt")
    with op.batch_alter_table("provider_reference", schema=None) as batch_op:
        batch_op.drop_index("ix_provider_reference_created_at", postgresql_using="brin")

    op.drop_table("provider_reference")
    op.drop_table("programme")
    op.drop_table("phone_directory")
    with op.batch_alter_table("parked_form", schema=None) as batch_op:
        batch_op.drop_index("ix_parked_form_expires_at")

    op.drop_table("parked_form")
    with op.batch_alter_table("message_attempt", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_message_attempt_poll_at",
            postgresql_where=sa.text("poll_at IS NOT NULL"),
            sqlite_where=sa.text("poll_at IS NOT NULL"),
        )

    op.drop_table("message_attempt")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_message_silent_at",
            postgresql_where=sa.text("state IN ('submitted', 'sent', 'buffered')"),
            sqlite_where=sa.text("state IN ('submitted', 'sent', 'buffered')"),
        )
        batch_op.drop_index(
            "ix_message_due", postgresql_where=sa.text("state = 'queued'"), sqlite_where=sa.text("state = 'queued'")
        )
        batch_op.drop_index("ix_message_created_at", postgresql_using="brin")
        batch_op.drop_index(
            "ix_message_blank",
            postgresql_where=sa.text("phone_sealed IS NOT NULL"),
            sqlite_where=sa.text("phone_sealed IS NOT NULL"),
        )

    op.drop_table("message")
    op.drop_table("job")
    with op.batch_alter_table("given_answer", schema=None) as batch_op:
        batch_op.drop_index("ix_given_answer_created_at")

    op.drop_table("given_answer")
    op.drop_table("enrolment_day_end")
    op.drop_table("enrolment_day")
    op.drop_table("enrolment_counted")
    op.drop_table("document")
    op.drop_table("audit_row")
    op.drop_table("audit_head")
