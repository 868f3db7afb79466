"""A whole visit over the API and real sockets, from who a patient is to how they were the day after.

The clock runs 100 times as fast.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.clinic import CONFIRMED, ORDER, Clinic, after
from tests.journeys.series_steps import asked_the_next_day, ordered_series
from tests.live_page import Page, Payload
from tests.prepared import PREPARED, SCREENED, screen_and_prepare
from tests.server import HOUSE, PASSWORD, ApiRefused, simulator, wait_for

SPEED = 100
BED = "SIM1"
STEPS = ["order", "consent", "second_check", "physician_clearance", "baseline", "weight"]
GUARDS = [*STEPS, "responsible_nurse", "screening", *PREPARED, "vital_gate"]


@dataclass
class Afternoon:
    """One visit at one chair."""

    clinic: Clinic
    page: Page
    session_id: int = 0
    series_id: int = 0
    series_order: int = 0
    alarm: Payload = field(default_factory=dict)
    ended_at: str = ""

    def act(self, event: str, **more: Any) -> Any:
        return self.clinic.nurse.act(self.session_id, event, **more)

    @contextmanager
    def monitor(self, scenario: str) -> Iterator[None]:
        """The bedside monitor sends, on the server's own time, until the block ends."""
        beat = self.page.wait("heartbeat", since_s=time.monotonic())
        began_s = time.monotonic()
        start = datetime.fromisoformat(beat.payload["sent_at"]) + timedelta(seconds=0.3 * SPEED)
        arguments = ("--to", self.clinic.mllp, "--bed", BED, "--hz", "0.1", "--speed", str(SPEED))
        with simulator(scenario, *arguments, "--start", start.isoformat()):
            self.page.wait("tiles", lambda pushed: pushed["tiles"][0]["feed"]["state"] == "live", since_s=began_s)
            yield

    def refused(self, do: Callable[[], Any]) -> ApiRefused:
        with pytest.raises(ApiRefused) as refusal:
            do()
        return refusal.value

    def acknowledge(self, alarm: Payload, priority: str) -> tuple[int, Any]:
        seen = {"priority": priority, "value": alarm["value"]}
        return self.clinic.nurse.ask("POST", f"/sessions/{self.session_id}/alarms/{alarm['id']}/acknowledge", seen)

    def acknowledge_whatever_else_was_high(self) -> None:
        """As a nurse would: on a busy machine the feed may have faltered, which is a High alarm during an infusion."""
        for alarm in self.clinic.alarms(self.session_id):
            if alarm["priority"] == "high" and not alarm["acknowledgements"]:
                self.acknowledge(alarm, "high")

    def minutes_after_the_end(self, minutes: float) -> None:
        self.clinic.wait_until(self.session_id, after(self.ended_at, minutes))


def planning(visit: Afternoon) -> None:
    """Registered, consulted, a series and its order signed, the first infusion on the list of its chair."""
    clinic = visit.clinic
    names = {"hospital_id": "A-42", "family_name": "Kowal", "given_name": "Maria", "birth_date": "1961-02-03"}
    patient = clinic.nurse.post("/patients", names)
    visit.series_id, visit.series_order = ordered_series(clinic, patient["id"])
    wanted = {"patient_id": patient["id"], "chair_id": clinic.chair("CH1")["id"], "series_id": visit.series_id}
    planned = clinic.nurse.post("/sessions", wanted)
    visit.session_id = int(planned["id"])
    assert (planned["series"]["number"], planned["series"]["planned"]) == (1, 6)


def a_hard_stop(visit: Afternoon) -> None:
    """Nobody starts past it before a physician has let it pass with a reason."""
    present = {"answer": "present", "note": "a clipped aneurysm in 2012, seen last month"}
    visit.act("record_screening", items={**SCREENED, "aneurysm_avm_bleed": present})
    passing = {
        "item": "aneurysm_avm_bleed",
        "reason": "stable for years, pressure watched closely, discussed with neurology",
    }
    assert visit.refused(lambda: visit.act("override_stop", **passing)).status == 403
    standing = visit.refused(lambda: visit.act("start", rate_ml_per_h=60.0))
    assert "hard_stop" in standing.body["missing"], standing.body
    visit.clinic.physician.act(visit.session_id, "override_stop", **passing)


def checking_in(visit: Afternoon) -> None:
    """Before the monitor is on: nothing may start, and there is no baseline to capture."""
    assert visit.act("check_in")["state"] == "preparing"
    early = visit.refused(lambda: visit.act("start", rate_ml_per_h=60.0))
    assert (early.status, early.body["missing"]) == (422, GUARDS)
    none_yet = visit.refused(lambda: visit.act("capture_baseline"))
    assert none_yet.status == 422
    assert "nibp_sys" in none_yet.body["missing"]


