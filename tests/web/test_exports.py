"""A session as CSV and JSON: value by value what the record holds, and in words what it does not hold."""

import csv
import io
import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jsonschema
import pytest
from sqlalchemy import select

from monitor.clinical.vitals import KINDS, Vital
from monitor.errors import NotRecording
from monitor.recorder.discharge_picture import signatures_whole
from monitor.reports.cells import safe_cell
from monitor.security.roles import Role
from monitor.security.signing_key import PublicKeys
from monitor.store import schema
from monitor.store.schema import VITAL_COLUMNS
from monitor.store.types import to_ms
from tests import recorded_sessions as recorded
from tests.architecture import write_export_schema
from tests.recorded_sessions import Place, furnished
from tests.web.clinic import Browser, Clinic, open_clinic

Row = dict[str, str]
MOMENTS = 610  # the first ten minutes: everything odd happens in them
SCHEMA = json.loads(write_export_schema.PAGE.read_text(encoding="utf-8"))

NOTHING = "No vital sign was recorded."
RUNNING = "The session was infusing when this was exported at 2026-03-02T08:00:01+00:00: what follows is not in it."


@dataclass(frozen=True)
class Room:
    """A clinic with a place to write sessions into, and somebody who may export."""

    clinic: Clinic
    nurse: Browser
    numbers: Iterator[int]

    def place(self) -> Place:
        """A patient and a chair that no other session has."""
        return furnished(self.clinic.office.store, next(self.numbers))

    def get(self, session_id: int, kind: str) -> str:
        reply = self.nurse.get(f"/api/v1/sessions/{session_id}/export.{kind}")
        assert reply.status_code == 200, reply.text
        return reply.text

    def rows(self, session_id: int, kind: str = "csv") -> list[Row]:
        return list(csv.DictReader(io.StringIO(self.get(session_id, kind))))

    def json(self, session_id: int) -> Any:
        whole = json.loads(self.get(session_id, "json"))
        odd = [one for one in whole["readings"] if one["struck"] or one["late"] or one["quality"] != "accepted"]
        some = {**whole, "readings": [*odd, *whole["readings"][::99]]}  # a validator takes a second for a thousand
        jsonschema.validate(some, SCHEMA, format_checker=jsonschema.FormatChecker())
        return whole


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    with open_clinic(tmp_path_factory.mktemp("exports")) as clinic:
        keys = PublicKeys({})
        clinic.spine.signatures = lambda number: clinic.office.store.read(signatures_whole, number, keys)  # type: ignore[method-assign]
        yield Room(clinic, clinic.signed_in(), itertools.count(1))


@pytest.fixture(scope="module")
def full(room: Room) -> int:
    return recorded.full(room.place(), moments=MOMENTS, simulated=True)


def stored(room: Room, session_id: int) -> Counter[tuple[int, str, float]]:
    """(device time in ms, vital, value) of every cell of the readings table itself."""
    table = schema.readings
    query = select(table).where(table.c.session_id == session_id)
    rows = room.clinic.office.store.read(lambda connection: connection.execute(query).mappings().all())
    return Counter(
        (row["device_at_ms"], vital, row[vital]) for row in rows for vital in VITAL_COLUMNS if row[vital] is not None
    )


def exported(rows: list[Row]) -> Counter[tuple[int, str, float]]:
    heads = {vital: f"{vital} [{KINDS[Vital(vital)].unit}]" for vital in VITAL_COLUMNS}
    return Counter(
        (to_ms(datetime.fromisoformat(row["measured_at"])), vital, float(row[head]))
        for row in rows
        for vital, head in heads.items()
        if row[head]
    )


def test_the_csv_holds_every_value_of_the_record_once_with_its_unit_and_all_that_is_doubted(
    room: Room, full: int
) -> None:
    rows = room.rows(full)
    assert exported(rows) == stored(room, full)
    assert len({row["at"] for row in rows}) == MOMENTS + 1
    assert {row["simulated"] for row in rows} == {"SIMULATED"}
    assert Counter(row["charted"] for row in rows) == {"yes": MOMENTS + 2, "corrected": 1, "withdrawn": 1}
    assert [row["hr [/min]"] for row in rows if row["implausible"] == "hr"] == ["399.0"]
    late = [row for row in rows if row["late"] == "LATE"]
    assert [(row["source"], row["assigned_by"], row["questionable"]) for row in late] == [
        ("'=TRANSPORT", recorded.NURSE, "hr spo2")
    ]
    assert sum(row["questionable"] == "spo2" for row in rows) == 2
    marked = [row["at"] for row in rows if row["artefact"] == "spo2"]
    assert (marked[0], marked[-1], len(marked)) == ("2026-02-16T08:08:00+00:00", "2026-02-16T08:09:00+00:00", 61)
    assert {row["at_clinic"][-6:] for row in rows} == {"+01:00"}
    assert all(
        row["signed"].startswith("discharge approved by Pilar Physician MD (physician) 2026-02-16") for row in rows
    )


