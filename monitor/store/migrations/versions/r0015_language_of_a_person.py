"""The language each person is spoken to.

Revision 0015.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision: str | None = "0014"


def upgrade() -> None:
    """Add `people.language`; null is what the browser asks for, as it was."""
    op.add_column("people", sa.Column("language", sa.Text()))
