"""Why each row was charted or not, in words: a sentence for every OBX, of any bytes."""

import json
from pathlib import Path

import pytest
from hypothesis import given

from monitor.hl7.codes import CodeTable
from monitor.hl7.device_message import DeviceMessage
from monitor.hl7.explain import explain
from monitor.hl7.message import parse
from monitor.hl7.mllp import wrap
from monitor.hl7.source import EVERY_OTHER, SourceSettings
from monitor.hl7.wording import Explanation, as_text, explanations
from tests.hl7.conftest import CODES, HR, MMHG, PERCENT, RECEIVED_AT, SPO2, message, obx
from tests.hl7.test_explain import BYTES

TABLE = CodeTable.from_toml(CODES.read_text(encoding="utf-8"))
FIXTURES = sorted(Path(__file__).with_name("fixtures").glob("*.hl7"))
SYS = "150021^MDC_PRESS_BLD_NONINV_SYS^MDC"


def told(raw: bytes, *, bound: bool | None = None, **sources: SourceSettings) -> Explanation:
    def is_bound(device: DeviceMessage) -> bool:
        return bool(bound)

    every = {EVERY_OTHER: SourceSettings(), **sources}
    (found,) = explanations(raw, TABLE, every, RECEIVED_AT, None if bound is None else is_bound)
    return found


def rows(raw: bytes) -> list[dict[str, object]]:
    found = told(raw)["rows"]
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize(
    ("row", "verdict", "words"),
    [
        (obx(HR, "72", "bpm"), "charted", "147842 MDC_ECG_HEART_RATE 72 bpm: charted as hr 72"),
        (
            obx(HR, "72", "foo"),
            "unknown_unit",
            "147842 MDC_ECG_HEART_RATE 72 foo: not charted: unit 'foo' is unknown for hr; add it to codes.toml if it is"
            " meant",
        ),
        (
            obx(HR, "72", ""),
            "unknown_unit",
            "147842 MDC_ECG_HEART_RATE 72: not charted: hr has no unit; add it to codes.toml if it is meant",
        ),
        (
            obx(HR, "", "bpm"),
            "no_value",
            "147842 MDC_ECG_HEART_RATE bpm: not charted: it has no value (empty, null, or status X)",
        ),
        (
            obx(HR, "-100", "bpm"),
            "sentinel",
            "147842 MDC_ECG_HEART_RATE -100 bpm: not charted: this number is the device's way to say that it has no"
            " reading",
        ),
        (
            obx(HR, "0", "bpm"),
            "lead_off",
            "147842 MDC_ECG_HEART_RATE 0 bpm: not charted: 0 means that the lead or probe is off",
        ),
        (
            obx(HR, "7e1", "bpm"),
            "not_a_number",
            "147842 MDC_ECG_HEART_RATE 7e1 bpm: not charted: a value must be type NM and a plain decimal number",
        ),
        (
            obx("150031^MDC_PRESS_CUFF_SYS^MDC", "142", "mmHg"),
            "conflict",
            "150031 MDC_PRESS_CUFF_SYS 142 mmHg: 150031 and MDC_PRESS_CUFF_SYS mean different things: not charted",
        ),
        (
            obx("148066^MDC_ECG_V_P_C_RATE^MDC", "1", "bpm"),
            "unknown_code",
            "148066 MDC_ECG_V_P_C_RATE 1 bpm: not charted: the code is unknown; if it is a vital, add it to codes.toml",
        ),
        (
            obx("150300^MDC_PRESS_CUFF^MDC", "180", "mmHg"),
            "other_quantity",
            "150300 MDC_PRESS_CUFF 180 mmHg: not charted: a known quantity that is none of the vitals",
        ),
        (
            obx("157784^MDC_FLOW_FLUID_PUMP^MDC", "18", "mL/h"),
            "other_quantity",
            "157784 MDC_FLOW_FLUID_PUMP 18 mL/h: not charted: no vital, but read as what the pump says of itself",
        ),
        (
            obx(SPO2, "20", "%"),
            "implausible",
            "150456 MDC_PULS_OXIM_SAT_O2 20 %: kept, not charted as a value: outside what is plausible, look at patient"
            " and sensor",
        ),
        (
            obx(HR, "72", "bpm", status="D"),
            "withdrawn",
            "147842 MDC_ECG_HEART_RATE 72 bpm: not charted: the device takes it back (OBX-11 D or W)",
        ),
        (
            obx("69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC", "", "", kind="", status="X"),
            "container",
            "69965 MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS: a container row: it groups others and carries no value",
        ),
        (
            obx("5^HardInop^MDIL-ALERT", "No Data", "", kind="TX"),
            "alarm",
            "5 HardInop No Data: an alarm of the device itself, shown apart from ours",
        ),
        (
            obx("67880^MDC_ATTR_ID_MODEL^MDC", "Pump", "", kind="ST"),
            "device",
            "67880 MDC_ATTR_ID_MODEL Pump: describes the device or the pump; no observation",
        ),
        (
            obx("0402-f8f5^sMode^MDIL", "MONITORING", "", kind="ST"),
            "text",
            "0402-f8f5 sMode MONITORING: a text or setting, no observation of a vital",
        ),
        ("ST||||", "text", "a row without a code: a text or setting, no observation of a vital"),
    ],
)
def test_a_row_says_what_became_of_it_and_why(row: str, verdict: str, words: str) -> None:
    (found,) = rows(message(row))
    assert (found["verdict"], found["words"], found["segment"]) == (verdict, words, 5)


