"""The curves themselves: lines with their newest value, cuff measurements, and what marks single values.

Law: nothing here has a colour; a value that came later looks different from one that was seen when it was measured.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import plotly.graph_objects as go

from monitor.web.figure_layout import LEGENDS
from monitor.web.figure_marks import panel_of
from monitor.web.figure_series import Point, thinned
from monitor.web.session_picture import Axis, PressureShape, SeriesShape, moment


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


def curve_traces(curve: Curve, points: list[Point], axis: Axis, bucket_s: float) -> list[go.Scatter]:
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


def pressure_traces(pressures: list[PressureShape], axis: Axis) -> list[go.Scatter]:
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


def late_traces(
    late: Mapping[str, SeriesShape], axis: Axis, drawn: Mapping[str, str], gettext: Callable[[str], str]
) -> list[go.Scatter]:
    """Hollow points on the curves where a person brought the values into the record later; `drawn`: ink by vital."""
    traces = []
    for vital, ink in drawn.items():
        values = zip(late[vital]["at"], late[vital]["value"], strict=True) if vital in late else ()
        points = [(moment(at), value) for at, value in values]
        seen = [(axis.write(at), value) for at, value in points if at >= axis.start]
        if seen:
            traces.append(
                go.Scatter(
                    x=[when for when, _ in seen],
                    y=[value for _, value in seen],
                    yaxis=panel_of(vital),
                    mode="markers",
                    marker={"symbol": "circle", "size": 7, "line": {"width": 1.5}},
                    showlegend=False,
                    meta={"role": "late", "vital": vital, "ink": ink},
                    hovertemplate=f"%{{y:.0f}} {gettext('came later')}<extra></extra>",
                )
            )
    return traces


def key_traces(gettext: Callable[[str], str], *, late: bool, struck: bool) -> list[go.Scatter]:
    """What the marks on single values mean, said once in the legend, and only where there are any."""
    circle = {"symbol": "circle", "size": 8, "line": {"width": 1.5}}
    cross = {"symbol": "x-thin", "size": 7, "line": {"width": 1.75}}
    keys = [
        (late, "late", circle, gettext("came later: assigned or replayed by a person")),
        (struck, "key", cross, gettext("taken back or corrected by the device")),
    ]
    return [
        go.Scatter(
            x=[None],
            y=[None],
            mode="markers",
            marker=marker,
            name=name,
            legend="legend",
            showlegend=True,
            hoverinfo="skip",
            meta={"role": role, "ink": "muted"},
        )
        for any_, role, marker, name in keys
        if any_
    ]
