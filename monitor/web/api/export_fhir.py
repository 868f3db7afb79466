"""A session as a FHIR R4 bundle, sent in pieces. Law: audited before the first byte; built off the hub, ten minutes of
readings at a time, so that no live number waits and no whole session is held in memory.
"""

import logging
from collections.abc import Iterator
from dataclasses import replace

from flask import Blueprint, Response

from monitor.printing.press import NotPrinted
from monitor.reports.fhir.bundle import closing, opening, reading_entries
from monitor.reports.fhir.record import Document, SessionFile
from monitor.security.roles import Action
from monitor.security.turnstile import TooBusy
from monitor.store.queries.sessions import SessionHistory
from monitor.web.api.export import opened, sent, stretches
from monitor.web.api.papers import language_of
from monitor.web.doors import allowed
from monitor.web.here import services
from monitor.web.papers.printed import session_pdf
from monitor.web.services import Services
from monitor.web.session_file import session_file

log = logging.getLogger(__name__)

blueprint = Blueprint("export_fhir", __name__)


@blueprint.get("/sessions/<int:session_id>/export.fhir.json")
@allowed(Action.EXPORT)
def export_fhir(session_id: int) -> Response:
    """Everything recorded of a session as a FHIR R4 bundle (collection), its printed record among it."""
    given, history = services(), opened(session_id, "fhir")
    file = given.read(session_file, history, given.policies, given.now(), given.version)
    file = replace(file, document=_document(given, file))
    name = f"session-{session_id}.fhir.json"
    return sent(_pieces(given, history, file), "application/fhir+json; charset=utf-8", name)


def _document(given: Services, file: SessionFile) -> Document | None:
    """The printed record; None when it cannot be drawn now: the data do not wait for their paper."""
    try:
        pdf = session_pdf(given, file.head.id, language_of(None))
    except (NotPrinted, TooBusy) as error:
        log.warning("session %d went out as FHIR without its printed record: %s", file.head.id, error.message)
        return None
    return Document("application/pdf", pdf, f"session-{file.head.id}.pdf", signed=bool(file.signatures))


def _pieces(given: Services, history: SessionHistory, file: SessionFile) -> Iterator[bytes]:
    yield given.runtime.offload(opening, file)
    sources: dict[str, None] = {}
    for stretch in stretches(given, history):
        sources.update(dict.fromkeys(one.source for one in stretch))
        yield given.runtime.offload(reading_entries, file, stretch)
    yield given.runtime.offload(closing, file, list(sources))
