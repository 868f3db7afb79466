"""The devices page: an unknown device gets its chair, its earlier readings a session; what was refused is explained."""

import signal
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Locator, Page, expect

from simulators.hl7_writer import Observation, Sender, oru
from tests.browser.clinic import Clinic
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)>"
TURNS_AROUND = "\u202e"
# Whether the drawn curves have one mark of a device, outlined, with these words.
ROW_OF_DEVICES = """(words) => {
  const marks = document.querySelector("#chart").data?.find((one) => one.meta.role === "devices");
  if (marks?.x.length !== 1 || marks.marker.symbol[0] !== "diamond-open") return false;
  return marks.meta.every.text[0].replaceAll("&lt;", "<").replaceAll("&gt;", ">") === words;
}"""
COLOUR = "one => getComputedStyle(one).color"


def sent(clinic: Clinic, bed: str, control_id: str, hr: float = 71.0) -> None:
    """One message of a monitor nobody has bound."""
    now = datetime.now(UTC)
    message = oru(Sender(bed), control_id, now, [Observation("hr", f"{hr:g}", now)]).replace(b"|SIM^", b"|WARD^")
    answer = clinic.server.send(message)[0]
    assert b"|AA|" in answer or b"|CA|" in answer, answer


def row(page: Page, bed: str) -> Locator:
    return page.get_by_test_id("device-row").filter(has_text=bed)


def go_on(page: Page) -> None:
    page.locator("dialog[open] [data-go]").click()


def test_an_unknown_device_gets_its_chair_in_two_steps_and_its_earlier_readings_a_session(
    clinic: Clinic, visit: Visit
) -> None:
    session_id = clinic.book("4")
    clinic.nurse.act(session_id, "check_in")
    sent(clinic, "PUMP-9", "dev-1", hr=63.0)
    nurse = visit("nurse")
    page = nurse.open("/intake")
    found = row(page, "PUMP-9")
    expect(found).to_contain_text("1 message")
    found.get_by_role("button", name="Bind PUMP-9 to a chair").click()
    page.locator("#bind-chairs label").filter(has_text="Chair 4").click()
    go_on(page)
    expect(page.locator("dialog[open] .ask-confirm")).to_contain_text("PUMP-9 speaks for chair 4 too")
    assert clinic.nurse.get("/chairs")[3]["devices"] == []
    go_on(page)
    expect(page.get_by_test_id("devices-said")).to_have_text("PUMP-9 is bound to chair 4.")
    expect(found).to_contain_text("bound to chair 4 now; these earlier messages still wait")
    found.get_by_role("button", name="Assign the earlier readings").click()
    page.locator(f"#assign-sessions label:has(input[value='{session_id}'])").click()
    page.fill("dialog[open] [name=why]", "I set this pump up for her myself")
    go_on(page)
    expect(page.locator("dialog[open] .ask-confirm")).to_contain_text("marked late, never live")
    go_on(page)
    expect(page.get_by_test_id("devices-said")).to_contain_text("Assigned: messages 1, values 1")
    late = [one for one in clinic.nurse.get(f"/sessions/{session_id}/readings") if one["late"]]
    assert [(one["vital"], one["value"]) for one in late] == [("hr", 63.0)]
    assert nurse.complaints == []


def test_a_refused_message_is_explained_and_read_again(clinic: Clinic, visit: Visit) -> None:
    broken = f"MSH|^~\\&|{HOSTILE}|ICU|||20260301||ADT^A01|bad-1|P|2.6\rEVN||\x07{HOSTILE}{TURNS_AROUND}\r"
    assert b"|AE|" in clinic.server.send(broken.encode())[0]
    nurse = visit("nurse")
    page = nurse.open("/intake")
    refused = page.get_by_test_id("refused-row").filter(has_text="bad-1")
    refused.locator("summary").click()
    expect(refused.get_by_test_id("explanation")).to_contain_text("an ADT without PID names no patient")
    expect(refused.get_by_test_id("raw")).to_contain_text(f"EVN||\\x07{HOSTILE}\\x202e")
    replay = refused.get_by_test_id("replay")
    replay.click()
    expect(refused).to_contain_text("never live, no alarm")
    replay.click()
    expect(refused).to_contain_text("refused again")
    expect(refused.locator("[data-part=replays]")).to_contain_text("read again by")
    assert page.locator("img[src=x]").count() == 0
    assert nurse.complaints == []


def test_what_a_device_calls_itself_is_text_and_nothing_of_it_is_hidden(clinic: Clinic, visit: Visit) -> None:
    sent(clinic, f"<b>{TURNS_AROUND}77", "dev-2")
    nurse = visit("nurse")
    page = nurse.open("/intake")
    expect(row(page, "<b>\\u{202e}77").first).to_be_visible()
    assert page.locator(".device-row b b").count() == 0
    assert nurse.complaints == []


def test_pasted_text_is_explained_row_by_row(visit: Visit) -> None:
    page = visit("nurse").open("/intake")
    now = datetime.now(UTC)
    page.fill(
        "#explain-text", oru(Sender("BED1"), "e-1", now, [Observation("hr", "72", now)]).decode().replace("\r", "\n")
    )
    page.get_by_role("button", name="Explain").click()
    expect(page.locator("#explained [data-verdict=charted]").first).to_contain_text("charted as hr 72")


