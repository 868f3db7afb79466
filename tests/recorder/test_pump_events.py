"""What pumps tell of themselves through the spine: every event and change of state is kept once, nobody's too."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from monitor.recorder.acts import AssignUnassigned
from monitor.store.queries.pump_events import PumpEventRecord, pump_events
from monitor.store.queries.refused import Whose
from tests.recorder.house import House
from tests.recorder.pump_frames import COMPLETE, START, STOP, pump_event, pump_state


def told(house: House, session_id: int) -> list[PumpEventRecord]:
    return house.read(lambda connection: pump_events(connection, session_id))


def kinds(house: House, session_id: int) -> list[str]:
    return [one.kind for one in told(house, session_id)]


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        (START, "start", "pump deliv start"),
        (STOP, "stop", "pump deliv stop"),
        (COMPLETE, "complete", "pump deliv comp"),
        ("1^MDC_EVT_PUMP_RATE_CHANGE^MDC", "rate_changed", "pump rate change"),
        ("197299^MDC_EVT_PUMP_PROG_CLEARED^MDC", "other", "pump prog cleared"),
    ],
)
def test_a_message_that_holds_only_an_event_is_kept_when_it_is_accepted(
    house: House, code: str, kind: str, words: str
) -> None:
    session_id = house.infusing()
    at = house.clock.now()
    assert b"MSA|AA" in house.send(pump_event(code, at))
    (kept,) = told(house, session_id)
    assert (kept.kind, kept.words, kept.device_at, kept.is_late) == (kind, words, at, False)
    assert kept.source == "PUMP^X"


def test_sent_again_it_is_one_event(house: House) -> None:
    session_id = house.infusing()
    at = house.clock.now()
    for _ in range(3):
        house.send(pump_event(STOP, at))
    assert kinds(house, session_id) == ["stop"]


def test_a_state_is_kept_when_it_changes_and_not_each_time_it_is_said(house: House) -> None:
    session_id = house.infusing()
    for running in (True, True, True, False, False):
        house.wait(1)
        house.send(pump_state(house.clock.now(), drug="Ketamine", weight_kg=70, running=running))
    house.wait(1)
    house.send(pump_state(house.clock.now(), drug="Ketamine"))  # what it does not say stays as it was
    assert [(one.kind, one.infusing) for one in told(house, session_id)] == [("facts", True), ("facts", False)]
    assert {(one.drug, one.weight_kg) for one in told(house, session_id)} == {("Ketamine", 70)}


def test_an_event_before_any_session_is_kept_with_its_chair(house: House) -> None:
    house.send(pump_event(START, house.clock.now()))
    rows = house.read(lambda c: c.execute(text("select chair_id, session_id, kind from pump_events")).all())
    assert [tuple(row) for row in rows] == [(house.chair().id, None, "start")]


@pytest.mark.parametrize("what", ["event", "state"])
def test_what_an_unbound_pump_tells_waits_unassigned_and_finds_its_session(house: House, what: str) -> None:
    session_id = house.infusing()
    house.wait(5)
    at = house.clock.now()
    raw = pump_event(STOP, at, bed="NEW7") if what == "event" else pump_state(at, running=False, bed="NEW7")
    assert b"MSA|AA" in house.send(raw)
    assert house.read(lambda c: c.execute(text("select bed from unassigned")).scalars().all()) == ["NEW7"]
    assert told(house, session_id) == []
    act = AssignUnassigned(Whose("PUMP^X", "NEW7"), None, session_id, "hers", "her pump", house.nurse, None)
    house.desk.assign_unassigned(act)
    assert [(one.kind, one.is_late) for one in told(house, session_id)] == [
        ("stop" if what == "event" else "facts", True)
    ]


def test_a_backlog_is_kept_and_marked_as_late(house: House) -> None:
    session_id = house.infusing()
    house.send(pump_state(house.clock.now(), running=True))
    house.wait(30)
    now = house.clock.now()
    house.send(pump_event(STOP, now - timedelta(seconds=25), sent_at=now))
    assert [(one.kind, one.is_late) for one in told(house, session_id)] == [("facts", False), ("stop", True)]
