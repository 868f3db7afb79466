"""The log of the devices' own alarms: each from its first word to its end, and open when no end was said."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.store.queries.alarms import DeviceAlarmRecord
from monitor.ward.device_alarm_log import spans

AT = datetime(2026, 3, 5, 13, 0, tzinfo=UTC)


def row(seconds: float, phase: str | None, **more: str | None) -> DeviceAlarmRecord:
    at = AT + timedelta(seconds=seconds)
    made = DeviceAlarmRecord(1, 1, 1, "PUMP", "9", "Holder Open", phase, "high", at, at + timedelta(seconds=1))
    return replace(made, **more)  # type: ignore[arg-type]


SEQUENCES = [
    # (what was said, [(began, ended, words)])
    ([row(0, "start"), row(5, "end")], [(0, 5, 2)]),
    ([row(0, "start"), row(5, "update", audio="audio-paused"), row(6, "update", audio="audio-paused")], [(0, None, 2)]),
    ([row(0, "start", state="active"), row(9, "update", state="inactive")], [(0, 9, 2)]),
    ([row(0, "start"), row(5, "end"), row(60, "start"), row(70, "end")], [(0, 5, 2), (60, 70, 2)]),
    ([row(0, "start"), row(1, "start"), row(5, "end")], [(0, 5, 2)]),
    ([row(0, "start", source_channel="a"), row(1, "start", source_channel="b"), row(5, "end", source_channel="b")],
     [(0, None, 1), (1, 5, 2)]),
    ([row(0, "start", device="P1"), row(1, "start", device="P2"), row(5, "end", device="P2")],
     [(0, None, 1), (1, 5, 2)]),
    ([row(0, None), row(1, None), row(2, None)], [(0, None, 1)]),
    ([row(0, None), row(1, None), row(90, None)], [(0, None, 1), (90, None, 1)]),
    ([row(3, "end")], [(3, 3, 1)]),
    ([], []),
]  # fmt: skip


@pytest.mark.parametrize(("said", "expected"), SEQUENCES)
def test_words_become_alarms(said: list[DeviceAlarmRecord], expected: list[tuple[int, int | None, int]]) -> None:
    def seconds(at: datetime | None) -> float | None:
        return None if at is None else (at - AT).total_seconds()

    assert [(seconds(one.began_at), seconds(one.ended_at), len(one.words)) for one in spans(said)] == expected


def test_an_alarm_tells_its_last_words_and_when_it_was_said_last() -> None:
    (told,) = spans([row(0, "start"), row(5, "update", text="Holder Open!", priority=None)])
    assert (told.text, told.priority, told.last_said_at) == ("Holder Open!", "high", AT + timedelta(seconds=5))
    assert not told.repeated
