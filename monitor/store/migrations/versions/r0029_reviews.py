"""What asks a physician to review a session that is over, and which sessions wait.

Revision 0029.
"""

import json

import sqlalchemy as sa
from alembic import op

from monitor.store.dialects import append_only

revision = "0029"
down_revision: str | None = "0027"

_ADVERSE_FROM_GRADE = 3


def upgrade() -> None:
    """Create both tables, and put on the list what the record says should have been looked at before."""
    op.create_table(
        "review_causes",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("session_id", sa.Integer(), sa.ForeignKey("sessions.id"), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_review_causes_session_id", "review_causes", ["session_id"])
    op.create_table(
        "review_queue",
        sa.Column("session_id", sa.Integer(), sa.ForeignKey("sessions.id"), nullable=False),
        sa.Column("since_at", sa.BigInteger(), nullable=False),
        sa.Column("from_cause_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("session_id"),
    )
    op.create_index("ix_review_queue_since_at_session_id", "review_queue", ["since_at", "session_id"])
    op.drop_index("ix_discharge_signatures_overridden", "discharge_signatures")
    op.drop_index("ix_session_events_addenda", "session_events")
    connection = op.get_bind()
    _fill(connection)
    for statement in append_only(connection.dialect.name, ("review_causes",)):
        op.execute(statement)


def _fill(connection: sa.Connection) -> None:
    """A physician's addendum was the review until now: what one was added to does not wait."""
    events = connection.execute(
        sa.text(
            "SELECT e.session_id, e.event, e.at, e.details FROM session_events e "
            "JOIN sessions s ON s.id = e.session_id "
            "WHERE s.state IN ('discharged', 'left', 'transferred') "
            "AND e.event IN ('discharge', 'leave_against_advice', 'transfer', 'record_adverse_event') "
            "AND e.session_id NOT IN "
            "(SELECT session_id FROM session_events WHERE event = 'addendum' AND role = 'physician') ORDER BY e.id"
        )
    ).all()
    found = [(row.session_id, *cause, row.at) for row in events if (cause := _cause(row.event, row.details))]
    first: dict[int, tuple[int, int]] = {}
    rows = []
    for number, (session_id, why, facts, at) in enumerate(found, 1):
        rows.append({"id": number, "session_id": session_id, "why": why, "facts": facts, "at": at})
        first.setdefault(session_id, (at, number))
    if not rows:
        return
    causes = sa.table("review_causes", *(sa.column(name) for name in ("id", "session_id", "why", "facts", "at")))
    queue = sa.table("review_queue", *(sa.column(name) for name in ("session_id", "since_at", "from_cause_id")))
    connection.execute(sa.insert(causes), rows)
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT setval('review_causes_id_seq', :last)"), {"last": len(rows)})
    waits = [{"session_id": key, "since_at": at, "from_cause_id": number} for key, (at, number) in first.items()]
    connection.execute(sa.insert(queue), waits)


def _cause(event: str, details: str) -> tuple[str, str] | None:
    """Why, and what names it, as the record keeps it; None for what asks nobody."""
    said = json.loads(details)
    if event == "leave_against_advice":
        return "left", "{}"
    if event == "transfer":
        return "transferred", "{}"
    if event == "discharge":
        open_criteria = said.get("overridden") or []
        return ("overridden", json.dumps({"criteria": open_criteria})) if open_criteria else None
    grade = said.get("grade", 0)
    if not isinstance(grade, int) or (grade < _ADVERSE_FROM_GRADE and not said.get("serious")):
        return None
    return "adverse_event", json.dumps({"term": said.get("term", ""), "grade": grade})
