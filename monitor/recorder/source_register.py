"""What each source has sent since the server began, and what of it was not charted and why.

Law: numbers, identifiers of devices and places; nothing of a patient, no value. Bounded: a flood of invented sources
costs a fixed room and is counted together as OTHER. Written by the spine alone, read by whoever asks.
"""

from dataclasses import dataclass, field
from datetime import datetime

from monitor.clinical.vitals import Quality
from monitor.hl7.device_message import DeviceMessage, Equipment
from monitor.ward.feed import INTERVALS, UNKNOWN_INTERVAL_S, Rhythm

SOURCES_KEPT = 512  # without OTHER
NAMED, NO_HEADER, OTHER = "named", "no_header", "other"  # kinds of entries: a sender may call itself anything
FORGOTTEN_AFTER_S = 600.0  # a full register gives up a source not heard for so long, for a new one
HEARD_MIN_S = 10.0  # DESIGN.md "Time": silent after INTERVALS, at least this
_PLACES_KEPT = 8  # beds, and chairs, of one source
_KEPT_FOR_REPEATS = 64  # messages of one source
_CLOCK_WINDOW_S = 60.0
_LONGEST = 120  # characters of anything a sender invents
_UNSAID = Equipment()


@dataclass(slots=True)
class SourceEntry:
    """One source as named in MSH-3, with its device's own id behind it when it says one.

    `kind`: NAMED; else no source: all without a readable MSH (NO_HEADER), all for whom there is no room (OTHER).
    `not_charted` counts rows by the reasons of `hl7 explain`; `latest_code` is the code of the last such row.
    `refused` counts messages kept in quarantine, `unassigned` those that are nobody's (`other_patient` among them).
    `clock_s` is device time minus ours, by the quickest message of the last two minutes; None: it says no time.
    """

    source: str
    first_at: datetime
    last_at: datetime
    rhythm: Rhythm
    kind: str = NAMED
    peer: str = ""
    equipment: Equipment = _UNSAID
    beds: dict[str, None] = field(default_factory=dict)
    chairs: dict[str, None] = field(default_factory=dict)
    messages: int = 0
    duplicates: int = 0
    charted: int = 0
    not_charted: dict[str, int] = field(default_factory=dict)
    latest_code: dict[str, str] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)
    unassigned: int = 0
    other_patient: int = 0
    refused: int = 0
    repeats: bool = False  # its last message
    _clock_now_s: float | None = None
    _clock_before_s: float | None = None
    _clock_since_s: float = 0.0
    _recent: dict[int, None] = field(default_factory=dict)

    @property
    def last_mono_s(self) -> float:
        """When it was last heard, on the monotonic clock."""
        return self.rhythm.last_mono_s

    @property
    def interval_s(self) -> float | None:
        """The middle of its last three gaps; None until two messages have come."""
        gaps = sorted(self.rhythm.gaps_s)
        return gaps[len(gaps) // 2] if gaps else None

    @property
    def clock_s(self) -> float | None:
        """Device time minus ours."""
        known = [one for one in (self._clock_now_s, self._clock_before_s) if one is not None]
        return max(known, default=None)

    def is_heard(self, mono_s: float) -> bool:
        """Whether it sends now."""
        return mono_s - self.last_mono_s <= max(HEARD_MIN_S, INTERVALS * (self.interval_s or UNKNOWN_INTERVAL_S))

    def came(self, peer: str, at: datetime, mono_s: float) -> None:
        """One more message."""
        self.messages += 1
        self.last_at = at
        if peer != self.peer:
            self.peer = peer[:_LONGEST]
        self.rhythm.came(mono_s)

    def is_repeated(self, raw: bytes) -> bool:
        """Note a message; whether its very bytes came a short time ago and were taken."""
        digest, recent = hash(raw), self._recent
        self.repeats = digest in recent
        if self.repeats:
            self.duplicates += 1
            return True
        recent[digest] = None
        if len(recent) > _KEPT_FOR_REPEATS:
            del recent[next(iter(recent))]
        return False

    def says(self, device: DeviceMessage, at: datetime, mono_s: float) -> None:
        """Who it is, where it stands, what its clock shows, and the rows that say no value."""
        if device.equipment is not None and device.equipment != self.equipment:
            self.equipment = device.equipment
        if device.bed and device.bed not in self.beds:
            _keep(self.beds, device.bed)
        said_at = device.measured_at or device.clock_at
        if said_at is not None:
            self._clock((said_at - at).total_seconds(), mono_s)
        counts, codes = self.not_charted, self.latest_code
        for row in device.not_charted:
            reason = row.reason
            counts[reason] = counts.get(reason, 0) + 1
            codes[reason] = row.code

    def is_charted(self, chair: str, device: DeviceMessage) -> None:
        """Its values are charted there; those of a repetition were."""
        if chair not in self.chairs:
            _keep(self.chairs, chair)
        if not self.repeats:
            self.charted += len([one for one in device.readings if one.quality is not Quality.IMPLAUSIBLE])

    def is_nobodys(self, *, other_patient: bool = False) -> None:
        """No chair takes it; `other_patient`: it names another one than the session's."""
        self.unassigned += 1
        self.other_patient += other_patient

    def answered(self, code: str) -> None:
        """One acknowledgement went out."""
        self.answers[code] = self.answers.get(code, 0) + 1

    def expect_again(self, raw: bytes) -> None:
        """What was not recorded is no repetition when it is sent again."""
        self._recent.pop(hash(raw), None)

    def _clock(self, ahead_s: float, mono_s: float) -> None:
        """The quickest of a stretch tells the clock; what took its time on the way tells the way."""
        if mono_s - self._clock_since_s > _CLOCK_WINDOW_S:
            self._clock_before_s, self._clock_now_s, self._clock_since_s = self._clock_now_s, ahead_s, mono_s
        elif self._clock_now_s is None or ahead_s > self._clock_now_s:
            self._clock_now_s = ahead_s


class SourceRegister:
    """Every source by name, the one heard last standing last."""

    def __init__(self, most: int = SOURCES_KEPT) -> None:
        self._most = most
        self._entries: dict[str, SourceEntry] = {}
        self._commons: dict[str, SourceEntry] = {}

    def heard(self, source: str | None, peer: str, at: datetime, mono_s: float) -> SourceEntry:
        """Note a message of a source (None: it has no readable MSH); its entry, or OTHER when there is no room."""
        entry = self._common(NO_HEADER, at, mono_s) if source is None else self._named(source[:_LONGEST], at, mono_s)
        entry.came(peer.partition(" ")[0].rpartition(":")[0] or peer, at, mono_s)
        return entry

    def all(self) -> list[SourceEntry]:
        """Every entry, the one heard last first; those that are no source at the end."""
        return [*reversed(self._entries.values()), *self._commons.values()]

    def _named(self, source: str, at: datetime, mono_s: float) -> SourceEntry:
        entry = self._entries.pop(source, None)
        if entry is None:
            if len(self._entries) >= self._most:
                oldest = next(iter(self._entries.values()))
                if mono_s - oldest.last_mono_s < FORGOTTEN_AFTER_S:
                    return self._common(OTHER, at, mono_s)
                del self._entries[oldest.source]
            entry = SourceEntry(source, at, at, Rhythm(mono_s))
        self._entries[source] = entry
        return entry

    def _common(self, kind: str, at: datetime, mono_s: float) -> SourceEntry:
        entry = self._commons.get(kind)
        if entry is None:
            entry = self._commons[kind] = SourceEntry("", at, at, Rhythm(mono_s), kind)
        return entry


def _keep(places: dict[str, None], place: str) -> None:
    """The last few places."""
    places[place[:_LONGEST]] = None
    if len(places) > _PLACES_KEPT:
        del places[next(iter(places))]
