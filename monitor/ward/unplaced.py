"""Why a message that could be read is nobody's. Law: the sentence is stored and shown, its code is for programs."""

NO_CHAIR = "no chair is bound to this bed or device"
TWO_CHAIRS = "bed and device are bound to different chairs"
OTHER_PATIENT = "the message names another patient than the chair's session"
OTHER_CHAIR_THEN = "its bed or device spoke for another chair when it was received"

_CODES = {
    NO_CHAIR: "no_chair",
    TWO_CHAIRS: "two_chairs",
    OTHER_PATIENT: "other_patient",
    OTHER_CHAIR_THEN: "other_chair",
}


def code_of(reason: str) -> str:
    """no_chair, two_chairs, other_patient, other_chair (it spoke for another one then), or other."""
    return next((code for words, code in _CODES.items() if reason.startswith(words)), "other")
