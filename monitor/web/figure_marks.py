"""What lies behind and above the curves: limit bands, baselines, alarm spans with their flags, gaps, the now line.

Law: every text that a person or a device wrote is escaped, because the chart library reads a small HTML.
Nothing here has a colour: `name` says whose ink the page must use.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from datetime import datetime
from html import escape

from monitor.web.figure_series import Gap
from monitor.web.session_picture import (
    Axis,
    DoubtedShape,
    LimitShape,
    MarkedShape,
    SessionPicture,
    SpanShape,
    StruckShape,
    moment,
)

Mark = dict[str, object]
SYMBOLS = {"high": "!!!", "medium": "!!", "low": "!"}
_RANK = {"high": 3, "medium": 2, "low": 1}
TOP = {"y": 200.0, "y2": 105.0, "y3": 60.0, "y4": 0.0}
# A break shorter than a minute is seen as one; its length need not be written over the curve.
WRITTEN_GAP_S = 60.0
# Weight by the font, never by <b>: the library writes that as a style attribute, which the content policy refuses.
BOLD: Mark = {"size": 12, "weight": 700}


def panel_of(vital: str | None) -> str:
    """The y axis on which this vital is drawn; what has no curve is flagged on the first panel."""
    if vital == "spo2":
        return "y2"
    return "y3" if vital in {"rr", "etco2"} else "y"


def duration_words(seconds: float) -> str:
    """Minutes and seconds, as on a stop-watch: 1:42, 1:02:03."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"


def limit_marks(picture: SessionPicture, axis: Axis) -> list[Mark]:
    """One band a vital and step of its limits, with dashed edges; an open limit has no edge."""
    marks: list[Mark] = []
    histories = picture.get("limit_steps") or {}
    for vital in ("hr", "spo2", "rr", "etco2"):
        present = picture["limits"].get(vital)
        steps = histories.get(vital) or ([present] if present else [])
        for start, end, limit in _in_force(steps, axis):
            marks.extend(_band(vital, start, end, limit))
    return marks


def baseline_marks(
    baseline: Mapping[str, float | None], gettext: Callable[[str], str]
) -> tuple[list[Mark], list[Mark]]:
    """A dashed line and its name at the right edge, for each vital that has a baseline."""
    labels = {"hr": "HR", "spo2": "SpO₂", "rr": "RR", "etco2": "EtCO₂"}
    shapes: list[Mark] = []
    notes: list[Mark] = []
    for vital, label in labels.items():
        value = baseline.get(vital)
        if value is None:
            continue
        shapes.append(_line(f"baseline:{vital}", panel_of(vital), value, {"width": 1, "dash": "7px,5px"}))
        text = f"{gettext('baseline')} {gettext(label)} {value:g}"
        notes.append(_note("muted", 1.0, value, panel_of(vital), text, xref="x domain", xanchor="right"))
    return shapes, notes


def span_marks(spans: Sequence[SpanShape], axis: Axis, tops: Mapping[str, float]) -> tuple[list[Mark], list[Mark]]:
    """Alarm spans as coloured rectangles with a solid top edge, and their words in a flag on top."""
    shapes: list[Mark] = []
    notes: list[Mark] = []
    for n, span in enumerate(spans):
        if _hidden(n, spans, axis):
            continue
        start = max(moment(span["from_at"]), axis.start)
        end = moment(span["to_at"]) if span["to_at"] else axis.now
        if end < axis.start:
            continue
        panel = panel_of(span["vital"])
        standing = "open" if span["to_at"] is None else "ended"
        x = {"x0": axis.write(start), "x1": axis.write(end), "xref": "x", "yref": f"{panel} domain"}
        shapes.append(
            {"type": "rect", **x, "y0": 0, "y1": 1, "line": {"width": 0}, "layer": "below", "opacity": 0.2}
            | {"name": f"span:{span['priority']}:{standing}"}
        )
        shapes.append(
            {"type": "line", **x, "y0": 1, "y1": 1, "line": {"width": 4}, "name": f"edge:{span['priority']}:{standing}"}
        )
        text = f"{SYMBOLS.get(span['priority'], '!')} {escape(span['words'])}"
        flag = _note(f"flag:{span['priority']}", axis.write(start), tops[panel], panel, text, yanchor="top")
        notes.append(flag | {"borderpad": 3, "font": BOLD})
    return shapes, notes


