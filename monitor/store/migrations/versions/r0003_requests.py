"""Remember which row a request made, so that the same request sent twice makes it once.

Revision 0003.
"""

import sqlalchemy as sa
from alembic import op

from monitor.store.dialects import append_only

revision = "0003"
down_revision: str | None = "0002"


def upgrade() -> None:
    """Create `requests`, append-only."""
    op.create_table(
        "requests",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("asker", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("made_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("asker", "request_id", name="uq_requests_asker_request_id"),
    )
    for statement in append_only(op.get_bind().dialect.name, ("requests",)):
        op.execute(statement)
