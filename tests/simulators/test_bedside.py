"""A bedside gateway keeps a message until it is taken, one at a time and in order."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator

from simulators.bedside import Manners, Outgoing, Tally, run_beds
from tests.simulators.receiver import receiver

HURRIED = Manners(answer_s=5.0, first_pause_s=0.01, longest_pause_s=0.05, patience_s=5.0)


def outgoing(count: int, bed: str = "SIM1", every_s: float = 0.0) -> Iterator[Outgoing]:
    for n in range(1, count + 1):
        control = f"{bed}.{n}"
        yield Outgoing(n * every_s, control, f"MSH|^~\\&|SIM^1||||||ORU^R01|{control}|P|2.6\r".encode())


def run(port: int, count: int, *, manners: Manners = HURRIED, said: list[str] | None = None, beds: int = 1) -> Tally:
    lines = [] if said is None else said
    names = [f"SIM{n}" for n in range(1, beds + 1)]
    chosen = [(name, outgoing(count, name)) for name in names]
    return asyncio.run(run_beds(chosen, "127.0.0.1", port, speed=1000.0, manners=manners, say=lines.append))


def numbers(controls: list[str]) -> list[int]:
    return [int(control.split(".")[1]) for control in controls]


def test_every_message_is_sent_once_and_in_order_over_one_connection() -> None:
    with receiver() as there:
        tally = run(there.port, 20)
    assert numbers(there.controls) == list(range(1, 21))
    assert there.connections == 1
    assert tally.line == "sent 20 acked 20 refused 0"


def test_a_commit_acknowledgement_is_as_good() -> None:
    with receiver(lambda _n, _m: "CA") as there:
        assert run(there.port, 3).acked == 3


def test_a_message_answered_with_an_error_is_sent_again_until_taken() -> None:
    with receiver(lambda n, _m: "AE" if n in (2, 3) else "AA") as there:
        said: list[str] = []
        tally = run(there.port, 3, said=said)
    assert numbers(there.controls) == [1, 2, 2, 2, 3]
    assert tally == Tally(sent=3, acked=3, refused=2, resent=2)
    assert said[0] == "SIM1: refused with AE words; sending again"
    assert said[1].startswith("SIM1: acknowledged again")


def test_a_message_whose_connection_dropped_is_sent_again_on_a_new_one() -> None:
    with receiver(lambda n, _m: None if n == 2 else "AA") as there:
        tally = run(there.port, 4)
    assert numbers(there.controls) == [1, 2, 2, 3, 4]
    assert there.connections == 2
    assert tally == Tally(sent=4, acked=4, resent=1)


def test_a_message_without_an_answer_is_sent_again_on_a_new_connection() -> None:
    impatient = Manners(answer_s=0.5, first_pause_s=0.01)
    with receiver(lambda n, _m: "" if n == 1 else "AA") as there:
        tally = run(there.port, 2, manners=impatient)
    assert numbers(there.controls) == [1, 1, 2]
    assert there.connections == 2
    assert tally.acked == 2


def scripted_answers(answers: list[bytes]) -> tuple[int, threading.Thread]:
    """A receiver that sends raw bytes, one entry a received chunk, over one connection."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with listener, listener.accept()[0] as connection:
            for answer in answers:
                connection.recv(65536)
                connection.sendall(answer)
            connection.recv(65536)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return listener.getsockname()[1], thread


def test_an_acknowledgement_of_another_message_does_not_count() -> None:
    wrong, right = b"\x0bMSH|^~\\&\rMSA|AA|SIM1.99\r\x1c\r", b"\x0bMSH|^~\\&\rMSA|AE|SIM1.1\r\x1c\r"
    port, thread = scripted_answers([wrong + right, b"\x0bMSH|^~\\&\rMSA|AA|SIM1.1\r\x1c\r"])
    tally = run(port, 1)
    thread.join(2)
    assert tally == Tally(sent=1, acked=1, refused=1, resent=1)


def test_junk_before_an_answer_is_skipped() -> None:
    port, thread = scripted_answers([b"\r\nhello\x0bMSA|AE|SIM1.1\r\x0bMSH|^~\\&\nMSA|AA|SIM1.1\n\x1c\r"])
    tally = run(port, 1)
    thread.join(2)
    assert tally == Tally(sent=1, acked=1)


