"""A patient's journal, typed or from a file, brought into the record.

Laws
1. A file is taken whole or not at all; the same file again changes nothing and says so.
2. What stands in the journal already is known, not taken twice; what differs from it is refused, and corrected by hand.
3. An entry is corrected or struck by a row of its own, with a reason.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from monitor.clinical.outcomes.journal_file import JournalEntry, JournalFile, JournalRefused, check_entry
from monitor.errors import Refused
from monitor.recorder.acts import Actor
from monitor.security.roles import Action, require
from monitor.store.audit import append
from monitor.store.follow_ups import JournalRow, UploadRow, insert_journal_entries, insert_upload
from monitor.store.queries.follow_ups import JournalRecord, UploadRecord, journal_of, uploads_of
from monitor.store.queries.series import series
from monitor.store.requests import Request, made_for, remember
from monitor.store.rows import AuditEntry

MOST_ENTRIES = 5000  # of one series: a year of more than ten a day
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class UploadJournal:
    """A file as it was sent, and what was read from it."""

    series_id: int
    file_name: str
    content: bytes
    read: JournalFile
    person: Actor


@dataclass(frozen=True, slots=True)
class WriteJournal:
    """One entry typed; with `replaces_id` a correction, which is `struck` when the entry never was."""

    series_id: int
    entry: JournalEntry
    replaces_id: int | None
    struck: bool
    reason: str
    person: Actor
    request: Request | None = None


def upload_journal(connection: Connection, act: UploadJournal, now: datetime) -> tuple[UploadRecord, bool]:
    """The upload, and whether this very file was taken before; raises JournalRefused, NotFound, NotAllowed."""
    require(act.person, Action.CHART)
    series(connection, act.series_id)
    sha256 = hashlib.sha256(act.content).hexdigest()
    before = next((one for one in uploads_of(connection, act.series_id) if one.sha256 == sha256), None)
    if before is not None:
        return before, True
    new = _not_known(journal_of(connection, act.series_id), act.read.entries)
    known = len(act.read.entries) - len(new)
    who = act.person
    made = insert_upload(
        connection,
        UploadRow(act.series_id, act.file_name, sha256, len(new), known, now, who.person_id, who.name),
    )
    insert_journal_entries(connection, [_row(act.series_id, one, who, now, upload_id=made) for one in new])
    facts = {"upload": made, "sha256": sha256, "taken": len(new), "known": known}
    append(connection, AuditEntry(now, who.name, "journal.upload", f"series {act.series_id}", who.person_id, facts))
    return next(one for one in uploads_of(connection, act.series_id) if one.id == made), False


def write_journal(connection: Connection, act: WriteJournal, now: datetime) -> None:
    """Keep one entry; raises Refused, Conflict, NotFound, NotAllowed."""
    require(act.person, Action.CHART)
    series(connection, act.series_id)
    if made_for(connection, act.request) is not None:
        return
    check_entry(act.entry, now)
    if act.struck and act.replaces_id is None:
        raise Refused("Name the entry that never was.", ("replaces_id",))
    if act.replaces_id is not None and not act.reason:
        raise Refused("Say why the entry is corrected.", ("reason",))
    standing = [one for one in journal_of(connection, act.series_id) if one.id != act.replaces_id]
    if not act.struck and not _not_known(standing, [act.entry]):
        raise Refused("The journal has this very entry already.", ("at",))
    row = _row(
        act.series_id, act.entry, act.person, now, replaces_id=act.replaces_id, struck=act.struck, reason=act.reason
    )
    insert_journal_entries(connection, [row])
    remember(connection, act.request, act.series_id)
    facts = {"at": act.entry.at.isoformat(), "replaces": act.replaces_id, "struck": act.struck}
    who = act.person
    append(connection, AuditEntry(now, who.name, "journal.write", f"series {act.series_id}", who.person_id, facts))


def _not_known(standing: Sequence[JournalRecord], entries: Sequence[JournalEntry]) -> list[JournalEntry]:
    """Those that are new; raises JournalRefused for those that contradict what stands."""
    there = {one.at: one for one in standing}
    refusals, new = [], []
    for entry in entries:
        before = there.get(entry.at)
        if before is None:
            new.append(entry)
        elif _entry(before) != entry:
            refusals.append(f"{entry.at.isoformat()}: the journal says pain {before.pain} (entered by {before.by})")
    if refusals:
        words = "Nothing was taken: the journal says something else of the same times. Correct it there, or the file."
        raise JournalRefused(words, tuple(refusals[:_SHOWN]))
    if len(standing) + len(new) > MOST_ENTRIES:
        raise JournalRefused(f"A journal holds at most {MOST_ENTRIES} entries of one series.")
    return new


def _entry(one: JournalRecord) -> JournalEntry:
    return JournalEntry(one.at, one.pain, one.sleep_h, one.rescue_doses, one.side_effects, one.note)


def _row(
    series_id: int, entry: JournalEntry, who: Actor, now: datetime, *,
    upload_id: int | None = None, replaces_id: int | None = None, struck: bool = False, reason: str = "",
) -> JournalRow:  # fmt: skip
    return JournalRow(
        series_id, entry.at, entry.pain, entry.sleep_h, entry.rescue_doses, entry.side_effects, entry.note, upload_id,
        replaces_id, struck, reason, now, who.person_id, who.name,
    )  # fmt: skip
