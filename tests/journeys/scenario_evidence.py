"""Every scenario in a chair of its own, in one speeded clinic; what the nurses' side shows and keeps of each.

Law: nothing of a scenario is known here but its file; what was measured is asked of the simulator again.
"""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from simulators.bedside import run_beds
from simulators.chair import Chair
from simulators.expectations import (
    AlarmRaised,
    DeviceAlarm,
    EachOnce,
    Expectation,
    NoOtherAlarm,
    PumpTold,
    Shown,
    Window,
)
from simulators.hl7_writer import Observation, Sender
from simulators.hl7_writer.dialects import DIALECTS, Moment
from simulators.outfit import Outfit, Wish, seat
from simulators.scenario import Scenario, load, names
from simulators.timelines import Beat
from tests.journeys.clinic import ORDER, Clinic
from tests.prepared import screen_and_prepare
from tests.server import PASSWORD

SPEEDS, HZ, SEED = (12, 6), 0.2, 1  # the slower for a machine that is too busy for the faster
LIVE = ("fresh", "questionable")
SETTLES_MIN = 0.5


def told() -> dict[str, Scenario]:
    """The scenarios that promise something, by name."""
    return {name: load(name).beds[0] for name in names() if load(name).expected}


def last_minute(expected: Iterable[Expectation]) -> float:
    """The minute by which every outcome is decided."""
    return max(_decided_by(one) for one in expected)


def _decided_by(one: Expectation) -> float:
    match one:
        case AlarmRaised():
            return max(one.raised.until_min, one.ends_by_min or 0.0)
        case DeviceAlarm():
            return one.raised.until_min
        case PumpTold():
            return one.told.until_min
        case Shown():
            return one.shown.until_min
        case _:
            return 0.0


