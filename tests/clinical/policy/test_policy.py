"""A policy is read whole, or refused with every fault it has."""

import math
import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.clinical.alarms.table import AlarmPriority
from monitor.clinical.policy import policy
from monitor.clinical.policy.faults import Findings
from monitor.clinical.policy.policy import PolicyRefused, parse_policy, read_policy
from monitor.clinical.policy.reader import Part
from monitor.clinical.vitals import Vital
from tests.clinical.bedside import POLICY, TEXT
from tests.clinical.policy.bad_policies import APNOEA, REFUSED, first

# What CLINICAL.md §2.6 says, written down a second time: vital, level -> limit, persistence.
TABLE = {
    "sbp_high": ((160, "2x"), (180, "1x")),
    "sbp_extreme": ((200, "1x"),),
    "sbp_low": ((100, "2x"), (90, "1x")),
    "dbp_high": ((100, "2x"), (110, "1x")),
    "dbp_extreme": ((120, "1x"),),
    "dbp_low": ((50, "2x"), (40, "1x")),
    "map_high": ((110, "2x"), (130, "1x")),
    "map_low": ((65, "2x"), (60, "1x")),
    "hr_high": ((120, "20s"), (130, "20s")),
    "hr_low": ((50, "20s"), (40, "20s")),
    "pr_high": ((120, "20s"), (130, "20s")),
    "pr_low": ((50, "20s"), (40, "20s")),
    "spo2_low": ((92, "30s"), (90, "20s")),
    "spo2_desaturation": ((85, "5s"),),
    "rr_low": ((10, "60s"), (8, "15s")),
    "rr_high": ((24, "30s"), (30, "30s")),
    "apnoea": ((0, "20s"),),
    "apnoea_etco2": ((0, "20s"),),
    "etco2_low": ((30, "30s"), (15, "30s")),
    "etco2_high": ((50, "30s"), (60, "30s")),
    "temp_high": ((38.1, "60s"), (39.1, "60s")),
    "temp_low": ((36.0, "60s"), (35.0, "60s")),
}


def test_the_shipped_policy_says_what_the_clinical_table_says():
    read = {
        rule.id: tuple(
            (level.limit, f"{level.persist_s:g}s" if level.timed else f"{level.measurements}x") for level in rule.levels
        )
        for rule in POLICY.rules
        if rule.absolute
    }
    assert read == TABLE


def test_what_latches_is_apnoea_deep_desaturation_extreme_pressure_and_bradycardia():
    latching = {(rule.id, str(level.priority)) for rule in POLICY.rules for level in rule.levels if level.latching}
    ids = ("apnoea", "apnoea_etco2", "spo2_desaturation", "sbp_extreme", "dbp_extreme", "hr_low", "pr_low")
    assert latching == {(rule_id, "high") for rule_id in ids}


def test_the_shipped_policy_is_approved_by_nobody_and_every_number_has_a_source():
    assert (POLICY.id, POLICY.approved_by) == ("adult-ketamine", None)
    assert all(level.source and level.mark in "VMD" for rule in POLICY.rules for level in rule.levels)
    assert all(quantity.source and quantity.mark in "VMD" for quantity in POLICY.quantities)
    assert POLICY.discharge.after_end_s == 3600
    assert POLICY.discharge.waits_s["naloxone"] == 7200


def test_technical_priorities():
    said = {name: (str(rule.priority), str(rule.while_infusing)) for name, rule in POLICY.technical.items()}
    assert said["feed_silent"] == ("medium", "high")
    assert said["spo2_missing"] == ("low", "medium")
    assert said["vital_missing"] == ("low", "low")
    assert said["implausible"] == ("high", "high")


def test_the_hash_is_of_the_text_and_approval_is_a_name():
    approved = parse_policy(TEXT.replace('approved_by = ""', 'approved_by = " Dr. A. Ruiz "'))
    assert approved.approved_by == "Dr. A. Ruiz"
    assert approved.sha256 != POLICY.sha256
    assert parse_policy(TEXT) == POLICY


def test_a_rule_switched_off_with_a_reason_does_not_judge_but_is_shown():
    policy = parse_policy(TEXT.replace('id = "rr_high"', 'id = "rr_high"\noff = true\noff_reason = "nasal sensor"'))
    assert policy.rules_by_id["rr_high"].is_off
    assert "rr_high" not in {rule.id for rule in policy.rules_by_vital[Vital.RR]}


