"""What a scenario promises is read strictly and said in words; what it asks of wire and pump is done."""

from datetime import UTC, datetime

import pytest

from simulators.expectations import AlarmRaised, EachOnce, NoOtherAlarm
from simulators.outfit import Outfit, Wish, seat
from simulators.scenario import load, names, parse_scenario
from simulators.timelines import Beat
from simulators.toml_table import ScenarioRefused
from simulators.wire_faults import Faults
from tests.simulators.test_scenarios import GOOD

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
ALARM = GOOD + "[[expect]]\noutcome = 'alarm'\nrule = 'hr_low'\npriority = 'high'\nfrom_min = 1\nuntil_min = 2\n"


def test_an_outcome_is_said_in_words() -> None:
    promised = parse_scenario("mine", ALARM + "ends_by_min = 4\n[[expect]]\noutcome = 'no_other_alarm'").expected
    assert [one.words for one in promised] == [
        "alarm hr_low at HIGH in minutes 1 to 2, over by minute 4",
        "no other alarm about the patient",
    ]
    assert isinstance(promised[0], AlarmRaised)
    assert promised[1] == NoOtherAlarm(named=frozenset({"hr_low"}))


def test_every_scenario_of_one_chair_but_the_drawn_patient_promises_something() -> None:
    assert {name for name in names() if not load(name).expected} == {"clinic", "demo"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (ALARM.replace("'alarm'", "'luck'"), r"mine.expect\[1\]: outcome = 'luck' is not one of alarm"),
        (ALARM.replace("'high'", "'worst'"), "priority = 'worst' is not one of high, medium, low"),
        (ALARM + "surprise = 1", r"mine.expect\[1\]: unknown surprise"),
        (ALARM.replace("until_min = 2", "until_min = 1"), "until_min must lie after from_min"),
        (ALARM.replace("rule = 'hr_low'", ""), "rule is missing"),
        (GOOD + "[[expect]]\noutcome = 'each_once'\nvital = 'mood'", "'mood' is no vital"),
        (GOOD + "[wire]\nduplicate = 2", "not a share from 0 to 1"),
        (GOOD + "[wire]\nlate_s = -1", "nothing is sent before it is measured"),
        (GOOD + "[wire]\nmagic = 0.1", "mine.wire: unknown magic"),
        (GOOD + "[pump]\norder = 'a lot'", "is not an order such as"),
        (GOOD + "[[pump.press]]\nat_min = 1\nwords = 'dance'", "'dance': known are program ORDER, start"),
        (GOOD.replace("minutes = 5", "minutes = 5\ndialect = 'klingon'"), "dialect = 'klingon' is not one of"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(text: str, why: str) -> None:
    with pytest.raises(ScenarioRefused, match=why):
        parse_scenario("mine", text)


def test_the_wire_and_the_clock_of_a_scenario_are_at_fault_and_the_command_line_goes_before() -> None:
    chair = parse_scenario("mine", GOOD + "[wire]\nduplicate = 1\nclock_offset_s = -600")
    asked = Wish(faults=Faults(clock_offset_s=60))
    for wish, clock in ((Wish(), b"20260301075000"), (asked, b"20260301080100")):
        outfit = Outfit()
        seat(outfit, "SIM1", chair, AT, Beat(duration_s=3), wish)
        ((_, messages),) = outfit.devices
        said = [one.payload for one in messages]
        assert len(said) == 6
        assert clock in said[0]


def test_the_pump_of_a_scenario_stands_beside_its_monitor_and_its_line_occludes() -> None:
    outfit = Outfit()
    seat(outfit, "SIM1", load("pump_occlusion").beds[0], AT, Beat(duration_s=200), Wish())
    assert [name for name, _ in outfit.devices] == ["SIM1", "pump of SIM1"]
    told = b"".join(one.payload for one in outfit.devices[1][1])
    assert b"OCCLUSION" in told
    assert outfit.pumps["SIM1"].order.weight_kg == 80


def test_each_once_names_its_vital() -> None:
    assert EachOnce(vital="hr").words == "every hr is recorded, none twice"
