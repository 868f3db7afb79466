"""The live session's curves: a session snapshot becomes one figure of stacked panels on a shared time axis.

Law: pure, and without a single colour: `meta.ink` and `name` say whose ink is meant, and the page paints it from
tokens.css, so that one figure serves every theme. Numbers and alarms never depend on anything made here.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Literal, cast
from zoneinfo import ZoneInfo

import plotly.graph_objects as go

from monitor.web.figure_curves import CURVES, Curve, curve_traces, key_traces, late_traces, pressure_traces
from monitor.web.figure_dose import dose_traces
from monitor.web.figure_lane import device_traces, event_trace
from monitor.web.figure_layout import figure_layout
from monitor.web.figure_marks import (
    Mark,
    baseline_marks,
    doubted_marks,
    event_line,
    gap_marks,
    limit_marks,
    marked_marks,
    now_marks,
    panel_of,
    span_marks,
    struck_notes,
)
from monitor.web.figure_series import Point, gap_threshold_s, gaps_of, points_of
from monitor.web.session_picture import Axis, SessionPicture, moment

Window = Literal["15m", "1h", "all"]
WINDOWS_S: Mapping[str, float | None] = {"15m": 900.0, "1h": 3600.0, "all": None}
# 900 points a trace keep one update under 65 ms in the browser (MEASURED.md 2f).
POINTS_PER_TRACE = 900
# Room to the right of now, for flags and the planned end.
AHEAD = 0.12
PRESSURES = {"nibp_sys": "bp", "nibp_dia": "bp"}


def session_figure(
    snapshot: Mapping[str, object], window: Window, zone: ZoneInfo, gettext: Callable[[str], str] = str
) -> dict[str, object]:
    """A figure as `{"data": […], "layout": {…}}`, ready for JSON; KeyError when the snapshot lacks a part.

    `layout.meta` tells the page how to go on drawing: window_s (None: all), offset_s (clinic time minus UTC), now,
    start, bucket_s (seconds a thinned point stands for), gap_s (when a line must break), ahead (share of the window
    drawn after now), points (the most a trace may hold) and told_by_devices (what the lane's marks stand for).
    """
    picture = cast(SessionPicture, snapshot)
    axis = _axis(picture, window, zone)
    bucket_s = max(2 * axis.span_s / POINTS_PER_TRACE, 0.0)
    curves = {
        curve: points_of(picture["series"][curve.vital], axis.start, bucket_s)
        for curve in CURVES
        if curve.vital in picture["series"]
    }
    ranges = _ranges(curves, picture)
    drawn_bucket_s = bucket_s if any(len(points) > POINTS_PER_TRACE for points in curves.values()) else 0.0
    traces = [trace for curve, points in curves.items() for trace in curve_traces(curve, points, axis, drawn_bucket_s)]
    traces += pressure_traces(picture["bp"], axis)
    traces += dose_traces(picture, axis, gettext)
    late = late_traces(picture.get("late", {}), axis, {one.vital: one.ink for one in curves} | PRESSURES, gettext)
    traces += [event_trace(picture, axis), *device_traces(picture, axis), *late]
    shapes, notes = _marks(picture, axis, curves, ranges, gettext)
    traces += key_traces(gettext, late=bool(late), struck=any(note.get("name") == "struck" for note in notes))
    layout = figure_layout(axis, ranges, picture)
    meta = {
        "window": window,
        "window_s": WINDOWS_S[window],
        "offset_s": axis.offset.total_seconds(),
        "start": axis.write(axis.start),
        "now": axis.write(axis.now),
        "ahead": AHEAD,
        "bucket_s": drawn_bucket_s,
        "gap_s": max([2 * bucket_s, *(gap_threshold_s(points) for points in curves.values())], default=30.0),
        "points": POINTS_PER_TRACE,
        "told_by_devices": picture.get("told_by_devices", []),
    }
    figure = go.Figure(data=traces)
    figure.update_layout(**layout, shapes=shapes, annotations=notes, meta=meta)
    return cast(dict[str, object], figure.to_plotly_json())


def _axis(picture: SessionPicture, window: Window, zone: ZoneInfo) -> Axis:
    now = moment(picture["now_at"])
    window_s = WINDOWS_S[window]
    first = _first(picture, now)
    if window_s is None:
        planned = timedelta(seconds=max(picture["session"].get("remaining_s") or 0.0, 0.0))
        return Axis.around(first, now, now + max((now - first) * AHEAD, planned), zone)
    # A session younger than the window begins at the left edge and grows into the room on the right.
    start = max(first, now - timedelta(seconds=window_s))
    return Axis.around(start, now, start + timedelta(seconds=window_s * (1 + AHEAD)), zone)


def _first(picture: SessionPicture, now: datetime) -> datetime:
    """The first thing there is to draw, at least a minute ago."""
    texts = [series["at"][0] for series in picture["series"].values() if series["at"]]
    texts += [entry["at"] for entry in (*picture["bp"][:1], *picture["rate"][:1], *picture["events"][:1])]
    return min([now - timedelta(seconds=60), *(moment(text) for text in texts)])


def _marks(
    picture: SessionPicture,
    axis: Axis,
    curves: Mapping[Curve, list[Point]],
    ranges: Mapping[str, tuple[float, float]],
    gettext: Callable[[str], str],
) -> tuple[list[Mark], list[Mark]]:
    tops = {panel: high for panel, (_, high) in ranges.items()}
    shapes = limit_marks(picture, axis)
    base_shapes, notes = baseline_marks(picture["baseline"], gettext)
    span_shapes, flags = span_marks(picture["alarm_spans"], axis, tops)
    now_line, now_clock = now_marks(axis)
    events = [moment(event["at"]) for event in picture["events"]]
    shapes += [*base_shapes, *(event_line(at, axis) for at in events if at >= axis.start), *span_shapes, now_line]
    shapes += doubted_marks(picture.get("doubted", []), axis)
    frames, crosses = marked_marks(picture.get("marked", []), axis, gettext)
    shapes, notes = [*shapes, *frames], [*notes, *crosses]
    drawn = {curve.vital for curve in curves} | {"nibp_sys", "nibp_dia", "nibp_mean"}
    notes += struck_notes(picture.get("struck", []), axis, drawn, gettext)
    for curve, points in curves.items():
        values = [point.value for point in points if point.value is not None]
        if curve.vital in {"hr", "spo2", "rr"} and values:
            notes += gap_marks(gaps_of(points), curve.vital, axis, min(values) - 1, gettext)
    return shapes, [*notes, *flags, now_clock]


def _ranges(curves: Mapping[Curve, list[Point]], picture: SessionPicture) -> dict[str, tuple[float, float]]:
    """The usual range of each panel, widened to whatever has been measured."""
    ranges = {"y": (40.0, 200.0), "y2": (80.0, 105.0), "y3": (0.0, 58.0)}
    seen: dict[str, list[float]] = {panel: [] for panel in ranges}
    for curve, points in curves.items():
        seen[panel_of(curve.vital)] += [point.value for point in points if point.value is not None]
    seen["y"] += [value for one in picture["bp"] for value in (one["sys"], one["dia"])]
    return {
        panel: (min([low, *(value - 4 for value in seen[panel])]), max([high, *(value for value in seen[panel])]))
        for panel, (low, high) in ranges.items()
    }
