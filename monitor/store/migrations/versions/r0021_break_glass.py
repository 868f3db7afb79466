"""Who opened break-glass, why, and who reviewed it.

Revision 0021.
"""

import sqlalchemy as sa
from alembic import op

from monitor.store.dialects import append_only

revision = "0021"
down_revision: str | None = "0020"


def upgrade() -> None:
    """Create `glass_openings` and `glass_reviews`, append-only."""
    op.create_table(
        "glass_openings",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("until_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "glass_reviews",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("opening_id", sa.Integer(), sa.ForeignKey("glass_openings.id"), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_glass_reviews_opening_id", "glass_reviews", ["opening_id"], unique=True)
    for statement in append_only(op.get_bind().dialect.name, ("glass_openings", "glass_reviews")):
        op.execute(statement)
