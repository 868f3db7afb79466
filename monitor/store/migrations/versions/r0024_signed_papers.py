"""What physicians sign of a patient outside a session: consultations, and orders of a series.

Revision 0024.
"""

import sqlalchemy as sa
from alembic import op

from monitor.store.dialects import append_only

revision = "0024"
down_revision: str | None = "0023"


def upgrade() -> None:
    """Create `signed_papers`, append-only."""
    op.create_table(
        "signed_papers",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("patient_id", sa.Integer(), sa.ForeignKey("patients.id"), nullable=False),
        sa.Column("series_id", sa.Integer(), sa.ForeignKey("series.id")),
        sa.Column("replaces_id", sa.Integer(), sa.ForeignKey("signed_papers.id")),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("record_sha256", sa.String(64), nullable=False),
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("printed_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.BigInteger(), nullable=False),
        sa.Column("utc_offset_min", sa.Integer(), nullable=False),
        sa.Column("override_reason", sa.Text()),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("patient_id", "request_id"),
    )
    op.create_index("ix_signed_papers_series_id", "signed_papers", ["series_id"])
    for statement in append_only(op.get_bind().dialect.name, ("signed_papers",)):
        op.execute(statement)
