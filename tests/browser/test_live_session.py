"""The live session page: numbers, curve, alarms; and what it shows when the chart library or the server fails."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.clinic import Clinic
from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

CURVE = """() => {
  const traces = document.querySelector("#chart")?.data;
  const trace = traces?.find(({ meta }) => meta.role === "curve" && meta.vital === "hr");
  const drawn = document.querySelector("#chart .scatterlayer path.js-line")?.getAttribute("d");
  return trace && drawn ? { last: trace.x.at(-1), value: trace.y.at(-1), drawn } : null;
}"""


def value(page: Page, vital: str) -> object:
    return page.locator(f"[data-testid=numbers] [data-vital={vital}] .value")


def test_numbers_and_curve_move_with_what_the_monitor_sends(clinic: Clinic, visit: Visit) -> None:
    session_id = clinic.infusing("1")
    nurse = visit("nurse")
    page = nurse.open(f"/sessions/{session_id}")
    expect(value(page, "hr")).to_have_text("72")
    before = page.wait_for_function(CURVE).json_value()

    clinic.monitor("1").says(hr=91)

    expect(value(page, "hr")).to_have_text("91")
    after = page.wait_for_function(
        f"(old) => {{ const now = ({CURVE})(); return now?.value === 91 && now; }}"
    ).json_value()
    assert after["last"] > before["last"]
    assert after["drawn"] != before["drawn"]
    clinic.monitor("1").calm()
    expect(value(page, "hr")).to_have_text("72")
    assert nurse.complaints == []


def test_an_alarm_appears_on_board_and_session_and_clears_from_both(clinic: Clinic, visit: Visit) -> None:
    session_id = clinic.infusing("2")
    clinic.monitor("2").inflate(124, 76)
    nurse = visit("nurse")
    board, session = nurse.open("/"), nurse.open(f"/sessions/{session_id}")
    tile = board.locator("#chair-2")
    strip = session.locator("[data-testid=alarms] .strip")
    expect(tile.locator("[data-vital=bp] .value")).to_have_text("124/76")
    expect(session.get_by_test_id("no-alarms")).to_be_visible()

    clinic.monitor("2").inflate(188, 96)

    expect(strip.filter(has_text="188/96")).to_have_attribute("data-look", "high")
    expect(tile).to_have_attribute("data-look", "high")
    expect(tile.locator(".strip")).to_contain_text("!!!")
    for page in (board, session):
        expect(page.locator("[data-count=high] .count-number")).to_have_text("1")
        expect(page.get_by_test_id("newest")).to_contain_text("188/96")
    expect(session.locator("[data-vital=bp]").first).to_have_attribute("data-priority", "high")

    clinic.monitor("2").inflate(126, 78)

    expect(strip).to_have_count(0)
    expect(tile).not_to_have_attribute("data-look", "high")
    expect(tile.locator("[data-vital=bp] .value")).to_have_text("126/78")
    expect(board.locator("[data-count=high] .count-number")).to_have_text("0")
    assert nurse.complaints == []


def test_a_vital_out_of_its_limits_for_seconds_raises_a_latching_alarm(clinic: Clinic, visit: Visit) -> None:
    session_id = clinic.infusing("2")
    page = visit("nurse").open(f"/sessions/{session_id}")
    expect(value(page, "spo2")).to_have_text("97")

    for spo2 in (93, 89, 86, 83):  # in steps no sensor is doubted for: what is sudden is waited for longer
        clinic.monitor("2").says(spo2=spo2)
        expect(value(page, "spo2")).to_have_text(str(spo2))

    strip = page.locator("[data-testid=alarms] .strip").filter(has_text="SpO₂ 83")
    expect(strip).to_have_attribute("data-look", "high")
    expect(page.locator("[data-vital=spo2] .limit").first).to_have_text("!!! < 85")
    for spo2 in (87, 91, 94, 97):
        clinic.monitor("2").says(spo2=spo2)
        expect(value(page, "spo2")).to_have_text(str(spo2))
    latched = page.locator("[data-testid=alarms] .strip[data-state=latched]")
    expect(latched).to_have_count(1)  # over now, yet it stands until somebody has seen it
    expect(page.get_by_test_id("numbers").locator("[data-vital=spo2]")).not_to_have_attribute("data-priority", "high")
    latched.get_by_role("button").click()
    expect(page.locator("[data-testid=alarms] .strip")).to_have_count(0)


def test_an_alarm_is_acknowledged_from_the_tile_and_says_who_saw_what(clinic: Clinic, visit: Visit) -> None:
    session_id = clinic.infusing("3")
    board = visit("nurse").open("/")
    tile = board.locator("#chair-3")
    expect(tile.locator("[data-vital=hr] .value")).to_have_text("72")
    clinic.monitor("3").inflate(186, 94)
    expect(tile).to_have_attribute("data-look", "high")

    tile.get_by_role("button", name="Acknowledge").click()

    expect(tile.locator(".strip")).to_have_attribute("data-state", "acknowledged")
    expect(tile.locator(".strip")).to_contain_text("acknowledged by Nurse Test, saw 186")
    expect(board).to_have_url(f"{clinic.server.origin}/")  # the tile's own link was not followed
    seen = next(alarm for alarm in clinic.nurse.get(f"/sessions/{session_id}/alarms") if "186" in alarm["words"])
    assert [(one["by"], one["value_seen"]) for one in seen["acknowledgements"]] == [("Nurse Test", 186)]
    clinic.monitor("3").inflate(124, 76)


def test_without_the_chart_library_numbers_and_alarms_go_on(clinic: Clinic, visit: Visit) -> None:
    session_id = clinic.infusing("4")
    nurse: Visitor = visit("nurse")
    nurse.context.route("**/plotly-basic*", lambda route: route.abort())
    page = nurse.open(f"/sessions/{session_id}")

    expect(page.get_by_test_id("chart-notice")).to_contain_text("The curve is unavailable. Numbers and alarms go on.")
    clinic.monitor("4").says(hr=88)
    expect(value(page, "hr")).to_have_text("88")
    clinic.monitor("4").inflate(190, 97)
    expect(page.locator("[data-testid=alarms] .strip")).to_contain_text("190/97")
    clinic.monitor("4").calm()
    clinic.monitor("4").inflate(124, 76)


CALL = {
    "id": "a1",
    "session": 7,
    "chair": "12",
    "station": "B",
    "priority": "high",
    "words": "SpO₂ 84 < 85",
    "age_s": 64,
}
SHOW_CALLS = "async (calls) => (await import('/static/js/calls.js')).showCalls(calls)"


def test_an_alarm_nobody_answers_is_told_where_it_calls_and_goes_when_somebody_does(
    clinic: Clinic, visit: Visit
) -> None:
    session_id = clinic.infusing("1")
    nurse, physician = visit("nurse"), visit("physician")
    board, session = nurse.open("/"), physician.open(f"/sessions/{session_id}")
    for page in (board, session):
        expect(page.locator("#link-words")).to_have_text("Live")
    call, at_home = board.get_by_test_id("calls"), session.get_by_test_id("calls")

    board.evaluate(SHOW_CALLS, [{**CALL, "reach": "all_stations"}, {**CALL, "id": "a2", "reach": "all_stations"}])
    expect(call).to_contain_text("!!! Chair 12 · SpO₂ 84 < 85")
    expect(call).to_contain_text("Station B · nobody has answered for 1:04 · all stations called · 1 more")
    board.evaluate(SHOW_CALLS, [{**CALL, "station": "A", "reach": "everyone"}])
    expect(call).to_be_hidden()  # its own tile stands on this board

    session.evaluate(SHOW_CALLS, [{**CALL, "station": "A", "reach": "all_stations"}])
    expect(at_home).to_be_hidden()
    session.evaluate(SHOW_CALLS, [{**CALL, "station": "A", "reach": "physician"}])
    expect(at_home).to_contain_text("physician called")
    expect(at_home).to_be_hidden()  # the next heartbeat says that nobody calls
    assert nurse.complaints == []
    assert physician.complaints == []


def test_a_pause_of_monitoring_is_ended_by_the_nurse_who_is_back(clinic: Clinic, visit: Visit) -> None:
    session_id = clinic.infusing("2")
    nurse = visit("nurse")
    page = nurse.open(f"/sessions/{session_id}")
    page.click("[data-act=pause_monitoring]")
    dialog = page.locator("dialog[open]")
    dialog.locator("input[value=Toilet]").check()
    dialog.locator("button[type=submit], [data-submit]").last.click()
    back = page.locator("[data-act=resume_monitoring]")
    expect(back).to_be_visible()
    expect(page.get_by_test_id("due")).to_contain_text("Monitoring paused")
    back.click()
    expect(dialog).to_contain_text("heard again at once")
    dialog.locator("[data-go]").click()
    expect(back).to_be_hidden()
    expect(page.locator("[data-act=pause_monitoring]")).to_be_visible()
    assert nurse.complaints == []


FIRST_DRAWN = """() => document.querySelector("#chart")?.data
  ?.find(({ meta }) => meta.role === "curve" && meta.vital === "hr")?.x[0]"""
LOOKED_AT = """() => document.querySelector("#chart").layout.xaxis.range[0]"""


def with_a_long_past(route: Route) -> None:
    """The whole session as if it had gone on for long: as many points as a trace may hold stand before its own."""
    answer = route.fetch()
    figure = answer.json()
    curve = next(one for one in figure["data"] if one["meta"]["role"] == "curve" and one["meta"]["vital"] == "hr")
    count = figure["layout"]["meta"]["points"]
    # The values just pushed may not be read back yet.
    first = datetime.fromisoformat(curve["x"][0]) if curve["x"] else datetime.now(UTC).replace(tzinfo=None)
    before = [first - timedelta(seconds=10 * back) for back in range(count, 0, -1)]
    curve["x"] = [at.isoformat(sep=" ", timespec="milliseconds") for at in before] + curve["x"]
    curve["y"] = [75.0] * len(before) + curve["y"]
    route.fulfill(response=answer, json=figure)


def test_looking_back_stops_no_feed_loses_no_beginning_and_one_button_returns(clinic: Clinic, visit: Visit) -> None:
    session_id = clinic.book("5")
    clinic.nurse.act(session_id, "check_in")
    monitor, nurse = clinic.monitor("5"), visit("nurse")
    nurse.context.route("**/figure?window=all", with_a_long_past)
    page = nurse.open(f"/sessions/{session_id}")
    expect(value(page, "hr")).to_have_text("72")
    page.wait_for_function(CURVE)
    young, live = page.evaluate(FIRST_DRAWN), page.evaluate(LOOKED_AT)

    page.click("#earlier")
    expect(page.get_by_test_id("back-to-live")).to_be_visible()
    begun = page.wait_for_function(
        f"(young) => {{ const now = ({FIRST_DRAWN})(); return now < young && now; }}", arg=young
    )
    looked_at = page.evaluate(LOOKED_AT)
    assert looked_at < live
    for rate in (91, 93):  # what comes is shown and drawn, out of sight
        monitor.says(hr=rate)
        expect(value(page, "hr")).to_have_text(str(rate))
        page.wait_for_function(f"(rate) => ({CURVE})()?.value === rate", arg=rate)
    with page.expect_response("**/figure?window=all"):  # what somebody charts draws the same stretch again
        clinic.nurse.act(session_id, "note", text="looked back")
    monitor.says(hr=95)
    page.wait_for_function(f"(rate) => ({CURVE})()?.value === rate", arg=95)
    assert page.evaluate(FIRST_DRAWN) == begun.json_value()
    assert page.evaluate(LOOKED_AT) == looked_at

    page.get_by_test_id("back-to-live").click()
    expect(page.get_by_test_id("back-to-live")).to_be_hidden()
    page.wait_for_function(f"(old) => ({LOOKED_AT})() > old", arg=looked_at)
    monitor.calm()
    assert nurse.complaints == []


def test_a_chart_without_a_value_says_so_until_the_first_and_a_name_from_right_to_left_stands_in_its_place(
    clinic: Clinic, visit: Visit
) -> None:
    monitor = clinic.monitor("3")
    monitor.falls_silent(True)
    session_id = clinic.book("3", "אברהמוביץ׳ בן־דוד", "שרה")
    clinic.nurse.act(session_id, "check_in")
    nurse = visit("nurse", 390, 844)
    page = nurse.open(f"/sessions/{session_id}")
    expect(page.get_by_test_id("chart-notice")).to_contain_text("No values yet")
    expect(page.locator("#chart")).to_contain_text("Check in")
    initials, digits = page.locator("#initials").bounding_box(), page.locator("#id-digits").bounding_box()
    assert initials is not None
    assert digits is not None
    assert initials["x"] + initials["width"] <= digits["x"]
    monitor.falls_silent(False)
    expect(page.get_by_test_id("chart-notice")).to_be_hidden()
    assert nurse.complaints == []
    clinic.free("3")
