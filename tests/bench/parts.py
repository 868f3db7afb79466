"""The bench of single steps in this process: reading, judging, predicting, judging a stored session again."""

import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from flask import Flask
from flask_login import LoginManager, login_user

from monitor.clinical.alarms.judging import judge_readings
from monitor.clinical.dosing.pharmacokinetics import Doses, predict
from monitor.clinical.quality import SignalMemory, assess
from monitor.clinical.session import SessionState
from monitor.clinical.vitals import Reading, Vital
from monitor.clinical.watched import Baseline, Watched
from monitor.hl7.batch import split
from monitor.hl7.familiar import Familiar
from monitor.hl7.message import parse
from monitor.hl7.mllp import FrameBuffer
from monitor.hl7.reader import read
from monitor.hl7.source import EVERY_OTHER, SourceSettings
from monitor.provisions import read_codes, read_policy
from monitor.recorder.replaying import Replay, StoredSession
from monitor.recorder.what_if import what_if
from monitor.security.roles import Action, Role
from monitor.security.sign_in import Identity
from monitor.store.queries.received import ReceivedRow
from monitor.store.queries.sessions import SessionEventRecord, SessionRecord
from monitor.ward.live_session import PatientLabel
from monitor.web.doors import Door, check
from monitor.web.here import User
from tests.bench.clinic import BASELINE
from tests.bench.traffic import Clock, Template
from tests.security.clinic import GOOD, open_office

ROUNDS, BATCH = 200, 20


def parse_us(*, again: bool) -> dict[str, float]:
    """Frame, parse and read one message of ten observations, microseconds; `again` when its form is known."""
    codes, settings, at = read_codes(), SourceSettings(zone=ZoneInfo("UTC")), datetime.now(UTC)
    template, clock = Template("B1", {}), Clock()
    messages = [template.fill(b"B1-%d" % number, clock.text(time.time()), number) for number in range(BATCH)]
    frames, familiar = FrameBuffer(1 << 20), Familiar(codes) if again else None

    def one(raw: bytes) -> None:
        for frame in frames.feed(raw):
            for part in split(frame.raw):
                if familiar is None or familiar.recall(part, at) is None:
                    message = parse(part)
                    device = read(message, codes, settings, at)
                    if familiar is not None:
                        familiar.learn(part, message, device, settings)

    return _timed(lambda: [one(raw) for raw in messages])


def judge_us() -> dict[str, float]:
    """Assess and judge one message of ten values inside their limits, microseconds."""
    policy, _ = read_policy("adult-ketamine")
    at = datetime.now(UTC)
    baseline = Baseline({Vital(vital): value for vital, value in BASELINE.items()}, at)
    context = Watched(SessionState.INFUSING, baseline)
    readings = [Reading(Vital(vital), value, at) for vital, value in BASELINE.items()]
    readings += [
        Reading(vital, value, at) for vital, value in ((Vital.ETCO2, 38.0), (Vital.TEMP, 36.8), (Vital.PI, 3.4))
    ]
    _, memory = assess(policy.quality, SignalMemory(), readings)

    def judge() -> None:
        assessed, _ = assess(policy.quality, memory, readings)
        judge_readings({}, policy, context, assessed, at, 1.0, str)

    return _timed(lambda: [judge() for _ in range(BATCH)])


def predict_us() -> dict[str, float]:
    """Plasma and effect site at one moment of a session of 30 rates and three boluses, microseconds."""
    policy, _ = read_policy("adult-ketamine")
    rates = [(place * 4.0, 0.01 + place % 5 * 0.001) for place in range(30)]
    doses = Doses(rates, [(3.0, 0.1), (50.0, 0.2), (90.0, 0.1)])
    model = policy.prediction.model
    return _timed(lambda: [predict(model, doses, 120.0 + minute) for minute in range(BATCH)])


def authorise_us() -> dict[str, float]:
    """What the door of a route adds to a request of somebody signed in, microseconds; who it is was read before."""
    app, door = Flask("bench"), Door(Action.CHART, "")
    app.secret_key = "bench"
    LoginManager(app)
    nurse = Identity(1, "nurse", "R. Alvarez RN", Role.NURSE, sign_in="x")
    with app.test_request_context():
        login_user(User(nurse, "secret"))
        return _timed(lambda: [check(door) for _ in range(BATCH)])