@pytest.mark.parametrize(("why", "text", "path", "sentence"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_bad_policy_is_refused_with_its_one_fault_and_a_sentence(why, text, path, sentence):
    with pytest.raises(PolicyRefused) as refused:
        parse_policy(text)
    assert sentence in refused.value.message
    if path is not None:  # None: the text has many
        paths = [fault.path for fault in refused.value.faults]
        assert path in paths
        # A limit that moved may also leave the bounds within which people may move it: nothing else is said.
        assert all(other == path or ".adjustable." in other for other in paths)


def test_every_fault_of_a_text_is_found_at_once_in_the_order_of_the_text():
    text = first(r"limit = 92, persist_s = 30", "limt = 92, persist_s = 301")
    text = text.replace('id = "sbp_low"', 'id = "sbp_high"').replace(
        "hr_low = { value = 50", "hr_low = { value = 150", 1
    )
    text = text.replace('vital = "temp"', 'vital = "temperature"', 1).replace(
        'while_infusing = "high"', 'priorty = "x"'
    )
    with pytest.raises(PolicyRefused) as refused:
        parse_policy(text)
    assert [fault.path for fault in refused.value.faults] == [
        "rule[spo2_low].medium.limt",
        "rule[temp_high].vital",
        "rule[sbp_high].id",
        "rule[spo2_low].medium.persist_s",
        "technical.feed_silent.priorty",
        "discharge.hr_low",
    ]
    assert refused.value.message.count("\n") == 5


def test_nothing_at_all_is_refused_with_what_is_missing_and_not_with_what_would_be_in_it():
    with pytest.raises(PolicyRefused) as refused:
        parse_policy("")
    paths = [fault.path for fault in refused.value.faults]
    assert {"rule", "id", "version", "title", "technical", "freshness", "discharge", "device_apnoea_rule"} <= set(paths)
    assert all("." not in path for path in paths)


def leaves(table: dict[str, object], path: str = "") -> Iterator[tuple[dict[str, object], str, str]]:
    """Every written key of the text that holds no table: its table, itself, its path."""
    for key, value in table.items():
        here = f"{path}.{key}" if path else key
        if isinstance(value, dict):
            yield from leaves(value, here)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for place, item in enumerate(value, start=1):
                yield from leaves(item, f"{here}[{item.get('id') or f'#{place}'}]")
        else:
            yield table, key, here


def faults_of(table: dict[str, object]) -> list[str]:
    findings = Findings()
    policy = read_policy(Part(table, "", findings), findings, "")
    if not findings.faults:
        assert not re.search(r"\bnan\b", repr(policy))  # no stand-in without a fault
    return [fault.path for fault in findings.faults]


# Without these the text is a policy with a fault elsewhere: at a baseline of 200 a share of 20 % is as much as 40 mmHg,
# no breathing rate is below 0, and a question for some patients only becomes one for everybody.
TRULY_ANOTHER_POLICY = {
    ("rule[sbp_rise].medium.step", "missing"),
    ("screening[pregnancy].applies", "misspelt"),
    ("screening[pregnancy].applies", "missing"),
    ("rule[apnoea].high.inclusive", "missing"),
    ("rule[apnoea_etco2].high.inclusive", "missing"),
}


# Each kind of slip takes every seventh key, another seventh than the others: all of them would take minutes.
SLIPS = (
    ("misspelt", True),
    ("missing", False),
    (math.nan, True),
    (-1e9, True),
    (datetime(2026, 3, 1, tzinfo=UTC), True),
    ("", False),
    ([], False),
)


@pytest.mark.slow
@pytest.mark.parametrize(("place", "wrong", "always"), [(place, *slip) for place, slip in enumerate(SLIPS)])
def test_one_wrong_key_anywhere_is_one_fault_at_its_place_or_no_fault(place, wrong, always):
    tables = tomllib.loads(TEXT)
    for table, key, path in list(leaves(tables))[place :: len(SLIPS)]:
        written = table.pop(key)
        where = f"{path}_x" if wrong == "misspelt" else path
        if wrong == "misspelt":
            table[f"{key}_x"] = written
        elif wrong != "missing":
            table[key] = wrong
        found = faults_of(tables)
        table.pop(f"{key}_x", None)
        table[key] = written
        if path.endswith("].id"):
            continue  # the rule is then named otherwise
        assert found or not always, path
        above = path.rpartition(".")[0]
        assert found in ([], [where], [above]) or (path, wrong) in TRULY_ANOTHER_POLICY, (path, found)
    assert faults_of(tables) == []


def test_no_reader_gives_up_at_its_first_fault():
    for file in Path(policy.__file__).parent.glob("*.py"):
        raised = "raise PolicyRefused" in file.read_text(encoding="utf-8")
        assert raised == (file.name == "policy.py"), f"{file.name}: note a fault with Part.refuse and read on"


def test_a_rule_may_be_limited_to_phases_and_a_level_may_have_its_own_source():
    text = first("hysteresis = 5", 'hysteresis = 5\nphases = ["infusing", "held"]').replace(
        "limit = 180, inclusive = true,", 'limit = 180, inclusive = true, source = "Swiss label", mark = "V",', 1
    )
    rule = parse_policy(text).rules_by_id["sbp_high"]
    assert {str(phase) for phase in rule.phases} == {"infusing", "held"}
    assert (rule.levels[1].source, rule.levels[1].mark) == ("Swiss label", "V")
    assert rule.levels[1].priority is AlarmPriority.HIGH


@pytest.mark.parametrize("delay_s", [10, 40])
def test_a_clinic_may_tell_an_apnoea_after_10_to_40_seconds(delay_s):
    policy = parse_policy(TEXT.replace(APNOEA, f"limit = 0, inclusive = true, persist_s = {delay_s}"))
    assert policy.rules_by_id["apnoea"].levels[0].persist_s == delay_s
