"""What happens to one frame before it is stored: parse, read, whose, judge.

Law: the order of steps is the list of calls in `Receiving.take`; each frame is answered or counted, none is lost to a
fault in another. What cannot be read is kept in quarantine, what cannot be given to a chair is kept unassigned.
"""

import logging
from collections import deque
from collections.abc import Mapping
from datetime import datetime

from monitor.clinical.vitals import CONTINUOUS, Vital
from monitor.clock import Clock
from monitor.counters import Counters
from monitor.errors import MonitorError
from monitor.hl7.ack import Outcome
from monitor.hl7.batch import split
from monitor.hl7.codes import CodeTable
from monitor.hl7.device_message import DeviceMessage
from monitor.hl7.familiar import Familiar
from monitor.hl7.identity import source_key
from monitor.hl7.message import MalformedMessage, Message, Problem, parse
from monitor.hl7.peers import WRONG_PEER
from monitor.hl7.reader import read
from monitor.hl7.source import EVERY_OTHER, SourceSettings
from monitor.recorder.admitting import admit
from monitor.recorder.arrivals import Arrived, When
from monitor.recorder.judging import PUMP_SILENT, Judging, Present
from monitor.recorder.pump_record import row_of, words_of
from monitor.recorder.rows_of import (
    corrected_vitals,
    device_alarm_rows,
    is_of_a_pump,
    rows_of,
    unassigned_row,
    vitals_of,
    withdrawal_rows,
)
from monitor.recorder.source_register import SourceEntry, SourceRegister
from monitor.recorder.striking import strike
from monitor.recorder.turn import Reply, Turn
from monitor.store.rows import QuarantineRow
from monitor.ward.chairs import Chair
from monitor.ward.live_session import LiveSession
from monitor.ward.pump_words import PumpWord
from monitor.ward.unplaced import OTHER_PATIENT
from monitor.ward.ward import Spoken, Ward

log = logging.getLogger(__name__)

MESSAGES_AT_ONCE = 16  # of one batch: nobody waits long for the next frame, nor a commit for thousands of rows
CLOCK_TOLERANCE_S = 120.0  # DESIGN.md "Time"

_REFUSED_WORDS = {
    "stalled": "the frame was not finished in time",
    "unfinished": "the frame was cut off before its end block",
    "oversize": "the frame is larger than this receiver takes",
}


