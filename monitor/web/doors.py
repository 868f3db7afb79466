"""The door every route goes through. Law: a route says which action it is and what it takes, or a test fails.

A door checks who asks, that the role may, and that the body and the query are what the route takes; the view behind it
is handed values of the declared types as `body` and `query`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

from flask import Response, request
from flask.typing import ResponseReturnValue
from pydantic import TypeAdapter
from werkzeug.wrappers import Response as BaseResponse

from monitor.security.locks import Locked
from monitor.security.roles import Action, require
from monitor.web.faults import NotJson
from monitor.web.here import me, require_own_password, require_second_step, services

View = Callable[..., object]
Routed = Callable[..., ResponseReturnValue]


# What a route is about: a record named in its address, else the list that its action shows.
_RECORDS = {"session_id": "session", "patient_id": "patient", "unassigned_id": "unassigned", "series_id": "series"}
_LISTS = {
    Action.VIEW_SESSION: "sessions",
    Action.VIEW_PATIENTS: "patients",
    Action.VIEW_UNASSIGNED: "unassigned",
}


@dataclass(frozen=True, slots=True)
class Door:
    """What one route declares; `action` None is open to everybody, for the reason in `why_open`."""

    action: Action | None
    summary: str
    body: TypeAdapter[Any] | None = None
    query: TypeAdapter[Any] | None = None
    answer: TypeAdapter[Any] | None = None
    status: int = 200
    why_open: str = ""
    csrf: bool = True
    one_time_password: bool = False
    without_second_step: bool = False
    while_locked: bool = False


def allowed(
    action: Action,
    summary: str = "",
    *,
    body: object = None,
    query: object = None,
    answer: object = None,
    status: int = 200,
    one_time_password: bool = False,
    without_second_step: bool = False,
    while_locked: bool = False,
) -> Callable[[View], Routed]:
    """Declare a route for those whose role may `action`; `body`, `query`, `answer` are pydantic types.

    `one_time_password`: also for somebody who must still change the password they were handed.
    `without_second_step`: also for somebody who must still set up a second step.
    `while_locked`: also at a sign-in that is locked; it then hands out no name and takes no act.
    """
    door = Door(
        action=action,
        summary=summary,
        body=_adapter(body),
        query=_adapter(query),
        answer=_adapter(answer),
        status=status,
        one_time_password=one_time_password,
        without_second_step=without_second_step,
        while_locked=while_locked,
    )
    return _hang(door)


def open_to_all(why: str, *, csrf: bool = True) -> Callable[[View], Routed]:
    """Declare a route that needs no sign-in, and why."""
    return _hang(Door(action=None, summary=why, why_open=why, csrf=csrf))


def door_of(view: object) -> Door | None:
    """What a view declared, None when it declared nothing."""
    door = getattr(view, "door", None)
    return door if isinstance(door, Door) else None


def _adapter(kind: object) -> TypeAdapter[Any] | None:
    if kind is None or isinstance(kind, TypeAdapter):
        return kind
    return TypeAdapter(cast(type[Any], kind))


def _hang(door: Door) -> Callable[[View], Routed]:
    def hang(view: View) -> Routed:
        @wraps(view)
        def behind(**kwargs: object) -> ResponseReturnValue:
            check(door)
            if door.query is not None:
                kwargs["query"] = door.query.validate_python(request.args.to_dict())
            if door.body is not None:
                kwargs["body"] = _read_body(door.body)
            answer = _answered(door, view(**kwargs))
            _note_reading(door, kwargs)
            return answer

        behind.door = door  # type: ignore[attr-defined]
        return behind

    return hang


def check(door: Door) -> None:
    """Pass, or raise what keeps whoever asks out of this route."""
    if door.action is None:
        return
    identity = me()
    if identity.locked and not door.while_locked:
        raise Locked("This sign-in is locked. Unlock it to go on; numbers and alarms stay on the screen.")
    if not door.one_time_password:
        require_own_password(identity)
    if not door.without_second_step:
        require_second_step(identity)
    require(identity, door.action)


def _note_reading(door: Door, named: Mapping[str, object]) -> None:
    """Who was given a record is noted for the audit trail; the answer does not wait for it."""
    if request.method != "GET" or door.action is None:
        return
    identity = me()
    about = next((f"{word} {named[name]}" for name, word in _RECORDS.items() if name in named), _LISTS.get(door.action))
    if about is not None and not identity.locked:  # whoever stands before a locked page is nobody known
        services().reads.note(identity, about)


def _read_body(adapter: TypeAdapter[Any]) -> object:
    if request.mimetype != "application/json":
        raise NotJson("The body must be JSON with Content-Type: application/json.")
    return adapter.validate_json(request.get_data())


def _answered(door: Door, value: object) -> ResponseReturnValue:
    if door.answer is None or isinstance(value, BaseResponse):
        return cast(ResponseReturnValue, value)
    return Response(door.answer.dump_json(value), status=door.status, mimetype="application/json")
