"""What the staff was trained in, and until when.

Revision 0026.
"""

import sqlalchemy as sa
from alembic import op

from monitor.store.dialects import append_only

revision = "0026"
down_revision: str | None = "0025"


def upgrade() -> None:
    """Create `trainings` and `training_withdrawals`, append-only."""
    op.create_table(
        "trainings",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
    )
    op.create_index("ix_trainings_person_id", "trainings", ["person_id"])
    op.create_table(
        "training_withdrawals",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("training_id", sa.Integer(), sa.ForeignKey("trainings.id"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
    )
    op.create_index("ix_training_withdrawals_training_id", "training_withdrawals", ["training_id"], unique=True)
    for statement in append_only(op.get_bind().dialect.name, ("trainings", "training_withdrawals")):
        op.execute(statement)
