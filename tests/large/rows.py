"""One visit as rows: its session, events, scores, alarms and signature, as far as it has come by a time.

Law: the events fold into a course exactly as those of people do; every row says SIMULATED through its session.
"""

import hashlib
import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from monitor.store.types import canonical_json, to_ms
from tests.large.plan import INFUSIONS, Visit
from tests.prepared import PREPARED, SCREENED

NURSES, PHYSICIAN = (1, 2, 3, 4), 5
NAMES = {1: "N. One RN", 2: "N. Two RN", 3: "N. Three RN", 4: "N. Four RN", 5: "P. Five MD"}
Row = tuple[object, ...]
# rule, vital, words, priority, value, limit
RANG = (
    ("sbp_high", "nibp_sys", "Systolic BP 164 > 160", "medium", 164.0, 160.0),
    ("spo2_low", "spo2", "SpO2 88 < 90", "medium", 88.0, 90.0),
    ("spo2_desaturation", "spo2", "SpO2 84 < 85", "high", 84.0, 85.0),
    ("hr_high", "hr", "HR 122 > 120", "medium", 122.0, 120.0),
    ("rr_low", "rr", "RR 8 < 9", "low", 8.0, 9.0),
)
# (minutes after the appointment, event, state after it, details)
_BEFORE = (
    (0, "check_in", "preparing", {}),
    (3, "record_weight", "preparing", {"weight_kg": 70.0}),
    (5, "confirm_consent", "preparing", {}),
    (8, "record_screening", "preparing", {"items": SCREENED}),
    (10, "record_order", "preparing", {"dose_mg_per_kg": 0.5, "over_min": 40.0, "concentration_mg_per_ml": 1.0}),
    (14, "record_preparation", "preparing", {"items": PREPARED}),
    (22, "capture_baseline", "preparing", {"values": {"nibp_sys": 126.0, "nibp_dia": 76.0, "hr": 74.0, "spo2": 97.0}}),
    (25, "second_check", "preparing", {}),
    (27, "physician_clearance", "preparing", {}),
    (30, "start", "infusing", {"rate_ml_per_h": 52.5}),
)
_AFTER = ((70, "end_infusion", "observing", {}), (134, "discharge", "discharged", {}))
_SYMPTOMS = ("nausea", "dizziness", "headache", "anxiety", "dissociation")
_PHYSICIANS = frozenset({"record_order", "physician_clearance"})
_SCORES = (
    (2, "nrs", {"pain": 7}, 7.0),
    (24, "poss", {"level": 1}, 1.0),
    (50, "moaas", {"level": 5}, 5.0),
    (72, "nrs", {"pain": 4}, 4.0),
    (118, "gait", {"gait": 0}, 0.0),
    (120, "nrs", {"pain": 3}, 3.0),
)


# Asked once, before the first infusion of a series.
_FIRST = (
    (3, "bpi_severity", {"worst": 9, "least": 5, "average": 7, "now": 7}, 7.0),
    (4, "bpi_interference", {"mood": 6, "sleep": 7, "walking": 5, "work": 8}, 6.5),
)


