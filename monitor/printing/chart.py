"""The chart of a session on paper: panels over one time axis, drawn as lines. Law: it invents no point.

A gap stays a gap; priorities differ by pattern and letter too, for a printer without colours.
"""

from itertools import zip_longest

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from monitor.printing.direction import drawn
from monitor.printing.lettering import INK, PLAIN, RED, RULE, SOFT, STRONG, WASH, width
from monitor.printing.paper import Chart, Line, Panel, Stretch

_LEFT, _RIGHT = 25 * mm, 3 * mm
_ABOVE, _AXIS, _LANE, _BETWEEN = 4.5 * mm, 5 * mm, 3.2 * mm, 1.6 * mm
_LANES = 3
_INKS = (HexColor("#0b4f8a"), HexColor("#7a3e00"), HexColor("#28623b"))
_DASHES: dict[str, tuple[float, ...]] = {"solid": (), "step": (), "dashed": (2.5, 1.5), "dots": ()}
_PRIORITIES = {"high": (RED, "H"), "medium": (HexColor("#e0a100"), "M"), "low": (HexColor("#5aa9c9"), "L")}


class Drawing(Flowable):  # type: ignore[misc]
    """One chart as wide as the column it stands in."""

    def __init__(self, chart: Chart, space: float) -> None:
        super().__init__()
        self._chart = chart
        self.width = space
        panels = sum(one.height_mm * mm + _BETWEEN for one in chart.panels)
        self.height = _ABOVE + panels + _AXIS + _LANES * _LANE + 2 * mm if chart.panels else 8 * mm

    def wrap(self, space: float, height: float) -> tuple[float, float]:
        """The room it takes, in points."""
        return self.width, self.height

    def draw(self) -> None:
        """Put it on the page."""
        if not self._chart.panels:
            self._write(0, 3 * mm, self._chart.empty, 8)
            return
        top = self.height - _ABOVE
        foot = top - sum(one.height_mm * mm + _BETWEEN for one in self._chart.panels)
        self._grid(foot, top)
        for panel in self._chart.panels:
            top -= panel.height_mm * mm
            self._panel(panel, top)
            top -= _BETWEEN
        self._lane(foot - _AXIS)

    def _x(self, minute: float) -> float:
        inner = self.width - _LEFT - _RIGHT
        part = minute / self._chart.length_min if self._chart.length_min > 0 else 0.0
        return float(_LEFT + min(max(part, 0.0), 1.0) * inner)

    def _write(
        self, x: float, y: float, text: str, size: float, font: str = PLAIN, ink: Color = INK, at: str = "left"
    ) -> None:
        self.canv.setFont(font, size)
        self.canv.setFillColor(ink)
        wide = width(text, font, size)
        self.canv.drawString(x - {"left": 0.0, "right": wide, "middle": wide / 2}[at], y, drawn(text))

    def _grid(self, foot: float, top: float) -> None:
        self.canv.setLineWidth(0.25)
        for minute, words in self._chart.ticks:
            x = self._x(minute)
            self.canv.setStrokeColor(RULE)
            self.canv.line(x, foot, x, top)
            self._write(x, foot - 3.2 * mm, words, 6, ink=SOFT, at="middle")
        after = -1e9
        for minute, words in self._chart.marks:
            x = self._x(minute)
            self.canv.setStrokeColor(INK)
            self.canv.setDash(0.7, 1.6)
            self.canv.line(x, foot, x, top)
            self.canv.setDash()
            if x - width(words, STRONG, 5.6) / 2 > after:  # marks too close together share the first one's number
                self._write(x, top + 1.2 * mm, words, 5.6, STRONG, at="middle")
                after = x + width(words, STRONG, 5.6) / 2 + 1.5

    def _panel(self, panel: Panel, foot: float) -> None:
        high = panel.height_mm * mm
        self.canv.saveState()
        path = self.canv.beginPath()
        path.rect(_LEFT, foot, self.width - _LEFT - _RIGHT, high)
        self.canv.setStrokeColor(SOFT)
        self.canv.setLineWidth(0.4)
        self.canv.drawPath(path)
        self.canv.clipPath(path, stroke=0)
        for span in panel.doubted:
            self.canv.setFillColor(WASH)
            self.canv.rect(self._x(span.from_min), foot, self._x(span.to_min) - self._x(span.from_min), high, 0, 1)
        self.canv.setStrokeColor(RED)
        self.canv.setLineWidth(0.5)
        self.canv.setDash(1, 1.5)
        for limit in panel.limits:
            y = self._y(panel, foot, limit)
            self.canv.line(_LEFT, y, self.width - _RIGHT, y)
        self.canv.setDash()
        self._bars(panel, foot)
        for line, ink in zip(panel.lines, _INKS, strict=False):
            self._line(panel, foot, line, ink)
        self.canv.restoreState()
        self._edge(panel, foot)

    def _edge(self, panel: Panel, foot: float) -> None:
        high = panel.height_mm * mm
        self._write(0, foot + high - 6.5, panel.title, 6.6, STRONG)
        y = foot + high - 14
        for line, ink in zip(panel.lines, _INKS, strict=False):
            if line.name:
                self._write(0, y, line.name, 6, ink=ink)
                y -= 7
        for value in panel.ticks:
            self._write(_LEFT - 1 * mm, self._y(panel, foot, value) - 2, f"{value:g}", 5.6, ink=SOFT, at="right")

    def _y(self, panel: Panel, foot: float, value: float) -> float:
        part = (value - panel.low) / (panel.high - panel.low) if panel.high > panel.low else 0.5
        return float(foot + min(max(part, -0.02), 1.02) * panel.height_mm * mm)

    def _bars(self, panel: Panel, foot: float) -> None:
        self.canv.setStrokeColor(INK)
        self.canv.setLineWidth(0.9)
        for bar in panel.bars:
            x, low, high = self._x(bar.at_min), self._y(panel, foot, bar.low), self._y(panel, foot, bar.high)
            self.canv.line(x, low, x, high)
            for y in (low, high):
                self.canv.line(x - 1.4, y, x + 1.4, y)

    def _line(self, panel: Panel, foot: float, line: Line, ink: Color) -> None:
        self.canv.setStrokeColor(ink)
        self.canv.setFillColor(ink)
        self.canv.setLineWidth(0.7)
        self.canv.setDash(*([list(_DASHES[line.look])] if _DASHES[line.look] else []))
        points = [
            (self._x(minute), None if value is None else self._y(panel, foot, value)) for minute, value in line.points
        ]
        if line.look == "dots":
            for x, y in points:
                if y is not None:
                    self.canv.circle(x, y, 0.9, 0, 1)
        else:
            self._joined(points, step=line.look == "step")
        self.canv.setDash()

    def _joined(self, points: list[tuple[float, float | None]], *, step: bool) -> None:
        path, before, alone = self.canv.beginPath(), None, None
        for x, y in [*points, (0.0, None)]:
            if y is None:
                if alone is not None:  # a single value between two gaps is no line
                    self.canv.circle(*alone, 0.7, 0, 1)
                before, alone = None, None
            elif before is None:
                path.moveTo(x, y)
                before, alone = y, (x, y)
            else:
                if step:
                    path.lineTo(x, before)
                path.lineTo(x, y)
                before, alone = y, None
        self.canv.drawPath(path)

    def _lane(self, foot: float) -> None:
        self._write(0, foot - _LANE + 1, self._chart.lane_title, 6.6, STRONG)
        lanes: list[list[Stretch]] = [[] for _ in range(_LANES)]
        for span in self._chart.lane:
            least = min(lanes, key=lambda lane: self._x(lane[-1].to_min) if lane else 0.0)
            least.append(span)
        for n, lane in enumerate(lanes, 1):
            after = _LEFT
            for span, following in zip_longest(lane, lane[1:]):
                before = self.width if following is None else self._x(following.from_min)
                after = self._span(span, foot - n * _LANE, after, before)

    def _span(self, span: Stretch, y: float, after: float, before: float) -> float:
        """Draw one alarm, with its words where there is room for them; gives back how far it reaches."""
        ink, letter = _PRIORITIES.get(span.look, (SOFT, ""))
        x, end = self._x(span.from_min), max(self._x(span.to_min), self._x(span.from_min) + 1.2)
        self.canv.setFillColor(ink)
        self.canv.rect(x, y, end - x, _LANE * 0.55, 0, 1)
        for words in (f"{letter} {span.words}", letter):
            wide = width(words, PLAIN, 5.4) + 1
            if end + wide + 1 <= before:
                self._write(end + 1, y + 0.6, words, 5.4)
                return float(end + wide)
            if x - wide >= after:
                self._write(x - wide, y + 0.6, words, 5.4)
                return float(end)
        return float(end)
