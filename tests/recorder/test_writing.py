"""The one writer: bounded waiting, nothing judged lost, order kept, and nothing that keeps all else out for ever."""

import threading
import time

import pytest

from monitor.counters import Counters
from monitor.errors import MonitorError
from monitor.recorder import writing
from monitor.recorder.writing import Outcome, Writer
from monitor.runtime import ThreadRuntime
from monitor.store.rows import Batch, Written
from tests.recorder.records import ScriptedRecord, alarm_event, broken, failed, locked, reading, refused


def never(written: Written | None) -> None:
    raise AssertionError("nothing was late")


def a_writer(record: ScriptedRecord) -> tuple[Writer, Counters]:
    counters = Counters()
    return Writer(record, ThreadRuntime(), counters), counters


def settle(writer: Writer) -> None:
    """Wait until a slow commit has been heard of."""
    ends_at = time.monotonic() + 10
    while writer._stuck is not None and time.monotonic() < ends_at:
        writer.poll()
        time.sleep(0.01)
    assert writer._stuck is None


def test_a_fast_commit_is_recorded_and_gives_its_answers() -> None:
    record = ScriptedRecord()
    writer, _ = a_writer(record)
    outcome, written = writer.commit(Batch(readings=(reading(70),), acts=(lambda connection: "done",)), never)
    assert (outcome, written) == (Outcome.RECORDED, Written(1, ("done",)))
    assert writer.not_recording_s is None
    assert not writer.owes


def test_a_slow_commit_is_waited_for_no_longer_than_the_law_allows_and_its_result_comes_once() -> None:
    record = ScriptedRecord(gate=threading.Event())
    writer, counters = a_writer(record)
    late: list[Written | None] = []
    began_s = time.monotonic()
    outcome, written = writer.commit(Batch(readings=(reading(70),), acts=(lambda connection: "done",)), late.append)
    assert 0.4 < time.monotonic() - began_s < 2.0
    assert (outcome, written) == (Outcome.UNCERTAIN, None)
    assert writer.not_recording_s is not None
    assert late == []
    record.gate.set()
    settle(writer)
    writer.poll()
    assert late == [Written(1, ("done",))]
    assert writer.not_recording_s is None
    assert not writer.owes
    assert counters.registry.get_sample_value("recording") == 1


def test_while_a_commit_is_stuck_new_batches_fail_at_once_and_are_written_behind_it() -> None:
    record = ScriptedRecord(gate=threading.Event())
    writer, _ = a_writer(record)
    writer.commit(Batch(readings=(reading(1),), alarm_events=(alarm_event("raised"),)), lambda written: None)
    for number in (2, 3):
        began_s = time.monotonic()
        assert writer.commit(Batch(readings=(reading(number),)), never) == (Outcome.FAILED, None)
        assert time.monotonic() - began_s < 0.2
    assert record.tried == 1
    record.gate.set()
    settle(writer)
    assert writer.commit(Batch(readings=(reading(4),)), never)[0] is Outcome.RECORDED
    assert record.readings() == [1, 2, 3, 4]


def test_a_slow_commit_that_fails_is_written_before_what_came_while_it_was_stuck() -> None:
    record = ScriptedRecord(gate=threading.Event(), failure=lambda batch: locked())
    writer, _ = a_writer(record)
    late: list[Written | None] = []
    writer.commit(Batch(readings=(reading(1),), alarm_events=(alarm_event("raised"),)), late.append)
    writer.commit(Batch(readings=(reading(2),), alarm_events=(alarm_event("escalated"),)), never)
    record.gate.set()
    settle(writer)
    assert late == [None]
    record.failure = lambda batch: None
    writer.commit(Batch(alarm_events=(alarm_event("ended"),)), never)
    assert record.readings() == [1, 2]
    assert record.events() == ["raised", "escalated", "ended"]


def test_a_failed_commit_is_owed_and_written_first_when_the_record_heals_but_its_acts_have_no_effect() -> None:
    acted: list[str] = []
    record = ScriptedRecord(failure=lambda batch: locked())
    writer, counters = a_writer(record)
    batch = Batch(readings=(reading(1),), acts=(lambda connection: acted.append("act"),))
    assert writer.commit(batch, never) == (Outcome.FAILED, None)
    assert writer.owes
    assert counters.registry.get_sample_value("recording") == 0
    record.failure = lambda batch: None
    assert writer.commit(Batch(readings=(reading(2),)), never)[0] is Outcome.RECORDED
    assert record.readings() == [1, 2]
    assert acted == []
    assert not writer.owes
    assert counters.registry.get_sample_value("recording") == 1


def test_what_is_owed_is_bounded_and_the_oldest_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "OWED_READINGS_MAX", 5)
    monkeypatch.setattr(writing, "OWED_BYTES_MAX", 100)
    record = ScriptedRecord(failure=lambda batch: locked())
    writer, _ = a_writer(record)
    for number in range(10):
        writer.commit(Batch(readings=(reading(number),), quarantine=(refused(b"x" * 40),)), never)
    record.failure = lambda batch: None
    writer.commit(Batch(), never)
    assert record.readings() == [0, 1, 2, 3, 4]
    assert sum(len(batch.quarantine) for batch in record.batches) == 2


