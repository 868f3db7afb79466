"""Faults of the wire are the seed's own, and whatever breaks arrives in the end."""

import asyncio
from collections import Counter
from collections.abc import Iterator

import pytest

from simulators.bedside import Manners, Outgoing, run_beds
from simulators.wire_faults import Faults, FaultyWire
from tests.simulators.receiver import receiver

ALL = Faults(duplicate=0.2, reorder=0.2, truncate=0.2, byte_by_byte=0.2, junk=0.2, lost_end_block=0.2)


def outgoing(count: int) -> Iterator[Outgoing]:
    for n in range(1, count + 1):
        yield Outgoing(n * 0.01, f"SIM1.{n}", f"MSH|^~\\&|SIM^1||||||ORU^R01|SIM1.{n}|P|2.6\r".encode())


def controls(faults: Faults, seed: str = "1", count: int = 200) -> list[str]:
    return [message.control_id for message in FaultyWire(faults, seed).order(outgoing(count))]


def test_without_faults_nothing_changes() -> None:
    assert list(FaultyWire(Faults(), "1").order(outgoing(20))) == list(outgoing(20))
    assert not Faults(clock_offset_s=-300).any


@pytest.mark.parametrize("faults", [ALL, Faults(drop=0.1), Faults(delay_s=2)])
def test_the_same_seed_breaks_the_same(faults: Faults) -> None:
    once, again, other = (list(FaultyWire(faults, seed).order(outgoing(200))) for seed in ("1", "1", "2"))
    assert once == again != other


def test_a_drop_is_counted_and_everything_else_is_sent() -> None:
    wire = FaultyWire(Faults(drop=0.1), "1")
    sent = list(wire.order(outgoing(500)))
    assert len(sent) + wire.dropped == 500
    assert 20 < wire.dropped < 80


def test_a_duplicate_is_the_same_message_twice() -> None:
    counts = Counter(controls(Faults(duplicate=0.2)))
    assert len(counts) == 200
    assert set(counts.values()) == {1, 2}


def test_a_reordered_message_follows_the_next_and_none_is_lost() -> None:
    order = [int(control.split(".")[1]) for control in controls(Faults(reorder=0.3))]
    assert sorted(order) == list(range(1, 201))
    assert order != sorted(order)
    assert all(abs(place - number) <= 1 for place, number in enumerate(order, 1))


def test_late_messages_keep_their_bytes() -> None:
    late = list(FaultyWire(Faults(late_s=60), "1").order(outgoing(3)))
    assert [round(m.due_s, 2) for m in late] == [60.01, 60.02, 60.03]
    assert [m.payload for m in late] == [m.payload for m in outgoing(3)]


def test_a_truncated_frame_is_sent_again_whole_until_taken() -> None:
    wire = FaultyWire(Faults(truncate=0.5), "1")
    manners = Manners(first_pause_s=0.005, longest_pause_s=0.01)
    with receiver() as there:
        beds = [("SIM1", outgoing(20))]
        run = run_beds(beds, "127.0.0.1", there.port, manners=manners, say=lambda _: None, wires={"SIM1": wire.chunks})
        tally = asyncio.run(run)
    assert (tally.sent, tally.acked, tally.given_up) == (20, 20, 0)
    assert tally.resent > 5
    assert there.connections > 5
    assert len(there.messages) == 20


def test_byte_by_byte_arrives_as_one_message() -> None:
    wire = FaultyWire(Faults(byte_by_byte=1.0), "1")
    with receiver() as there:
        beds = [("SIM1", outgoing(3))]
        asyncio.run(run_beds(beds, "127.0.0.1", there.port, say=lambda _: None, wires={"SIM1": wire.chunks}))
    assert there.messages == [m.payload for m in outgoing(3)]
