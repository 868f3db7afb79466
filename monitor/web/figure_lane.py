"""The lowest panel: what people did, in two rows, and below them what devices told, in a row of its own.

Law: a device's words are never drawn like an alarm of ours: outlined and hatched, in the colour of muted text.
"""

from datetime import datetime
from html import escape
from textwrap import wrap

import plotly.graph_objects as go

from monitor.web.figure_layout import DEVICE_ROW, EVENT_AXIS
from monitor.web.session_picture import Axis, SessionPicture, ToldShape, moment

EVENT_SYMBOLS = {"drug": "diamond", "symptom": "circle-open", "note": "square", "state": "square"}
DEVICE_SYMBOLS = {"alarm": "diamond-open", "pump": "square-open", "left_out": "line-ns-open"}
LANE_WORD = {"alarm": "", "pump": "pump ", "left_out": ""}
SAID_BY = {"alarm": "Device alarm", "pump": "Pump", "left_out": ""}
HOVER_LETTERS = 56  # a line of the hover
UNDER = 0.36  # how far below its words the length of an alarm is drawn


def event_trace(picture: SessionPicture, axis: Axis) -> go.Scatter:
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


def device_traces(picture: SessionPicture, axis: Axis) -> list[go.Scatter]:
    """The length of each device alarm, hatched, and a mark for everything told; the page joins marks that are crowded.

    Of the marks `text` is the label, `hovertext` what, by which device and when, `customdata` the kind.
    """
    told = picture.get("told_by_devices", [])
    if not told:
        return []
    x: list[str | None] = []
    still_open: list[int] = []  # the places of the ends that move with time
    for one in told:
        if one["to_at"] is not None or one["open"]:
            x += [axis.write(_start(one, axis)), axis.write(_end(one, axis)), None]
            still_open += [len(x) - 2] if one["open"] else []
    spans = go.Scatter(
        x=x,
        y=[None if at is None else DEVICE_ROW - UNDER for at in x],
        yaxis=EVENT_AXIS,
        mode="lines",
        connectgaps=False,
        line={"width": 5, "dash": "1.5px,2px"},
        opacity=0.75,
        showlegend=False,
        hoverinfo="skip",
        meta={"role": "device-spans", "ink": "muted", "open": still_open},
    )
    marks = go.Scatter(
        x=[axis.write(_start(one, axis)) for one in told],
        y=[DEVICE_ROW] * len(told),
        text=[escape(f"{LANE_WORD[one['kind']]}{one['words']}") for one in told],
        hovertext=[_hover(one, axis) for one in told],
        customdata=[one["kind"] for one in told],
        yaxis=EVENT_AXIS,
        mode="markers+text",
        textposition="middle right",
        textfont={"size": 12},
        marker={"size": 9, "symbol": [DEVICE_SYMBOLS[one["kind"]] for one in told]},
        showlegend=False,
        meta={"role": "devices", "ink": "muted"},
        hovertemplate="%{hovertext}<extra></extra>",
        hoverlabel={"align": "left"},
        cliponaxis=True,
    )
    return [spans, marks]


def _start(one: ToldShape, axis: Axis) -> datetime:
    return max(moment(one["at"]), axis.start)


def _end(one: ToldShape, axis: Axis) -> datetime:
    """An alarm whose end was not said goes on to the present moment."""
    return axis.now if one["to_at"] is None else moment(one["to_at"])


def _hover(one: ToldShape, axis: Axis) -> str:
    """Which device said what and when, in lines that fit: the device wrote it, so it is escaped."""
    clock = axis.write(moment(one["at"]))[11:19]
    if one["to_at"] is not None:
        clock += f"–{axis.write(moment(one['to_at']))[11:19]}"
    elif one["open"]:
        clock += ", end not said"
    said_by = f"{SAID_BY[one['kind']]} {one['device']}: ".lstrip() if one["device"] else ""
    late = " (came later)" if one["is_late"] else ""
    lines = wrap(f"{said_by}{one['words']} {clock}{late}", HOVER_LETTERS)
    return "<br>".join(escape(line) for line in lines)
