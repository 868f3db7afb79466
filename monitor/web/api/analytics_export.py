"""The sessions of a period as an anonymised table. Law: audited first; a name is never read.

What is told, and what is left out: monitor/clinical/analytics/anonymised.py.
"""

import csv
import io
import secrets
from datetime import date, datetime
from functools import partial

from flask import Blueprint, Response
from sqlalchemy import Connection

from monitor.clinical.analytics.anonymised import COLUMNS, anonymised, row_of
from monitor.clinical.analytics.counted import CountedAlarms, CountedSession
from monitor.security.roles import Action
from monitor.store import audit
from monitor.store.queries.analytics import WantedPart, counted_alarms_of_each, counted_sessions, infusion_starts
from monitor.store.queries.merges import people_behind
from monitor.store.rows import AuditEntry
from monitor.web.doors import allowed
from monitor.web.here import me, services
from monitor.web.period import AskedPeriod, Period, parts, period_of, read_part
from monitor.web.services import Services

blueprint = Blueprint("analytics_export", __name__)
Row = tuple[CountedSession, list[CountedAlarms]]


@blueprint.get("/analytics/export.csv")
@allowed(Action.VIEW_ANALYTICS, query=AskedPeriod)
def export_analytics(query: AskedPeriod) -> Response:
    """The sessions of a period that are over, as rows that name nobody."""
    given, who = services(), me()
    period = period_of(query, given)
    told = anonymised_rows(period, given)
    facts = {
        "kind": "csv",
        "from": period.from_day.isoformat(),
        "until": period.until_day.isoformat(),
        "rows": len(told),
    }
    entry = AuditEntry(given.now(), who.printed_name, "exported", "analytics", who.person_id, facts)
    given.recorder.transact(partial(audit.append, entry=entry))
    written = io.StringIO()
    csv.writer(written).writerows([COLUMNS, *told])
    response = Response(written.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="sessions-anonymised.csv"'
    return response


def anonymised_rows(period: Period, given: Services) -> list[tuple[str, ...]]:
    """The rows of an export; raises Refused for too few patients."""
    found = [row for _, wanted in parts(period, given) for row in read_part(given, _each, wanted)]
    starts = given.read(infusion_starts, {one.series_id for one, _ in found if one.series_id is not None})
    people = given.read(people_behind, {one.patient_id for one, _ in found})
    zone, simulated = given.config.timezone, given.config.demo
    numbers = {hospital_id: place for place, hospital_id in enumerate(sorted(set(people.values())))}

    def day_of(at: datetime) -> date:
        return at.astimezone(zone).date()

    rows = [
        row_of(one, alarms, starts.get(one.series_id or 0, []), numbers[people[one.patient_id]], day_of, simulated)
        for one, alarms in found
    ]
    return anonymised(rows, [secrets.token_hex(8) for _ in rows])


def _each(connection: Connection, wanted: WantedPart) -> list[Row]:
    alarms = counted_alarms_of_each(connection, wanted)
    return [(one, alarms.get(one.id, [])) for one in counted_sessions(connection, wanted) if one.is_over]
