"""The displays on the wall.

Revision 0014.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision: str | None = "0013"


def upgrade() -> None:
    """Create `displays`."""
    op.create_table(
        "displays",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("offered_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("enrolled_at", sa.BigInteger()),
        sa.Column("by", sa.Text(), nullable=False),
    )
    op.create_index("ix_displays_code_hash", "displays", ["code_hash"], unique=True)
