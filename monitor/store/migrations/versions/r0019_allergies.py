"""What is said of a patient's allergies.

Revision 0019.
"""

import sqlalchemy as sa
from alembic import op

from monitor.store.dialects import append_only

revision = "0019"
down_revision: str | None = "0018"


def upgrade() -> None:
    """Create `allergy_statements`, append-only."""
    op.create_table(
        "allergy_statements",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("patient_id", sa.Integer(), sa.ForeignKey("patients.id"), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("said", "substance", "reaction", "coding", "code")),
        sa.Column("withdraws", sa.Integer(), sa.ForeignKey("allergy_statements.id")),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id")),
        sa.Column("by", sa.Text(), nullable=False),
    )
    op.create_index("ix_allergy_statements_patient_id", "allergy_statements", ["patient_id"])
    for statement in append_only(op.get_bind().dialect.name, ("allergy_statements",)):
        op.execute(statement)