def identify_us() -> dict[str, float]:
    """Who holds a cookie's secret, microseconds: its row in a real database, read beside the hub as all is."""
    with tempfile.TemporaryDirectory() as folder, open_office(Path(folder)) as office:
        office.hire("ana")
        secret, _ = office.sign_ins.sign_in("ana", GOOD, "192.0.2.1")
        return _timed(lambda: [office.sign_ins.identify(secret) for _ in range(BATCH)])


REPLAY_S, REPLAYS = 7200, 3


def replay_s() -> dict[str, float]:
    """Judge a stored session of 2 hours at 1 Hz again, seconds; the record is made in memory, reading it is not."""
    policy, _ = read_policy("adult-ketamine")
    codes, sources = read_codes(), {EVERY_OTHER: SourceSettings(zone=ZoneInfo("UTC"))}
    stored = _recorded(policy.sha256, REPLAY_S)
    spent_s = []
    for _ in range(REPLAYS):
        began_s = time.perf_counter()
        Replay(stored, policy, sources, codes).run()
        spent_s.append(time.perf_counter() - began_s)
    worst = round(max(spent_s), 3)
    return {"p50": round(sorted(spent_s)[REPLAYS // 2], 3), "p95": worst, "p99": worst}


WHAT_IF_S = 10_800
FOUR_MORE = {"fico2": 1.0, "abp_sys": 128.0, "abp_dia": 74.0, "abp_mean": 92.0}


def what_if_s() -> dict[str, float]:
    """Judge 3 hours of ten vitals at 1 Hz under their own policy and another and compare, in seconds."""
    policy, _ = read_policy("adult-ketamine")
    codes, sources = read_codes(), {EVERY_OTHER: SourceSettings(zone=ZoneInfo("UTC"))}
    stored = _recorded(policy.sha256, WHAT_IF_S, FOUR_MORE)
    spent_s = []
    for _ in range(REPLAYS):
        began_s = time.perf_counter()
        what_if(stored, policy, replace(policy, sha256="0" * 64), sources, codes)
        spent_s.append(time.perf_counter() - began_s)
    worst = round(max(spent_s), 3)
    return {"p50": round(sorted(spent_s)[REPLAYS // 2], 3), "p95": worst, "p99": worst}


def _recorded(sha256: str, seconds: int, more: Mapping[str, float] = MappingProxyType({})) -> StoredSession:
    """Six continuous vitals and more each second, a cuff every 10 minutes, a desaturation every quarter of an hour."""
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    vitals = {"hr": 74.0, "pr": 74.0, "rr": 14.0, "pi": 3.4, "etco2": 38.0, **more}
    rows = []
    for second in range(seconds):
        when = at + timedelta(seconds=second)
        values = {**vitals, "spo2": 86.0 if second % 900 < 60 else 97.0}
        if second % 600 == 0:
            values |= {"nibp_sys": 126.0, "nibp_dia": 76.0, "nibp_mean": 93.0}
        rows.append(ReceivedRow(when, when, "SIM^MON", values, {}, frozenset(), frozenset(), ()))
    steps = (("check_in", "scheduled", "preparing", {}), ("capture_baseline", "preparing", "preparing",
             {"values": BASELINE}), ("start", "preparing", "infusing", {"rate_ml_per_h": 20.0}))  # fmt: skip
    events = tuple(
        SessionEventRecord(
            number, 1, number, event, was, now, at, at, None, "nurse", None, details, str(number), "bench"
        )
        for number, (event, was, now, details) in enumerate(steps, 1)
    )
    head = SessionRecord(1, 1, 1, "infusing", 3, "adult-ketamine", "1", sha256, at, True, at)
    label = PatientLabel(1, "B1", "B.B.", "B1")
    return StoredSession(
        head=head,
        label=label,
        chair_name="1",
        rows=tuple(rows),
        withdrawals=(),
        device_alarms=(),
        pump_events=(),
        events=events,
        assessments=(),
        alarms=(),
        rebound_at=(),
        ended_at=at + timedelta(seconds=seconds),
    )


def _timed(work: Callable[[], object]) -> dict[str, float]:
    spent_us = []
    for _ in range(ROUNDS):
        began_s = time.perf_counter()
        work()
        spent_us.append((time.perf_counter() - began_s) / BATCH * 1e6)
    ranked = sorted(spent_us)
    return {
        name: round(ranked[int(share * (len(ranked) - 1))], 1)
        for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
    }
