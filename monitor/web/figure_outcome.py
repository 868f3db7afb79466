"""A series as one figure: pain with its thresholds, the dose of each infusion, opioids, BPI.

Law: pure, without a single colour (`meta.ink` and `name` say whose ink is meant); a value nobody recorded is a gap, and
no line is drawn across it.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

import plotly.graph_objects as go

from monitor.clinical.outcomes.facts import JournalLine, Scored
from monitor.clinical.outcomes.series_outcome import SeriesOutcome
from monitor.clinical.policy.outcome_parts import ResponsePolicy

Gettext = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Said:
    """How the reader is spoken to: texts of the pages, and a day in a few letters."""

    gettext: Gettext
    day: Callable[[date], str]


PAIN_AXIS, DOSE_AXIS, MME_AXIS, BPI_AXIS = "y", "y2", "y3", "y4"
# From the top: pain, dose, opioids, BPI, in shares of the height; a panel in which nothing is drawn is left out.
_HEIGHTS = {PAIN_AXIS: 0.60, DOSE_AXIS: 0.20, MME_AXIS: 0.20, BPI_AXIS: 0.24}
_GAP = 0.06  # for the legend of the panel below
_MOST_TICKS = 7
_BAR_MS = 10 * 3_600_000
_MARGIN = timedelta(hours=18)
_MISSING_AT = 0.0  # on the floor of the panel of pain: no value is meant


def outcome_figure(
    outcome: SeriesOutcome, journal: Sequence[JournalLine], policy: ResponsePolicy, zone: ZoneInfo, said: Said
) -> dict[str, object]:
    """The figure as `{"data": […], "layout": {…}}`, ready for JSON; without traces when nothing was recorded."""

    def write(at: datetime) -> str:
        return at.astimezone(zone).replace(tzinfo=None).isoformat()

    times = _times(outcome, journal)
    if not times:
        return {"data": [], "layout": {"meta": {"empty": True}}}
    span, gettext = (min(times) - _MARGIN, max(times) + _MARGIN), said.gettext
    traces = [
        *_journal(journal, write, gettext),
        *_compared(outcome, write, gettext),
        *_around(outcome, write, gettext),
        *_missing(outcome, write, gettext),
        *_doses(outcome, write, gettext),
        *_opioids(outcome.mme, write, gettext),
        *_questionnaires(outcome, write, gettext),
    ]
    figure = go.Figure(data=traces)
    shapes, notes = _thresholds(outcome, policy, gettext)
    layout = _layout({str(trace.yaxis or PAIN_AXIS) for trace in traces} | {PAIN_AXIS})
    layout["xaxis"] = {**cast(dict[str, object], layout["xaxis"]), **_days(span, zone, said.day, write)}
    figure.update_layout(**layout, shapes=shapes, annotations=notes, meta={"empty": False})
    return cast(dict[str, object], figure.to_plotly_json())


def _times(outcome: SeriesOutcome, journal: Sequence[JournalLine]) -> list[datetime]:
    found = [one.facts.started_at for one in outcome.infusions]
    found += [one.at for one in outcome.pain] + [one.at for one in outcome.mme] + [one.at for one in journal]
    found += [one.at for one in (*outcome.severity, *outcome.interference)]
    return found + [one.due_at for one in outcome.follow_ups.missing]


def _compared(outcome: SeriesOutcome, write: Callable[[datetime], str], gettext: Gettext) -> list[go.Scatter]:
    """The measure the response is judged by; a follow-up that is missing breaks its line."""
    points: list[tuple[datetime, float | None]] = [(one.at, one.value) for one in outcome.pain]
    points += [(one.due_at, None) for one in outcome.follow_ups.missing]
    points.sort(key=lambda point: point[0])
    if not outcome.pain:
        return []
    return [
        go.Scatter(
            x=[write(at) for at, _ in points],
            y=[value for _, value in points],
            name=gettext("Pain, average") if outcome.pain[0].measure == "average" else gettext("Pain now"),
            mode="lines+markers",
            line={"width": 2.5},
            marker={"size": 9},
            connectgaps=False,
            legend="legend",
            meta={"role": "compared", "ink": "text"},
            hovertemplate="%{y:.0f}",
        )
    ]


def _around(outcome: SeriesOutcome, write: Callable[[datetime], str], gettext: Gettext) -> list[go.Scatter]:
    """Pain now before and after each infusion, joined."""
    x: list[str | None] = []
    y: list[float | None] = []
    for one in outcome.infusions:
        seen = [each for each in (one.before, one.after) if each is not None]
        x += [*(write(each.at) for each in seen), None]
        y += [*(each.value for each in seen), None]
    if not any(value is not None for value in y):
        return []
    return [
        go.Scatter(
            x=x,
            y=y,
            name=gettext("Pain now, before and after"),
            mode="lines+markers",
            line={"width": 1.5, "dash": "3px,3px"},
            marker={"size": 8, "symbol": "diamond"},
            connectgaps=False,
            legend="legend",
            meta={"role": "around", "ink": "accent"},
            hovertemplate="%{y:.0f}",
        )
    ]


def _journal(journal: Sequence[JournalLine], write: Callable[[datetime], str], gettext: Gettext) -> list[go.Scatter]:
    if not journal:
        return []
    return [
        go.Scatter(
            x=[write(one.at) for one in journal],
            y=[one.pain for one in journal],
            name=gettext("Journal"),
            mode="markers",
            marker={"size": 5, "opacity": 0.75},
            legend="legend",
            meta={"role": "journal", "ink": "muted"},
            hovertemplate="%{y:.0f}",
        )
    ]


def _missing(outcome: SeriesOutcome, write: Callable[[datetime], str], gettext: Gettext) -> list[go.Scatter]:
    if not outcome.follow_ups.missing:
        return []
    return [
        go.Scatter(
            x=[write(one.due_at) for one in outcome.follow_ups.missing],
            y=[_MISSING_AT] * len(outcome.follow_ups.missing),
            name=gettext("Follow-up missing"),
            mode="markers",
            marker={"size": 10, "symbol": "x-thin", "line": {"width": 2}},
            cliponaxis=False,
            legend="legend",
            meta={"role": "missing", "ink": "muted"},
            hovertemplate=gettext("not recorded"),
        )
    ]


def _doses(outcome: SeriesOutcome, write: Callable[[datetime], str], gettext: Gettext) -> list[go.Bar]:
    known = [one for one in outcome.infusions if one.facts.given_mg is not None]
    if not known:
        return []
    return [
        go.Bar(
            x=[write(one.facts.started_at) for one in known],
            y=[round(one.facts.given_mg or 0.0, 1) for one in known],
            width=[_BAR_MS] * len(known),
            marker={"opacity": 0.85},
            name=gettext("Ketamine given, mg"),
            yaxis=DOSE_AXIS,
            legend="legend2",
            text=[f"{one.facts.number}" for one in known],
            textposition="none",
            meta={"role": "dose", "ink": "accent"},
            hovertemplate="%{text}: %{y:.1f} mg",
        )
    ]


def _opioids(scored: Iterable[Scored], write: Callable[[datetime], str], gettext: Gettext) -> list[go.Scatter]:
    points = list(scored)
    if not any(one.value is not None for one in points):
        return []
    return [
        go.Scatter(
            x=[write(one.at) for one in points],
            y=[one.value for one in points],
            name=gettext("Opioids, MME a day"),
            mode="lines+markers",
            line={"width": 2, "shape": "hv"},
            marker={"size": 7},
            connectgaps=False,
            yaxis=MME_AXIS,
            legend="legend3",
            meta={"role": "mme", "ink": "effect"},
            hovertemplate="%{y:.0f}",
        )
    ]


def _questionnaires(outcome: SeriesOutcome, write: Callable[[datetime], str], gettext: Gettext) -> list[go.Scatter]:
    """BPI severity and interference; a total that cannot be told is a gap."""
    looks = (
        (outcome.severity, gettext("Severity (BPI)"), "circle", "solid", "text"),
        (outcome.interference, gettext("Interference (BPI)"), "square", "6px,3px", "effect"),
    )
    return [
        go.Scatter(
            x=[write(one.at) for one in scored],
            y=[one.value for one in scored],
            name=name,
            mode="lines+markers",
            line={"width": 2, "dash": dash},
            marker={"size": 7, "symbol": symbol},
            connectgaps=False,
            yaxis=BPI_AXIS,
            legend="legend4",
            meta={"role": "bpi", "ink": ink},
            hovertemplate="%{y:.1f}",
        )
        for scored, name, symbol, dash, ink in looks
        if any(one.value is not None for one in scored)
    ]


def _thresholds(
    outcome: SeriesOutcome, policy: ResponsePolicy, gettext: Gettext
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Where moderate and substantial relief begin, from the baseline down."""
    base = None if outcome.baseline is None else outcome.baseline.value
    if not base:
        return [], []
    shapes: list[dict[str, object]] = []
    notes: list[dict[str, object]] = []
    for percent in (0.0, policy.moderate_percent, policy.substantial_percent):
        y = base * (100 - percent) / 100
        line = {"dash": "solid" if percent == 0 else "6px,4px", "width": 1}
        shapes.append({"type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": "y", "y0": y, "y1": y,
                       "line": line, "name": "marked", "opacity": 0.6, "layer": "above"})  # fmt: skip
        words = gettext("baseline") if percent == 0 else f"−{percent:g} %"
        notes.append({"xref": "paper", "x": 1, "xanchor": "right", "yref": "y", "y": y, "yanchor": "bottom",
                      "text": words, "showarrow": False, "font": {"size": 12}, "name": "threshold"})  # fmt: skip
    return shapes, notes


