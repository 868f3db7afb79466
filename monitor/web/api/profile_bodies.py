"""What the clinic itself knows of a patient, as it is sent. Law: written whole; what is not given is not known."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from monitor.recorder.acts import Actor
from monitor.store.series import ProfileRow
from monitor.web.fields import Body, Line, Words

_Short = Annotated[Line, Field(max_length=200)]
_Told = Annotated[Words, Field(max_length=4000)]


class Known(Body):
    """Diagnosis, pain, treatments, whom to call: all that is known now."""

    diagnosis: _Told | None = None
    pain_description: _Told | None = None
    pain_mechanism: Literal["nociceptive", "neuropathic", "nociplastic", "mixed", "unknown"] = "unknown"
    treatments_so_far: _Told | None = None
    contact_name: _Short | None = None
    contact_phone: _Short | None = None
    oncologist: _Short | None = None
    oncologist_contact: _Short | None = None
    ecog: Annotated[int, Field(ge=0, le=4)] | None = None
    language: Literal["en", "es"] | None = None


def profile_row(said: Known, patient_id: int, at: datetime, who: Actor) -> ProfileRow:
    """What was sent as a row to keep."""
    given = {name: getattr(said, name) for name in Known.model_fields if getattr(said, name) is not None}
    return ProfileRow(patient_id, at, who.person_id, who.name, **given)
