"""Further devices of chairs, and what gets into the record later: assigned by a person, or replayed.

Revision 0005. Messages kept before it have no content hash: they are not compared with later ones.
"""

import sqlalchemy as sa
from alembic import op

from monitor.store.dialects import append_only

revision = "0005"
down_revision: str | None = "0004"


def _id() -> "sa.Column[int]":
    return sa.Column("id", sa.Integer(), primary_key=True)


def _text(name: str, *, nullable: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), nullable=nullable)


def _of(table: str, name: str, target: str, *, nullable: bool = True) -> "sa.Column[int]":
    key = sa.ForeignKey(f"{target}.id", name=f"fk_{table}_{name}")
    return sa.Column(name, sa.Integer(), key, nullable=nullable)


def upgrade() -> None:
    """Create the tables; add what is known of an unassigned message, and who brought a reading in later."""
    op.create_table(
        "chair_devices",
        _id(),
        _text("identifier"),
        _of("chair_devices", "chair_id", "chairs"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        _of("chair_devices", "person_id", "people"),
        _text("by"),
    )
    op.create_index("ix_chair_devices_identifier", "chair_devices", ["identifier"])
    op.create_table(
        "late_acts",
        _id(),
        _text("kind"),
        _of("late_acts", "chair_id", "chairs"),
        _of("late_acts", "session_id", "sessions"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        _of("late_acts", "person_id", "people"),
        _text("by"),
        _text("reason"),
        _text("override_reason", nullable=True),
    )
    op.create_index("ix_late_acts_session_id", "late_acts", ["session_id"])
    op.create_table(
        "late_entries",
        _id(),
        _of("late_entries", "act_id", "late_acts", nullable=False),
        _of("late_entries", "unassigned_id", "unassigned"),
        _of("late_entries", "quarantine_id", "quarantine"),
        _text("outcome"),
        _text("detail"),
        sa.Column("charted", sa.Integer(), nullable=False),
        _of("late_entries", "chair_id", "chairs"),
        _of("late_entries", "session_id", "sessions"),
    )
    op.create_index("ix_late_entries_act_id", "late_entries", ["act_id"])
    op.create_index("ix_late_entries_unassigned_id", "late_entries", ["unassigned_id"], unique=True)
    op.create_index("ix_late_entries_quarantine_id", "late_entries", ["quarantine_id"])
    op.add_column("readings", sa.Column("late_id", sa.Integer(), nullable=True))
    for name in ("device_id", "equipment", "vitals"):
        op.add_column("unassigned", _text(name, nullable=True))
    for table in ("unassigned", "quarantine"):
        op.add_column(table, sa.Column("content", sa.BigInteger(), nullable=True))
        op.create_index(f"ix_{table}_content", table, ["content"], unique=True)
    for statement in append_only(op.get_bind().dialect.name, ("chair_devices", "late_acts", "late_entries")):
        op.execute(statement)