class Receiving:
    """Turns arrivals into rows, alarm events and replies."""

    def __init__(
        self,
        ward: Ward,
        judging: Judging,
        codes: CodeTable,
        sources: Mapping[str, SourceSettings],
        clock: Clock,
        counters: Counters,
    ) -> None:
        self._ward = ward
        self._judging = judging
        self._codes = codes
        self._familiar = Familiar(codes)
        self._sources = sources
        self._clock = clock
        self._counters = counters
        self.register = SourceRegister()

    def take(self, arrived: Arrived, turn: Turn) -> None:
        """Steps 1 to 4 for one frame, one reply a message; of a batch `MESSAGES_AT_ONCE`, the rest in later turns."""
        if arrived.parts is None:
            self._counters.frames.inc()
            arrived.parts = deque(split(arrived.raw))
        replies: list[Reply] = []
        turn.replies.append((arrived, replies))
        for _ in range(min(MESSAGES_AT_ONCE, len(arrived.parts))):
            raw = arrived.parts.popleft()
            try:
                replies.append(self._message(raw, arrived, turn))
            except Exception:
                # A fault of ours must not cost the neighbours of this message, nor be told to the sender as theirs.
                log.exception("a message could not be processed")
                self._quarantine(raw, arrived, turn, "the server could not process it; its log says why", None)
                replies.append(Reply(_header(raw), Outcome.ERROR, "not processed"))

    def _message(self, raw: bytes, arrived: Arrived, turn: Turn) -> Reply:
        try:
            message, device, settings = self._read(raw, arrived)
            self._allow(device, message)
        except MalformedMessage as refusal:
            return self._refuse(raw, arrived, turn, refusal)
        entry, vitals = self._note(device, raw, arrived), vitals_of(device)
        if vitals or device.device_alarms or device.withdrawals or is_of_a_pump(device, vitals):
            self._assign(device, vitals, settings, raw, arrived, turn, entry)
        if device.admission is not None:
            nobody = admit(device, device.admission, self._ward, self._counters, turn)
            if nobody is None:
                turn.raw.append(raw)
            else:
                self._unassigned(device, raw, arrived, turn, nobody)
        # An acknowledgement is never acknowledged: two receivers facing each other would go on for ever.
        answered = None if message.type.startswith("ACK") else message
        return Reply(answered, Outcome.ACCEPT, form=settings.ack_form, entry=entry, raw=raw)

    def _note(self, device: DeviceMessage, raw: bytes, arrived: Arrived) -> SourceEntry:
        """Enter a message into the register; what its rows say counts once, however often they are sent."""
        at, mono_s = arrived.received_at, arrived.received_mono_s
        entry = self.register.heard(device.source, arrived.peer, at, mono_s)
        if entry.is_repeated(raw):
            self._counters.duplicates.inc()
        else:
            entry.says(device, at, mono_s)
        return entry

    def _read(self, raw: bytes, arrived: Arrived) -> tuple[Message, DeviceMessage, SourceSettings]:
        """The message, of which only the header counts from here on, and what it says; raises MalformedMessage."""
        known = None if arrived.refused is not None else self._familiar.recall(raw, arrived.received_at)
        message = parse(raw) if known is None else known[0]
        if arrived.refused is not None:
            raise MalformedMessage(_REFUSED_WORDS.get(arrived.refused, arrived.refused), message)
        settings = self._settings(message)
        self._admit_voice(settings, message, arrived)
        if known is not None:
            return message, known[1], settings
        device = read(message, self._codes, settings, arrived.received_at)
        self._familiar.learn(raw, message, device, settings)
        return message, device, settings

    def _settings(self, message: Message) -> SourceSettings:
        application = message.part(message.field("MSH", 3))
        return self._sources.get(application) or self._sources[EVERY_OTHER]

    def _admit_voice(self, settings: SourceSettings, message: Message, arrived: Arrived) -> None:
        """Whether this peer may speak as this source."""
        if settings.peers and not settings.peers.allow(arrived.peer):
            self._counters.wrong_peers.inc()
            raise MalformedMessage(Problem(WRONG_PEER, "MSH^1^3"), message, "reject")

    def _allow(self, device: DeviceMessage, message: Message) -> None:
        if not self._clock.system and not device.simulated:
            raise MalformedMessage("this server's clock is speeded up and takes simulated sources only", message)

    def _refuse(self, raw: bytes, arrived: Arrived, turn: Turn, refusal: MalformedMessage) -> Reply:
        rejected = refusal.answer == "reject"
        answer = None if refusal.header is None else ("AR" if rejected else "AE")
        self._quarantine(raw, arrived, turn, refusal.reason, answer)
        if refusal.header is None:
            self._counters.unanswered.inc()
        form = None if refusal.header is None else self._settings(refusal.header).ack_form
        outcome = Outcome.REJECT if rejected else Outcome.ERROR
        source = None if refusal.header is None else source_key(refusal.header)
        entry = self.register.heard(source, arrived.peer, arrived.received_at, arrived.received_mono_s)
        entry.refused += 1
        return Reply(refusal.header, outcome, refusal.reason, form, refusal.problem, entry)

    def _quarantine(self, raw: bytes, arrived: Arrived, turn: Turn, reason: str, answer: str | None) -> None:
        header = _header(raw)
        control_id = header.control_id[:199] if header is not None else ""
        turn.quarantine.append(QuarantineRow(arrived.received_at, arrived.peer, reason, answer, control_id, raw))

    def _assign(
        self,
        device: DeviceMessage,
        vitals: frozenset[Vital],
        settings: SourceSettings,
        raw: bytes,
        arrived: Arrived,
        turn: Turn,
        entry: SourceEntry,
    ) -> None:
        """Step 3: bed to chair to session; a mismatch is shown and charted nowhere."""
        spoken = self._ward.whose(device.bed, device.device_id, device.source)
        if isinstance(spoken, str):
            entry.is_nobodys()
            self._unassigned(device, raw, arrived, turn, spoken)
            return
        chair = spoken.chair
        chair.senders.mark(spoken.further, simulated=device.simulated)
        turn.changed[chair.id] = chair
        live = chair.session
        if live is not None and device.patient_known and not self._is_theirs(device, live):
            chair.conditions.add("patient_mismatch")
            entry.is_nobodys(other_patient=True)
            self._unassigned(device, raw, arrived, turn, OTHER_PATIENT)
            return
        chair.conditions.discard("patient_mismatch")
        self._hear(spoken, device, vitals, settings, arrived)
        self.chart(chair, device, settings, arrived, turn)
        entry.is_charted(chair.name, device)
        turn.raw.append(raw)

    def _is_theirs(self, device: DeviceMessage, live: LiveSession) -> bool:
        return self._ward.is_same_patient(device.patient_id, live.patient.hospital_id)

    def _hear(
        self,
        spoken: Spoken,
        device: DeviceMessage,
        vitals: frozenset[Vital],
        settings: SourceSettings,
        arrived: Arrived,
    ) -> None:
        """Note which device spoke: only the monitor's vital signs keep its feed alive."""
        chair = spoken.chair
        if chair.senders.keeps_the_feed(device.source, vitals, spoken.further):
            chair.source = device.source
            chair.heard(arrived.received_mono_s)
            chair.apnoea_source = chair.apnoea_source or settings.apnoea
        if is_of_a_pump(device, vitals):
            chair.senders.hear_pump(device.source, arrived.received_mono_s)
            chair.conditions.discard(PUMP_SILENT)

    def _unassigned(self, device: DeviceMessage, raw: bytes, arrived: Arrived, turn: Turn, reason: str) -> None:
        self._counters.unassigned.inc()
        turn.unassigned.append(unassigned_row(device, raw, arrived.received_at, arrived.peer, reason))

    def chart(self, chair: Chair, device: DeviceMessage, settings: SourceSettings, arrived: When, turn: Turn) -> None:
        """Step 4, and the rows of step 5. The rows are made first, so that a fault in judging costs no reading."""
        recharted = self._recharted_at(chair, device, settings, arrived)
        readings = self._judging.assessed(chair, device.readings, turn)
        watched_id = None if chair.session is None or not chair.session.is_watched else chair.session.id
        turn.readings += rows_of(chair.id, watched_id, device, readings, recharted, arrived.received_at)
        turn.withdrawals += withdrawal_rows(chair.id, watched_id, device, arrived.received_at)
        session_id = None if chair.session is None else chair.session.id
        turn.device_alarms += device_alarm_rows(chair.id, session_id, device, arrived.received_at)
        horizon_at = None if settings.clock == "device" else arrived.received_at
        words = self._hear_pump_words(
            chair, words_of(device, recharted, arrived.received_at), horizon_at, arrived, turn
        )
        if device.simulated:
            _mark_simulated(chair, turn)
        corrections = corrected_vitals(device)
        news = chair.take(readings, recharted, arrived.received_mono_s, horizon_at, device.source, corrections)
        present = _present(chair, device, horizon_at)
        said = (present.device_alarms or _is_of_now(chair, device, horizon_at)) and chair.device_alarms.hear(
            device.source, device.device_id, present.device_alarms, arrived.received_at
        )
        if said and chair.session is not None:
            turn.sessions[chair.session.id] = (chair, chair.session)
        if device.withdrawals or chair.amended:
            strike(chair, device.withdrawals, turn, chair.amended)
        if chair.session is not None and chair.session.is_watched:
            chair.session.hear_pump(news, recharted)
            for word in words:
                chair.session.pump.states.hear(word)
            self._judging.message(chair, chair.session, news, present, arrived.received_mono_s, turn)
            if news:
                turn.values.append((chair, chair.session, news, recharted))

    def _hear_pump_words(
        self, chair: Chair, said: list[PumpWord], horizon_at: datetime | None, arrived: When, turn: Turn
    ) -> list[PumpWord]:
        """Keep what is news in a pump's words; gives back those of now."""
        live = chair.session
        session_id = None if live is None else live.id
        # A state is kept again when the record of the infusion changes: after a restart it is known which came later.
        place = (session_id, live is not None and live.course.rate_ml_per_h > 0)
        words = chair.pumps.hear(said, place, horizon_at, arrived)
        kept = [word for word in words if word.is_to_be_kept]
        turn.pump_events += [row_of(chair.id, session_id, word, arrived.received_at) for word in kept]
        if kept and live is not None:
            turn.sessions[live.id] = (chair, live)
        return [word for word in words if not word.is_late]

    def _recharted_at(
        self, chair: Chair, device: DeviceMessage, settings: SourceSettings, arrived: When
    ) -> datetime | None:
        """The time received when the device's clock is wrong, which is shown once; None to chart the device's own.

        A device whose clock has been right so far is believed when it sends a backlog, never when it sends the future.
        """
        clock = chair.clock_of(device.source)
        clock.heard_mono_s = arrived.received_mono_s
        said_at = _newest_at(device) or device.sent_at or arrived.received_at
        ahead_s = (said_at - arrived.received_at).total_seconds()
        right_so_far = clock.lag_s is not None and abs(clock.lag_s) <= CLOCK_TOLERANCE_S
        believed = settings.clock == "device" or (right_so_far and ahead_s <= CLOCK_TOLERANCE_S)
        clock.wrong = not believed and abs(ahead_s) > CLOCK_TOLERANCE_S
        if chair.a_clock_is_wrong(arrived.received_mono_s):
            chair.conditions.add("clock_wrong")
        else:
            chair.conditions.discard("clock_wrong")
        return arrived.received_at if clock.wrong else None


