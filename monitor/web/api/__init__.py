"""The JSON API, version 1. Law: one small file a noun; whatever a page can do, the API can do."""

from flask import Blueprint, Flask, current_app, jsonify

from monitor.web.api import (
    adverse_events,
    alarms,
    allergies,
    analytics,
    analytics_export,
    assignments,
    audit,
    break_glass,
    chairs,
    consultations,
    day,
    discharge,
    displays,
    events,
    explanations,
    export_csv,
    export_fhir,
    export_json,
    follow_ups,
    hospital_beds,
    intake,
    journal,
    letter,
    limits,
    news2,
    outbox,
    papers,
    patient_record,
    patient_search,
    patients,
    people,
    preparation,
    pump_events,
    quarantine,
    readings,
    reviews,
    scales,
    scores,
    series,
    series_orders,
    series_outcome,
    session_log,
    session_search,
    sessions,
    sign_in,
    sign_ins,
    stations,
    tokens,
    trainings,
    unassigned,
    what_if,
)
from monitor.web.doors import open_to_all
from monitor.web.here import services
from monitor.web.openapi import PREFIX, describe

NOUNS = (
    sign_in,
    sign_ins,
    break_glass,
    patient_record,
    patient_search,
    patients,
    allergies,
    series,
    series_outcome,
    follow_ups,
    journal,
    chairs,
    assignments,
    sessions,
    session_search,
    day,
    consultations,
    series_orders,
    letter,
    events,
    scores,
    adverse_events,
    news2,
    scales,
    readings,
    session_log,
    alarms,
    pump_events,
    limits,
    preparation,
    discharge,
    reviews,
    export_csv,
    export_fhir,
    export_json,
    papers,
    unassigned,
    quarantine,
    explanations,
    hospital_beds,
    what_if,
    intake,
    outbox,
    analytics,
    analytics_export,
    audit,
    stations,
    people,
    trainings,
    displays,
    tokens,
)
_DESCRIPTION = "infusion-monitor-openapi"
description = Blueprint("openapi", __name__)


def register(app: Flask) -> None:
    """Hang up every noun, and the description made from them."""
    for noun in NOUNS:
        app.register_blueprint(noun.blueprint, url_prefix=PREFIX)
    app.register_blueprint(description, url_prefix=PREFIX)


@description.get("/openapi.json")
@open_to_all("The description of the API holds nothing of the clinic.")
def openapi() -> object:
    """This description."""
    known = current_app.extensions
    if _DESCRIPTION not in known:
        known[_DESCRIPTION] = describe(current_app, services().version)
    return jsonify(known[_DESCRIPTION])
