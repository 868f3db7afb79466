"""Ending sign-ins from elsewhere. Law: whoever is signed in sees where, and ends what is not theirs any more, at once.

A sign-in is named by the beginning of its fingerprint: enough to tell those of one person apart, and no secret.
"""

from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from monitor.clock import Clock
from monitor.errors import NotFound, Refused
from monitor.security.locks import Holder
from monitor.security.records import NO_PASSWORD, By
from monitor.security.registry import SocketRegistry
from monitor.security.roles import Role
from monitor.store import audit
from monitor.store import people as acts
from monitor.store.queries.people import SignIn, person_by_id, sign_ins_of
from monitor.store.rows import AuditEntry, Transact

_NAME_DIGITS = 16
_MOST = 1000  # sign-ins of one person that are looked through


def name_of(mark: str) -> str:
    """How a sign-in is named where it is listed: 16 hexadecimal digits."""
    return mark[:_NAME_DIGITS]


def standing(connection: Connection, person_id: int, now: datetime) -> list[SignIn]:
    """The sign-ins of a person that count at this moment, the newest first."""
    found = sign_ins_of(connection, person_id, _MOST)
    return [one for one in found if one.revoked_at is None and one.expires_at > now]


class Ending:
    """Ends sign-ins and, in the same breath, their live pages."""

    def __init__(self, transact: Transact, clock: Clock, sockets: SocketRegistry) -> None:
        self._transact = transact
        self._clock = clock
        self._sockets = sockets

    def one(self, holder: Holder, name: str) -> None:
        """End one other sign-in of one's own; raises NotFound, Refused for the one that asks, NotRecording."""
        if name == name_of(holder.mark):
            raise Refused("This is where you are now: sign out here instead.")
        act = partial(_end_one, holder=holder, name=name, at=self._clock.now())
        self._sockets.end_sign_in(str(self._transact(act)))

    def others(self, holder: Holder) -> None:
        """End every sign-in of one's own but the one that asks; raises NotRecording."""
        self._transact(partial(_end_others, holder=holder, at=self._clock.now()))
        self._sockets.end_person(holder.person_id, but=holder.mark)

    def all_of(self, person_id: int, by: By) -> None:
        """End every sign-in of somebody else; raises NotFound, Refused for oneself, NotRecording."""
        if person_id == by.person_id:
            raise Refused("End your own at “Where I am signed in”, or sign out.")
        self._transact(partial(_end_all, person_id=person_id, by=by, at=self._clock.now()))
        self._sockets.end_person(person_id)


def _end_one(connection: Connection, *, holder: Holder, name: str, at: datetime) -> str:
    found = next((one for one in standing(connection, holder.person_id, at) if name_of(one.id_hash) == name), None)
    if found is None:
        raise NotFound("You have no such sign-in, or it has ended.")
    acts.revoke_sign_in(connection, found.id_hash, at)
    _note(connection, holder.by, at, "signed_out_elsewhere", holder.person_id, 1)
    return found.id_hash


def _end_others(connection: Connection, *, holder: Holder, at: datetime) -> None:
    standing_now = len(standing(connection, holder.person_id, at))
    acts.revoke_sign_ins_of(connection, holder.person_id, at, keep_id_hash=holder.mark)
    _note(connection, holder.by, at, "signed_out_elsewhere", holder.person_id, max(0, standing_now - 1))


def _end_all(connection: Connection, *, person_id: int, by: By, at: datetime) -> None:
    person = person_by_id(connection, person_id)
    if person is None or person.password_hash == NO_PASSWORD or person.role == Role.STATION_DISPLAY:
        raise NotFound("There is no such person who signs in.")
    count = len(standing(connection, person_id, at))
    acts.revoke_sign_ins_of(connection, person_id, at)
    _note(connection, by, at, "signed_out_by_another", person_id, count)


def _note(connection: Connection, by: By, at: datetime, action: str, person_id: int, sign_ins: int) -> None:
    about, facts = f"person {person_id}", {"sign_ins": sign_ins}
    audit.append(connection, AuditEntry(at, by.name, action, about, by.person_id, facts))
