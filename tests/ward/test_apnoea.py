"""A chair says when nothing it sends could show an apnoea (CLINICAL.md §2.6: an averaged or blank rate cannot)."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.clinical.vitals import Reading, Vital
from monitor.ward.apnoea import UNAVAILABLE, detects_apnoea, notices
from monitor.ward.chairs import Chair
from tests.clinical.bedside import POLICY

AT = datetime(2026, 3, 5, 13, 0, tzinfo=UTC)


def a_chair(**values: float) -> Chair:
    chair = Chair(1, "CH1", "A", "BED1", 0)
    chair.take([Reading(Vital(word), value, AT) for word, value in values.items()], None, 100.0, AT)
    return chair


def test_a_chair_whose_monitor_sends_no_carbon_dioxide_says_so() -> None:
    assert notices(a_chair(rr=14, spo2=97), POLICY, 100.0)[0]["id"] == UNAVAILABLE
    assert notices(a_chair(etco2=38), POLICY, 100.0) == []


def test_an_empty_chair_detects_nothing() -> None:
    assert not detects_apnoea(Chair(1, "CH1", "A", None, 0), POLICY, 0.0)


@pytest.mark.parametrize(("age_s", "detects"), [(59, True), (60, True), (61, False)])
def test_a_carbon_dioxide_value_that_stopped_coming_shows_nothing(age_s: float, *, detects: bool) -> None:
    # one value alone: the interval is not learned yet and is taken as 20 s, three of them are the limit
    assert detects_apnoea(a_chair(etco2=38), POLICY, 100.0 + age_s) is detects


def test_a_rate_of_zero_once_sent_shows_that_this_monitor_sends_them() -> None:
    chair = a_chair(rr=0)
    chair.take([Reading(Vital.RR, 14, AT + timedelta(seconds=5))], None, 105.0, AT + timedelta(seconds=5))
    assert detects_apnoea(chair, POLICY, 105.0)
    chair.forget_feed()
    assert not detects_apnoea(chair, POLICY, 105.0)
