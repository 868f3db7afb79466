"""Infusions of a series that are over, written straight into a record: the tests are about what follows them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.store.discharge import insert_assessment
from monitor.store.rows import AssessmentRow, PolicyRow, SessionEventRow, SessionRow
from monitor.store.series import SeriesRevisionRow, insert_series
from monitor.store.sessions import append_event, insert_session

_STATES = {"check_in": "preparing", "start": "infusing", "end_infusion": "observing", "discharge": "discharged"}


@dataclass(frozen=True)
class GivenSeries:
    """Writes into one record; `policy` is what every session is pinned to."""

    connection: Connection
    patient_id: int
    chair_id: int
    policy: PolicyRow

    def open(self, at: datetime) -> int:
        """A series of six."""
        plan = SeriesRevisionRow("neuropathic cancer pain", 6, 24, "", None, at, None, "Test")
        return insert_series(self.connection, self.patient_id, plan)

    def infusion(self, series_id: int | None, at: datetime, average: int | None = None) -> int:
        """An infusion of 35 mg in 40 min that began then; with the average pain of the BPI before it."""
        planned = SessionRow(
            self.patient_id, self.chair_id, "scheduled", self.policy, at, False, at - timedelta(days=1), series_id
        )
        session_id = insert_session(self.connection, planned)
        if average is not None:
            worst = {"worst": 10, "least": 0, "average": average, "now": average}
            self.score(session_id, "bpi_severity", worst, at - timedelta(minutes=30), (10 + 2 * average) / 4)
        order = {"dose_mg_per_kg": 0.5, "over_min": 40.0, "concentration_mg_per_ml": 1.0}
        steps: list[tuple[str, datetime, dict[str, object]]] = [
            ("check_in", at - timedelta(hours=1), {}),
            ("record_weight", at - timedelta(minutes=50), {"weight_kg": 70.0}),
            ("record_order", at - timedelta(minutes=40), order),
            ("start", at, {"rate_ml_per_h": 52.5}),
            ("end_infusion", at + timedelta(minutes=40), {}),
            ("discharge", at + timedelta(hours=2), {}),
        ]
        state = "scheduled"
        for version, (event, then, details) in enumerate(steps):
            after = _STATES.get(event, state)
            row = SessionEventRow(
                session_id,
                f"r{version}",
                version,
                event,
                state,
                after,
                then,
                then,
                None,
                "nurse",
                None,
                details,
                "Test",
            )
            append_event(self.connection, row)
            state = after
        return session_id

    def score(self, session_id: int, kind: str, items: dict[str, object], at: datetime, total: float | None) -> None:
        """A score of that time."""
        row = AssessmentRow(session_id, f"{kind} {at.isoformat()}", kind, items, total, at, at, None, None, "Test")
        insert_assessment(self.connection, row)
