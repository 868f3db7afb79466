"""One HL7 v2 message as it was sent: segments of fields, decoded only when somebody asks.

Law: tolerant of form, strict about what it cannot know. What has no readable MSH is no message; NUL, an unsupported
version and a header broken in two are refused with a reason; everything else is kept and read.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from monitor.hl7 import charsets
from monitor.hl7.delimiters import Delimiters, declared

MOST_SEGMENTS = 4000  # a mebibyte may hold 200,000, and reading them would hold up every other device for a second
NULL = '""'  # HL7's explicit "delete the value"
Segment = list[str]  # [name, field 1, field 2, ...] as sent; MSH-1 is the separator, so indices are field numbers

_SUPPORTED = re.compile(r"2\.[1-9](?:\.\d)?", re.ASCII)
_USUAL = frozenset(("MSH", "PID", "PV1", "OBR", "OBX"))
_NAME = re.compile(r"[A-Z][A-Z0-9]{2}", re.ASCII)
_JOINED = re.compile(r"\s(?:PID|PV1|EVN|ORC|OBR|OBX)(?=\|)")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a message is refused: a sentence, its place (`PID`, `MSH^1^12`), and a code of HL7 table 0357."""

    words: str
    location: str = ""
    code: int = 207

    @property
    def code_words(self) -> str:
        """The text of table 0357 for the code."""
        return {
            100: "Segment sequence error",
            101: "Required field missing",
            102: "Data type error",
            203: "Unsupported version id",
        }.get(self.code, "Application internal error")


class MalformedMessage(Exception):
    """A message that is not recorded.

    `header` is the message to answer, None when there is no readable MSH (then nobody is answered); `answer` is
    "error" (AE, CE) or, for an unsupported version only, "reject" (AR, CR).
    """

    def __init__(
        self, problem: Problem | str, header: "Message | None" = None, answer: Literal["error", "reject"] = "error"
    ) -> None:
        self.problem = Problem(problem) if isinstance(problem, str) else problem
        super().__init__(self.problem.words)
        self.header = header
        self.answer = answer

    @property
    def reason(self) -> str:
        """One sentence for the quarantine list."""
        return self.problem.words


@dataclass(frozen=True)
class Message:
    """Segments in order; `notes` says what had to be tolerated."""

    segments: list[Segment]
    delimiters: Delimiters
    charset: str
    notes: tuple[str, ...] = ()

    def first(self, name: str) -> Segment | None:
        """The first segment of that name."""
        for segment in self.segments:
            if segment[0] == name:
                return segment
        return None

    def field(self, name: str, number: int) -> str:
        """A field of the first segment of that name as sent, "" when there is none."""
        segment = self.first(name)
        return segment[number] if segment is not None and number < len(segment) else ""

    def part(self, text: str, component: int = 1, subcomponent: int = 1) -> str:
        """One decoded component (and sub-component) of a field's first repetition; "" for the explicit null."""
        if component == subcomponent == 1 and text.isalnum():
            return text  # no separator and no escape is a letter or a digit
        signs = self.delimiters
        if signs.escape not in text and signs.repetition not in text and signs.subcomponent not in text:
            value = _component(text, signs.component, component).strip() if subcomponent == 1 else ""
            return "" if value == NULL else value
        components = text.split(signs.repetition, 1)[0].split(signs.component)
        if component > len(components):
            return ""
        pieces = components[component - 1].split(signs.subcomponent)
        if subcomponent > len(pieces):
            return ""
        value = signs.decode(pieces[subcomponent - 1], self.charset).strip()
        return "" if value == NULL else value

    def text(self, raw: str) -> str:
        """A whole field decoded; separators inside it stay, as free text uses them as signs."""
        return self.delimiters.decode(raw, self.charset)

    @cached_property
    def control_id(self) -> str:
        """MSH-10 decoded, whole."""
        return self.text(self.field("MSH", 10)).strip()

    @cached_property
    def type(self) -> str:
        """Message code and trigger event, for example ORU^R01; only the code when there is no trigger."""
        field = self.field("MSH", 9)
        code, trigger = self.part(field, 1), self.part(field, 2)
        return f"{code}^{trigger}" if trigger else code

    @cached_property
    def version(self) -> str:
        """MSH-12.1."""
        return self.part(self.field("MSH", 12))


def _component(text: str, separator: str, number: int) -> str:
    components = text.split(separator, number)
    return components[number - 1] if number <= len(components) else ""


def parse(raw: bytes) -> Message:
    """Read one message; raises MalformedMessage when it must not be recorded."""
    message = read_header(raw)
    if message is None:
        raise MalformedMessage("there is no readable MSH segment")
    if len(message.segments) > MOST_SEGMENTS:
        raise MalformedMessage(Problem(f"the message has more than {MOST_SEGMENTS} segments", "MSH"), message)
    if b"\0" in raw:
        raise MalformedMessage(Problem("the message contains a NUL byte", "MSH", 102), message)
    segments = message.segments
    if len(segments) == 1 and (joined := _JOINED.search("|".join(segments[0]))):
        words = f"segments are separated by blanks, not by CR (before {joined[0].strip()})"
        raise MalformedMessage(Problem(words, "MSH", 100), message)
    version = message.version
    if version and not is_supported(version):
        words = f"HL7 version {version[:20]!r} is not supported; 2.1 to 2.9 are"
        raise MalformedMessage(Problem(words, "MSH^1^12", 203), message, "reject")
    odd = [segment[0] for segment in segments if segment[0] not in _USUAL and _NAME.fullmatch(segment[0]) is None]
    if not version and odd:
        raise MalformedMessage(Problem("the MSH segment is broken in two", "MSH", 100), message)
    notes = list(message.notes)
    if not version:
        notes.append("no HL7 version is given")
    if odd:
        notes.append(f"{len(odd)} line(s) that are no segment are ignored: {odd[0][:20]!r}")
        names = frozenset(odd)  # a mebibyte may hold 200,000 of them
        segments = [segment for segment in segments if segment[0] not in names]
    return Message(segments, message.delimiters, message.charset, tuple(notes))


def is_supported(version: str) -> bool:
    """Whether messages of this HL7 version are read, and may be written in answer."""
    return _SUPPORTED.fullmatch(version) is not None


def read_header(raw: bytes) -> Message | None:
    """Segments and header of anything that begins with a readable MSH, complete or not; None for what does not."""
    content = raw.removeprefix(_BYTE_ORDER_MARK).lstrip(b" \t\r\n")
    signs = declared(content[:16].decode("latin-1"))
    if signs is None:
        return None
    text, codec, note = _text(content, signs)
    field = signs.field
    if "\n" in text:
        text = text.replace("\n", "\r")
    segments = [
        line.split(field) if line[0] > " " else line.lstrip(" \t").split(field)
        for line in text.split("\r")
        if line and (line[0] > " " or not line.isspace())
    ]
    segments[0].insert(1, field)
    return Message(segments, signs, codec, (note,) if note else ())


def _text(content: bytes, signs: Delimiters) -> tuple[str, str, str]:
    """The text, its codec and a note: MSH-18 is looked for only where the bytes leave something to declare."""
    if charsets.is_plain(content):
        return charsets.decode(content, "")
    header = content.replace(b"\n", b"\r").split(b"\r", 1)[0].decode("latin-1").split(signs.field)
    declared_as = header[17].split(signs.repetition)[0] if len(header) > 17 else ""
    return charsets.decode(content, declared_as)
