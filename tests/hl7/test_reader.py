"""Rows to readings: no value, units, conflicts, priorities, statuses, times, alarms, identity."""

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.clinical.vitals import Doubt, Quality, Vital
from monitor.errors import ConfigurationRefused
from monitor.hl7.codes import CodeTable
from monitor.hl7.device_message import DeviceMessage, MessageKind
from monitor.hl7.message import MalformedMessage, parse
from monitor.hl7.reader import read
from monitor.hl7.source import SourceSettings
from tests.hl7.conftest import HR, MMHG, PERCENT, RECEIVED_AT, SPO2, Read, message, obx

SENT_AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
RPM = "264928^MDC_DIM_RESP_PER_MIN^MDC"
NIBP = ("150021^MDC_PRESS_BLD_NONINV_SYS^MDC", "150022^MDC_PRESS_BLD_NONINV_DIA^MDC", "150023^X^MDC")


def charted(found: DeviceMessage) -> dict[str, float]:
    return {str(reading.vital): reading.value for reading in found.readings if reading.quality is Quality.ACCEPTED}


def reasons(found: DeviceMessage) -> list[tuple[str, str]]:
    return [(row.code, row.reason) for row in found.not_charted]


def test_a_value_is_a_reading_with_its_unit_time_and_sub_id(read_rows: Read) -> None:
    (reading,) = read_rows(obx(HR, "72", sub_id="1.7.4", at="20260301075959+0000")).readings
    assert (reading.vital, reading.value, reading.unit, reading.sub_id) == (Vital.HR, 72, "/min", "1.7.4")
    assert reading.measured_at == SENT_AT - timedelta(seconds=1)
    assert reading.timed


@pytest.mark.parametrize("sent", ["-1", "-100", "-999", "-99.9", "-10000", "32767", "-100.0"])
def test_sentinels_are_no_value(read_rows: Read, sent: str) -> None:
    found = read_rows(obx(HR, sent))
    assert reasons(found) == [("147842", "sentinel")]
    assert [(absence.vital, absence.reason) for absence in found.absences] == [(Vital.HR, "sentinel")]


@pytest.mark.parametrize("sent", ["", '""', "  "])
def test_empty_and_null_are_no_value(read_rows: Read, sent: str) -> None:
    assert reasons(read_rows(obx(HR, sent))) == [("147842", "no_value")]


@pytest.mark.parametrize("sent", ["NaN", "1e5", "٧٢", "72~73", "7_2"])
def test_what_is_no_number_leaves_the_vital_silent(read_rows: Read, sent: str) -> None:
    found = read_rows(obx(HR, sent))
    assert not found.readings
    assert found.absences[0].reason == "not_a_number"


@pytest.mark.parametrize("code", [HR, "149530^MDC_PULS_OXIM_PULS_RATE^MDC"])
def test_a_rate_of_zero_is_a_lead_off_and_shown_as_no_value(read_rows: Read, code: str) -> None:
    found = read_rows(obx(code, "0.0"))
    assert found.absences[0].reason == "lead_off"
    assert reasons(found) == [(code[:6], "no_value")]
    assert any("lead or probe off" in note for note in found.notes)


def test_a_saturation_of_zero_is_a_probe_off_but_a_breathing_rate_of_zero_is_a_value(read_rows: Read) -> None:
    found = read_rows(obx(SPO2, "0", PERCENT), obx("151562^MDC_RESP_RATE^MDC", "0", RPM))
    assert charted(found) == {"rr": 0}
    assert [absence.reason for absence in found.absences] == ["lead_off"]


def test_of_several_reasons_a_lead_off_is_the_one_told(read_rows: Read) -> None:
    found = read_rows(obx(HR, "-100"), obx(HR, "0"), obx(HR, ""))
    assert [absence.reason for absence in found.absences] == ["lead_off"]


