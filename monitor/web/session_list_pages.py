"""The sessions as lists: of one day by what is to be done with them, and found over any time.

Law: a page is never longer than A_PAGE; what was searched for is posted, so that no name stands in an address.
"""

from collections.abc import Mapping
from typing import Annotated

from flask import Blueprint, Flask, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import Field, ValidationError

from monitor.clinical.session import FINAL_STATES, LIVE_STATES, SessionState
from monitor.security.roles import Action
from monitor.store.queries import SessionRecord, chairs, patient, patients
from monitor.store.queries.patients import Patient
from monitor.web.api.session_search import SessionSearch, found_sessions
from monitor.web.api.sessions import Day
from monitor.web.doors import allowed
from monitor.web.fields import RowId
from monitor.web.here import services
from monitor.web.session_lines import heads_in_clinic, heads_of_day, lines_of

blueprint = Blueprint("session_lists", __name__)
A_PAGE = 100
MOST_LISTED = 50  # patients in the form for a new one; the others are found by a few letters
_ORDER = {**dict.fromkeys(LIVE_STATES, 0), SessionState.SCHEDULED: 1, **dict.fromkeys(FINAL_STATES, 2)}


class ListedDay(Day):
    """A day of sessions; `chair`, `at` (on the clinic's wall), `patient` and `series` fill the form for a new one."""

    page: Annotated[int, Field(ge=1, le=1000)] = 1
    chair: RowId | None = None
    patient: RowId | None = None
    series: RowId | None = None
    at: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] | None = None


def register(app: Flask) -> None:
    """Hang up the pages."""
    app.register_blueprint(blueprint)


@blueprint.get("/sessions")
@allowed(Action.VIEW_SESSION, query=ListedDay)
def sessions(query: ListedDay) -> ResponseReturnValue:
    """The day's sessions, and what a new one needs."""
    given = services()
    today = given.now().astimezone(given.config.timezone).date()
    day = query.day or today
    here = heads_in_clinic() if day == today else ()
    heads = sorted({one.id: one for one in (*heads_of_day(day), *here)}.values(), key=_by_what_is_to_be_done)
    shown = heads[(query.page - 1) * A_PAGE : query.page * A_PAGE]
    return render_template(
        "sessions.html",
        day=day,
        asked=query,
        pages=-(-len(heads) // A_PAGE),
        sessions=[line.model_dump() for line in given.read(lines_of, shown)],
        **_for_a_new_one(query),
    )


@blueprint.post("/sessions")
@allowed(Action.VIEW_SESSION)
def find_sessions() -> ResponseReturnValue:
    """Sessions of any day, by patient, state, days, or in need of a review."""
    typed = {name: value.strip() for name, value in request.form.items() if value.strip() and name != "csrf_token"}
    wrong: list[str] = []
    try:
        asked = SessionSearch.model_validate(_asked(typed))
    except ValidationError as error:
        wrong = [str(one["loc"][0]) for one in error.errors()]
        asked = SessionSearch()
    found = None if wrong else found_sessions(asked)
    return render_template(
        "sessions_found.html",
        asked=typed,
        wrong=wrong,
        sessions=[] if found is None else [line.model_dump() for line in found.sessions],
        before=None if found is None else found.before,
    )


def _asked(typed: Mapping[str, str]) -> dict[str, object]:
    """A form's texts as the search of the API takes them."""
    asked: dict[str, object] = {name: typed[name] for name in ("query", "from_day", "until_day") if name in typed}
    if "state" in typed:
        asked["states"] = [typed["state"]]
    if typed.get("before", "").isdecimal():
        asked["before"] = int(typed["before"])
    return {**asked, "needs_review": "needs_review" in typed}


def _by_what_is_to_be_done(head: SessionRecord) -> tuple[int, object, int]:
    return _ORDER[SessionState(head.state)], head.scheduled_for, head.id


def _for_a_new_one(query: ListedDay) -> dict[str, object]:
    """Patients and chairs to choose from, with whom the hospital says lies there."""
    given = services()
    said = given.ward.hospital_says()
    offered = {chair_id: _offered(one) for chair_id, one in said.items()}
    listed = given.read(patients, limit=MOST_LISTED)
    missing = set(filter(None, (*offered.values(), query.patient))) - {one.id for one in listed}
    listed += [given.read(patient, patient_id) for patient_id in sorted(missing)]
    places = [
        {"id": one.id, "name": one.name, "bed": one.bed, "says": said.get(one.id), "offered": offered.get(one.id)}
        for one in given.read(chairs)
    ]
    return {"patients": [{"id": one.id, "label": _label(one)} for one in listed], "chairs": places}


def _offered(said: Mapping[str, object]) -> int | None:
    """The patient the hospital says lies in a chair's bed."""
    found = said["patient"]
    return int(str(found["id"])) if isinstance(found, Mapping) else None


def _label(one: Patient) -> str:
    born = "" if one.birth_date is None else f", {one.birth_date.isoformat()}"
    return f"{one.family_name}, {one.given_name} ({one.hospital_id}{born})"
