"""Signatures with the key that gave them.

Revision 0016.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision: str | None = "0015"


def upgrade() -> None:
    """Add `key_id` and `signature`; signatures given before have neither."""
    op.add_column("discharge_signatures", sa.Column("key_id", sa.Text()))
    op.add_column("discharge_signatures", sa.Column("signature", sa.LargeBinary()))
