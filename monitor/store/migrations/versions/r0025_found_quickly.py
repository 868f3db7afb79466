"""Lists of sessions, corrections of scores and the audit trail are found by an index at every size.

Revision 0025.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision: str | None = "0024"


def upgrade() -> None:
    """Index what lists and the trail are asked by; the small ones hold only the rows they are about."""
    op.drop_index("ix_sessions_state", "sessions")
    op.create_index("ix_sessions_state_scheduled_for", "sessions", ["state", "scheduled_for"])
    op.create_index("ix_audit_person_id_seq", "audit", ["person_id", "seq"])
    op.create_index("ix_audit_action_seq", "audit", ["action", "seq"])
    op.create_index("ix_audit_object_seq", "audit", ["object", "seq"])
    op.create_index("ix_audit_at", "audit", ["at"])
    _of_some("ix_assessments_replaces_id", "assessments", "replaces_id", "replaces_id IS NOT NULL")
    _of_some("ix_discharge_signatures_overridden", "discharge_signatures", "session_id", "override_reason IS NOT NULL")
    _of_some("ix_session_events_addenda", "session_events", "session_id", "event = 'addendum'")


def _of_some(name: str, table: str, column: str, rows: str) -> None:
    op.create_index(name, table, [column], sqlite_where=sa.text(rows), postgresql_where=sa.text(rows))
