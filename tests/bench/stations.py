"""The stations of `make bench`, a process of their own: pages that watch boards and sessions and time what comes.

Law: latencies are arrival here minus the moment the value was sent: both on this machine's clocks.
"""

import argparse
import json
import threading
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import websocket

from tests.live_page import Person
from tests.server import Server


class Watcher:
    """One page in a thread of its own; it reads frames off the websocket itself, to time them as they come."""

    def __init__(self, person: Person, what: dict[str, object], alarm_words: str) -> None:
        self.socket = websocket.create_connection(
            f"ws://127.0.0.1:{person.server.http_port}/socket.io/?EIO=4&transport=websocket",
            header=[f"Cookie: {person.cookie}"],
            origin=person.server.origin,
            timeout=30,
        )
        self.alarm_words = alarm_words
        self.alarms: dict[str, float] = {}  # bed -> when its alarm came, monotonic
        self.value_ms: list[float] = []
        self.frames = 0
        self._take("0")
        self.socket.send("40" + json.dumps({"csrf": person.csrf}))
        self._take("40")
        self.socket.send("421" + json.dumps(["watch", what]))
        self._take("431")

    def _take(self, prefix: str) -> None:
        while not (text := str(self.socket.recv())).startswith(prefix):
            if text == "2":
                self.socket.send("3")

    def listen(self, ends_at_s: float) -> None:
        """Take everything until the end."""
        self.socket.settimeout(1.0)
        while time.monotonic() < ends_at_s:
            try:
                text = str(self.socket.recv())
            except websocket.WebSocketTimeoutException:
                continue
            except (OSError, websocket.WebSocketException):  # the server ended first
                return
            if text == "2":
                self.socket.send("3")
            elif text.startswith("42"):
                self._time(text, time.monotonic(), time.time())
        self.socket.close()

    def _time(self, text: str, came_s: float, came_at: float) -> None:
        self.frames += 1
        if text.startswith('42["values"'):
            points = json.loads(text[2:])[1]["points"]
            newest = max(datetime.fromisoformat(point["at"]).timestamp() for point in points)
            self.value_ms.append((came_at - newest) * 1000)
        elif self.alarm_words in text and text.startswith('42["tiles"'):
            for tile in json.loads(text[2:])[1]["tiles"]:
                if any(self.alarm_words in alarm["words"] for alarm in tile["alarms"]):
                    self.alarms.setdefault(tile["bed"], came_s)


def main(arguments: Sequence[str] | None = None) -> int:
    """Watch for a while and write what was measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.stations")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--boards", type=int, required=True, help="how many pages watch a board")
    parser.add_argument("--sessions", type=int, required=True, help="how many pages watch a session")
    parser.add_argument("--beds", type=int, required=True)
    parser.add_argument("--station-names", required=True, help="comma separated")
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--alarm-words", default="BP 205")
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args(arguments)
    person = Person(Server(Path(), http_port=chosen.port), "nurse").sign_in()
    names = chosen.station_names.split(",")
    watched: list[dict[str, object]] = [{"board": names[number % len(names)]} for number in range(chosen.boards)]
    watched += [{"session": 1 + number * chosen.beds // chosen.sessions} for number in range(chosen.sessions)]
    watchers = [Watcher(person, what, chosen.alarm_words) for what in watched]
    print("watching", flush=True)
    ends_at_s = time.monotonic() + chosen.seconds
    threads = [threading.Thread(target=watcher.listen, args=(ends_at_s,)) for watcher in watchers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    alarms: dict[str, float] = {}
    for watcher in watchers:
        for bed, came_s in watcher.alarms.items():
            alarms[bed] = min(came_s, alarms.get(bed, came_s))
    value_ms = [value for watcher in watchers for value in watcher.value_ms]
    chosen.out.write_text(
        json.dumps(
            {
                "alarms": alarms,
                "every_alarm": [[bed, came_s] for watcher in watchers for bed, came_s in watcher.alarms.items()],
                "value_ms": value_ms,
                "frames": sum(watcher.frames for watcher in watchers),
            }
        )
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
