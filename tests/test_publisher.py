"""What is pushed: alarms at once, tiles together, every frame numbered, nothing built for nobody."""

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from monitor.clock import system_clock
from monitor.counters import Counters
from monitor.publisher import PERIOD_S, Publisher, board_room, session_room, wall_room
from monitor.runtime import ThreadRuntime


@dataclass
class Wall:
    """Hears what is emitted; `rooms` are those somebody is in."""

    rooms: set[str] = field(default_factory=set)
    heard: list[tuple[str, Mapping[str, object], str | None, float]] = field(default_factory=list)

    def emit(self, event: str, payload: Mapping[str, object], to: str | None = None) -> None:
        self.heard.append((event, payload, to, time.monotonic()))

    def watched(self, room: str) -> bool:
        return room in self.rooms


@dataclass
class Drawing:
    """Tiles as chair ids; chairs in `torn` cannot be drawn."""

    drawn: list[list[int]] = field(default_factory=list)
    torn: set[int] = field(default_factory=set)
    calling: list[Mapping[str, object]] | None = field(default_factory=list)

    def stations(self) -> Iterable[str]:
        return ["A", "B"]

    def tiles(self, station: str, chair_ids: Iterable[int]) -> Mapping[str, object]:
        ids = list(chair_ids)
        if self.torn & set(ids):
            raise ZeroDivisionError("injected")
        self.drawn.append(ids)
        return {"tiles": ids}

    def for_wall(self, frame: Mapping[str, object]) -> Mapping[str, object]:
        return {**frame, "wall": True}

    def calls(self) -> Sequence[Mapping[str, object]]:
        if self.calling is None:
            raise ZeroDivisionError("injected")
        return self.calling


def a_publisher(*rooms: str) -> tuple[Publisher, Wall, Drawing]:
    wall, drawing = Wall(set(rooms)), Drawing()
    return Publisher(wall, drawing, system_clock(), ThreadRuntime(), Counters(), "b1"), wall, drawing


def run(publisher: Publisher, seconds: float) -> None:
    threading.Thread(target=publisher.run, daemon=True).start()
    time.sleep(seconds)


def test_an_alarm_goes_out_at_once() -> None:
    publisher, wall, _ = a_publisher(board_room("A"))
    publisher.alarm_changed("A", 3)
    assert [(event, payload["tiles"], room) for event, payload, room, _ in wall.heard] == [("tiles", [3], "board:A")]


def test_changes_of_a_chair_within_a_period_are_one_tile_in_one_push() -> None:
    publisher, wall, drawing = a_publisher(board_room("A"))
    for _ in range(50):
        publisher.chair_changed("A", 2)
        publisher.chair_changed("A", 1)
    run(publisher, 3 * PERIOD_S)
    assert drawing.drawn == [[1, 2]]
    assert len(wall.heard) == 1


def test_what_changes_all_the_time_is_pushed_once_a_period() -> None:
    publisher, wall, _ = a_publisher(board_room("A"))
    threading.Thread(target=publisher.run, daemon=True).start()
    ends_at = time.monotonic() + 8 * PERIOD_S
    while time.monotonic() < ends_at:
        publisher.chair_changed("A", 1)
        time.sleep(0.005)
    assert 2 <= len(wall.heard) <= 10


def test_every_frame_has_a_greater_number_than_the_one_before_and_a_snapshot_knows_the_newest() -> None:
    publisher, wall, _ = a_publisher(board_room("A"), board_room("B"))
    for number in range(5):
        publisher.alarm_changed("AB"[number % 2], number)
        publisher.session(7, "values", {"at": number})
        publisher.heartbeat()
    numbers = [payload["seq"] for _, payload, _, _ in wall.heard]
    assert numbers == sorted(set(map(int, map(str, numbers))))
    assert publisher.seq() == numbers[-1]


def test_nothing_is_drawn_for_a_station_or_a_session_nobody_watches() -> None:
    publisher, wall, drawing = a_publisher(session_room(7))
    publisher.alarm_changed("A", 1)
    publisher.chair_changed("A", 1)
    run(publisher, 2 * PERIOD_S)
    assert drawing.drawn == []
    assert wall.heard == []
    assert publisher.session_is_watched(7)
    assert not publisher.session_is_watched(8)


def test_a_chair_that_cannot_be_drawn_leaves_no_other_chair_standing_still() -> None:
    publisher, wall, drawing = a_publisher(board_room("A"), board_room("B"))
    drawing.torn = {2}
    for chair_id in (1, 2, 3):
        publisher.chair_changed("A", chair_id)
    publisher.chair_changed("B", 9)
    run(publisher, 3 * PERIOD_S)
    assert sorted(drawing.drawn) == [[1], [3], [9]]
    publisher.alarm_changed("A", 2)  # nor does it break whoever tells of its alarm
    publisher.chair_changed("A", 1)
    time.sleep(2 * PERIOD_S)
    assert drawing.drawn[-1] == [1]
    assert len(wall.heard) == 4


def test_the_heartbeat_says_whether_the_record_is_kept() -> None:
    publisher, wall, _ = a_publisher()
    publisher.heartbeat()
    publisher.not_recording_s = 3.5
    publisher.heartbeat()
    said = [(payload["recording"], payload["not_recording_s"], payload["build"]) for _, payload, _, _ in wall.heard]
    assert said == [(True, None, "b1"), (False, 3.5, "b1")]


def test_the_heartbeat_says_which_alarms_nobody_answers_and_beats_on_when_that_cannot_be_said() -> None:
    publisher, wall, drawing = a_publisher()
    drawing.calling = [{"chair": "CH4", "reach": "physician"}]
    publisher.heartbeat()
    drawing.calling = None
    publisher.heartbeat()
    assert [payload["calls"] for _, payload, _, _ in wall.heard] == [[{"chair": "CH4", "reach": "physician"}], ()]


def test_a_display_on_the_wall_gets_its_own_tiles_and_a_board_never_those() -> None:
    publisher, wall, _ = a_publisher(board_room("A"), wall_room("A"), wall_room("B"))
    publisher.alarm_changed("A", 1)
    publisher.alarm_changed("B", 2)
    told = [(payload.get("wall", False), to) for _, payload, to, _ in wall.heard]
    assert told == [(False, board_room("A")), (True, wall_room("A")), (True, wall_room("B"))]
