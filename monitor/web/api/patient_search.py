"""Patients found by a few letters. Law: asked for by POST, so that no name stands in an address or a log."""

from typing import Annotated

from flask import Blueprint
from pydantic import Field

from monitor.security.roles import Action
from monitor.store.queries import patients
from monitor.web.api.patients import PatientAnswer
from monitor.web.doors import allowed
from monitor.web.fields import Body, Line
from monitor.web.here import me, services

blueprint = Blueprint("patient_search", __name__)


class PatientSearch(Body):
    """Words that the hospital id, family or given name begin with."""

    query: Line
    limit: Annotated[int, Field(ge=1, le=100)] = 20


@blueprint.post("/patients/search")
@allowed(Action.VIEW_PATIENTS, body=PatientSearch, answer=list[PatientAnswer])
def search_patients(body: PatientSearch) -> list[PatientAnswer]:
    """Patients by the beginning of their names or number."""
    given = services()
    given.reads.note(me(), "patients")
    return [PatientAnswer.model_validate(one) for one in given.read(patients, body.query, limit=body.limit)]
