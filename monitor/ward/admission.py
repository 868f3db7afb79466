"""What the hospital says of a chair's bed, beside the session that sits there.

Law: it is told and a person answers; an answer holds for the word it was given to, never for a newer one.
"""

from collections.abc import Mapping

from monitor.clinical.session import LIVE_STATES
from monitor.ward.chairs import Chair
from monitor.ward.course import Course
from monitor.ward.hospital_beds import Difference, Differs, HospitalSays

Json = dict[str, object]

WORDS: Mapping[Differs, str] = {
    Differs.OTHER_PATIENT: "The hospital says another patient lies in bed {bed}. Go to the chair and compare two "
    "identifiers: if this session’s patient sits there, say so here; if not, call the physician in charge.",
    Differs.MOVED: "The hospital says this session’s patient lies in bed {bed} now. If the patient is still here, say "
    "so here and have the admission office told; nothing was ended or moved.",
    Differs.LEFT: "The hospital says this session’s patient was discharged, or that the admission was cancelled. If "
    "the patient is still here, say so here and have the admission office told; nothing was ended.",
}


def says_of(chair: Chair) -> HospitalSays | None:
    """The hospital's last word about the chair's bed; None when it has said nothing."""
    return chair.hospital.says_of(_names(chair))


def difference_of(chair: Chair) -> Difference | None:
    """How the hospital's word differs from the session in the chair, answered or not."""
    live = chair.session
    if live is None or live.course.state not in LIVE_STATES or live.course.checked_in_at is None:
        return None
    found = chair.hospital.difference(_names(chair), live.patient.hospital_id, live.course.checked_in_at)
    if found is not None and found.word.simulated and not (live.simulated or chair.simulated):
        return None  # a simulator has nothing to say about a patient
    return found


def stands(chair: Chair) -> bool:
    """Whether a difference waits for somebody's answer."""
    found = difference_of(chair)
    return found is not None and not _is_answered(found, chair)


def says_picture(chair: Chair) -> Json | None:
    """What the hospital says of the chair's bed, as pages show it."""
    said = says_of(chair)
    if said is None:
        return None
    label = said.patient
    return {
        "bed": said.bed,
        "patient": None
        if label is None
        else {"id": label.id, "initials": label.initials, "id_digits": label.id_digits},
        "since_at": said.word.since_at.isoformat(),
        "said_at": said.word.said_at.isoformat(),
        "event": said.word.event,
        "simulated": said.word.simulated,
    }


def difference_picture(chair: Chair) -> Json | None:
    """How it differs from the session, in a sentence to act on; `said` names the word an answer is given to."""
    found = difference_of(chair)
    if found is None:
        return None
    course: Course | None = None if chair.session is None else chair.session.course
    answer = None if course is None else course.patient_confirmed
    answered = answer is not None and answer.said == found.word.number
    return {
        "how": found.how.value,
        "said": found.word.number,
        "event": found.word.event,
        "words": WORDS[found.how].format(bed=found.word.bed),
        "since_at": found.word.since_at.isoformat(),
        "answered": None
        if answer is None or not answered
        else {"by": answer.mark.by, "at": answer.mark.at.isoformat(), "reason": answer.reason},
    }


def _is_answered(found: Difference, chair: Chair) -> bool:
    answer = None if chair.session is None else chair.session.course.patient_confirmed
    return answer is not None and answer.said == found.word.number


def _names(chair: Chair) -> list[str]:
    """What the hospital may call the chair: its monitor's bed, and what was bound beside it."""
    return [*([chair.bed] if chair.bed else []), *chair.devices]
