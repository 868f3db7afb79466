"""What a device took back (OBX-11 D or W).

Revision 0006.
"""

import sqlalchemy as sa
from alembic import op

from monitor.store.dialects import append_only

revision = "0006"
down_revision: str | None = "0005"


def upgrade() -> None:
    """Create `withdrawals`, append-only."""
    op.create_table(
        "withdrawals",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("chair_id", sa.Integer(), sa.ForeignKey("chairs.id", name="fk_withdrawals_chair_id"), nullable=False),
        sa.Column("session_id", sa.Integer(), sa.ForeignKey("sessions.id", name="fk_withdrawals_session_id")),
        sa.Column("device_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("vital", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("sub_id", sa.Text(), nullable=False),
        sa.Column("received_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("of_charted", sa.SmallInteger(), nullable=False),
    )
    key = ["chair_id", "device_at_ms", "vital", "source", "sub_id"]
    op.create_index("ix_withdrawals_" + "_".join(key), "withdrawals", key, unique=True)
    for statement in append_only(op.get_bind().dialect.name, ("withdrawals",)):
        op.execute(statement)
