"""One repeat asked for per scheduled reading (CLINICAL.md §2.6): pressures, and what is asked after each."""

from dataclasses import dataclass, field
from datetime import datetime

import pytest

from monitor.clinical.repeats import Pressure, after_pressure, is_first_beyond
from monitor.clinical.session import SessionState
from monitor.clinical.watched import Watched
from tests.clinical.bedside import BASELINE, POLICY, START, Bedside


@dataclass
class Cuff:
    """A bedside with a cuff, and what was asked."""

    bedside: Bedside = field(default_factory=Bedside)
    pressure: Pressure | None = None

    def measure(self, t: float, device_t: float | None = None, **values: float) -> bool:
        self.bedside.measure(t, device_t, **values)
        at = self.at(t if device_t is None else device_t)
        first = is_first_beyond(self.bedside.policy, self.bedside.states, at)
        self.pressure = after_pressure(self.pressure, at, first_beyond=first)
        return self.pressure.asks

    @staticmethod
    def at(t: float) -> datetime:
        return datetime.fromtimestamp(START.timestamp() + t, START.tzinfo)


SEQUENCES = [
    # (why, [(second, sys, dia, asked)])
    ("inside asks for nothing", [(0, 160, 100, False)]),
    ("the first beyond a Medium asks", [(0, 161, 80, True)]),
    ("…diastolic too", [(0, 150, 101, True)]),
    ("…low too", [(0, 99, 60, True)]),
    ("the repeat is beyond: it rings, nothing more is asked", [(0, 161, 80, True), (60, 161, 80, False)]),
    ("the repeat is inside: nothing more is asked", [(0, 161, 80, True), (60, 150, 80, False)]),
    (
        "the repeat is beyond another limit for the first time: one repeat a reading",
        [(0, 161, 80, True), (60, 150, 101, False)],
    ),
    (
        "the next scheduled reading may ask again",
        [(0, 161, 80, True), (60, 150, 80, False), (300, 161, 80, True), (360, 161, 80, False)],
    ),
    ("while a Medium stands nothing is asked", [(0, 161, 80, True), (60, 161, 80, False), (300, 165, 80, False)]),
    ("a High rings at once and asks for its repeat", [(0, 180, 80, True), (60, 180, 80, False)]),
    ("a single extreme needs no repeat", [(0, 201, 80, False)]),
    ("…diastolic", [(0, 150, 121, False)]),
]


@pytest.mark.parametrize(("why", "sequence"), SEQUENCES, ids=[row[0] for row in SEQUENCES])
def test_what_is_asked_after_each_measurement(why, sequence):
    cuff = Cuff()
    assert [cuff.measure(t, nibp_sys=sys, nibp_dia=dia) for t, sys, dia, _ in sequence] == [row[3] for row in sequence]


def test_against_a_baseline_two_readings_are_asked_for_too():
    cuff = Cuff(Bedside(context=Watched(SessionState.INFUSING, BASELINE)))
    assert cuff.measure(0, nibp_sys=158, nibp_dia=80)


def test_a_mean_alone_asks_as_well():
    assert Cuff().measure(0, nibp_mean=111)


def test_parts_of_one_measurement_that_come_one_by_one_ask_once():
    cuff = Cuff()
    assert not cuff.measure(0, nibp_sys=150)
    assert cuff.measure(1, device_t=0, nibp_dia=101)
    assert cuff.measure(2, device_t=0, nibp_mean=100), "what was asked stays asked"
    assert not cuff.measure(60, nibp_sys=150)
    assert not cuff.measure(61, device_t=60, nibp_dia=90)


def test_parts_of_a_repeat_that_come_one_by_one_ask_for_nothing():
    cuff = Cuff()
    assert cuff.measure(0, nibp_sys=161)
    assert not cuff.measure(60, nibp_sys=150)
    assert not cuff.measure(61, device_t=60, nibp_dia=101)


def test_the_same_measurement_again_is_no_repeat():
    cuff = Cuff()
    assert cuff.measure(0, nibp_sys=161)
    assert cuff.measure(30, device_t=0, nibp_sys=161)


def test_the_policy_says_when():
    assert POLICY.bp_schedule.repeat_after_s == 60
