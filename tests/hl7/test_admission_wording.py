"""What an ADT message does is said before it is sent, and it is what the live path does."""

import pytest

from monitor.hl7.admission_wording import effect_words
from monitor.hl7.device_message import Admission


def said(event: str, bed: str | None = "B1", previous: str | None = None, merged: str | None = None) -> str:
    told = Admission(event, "7", "", "", None, "", bed, previous, merged)
    return "; ".join(effect_words(told, patient_known=True))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("lies in bed B1 from then on", said("A01")),
        ("lies in bed B1 from then on", said("A04")),
        ("who lies where stays as it is", said("A01", None)),
        ("in bed B1, unless the hospital said before that they have left", said("A08")),
        ("lies in bed B1 now and has left bed B2", said("A02", previous="B2")),
        ("bed B2 is left", said("A02", None, "B2")),
        ("lies in no bed, and bed B1 is free", said("A03")),
        ("the admission is cancelled: the patient lies in no bed", said("A11", None)),
        ("patient 5 and patient 7 mean one person from now on", said("A40", None, merged="5")),
        ("kept as unassigned", said("A40", None)),
    ],
)
def test_each_event_says_what_becomes_of_the_bed(words: str, told: str) -> None:
    assert words in told


@pytest.mark.parametrize("event", ["A01", "A02", "A03", "A04", "A08", "A11"])
def test_none_of_them_touches_a_session_or_an_alarm(event: str) -> None:
    assert "no session is started, moved or ended, and no alarm is touched" in said(event)


def test_a_message_that_names_nobody_does_nothing() -> None:
    (told,) = effect_words(Admission("A01", None, "", "", None, "", "B1"), patient_known=False)
    assert "names no patient" in told
