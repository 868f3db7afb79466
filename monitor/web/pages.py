"""The pages.

Law: a page is a frame with what its first paint needs; what is live comes by socket, what is done goes by the API.
"""

from functools import partial
from typing import Annotated

from flask import Blueprint, Flask, Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import logout_user
from pydantic import Field, TypeAdapter, ValidationError

from monitor.errors import MonitorError, NotFound, Refused
from monitor.security import records
from monitor.security.passwords import SHORTEST
from monitor.security.proofs import SecondStepNeeded
from monitor.security.records import By
from monitor.security.roles import Action, Role, may
from monitor.security.sign_in import Identity, SignInRefused
from monitor.store.queries import chairs
from monitor.ward.responsible import staff_initials
from monitor.web import languages, phrases
from monitor.web.api.adverse_events import offered_terms
from monitor.web.api.reviews import waiting_reviews
from monitor.web.api.trainings import care_words
from monitor.web.doors import allowed, open_to_all
from monitor.web.faults import status_of
from monitor.web.here import SignInNeeded, address, me, services, signed_in, somebody
from monitor.web.paths import safe_next
from monitor.web.second_step_pages import await_second_step

blueprint = Blueprint("pages", __name__)

_TYPED = TypeAdapter(Annotated[str, Field(max_length=1024)])


def register(app: Flask) -> None:
    """Hang up the pages and what every template gets."""
    app.register_blueprint(blueprint)
    app.jinja_env.filters.update(spoken=phrases.spoken, in_language=phrases.in_language)

    @app.context_processor
    def always() -> dict[str, object]:
        given, who = services(), somebody()
        return {
            "me": _shown(who),
            "locked": who is not None and who.locked,
            "my_initials": None if who is None else staff_initials(who.printed_name),
            "build": given.build,
            "language": languages.language(),
            "languages": languages.LANGUAGES,
            "phrase_table": phrases.phrase_table(languages.language()),
            "policy": given.policy,
            "demo": given.config.demo,
            "clinic_zone": given.config.timezone.key,
            "may_assign_chairs": who is not None and may(who, Action.ASSIGN_CHAIR),
            "may_follow_up": who is not None and may(who, Action.VIEW_SESSION),
            "may_people": who is not None and may(who, Action.VIEW_PEOPLE),
            "may_enrol": who is not None and may(who, Action.ENROL_DISPLAY),
            "may_analytics": who is not None and may(who, Action.VIEW_ANALYTICS),
            "may_audit": who is not None and may(who, Action.VIEW_AUDIT),
            "trail_broken": who is not None and who.role == Role.ADMINISTRATOR and bool(given.trail.state.broken),
            "training_care": care_words,
            "waiting_reviews": waiting_reviews if who is not None and may(who, Action.REVIEW) else None,
            "may_devices": who is not None and may(who, Action.VIEW_UNASSIGNED),
        }

    @app.url_defaults
    def built(endpoint: str, values: dict[str, object]) -> None:
        """A static file asked for by its build may be kept for ever."""
        if endpoint == "static":
            values.setdefault("v", services().build)


@blueprint.get("/sign-in")
@open_to_all("Where people sign in.")
def sign_in() -> ResponseReturnValue:
    """The sign-in page."""
    who = somebody()
    if who is not None and not who.locked:
        return redirect(safe_next(request.args.get("next")))
    return _sign_in_page()


@blueprint.post("/sign-in")
@open_to_all("Where people sign in.")
def sign_in_post() -> ResponseReturnValue:
    """Sign in, with a new secret and a new CSRF token: nothing planted in the browser before is worth anything."""
    name, password = _typed("name"), _typed("password")
    try:
        secret, identity = services().sign_ins.sign_in(name, password, address())
    except SecondStepNeeded as needed:
        return await_second_step(needed.half, _typed("next"))
    except MonitorError as refusal:
        return _sign_in_page(name=name, error=refusal.message, status=status_of(refusal))
    signed_in(secret, identity)
    return redirect(url_for("pages.password") if identity.must_change_password else safe_next(_typed("next")))


@blueprint.post("/sign-out")
@allowed(Action.VIEW_BOARD, one_time_password=True, without_second_step=True, while_locked=True)
def sign_out() -> ResponseReturnValue:
    """Sign out: this browser's sign-in and its live pages end."""
    services().sign_ins.sign_out(me())
    logout_user()
    session.clear()
    response = redirect(url_for("pages.sign_in"))
    response.headers["Clear-Site-Data"] = '"cache", "cookies"'
    return response


@blueprint.post("/language")
@allowed(Action.VIEW_CHAIRS, one_time_password=True)
def choose_language() -> ResponseReturnValue:
    """The language the signed-in person is spoken to, here and wherever they sign in next."""
    identity, chosen = me(), _typed("language")
    if identity.person_id is None or identity.is_token or chosen not in languages.LANGUAGES:
        raise Refused(f"A person chooses one of: {', '.join(languages.LANGUAGES)}.", ("language",))
    given, by = services(), By(identity.name, identity.person_id)
    act = partial(records.choose_language, by=by, at=given.now(), person_id=identity.person_id, language=chosen)
    given.recorder.transact(act)
    return redirect(safe_next(_typed("next")))


