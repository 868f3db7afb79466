"""What a pump told beside its numbers: events, and its state whenever it changes.

Revision 0008.
"""

import sqlalchemy as sa
from alembic import op

from monitor.store.dialects import append_only

revision = "0008"
down_revision: str | None = "0007"


def upgrade() -> None:
    """Create `pump_events`, append-only."""
    op.create_table(
        "pump_events",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("chair_id", sa.Integer(), sa.ForeignKey("chairs.id", name="fk_pump_events_chair_id"), nullable=False),
        sa.Column("session_id", sa.Integer(), sa.ForeignKey("sessions.id", name="fk_pump_events_session_id")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("source", "device", "kind", "code", "words")),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("device_at", "charted_at", "received_at")),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("drug", sa.Text()),
        sa.Column("weight_kg", sa.Double()),
        sa.Column("infusing", sa.Boolean()),
        sa.Column("delivering", sa.Boolean()),
        sa.Column("not_delivering_reason", sa.Text()),
        sa.Column("programmed_ml_per_h", sa.Double()),
        sa.Column("volume_to_be_infused_ml", sa.Double()),
        sa.Column("content", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("device_at", "content", name="uq_pump_events_device_at_content"),
    )
    op.create_index("ix_pump_events_session_id", "pump_events", ["session_id"])
    for statement in append_only(op.get_bind().dialect.name, ("pump_events",)):
        op.execute(statement)
