"""The process that draws: the same paper is the same file, one that breaks is said, and the next one is drawn."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from monitor.printing.paper import Bar, Blanks, Bullets, Chart, Facts, Line, Notice, Panel, Paper, Stretch, Table, Text
from monitor.printing.press import HOUSE, NotPrinted, Press
from monitor.runtime import ThreadRuntime

CHART = Chart(
    60.0,
    ((0.0, "10:00"), (30.0, "10:30")),
    (
        Panel(
            "HR", 40, 140, (60, 100), (Line(((0, 70), (10, None), (20, 80), (30, None), (40, 75)), "HR"),), (), (120,)
        ),
        Panel("BP", 40, 180, (80,), bars=(Bar(5, 70, 130),)),
    ),
    "Alarms",
    (Stretch(10, 60, "SpO2 low", "high"),),
    ((5, "1"), (5.1, "2")),
)
PAPER = Paper(
    "Record",
    "Session 7",
    "Session 7, version 3",
    "Page {n} of {of}",
    "en",
    1_772_700_000_000,
    (
        Notice("Mind"),
        Facts((("Patient", "Каренина, Анна"), ("Chair", "4"), ("State", "Held"))),
        CHART,
        Table(
            ("At", "What"), tuple((f"{n}", "w " * (9000 if n == 3 else 5)) for n in range(80)), (1, 6), strong=((0, 1),)
        ),
        Table(("A",), (), (1,), empty="No row."),
        Bullets(("one",), tick=True),
        Blanks(("Signature",)),
        Text("<b>no markup</b> & 5 < 6"),
    ),
    watermark="SIMULATED",
)
BROKEN = "import sys; from monitor.printing.frames import receive; receive(sys.stdin.buffer); "


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    made = Press(ThreadRuntime(1), nullcontext)
    yield made
    made.close()


def pages(made: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(made)).pages]


def test_the_same_paper_is_the_same_file_in_two_processes_and_dated_by_its_record(press: Press) -> None:
    first = press.pdf(PAPER)
    press.close()
    assert press.pdf(PAPER) == press.pdf(PAPER) == first
    assert press.pdf(replace(PAPER, made_ms=PAPER.made_ms + 1000)) != first
    told = PdfReader(BytesIO(first)).metadata
    assert told is not None
    assert told.creation_date is not None
    assert told.creation_date.timestamp() == PAPER.made_ms / 1000


def test_every_page_says_which_it_is_of_what_and_that_it_is_simulated(press: Press) -> None:
    texts = pages(press.pdf(PAPER))
    assert len(texts) > 3
    for number, text in enumerate(texts, 1):
        assert f"Page {number} of {len(texts)}" in text
        assert "SIMULATED" in text
        assert "Session 7, version 3" in text


def test_nothing_is_cut_off_and_nothing_is_markup(press: Press) -> None:
    whole = "\n".join(pages(press.pdf(PAPER)))
    assert whole.count("w") > 9000
    assert "<b>no markup</b> & 5 < 6" in whole
    for said in ("Каренина, Анна", "No row.", "H SpO2 low", "10:30"):
        assert said in whole


def test_letters_are_embedded_so_that_every_reader_shows_them(press: Press) -> None:
    for page in PdfReader(BytesIO(press.pdf(PAPER))).pages:
        fonts = page["/Resources"]["/Font"]
        descriptors = [fonts[name].get_object().get("/FontDescriptor") for name in fonts]
        assert any(one is not None and "/FontFile2" in one.get_object() for one in descriptors)
        assert all(
            one is not None for name, one in zip(fonts, descriptors, strict=True) if "Helvetica" not in str(fonts[name])
        )


@pytest.mark.parametrize("ends", ["sys.exit(3)", "import os, signal; os.kill(os.getpid(), signal.SIGALRM)"])
def test_a_process_that_ends_over_a_paper_is_said_and_never_waited_for(ends: str) -> None:
    broken = Press(ThreadRuntime(1), nullcontext, (sys.executable, "-c", BROKEN + ends))
    with pytest.raises(NotPrinted, match="could not be drawn"):
        broken.pdf(PAPER)
    broken.close()


def test_a_process_that_died_between_two_papers_is_replaced(press: Press) -> None:
    first = press.pdf(PAPER)
    assert press.worker_pid is not None
    os.kill(press.worker_pid, 9)
    assert press.pdf(PAPER) == first


def test_a_paper_nobody_can_lay_out_is_refused_and_the_next_one_is_drawn(press: Press) -> None:
    broken = replace(PAPER, blocks=(Table(("A", "B"), (("only one",),), (1, 1)),), page_words="{nothing}")
    with pytest.raises(NotPrinted):
        press.pdf(broken)
    assert press.pdf(PAPER)


def test_the_server_never_loads_the_pdf_library() -> None:
    code = "import sys, monitor.app.composing; sys.exit(any(name.startswith('reportlab') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], cwd=HOUSE, timeout=60, check=False).returncode == 0