@pytest.mark.parametrize("poison", range(7))
def test_a_row_the_record_can_never_take_is_set_aside_and_everything_else_is_stored(poison: int) -> None:
    def failure(batch: Batch) -> Exception | None:
        return broken() if any(row.values["hr"] == poison for row in batch.readings) else None

    record = ScriptedRecord(failure=failure)
    writer, counters = a_writer(record)
    rows = tuple(reading(number) for number in range(7))
    outcome, written = writer.commit(
        Batch(readings=rows, alarm_events=(alarm_event("raised"),), acts=(lambda connection: "done",)), never
    )
    assert outcome is Outcome.RECORDED
    assert written == Written(6, ("done",))
    assert record.readings() == [number for number in range(7) if number != poison]
    assert record.events() == ["raised"]
    kept = [row for batch in record.batches for row in batch.quarantine]
    assert len(kept) == 1
    assert f"'hr': {poison}" in kept[0].raw.decode()
    assert "IntegrityError" in kept[0].reason
    assert counters.registry.get_sample_value("rows_set_aside_total", {"part": "readings"}) == 1
    assert not writer.owes
    assert writer.commit(Batch(readings=(reading(99),)), never)[0] is Outcome.RECORDED


def test_a_row_owed_from_a_bad_time_that_turns_out_to_be_poison_does_not_stop_the_record() -> None:
    record = ScriptedRecord(failure=lambda batch: locked())
    writer, _ = a_writer(record)
    writer.commit(Batch(readings=(reading(1), reading(666), reading(2))), never)
    record.failure = lambda batch: (
        failed(ValueError("no column")) if any(row.values["hr"] == 666 for row in batch.readings) else None
    )
    assert writer.commit(Batch(readings=(reading(3),)), never)[0] is Outcome.RECORDED
    assert record.readings() == [1, 2, 3]


def test_a_locked_record_sets_nothing_aside_even_in_the_middle_of_sorting_out() -> None:
    def failure(batch: Batch) -> Exception | None:
        if len(batch.readings) > 2:
            return broken()
        return locked()

    record = ScriptedRecord(failure=failure)
    writer, counters = a_writer(record)
    rows = tuple(reading(number) for number in range(4))
    assert writer.commit(Batch(readings=rows), never) == (Outcome.FAILED, None)
    record.failure = lambda batch: None
    writer.commit(Batch(), never)
    assert record.readings() == [0, 1, 2, 3]
    assert counters.registry.get_sample_value("rows_set_aside_total", {"part": "readings"}) is None


def test_an_act_with_a_fault_is_refused_alone_and_its_neighbours_keep_their_answers() -> None:
    def failure(batch: Batch) -> Exception | None:
        for index, act in enumerate(batch.acts):
            if act is bug:
                return failed(KeyError("who"), act=index)
        return None

    def bug(connection: object) -> object:
        raise KeyError("who")

    record = ScriptedRecord()
    record.failure = failure
    answered: list[object] = []

    def write(batch: Batch) -> Written:
        found = failure(batch)
        if found is not None:
            raise found
        answers: list[object] = []
        for act in batch.acts:
            try:
                answers.append(act(None))  # type: ignore[arg-type]
            except MonitorError as refusal:
                answers.append(refusal)
        record.batches.append(batch)
        return Written(len(batch.readings), tuple(answers))

    record.write = write  # type: ignore[method-assign]
    writer, counters = a_writer(record)
    batch = Batch(readings=(reading(1),), acts=(lambda connection: "first", bug, lambda connection: "third"))
    outcome, written = writer.commit(batch, never)
    assert outcome is Outcome.RECORDED
    assert written is not None
    answered = list(written.answers)
    assert answered[0] == "first"
    assert answered[2] == "third"
    assert isinstance(answered[1], MonitorError)
    assert record.readings() == [1]
    assert counters.registry.get_sample_value("rows_set_aside_total", {"part": "acts"}) == 1


def test_a_fault_in_using_a_late_result_costs_the_next_batch_nothing() -> None:
    def fault(written: Written | None) -> None:
        raise RuntimeError("a bug")

    record = ScriptedRecord(gate=threading.Event())
    writer, _ = a_writer(record)
    writer.commit(Batch(readings=(reading(1),)), fault)
    record.gate.set()
    settle(writer)
    assert writer.commit(Batch(readings=(reading(2),)), never)[0] is Outcome.RECORDED
    assert record.readings() == [1, 2]


def test_before_the_end_a_slow_commit_is_awaited_and_what_is_owed_is_tried_once_more() -> None:
    record = ScriptedRecord(gate=threading.Event())
    writer, _ = a_writer(record)
    writer.commit(Batch(readings=(reading(1),)), lambda written: None)
    writer.commit(Batch(readings=(reading(2),)), never)
    threading.Timer(0.2, record.gate.set).start()
    writer.close(5.0)
    assert record.readings() == [1, 2]
    assert not writer.owes


def test_an_error_nobody_expected_is_a_failure_and_never_the_end_of_the_writer() -> None:
    record = ScriptedRecord(failure=lambda batch: RuntimeError("a bug in the store"))
    writer, _ = a_writer(record)
    assert writer.commit(Batch(readings=(reading(1),)), never) == (Outcome.FAILED, None)
    record.failure = lambda batch: None
    assert writer.commit(Batch(), never)[0] is Outcome.RECORDED
    assert record.readings() == [1]
