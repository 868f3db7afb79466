"""When each station was heard: sound checks of people, and the daily test.

Revision 0013.
"""

import sqlalchemy as sa
from alembic import op

from monitor.store.dialects import append_only

revision = "0013"
down_revision: str | None = "0012"


def upgrade() -> None:
    """Create `sound_proofs`, append-only."""
    op.create_table(
        "sound_proofs",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id")),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("heard", sa.SmallInteger(), nullable=False),
    )
    op.create_index("ix_sound_proofs_station_kind_at", "sound_proofs", ["station", "kind", "at"])
    for statement in append_only(op.get_bind().dialect.name, ("sound_proofs",)):
        op.execute(statement)
