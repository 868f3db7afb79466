"""One chair: which monitor, what it last showed, who sits there.

Law: a value older than the newest of its vital, or from a backlog, is kept in the record and changes nothing here.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.quality import SignalMemory
from monitor.clinical.session import SessionState
from monitor.clinical.vitals import CONTINUOUS, NIBP, Quality, Reading, Vital
from monitor.clinical.watched import Baseline
from monitor.store.queries.assignments import Assignment
from monitor.ward.amending import amend, amends
from monitor.ward.device_alarms import DeviceAlarms
from monitor.ward.feed import Cuff, DeviceClock, Latest, Rhythm, Trend
from monitor.ward.hospital_beds import Difference, HospitalBeds, HospitalSays
from monitor.ward.live_session import LiveSession
from monitor.ward.pump_words import PumpWords
from monitor.ward.recent import OF_MEDIANS, Recent
from monitor.ward.sending import Senders

CLOCKS_KEPT = 8  # devices of one chair whose clocks are remembered
CLOCK_HEARD_S = 600.0  # a device not heard for so long says nothing about its clock any more
FUTURE_TOLERANCE = timedelta(seconds=120)  # DESIGN.md "Time": beyond it the device's clock is wrong


Limits = Mapping[Vital, tuple[float | None, float | None]]


@dataclass(frozen=True, slots=True)
class LimitsInForce:
    """The limits shown on a chair, and what they were computed for."""

    policy: ClinicPolicy
    phase: SessionState
    baseline: Baseline | None
    limits: Limits
    own: frozenset[Vital]

    def holds_for(self, policy: ClinicPolicy, phase: SessionState, baseline: Baseline | None) -> bool:
        """Whether they still hold."""
        return self.policy is policy and self.phase is phase and self.baseline is baseline


@dataclass(slots=True)
class Chair:
    """One chair of one station, the monitor bound to it and its further devices."""

    id: int
    name: str
    station: str
    bed: str | None
    position: int
    session: LiveSession | None = None
    source: str = ""  # of its monitor
    devices: dict[str, None] = field(default_factory=dict)  # identifiers of further devices, in their order
    senders: Senders = field(default_factory=Senders)
    feed: Rhythm | None = None
    latest: dict[Vital, Latest] = field(default_factory=dict)
    cuff: Cuff | None = None
    trends: dict[Vital, Trend] = field(
        default_factory=lambda: {Vital.HR: Trend(keep_lowest=False), Vital.SPO2: Trend(keep_lowest=True)}
    )
    recent: Recent = field(default_factory=Recent)
    conditions: set[str] = field(default_factory=set)
    limits: LimitsInForce | None = None
    clocks: dict[str, DeviceClock] = field(default_factory=dict)  # by source
    apnoea_at: datetime | None = None  # device time of the newest apnoea message of the monitor that was judged
    apnoea_source: bool = False  # its monitor has shown that it can show an apnoea, or IT said so
    faulted_mono_s: float | None = None  # when judging last failed
    signal: SignalMemory = field(default_factory=SignalMemory)
    device_alarms: DeviceAlarms = field(default_factory=DeviceAlarms)
    pumps: PumpWords = field(default_factory=PumpWords)
    amended: list[Reading] = field(default_factory=list)  # what the last message changed of what was shown
    hospital: HospitalBeds = field(default_factory=lambda: HospitalBeds({}))  # the ward's
    assignment: Assignment | None = None  # the newest; see responsible.py
    admission_told: tuple[HospitalSays | None, Difference | None] = (None, None)  # what pages were shown of it

    @property
    def simulated(self) -> bool:
        """Whether any of its devices is simulated."""
        return bool(self.senders.simulated)

    def forget_feed(self) -> None:
        """Another monitor from now on."""
        self.device_alarms.forget(self.source)
        self.source, self.apnoea_source = "", False
        self.senders.forget_monitor()
        self.feed, self.cuff, self.apnoea_at, self.faulted_mono_s = None, None, None, None
        self.latest.clear()
        self.conditions &= {"pump_silent"}  # a further device's silence is not the monitor's
        self.clocks.clear()
        self.recent.clear()
        self.signal = SignalMemory()
        for trend in self.trends.values():
            trend.clear()

    def heard(self, mono_s: float) -> None:
        """Note that the monitor sent vital signs."""
        if self.feed is None:
            self.feed = Rhythm(mono_s)
        else:
            self.feed.came(mono_s)

    def clock_of(self, source: str) -> DeviceClock:
        """What this device's clock has shown."""
        clock = self.clocks.pop(source, None) or DeviceClock()
        self.clocks[source] = clock  # the one heard last stands last
        if len(self.clocks) > CLOCKS_KEPT:
            del self.clocks[next(iter(self.clocks))]
        return clock

    def a_clock_is_wrong(self, mono_s: float) -> bool:
        """Whether a device that is still heard is charted by our time."""
        return any(clock.wrong and mono_s - clock.heard_mono_s < CLOCK_HEARD_S for clock in self.clocks.values())

    def is_present(self, vital: Vital | None, at: datetime, source: str, received_at: datetime | None) -> bool:
        """Whether what a message says of a vital (or of none) is about now: no backlog, nothing overtaken."""
        known = None if vital is None else self.latest.get(vital)
        if known is not None and at < known.device_at and not _is_future(known.device_at, received_at):
            return False
        return not self.clock_of(source).is_backlog(None if received_at is None else (received_at - at).total_seconds())

    def take(
        self,
        readings: Sequence[Reading],
        charted_at: datetime | None,
        mono_s: float,
        received_at: datetime | None,
        source: str = "",
        corrections: Collection[Vital] = (),
    ) -> list[Reading]:
        """Show new values; returns those that are news (not late, not a repetition) and so must be judged.

        `corrections` are the vitals of which the message corrects an earlier value; see amending.py.
        `charted_at` is the time received when the device's clock is wrong, else None for the device's own time.
        `received_at` is None for a source whose clock is believed whatever it says.
        """
        clock = self.clock_of(source)
        news = [reading for reading in readings if self._is_news(reading, received_at)]
        self.amended = [] if len(news) == len(readings) else self._amending(readings, corrections, mono_s)
        lag_s = _lag_s(news, received_at)
        if clock.is_backlog(lag_s):
            news = []
        if news:
            clock.late.end()
        elif readings and not self.amended:
            newest_at = max(reading.measured_at for reading in readings)
            if clock.late.is_new_time(newest_at, mono_s):
                news, clock.lag_s = list(readings), None
                self._set_back(newest_at)
        late_s = clock.late_s(lag_s, mono_s)
        if news and lag_s is not None:
            clock.learn(lag_s, mono_s)
        shown_at, shown_s = None, 0.0
        for reading in news:
            if shown_at is not (at := charted_at or reading.measured_at):  # nearly always the same for all
                shown_at, shown_s = at, at.timestamp()
            self._show(reading, at, shown_s, mono_s).late_s = late_s
        if corrections or self.amended:
            news = self._amend(news, charted_at, mono_s, corrections)
        cuff = [reading for reading in news if reading.vital in NIBP]
        if cuff:
            self._measure(cuff, charted_at, mono_s, received_at)
        return news

    def _amending(self, readings: Sequence[Reading], corrections: Collection[Vital], mono_s: float) -> list[Reading]:
        return [
            one
            for one in readings
            if (known := self.latest.get(one.vital)) is not None
            and amends(known, one, mono_s, corrects=one.vital in corrections)
        ]

    def _amend(
        self, news: list[Reading], charted_at: datetime | None, mono_s: float, corrections: Collection[Vital]
    ) -> list[Reading]:
        """Show what takes the place of what is shown; gives back all that must be judged."""
        for reading in news:
            if reading.vital in corrections:
                self.latest[reading.vital].corrected = True
        for one in self.amended:
            known, at, corrects = self.latest[one.vital], charted_at or one.measured_at, one.vital in corrections
            if corrects and one.vital in self.trends:
                self.trends[one.vital].drop(known.charted_at.timestamp(), known.value)
            if corrects:
                self.recent.forget(one.vital)
            amend(known, one, at, mono_s, corrects=corrects)
            self._draw(one, at.timestamp())
        return [*news, *self.amended]

    def _set_back(self, newest_at: datetime) -> None:
        """The device's new time is believed: what it said by its old time must not make later values look late."""
        for known in self.latest.values():
            known.device_at = min(known.device_at, newest_at)
        if self.cuff is not None:
            self.cuff.device_at = min(self.cuff.device_at, newest_at)

    def _is_news(self, reading: Reading, received_at: datetime | None) -> bool:
        known = self.latest.get(reading.vital)
        if known is None or reading.measured_at > known.device_at:
            return True
        # A time in the future must not make everything after it look late.
        return _is_future(known.device_at, received_at) and reading.measured_at != known.device_at

    def _show(self, reading: Reading, charted_at: datetime, charted_s: float, mono_s: float) -> Latest:
        vital, value, quality = reading.vital, reading.value, reading.quality
        known = self.latest.get(vital)
        if known is None:
            known = self.latest[vital] = Latest(value, reading.measured_at, charted_at, quality, Rhythm(mono_s))
        else:
            known.value, known.device_at, known.charted_at = value, reading.measured_at, charted_at
            known.quality = quality
            known.rhythm.came(mono_s)
        if vital is Vital.RR and value == 0:
            self.apnoea_source = True
        known.doubts, known.withdrawn = reading.doubts, False
        if quality is not Quality.QUESTIONABLE:
            known.questionable_since_mono_s = None
        elif known.questionable_since_mono_s is None:
            known.questionable_since_mono_s = mono_s
        if known.corrected or known.said:
            known.corrected, known.said = False, ()
        known.sub_id = reading.sub_id
        if quality is not Quality.IMPLAUSIBLE:
            self._draw(reading, charted_s)
        return known

    def _draw(self, reading: Reading, charted_s: float) -> None:
        """Keep it for curve and median; only what is believed goes into a median."""
        vital, quality = reading.vital, reading.quality
        if vital in self.trends and quality is not Quality.IMPLAUSIBLE:
            self.trends[vital].add(charted_s, reading.value)
        if vital in OF_MEDIANS and quality is Quality.ACCEPTED:
            self.recent.add(vital, charted_s, reading.value)

    def _measure(
        self, cuff: list[Reading], charted_at: datetime | None, mono_s: float, received_at: datetime | None
    ) -> None:
        """Keep the parts of one measurement together; a part of an earlier one is never shown beside them."""
        parts = {reading.vital: reading.value for reading in cuff}
        measured_at = max(reading.measured_at for reading in cuff)
        shown_at = None if self.cuff is None else self.cuff.device_at
        if shown_at is not None and measured_at < shown_at and not _is_future(shown_at, received_at):
            return  # a part of an earlier measurement, which came after a later one
        if self.cuff is not None and self.cuff.device_at == measured_at:
            old = {Vital.NIBP_SYS: self.cuff.systolic, Vital.NIBP_DIA: self.cuff.diastolic}
            old[Vital.NIBP_MEAN] = self.cuff.mean
            parts = {**{vital: value for vital, value in old.items() if value is not None}, **parts}
        # A cuff value that took its time to arrive is as old as it is, not as new as its arrival.
        waited_s = 0.0 if received_at is None or charted_at else (received_at - measured_at).total_seconds()
        came_s = mono_s - max(0.0, waited_s)
        if self.cuff is not None and self.cuff.device_at == measured_at:
            came_s = min(came_s, self.cuff.mono_s)  # another part, or a correction, makes a measurement no younger
        quality = max((reading.quality for reading in cuff), key=_WORSE.index)
        self.cuff = Cuff(
            measured_at,
            charted_at or measured_at,
            came_s,
            parts.get(Vital.NIBP_SYS),
            parts.get(Vital.NIBP_DIA),
            parts.get(Vital.NIBP_MEAN),
            quality,
        )

    def withdraw(self, vital: Vital, measured_at: datetime, sub_id: str | None = None) -> bool:
        """The device took a value back: it is shown as no value; whether it was what is shown.

        `sub_id` None: whichever is shown of this vital.

        Its alarm stays until a new value ends it, and its silence counts from when it came.
        """
        known, cuff = self.latest.get(vital), self.cuff
        if known is not None and sub_id not in (None, known.sub_id):
            return False  # what was kept beside it
        is_shown = known is not None and known.device_at == measured_at
        if known is not None and is_shown and not known.withdrawn:
            known.withdrawn = True
            if vital in self.trends:
                self.trends[vital].drop(known.charted_at.timestamp(), known.value)
        self.recent.forget(vital)
        if vital in NIBP and cuff is not None and cuff.device_at == measured_at:
            cuff.systolic = None if vital is Vital.NIBP_SYS else cuff.systolic
            cuff.diastolic = None if vital is Vital.NIBP_DIA else cuff.diastolic
            cuff.mean = None if vital is Vital.NIBP_MEAN else cuff.mean
            if cuff.systolic is cuff.diastolic is cuff.mean is None:
                self.cuff = None  # not measured: the next is due as if this had never been
        return is_shown

    def continuous(self) -> dict[Vital, Latest]:
        """The newest values of continuous vitals that this feed has shown."""
        return {vital: value for vital, value in self.latest.items() if vital in CONTINUOUS}


_WORSE = (Quality.ACCEPTED, Quality.QUESTIONABLE, Quality.IMPLAUSIBLE)


def _is_future(at: datetime, received_at: datetime | None) -> bool:
    return received_at is not None and at > received_at + FUTURE_TOLERANCE


def _lag_s(readings: Sequence[Reading], received_at: datetime | None) -> float | None:
    """From measuring to receiving the newest continuous value; None when there is none, or no clock to trust."""
    if received_at is None:
        return None
    times = [one.measured_at for one in readings if one.timed and one.vital in CONTINUOUS]
    return (received_at - max(times)).total_seconds() if times else None
