"""The sheet a patient takes home. Law: it is printed in the patient's language, whatever the reader's is.

Times of signatures are as signed, with their distance from UTC: a paper is read after the clocks have changed.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Literal

from flask import Blueprint, Flask, render_template
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, format_datetime, gettext

from monitor.errors import NotFound
from monitor.security.roles import Action
from monitor.web import languages
from monitor.web.doors import allowed
from monitor.web.fields import Query
from monitor.web.here import services
from monitor.web.phrases import in_language

blueprint = Blueprint("sheet", __name__)
_DAY = {"en": "EEEE d MMMM y", "es": "EEEE, d 'de' MMMM 'de' y"}


class InLanguage(Query):
    """The language of the sheet; the reader's own when it is left out."""

    language: Literal["en", "es"] | None = None


def register(app: Flask) -> None:
    """Hang up the page."""
    app.register_blueprint(blueprint)


@blueprint.get("/sessions/<int:session_id>/sheet")
@allowed(Action.VIEW_SESSION, query=InLanguage)
def sheet(session_id: int, query: InLanguage) -> ResponseReturnValue:
    """What the patient takes home, ready to be printed."""
    head = services().ward.session(session_id)["session"]
    if not isinstance(head, Mapping):
        raise NotFound("There is no such session.")
    evaluation = services().recorder.discharge(session_id)
    reader = {
        "print": gettext("Print"),
        "back": gettext("Back to discharge"),
        "language": gettext("Language of the sheet"),
    }
    with force_locale(query.language or languages.language()):
        return render_template("sheet.html", session_id=session_id, session=head, reader=reader, **_said(evaluation))


def _said(evaluation: Mapping[str, object]) -> dict[str, object]:
    signatures = [one for one in _listed(evaluation, "signatures") if isinstance(one, Mapping)]
    at = str(signatures[-1]["signed_at"]) if signatures else str(evaluation.get("as_of", ""))
    return {
        "day": format_datetime(datetime.fromisoformat(at), _DAY[languages.language()]) if at else "",
        "criteria": in_language(_listed(evaluation, "criteria")),
        "escort": _escort(evaluation.get("scores")),
        "signatures": [{**one, "at": _signed_at(one)} for one in signatures],
        "trail": evaluation.get("trail"),
    }


def _signed_at(signature: Mapping[str, object]) -> str:
    """The moment as the signer's clock showed it, with its distance from UTC: a paper outlives a change of clocks."""
    zone = timezone(timedelta(minutes=int(str(signature["utc_offset_min"]))))
    at = datetime.fromisoformat(str(signature["signed_at"])).astimezone(zone)
    return f"{format_datetime(at, 'd MMMM y, HH:mm:ss', rebase=False)} (UTC{at.isoformat()[-6:]})"


def _listed(evaluation: Mapping[str, object], name: str) -> list[object]:
    found = evaluation.get(name, [])
    return list(found) if isinstance(found, Iterable) else []


def _escort(scores: object) -> str:
    """Who takes the patient home, as it was confirmed; empty when nobody has."""
    found: object = scores
    for step in ("confirmations", "items", "escort_present"):
        found = found.get(step) if isinstance(found, Mapping) else None
    named = found.get("name") if isinstance(found, Mapping) else found
    return named if isinstance(named, str) else ""
