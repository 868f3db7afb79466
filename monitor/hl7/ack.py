"""The answer to a message.

Law: every message with a readable MSH is answered in the form it asks for; MSH-15 NE does not silence. What is echoed
is limited and escaped, so no sender can write into our answer.
"""

import re
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from monitor.hl7.delimiters import STANDARD, Delimiters
from monitor.hl7.message import NULL, MalformedMessage, Message, Problem, is_supported
from monitor.hl7.source import AckForm
from monitor.hl7.times import format_time

_ECHO_CHARACTERS = 199  # MSH-10 may have 199 characters in HL7 2.9; older versions less
_TEXT_CHARACTERS = 200
_WANTED = frozenset(("AL", "ER", "SU"))
_OUR_VERSION = "2.6"
_LONG_ERR_SINCE = "2.5"  # ERR-2 to ERR-8, and the message structure in MSH-9.3
_OUR_NAME = "INFUSION_MONITOR"
_SAFE = re.compile(r"[A-Za-z0-9 ._:+-]*")  # nothing to escape: nearly every control id
_SENDERS_KEPT = 4096


class Outcome(StrEnum):
    """What became of a message; the value is the second letter of the code."""

    ACCEPT = "A"
    ERROR = "E"
    REJECT = "R"


def code(message: Message, outcome: Outcome, form: AckForm | None = None) -> str:
    """AA, AE, AR in original form, CA, CE, CR in enhanced accept form; MSH-15/16 decide unless `form` is set.

    MSH-15 AL, ER or SU asks for the C form; anything else (MSH-16 filled, NE, both empty) gets the A form.
    """
    if form is None:
        return ("C" if message.part(message.field("MSH", 15)) in _WANTED else "A") + outcome
    return ("C" if form == "enhanced" else "A") + outcome


def acknowledge(
    message: Message,
    outcome: Outcome,
    *,
    at: datetime,
    control_id: str,
    text: str = "",
    form: AckForm | None = None,
    problem: Problem | None = None,
) -> bytes:
    """The ACK without MLLP framing; `control_id` is our own MSH-10, `text` goes to MSA-3.

    A refusal carries an ERR with `problem`'s position and code (without one: 207, application internal error).
    """
    version = message.version if is_supported(message.version) else _OUR_VERSION
    modern = version >= _LONG_ERR_SINCE
    msa = ["MSA", code(message, outcome, form), _echo(message.control_id, _ECHO_CHARACTERS)]
    if text:
        msa.append(_echo(text, _TEXT_CHARACTERS))
    body = "|".join(msa) + "\r"
    if outcome is not Outcome.ACCEPT:
        body += _err(problem or Problem(text or "application internal error"), modern=modern) + "\r"
    header = _header(message, version, modern=modern, at=at, control_id=control_id)
    charset = _charset(message, header + body)
    if charset is None:
        return f"{header}\r{body}".encode("ascii")
    name, codec = charset
    return f"{header}||||||{name}\r{body}".encode(codec, errors="replace")  # MSH-18


def _header(message: Message, version: str, *, modern: bool, at: datetime, control_id: str) -> str:
    """MSH-1 to MSH-12: sender and receiver swapped, the trigger event copied."""
    us, our_place, them, their_place, processing = (
        _again(message.field("MSH", number), message.delimiters, message.charset) for number in (5, 6, 3, 4, 11)
    )
    trigger = STANDARD.encode(message.type.partition("^")[2])
    kind = f"ACK^{trigger}" + ("^ACK" if modern else "") if trigger else "ACK"
    return (
        f"MSH|{STANDARD.encoding}|{us or _OUR_NAME}|{our_place}|{them}|{their_place}|{format_time(at)}||{kind}"
        f"|{_echo(control_id, _ECHO_CHARACTERS)}|{processing or 'P'}|{_echo(version, 20)}"
    )


def refuse(refusal: MalformedMessage, *, at: datetime, control_id: str, form: AckForm | None = None) -> bytes | None:
    """The answer to what `parse` or `read` refused: AE or CE, AR or CR, None when there is no readable MSH."""
    if refusal.header is None:
        return None
    outcome = Outcome.REJECT if refusal.answer == "reject" else Outcome.ERROR
    return acknowledge(
        refusal.header,
        outcome,
        at=at,
        control_id=control_id,
        text=refusal.reason,
        form=form,
        problem=refusal.problem,
    )


def _echo(text: str, characters: int) -> str:
    """At most so many printable characters, escaped."""
    if _SAFE.fullmatch(text):
        return text[:characters]
    return STANDARD.encode("".join(sign for sign in text if sign.isprintable())[:characters])


@lru_cache(_SENDERS_KEPT)
def _again(field: str, signs: Delimiters, charset: str) -> str:
    """An MSH field written with standard separators, its components kept; a sender says the same in every message."""
    components = field.split(signs.repetition, 1)[0].split(signs.component)
    parts = (_echo(signs.decode(part, charset), _ECHO_CHARACTERS) for part in components if part != NULL)
    return "^".join(parts).rstrip("^")


def _charset(message: Message, text: str) -> tuple[str, str] | None:
    """MSH-18 and codec when the answer is not plain ASCII: Latin-1 for who sent Latin-1, else UTF-8."""
    if text.isascii():
        return None
    if message.charset in ("latin-1", "iso8859_1"):
        return "8859/1", "latin-1"
    return "UNICODE UTF-8", "utf-8"


def _err(problem: Problem, *, modern: bool) -> str:
    words = _echo(problem.words, _TEXT_CHARACTERS)
    error = f"{problem.code}^{problem.code_words}^HL70357"
    if modern:
        return f"ERR||{problem.location}|{error}|E||||{words}"
    place = problem.location.split("^") if problem.location else []
    return f"ERR|{'^'.join([*place, '', '', ''][:3])}^{error.replace('^', '&')}"


def control_id_of(answer: bytes) -> tuple[str, str]:
    """(MSA-1, MSA-2 decoded) of an answer, ("", "") when it holds no MSA; what a sender needs to match it."""
    for line in answer.replace(b"\n", b"\r").split(b"\r"):
        fields = line.decode("utf-8", errors="replace").split("|")
        if fields[0] == "MSA" and len(fields) > 1:
            return fields[1], STANDARD.decode(fields[2]) if len(fields) > 2 else ""
    return "", ""
