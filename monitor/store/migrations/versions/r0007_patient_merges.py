"""Two hospital ids that the hospital says are one person (ADT A40).

Revision 0007.
"""

import sqlalchemy as sa
from alembic import op

from monitor.store.dialects import append_only

revision = "0007"
down_revision: str | None = "0006"


def upgrade() -> None:
    """Create `patient_merges`, append-only."""
    op.create_table(
        "patient_merges",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("merged", sa.Text(), nullable=False),
        sa.Column("survivor", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("control_id", sa.Text(), nullable=False),
    )
    op.create_index("ix_patient_merges_merged", "patient_merges", ["merged"], unique=True)
    op.create_index("ix_patient_merges_survivor", "patient_merges", ["survivor"])
    for statement in append_only(op.get_bind().dialect.name, ("patient_merges",)):
        op.execute(statement)
