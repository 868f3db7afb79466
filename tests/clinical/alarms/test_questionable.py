"""What a questionable value does to an alarm: it may lengthen its delay, once and within the bound, and clears nothing.

Sequences are second by second; "?80" is a questionable 80, "-" no value.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.clinical.alarms.table import AlarmPriority
from monitor.clinical.session import SessionState
from monitor.clinical.vitals import Vital
from monitor.clinical.watched import FeedPicture
from tests.clinical.bedside import POLICY, Bedside, Seen, told


def show(bedside: Bedside, vital: str, text: str, t: int) -> None:
    """One value as the sequences write it, then a tick."""
    value: object = None if text == "-" else ("?", float(text[1:])) if text[0] == "?" else float(text)
    bedside.measure(t, **{vital: value})
    bedside.tick(t)


def rings_at(vital: str, rule_id: str, sequence: list[str], priority: AlarmPriority | None = None) -> int | None:
    """The second at which the rule rings for the first time."""
    bedside = Bedside()
    for t, text in enumerate(sequence):
        show(bedside, vital, text, t)
        state = bedside.states.get(rule_id)
        if state is not None and state.stands and priority in (None, state.priority):
            return t
    return None


@pytest.mark.parametrize(
    ("vital", "rule_id", "sequence", "second"),
    [
        ("spo2", "spo2_desaturation", ["80"] * 60, 5),
        ("spo2", "spo2_desaturation", ["?80"] * 60, 20),  # 5 s and 15 s
        ("spo2", "spo2_desaturation", ["?80"] * 2 + ["80"] * 60, 7),  # two doubted seconds cost two seconds
        ("spo2", "spo2_desaturation", ["80"] * 2 + ["?80"] * 60, 20),  # what was believed counts
        ("spo2", "spo2_desaturation", ["80"] * 4 + ["?80"] * 15 + ["80"] * 9, 20),
        ("spo2", "spo2_desaturation", ["?80", "80"] * 30, 10),
        ("spo2", "spo2_desaturation", ["?80"] * 19 + ["97"] * 9, None),
        ("spo2", "spo2_desaturation", ["?80"] * 19 + ["97"] + ["?80"] * 19, None),  # believed and well: begins anew
        ("spo2", "spo2_desaturation", ["80"] * 4 + ["?97"] * 30, None),  # stopped where it is
        ("spo2", "spo2_desaturation", ["80"] * 4 + ["?97"] * 10 + ["80"] * 5, 15),
        ("spo2", "spo2_desaturation", ["80"] * 4 + ["97"] * 10 + ["80"] * 5, None),
        ("spo2", "spo2_low", ["?89"] * 60, 30),  # High: 20 s and 10 s
        ("spo2", "spo2_low", ["?91"] * 60, 40),  # Medium: 30 s and 10 s
        ("rr", "rr_low", ["?8"] * 60, 25),
        ("rr", "rr_high", ["?31"] * 60, 40),
        ("rr", "apnoea", ["?0"] * 60, 20),  # never lengthened
        ("etco2", "apnoea_etco2", ["?0"] * 60, 20),
        ("etco2", "etco2_low", ["?14"] * 60, 30),
        ("hr", "hr_high", ["?135"] * 60, 20),  # a sudden arrhythmia does not wait
        ("hr", "hr_low", ["?35"] * 60, 20),
        ("nibp_sys", "sbp_high", ["?185"], 0),  # a measurement that counts at once
        ("nibp_sys", "sbp_high", ["?165", "?166"], 1),
    ],
)
def test_a_doubt_lengthens_a_delay_once_and_within_its_bound(
    vital: str, rule_id: str, sequence: list[str], second: int | None
) -> None:
    assert rings_at(vital, rule_id, sequence) == second


def test_the_two_levels_of_a_rule_use_up_their_lengthening_apart() -> None:
    sequence = ["?91"] * 10 + ["?89"] * 60
    assert rings_at("spo2", "spo2_low", sequence, AlarmPriority.HIGH) == 40
    assert rings_at("spo2", "spo2_low", ["91"] * 10 + ["?89"] * 60, AlarmPriority.HIGH) == 40


def test_a_questionable_value_between_two_levels_stops_the_worse_one_where_it_is() -> None:
    sequence = ["89"] * 15 + ["?91"] * 10 + ["89"] * 9
    assert rings_at("spo2", "spo2_low", sequence, AlarmPriority.HIGH) == 30


def test_a_level_completed_before_the_questionable_value_rings_with_the_value_that_was_beyond_it() -> None:
    bedside = Bedside()
    bedside.measure(0, spo2=84)
    assert told(bedside.measure(6, spo2=("?", 97))) == ["spo2_desaturation raised high"]
    assert bedside.states["spo2_desaturation"].words == "SpO₂ 84 < 85"
    bedside = Bedside()
    for t in (0, 9, 18):
        bedside.measure(t, spo2=84)
    bedside.measure(22, spo2=("?", 91))
    assert bedside.states["spo2_low"].words == "SpO₂ 84 < 90"


def desaturated() -> Bedside:
    bedside = Bedside()
    for t in range(6):
        show(bedside, "spo2", "80", t)
    assert bedside.stage("spo2_desaturation") == "active"
    return bedside


def test_a_questionable_value_inside_the_limit_never_ends_an_alarm() -> None:
    bedside = desaturated()
    for t in range(6, 300):
        show(bedside, "spo2", "?98", t)
    assert bedside.stage("spo2_desaturation") == "active"
    show(bedside, "spo2", "98", 300)
    assert bedside.stage("spo2_desaturation") == "latched"


def test_a_questionable_value_never_eases_an_alarm() -> None:
    bedside = Bedside()
    for t in range(21):
        show(bedside, "spo2", "88", t)
    assert bedside.states["spo2_low"].priority is AlarmPriority.HIGH
    show(bedside, "spo2", "?91.5", 21)
    assert bedside.states["spo2_low"].priority is AlarmPriority.HIGH
    show(bedside, "spo2", "91.5", 22)
    assert bedside.states["spo2_low"].priority is AlarmPriority.MEDIUM


def test_a_questionable_worse_value_still_escalates_within_the_bound() -> None:
    bedside = Bedside()
    for t in range(31):
        show(bedside, "spo2", "91", t)
    assert bedside.states["spo2_low"].priority is AlarmPriority.MEDIUM
    for t in range(31, 61):
        show(bedside, "spo2", "?88", t)
    assert bedside.states["spo2_low"].priority is AlarmPriority.MEDIUM
    show(bedside, "spo2", "?88", 61)
    assert bedside.states["spo2_low"].priority is AlarmPriority.HIGH


def test_a_latched_alarm_waits_on_whatever_is_questionable() -> None:
    bedside = desaturated()
    show(bedside, "spo2", "98", 6)
    show(bedside, "spo2", "?98", 7)
    assert bedside.stage("spo2_desaturation") == "latched"


def test_a_missing_value_keeps_what_the_doubt_has_used_up() -> None:
    assert rings_at("spo2", "spo2_desaturation", ["?80"] * 10 + ["-"] * 5 + ["?80"] * 20) == 25


def test_an_apnoea_alarm_of_the_monitor_rings_at_once_whatever_was_doubted() -> None:
    bedside = Bedside()
    show(bedside, "rr", "?3", 0)
    assert told(bedside.device_apnoea(1, active=True)) == ["apnoea raised high"]


def test_the_words_of_a_pressure_name_a_questionable_diastolic() -> None:
    bedside = Bedside()
    bedside.measure(0, nibp_sys=185, nibp_dia=("?", 95))
    assert bedside.states["sbp_high"].words == "BP 185/95 ≥ 180"


# --- Technical ---


def feed(t: float, since: float | None, vital: Vital = Vital.SPO2) -> FeedPicture:
    return FeedPicture(0, t, 1.0, {vital: Seen(t, 1.0, since)})


def test_a_signal_questionable_for_more_than_two_minutes_is_a_low_technical_alarm() -> None:
    bedside = Bedside()
    assert bedside.tick(100, feed(100, None)) == []
    assert bedside.tick(120, feed(120, 0)) == []
    assert told(bedside.tick(121, feed(121, 0))) == ["signal_questionable.spo2 raised low"]
    assert bedside.states["signal_questionable.spo2"].words == "SpO₂ questionable: check patient and sensor"
    assert bedside.tick(122, feed(122, 0)) == []
    bedside.measure(123, spo2=("?", 97))
    assert bedside.stage("signal_questionable.spo2") == "active"
    assert told(bedside.measure(124, spo2=97)) == ["signal_questionable.spo2 ended low"]


def test_during_a_pause_it_is_recorded_and_not_heard() -> None:
    bedside = Bedside()
    bedside.now(phase=SessionState.INFUSING, paused=True)
    assert told(bedside.tick(121, feed(121, 0))) == ["signal_questionable.spo2 raised low (silent)"]


def test_a_questionable_value_ends_what_said_there_was_none_and_not_what_said_it_was_wrong() -> None:
    bedside = Bedside()
    bedside.measure(0, spo2="off")
    bedside.measure(0, rr=("!", 99))
    assert told(bedside.measure(1, spo2=("?", 90))) == ["lead_off.spo2 ended medium"]
    assert bedside.measure(1, rr=("?", 12)) == []
    assert told(bedside.measure(2, rr=12)) == ["implausible.rr ended high"]


# --- Properties ---

SIGNALS = st.lists(
    st.tuples(st.sampled_from([78, 84, 86, 88, 91, 95, 98]), st.booleans(), st.integers(1, 12)), min_size=1, max_size=12
)


def seconds_of(runs: list[tuple[int, bool, int]]) -> list[tuple[int, bool]]:
    return [(value, doubted) for value, doubted, lasts in runs for _ in range(lasts)]


@settings(deadline=None, max_examples=50)
@given(SIGNALS)
def test_what_rings_without_doubt_rings_with_it_within_the_bound(
    runs: list[tuple[int, bool, int]],
) -> None:
    """A condition that lasts its delay and the bound rings, whatever was doubted; nothing doubted is suppressed."""
    stream = seconds_of(runs)
    stream += [stream[-1]] * 45
    believed = rings_at("spo2", "spo2_desaturation", [str(value) for value, _ in stream])
    doubted = rings_at("spo2", "spo2_desaturation", [f"?{value}" if doubt else str(value) for value, doubt in stream])
    extra = int(POLICY.rules_by_id["spo2_desaturation"].extra_s)
    if believed is not None and all(value < 85 for value, _ in stream[believed : believed + extra + 1]):
        assert doubted is not None
        assert doubted <= believed + extra


@settings(deadline=None, max_examples=50)
@given(SIGNALS)
def test_a_standing_alarm_never_ends_earlier_for_a_doubt(runs: list[tuple[int, bool, int]]) -> None:
    plain, doubting = desaturated(), desaturated()
    for t, (value, doubt) in enumerate(seconds_of(runs), 6):
        show(plain, "spo2", str(value), t)
        show(doubting, "spo2", f"?{value}" if doubt else str(value), t)
        if plain.stage("spo2_desaturation") != "active":
            return
        assert doubting.stage("spo2_desaturation") == "active"


@settings(deadline=None, max_examples=50)
@given(SIGNALS, st.integers(0, 10**6))
def test_shifting_all_times_changes_nothing(runs: list[tuple[int, bool, int]], shift: int) -> None:
    here, there = Bedside(), Bedside()
    for t, (value, doubt) in enumerate(seconds_of(runs)):
        text = f"?{value}" if doubt else str(value)
        show(here, "spo2", text, t)
        show(there, "spo2", text, t + shift)
    assert told(here.events) == told(there.events)
