"""The core of the mapping table, row by row: number, name, Philips hexadecimal, LOINC and vendors' own codes.

Written from the devices' messages and dictionaries, not from codes.toml: a code lost there is found here.
"""

import pytest

from tests.hl7.conftest import Read, obx

RATE, PERCENT, PRESSURE, DEGREES = "264864^MDC_DIM_BEAT_PER_MIN^MDC", "262688^^MDC", "266016^^MDC", "268192^^MDC"
CORE = [
    ("hr", "72", RATE, "147842^MDC_ECG_HEART_RATE^MDC"),
    ("hr", "72", RATE, "147842^MDC_ECG_CARD_BEAT_RATE^MDC"),
    ("hr", "72", "0004-0aa0^bpm^MDIL", "0002-4182^HR^MDIL"),
    ("hr", "72", "/min", "001000^VITAL HR"),
    ("hr", "72", "bpm", "131072^ECG_HR^EHC"),
    ("hr", "72", "bpm", "110^HR^99COMEN"),
    ("hr", "72", "bpm", "40^HR^99COMEN"),
    ("hr", "72", "/min", "8867-4^Heart rate^LN"),
    ("pr", "71", RATE, "149530^MDC_PULS_OXIM_PULS_RATE^MDC"),
    ("pr", "71", "0004-0aa0^bpm^MDIL", "0002-4822^Pulse^MDIL"),
    ("pr", "71", "0004-0aa0^bpm^MDIL", "0002-480a^Pulse^MDIL"),
    ("pr", "71", "/min", "007001^VITAL PR(spo2)"),
    ("pr", "71", "/min", "072007^VITAL rPR(spo2)"),
    ("pr", "71", RATE, "149546^MDC_PULS_RATE_NON_INV^MDC"),
    ("pr", "71", "0004-0aa0^bpm^MDIL", "0002-f0e5^Pulse^MDIL"),
    ("pr", "71", "bpm", "393219^NIBP_PR^EHC"),
    ("pr", "71", RATE, "149522^MDC_BLD_PULS_RATE_INV^MDC"),
    ("spo2", "97", PERCENT, "150456^MDC_PULS_OXIM_SAT_O2^MDC"),
    ("spo2", "97", "0004-0220^%^MDIL", "0002-4bb8^SpO2^MDIL"),
    ("spo2", "97", "0004-0220^%^MDIL", "0002-f09c^SpO2T^MDIL"),
    ("spo2", "97", "%", "007000^VITAL SpO2"),
    ("spo2", "97", "%", "327680^SPO2_SPO2^EHC"),
    ("spo2", "97", "%", "188^SPO2^99COMEN"),
    ("spo2", "97", "%", "59408-5^^LN"),
    ("spo2", "97", "%", "2708-6^^LN"),
    ("pi", "1.7", PERCENT, "150488^MDC_BLD_PERF_INDEX^MDC"),
    ("pi", "1.7", PERCENT, "150448^MDC_PULS_OXIM_PERF_REL^MDC"),
    ("pi", "1.7", "0004-0200^dimless^MDIL", "0002-4bb0^Perf^MDIL"),
    ("rr", "16", "264928^^MDC", "151578^MDC_TTHOR_RESP_RATE^MDC"),
    ("rr", "16", "264928^^MDC", "151562^MDC_RESP_RATE^MDC"),
    ("rr", "16", "264928^^MDC", "151594^MDC_CO2_RESP_RATE^MDC"),
    ("rr", "16", "264928^^MDC", "151570^MDC_AWAY_RESP_RATE^MDC"),
    ("rr", "16", "264928^^MDC", "151658^MDC_PULS_OXIM_PLETH_RESP_RATE^MDC"),
    ("rr", "16", "0004-0ae0^rpm^MDIL", "0002-500a^RR^MDIL"),
    ("rr", "16", "0004-0ae0^rpm^MDIL", "0002-5000^Resp^MDIL"),
    ("rr", "16", "/min", "9279-1^^LN"),
    ("nibp_sys", "120", PRESSURE, "150021^MDC_PRESS_BLD_NONINV_SYS^MDC"),
    ("nibp_sys", "120", "0004-0f20^mmHg^MDIL", "0002-4a05^NBPs^MDIL"),
    ("nibp_sys", "120", "mmHg", "009000^NIBP SYS"),
    ("nibp_sys", "120", PRESSURE, "150301^MDC_PRESS_CUFF_SYS^MDC"),
    ("nibp_sys", "120", "mmHg", "393216^NIBP_SYS^EHC"),
    ("nibp_sys", "120", "mm[Hg]", "8480-6^^LN"),
    ("nibp_dia", "80", PRESSURE, "150022^MDC_PRESS_BLD_NONINV_DIA^MDC"),
    ("nibp_dia", "80", "0004-0f20^mmHg^MDIL", "0002-4a06^NBPd^MDIL"),
    ("nibp_dia", "80", "mmHg", "009001^NIBP DIAS"),
    ("nibp_dia", "80", PRESSURE, "150302^MDC_PRESS_CUFF_DIA^MDC"),
    ("nibp_dia", "80", "mmHg", "393217^NIBP_DIA^EHC"),
    ("nibp_dia", "80", "mm[Hg]", "8462-4^^LN"),
    ("nibp_mean", "93", PRESSURE, "150023^MDC_PRESS_BLD_NONINV_MEAN^MDC"),
    ("nibp_mean", "93", "0004-0f20^mmHg^MDIL", "0002-4a07^NBPm^MDIL"),
    ("nibp_mean", "93", "mmHg", "009002^NIBP MEAN"),
    ("nibp_mean", "93", PRESSURE, "150303^MDC_PRESS_CUFF_MEAN^MDC"),
    ("nibp_mean", "93", "mm[Hg]", "8478-0^^LN"),
    ("abp_sys", "118", PRESSURE, "150037^MDC_PRESS_BLD_ART_ABP_SYS^MDC"),
    ("abp_sys", "118", PRESSURE, "150033^MDC_PRESS_BLD_ART_SYS^MDC"),
    ("abp_sys", "118", "0004-0f20^mmHg^MDIL", "0002-4a15^ABPs^MDIL"),
    ("abp_dia", "70", PRESSURE, "150038^MDC_PRESS_BLD_ART_ABP_DIA^MDC"),
    ("abp_dia", "70", PRESSURE, "150034^MDC_PRESS_BLD_ART_DIA^MDC"),
    ("abp_dia", "70", "0004-0f20^mmHg^MDIL", "0002-4a16^ABPd^MDIL"),
    ("abp_mean", "88", PRESSURE, "150039^MDC_PRESS_BLD_ART_ABP_MEAN^MDC"),
    ("abp_mean", "88", PRESSURE, "150035^MDC_PRESS_BLD_ART_MEAN^MDC"),
    ("abp_mean", "88", "0004-0f20^mmHg^MDIL", "0002-4a17^ABPm^MDIL"),
    ("temp", "36.8", DEGREES, "150344^MDC_TEMP^MDC"),
    ("temp", "36.8", "0004-17a0^°C^MDIL", "0002-4b48^Temp^MDIL"),
    ("temp", "36.8", "0004-17a0^°C^MDIL", "0002-f0c7^Temp1^MDIL"),
    ("temp", "36.8", "0004-17a0^°C^MDIL", "0002-f0c8^Temp2^MDIL"),
    ("temp", "36.8", "Cel", "458752^TEMP_T1^EHC"),
    ("temp", "36.8", "Cel", "100^T1^99COMEN"),
    ("temp", "36.8", DEGREES, "150368^MDC_TEMP_CORE^MDC"),
    ("temp", "36.8", "0004-17a0^°C^MDIL", "0002-4b60^Tcore^MDIL"),
    ("temp", "36.8", DEGREES, "188496^MDC_TEMP_AXIL^MDC"),
    ("temp", "36.8", "Cel", "8310-5^^LN"),
    ("etco2", "38", PRESSURE, "151708^MDC_CONC_AWAY_CO2_ET^MDC"),
    ("etco2", "38", PRESSURE, "151928^MDC_VENT_AWAY_CO2_ET^MDC"),
    ("etco2", "38", PRESSURE, "151712^MDC_CONC_AWAY_CO2_EXP^MDC"),
    ("etco2", "38", "0004-0f20^mmHg^MDIL", "0002-50b0^CO2^MDIL"),
    ("etco2", "38", "mmHg", "112^CO2Et_AG^99COMEN"),
    ("fico2", "1", PRESSURE, "151716^MDC_CONC_AWAY_CO2_INSP^MDC"),
    ("pump_rate", "18", "265266^^MDC^mL/h^mL/h^UCUM", "158014^MDC_FLOW_FLUID_PUMP_CURRENT^MDC"),
    ("pump_volume", "1.1", "263762^^MDC", "157993^MDC_VOL_FLUID_DELIV_TOTAL^MDC"),
    ("pump_remaining", "0.9", "263762^^MDC", "157872^MDC_VOL_FLUID_TBI_REMAIN^MDC"),
    ("pump_concentration", "5", "264306^^MDC", "157760^MDC_CONC_DRUG^MDC"),
    ("pump_dose", "5.52", "263890^^MDC", "158001^MDC_DOSE_DRUG_DELIV_TOTAL^MDC"),
]


@pytest.mark.parametrize(("vital", "sent", "unit", "code"), CORE, ids=[f"{row[0]}-{row[3]}" for row in CORE])
def test_a_code_of_the_core_is_its_vital(read_rows: Read, vital: str, sent: str, unit: str, code: str) -> None:
    found = read_rows(obx(code, sent, unit))
    assert [(str(one.vital), one.value) for one in found.readings] == [(vital, float(sent))]
    assert found.not_charted == ()


@pytest.mark.parametrize(
    "code",
    ["188^SPO2^99OTHER", "327680^SPO2_SPO2^MDC", "001000^VITAL HR^99NK", "8867-4^Heart rate^MDC", "108^X^99MNDRY"],
)
def test_a_vendors_own_number_is_nothing_in_another_vendors_system(read_rows: Read, code: str) -> None:
    assert read_rows(obx(code, "97", "%")).readings == ()


def test_pump_values_that_are_set_and_not_measured_are_never_charted(read_rows: Read) -> None:
    for number in (157784, 157796, 157884, 157992, 157999, 158000, 158003):
        found = read_rows(obx(f"{number}^^MDC", "18", "265266^^MDC"))
        assert (found.readings, [row.reason for row in found.not_charted]) == ((), ["other_quantity"]), number