def _hidden(n: int, spans: Sequence[SpanShape], axis: Axis) -> bool:
    """Whether a worse span of the same measurement, or one as bad and at least as long, covers the whole of the n-th.

    Rules of one group raise together: drawn over each other their grounds would swallow the curve.
    """
    span = spans[n]
    start, end = _stretch(span, axis)
    for m, other in enumerate(spans):
        from_at, to_at = _stretch(other, axis)
        over = m != n and _measurement(other) == _measurement(span) and from_at <= start and end <= to_at
        worse = _RANK.get(other["priority"], 0) - _RANK.get(span["priority"], 0)
        if over and (worse > 0 or (worse == 0 and ((from_at, to_at) != (start, end) or m < n))):
            return True
    return False


def _measurement(span: SpanShape) -> str:
    """One cuff gives three vitals; what belongs to no vital is known by its words."""
    vital = span["vital"]
    return span["words"] if vital is None else vital.partition("_")[0]


def _stretch(span: SpanShape, axis: Axis) -> tuple[datetime, datetime]:
    return moment(span["from_at"]), moment(span["to_at"]) if span["to_at"] else axis.now


def doubted_marks(stretches: Sequence[DoubtedShape], axis: Axis) -> list[Mark]:
    """A dotted line at the foot of the panel while the values of its curve were questionable; the curve stays."""
    marks: list[Mark] = []
    for stretch in stretches:
        end = moment(stretch["to_at"])
        if end < axis.start:
            continue
        x = {"x0": axis.write(max(moment(stretch["from_at"]), axis.start)), "x1": axis.write(end), "xref": "x"}
        y = {"y0": 0.02, "y1": 0.02, "yref": f"{panel_of(stretch['vital'])} domain"}
        marks.append({"type": "line", **x, **y, "line": {"width": 3, "dash": "2px,2px"}, "name": "doubted"})
    return marks


def marked_marks(
    stretches: Sequence[MarkedShape], axis: Axis, gettext: Callable[[str], str]
) -> tuple[list[Mark], list[Mark]]:
    """A framed, crossed stretch where a person marked values as artefact; the curve stays, the hover says why."""
    shapes: list[Mark] = []
    notes: list[Mark] = []
    for stretch in stretches:
        end = moment(stretch["to_at"])
        if end < axis.start:
            continue
        begin = axis.write(max(moment(stretch["from_at"]), axis.start))
        panel = panel_of(stretch["vital"])
        x = {"x0": begin, "x1": axis.write(end), "xref": "x"}
        frame = {"type": "rect", **x, "y0": 0, "y1": 1, "yref": f"{panel} domain"}
        shapes.append({**frame, "line": {"width": 1.5, "dash": "3px,3px"}, "name": "marked"})
        words = f"{stretch['vital']}: {gettext('marked as artefact')}: {stretch['words']}"
        at = {"x": begin, "y": 0.9, "xref": "x", "yref": f"{panel} domain", "xanchor": "left"}
        cross = {"text": "✕✕", "showarrow": False, "font": {"size": 12}}
        notes.append({**at, **cross, "hovertext": words, "name": "marked"})
    return shapes, notes


def struck_notes(
    struck: Sequence[StruckShape], axis: Axis, drawn: Container[str], gettext: Callable[[str], str]
) -> list[Mark]:
    """A cross where a drawn vital had a value that the device took back or corrected: struck, never erased."""
    words = {"withdrawn": gettext("taken back by the device"), "corrected": gettext("corrected by the device")}
    return [
        {
            "x": axis.write(moment(one["at"])),
            "y": one["value"],
            "xref": "x",
            "yref": panel_of(one["vital"]),
            "text": "×",
            "showarrow": False,
            "font": {"size": 16},
            "hovertext": f"{one['value']:g} {words.get(one['why'], one['why'])}",
            "name": "struck",
        }
        for one in struck
        if one["vital"] in drawn and moment(one["at"]) >= axis.start
    ]


