"""What is known after infusions: follow-ups, the patient's journal, and a physician's second look at a series.

Revision 0023.
"""

import sqlalchemy as sa
from alembic import op

from monitor.store.dialects import append_only, run_all

revision = "0023"
down_revision: str | None = "0022"

_TABLES = ("follow_ups", "journal_uploads", "journal_entries", "reassessments")


def upgrade() -> None:
    """Create the four tables, append-only."""
    _follow_ups()
    _journal()
    op.create_table(
        "reassessments",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("series_id", sa.Integer(), sa.ForeignKey("series.id"), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("seen", sa.Double(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("seen_words", "decision", "words")),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *_said_by(),
    )
    op.create_index("ix_follow_ups_session_id", "follow_ups", ["session_id"])
    op.create_index("ix_follow_ups_series_id", "follow_ups", ["series_id"])
    op.create_index("ix_journal_uploads_series_id_sha256", "journal_uploads", ["series_id", "sha256"], unique=True)
    op.create_index("ix_journal_entries_series_id_at", "journal_entries", ["series_id", "at"])
    op.create_index("ix_reassessments_series_id", "reassessments", ["series_id"])
    run_all(op.get_bind(), append_only(op.get_bind().dialect.name, _TABLES))


def _follow_ups() -> None:
    op.create_table(
        "follow_ups",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("session_id", sa.Integer(), sa.ForeignKey("sessions.id"), nullable=False),
        sa.Column("series_id", sa.Integer(), sa.ForeignKey("series.id")),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("week", sa.SmallInteger(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("due_at", "at", "recorded_at")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("reached", "pain")),
        sa.Column("relief_h", sa.Double()),
        *(sa.Column(name, sa.Text()) for name in ("side_effects", "opioids")),
        sa.Column("mme", sa.Double()),
        sa.Column("interference", sa.Text()),
        sa.Column("interference_total", sa.Double()),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("replaces_id", sa.Integer(), sa.ForeignKey("follow_ups.id"), unique=True),
        *_said_by(),
    )


def _journal() -> None:
    op.create_table(
        "journal_uploads",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("series_id", sa.Integer(), sa.ForeignKey("series.id"), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        *(sa.Column(name, sa.SmallInteger(), nullable=False) for name in ("taken", "known")),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *_said_by(),
    )
    op.create_table(
        "journal_entries",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("series_id", sa.Integer(), sa.ForeignKey("series.id"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("pain", sa.SmallInteger(), nullable=False),
        sa.Column("sleep_h", sa.Double()),
        sa.Column("rescue_doses", sa.SmallInteger()),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("side_effects", "note")),
        sa.Column("upload_id", sa.Integer(), sa.ForeignKey("journal_uploads.id")),
        sa.Column("replaces_id", sa.Integer(), sa.ForeignKey("journal_entries.id"), unique=True),
        sa.Column("struck", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        *_said_by(),
    )


def _said_by() -> tuple[sa.Column[int], sa.Column[str]]:
    return (
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id")),
        sa.Column("by", sa.Text(), nullable=False),
    )