def test_of_two_sources_the_one_that_goes_behind_says_so() -> None:
    found = rows(message(obx(SPO2, "98", PERCENT, sub_id="1"), obx(SPO2, "97", PERCENT, sub_id="2")))
    assert [row["verdict"] for row in found] == ["charted", "other_source"]
    assert str(found[1]["words"]).endswith("kept, not charted: another source of this vital goes before it")


def test_a_number_the_device_doubts_is_charted_with_the_doubt() -> None:
    (found,) = rows(message(obx(SPO2, "88", PERCENT, flags="QUES")))
    assert str(found["words"]).endswith("charted as spo2 88; the device itself doubts it (OBX-8)")


def test_the_unit_is_the_spelling_a_person_reads() -> None:
    (found,) = rows(message(obx("158014^MDC_FLOW_FLUID_PUMP_CURRENT^MDC", "18", "265266^MDC_DIM_X^MDC^mL/h^mL/h^UCUM")))
    assert found["unit"] == "mL/h"
    (named,) = rows(message(obx(SYS, "120", MMHG)))
    assert named["unit"] == "MDC_DIM_MMHG"


@pytest.mark.parametrize(
    ("row_at", "observed", "at", "field"),
    [
        ("20260301075900+0000", "20260301080000+0000", "20260301080001+0000", "OBX-14"),
        ("", "20260301080000+0000", "20260301080001+0000", "OBR-7"),
        ("no time", "", "20260301080001+0000", "MSH-7"),
        ("", "", "", ""),
    ],
)
def test_the_field_the_time_comes_from_is_named(row_at: str, observed: str, at: str, field: str) -> None:
    found = told(message(obx(HR, "72", "bpm", at=row_at), observed=observed, at=at))["time"]
    assert isinstance(found, dict)
    assert found["field"] == field
    assert ("the time of receipt is charted" in found["words"]) is (field == "")


def test_the_time_a_vendor_keeps_in_obr_14_is_named() -> None:
    raw = message(obx("0002-4182^HR^MDIL", "72", "bpm"), observed="|||||||20260301075900", at="")
    found = told(raw)["time"]
    assert isinstance(found, dict)
    assert (found["field"], found["measured_at"]) == ("OBR-14", "2026-03-01T07:59:00+00:00")


@pytest.mark.parametrize(
    ("accept", "application", "form", "words"),
    [
        ("", "", None, "answered AA once it is recorded: MSH-15 and MSH-16 are empty: the original form"),
        ("AL", "NE", None, "answered CA once it is recorded: MSH-15 is AL, which asks for the accept form"),
        (
            "NE",
            "",
            None,
            "answered AA once it is recorded: MSH-15 is NE and MSH-16 is empty: the application form; NE silences"
            " nothing",
        ),
        ("", "", "enhanced", "answered CA once it is recorded: the source is set to ack_form = 'enhanced'"),
    ],
)
def test_the_answer_and_why_it_has_that_form(accept: str, application: str, form: str | None, words: str) -> None:
    raw = message(obx(HR, "72", "bpm"), accept=accept, application=application)
    assert told(raw, MON=SourceSettings(ack_form=form))["answer_words"] == words  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("bound", "words"),
    [(None, "patient 42 (PID-3)"), (True, "bound to a chair"), (False, "kept unassigned, bind the bed or device")],
)
def test_whose_it_is_and_whether_it_is_bound(bound: bool | None, words: str) -> None:
    found = told(message(obx(HR, "72", "bpm")), bound=bound)["whose"]
    assert isinstance(found, dict)
    assert str(found["words"]).startswith("from MON; bed B1 (PV1-3.3); no device id; patient 42 (PID-3)")
    assert str(found["words"]).endswith(words)


@pytest.mark.parametrize(
    ("sent", "words"),
    [(b"", "no patient identifier in PID-3"), (b"Unknown Patient", "is a placeholder and counts as no identifier")],
)
def test_a_missing_patient_is_said(sent: bytes, words: str) -> None:
    found = told(message(obx(HR, "72", "bpm")).replace(b"42^^^H", sent))["whose"]
    assert isinstance(found, dict)
    assert words in str(found["words"])