def _newest_at(device: DeviceMessage) -> datetime | None:
    """The device's own time of the newest value that is measured all the time; a cuff's may be minutes old."""
    times = [one.measured_at for one in device.readings if one.timed and one.vital in CONTINUOUS]
    return max(times, default=None)


def _present(chair: Chair, device: DeviceMessage, received_at: datetime | None) -> Present:
    """What the message says of now beside its values; what comes late or again must raise and end nothing."""
    source = device.source
    return Present(
        tuple(one for one in device.absences if chair.is_present(one.vital, one.measured_at, source, received_at)),
        tuple(one for one in device.device_alarms if chair.is_present(None, one.measured_at, source, received_at)),
    )


def _is_of_now(chair: Chair, device: DeviceMessage, received_at: datetime | None) -> bool:
    """Whether the message may say by its silence that an alarm is over: a backlog says nothing of now."""
    at = _newest_at(device) or device.measured_at or device.sent_at
    return at is None or chair.is_present(None, at, device.source, received_at)


def _mark_simulated(chair: Chair, turn: Turn) -> None:
    """A session planned before anybody knew what would feed it is simulated from now on, in the record too."""
    live = chair.session
    if live is not None and live.is_watched and not live.simulated:
        live.simulated = True
        turn.simulated.append(live.id)
        turn.sessions[live.id] = (chair, live)


def _header(raw: bytes) -> Message | None:
    try:
        return parse(raw)
    except MalformedMessage as refusal:
        return refusal.header
    except (MonitorError, ValueError):
        return None