def preparing(visit: Afternoon) -> None:
    """Weight, order, consent, baseline from the live feed, second check, clearance; only then a start."""
    visit.act("record_weight", weight_kg=80.0)
    assert visit.refused(lambda: visit.act("record_order", **ORDER, name="nurse", password=PASSWORD)).status == 403
    visit.clinic.physician.act(visit.session_id, "adopt_order", series_order=visit.series_order, **ORDER)
    visit.act("confirm_consent")
    visit.clinic.score(visit.session_id, "nrs", {"pain": 4})
    screen_and_prepare(visit.clinic.nurse, visit.session_id)
    a_hard_stop(visit)
    wait_for(lambda: _accepted(lambda: visit.act("capture_baseline")), 30)
    for checking in (visit.clinic.physician, visit.clinic.nurse):  # who ordered, and who drew it up
        refusal = visit.refused(lambda checking=checking: checking.act(visit.session_id, "second_check"))
        assert (refusal.status, refusal.body["missing"]) == (422, ["second_person"])
    visit.clinic.colleague.act(visit.session_id, "second_check")
    almost = visit.refused(lambda: visit.act("start", rate_ml_per_h=60.0))
    assert almost.body["missing"] == ["physician_clearance"]
    visit.clinic.physician.act(visit.session_id, "physician_clearance")


def _accepted(act: Callable[[], Any]) -> bool:
    try:
        act()
    except ApiRefused as refusal:
        if refusal.status != 422:
            raise
        return False
    return True


def the_feed_is_lost(visit: Afternoon) -> None:
    """Silence during the infusion is a High alarm that ends by itself; nobody can acknowledge it afterwards."""
    visit.page.wait_for_alarm(lambda alarm: alarm["rule"] == "feed_silent" and alarm["priority"] == "high")


def hypertensive_episode(visit: Afternoon) -> None:
    """The pressure rises: a High alarm on the open page, seen only as what it is."""
    began_s = time.monotonic()
    visit.alarm, _ = visit.page.wait_for_alarm(
        lambda alarm: alarm["kind"] == "physiological" and alarm["priority"] == "high", 30, since_s=began_s
    )
    assert visit.alarm["value"] > visit.alarm["limit"] > 100, visit.alarm
    assert visit.alarm["state"] == "active"
    assert visit.alarm["recorded"] is True
    status, body = visit.acknowledge(visit.alarm, "medium")
    assert (status, body["current"]["priority"]) == (409, "high")
    status, body = visit.acknowledge(visit.alarm, "high")
    assert status == 200, body
    visit.page.wait_for_alarm(
        lambda alarm: alarm["id"] == visit.alarm["id"] and alarm["acknowledged"] is not None, since_s=began_s
    )


def treating(visit: Afternoon) -> None:
    """What happened and what was given against it, each in the record."""
    happened = {"term": "hypertension", "grade": 2, "relation": "probable", "action": "treated"}
    visit.act("record_adverse_event", **happened)
    visit.act("give_medication", drug="labetalol", dose=10.0, unit="mg", route="iv")
    (known,) = visit.clinic.nurse.get(f"/sessions/{visit.session_id}/adverse-events")
    assert (known["term"], known["grade"], known["open"]) == ("hypertension", 2, True)
    visit.act("resolve_adverse_event", adverse_event=known["id"])


def holding_and_ending(visit: Afternoon) -> None:
    assert visit.refused(lambda: visit.act("hold")).body["missing"] == ["reason"]
    assert visit.act("hold", reason="pressure above 180")["state"] == "held"
    assert visit.refused(lambda: visit.act("change_rate", rate_ml_per_h=30.0)).status == 422
    assert visit.act("resume", rate_ml_per_h=30.0)["state"] == "infusing"
    visit.act("change_rate", rate_ml_per_h=45.0)
    stale = {"request_id": "stale", "expected_version": 1, "event": "end_infusion"}
    status, body = visit.clinic.nurse.ask("POST", f"/sessions/{visit.session_id}/events", stale)
    assert (status, body["current"]["state"]) == (409, "infusing")
    assert visit.act("end_infusion")["state"] == "observing"
    visit.ended_at = visit.clinic.nurse.get(f"/sessions/{visit.session_id}")["history"][-1]["at"]


def observing(visit: Afternoon) -> None:
    """Two sets of scores a quarter of an hour apart, the confirmations, and time."""
    early = visit.clinic.nurse.get(f"/sessions/{visit.session_id}/discharge")
    assert "time" in early["missing"]
    assert not early["can_sign"]
    signing = {"password": PASSWORD, "meaning": "discharge approved"}
    refusal = visit.refused(lambda: visit.clinic.nurse.post(f"/sessions/{visit.session_id}/discharge/sign", signing))
    assert (refusal.status, "time" in refusal.body["missing"]) == (422, True)
    visit.acknowledge_whatever_else_was_high()
    visit.minutes_after_the_end(45)
    visit.clinic.score_everything(visit.session_id)
    visit.minutes_after_the_end(63)
    visit.clinic.score_everything(visit.session_id)
    visit.clinic.score(visit.session_id, "confirmations", CONFIRMED)
    visit.acknowledge_whatever_else_was_high()


