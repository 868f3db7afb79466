"""Says the server's own sentences in the reader's language, at the edge: pages here, frames and answers in phrases.js.

Laws
1. The record, the audit, the exports and every frame keep the English sentence; nothing stored is ever translated.
2. A sentence is known by its phrase: a text with holes, “{name} {value} implausible: check patient and sensor”. A hole
   marked `:n` takes a number only. What a person wrote (a reason, a name) goes through a hole of OWN as it is.
3. What no phrase knows stands there in English, whole: never half a sentence, never nothing. Of several phrases the one
   with the most letters of its own, and the fewest holes for words, counts.
4. js/phrases.js does the same from the same table; a test holds both to the same sentences.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from babel.numbers import get_decimal_symbol
from markupsafe import Markup

from monitor.web.languages import PHRASES, catalogue, language

OWN = frozenset({"reason", "note", "by", "text", "printed_name", "was_reason", "changed_by", "error", "drug_name"})
# The keys of frames and answers whose texts are sentences of the server.
SPOKEN_KEYS = (
    "words",
    "title",
    "evidence",
    "message",
    "line",
    "cause",
    "notes",
    "why_not",
    "answer_words",
)
VERBATIM = ("device_alarms", "says", "details")  # what a device or a person said in their own words
HOLE = re.compile(r"\{(\w+)(:n)?\}")
_NUMBER = r"([-−+]?\d[\d.:]*|–)"
_NUMBERED = frozenset({"baseline", "base"})  # numbers, although written before they came into the sentence
_WORDS = r"(.+?)"
_BESIDE = " · "  # between sentences of their own; it stands in no phrase
_JOINTS = ("; ", ", ")
_HOLE_COSTS = 4  # letters of its own that a phrase must have more for each hole that takes any words
_MOST_WORDS = 5  # of a text among the words of a row
# Between these, a text that no phrase knows is a row of words that may be known: “Aldrete 9”, “BP 164/98 > 160”.
_BETWEEN = r"(\s*(?:[-−+]?\d[\d.:/]*|[<>≤≥=·–])\s*)"
_DECIMAL = re.compile(r"(?<![\d.])(\d+)\.(\d+)(?![\d.])")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence with holes: its pattern, and its translation in texts and hole numbers; `own` stay as they are."""

    pattern: str
    said: tuple[str | int, ...]
    own: frozenset[int]


@dataclass(frozen=True, slots=True)
class PhraseBook:
    """What the server says, in one language; `decimal` is the mark before decimals."""

    exact: Mapping[str, str]
    phrases: tuple[Phrase, ...]
    decimal: str


def spoken(text: str) -> str:
    """A sentence of the server in the language of this request."""
    return said_in(language(), text)


def said_in(of: str, text: str) -> str:
    """A sentence of the server in a language."""
    book = phrase_book(of)
    return text if book is None else _say(book, text)


def in_language(value: object, key: str = "") -> object:
    """A value of JSON with the sentences of the server in it in the language of this request."""
    return put_into(language(), value, key)


def put_into(of: str, value: object, key: str = "") -> object:
    """The same in a language that is named."""
    if isinstance(value, str):
        return said_in(of, value) if key in SPOKEN_KEYS else value
    if isinstance(value, Mapping):
        return {name: one if name in VERBATIM else put_into(of, one, str(name)) for name, one in value.items()}
    if isinstance(value, list | tuple):
        if value and not isinstance(value[0], Mapping) and key not in SPOKEN_KEYS:
            return value  # a curve
        return [put_into(of, one, key) for one in value]
    return value


@cache
def phrase_book(of: str) -> PhraseBook | None:
    """The phrases of a language; None for the language the server speaks."""
    written = catalogue(of, PHRASES)
    if written is None:
        return None
    pairs = [(str(one.id), str(one.string)) for one in written if one.id and one.string and not one.fuzzy]
    holed = sorted((pair for pair in pairs if HOLE.search(pair[0])), key=lambda pair: _looseness(pair[0]))
    exact = {english: words for english, words in pairs if not HOLE.search(english)}
    return PhraseBook(exact, tuple(_phrase(*pair) for pair in holed), get_decimal_symbol(of))


