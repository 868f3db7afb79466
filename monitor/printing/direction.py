"""Hebrew and Arabic as they are read on paper: letters joined, right to left, numbers and Latin words kept.

Law: a line goes in as it is spoken and comes out as it is drawn from the left; a line without such letters is itself.

The rules are those of the Unicode Bidirectional Algorithm (UAX 9) that a line of names, numbers and marks needs:
strong letters, numbers, neutrals between them, mirrored brackets. Embedding controls are left out. Arabic letters take
their forms from the presentation forms of Unicode itself; ligatures are not drawn.
"""

import unicodedata
from functools import cache

_CONTROLS = dict.fromkeys((0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_RIGHT = ("R", "AL")
_NUMBER = ("EN", "AN")
_MIRRORED = dict(zip("()[]{}<>«»‹›", ")(][}{><»«›‹", strict=True))


def drawn(line: str) -> str:
    """One line in the order in which it is drawn."""
    line = line.translate(_CONTROLS)
    if not any(unicodedata.bidirectional(one) in _RIGHT for one in line):
        return line
    return _ordered(joined(line))


def is_from_the_right(text: str) -> bool:
    """Whether the first letter of a text is one that is read from the right."""
    kinds = (unicodedata.bidirectional(one) for one in text)
    return next((kind in _RIGHT for kind in kinds if kind == "L" or kind in _RIGHT), False)


def joined(line: str) -> str:
    """Arabic letters in the forms they take beside each other."""
    written: list[str] = []
    for n, one in enumerate(line):
        before, after = _neighbour(line, n, -1), _neighbour(line, n, 1)
        follows = before != "" and "initial" in _forms(before) and bool(_forms(one))
        leads = after != "" and "initial" in _forms(one) and "final" in _forms(after)
        name = {(True, True): "medial", (True, False): "final", (False, True): "initial"}.get((follows, leads), "")
        written.append(_forms(one).get(name, one))
    return "".join(written)


def _neighbour(text: str, n: int, step: int) -> str:
    """The next letter on that side; marks above and below letters are none."""
    n += step
    while 0 <= n < len(text) and unicodedata.category(text[n]) == "Mn":
        n += step
    return text[n] if 0 <= n < len(text) else ""


@cache
def _all_forms() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for code in range(0xFB50, 0xFEFD):
        kind, *letters = unicodedata.decomposition(chr(code)).split() or [""]
        if kind in ("<initial>", "<medial>", "<final>") and len(letters) == 1:
            found.setdefault(chr(int(letters[0], 16)), {})[kind[1:-1]] = chr(code)
    return found


def _forms(letter: str) -> dict[str, str]:
    return _all_forms().get(letter, {})


def _ordered(line: str) -> str:
    base = 1 if is_from_the_right(line) else 0
    levels = _levels(line, base)
    letters = [_MIRRORED.get(one, one) if level % 2 else one for one, level in zip(line, levels, strict=True)]
    for level in range(max(levels), 0, -1):
        n = 0
        while n < len(letters):
            end = n
            while end < len(letters) and levels[end] >= level:
                end += 1
            letters[n:end] = reversed(letters[n:end])
            n = max(end, n + 1)
    return "".join(letters)


def _levels(line: str, base: int) -> list[int]:
    kinds = [_kind(one) for one in line]
    for n in range(1, len(kinds) - 1):  # 12/3 and 12.03 are one number each
        if kinds[n - 1] == kinds[n + 1] == "number" and unicodedata.bidirectional(line[n]) in ("CS", "ES"):
            kinds[n] = "number"
    for n, kind in enumerate(kinds):
        if kind == "number":  # a number takes part in the text it stands in, but is itself read from the left
            strong = next((one for one in reversed(kinds[:n]) if one in ("left", "right")), "")
            kinds[n] = "left" if strong == "left" or (strong == "" and base == 0) else "number"
    for n, kind in enumerate(kinds):
        if kind == "neutral":
            kinds[n] = "neutral right" if _between(kinds, n, base) == "right" else "neutral left"
    right_of = {"left": base + base % 2, "right": 1, "number": 2, "neutral right": 1, "neutral left": base + base % 2}
    return [right_of[kind] for kind in kinds]


def _between(kinds: list[str], n: int, base: int) -> str:
    """The direction on both sides of a neutral, where it is the same; else that of the whole line."""
    whole = "right" if base else "left"
    before = next((one for one in reversed(kinds[:n]) if "neutral" not in one), whole)
    after = next((one for one in kinds[n + 1 :] if "neutral" not in one), whole)
    sides = {"left" if one == "left" else "right" for one in (before, after)}
    return sides.pop() if len(sides) == 1 else whole


def _kind(letter: str) -> str:
    kind = unicodedata.bidirectional(letter)
    if kind in _RIGHT:
        return "right"
    return "left" if kind == "L" else "number" if kind in _NUMBER else "neutral"
