"""An alarm of a device is kept in full: which device of its source, where it comes from, its state and its sound.

Revision 0011. NULL, as in every row before this revision, is not said.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision: str | None = "0010"


def upgrade() -> None:
    """Add `device`, `source_channel`, `state` and `audio` to `device_alarms`."""
    for name in ("device", "source_channel", "state", "audio"):
        op.add_column("device_alarms", sa.Column(name, sa.Text(), nullable=True))
