"""Step 6: what the stations and the open pages are told of a turn. Law: alarms at once, curves coalesced."""

from collections.abc import Mapping
from typing import Protocol

from monitor.clinical.vitals import PUMP
from monitor.publisher import Publisher
from monitor.recorder.turn import Turn
from monitor.ward.chairs import Chair
from monitor.ward.live_session import LiveSession
from monitor.ward.ward import Ward


class Pictures(Protocol):
    """How a session looks from outside."""

    def values(self, chair: Chair, live: LiveSession, vitals: list[str]) -> Mapping[str, object]:
        """The numbers of some vitals."""

    def pump(self, chair: Chair, live: LiveSession) -> Mapping[str, object] | None:
        """What the pump of a session says of itself."""

    def changed(self, chair: Chair, live: LiveSession) -> Mapping[str, object]:
        """Head, alarms and messages of a session."""


class Telling:
    """Passes a turn's news to the publisher."""

    def __init__(self, publisher: Publisher, pictures: Pictures, ward: Ward) -> None:
        self._publisher = publisher
        self._pictures = pictures
        self._ward = ward
        self._unrecorded: list[Turn] = []

    def tell(self, turn: Turn, *, recorded: bool) -> None:
        """Tell everybody concerned; alarms of a turn that is not recorded say so until they are."""
        if not recorded and turn.told:
            self._mark(turn, recorded=False)
            self._unrecorded.append(turn)
        for chair in {told.chair.id: told.chair for told in turn.told}.values():
            self._publisher.alarm_changed(chair.station, chair.id)
            turn.changed.pop(chair.id, None)
        for chair in turn.changed.values():
            self._publisher.chair_changed(chair.station, chair.id)
        concerned = {told.live.id: (told.chair, told.live) for told in turn.told} | turn.sessions
        for live_chair, live in concerned.values():
            self.session_changed(live_chair, live)
        self._tell_values(turn)
        self._tell_struck(turn)

    def session_changed(self, chair: Chair, live: LiveSession) -> None:
        """Tell one session's page that its head or alarms are not what they were."""
        if self._publisher.session_is_watched(live.id):
            self._publisher.session(live.id, "session_changed", self._pictures.changed(chair, live))

    def recording(self, not_recording_s: float | None, *, owes: bool) -> None:
        """Have the next heartbeat say whether the record is kept; alarms that were owed are recorded now."""
        self._publisher.not_recording_s = not_recording_s
        if self._unrecorded and not_recording_s is None and not owes:
            turns, self._unrecorded = self._unrecorded, []
            for turn in turns:
                self._mark(turn, recorded=True)
                for told in turn.told:
                    self._publisher.chair_changed(told.chair.station, told.chair.id)
                    self.session_changed(told.chair, told.live)

    def _mark(self, turn: Turn, *, recorded: bool) -> None:
        for told in turn.told:
            if told.shown is not None:
                told.shown.recorded = recorded

    def _tell_values(self, turn: Turn) -> None:
        for chair, live, readings, recharted_at in turn.values:
            if not self._publisher.session_is_watched(live.id):
                continue
            points = [
                {
                    "vital": reading.vital.value,
                    "at": (recharted_at or reading.measured_at).isoformat(),
                    "value": reading.value,
                    "quality": reading.quality.value,
                }
                for reading in readings
            ]
            numbers = self._pictures.values(chair, live, [reading.vital.value for reading in readings])
            frame = {"session": live.id, "at": turn.now.isoformat(), "points": points, "numbers": numbers}
            if any(reading.vital in PUMP for reading in readings):
                frame["pump"] = self._pictures.pump(chair, live)
            self._publisher.session(live.id, "values", frame)

    def _tell_struck(self, turn: Turn) -> None:
        """What was taken back or corrected: its number as it is now, and the curves are drawn anew."""
        for chair, live, struck in turn.struck:
            if not self._publisher.session_is_watched(live.id):
                continue
            numbers = self._pictures.values(chair, live, [vital.value for vital in struck])
            told = [{"vital": vital.value, "at": at.isoformat()} for vital, at in struck.items()]
            frame = {"session": live.id, "at": turn.now.isoformat(), "points": [], "numbers": numbers, "struck": told}
            self._publisher.session(live.id, "values", frame)
