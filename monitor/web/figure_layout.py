"""Where everything of the figure stands: panels, axes and legends, in shares of the drawn page.

Law: places and ranges only; what is drawn there is made elsewhere, and no colour is named.
"""

from collections.abc import Mapping
from typing import cast

from monitor.web.figure_dose import GIVEN_AXIS, PREDICTED_AXIS, RATE_AXIS
from monitor.web.figure_marks import Mark
from monitor.web.session_picture import Axis, SessionPicture

EVENT_AXIS = "y5"
DEVICE_ROW = -1.0  # below the two rows of events
# From the top: HR and BP, SpO2, RR and EtCO2, dose, events; heights and gaps in px of the drawn page.
PANELS = (("y", 272), ("y2", 150), ("y3", 160), ("y4", 190), (EVENT_AXIS, 52))
PANEL_GAP = 20
# The flags of alarms hang from the top of what has been, the newest near now: a legend stands where they are not.
LEGEND_LEFT = {"x": 0.004, "xanchor": "left"}
LEGEND_RIGHT = {"x": 0.84, "xanchor": "right"}  # left of the words of baselines
ROW = 26
LEGENDS = {"y": "legend", "y2": "legend2", "y3": "legend3", "y4": "legend4"}


def figure_layout(axis: Axis, ranges: Mapping[str, tuple[float, float]], picture: SessionPicture) -> dict[str, object]:
    still = {"fixedrange": True, "zeroline": False, "showline": False, "automargin": False}
    dose = picture["dose"]
    # Past the order the curve still has its place.
    most_mg = max((dose["ordered_mg"] or 1.0), (dose["given_mg"] or 0.0)) if dose else 1.0
    top_rate = max([step["ml_per_h"] for step in picture["rate"]], default=0.0) or 10.0
    predicted = picture.get("predicted")
    top_ng = max(predicted["ng_per_ml"], default=0.0) or 1.0 if predicted else 1.0
    told = bool(picture.get("told_by_devices"))
    domains = _domains(told)
    layout: dict[str, object] = {
        _axis_name(panel): still | {"domain": domain, "range": list(ranges.get(panel, (0.0, 1.0))), "nticks": 5}
        for panel, domain in domains.items()
    }
    layout["yaxis4"] = {**cast(Mark, layout["yaxis4"]), "range": [0, top_rate * 1.45]}
    layout["yaxis5"] = {
        **cast(Mark, layout["yaxis5"]),
        "range": [DEVICE_ROW - 0.5 if told else -0.5, 1.5],
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
    young = axis.now - axis.start < (axis.end - axis.start) / 2
    for panel, name in LEGENDS.items():
        top = domains[panel][1]
        layout[name] = {"orientation": "h", "y": top, "yanchor": "top", **(LEGEND_RIGHT if young else LEGEND_LEFT)}
        layout[name] = {**cast(Mark, layout[name]), "itemclick": False, "itemdoubleclick": False, "borderwidth": 0}
    frame = {"margin": {"l": 44, "r": 40, "t": 4, "b": 30}, "showlegend": True, "dragmode": "pan", "template": None}
    return layout | frame | {"hovermode": "x", "hoversubplots": "axis", "uirevision": "session"}


def _axis_name(panel: str) -> str:
    return "yaxis" + panel.removeprefix("y")


def _domains(told: bool) -> dict[str, list[float]]:
    """The share of the height each panel takes, bottom and top; what devices told has a row of its own."""
    panels = [(panel, height + (ROW if told and panel == EVENT_AXIS else 0)) for panel, height in PANELS]
    total = sum(height for _, height in panels) + PANEL_GAP * (len(panels) - 1)
    domains: dict[str, list[float]] = {}
    top = float(total)
    for panel, height in panels:
        domains[panel] = [round((top - height) / total, 4), round(top / total, 4)]
        top -= height + PANEL_GAP
    return domains