@cache
def phrase_table(of: str) -> Markup | None:
    """The same as JSON for the scripts of a page, safe inside <script>; None where English is spoken."""
    book = phrase_book(of)
    if book is None:
        return None
    rows = [[one.pattern, one.said, sorted(one.own)] for one in book.phrases]
    table = {
        "exact": book.exact,
        "phrases": rows,
        "decimal": book.decimal,
        "keys": SPOKEN_KEYS,
        "between": _BETWEEN,
        "verbatim": VERBATIM,
    }
    text = json.dumps(table, ensure_ascii=False, separators=(",", ":"))
    escaped = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return Markup(escaped)  # noqa: S704 # nosec B704 # in the line above


def _say(book: PhraseBook, text: str) -> str:
    if _BESIDE in text:
        return _BESIDE.join(_say(book, part) for part in text.split(_BESIDE))
    return _listed(book, text) or _known(book, text) or _joined(book, text) or _row(book, text)


def _listed(book: PhraseBook, text: str) -> str | None:
    """A list whose every part is known whole; a phrase that happens to fit it would read it wrongly."""
    for joint in _JOINTS:
        parts = text.split(joint)
        if len(parts) > 1 and all(part in book.exact for part in parts):
            return joint.join(book.exact[part] for part in parts)
    return None


def _known(book: PhraseBook, text: str) -> str | None:
    """By a phrase that fits the whole text, also when it begins large where the phrase begins small."""
    small = text[:1].lower() + text[1:]
    for one in dict.fromkeys((text, small)):
        found = book.exact.get(one) or _by_pattern(book, one)
        if found:
            return found if one is text else found[:1].upper() + found[1:]
    return None


def _by_pattern(book: PhraseBook, text: str) -> str | None:
    for phrase in book.phrases:
        found = re.fullmatch(phrase.pattern, text, re.DOTALL)
        if found:
            holes = [part if n in phrase.own else _say(book, part) for n, part in enumerate(found.groups())]
            return "".join(part if isinstance(part, str) else holes[part] for part in phrase.said)
    return None


def _joined(book: PhraseBook, text: str) -> str | None:
    for joint in _JOINTS:
        parts = text.split(joint)
        if len(parts) > 1:
            return joint.join(_say(book, part) for part in parts)
    return None


def _row(book: PhraseBook, text: str) -> str:
    parts = re.split(_BETWEEN, text)
    words = "".join(_covered(book, part) if n % 2 == 0 else part for n, part in enumerate(parts))
    return _DECIMAL.sub(rf"\1{book.decimal}\2", words)


def _covered(book: PhraseBook, text: str) -> str:
    """“BP systolic high” by texts that are known, the longest first; as it is when one of its words is not."""
    said, words = [], text.split(" ")
    while words:
        runs = (" ".join(words[:n]) for n in range(min(len(words), _MOST_WORDS), 0, -1))
        known = next((run for run in runs if run in book.exact), None)
        if known is None:
            return text
        said.append(book.exact[known])
        del words[: known.count(" ") + 1]
    return " ".join(said)


def _looseness(english: str) -> int:
    """The less of its own a phrase has and the more holes for words, the later it is tried."""
    words = sum(not hole[2] for hole in HOLE.finditer(english))
    return _HOLE_COSTS * words - len(HOLE.sub("", english))


def _phrase(english: str, words: str) -> Phrase:
    holes = list(HOLE.finditer(english))
    pattern, end = "", 0
    for hole in holes:
        pattern += re.escape(english[end : hole.start()]) + (_NUMBER if hole[2] or hole[1] in _NUMBERED else _WORDS)
        end = hole.end()
    own = frozenset(n for n, hole in enumerate(holes) if hole[1] in OWN)
    return Phrase(pattern + re.escape(english[end:]), tuple(_said(words, [hole[1] for hole in holes])), own)


def _said(words: str, names: list[str]) -> Iterator[str | int]:
    """The translation in parts: a hole is the number of the phrase's hole of that name, the first one not used yet."""
    left, end = list(enumerate(names)), 0
    for hole in HOLE.finditer(words):
        yield words[end : hole.start()]
        place = next(place for place in left if place[1] == hole[1])
        left.remove(place)
        yield place[0]
        end = hole.end()
    yield words[end:]
