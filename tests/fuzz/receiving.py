"""What the receiver does with a stream, without sockets and without a database, and what must hold of it.

Law: a broken promise is an AssertionError; nothing is caught here but the refusal of a message.
"""

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import isfinite
from random import Random

from monitor.hl7.ack import Outcome, acknowledge, refuse
from monitor.hl7.batch import split
from monitor.hl7.codes import CodeTable
from monitor.hl7.device_message import DeviceMessage, MessageKind
from monitor.hl7.familiar import Familiar
from monitor.hl7.message import MalformedMessage, Message, parse
from monitor.hl7.mllp import Frame, FrameBuffer, Skipped
from monitor.hl7.reader import read_rows
from monitor.hl7.row_wording import words_of_rows
from monitor.hl7.source import SourceSettings

AT = datetime(2026, 3, 1, 8, 0, 5, tzinfo=UTC)
LIMIT_BYTES = 64 * 1024
SETTINGS = SourceSettings()
_ECHOED_CHARACTERS = 199
_KEPT_JUNK_BYTES = 4096
_READ = (MessageKind.READINGS, MessageKind.DEVICE_ALARM, MessageKind.KEEP_ALIVE)


@dataclass
class Tally:
    """What came of all frames so far."""

    found: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    messages: int = 0
    with_readings: int = 0
    observations: int = 0
    recalled: int = 0
    slowest_s: float = 0.0

    def add(self, other: "Tally") -> None:
        """Take in what another process counted."""
        self.found.update(other.found)
        self.answers.update(other.answers)
        self.reasons.update(other.reasons)
        self.messages += other.messages
        self.with_readings += other.with_readings
        self.observations += other.observations
        self.recalled += other.recalled
        self.slowest_s = max(self.slowest_s, other.slowest_s)


def collect(chunks: list[bytes]) -> list[Frame | Skipped]:
    """What a connection finds in these chunks, with what its end leaves over."""
    frames = FrameBuffer(LIMIT_BYTES)
    found = [item for chunk in chunks for item in frames.feed(chunk)]
    return [*found, *frames.finish()]


def receive(stream: bytes, codes: CodeTable, familiar: Familiar, random: Random, tally: Tally) -> None:
    """One connection, from its bytes to its answers."""
    found = collect([stream])
    cut = random.randrange(len(stream) + 1)
    assert collect([stream[:cut], stream[cut:]]) == found, f"cut at {cut}, other frames are found"
    for item in found:
        tally.found[item.kind if isinstance(item, Skipped) else "frame"] += 1
        kept = _KEPT_JUNK_BYTES if isinstance(item, Skipped) and item.kind == "junk" else LIMIT_BYTES + 1
        assert len(item.raw) <= kept, "more is kept than may be"
        if isinstance(item, Skipped) and item.kind == "junk":
            continue
        begun_s = time.perf_counter()
        for raw in split(item.raw):
            tally.messages += 1
            _message(raw, item.kind if isinstance(item, Skipped) else None, codes, familiar, tally)
        tally.slowest_s = max(tally.slowest_s, time.perf_counter() - begun_s)


def _message(raw: bytes, broken: str | None, codes: CodeTable, familiar: Familiar, tally: Tally) -> None:
    known = familiar.recall(raw, AT)
    try:
        message = parse(raw)
        if broken is not None:
            raise MalformedMessage(broken, message)
        found = _read(message, codes, tally)
        if known is None:
            familiar.learn(raw, message, found, SETTINGS)
        else:
            _same(known, message, found)
            tally.recalled += 1
    except MalformedMessage as refusal:
        assert known is None or broken is not None, "what the reader refuses is remembered"
        _refused(refusal, tally)
        return
    _check_answer(acknowledge(message, Outcome.ACCEPT, at=AT, control_id="1"), message, "A", tally)


def _same(known: tuple[Message, DeviceMessage], message: Message, found: DeviceMessage) -> None:
    header, said = known
    assert said == found, "what is remembered is not what is read"
    answers = [acknowledge(one, Outcome.ACCEPT, at=AT, control_id="1") for one in (header, message)]
    assert answers[0] == answers[1], "what is remembered is answered in another way"


def _refused(refusal: MalformedMessage, tally: Tally) -> None:
    tally.reasons[_without_details(refusal.reason)] += 1
    answer = refuse(refusal, at=AT, control_id="1")
    assert (answer is None) == (refusal.header is None), "what has a header is answered, nothing else is"
    if answer is None or refusal.header is None:
        tally.answers["unanswered"] += 1
    else:
        _check_answer(answer, refusal.header, "R" if refusal.answer == "reject" else "E", tally)


def _read(message: Message, codes: CodeTable, tally: Tally) -> DeviceMessage:
    """Read it, and see that each observation has one fate."""
    found, judged = read_rows(message, codes, SETTINGS, AT)
    set_aside = sum(1 for row, _ in judged.values() if row.reason is not None)
    assert len(found.readings) + len(found.others) + set_aside == len(judged), "a row is lost or counted twice"
    assert len(found.not_charted) == sum(1 for _, verdict in judged.values() if verdict != "charted")
    assert len({one.vital for one in found.readings}) == len(found.readings), "a vital is charted twice"
    assert all(isfinite(one.value) for one in (*found.readings, *found.others)), "no number is charted"
    observations = [order for order, segment in enumerate(message.segments) if segment[0] == "OBX"]
    assert set(judged) <= set(observations)
    assert not judged or found.kind in _READ
    tally.observations += len(observations)
    tally.with_readings += bool(found.readings)
    if tally.messages % 8 == 0:  # the sentences cost more than the reading
        words, _ = words_of_rows(message, found, judged, codes, SETTINGS, AT)
        assert [one.segment - 1 for one in words] == observations, "a row has no sentence"
    return found


def _check_answer(answer: bytes, message: Message, letter: str, tally: Tally) -> None:
    """One answer, which is a message itself, in the right form, and names what it answers."""
    assert len(split(answer)) == 1, "the answer is not one message"
    assert not set(answer) & {0x00, 0x0B, 0x1C, 0x0A}, "the answer holds what may not stand in a frame"
    said = parse(answer)
    code = said.field("MSA", 1)
    assert code in ("A" + letter, "C" + letter), f"{code} for an outcome {letter}"
    echoed = "".join(sign for sign in message.control_id if sign.isprintable())[:_ECHOED_CHARACTERS]
    assert said.text(said.field("MSA", 2)) == echoed, "MSA-2 does not echo MSH-10"
    tally.answers[code] += 1


def _without_details(reason: str) -> str:
    return reason.partition(" (before")[0].partition(" '")[0].partition(' "')[0]