def gap_marks(gaps: Sequence[Gap], vital: str, axis: Axis, level: float, gettext: Callable[[str], str]) -> list[Mark]:
    """The length of each longer gap, written where the curve is missing."""
    notes: list[Mark] = []
    for gap in gaps:
        if gap.length_s < WRITTEN_GAP_S or gap.end < axis.start:
            continue
        middle = axis.write(gap.start + (gap.end - gap.start) / 2)
        text = f"{gettext('gap')} {duration_words(gap.length_s)}"
        notes.append(_note("muted", middle, level, panel_of(vital), text, xanchor="center", yanchor="top"))
    return notes


def now_marks(axis: Axis) -> tuple[Mark, Mark]:
    """The line through every panel at the present moment, and its clock below."""
    at = axis.write(axis.now)
    line: Mark = {"type": "line", "x0": at, "x1": at, "xref": "x", "y0": 0, "y1": 1, "yref": "paper"}
    clock = _note("now", at, 0, "paper", at[11:19], xanchor="center", yanchor="top")
    return line | {"line": {"width": 1.25}, "name": "now"}, clock | {"borderpad": 3, "yshift": -3, "font": BOLD}


def event_line(at: datetime, axis: Axis) -> Mark:
    """A dotted line up through all panels at an event."""
    x = axis.write(at)
    line: Mark = {"type": "line", "x0": x, "x1": x, "xref": "x", "y0": 0, "y1": 1, "yref": "paper", "layer": "below"}
    return line | {"line": {"width": 1, "dash": "dot"}, "name": "event"}


def _in_force(steps: Sequence[LimitShape], axis: Axis) -> list[tuple[str | float, str | float, LimitShape]]:
    """(left, right, limit) for each step; the first reaches back to the left edge, the last on to the right one."""
    begins = [moment(step["at"]) if "at" in step else axis.start for step in steps]
    edges: list[str | float] = [axis.write(max(begin, axis.start)) for begin in begins[1:]]
    lefts: list[str | float] = [axis.write(axis.start), *edges] if len(steps) > 1 else [0.0]
    rights: list[str | float] = [*edges, axis.write(axis.end)] if len(steps) > 1 else [1.0]
    return [part for part in zip(lefts, rights, steps, strict=True) if part[0] != part[1]] if steps else []


def _band(vital: str, left: str | float, right: str | float, limit: LimitShape) -> list[Mark]:
    whole = isinstance(left, float)
    x = {"x0": left, "x1": right, "xref": "x domain" if whole else "x", "yref": panel_of(vital), "layer": "below"}
    low, high = limit["low"], limit["high"]
    edges: list[Mark] = [
        {"type": "line", **x, "y0": edge, "y1": edge, "line": {"width": 1, "dash": "2px,3px"}, "name": f"limit:{vital}"}
        for edge in (low, high)
        if edge is not None
    ]
    top = high if high is not None else TOP[panel_of(vital)]
    bottom = low if low is not None else 0.0
    band: Mark = {"type": "rect", **x, "y0": bottom, "y1": top, "line": {"width": 0}, "name": "band", "opacity": 0.055}
    return [band, *edges] if edges else []


def _line(name: str, panel: str, value: float, style: Mark) -> Mark:
    place: Mark = {"x0": 0, "x1": 1, "xref": "x domain", "y0": value, "y1": value, "yref": panel}
    return place | {"type": "line", "line": style, "layer": "below", "opacity": 0.55, "name": name}


def _note(name: str, x: str | float, y: float, panel: str, text: str, **places: object) -> Mark:
    note: Mark = {"name": name, "x": x, "y": y, "yref": panel, "text": text, "showarrow": False}
    return note | {"xanchor": "left", "yanchor": "bottom", "font": {"size": 12}} | places
