"""The live connection. Law: sockets only talk: a page watches, the server pushes; every act of a person is a POST.

A browser gets in only over websocket, from our own origin, signed in, with the page's CSRF token; each event asks again
whether the sign-in still stands. The server chooses the room.
"""

import logging
from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, cast

from flask import Flask, request
from flask_socketio import SocketIO, join_room, leave_room, rooms
from flask_wtf.csrf import validate_csrf
from pydantic import Field, TypeAdapter, ValidationError
from socketio.exceptions import ConnectionRefusedError as ConnectionRefused
from wtforms.validators import ValidationError as CsrfRefused  # type: ignore[import-untyped]

from monitor.errors import MonitorError, NotAllowed, NotFound
from monitor.publisher import LIVE_ROOM, board_room, locked_room, session_room, wall_room
from monitor.security.registry import SocketOwner
from monitor.security.roles import Action, Role, require
from monitor.security.sign_in import Identity
from monitor.security.throttle import RateLimit
from monitor.ward.sounding import PageSound
from monitor.ward.wall import locked_frame, wall_frame
from monitor.web import faults, wire_json
from monitor.web.fields import Body
from monitor.web.here import address, me, require_own_password, require_second_step, services
from monitor.web.locking import turn
from monitor.web.packets import Capped, TextOnly, quiet_log
from monitor.web.services import Services
from monitor.web.wiring import dress

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

MESSAGE_BYTES = 64 * 1024
PING_S = 5
EVENTS_A_MINUTE = 100
_PATH = "/socket.io"


class WatchBoard(Body):
    """Watch one station's board."""

    board: Annotated[str, Field(min_length=1, max_length=64)]


class WatchSession(Body):
    """Watch one session's page."""

    session: Annotated[int, Field(ge=1)]


class Sounding(Body):
    """Whether a page of a station sounds; said again every few seconds."""

    station: Annotated[str, Field(min_length=1, max_length=64)]
    sound: Annotated[PageSound, Field(strict=False)]


class Greeting(Body):
    """What a page says when it connects."""

    csrf: Annotated[str, Field(min_length=1, max_length=512)]
    build: Annotated[str, Field(max_length=64)] | None = None


_WATCH: TypeAdapter[WatchBoard | WatchSession] = TypeAdapter(WatchBoard | WatchSession)
_KINDS: dict[type[WatchBoard | WatchSession], tuple[str, ...]] = {
    WatchBoard: ("board", "wall"),
    WatchSession: ("session", "locked"),
}


class Gate:
    """WSGI wrapper: nobody opens a websocket who is not signed in and does not come from a page of ours."""

    def __init__(self, inner: "WSGIApplication", app: Flask, given: Services) -> None:
        self._inner = inner
        self._app = app
        self._given = given

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        """Answer one request; everything but /socket.io passes."""
        if not str(environ.get("PATH_INFO", "")).startswith(_PATH) or self._welcome(environ):
            return self._inner(environ, start_response)
        self._given.counters.refusals.labels("socket_handshake").inc()
        start_response("403 Forbidden", [("Content-Type", "text/plain; charset=utf-8")])
        return [b"Sign in first, and open the monitor from its own address.\n"]

    def _welcome(self, environ: "WSGIEnvironment") -> bool:
        if environ.get("HTTP_ORIGIN") not in self._given.config.origins:
            return False
        with self._app.request_context(environ):
            try:
                require(me(), Action.VIEW_BOARD)
            except MonitorError:
                return False
        return True


def build_socketio(app: Flask, given: Services, **more: object) -> SocketIO:
    """Socket.IO on the application, with every limit set and the handlers attached; `more` as SocketIO takes it."""
    engine_log = quiet_log(given)
    options: dict[str, Any] = {
        "async_mode": given.runtime.async_mode,
        "transports": ["websocket"],
        "allow_upgrades": False,
        "cors_allowed_origins": list(given.config.origins),
        "ping_interval": PING_S,
        "ping_timeout": PING_S,
        "max_http_buffer_size": MESSAGE_BYTES,
        "http_compression": False,
        "websocket_compression": False,
        "cookie": None,
        "serializer": TextOnly,
        "json": wire_json,
        "manage_session": False,
        "logger": engine_log,  # never at INFO: there the engine logs what is in the packets, which is patients' values
        "engineio_logger": engine_log,
        **more,
    }
    app.wsgi_app = bare(app)  # type: ignore[assignment, method-assign]
    socketio = SocketIO(app, **options)
    engine = socketio.server.eio  # type: ignore[attr-defined]
    if given.runtime.async_mode == "threading":
        engine._async = {**engine._async, "websocket": Capped}
    app.wsgi_app = Gate(app.wsgi_app, app, given)  # type: ignore[method-assign]
    dress(app, given)
    attach(socketio, given)
    return socketio


def bare(app: Flask) -> "WSGIApplication":
    """The application without its outermost headers, which are put around Socket.IO again."""
    inner = getattr(app.wsgi_app, "inner", app.wsgi_app)
    return cast("WSGIApplication", getattr(inner, "inner", inner))