def test_a_lost_link_greys_the_page(clinic: Clinic, visit: Visit) -> None:
    sent(clinic, "GREY-1", "dev-3")
    page = visit("nurse").open("/intake")
    expect(page.locator("body")).to_have_attribute("data-link", "live")
    name = row(page, "GREY-1").locator("b")
    fresh = name.evaluate(COLOUR)
    assert clinic.server.process is not None
    clinic.server.process.send_signal(signal.SIGSTOP)
    try:
        expect(page.get_by_test_id("notice-lost")).to_be_visible()
        assert name.evaluate(COLOUR) != fresh
        expect(page.get_by_test_id("devices-age")).to_contain_text("Not brought up to date since")
    finally:
        clinic.server.process.send_signal(signal.SIGCONT)
    expect(page.locator("body")).to_have_attribute("data-link", "live")


def test_the_board_leads_to_the_devices(visit: Visit) -> None:
    board = visit("nurse").open("/")
    board.get_by_test_id("pages").locator("summary").click()
    board.get_by_role("link", name="Devices").click()
    expect(board.get_by_role("heading", name="Unknown devices")).to_be_visible()


def device_alarm(bed: str, phase: str, control_id: str) -> bytes:
    """A monitor's own alarm, as an R40."""
    at = datetime.now(UTC).strftime("%Y%m%d%H%M%S.%f")[:-3] + "+0000"
    said = [
        "CWE|196616^MDC_EVT_ALARM^MDC|1|196670^MDC_EVT_HI^MDC",
        f"ST|68481^MDC_ATTR_EVENT_PHASE^MDC|1|{phase}",
        "ST|68483^MDC_ATTR_ALARM_INACTIVATION_STATE^MDC|1|audio-paused",
        f"ST|68546^MDC_ATTR_ALERT_TEXT^MDC|1|{HOSTILE} LEADS",
    ]
    rows = [f"OBX|{n}|{one}||||||F" for n, one in enumerate(said, 1)]
    head = f"MSH|^~\\&|WARD^{bed}^L|W|||{at}||ORU^R40^ORU_R40|{control_id}|P|2.6"
    return "\r".join([head, f"PV1||I|^^{bed}", f"OBR|1|||196616^MDC_EVT_ALARM^MDC|||{at}", *rows, ""]).encode()


def test_an_alarm_of_the_device_itself_stands_on_the_session_and_the_board_until_the_device_ends_it(
    clinic: Clinic, visit: Visit
) -> None:
    session_id = clinic.book("5")
    clinic.nurse.act(session_id, "check_in")
    nurse = visit("nurse")
    page, board = nurse.open(f"/sessions/{session_id}"), nurse.open("/")
    assert b"A|" in clinic.server.send(device_alarm("BED5", "start", "al-1"))[0]
    alarms = page.get_by_test_id("device-alarms")
    expect(alarms).to_contain_text(f"Device alarm: {HOSTILE} LEADS")
    expect(alarms).to_contain_text("sound paused at the device")
    assert alarms.locator("button").count() == 0
    page.get_by_role("button", name="Devices", exact=True).click()
    told = page.locator("#event-list [data-event=device_alarm]")
    expect(told).to_contain_text("end not said")
    page.wait_for_function(ROW_OF_DEVICES, arg=f"{HOSTILE} LEADS")
    expect(board.locator("#chair-5")).to_contain_text("Device alarm:")
    clinic.server.send(device_alarm("BED5", "end", "al-2"))
    expect(alarms).to_be_hidden()
    expect(told).to_contain_text(f"Device alarm: {HOSTILE} LEADS · until")
    expect(board.locator("#chair-5")).not_to_contain_text("Device alarm:")
    assert page.locator("img[src=x]").count() == 0
    assert nurse.complaints == []


def test_a_session_whose_monitor_names_another_patient_says_what_to_do_and_leads_to_the_messages(
    clinic: Clinic, visit: Visit
) -> None:
    session_id = clinic.book("5")
    clinic.nurse.act(session_id, "check_in")
    now = datetime.now(UTC)
    message = oru(Sender("BED5"), "other-1", now, [Observation("hr", "70", now)]).replace(
        b"\rPV1", b"\rPID|1||MRN-OTHER^^^H\rPV1", 1
    )
    clinic.server.send(message)
    page = visit("nurse").open(f"/sessions/{session_id}")
    advice = page.get_by_test_id("advice")
    expect(advice).to_contain_text("nothing it sends is charted")
    advice.get_by_role("link", name="Open the messages").click()
    expect(page.get_by_test_id("mismatches")).to_contain_text("names patient MRN-OTHER")


def test_of_a_very_large_message_the_beginning_is_shown_and_said_to_be_that(clinic: Clinic, visit: Visit) -> None:
    large = b"MSH|^~\\&|BIG|ICU|||20260301||ADT^A01|big-1|P|2.6\rEVN||" + b"\xff\x00<i>" * 200_000 + b"\r"
    clinic.server.send(large)
    nurse = visit("nurse")
    page = nurse.open("/intake")
    refused = page.get_by_test_id("refused-row").filter(has_text="big-1")
    refused.locator("summary").click()
    expect(refused).to_contain_text(f"Only the beginning is shown: 4096 of {len(large)} bytes.")
    expect(refused.get_by_test_id("explanation")).to_contain_text("contains a NUL byte")
    assert page.locator("pre i").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert nurse.complaints == []
