"""Socket.IO as the publisher knows it. Law: it only sends; who is in a room was decided when they began to watch."""

from collections.abc import Mapping

from flask_socketio import SocketIO

_NAMESPACE = "/"


class SocketEmitter:
    """Sends to rooms; silent until it is given the server's Socket.IO."""

    def __init__(self) -> None:
        self._socketio: SocketIO | None = None

    def speak_through(self, socketio: SocketIO) -> None:
        """Use this Socket.IO from now on."""
        self._socketio = socketio

    def emit(self, event: str, payload: Mapping[str, object], to: str) -> None:
        """Send to one room."""
        if self._socketio is not None:
            self._socketio.emit(event, payload, to=to, namespace=_NAMESPACE)

    def watched(self, room: str) -> bool:
        """Whether anybody is in the room."""
        if self._socketio is None:
            return False
        rooms = self._socketio.server.manager.rooms.get(_NAMESPACE, {})  # type: ignore[attr-defined]  # set by init_app
        return bool(rooms.get(room))