@dataclass
class Evidence:
    """What came of one scenario."""

    scenario: Scenario
    bed: str
    start: datetime
    minutes: float
    session_id: int = 0
    numbers: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    alarms: list[dict[str, Any]] = field(default_factory=list)
    device_alarms: list[dict[str, Any]] = field(default_factory=list)
    pump_events: list[dict[str, Any]] = field(default_factory=list)
    readings: list[dict[str, Any]] = field(default_factory=list)

    def minute(self, at: str) -> float:
        return (datetime.fromisoformat(at) - self.start).total_seconds() / 60

    def is_looked_at(self, minute: float) -> bool:
        """Whether an outcome asks what is shown now."""
        return any(one.shown.holds(minute) for one in self.shows())

    def shows(self) -> list[Shown]:
        """The outcomes that ask what is shown."""
        return [one for one in self.scenario.expected if isinstance(one, Shown)]

    def looked_whenever_asked(self) -> bool:
        """Whether somebody looked in every stretch of which an outcome asks what is shown."""
        minutes = [minute for minute, _ in self.numbers]
        return all(any(one.shown.holds(minute) for minute in minutes) for one in self.shows())

    def within(self, at: str, window: Window) -> bool:
        return window.holds(self.minute(at))

    def came_of(self, expected: Expectation) -> str | None:
        """None when it came as expected; otherwise what came instead, in words."""
        judge: Callable[[Any], str | None] = {
            AlarmRaised: self._alarm,
            NoOtherAlarm: self._no_other,
            DeviceAlarm: self._device_alarm,
            PumpTold: self._pump_told,
            Shown: self._shown,
            EachOnce: self._each_once,
        }[type(expected)]
        return judge(expected)

    def _story(self) -> list[str]:
        return [
            f"{self.minute(event['at']):.2f} {alarm['rule']} {event['event']} {event['priority']}"
            for alarm in self.alarms
            for event in alarm["events"]
        ]

    def _alarm(self, wanted: AlarmRaised) -> str | None:
        for alarm in self.alarms:
            events = alarm["events"]
            reached = any(
                one["priority"] == wanted.priority and self.within(one["at"], wanted.raised) for one in events
            )
            over = [self.minute(one["at"]) for one in events if one["event"] in ("ended", "latched")]
            in_time = wanted.ends_by_min is None or (bool(over) and max(over) <= wanted.ends_by_min)
            if alarm["rule"] == wanted.rule and reached and in_time:
                return None
        return f"alarms were: {self._story()}"

    def _no_other(self, wanted: NoOtherAlarm) -> str | None:
        others = [
            alarm
            for alarm in self.alarms
            if alarm["kind"] == "physiological"
            and alarm["rule"] not in wanted.named
            and self.minute(alarm["raised_at"]) > 0
        ]
        return f"also rang: {self._story()}" if others else None

    def _device_alarm(self, wanted: DeviceAlarm) -> str | None:
        found = [
            one
            for one in self.device_alarms
            if any(wanted.said in word["text"] for word in one["words"]) and self.within(one["began_at"], wanted.raised)
        ]
        said = [f"{self.minute(one['began_at']):.2f} {one['text']}" for one in self.device_alarms]
        return None if found else f"the devices said: {said}"

    def _pump_told(self, wanted: PumpTold) -> str | None:
        found = [
            one
            for one in self.pump_events
            if one["kind"] == wanted.event and self.within(one["charted_at"], wanted.told)
        ]
        said = [f"{self.minute(one['charted_at']):.2f} {one['kind']}" for one in self.pump_events]
        return None if len(found) == 1 else f"the pump told: {said}"

    def _shown(self, wanted: Shown) -> str | None:
        seen = [
            (minute, number)
            for minute, numbers in self.numbers
            for number in (numbers[wanted.vital],)
            if wanted.shown.holds(minute)
        ]
        live = [minute for minute, number in seen if number["state"] in LIVE and number.get("value") is not None]
        words = (
            f"live in {len(live)} of {len(seen)} looks: {[(round(m, 2), n['state'], n.get('value')) for m, n in seen]}"
        )
        if not seen:
            return "nobody looked in that time"
        if wanted.live:  # a busy machine may miss a beat; a dead number must never be shown as live
            return None if len(live) >= 0.8 * len(seen) else words
        return words if live else None

    def _each_once(self, wanted: EachOnce) -> str | None:
        measured, chair = Counter[tuple[datetime, float]](), Chair(self.scenario, f"{SEED}/{self.bed}")
        for tick in range(int(self.minutes * 60 * HZ)):
            due_s = tick / HZ
            for one in chair.observe(due_s):
                if one.vital == wanted.vital:
                    measured[(self.start + timedelta(seconds=due_s), float(one.text))] += 1
        kept = Counter[tuple[datetime, float]]()
        for row in self.readings:
            at = datetime.fromisoformat(row["measured_at"])
            if row["vital"] == wanted.vital and at >= self.start:
                kept[(at, row["value"])] += 1
        lost, more = measured - kept, kept - measured
        return f"of {measured.total()}: lost {sorted(lost)}, too many {sorted(more)}" if lost or more else None


def gather(folder: Path) -> dict[str, Evidence]:
    """What came of every scenario that promises something, by its name; once more, slower, if the machine was starved.

    At 12 times the time a feed is silent after 1.25 s without a processor, and a stretch may pass in which nobody could
    look: that is the machine's story, no file's.
    """
    for speed in SPEEDS:
        evidence = _gather_at(speed, folder / f"{speed}x")
        if not _starved(evidence):
            break
    return evidence


def _starved(evidence: dict[str, Evidence]) -> bool:
    calm = evidence["calm"]
    silent = any(alarm["rule"] == "feed_silent" and calm.minute(alarm["raised_at"]) > 0 for alarm in calm.alarms)
    return silent or not all(one.looked_whenever_asked() for one in evidence.values())


