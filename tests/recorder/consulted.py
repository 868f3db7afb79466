"""A patient's series with its consultation and its order, as the recorder's tests need them."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection

from monitor.recorder.acts import PlanSession
from monitor.recorder.consulting import SignConsultation
from monitor.recorder.series_orders import SignSeriesOrder
from monitor.store.series import SeriesRevisionRow, insert_series
from tests.recorder.house import POLICY, START_AT, House

ORDERED = {"dose_mg_per_kg": 0.5, "over_min": 40.0, "concentration_mg_per_ml": 1.0}
ACCEPTS: Mapping[str, object] = {
    "reasons": {
        name: {"answer": "yes"}
        for name in ("persistent_pain", "neuropathic_or_sensitised", "opioid_side_effects", "medically_stable")
    },
    "risks": {item.id: {"answer": "clear"} for item in POLICY.screening},
    "expectations": ["temporary_relief", "off_label", "side_effects", "may_not_help"],
    "teams": {
        "oncology": {"told": True, "name": "Dr Roe", "what": "six infusions planned", "on": "2026-03-01"},
        **{name: {"told": False} for name in ("palliative", "pain", "psychosocial")},
    },
    "decision": "accept",
}


def open_series(house: House, at: datetime = START_AT) -> int:
    """A series of the house's patient."""
    row = SeriesRevisionRow("pain", 6, 24.0, "", None, at, house.physician.person_id, "Physician")

    def store(connection: Connection) -> int:
        return insert_series(connection, house.patient_id, row)

    return int(str(house.recorder.transact(store)))


def consult(house: House, said: Mapping[str, object] = ACCEPTS, **changes: object) -> int:
    """A consultation signed by the physician, who has seen every one before it."""
    newest = house.desk.consultations(house.patient_id)["newest"]
    act: dict[str, object] = {
        "patient_id": house.patient_id, "series_id": None, "replaces_id": None, "seen_id": newest, "said": said,
        "request_id": str(uuid.uuid4()), "person": house.physician,
    }  # fmt: skip
    return house.desk.sign_consultation(SignConsultation(**{**act, **changes}))  # type: ignore[arg-type]


def order_series(house: House, series_id: int, ordered: Mapping[str, object] = ORDERED, **changes: object) -> int:
    """An order of a series signed by the physician, who has seen the one that stood."""
    act: dict[str, object] = {
        "series_id": series_id, "ordered": ordered, "seen_id": house.desk.series_orders(series_id)["standing"],
        "reason": None, "request_id": str(uuid.uuid4()), "person": house.physician,
    }  # fmt: skip
    return house.desk.sign_series_order(SignSeriesOrder(**{**act, **changes}))  # type: ignore[arg-type]


def plan_in(house: House, series_id: int, at: datetime | None = None) -> int:
    """A session of a series on chair 1."""
    when = at or datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    chair = house.chair().id
    return house.desk.plan_session(PlanSession(house.patient_id, chair, when, house.nurse, None, series_id))