@blueprint.get("/password")
@allowed(Action.OWN_SIGN_IN, one_time_password=True, without_second_step=True)
def password() -> ResponseReturnValue:
    """The page to change one's own password."""
    _require_person()
    return render_template("password.html", error=None, forced=me().must_change_password, shortest=SHORTEST)


@blueprint.post("/password")
@allowed(Action.OWN_SIGN_IN, one_time_password=True, without_second_step=True)
def password_post() -> ResponseReturnValue:
    """Change one's own password; every other sign-in of the person ends."""
    _require_person()
    identity = me()
    try:
        secret, changed = services().sign_ins.change_password(identity, _typed("current"), _typed("new"))
    except MonitorError as refusal:
        wrong = isinstance(refusal, SignInRefused)
        error = "The present password is wrong." if wrong else refusal.message
        page = render_template("password.html", error=error, forced=identity.must_change_password, shortest=SHORTEST)
        return page, 422 if wrong else status_of(refusal)
    signed_in(secret, changed)
    return redirect(url_for("pages.board"))


@blueprint.get("/")
@allowed(Action.VIEW_BOARD, while_locked=True)
def board() -> ResponseReturnValue:
    """All chairs of one station; of the first when none is named. A display has a page of its own."""
    if me().role == Role.STATION_DISPLAY:
        return redirect(url_for("wall.wall"))
    stations = list(services().ward.stations())
    station = request.args.get("station") or next(iter(stations), "")
    if stations and station not in stations:
        raise NotFound(f"There is no station of that name. There are: {', '.join(stations)}.")
    found = [one for one in services().read(chairs) if (one.station or "") == station]
    return render_template(
        "board.html", station=station, stations=stations, chairs=[{"id": one.id, "name": one.name} for one in found]
    )


@blueprint.get("/intake")
@allowed(Action.VIEW_UNASSIGNED)
def intake() -> ResponseReturnValue:
    """Devices nobody knows yet and messages that were refused; the lists themselves come by the API."""
    stations = list(services().ward.stations())
    return render_template(
        "intake.html",
        station=next(iter(stations), ""),
        may_bind=may(me(), Action.BIND_CHAIR),
        may_assign=may(me(), Action.ASSIGN_READINGS),
        may_replay=may(me(), Action.REPLAY_QUARANTINE),
        may_outbox=may(me(), Action.VIEW_OUTBOX),
        may_decide=may(me(), Action.MANAGE_OUTBOX),
        may_refused=may(me(), Action.VIEW_QUARANTINE),
    )


@blueprint.get("/sessions/<int:session_id>", endpoint="session")
@allowed(Action.VIEW_SESSION)
def session_page(session_id: int) -> ResponseReturnValue:
    """One live session."""
    opened = _opened(session_id)
    return render_template("session.html", limits=services().ward.limits(session_id), **opened)


@blueprint.get("/sessions/<int:session_id>/prepare")
@allowed(Action.VIEW_SESSION)
def prepare(session_id: int) -> ResponseReturnValue:
    """What is still missing before a start."""
    return render_template("prepare.html", **_opened(session_id))


@blueprint.get("/sessions/<int:session_id>/discharge")
@allowed(Action.VIEW_SESSION)
def discharge(session_id: int) -> ResponseReturnValue:
    """Recovery and discharge."""
    return render_template("discharge.html", may_export=may(me(), Action.EXPORT), **_opened(session_id))


@blueprint.post("/csp-report")
@open_to_all("Browsers report violations of the content policy without a token.", csrf=False)
def csp_report() -> ResponseReturnValue:
    """Taken and not kept: a report may hold addresses with names of patients."""
    return Response(status=204)


def _shown(who: Identity | None) -> dict[str, object] | None:
    """Whoever asks, as a template names them: by initials at a locked sign-in."""
    if who is None:
        return None
    initials = staff_initials(who.printed_name)
    name, printed_name = (initials, initials) if who.locked else (who.name, who.printed_name)
    return {"id": who.person_id, "name": name, "printed_name": printed_name, "role": who.role}


def _opened(session_id: int) -> dict[str, object]:
    """What a page about one session gets: its head, and the station whose other chairs its top bar counts."""
    head = services().ward.head(session_id)
    seated = {one.name: one.station for one in services().read(chairs)}
    station = seated.get(str(head["chair"])) or ""
    return {"session_id": session_id, "session": head, "station": station, "adverse_terms": offered_terms()}


def _sign_in_page(name: str = "", error: str | None = None, status: int = 200) -> ResponseReturnValue:
    target = safe_next(request.values.get("next"))
    return render_template("sign_in.html", error=error, name=name, next=target), status


def _typed(field: str) -> str:
    try:
        return _TYPED.validate_python(request.form.get(field, ""))
    except ValidationError:
        return ""


def _require_person() -> None:
    if me().is_token:
        raise SignInNeeded("A program has no password: sign in as a person.")
