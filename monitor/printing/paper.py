"""What a paper holds, in the order it is read: titles, texts, tables, charts, lines to write on.

Law: every text is worded, translated and formatted before it comes here; whoever draws knows nothing of patients or
policies. The same paper is always the same bytes: it carries its own time, and drawing asks for no other.
Lengths are millimetres, places on a chart are minutes from its left edge.
"""

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

Point = tuple[float, float | None]  # minutes, value; None ends the line


@dataclass(frozen=True, slots=True)
class Heading:
    """The name of a part."""

    text: str
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; a line break in it is one on paper."""

    text: str
    look: Literal["plain", "strong", "small", "large"] = "plain"
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class Notice:
    """What nobody may overlook, in a frame."""

    text: str
    look: Literal["plain", "large"] = "plain"
    kind: Literal["notice"] = "notice"


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with their values, so many beside each other."""

    rows: tuple[tuple[str, str], ...]
    columns: int = 2
    kind: Literal["facts"] = "facts"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head; `shares` are the columns' parts of the width, `row_mm` the least height (for writing by hand).

    `strong` are the cells that stand out, each by its row and column. `empty` is said when there is no row.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[float, ...]
    empty: str = ""
    row_mm: float = 0.0
    strong: tuple[tuple[int, int], ...] = ()
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; `tick` with boxes to tick."""

    items: tuple[str, ...]
    tick: bool = False
    kind: Literal["bullets"] = "bullets"


@dataclass(frozen=True, slots=True)
class Blanks:
    """Lines to be written on, each with its name."""

    names: tuple[str, ...]
    columns: int = 2
    kind: Literal["blanks"] = "blanks"


@dataclass(frozen=True, slots=True)
class Line:
    """Values joined in their order; `look` step holds a value until the next, dots joins nothing."""

    points: tuple[Point, ...]
    name: str
    look: Literal["solid", "dashed", "step", "dots"] = "solid"


@dataclass(frozen=True, slots=True)
class Bar:
    """A low and a high of one moment."""

    at_min: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time; `to_min` is the right edge where it has not ended."""

    from_min: float
    to_min: float
    words: str
    look: Literal["high", "medium", "low", "doubted"]


@dataclass(frozen=True, slots=True)
class Panel:
    """One part of a chart with its own scale; `limits` are dashed across it, `ticks` are written at its edge."""

    title: str
    low: float
    high: float
    ticks: tuple[float, ...]
    lines: tuple[Line, ...] = ()
    bars: tuple[Bar, ...] = ()
    limits: tuple[float, ...] = ()
    doubted: tuple[Stretch, ...] = ()
    height_mm: float = 18.0


@dataclass(frozen=True, slots=True)
class Chart:
    """Panels over one time axis of `length_min`, with a lane of alarms below and numbered marks above."""

    length_min: float
    ticks: tuple[tuple[float, str], ...]
    panels: tuple[Panel, ...]
    lane_title: str
    lane: tuple[Stretch, ...] = ()
    marks: tuple[tuple[float, str], ...] = ()
    empty: str = ""
    kind: Literal["chart"] = "chart"


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows begins on a page of its own."""

    kind: Literal["new page"] = "new page"


Block = Annotated[
    Heading | Text | Notice | Facts | Table | Bullets | Blanks | Chart | NewPage, Field(discriminator="kind")
]


@dataclass(frozen=True, slots=True)
class Paper:
    """One document. `made_ms` is when what it says was true, in ms of the epoch: its date in the file.

    `page_words` has holes for {n} and {of}; `watermark` lies across every page; `banner` stands at the top of each.
    """

    title: str
    beside_title: str
    foot: str
    page_words: str
    language: Literal["en", "es"]
    made_ms: int
    blocks: tuple[Block, ...]
    watermark: str = ""
    banner: str = ""


@cache
def paper_form() -> TypeAdapter[Paper]:
    """How a paper is written for the drawing process, and read there; built at its first use."""
    return TypeAdapter(Paper)
