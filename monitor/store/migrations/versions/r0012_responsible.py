"""Which nurse is responsible for a chair, and which hand-over note was seen.

Revision 0012.
"""

import sqlalchemy as sa
from alembic import op

from monitor.store.dialects import append_only

revision = "0012"
down_revision: str | None = "0011"


def upgrade() -> None:
    """Create `chair_assignments` and `handover_notes_seen`, both append-only."""
    op.create_table(
        "chair_assignments",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("chair_id", sa.Integer(), sa.ForeignKey("chairs.id"), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id")),
        sa.Column("name", sa.Text()),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("until_at", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.Integer(), sa.ForeignKey("sessions.id")),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), sa.ForeignKey("people.id")),
        sa.Column("by", sa.Text(), nullable=False),
    )
    op.create_index("ix_chair_assignments_chair_id", "chair_assignments", ["chair_id"])
    op.create_index("ix_chair_assignments_session_id", "chair_assignments", ["session_id"])
    op.create_table(
        "handover_notes_seen",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("assignment_id", sa.Integer(), sa.ForeignKey("chair_assignments.id"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
    )
    op.create_index("ix_handover_notes_seen_assignment_id", "handover_notes_seen", ["assignment_id"], unique=True)
    for statement in append_only(op.get_bind().dialect.name, ("chair_assignments", "handover_notes_seen")):
        op.execute(statement)
