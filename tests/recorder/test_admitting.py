"""An ADT message says who a patient is; the record follows, forgets nothing, and moves nobody."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.hl7.device_message import Admission, DeviceMessage, MessageKind
from monitor.recorder.admitting import Admitting, row_of, said_of
from monitor.security.roles import Role
from monitor.store.engine import open_engine
from monitor.store.queries.patients import patient_by_hospital_id, patient_revisions
from monitor.store.queries.trail import audit_page
from monitor.store.rows import Batch
from monitor.store.store import Store
from tests.fresh_record import fresh_record
from tests.server import Server

AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(open_engine(fresh_record(tmp_path / "record.db"), tmp_path))
    yield opened
    opened.close()


def admission(event: str = "A01", patient_id: str | None = "MRN7", **more: object) -> Admission:
    said: dict[str, object] = {"family_name": "Kowal", "given_name": "Maria", "birth_date": date(1961, 5, 4)}
    return Admission(event=event, patient_id=patient_id, bed=None, **{**said, "sex": "F", **more})  # type: ignore[arg-type]


def told(store: Store, event: str = "A01", *, simulated: bool = False, **more: object) -> object:
    row = row_of(admission(event, **more), AT)
    assert row is not None
    sent = DeviceMessage(
        "77", f"ADT^{event}", MessageKind.ADMISSION, "ADT^HOSPITAL", simulated, "MRN7", True, None, None, AT, AT
    )
    said = said_of(sent, admission(event, **more), row)
    return store.write(Batch(acts=(Admitting(row, said),))).answers[0].action  # type: ignore[attr-defined]


@pytest.mark.parametrize("event", ["A01", "A04", "A08"])
def test_an_unknown_patient_is_added_with_an_audit_row(store: Store, event: str) -> None:
    assert told(store, event) == "patient_added"
    added = store.read(patient_by_hospital_id, "MRN7")
    assert added is not None
    assert (added.family_name, added.given_name, added.birth_date, added.sex) == (
        "Kowal", "Maria", date(1961, 5, 4), "female",
    )  # fmt: skip
    newest = store.read(audit_page)[0]
    assert (newest.action, newest.actor, newest.about) == ("patient_added", "HL7 ADT^HOSPITAL", f"patient {added.id}")
    assert newest.facts == {"event": event, "control_id": "77"}


def test_the_same_message_again_changes_nothing(store: Store) -> None:
    told(store)
    assert told(store) is None
    assert told(store, "A08") is None
    added = store.read(patient_by_hospital_id, "MRN7")
    assert added is not None
    assert len(store.read(patient_revisions, added.id)) == 1
    assert len(store.read(audit_page)) == 1


def test_a_change_is_a_revision_that_says_what_changed_without_naming_it(store: Store) -> None:
    told(store)
    assert told(store, "A08", family_name="Nowak", sex="") == "patient_revised"
    now = store.read(patient_by_hospital_id, "MRN7")
    assert now is not None
    assert (now.family_name, now.sex) == ("Nowak", "female")
    assert [one.family_name for one in store.read(patient_revisions, now.id)] == ["Kowal", "Nowak"]
    newest = store.read(audit_page)[0]
    assert newest.facts["changed"] == ["family_name"]
    assert "Nowak" not in str(newest)


def test_what_a_message_leaves_empty_stays_as_it_was(store: Store) -> None:
    told(store)
    assert told(store, "A08", family_name="", given_name="", birth_date=None, sex="") is None
    kept = store.read(patient_by_hospital_id, "MRN7")
    assert kept is not None
    assert kept.birth_date == date(1961, 5, 4)


def test_a_discharge_from_hospital_is_only_noted(store: Store) -> None:
    assert told(store, "A03") is None
    assert store.read(patient_by_hospital_id, "MRN7") is None
    told(store)
    assert told(store, "A03", family_name="Other") == "patient_left_hospital"
    kept = store.read(patient_by_hospital_id, "MRN7")
    assert kept is not None
    assert kept.family_name == "Kowal"
    assert store.read(audit_page)[0].action == "patient_left_hospital"


def test_a_simulator_never_changes_a_patient_the_record_knows(store: Store) -> None:
    told(store)
    assert told(store, "A08", simulated=True, family_name="Robot") is None
    assert told(store, "A01", simulated=True, patient_id="MRN8") == "patient_added"


@pytest.mark.parametrize("patient_id", [None, "", "x" * 65, "MRN\x007", "MRN\n7", "\ud800"])
def test_an_id_that_cannot_be_kept_as_sent_names_nobody(patient_id: str | None) -> None:
    assert row_of(admission(patient_id=patient_id), AT) is None


@pytest.mark.parametrize("born", [date(2026, 3, 2), date(1895, 1, 1)])
def test_an_impossible_date_of_birth_is_not_taken(born: date) -> None:
    row = row_of(admission(birth_date=born), AT)
    assert row is not None
    assert row.birth_date is None


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=5))
def test_no_name_however_sent_can_break_the_transaction(family_name: str, given_name: str, sex: str) -> None:
    row = row_of(admission(family_name=family_name, given_name=given_name, sex=sex), AT)
    assert row is not None
    for name in (row.family_name, row.given_name):
        name.encode()
        assert len(name) <= 200
        assert "\x00" not in name


def adt(event: str, family_name: str, patient_id: str = "MRN7") -> bytes:
    return "\r".join(
        [
            f"MSH|^~\\&|ADT^HOSPITAL|F|R|F|20260301093000||ADT^{event}|{event}{family_name}|P|2.4",
            f"EVN|{event}|20260301093000",
            f"PID|1||{patient_id}^^^H^MR||{family_name}^Maria||19610504|F",
            "PV1|1|I|Ward^Room^Bed 9",
            "",
        ]
    ).encode()


def test_over_the_wire_a_running_session_shows_the_new_name_and_nobody_is_kept_apart(tmp_path: Path) -> None:
    server = Server(tmp_path / "var", {"MONITOR_CHAIRS": "1=BED1"})
    tokens = server.prepare({"charge": Role.CHARGE_NURSE})
    server.start()
    try:
        api = server.api(tokens["charge"])
        answers = server.send(adt("A01", "Kowal"), adt("A01", "Kowal"), adt("A01", "Nobody", ""))
        assert [answer.split(b"MSA|")[1][:2] for answer in answers] == [b"AA", b"AA", b"AA"]
        patient = api.get("/patients?query=MRN7")[0]
        planned = api.post("/sessions", {"patient_id": patient["id"], "chair_id": api.get("/chairs")[0]["id"]})
        api.act(planned["id"], "check_in")
        server.send(adt("A08", "Nowak"), adt("A03", "Nowak"))
        assert api.get(f"/patients/{patient['id']}")["family_name"] == "Nowak"
        assert api.get(f"/sessions/{planned['id']}")["live"]["session"]["initials"] == "M.N."
        assert [one["reason"] for one in api.get("/unassigned")] == ["the admission names no patient"]
        noted = [one["action"] for one in api.get(f"/audit?about=patient%20{patient['id']}")]
        assert noted == ["patient_left_hospital", "patient_revised", "patient_added"]
    finally:
        server.stop()
