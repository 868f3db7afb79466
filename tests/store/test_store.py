"""One batch is one transaction; one act is one savepoint; what was answered is durable."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from monitor.clinical.dosing.allergies import Said
from monitor.clinical.review import Cause, Why
from monitor.errors import ConfigurationRefused, Conflict, Refused
from monitor.store import (
    admissions,
    audit,
    chairs,
    discharge,
    later,
    merging,
    outbox,
    queries,
    raw,
    requests,
    schema,
    sessions,
    sound_proofs,
)
from monitor.store.admission_rows import AdmissionRow
from monitor.store.allergies import AllergyRow, insert_allergy
from monitor.store.assignments import AssignmentRow, insert_assignment, insert_note_seen
from monitor.store.break_glass import OpeningRow, ReviewRow, insert_opening, insert_review
from monitor.store.engine import is_wal_reset_unsafe, open_engine
from monitor.store.errors import WriteFailed
from monitor.store.folder import claim
from monitor.store.follow_ups import (
    FollowUpRow,
    JournalRow,
    ReassessmentRow,
    UploadRow,
    insert_follow_up,
    insert_journal_entries,
    insert_reassessment,
    insert_upload,
)
from monitor.store.later import LateActRow
from monitor.store.pump_rows import PumpEventRow
from monitor.store.queries.pump_events import pump_events
from monitor.store.ranges import insert_ranges
from monitor.store.reviews import ask_for_review
from monitor.store.rows import (
    AcknowledgementRow,
    AssessmentRow,
    AuditEntry,
    Batch,
    DeviceAlarmRow,
    QuarantineRow,
    RawBlock,
    SessionRow,
    SignatureRow,
    UnassignedRow,
    WithdrawalRow,
)
from monitor.store.series import ProfileRow, SeriesRevisionRow, insert_profile, insert_series
from monitor.store.signed_papers import Paper, PaperRow, insert_paper
from monitor.store.sound_proofs import SoundProofRow
from monitor.store.store import Store
from monitor.store.trainings import TrainingRow, TrainingWithdrawalRow, insert_training, insert_training_withdrawal


def count(clinic, table) -> int:
    return clinic.store.read(lambda c: c.execute(select(func.count()).select_from(table)).scalar_one())


def entry(clinic, action="acknowledge") -> AuditEntry:
    return AuditEntry(clinic.t0, "dana", action, "session/1", clinic.nurse, {"alarm": "spo2_low"})


def test_the_database_is_opened_so_that_a_power_cut_loses_nothing(clinic):
    with clinic.store.engines.write.connect() as connection:
        asked = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked]
    assert found == ["wal", 2, 1, 2000]


def test_readers_neither_write_nor_checkpoint(clinic):
    with clinic.store.engines.read.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA wal_autocheckpoint").scalar() == 0
        with pytest.raises(DBAPIError, match="readonly"):
            connection.execute(text("UPDATE people SET role = 'admin'"))


def test_the_data_folder_and_the_database_are_private(tmp_path):
    folder = tmp_path / "var" / "clinic"
    engines = open_engine(f"sqlite:///{folder / 'x.db'}", folder)
    engines.write.connect().close()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    engines.dispose()


def test_a_folder_or_database_others_can_read_is_refused_with_what_to_do(tmp_path):
    path = tmp_path / "x.db"
    path.touch(mode=0o600)
    tmp_path.chmod(0o755)
    with pytest.raises(ConfigurationRefused, match="chmod 700"):
        open_engine(f"sqlite:///{path}", tmp_path)
    tmp_path.chmod(0o700)
    path.chmod(0o644)
    with pytest.raises(ConfigurationRefused, match="chmod 600"):
        open_engine(f"sqlite:///{path}", tmp_path)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y", "no url"])
def test_a_database_that_cannot_keep_a_record_is_refused(tmp_path, url):
    with pytest.raises(ConfigurationRefused, match="MONITOR_DATABASE_URL"):
        open_engine(url, tmp_path)


@pytest.mark.parametrize(
    ("version", "unsafe"),
    [
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 54, 1), False),
        ((3, 6, 23), False),
    ],
)
def test_sqlite_versions_that_can_lose_a_commit_are_known(version, unsafe):
    assert is_wal_reset_unsafe(version) is unsafe


def pump_stop(clinic):
    return PumpEventRow(
        *(clinic.chair, clinic.session, "PUMP^X", "", "stop", "S", "pump deliv stop"),
        *(clinic.t0, clinic.t0, clinic.t0),
    )


def test_a_whole_batch_is_stored_and_comes_back(clinic):
    frames = (b"MSH|^~\\&|one\x1c\r", b"", b"MSH|^~\\&|two" * 100)
    batch = Batch(
        readings=(clinic.reading(),),
        alarms=(clinic.alarm(),),
        alarm_events=(clinic.alarm_event("alarm-1", 0, "raised", "active"),),
        acknowledgements=(AcknowledgementRow("alarm-1", clinic.at(4), clinic.nurse, "high", 86.0, "Dana"),),
        device_alarms=(
            DeviceAlarmRow(clinic.chair, clinic.session, "M", "10101", "ASYSTOLE", "start", "H", clinic.t0, clinic.t0),
        ),
        pump_events=(pump_stop(clinic),),
        withdrawals=(WithdrawalRow(clinic.chair, clinic.session, "M", "hr", "9.9", clinic.t0, clinic.t0),),
        quarantine=(QuarantineRow(clinic.t0, "10.0.0.7", "no MSH", "AR", "", b"\x00junk"),),
        unassigned=(UnassignedRow(clinic.t0, "10.0.0.7", "M", "BED9", "MRN7", "bed unknown", b"MSH|"),),
        raw=(RawBlock(clinic.t0, frames),),
        audit=(entry(clinic),),
    )
    assert batch
    assert clinic.store.write(batch).readings_new == 1
    read = clinic.store.read
    (alarm,) = read(queries.alarms, clinic.session)
    assert (alarm.state, alarm.latest.limit, alarm.acknowledgements[0].by) == ("active", 90.0, "Dana")
    assert read(queries.device_alarms, clinic.session)[0].code == "10101"
    (stopped,) = read(pump_events, clinic.session)
    assert (stopped.kind, stopped.is_late, stopped.delivering, stopped.charted_at) == ("stop", False, None, clinic.t0)
    assert read(queries.quarantine)[0].raw == b"\x00junk"
    assert read(queries.unassigned)[0].bed == "BED9"
    assert read(queries.unassigned_groups, clinic.at(-1))[0].count == 1
    ((_, block),) = read(queries.raw_blocks, clinic.t0, clinic.at(1))
    assert tuple(raw.unpack(block)) == frames
    assert read(queries.audit_page)[0].facts == {"alarm": "spo2_low"}


def test_an_empty_batch_is_falsy_and_writes_nothing(clinic):
    assert not Batch()
    assert clinic.store.write(Batch()).answers == ()


def test_a_batch_written_again_after_an_unknown_outcome_doubles_nothing(clinic):
    device = DeviceAlarmRow(None, None, "M", "1", "ASYSTOLE", "start", None, clinic.t0, clinic.t0)
    batch = Batch(
        alarms=(clinic.alarm(),),
        alarm_events=(
            clinic.alarm_event("alarm-1", 0, "raised", "active"),
            clinic.alarm_event("alarm-1", 0, "latched", "latched"),
        ),
        acknowledgements=(AcknowledgementRow("alarm-1", clinic.at(4), clinic.nurse, "high", None, "Dana"),),
        device_alarms=(device,),
        pump_events=(pump_stop(clinic),),
    )
    clinic.store.write(batch)
    clinic.store.write(batch)
    tables = (schema.alarms, schema.alarm_events, schema.acknowledgements, schema.device_alarms)
    assert [count(clinic, table) for table in (*tables, schema.pump_events)] == [1, 2, 1, 1, 1]


def test_a_refused_act_undoes_only_itself_and_its_refusal_is_its_answer(clinic):
    def good(connection):
        audit.append(connection, entry(clinic, "good"))
        return "done"

    def refused(connection):
        audit.append(connection, entry(clinic, "refused"))
        raise Refused("the order is missing", ("order",))

    written = clinic.store.write(Batch(readings=(clinic.reading(),), acts=(good, refused, good)))
    assert [written.answers[0], written.answers[2]] == ["done", "done"]
    assert isinstance(written.answers[1], Refused)
    assert [one.action for one in clinic.store.read(queries.audit_page)] == ["good", "good"]
    assert count(clinic, schema.readings) == 1


def test_a_broken_unique_key_in_an_act_is_a_conflict(clinic):
    def twice(connection):
        for _ in range(2):
            connection.execute(schema.stations.insert(), {"name": "B"})

    (answer,) = clinic.store.write(Batch(acts=(twice,))).answers
    assert isinstance(answer, Conflict)
    names = clinic.store.read(lambda c: list(c.execute(select(schema.stations.c.name)).scalars()))
    assert names == ["A"]


def test_a_fault_in_an_act_undoes_the_batch_and_names_the_act(clinic):
    def faulty(_connection):
        raise ZeroDivisionError

    batch = Batch(readings=(clinic.reading(),), acts=(lambda _connection: 1, faulty))
    with pytest.raises(WriteFailed) as failure:
        clinic.store.write(batch)
    assert failure.value.act == 1
    assert isinstance(failure.value.__cause__, ZeroDivisionError)
    assert count(clinic, schema.readings) == 0
    assert clinic.store.write(Batch(readings=(clinic.reading(),))).readings_new == 1


def test_while_another_program_holds_the_file_nothing_is_stored_and_afterwards_it_is(clinic):
    other = sqlite3.connect(clinic.folder / "record.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    begun = time.monotonic()
    with pytest.raises(WriteFailed, match="OperationalError") as failure:
        clinic.store.write(Batch(readings=(clinic.reading(),), audit=(entry(clinic),)))
    assert 1.5 < time.monotonic() - begun < 4
    assert failure.value.act is None
    assert count(clinic, schema.readings) == 0
    other.execute("ROLLBACK")
    other.close()
    clinic.store.write(Batch(readings=(clinic.reading(),), audit=(entry(clinic),)))
    assert (count(clinic, schema.readings), count(clinic, schema.audit)) == (1, 1)


def test_from_its_first_moment_a_batch_holds_the_file(clinic):
    def act(_connection):
        other = sqlite3.connect(clinic.folder / "record.db", isolation_level=None, timeout=0)
        with closing(other), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        return "held"

    assert clinic.do(act) == "held"


def test_readers_see_the_last_commit_while_another_program_holds_the_file(clinic):
    clinic.store.write(Batch(readings=(clinic.reading(),)))
    other = sqlite3.connect(clinic.folder / "record.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert count(clinic, schema.readings) == 1
    other.close()


def test_a_batch_that_breaks_at_its_end_leaves_nothing_of_its_beginning(clinic):
    orphan = clinic.alarm_event("no such alarm", 0, "raised", "active")
    with pytest.raises(WriteFailed, match="IntegrityError"):
        clinic.store.write(Batch(readings=(clinic.reading(),), alarms=(clinic.alarm(),), alarm_events=(orphan,)))
    assert (count(clinic, schema.readings), count(clinic, schema.alarms)) == (0, 0)


@pytest.fixture(scope="module")
def full_clinic(shared_clinic):
    """A record with a row in every append-only table."""
    clinic = shared_clinic
    test_a_whole_batch_is_stored_and_comes_back(clinic)
    clinic.do(lambda c: sessions.append_event(c, clinic.event(0, "check_in", "scheduled", "preparing")))
    clinic.do(lambda c: chairs.bind_chair(c, clinic.chair, "BED1", clinic.t0, clinic.nurse))
    score = AssessmentRow(clinic.session, "r1", "aldrete", {"activity": 2}, 10, clinic.t0, clinic.t0, clinic.nurse)
    signature = SignatureRow(
        clinic.session, "r2", "{}", "discharge approved", clinic.nurse, "Dana", "nurse", clinic.t0, 60
    )
    clinic.do(lambda c: discharge.insert_assessment(c, score))
    clinic.do(lambda c: discharge.insert_signature(c, signature))
    clinic.do(lambda c: chairs.bind_device(c, clinic.chair, "PUMP7", clinic.t0, clinic.nurse, "Dana"))
    act = LateActRow("assigned", None, clinic.session, clinic.t0, clinic.nurse, "Dana", "it was hers")
    clinic.do(lambda c: later.insert_late(c, act, [later.LateMessage("charted", unassigned_id=1)]))
    clinic.do(lambda c: merging.insert_merge(c, "MRN1", "MRN42", clinic.t0, "ADT", "1"))
    said = AdmissionRow(
        *("A01", "MRN42", "BED1", None, "occupies", clinic.t0, clinic.t0, clinic.t0, "ADT", "1", False, "k")
    )
    assert clinic.do(lambda c: admissions.insert_admission(c, said))
    clinic.do(lambda c: outbox.begin_period(c, clinic.t0, 0, sending=True))
    message = outbox.OutboxRow(clinic.session, 1, "summary", "C1", b"MSH|", clinic.t0)
    clinic.do(lambda c: outbox.insert_message(c, message))
    clinic.do(lambda c: outbox.insert_attempt(c, outbox.AttemptRow(1, clinic.t0, "accepted", "", "AA")))
    heard = SoundProofRow("A", "check", clinic.t0, clinic.nurse, "Dana", heard=True)
    clinic.do(lambda c: sound_proofs.insert_sound_proof(c, heard))
    clinic.do(lambda c: requests.remember(c, requests.request_of(clinic.nurse, "r3", {}, clinic.t0), 1))
    hers = AssignmentRow(clinic.chair, clinic.nurse, "Dana", clinic.t0, clinic.at(60), None, "", clinic.nurse, "Dana")
    assigned = clinic.do(lambda c: insert_assignment(c, hers))
    clinic.do(lambda c: insert_note_seen(c, assigned, clinic.t0, clinic.nurse, "Dana"))
    asked = AllergyRow(1, Said.NONE_KNOWN, "", "", "", "", None, "", clinic.t0, clinic.nurse, "Dana")
    clinic.do(lambda c: insert_allergy(c, asked))
    opening = OpeningRow(clinic.nurse, "Dana", "phone lost", clinic.t0, clinic.at(60))
    opened = clinic.do(lambda c: insert_opening(c, opening))
    clinic.do(lambda c: insert_review(c, ReviewRow(opened, clinic.nurse, "Dana", "read the trail", clinic.t0)))
    plan = SeriesRevisionRow("pain", 6, 24, "", None, clinic.t0, clinic.nurse, "Dana")
    series_id = clinic.do(lambda c: insert_series(c, clinic.patient, plan))
    told = FollowUpRow(
        clinic.session, series_id, "next_day", 0, clinic.t0, clinic.t0, clinic.t0, "yes", {"now": 3}, None, None,
        None, None, None, None, "", None, clinic.nurse, "Dana",
    )  # fmt: skip
    clinic.do(lambda c: insert_follow_up(c, told))
    file = UploadRow(series_id, "mine.csv", "0" * 64, 1, 0, clinic.t0, clinic.nurse, "Dana")
    upload = clinic.do(lambda c: insert_upload(c, file))
    line = JournalRow(series_id, clinic.t0, 3, None, None, "", "", upload, None, False, "", clinic.t0, None, "Dana")
    clinic.do(lambda c: insert_journal_entries(c, [line]))
    decided = ReassessmentRow(series_id, "r", 0, "relief unknown", "continue", "go on", clinic.t0, None, "Omar")
    clinic.do(lambda c: insert_reassessment(c, decided))
    clinic.do(lambda c: insert_profile(c, ProfileRow(clinic.patient, clinic.t0, clinic.nurse, "Dana")))
    paper = PaperRow(
        Paper.CONSULTATION, clinic.patient, None, None, "{}", "consultation", clinic.nurse, "Dana", "physician",
        clinic.t0, 60, "r4", key_id="k", signature=b"s",
    )  # fmt: skip
    clinic.do(lambda c: insert_paper(c, paper))
    day = clinic.t0.date()
    course = TrainingRow(clinic.nurse, "acls", day, day, "", clinic.t0, clinic.nurse, "Dana")
    trained = clinic.do(lambda c: insert_training(c, course))
    clinic.do(
        lambda c: insert_training_withdrawal(
            c, TrainingWithdrawalRow(trained, "a slip", clinic.t0, clinic.nurse, "Dana")
        )
    )
    clinic.do(lambda c: insert_ranges(c, clinic.session, 1, {"spo2": (0, 1000, 60_000)}, clinic.t0))
    clinic.do(lambda c: ask_for_review(c, clinic.session, [Cause(Why.LEFT)], clinic.t0))
    return clinic


@pytest.mark.parametrize("table", schema.APPEND_ONLY)
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE", "REPLACE"])
def test_what_was_recorded_can_be_neither_changed_nor_deleted(full_clinic, table, verb):
    first = next(iter(schema.metadata.tables[table].columns)).name
    statement = {
        "UPDATE": f"UPDATE {table} SET {first} = {first}",
        "DELETE": f"DELETE FROM {table}",
        "REPLACE": f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    }[verb]
    before = count(full_clinic, schema.metadata.tables[table])
    assert before > 0
    with pytest.raises(WriteFailed) as failure:
        full_clinic.store.write(Batch(acts=(lambda connection: break_out(connection, statement),)))
    assert "append-only" in str(failure.value.__cause__)
    assert count(full_clinic, schema.metadata.tables[table]) == before


def break_out(connection, statement: str) -> None:
    """Run a statement whose refusal must not be mistaken for a conflict between two people."""
    try:
        connection.execute(text(statement))
    except DBAPIError as error:
        raise RuntimeError(str(error)) from error


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM sessions", "UPDATE sessions SET patient_id = 1", "UPDATE sessions SET policy_sha256 = policy_sha256"],
)
def test_a_session_keeps_its_patient_and_its_policy(clinic, statement):
    with pytest.raises(WriteFailed) as failure:
        clinic.store.write(Batch(acts=(lambda connection: break_out(connection, statement),)))
    assert "append-only" in str(failure.value.__cause__)


def test_a_session_may_become_simulated_and_stays_it(clinic):
    planned = SessionRow(clinic.patient, clinic.chair, "scheduled", clinic.a_policy(), clinic.t0, False, clinic.t0)
    session_id = clinic.do(lambda connection: sessions.insert_session(connection, planned))
    clinic.store.write(Batch(simulated=(session_id,)))
    assert clinic.store.read(queries.session_head, session_id).simulated is True
    undo = f"UPDATE sessions SET simulated = 0 WHERE id = {session_id}"
    with pytest.raises(WriteFailed) as failure:
        clinic.store.write(Batch(acts=(lambda connection: break_out(connection, undo),)))
    assert "stays simulated" in str(failure.value.__cause__)


def test_old_raw_blocks_are_pruned_and_nothing_else(clinic):
    blocks = tuple(RawBlock(clinic.at(hours * 3600), (b"x",)) for hours in range(3))
    clinic.store.write(Batch(readings=(clinic.reading(),), raw=blocks))
    assert clinic.do(lambda c: raw.prune_raw(c, clinic.at(3600))) == 1
    assert len(clinic.store.read(queries.raw_blocks, clinic.t0, clinic.at(9999))) == 2
    assert count(clinic, schema.readings) == 1


def test_closing_leaves_one_whole_file(clinic):
    clinic.store.write(Batch(readings=(clinic.reading(),)))
    clinic.store.close()
    assert [path.name for path in clinic.folder.iterdir()] == ["record.db"]
    again = Store(open_engine(clinic.url, clinic.folder))
    assert again.read(queries.readings, clinic.chair, clinic.t0, clinic.at(1))
    again.close()


def test_a_folder_is_claimed_by_one_writer_at_a_time(tmp_path):
    with claim(tmp_path), pytest.raises(ConfigurationRefused, match="Another program"), claim(tmp_path):
        raise AssertionError("two writers")
    with claim(tmp_path):
        pass


WRITER = """
import sys
from datetime import timedelta
from pathlib import Path
from dataclasses import replace
from monitor.store.engine import open_engine
from monitor.store.rows import Batch, ReadingRow, AuditEntry
from monitor.store.store import Store
from datetime import UTC, datetime
url, folder, chair = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
store = Store(open_engine(url, folder))
t0 = datetime(2026, 3, 1, tzinfo=UTC)
for n in range(10**6):
    at = t0 + timedelta(seconds=n)
    row = ReadingRow(chair, None, "M", at, at, at, {"hr": float(n % 100)})
    store.write(Batch(readings=(row,), audit=(AuditEntry(at, "m", "write", str(n), None),)))
    sys.stdout.write(f"{n}\\n")
    sys.stdout.flush()
"""


@pytest.mark.parametrize("after_s", [0.05, 0.15, 0.3])
def test_killing_the_writer_loses_no_row_it_had_answered_for(clinic, after_s):
    clinic.store.close()
    root = Path(__file__).resolve().parents[2]
    arguments = [sys.executable, "-c", WRITER, clinic.url, str(clinic.folder), str(clinic.chair)]
    writer = subprocess.Popen(arguments, stdout=subprocess.PIPE, cwd=root, env={**os.environ, "PYTHONPATH": str(root)})
    first = writer.stdout.readline()
    time.sleep(after_s)
    writer.send_signal(signal.SIGKILL)
    answered = [int(line) for line in (first + writer.communicate()[0]).split(b"\n")[:-1]]
    assert answered
    store = Store(open_engine(clinic.url, clinic.folder))
    far = clinic.t0 + timedelta(days=30)
    stored = len(store.read(queries.readings, clinic.chair, clinic.t0 - timedelta(days=1), far))
    assert len(answered) <= stored <= len(answered) + 1
    assert len(store.read(queries.audit_page, limit=10**6)) == stored
    assert store.read(lambda c: c.exec_driver_sql("PRAGMA integrity_check").scalar()) == "ok"
    store.close()
