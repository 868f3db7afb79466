"""What the clinic itself knows of a patient, by the newest revision."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from monitor.store.queries.fetch import many
from monitor.store.queries.patients import same_person
from monitor.store.schema_series import patient_profiles as _p


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known; "" and None are not known, `at` None when nobody wrote anything yet."""

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
    at: datetime | None = None
    by: str = ""


_COLUMNS = (
    *(_p.c.diagnosis, _p.c.pain_description, _p.c.pain_mechanism, _p.c.treatments_so_far, _p.c.contact_name),
    *(_p.c.contact_phone, _p.c.oncologist, _p.c.oncologist_contact, _p.c.ecog, _p.c.language, _p.c.at, _p.c.by),
)


def profiles_of(connection: Connection, patient_id: int) -> list[Profile]:
    """Everything that was ever written of this person, also under other hospital ids, oldest first; raises NotFound."""
    ids = same_person(connection, patient_id)
    return many(connection, select(*_COLUMNS).where(_p.c.patient_id.in_(ids)).order_by(_p.c.id), Profile)


def profile_of(connection: Connection, patient_id: int) -> Profile:
    """What stands now; an empty profile when nobody wrote anything yet. Raises NotFound."""
    written = profiles_of(connection, patient_id)
    return written[-1] if written else Profile()
