"""What the writer sends is read by an independent HL7 library as it was meant."""

from datetime import UTC, datetime, timedelta, timezone

import hl7
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.hl7_writer import ROWS, Observation, Sender, escape, oru, stamp

AT = datetime(2026, 3, 1, 8, 0, 5, 250_000, tzinfo=UTC)
EARLIER = AT - timedelta(seconds=23)
SIM1 = Sender("SIM1")
ROWS_SENT = [Observation("hr", "72", AT), Observation("temp", "36.8", AT), Observation("nibp_sys", "131", EARLIER)]


def parsed(sender: Sender = SIM1, rows: list[Observation] = ROWS_SENT) -> hl7.Message:
    return hl7.parse(oru(sender, "SIM1.1", AT, rows).decode())


def test_the_header_says_what_it_is_and_that_it_is_simulated() -> None:
    msh = parsed().segment("MSH")
    assert str(msh[3]).startswith("SIM^")
    assert str(msh[7]) == "20260301080005.250+0000"
    assert str(msh[9]) == "ORU^R01^ORU_R01"
    assert str(msh[10]) == "SIM1.1"
    assert str(msh[12]) == "2.6"
    assert (str(msh[15]), str(msh[16])) == ("AL", "NE")
    assert str(msh[18]) == "UNICODE UTF-8"


def test_a_sender_may_ask_for_original_mode() -> None:
    msh = parsed(Sender("SIM1", enhanced=False)).segment("MSH")
    assert (str(msh[15]), str(msh[16]), str(msh[18])) == ("", "", "UNICODE UTF-8")


def test_the_bed_is_the_third_component_of_the_location() -> None:
    assert str(parsed().segment("PV1")[3]) == "^^SIM1"


def test_a_monitor_that_knows_no_patient_sends_no_patient() -> None:
    assert "PID" not in [str(segment[0]) for segment in parsed()]
    assert str(parsed(Sender("SIM1", "MRN-7")).segment("PID")[3]) == "MRN-7^^^SIM^PI"


def test_a_cuff_measurement_keeps_its_own_time() -> None:
    by_code = {str(obx[3]).split("^")[0]: obx for obx in parsed().segments("OBX")}
    assert str(by_code["150021"][14]) == "20260301075942.250+0000"
    assert str(by_code["147842"][14]) == "20260301080005.250+0000"


def test_rows_are_numbered_and_numeric_and_final() -> None:
    rows = parsed().segments("OBX")
    assert [str(obx[1]) for obx in rows] == ["1", "2", "3"]
    assert {str(obx[2]) for obx in rows} == {"NM"}
    assert {str(obx[11]) for obx in rows} == {"R"}
    assert [str(obx[5]) for obx in rows] == ["72", "36.8", "131"]


@pytest.mark.parametrize("vital", ROWS)
def test_every_vital_has_an_mdc_code_a_unit_and_a_sub_id_that_agrees(vital: str) -> None:
    obx = parsed(rows=[Observation(vital, "1", AT)]).segment("OBX")
    code, reference, system = str(obx[3]).split("^")
    assert code.isdigit()
    assert reference.startswith("MDC_")
    assert system == "MDC"
    assert str(obx[4]).endswith(f".{code}")
    assert str(obx[6]).endswith("^MDC")


def test_codes_are_each_vital_s_own() -> None:
    assert len({row.code for row in ROWS.values()}) == len(ROWS)


@given(st.text(alphabet=st.characters(codec="ascii", min_codepoint=32), min_size=1, max_size=12))
def test_a_bed_name_with_separators_arrives_as_it_was(bed: str) -> None:
    message = hl7.parse(oru(Sender(bed), "1", AT, []).decode())
    sent = str(message.segment("PV1")[3]).removeprefix("^^")
    assert message.unescape(sent) == bed


def test_a_line_end_cannot_begin_a_segment() -> None:
    assert "\r" not in escape("SIM1\rOBX|1")


def test_a_time_without_a_zone_or_in_another_zone_is_refused() -> None:
    for wrong in (datetime(2026, 3, 1), datetime(2026, 3, 1, tzinfo=timezone(timedelta(hours=2)))):  # noqa: DTZ001
        with pytest.raises(ValueError, match="UTC"):
            stamp(wrong)
