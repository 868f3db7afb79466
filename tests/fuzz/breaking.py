"""Streams no device should send: own fixtures broken in every way, and messages put together from their pieces.

Law: a stream is a function of its seed alone, so that any of them can be made again.
"""

from collections.abc import Callable
from pathlib import Path
from random import Random

from monitor.hl7.batch import split
from monitor.hl7.mllp import Frame, FrameBuffer, wrap

FIXTURES = Path(__file__).parents[1] / "hl7" / "fixtures"
FRAMES_A_STREAM = 4
_HOSTILE = [b"", b'""', b"-1", b"32767", b"NaN", b"1e400", b"9" * 400, b"\\X", b"\\XFF\\", b"\\.br\\", b"\\", b"^~&"]
_HOSTILE += [
    b"\xd9\xa3",
    b"\xff\xfe",
    b"\xc3",
    b"+9999",
    b"00000000",
    b"99991231235959",
    b"00010101000000+1400",
    b"A" * 5000,
]
_SIGNS = [
    b"\x0b",
    b"\x1c",
    b"\r",
    b"\n",
    b"\r\n",
    b"\0",
    b"\x1c\r",
    b"|",
    b"^",
    b"&",
    b"~",
    b"\\",
    b"\xef\xbb\xbf",
    b"MSH|",
]
_CHARSETS = [b"UNICODE UTF-8", b"8859/1", b"8859/5", b"ASCII", b"UNICODE UTF-16", b"GB 18030-2000", b"nonsense", b""]
_BATCH = [b"FHS|^~\\&\r", b"BHS|^~\\&\r", b"BTS|1\r", b"FTS|1\r"]
_HEADS = [b"ORU^R01^ORU_R01", b"ORU^R40", b"ORU^R42", b"ORU^W01", b"ADT^A01", b"ADT^A40", b"NMD", b"ACK^R01", b"", b"^"]
_VERSIONS = [b"2.6", b"2.3", b"", b"3.0", b"2.6^USA"]


def _originals() -> list[bytes]:
    found: list[bytes] = []
    for path in sorted(FIXTURES.glob("*.hl7")):
        found += split(path.read_bytes())
    items = FrameBuffer(1 << 20).feed((FIXTURES / "philips_capture.mllp").read_bytes())
    return found + [item.raw for item in items if isinstance(item, Frame)]


ORIGINALS = _originals()
_SEGMENTS = sorted({line for raw in ORIGINALS for line in raw.replace(b"\n", b"\r").split(b"\r") if line[:3] != b"MSH"})
_FIELDS = sorted({field for line in _SEGMENTS for field in line.split(b"|")[1:]})


def stream(seed: str) -> bytes:
    """The bytes of one connection: about FRAMES_A_STREAM frames, some of them no frames any more."""
    random = Random(seed)
    pieces = [_framed(random, _payload(random)) for _ in range(FRAMES_A_STREAM)]
    whole = random.choice([b"", b"", b"\r\n", b"junk"]).join(pieces)
    return _cut(random, whole) if random.random() < 0.1 else whole


def _payload(random: Random) -> bytes:
    raw = _built(random) if random.random() < 0.4 else random.choice(ORIGINALS)
    for _ in range(random.choice([0, 1, 1, 2, 4])):
        raw = random.choice(_WAYS)(random, raw)
    return raw


def _framed(random: Random, raw: bytes) -> bytes:
    chance = random.random()
    if chance > 0.1:
        return wrap(raw)
    return random.choice([b"\x0b" + raw, b"\x0b" + raw + b"\x1c", raw + b"\x1c\r", b"\x0b\x0b" + raw + b"\x1c\r\r"])


def _built(random: Random) -> bytes:
    """A message of pieces that were never together."""
    head = [b"MSH", b"^~\\&", _field(random), b"F", b"", b"", _field(random), b"", random.choice(_HEADS)]
    head += [_field(random), b"P", random.choice(_VERSIONS), b"", b"", *random.choices([b"", b"AL", b"NE", b"ER"], k=2)]
    lines = [b"|".join([*head, b"", random.choice(_CHARSETS)]), *(_line(random) for _ in range(random.randrange(12)))]
    return random.choice([b"\r", b"\r", b"\n", b"\r\n"]).join(lines) + b"\r"


def _line(random: Random) -> bytes:
    fields = random.choice(_SEGMENTS).split(b"|")
    if random.random() < 0.5:
        fields[random.randrange(len(fields))] = _field(random)
    return b"|".join(fields)


def _field(random: Random) -> bytes:
    return random.choice(_HOSTILE if random.random() < 0.2 else _FIELDS)


def _flip(random: Random, raw: bytes) -> bytes:
    changed = bytearray(raw)
    for _ in range(random.randrange(1, 5)):
        if changed:
            changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def _cut(random: Random, raw: bytes) -> bytes:
    start, end = sorted(random.randrange(len(raw) + 1) for _ in range(2))
    return random.choice([raw[:end], raw[:start] + raw[end:], raw[start:]])


def _insert(random: Random, raw: bytes) -> bytes:
    place = random.randrange(len(raw) + 1)
    return raw[:place] + random.choice(_SIGNS + _HOSTILE) + raw[place:]


def _join(random: Random, raw: bytes) -> bytes:
    return raw + random.choice([b"", b"\r", b"\r\n", *_BATCH]) + random.choice(ORIGINALS)


def _batch(random: Random, raw: bytes) -> bytes:
    return random.choice(_BATCH) + raw + random.choice(_BATCH)


def _separate(random: Random, raw: bytes) -> bytes:
    """Other separators, in the header or everywhere."""
    old, new = random.choice(b"|^~\\&\r"), random.randrange(256)
    count = random.choice([1, 2, -1])
    return raw.replace(bytes([old]), bytes([new]), count)


def _swell(random: Random, raw: bytes) -> bytes:
    if random.random() > 0.02:
        return raw
    place = random.randrange(len(raw) + 1)
    return (
        raw[:place]
        + random.choice([b"A", b"^", b"|", b"~", b"\\X41\\", b"\r"]) * random.randrange(1, 70_000)
        + raw[place:]
    )


def _declare(random: Random, raw: bytes) -> bytes:
    """Another MSH-18, and bytes that may not be of it."""
    head, cr, rest = raw.partition(b"\r")
    fields = (head.split(b"|") + [b""] * 18)[:18]
    fields[17] = random.choice(_CHARSETS)
    return (
        b"|".join(fields)
        + cr
        + _insert(random, rest)
        + "Ünï Ива\r".encode(random.choice(["utf-8", "cp1251", "utf-16"]), "replace")
    )


_WAYS: list[Callable[[Random, bytes], bytes]] = [_flip, _cut, _insert, _join, _batch, _separate, _swell, _declare]
