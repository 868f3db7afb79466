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

from tests.server import PASSWORD
from tests.socket_client import Page


class Watcher:
    """One page in a thread of its own."""

    def __init__(self, signed_in: Page, what: dict[str, object], alarm_words: str) -> None:
        self.page = Page(signed_in.port, signed_in.cookie, signed_in.csrf).connect()
        self.page.watch(**what)
        self.alarm_words = alarm_words
        self.alarms: dict[str, float] = {}  # bed -> when its alarm came, monotonic
        self.value_ms: list[float] = []
        self.frames = 0

    def listen(self, ends_at_s: float) -> None:
        """Take everything until the end."""
        while time.monotonic() < ends_at_s:
            text = self.page.hear(1.0)
            if text is None or not text.startswith("42"):
                continue
            came_s, came_at = time.monotonic(), time.time()
            self.frames += 1
            name, payload = self.page.events.pop()
            if name == "values":
                newest = max(datetime.fromisoformat(point["at"]).timestamp() for point in payload["points"])
                self.value_ms.append((came_at - newest) * 1000)
            elif name == "tiles" and self.alarm_words in text:
                for tile in payload["tiles"]:
                    if any(self.alarm_words in alarm["words"] for alarm in tile["alarms"]):
                        self.alarms.setdefault(tile["bed"], came_s)
        self.page.close()


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
    signed_in = Page(chosen.port).sign_in("nurse", PASSWORD)
    names = chosen.station_names.split(",")
    watched: list[dict[str, object]] = [{"board": names[number % len(names)]} for number in range(chosen.boards)]
    watched += [{"session": 1 + number * chosen.beds // chosen.sessions} for number in range(chosen.sessions)]
    watchers = [Watcher(signed_in, what, chosen.alarm_words) for what in watched]
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
        json.dumps({"alarms": alarms, "value_ms": value_ms, "frames": sum(watcher.frames for watcher in watchers)})
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
