"""What the consultation said of the risks, beside the screening of the day.

Law: it is an earlier answer and never one of today: it stands beside an item, and counts for nothing until a person has
recorded it as their own.
"""

from collections.abc import Mapping

from sqlalchemy import Connection

from monitor.recorder.consulting import standing_consultation
from monitor.store.queries.papers import PaperRecord, consultations_of
from monitor.store.queries.sessions import session_head

Json = dict[str, object]


def consulted(connection: Connection, session_id: int) -> Json | None:
    """The risks as the consultation that stands for the session's series answered them; None when there is none.

    A session of no series has the newest consultation of its patient.
    """
    head = session_head(connection, session_id)
    if head is None:
        return None
    found = _newest(connection, head.patient_id) if head.series_id is None else None
    if head.series_id is not None:
        found = standing_consultation(connection, head.series_id)
    if found is None:
        return None
    said = found.content["said"]
    risks = said.get("risks", {}) if isinstance(said, Mapping) else {}
    return {
        "id": found.id,
        "signed_at": found.signed_at.isoformat(),
        "by": found.printed_name,
        "answers": {name: {"answer": one["answer"], "note": one.get("note", "")} for name, one in risks.items()},
    }


def _newest(connection: Connection, patient_id: int) -> PaperRecord | None:
    papers = consultations_of(connection, patient_id)
    replaced = {one.replaces_id for one in papers}
    return next((one for one in reversed(papers) if one.id not in replaced), None)
