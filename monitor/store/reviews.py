"""Writing what asks for a review, and that one was signed.

Law: with what asks for it, in one transaction; what waits already waits from its first cause on.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, select

from monitor.clinical.review import Cause, Why
from monitor.store import schema
from monitor.store.dialects import insert_new
from monitor.store.keys import insert_row
from monitor.store.schema_reviews import review_causes, review_queue

REVIEWED = "reviewed"  # the meaning of a physician's signature


def ask_for_review(connection: Connection, session_id: int, causes: Iterable[Cause], at: datetime) -> None:
    """Note why a physician should look at a session; it waits from then on."""
    for cause in causes:
        facts = dict(cause.facts)
        row: dict[str, object] = {"session_id": session_id, "why": cause.why.value, "facts": facts, "at": at}
        cause_id = insert_row(connection, review_causes, row)
        waits = {"session_id": session_id, "since_at": at, "from_cause_id": cause_id}
        connection.execute(insert_new(connection, review_queue), waits)


def ask_for_review_again(connection: Connection, session_ids: Iterable[int], cause: Cause, at: datetime) -> None:
    """The same for those of these sessions that were reviewed: something was added since."""
    signed = schema.discharge_signatures
    query = select(signed.c.session_id).distinct().where(signed.c.meaning == REVIEWED)
    reviewed = connection.execute(query.where(signed.c.session_id.in_(sorted(set(session_ids))))).scalars().all()
    for session_id in reviewed:
        ask_for_review(connection, session_id, [cause], at)


def late_values_came(connection: Connection, session_ids: Iterable[int | None], act_id: int, at: datetime) -> None:
    """Values came late into these sessions; those that were reviewed wait again."""
    theirs = {one for one in session_ids if one is not None}
    ask_for_review_again(connection, theirs, Cause(Why.LATE_VALUES, {"late_act": act_id}), at)


def take_off_queue(connection: Connection, session_id: int) -> None:
    """A signed review covers every cause there is."""
    connection.execute(delete(review_queue).where(review_queue.c.session_id == session_id))
