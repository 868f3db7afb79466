"""How texts look on paper: the embedded font, and paragraphs that break into lines. Law: no text is markup.

The font is DejaVu Sans Condensed (Latin, Greek, Cyrillic, Hebrew, Arabic). A letter that it lacks is drawn as an empty
box, never left out: whoever reads sees that something stands there.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from reportlab.lib.colors import Color, HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable

from monitor.printing.direction import drawn, is_from_the_right

FOLDER = Path(__file__).parent / "fonts"
PLAIN, STRONG = "DejaVu", "DejaVu-Strong"
INK, SOFT, RULE, WASH = (HexColor(one) for one in ("#14181d", "#4a535d", "#9aa3ad", "#eef1f4"))
RED = HexColor("#b3261e")
_LONGEST = 20_000  # letters of one paragraph


@dataclass(frozen=True, slots=True)
class Look:
    """Font, size and distance of lines in points, colour."""

    font: str = PLAIN
    size: float = 8.0
    leading: float = 10.0
    ink: Color = INK


BODY = Look()
BOLD = Look(STRONG)
SMALL = Look(size=6.8, leading=8.6, ink=SOFT)
CELL = Look(size=7.2, leading=8.8)
CELL_HEAD = Look(STRONG, 6.8, 8.4, SOFT)
CELL_STRONG = Look(STRONG, 7.2, 8.8)
HEADING = Look(STRONG, 9.6, 12.5)
LARGE = Look(STRONG, 20.0, 25.0)
TITLE = Look(STRONG, 14.0, 17.0)


def load() -> None:
    """Read the two fonts; once a process."""
    for name, file in ((PLAIN, "DejaVuSansCondensed.ttf"), (STRONG, "DejaVuSansCondensed-Bold.ttf")):
        pdfmetrics.registerFont(TTFont(name, str(FOLDER / file)))


@lru_cache(maxsize=8192)
def width(text: str, font: str, size: float) -> float:
    """Points a text takes on a line."""
    return float(pdfmetrics.stringWidth(drawn(text), font, size))


def cleaned(text: str) -> str:
    """Composed letters, without control characters."""
    text = unicodedata.normalize("NFC", text[:_LONGEST]).replace("\t", " ")
    return "".join(one for one in text if one == "\n" or unicodedata.category(one) not in ("Cc", "Cs", "Cn"))


def broken(text: str, look: Look, space: float) -> list[str]:
    """The lines of a paragraph of that width, as they are spoken; a word that is too long is broken too."""
    lines = []
    for paragraph in cleaned(text).split("\n"):
        line = ""
        for word in _pieces(paragraph.split(" "), look, space):
            longer = f"{line} {word}" if line else word
            if line and width(longer, look.font, look.size) > space:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines


def _pieces(words: list[str], look: Look, space: float) -> Iterator[str]:
    for word in words:
        left = word
        while len(left) > 1 and width(left, look.font, look.size) > space:
            fits = next((n for n in range(len(left) - 1, 1, -1) if width(left[:n], look.font, look.size) <= space), 1)
            fits = left.rfind("-", 0, fits) + 1 or fits
            yield left[:fits]
            left = left[fits:]
        yield left


class Words(Flowable):  # type: ignore[misc]
    """A paragraph in one look; it continues on the next page line by line."""

    def __init__(self, text: str, look: Look = BODY, lines: list[str] | None = None) -> None:
        super().__init__()
        self._text = text
        self._look = look
        self._lines = lines

    def wrap(self, space: float, height: float) -> tuple[float, float]:
        """The room it takes, in points."""
        if self._lines is None:
            self._lines = broken(self._text, self._look, space)
        self.width = space
        return space, len(self._lines) * self._look.leading

    def split(self, space: float, height: float) -> list["Words"]:
        """What fits, and the rest."""
        self.wrap(space, height)
        lines, fits = self._lines or [], int(height // self._look.leading)
        if fits < 1 or fits >= len(lines):
            return [] if fits < 1 else [self]
        return [Words("", self._look, lines[:fits]), Words("", self._look, lines[fits:])]

    def draw(self) -> None:
        """Put it on the page."""
        look, lines = self._look, self._lines or []
        self.canv.setFont(look.font, look.size)
        self.canv.setFillColor(look.ink)
        y = len(lines) * look.leading - look.size
        for line in lines:
            self.canv.drawString(self._from(line, len(lines)), y, drawn(line))
            y -= look.leading

    def _from(self, line: str, lines: int) -> float:
        """Where a line begins; a paragraph read from the right keeps to the right edge, a single name does not."""
        if lines == 1 or not is_from_the_right(line):
            return 0.0
        return max(0.0, self.width - width(line, self._look.font, self._look.size))
