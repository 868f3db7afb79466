"""Acts on a series of infusions and on what the clinic itself knows of a patient.

Law: a correction is a new revision beside the old; whoever did not see the newest is refused and told what it is.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection

from monitor.errors import Conflict
from monitor.store.keys import insert_row
from monitor.store.queries.patients import patient
from monitor.store.queries.series import series
from monitor.store.schema_series import patient_profiles, series_revisions
from monitor.store.schema_series import series as series_table


@dataclass(frozen=True, slots=True)
class SeriesRevisionRow:
    """A series as somebody planned it at a time; `closed_reason` None while it is open."""

    indication: str
    planned_infusions: int
    interval_h: float
    plan: str
    closed_reason: str | None
    at: datetime
    person_id: int | None
    by: str


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """What the clinic itself knows of a patient; "" and None are not known."""

    patient_id: int
    at: datetime
    person_id: int | None
    by: str
    diagnosis: str = ""
    pain_description: str = ""
    pain_mechanism: str = "unknown"
    treatments_so_far: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    oncologist: str = ""
    oncologist_contact: str = ""
    ecog: int | None = None
    language: str | None = None


def insert_series(connection: Connection, patient_id: int, row: SeriesRevisionRow) -> int:
    """Open a series with its first revision, and give back its id; raises NotFound."""
    patient(connection, patient_id)
    opened = {"patient_id": patient_id, "created_at": row.at, "person_id": row.person_id, "by": row.by}
    series_id = insert_row(connection, series_table, opened)
    insert_row(connection, series_revisions, {"series_id": series_id, **asdict(row)})
    return series_id


def revise_series(connection: Connection, series_id: int, expected_version: int, row: SeriesRevisionRow) -> int:
    """Plan a series otherwise, or close it; its new version. Raises NotFound, or Conflict with `current` {version}."""
    stands = series(connection, series_id)
    if stands.version != expected_version:
        raise Conflict("Somebody else changed this series first; look at it again.", {"version": stands.version})
    insert_row(connection, series_revisions, {"series_id": series_id, **asdict(row)})
    return stands.version + 1


def insert_profile(connection: Connection, row: ProfileRow) -> int:
    """Note what is known of a patient now; the revision's number. Raises NotFound."""
    patient(connection, row.patient_id)
    return insert_row(connection, patient_profiles, asdict(row))
