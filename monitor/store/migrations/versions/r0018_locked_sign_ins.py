"""A sign-in that locks, and the PIN that opens it again.

Revision 0018.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision: str | None = "0017"


def upgrade() -> None:
    """Sign-ins that stand are open, as they were; nobody has a PIN yet."""
    op.add_column("people", sa.Column("pin_hash", sa.Text()))
    op.add_column("sign_ins", sa.Column("locked_at", sa.BigInteger()))
    op.add_column("sign_ins", sa.Column("wrong_pins", sa.Integer(), nullable=False, server_default="0"))