def _gather_at(speed: int, folder: Path) -> dict[str, Evidence]:
    """Run every scenario at this speed."""
    folder.mkdir()
    scenarios = told()
    chairs = {f"CH{number}": f"BED{number}" for number in range(1, len(scenarios) + 1)}
    clinic = Clinic.open(folder, chairs, MONITOR_CLOCK=f"{speed}x@2026-03-01T08:00:00Z", MONITOR_DEMO="1")
    try:
        sessions = [
            _begin(clinic, chair, bed, one)
            for (chair, bed), one in zip(chairs.items(), scenarios.values(), strict=True)
        ]
        start = clinic.now(sessions[0]).replace(microsecond=0)
        evidence = {}
        outfit = Outfit()
        for (name, scenario), bed, session_id in zip(scenarios.items(), chairs.values(), sessions, strict=True):
            minutes = last_minute(scenario.expected) + SETTLES_MIN
            evidence[name] = Evidence(scenario, bed, start, minutes, session_id)
            seat(outfit, bed, scenario, start, Beat(HZ, 0.0, minutes * 60), Wish(seed=SEED))
        _watch(clinic, outfit, list(evidence.values()), speed)
        for one in evidence.values():
            _collect(clinic, one)
    finally:
        clinic.server.stop()
    assert "Traceback" not in clinic.server.log()
    return evidence


def _begin(clinic: Clinic, chair: str, bed: str, scenario: Scenario) -> int:
    session_id, order = clinic.plan(chair, f"S-{chair}"), scenario.pump.order if scenario.pump else None
    nurse, physician = clinic.nurse, clinic.physician
    nurse.act(session_id, "check_in")
    nurse.act(session_id, "record_weight", weight_kg=80.0 if order is None else order.weight_kg)
    physician.act(session_id, "record_order", **ORDER, password=PASSWORD)
    nurse.act(session_id, "confirm_consent")
    screen_and_prepare(nurse, session_id)
    clinic.server.send(*_baseline(bed, clinic.now(session_id)))
    nurse.act(session_id, "capture_baseline")
    clinic.colleague.act(session_id, "second_check")
    physician.act(session_id, "physician_clearance")
    nurse.act(session_id, "start", rate_ml_per_h=60.0)
    return session_id


def _baseline(bed: str, now: datetime) -> list[bytes]:
    """Two cuffs a few minutes apart, and some of everything else, as this bed's own monitor says them."""
    sent: list[bytes] = []
    cuff = {"nibp_sys": "122", "nibp_dia": "76", "nibp_mean": "91"}
    calm = {"hr": "72", "pr": "72", "spo2": "97", "rr": "15", "etco2": "37"}
    rounds = [(cuff, 240.0), (cuff, 60.0), (calm, 6.0), (calm, 4.0), (calm, 2.0)]
    for number, (values, ago_s) in enumerate(rounds):
        at = now - timedelta(seconds=ago_s)
        rows = [Observation(vital, text, at) for vital, text in values.items()]
        said = DIALECTS["pcd01"](Sender(bed), Moment(now, rows), lambda number=number: f"{bed}.before.{number}")
        sent += [message for _, message in said]
    return sent


def _watch(clinic: Clinic, outfit: Outfit, evidence: Sequence[Evidence], speed: int) -> None:
    """Look at every chair, as a station does, until the monitors have sent everything."""
    over = threading.Event()

    def send() -> None:
        try:
            host, _, port = clinic.mllp.partition(":")
            asyncio.run(run_beds(outfit.devices, host, int(port), speed=speed, wires=outfit.writes, say=lambda _: None))
        finally:
            over.set()

    threading.Thread(target=send, daemon=True).start()
    while not over.wait(0.1):
        at = clinic.now(evidence[0].session_id).isoformat()
        for one in evidence:
            if one.is_looked_at(one.minute(at)):
                live = clinic.nurse.get(f"/sessions/{one.session_id}")["live"]
                one.numbers.append((one.minute(live["now_at"]), live["numbers"]))


def _collect(clinic: Clinic, one: Evidence) -> None:
    path = f"/sessions/{one.session_id}"
    one.alarms = clinic.nurse.get(f"{path}/alarms")
    one.device_alarms = clinic.nurse.get(f"{path}/device-alarms")
    one.pump_events = clinic.nurse.get(f"{path}/pump-events")
    one.readings = clinic.nurse.get(f"{path}/readings")
