"""The devices' own alarms on their way through the spine: shown at once, apart from ours, and again after a restart."""

from datetime import datetime, timedelta
from pathlib import Path

from tests.recorder.house import House, open_house, oru

WORDS = "** ECG LEADS OFF"


def event(at: datetime, phase: str, control_id: str, patient: str = "") -> bytes:
    stamp = f"{at:%Y%m%d%H%M%S}+0000"
    rows = (
        "CWE|196616^MDC_EVT_ALARM^MDC|1|196670^MDC_EVT_HI^MDC",
        f"ST|68481^MDC_ATTR_EVENT_PHASE^MDC|1|{phase}",
        f"ST|68546^MDC_ATTR_ALERT_TEXT^MDC|1|{WORDS}",
    )
    head = (
        f"MSH|^~\\&|MON^SIM|WARD|||{stamp}||ORU^R40^ORU_R40|{control_id}|P|2.6",
        f"PID|||{patient}^^^H^MR||",
        "PV1||I|^^BED1",
        f"OBR|1|||196616^MDC_EVT_ALARM^MDC|||{stamp}",
    )
    return "\r".join((*head, *(f"OBX|{n}|{row}||||||F" for n, row in enumerate(rows, 1)), "")).encode()


def shown(house: House) -> list[str]:
    return [one.alarm.text for one in house.chair().device_alarms.standing.values()]


def test_it_stands_apart_from_ours_until_the_device_ends_it(tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        session_id = house.infusing()
        house.send(event(house.clock.now(), "start", "a1"))
        assert shown(house) == [WORDS]
        assert house.live(session_id).shown() == []
        house.send(event(house.clock.now() + timedelta(seconds=1), "end", "a2"))
        assert shown(house) == []


def test_it_stands_again_after_a_restart_and_one_that_ended_does_not(tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        house.infusing()
        house.send(event(house.clock.now(), "start", "a1"))
    with open_house(tmp_path, clock=house.clock) as again:
        assert shown(again) == [WORDS]
        again.send(event(again.clock.now() + timedelta(seconds=2), "end", "a2"))
    with open_house(tmp_path, clock=house.clock) as at_last:
        assert shown(at_last) == []


def test_one_that_names_another_patient_is_not_shown(tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        house.infusing()
        house.send(event(house.clock.now(), "start", "a1", patient="SOMEBODY-ELSE"))
        assert shown(house) == []


def repeated(at: datetime) -> bytes:
    """A report of readings that repeats the monitor's alert, as a row of text without a phase."""
    row = f"OBX|90|TX|2^ALERT^MDIL-ALERT||{WORDS}||||||F"
    return oru(at, hr=80.0) + row.encode() + b"\r"


def test_a_backlog_after_an_outage_takes_away_no_alert_and_a_report_of_now_without_it_does(tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        house.infusing()
        house.send(repeated(house.clock.now()))
        assert shown(house) == [WORDS]
        house.wait(300)
        house.send(oru(house.clock.now() - timedelta(seconds=280), hr=81.0))
        assert shown(house) == [WORDS]
        house.send(oru(house.clock.now(), hr=82.0))
        assert shown(house) == []
