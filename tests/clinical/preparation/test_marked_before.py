"""A value marked as artefact opens no gate, and shuts one as if nobody had marked it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.clinical.preparation.gate_findings import GateFinding
from monitor.clinical.vitals import Vital
from tests.clinical.preparation.before import cuffs, found, steady

GRAVITY = ["", "review", "unknown", "hold", "refuse"]
Taken = tuple[float, float, float]


def pressure(*, believed: tuple[Taken, ...] = (), marked: tuple[Taken, ...] = ()) -> tuple[GateFinding, ...]:
    return found(cuffs(*believed), marked=cuffs(*marked))


def levels(findings: tuple[GateFinding, ...]) -> dict[str, str]:
    return {one.id: one.level.value for one in findings}


@pytest.mark.parametrize(
    ("believed", "marked", "wanted"),
    [
        ((), ((2, 124, 78),), "unknown"),  # a marked one alone is no measurement
        (((9, 124, 78),), ((2, 124, 78),), "unknown"),  # nor is the one before it, once the newest is doubted
        (((2, 124, 78),), ((9, 124, 78),), ""),
        (((2, 124, 78),), ((9, 165, 80),), "hold"),  # a high one cannot be marked away
        (((2, 124, 78),), ((9, 185, 80),), "refuse"),
        (((12, 165, 80), (2, 138, 80)), ((7, 150, 80),), "hold"),  # a marked one is no recheck
        (((17, 165, 80), (7, 150, 80), (2, 138, 80)), ((12, 150, 80),), ""),
        (((12, 165, 80), (7, 150, 80)), ((2, 165, 80),), "refuse"),
        (((12, 185, 80), (2, 130, 80)), ((7, 130, 80),), "refuse"),  # nor one of the two that open a refusal
        (((17, 185, 80), (12, 130, 80), (2, 130, 80)), ((7, 165, 80),), "refuse"),
    ],
)
def test_a_marked_pressure_shuts_and_never_opens(
    believed: tuple[Taken, ...], marked: tuple[Taken, ...], wanted: str
) -> None:
    assert levels(pressure(believed=believed, marked=marked)).get("pressure", "") == wanted


def test_the_newest_pressure_marked_is_said_so() -> None:
    assert pressure(marked=((2, 124, 78),))[0].words == "BP 124/78 is marked as artefact: measure again"


taken = st.lists(
    st.tuples(st.integers(0, 60), st.integers(120, 190), st.integers(70, 110), st.booleans()),
    max_size=8,
    unique_by=lambda one: one[0],
)


@given(taken=taken)
def test_marking_a_pressure_never_makes_the_gate_more_open(taken: list[tuple[int, int, int, bool]]) -> None:
    ordered = [(float(at), float(sys), float(dia), mark) for at, sys, dia, mark in sorted(taken, reverse=True)]
    whole = levels(pressure(believed=tuple(one[:3] for one in ordered)))
    marked = levels(
        pressure(
            believed=tuple(one[:3] for one in ordered if not one[3]),
            marked=tuple(one[:3] for one in ordered if one[3]),
        )
    )
    worst = max((GRAVITY.index(one) for one in whole.values()), default=0)
    assert max((GRAVITY.index(one) for one in marked.values()), default=0) >= worst


@pytest.mark.parametrize(
    ("vital", "bad", "name"),
    [
        (Vital.HR, 130, "heart_rate_high"),
        (Vital.HR, 40, "heart_rate_low"),
        (Vital.SPO2, 85, "spo2"),
        (Vital.RR, 7, "rr"),
    ],
)
def test_marked_values_of_a_bad_minute_still_stand_against(vital: Vital, bad: float, name: str) -> None:
    few, many = steady(bad)[-2:], steady(bad)
    assert levels(found({vital: steady(bad)[:5]}, marked={vital: few})) == levels(found({vital: many}))
    found_with = {one.id: one for one in found(marked={vital: (*many, *many)})}
    assert found_with[name].words.endswith(", marked values counted")


def test_values_that_are_all_marked_are_none() -> None:
    nothing: dict[Vital, tuple[()]] = {Vital.SPO2: (), Vital.RR: (), Vital.HR: ()}
    marked = {Vital.SPO2: steady(97), Vital.RR: steady(14), Vital.HR: steady(72)}
    assert levels(found(nothing, marked=marked)) == {"heart_rate": "unknown", "spo2": "unknown", "rr": "unknown"}
