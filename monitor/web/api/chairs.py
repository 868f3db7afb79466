"""Chairs, and which bedside monitor and further devices speak for each."""

from collections.abc import Mapping
from typing import Annotated

from flask import Blueprint
from pydantic import Field
from sqlalchemy import Connection

from monitor.errors import NotFound
from monitor.recorder.acts import BindChair, BindDevice
from monitor.security.roles import Action
from monitor.store.queries import chairs, devices
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Body, Line, RequestId, Time
from monitor.web.here import actor, request_of, services

blueprint = Blueprint("chairs", __name__)


class DeviceAnswer(Answer):
    """A further device of a chair, by what it sends; `by` bound it."""

    identifier: str
    at: Time
    by: str


class HospitalPatient(Answer):
    """A patient as a screen may show them; `id` is the one to plan a session with."""

    id: int
    initials: str
    id_digits: str


class HospitalSays(Answer):
    """The hospital's last word (ADT) about a chair's bed; `patient` null: free. A word, never an identification."""

    bed: str
    patient: HospitalPatient | None
    since_at: Time
    said_at: Time
    event: str
    simulated: bool


class ChairAnswer(Answer):
    """A chair; `bed` is null while no monitor is bound to it, `devices` are its pump and further monitors.

    `hospital_says` is null while the hospital has said nothing of its bed.
    """

    id: int
    name: str
    station: str | None
    bed: str | None
    bound_at: Time | None
    devices: list[DeviceAnswer]
    hospital_says: HospitalSays | None = None


class Binding(Body):
    """The bed the monitor sends; null for none."""

    request_id: RequestId | None = None
    bed: Annotated[Line, Field(max_length=64)] | None


class DeviceBinding(Body):
    """What a further device sends: its bed (PV1-3), its own id, or, when it sends neither, its source name (MSH-3)."""

    request_id: RequestId
    identifier: Annotated[Line, Field(max_length=200)]


@blueprint.get("/chairs")
@allowed(Action.VIEW_CHAIRS, answer=list[ChairAnswer])
def list_chairs() -> list[ChairAnswer]:
    """Every chair in the order in which they stand, with its devices."""
    return _with_the_hospitals_word(services().read(_chairs))


@blueprint.put("/chairs/<int:chair_id>")
@allowed(Action.BIND_CHAIR, body=Binding, answer=ChairAnswer)
def bind_chair(chair_id: int, body: Binding) -> ChairAnswer:
    """Bind another monitor to a chair."""
    services().recorder.bind_chair(BindChair(chair_id, body.bed, actor()))
    return _with_the_hospitals_word([services().read(_chair, chair_id)])[0]


@blueprint.put("/chairs/<int:chair_id>/devices")
@allowed(Action.BIND_CHAIR, body=DeviceBinding, answer=ChairAnswer)
def bind_device(chair_id: int, body: DeviceBinding) -> ChairAnswer:
    """Let a further device speak for a chair; 409 when it speaks for one already."""
    return _bind_device(chair_id, body, off=False)


@blueprint.post("/chairs/<int:chair_id>/devices/remove")
@allowed(Action.BIND_CHAIR, body=DeviceBinding, answer=ChairAnswer)
def take_device_off(chair_id: int, body: DeviceBinding) -> ChairAnswer:
    """Let a further device speak for this chair no more."""
    return _bind_device(chair_id, body, off=True)


def _bind_device(chair_id: int, body: DeviceBinding, *, off: bool) -> ChairAnswer:
    asked = request_of(body.request_id, body)
    services().recorder.bind_device(BindDevice(chair_id, body.identifier, off, actor(), asked))
    return _with_the_hospitals_word([services().read(_chair, chair_id)])[0]


def _with_the_hospitals_word(found: list[ChairAnswer]) -> list[ChairAnswer]:
    said = services().ward.hospital_says()
    return [one.model_copy(update={"hospital_says": _said(said.get(one.id))}) for one in found]


def _said(picture: Mapping[str, object] | None) -> HospitalSays | None:
    return None if picture is None else HospitalSays.model_validate(picture)


def _chairs(connection: Connection) -> list[ChairAnswer]:
    of_chair: dict[int, list[DeviceAnswer]] = {}
    for one in devices(connection):
        of_chair.setdefault(one.chair_id, []).append(DeviceAnswer.model_validate(one))
    return [
        ChairAnswer(
            id=one.id,
            name=one.name,
            station=one.station,
            bed=one.bed,
            bound_at=one.bound_at,
            devices=of_chair.get(one.id, []),
        )
        for one in chairs(connection)
    ]


def _chair(connection: Connection, chair_id: int) -> ChairAnswer:
    found = next((one for one in _chairs(connection) if one.id == chair_id), None)
    if found is None:
        raise NotFound("There is no such chair.")
    return found
