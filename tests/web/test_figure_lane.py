"""The figure's marks that are not ours or not of their moment: devices' own words, late values, struck values."""

from tests.web.test_figures import MADRID, iso, named, session_figure, snapshot, steady, trace


def told(ago: float, words: str, to_ago: float | None = None, **more: object) -> dict[str, object]:
    mark = {"id": f"{ago}", "kind": "alarm", "device": "WARD", "words": words, "at": iso(ago), "open": to_ago is None}
    return {**mark, "to_at": None if to_ago is None else iso(to_ago), "is_late": False, **more}


def roles(figure: dict) -> list[str]:
    return [one["meta"]["role"] for one in figure["data"]]


def test_without_a_word_of_a_device_the_lane_has_its_two_rows_and_no_mark_of_theirs() -> None:
    figure = session_figure(snapshot(), "1h", MADRID)
    assert not {"devices", "device-spans", "late", "key"} & set(roles(figure))
    assert figure["layout"]["yaxis5"]["range"] == [-0.5, 1.5]


def test_a_devices_alarm_is_hatched_and_outlined_in_no_colour_of_an_alarm_and_below_the_events() -> None:
    figure = session_figure(snapshot(told_by_devices=[told(60, "** DESAT", 20)]), "15m", MADRID)
    spans, marks = trace(figure, "device-spans"), trace(figure, "devices")
    assert (spans["meta"]["ink"], marks["meta"]["ink"]) == ("muted", "muted")
    assert spans["line"]["dash"] != "solid"
    assert all(symbol.endswith("-open") for symbol in marks["marker"]["symbol"])
    assert max(y for y in (*spans["y"], *marks["y"]) if y is not None) < 0
    assert figure["layout"]["yaxis5"]["range"][0] < -1
    assert named(figure["layout"]["shapes"], "span") == []
    assert marks["hovertext"] == ["Device alarm WARD: ** DESAT 14:31:07–14:31:47"]


def test_an_open_alarm_goes_on_to_now_and_says_that_its_end_was_not_said() -> None:
    figure = session_figure(snapshot(told_by_devices=[told(60, "A", 20), told(9000, "B")]), "15m", MADRID)
    spans = trace(figure, "device-spans")
    assert [spans["x"][n] for n in spans["meta"]["open"]] == [figure["layout"]["meta"]["now"]]
    assert spans["x"][3] == figure["layout"]["meta"]["start"], "it began before the window"
    assert "end not said" in trace(figure, "devices")["hovertext"][1]


def test_a_devices_words_are_escaped_and_long_ones_broken_in_the_hover() -> None:
    hostile = "<img src=x onerror=alert(1)> " + "Kabel " * 30
    figure = session_figure(snapshot(told_by_devices=[told(60, hostile)]), "15m", MADRID)
    marks = trace(figure, "devices")
    assert "<img" not in marks["text"][0] + marks["hovertext"][0]
    assert all(len(line) < 90 for line in marks["hovertext"][0].split("<br>"))
    assert figure["layout"]["meta"]["told_by_devices"][0]["words"] == hostile


def test_late_values_are_hollow_points_on_their_curve_and_the_legend_says_so_once() -> None:
    late = {vital: {"at": [iso(2000), iso(30)], "value": [70.0, 71.0]} for vital in ("hr", "spo2", "temp")}
    figure = session_figure(snapshot(series={"hr": steady(76, 60), "spo2": steady(97, 60)}, late=late), "15m", MADRID)
    points = [one for one in figure["data"] if one["meta"]["role"] == "late"]
    drawn = [(one["meta"].get("vital"), list(one["y"])) for one in points]
    assert drawn == [("hr", [71.0]), ("spo2", [71.0]), (None, [None])]
    assert [bool(one["showlegend"]) for one in points] == [False, False, True]


def test_the_cross_is_explained_in_the_legend_only_where_one_is_drawn() -> None:
    struck = [{"vital": "spo2", "at": iso(20), "value": 71.0, "why": "withdrawn"}]
    drawn = session_figure(snapshot(series={"spo2": steady(97, 60)}, struck=struck), "15m", MADRID)
    assert trace(drawn, "key")["name"] == "taken back or corrected by the device"
    assert "key" not in roles(session_figure(snapshot(struck=struck), "15m", MADRID))
