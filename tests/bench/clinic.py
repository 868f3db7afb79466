"""A clinic for the bench: as many chairs as beds, an infusion running in each, written before the server starts."""

from datetime import date, timedelta

from sqlalchemy import Connection

from monitor.clock import system_clock
from monitor.provisions import read_policy
from monitor.store.assignments import AssignmentRow, insert_assignment
from monitor.store.engine import open_engine
from monitor.store.patients import insert_patient
from monitor.store.queries.chairs import chairs
from monitor.store.queries.people import person_by_name
from monitor.store.rows import Batch, PatientRow, PolicyRow, SessionEventRow, SessionRow
from monitor.store.sessions import append_event, insert_session
from monitor.store.store import Store
from monitor.ward.stations import settle_chairs
from tests.server import Server

STATION_SIZE = 25
BASELINE = {"nibp_sys": 122.0, "nibp_dia": 76.0, "nibp_mean": 91.0, "hr": 72.0, "pr": 72.0, "spo2": 97.0, "rr": 15.0}
_COURSE: tuple[tuple[str, str, str, float, dict[str, object]], ...] = (
    ("check_in", "scheduled", "preparing", 90, {}),
    ("record_weight", "preparing", "preparing", 58, {"weight_kg": 70}),
    (
        "record_order",
        "preparing",
        "preparing",
        50,
        {"dose_mg_per_kg": 0.5, "over_min": 240, "concentration_mg_per_ml": 1},
    ),
    ("capture_baseline", "preparing", "preparing", 35, {"values": BASELINE}),
    ("start", "preparing", "infusing", 1, {"rate_ml_per_h": 8.75}),  # no blood pressure is due yet
)


def settings(beds: int) -> dict[str, str]:
    """The server's settings for so many beds."""
    return {
        "MONITOR_CHAIRS": ",".join(f"{number}=B{number}" for number in range(1, beds + 1)),
        "MONITOR_STATION_SIZE": str(STATION_SIZE),
        "MONITOR_MAX_SOCKETS_PER_ADDRESS": "2000",
        "MONITOR_MAX_SOCKETS_PER_SIGN_IN": "2000",
        "MONITOR_MLLP_CONNECTIONS_PER_ADDRESS": "4096",
        "MONITOR_DEMO": "1",
    }


def furnish(server: Server, beds: int) -> None:
    """Enter chairs, patients and running sessions."""
    store = Store(open_engine(f"sqlite:///{server.data_dir / 'monitor.db'}", server.data_dir))
    now = system_clock().now()
    settle_chairs(store, [(str(number), f"B{number}") for number in range(1, beds + 1)], now, STATION_SIZE)
    policy, text = read_policy("adult-ketamine")
    pinned = PolicyRow(policy.sha256, policy.id, str(policy.version), text, now)

    def seat(connection: Connection) -> None:
        nurse = person_by_name(connection, "nurse")
        for chair in chairs(connection):
            hers = AssignmentRow(
                chair.id,
                None if nurse is None else nurse.id,
                "Bench",
                now,
                now + timedelta(days=1),
                None,
                "",
                None,
                "Bench",
            )
            insert_assignment(connection, hers)
            row = PatientRow(f"BENCH-{chair.id}", f"Family{chair.id}", "Bench", date(1960, 1, 1), None, now)
            patient_id = insert_patient(connection, row)
            session = SessionRow(patient_id, chair.id, "scheduled", pinned, now - timedelta(hours=1), True, now)
            session_id = insert_session(connection, session)
            for version, (event, from_state, to_state, minutes_ago, details) in enumerate(_COURSE):
                at = now - timedelta(minutes=minutes_ago)
                append_event(
                    connection,
                    SessionEventRow(
                        session_id, f"{session_id}-{version}", version, event, from_state, to_state, at, at,
                        None, "nurse", None, details, "Bench",
                    ),
                )  # fmt: skip

    answer = store.write(Batch(acts=(seat,))).answers[0]
    store.close()
    if isinstance(answer, Exception):
        raise answer
