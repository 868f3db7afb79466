"""Dose by weight against the change of pain, infusion by infusion, as one figure.

Law: pure, without a single colour; the thresholds of relief are drawn, and no line through the points.
"""

from collections.abc import Callable
from typing import cast

import plotly.graph_objects as go

from monitor.web.api.series_outcome_answers import SeriesOutcomeAnswer


def dose_response_figure(told: SeriesOutcomeAnswer, gettext: Callable[[str], str]) -> dict[str, object]:
    """The figure as `{"data": […], "layout": {…}}`, ready for JSON; at least one pair is known."""
    pairs = told.dose_response.pairs
    points = go.Scatter(
        x=[round(one.given_mg_per_kg, 3) for one in pairs],
        y=[round(one.percent_less, 1) for one in pairs],
        text=[str(one.number) for one in pairs],
        mode="markers+text",
        textposition="middle right",
        cliponaxis=False,
        marker={"size": 11},
        meta={"role": "pairs", "ink": "accent"},
        hovertemplate="%{text}: %{x:.2f} mg/kg, %{y:.0f} %",
        showlegend=False,
    )
    figure = go.Figure(data=[points])
    lines = [(percent, f"{percent:g} %") for percent in (told.moderate_percent, told.substantial_percent)]
    shapes = [
        {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": "y", "y0": y, "y1": y, "name": "marked",
         "line": {"dash": "solid" if y == 0 else "6px,4px", "width": 1}, "opacity": 0.6}
        for y, _ in ((0.0, ""), *lines)
    ]  # fmt: skip
    notes = [
        {"xref": "paper", "x": 1, "xanchor": "right", "yref": "y", "y": y, "yanchor": "bottom", "text": words,
         "showarrow": False, "font": {"size": 12}, "name": "threshold"}
        for y, words in lines
    ]  # fmt: skip
    low, high = min(0.0, *(one.percent_less for one in pairs)), max(100.0, *(one.percent_less for one in pairs))
    most = max(one.given_mg_per_kg for one in pairs)
    figure.update_layout(
        shapes=shapes,
        annotations=notes,
        xaxis={"title": {"text": gettext("Ketamine given, mg/kg")}, "range": [0, most * 1.15], **_still()},
        yaxis={"title": {"text": gettext("Less pain, %")}, "range": [low - 6, high + 6], **_still()},
        margin={"l": 52, "r": 16, "t": 12, "b": 44},
        dragmode=False,
        template=None,
        hovermode="closest",
    )
    return cast(dict[str, object], figure.to_plotly_json())


def _still() -> dict[str, object]:
    return {"fixedrange": True, "zeroline": False, "showline": False, "nticks": 6}
