"""The dose panel: what the pump ran at, what that adds up to, and what a model predicts of it.

Law: a cumulative curve that does not end at the recorded dose is not drawn.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import plotly.graph_objects as go

from monitor.web.session_picture import Axis, DoseShape, GivenShape, RateShape, SessionPicture, moment

RATE_AXIS = "y4"
GIVEN_AXIS = "y6"
PREDICTED_AXIS = "y7"
# The curve is integrated from the rate steps; a bolus the steps do not show makes it end elsewhere.
TOLERANCE_MG = 0.5


def dose_traces(picture: SessionPicture, axis: Axis, gettext: Callable[[str], str]) -> list[go.Scatter]:
    """Rate steps with their projection, cumulative mg, and the prediction where there is one."""
    traces = _rate_traces(picture["rate"], picture["session"]["remaining_s"], axis, gettext)
    given = given_points(picture)
    if given:
        traces.append(_given_trace(given, axis, gettext))
    predicted = picture.get("predicted")
    if predicted:
        traces.append(
            go.Scatter(
                x=[axis.write(moment(at)) for at in predicted["at"]],
                y=predicted["ng_per_ml"],
                yaxis=PREDICTED_AXIS,
                name=gettext("Effect site ng/mL, predicted, not measured"),
                mode="lines",
                line={"width": 1.75, "dash": "6px,4px"},
                legend="legend4",
                meta={"role": "predicted", "ink": "effect"},
                hovertemplate="%{y:.0f}",
            )
        )
    return traces


def given_points(picture: SessionPicture) -> list[GivenShape]:
    """Cumulative mg at each change of rate and now; empty when it cannot be told or does not match the record."""
    recorded = picture.get("given")
    if recorded:
        return recorded
    dose = picture["dose"]
    if dose is None or not picture["rate"]:
        return []
    points = _integrated(picture["rate"], dose, moment(picture["now_at"]))
    recorded_mg = dose["given_mg"]
    if not points or recorded_mg is None or abs(points[-1]["mg"] - recorded_mg) > TOLERANCE_MG:
        return []
    return points


def _integrated(rates: Sequence[RateShape], dose: DoseShape, now: datetime) -> list[GivenShape]:
    concentration = dose.get("concentration_mg_per_ml")
    if not concentration:
        return []
    edges = [*((moment(step["at"]), step["ml_per_h"]) for step in rates), (now, 0.0)]
    given_mg = 0.0
    points: list[GivenShape] = [{"at": rates[0]["at"], "mg": 0.0}]
    for (start, ml_per_h), (end, _) in pairwise(edges):
        given_mg += ml_per_h * concentration * max((end - start).total_seconds(), 0.0) / 3600
        points.append({"at": end.isoformat(), "mg": round(given_mg, 3)})
    return points


def _given_trace(given: Sequence[GivenShape], axis: Axis, gettext: Callable[[str], str]) -> go.Scatter:
    return go.Scatter(
        x=[axis.write(moment(point["at"])) for point in given],
        y=[point["mg"] for point in given],
        yaxis=GIVEN_AXIS,
        name=gettext("Given mg"),
        mode="lines",
        line={"width": 2},
        legend="legend4",
        meta={"role": "given", "ink": "text"},
        hovertemplate="%{y:.1f}",
    )


def _rate_traces(
    rates: Sequence[RateShape], remaining_s: float | None, axis: Axis, gettext: Callable[[str], str]
) -> list[go.Scatter]:
    x = [axis.write(moment(step["at"])) for step in rates]
    y = [step["ml_per_h"] for step in rates]
    if x:
        x.append(axis.write(axis.now))
        y.append(y[-1])
    steps = go.Scatter(
        x=x,
        y=y,
        yaxis=RATE_AXIS,
        name=gettext("Rate mL/h"),
        mode="lines",
        line={"width": 2, "shape": "hv"},
        fill="tozeroy",
        legend="legend4",
        meta={"role": "rate", "ink": "accent"},
        hovertemplate="%{y:.1f}",
    )
    return [steps, _projection(y, remaining_s or 0.0, axis)]


def _projection(rates_ml_per_h: Sequence[float], remaining_s: float, axis: Axis) -> go.Scatter:
    """The present rate drawn on to the planned end: thin and dashed, since nobody has given it yet.

    Of an infusion that is over, or past its order, nothing is promised.
    """
    running = bool(rates_ml_per_h) and rates_ml_per_h[-1] > 0 and remaining_s > 0
    end = min(axis.end, axis.now + timedelta(seconds=remaining_s))
    return go.Scatter(
        x=[axis.write(axis.now), axis.write(end)] if running else [],
        y=[rates_ml_per_h[-1]] * 2 if running else [],
        yaxis=RATE_AXIS,
        mode="lines",
        line={"width": 1.25, "dash": "3px,4px"},
        showlegend=False,
        hoverinfo="skip",
        meta={"role": "projection", "ink": "accent"},
    )
