"""The live session's curves: a session snapshot becomes one figure of stacked panels on a shared time axis.

Law: pure, and without a single colour: `meta.ink` and `name` say whose ink is meant, and the page paints it from
tokens.css, so that one figure serves every theme. Numbers and alarms never depend on anything made here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Literal, cast
from zoneinfo import ZoneInfo

import plotly.graph_objects as go

from monitor.web.figure_dose import GIVEN_AXIS, PREDICTED_AXIS, RATE_AXIS, dose_traces
from monitor.web.figure_marks import (
    Mark,
    baseline_marks,
    doubted_marks,
    event_line,
    gap_marks,
    limit_marks,
    now_marks,
    panel_of,
    span_marks,
    struck_notes,
)
from monitor.web.figure_series import Point, gap_threshold_s, gaps_of, points_of, thinned
from monitor.web.session_picture import Axis, PressureShape, SessionPicture, moment

Window = Literal["15m", "1h", "all"]
WINDOWS_S: Mapping[str, float | None] = {"15m": 900.0, "1h": 3600.0, "all": None}
# 900 points a trace keep one update under 65 ms in the browser (MEASURED.md 2f).
POINTS_PER_TRACE = 900
# Room to the right of now, for flags and the planned end.
AHEAD = 0.12
EVENT_AXIS = "y5"
EVENT_SYMBOLS = {"drug": "diamond", "symptom": "circle-open", "note": "square", "state": "square"}
# From the top: HR and BP, SpO2, RR and EtCO2, dose, events; heights and gaps in px of the drawn page.
PANELS = (("y", 272), ("y2", 150), ("y3", 160), ("y4", 190), ("y5", 52))
PANEL_GAP = 20


@dataclass(frozen=True, slots=True)
class Curve:
    """A continuous vital and how it is drawn."""

    vital: str
    label: str
    ink: str
    width: float = 1.75
    dash: str = "solid"
    opacity: float = 1.0


CURVES = (
    Curve("hr", "HR /min", "hr"),
    Curve("pr", "PR /min", "pr", 1.25, "2px,3px", 0.55),
    Curve("abp_sys", "ABP mmHg", "bp", 1.25),
    Curve("abp_dia", "ABP mmHg", "bp", 1.25),
    Curve("spo2", "SpO₂ %", "spo2"),
    Curve("rr", "RR /min", "rr"),
    Curve("etco2", "EtCO₂ mmHg", "etco2"),
)
LEGENDS = {"y": "legend", "y2": "legend2", "y3": "legend3", "y4": "legend4"}


def session_figure(
    snapshot: Mapping[str, object], window: Window, zone: ZoneInfo, gettext: Callable[[str], str] = str
) -> dict[str, object]:
    """A figure as `{"data": […], "layout": {…}}`, ready for JSON; KeyError when the snapshot lacks a part.

    `layout.meta` tells the page how to go on drawing: window_s (None: all), offset_s (clinic time minus UTC), now,
    start, bucket_s (seconds a thinned point stands for), gap_s (when a line must break), ahead (share of the window
    drawn after now) and points (the most a trace may hold).
    """
    picture = cast(SessionPicture, snapshot)
    axis = _axis(picture, window, zone)
    bucket_s = max(2 * axis.span_s / POINTS_PER_TRACE, 0.0)
    curves = {
        curve: points_of(picture["series"][curve.vital], axis.start)
        for curve in CURVES
        if curve.vital in picture["series"]
    }
    ranges = _ranges(curves, picture)
    drawn_bucket_s = bucket_s if any(len(points) > POINTS_PER_TRACE for points in curves.values()) else 0.0
    traces = [trace for curve, points in curves.items() for trace in _curve(curve, points, axis, drawn_bucket_s)]
    traces += _pressure_traces(picture["bp"], axis)
    traces += dose_traces(picture, axis, gettext)
    traces.append(_event_trace(picture, axis))
    shapes, notes = _marks(picture, axis, curves, ranges, gettext)
    layout = _layout(axis, ranges, picture)
    meta = {
        "window": window,
        "window_s": WINDOWS_S[window],
        "offset_s": axis.offset.total_seconds(),
        "start": axis.write(axis.start),
        "now": axis.write(axis.now),
        "ahead": AHEAD,
        "bucket_s": drawn_bucket_s,
        "gap_s": max((gap_threshold_s(points) for points in curves.values()), default=30.0),
        "points": POINTS_PER_TRACE,
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


def _curve(curve: Curve, points: list[Point], axis: Axis, bucket_s: float) -> list[go.Scatter]:
    """The line of a vital, and its newest value as a dot of its own that moves between two points of the line."""
    drawn = thinned(points, bucket_s)
    panel = panel_of(curve.vital)
    common = {"yaxis": panel, "legend": LEGENDS[panel], "connectgaps": False, "opacity": curve.opacity}
    line = go.Scatter(
        x=[axis.write(point.at) for point in drawn],
        y=[point.value for point in drawn],
        mode="lines",
        name=curve.label,
        line={"width": curve.width, "dash": curve.dash},
        showlegend=curve.vital != "abp_dia",
        meta={"role": "curve", "vital": curve.vital, "ink": curve.ink},
        hovertemplate="%{y:.0f}",
        **common,
    )
    newest = points[-1] if points else None
    tip = go.Scatter(
        x=[axis.write(newest.at)] if newest else [],
        y=[newest.value] if newest else [],
        mode="lines+markers",
        line={"width": curve.width},
        marker={"size": 7},
        showlegend=False,
        hoverinfo="skip",
        meta={"role": "tip", "vital": curve.vital, "ink": curve.ink},
        **common,
    )
    return [line, tip]


def _pressure_traces(pressures: list[PressureShape], axis: Axis) -> list[go.Scatter]:
    """Cuff measurements: a bar from diastolic to systolic with caps, its words above, and a tick at the mean."""
    x: list[str | None] = []
    y: list[float | None] = []
    words: list[tuple[str, float, str]] = []
    means: list[tuple[str, float]] = []
    seen = [(moment(one["at"]), one) for one in pressures]
    for at, one in [pair for pair in seen if pair[0] >= axis.start]:
        when = axis.write(at)
        x += [when, when, None]
        y += [one["dia"], one["sys"], None]
        words.append((when, one["sys"], f"{one['sys']:.0f}/{one['dia']:.0f}"))
        if one["mean"] is not None:
            means.append((when, one["mean"]))
    caps = {"symbol": "line-ew", "size": 6, "line": {"width": 2.5}}
    tick = {"symbol": "line-ew", "size": 4, "line": {"width": 2}}
    bars = go.Scatter(
        x=x,
        y=y,
        mode="lines+markers",
        line={"width": 3},
        marker=caps,
        name="BP mmHg",
        legend="legend",
        meta={"role": "pressure", "ink": "bp"},
        hovertemplate="%{y:.0f}",
    )
    labels = go.Scatter(
        x=[when for when, _, _ in words],
        y=[top for _, top, _ in words],
        text=[text for _, _, text in words],
        mode="text",
        textposition="top center",
        textfont={"size": 12},
        showlegend=False,
        hoverinfo="skip",
        meta={"role": "pressure-words", "ink": "bp"},
    )
    mean = go.Scatter(
        x=[when for when, _ in means],
        y=[value for _, value in means],
        mode="markers",
        marker=tick,
        showlegend=False,
        meta={"role": "mean", "ink": "text"},
        hovertemplate="%{y:.0f}",
    )
    return [bars, labels, mean]


def _event_trace(picture: SessionPicture, axis: Axis) -> go.Scatter:
    """Events on the lowest lane; the page chooses which of the two rows each label takes, and which are cut."""
    standing = [event for event in picture["events"] if event.get("stands", True)]
    events = [(moment(event.get("happened_at", event["at"])), event) for event in standing]
    shown = [(at, event) for at, event in events if axis.start <= at <= axis.end]
    return go.Scatter(
        x=[axis.write(at) for at, _ in shown],
        y=[1.0] * len(shown),
        text=[escape(event["words"]) for _, event in shown],
        customdata=[event["kind"] for _, event in shown],
        yaxis=EVENT_AXIS,
        mode="markers+text",
        textposition="middle right",
        textfont={"size": 12},
        marker={"size": 9, "symbol": [EVENT_SYMBOLS.get(event["kind"], "square") for _, event in shown]},
        showlegend=False,
        meta={"role": "events", "ink": "text"},
        hovertemplate="%{text}<extra></extra>",
        cliponaxis=True,
    )


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
    drawn = {curve.vital for curve in curves} | {"nibp_sys", "nibp_dia", "nibp_mean"}
    notes += struck_notes(picture.get("struck", []), axis, drawn, gettext)
    for curve, points in curves.items():
        values = [point.value for point in points if point.value is not None]
        if curve.vital in {"hr", "spo2", "rr"} and values:
            notes += gap_marks(gaps_of(points), curve.vital, axis, min(values) - 1, gettext)
    return shapes, [*notes, *flags, now_clock]


def _ranges(curves: Mapping[Curve, list[Point]], picture: SessionPicture) -> dict[str, tuple[float, float]]:
    """The usual range of each panel, widened to whatever has been measured."""
    ranges = {"y": (40.0, 200.0), "y2": (80.0, 105.0), "y3": (0.0, 60.0)}
    seen: dict[str, list[float]] = {panel: [] for panel in ranges}
    for curve, points in curves.items():
        seen[panel_of(curve.vital)] += [point.value for point in points if point.value is not None]
    seen["y"] += [value for one in picture["bp"] for value in (one["sys"], one["dia"])]
    return {
        panel: (min([low, *(value - 4 for value in seen[panel])]), max([high, *(value for value in seen[panel])]))
        for panel, (low, high) in ranges.items()
    }


def _layout(axis: Axis, ranges: Mapping[str, tuple[float, float]], picture: SessionPicture) -> dict[str, object]:
    still = {"fixedrange": True, "zeroline": False, "showline": False, "automargin": False}
    dose = picture["dose"]
    # Past the order the curve still has its place.
    most_mg = max((dose["ordered_mg"] or 1.0), (dose["given_mg"] or 0.0)) if dose else 1.0
    top_rate = max([step["ml_per_h"] for step in picture["rate"]], default=0.0) or 10.0
    predicted = picture.get("predicted")
    top_ng = max(predicted["ng_per_ml"], default=0.0) or 1.0 if predicted else 1.0
    layout: dict[str, object] = {
        _axis_name(panel): still | {"domain": domain, "range": list(ranges.get(panel, (0.0, 1.0))), "nticks": 5}
        for panel, domain in _domains().items()
    }
    layout["yaxis4"] = {**cast(Mark, layout["yaxis4"]), "range": [0, top_rate * 1.45]}
    layout["yaxis5"] = {
        **cast(Mark, layout["yaxis5"]),
        "range": [-0.5, 1.5],
        "showticklabels": False,
        "showgrid": False,
    }
    over = still | {"overlaying": RATE_AXIS, "side": "right", "showgrid": False}
    layout[_axis_name(GIVEN_AXIS)] = over | {"range": [0, most_mg * 1.45], "nticks": 4, "tickmode": "auto"}
    layout[_axis_name(PREDICTED_AXIS)] = over | {"range": [0, top_ng * 1.45], "showticklabels": False}
    layout["xaxis"] = {
        "type": "date",
        "anchor": EVENT_AXIS,
        "range": [axis.write(axis.start), axis.write(axis.end)],
        "tickformat": "%H:%M",
        "hoverformat": "%H:%M:%S",
        "zeroline": False,
    }
    for panel, name in LEGENDS.items():
        top = _domains()[panel][1]
        layout[name] = {"orientation": "h", "x": 0.004, "y": top, "xanchor": "left", "yanchor": "top"}
        layout[name] = {**cast(Mark, layout[name]), "itemclick": False, "itemdoubleclick": False, "borderwidth": 0}
    frame = {"margin": {"l": 44, "r": 40, "t": 4, "b": 30}, "showlegend": True, "dragmode": "pan", "template": None}
    return layout | frame | {"hovermode": "x", "hoversubplots": "axis", "uirevision": "session"}


def _axis_name(panel: str) -> str:
    return "yaxis" + panel.removeprefix("y")


def _domains() -> dict[str, list[float]]:
    """The share of the height each panel takes, bottom and top."""
    total = sum(height for _, height in PANELS) + PANEL_GAP * (len(PANELS) - 1)
    domains: dict[str, list[float]] = {}
    top = float(total)
    for panel, height in PANELS:
        domains[panel] = [round((top - height) / total, 4), round(top / total, 4)]
        top -= height + PANEL_GAP
    return domains
