"""Every value of a session as a log reckons with it: by vital, thousands at once, without a record for each.

Law: which value counts is decided as in readings.py, whose rows these are; only rows that say nothing doubtful and
stand alone at their device time take the short way.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from itertools import chain

from sqlalchemy import Connection

from monitor.clinical.log.values import Measured, Series, series_of
from monitor.clinical.vitals import Quality, Vital
from monitor.store import schema
from monitor.store.queries.fetch import AnyRow
from monitor.store.queries.readings import between, chair_of, records, values_of, withdrawn
from monitor.store.types import to_ms

_DEVICE_AT, _CHARTED_AT, _IMPLAUSIBLE, _QUESTIONABLE, _LATE = 1, 2, 6, 7, 8  # places in a row of readings.rows_of
_HEAD = 11


def measured(connection: Connection, session_id: int, from_at: datetime, until_at: datetime) -> dict[Vital, Measured]:
    """The values of a session charted in a range, by vital and time; vitals never measured are left out."""
    chair_id = chair_of(connection, session_id)
    if chair_id is None:
        return {}
    asked = {"chair_id": chair_id, "session_id": session_id, "low": to_ms(from_at), "high": to_ms(until_at)}
    found = (connection.execute(between(clock_right, of_session=True), asked).all() for clock_right in (True, False))
    rows = sorted(chain.from_iterable(found), key=lambda row: int(row[_CHARTED_AT]))
    gone = {at for at, _ in withdrawn(connection, chair_id, rows)}
    beside = {at for at, times in Counter(row[_DEVICE_AT] for row in rows).items() if times > 1}
    plain: list[AnyRow] = []
    others: list[AnyRow] = []
    for row in rows:
        at = row[_DEVICE_AT]
        doubtful = row[_IMPLAUSIBLE] or row[_QUESTIONABLE] or row[_LATE] is not None
        (others if doubtful or at in gone or at in beside else plain).append(row)
    return _together(_plain(plain), *_others(connection, chair_id, others))


def _plain(rows: Sequence[AnyRow]) -> dict[Vital, Series]:
    """Each column that holds anything, without its holes."""
    if not rows:
        return {}
    columns = list(zip(*rows, strict=True))
    at = columns[_CHARTED_AT]
    told = {Vital(vital): _column(at, columns[place]) for place, vital in enumerate(schema.VITAL_COLUMNS, start=_HEAD)}
    return {vital: values for vital, values in told.items() if values}


def _column(at_ms: Sequence[int], values: Sequence[float | None]) -> Series:
    measured_at = [at for at, value in zip(at_ms, values, strict=True) if value is not None]
    return Series(measured_at, [value for value in values if value is not None])


def _others(
    connection: Connection, chair_id: int, rows: Sequence[AnyRow]
) -> tuple[dict[tuple[Vital, str], list[tuple[int, float]]], Counter[Vital]]:
    """What needs the long way: values by vital and quality, and how many values of each vital are not charted."""
    sent = Counter(Vital(one.vital) for row in rows for one in values_of(row, schema.VITAL_COLUMNS))
    charted = records(connection, chair_id, rows, schema.VITAL_COLUMNS)
    by_vital: dict[tuple[Vital, str], list[tuple[int, float]]] = {}
    for one in charted:
        by_vital.setdefault((Vital(one.vital), one.quality), []).append((to_ms(one.at), one.value))
    return by_vital, sent - Counter(Vital(one.vital) for one in charted)


def _together(
    plain: dict[Vital, Series], others: dict[tuple[Vital, str], list[tuple[int, float]]], struck: Counter[Vital]
) -> dict[Vital, Measured]:
    known = {*plain, *struck, *(vital for vital, _ in others)}
    return {
        vital: Measured(
            accepted=_merged(plain.get(vital, Series()), others.get((vital, Quality.ACCEPTED), [])),
            questionable=series_of(others.get((vital, Quality.QUESTIONABLE), [])),
            implausible=len(others.get((vital, Quality.IMPLAUSIBLE), [])),
            struck=struck[vital],
        )
        for vital in Vital
        if vital in known
    }


def _merged(one: Series, other: Sequence[tuple[int, float]]) -> Series:
    return series_of([*one.pairs(), *other]) if other else one
