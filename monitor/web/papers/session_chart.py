"""The timeline of a session for paper, panel by panel as the open page draws it. Law: it invents no point."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.clinical.vitals import KINDS, Vital
from monitor.clinical.words import NAMES
from monitor.printing.paper import Bar, Chart, Line, Panel, Point, Stretch
from monitor.web.papers.speech import Speech, Told, as_time, listed, part, words

_STEPS_MIN = (1, 2, 5, 10, 15, 30, 60, 120, 240, 480)
_MOST_TICKS = 13


@dataclass(frozen=True, slots=True)
class _Scale:
    """The vitals of one panel and the range it always shows; values beyond it widen it."""

    vitals: tuple[Vital, ...]
    low: float
    high: float
    step: float
    height_mm: float = 17.0


_SCALES = (
    _Scale((Vital.HR, Vital.PR), 40, 140, 20),
    _Scale((Vital.SPO2,), 85, 100, 5, 14.0),
    _Scale((Vital.RR,), 0, 30, 10, 14.0),
    _Scale((Vital.ETCO2,), 0, 60, 20, 13.0),
    _Scale((Vital.TEMP,), 35, 39, 1, 11.0),
)


@dataclass(frozen=True, slots=True)
class Window:
    """The stretch of time a chart shows."""

    from_at: datetime
    until_at: datetime

    @property
    def length_min(self) -> float:
        """Its length; never nothing."""
        return max(1.0, (self.until_at - self.from_at).total_seconds() / 60)

    def place(self, at: object) -> float:
        """Minutes from its beginning."""
        moment = as_time(at)
        return 0.0 if moment is None else round((moment - self.from_at).total_seconds() / 60, 4)


def window_of(picture: Told) -> Window:
    """From the first thing that is drawn to now, or the end."""
    until_at = as_time(picture.get("now_at")) or datetime.fromtimestamp(0, UTC)
    drawn = [as_time(at) for one in (part(picture, "series") or {}).values() for at in _times(one)[:1]]
    drawn += [as_time(one.get("at")) for name in ("bp", "rate", "events") for one in listed(picture, name)]
    first_at = min((at for at in drawn if at is not None), default=until_at)
    return Window(min(first_at, until_at), until_at)


def session_chart(picture: Told, say: Speech, marks: Sequence[tuple[object, str]] = ()) -> Chart:
    """Panels of everything that was measured; `marks` are moments with the numbers they have in the list of events."""
    window = window_of(picture)
    return Chart(
        length_min=window.length_min,
        ticks=tuple(_ticks(window, say)),
        panels=tuple(_panels(picture, window, say)),
        lane_title=say.gettext("Alarms"),
        lane=tuple(_lane(picture, window, say)),
        marks=tuple((window.place(at), number) for at, number in marks),
        empty=say.gettext("Nothing was measured."),
    )


def _ticks(window: Window, say: Speech) -> Iterator[tuple[float, str]]:
    """Round times of the clinic's clock; across a change of it each says its distance from UTC."""
    step = next((one for one in _STEPS_MIN if window.length_min / one <= _MOST_TICKS), _STEPS_MIN[-1])
    every = timedelta(minutes=step)
    at = datetime.fromtimestamp(window.from_at.timestamp() // every.total_seconds() * every.total_seconds(), UTC)
    while at <= window.until_at:
        if at >= window.from_at:
            yield window.place(at), say.minute(at)
        at += every


def _panels(picture: Told, window: Window, say: Speech) -> Iterator[Panel]:
    series, limits = part(picture, "series") or {}, part(picture, "limits") or {}
    pressures = listed(picture, "bp")
    for scale in _SCALES:
        lines = tuple(
            Line(points, _name(vital, say), "solid" if n == 0 else "dashed")
            for n, vital in enumerate(scale.vitals)
            if (points := tuple(_points(series.get(vital.value), window)))
        )
        if lines:
            yield _panel(scale, lines, limits, picture, window, say)
        if Vital.HR in scale.vitals and pressures:
            yield _pressure_panel(pressures, limits, window, say)
    if listed(picture, "rate"):
        yield _rate_panel(picture, window, say)


def _panel(scale: _Scale, lines: tuple[Line, ...], limits: Told, picture: Told, window: Window, say: Speech) -> Panel:
    values = [value for line in lines for _, value in line.points if value is not None]
    low, high = _widened(scale.low, scale.high, scale.step, values)
    first = scale.vitals[0]
    names = {vital.value for vital in scale.vitals}
    said = [_bounds(limits, vital) for vital in scale.vitals]
    return Panel(
        title=f"{_name(first, say)} {_unit(first)}".strip(),
        low=low,
        high=high,
        ticks=_rule(low, high, scale.step),
        lines=lines if len(lines) > 1 else (Line(lines[0].points, "", lines[0].look),),
        limits=tuple(sorted({bound for bounds in said for bound in bounds})),
        doubted=tuple(
            Stretch(window.place(one.get("from_at")), window.place(one.get("to_at")), "", "doubted")
            for kind in ("doubted", "marked")
            for one in listed(picture, kind)
            if words(one, "vital") in names
        ),
        height_mm=scale.height_mm,
    )


def _pressure_panel(pressures: Sequence[Told], limits: Told, window: Window, say: Speech) -> Panel:
    bars = [(window.place(one["at"]), _value(one, "dia"), _value(one, "sys")) for one in pressures]
    measured = tuple(Bar(at, low, high) for at, low, high in bars if low is not None and high is not None)
    low, high = _widened(40, 180, 20, [value for bar in measured for value in (bar.low, bar.high)])
    return Panel(
        title=say.gettext("BP mmHg"),
        low=low,
        high=high,
        ticks=_rule(low, high, 40),
        bars=measured,
        limits=tuple(sorted({*_bounds(limits, Vital.NIBP_SYS)})),
        height_mm=20.0,
    )


def _rate_panel(picture: Told, window: Window, say: Speech) -> Panel:
    steps = [(window.place(one.get("at")), _value(one, "ml_per_h")) for one in listed(picture, "rate")]
    points: list[Point] = [(at, value) for at, value in steps if value is not None]
    if points:
        points = [(points[0][0], 0.0), *points, (window.length_min, points[-1][1])]
    low, high = _widened(0, 10, 10, [value for _, value in points if value is not None])
    line = Line(tuple(points), "", "step")
    title = say.gettext("Ketamine mL/h")
    return Panel(title=title, low=low, high=high * 1.05, ticks=(low, high), lines=(line,), height_mm=12.0)


def _lane(picture: Told, window: Window, say: Speech) -> Iterator[Stretch]:
    for one in listed(picture, "alarm_spans"):
        to_at = one.get("to_at")
        end = window.length_min if to_at is None else window.place(to_at)
        look = words(one, "priority")
        if look in ("high", "medium", "low"):
            yield Stretch(window.place(one.get("from_at")), end, say.spoken(words(one, "words")), look)  # type: ignore[arg-type]


def _points(series: object, window: Window) -> Iterator[Point]:
    if isinstance(series, dict):
        for at, value in zip(series["at"], series["value"], strict=True):
            yield window.place(at), value


def _times(series: object) -> list[object]:
    return list(series["at"]) if isinstance(series, dict) else []


def _value(told: Told, name: str) -> float | None:
    found = told.get(name)
    return float(found) if isinstance(found, int | float) else None


def _bounds(limits: Told, vital: Vital) -> list[float]:
    said = part(limits, vital.value)
    return [bound for name in ("low", "high") if (bound := _value(said or {}, name)) is not None]


def _widened(low: float, high: float, step: float, values: Sequence[float]) -> tuple[float, float]:
    """The range with room for every value, in whole steps."""
    for value in values:
        while value < low:
            low -= step
        while value > high:
            high += step
    return low, high


def _rule(low: float, high: float, step: float) -> tuple[float, ...]:
    while (high - low) / step > 5:
        step *= 2
    return tuple(low + n * step for n in range(int((high - low) / step) + 1))


def _name(vital: Vital, say: Speech) -> str:
    return say.spoken(NAMES[vital])


def _unit(vital: Vital) -> str:
    unit = KINDS[vital].unit
    return {"mm[Hg]": "mmHg", "Cel": "°C"}.get(unit, unit)
