"""ADT tells who lies where; a running session is never ended, moved or silenced by it."""

import pytest

from monitor.errors import Conflict, Refused
from monitor.store import queries
from monitor.store.errors import WriteFailed
from monitor.store.schema_whose import admissions
from monitor.ward.admission import difference_picture, says_picture
from tests.recorder.house import House, open_house


def adt(
    event: str, minute: int, patient: str, bed: str = "", previous: str = "", *, source: str = "ADT^HOSPITAL",
    name: str = "Kowalska", merged: str = "", number: str = "",
) -> bytes:  # fmt: skip
    at = f"202603020{8 + minute // 60}{minute % 60:02d}00+0000"
    rows = [
        f"MSH|^~\\&|{source}|X|IM|C|{at}||ADT^{event}|{number or f'{event}{minute}{patient}'}|P|2.6",
        f"EVN|{event}|{at}",
        f"PID|||{patient}^^^H^MR||{name}^Maria",
        f"PV1||I|^^{bed}|||^^{previous}",
    ]
    return "\r".join([*rows, *([f"MRG|{merged}"] if merged else []), ""]).encode()


def rules(house: House, session_id: int) -> set[str]:
    house.tick(1)
    return {alarm.rule_id for alarm in house.live(session_id).shown()}


def lies(house: House, chair: str = "1") -> str | None:
    said = says_picture(house.chair(chair))
    if said is None:
        return None
    patient = said["patient"]
    return f"{patient['initials']} {patient['id_digits']}" if isinstance(patient, dict) else "free"


def said(house: House, chair: str = "1") -> int:
    found = difference_picture(house.chair(chair))
    assert found is not None
    return int(str(found["said"]))


def test_admitted_moved_and_gone_the_beds_follow_and_a_restart_knows(house: House, folder) -> None:
    assert lies(house) is None
    house.send(adt("A01", 0, "MRN7", "BED1"))
    assert lies(house) == "M.K. N7"
    house.send(adt("A02", 5, "MRN7", "BED2", "BED1"))
    assert [lies(house), lies(house, "2")] == ["free", "M.K. N7"]
    with open_house(folder, clock=house.clock) as again:
        assert [lies(again), lies(again, "2")] == ["free", "M.K. N7"]
    house.send(adt("A03", 9, "MRN7", "BED2"))
    house.send(adt("A08", 10, "MRN7", "BED2", name="Nowak"))
    assert lies(house, "2") == "free"
    assert house.read(lambda c: queries.patient_by_hospital_id(c, "MRN7")).family_name == "Nowak"


def test_what_was_said_earlier_and_comes_later_overturns_nothing(house: House) -> None:
    house.send(adt("A08", 30, "MRN7", "BED1", name="Newest"))
    house.send(adt("A01", 10, "MRN7", "BED2", name="Older"))
    house.send(adt("A01", 5, "MRN8", "BED1"))
    assert [lies(house), lies(house, "2")] == ["M.N. N7", "free"]
    assert house.read(lambda c: queries.patient_by_hospital_id(c, "MRN7")).family_name == "Newest"


def test_a_repeated_message_is_one_row_and_one_audit_entry(house: House) -> None:
    for _ in range(3):
        assert b"MSA|AA" in house.send(adt("A02", 3, "MRN7", "BED1"))
    actions = [one.action for one in house.read(queries.audit_page)]
    assert actions.count("patient_added") == 1
    assert len(house.read(lambda c: c.execute(admissions.select()).all())) == 1


@pytest.mark.parametrize(
    ("message", "how"),
    [
        (adt("A02", 70, "MRN42", "WARD5", "BED1"), "moved"),
        (adt("A03", 70, "MRN42", "BED1"), "left"),
        (adt("A11", 70, "MRN42"), "left"),
        (adt("A01", 70, "MRN9", "BED1"), "other_patient"),
    ],
    ids=["A02", "A03", "A11", "A01 of another"],
)
def test_a_running_session_is_held_against_it_and_goes_on(house: House, folder, message: bytes, how: str) -> None:
    house.send(adt("A01", 0, "MRN42", "BED1"))
    session_id = house.infusing()
    assert "admission_differs" not in rules(house, session_id)
    house.wait(700)
    house.send(message)
    assert "admission_differs" in rules(house, session_id)
    found = difference_picture(house.chair())
    assert found is not None
    assert (found["how"], found["answered"]) == (how, None)
    live = house.live(session_id)
    assert (live.course.state.value, house.chair().session is live) == ("infusing", True)
    house.vitals(hr=72.0, spo2=80.0)
    house.tick(30)
    assert "spo2_low" in rules(house, session_id)
    with open_house(folder, clock=house.clock) as again:
        assert "admission_differs" in rules(again, session_id)


def test_a_named_person_answers_with_a_reason_the_word_that_was_seen(house: House) -> None:
    session_id = house.infusing()
    with pytest.raises(Refused):
        house.act(session_id, "confirm_patient", reason="she is here", said=1)
    house.wait(700)
    house.send(adt("A02", 70, "MRN42", "WARD5", "BED1"))
    seen = said(house)
    with pytest.raises(Refused):
        house.act(session_id, "confirm_patient", said=seen)
    house.act(session_id, "confirm_patient", reason="she is here", said=seen)
    assert "admission_differs" not in rules(house, session_id)
    assert house.read(queries.audit_page)[0].action == "session.confirm_patient"
    house.wait(300)
    house.send(adt("A03", 75, "MRN42", "WARD5"))
    assert "admission_differs" in rules(house, session_id), "an answer holds for the word it was given to"
    with pytest.raises(Conflict):
        house.act(session_id, "confirm_patient", reason="she is here", said=seen)
    house.send(adt("A01", 76, "MRN42", "BED1"))
    assert "admission_differs" not in rules(house, session_id), "the hospital and the session agree"


def test_a_merge_carries_the_bed_and_the_session_agrees(house: House) -> None:
    session_id = house.infusing()
    house.send(adt("A01", 50, "MRN77", "BED1"))
    assert "admission_differs" in rules(house, session_id)
    house.send(adt("A40", 55, "MRN77", merged="MRN42"))
    assert "admission_differs" not in rules(house, session_id)
    assert lies(house) == "M.K. 77"


def test_a_simulators_word_is_never_held_against_a_patient(house: House) -> None:
    session_id = house.infusing()
    house.send(adt("A01", 50, "MRN9", "BED1", source="SIM^ADT"))
    assert "admission_differs" not in rules(house, session_id)


def test_a_bed_that_is_no_chairs_is_counted(house: House) -> None:
    before = house.counters.unknown_beds._value.get()
    house.send(adt("A01", 0, "MRN7", "WARD5"))
    house.send(adt("A01", 0, "MRN8", "BED1"))
    assert house.counters.unknown_beds._value.get() == before + 1


def test_the_ward_follows_only_what_is_stored(house: House) -> None:
    house.store.write, kept = _fails, house.store.write  # type: ignore[method-assign]
    assert b"MSA|AE" in house.send(adt("A01", 0, "MRN7", "BED1"))
    assert lies(house) is None
    house.store.write = kept  # type: ignore[method-assign]
    assert b"MSA|AA" in house.send(adt("A01", 0, "MRN7", "BED1"))
    assert lies(house) == "M.K. N7"


def _fails(batch: object) -> object:
    raise WriteFailed("the disk is full")