def test_a_vital_with_another_valid_source_is_not_absent(read_rows: Read) -> None:
    found = read_rows(obx(SPO2, "-100", PERCENT, sub_id="1.3.1"), obx(SPO2, "97", PERCENT, sub_id="1.3.2"))
    assert charted(found) == {"spo2": 97}
    assert found.absences == ()


@pytest.mark.parametrize(
    ("code", "sent", "unit", "value"),
    [
        (NIBP[0], "16.0", "265987^MDC_DIM_KILO_PASCAL^MDC", 120.00992),
        (NIBP[0], "120", "mmHg", 120),
        ("150344^MDC_TEMP^MDC", "98.6", "266560^MDC_DIM_FAHR^MDC", 37),
        ("150344^MDC_TEMP^MDC", "37.1", "Cel^degC^UCUM^268192^MDC_DIM_DEGC^MDC", 37.1),
        (SPO2, "97", "^MDC_DIM_PERCENT^MDC", 97),
        ("150448^MDC_PULS_OXIM_PERF_REL^MDC", "1.5", "262656^MDC_DIM_DIMLESS^MDC", 1.5),
        ("158001^MDC_DOSE_DRUG_DELIV_TOTAL^MDC", "5520", "263891^MDC_DIM_MICRO_G^MDC^ug^ug^UCUM", 5.52),
        ("157760^MDC_CONC_DRUG^MDC", "2500", "264307^MDC_DIM_MICRO_G_PER_ML^MDC", 2.5),
    ],
)
def test_units_are_converted_to_that_of_the_vital(
    read_rows: Read, code: str, sent: str, unit: str, value: float
) -> None:
    (reading,) = read_rows(obx(code, sent, unit)).readings
    assert reading.value == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize(
    ("code", "unit"),
    [
        (HR, ""),
        (HR, "furlong"),
        (HR, "262688^MDC_DIM_PERCENT^MDC"),
        (SPO2, "1"),
        ("151708^MDC_CONC_AWAY_CO2_ET^MDC", "262688^MDC_DIM_PERCENT^MDC"),
        (NIBP[0], "266016^MDC_DIM_KILO_PASCAL^MDC"),
    ],
)
def test_an_unknown_wrong_or_contradictory_unit_is_never_assumed(read_rows: Read, code: str, unit: str) -> None:
    found = read_rows(obx(code, "97", unit))
    assert reasons(found) == [(code.partition("^")[0], "unknown_unit")]
    assert found.absences[0].reason == "unknown_unit"


@pytest.mark.parametrize(
    ("code", "sub_id", "reason"),
    [
        ("150031^MDC_PRESS_CUFF_SYS^MDC", "1.1.9.150301", "conflict"),
        ("147842^MDC_PULS_OXIM_SAT_O2^MDC", "1", "conflict"),
        ("147842^MDC_ECG_V_P_C_RATE^MDC", "1", "conflict"),
        ("147842^MDC_ECG_HEART_RATE^MDC", "1.1.150456", "conflict"),
        ("147842^MDC_ECG_HEART_RATE^MDC^59408-5^SpO2^LN", "1", "conflict"),
        ("150300^MDC_PRESS_CUFF^MDC", "1", "other_quantity"),
        ("108^MNDRY_ECG_PAUSE_RATE^99MNDRY", "1", "unknown_code"),
        ("147842^MDC_ECG_HEART_RATE^99OTHER", "1", "unknown_code"),
        ("131072^ECG_HR^MDC", "1", "unknown_code"),
        ("007001^SOMETHING ELSE", "1", "unknown_code"),
        ("0002-f999^Private^MDIL", "1", "unknown_code"),
    ],
)
def test_what_is_contradictory_other_or_unknown_is_not_charted(
    read_rows: Read, code: str, sub_id: str, reason: str
) -> None:
    found = read_rows(obx(code, "72", sub_id=sub_id))
    assert reasons(found) == [(code.partition("^")[0], reason)]
    assert not found.readings


