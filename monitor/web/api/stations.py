"""Stations: whether each can sound an alarm now, and when it was last heard."""

from functools import partial

from flask import Blueprint
from sqlalchemy import Connection

from monitor.errors import NotFound
from monitor.recorder.sound_tests import is_due
from monitor.security.roles import Action
from monitor.store import audit
from monitor.store.queries.sound_proofs import last_sound_proofs
from monitor.store.requests import Request, made_for, remember
from monitor.store.rows import AuditEntry
from monitor.store.sound_proofs import CHECK, TEST, SoundProofRow, insert_sound_proof
from monitor.ward.sounding import StationSound
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Body, RequestId, Time
from monitor.web.here import me, request_of, services

blueprint = Blueprint("stations", __name__)


class SoundProofAnswer(Answer):
    """Somebody listened (check), or the page played the server's test and measured its output (test)."""

    at: Time
    by: str
    heard: bool


class StationAnswer(Answer):
    """A station: `sound` is sounds, silent or unknown (just after a start); `pages` sound for it, one a browser."""

    name: str
    sound: StationSound
    pages: int
    check: SoundProofAnswer | None
    check_due: bool
    test: SoundProofAnswer | None
    test_due: bool


class Heard(Body):
    """Whether it was heard."""

    request_id: RequestId
    heard: bool


@blueprint.get("/stations")
@allowed(Action.VIEW_BOARD, answer=list[StationAnswer])
def list_stations() -> list[StationAnswer]:
    """Every station, whether it can sound now, its last sound check and its last test."""
    last = services().read(last_sound_proofs)
    return [_station(name, last) for name in services().ward.stations()]


@blueprint.post("/stations/<station>/sound-checks")
@allowed(Action.ACKNOWLEDGE, body=Heard, answer=StationAnswer)
def record_sound_check(station: str, body: Heard) -> StationAnswer:
    """A person had the High alarm played at this station and says whether they heard it."""
    return _record(station, CHECK, body)


@blueprint.post("/stations/<station>/sound-tests")
@allowed(Action.VIEW_BOARD, body=Heard, answer=StationAnswer)
def record_sound_test(station: str, body: Heard) -> StationAnswer:
    """A page played the server's test; `heard` is what it measured at its own output."""
    return _record(station, TEST, body)


def _record(station: str, kind: str, body: Heard) -> StationAnswer:
    given, who = services(), me()
    if station not in given.ward.stations():
        raise NotFound("There is no station of that name.")
    row = SoundProofRow(station, kind, given.now(), who.person_id, who.printed_name, body.heard)
    given.recorder.transact(partial(_add, row=row, request=request_of(body.request_id, body)))
    return _station(station, given.read(last_sound_proofs))


def _add(connection: Connection, row: SoundProofRow, request: Request | None) -> int:
    before = made_for(connection, request)
    if before is not None:
        return before
    number = insert_sound_proof(connection, row)
    remember(connection, request, number)
    facts = {"kind": row.kind, "heard": row.heard}
    audit.append(connection, AuditEntry(row.at, row.by, "sound_proof", f"station {row.station}", row.person_id, facts))
    return number


def _station(name: str, last: dict[tuple[str, str], SoundProofRow]) -> StationAnswer:
    given = services()
    check, test = last.get((name, CHECK)), last.get((name, TEST))
    return StationAnswer(
        name=name,
        sound=given.sounds.of(name),
        pages=given.sounds.pages(name),
        check=None if check is None else SoundProofAnswer.model_validate(check),
        check_due=is_due(check, given.sounds.policy.check_every_s, given.now()),
        test=None if test is None else SoundProofAnswer.model_validate(test),
        test_due=is_due(test, given.sounds.policy.test_every_s, given.now()),
    )
