"""Thinned curves say what all the readings say."""

import random
from datetime import timedelta

import pytest

from monitor.store import queries
from monitor.store.rows import Batch


def write_noise(clinic, seconds: int, seed: int) -> None:
    """An hour of one heart with gaps, implausible values, corrections, two sources and a spell of wrong clock."""
    noise = random.Random(seed)
    rows = []
    for second in range(seconds):
        if noise.random() < 0.05:
            continue
        values = {"hr": float(noise.randint(50, 120)), "temp": round(noise.uniform(36, 38), 1)}
        late = clinic.at(second) + timedelta(milliseconds=noise.randint(0, 900))
        base = clinic.reading(second, values=values, received_at=late)
        if noise.random() < 0.1:
            base = clinic.reading(second, values=values, implausible=frozenset({"hr"}))
        rows.append(base)
        if noise.random() < 0.1:
            again = {"hr": float(noise.randint(50, 120))}
            later = late + timedelta(seconds=2)
            rows.append(clinic.reading(second, values=again, corrects=noise.random() < 0.5, received_at=later))
        if noise.random() < 0.1:
            rows.append(clinic.reading(second, source="PUMP", values={"pump_rate": 60.0}))
        if noise.random() < 0.05:
            old = clinic.at(second - 10**7)
            rows.append(clinic.reading(second, device_at=old, charted_at=clinic.at(second + 0.5), values={"hr": 200.0}))
    clinic.store.write(Batch(readings=tuple(rows)))


def brute_force(clinic, vital, from_at, until_at, buckets):
    """The same by reading everything and looking at it."""
    values = clinic.store.read(queries.readings, clinic.chair, from_at, until_at, vitals=[vital])
    span = (until_at - from_at) // timedelta(milliseconds=1) + 1
    by_bucket: dict[int, list[tuple]] = {}
    for one in values:
        if one.quality == "accepted":
            bucket = ((one.at - from_at) // timedelta(milliseconds=1)) * buckets // span
            by_bucket.setdefault(bucket, []).append((one.at, one.value))
    kept = set()
    for points in by_bucket.values():
        kept.add(min(points, key=lambda point: (point[1], point[0])))
        kept.add(min(points, key=lambda point: (-point[1], point[0])))
    return sorted(kept)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("buckets", [1, 7, 45, 450])
def test_the_lowest_and_highest_of_each_stretch_are_those_found_by_looking_at_all(clinic, seed, buckets):
    write_noise(clinic, 900, seed)
    from_at, until_at = clinic.at(100), clinic.at(700)
    for vital in ("hr", "temp", "pump_rate"):
        found = clinic.store.read(queries.decimated, clinic.chair, vital, from_at, until_at, buckets=buckets)
        assert found == brute_force(clinic, vital, from_at, until_at, buckets)
        assert len(found) <= 2 * buckets


def test_one_second_of_desaturation_in_75_minutes_stays_visible(clinic):
    rows = [clinic.reading(second, values={"spo2": 86.0 if second == 3000 else 97.0}) for second in range(4500)]
    clinic.store.write(Batch(readings=tuple(rows)))
    found = clinic.store.read(queries.curves, clinic.chair, clinic.t0, clinic.at(4500), buckets=90)
    assert dict(zip(found["spo2"].at, found["spo2"].value, strict=True))[clinic.at(3000)] == 86.0


def test_a_silence_of_a_continuous_vital_is_a_gap_and_the_pause_between_two_cuffs_is_not(clinic):
    rows = [clinic.reading(second, values={"hr": 70.0}) for second in (*range(60), *range(200, 260))]
    rows += [clinic.reading(second, values={"nibp_sys": 120.0}) for second in (0.5, 240.5)]
    clinic.store.write(Batch(readings=tuple(rows)))
    found = clinic.store.read(queries.curves, clinic.chair, clinic.t0, clinic.at(260), buckets=260)
    assert found["hr"].value.count(None) == 1
    gap_at = found["hr"].at[found["hr"].value.index(None)]
    assert clinic.at(59) < gap_at < clinic.at(200)
    assert found["nibp_sys"].value == (120.0, 120.0)
    assert set(found) == {"hr", "nibp_sys"}


def test_a_source_of_one_value_a_minute_is_a_line_and_its_silence_a_gap(clinic):
    minutes = (*range(20), *range(25, 40))
    rows = [clinic.reading(60 * minute, values={"hr": 70.0}) for minute in minutes]
    clinic.store.write(Batch(readings=tuple(rows)))
    found = clinic.store.read(queries.curves, clinic.chair, clinic.t0, clinic.at(2400))
    assert found["hr"].value.count(None) == 1
    assert clinic.at(19 * 60) < found["hr"].at[found["hr"].value.index(None)] < clinic.at(25 * 60)


def test_values_an_hour_apart_are_no_line(clinic):
    rows = [clinic.reading(3600 * hour, values={"hr": 70.0}) for hour in range(4)]
    clinic.store.write(Batch(readings=tuple(rows)))
    found = clinic.store.read(queries.curves, clinic.chair, clinic.t0, clinic.at(4 * 3600))
    assert found["hr"].value.count(None) == 3


def test_thinning_alone_makes_no_gap(clinic):
    rows = [clinic.reading(second, values={"hr": float(second % 50 + 50)}) for second in range(3600)]
    clinic.store.write(Batch(readings=tuple(rows)))
    found = clinic.store.read(queries.curves, clinic.chair, clinic.t0, clinic.at(3600), buckets=20)
    assert None not in found["hr"].value


def test_the_small_line_of_a_tile_covers_15_minutes_in_at_most_90_points(clinic):
    rows = [clinic.reading(second, values={"hr": float(second % 50 + 50)}) for second in range(1800)]
    clinic.store.write(Batch(readings=tuple(rows)))
    found = clinic.store.read(queries.recent_curves, clinic.chair, clinic.at(1800))
    assert len(found["hr"].at) <= 90
    assert found["hr"].at[0] >= clinic.at(900)


def test_a_curve_of_one_session_leaves_out_the_patient_before(clinic):
    rows = (clinic.reading(0, session_id=None, values={"hr": 180.0}), clinic.reading(1))
    clinic.store.write(Batch(readings=rows))
    found = clinic.store.read(queries.curves, clinic.chair, clinic.t0, clinic.at(9), session_id=clinic.session)
    assert found["hr"].value == (72.0,)
