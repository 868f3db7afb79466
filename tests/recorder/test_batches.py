"""A batch in one frame: every message is recorded and answered in its order, and nobody behind it waits for its end."""

from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text

from monitor.recorder.arrivals import Arrived
from monitor.recorder.receiving import MESSAGES_AT_ONCE
from monitor.runtime import Signal, ThreadRuntime
from tests.recorder.house import SENT, House, open_house, oru

MESSAGES = 4 * MESSAGES_AT_ONCE - 3


@dataclass
class Noted:
    """A signal that notes when it was set."""

    name: str
    order: list[str]
    signal: Signal = field(default_factory=lambda: ThreadRuntime().signal())

    def set(self) -> None:
        self.order.append(self.name)
        self.signal.set()

    def wait(self, timeout_s: float | None = None) -> bool:
        return self.signal.wait(timeout_s)


def batch(house: House) -> bytes:
    messages = [
        oru(house.clock.now(), control_id=f"M{number}", bed="BED1" if number % 2 else "NOBODYS", hr=70 + number % 9)
        for number in range(MESSAGES)
    ]
    return b"FHS|^~\\&\rBHS|^~\\&\r" + b"".join(messages) + b"BTS|1\rFTS|1\r"


def arrive(house: House, raw: bytes, done: Noted) -> Arrived:
    arrived = Arrived(raw, "10.0.0.9:1234", house.clock.now(), house.clock.mono_s(), done)
    house.recorder.receive(arrived)
    return arrived


def test_a_long_batch_is_answered_message_by_message_in_its_order(tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        answers = house.send(batch(house))
        assert [part.split(b"\r")[0] for part in answers.split(b"MSA|AA|")[1:]] == [
            f"M{number}".encode() for number in range(MESSAGES)
        ]
        stored = house.read(lambda connection: connection.execute(text(f"select count(*) from {SENT}")).scalar())
        nobodys = house.read(lambda connection: connection.execute(text("select count(*) from unassigned")).scalar())
        assert (stored, nobodys) == (9, MESSAGES - MESSAGES // 2), "nine heart rates of one time, and the rest"


def test_a_message_behind_a_long_batch_does_not_wait_for_its_end(tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        order: list[str] = []
        long = arrive(house, batch(house), Noted("batch", order))
        short = arrive(house, oru(house.clock.now(), bed="BED2", hr=71.0), Noted("short", order))
        assert long.done.wait(20)
        assert short.done.wait(20)
        assert order == ["short", "batch"]
