"""What a nurse may believe when she looks at the curves."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median
from zoneinfo import ZoneInfo

import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.web.figure_series import GAP_S, Point, gaps_of, points_of, thinned
from monitor.web.figures import POINTS_PER_TRACE, session_figure

NOW = datetime(2026, 3, 5, 13, 32, 7, tzinfo=UTC)
MADRID = ZoneInfo("Europe/Madrid")


def iso(seconds_ago: float) -> str:
    return (NOW - timedelta(seconds=seconds_ago)).isoformat()


def series(*pairs: tuple[float, float | None]) -> dict[str, list]:
    """Values by seconds ago, oldest first."""
    return {"at": [iso(ago) for ago, _ in pairs], "value": [value for _, value in pairs]}


def steady(value: float, seconds: int) -> dict[str, list]:
    return series(*((float(ago), value) for ago in range(seconds, -1, -1)))


def snapshot(**parts: object) -> dict[str, object]:
    empty: dict[str, object] = {
        "now_at": NOW.isoformat(),
        "session": {"remaining_s": None},
        "series": {},
        "bp": [],
        "rate": [],
        "limits": {},
        "baseline": {},
        "alarm_spans": [],
        "events": [],
        "dose": None,
    }
    return empty | parts


def trace(figure: dict, role: str, vital: str | None = None) -> dict:
    return next(
        one for one in figure["data"] if one["meta"]["role"] == role and one["meta"].get("vital") in (vital, None)
    )


def named(marks: list[dict], prefix: str) -> list[dict]:
    return [mark for mark in marks if str(mark.get("name", "")).startswith(prefix)]


def words(figure: dict) -> str:
    return " | ".join(note["text"] for note in figure["layout"]["annotations"])


def test_a_session_without_a_single_value_still_gives_a_figure_with_all_five_panels() -> None:
    figure = session_figure(snapshot(), "1h", MADRID)
    assert {"yaxis", "yaxis2", "yaxis3", "yaxis4", "yaxis5"} <= figure["layout"].keys()
    assert all(len(one["x"] or ()) == 0 for one in figure["data"])


def test_the_figure_is_json_and_a_figure_of_the_chart_library() -> None:
    figure = session_figure(snapshot(series={"hr": steady(76, 60)}), "15m", MADRID)
    again = go.Figure(json.loads(json.dumps(figure)))
    assert again.data[0].type == "scatter"


def test_every_trace_is_svg_because_thin_clients_have_no_gpu() -> None:
    figure = session_figure(snapshot(series={"hr": steady(76, 60), "spo2": steady(97, 60)}), "all", MADRID)
    assert {one["type"] for one in figure["data"]} == {"scatter"}


def test_no_colour_is_written_into_the_figure() -> None:
    figure = session_figure(
        snapshot(
            series={"hr": steady(76, 60)},
            limits={"hr": {"low": 50, "high": 120}},
            alarm_spans=[span("hr", 30, None)],
            bp=[{"at": iso(50), "sys": 131, "dia": 78, "mean": 96}],
        ),
        "1h",
        MADRID,
    )
    assert "color" not in json.dumps(figure)


def test_a_missing_value_stays_a_break_in_the_line_and_is_never_zero() -> None:
    figure = session_figure(snapshot(series={"hr": series((3, 76), (2, None), (1, 77))}), "15m", MADRID)
    curve = trace(figure, "curve", "hr")
    assert curve["y"] == [76, None, 77]
    assert curve["connectgaps"] is False


def test_values_further_apart_than_the_gap_rule_are_not_joined_though_no_break_was_stored() -> None:
    far = GAP_S + 5
    figure = session_figure(
        snapshot(series={"hr": series(*((far + n, 76) for n in range(9, -1, -1)), (0, 90))}), "15m", MADRID
    )
    assert None in trace(figure, "curve", "hr")["y"]


def test_a_long_gap_has_its_length_written() -> None:
    figure = session_figure(
        snapshot(series={"hr": series((300, 76), (299, 76), (298, None), (197, 75), (196, 75))}), "15m", MADRID
    )
    assert "gap 1:42" in words(figure)


def test_when_the_newest_value_is_missing_no_end_dot_is_drawn_at_an_older_one() -> None:
    figure = session_figure(snapshot(series={"spo2": series((2, 97), (1, None))}), "15m", MADRID)
    assert trace(figure, "tip", "spo2")["y"] == [None]


def test_the_axis_shows_the_clock_on_the_clinic_wall() -> None:
    figure = session_figure(snapshot(series={"hr": steady(76, 10)}), "15m", MADRID)
    assert figure["layout"]["meta"]["now"] == "2026-03-05 14:32:07.000"
    assert figure["layout"]["meta"]["offset_s"] == 3600


def test_the_night_the_clocks_go_back_has_no_doubled_hour_on_the_axis() -> None:
    before = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    after = before + timedelta(hours=1)
    picture = snapshot(
        now_at=after.isoformat(), series={"hr": {"at": [before.isoformat(), after.isoformat()], "value": [70, 71]}}
    )
    x = [one for one in trace(session_figure(picture, "all", MADRID), "curve", "hr")["x"] if one]
    assert x == sorted(x)
    assert x[0][11:16] == "01:30"
    assert x[-1][11:16] == "02:30"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        session_figure(snapshot(series={"hr": {"at": ["2026-03-05T13:00:00"], "value": [70]}}), "all", MADRID)


@pytest.mark.parametrize(("window", "oldest"), [("15m", 900), ("1h", 3600)])
def test_a_window_reaches_back_exactly_its_length(window: str, oldest: int) -> None:
    figure = session_figure(snapshot(series={"hr": steady(76, 5000)}), window, MADRID)  # type: ignore[arg-type]
    left = datetime.fromisoformat(figure["layout"]["xaxis"]["range"][0])
    assert (datetime.fromisoformat(figure["layout"]["meta"]["now"]) - left).total_seconds() == oldest


def test_a_young_session_begins_at_the_left_edge_and_grows_to_the_right() -> None:
    figure = session_figure(snapshot(series={"hr": steady(76, 600)}), "1h", MADRID)
    left, right = (datetime.fromisoformat(edge) for edge in figure["layout"]["xaxis"]["range"])
    now = datetime.fromisoformat(figure["layout"]["meta"]["now"])
    assert now - left == timedelta(minutes=10)
    assert right - left >= timedelta(hours=1)


def test_a_four_hour_session_stays_near_900_points_a_trace() -> None:
    noisy = series(*((float(ago), 70 + ago % 7) for ago in range(4 * 3600, -1, -1)))
    figure = session_figure(snapshot(series={"hr": noisy}), "all", MADRID)
    assert POINTS_PER_TRACE * 0.8 < len(trace(figure, "curve", "hr")["x"]) <= POINTS_PER_TRACE + 2


def test_one_second_of_desaturation_survives_thinning_four_hours() -> None:
    values = [97.0] * (4 * 3600)
    values[7000] = 71.0
    dip = {"at": [iso(4 * 3600 - n) for n in range(len(values))], "value": values}
    assert 71.0 in trace(session_figure(snapshot(series={"spo2": dip}), "all", MADRID), "curve", "spo2")["y"]


@given(
    values=st.lists(st.one_of(st.none(), st.floats(0, 300)), max_size=120),
    bucket_s=st.just(0.0) | st.floats(0.5, 60),
)
def test_thinning_keeps_extremes_order_and_breaks(values: list[float | None], bucket_s: float) -> None:
    points = [Point(NOW + timedelta(seconds=n), value) for n, value in enumerate(values)]
    kept = thinned(points, bucket_s)
    present = [point.value for point in points if point.value is not None]
    drawn = [point.value for point in kept if point.value is not None]
    assert [point.at for point in kept] == sorted(point.at for point in kept)
    if present:
        assert (min(drawn), max(drawn)) == (min(present), max(present))
    assert len(gaps_of(kept)) == len(gaps_of(points))


@given(seconds=st.lists(st.integers(1, 400), min_size=1, max_size=60))
def test_no_two_joined_values_are_further_apart_than_the_gap_rule(seconds: list[int]) -> None:
    moments, ago = [], 0
    for step in seconds:
        ago += step
        moments.append((float(ago), 80.0))
    longest = max(GAP_S, 3 * median(seconds[1:] or [1]))
    points = points_of(series(*reversed(moments)), NOW - timedelta(days=1))
    for before, after in pairwise(points):
        if before.value is not None and after.value is not None:
            assert (after.at - before.at).total_seconds() <= longest


def span(vital: str | None, from_ago: float, to_ago: float | None, text: str = "SpO₂ 86 < 90") -> dict[str, object]:
    ended = None if to_ago is None else iso(to_ago)
    return {"vital": vital, "priority": "high", "words": text, "from_at": iso(from_ago), "to_at": ended}


def test_an_alarm_is_a_span_on_the_panel_of_its_vital_with_symbol_and_words() -> None:
    figure = session_figure(snapshot(alarm_spans=[span("spo2", 41, None)]), "15m", MADRID)
    rectangle = named(figure["layout"]["shapes"], "span:high:open")[0]
    flag = named(figure["layout"]["annotations"], "flag:high")[0]
    assert rectangle["yref"] == "y2 domain"
    assert rectangle["x1"] == figure["layout"]["meta"]["now"]
    assert flag["text"] == "!!! SpO₂ 86 &lt; 90"


def test_an_alarm_that_began_before_the_window_still_shows_its_words_inside_it() -> None:
    figure = session_figure(
        snapshot(alarm_spans=[span("hr", 3000, None)], series={"hr": steady(76, 4000)}), "15m", MADRID
    )
    assert named(figure["layout"]["annotations"], "flag:high")[0]["x"] == figure["layout"]["meta"]["start"]


def test_an_alarm_of_no_vital_is_flagged_on_the_first_panel() -> None:
    figure = session_figure(snapshot(alarm_spans=[span(None, 30, None, "No data")]), "15m", MADRID)
    assert named(figure["layout"]["annotations"], "flag:high")[0]["yref"] == "y"


def test_alarms_that_one_measurement_raised_together_are_one_span_and_none_hides_another_vital() -> None:
    both = [span("nibp_sys", 90, 30, "BP 189/115 > 180"), span("nibp_dia", 90, 30, "diastolic 115 > 110")]
    figure = session_figure(snapshot(alarm_spans=[*both, span("hr", 60, 40, "HR 125 > 120")]), "15m", MADRID)
    flags = [flag["text"] for flag in named(figure["layout"]["annotations"], "flag:high")]
    assert flags == ["!!! BP 189/115 &gt; 180", "!!! HR 125 &gt; 120"]
    assert len(named(figure["layout"]["shapes"], "span:high:ended")) == len(flags)


@settings(deadline=None)  # building a figure is slow on a busy machine
@given(text=st.text(max_size=40))
def test_no_text_of_a_person_or_device_reaches_the_chart_unescaped(text: str) -> None:
    hostile = f"<a href='javascript:1'>{text}</a>"
    events = [{"id": 1, "at": iso(5), "kind": "note", "words": hostile}]
    figure = session_figure(snapshot(alarm_spans=[span("hr", 9, None, hostile)], events=events), "15m", MADRID)
    assert "<a" not in json.dumps(figure["data"], ensure_ascii=False)
    assert "<a" not in words(figure)


def test_blood_pressure_is_a_bar_from_diastolic_to_systolic_with_a_mean_tick() -> None:
    figure = session_figure(snapshot(bp=[{"at": iso(60), "sys": 146, "dia": 88, "mean": 107}]), "15m", MADRID)
    assert trace(figure, "pressure")["y"] == [88, 146, None]
    assert trace(figure, "pressure-words")["text"] == ["146/88"]
    assert trace(figure, "mean")["y"] == [107]


def test_every_pressure_has_its_bar_and_its_words_for_the_page_to_space() -> None:
    crowd = [{"at": iso(60 - n), "sys": 140 + n, "dia": 80, "mean": None} for n in range(5)]
    figure = session_figure(snapshot(bp=crowd), "1h", MADRID)
    assert sum(one is not None for one in trace(figure, "pressure")["x"]) == 10
    assert trace(figure, "pressure-words")["text"][-1] == "144/80"


def test_limits_are_a_band_and_an_open_limit_has_one_edge_only() -> None:
    figure = session_figure(
        snapshot(limits={"hr": {"low": 50, "high": 120}, "spo2": {"low": 90, "high": None}}), "1h", MADRID
    )
    assert len(named(figure["layout"]["shapes"], "limit:hr")) == 2
    assert [edge["y0"] for edge in named(figure["layout"]["shapes"], "limit:spo2")] == [90]
    assert len(named(figure["layout"]["shapes"], "band")) == 2


def test_a_changed_limit_steps_where_it_was_changed() -> None:
    steps = {"hr": [{"at": iso(900), "low": 50, "high": 120}, {"at": iso(300), "low": 50, "high": 130}]}
    figure = session_figure(snapshot(limit_steps=steps, series={"hr": steady(76, 1000)}), "15m", MADRID)
    highs = [edge for edge in named(figure["layout"]["shapes"], "limit:hr") if edge["y0"] > 100]
    assert [edge["y0"] for edge in highs] == [120, 130]
    assert highs[0]["x1"] == highs[1]["x0"]


def test_a_baseline_is_a_named_dashed_line_and_absent_without_one() -> None:
    figure = session_figure(snapshot(baseline={"hr": 76, "spo2": None}), "1h", MADRID)
    assert [mark["name"] for mark in named(figure["layout"]["shapes"], "baseline")] == ["baseline:hr"]
    assert "baseline HR 76" in words(figure)


DOSE = {"given_mg": 22.5, "ordered_mg": 35.0, "concentration_mg_per_ml": 1.0}
RATE = [{"at": iso(1800), "ml_per_h": 45.0}]


def test_the_cumulative_dose_is_the_sum_of_what_the_pump_ran_at() -> None:
    figure = session_figure(snapshot(dose=DOSE, rate=RATE), "1h", MADRID)
    assert trace(figure, "given")["y"] == [0.0, 22.5]


@pytest.mark.parametrize("wrong", [{"given_mg": 32.5}, {"given_mg": None}, {"concentration_mg_per_ml": None}])
def test_a_cumulative_curve_that_contradicts_the_record_is_not_drawn(wrong: dict[str, object]) -> None:
    figure = session_figure(snapshot(dose=DOSE | wrong, rate=RATE), "1h", MADRID)
    assert "given" not in {one["meta"]["role"] for one in figure["data"]}


def test_the_rate_is_drawn_in_steps_up_to_now_and_dashed_to_the_planned_end() -> None:
    figure = session_figure(snapshot(rate=RATE, session={"remaining_s": 600.0}), "1h", MADRID)
    assert trace(figure, "rate")["line"]["shape"] == "hv"
    assert trace(figure, "rate")["x"][-1] == figure["layout"]["meta"]["now"]
    first, last = (datetime.fromisoformat(at) for at in trace(figure, "projection")["x"])
    assert trace(figure, "projection")["x"][0] == figure["layout"]["meta"]["now"]
    assert (last - first).total_seconds() == 600


def test_an_infusion_that_is_over_promises_nothing_for_the_future() -> None:
    over = session_figure(snapshot(rate=RATE, session={"remaining_s": None}), "1h", MADRID)
    assert len(trace(over, "projection")["x"]) == 0


@pytest.mark.parametrize(("minutes", "side"), [(5, "right"), (55, "left")])
def test_the_legend_stands_where_the_newest_alarms_are_not(minutes: int, side: str) -> None:
    figure = session_figure(snapshot(series={"hr": series((minutes * 60.0, 70.0), (0.0, 70.0))}), "1h", MADRID)
    assert figure["layout"]["legend"]["xanchor"] == side


def test_a_held_infusion_promises_nothing_for_the_future() -> None:
    held = [*RATE, {"at": iso(60), "ml_per_h": 0.0}]
    assert (
        len(trace(session_figure(snapshot(rate=held, session={"remaining_s": 600.0}), "1h", MADRID), "projection")["x"])
        == 0
    )


def test_a_prediction_says_that_it_was_not_measured() -> None:
    predicted = {"at": [iso(60), iso(0)], "ng_per_ml": [10.0, 80.0]}
    figure = session_figure(snapshot(predicted=predicted), "1h", MADRID)
    assert "predicted, not measured" in trace(figure, "predicted")["name"]


def test_a_value_beyond_the_usual_range_widens_its_panel() -> None:
    figure = session_figure(snapshot(series={"spo2": steady(62, 5)}), "15m", MADRID)
    assert figure["layout"]["yaxis2"]["range"][0] < 62


def test_words_of_the_figure_are_translated() -> None:
    spanish = {"baseline": "basal", "Rate mL/h": "Velocidad mL/h"}
    figure = session_figure(snapshot(baseline={"hr": 76}), "1h", MADRID, lambda text: spanish.get(text, text))
    assert "basal HR 76" in words(figure)
    assert trace(figure, "rate")["name"] == "Velocidad mL/h"


def test_events_outside_the_window_are_not_squeezed_onto_its_edge() -> None:
    events = [{"id": n, "at": iso(ago), "kind": "drug", "words": "Start"} for n, ago in enumerate((2000, 20))]
    figure = session_figure(snapshot(events=events, series={"hr": steady(76, 3000)}), "15m", MADRID)
    assert len(trace(figure, "events")["x"]) == 1
    assert len(named(figure["layout"]["shapes"], "event")) == 1


def test_doubted_values_have_a_dotted_line_at_the_foot_of_their_panel() -> None:
    stretches = [
        {"vital": "spo2", "from_at": iso(20), "to_at": iso(10)},
        {"vital": "hr", "from_at": iso(70 * 60), "to_at": iso(66 * 60)},
    ]
    figure = session_figure(snapshot(series={"spo2": steady(97, 60)}, doubted=stretches), "15m", MADRID)
    marks = [shape for shape in figure["layout"]["shapes"] if shape.get("name") == "doubted"]
    assert [(mark["yref"], mark["line"]["dash"]) for mark in marks] == [("y2 domain", "2px,2px")]
    assert marks[0]["x0"] < marks[0]["x1"]


def test_what_the_device_took_back_or_corrected_keeps_a_cross_where_it_was_drawn() -> None:
    struck = [
        {"vital": "spo2", "at": iso(20), "value": 71.0, "why": "withdrawn"},
        {"vital": "hr", "at": iso(20), "value": 133.0, "why": "corrected"},  # no curve of it is drawn here
        {"vital": "spo2", "at": iso(70 * 60), "value": 70.0, "why": "corrected"},  # left of the window
    ]
    figure = session_figure(snapshot(series={"spo2": steady(97, 60)}, struck=struck), "15m", MADRID)
    (cross,) = [note for note in figure["layout"]["annotations"] if note.get("name") == "struck"]
    assert (cross["text"], cross["y"], cross["yref"]) == ("×", 71.0, "y2")
    assert cross["hovertext"] == "71 taken back by the device"
