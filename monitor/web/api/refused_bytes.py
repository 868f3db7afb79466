"""How bytes that came in are shown to a person: as text, cut, with what is not text written out."""

MOST_SHOWN = 4096


def shown(raw: bytes) -> str:
    """The beginning of the bytes, control characters but line ends visible."""
    text = raw[:MOST_SHOWN].decode("utf-8", "backslashreplace").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter if letter == "\n" or letter.isprintable() else f"\\x{ord(letter):02x}" for letter in text)
