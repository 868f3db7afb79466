"""With the real record: rows it can never take, beside rows it must take."""

from pathlib import Path

from sqlalchemy import Connection, select

from monitor.counters import Counters
from monitor.errors import MonitorError
from monitor.recorder.writing import Outcome, Writer
from monitor.runtime import ThreadRuntime
from monitor.store import schema
from monitor.store.chairs import upsert_chair, upsert_station
from monitor.store.engine import open_engine
from monitor.store.rows import AlarmEventRow, Batch, ReadingRow
from monitor.store.store import Store
from tests.fresh_record import fresh_record
from tests.recorder.records import T0, alarm_event, reading


def hr(connection: Connection) -> list[float]:
    return list(connection.execute(select(schema.readings.c.hr).order_by(schema.readings.c.hr)).scalars())


def test_unknown_chairs_unknown_vitals_and_orphaned_events_keep_nothing_else_out(tmp_path: Path) -> None:
    store = Store(open_engine(fresh_record(tmp_path / "record.db"), tmp_path))
    store.write(Batch(acts=(lambda connection: upsert_chair(connection, "1", 1, upsert_station(connection, "A")),)))
    writer = Writer(store, ThreadRuntime(), Counters())

    def bug(connection: Connection) -> object:
        raise KeyError("who")

    no_chair = ReadingRow(99, None, "MON", T0, T0, T0, {"hr": 1.0})
    no_column = ReadingRow(1, None, "MON", T0, T0, T0, {"mood": 2.0})
    orphan: AlarmEventRow = alarm_event("raised")
    outcome, written = writer.commit(
        Batch(
            readings=(reading(60, 1), no_chair, reading(61, 2), no_column, reading(62, 3)),
            alarm_events=(orphan,),
            acts=(lambda connection: "kept", bug, hr),
        ),
        lambda written: None,
    )
    assert outcome is Outcome.RECORDED
    assert written is not None
    assert written.readings_new == 3
    kept, refused, seen = written.answers
    assert kept == "kept"
    assert isinstance(refused, MonitorError)
    assert seen == [60, 61, 62]  # an act sees what was stored before it
    quarantined = store.read(lambda connection: connection.execute(select(schema.quarantine.c.reason)).scalars().all())
    assert sorted(quarantined) == [
        "read, but the record cannot take it (IntegrityError)",
        "read, but the record cannot take it (ValueError)",
    ]
    assert writer.commit(Batch(readings=(reading(63, 4),)), lambda written: None)[0] is Outcome.RECORDED
    assert not writer.owes
    store.close()
