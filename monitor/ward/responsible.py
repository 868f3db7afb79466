"""Which nurse is responsible for a chair, as the live picture knows it.

Law: an assignment that has run out is nobody's; who is responsible is shown by initials, a note only to its taker.
"""

from datetime import datetime

from monitor.clinical.session import DRUG_STATES
from monitor.store.queries.assignments import Assignment
from monitor.ward.chairs import Chair
from monitor.ward.live_session import LiveSession

Json = dict[str, object]


def responsible(chair: Chair, now: datetime) -> Assignment | None:
    """The assignment that holds now; None: nobody is responsible."""
    standing = chair.assignment
    if standing is None or standing.person_id is None or standing.until_at <= now:
        return None
    return standing


def lacks_a_nurse(chair: Chair, live: LiveSession, now: datetime) -> bool:
    """Whether drug runs or has run in a patient nobody is responsible for."""
    return live.course.state in DRUG_STATES and responsible(chair, now) is None


def responsible_picture(chair: Chair, now: datetime) -> Json | None:
    """Who is responsible, as a tile shows it; `note_waits`: they have not read the hand-over note yet."""
    standing = responsible(chair, now)
    if standing is None:
        return None
    return {
        "assignment": standing.id,
        "person_id": standing.person_id,
        "initials": staff_initials(standing.name or ""),
        "since_at": standing.at.isoformat(),
        "note_waits": note_waits(standing),
    }


def note_waits(standing: Assignment) -> bool:
    """Whether a note was handed over that its taker has not read."""
    return bool(standing.note) and standing.seen_at is None


def staff_initials(name: str) -> str:
    """ "R. Alvarez RN" -> "RA": the first and last name without titles and credentials."""
    words = name.split()
    names = [
        word for word in words if not (len(word) > 1 and word.isalpha() and word.isupper()) and word not in _TITLES
    ] or words
    ends = names if len(names) < 2 else (names[0], names[-1])
    return "".join(word[0].upper() for word in ends)


_TITLES = frozenset({"Dr.", "Dr", "Prof.", "Sr.", "Sra.", "Mr.", "Mrs.", "Ms."})


def assignment_event(one: Assignment) -> Json:
    """A hand-over as a session's event list shows it."""
    words = "Nobody is responsible" if one.name is None else f"Responsible nurse: {one.name}"
    return {
        "id": f"assignment-{one.id}",
        "at": one.at.isoformat(),
        "event": "assign_chair",
        "words": f"{words}. {one.note}" if one.note else words,
        "by": one.by,
        "kind": "note" if one.note else "state",
        "reason": None,
        "details": {"name": one.name, "note": one.note},
    }
