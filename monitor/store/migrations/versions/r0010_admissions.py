"""What the hospital says about who lies where (ADT).

Revision 0010.
"""

import sqlalchemy as sa
from alembic import op

from monitor.store.dialects import append_only

revision = "0010"
down_revision: str | None = "0009"


def upgrade() -> None:
    """Create `admissions`, append-only."""
    op.create_table(
        "admissions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("hospital_id", sa.Text(), nullable=False),
        sa.Column("bed", sa.Text()),
        sa.Column("left_bed", sa.Text()),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("said_at", sa.BigInteger(), nullable=False),
        sa.Column("since_at", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("control_id", sa.Text(), nullable=False),
        sa.Column("simulated", sa.SmallInteger(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
    )
    op.create_index("ix_admissions_hospital_id", "admissions", ["hospital_id"])
    op.create_index("ix_admissions_received_at", "admissions", ["received_at"])
    op.create_index("ix_admissions_key", "admissions", ["key"], unique=True)
    for statement in append_only(op.get_bind().dialect.name, ("admissions",)):
        op.execute(statement)
