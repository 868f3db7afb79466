"""What is known again is what the reader reads, and whatever differs in more than its numbers goes to the reader."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.hl7 import familiar as familiar_module
from monitor.hl7.codes import CodeTable
from monitor.hl7.device_message import DeviceMessage
from monitor.hl7.familiar import Familiar
from monitor.hl7.message import MalformedMessage, parse
from monitor.hl7.reader import read
from monitor.hl7.source import SourceSettings
from tests.hl7.conftest import CODES
from tests.hl7.strategies import ESCAPES, NUMBERS, TIMES

AT = datetime(2026, 3, 1, 8, 0, 5, tzinfo=UTC)
TABLE = CodeTable.from_toml(CODES.read_text(encoding="utf-8"))
SETTINGS = SourceSettings(zone=ZoneInfo("Europe/Berlin"))
REPORT = "\r".join(
    (
        r"MSH|^~\&|MON^1^L|WARD|||20260301080000.000+0000||ORU^R01^ORU_R01|A-1|P|2.6",
        "PID|||MRN7^^^H^MR",
        "PV1||I|^^BED1",
        "OBR|1|A-1|A-1|VITALS|||20260301080000.000+0000",
        "OBX|1||70053^X_MDS^MDC|1.0.0.0|||||||X",
        "OBX|2|NM|147842^MDC_ECG_HEART_RATE^MDC|1.1|72|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||R|||20260301080000.000+0000",
        "OBX|3|NM|150037^MDC_PRESS_BLD_ART_ABP_SYS^MDC|1.2|124|266016^^MDC|||||F|||20260301080000.000+0000",
        "OBX|4|NM|150038^MDC_PRESS_BLD_ART_ABP_DIA^MDC|1.2|74|266016^^MDC|||||F|||20260301080000.000+0000",
        "OBX|5|NM|99^UNHEARD_OF^99Y|1.3|17||||||F|||20260301080000.000+0000",
        "",
    )
)
BY_OBR = REPORT.replace("F|||20260301080000.000+0000", "F").replace("R|||20260301080000.000+0000", "R")


def learnt(codes: CodeTable, *reports: str) -> Familiar:
    familiar = Familiar(codes)
    for report in reports:
        message = parse(report.encode())
        familiar.learn(report.encode(), message, read(message, codes, SETTINGS, AT), SETTINGS)
    return familiar


def as_read(report: str, codes: CodeTable) -> DeviceMessage | None:
    try:
        return read(parse(report.encode()), codes, SETTINGS, AT)
    except MalformedMessage:
        return None


def known(familiar: Familiar, report: str) -> DeviceMessage | None:
    found = familiar.recall(report.encode(), AT)
    return None if found is None else found[1]


KNOWN_AGAIN = [
    ("the same", lambda text: text),
    ("another control id", lambda text: text.replace("A-1", "A-2")),
    ("a later time", lambda text: text.replace("080000", "080001")),
    ("a time in another zone", lambda text: text.replace("080000.000+0000", "090002.000+0100")),
    ("a time without zone", lambda text: text.replace("080000.000+0000", "090002")),
    ("another number that was not charted", lambda text: text.replace("|17|", "|18|")),
]


@pytest.mark.parametrize("report", [REPORT, BY_OBR], ids=["times in OBX-14", "time in OBR-7"])
@pytest.mark.parametrize(("words", "change"), KNOWN_AGAIN)
def test_a_plain_report_is_known_again_with(words: str, change, report: str, codes: CodeTable) -> None:
    said = change(report)
    assert known(learnt(codes, report), said) == as_read(said, codes) is not None


def test_a_number_is_known_again_once_the_reader_has_met_it(codes: CodeTable) -> None:
    said = REPORT.replace("|72|", "|91|")
    familiar = learnt(codes, REPORT)
    assert known(familiar, said) is None
    as_read(said, codes)
    assert known(familiar, said) == as_read(said, codes)


def test_the_answer_to_a_known_report_needs_only_the_header_it_gives_back(codes: CodeTable) -> None:
    found = learnt(codes, REPORT).recall(REPORT.encode(), AT)
    assert found is not None
    header = found[0]
    whole = parse(REPORT.encode())
    assert (header.type, header.control_id, header.version) == (whole.type, whole.control_id, whole.version)
    assert header.segments == whole.segments[:1]


LEFT_TO_THE_READER = [
    ("another bed", lambda text: text.replace("BED1", "BED2")),
    ("another patient", lambda text: text.replace("MRN7", "MRN8")),
    ("a lead off", lambda text: text.replace("|72|", "|0|")),
    ("a sentinel", lambda text: text.replace("|72|", "|-1|")),
    ("no value", lambda text: text.replace("|72|", "||")),
    ("an implausible number", lambda text: text.replace("|72|", "|400|")),
    ("systolic below diastolic", lambda text: text.replace("|124|", "|7|").replace("|7|", "|70|")),
    ("a number the device doubts", lambda text: text.replace("BEAT_PER_MIN^MDC||", "BEAT_PER_MIN^MDC||QUES")),
    ("a corrected number", lambda text: text.replace("|||||R|", "|||||C|")),
    ("a withdrawn number", lambda text: text.replace("|||||R|", "|||||D|")),
    ("a time that is none", lambda text: text.replace("20260301080000.000", "00000000000000.000")),
    ("two times", lambda text: text.replace("R|||20260301080000", "R|||20260301075959")),
    ("a time far ahead of MSH-7", lambda text: text.replace("WARD|||20260301080000", "WARD|||20260301073000")),
    ("an empty number that was not charted", lambda text: text.replace("|17|", "||")),
    ("an escape", lambda text: text.replace("A-1", "A\\T\\1")),
    ("a letter that is not ASCII", lambda text: text.replace("A-1", "Ä-1")),
    ("one row less", lambda text: "\r".join(text.split("\r")[:-2]) + "\r"),
    ("lines that end with LF", lambda text: text.replace("\r", "\n")),
    ("a version nobody supports", lambda text: text.replace("|P|2.6", "|P|3.0")),
]  # fmt: skip


@pytest.mark.parametrize(("words", "change"), LEFT_TO_THE_READER)
def test_the_reader_is_asked_about(words: str, change, codes: CodeTable) -> None:
    said = change(REPORT)
    assert said != REPORT
    familiar = learnt(codes, REPORT)
    as_read(said, codes)  # what its numbers mean is known; its form is not
    assert known(familiar, said) is None


NEVER_LEARNT = [
    ("a device alarm", lambda text: text.replace("ORU^R01^ORU_R01", "ORU^R40^ORU_R40")),
    ("an admission", lambda text: text.replace("ORU^R01^ORU_R01", "ADT^A01")),
    ("the device's own identity", lambda text: text.replace("1||70053^X_MDS^MDC", "1|ST|67972^MDC_ATTR_SYS_ID^MDC")),
    ("two numbers of one vital", lambda text: text.replace("147842^MDC_ECG_HEART_RATE", "150037^")),
    ("a label that is another's", lambda text: text.replace("MDC_ECG_HEART_RATE", "MDC_PULS_OXIM_SAT_O2")),
]  # fmt: skip


@pytest.mark.parametrize(("words", "change"), NEVER_LEARNT)
def test_a_report_is_not_learnt_with(words: str, change, codes: CodeTable) -> None:
    said = change(REPORT)
    assert said != REPORT
    assert known(learnt(codes, said), said) is None


WORDS = st.one_of(NUMBERS, TIMES, ESCAPES, st.sampled_from(["BED1", "OBX", "NM", "R", "C", "D", "X", "a", "\r", "|"]))


@given(st.data())
def test_whatever_words_change_what_is_known_again_is_what_is_read(data: st.DataObject) -> None:
    codes = TABLE
    report = data.draw(st.sampled_from([REPORT, BY_OBR]))
    familiar, words = learnt(codes, report), report.split("|")
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(1, len(words) - 1))
        words[place] = data.draw(WORDS)
    said = "|".join(words)
    expected = as_read(said, codes)
    found = known(familiar, said)
    assert found is None or found == expected
    if expected is not None:  # and so it is once the changed report has been learnt
        assert known(learnt(codes, report, said), said) in (None, expected)


def test_the_memory_is_bounded_and_rests_when_nothing_is_said_again(
    codes: CodeTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(familiar_module, "MOST_REPORTS", 4)
    reports = [REPORT.replace("BED1", f"BED{number}") for number in range(1, 8)]
    familiar = learnt(codes, *reports)
    assert not any(known(familiar, report) for report in reports)
    familiar = learnt(codes, *reports[:4])
    assert all(known(familiar, report) for report in reports[:4] * 2)
    message = parse(reports[5].encode())
    familiar.learn(reports[5].encode(), message, read(message, codes, SETTINGS, AT), SETTINGS)
    assert known(familiar, reports[5]) is not None, "what was said again is worth remembering"
    assert known(familiar, reports[0]) is None, "all else was forgotten at once"
