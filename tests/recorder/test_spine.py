"""The spine: order of a turn, what is answered when, and that a fault in one step costs nobody else."""

import contextlib
import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from monitor.errors import Conflict, MonitorError, NotRecording, Refused
from monitor.recorder.turn import Turn
from tests.recorder.house import SENT, House, open_house, oru, until


def count(house: House, table: str) -> int:
    return int(str(house.read(lambda connection: connection.execute(text(f"select count(*) from {table}")).scalar())))


def test_a_message_is_acknowledged_only_after_it_is_stored(house: House) -> None:
    order: list[str] = []
    write = house.store.write

    def watched(batch):  # type: ignore[no-untyped-def]
        written = write(batch)
        order.append("stored")
        return written

    house.store.write = watched  # type: ignore[method-assign]
    house.ears.emit = lambda event, payload, to=None: order.append("told")  # type: ignore[method-assign]
    house.infusing()
    house.turn()  # what the last act changed has been told
    order.clear()
    answer = house.vitals(hr=72, spo2=97)
    order.append("answered")
    assert b"MSA|AA|" in answer
    assert order[0] == "stored"
    assert order[-1] == "answered"
    assert "told" in order
    assert count(house, SENT) == 1


def test_while_the_database_is_held_alarms_go_out_unrecorded_senders_get_ae_and_nothing_is_lost(
    house: House, folder: Path
) -> None:
    session_id = house.infusing()
    house.vitals(hr=72, spo2=84.5, rr=14)
    house.as_impatient_as_a_server()
    other = sqlite3.connect(folder / "record.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    house.wait(1)
    assert b"MSA|AE|" in house.vitals(hr=72, spo2=80, rr=14)
    house.wait(11)
    raw = oru(house.clock.now(), hr=72, spo2=80, rr=14)
    assert b"MSA|AE|" in house.send(raw)
    alarms = house.live(session_id).shown()
    assert [(alarm.words, alarm.recorded) for alarm in alarms if alarm.vital == "spo2"] == [("SpO₂ 80 < 85", False)]
    with pytest.raises(NotRecording):
        house.act(session_id, "note", text="nobody can write this")
    other.execute("ROLLBACK")
    other.close()
    until(lambda: house.recorder.not_recording_s is None and not house.writer.owes)
    house.turn()
    assert all(alarm.recorded for alarm in house.live(session_id).shown() if alarm.vital == "spo2")
    assert count(house, SENT) == 3
    alarms_before = count(house, "alarms")
    assert b"MSA|AA|" in house.send(raw)  # sent again: stored once, raised once
    assert count(house, SENT) == 3
    assert count(house, "alarms") == alarms_before


def test_an_act_that_was_slow_to_be_stored_is_followed_once_it_is(house: House) -> None:
    house.as_impatient_as_a_server()
    session_id = house.prepared()
    gate, write = threading.Event(), house.store.write

    def slow(batch):  # type: ignore[no-untyped-def]
        gate.wait(10)
        return write(batch)

    house.store.write = slow  # type: ignore[method-assign]
    threading.Timer(1.0, gate.set).start()
    done = house.act(session_id, "start", rate_ml_per_h=52.5)
    assert done.state == "infusing"
    assert house.live(session_id).course.version == done.version
    assert count(house, "session_events") == done.version


@pytest.mark.parametrize("step", ["take", "time", "tell", "emit", "recording", "commit"])
def test_a_fault_in_any_step_leaves_nobody_waiting_and_the_spine_alive(
    house: House, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = house.infusing()
    house.vitals(hr=72, spo2=97, rr=14)

    def fault(*args: object, **kwargs: object) -> None:
        raise RuntimeError("injected")

    target = {"take": house.receiving, "time": house.judging, "tell": house.telling, "recording": house.telling}
    with monkeypatch.context() as patch:
        if step == "emit":
            house.ears.broken = RuntimeError("injected")
        elif step == "commit":
            patch.setattr(house.writer, "commit", fault)
        else:
            patch.setattr(target[step], step, fault)
        house.wait(1)
        arrived = house.arrive(oru(house.clock.now(), hr=73, spo2=96))
        house.recorder.tick(list(house.ward))
        assert arrived.done.wait(5)
        before = house.live(session_id).course.version
        with contextlib.suppress(MonitorError):  # told, which is the point
            house.act(session_id, "note", text="seen")
        if step in ("take", "time", "tell", "emit"):
            assert house.live(session_id).course.version == before + 1
    house.ears.broken = None
    house.wait(1)
    assert b"MSA|AA|" in house.vitals(hr=74, spo2=97)
    done = house.act(session_id, "note", text="again")
    assert done.version == house.live(session_id).course.version


def test_a_fault_in_one_frame_costs_the_others_of_its_turn_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.infusing()
    take = house.receiving.take

    def sometimes(arrived, turn: Turn) -> None:  # type: ignore[no-untyped-def]
        if b"POISON" in arrived.raw:
            raise RuntimeError("injected")
        take(arrived, turn)

    monkeypatch.setattr(house.receiving, "take", sometimes)
    at = house.clock.now()
    first = house.arrive(oru(at, hr=70))
    bad = house.arrive(oru(at, hr=71, control_id="POISON"))
    last = house.arrive(oru(at, bed="BED2", hr=72))
    assert all(arrived.done.wait(5) for arrived in (first, bad, last))
    assert b"MSA|AA|" in b"".join(first.answers + last.answers)
    assert bad.answers == ()
    assert count(house, SENT) == 2


def test_a_stored_act_whose_following_fails_is_answered_and_keeps_nobody_else_waiting(house: House) -> None:
    def fault(answer: object, turn: Turn) -> object:
        raise RuntimeError("injected")

    with pytest.raises(MonitorError, match="stored, but"):
        house.recorder.perform(lambda turn: lambda connection: "done", fault)
    assert house.recorder.transact(lambda connection: "next") == "next"


def test_a_job_that_is_refused_leaves_no_trace(house: House) -> None:
    def half(connection: Connection) -> object:
        connection.execute(text("insert into stations (name) values ('Z')"))
        raise Refused("No.", ("something",))

    with pytest.raises(Refused):
        house.recorder.transact(half)
    assert house.read(lambda connection: connection.execute(text("select name from stations")).scalars().all()) == ["A"]

    session_id = house.infusing()
    before = (house.live(session_id).course.version, count(house, "session_events"), count(house, "audit"))
    with pytest.raises(Conflict):
        house.act(session_id, "note", text="late", version=1)
    after = (house.live(session_id).course.version, count(house, "session_events"), count(house, "audit"))
    assert after == before


def test_what_settling_causes_is_stored_too(house: House) -> None:
    session_id = house.infusing()
    house.vitals(hr=72, spo2=80, rr=14)
    house.wait(12)
    house.vitals(hr=72, spo2=80, rr=14)
    assert house.live(session_id).shown()
    house.act(session_id, "transfer", reason="to the ward")
    house.turn()
    events = house.read(
        lambda connection: connection.execute(text("select event from alarm_events order by id")).scalars().all()
    )
    assert events == ["raised", "ended"]
    assert house.chair().session is None


def test_a_spine_that_is_stopped_finishes_what_is_queued(folder: Path) -> None:
    with open_house(folder) as house:
        arrived = [house.arrive(oru(house.clock.now(), hr=60 + number)) for number in range(20)]
        house.recorder.stop()
        assert all(one.done.wait(10) for one in arrived)
        assert all(b"MSA|AA|" in b"".join(one.answers) for one in arrived)
        assert house.recorder.stopped.wait(10)
        assert count(house, SENT) == 20