@pytest.mark.parametrize(
    "code",
    [
        "147842^^MDC",
        "147842^Heart",
        "0^MDC_ECG_HEART_RATE^MDC",
        "^MDC_ECG_HEART_RATE^MDC",
        "xx-1^MDC_ECG_HEART_RATE^MDC",
        "0002-4182^HR^MDIL",
        "131072^ECG_HR^EHC",
        "8867-4^Heart rate^LN",
        "X1^Pulse^99Z^147842^MDC_ECG_HEART_RATE^MDC",
    ],
)
def test_a_heart_rate_is_known_by_number_name_or_its_vendors_own_code(read_rows: Read, code: str) -> None:
    assert charted(read_rows(obx(code, "72"))) == {"hr": 72}


def test_another_label_of_the_same_vital_is_charted_with_a_note(read_rows: Read) -> None:
    found = read_rows(obx("149522^MDC_PULS_RATE^MDC", "60"))
    assert charted(found) == {"pr": 60}
    assert any("149522" in note for note in found.notes)


@pytest.mark.parametrize(
    ("vital", "unit", "order"),
    [
        ("pr", "bpm", ["149530", "149538", "149514", "149546", "149522"]),
        ("rr", "rpm", ["151578", "151562", "151594", "151570", "151658", "151552"]),
    ],
)
def test_sources_go_by_their_priority_whatever_their_place(
    read_rows: Read, vital: str, unit: str, order: list[str]
) -> None:
    for better, worse in itertools.pairwise(order):
        found = read_rows(obx(f"{worse}^^MDC", "20", unit), obx(f"{better}^^MDC", "21", unit))
        assert charted(found) == {vital: 21}
        assert reasons(found) == [(worse, "other_source")]
        assert [reading.value for reading in found.others] == [20]


def test_equal_sources_go_by_the_lowest_sub_id_then_by_order(read_rows: Read) -> None:
    rows = [
        obx(SPO2, value, PERCENT, sub_id=sub) for value, sub in (("90", "1.3.10"), ("91", "1.3.2"), ("92", "1.3.2"))
    ]
    assert charted(read_rows(*rows)) == {"spo2": 91}


def test_only_valid_values_compete_and_an_implausible_one_gives_way(read_rows: Read) -> None:
    temperature = "150344^MDC_TEMP^MDC"
    found = read_rows(obx(temperature, "384.5", "Cel", sub_id="1"), obx(temperature, "38.5", "Cel", sub_id="2"))
    assert charted(found) == {"temp": 38.5}
    assert [(row.reason, row.sub_id) for row in found.not_charted] == [("implausible", "1")]


def test_a_source_may_set_its_own_priorities(read_rows: Read) -> None:
    settings = SourceSettings(priorities={Vital.RR: (151658, 151578)})
    found = read_rows(obx("151578^^MDC", "17", RPM), obx("151658^^MDC", "19", RPM), settings=settings)
    assert charted(found) == {"rr": 19}


def test_an_implausible_number_is_kept_and_marked(read_rows: Read) -> None:
    found = read_rows(obx(SPO2, "12", PERCENT))
    assert found.readings[0].quality is Quality.IMPLAUSIBLE
    assert reasons(found) == [("150456", "implausible")]
    assert found.absences == ()


@pytest.mark.parametrize(
    ("values", "holds"),
    [
        (("120", "80", "93"), True),
        (("85.8", "86.28", ""), False),
        (("120", "80", "79"), False),
        (("", "80", "93"), True),
    ],
)
def test_a_pressure_measurement_hangs_together_or_is_implausible_as_a_whole(
    read_rows: Read, values: tuple[str, ...], holds: bool
) -> None:
    found = read_rows(*(obx(code, value, MMHG) for code, value in zip(NIBP, values, strict=True)))
    present = sum(bool(value) for value in values)
    assert len(charted(found)) == (present if holds else 0)
    assert len(found.readings) == present