def test_the_settings_of_the_source_are_those_it_is_read_with() -> None:
    raw = message(obx(HR, "72", "bpm")).replace(b"^^B1", b"^R1")
    found = told(raw, MON=SourceSettings(bed_field="PV1-3.2"))["whose"]
    assert isinstance(found, dict)
    assert found["bed"] == "R1"
    lines = explain(raw, TABLE, SourceSettings(), RECEIVED_AT, {"MON": SourceSettings(bed_field="PV1-3.2")})
    assert lines[0]["bed"] == "R1"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (message(type="NMD"), "NMD 1: a clock message: answered and counted, nothing is charted"),
        (message(), "ORU^R01 1: a keep-alive: answered and counted, nothing is charted"),
        (
            message(type="ORU^W01"),
            "ORU^W01 1: a type of message that is not read: answered and counted, nothing is charted",
        ),
        (
            message(type="ADT^A04"),
            "ADT^A04 1: the hospital says who a patient is and where they lie; nothing is charted",
        ),
        (message(obx(HR, "72", "bpm")), "ORU^R01 1: 1 of 1 rows charted"),
        (
            message(obx("5^HardInop^MDIL-ALERT", "No Data", "", kind="TX")),
            "ORU^R01 1: 0 of 1 rows charted, 1 alarm(s) of the device itself",
        ),
        (b"hello", "refused: there is no readable MSH segment"),
        (b"", "refused: there is no message in it"),
        (wrap(b""), "refused: the frame holds no message"),
        (b"\x0b" + message(), "refused: the frame never ended"),
    ],
)
def test_the_summary_is_one_sentence(raw: bytes, words: str) -> None:
    assert told(raw)["summary"] == words


def test_rows_of_a_type_that_is_not_read_say_so() -> None:
    (found,) = rows(message(obx(HR, "72", "bpm"), type="ORU^W01"))
    assert found["verdict"] == "not_read"


def test_rows_of_a_keep_alive_are_no_alarm() -> None:
    raw = message(obx("258047^MDC_EVT_ACTIVE^MDC", "watchdog", "", kind="ST"), type="ORU^R40")
    assert [row["verdict"] for row in rows(raw)] == ["keep_alive"]


def test_everything_a_pump_and_its_alarm_say_is_told() -> None:
    found = told(
        message(
            obx("68487^MDC_ATTR_EVT_COND^MDC", "197288^MDC_EVT_PUMP_DELIV_START^MDC", "", kind="CWE"),
            obx("184514^MDC_DRUG_NAME_LABEL^MDC", "Ketamine", "", kind="ST"),
            obx("67880^MDC_ATTR_ID_MODEL^MDC", "Pump", "", kind="ST"),
            obx("68012^MDC_ATTR_AL_COND^MDC", "197334^MDC_EVT_NEAR_COMP^MDC", "", kind="CWE"),
        )
    )
    assert found["pump"] == ["start: pump deliv start (197288)", "drug: Ketamine"]
    assert found["equipment"] == ["model: Pump"]
    assert found["device_alarms"] == [
        "MDC_EVT_NEAR_COMP (197334): phase not said, priority not said, source not said; shown as the device's own"
    ]


def test_the_text_for_a_terminal_holds_every_sentence() -> None:
    found = told(message(obx(HR, "72", "bpm"), type="ORU^R01"))
    lines = as_text(found).splitlines()
    assert lines[0] == "ORU^R01 1: 1 of 1 rows charted"
    assert "  segment 5: 147842 MDC_ECG_HEART_RATE 72 bpm: charted as hr 72" in lines
    assert as_text(told(b"hello")).splitlines() == [
        "refused: there is no readable MSH segment",
        "  not answered; kept and counted",
    ]


@given(BYTES)
def test_any_bytes_are_explained_and_every_obx_has_its_sentence(raw: bytes) -> None:
    found = explanations(raw, TABLE, {EVERY_OTHER: SourceSettings()}, RECEIVED_AT)
    lines = explain(raw, TABLE, SourceSettings(), RECEIVED_AT)
    assert [one["answer"] for one in found] == [line["ack"] for line in lines]
    for one in found:
        json.dumps(one)
        assert as_text(one)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_the_words_and_the_lines_of_a_message_say_the_same(path: Path) -> None:
    raw = path.read_bytes()
    found = explanations(raw, TABLE, {EVERY_OTHER: SourceSettings()}, RECEIVED_AT)
    lines = explain(raw, TABLE, SourceSettings(), RECEIVED_AT)
    for one, line in zip(found, lines, strict=True):
        verdicts = one["rows"]
        assert isinstance(verdicts, list)
        assert sum(row["verdict"] == "charted" for row in verdicts) == len(line["readings"])  # type: ignore[arg-type]
        others = ("charted", "alarm", "keep_alive", "device", "text")
        reasons = [(row["code"], row["verdict"].replace("lead_off", "no_value")) for row in verdicts]
        wanted = [(row["code"], row["reason"]) for row in line["not_charted"]]  # type: ignore[attr-defined]
        assert [pair for pair in reasons if pair[1] not in others] == wanted
        if line["readings"] or wanted:
            segments = parse(raw).segments if len(lines) == 1 else []
            assert not segments or len(verdicts) == sum(segment[0] == "OBX" for segment in segments)
