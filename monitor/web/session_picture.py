"""What a figure reads of a session snapshot, and the clock it is drawn on.

Law: shapes only; every time is an ISO 8601 UTC string, every rate mL/h, every dose mg.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import NotRequired, TypedDict
from zoneinfo import ZoneInfo


class SeriesShape(TypedDict):
    """One vital over time; None is a gap."""

    at: list[str]
    value: list[float | None]


class LimitShape(TypedDict):
    """The limits in force; `at` and `by` only in the steps of a history."""

    low: float | None
    high: float | None
    at: NotRequired[str]
    by: NotRequired[str | None]


class PressureShape(TypedDict):
    """One cuff measurement, mmHg."""

    at: str
    sys: float
    dia: float
    mean: float | None


class RateShape(TypedDict):
    """The pump's rate from this moment on; 0 while held."""

    at: str
    ml_per_h: float


class GivenShape(TypedDict):
    """Cumulative dose at a moment."""

    at: str
    mg: float


class SpanShape(TypedDict):
    """From when to when an alarm stood; `to_at` None while it stands."""

    vital: str | None
    priority: str
    words: str
    from_at: str
    to_at: str | None


class DoubtedShape(TypedDict):
    """From when to when the values of a vital were questionable."""

    vital: str
    from_at: str
    to_at: str


class MarkedShape(TypedDict):
    """From when to when a person marked the values of a vital as artefact, why and who."""

    vital: str
    from_at: str
    to_at: str
    words: str


class StruckShape(TypedDict):
    """A value the device took back (`why` is withdrawn) or corrected."""

    vital: str
    at: str
    value: float
    why: str


class ToldShape(TypedDict):
    """What a device told: an alarm of its own (`open`: its end was not said), a pump's event, or what is left out."""

    id: str
    kind: str
    device: str
    words: str
    at: str
    to_at: str | None
    open: bool
    is_late: bool


class EventShape(TypedDict):
    """Something that happened: drug, symptom, note or state; what was corrected does not stand."""

    id: int | str
    at: str
    kind: str
    words: str
    stands: NotRequired[bool]
    happened_at: NotRequired[str]


class DoseShape(TypedDict):
    """Given of ordered."""

    given_mg: float | None
    ordered_mg: float | None
    concentration_mg_per_ml: NotRequired[float | None]


class PredictionShape(TypedDict):
    """Predicted effect-site concentration, ng/mL."""

    at: list[str]
    ng_per_ml: list[float]


class SessionHead(TypedDict):
    """Only what the figure needs of the head."""

    remaining_s: float | None


class SessionPicture(TypedDict):
    """The part of a session snapshot that is drawn; the last nine are drawn only where the ward sends them."""

    now_at: str
    session: SessionHead
    series: Mapping[str, SeriesShape]
    bp: list[PressureShape]
    rate: list[RateShape]
    limits: Mapping[str, LimitShape]
    baseline: Mapping[str, float | None]
    alarm_spans: list[SpanShape]
    events: list[EventShape]
    dose: DoseShape | None
    doubted: NotRequired[list[DoubtedShape]]
    marked: NotRequired[list[MarkedShape]]
    struck: NotRequired[list[StruckShape]]
    late: NotRequired[Mapping[str, SeriesShape]]
    told_by_devices: NotRequired[list[ToldShape]]
    limit_steps: NotRequired[Mapping[str, list[LimitShape]]]
    given: NotRequired[list[GivenShape]]
    predicted: NotRequired[PredictionShape | None]


def moment(text: str) -> datetime:
    """The aware UTC datetime of an ISO 8601 text; ValueError when it has no zone."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"a time without a zone: {text!r}")
    return at.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Axis:
    """The visible time and how it is written.

    The clinic's offset at `now` is used for the whole figure, so that the axis has no doubled or missing hour
    on the night the clocks change.
    """

    start: datetime
    now: datetime
    end: datetime
    offset: timedelta

    @classmethod
    def around(cls, start: datetime, now: datetime, end: datetime, zone: ZoneInfo) -> "Axis":
        """An axis whose clock is the one on the clinic's wall at `now`."""
        return cls(start, now, end, now.astimezone(zone).utcoffset() or timedelta())

    @property
    def span_s(self) -> float:
        """Seconds from the left edge to now."""
        return (self.now - self.start).total_seconds()

    def write(self, at: datetime) -> str:
        """The moment as the chart library reads it: clinic time without a zone."""
        return at.astimezone(timezone(self.offset)).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