def attach(socketio: SocketIO, given: Services) -> None:
    """Register the handlers and say how a socket is closed."""
    rates = RateLimit(EVENTS_A_MINUTE, 60.0)
    server = socketio.server  # type: ignore[attr-defined]
    given.sockets.on_end(lambda sid: server.disconnect(sid, namespace="/"))
    given.sockets.on_lock(lambda sid, locked: turn(server, sid, locked=locked))
    socketio.on_event("connect", _connect)
    socketio.on_event("disconnect", _disconnecting(rates))
    socketio.on_event("watch", hears(Action.VIEW_BOARD, _WATCH, rates)(_watch))
    socketio.on_event("sounding", hears(Action.VIEW_BOARD, TypeAdapter(Sounding), rates)(_sounding))


def hears(
    action: Action, adapter: TypeAdapter[Any], rates: RateLimit
) -> Callable[[Callable[[Any, Identity], object]], Callable[..., dict[str, object]]]:
    """Wrap an event's handler: sign-in still valid, role, rate, strict schema; the answer goes back in the ack."""

    def hang(handler: Callable[[Any, Identity], object]) -> Callable[..., dict[str, object]]:
        @wraps(handler)
        def behind(payload: object = None, *rest: object) -> dict[str, object]:
            try:
                rates.check(_sid(), services().guard_s())
                identity = me()
                _still_known()
                require(identity, action)
                if rest:
                    return {"ok": False, "error": "invalid", "message": "One argument is read."}
                return {"ok": True, **cast(dict[str, object], handler(adapter.validate_python(payload), identity))}
            except MonitorError as refusal:
                services().counters.refusals.labels(refusal.code).inc()
                return {"ok": False, "error": refusal.code, "message": refusal.message}
            except ValidationError:
                services().counters.refusals.labels("invalid").inc()
                return {"ok": False, "error": "invalid", "message": "Send what docs/api.md shows for this event."}
            except Exception as error:  # noqa: BLE001 - the task would print what it said, which may be a name
                log.error("an event failed: %s", faults.where(error))
                return {"ok": False, "error": "fault", "message": "Something went wrong on the server; try again."}

        behind.action = action  # type: ignore[attr-defined]
        return behind

    return hang


def _connect(auth: object = None) -> None:
    """Let a page in, or refuse with a sentence."""
    try:
        if request.headers.get("Origin") not in services().config.origins:
            raise NotAllowed("Open the monitor from its own address.")
        identity = me()
        if identity.is_token or identity.person_id is None:
            raise NotAllowed("Live pages are for people signed in with a password of their own.")
        require_own_password(identity)
        require_second_step(identity)
        require(identity, Action.VIEW_BOARD)
        validate_csrf(Greeting.model_validate(auth).csrf)
        services().sockets.add(_sid(), SocketOwner(identity.sign_in, identity.person_id, address()))
    except MonitorError as refusal:
        services().counters.refusals.labels(refusal.code).inc()
        raise ConnectionRefused(refusal.message) from None
    except (ValidationError, CsrfRefused):
        services().counters.refusals.labels("csrf").inc()
        raise ConnectionRefused("This page is out of date: load it again.") from None


_connect.action = Action.VIEW_BOARD  # type: ignore[attr-defined]


def _disconnecting(rates: RateLimit) -> Callable[..., None]:
    def disconnect(*_: object) -> None:
        services().sockets.remove(_sid())
        rates.forget(_sid())

    disconnect.action = Action.VIEW_BOARD  # type: ignore[attr-defined]
    return disconnect


def _watch(wanted: WatchBoard | WatchSession, identity: Identity) -> dict[str, object]:
    """Join the room of what is wanted and leave others of its kind; joined before the snapshot, so nothing is missed.

    A session's page also watches the board, for the alarms of the other chairs.
    """
    room = _room(wanted, identity)
    kinds = _KINDS[type(wanted)]
    for other in rooms():
        if other not in (_sid(), room) and other.partition(":")[0] in kinds:
            leave_room(other)
    join_room(room)
    join_room(LIVE_ROOM)
    try:
        return {"snapshot": dict(_snapshot(wanted, identity)), "sent_at": services().now().isoformat()}
    except MonitorError:
        leave_room(room)
        raise


def _sounding(said: Sounding, identity: Identity) -> dict[str, object]:
    """Keep whether this page sounds; what is not renewed expires, also after the page has gone."""
    if said.station not in services().ward.stations():
        raise NotFound("There is no station of that name.")
    services().sounds.said(_sid(), said.station, said.sound)
    return {}


def _room(wanted: WatchBoard | WatchSession, identity: Identity) -> str:
    """The room the server chooses, after asking whether this person may be in it."""
    if isinstance(wanted, WatchBoard):
        return wall_room(wanted.board) if _nameless(identity) else board_room(wanted.board)
    require(identity, Action.VIEW_SESSION)
    return locked_room(wanted.session) if _nameless(identity) else session_room(wanted.session)


def _snapshot(wanted: WatchBoard | WatchSession, identity: Identity) -> Mapping[str, object]:
    ward = services().ward
    if isinstance(wanted, WatchSession):
        session = ward.session(wanted.session)
        return locked_frame(session) if _nameless(identity) else session
    board = ward.board(wanted.board)
    return wall_frame(board) if _nameless(identity) else board


def _nameless(identity: Identity) -> bool:
    """Whether everybody who passes reads it: a display on the wall, a page whose sign-in is locked."""
    return identity.locked or identity.role == Role.STATION_DISPLAY


def _still_known() -> None:
    if services().sockets.owner(_sid()) is None:
        raise NotAllowed("This connection has ended; load the page again.")


def _sid() -> str:
    return cast(str, request.sid)  # type: ignore[attr-defined]