def test_a_receiver_that_comes_up_late_gets_everything() -> None:
    with socket.create_server(("127.0.0.1", 0)) as finder:
        port = finder.getsockname()[1]
    tally: list[Tally] = []
    sender = threading.Thread(target=lambda: tally.append(run(port, 5)))
    sender.start()
    time.sleep(0.2)
    answers = [f"\x0bMSH|^~\\&\rMSA|AA|SIM1.{n}\r\x1c\r".encode() for n in range(1, 6)]
    with socket.create_server(("127.0.0.1", port)) as listener, listener.accept()[0] as connection:
        for answer in answers:
            connection.recv(65536)
            connection.sendall(answer)
        sender.join(5)
    assert tally[0].acked == 5
    assert tally[0].resent >= 1


def test_what_is_never_taken_is_given_up_after_patience_and_counted() -> None:
    hasty = Manners(answer_s=0.3, first_pause_s=0.01, longest_pause_s=0.02, patience_s=0.1)
    said: list[str] = []
    with receiver(lambda _n, _m: "AR") as there:
        tally = run(there.port, 3, manners=hasty, said=said)
    assert (tally.sent, tally.acked, tally.given_up) == (3, 0, 3)
    assert tally.refused == len(there.messages) == tally.resent + 3
    assert numbers(there.controls)[-2:] == [2, 3]  # what follows is tried once: its patience is already spent
    assert len([line for line in said if "gave up" in line]) == 1


def test_pauses_grow_while_trouble_lasts() -> None:
    manners = Manners(first_pause_s=0.02, longest_pause_s=10, patience_s=30)
    began = time.monotonic()
    with receiver(lambda n, _m: "AE" if n <= 4 else "AA") as there:
        run(there.port, 1, manners=manners)
    assert time.monotonic() - began >= 0.02 + 0.04 + 0.08 + 0.16


def test_patience_begins_anew_once_a_message_was_taken() -> None:
    manners = Manners(first_pause_s=0.01, patience_s=0.2)
    with receiver(lambda n, _m: "AE" if n in (1, 3) else "AA") as there:
        beds = [("SIM1", outgoing(2, every_s=0.4))]
        tally = asyncio.run(run_beds(beds, "127.0.0.1", there.port, manners=manners, say=lambda _words: None))
    assert (tally.acked, tally.given_up) == (2, 0)


def test_a_stop_ends_a_hopeless_resending() -> None:
    async def stopped(port: int) -> Tally:
        stop = asyncio.Event()
        asyncio.get_running_loop().call_later(0.1, stop.set)
        beds = [("SIM1", outgoing(3))]
        patient = Manners(first_pause_s=0.01, longest_pause_s=0.05, patience_s=60)
        running = run_beds(beds, "127.0.0.1", port, manners=patient, stop=stop, say=lambda _words: None)
        return await asyncio.wait_for(running, 5)

    with receiver(lambda _n, _m: "AE") as there:
        assert asyncio.run(stopped(there.port)).given_up == 1


def test_a_refused_message_does_not_stop_the_other_beds() -> None:
    with receiver(lambda _n, m: "AE" if b"SIM2" in m and len(there.messages) < 30 else "AA") as there:
        tally = run(there.port, 10, beds=3)
    assert tally.acked == 30
    assert there.connections == 3


def test_messages_keep_the_pace_of_the_clock() -> None:
    with receiver() as there:
        began = time.monotonic()
        beds = [("SIM1", outgoing(5, every_s=10.0))]
        asyncio.run(run_beds(beds, "127.0.0.1", there.port, speed=200.0, manners=HURRIED))
        took = time.monotonic() - began
    assert 0.25 <= took < 5  # the last is due after 50 virtual seconds


def test_a_late_sender_skips_nothing() -> None:
    def slow(_number: int, _message: bytes) -> str:
        time.sleep(0.02)
        return "AA"

    with receiver(slow) as there:
        beds = [("SIM1", outgoing(15, every_s=1.0))]
        asyncio.run(run_beds(beds, "127.0.0.1", there.port, speed=10_000.0, manners=HURRIED))
    assert numbers(there.controls) == list(range(1, 16))


def test_a_stop_lets_the_message_on_its_way_arrive_and_sends_no_more() -> None:
    async def stopped(port: int) -> Tally:
        stop = asyncio.Event()
        asyncio.get_running_loop().call_later(0.1, stop.set)
        beds = [("SIM1", outgoing(1000, every_s=1.0))]
        return await run_beds(beds, "127.0.0.1", port, speed=50.0, manners=HURRIED, stop=stop)

    with receiver() as there:
        tally = asyncio.run(stopped(there.port))
    assert 1 <= tally.sent < 100
    assert tally.acked == tally.sent
