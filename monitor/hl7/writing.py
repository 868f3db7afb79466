"""Segments to bytes: the inverse of message.py.

Law: whatever a text holds, it comes out of `parse` as it went in: separators and control characters are escaped, and a
character set is declared when ASCII is not enough.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.hl7.delimiters import STANDARD
from monitor.hl7.times import format_time

Component = str | tuple[str, ...]  # a tuple of texts: its sub-components
Field = str | tuple[Component, ...]  # a tuple: its components
Segment = Sequence["Field | list[Field]"]  # the name first; a list: repetitions of the field

_UTF_8 = "UNICODE UTF-8"


@dataclass(frozen=True, slots=True)
class Header:
    """MSH; `type` is (code, trigger, structure), `simulated` makes MSH-11 T (training) instead of P."""

    application: str
    facility: str
    to_application: str
    to_facility: str
    sent_at: datetime
    type: tuple[str, str, str]
    control_id: str
    simulated: bool = False
    version: str = "2.5.1"


def write(header: Header, segments: Sequence[Segment]) -> bytes:
    """One message without MLLP framing, every segment ended by CR; ASCII, or UTF-8 and said so in MSH-18."""
    body = "".join(_segment(segment) for segment in segments)
    head = _msh(header, "")
    if (head + body).isascii():
        return (head + body).encode("ascii")
    return (_msh(header, _UTF_8) + body).encode("utf-8")


def _msh(header: Header, charset: str) -> str:
    fields: Segment = (
        header.application,
        header.facility,
        header.to_application,
        header.to_facility,
        format_time(header.sent_at),
        "",
        header.type,
        header.control_id,
        ("T" if header.simulated else "P",),
        header.version,
        *("", "", "AL", "AL", ""),  # MSH-13 to 17: both acknowledgements are welcome
        charset,
    )
    return _segment(("MSH", *fields), f"MSH{STANDARD.field}{STANDARD.encoding}")


def _segment(segment: Segment, name: str | None = None) -> str:
    """One line; empty fields at its end are left out."""
    first, *fields = segment
    texts = [name or str(first), *map(_field, fields)]
    return STANDARD.field.join(texts).rstrip(STANDARD.field) + "\r"


def _field(field: "Field | list[Field]") -> str:
    if isinstance(field, list):
        return STANDARD.repetition.join(map(_field, field))
    if isinstance(field, str):
        return STANDARD.encode(field)
    return STANDARD.component.join(map(_component, field)).rstrip(STANDARD.component)


def _component(component: Component) -> str:
    if isinstance(component, str):
        return STANDARD.encode(component)
    return STANDARD.subcomponent.join(map(STANDARD.encode, component)).rstrip(STANDARD.subcomponent)
