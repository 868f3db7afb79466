"""Readings say which of their values were questionable when they were judged.

Revision 0004. NULL, as in every row before this revision, is none: it costs nothing where there is no doubt.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision: str | None = "0003"


def upgrade() -> None:
    """Add `readings.questionable`, bits in the order of the vitals' columns."""
    op.add_column("readings", sa.Column("questionable", sa.Integer(), nullable=True))
