"""Frames are found whatever lies between them and however the bytes arrive."""

import itertools
import time

from hypothesis import given
from hypothesis import strategies as st

from monitor.hl7.mllp import Frame, FrameBuffer, Skipped, wrap

LIMIT = 64


def collect(chunks: list[bytes], limit: int = LIMIT) -> list[Frame | Skipped]:
    frames = FrameBuffer(limit)
    found: list[Frame | Skipped] = []
    for chunk in chunks:
        found += frames.feed(chunk)
    return [*found, *frames.finish()]


def test_a_frame_is_its_payload() -> None:
    assert collect([wrap(b"MSH|x\r")]) == [Frame(b"MSH|x\r")]


def test_line_ends_between_frames_are_passed_over_in_silence() -> None:
    assert collect([wrap(b"a") + b"\r\n" + wrap(b"b") + b"\r\n\r\n"]) == [Frame(b"a"), Frame(b"b")]


def test_junk_between_frames_is_counted_and_the_next_frame_is_kept() -> None:
    assert collect([wrap(b"a") + b"GET /" + wrap(b"b")]) == [Frame(b"a"), Skipped("junk", b"GET /", 5), Frame(b"b")]


def test_a_start_inside_a_frame_begins_a_new_one_and_reports_the_lost_one() -> None:
    assert collect([b"\x0blost" + wrap(b"b")]) == [Skipped("unfinished", b"lost", 1), Frame(b"b")]


def test_a_frame_whose_last_cr_was_lost_is_complete() -> None:
    assert collect([b"\x0ba\x1c" + wrap(b"b")]) == [Frame(b"a"), Frame(b"b")]


def test_a_file_separator_inside_the_text_ends_nothing() -> None:
    assert collect([wrap(b"a\x1cb")]) == [Frame(b"a\x1cb")]


def test_a_frame_at_the_limit_passes_and_one_byte_more_is_oversize() -> None:
    assert collect([wrap(b"x" * LIMIT)]) == [Frame(b"x" * LIMIT)]
    over = collect([wrap(b"x" * (LIMIT + 1)) + wrap(b"b")])
    assert [item.kind for item in over if isinstance(item, Skipped)] == ["oversize"] + ["junk"] * (len(over) - 2)
    assert over[-1] == Frame(b"b")


def test_an_endless_frame_is_reported_as_soon_as_it_is_too_long_and_not_kept() -> None:
    frames = FrameBuffer(LIMIT)
    assert frames.feed(b"\x0b" + b"x" * LIMIT) == []
    assert frames.pending()
    assert [item.kind for item in frames.feed(b"xx") if isinstance(item, Skipped)] == ["oversize"]
    assert not frames.pending()


def test_an_abandoned_frame_is_given_back_and_forgotten() -> None:
    frames = FrameBuffer(LIMIT)
    frames.feed(b"\x0bhalf")
    assert frames.abandon() == b"half"
    assert not frames.pending()
    assert frames.feed(wrap(b"b")) == [Frame(b"b")]


PIECES = st.lists(
    st.sampled_from([b"\x0b", b"\x1c", b"\r", b"\n", b"MSH|^~\\&|", b"x", b"y" * 40, wrap(b"whole"), b"\x1c\r"]),
    max_size=14,
).map(b"".join)


@given(PIECES, st.lists(st.integers(0, 200), max_size=8))
def test_the_result_does_not_depend_on_where_the_bytes_were_cut(stream: bytes, cuts: list[int]) -> None:
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    chunks = [stream[start:end] for start, end in itertools.pairwise(places)]
    assert collect(chunks) == collect([stream])
    assert collect([stream[i : i + 1] for i in range(len(stream))]) == collect([stream])


@given(st.lists(st.binary(max_size=60).filter(lambda raw: not set(raw) & {0x0B, 0x1C}), max_size=6))
def test_what_is_wrapped_comes_out_again(payloads: list[bytes]) -> None:
    assert collect([b"\r\n".join(map(wrap, payloads))]) == [Frame(payload) for payload in payloads]


def test_what_is_kept_of_an_oversize_frame_does_not_depend_on_the_cut() -> None:
    stream = b"\x0b" + bytes(range(0x20, 0x7F)) * 2
    assert collect([stream]) == collect([stream[i : i + 1] for i in range(len(stream))])


def test_a_slow_sender_of_a_large_frame_costs_linear_time() -> None:
    def seconds(size: int) -> float:
        frames = FrameBuffer(1 << 20)
        frames.feed(b"\x0b")
        begun = time.process_time()
        for _ in range(size):
            frames.feed(b"x")
        return time.process_time() - begun

    assert seconds(400_000) < 45 * max(seconds(25_000), 0.01)