def test_pressures_of_two_measurements_are_never_mixed(read_rows: Read) -> None:
    early, late = "20260301075000+0000", "20260301075500+0000"
    rows = [obx(NIBP[0], "150", MMHG, sub_id="1", at=early)]
    rows += [obx(code, value, MMHG, sub_id="2", at=late) for code, value in zip(NIBP, ("120", "80", "93"), strict=True)]
    found = read_rows(*rows)
    assert charted(found) == {"nibp_sys": 150}
    assert len({reading.measured_at for reading in found.readings}) == 1


@pytest.mark.parametrize("status", ["F", "R", "P", "S", ""])
def test_results_in_any_of_their_statuses_are_values(read_rows: Read, status: str) -> None:
    assert charted(read_rows(obx(HR, "72", status=status))) == {"hr": 72}


@pytest.mark.parametrize(
    ("status", "reason"), [("X", "no_value"), ("D", "withdrawn"), ("W", "withdrawn"), ("I", "no_value")]
)
def test_rows_without_a_result_or_taken_back_are_not_charted(read_rows: Read, status: str, reason: str) -> None:
    found = read_rows(obx(HR, "72", status=status))
    assert reasons(found) == [("147842", reason)]
    assert [gone.vital for gone in found.withdrawals] == ([Vital.HR] if reason == "withdrawn" else [])


def test_a_correction_goes_before_what_it_corrects(read_rows: Read) -> None:
    found = read_rows(obx(HR, "172"), obx(HR, "72", status="C"))
    assert charted(found) == {"hr": 72}
    assert [reading.value for reading in found.corrections] == [72]


def test_a_row_taken_back_later_in_the_message_is_not_charted(read_rows: Read) -> None:
    assert not read_rows(obx(HR, "72"), obx(HR, "", status="W")).readings


@pytest.mark.parametrize("kind", ["ST", "TX", "", "SN"])
def test_a_vital_whose_type_is_not_numeric_is_silent(read_rows: Read, kind: str) -> None:
    assert reasons(read_rows(obx(HR, "72", kind=kind))) == [("147842", "not_a_number")]


def test_the_time_is_of_the_row_then_of_the_group_then_of_the_message_then_of_the_receipt(read_rows: Read) -> None:
    times = [
        read_rows(obx(HR, "72", at="20260301075957+0000")).readings[0],
        read_rows(obx(HR, "72"), observed="20260301075958+0000").readings[0],
        read_rows(obx(HR, "72"), observed="").readings[0],
        read_rows(obx(HR, "72"), observed='""', at="00000000").readings[0],
    ]
    assert [(reading.measured_at - SENT_AT).total_seconds() for reading in times] == [-3, -2, 0, 5]
    assert [reading.timed for reading in times] == [True, True, True, False]


def test_a_time_that_cannot_be_read_is_noted(read_rows: Read) -> None:
    found = read_rows(obx(HR, "72", at="tomorrow"))
    assert found.readings[0].measured_at == SENT_AT
    assert any("tomorrow" in note for note in found.notes)


def test_a_row_more_than_two_minutes_ahead_of_its_message_is_noted_and_kept(read_rows: Read) -> None:
    found = read_rows(obx(HR, "72", at="20260301083000+0000"))
    assert found.readings[0].measured_at == SENT_AT + timedelta(minutes=30)
    assert any("after MSH-7" in note for note in found.notes)


def test_midnight_and_zones_do_not_move_an_instant(read_rows: Read) -> None:
    settings = SourceSettings(zone=ZoneInfo("Asia/Kolkata"))
    found = read_rows(obx(HR, "72"), observed="20260301000000", settings=settings)
    assert found.readings[0].measured_at == datetime(2026, 2, 28, 18, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("ORU^R42", MessageKind.READINGS),
        ("NMD", MessageKind.CLOCK),
        ("NMD^N02", MessageKind.CLOCK),
        ("ORU^W01", MessageKind.OTHER),
        ("ADT^A08", MessageKind.ADMISSION),
        ("ADT^A17", MessageKind.OTHER),
        ("ZZZ^Z99", MessageKind.OTHER),
        ("", MessageKind.OTHER),
    ],
)
def test_the_type_says_what_a_message_is_for(read_rows: Read, kind: str, expected: MessageKind) -> None:
    found = read_rows(obx(HR, "72"), type=kind)
    assert found.kind is expected
    assert bool(found.readings) is (expected is MessageKind.READINGS)


