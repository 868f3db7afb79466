"""Several messages in one payload or file: FHS and BHS wrappers, messages one after another, broken rests.

Law: a message ends where the next one, or any batch segment, begins; nothing is glued across that border.
"""

import re

_WRAPPERS = (b"FHS", b"BHS", b"BTS", b"FTS")
_SEGMENT = re.compile(rb"[^\r\n]+")
_BORDER = re.compile(rb"[ \t]*(?:MSH|FHS|BHS|BTS|FTS)[!-/:-@\[-`{-~]")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def split(raw: bytes) -> list[bytes]:
    """The messages, and what is none (refused fragments: they do not begin with MSH), in order.

    Wrapper segments and blank lines give nothing; an empty payload gives an empty list.
    """
    content = raw.removeprefix(_BYTE_ORDER_MARK)
    if content.startswith(b"MSH") and not _has_border(content):
        return [content]  # nearly every message: no second border can be in it
    parts: list[list[bytes]] = []
    closed = True
    for segment in _SEGMENT.findall(content):
        if not segment.strip():
            continue
        border = _BORDER.match(segment)
        if border is not None and segment.lstrip().startswith(_WRAPPERS):
            closed = True
        elif border is not None or closed:
            parts.append([segment.lstrip(b" \t")])
            closed = False
        else:
            parts[-1].append(segment)
    return [b"\r".join(part) + b"\r" for part in parts]


def _has_border(content: bytes) -> bool:
    """Whether anything behind the first three bytes can begin a message or a batch segment.

    HS stands for FHS and BHS, TS for BTS and FTS: a search through the whole message costs more than a rare miss.
    """
    if content.find(b"MSH", 3) >= 0:
        return True
    maybe = content.find(b"HS", 3) >= 0 or content.find(b"TS", 3) >= 0
    return maybe and any(content.find(word, 3) >= 0 for word in _WRAPPERS)
