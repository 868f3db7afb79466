"""What each ADT message does, in sentences. Law: the same facts the live path acts on; ADT tells, it never acts."""

from monitor.hl7.device_message import Admission

_NEVER = "no session is started, moved or ended, and no alarm is touched"


def effect_words(admission: Admission, *, patient_known: bool) -> list[str]:
    """What will be kept, changed and shown, one sentence each."""
    if not patient_known:
        return ["PID-3 names no patient: the message is kept as unassigned, nothing else changes"]
    if admission.event == "A40":
        return _merge(admission)
    said = [_patient(admission), _place(admission), _NEVER]
    if admission.said_at is not None:
        said.append(
            f"said at {admission.said_at.isoformat()} (EVN-2, else MSH-7): "
            "where the hospital has said something later, the later word stands"
        )
    return said


def _merge(admission: Admission) -> list[str]:
    if not admission.replaced_patient_id:
        return ["MRG-1 does not say whom it replaces: the message is kept as unassigned, nothing else changes"]
    return [
        f"patient {admission.replaced_patient_id} and patient {admission.patient_id} mean one person from now on, "
        f"known as {admission.patient_id}; nothing stored is rewritten",
        "where either was said to lie, the one person lies; a running session takes both numbers",
        _NEVER,
    ]


def _patient(admission: Admission) -> str:
    if admission.event in ("A03", "A11"):
        return "who the patient is stays as it is; it is noted in the audit trail when the patient is known"
    if admission.event == "A02":
        return "the patient is added when unknown; of a known one nothing is changed"
    return "the patient is added, or what the record has is revised; what is left empty stays as it was"


def _place(admission: Admission) -> str:
    bed, previous = admission.bed, admission.previous_bed
    if admission.event in ("A03", "A11"):
        left = bed or previous
        why = "the patient has left" if admission.event == "A03" else "the admission is cancelled"
        return f"{why}: the patient lies in no bed" + (f", and bed {left} is free" if left else "")
    if admission.event == "A02":
        if bed is None:
            return f"moved to no named bed: bed {previous} is left" if previous else "PV1-3 names no bed: none is taken"
        return f"the patient lies in bed {bed} now" + (f" and has left bed {previous}" if previous else "")
    if bed is None:
        return "PV1-3 names no bed: who lies where stays as it is"
    if admission.event == "A08":
        return f"the patient lies in bed {bed}, unless the hospital said before that they have left"
    return f"the patient lies in bed {bed} from then on"
