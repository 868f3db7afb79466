"""A session as a FHIR R4 bundle, sent in pieces. Law: audited before the first byte; built off the hub, ten minutes of
readings at a time, so that no live number waits and no whole session is held in memory.
"""

from collections.abc import Iterator

from flask import Blueprint, Response

from monitor.reports.fhir.bundle import closing, opening, reading_entries
from monitor.reports.fhir.record import SessionFile
from monitor.security.roles import Action
from monitor.store.queries.sessions import SessionHistory
from monitor.web.api.export import opened, sent, stretches
from monitor.web.doors import allowed
from monitor.web.here import services
from monitor.web.services import Services
from monitor.web.session_file import session_file

blueprint = Blueprint("export_fhir", __name__)


@blueprint.get("/sessions/<int:session_id>/export.fhir.json")
@allowed(Action.EXPORT)
def export_fhir(session_id: int) -> Response:
    """Everything recorded of a session as a FHIR R4 bundle (collection)."""
    given, history = services(), opened(session_id, "fhir")
    file = given.read(session_file, history, given.policies, given.now(), given.version)
    name = f"session-{session_id}.fhir.json"
    return sent(_pieces(given, history, file), "application/fhir+json; charset=utf-8", name)


def _pieces(given: Services, history: SessionHistory, file: SessionFile) -> Iterator[bytes]:
    yield given.runtime.offload(opening, file)
    sources: dict[str, None] = {}
    for stretch in stretches(given, history):
        sources.update(dict.fromkeys(one.source for one in stretch))
        yield given.runtime.offload(reading_entries, file, stretch)
    yield given.runtime.offload(closing, file, list(sources))
