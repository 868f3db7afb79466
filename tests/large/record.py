"""The tables that are written before and after the visits: people, chairs, patients, series, readings, the trail.

Law: plain rows in the order of the schema's columns; the trail is one whole chain, made by the house's own `link`.
"""

import random
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from monitor.provisions import read_policy
from monitor.security import records
from monitor.security.passwords import hash_now
from monitor.security.records import By
from monitor.security.roles import Role
from monitor.store import schema
from monitor.store.audit import link
from monitor.store.chairs import bind_chair, upsert_chair, upsert_station
from monitor.store.rows import Batch, PolicyRow
from monitor.store.sessions import keep_policy
from monitor.store.store import Store
from monitor.store.texts import patient_words, sort_key
from monitor.store.types import canonical_json, to_ms
from tests.large.plan import Person, Size, Visit, begins_on, patient_of
from tests.large.rows import NAMES, PHYSICIAN, Row

PASSWORD = "a large clinic in one folder"
EVERY_S = 5
A_STATION = 16
# By number, as rows.py speaks of them.
STAFF = (
    *(("nurse", NAMES[1], Role.NURSE), ("nurse2", NAMES[2], Role.NURSE), ("nurse3", NAMES[3], Role.NURSE)),
    *(("charge", NAMES[4], Role.CHARGE_NURSE), ("physician", NAMES[PHYSICIAN], Role.PHYSICIAN)),
    ("admin", "A. Admin", Role.ADMINISTRATOR),
)


def furnish(store: Store, size: Size, at: datetime) -> tuple[str, str, str]:
    """People, chairs with their monitors, and the policy; gives back the policy's id, version and hash."""
    policy, words = read_policy("adult-ketamine")
    acts = (partial(_hire, at=at), partial(_seat, size=size, at=at))
    row = PolicyRow(policy.sha256, policy.id, str(policy.version), words, at)
    for answer in store.write(Batch(acts=(*acts, partial(keep_policy, policy=row)))).answers:
        if isinstance(answer, Exception):
            raise answer
    return policy.id, str(policy.version), policy.sha256


def _hire(connection: Connection, at: datetime) -> None:
    hashed = hash_now(PASSWORD)
    for name, printed_name, role in STAFF:
        person_id = records.add_person(
            connection, By("seed"), at, name=name, printed_name=printed_name, role=role, password_hash=hashed
        )
        records.choose_password(connection, person_id, hashed, at, name)


def _seat(connection: Connection, size: Size, at: datetime) -> None:
    for number in range(1, size.chairs + 1):
        station_id = upsert_station(connection, "ABCDEFGH"[(number - 1) // A_STATION])
        chair_id = upsert_chair(connection, str(number), number, station_id)
        bind_chair(connection, chair_id, f"SIM{number}", at, None)


def write(connection: sqlite3.Connection, tables: Mapping[str, Sequence[Row]]) -> None:
    """Rows of several tables in one transaction."""
    connection.execute("BEGIN")
    for name, rows in tables.items():
        columns = [column.name for column in schema.metadata.tables[name].columns]
        holes = ",".join("?" * len(columns))
        connection.executemany(f"INSERT INTO {name} ({','.join(columns)}) VALUES ({holes})", rows)
    connection.execute("COMMIT")


def patients_and_series(connection: sqlite3.Connection, size: Size, known: Iterable[Person], now: datetime) -> None:
    """Who is treated, and what was planned for them."""
    first = now - timedelta(days=size.days + 30)
    patients, revisions, series, plans, listing, words = [], [], [], [], [], []
    for one in known:
        patients.append((one.id, to_ms(first)))
        born = one.birth_date.isoformat()
        revisions.append(
            (
                one.id,
                one.id,
                one.hospital_id,
                one.family_name,
                one.given_name,
                born,
                one.sex,
                to_ms(first),
                1,
                None,
                None,
            )
        )
        listing.append((one.id, one.id, sort_key(one.family_name, one.given_name)))
        found_by = patient_words(one.hospital_id, one.family_name, one.given_name, one.birth_date)
        words += [(word, one.id) for word in sorted(found_by)]
    for series_id in range(1, size.series + 1):
        at = to_ms(first + timedelta(days=begins_on(series_id, size)))
        series.append((series_id, patient_of(series_id, size), at, PHYSICIAN, NAMES[PHYSICIAN]))
        indication = "Neuropathic pain after chemotherapy, opioids not enough"
        plans.append(
            (series_id, series_id, indication, 6, 24.0, "Every other day", None, at, PHYSICIAN, NAMES[PHYSICIAN])
        )
    rows = {"patients": patients, "patient_revisions": revisions, "series": series, "series_revisions": plans}
    write(connection, {**rows, "patient_listing": listing, "patient_words": words})


def readings(connection: sqlite3.Connection, newest: Iterable[Visit], now: datetime) -> None:
    """Five-second values of the newest visits, by one layout."""
    chance = random.Random(5)  # figures for measuring, no secret
    write(connection, {"reading_layouts": [(1, "SIM", canonical_json({}))]})
    empty = dict.fromkeys(column.name for column in schema.readings.columns)
    rows: list[Row] = []
    for visit in newest:
        last = min(now, visit.at + timedelta(minutes=130))
        for step in range(int((last - visit.at).total_seconds() // EVERY_S)):
            at = to_ms(visit.at + timedelta(seconds=step * EVERY_S))
            wave = chance.gauss(0, 1)
            values = {"hr": round(74 + 4 * wave), "pr": round(74 + 4 * wave), "spo2": round(97 + wave / 2), "rr": 14.0}
            if step % 60 == 0:
                values |= {"nibp_sys": round(128 + 6 * wave), "nibp_dia": round(78 + 4 * wave), "nibp_mean": 95}
            key = {"chair_id": visit.chair_id, "device_at_ms": at, "part": 1, "session_id": visit.id, "layout_id": 1}
            rows.append(tuple({**empty, **key, "implausible": 0, "corrects": 0, **values}.values()))
    write(connection, {"readings": rows})


def trail(connection: sqlite3.Connection, acts: Sequence[tuple[int, int, str, str]]) -> None:
    """The newest acts as one chain behind what is there."""
    seq, prev = connection.execute("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    rows: list[Row] = []
    for at, person_id, action, about in sorted(acts):
        seq, facts = seq + 1, canonical_json({"role": "physician" if person_id == PHYSICIAN else "nurse"})
        made = link(prev, seq, at, NAMES[person_id], person_id, action, about, facts)
        rows.append((seq, at, NAMES[person_id], person_id, action, about, facts, prev, made))
        prev = made
    write(connection, {"audit": rows})
