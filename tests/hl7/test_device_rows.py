"""What a pump says of its state and events, what a device says of itself, and who an ADT moves or merges."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.errors import ConfigurationRefused
from monitor.hl7.codes import CodeTable
from monitor.hl7.device_message import Admission, Equipment, MessageKind, PumpEventKind, PumpFacts
from monitor.hl7.message import parse
from monitor.hl7.reader import read
from monitor.hl7.source import SourceSettings
from tests.hl7.conftest import CODES, HR, RECEIVED_AT, Read, message, obx

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
EVENT = "68487^MDC_ATTR_EVT_COND^MDC"
RATE = "157784^MDC_FLOW_FLUID_PUMP^MDC"
ML_PER_H = "265266^MDC_DIM_MILLI_L_PER_HR^MDC"
WEIGHT = "68063^MDC_ATTR_PT_WEIGHT^MDC"
RUNNING = "184519^MDC_PUMP_INFUSING_STATUS^MDC"


@pytest.mark.parametrize(
    ("sent", "kind", "code", "words"),
    [
        ("197288^MDC_EVT_PUMP_DELIV_START^MDC", PumpEventKind.START, "197288", "pump deliv start"),
        ("197292^MDC_EVT_PUMP_DELIV_COMP^MDC", PumpEventKind.COMPLETE, "197292", "pump deliv comp"),
        ("197292", PumpEventKind.COMPLETE, "197292", "197292"),
        ("^MDC_EVT_PUMP_DELIV_STOP^MDC", PumpEventKind.STOP, "MDC_EVT_PUMP_DELIV_STOP", "pump deliv stop"),
        ("1^MDC_EVT_PUMP_RATE_CHANGE^MDC", PumpEventKind.RATE_CHANGED, "1", "pump rate change"),
        ("197299^MDC_EVT_PUMP_PROG_CLEARED^MDC", PumpEventKind.OTHER, "197299", "pump prog cleared"),
    ],
)
def test_an_event_of_a_pump_is_what_its_number_says_else_its_name(
    read_rows: Read, sent: str, kind: PumpEventKind, code: str, words: str
) -> None:
    found = read_rows(obx(EVENT, sent, "", kind="CWE", status="R"), type="ORU^R42^ORU_R01")
    (event,) = found.pump_events
    assert (event.kind, event.code, event.words, event.measured_at) == (kind, code, words, AT)
    assert found.device_alarms == ()


def test_an_event_whose_number_and_name_contradict_each_other_is_never_guessed(read_rows: Read) -> None:
    found = read_rows(obx(EVENT, "197288^MDC_EVT_PUMP_DELIV_STOP^MDC", "", kind="CWE"))
    assert found.pump_events[0].kind is PumpEventKind.OTHER
    assert "pump event 197288 and MDC_EVT_PUMP_DELIV_STOP mean different things" in found.notes


@pytest.mark.parametrize("sent", ["", '""'])
def test_an_event_without_a_value_is_none(read_rows: Read, sent: str) -> None:
    assert read_rows(obx(EVENT, sent, "", kind="CWE")).pump_events == ()


@pytest.mark.parametrize("status", ["X", "D", "W"])
def test_what_the_pump_withdraws_is_no_event_and_no_fact(read_rows: Read, status: str) -> None:
    event = obx(EVENT, "197288^MDC_EVT_PUMP_DELIV_START^MDC", "", kind="CWE", status=status)
    found = read_rows(event, obx(RATE, "18", ML_PER_H, status=status))
    assert (found.pump_events, found.pump) == ((), None)


def test_a_pump_says_what_it_is_set_to_and_whether_it_runs(read_rows: Read) -> None:
    found = read_rows(
        obx(RUNNING, "^pump-status-infusing", "", kind="CWE"),
        obx("158005^MDC_DEV_PUMP_CURRENT_DELIVERY_STATUS^MDC", "^pump-delivery-status-not-delivering", "", kind="CWE"),
        obx("158006^MDC_DEV_PUMP_NOT_DELIVERING_REASON^MDC", "^pump-stopped-alarming", "", kind="CWE"),
        obx("184514^MDC_DRUG_NAME_LABEL^MDC", "Ketamine", "", kind="ST"),
        obx(WEIGHT, "100", "263875^MDC_DIM_KILO_G^MDC^kg^kg^UCUM"),
        obx(RATE, "18", ML_PER_H),
        obx("157884^MDC_VOL_FLUID_TBI^MDC", "2", "263762^MDC_DIM_MILLI_L^MDC"),
    )
    assert found.pump == PumpFacts("Ketamine", 100, True, False, "pump-stopped-alarming", 18, 2)
    assert found.readings == (), "what is set is charted as nothing that runs"
    assert {row.reason for row in found.not_charted} == {"other_quantity"}


def test_a_weight_in_pounds_is_turned_into_kilograms(read_rows: Read) -> None:
    found = read_rows(obx(WEIGHT, "220", "263904^MDC_DIM_LB^MDC"))
    assert found.pump == PumpFacts(weight_kg=99.7903214)


@pytest.mark.parametrize(("value", "unit"), [("100", "stone"), ("100", ""), ("1e2", "kg"), ("-5", "kg")])
def test_a_weight_that_is_not_plain_is_no_fact_and_says_so(read_rows: Read, value: str, unit: str) -> None:
    found = read_rows(obx(WEIGHT, value, unit))
    assert found.pump is None
    assert any("MDC_ATTR_PT_WEIGHT" in note and "is not used" in note for note in found.notes)


def test_two_lines_that_say_different_things_are_no_fact(read_rows: Read) -> None:
    found = read_rows(obx(RATE, "18", ML_PER_H), obx(RATE, "5", ML_PER_H, sub_id="2"), obx(RATE, "7", ML_PER_H))
    assert found.pump is None
    assert [note for note in found.notes if "said twice" in note] == [
        "157784 MDC_FLOW_FLUID_PUMP is said twice, and differently: not used"
    ]
    assert read_rows(obx(RATE, "18", ML_PER_H), obx(RATE, "18", ML_PER_H)).pump == PumpFacts(programmed_ml_per_h=18)


@pytest.mark.parametrize("word", ["Unknown medication", "unknown", '""'])
def test_a_label_that_names_no_drug_is_no_drug(read_rows: Read, word: str) -> None:
    assert read_rows(obx("184514^MDC_DRUG_NAME_LABEL^MDC", word, "", kind="ST")).pump is None


def test_an_unknown_word_for_running_is_not_running_and_not_stopped(read_rows: Read) -> None:
    found = read_rows(obx(RUNNING, "^pump-status-priming", "", kind="CWE"))
    assert found.pump is None
    assert any("no known word" in note for note in found.notes)


def test_a_device_says_which_it_is(read_rows: Read) -> None:
    found = read_rows(
        obx("70053^MDC_DEV_PUMP_INFUS_SYRINGE_MDS^MDC", "", "", kind="", status="X") + "||||P7^^1^EUI-64",
        obx("67880^MDC_ATTR_ID_MODEL^MDC", "Perfusor", "", kind="ST"),
        obx("531970^MDC_ID_MODEL_MANUFACTURER^MDC", "Maker", "", kind="ST"),
        obx("531972^MDC_ID_PROD_SPEC_SERIAL^MDC", "S-1", "", kind="ST"),
        obx("531975^MDC_ID_PROD_SPEC_SW^MDC", "1.2", "", kind="ST"),
        obx("67972^MDC_ATTR_SYS_ID^MDC", "uuid-7", "", kind="ST"),
    )
    assert found.equipment == Equipment("Maker", "Perfusor", "S-1", "1.2", "uuid-7", "P7")


def test_a_message_that_names_no_device_has_no_equipment(read_rows: Read) -> None:
    assert read_rows(obx(HR, "72")).equipment is None


def test_the_clock_of_a_device_is_its_own_row_else_the_time_of_the_message(read_rows: Read) -> None:
    clock = obx("67975^MDC_ATTR_TIME_ABS^MDC", "20260301075500+0000", "", kind="DTM")
    assert read_rows(obx(HR, "72"), clock).clock_at == datetime(2026, 3, 1, 7, 55, tzinfo=UTC)
    assert read_rows(obx(HR, "72")).clock_at == AT
    assert read_rows(obx(HR, "72"), at="").clock_at is None


def adt(event: str, *segments: str, settings: SourceSettings | None = None) -> Admission:
    head = f"MSH|^~\\&|HIS||||20260301||ADT^{event}|1|P|2.5\rPID|||42^^^H||Roe^Jane||19700102|F\r"
    codes = CodeTable.from_toml(CODES.read_text(encoding="utf-8"))
    raw = (head + "\r".join(segments) + "\r").encode()
    found = read(parse(raw), codes, settings or SourceSettings(), RECEIVED_AT)
    assert found.kind is MessageKind.ADMISSION
    assert found.admission is not None
    return found.admission


def test_a_move_names_the_bed_it_leaves_in_the_same_component_as_the_bed() -> None:
    moved = adt("A02", "PV1||I|A^^B2|||A^^B1")
    assert (moved.event, moved.bed, moved.previous_bed) == ("A02", "B2", "B1")
    other = adt("A02", "PV1||I|A^B2|||A^B1", settings=SourceSettings(bed_field="PV1-3.2"))
    assert (other.bed, other.previous_bed) == ("B2", "B1")


def test_a_merge_names_the_patient_who_is_replaced() -> None:
    merged = adt("A40", "MRG|41^^^H")
    assert (merged.patient_id, merged.replaced_patient_id) == ("42", "41")


@pytest.mark.parametrize("event", ["A01", "A03", "A04", "A08", "A11"])
def test_the_other_events_name_no_bed_left_and_nobody_replaced(event: str) -> None:
    found = adt(event, "PV1||I|A^^B2")
    assert (found.event, found.bed, found.previous_bed, found.replaced_patient_id) == (event, "B2", None, None)


def test_start_update_and_end_of_an_alarm_are_paired_by_condition_and_source(read_rows: Read) -> None:
    def alarm(source: str, phase: str) -> tuple[str, str]:
        found = read_rows(
            obx("196616^MDC_EVT_ALARM^MDC", "197218^MDC_EVT_FAULT^MDC", "", kind="CWE"),
            obx("68480^MDC_ATTR_ALERT_SOURCE^MDC", source, "", kind="CWE"),
            obx("68481^MDC_ATTR_EVENT_PHASE^MDC", phase, "", kind="ST"),
            type="ORU^R40^ORU_R40",
        )
        return found.device_alarms[0].pairing

    assert alarm("70053^MDS^MDC", "start") == alarm("70053^MDS^MDC", "end") == ("197218", "70053")
    assert alarm("70053^MDS^MDC", "start") != alarm("70054^VMD^MDC", "end")


@pytest.mark.parametrize(
    ("old", "new"),
    [('67880 = "model"', '67880 = "colour"'), ('68487 = "event"', 'x = "event"'), ('= "start"', "= 1")],
)
def test_a_table_of_device_rows_that_is_wrong_is_refused(old: str, new: str) -> None:
    text = Path(CODES).read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(ConfigurationRefused, match=r"codes\.toml"):
        CodeTable.from_toml(text.replace(old, new, 1))


def test_the_fields_of_a_message_nobody_sends_rows_of_are_empty(codes: CodeTable) -> None:
    found = read(parse(message(obx(HR, "72"))), codes, SourceSettings(), RECEIVED_AT)
    assert (found.pump_events, found.pump, found.equipment) == ((), None, None)
