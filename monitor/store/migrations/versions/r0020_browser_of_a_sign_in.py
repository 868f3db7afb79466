"""What browser somebody is signed in at, so that they know it in the list of their sign-ins.

Revision 0020.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision: str | None = "0019"


def upgrade() -> None:
    """Of sign-ins that stand it is not known."""
    op.add_column("sign_ins", sa.Column("browser", sa.Text()))
