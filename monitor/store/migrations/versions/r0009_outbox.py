"""What is told to another system, and what became of it.

Revision 0009.
"""

import sqlalchemy as sa
from alembic import op

from monitor.store.dialects import append_only

revision = "0009"
down_revision: str | None = "0008"

_TABLES = ("outbox_periods", "outbox", "outbox_attempts")


def _id() -> "sa.Column[int]":
    return sa.Column("id", sa.Integer(), primary_key=True)


def _of(table: str, name: str, target: str, *, nullable: bool = False) -> "sa.Column[int]":
    key = sa.ForeignKey(f"{target}.id", name=f"fk_{table}_{name}")
    return sa.Column(name, sa.Integer(), key, nullable=nullable)


def upgrade() -> None:
    """Create the three tables, append-only."""
    op.create_table(
        "outbox_periods",
        _id(),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("after_event_id", sa.Integer(), nullable=False),
        sa.Column("sending", sa.SmallInteger(), nullable=False),
    )
    op.create_table(
        "outbox",
        _id(),
        _of("outbox", "session_id", "sessions"),
        _of("outbox", "event_id", "session_events"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("control_id", sa.String(20), nullable=False),
        sa.Column("message", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("control_id", name="uq_outbox_control_id"),
        sa.UniqueConstraint("event_id", "kind", name="uq_outbox_event_id_kind"),
    )
    op.create_table(
        "outbox_attempts",
        _id(),
        _of("outbox_attempts", "outbox_id", "outbox"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("answer_code", sa.Text()),
        sa.Column("words", sa.Text(), nullable=False),
        _of("outbox_attempts", "person_id", "people", nullable=True),
        sa.Column("by", sa.Text()),
    )
    op.create_index("ix_outbox_attempts_outbox_id", "outbox_attempts", ["outbox_id"])
    for statement in append_only(op.get_bind().dialect.name, _TABLES):
        op.execute(statement)