def test_a_report_without_rows_and_a_watchdog_are_keep_alives(read_rows: Read) -> None:
    assert read_rows().kind is MessageKind.KEEP_ALIVE
    watchdog = read_rows(obx("196616^MDC_EVT_ALARM^MDC", "258047^MDC_EVT_ACTIVE^MDC", ""), type="ORU^R40")
    assert (watchdog.kind, watchdog.device_alarms) == (MessageKind.KEEP_ALIVE, ())
    assert read_rows(obx("5^HardInop^MDIL-ALERT", "Heartbeat", "", kind="TX")).device_alarms == ()


def test_a_device_alarm_has_condition_phase_priority_source_and_time(read_rows: Read) -> None:
    rows = [("196616", "197218^MDC_EVT_X^MDC"), ("68480", "70053^M^MDC"), ("68165", "start"), ("68484", "PM")]
    found = read_rows(*(obx(f"{code}^^MDC", value, "", kind="CWE") for code, value in rows), type="ORU^R40")
    (alarm,) = found.device_alarms
    assert (alarm.code, alarm.text, alarm.phase, alarm.priority) == ("197218", "MDC_EVT_X", "start", "medium")
    assert (alarm.source_channel, alarm.measured_at, found.kind) == ("70053", SENT_AT, MessageKind.DEVICE_ALARM)


def test_a_number_inside_a_device_alarm_is_not_charted(read_rows: Read) -> None:
    found = read_rows(obx("196616^^MDC", "196670^MDC_EVT_HI^MDC", "", kind="CWE"), obx(HR, "150"), type="ORU^R40")
    assert not found.readings
    assert reasons(found) == [("147842", "other_quantity")]


def test_an_admission_names_the_patient_from_its_own_fields() -> None:
    raw = b"MSH|^~\\&|HIS||||20260301||ADT^A01|1|P|2.5\rPID|||77^^^H~88||Doe^Jane||19700102|F\rPV1||I|W^^&9\r"
    found = read(parse(raw), CodeTable.from_toml(toml()), SourceSettings(), RECEIVED_AT)
    assert found.admission is not None
    assert (found.admission.event, found.admission.patient_id, found.admission.bed) == ("A01", "77", "9")
    assert (found.admission.family_name, found.admission.given_name, found.admission.sex) == ("Doe", "Jane", "F")


def toml() -> str:
    with open("monitor/hl7/codes.toml", encoding="utf-8") as file:
        return file.read()


def test_an_admission_without_a_patient_is_refused(codes: CodeTable) -> None:
    with pytest.raises(MalformedMessage, match="without PID") as refused:
        read(parse(b"MSH|^~\\&|HIS||||20260301||ADT^A04|1|P|2.5\rEVN|A04\r"), codes, SourceSettings(), RECEIVED_AT)
    assert refused.value.answer == "error"


@pytest.mark.parametrize(
    ("sent", "patient_id", "known"),
    [
        ("42^^^H~43", "42", True),
        ("Unknown Patient", "Unknown Patient", False),
        ('""^^^^MR', None, False),
        ("", None, False),
    ],
)
def test_a_placeholder_is_printed_but_is_no_identifier(
    codes: CodeTable, sent: str, patient_id: str | None, known: bool
) -> None:
    raw = message(obx(HR, "72")).replace(b"42^^^H", sent.encode())
    found = read(parse(raw), codes, SourceSettings(), RECEIVED_AT)
    assert (found.patient_id, found.patient_known) == (patient_id, known)