def _days(
    span: tuple[datetime, datetime], zone: ZoneInfo, day: Callable[[date], str], write: Callable[[datetime], str]
) -> dict[str, object]:
    """Range and ticks of the axis of time: whole days of the clinic, as the reader writes them."""
    first, last = (at.astimezone(zone).date() for at in span)
    step = max(1, -(-((last - first).days + 1) // _MOST_TICKS))
    days = [first + timedelta(days=n) for n in range(1, (last - first).days + 1, step)]
    return {
        "range": [write(at) for at in span],
        "tickvals": [f"{one.isoformat()}T00:00:00" for one in days],
        "ticktext": [day(one) for one in days],
    }


def _layout(drawn: Collection[str]) -> dict[str, object]:
    still: dict[str, object] = {"fixedrange": True, "zeroline": False, "showline": False}
    panels = [panel for panel in _HEIGHTS if panel in drawn]
    total = sum(_HEIGHTS[panel] for panel in panels) + _GAP * (len(panels) - 1)
    layout: dict[str, object] = {}
    top = total
    for panel in panels:
        bottom = max(0.0, top - _HEIGHTS[panel])
        number = panel.removeprefix("y")
        layout[f"yaxis{number}"] = {
            **still,
            "domain": [bottom / total, top / total],
            "rangemode": "tozero",
            "nticks": 3,
        }
        layout[f"legend{number}"] = {"orientation": "h", "y": top / total, "x": 0, "itemclick": False,
                                     "yanchor": "bottom", "itemdoubleclick": False}  # fmt: skip
        top = bottom - _GAP
    pain = cast(dict[str, object], layout["yaxis"])
    layout["yaxis"] = {**pain, "range": [-0.4, 10.4], "tickvals": [0, 2, 4, 6, 8, 10]}
    layout["xaxis"] = {"type": "date", "anchor": panels[-1], "fixedrange": True, "zeroline": False}
    frame = {"margin": {"l": 36, "r": 12, "t": 30, "b": 30}, "showlegend": True, "dragmode": False, "template": None}
    return layout | frame | {"hovermode": "closest", "uirevision": "series"}
