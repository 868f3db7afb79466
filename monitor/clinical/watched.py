"""What judging is told about a session and its feed. Law: facts only, no rule and no number a clinician chose."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from monitor.clinical.session import SessionState
from monitor.clinical.vitals import Vital


@dataclass(frozen=True, slots=True)
class Baseline:
    """The patient's own values before the infusion, in canonical units."""

    values: Mapping[Vital, float]
    captured_at: datetime | None = None

    def get(self, vital: Vital) -> float | None:
        """The baseline of this vital, None when it has none."""
        return self.values.get(vital)


@dataclass(frozen=True, slots=True)
class Watched:
    """The session as judging sees it.

    `interval_s` is each vital's declared or learned interval; `current` are the continuous vitals whose last accepted
    value is still fresh (a rule that stands in for another vital asks); `paused` while pause_monitoring runs,
    `audio_paused` while a sound pause does.
    """

    phase: SessionState
    baseline: Baseline | None = None
    interval_s: Mapping[Vital, float] = field(default_factory=dict)
    current: Container[Vital] = frozenset()
    paused: bool = False
    audio_paused: bool = False
    cuff_inflating: bool = False  # on the limb of the SpO2 sensor

    @property
    def infusing(self) -> bool:
        """Whether drug is running."""
        return self.phase is SessionState.INFUSING


@dataclass(frozen=True, slots=True)
class MissingValue:
    """A vital that a message names without a value; `reason` says why (for example lead_off)."""

    vital: Vital
    reason: str


class VitalFeed(Protocol):
    """When a vital's last usable value was received, its declared or learned interval, and since when its values have
    been questionable without a break.
    """

    @property
    def last_mono_s(self) -> float:
        """Monotonic seconds."""

    @property
    def interval_s(self) -> float | None:
        """Seconds; None when nothing is known."""

    @property
    def questionable_since_mono_s(self) -> float | None:
        """Monotonic seconds; None while they are not."""


@dataclass(frozen=True, slots=True)
class FeedPicture:
    """What has reached the chair, on the monotonic clock; `conditions` are technical rules the caller found true.

    `watching_since_mono_s` is when this process or this phase began to expect data; `vitals` holds those the chair has
    shown in this feed. `bp_due_mono_s` and `bp_interval_s` are None when no blood pressure is scheduled.
    """

    watching_since_mono_s: float
    last_mono_s: float | None = None
    interval_s: float | None = None
    vitals: Mapping[Vital, VitalFeed] = field(default_factory=dict)
    bp_due_mono_s: float | None = None
    bp_interval_s: float | None = None
    conditions: frozenset[str] = frozenset()
