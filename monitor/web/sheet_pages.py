"""The sheets that leave the house on paper: to take home, to hand over, to sign when somebody leaves against advice.

Law: each is printed in the language chosen for it, whatever the reader's is, and says when it is of.

Times of signatures are as signed, with their distance from UTC: a paper is read after the clocks have changed.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from types import MappingProxyType
from typing import Literal

from flask import Blueprint, Flask, render_template
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, format_datetime, gettext

from monitor.errors import NotFound
from monitor.security.roles import Action
from monitor.store.queries.assessments import DISCHARGE_MEANINGS
from monitor.web import languages
from monitor.web.doors import allowed
from monitor.web.fields import Query
from monitor.web.here import services
from monitor.web.phrases import in_language

blueprint = Blueprint("sheet", __name__)
ON_PAPER = (*DISCHARGE_MEANINGS, "addendum")
_DAY = {"en": "EEEE d MMMM y", "es": "EEEE, d 'de' MMMM 'de' y"}


class InLanguage(Query):
    """The language of the sheet; the reader's own when it is left out."""

    language: Literal["en", "es"] | None = None


def register(app: Flask) -> None:
    """Hang up the page."""
    app.register_blueprint(blueprint)
    app.jinja_env.filters.update(clock=_clock, day=_day, minutes=_minutes)


@blueprint.get("/sessions/<int:session_id>/sheet")
@allowed(Action.VIEW_SESSION, query=InLanguage)
def sheet(session_id: int, query: InLanguage) -> ResponseReturnValue:
    """What the patient takes home, ready to be printed."""
    head = services().ward.session(session_id)["session"]
    if not isinstance(head, Mapping):
        raise NotFound("There is no such session.")
    evaluation = services().recorder.discharge(session_id)
    told, reader = services().recorder.hand_over_sheet(session_id), _reader()
    with force_locale(query.language or languages.language()):
        said = {**_said(evaluation), "told": in_language(told), "telephone": services().config.clinic_telephone}
        return render_template("sheet.html", session_id=session_id, session=head, reader=reader, **said)


@blueprint.get("/sessions/<int:session_id>/handover-sheet")
@allowed(Action.VIEW_SESSION, query=InLanguage)
def handover_sheet(session_id: int, query: InLanguage) -> ResponseReturnValue:
    """What goes along with a patient who is transferred, on one page."""
    return _sheet("handover_sheet.html", session_id, query)


@blueprint.get("/sessions/<int:session_id>/leaving-form")
@allowed(Action.VIEW_SESSION, query=InLanguage)
def leaving_form(session_id: int, query: InLanguage) -> ResponseReturnValue:
    """What a patient who leaves against advice is told, and signs; what was recorded is filled in."""
    return _sheet("leaving_form.html", session_id, query)


@blueprint.get("/sessions/<int:session_id>/monitoring-form")
@allowed(Action.VIEW_SESSION, query=InLanguage)
def monitoring_form(session_id: int, query: InLanguage) -> ResponseReturnValue:
    """What a monitoring form asks of the session, to be copied or filed."""
    with services().history.passage():
        form = services().recorder.monitoring_form(session_id)
    return _sheet("monitoring_form.html", session_id, query, {"form": form})


def _sheet(
    template: str, session_id: int, query: InLanguage, more: Mapping[str, object] = MappingProxyType({})
) -> ResponseReturnValue:
    told, reader = services().recorder.hand_over_sheet(session_id), _reader()
    with force_locale(query.language or languages.language()):
        said = {**told, "vitals": _pressures_together(told["vitals"])}
        shown = {name: in_language(one) for name, one in {**more, "told": said}.items()}
        return render_template(template, session_id=session_id, reader=reader, **shown)


def _reader() -> dict[str, str]:
    """The words around the paper, in the reader's own language."""
    return {
        "print": gettext("Print"),
        "back": gettext("Back to discharge"),
        "language": gettext("Language of the sheet"),
    }


def _pressures_together(vitals: object) -> list[Mapping[str, object]]:
    """The two pressures of one cuff as one line, “128/76”; what has no partner of the same time stands by itself."""
    listed = [one for one in vitals if isinstance(one, Mapping)] if isinstance(vitals, Iterable) else []
    dia = next((one for one in listed if one["vital"] == "nibp_dia"), None)
    told: list[Mapping[str, object]] = []
    for one in listed:
        if one["vital"] == "nibp_sys" and dia is not None and dia["at"] == one["at"] and one["value"] is not None:
            told.append({**one, "value": f"{one['value']:.0f}/{dia['value']:.0f}"})
        elif one["vital"] != "nibp_dia" or not told or "/" not in str(told[0]["value"]):
            told.append({**one, "value": None if one["value"] is None else f"{one['value']:g}"})
    return told


def _clock(at: str) -> str:
    """14:32 on the clinic's wall."""
    return str(format_datetime(datetime.fromisoformat(at), "HH:mm"))


def _day(at: str) -> str:
    """5 March 2026, 14:32 on the clinic's wall."""
    return str(format_datetime(datetime.fromisoformat(at), "d MMMM y, HH:mm"))


def _minutes(seconds: float) -> str:
    """Whole minutes of a length of time."""
    return f"{seconds / 60:.0f}"


def _said(evaluation: Mapping[str, object]) -> dict[str, object]:
    given = [one for one in _listed(evaluation, "signatures") if isinstance(one, Mapping)]
    signatures = [one for one in given if one.get("meaning") in ON_PAPER]
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
