"""A session as JSON, and the JSON Schema it follows.

Law: the schema is made of the answers, so that it cannot drift.
"""

from collections.abc import Iterator, Mapping, Sequence

import orjson
from flask import Blueprint, Response, jsonify
from pydantic import TypeAdapter

from monitor.clinical.marked_values import MarkedValues, is_marked
from monitor.clinical.vitals import Vital
from monitor.reports.notices import notices
from monitor.security.roles import Action
from monitor.store.queries import late_acts_of
from monitor.store.queries.readings import ReadingRecord
from monitor.store.queries.sessions import SessionHistory
from monitor.web.api.export import opened, sent, stretches
from monitor.web.api.export_told import (
    FORMAT,
    FORMAT_VERSION,
    SessionExport,
    beside_readings,
    late_by,
    marks_of,
    told_reading,
)
from monitor.web.doors import allowed
from monitor.web.here import services
from monitor.web.services import Services

blueprint = Blueprint("export_json", __name__)
_BESIDE = TypeAdapter(dict[str, object])


@blueprint.get("/sessions/<int:session_id>/export.json")
@allowed(Action.EXPORT, answer=SessionExport)
def export_json(session_id: int) -> Response:
    """Everything recorded of a session as JSON, by the schema at /api/v1/schemas/session-export.json."""
    given, history = services(), opened(session_id, "json")
    signed = [dict(one) for one in given.recorder.signatures(session_id)]
    beside = given.read(beside_readings, history, given.policies)
    return sent(_pieces(given, history, beside, signed), "application/json", f"session-{session_id}.json")


@blueprint.get("/schemas/session-export.json")
@allowed(Action.EXPORT, answer=dict[str, object])
def export_schema() -> Response:
    """The JSON Schema of a session's JSON export."""
    return jsonify(schema())


def schema() -> dict[str, object]:
    """JSON Schema (2020-12) of the export."""
    made = TypeAdapter(SessionExport).json_schema(mode="serialization")
    named = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:infusion-monitor:session-export:{FORMAT_VERSION}",
    }
    return {**named, **made}


def _pieces(
    given: Services, history: SessionHistory, beside: Mapping[str, object], signed: Sequence[Mapping[str, object]]
) -> Iterator[bytes]:
    asked_at = given.now()
    head = {"format": FORMAT, "format_version": FORMAT_VERSION, "exported_at": asked_at, **beside, "signatures": signed}
    yield given.runtime.offload(_BESIDE.dump_json, head)[:-1] + b',"readings":['
    by, marks = late_by(given.read(late_acts_of, history.session.id)), marks_of(history)
    values = 0
    for stretch in stretches(given, history):
        if stretch:
            yield (b",\n" if values else b"\n") + given.runtime.offload(_readings, stretch, by, marks)
            values += len(stretch)
    told = notices(
        history, values=values, signatures=len(signed), asked_at=asked_at, zone=given.config.timezone
    )  # fmt: skip
    yield b'\n],"notices":' + orjson.dumps(list(told)) + b"}\n"


def _readings(stretch: Sequence[ReadingRecord], by: Mapping[int, str], marks: Sequence[MarkedValues]) -> bytes:
    return b",\n".join(
        orjson.dumps(told_reading(one, by, marked=is_marked(marks, Vital(one.vital), one.at))) for one in stretch
    )
