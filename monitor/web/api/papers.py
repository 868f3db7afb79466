"""Papers of the record as PDF. Law: audited before the first byte; no patient's name in an address or a file's name."""

from functools import partial
from typing import Literal

from flask import Blueprint, Response

from monitor.security.roles import Action
from monitor.store import audit
from monitor.store.queries.sessions import session
from monitor.store.rows import AuditEntry
from monitor.web import languages
from monitor.web.doors import allowed
from monitor.web.fields import Query
from monitor.web.here import me, services
from monitor.web.papers.printed import forms_pdf, session_pdf
from monitor.web.papers.speech import Language

blueprint = Blueprint("papers", __name__)


class PaperLanguage(Query):
    """The language of the paper; the reader's own when it is left out."""

    language: Literal["en", "es"] | None = None


@blueprint.get("/sessions/<int:session_id>/export.pdf")
@allowed(Action.EXPORT, query=PaperLanguage)
def export_pdf(session_id: int, query: PaperLanguage) -> Response:
    """The record of a session as PDF: summary, timeline, events, signatures; 503 when it cannot be drawn."""
    given = services()
    given.read(session, session_id)
    language = language_of(query.language)
    note_export(f"session {session_id}", "pdf", language)
    made = session_pdf(given, session_id, language)
    return sent_pdf(made, f"session-{session_id}.pdf")


@blueprint.get("/forms.pdf")
@allowed(Action.VIEW_BOARD, query=PaperLanguage)
def blank_forms_pdf(query: PaperLanguage) -> Response:
    """Blank forms by the policy in use, for a day without the system; they name no patient."""
    return sent_pdf(forms_pdf(services(), language_of(query.language)), "forms.pdf")


def language_of(asked: Literal["en", "es"] | None) -> Language:
    """The language asked for, or the reader's."""
    return asked or ("es" if languages.language() == "es" else "en")


def note_export(about: str, kind: str, language: Language, **more: str) -> None:
    """Who took a paper of what, in the audit trail; raises NotRecording, and then nothing is handed out."""
    given, who = services(), me()
    entry = AuditEntry(
        given.now(), who.printed_name, "exported", about, who.person_id, {"kind": kind, "language": language, **more}
    )
    given.recorder.transact(partial(audit.append, entry=entry))


def sent_pdf(made: bytes, name: str) -> Response:
    """The file as an answer; `name` is ours."""
    response = Response(made, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
