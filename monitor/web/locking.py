"""What a lock does to open pages. Law: the same numbers and alarms go on without names; nothing is interrupted for it.

A locked socket moves from the rooms of persons to those without names; the page is told, and asks for a new snapshot.
"""

from typing import Protocol

from monitor.errors import NotRecording
from monitor.publisher import board_room, locked_room, session_room, wall_room
from monitor.security.locks import Holder
from monitor.store.queries.people import SignIn
from monitor.web.services import Services

NAMESPACE = "/"
_NAMELESS = {board_room(""): wall_room(""), session_room(""): locked_room("")}


class Rooms(Protocol):
    """The part of Socket.IO that knows rooms."""

    def rooms(self, sid: str, namespace: str) -> list[str]:
        """Those a socket is in."""

    def enter_room(self, sid: str, room: str, namespace: str) -> None:
        """Put a socket into a room."""

    def leave_room(self, sid: str, room: str, namespace: str) -> None:
        """Take it out."""

    def emit(self, event: str, payload: dict[str, object], *, to: str, namespace: str) -> None:
        """Tell one socket."""


def turn(server: Rooms, sid: str, *, locked: bool) -> None:
    """Take the names out of what a socket is sent, or tell its page that it may ask for them again."""
    if locked:
        for room in list(server.rooms(sid, NAMESPACE)):
            kind, colon, what = room.partition(":")
            nameless = _NAMELESS.get(kind + colon)
            if nameless is not None:
                server.enter_room(sid, nameless + what, NAMESPACE)
                server.leave_room(sid, room, NAMESPACE)
    server.emit("lock", {"locked": locked}, to=sid, namespace=NAMESPACE)


def recheck(given: Services) -> int:
    """Close the sockets of every sign-in that has ended, take the names from those that are locked; call every second.

    Returns how many were closed. A database that cannot be read closes nothing: a station must not go dark because a
    disk is slow.
    """
    marks = {owner.sign_in for owner in given.sockets.owners().values()}
    over = given.sign_ins.over(marks)
    for found in over.locked:
        _lock(given, found)
    for mark in given.sockets.locked() & marks - over.ended - {found.id_hash for found in over.locked}:
        given.sockets.open_sign_in(mark)  # opened at another server
    return sum(given.sockets.end_sign_in(mark) for mark in over.ended)


def _lock(given: Services, found: SignIn) -> None:
    if found.id_hash in given.sockets.locked():
        return
    try:
        given.sign_ins.locks.lock(Holder(found.id_hash, found.person.id, found.person.name), "idle")
    except NotRecording:
        return  # locked all the same; who opens it is recorded
