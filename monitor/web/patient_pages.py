"""The pages of the patients, of one of them, and of one series.

Law: told as the API tells it; what is done goes by the API; a search is posted, so that no name stands in an address, a
browser's history or a proxy's log.
"""

from flask import Blueprint, Flask, render_template, request
from flask.typing import ResponseReturnValue

from monitor.security.roles import Action, may
from monitor.store.queries import patient, patients, sessions
from monitor.store.queries.allergies import allergies_of
from monitor.store.queries.patients import count_patients, patient_revisions, same_person
from monitor.store.queries.profiles import profiles_of
from monitor.store.queries.series import series_of_patient
from monitor.web.api.patient_record import told_profile
from monitor.web.api.patients import LONGEST_SEARCH
from monitor.web.api.series import told_series
from monitor.web.doors import allowed
from monitor.web.fields import Query, RowId
from monitor.web.here import me, services
from monitor.web.outcome_part import outcome_shown, outcomes_summarised
from monitor.web.session_lines import lines_of

blueprint = Blueprint("patient_pages", __name__)
A_PAGE = 50


class SessionsPage(Query):
    """Which part of a patient's sessions: those after one, by time."""

    after: RowId | None = None


def register(app: Flask) -> None:
    """Hang up the pages."""
    app.register_blueprint(blueprint)


@blueprint.get("/patients", endpoint="patients")
@allowed(Action.VIEW_PATIENTS)
def patients_page() -> ResponseReturnValue:
    """The patients the clinic knows, the first page of them."""
    return _listed("", 1)


@blueprint.post("/patients", endpoint="find_patients")
@allowed(Action.VIEW_PATIENTS)
def find_patients() -> ResponseReturnValue:
    """Patients by the beginning of their names or number, or another page of them."""
    services().reads.note(me(), "patients")
    page = request.form.get("page", "")
    return _listed(request.form.get("query", "").strip()[:LONGEST_SEARCH], int(page) if page.isdecimal() else 1)


def _listed(words: str, wanted: int) -> ResponseReturnValue:
    """A page of the patients found; of fewer pages than wanted, the last."""
    given = services()
    found = given.read(count_patients, words)
    pages = max(1, -(-found // A_PAGE))
    page = min(max(1, wanted), pages)
    listed = given.read(patients, words, limit=A_PAGE, offset=(page - 1) * A_PAGE)
    return render_template(
        "patients.html",
        patients=listed,
        query=words,
        found=found,
        page=page,
        pages=pages,
        asked={"query": words, "page": page} if request.method == "POST" else None,
        may_write=may(me(), Action.CHART),
    )


@blueprint.get("/patients/<int:patient_id>")
@allowed(Action.VIEW_SESSION, query=SessionsPage)
def patient_page(patient_id: int, query: SessionsPage) -> ResponseReturnValue:
    """Who a patient is, what is known of them, their series and sessions."""
    given = services()
    whose = given.read(patient, patient_id)
    theirs = given.read(same_person, patient_id)
    found = given.read(sessions, patient_id=theirs, after=query.after, limit=A_PAGE + 1)
    series = given.read(series_of_patient, patient_id)
    return render_template(
        "patient.html",
        patient=whose,
        profile=told_profile(given.read(profiles_of, patient_id)),
        revisions=given.read(patient_revisions, patient_id),
        allergies=given.read(allergies_of, patient_id),
        series=series,
        outcomes=outcomes_summarised(one.id for one in series),
        sessions=given.read(lines_of, found[:A_PAGE]),
        next_after=found[A_PAGE - 1].id if len(found) > A_PAGE else None,
        usual=given.policy.series,
        may_correct=may(me(), Action.EDIT_PATIENTS),
        may_write=may(me(), Action.CHART),
        may_merge=may(me(), Action.MERGE_PATIENTS),
        may_plan=may(me(), Action.EDIT_SERIES),
    )


@blueprint.get("/series/<int:series_id>")
@allowed(Action.VIEW_SESSION)
def series_page(series_id: int) -> ResponseReturnValue:
    """What is planned in one series, its numbered sessions, and what it did."""
    given = services()
    told = told_series(series_id)
    found = given.read(sessions, series_id=series_id, limit=500)
    return render_template(
        "series.html",
        series=told,
        patient=given.read(patient, told.patient_id),
        sessions=given.read(lines_of, found),
        may_write_letter=may(me(), Action.WRITE_LETTER),
        may_plan=may(me(), Action.EDIT_SERIES),
        **outcome_shown(series_id),
    )
