"""From a paper to the bytes of its PDF. Law: the same paper gives the same bytes, in whichever process it is drawn.

Hence ReportLab's invariant mode: no clock, no random id; the dates in the file are the paper's own.
"""

import io
import time

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfdoc import PDFCatalog, PDFString
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Spacer

from monitor.printing.blocks import flowed
from monitor.printing.direction import drawn
from monitor.printing.lettering import (
    INK,
    PLAIN,
    RED,
    RULE,
    SMALL,
    SOFT,
    STRONG,
    TITLE,
    broken,
    width,
)
from monitor.printing.paper import Paper

_SIDE, _TOP, _FOOT = 15 * mm, 13 * mm, 14 * mm
MAKER = "Infusion Monitor"
if "Lang" not in PDFCatalog.__NoDefault__:
    PDFCatalog.__NoDefault__.append("Lang")


def pdf_of(paper: Paper) -> bytes:
    """The whole document; raises ValueError or MemoryError for one that cannot be laid out."""
    file = io.BytesIO()
    head = _head_height(paper)
    space = A4[0] - 2 * _SIDE
    frame = Frame(_SIDE, _FOOT, space, A4[1] - _TOP - _FOOT - head, 0, 0, 0, 0)
    document = BaseDocTemplate(
        file, pagesize=A4, title=paper.title, author=MAKER, creator=MAKER, subject=paper.foot, invariant=1
    )
    document.addPageTemplates(PageTemplate(frames=[frame]))
    story = [Spacer(0, 2)]
    for block in paper.blocks:
        story += flowed(block, space)
    document.build(story, canvasmaker=lambda *args, **kwargs: _Pages(paper, *args, **kwargs))
    return file.getvalue()


def _head_height(paper: Paper) -> float:
    return float(6.5 * mm + (8 * mm if paper.banner else 0))


class _Stamp:
    """The paper's own time where the library would ask a clock."""

    def __init__(self, ms: int) -> None:
        self.t = ms / 1000
        self.lt = time.gmtime(self.t)
        self.YMDhms = tuple(self.lt)[:6]
        self.dhh, self.dmm = 0, 0


class _Pages(Canvas):  # type: ignore[misc]
    """Pages that know how many they are: head and foot are drawn when the last one is done."""

    def __init__(self, paper: Paper, *args: object, **kwargs: object) -> None:  # the library's own constructor
        super().__init__(*args, **kwargs)
        self._paper = paper
        self._kept: list[dict[str, object]] = []
        self._doc._timeStamp = _Stamp(paper.made_ms)
        self.setProducer(MAKER)
        self.setViewerPreference("DisplayDocTitle", "true")
        self._doc.Catalog.Lang = PDFString(paper.language)

    def showPage(self) -> None:  # noqa: N802 (the library's name)
        """Keep the page until their number is known."""
        self._kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Finish every page."""
        kept = self._kept
        for number, page in enumerate(kept, 1):
            self.__dict__.update(page)
            self._kept = kept
            self._around(number, len(kept))
            super().showPage()
        super().save()

    def _around(self, number: int, of: int) -> None:
        paper = self._paper
        wide, high = A4
        top = high - _TOP
        if paper.watermark:
            self._across(paper.watermark)
        if paper.banner:
            self.setFillColor(RED)
            self.setFont(STRONG, 9)
            self.drawCentredString(wide / 2, top, drawn(_within(paper.banner, STRONG, 9, wide - 2 * _SIDE)))
            top -= 8 * mm
        self.setFillColor(INK)
        self._put(_SIDE, top - 1 * mm, _within(paper.title, STRONG, TITLE.size, wide * 0.5), STRONG, TITLE.size)
        beside = _within(paper.beside_title, PLAIN, 8.5, wide * 0.42)
        self._put(wide - _SIDE - width(beside, PLAIN, 8.5), top - 1 * mm, beside, PLAIN, 8.5)
        self.setStrokeColor(RULE)
        self.setLineWidth(0.6)
        self.line(_SIDE, top - 4 * mm, wide - _SIDE, top - 4 * mm)
        self.line(_SIDE, _FOOT - 2 * mm, wide - _SIDE, _FOOT - 2 * mm)
        page = paper.page_words.format(n=number, of=of)
        self.setFillColor(SOFT)
        self._put(wide - _SIDE - width(page, PLAIN, 7), _FOOT - 6 * mm, page, PLAIN, 7)
        for n, line in enumerate(broken(paper.foot, SMALL, wide - 2 * _SIDE - 28 * mm)[:2]):
            self._put(_SIDE, _FOOT - (5 + 3 * n) * mm, line, PLAIN, SMALL.size)

    def _put(self, x: float, y: float, text: str, font: str, size: float) -> None:
        self.setFont(font, size)
        self.drawString(x, y, drawn(text))

    def _across(self, words: str) -> None:
        """The watermark lies over what is printed, pale enough to read through and impossible to overlook."""
        self.saveState()
        self.setFillColor(INK)
        self.setFillAlpha(0.09)
        self.translate(A4[0] / 2, A4[1] / 2)
        self.rotate(52)
        size = min(88.0, 0.98 * A4[1] / max(1.0, width(words, STRONG, 1.0)))
        self.setFont(STRONG, size)
        self.drawCentredString(0, -size / 3, words)
        self.restoreState()


def _within(text: str, font: str, size: float, space: float) -> str:
    """A text that keeps to its place: shortened with an ellipsis (the whole stands in the paper itself)."""
    while len(text) > 1 and width(text, font, size) > space:
        text = text[:-2].rstrip() + "…"
    return text
