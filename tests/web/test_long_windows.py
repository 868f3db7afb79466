"""Twelve hours on one screen: thinned by the database and again by the figure, as the session page asks for them."""

import random
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from monitor.store.queries.curves import curves
from monitor.store.rows import Batch, ReadingRow
from monitor.ward.snapshot import BUCKETS
from monitor.web.figures import POINTS_PER_TRACE, session_figure
from tests.security.clinic import START_AT
from tests.web.clinic import Clinic
from tests.web.test_figures import snapshot, trace, words

HOURS = 12
EVERY_S = 4
LENGTH_S = HOURS * 3600
BUCKET_S = LENGTH_S / BUCKETS
SILENT_S = ((5000, 5600), (30_000, 30_240))  # ten minutes, and four
EXTREMES = {2000: 31.0, 2012: 188.0, 14_400: 29.0, 20_004: 191.0, 29_996: 33.0, 43_000: 187.0}
UTC_ZONE = ZoneInfo("UTC")


def beats() -> dict[int, float]:
    """A heart rate for each moment (seconds from the start) at which one was measured."""
    noise = random.Random(12)
    moments = [at for at in range(0, LENGTH_S + 1, EVERY_S) if not any(a < at < b for a, b in SILENT_S)]
    return {at: EXTREMES.get(at, float(noise.randint(60, 110))) for at in moments}


@pytest.fixture
def figure(clinic: Clinic) -> dict:
    rows = [
        ReadingRow(clinic.chair_id, None, "MON", at, at, at, {"hr": rate})
        for at, rate in ((START_AT + timedelta(seconds=seconds), rate) for seconds, rate in beats().items())
    ]
    clinic.office.store.write(Batch(readings=tuple(rows)))
    now = START_AT + timedelta(seconds=LENGTH_S)
    found = clinic.office.store.read(curves, clinic.chair_id, START_AT, now, buckets=BUCKETS, vitals=["hr"])
    curve = {"at": [at.isoformat() for at in found["hr"].at], "value": list(found["hr"].value)}
    return session_figure(snapshot(now_at=now.isoformat(), series={"hr": curve}), "all", UTC_ZONE)


def test_twelve_hours_are_few_points_which_lose_no_extreme_and_no_gap(figure: dict) -> None:
    curve = trace(figure, "curve", "hr")
    begun = START_AT.replace(tzinfo=None)
    drawn = [
        ((datetime.fromisoformat(at).replace(tzinfo=None) - begun).total_seconds(), value)
        for at, value in zip(curve["x"], curve["y"], strict=True)
    ]
    assert len(drawn) <= POINTS_PER_TRACE + 2 * len(SILENT_S) + 2
    measured = beats()
    values = [(at, value) for at, value in drawn if value is not None]
    assert all(measured[int(at)] == value for at, value in values)  # nothing drawn that was not measured
    assert EXTREMES.items() <= dict(values).items()
    assert len(values) > POINTS_PER_TRACE / 2
    for at, rate in measured.items():  # beside every value one at least as low, and one at least as high
        near = [value for when, value in values if abs(when - at) <= 2 * BUCKET_S]
        assert min(near) <= rate <= max(near)
    broken = [at for at, value in drawn if value is None]
    assert [any(a <= at <= b for at in broken) for a, b in SILENT_S] == [True, True]
    assert len(broken) == len(SILENT_S)
    joined = [b[0] - a[0] for a, b in pairwise(drawn) if a[1] is not None and b[1] is not None]
    assert max(joined) <= 2 * BUCKET_S
    assert words(figure).count("gap ") == len(SILENT_S)
