"""Series of infusions, the series of a session, and what the clinic itself knows of a patient.

Revision 0022.
"""

import sqlalchemy as sa
from alembic import op

from monitor.store.dialects import add_reference, append_only, keep_once_set, run_all

revision = "0022"
down_revision: str | None = "0021"

_TABLES = ("series", "series_revisions", "patient_profiles")


def upgrade() -> None:
    """Create the three tables, append-only, and let a session be of a series."""
    op.create_table(
        "series",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("patient_id", sa.Integer(), sa.ForeignKey("patients.id"), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        *_said_by(),
    )
    op.create_table(
        "series_revisions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("series_id", sa.Integer(), sa.ForeignKey("series.id"), nullable=False),
        sa.Column("indication", sa.Text(), nullable=False),
        sa.Column("planned_infusions", sa.Integer(), nullable=False),
        sa.Column("interval_h", sa.Double(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("closed_reason", sa.Text()),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *_said_by(),
    )
    told = ("diagnosis", "pain_description", "pain_mechanism", "treatments_so_far")
    reached = ("contact_name", "contact_phone", "oncologist", "oncologist_contact")
    op.create_table(
        "patient_profiles",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("patient_id", sa.Integer(), sa.ForeignKey("patients.id"), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in (*told, *reached)),
        sa.Column("ecog", sa.SmallInteger()),
        sa.Column("language", sa.Text()),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *_said_by(),
    )
    op.create_index("ix_series_patient_id", "series", ["patient_id"])
    op.create_index("ix_series_revisions_series_id", "series_revisions", ["series_id"])
    op.create_index("ix_patient_profiles_patient_id", "patient_profiles", ["patient_id"])
    run_all(op.get_bind(), add_reference("sessions", "series_id", "series"))
    op.create_index("ix_sessions_series_id", "sessions", ["series_id"])
    dialect = op.get_bind().dialect.name
    run_all(op.get_bind(), [*append_only(dialect, _TABLES), *keep_once_set(dialect, "sessions", "series_id")])


def _said_by() -> tuple[sa.Column[int], sa.Column[str]]:
    return (
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id")),
        sa.Column("by", sa.Text(), nullable=False),
    )
