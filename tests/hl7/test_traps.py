"""The twelve traps of device interoperability, each by its name: what real devices send that a parser falls into."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.clinical.vitals import Quality
from monitor.hl7 import batch
from monitor.hl7.codes import CodeTable, hexadecimal_number
from monitor.hl7.device_message import DeviceMessage, MessageKind
from monitor.hl7.message import MalformedMessage, parse
from monitor.hl7.mllp import Frame, FrameBuffer, Skipped, wrap
from monitor.hl7.reader import read
from monitor.hl7.source import SourceSettings
from tests.hl7.conftest import HR, MMHG, PERCENT, RECEIVED_AT, SPO2, Read, message, obx

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
BPM = "264864^MDC_DIM_BEAT_PER_MIN^MDC"
RPM = "264928^MDC_DIM_RESP_PER_MIN^MDC"
SYS = "150021^MDC_PRESS_BLD_NONINV_SYS^MDC"
DIA = "150022^MDC_PRESS_BLD_NONINV_DIA^MDC"
MEAN = "150023^MDC_PRESS_BLD_NONINV_MEAN^MDC"


def values(found: DeviceMessage) -> dict[str, float]:
    return {str(one.vital): one.value for one in found.readings if one.quality is not Quality.IMPLAUSIBLE}


def reasons(found: DeviceMessage) -> list[tuple[str, str]]:
    return [(row.code, row.reason) for row in found.not_charted]


class TestTrap1Terminators:
    @pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
    def test_any_end_of_a_segment_is_one(self, end: bytes, codes: CodeTable) -> None:
        raw = message(obx(HR, "72")).replace(b"\r", end)
        assert values(read(parse(raw), codes, SourceSettings(), RECEIVED_AT)) == {"hr": 72}

    def test_cr_lf_between_frames_costs_no_message(self) -> None:
        raw = message(obx(HR, "72"))
        found = FrameBuffer(1 << 20).feed(wrap(raw) + b"\r\n" + wrap(raw) + b"\r\n")
        assert [item.raw for item in found if isinstance(item, Frame)] == [raw, raw]

    def test_a_header_broken_inside_msh_10_is_refused_not_half_read(self) -> None:
        raw = message(obx(HR, "72"), control_id="20\r26")
        with pytest.raises(MalformedMessage, match="broken"):
            parse(raw)

    def test_segments_separated_by_blanks_are_refused_not_read_as_one(self) -> None:
        with pytest.raises(MalformedMessage, match="blanks"):
            parse(message(obx(HR, "72")).replace(b"\r", b" "))


class TestTrap2NoValue:
    @pytest.mark.parametrize(("sent", "status"), [("", "F"), ('""', "F"), ("", "X"), ("72", "X"), (" ", "F")])
    def test_nothing_is_no_value(self, read_rows: Read, sent: str, status: str) -> None:
        found = read_rows(obx(HR, sent, status=status))
        assert (values(found), reasons(found)) == ({}, [("147842", "no_value")])
        assert [(str(one.vital), one.reason) for one in found.absences] == [("hr", "no_value")]

    @pytest.mark.parametrize("sent", ["-1", "-100", "-999", "-99.9", "-10000", "32767", "-100.0", "-0100"])
    def test_a_sentinel_is_no_value(self, read_rows: Read, sent: str) -> None:
        for row in (obx(SPO2, sent, PERCENT), obx("150344^MDC_TEMP^MDC", sent, "Cel"), obx(SYS, sent, MMHG)):
            found = read_rows(row)
            assert values(found) == {}
            assert [reason for _, reason in reasons(found)] == ["sentinel"]

    def test_zero_is_a_lead_or_probe_off_but_a_rate_of_breathing(self, read_rows: Read) -> None:
        found = read_rows(obx(HR, "0"), obx(SPO2, "0", PERCENT), obx("151578^MDC_TTHOR_RESP_RATE^MDC", "0", RPM))
        assert values(found) == {"rr": 0}
        assert [(str(one.vital), one.reason) for one in found.absences] == [("hr", "lead_off"), ("spo2", "lead_off")]

    @pytest.mark.parametrize("sent", ["NaN", "inf", "1e2", "1_00", "７２", "٧٢", "0x48", "7,2"])
    def test_what_is_not_plainly_a_number_is_refused_with_the_reason(self, read_rows: Read, sent: str) -> None:
        assert reasons(read_rows(obx(HR, sent))) == [("147842", "not_a_number")]


class TestTrap3Identity:
    def test_a_sender_without_a_name_is_read(self, codes: CodeTable) -> None:
        found = read(parse(message(obx(HR, "72")).replace(b"|MON|", b"||")), codes, SourceSettings(), RECEIVED_AT)
        assert (found.source, values(found)) == ("", {"hr": 72})

    def test_two_pumps_in_one_rack_are_two_sources(self, read_rows: Read) -> None:
        one, two = (read_rows(obx("67972^MDC_ATTR_SYS_ID^MDC", name, "", kind="ST")) for name in ("pump-1", "pump-2"))
        assert (one.device_id, two.device_id) == ("pump-1", "pump-2")
        assert one.source != two.source

    def test_without_its_own_id_a_pump_is_known_by_its_container_row(self, read_rows: Read) -> None:
        found = read_rows(
            obx("70053^MDC_DEV_PUMP_INFUS_SYRINGE_MDS^MDC", "", "", kind="", status="X") + "||||P7^^1^EUI-64"
        )
        assert found.device_id == "P7"

    @pytest.mark.parametrize("pid", ["||", '""^^^MR', "Unknown Patient^Unknown Patient", "unknown"])
    def test_a_patient_who_is_not_named_is_not_known(self, codes: CodeTable, pid: str) -> None:
        raw = message(obx(HR, "72")).replace(b"42^^^H", pid.encode())
        assert not read(parse(raw), codes, SourceSettings(), RECEIVED_AT).patient_known

    def test_a_name_in_pid_4_is_no_identifier(self, codes: CodeTable) -> None:
        raw = message(obx(HR, "72")).replace(b"42^^^H", b"^^^H|JOHN SMITH")
        found = read(parse(raw), codes, SourceSettings(), RECEIVED_AT)
        assert (found.patient_id, found.patient_known) == (None, False)

    @pytest.mark.parametrize(
        ("place", "field", "bed"),
        [
            ("W^R^B1", "PV1-3.3", "B1"),
            ("^^&10", "PV1-3.3", "10"),
            ("U^^b1&0&0", "PV1-3.3", "b1"),
            ("^^BED-001^10.0.0.9:1", "PV1-3.3", "BED-001"),
            ("^^BED-001^10.0.0.9:1", "PV1-3.4", "10.0.0.9:1"),
            ("T^^^SC8", "PV1-3.3", None),
            ("", "OBX-18", "DEV1"),
        ],
    )
    def test_the_bed_is_where_the_vendor_puts_it(
        self, codes: CodeTable, place: str, field: str, bed: str | None
    ) -> None:
        raw = message(obx(HR, "72") + "||||DEV1^X").replace(b"^^B1", place.encode())
        assert read(parse(raw), codes, SourceSettings(bed_field=field), RECEIVED_AT).bed == bed


class TestTrap4Time:
    def test_without_any_time_the_time_of_receipt_is_kept_as_such(self, read_rows: Read) -> None:
        reading = read_rows(obx(HR, "72"), at="", observed="").readings[0]
        assert (reading.measured_at, reading.timed) == (RECEIVED_AT, False)

    def test_a_clock_of_2013_is_kept_as_the_device_says_it(self, read_rows: Read) -> None:
        found = read_rows(obx(HR, "72"), at="20130101000000", observed="20130101000000")
        assert found.readings[0].measured_at == datetime(2013, 1, 1, tzinfo=UTC)

    @pytest.mark.parametrize(
        "sent", ["20260301080000", "20260301080000.0000+0000", "20260301160000.0000+0800", "20260301080000000"]
    )
    def test_every_spelling_of_one_instant_is_that_instant(self, read_rows: Read, sent: str) -> None:
        assert read_rows(obx(HR, "72"), observed=sent).readings[0].measured_at == AT

    def test_local_time_without_zone_is_in_the_zone_of_its_source(self, read_rows: Read) -> None:
        settings = SourceSettings(zone=ZoneInfo("Europe/Madrid"))
        assert read_rows(obx(HR, "72"), observed="20260301090000", settings=settings).readings[0].measured_at == AT

    def test_a_cuff_may_be_older_than_the_vitals_beside_it(self, read_rows: Read) -> None:
        cuff = [obx(code, sent, MMHG, at="20260301075937") for code, sent in ((SYS, "133"), (DIA, "77"), (MEAN, "95"))]
        found = read_rows(obx(HR, "72", at="20260301080000"), *cuff)
        times = {str(one.vital): one.measured_at for one in found.readings}
        assert times["hr"] - times["nibp_sys"] == timedelta(seconds=23)
        assert times["nibp_sys"] == times["nibp_dia"] == times["nibp_mean"]

    def test_the_time_of_a_row_goes_before_that_of_its_group_and_of_the_message(self, read_rows: Read) -> None:
        at = {"observed": "20260301075500", "at": "20260301080000"}
        assert read_rows(obx(HR, "72", at="20260301075000"), **at).measured_at == AT - timedelta(minutes=10)
        assert read_rows(obx(HR, "72"), **at).measured_at == AT - timedelta(minutes=5)
        assert read_rows(obx(HR, "72"), observed="", at="20260301080000").measured_at == AT

    def test_only_a_documented_vendor_has_its_time_in_obr_14(self, read_rows: Read) -> None:
        obr14 = "|||||||20260301075000"
        philips = read_rows(obx("0002-4182^HR^MDIL", "72", "0004-0aa0^bpm^MDIL"), observed=obr14, at="20260301080000")
        assert philips.readings[0].measured_at == AT - timedelta(minutes=10)
        other = read_rows(obx(HR, "72"), observed=obr14, at="20260301080000")
        assert other.readings[0].measured_at == AT

    def test_the_hour_that_comes_twice_and_midnight_break_nothing(self, read_rows: Read) -> None:
        settings = SourceSettings(zone=ZoneInfo("Europe/Berlin"))
        for sent, instant in (
            ("20261025023000", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
            ("20260301000000", datetime(2026, 2, 28, 23, 0, tzinfo=UTC)),
        ):
            found = read_rows(obx(HR, "72"), observed=sent, settings=settings)
            assert found.readings[0].measured_at == instant

    def test_a_row_dated_far_after_its_message_is_noted_and_kept(self, read_rows: Read) -> None:
        found = read_rows(obx(HR, "72", at="20260301082500"))
        assert found.readings[0].measured_at == AT + timedelta(minutes=25)
        assert found.notes == ("OBX-14 20260301082500 is more than 2 min after MSH-7",)


class TestTrap5Duplicates:
    def test_one_control_id_on_two_contents_is_two_messages(self, read_rows: Read) -> None:
        one, two = read_rows(obx(HR, "72"), control_id="DEV"), read_rows(obx(HR, "73"), control_id="DEV")
        assert one.control_id == two.control_id
        assert one.readings != two.readings, "MSH-10 alone tells nothing apart: the content does"

    def test_updates_of_one_alarm_share_obr_3_and_are_told_apart_by_phase_and_audio(self, read_rows: Read) -> None:
        def update(audio: str) -> DeviceMessage:
            return read_rows(
                obx("196616^MDC_EVT_ALARM^MDC", "197218^MDC_EVT_FAULT^MDC", "", kind="CWE"),
                obx("68481^MDC_ATTR_EVENT_PHASE^MDC", "update", "", kind="ST"),
                obx("68483^MDC_ATTR_ALARM_INACTIVATION_STATE^MDC", audio, "", kind="ST"),
                type="ORU^R40^ORU_R40",
            )

        muted, minimised = update("audio-paused").device_alarms[0], update("enabled").device_alarms[0]
        assert muted != minimised
        assert muted.pairing == minimised.pairing


class TestTrap6SeveralValuesOfOneParameter:
    def test_breathing_from_the_chest_goes_before_breathing_from_the_finger(self, read_rows: Read) -> None:
        found = read_rows(
            obx("151658^MDC_PULS_OXIM_PLETH_RESP_RATE^MDC", "19", RPM),
            obx("151578^MDC_TTHOR_RESP_RATE^MDC", "17", RPM),
        )
        assert values(found) == {"rr": 17}
        assert [one.value for one in found.others] == [19]
        assert reasons(found) == [("151658", "other_source")]

    def test_of_two_probes_the_lower_sub_id_is_charted_and_both_are_kept(self, read_rows: Read) -> None:
        found = read_rows(
            obx(SPO2, "97", PERCENT, sub_id="1.3.10.150456"), obx(SPO2, "98", PERCENT, sub_id="1.3.2.150456")
        )
        assert [(one.value, one.sub_id) for one in found.readings] == [(98, "1.3.2.150456")]
        assert [(one.value, one.sub_id) for one in found.others] == [(97, "1.3.10.150456")]

    def test_a_source_without_a_value_competes_with_nobody(self, read_rows: Read) -> None:
        found = read_rows(
            obx("151578^MDC_TTHOR_RESP_RATE^MDC", "", RPM), obx("151658^MDC_PULS_OXIM_PLETH_RESP_RATE^MDC", "19", RPM)
        )
        assert values(found) == {"rr": 19}
        assert found.absences == ()

    def test_every_pulse_has_its_place(self, read_rows: Read) -> None:
        numbers = (149522, 149546, 149514, 149538, 149530)
        for first in range(len(numbers)):
            found = read_rows(*(obx(f"{number}^^MDC", str(60 + n)) for n, number in enumerate(numbers[: first + 1])))
            assert values(found) == {"pr": 60 + first}


class TestTrap7CodeDisagreement:
    @pytest.mark.parametrize(
        ("code", "sub_id"),
        [
            ("150031^MDC_PRESS_CUFF_SYS^MDC", "1"),
            ("150021^MDC_PRESS_BLD_NONINV_DIA^MDC", "1"),
            ("150021^MDC_PRESS_BLD_NONINV_SYS^MDC", "1.1.9.150022"),
            ("147842^MDC_PULS_OXIM_SAT_O2^MDC", "1"),
        ],
    )
    def test_a_number_and_a_name_that_differ_are_a_conflict(self, read_rows: Read, code: str, sub_id: str) -> None:
        found = read_rows(obx(code, "100", MMHG, sub_id=sub_id))
        assert values(found) == {}
        assert [reason for _, reason in reasons(found)] == ["conflict"]

    def test_another_label_of_the_same_vital_is_charted_with_a_note(self, read_rows: Read) -> None:
        found = read_rows(obx("149522^MDC_PULS_RATE^MDC", "59"))
        assert values(found) == {"pr": 59}
        assert found.notes == ("149522 is labelled MDC_PULS_RATE (149514); both mean pr",)

    @pytest.mark.parametrize("number", ["0", "", "tt-0005-06", "108"])
    def test_the_name_decides_when_there_is_no_number(self, read_rows: Read, number: str) -> None:
        assert values(read_rows(obx(f"{number}^MDC_PULS_OXIM_SAT_O2^MDC", "98", PERCENT))) == {"spo2": 98}

    @pytest.mark.parametrize("name", ["MDC_DEV_PUMP_CURRENT_DELIVERY_STATUS", "MDC_PUMP_CURRENT_DELIVERY_STATUS"])
    def test_a_name_spelled_differently_by_another_version_changes_nothing(self, read_rows: Read, name: str) -> None:
        found = read_rows(obx(f"158005^{name}^MDC", "^pump-delivery-status-delivering", "", kind="CWE"))
        assert found.pump is not None
        assert found.pump.delivering is True

    @pytest.mark.parametrize(("phase", "state"), [(68481, 68482), (68165, 68166)])
    def test_both_numberings_of_an_alarms_parts_are_read(self, read_rows: Read, phase: int, state: int) -> None:
        found = read_rows(
            obx("196616^MDC_EVT_ALARM^MDC", "197218^MDC_EVT_FAULT^MDC", "", kind="CWE"),
            obx(f"{phase}^X^MDC", "start", "", kind="ST"),
            obx(f"{state}^X^MDC", "active", "", kind="ST"),
            type="ORU^R40",
        )
        assert [(one.phase, one.state) for one in found.device_alarms] == [("start", "active")]


class TestTrap8PhilipsHexadecimal:
    @pytest.mark.parametrize(
        ("sent", "number"),
        [("0002-4182", 147842), ("0002-4bb8", 150456), ("0002-4A05", 150021), ("0004-0f20", 266016)],
    )
    def test_partition_and_term_are_the_mdc_number(self, sent: str, number: int) -> None:
        assert hexadecimal_number(sent) == number

    @pytest.mark.parametrize("sent", ["0002-f081", "0002-ffff", "2-4182", "0002_4182", "0002-418g", "00024182"])
    def test_a_private_term_or_another_form_is_none(self, sent: str) -> None:
        assert hexadecimal_number(sent) is None

    def test_it_is_read_only_in_its_own_coding_system(self, read_rows: Read) -> None:
        assert values(read_rows(obx("0002-4182^HR^MDIL", "72", "0004-0aa0^bpm^MDIL"))) == {"hr": 72}
        assert values(read_rows(obx("0002-4182^HR^MDC", "72", "0004-0aa0^bpm^MDIL"))) == {}


class TestTrap9Nibp:
    @pytest.mark.parametrize(
        "sent",
        [
            {"sys": "120", "dia": "80", "mean": "93"},
            {"dia": "80"},
            {"mean": "93"},
            {"sys": "120"},
            {"dia": "80", "mean": "93"},
        ],
    )
    def test_what_of_the_three_is_sent_is_charted(self, read_rows: Read, sent: dict[str, str]) -> None:
        numbers = {"sys": SYS, "dia": DIA, "mean": MEAN}
        found = read_rows(*(obx(numbers[name], value, MMHG) for name, value in sent.items()))
        assert values(found) == {f"nibp_{name}": float(value) for name, value in sent.items()}

    def test_a_compound_row_is_a_container(self, read_rows: Read) -> None:
        found = read_rows(obx("150020^MDC_PRESS_BLD_NONINV^MDC", "", "", kind="", status="X"), obx(DIA, "80", MMHG))
        assert (values(found), reasons(found)) == ({"nibp_dia": 80}, [("150020", "container")])

    def test_a_re_sent_measurement_keeps_its_own_time(self, read_rows: Read) -> None:
        row = obx(SYS, "120", MMHG, at="20260301075500")
        first, again = read_rows(row), read_rows(row, at="20260301080005")
        assert first.readings == again.readings, "same vital, time and value: the same measurement"

    def test_three_values_of_two_times_are_not_mixed(self, read_rows: Read) -> None:
        found = read_rows(
            obx(SYS, "120", MMHG, at="20260301075500"),
            obx(DIA, "80", MMHG, at="20260301075500"),
            obx(MEAN, "140", MMHG, at="20260301075000"),
        )
        assert values(found) == {"nibp_sys": 120, "nibp_dia": 80}

    def test_a_measurement_out_of_order_is_implausible_as_a_whole(self, read_rows: Read) -> None:
        found = read_rows(obx(SYS, "85.8", MMHG), obx(DIA, "86.28", MMHG))
        assert values(found) == {}
        assert reasons(found) == [("150021", "implausible"), ("150022", "implausible")]

    def test_the_pressure_in_the_cuff_is_no_blood_pressure(self, read_rows: Read) -> None:
        found = read_rows(obx("150300^MDC_PRESS_CUFF^MDC", "180", MMHG))
        assert (values(found), reasons(found)) == ({}, [("150300", "other_quantity")])


class TestTrap10AlarmsBesideNumbers:
    @pytest.mark.parametrize(
        ("code", "name", "priority"),
        [
            (1, "RedAlarm", "high"),
            (2, "YellowAlarm", "medium"),
            (3, "ShortYellow", "medium"),
            (5, "HardInop", "medium"),
            (6, "SoftInop", "low"),
        ],
    )
    def test_an_alert_row_is_an_alarm_of_the_monitor(
        self, read_rows: Read, code: int, name: str, priority: str
    ) -> None:
        found = read_rows(obx(f"{code}^{name}^MDIL-ALERT", "**HR 150 > 120", "", kind="TX"), obx(HR, "150"))
        (alarm,) = found.device_alarms
        assert (alarm.code, alarm.text, alarm.priority, alarm.phase) == (
            *(f"{code} {name}", "**HR 150 > 120", priority, None),
        )
        assert values(found) == {"hr": 150}

    @pytest.mark.parametrize("phase", ["start", "update", "continue", "end"])
    @pytest.mark.parametrize(
        ("state", "audio"), [("active", "enabled"), ("active", "audio-paused"), ("inactive", "alarm-off")]
    )
    def test_an_r40_says_phase_state_and_audio(self, read_rows: Read, phase: str, state: str, audio: str) -> None:
        found = read_rows(
            obx("196616^MDC_EVT_ALARM^MDC", "197218^MDC_EVT_FAULT^MDC", "", kind="CWE"),
            obx("68480^MDC_ATTR_ALERT_SOURCE^MDC", "70053^MDS^MDC", "", kind="CWE"),
            obx("68481^MDC_ATTR_EVENT_PHASE^MDC", phase, "", kind="ST"),
            obx("68482^MDC_ATTR_ALARM_STATE^MDC", state, "", kind="ST"),
            obx("68483^MDC_ATTR_ALARM_INACTIVATION_STATE^MDC", audio, "", kind="ST"),
            obx("68546^MDC_ATTR_ALERT_TEXT^MDC", "Holder Open", "", kind="ST"),
            type="ORU^R40^ORU_R40",
        )
        (alarm,) = found.device_alarms
        assert (alarm.phase, alarm.state, alarm.audio, alarm.text) == (phase, state, audio, "Holder Open")

    @pytest.mark.parametrize("text", ["Heartbeat-useless", "WATCHDOG", "keep-alive", "keep alive"])
    def test_a_keep_alive_is_never_an_alarm(self, read_rows: Read, text: str) -> None:
        for row in (
            obx("258047^MDC_EVT_ACTIVE^MDC", text, "", kind="ST"),
            obx("5^HardInop^MDIL-ALERT", text, "", kind="TX"),
        ):
            found = read_rows(row, type="ORU^R40^ORU_R40")
            assert (found.kind, found.device_alarms) == (MessageKind.KEEP_ALIVE, ())

    @pytest.mark.parametrize(
        ("kind", "meant"), [("NMD^N02", MessageKind.CLOCK), ("NMD", MessageKind.CLOCK), ("ORU^W01", MessageKind.OTHER)]
    )
    def test_clocks_and_waves_are_read_as_nothing(self, read_rows: Read, kind: str, meant: MessageKind) -> None:
        found = read_rows(obx(HR, "72"), type=kind)
        assert (found.kind, found.readings, found.not_charted) == (meant, (), ())


class TestTrap11UnitsAndCharacterSets:
    @pytest.mark.parametrize(
        ("code", "units"),
        [
            (HR, ["264864", "264864^X^MDC", "^MDC_DIM_BEAT_PER_MIN^MDC", "bpm", "/min", "{beat}/min^^UCUM"]),
            (SPO2, ["262688", "%", "%^%^UCUM", "PERCENT", "0004-0220^%^MDIL", "MDC_DIM_PERCENT"]),
            ("151578^^MDC", ["264928", "rpm", "0004-0ae0^rpm^MDIL", "{breath}/min"]),
            (SYS, ["266016", "mmHg", "mm[Hg]", "mm[Hg]^mm[Hg]^UCUM^266016^MDC_DIM_MMHG^MDC", "0004-0f20"]),
        ],
    )
    def test_every_spelling_of_a_unit_is_that_unit(self, read_rows: Read, code: str, units: list[str]) -> None:
        for unit in units:
            assert [one.value for one in read_rows(obx(code, "72", unit)).readings] == [72], unit

    @pytest.mark.parametrize(
        ("code", "sent", "unit", "value"),
        [
            (SYS, "16", "265987^MDC_DIM_KILO_PASCAL^MDC", 120.00992),
            ("150344^MDC_TEMP^MDC", "98.6", "266560^MDC_DIM_FAHR^MDC", 37),
            ("158001^MDC_DOSE_DRUG_DELIV_TOTAL^MDC", "5520", "263891^MDC_DIM_MICRO_G^MDC", 5.52),
            ("157760^MDC_CONC_DRUG^MDC", "2000", "264307^MDC_DIM_MICRO_G_PER_ML^MDC", 2),
            ("150448^MDC_PULS_OXIM_PERF_REL^MDC", "1.7", "0004-0200^dimless^MDIL", 1.7),
        ],
    )
    def test_another_unit_is_converted(self, read_rows: Read, code: str, sent: str, unit: str, value: float) -> None:
        assert [one.value for one in read_rows(obx(code, sent, unit)).readings] == [pytest.approx(value, abs=1e-9)]

    @pytest.mark.parametrize("unit", ["", "furlong", "bpm^^^266016^MDC_DIM_MMHG^MDC", "%"])
    def test_an_unknown_missing_or_contradictory_unit_is_never_assumed(self, read_rows: Read, unit: str) -> None:
        assert reasons(read_rows(obx(HR, "72", unit))) == [("147842", "unknown_unit")]

    def test_a_degree_sign_in_latin_1_is_read_whatever_is_declared(self, codes: CodeTable) -> None:
        for charset in ("8859/1", "", "ASCII", "UNICODE UTF-8"):
            text = message(obx("150344^MDC_TEMP^MDC", "36.8", "°C")).decode()
            head, rest = text.split("\r", 1)
            raw = f"{head}||{charset}\r{rest}".encode("latin-1")
            assert values(read(parse(raw), codes, SourceSettings(), RECEIVED_AT)) == {"temp": 36.8}, charset


class TestTrap12Text:
    def test_an_escape_inside_a_number_is_decoded_and_is_no_number(self, read_rows: Read) -> None:
        found = read_rows(obx("0002-5000^SML^MDIL", r"2.73x10\S\-7", "0004-0ae0^rpm^MDIL"))
        assert (values(found), reasons(found)) == ({}, [("0002-5000", "not_a_number")])
        assert "2.73x10^-7" in found.notes[0]

    def test_an_escaped_digit_is_the_digit(self, read_rows: Read) -> None:
        assert values(read_rows(obx(HR, r"\X37\2"))) == {"hr": 72}

    def test_a_tilde_in_a_text_breaks_nothing_behind_it(self, read_rows: Read) -> None:
        found = read_rows(obx("1^NOTE^L", "a~b&c", "", kind="ST"), obx(HR, "72") + "||||ID~1^X")
        assert (values(found), found.device_id) == ({"hr": 72}, "ID")

    def test_five_encoding_characters_and_trailing_pipes_are_read(self, codes: CodeTable) -> None:
        raw = message(obx(HR, "72")).replace(b"|^~\\&|", b"|^~\\&#|").replace(b"\rOBR", b"||||\rOBR")
        assert values(read(parse(raw), codes, SourceSettings(), RECEIVED_AT)) == {"hr": 72}

    def test_a_vt_inside_a_frame_begins_a_new_one_and_the_lost_one_is_said(self) -> None:
        raw = message(obx(HR, "72"))
        lost, kept = FrameBuffer(1 << 20).feed(b"\x0b" + raw + wrap(raw))
        assert isinstance(lost, Skipped)
        assert isinstance(kept, Frame)
        assert (lost.kind, kept.raw) == ("unfinished", raw)

    def test_messages_glued_together_are_taken_apart(self) -> None:
        raw = message(obx(HR, "72"))
        assert batch.split(raw + raw) == [raw, raw]
