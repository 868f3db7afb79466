"""Everything of a session but its readings as one table, a row each, by time.

Law: made of what the JSON export tells, so that the two say the same; what does not fit a column is JSON in `details`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.reports.cells import Cell

COLUMNS = (
    *("session", "at", "at_clinic", "simulated", "kind", "what", "by", "role", "value", "words", "reason"),
    *("replaced_by", "id", "details"),
)
Told = Mapping[str, object]
# Of each list of the JSON export: what a row of it is called, and which of its names holds time, what, value and words.
_KINDS: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("events", "event", "at", "event", "", ""),
    ("scores", "score", "at", "kind", "total", ""),
    ("alarms", "alarm", "raised_at", "rule", "value", "words"),
    ("device_alarms", "device alarm", "began_at", "code", "", "text"),
    ("pump_events", "pump", "charted_at", "kind", "", "words"),
    ("responsible", "responsible nurse", "at", "name", "", "note"),
    ("allergies", "allergy statement", "at", "said", "", "substance"),
    ("signatures", "signature", "signed_at", "meaning", "", "verification"),
)
_BY = ("by", "printed_name")
_REASON = ("reason", "override_reason")
_REPLACED = ("corrected_by", "replaced_by")
_ID = ("version", "id")
_LONG = frozenset({"record", "public_key", "why"})  # the signed text and a rule's sources are in the JSON export


def event_rows(
    told: Mapping[str, Sequence[Told]], session_id: int, simulated: bool, zone: ZoneInfo
) -> list[list[Cell]]:
    """The rows of what is `told`, list by list as the JSON export names them; `zone` is the clinic's."""
    mark = "SIMULATED" if simulated else "no"
    found = sorted(_found(told), key=lambda row: row[0])
    return [
        [session_id, at.isoformat(), at.astimezone(zone).isoformat(), mark, *rest] for at, rest in found
    ]  # fmt: skip


def notice_row(words: str, session_id: int, simulated: bool) -> list[Cell]:
    """A row that says something of the whole session."""
    return [session_id, "", "", "SIMULATED" if simulated else "no", "notice", "", "", "", None, words, "", "", "", ""]


def _found(told: Mapping[str, Sequence[Told]]) -> Iterator[tuple[datetime, list[Cell]]]:
    for name, kind, at, what, value, words in _KINDS:
        for one in told[name]:
            yield _time(one[at]), _row(kind, one, (at, what, value, words))
    for alarm in told["alarms"]:
        yield from _seen(alarm)


def _seen(alarm: Told) -> Iterator[tuple[datetime, list[Cell]]]:
    seen = alarm["acknowledgements"]
    for one in seen if isinstance(seen, list) else []:
        words = f"saw {one['priority_seen']}"
        row = ["acknowledgement", alarm["rule"], one["by"], "", one["value_seen"], words, "", "", alarm["id"], ""]
        yield _time(one["at"]), [_cell(cell) for cell in row]


def _row(kind: str, one: Told, names: tuple[str, str, str, str]) -> list[Cell]:
    _, what, value, words = names
    shown = {*names, "role", *_BY, *_REASON, *_REPLACED, *_ID}
    rest = {name: said for name, said in one.items() if name not in shown | _LONG and said not in (None, "", [], {})}
    details = json.dumps(rest, ensure_ascii=False, default=str) if rest else ""
    columns = (one.get(what), _first(one, _BY), one.get("role"), one.get(value), one.get(words))
    return [
        kind,
        *map(_cell, columns),
        *(_cell(_first(one, names)) for names in (_REASON, _REPLACED, _ID)),
        details,
    ]  # fmt: skip


def _first(one: Told, names: Iterable[str]) -> object:
    return next((one[name] for name in names if one.get(name) is not None), None)


def _cell(value: object) -> Cell:
    if value is None or isinstance(value, str | int | float):
        return value
    return json.dumps(value, ensure_ascii=False)


def _time(value: object) -> datetime:
    return datetime.fromisoformat(str(value))
