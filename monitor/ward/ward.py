"""All chairs of all stations.

Law: found by bed, device or session in one step; a bed or device belongs to one chair. What names two is nobody's.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from monitor.errors import Conflict, NotFound
from monitor.store.queries.merges import survivor_in
from monitor.ward.chairs import Chair
from monitor.ward.hospital_beds import HospitalBeds
from monitor.ward.live_session import LiveSession
from monitor.ward.unplaced import NO_CHAIR, TWO_CHAIRS


@dataclass(frozen=True, slots=True)
class Spoken:
    """The chair a message speaks for; `further` is the identifier of its further device, None: its monitor."""

    chair: Chair
    further: str | None = None


class Ward:
    """The chairs, their monitors and their running sessions; filled by `restore`."""

    def __init__(self, chairs: Iterable[Chair] = ()) -> None:
        self._chairs: dict[int, Chair] = {}
        self._by_bed: dict[str, Chair] = {}
        self._by_device: dict[str, Chair] = {}
        self._by_session: dict[int, Chair] = {}
        self.merged: dict[str, str] = {}  # hospital id to the one that took its place
        self.hospital = HospitalBeds(self.merged)
        self._waiting: dict[int, LiveSession] = {}  # scheduled: on the list, in no chair yet
        for chair in chairs:
            self.put(chair)

    def __iter__(self) -> Iterator[Chair]:
        return iter(self._chairs.values())

    def __len__(self) -> int:
        return len(self._chairs)

    def put(self, chair: Chair) -> None:
        """Add a chair."""
        self._chairs[chair.id] = chair
        chair.hospital = self.hospital
        if chair.bed:
            self._by_bed[chair.bed] = chair
        for identifier in chair.devices:
            self._by_device[identifier] = chair

    def stations(self) -> list[str]:
        """The stations' names, in the order of their first chairs."""
        return list(dict.fromkeys(chair.station for chair in self.in_order()))

    def in_order(self) -> list[Chair]:
        """All chairs by their place."""
        return sorted(self._chairs.values(), key=lambda chair: chair.position)

    def of_station(self, station: str) -> list[Chair]:
        """One station's chairs by their place; raises NotFound."""
        chairs = [chair for chair in self.in_order() if chair.station == station]
        if not chairs:
            raise NotFound(f"There is no station {station}.")
        return chairs

    def chair(self, chair_id: int) -> Chair:
        """A chair by id; raises NotFound."""
        chair = self._chairs.get(chair_id)
        if chair is None:
            raise NotFound("There is no such chair.")
        return chair

    def by_bed(self, bed: str | None) -> Chair | None:
        """The chair the bed id is bound to."""
        return self._by_bed.get(bed) if bed else None

    def is_same_patient(self, one: str | None, other: str | None) -> bool:
        """Whether two hospital ids mean one person, as far as the hospital has said."""
        if one is None or other is None or one == other:
            return one == other
        return survivor_in(self.merged, one) == survivor_in(self.merged, other)

    def by_device(self, identifier: str | None) -> Chair | None:
        """The chair this identifier is a further device of."""
        return self._by_device.get(identifier) if identifier else None

    def whose(self, bed: str | None, device_id: str | None, source: str) -> Spoken | str:
        """The chair a message speaks for, or the reason why it is nobody's.

        A device's own id goes before its place; a source's bare name counts only where the message says neither.
        """
        further = next((one for one in (device_id, bed) if self.by_device(one) is not None), None)
        named = [self.by_device(one) or self.by_bed(one) for one in (device_id, bed)]
        found = {chair.id: chair for chair in named if chair is not None}
        if len(found) > 1:
            names = " and ".join(sorted(chair.name for chair in found.values()))
            return f"{TWO_CHAIRS} ({names})"
        if found:
            return Spoken(next(iter(found.values())), further)
        if bed is None and device_id is None and (chair := self.by_device(source)) is not None:
            return Spoken(chair, source)
        return NO_CHAIR

    def bind_device(self, chair_id: int, identifier: str) -> Chair:
        """Let a further device speak for a chair."""
        chair = self.chair(chair_id)
        chair.devices[identifier] = None
        self._by_device[identifier] = chair
        return chair

    def take_device_off(self, chair_id: int, identifier: str) -> Chair:
        """Let a further device speak for a chair no more."""
        chair = self.chair(chair_id)
        chair.devices.pop(identifier, None)
        if self._by_device.get(identifier) is chair:
            del self._by_device[identifier]
        chair.senders.forget_device(identifier)
        return chair

    def bind(self, chair_id: int, bed: str | None) -> Chair:
        """Give a chair another monitor; what the old one showed is forgotten here (the record keeps it)."""
        chair = self.chair(chair_id)
        if chair.bed and self._by_bed.get(chair.bed) is chair:
            del self._by_bed[chair.bed]
        chair.bed = bed or None
        chair.forget_feed()
        if chair.bed:
            self._by_bed[chair.bed] = chair
        return chair

    def session(self, session_id: int) -> LiveSession:
        """A session that is not over; raises NotFound."""
        chair = self._by_session.get(session_id)
        live = chair.session if chair is not None else self._waiting.get(session_id)
        if live is None or live.id != session_id:
            raise NotFound("There is no such running session.")
        return live

    def chair_of(self, session_id: int) -> Chair | None:
        """The chair a session sits in; None while it is only scheduled."""
        return self._by_session.get(session_id)

    def sessions(self) -> Mapping[int, LiveSession]:
        """All sessions that are not over."""
        seated = {chair.session.id: chair.session for chair in self if chair.session is not None}
        return {**self._waiting, **seated}

    def add(self, live: LiveSession) -> None:
        """Put a session on the list."""
        self._waiting[live.id] = live

    def seat(self, live: LiveSession) -> Chair:
        """Give a session its chair; raises Conflict when another sits there, whose numbers it would be shown."""
        chair = self.chair(live.chair_id)
        if chair.session is not None and chair.session.id != live.id:
            raise Conflict(f"Chair {chair.name} is taken by another session.")
        self._waiting.pop(live.id, None)
        chair.session = live
        self._by_session[live.id] = chair
        return chair

    def next_for(self, chair_id: int) -> LiveSession | None:
        """Who is booked next on a chair."""
        booked = [live for live in self._waiting.values() if live.chair_id == chair_id]
        return min(booked, key=lambda live: live.scheduled_for, default=None)

    def release(self, session_id: int) -> None:
        """A session is over: the chair is free."""
        self._waiting.pop(session_id, None)
        chair = self._by_session.pop(session_id, None)
        if chair is not None and chair.session is not None and chair.session.id == session_id:
            chair.session = None
            chair.conditions.discard("patient_mismatch")  # it was about who sat there
