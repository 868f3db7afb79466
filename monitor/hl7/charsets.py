"""Bytes to text: MSH-18 is obeyed, then UTF-8, then Latin-1, and a fallback is recorded.

Law: every byte string becomes some text; a wrong declaration costs a note, never the message.
"""

import codecs

_CODECS = {
    "ASCII": "ascii",
    "US-ASCII": "ascii",
    "UNICODE": "utf-8",
    "UNICODE UTF-8": "utf-8",
    "UTF-8": "utf-8",
    "UTF8": "utf-8",
    "GB 18030-2000": "gb18030",
    "GB18030": "gb18030",
    "BIG-5": "big5",
    "KS X 1001": "euc_kr",
    "ISO IR87": "iso2022_jp",
    "ISO IR159": "iso2022_jp_2",
} | {f"8859/{part}": f"iso8859_{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16)}


def codec_of(declared: str) -> str | None:
    """The Python codec for a name of HL7 table 0211 (or one Python knows, such as windows-1251); None if unknown."""
    name = declared.strip().upper()
    known = _CODECS.get(name) or _CODECS.get(name.removeprefix("ISO ").replace("ISO", "").replace("-", "/").strip("/"))
    if known is not None or not name.startswith(("WINDOWS-", "CP12", "KOI8-")):
        return known
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None


def is_plain(raw: bytes) -> bool:
    """Whether every declaration reads these bytes alike: ASCII without ESC, which changes the alphabet."""
    return raw.isascii() and b"\x1b" not in raw


def decode(raw: bytes, declared: str) -> tuple[str, str, str]:
    """The text, the codec that read it, and a note ("" when the declaration was right or not needed)."""
    if is_plain(raw):
        return raw.decode("ascii"), "ascii", ""
    wanted = codec_of(declared)
    if wanted is not None:
        try:
            return raw.decode(wanted), wanted, ""
        except UnicodeDecodeError:
            pass
    reason = f"character set {declared!r} does not fit the bytes" if declared else "no character set is declared"
    try:
        return raw.decode("utf-8"), "utf-8", f"{reason}; read as UTF-8"
    except UnicodeDecodeError:
        return raw.decode("latin-1"), "latin-1", f"{reason}; read as Latin-1"
