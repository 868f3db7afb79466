"""The journal a patient keeps: what it holds, an entry typed by staff, a file that is taken whole."""

import base64
from functools import partial
from typing import Annotated

from flask import Blueprint
from pydantic import AwareDatetime, Field
from sqlalchemy import Connection

from monitor.clinical.outcomes.journal_file import LONGEST_CELL, MOST_BYTES, JournalEntry, read_journal
from monitor.errors import Refused
from monitor.recorder.journal_record import UploadJournal, WriteJournal, upload_journal, write_journal
from monitor.security.roles import Action
from monitor.store.queries.follow_ups import JournalRecord, UploadRecord, journal_of, uploads_of
from monitor.store.queries.series import series
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Body, Line, Query, RequestId, RowId, Time, Words
from monitor.web.here import actor, request_of, services

blueprint = Blueprint("journal", __name__)
_BASE64 = MOST_BYTES * 4 // 3 + 4
Cell = Annotated[Words, Field(max_length=LONGEST_CELL)]


class JournalEntryAnswer(Answer):
    """One entry as it stands; `file_name` null: typed."""

    id: int
    at: Time
    pain: int
    sleep_h: float | None
    rescue_doses: int | None
    side_effects: str
    note: str
    recorded_at: Time
    by: str
    replaces_id: int | None
    file_name: str | None


class UploadAnswer(Answer):
    """A file that was taken: entries that were new, and those that stood there already."""

    id: int
    file_name: str
    sha256: str
    taken: int
    known: int
    at: Time
    by: str


class JournalAnswer(Answer):
    """A part of the journal, the newest first, how long it is, and the files it came from."""

    total: int
    entries: list[JournalEntryAnswer]
    files: list[UploadAnswer]


class UploadedAnswer(UploadAnswer):
    """The file; `again`: this very file was taken before and nothing was added."""

    again: bool


class JournalPart(Query):
    """Which part of a journal."""

    limit: Annotated[int, Field(ge=1, le=500)] = 100
    offset: Annotated[int, Field(ge=0, le=100_000)] = 0


class NewJournalEntry(Body):
    """One entry; `replaces_id` with a `reason` corrects one, and `struck` says that it never was."""

    request_id: RequestId
    at: AwareDatetime
    pain: Annotated[int, Field(ge=0, le=10)]
    sleep_h: float | None = None
    rescue_doses: int | None = None
    side_effects: Cell | None = None
    note: Cell | None = None
    replaces_id: RowId | None = None
    struck: bool = False
    reason: Annotated[Words, Field(max_length=500)] | None = None


class NewJournalFile(Body):
    """A CSV file in base64; columns: date, time, pain, and if kept sleep_hours, rescue_doses, side_effects, note."""

    file_name: Line
    content_base64: Annotated[str, Field(min_length=1, max_length=_BASE64)]


@blueprint.get("/series/<int:series_id>/journal")
@allowed(Action.VIEW_SESSION, query=JournalPart, answer=JournalAnswer)
def get_journal(series_id: int, query: JournalPart) -> JournalAnswer:
    """The journal of a series, the newest entry first."""
    return told_journal(series_id, query)


@blueprint.post("/series/<int:series_id>/journal")
@allowed(Action.CHART, body=NewJournalEntry, answer=JournalAnswer, status=201)
def add_entry(series_id: int, body: NewJournalEntry) -> JournalAnswer:
    """Enter one line of a journal, or correct or strike one."""
    given = services()
    entry = JournalEntry(
        body.at, body.pain, body.sleep_h, body.rescue_doses, body.side_effects or "", body.note or ""
    )  # fmt: skip
    request = request_of(body.request_id, body)
    act = WriteJournal(series_id, entry, body.replaces_id, body.struck, body.reason or "", actor(), request)
    given.recorder.transact(partial(write_journal, act=act, now=given.now()))
    return told_journal(series_id, JournalPart())


@blueprint.post("/series/<int:series_id>/journal/files")
@allowed(Action.CHART, body=NewJournalFile, answer=UploadedAnswer, status=201)
def add_file(series_id: int, body: NewJournalFile) -> UploadedAnswer:
    """Take a journal file whole, or name every line that is wrong with it; the same file again adds nothing."""
    given = services()
    try:
        content = base64.b64decode(body.content_base64, validate=True)
    except ValueError as wrong:  # binascii.Error is one, and so are letters beyond ASCII
        raise Refused("The file did not arrive whole: send it again.", ("content_base64",)) from wrong
    read = given.runtime.offload(partial(read_journal, content, given.config.timezone, given.now()))
    act = UploadJournal(series_id, body.file_name, content, read, actor())
    found = given.recorder.transact(partial(upload_journal, act=act, now=given.now()))
    if not isinstance(found, tuple):
        raise TypeError(f"not a stored upload: {found!r}")
    upload, again = found
    return UploadedAnswer(**UploadAnswer.model_validate(upload).model_dump(), again=again)


def told_journal(series_id: int, part: JournalPart) -> JournalAnswer:
    """A part of a journal; raises NotFound."""
    entries, files = services().read(_journal, series_id)
    shown = entries[::-1][part.offset : part.offset + part.limit]
    return JournalAnswer(
        total=len(entries),
        entries=[JournalEntryAnswer.model_validate(one) for one in shown],
        files=[UploadAnswer.model_validate(one) for one in files],
    )


def _journal(connection: Connection, series_id: int) -> tuple[list[JournalRecord], list[UploadRecord]]:
    series(connection, series_id)
    return journal_of(connection, series_id), uploads_of(connection, series_id)