def test_the_json_follows_its_schema_and_holds_every_value_of_the_record(room: Room, full: int) -> None:
    whole = room.json(full)
    readings = whole["readings"]
    told = Counter((to_ms(datetime.fromisoformat(one["measured_at"])), one["vital"], one["value"]) for one in readings)
    assert told == stored(room, full)
    assert {one["unit"] for one in readings if one["vital"] == "nibp_sys"} == {"mm[Hg]"}
    assert Counter(one["struck"] for one in readings if one["struck"]) == {"corrected": 1, "withdrawn": 1}
    assert sum(one["marked"] for one in readings) == 61
    assert (whole["session"]["simulated"], whole["session"]["mark"], whole["notices"]) == (True, "SIMULATED", [])
    assert [one["event"] for one in whole["events"]][-3:] == ["end_infusion", "resolve_adverse_event", "discharge"]
    assert [(one["total"], one["replaced_by"] is None) for one in whole["scores"]] == [
        (7.0, True), (2.0, False), (5.0, True), (3.0, True), (2.0, True),
    ]  # fmt: skip
    assert len(whole["alarms"]) == 2
    assert whole["signatures"][0]["printed_name"] == recorded.PHYSICIAN


def test_the_schema_that_is_served_is_the_one_in_the_docs_and_it_refuses_what_it_does_not_name(
    room: Room, full: int
) -> None:
    assert write_export_schema.text() == write_export_schema.PAGE.read_text(encoding="utf-8")
    assert room.nurse.get("/api/v1/schemas/session-export.json").json == SCHEMA
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    whole = {**room.json(full), "readings": []}
    for wrong in ({**whole, "more": 1}, {**whole, "session": {**whole["session"], "simulated": "yes"}}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, SCHEMA)


def test_everything_but_readings_is_one_csv_by_time_and_says_what_the_json_says(room: Room, full: int) -> None:
    rows, whole = room.rows(full, "events.csv"), room.json(full)
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)
    counted = Counter(row["kind"] for row in rows)
    assert counted == {
        "event": len(whole["events"]), "score": 5, "alarm": 2, "acknowledgement": 1, "signature": 1
    }  # fmt: skip
    events = {row["id"]: row for row in rows if row["kind"] == "event"}
    for one in whole["events"]:
        row = events[str(one["version"])]
        assert (row["what"], row["by"], row["role"], row["reason"]) == (
            one["event"], one["by"], one["role"], one["reason"] or "",
        )  # fmt: skip
        assert json.loads(row["details"])["to_state"] == one["to_state"]
        assert json.loads(row["details"]).get("details", {}) == one["details"]
    assert [(row["what"], row["value"]) for row in rows if row["kind"] == "alarm"] == [
        ("sbp_high", "164.0"), ("spo2_low", "88.0"),
    ]  # fmt: skip
    assert [row["by"] for row in rows if row["kind"] == "acknowledgement"] == [recorded.NURSE]


@pytest.mark.parametrize(
    ("kind", "values", "said"),
    [
        (recorded.without_readings, 0, [NOTHING, "The discharge carries no signature."]),
        (recorded.with_one_reading, 1, ["Only one value was recorded.", "The discharge carries no signature."]),
        (
            recorded.cancelled,
            0,
            ["No vital sign was recorded.", "No infusion was started.", "The session was cancelled."],
        ),
        (
            recorded.still_running,
            2400,
            [RUNNING],
        ),
        (
            recorded.through_a_clock_change,
            7200,
            [
                "The discharge carries no signature.",
                "The clinic's clocks went back at 2025-10-26T01:00:00+00:00 (Europe/Madrid) during this session: "
                "order and durations follow UTC.",
            ],
        ),
    ],
)
def test_every_export_of_an_unusual_session_says_what_is_missing(
    room: Room, kind: Callable[[Place], int], values: int, said: list[str]
) -> None:
    session_id = kind(room.place())
    rows, whole = room.rows(session_id), room.json(session_id)
    assert exported([row for row in rows if row["at"]]) == stored(room, session_id)
    assert len(whole["readings"]) == values
    assert whole["notices"] == said
    assert [row["notice"] for row in rows if row["notice"]] == said
    assert [row["words"] for row in room.rows(session_id, "events.csv") if row["kind"] == "notice"] == said
    moments = [row["at"] for row in rows if row["at"]]
    assert moments == sorted(set(moments))


@pytest.mark.parametrize("kind", ["csv", "events.csv", "json"])
def test_nothing_leaves_that_cannot_be_audited_and_no_name_of_a_file_says_who(room: Room, full: int, kind: str) -> None:
    path = f"/api/v1/sessions/{full}/export.{kind}"
    room.clinic.spine.refusing = NotRecording("Nothing is recorded.")
    assert room.nurse.get(path).status_code == 503
    room.clinic.spine.refusing = None
    name = room.nurse.get(path).headers["Content-Disposition"]
    assert name == f'attachment; filename="session-{full}{"-events.csv" if kind == "events.csv" else f".{kind}"}"'
    trail = room.clinic.signed_in(Role.ADMINISTRATOR).get(f"/api/v1/audit?about=session%20{full}").json
    assert next(entry["facts"] for entry in trail if entry["action"] == "exported") == {"kind": kind}


def test_no_cell_of_either_table_is_a_formula(room: Room, full: int) -> None:
    texts = [cell for kind in ("csv", "events.csv") for row in room.rows(full, kind) for cell in row.values()]
    assert any(cell.startswith("'=") for cell in texts)
    assert not any(cell[:1] in ("=", "+", "@", "\t", "\r") for cell in texts)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\0", "＝"])
def test_a_cell_that_begins_like_a_formula_gets_a_quote(start: str) -> None:
    assert safe_cell(start + "1+1").startswith("'")
    assert safe_cell("plain") == "plain"
