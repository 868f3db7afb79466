"""Several messages in one payload or file: FHS and BHS wrappers, messages one after another, broken rests.

Law: a message ends where the next one, or any batch segment, begins; nothing is glued across that border.
"""

import re

_WRAPPERS = (b"FHS", b"BHS", b"BTS", b"FTS")
_BORDERS = (b"MSH", *_WRAPPERS)
_SEGMENT = re.compile(rb"[^\r\n]+")
_BORDER = re.compile(rb"[ \t]*(?:MSH|FHS|BHS|BTS|FTS)[!-/:-@\[-`{-~]")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def split(raw: bytes) -> list[bytes]:
    """The messages, and what is none (refused fragments: they do not begin with MSH), in order.

    Wrapper segments and blank lines give nothing; an empty payload gives an empty list.
    """
    content = raw.removeprefix(_BYTE_ORDER_MARK)
    if content.startswith(b"MSH") and not any(map(content[3:].__contains__, _BORDERS)):
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
