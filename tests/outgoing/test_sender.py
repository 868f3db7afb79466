"""The outbox: written from the record, sent in order, sent again byte by byte until it is answered."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.errors import Conflict, NotFound
from monitor.hl7.message import parse
from monitor.outgoing import sender as sending
from monitor.outgoing.exchange import Destination
from monitor.outgoing.sender import REFUSALS, Record, Sender
from monitor.recorder.acts import Proof, SessionAct
from monitor.recorder.outbox_acts import Decide
from monitor.store.queries.outbox import (
    RELEASED,
    WITHDRAWN,
    Outgoing,
    attempts,
    message_bytes,
    outbox_counts,
    outbox_page,
    sending_since,
)
from tests.outgoing.ehr import Ehr, answer, garbage, hang_up, of_another, open_ehr, silence, unused_port
from tests.recorder.house import POLICY, House, oru
from tests.recorder.test_signing import ready, sign


@pytest.fixture
def ehr() -> Iterator[Ehr]:
    with open_ehr() as made:
        yield made


def sender_of(house: House, port: int | None, *, simulated: bool = True) -> Sender:
    to = None if port is None else Destination("127.0.0.1", port, facility="CLINIC", answer_s=0.4)
    record = Record(house.store.read, house.desk.transact, lambda connection, sha256: POLICY)
    return Sender(to, record, house.clock, house.runtime, house.counters, simulated=simulated)  # type: ignore[arg-type]


def look(sender: Sender, times: int = 1) -> None:
    for _ in range(times):
        sender._step()


def messages(house: House) -> list[Outgoing]:
    return house.store.read(outbox_page)


def states(house: House) -> list[str]:
    return [one.state for one in reversed(messages(house))]


def transferred(house: House, chair: str = "1") -> int:
    session_id = house.infusing(chair)
    house.vitals(hr=74.0, spo2=96.0, rr=13.0)
    house.wait(5)
    house.vitals(hr=81.0, spo2=95.0, rr=13.0)
    vomited = {"term": "vomiting", "grade": 2, "relation": "probable", "action": "treated", "serious": []}
    house.act(session_id, "record_adverse_event", **vomited)
    house.act(session_id, "transfer", reason="to the ward for the night")
    return session_id


def test_a_session_that_ends_is_told_once(house: House, ehr: Ehr):
    sender = sender_of(house, ehr.port)
    look(sender)
    session_id = transferred(house)
    look(sender, 4)
    assert states(house) == ["sent"]
    assert len(ehr.received) == 1
    message = parse(ehr.received[0])
    assert (message.type, message.part(message.field("PID", 3))) == ("ORU^R01", "MRN42")
    rows = {(message.part(row[3]), message.text(row[4])): row for row in message.segments if row[0] == "OBX"}
    assert rows["DISPOSITION", ""][5] == "transferred"
    assert rows["8867-4", "last"][5] == "81"
    assert (rows["8867-4", "lowest"][5], rows["8867-4", "highest"][5]) == ("74", "81")
    assert rows["REASON", ""][5] == "to the ward for the night"
    assert rows["ADVERSE_EVENT", "vomiting"][5] == "2"
    assert message.field("PV1", 19) == str(session_id)


def test_a_signed_discharge_is_told_with_its_document(house: House, ehr: Ehr):
    sender = sender_of(house, ehr.port)
    look(sender)
    session_id = ready(house)
    house.desk.sign_discharge(sign(house, session_id))
    look(sender, 4)
    assert [(one.kind, one.state) for one in reversed(messages(house))] == [("summary", "sent"), ("document", "sent")]
    document = parse(ehr.received[1])
    assert document.type == "MDM^T02"
    lines = [document.text(row[5]) for row in document.segments if row[0] == "OBX"]
    asked = "select record_sha256 from discharge_signatures where meaning != 'order' order by id"
    signed = house.read(lambda c: c.exec_driver_sql(asked).scalar())
    assert f"SHA-256 of the signed record: {signed}" in lines
    assert any(line.startswith("discharge approved: Staff, discharge staff, ") for line in lines)
    assert any(line.endswith(": MET") for line in lines)
    assert document.field("TXA", 12) == f"DISCHARGE-{session_id}"
    assert document.field("TXA", 17) == "LA"


def test_an_addendum_follows_as_a_document_of_its_own(house: House, ehr: Ehr):
    sender = sender_of(house, ehr.port)
    look(sender)
    session_id = transferred(house)
    look(sender, 3)
    version = int(str(house.read(lambda c: c.exec_driver_sql("select version from sessions").scalar())))
    addendum(house, session_id, version)
    look(sender, 3)
    assert [parse(raw).type for raw in ehr.received] == ["ORU^R01", "MDM^T06"]
    last = parse(ehr.received[1])
    assert [last.text(row[5]) for row in last.segments if row[0] == "OBX"][-1] == "the daughter called"


def addendum(house: House, session_id: int, version: int) -> None:
    late = SessionAct(session_id, "late-1", version, "addendum", house.nurse, details={"text": "the daughter called"})
    house.desk.act(replace(late, proof=Proof.ENTERED_AGAIN))


@pytest.mark.parametrize("way", [silence, garbage, hang_up, of_another], ids=lambda way: way.__name__)
def test_without_its_own_answer_a_message_is_sent_again_byte_by_byte(house: House, way):
    with open_ehr(way, way) as ehr:
        sender = sender_of(house, ehr.port)
        look(sender)
        transferred(house)
        look(sender, 2)
        assert states(house) == ["pending"]
        look(sender, 2)
        assert states(house) == ["sent"]
        assert len(ehr.received) == 3
        assert len(set(ehr.received)) == 1
        assert len(house.store.read(lambda c: attempts(c, messages(house)[0].id))) == 2  # the same trouble is one row


def test_nobody_there_is_waited_for_and_then_told_in_order(house: House):
    port = unused_port()
    sender = sender_of(house, port)
    look(sender)
    first, second = transferred(house, "1"), transferred(house, "2")
    look(sender, 3)
    assert states(house) == ["pending", "pending"]
    with open_ehr(port=port) as ehr:
        look(sender, 3)
        assert [parse(raw).field("PV1", 19) for raw in ehr.received] == [str(first), str(second)]
    assert states(house) == ["sent", "sent"]


def test_a_refusal_is_tried_a_few_times_and_then_needs_a_person(house: House):
    with open_ehr(*[answer("AE", "patient unknown")] * REFUSALS) as ehr:
        sender = sender_of(house, ehr.port)
        look(sender)
        transferred(house)
        look(sender, REFUSALS + 3)
        assert states(house) == ["stopped"]
        assert (messages(house)[0].answer_code, messages(house)[0].words) == ("AE", "patient unknown")
        assert len(ehr.received) == REFUSALS
        counts = house.store.read(outbox_counts)
        assert (counts.pending, counts.stopped, counts.sent) == (0, 1, 0)
        decide(house, RELEASED)
        look(sender)
        assert states(house) == ["sent"]
        assert len(set(ehr.received)) == 1


def test_a_rejected_message_holds_up_no_other(house: House):
    with open_ehr(answer("AR")) as ehr:
        sender = sender_of(house, ehr.port)
        look(sender)
        transferred(house, "1")
        transferred(house, "2")
        look(sender, 3)
        assert states(house) == ["stopped", "sent"]


def decide(house: House, outcome: str) -> object:
    act = Decide(messages(house)[-1].id, outcome, "looked at it", house.nurse, house.clock.now())
    return house.desk.transact(act)


def test_what_a_person_withdraws_is_never_sent_and_stays_in_the_list(house: House):
    sender = sender_of(house, unused_port())
    look(sender)
    transferred(house)
    look(sender)
    assert decide(house, WITHDRAWN) == "withdrawn"
    with open_ehr() as ehr:
        look(sender_of(house, ehr.port), 3)
        assert ehr.received == []
    assert states(house) == ["withdrawn"]
    with pytest.raises(Conflict):
        decide(house, RELEASED)


def test_what_is_sent_already_or_tried_by_itself_is_not_decided_about(house: House, ehr: Ehr):
    sender = sender_of(house, unused_port())
    look(sender)
    transferred(house)
    look(sender)
    with pytest.raises(Conflict):
        decide(house, RELEASED)
    look(sender_of(house, ehr.port))
    with pytest.raises(Conflict):
        decide(house, WITHDRAWN)


def test_a_sender_that_begins_again_sends_the_very_same_bytes(house: House):
    with open_ehr(silence) as ehr:
        look(first := sender_of(house, ehr.port))
        transferred(house)
        look(first)
        stored = house.store.read(lambda c: message_bytes(c, messages(house)[0].id))
        look(sender_of(house, ehr.port))
        assert ehr.received == [stored, stored]


def test_what_ended_while_nothing_was_sent_is_told_only_when_a_person_asks(house: House, ehr: Ehr):
    look(sender_of(house, None))
    session_id = transferred(house)
    sender = sender_of(house, ehr.port)
    look(sender, 3)
    assert ehr.received == []
    assert sender.queue(session_id) == 1
    assert sender.queue(session_id) == 0
    look(sender)
    assert states(house) == ["sent"]
    with pytest.raises(NotFound):
        sender.queue(99)


def test_switching_off_is_noted_and_nothing_is_written_where_it_was_never_on(house: House):
    look(sender_of(house, None))
    assert house.store.read(sending_since) == (False, 0)
    look(sender_of(house, unused_port()))
    assert house.store.read(sending_since)[0] is True
    look(sender_of(house, None))
    assert house.store.read(sending_since)[0] is False


def test_a_simulated_session_is_marked_and_sent_in_demo_mode_only(house: House, ehr: Ehr):
    look(quiet := sender_of(house, ehr.port, simulated=False))
    session_id = house.infusing()
    house.send(oru(house.clock.now(), source="SIM^BED", hr=80.0))
    house.act(session_id, "transfer", reason="an exercise")
    look(quiet, 2)
    assert ehr.received == []
    look(sender_of(house, ehr.port), 2)
    message = parse(ehr.received[0])
    assert message.field("MSH", 11) == "T"
    assert "SIMULATED" in message.field("NTE", 3)


def test_a_message_that_cannot_be_written_is_shown_and_holds_up_no_other(
    house: House, ehr: Ehr, monkeypatch: pytest.MonkeyPatch
):
    sender = sender_of(house, ehr.port)
    look(sender)
    transferred(house, "1")
    with monkeypatch.context() as broken:
        broken.setattr(sending, "composed", lambda *given: 1 / 0)
        look(sender)
    transferred(house, "2")
    look(sender, 2)
    assert states(house) == ["stopped", "sent"]
    with pytest.raises(Conflict, match="never written"):
        decide(house, RELEASED)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    holder = sqlite3.connect(folder / "record.db", isolation_level=None)
    holder.execute("begin immediate")
    try:
        yield
    finally:
        holder.execute("rollback")
        holder.close()


def test_nothing_is_called_sent_that_the_record_does_not_hold(house: House, folder: Path, ehr: Ehr):
    sender = sender_of(house, ehr.port)
    look(sender)
    transferred(house)
    ehr.ways.append(silence)
    look(sender)
    with held(folder), pytest.raises(Exception, match="record"):
        look(sender)  # accepted out there, and not written down here
    look(sender)
    assert states(house) == ["sent"]
    assert len(ehr.received) == 3
    assert len(set(ehr.received)) == 1
