"""The trend of a clinic as one figure: alarms a chair-hour by priority, and sessions, week by week.

Law: pure, without a single colour (`meta.ink` says whose ink is meant); a week without hours is a gap, not a zero.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import cast

import plotly.graph_objects as go

from monitor.clinical.alarms.table import AlarmPriority
from monitor.web.api.analytics import WeekAnswer

_LOOKS = {  # told apart without colour too
    AlarmPriority.HIGH: ("diamond", "solid"),
    AlarmPriority.MEDIUM: ("square", "6px,3px"),
    AlarmPriority.LOW: ("circle", "2px,3px"),
}
_MOST_TICKS = 9


def load_figure(
    weeks: Sequence[WeekAnswer],
    gettext: Callable[[str], str],
    day: Callable[[date], str],
    decimal: str,
) -> dict[str, object]:
    """The figure as `{"data": […], "layout": {…}}`, ready for JSON; `weeks` by time."""
    x = [week.from_day.isoformat() for week in weeks]
    names = {
        AlarmPriority.HIGH: gettext("High"),
        AlarmPriority.MEDIUM: gettext("Medium"),
        AlarmPriority.LOW: gettext("Low"),
    }
    lines = [
        go.Scatter(
            x=x,
            y=[_per_hour(week, priority) for week in weeks],
            name=names[priority],
            mode="lines+markers",
            line={"width": 2, "dash": dash},
            marker={"size": 8, "symbol": symbol},
            connectgaps=False,
            legend="legend",
            meta={"role": "load", "ink": f"alarm-{priority.value}"},
            hovertemplate="%{y:.2f}",
        )
        for priority, (symbol, dash) in _LOOKS.items()
    ]
    bars = go.Bar(
        x=x,
        y=[week.sessions for week in weeks],
        name=gettext("Sessions that are over"),
        marker={"opacity": 0.7},
        yaxis="y2",
        legend="legend2",
        meta={"role": "sessions", "ink": "accent"},
        hovertemplate="%{y}",
    )
    figure = go.Figure(data=[*lines, bars])
    step = max(1, -(-len(weeks) // _MOST_TICKS))
    ticks = weeks[::step]
    figure.update_layout(
        **_layout(),
        separators="," + "." if decimal == "," else "." + ",",
        xaxis={
            "type": "category",
            "anchor": "y2",
            "fixedrange": True,
            "showline": False,
            "tickvals": [one.from_day.isoformat() for one in ticks],
            "ticktext": [day(one.from_day) for one in ticks],
        },
    )
    return cast(dict[str, object], figure.to_plotly_json())


def _per_hour(week: WeekAnswer, priority: AlarmPriority) -> float | None:
    return next((one.per_chair_hour for one in week.priorities if one.priority == priority.value), None)


def _layout() -> dict[str, object]:
    still = {"fixedrange": True, "zeroline": False, "showline": False, "rangemode": "tozero", "nticks": 4}
    legend = {"orientation": "h", "x": 0, "itemclick": False, "itemdoubleclick": False, "yanchor": "bottom"}
    return {
        "yaxis": {**still, "domain": [0.42, 1]},
        "yaxis2": {**still, "domain": [0, 0.28]},
        "legend": {**legend, "y": 1},
        "legend2": {**legend, "y": 0.28},
        "margin": {"l": 40, "r": 12, "t": 30, "b": 30},
        "showlegend": True,
        "dragmode": False,
        "template": None,
        "hovermode": "x",
        "uirevision": "load",
    }