class Written:
    """The rows of many visits, table by table, and the number of the next of each."""

    def __init__(self, seed: int, now: datetime, alarms_each: int | None = None) -> None:
        self.tables: dict[str, list[Row]] = {}
        self.made: dict[str, int] = {}
        self.acts: list[tuple[int, int, str, str]] = []  # time, person, act, object: for the trail
        self._chance = random.Random(seed)  # figures for measuring, no secret
        self._now, self._alarms_each = now, alarms_each

    def add(self, table: str, *values: object) -> int:
        """One row, its number before its values."""
        number = self.made[table] = self.made.get(table, 0) + 1
        self.tables.setdefault(table, []).append((number, *values))
        return number

    def take(self) -> dict[str, list[Row]]:
        """The rows since the last time."""
        taken, self.tables = self.tables, {}
        return taken

    def visit(self, visit: Visit, policy: tuple[str, str, str]) -> str:
        """Everything of one visit by now, and of the calls after it; its state."""
        drawn = self._chance.random()
        steps = list(self._steps(visit, drawn))
        state = "scheduled"
        for version, (at, event, to_state, details) in enumerate(steps, start=1):
            self._event(visit, version, at, event, state, to_state, details)
            state = to_state
        planned_at, made_at = to_ms(visit.at), to_ms(visit.at - timedelta(days=14))
        self.add(
            "sessions", visit.patient_id, visit.chair_id, state, len(steps), *policy, planned_at, 1, made_at,
            visit.series_id,
        )  # fmt: skip
        if steps and state != "cancelled":
            self._scores(visit)
            self._alarms(visit)
        if state == "discharged":
            self._signature(visit, override=drawn > 0.985)
            self._follow_up(visit)
        return state

    def _steps(self, visit: Visit, drawn: float) -> Iterator[tuple[datetime, str, str, dict[str, object]]]:
        if visit.at > self._now:
            return
        if drawn < 0.03:
            yield visit.at - timedelta(hours=3), "cancel", "cancelled", {}
            return
        course = list(_BEFORE)
        if drawn < 0.25:
            symptom = {"symptom": _SYMPTOMS[visit.id % len(_SYMPTOMS)], "grade": 1 + visit.id % 2}
            course.append((45, "symptom", "infusing", symptom))
        if drawn < 0.10:
            course.append((52, "note", "infusing", {"text": "Dimmed the light; feels better"}))
        course.extend(_AFTER)
        if drawn < 0.05:
            course[-1] = (110, "leave_against_advice", "left", {})
        elif drawn < 0.06:
            course[-1] = (100, "transfer", "transferred", {})
        for minutes, event, state, details in course:
            at = visit.at + timedelta(minutes=minutes)
            if at > self._now:
                return
            yield at, event, state, details

    def _event(
        self, visit: Visit, version: int, at: datetime, event: str, was: str, state: str, details: dict[str, object]
    ) -> None:
        person = PHYSICIAN if event in _PHYSICIANS else NURSES[visit.chair_id % len(NURSES)]
        role = "physician" if person == PHYSICIAN else "nurse"
        reason = "as seen at the chair" if event in ("cancel", "transfer", "leave_against_advice") else None
        self.add(
            "session_events", visit.id, version, event, was, state, to_ms(at), to_ms(at), person, role, reason,
            canonical_json(details), NAMES[person], f"large-{version}",
        )  # fmt: skip
        self.acts.append((to_ms(at), person, f"session.{event}", f"session {visit.id}"))

    def _scores(self, visit: Visit) -> None:
        for place, (minutes, kind, items, total) in enumerate((*(_FIRST if visit.number == 1 else ()), *_SCORES)):
            at = visit.at + timedelta(minutes=minutes)
            if at > self._now:
                return
            person = NURSES[visit.chair_id % len(NURSES)]
            self.add(
                "assessments", visit.id, kind, canonical_json(items), total, to_ms(at), to_ms(at), person, None,
                NAMES[person], f"large-score-{place}",
            )  # fmt: skip

    def _alarms(self, visit: Visit) -> None:
        """As many as asked for; by default every other visit rings once or twice: pressure, and the probe off."""
        count = visit.id % 3 if self._alarms_each is None else self._alarms_each
        for place in range(count):
            at = visit.at + timedelta(minutes=40 + (15 if count < 3 else 85 / count) * place)
            if at + timedelta(minutes=3) > self._now:
                return
            self._alarm(visit, place, at)

    def _alarm(self, visit: Visit, place: int, at: datetime) -> None:
        """One alarm that was acknowledged and ended."""
        alarm_id, kind = f"large{visit.id}x{place}", "physiological"
        rule, vital, words, priority, value, limit = RANG[place % len(RANG)]
        head = (alarm_id, visit.id, visit.chair_id, rule, kind, vital, to_ms(at))
        self.tables.setdefault("alarms", []).append(head)
        person, seen_s = NURSES[visit.chair_id % 4], 40 if self._alarms_each is None else 15 + 23 * (visit.id % 6)
        for later_s, event, state in (
            (0, "raised", "active"),
            (seen_s, "acknowledged", "acknowledged"),
            (160, "ended", "normal"),
        ):
            when = to_ms(at + timedelta(seconds=later_s))
            content = int.from_bytes(hashlib.blake2b(f"{alarm_id}{event}".encode(), digest_size=7).digest())
            who = person if event == "acknowledged" else None
            self.add("alarm_events", alarm_id, when, event, state, priority, value, limit, words, rule, who, content)
        seen_at = to_ms(at + timedelta(seconds=seen_s))
        self.add("acknowledgements", alarm_id, seen_at, person, NAMES[person], priority, value)

    def _follow_up(self, visit: Visit) -> None:
        """The next day's call; of five, one reaches nobody. The last of a series is asked for two weeks more."""
        weeks = (0,) if visit.number < INFUSIONS else (0, 1, 2)
        for week in weeks:
            due_at = visit.at + timedelta(minutes=70) + (timedelta(hours=20) if week == 0 else timedelta(weeks=week))
            asked_at = due_at + timedelta(hours=2)
            if asked_at > self._now:
                return
            reached = (visit.id + week) % 5 != 0
            average = max(2, 7 - visit.number // 2)
            pain = {"worst": average + 2, "least": average - 2, "average": average, "now": average} if reached else {}
            listed = [{"symptom": "Nausea", "grade": 1 + visit.id % 2}] if reached and visit.id % 4 == 0 else []
            self.add(
                "follow_ups", visit.id, visit.series_id, "weekly" if week else "next_day", week, to_ms(due_at),
                to_ms(asked_at), to_ms(asked_at), "yes" if reached else "no", canonical_json(pain),
                18.0 if reached else None, canonical_json({"listed": listed}) if reached else None, None, None, None,
                None, "", None, NURSES[0], NAMES[NURSES[0]],
            )  # fmt: skip

    def _signature(self, visit: Visit, *, override: bool) -> None:
        record = canonical_json({"session": visit.id, "made_for": "measuring"})
        signed_at = to_ms(visit.at + timedelta(minutes=134))
        person = PHYSICIAN if override else NURSES[visit.chair_id % len(NURSES)]
        self.add(
            "discharge_signatures", visit.id, record, hashlib.sha256(record.encode()).hexdigest(),
            "override" if override else "discharge approved", person, NAMES[person],
            "physician" if override else "nurse", signed_at, 60, "stable, lives next door" if override else None,
            "large-sign", None, None,
        )  # fmt: skip
