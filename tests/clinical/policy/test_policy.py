"""A policy is read whole or refused with a sentence."""

import re

import pytest

from monitor.clinical.alarms.table import AlarmPriority
from monitor.clinical.policy.policy import PolicyRefused, parse_policy
from monitor.clinical.vitals import Vital
from tests.clinical.bedside import POLICY, TEXT

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
    assert (POLICY.id, POLICY.version, POLICY.approved_by) == ("adult-ketamine", 1, None)
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


def first(pattern: str, replacement: str) -> str:
    """The shipped text with one thing wrong."""
    text, changed = re.subn(pattern, replacement, TEXT, count=1)
    assert changed == 1
    return text


APNOEA = "limit = 0, inclusive = true, persist_s = 20"
REFUSED = [
    ("inverted levels", first(r"limit = 160, measurements", "limit = 185, measurements"), "inverted"),
    ("inverted levels of a low rule", first(r"limit = 100, measurements", "limit = 80, measurements"), "inverted"),
    ("inverted relative levels", first(r"step = 40, armed_at = 160", "step = 10, armed_at = 130"), "inverted"),
    ("low above high", first(r"limit = 50, persist_s = 20", "limit = 121, persist_s = 20"), "not below"),
    ("never clears", first(r'(id = "hr_low"[^#]*?)hysteresis = 3', r"\1hysteresis = 80"), "never clear"),
    ("unknown vital", first('vital = "rr"', 'vital = "breath"'), "“breath” is not known"),
    ("wrong unit", first(r"unit = \"mm\[Hg\]\"", 'unit = "kPa"'), "kPa"),
    ("no source", first(r'source = "Mindray TM80[^\n]*\n', ""), "“source” is missing"),
    ("blank source", first(r'source = "Mindray TM80[^\n]*\n', 'source = " "\n'), "not empty"),
    ("unknown mark", first('mark = "D"', 'mark = "X"'), "none of V, M, D"),
    ("negative persistence", first("persist_s = 20", "persist_s = -1"), "must not be negative"),
    ("both persistences", first("measurements = 2", "measurements = 2, persist_s = 1"), "either"),
    ("half a measurement", first("measurements = 2", "measurements = 1.5"), "whole number"),
    ("not finite", first("limit = 160", "limit = nan"), "must be a number"),
    ("not a number", first("limit = 160", "limit = true"), "must be a number"),
    ("implausible limit", first("limit = 200", "limit = 400"), "outside the plausible"),
    ("misspelt key", first("hysteresis = 5", "hysteresis = 5\nhisteresis = 4"), "“histeresis” is not known"),
    ("unknown direction", first('direction = "high"', 'direction = "up"'), "neither high nor low"),
    ("unknown phase", first("hysteresis = 5", 'hysteresis = 5\nphases = ["discharged"]'), "no phase"),
    ("no level", first(r"medium = \{ limit = 160[^\n]*\nhigh = [^\n]*\n", ""), "has no level"),
    ("relative without offset", first(r"percent = 20, step = 30, ", ""), "needs “percent” or “step”"),
    ("same id twice", first('id = "sbp_low"', 'id = "sbp_high"'), "used twice"),
    ("off without a reason", first("hysteresis = 5", "hysteresis = 5\noff = true"), "“off_reason” is missing"),
    (
        "all off",
        re.sub(r"off = true\noff_reason = .*\n", "", TEXT).replace(
            "hysteresis =", 'off = true\noff_reason = "quiet"\nhysteresis ='
        ),
        "All alarms are off",
    ),
    ("unknown priority", first('priority = "medium"', 'priority = "urgent"'), "none of low, medium, high"),
    ("unknown technical alarm", TEXT.replace("technical.lead_off", "technical.led_off"), "“lead_off” is missing"),
    ("one too many", TEXT + '\n[technical.moon]\npriority = "low"\n', "“moon” is not known"),
    (
        "apnoea rule unknown",
        first('device_apnoea_rule = "apnoea"', 'device_apnoea_rule = "breath"'),
        "no rule “breath”",
    ),
    ("apnoea rule relative", first('device_apnoea_rule = "apnoea"', 'device_apnoea_rule = "hr_rise"'), "switched off"),
    ("unit of a duration", first('unit = "min"', 'unit = "days"'), "is not s or min or h"),
    ("half a count", first(r"nibp_readings = \{ value = 2,", "nibp_readings = { value = 2.5,"), "whole number"),
    ("BP every 0 s", first(r"infusing_every = \{ value = 10,", "infusing_every = { value = 0,"), "every 0 s"),
    ("discharge inverted", first(r"hr_low = \{ value = 50", "hr_low = { value = 150"), "not below its high"),
    ("no share", first(r"sustained_percent = \{ value = 95", "sustained_percent = { value = 0"), "share"),
    ("no window", first(r"sustained = \{ value = 15", "sustained = { value = 0"), "longer than 0 s"),
    ("unknown confirmation", first(r'"iv_removed", ', '"iv_removed", "hat", '), "no confirmation “hat”"),
    ("apnoea too soon", TEXT.replace(APNOEA, "limit = 0, inclusive = true, persist_s = 9.9"), "after 10 to 40 s"),
    ("apnoea too late", TEXT.replace(APNOEA, "limit = 0, inclusive = true, persist_s = 40.1"), "after 10 to 40 s"),
    ("apnoea by counting", TEXT.replace(APNOEA, "limit = 0, inclusive = true, measurements = 2"), "after 10 to 40 s"),
    ("not TOML", "id = ", "not a TOML text"),
    ("no rules", 'id = "x"', "“rule” is missing"),
    ("rules of a wrong shape", "rule = 3", "list of tables"),
    ("a table of a wrong shape", first(r"deep|low = \{ limit = 38.1[^\n]*", "low = 38.1"), "must be a table"),
    ("list of a wrong shape", first("hysteresis = 5", "hysteresis = 5\nphases = 3"), "list of texts"),
    ("flag of a wrong shape", first("relative = true", 'relative = "yes"'), "true or false"),
    ("group of a wrong shape", first('group = "nibp"', "group = 3"), "must be a text"),
]


@pytest.mark.parametrize(("why", "text", "sentence"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_bad_policy_is_refused_with_a_sentence(why, text, sentence):
    with pytest.raises(PolicyRefused, match=re.escape(sentence)):
        parse_policy(text)


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
