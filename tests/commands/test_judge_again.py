"""The process that judges again: its answer, its refusals, and that the server gets them whole."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config import Config
from monitor.app.judging_process import JudgingProcess
from monitor.clock import parse_clock
from monitor.commands.judge_again import compared
from monitor.errors import NotFound, Refused
from monitor.recorder.what_if import NotJudged
from monitor.runtime import ThreadRuntime
from tests.commands.test_replay import record  # noqa: F401 - a fixture
from tests.recorder.house import POLICY


def test_the_server_is_given_the_comparison_by_a_process_of_its_own(record: Config) -> None:  # noqa: F811
    now = parse_clock(record.clock).now()
    found = JudgingProcess(record, ThreadRuntime(1)).compare(1, POLICY.sha256, now)
    assert found["repeats_record"] is True
    assert {one["then"]["rule"] for one in found["alarms"]} >= {"spo2_low", "spo2_desaturation", "feed_silent"}
    assert "Kowalska" not in str(found)


def test_what_the_process_refuses_or_does_not_do_is_said(
    record: Config,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=1)
    process = JudgingProcess(record, ThreadRuntime(1))
    with pytest.raises(Refused, match="nothing was judged"):
        process.compare(2, POLICY.sha256, now)
    task = json.loads(process.task(1, "f" * 64, now))
    with pytest.raises(NotFound):
        compared(task)
    monkeypatch.setattr("monitor.app.judging_process.sys.executable", "/bin/false")
    with pytest.raises(NotJudged, match="could not be judged again"):
        process.compare(1, POLICY.sha256, now)
