"""How a refusal or a fault is told.

Law: a sentence that says what to do next; never a traceback, never a patient's name.
"""

import logging
import secrets
import traceback

from flask import Flask, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from monitor.errors import Conflict, MonitorError, NotAllowed, NotFound, NotRecording, Refused
from monitor.printing.press import NotPrinted
from monitor.recorder.what_if import NotJudged
from monitor.security.locks import Locked, PinRefused
from monitor.security.proofs import ProofRefused
from monitor.security.registry import TooManySockets
from monitor.security.sign_in import SignInRefused
from monitor.security.throttle import TooMany
from monitor.security.turnstile import TooBusy
from monitor.web.here import PasswordChangeNeeded, SecondStepMissing, SignInNeeded, is_api, services

log = logging.getLogger(__name__)


class NotJson(MonitorError):
    """The body is of another kind than the route reads."""

    code = "unsupported_media_type"


class ForeignOrigin(MonitorError):
    """A page of another site asks for something in the name of the person signed in here."""

    code = "foreign_origin"


STATUS: dict[type[MonitorError], int] = {
    SignInNeeded: 401,
    SignInRefused: 401,
    ProofRefused: 401,
    NotAllowed: 403,
    ForeignOrigin: 403,
    NotFound: 404,
    Conflict: 409,
    NotJson: 415,
    Refused: 422,
    Locked: 423,
    PinRefused: 422,
    TooMany: 429,
    TooManySockets: 429,
    TooBusy: 503,
    NotRecording: 503,
    NotPrinted: 503,
    NotJudged: 503,
}
_HTTP_WORDS = {
    400: "The request could not be understood.",
    404: "There is nothing at this address.",
    405: "This address does not take that method.",
    413: "The request is larger than this server takes.",
}
_TITLES = {
    400: "This request could not be understood",
    401: "Please sign in",
    403: "Not allowed",
    404: "Not found",
    409: "Somebody else acted first",
    422: "Not possible yet",
    423: "Locked",
    429: "Too many requests",
    503: "Not possible at the moment",
}


def register(app: Flask) -> None:
    """Answer every kind of error."""
    app.register_error_handler(MonitorError, _refused)
    app.register_error_handler(ValidationError, _invalid)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _fault)


def status_of(error: MonitorError) -> int:
    """The HTTP status of an error raised on purpose."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 400)


def _refused(error: MonitorError) -> ResponseReturnValue:
    if isinstance(error, SignInNeeded) and not is_api() and request.method == "GET":
        return redirect(url_for("pages.sign_in", next=request.full_path.rstrip("?")))
    if isinstance(error, PasswordChangeNeeded) and not is_api() and request.method == "GET":
        return redirect(url_for("pages.password"))
    if isinstance(error, SecondStepMissing) and not is_api() and request.method == "GET":
        return redirect(url_for("second_step.second_step"))
    if isinstance(error, Locked) and not is_api() and request.method == "GET":
        return redirect(url_for("pages.board", next=request.full_path.rstrip("?")))
    more: dict[str, object] = {}
    if isinstance(error, Refused) and error.missing:
        more["missing"] = list(error.missing)
    if isinstance(error, Refused) and error.changed:
        more["changed"] = list(error.changed)
    if isinstance(error, Conflict):
        more["current"] = error.current
    response = told(status_of(error), error.code, error.message, **more)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after_s)
    if isinstance(error, SignInNeeded):
        response.headers["WWW-Authenticate"] = 'Bearer realm="infusion-monitor"'
    return response


def _invalid(error: ValidationError) -> ResponseReturnValue:
    """Says which parts are wrong and why, without repeating what was sent."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    places = [".".join(str(step) for step in one["loc"]) or "body" for one in found]
    message = "; ".join(f"{place}: {one['msg']}" for place, one in zip(places, found, strict=True))
    missing = [str(one["loc"][-1]) for one in found if one["type"] == "missing"]
    return told(400, "invalid", f"The request is not valid: {message}.", fields=places, missing=missing or None)


def _forged(_: CSRFError) -> ResponseReturnValue:
    return told(400, "csrf", "This page is out of date or was not opened here. Load it again and repeat the step.")


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if 300 <= status < 400:
        return error.get_response()
    response = told(status, error.name.lower().replace(" ", "_"), _HTTP_WORDS.get(status, f"{error.name}."))
    if status == 405 and (methods := getattr(error, "valid_methods", None)):
        response.headers["Allow"] = ", ".join(sorted(methods))
    return response


def _fault(error: Exception) -> ResponseReturnValue:
    """Logs where it happened but not what it said: an exception's text may hold a patient's name."""
    reference = secrets.token_hex(4)
    log.error("fault %s: %s", reference, where(error))
    return told(
        500, "fault", f"Something went wrong on the server. Try again; if it stays, tell IT the reference {reference}."
    )


def where(error: BaseException) -> str:
    """The kind of an error and the lines it came through, without what it says."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in reversed(frames[-6:]))
    return f"{type(error).__name__} at {places}"


def told(status: int, code: str, message: str, **more: object) -> Response:
    """One refusal, as JSON or as a page; counted."""
    services().counters.refusals.labels(code).inc()
    if is_api():
        response = jsonify({"error": code, "message": message} | {key: value for key, value in more.items() if value})
    else:
        title = _TITLES.get(status, "Something went wrong")
        response = Response(render_template("error.html", code=status, title=title, what_next=message))
    response.status_code = status
    return response