def signing(visit: Afternoon) -> None:
    path = f"/sessions/{visit.session_id}/discharge"
    seen: list[Any] = []

    def all_met() -> bool:
        seen[:] = [visit.clinic.nurse.get(path)]
        return all(criterion["result"] == "met" for criterion in seen[0]["criteria"])

    try:
        wait_for(all_met, 6, 0.02)
    except AssertionError as error:
        raise AssertionError(json.dumps(seen, indent=1)) from error
    wrong = visit.refused(lambda: visit.clinic.nurse.post(f"{path}/sign", {"password": "not my password at all"}))
    assert wrong.status == 403
    assert wait_for(lambda: _accepted(lambda: visit.clinic.nurse.post(f"{path}/sign", {"password": PASSWORD})), 10)


def nothing_more_is_possible(visit: Afternoon) -> None:
    path = f"/sessions/{visit.session_id}"
    again = visit.refused(lambda: visit.clinic.physician.post(f"{path}/discharge/sign", {"password": PASSWORD}))
    assert again.status in (404, 409, 422), again
    for event, more in (("hold", {"reason": "no"}), ("start", {"rate_ml_per_h": 60.0}), ("note", {"text": "late"})):
        assert visit.refused(lambda event=event, more=more: visit.act(event, **more)).status in (404, 409, 422), event
    assert visit.act("addendum", text="reached home well", name="nurse", password=PASSWORD)["state"] == "discharged"
    assert visit.clinic.nurse.get(f"{path}/discharge")["signatures"][0]["printed_name"] == "Nurse Test"


def the_record_is_whole(visit: Afternoon) -> None:
    """Readings, alarms, signature: all there, and all marked as simulated although planned before any feed came."""
    path = f"/sessions/{visit.session_id}"
    session = visit.clinic.nurse.get(path)
    assert session["state"] == "discharged"
    events = [event["event"] for event in session["history"]]
    treated = ["record_adverse_event", "give_medication", "resolve_adverse_event"]
    moved = ["hold", "resume", "change_rate", "end_infusion", "discharge", "addendum"]
    assert events[events.index("start") :] == ["start", *treated, *moved]
    readings = visit.clinic.nurse.get(f"{path}/readings")
    vitals = {reading["vital"] for reading in readings}
    assert {"hr", "pr", "spo2", "rr", "etco2", "nibp_sys", "nibp_dia", "nibp_mean"} <= vitals
    assert max(reading["value"] for reading in readings if reading["vital"] == "nibp_sys") >= 180
    kept = next(alarm for alarm in visit.clinic.alarms(visit.session_id) if alarm["id"] == visit.alarm["id"])
    assert kept["acknowledgements"][0]["by"] == "Nurse Test"
    assert [event["event"] for event in kept["events"]][:1] == ["raised"]
    exported = json.dumps(visit.clinic.nurse.get(f"{path}/export.json"))
    assert '"simulated": false' not in exported
    assert session["simulated"] is True
    assert visit.clinic.nurse.get("/sessions?day=2026-03-01")[0]["simulated"] is True


@pytest.mark.slow
def test_a_whole_afternoon(tmp_path: Path) -> None:
    """Consultation, order, check in, hard stop, start, episode, drug, hold, end, observation, discharge, follow-up."""
    clinic = Clinic.open(tmp_path, {"CH1": BED}, MONITOR_CLOCK=f"{SPEED}x@2026-03-01T12:00:00Z", MONITOR_DEMO="1")
    try:
        with Page(clinic.nurse) as page:
            page.watch(board="A")
            visit = Afternoon(clinic, page)
            planning(visit)
            checking_in(visit)
            with visit.monitor("calm"):
                preparing(visit)
                assert visit.act("start", rate_ml_per_h=60.0)["state"] == "infusing"
            the_feed_is_lost(visit)
            with visit.monitor("hypertension"):
                hypertensive_episode(visit)
                treating(visit)
                holding_and_ending(visit)
                observing(visit)
                signing(visit)
            nothing_more_is_possible(visit)
            the_record_is_whole(visit)
            asked_the_next_day(clinic, visit.session_id, visit.series_id)
    finally:
        clinic.server.stop()
    verified = subprocess.run(
        [sys.executable, "run.py", "audit", "verify"], cwd=HOUSE, env=clinic.server.environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert verified.returncode == 0, verified.stderr
    assert "unbroken" in verified.stdout
    assert "Traceback" not in clinic.server.log()
