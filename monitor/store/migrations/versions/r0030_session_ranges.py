"""How long each vital of a session was beyond its limits, for the clinic's figures.

Revision 0030. Sessions that are over already are reckoned by the running server, a few at a time.
"""

import sqlalchemy as sa
from alembic import op

from monitor.store.dialects import append_only

revision = "0030"
down_revision: str | None = "0029"


def upgrade() -> None:
    """Create the table; nothing changes it later."""
    op.create_table(
        "session_ranges",
        sa.Column("session_id", sa.Integer(), sa.ForeignKey("sessions.id"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ranges", sa.Text(), nullable=False),
        sa.Column("reckoned_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("session_id", "version"),
    )
    for statement in append_only(op.get_bind().dialect.name, ("session_ranges",)):
        op.execute(statement)
