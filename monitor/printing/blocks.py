"""Each kind of block as what flows onto pages. Law: nothing is cut off; a row too high goes on over the page."""

from collections.abc import Iterator

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, LongTable, PageBreak, Spacer
from reportlab.platypus import Table as Grid

from monitor.printing.chart import Drawing
from monitor.printing.lettering import (
    BODY,
    BOLD,
    CELL,
    CELL_HEAD,
    CELL_STRONG,
    HEADING,
    INK,
    LARGE,
    RULE,
    SMALL,
    SOFT,
    WASH,
    Words,
)
from monitor.printing.paper import (
    Blanks,
    Block,
    Bullets,
    Chart,
    Facts,
    Heading,
    NewPage,
    Notice,
    Table,
    Text,
)

_LOOKS = {"plain": BODY, "strong": BOLD, "small": SMALL, "large": LARGE}
_FLAT = [("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 5)]
_TOP = ("VALIGN", (0, 0), (-1, -1), "TOP")
_TIGHT = [("TOPPADDING", (0, 0), (-1, -1), 1.2), ("BOTTOMPADDING", (0, 0), (-1, -1), 1.2)]
_WRITE_MM = 9.0


def flowed(block: Block, space: float) -> Iterator[Flowable]:
    """The block as flowables for a column of that many points."""
    if isinstance(block, Heading):
        yield from (CondPageBreak(22 * mm), Spacer(0, 5), Words(block.text, HEADING), Spacer(0, 1.5))
    elif isinstance(block, Text):
        yield from (Words(block.text, _LOOKS[block.look]), Spacer(0, 3))
    elif isinstance(block, Notice):
        yield from (_framed(block, space), Spacer(0, 4))
    elif isinstance(block, Facts):
        yield from (_facts(block, space), Spacer(0, 2))
    elif isinstance(block, Table):
        yield from _table(block, space)
    elif isinstance(block, Bullets):
        yield from (_bullets(block, space), Spacer(0, 3))
    elif isinstance(block, Blanks):
        yield KeepTogether([_blanks(block, space), Spacer(0, 3)])
    elif isinstance(block, Chart):
        yield from (Drawing(block, space), Spacer(0, 4))
    elif isinstance(block, NewPage):
        yield PageBreak()


def _framed(block: Notice, space: float) -> Flowable:
    look = LARGE if block.look == "large" else BOLD
    style = [("BOX", (0, 0), (-1, -1), 1.2, INK), ("BACKGROUND", (0, 0), (-1, -1), WASH)]
    return Grid([[Words(block.text, look)]], colWidths=[space], style=style)


def _facts(block: Facts, space: float) -> Flowable:
    n = block.columns
    lines = [block.rows[at : at + n] for at in range(0, len(block.rows), n)]
    cells = [
        [each for name, value in line for each in (Words(name, SMALL), Words(value or "–", BODY))]
        + [Words("")] * (2 * (n - len(line)))
        for line in lines
    ]
    widths = [share * space / n for _ in range(n) for share in (0.3, 0.7)]
    return Grid(cells or [[Words("")] * 2 * n], colWidths=widths, style=[_TOP, *_FLAT, *_TIGHT])


def _table(block: Table, space: float) -> Iterator[Flowable]:
    if not block.rows:
        yield from (Words(block.empty, CELL), Spacer(0, 3))
        return
    widths = [share / sum(block.shares) * space for share in block.shares]
    strong = frozenset(block.strong)
    rows = [[Words(cell, CELL_HEAD) for cell in block.head]] + [
        [Words(cell, CELL_STRONG if (n, at) in strong else CELL) for at, cell in enumerate(row)]
        for n, row in enumerate(block.rows)
    ]
    heights = None if not block.row_mm else [None] + [block.row_mm * mm] * len(block.rows)
    lines = [("LINEBELOW", (0, 0), (-1, 0), 0.8, SOFT), ("LINEBELOW", (0, 1), (-1, -1), 0.25, RULE)]
    by_hand = [("GRID", (0, 0), (-1, -1), 0.4, SOFT)] if block.row_mm else []
    yield LongTable(
        rows,
        colWidths=widths,
        rowHeights=heights,
        repeatRows=1,
        splitInRow=1,
        style=[_TOP, *_TIGHT, ("LEFTPADDING", (0, 0), (-1, -1), 2), *lines, *by_hand],
    )
    yield Spacer(0, 3)


def _bullets(block: Bullets, space: float) -> Flowable:
    mark = "☐" if block.tick else "•"
    rows = [[Words(mark, BODY), Words(item, BODY)] for item in block.items]
    style = [_TOP, *_FLAT, *_TIGHT]
    return LongTable(rows or [[Words(""), Words("")]], colWidths=[5 * mm, space - 5 * mm], splitInRow=1, style=style)


def _blanks(block: Blanks, space: float) -> Flowable:
    n = block.columns
    lines = [block.names[at : at + n] for at in range(0, len(block.names), n)]
    rows = [[Words(name, SMALL) for name in (*line, *[""] * (n - len(line)))] for line in lines]
    style: list[tuple[object, ...]] = [("VALIGN", (0, 0), (-1, -1), "BOTTOM"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]
    for row, line in enumerate(lines):
        style += [("LINEBELOW", (at, row), (at, row), 0.5, SOFT) for at in range(len(line))]
    return Grid(rows, colWidths=[space / n] * n, rowHeights=[_WRITE_MM * mm] * len(rows), style=style)