@pytest.mark.parametrize(
    ("place", "field", "bed"),
    [
        ("A^^B1", "PV1-3.3", "B1"),
        ("^^&12", "PV1-3.3", "12"),
        ("^^b&0&0", "PV1-3.3", "b"),
        ("T^^^SC8", "PV1-3.3", None),
        ("T^^^SC8", "PV1-3.4", "SC8"),
        ("A^^", "OBX-18", "DEV1"),
    ],
)
def test_the_bed_is_where_the_source_keeps_it(codes: CodeTable, place: str, field: str, bed: str | None) -> None:
    raw = message(obx(HR, "72") + "||||DEV1^X").replace(b"^^B1", place.encode())
    assert read(parse(raw), codes, SourceSettings(bed_field=field), RECEIVED_AT).bed == bed


def test_a_bed_field_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigurationRefused):
        SourceSettings(bed_field="ZZZ-1")


def test_a_simulator_says_so_in_its_name(codes: CodeTable) -> None:
    raw = message(obx(HR, "72"))
    for name, simulated in ((b"SIM", True), (b"SIM^bedside", True), (b"SIMHOSP", False), (b"", False)):
        found = read(parse(raw.replace(b"|MON|", b"|" + name + b"|")), codes, SourceSettings(), RECEIVED_AT)
        assert (found.simulated, found.source) == (simulated, name.decode())


def test_a_pump_is_known_by_its_own_id_not_by_its_rack(read_rows: Read) -> None:
    found = read_rows(
        obx("70053^MDC_DEV_PUMP_INFUS_SYRINGE_MDS^MDC", "", "", kind="", status="X") + "||||P7^x",
        obx("67972^MDC_ATTR_SYS_ID^MDC", "uuid-7", "", kind="ST"),
    )
    assert (found.device_id, found.source) == ("uuid-7", "MON uuid-7")


def test_other_separators_and_many_distinct_rows_do_not_disturb_the_remembered_codes(codes: CodeTable) -> None:
    odd = message(obx(HR, "72")).translate(bytes.maketrans(b"|^", b"#@"))
    assert charted(read(parse(odd), codes, SourceSettings(), RECEIVED_AT)) == {"hr": 72}
    for batch in range(3):
        rows = [obx(HR, "72", sub_id=f"{batch}.{number}") for number in range(2000)]
        assert charted(read(parse(message(*rows)), codes, SourceSettings(), RECEIVED_AT)) == {"hr": 72}
    assert len(codes.cache) <= 4096


@pytest.mark.parametrize("flags", ["QUES", "INV", "ques", "L~QUES", " QUES "])
def test_a_number_the_device_doubts_is_a_questionable_reading(read_rows: Read, flags: str) -> None:
    found = read_rows(obx(SPO2, "88", PERCENT, flags=flags))
    reading = found.readings[0]
    assert (reading.value, reading.quality, reading.doubts) == (88, Quality.QUESTIONABLE, (Doubt.SOURCE,))
    assert found.not_charted == ()


@pytest.mark.parametrize("flags", ["", "N", "L", "HH", "L~N", "QUESTION"])
def test_other_flags_are_no_doubt(read_rows: Read, flags: str) -> None:
    assert read_rows(obx(SPO2, "88", PERCENT, flags=flags)).readings[0].quality is Quality.ACCEPTED


def test_a_source_the_device_doubts_goes_after_one_it_does_not(read_rows: Read) -> None:
    first = obx(SPO2, "80", PERCENT, sub_id="1.3.1", flags="QUES")
    found = read_rows(first, obx(SPO2, "96", PERCENT, sub_id="1.3.2"))
    assert charted(found) == {"spo2": 96}


def test_an_implausible_number_with_a_mark_of_doubt_is_implausible(read_rows: Read) -> None:
    reading = read_rows(obx(SPO2, "20", PERCENT, flags="QUES")).readings[0]
    assert (reading.quality, reading.doubts) == (Quality.IMPLAUSIBLE, ())
