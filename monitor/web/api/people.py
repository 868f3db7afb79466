"""People and roles. Law: nobody chooses another person's password; a one-time password is shown once."""

from collections.abc import Callable
from functools import partial
from typing import Annotated

from flask import Blueprint
from pydantic import Field

from monitor.errors import Refused
from monitor.security import proof_records, records
from monitor.security.passwords import one_time_password
from monitor.security.records import NO_PASSWORD, By
from monitor.security.roles import NURSES, Action, Role
from monitor.store.queries import Person, people
from monitor.store.queries.people import last_sign_ins, sign_ins_of
from monitor.store.queries.second_step import SecondSteps, everybodys_second_steps
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Body, Line, Time
from monitor.web.here import actor, me, services

blueprint = Blueprint("people", __name__)


class PersonAnswer(Answer):
    """Somebody who acts here; a program never signs in."""

    id: int
    name: str
    printed_name: str
    role: str
    program: bool
    must_change_password: bool
    disabled_at: Time | None
    app: bool = Field(description="Whether an authenticator app is set up.")
    passkeys: int
    recovery_codes: int = Field(description="How many are left.")
    second_step_needed: bool = Field(description="Whether the role must have a second step at sign-in.")
    last_sign_in_at: Time | None


class SignInAnswer(Answer):
    """One signed-in browser."""

    created_at: Time
    last_human_at: Time
    expires_at: Time
    revoked_at: Time | None
    second_step: str | None = Field(description="app, passkey, recovery_code or break_glass; null: the password alone.")


class NewPerson(Body):
    """Somebody to add; `printed_name` stands under their signature."""

    name: Annotated[Line, Field(max_length=records.LONGEST_NAME)]
    printed_name: Line
    role: Annotated[Role, Field(strict=False)]


class AnotherRole(Body):
    """What somebody is from now on."""

    role: Annotated[Role, Field(strict=False)]


class OneTime(Answer):
    """A password to hand over, shown this once; it must be changed at the first sign-in."""

    id: int
    one_time_password: str


class Done(Answer):
    """It is done."""

    id: int


@blueprint.get("/people")
@allowed(Action.VIEW_PEOPLE, answer=list[PersonAnswer])
def list_people() -> list[PersonAnswer]:
    """Everybody, disabled or not, by name."""
    given = services()
    steps, seen = given.read(everybodys_second_steps), given.read(last_sign_ins)
    return [_told(one, steps.get(one.id, SecondSteps()), seen.get(one.id)) for one in given.read(people)]


@blueprint.post("/people")
@allowed(Action.MANAGE_PEOPLE, body=NewPerson, answer=OneTime, status=201)
def add_person(body: NewPerson) -> OneTime:
    """Add somebody."""
    given, password = services(), one_time_password()
    person_id = given.recorder.transact(
        partial(
            records.add_person,
            by=_by(),
            at=given.now(),
            name=body.name,
            printed_name=body.printed_name,
            role=body.role,
            password_hash=given.passwords.hash(password),
        )
    )
    return OneTime(id=int(str(person_id)), one_time_password=password)


@blueprint.post("/people/<int:person_id>/disable")
@allowed(Action.MANAGE_PEOPLE, answer=Done)
def disable_person(person_id: int) -> Done:
    """End every sign-in and live page of somebody, or the tokens of a program, and refuse new ones."""
    if person_id == me().person_id:
        raise Refused("Somebody else must disable you, so that the clinic is not left without an administrator.")
    given = services()
    act = partial(records.disable_person, by=_by(), at=given.now(), person_id=person_id)
    given.recorder.relieve(act, person_id, actor())
    given.sockets.end_person(person_id)
    return Done(id=person_id)


@blueprint.post("/people/<int:person_id>/enable")
@allowed(Action.MANAGE_PEOPLE, answer=OneTime)
def enable_person(person_id: int) -> OneTime:
    """Let somebody who was disabled come again, with a one-time password; a program or display stays disabled."""
    return _handed_out(records.enable_person, person_id)


@blueprint.post("/people/<int:person_id>/role")
@allowed(Action.MANAGE_PEOPLE, body=AnotherRole, answer=Done)
def change_role(person_id: int, body: AnotherRole) -> Done:
    """Give somebody another role; every sign-in and live page of theirs ends, what they signed keeps the old one."""
    if person_id == me().person_id:
        raise Refused("Somebody else must change your role, so that the clinic is not left without an administrator.")
    given = services()
    act = partial(records.change_role, by=_by(), at=given.now(), person_id=person_id, role=body.role)
    if body.role in NURSES:
        given.recorder.transact(act)
    else:
        given.recorder.relieve(act, person_id, actor())
    given.sockets.end_person(person_id)
    return Done(id=person_id)


@blueprint.post("/people/<int:person_id>/reset")
@allowed(Action.MANAGE_PEOPLE, answer=OneTime)
def reset_password(person_id: int) -> OneTime:
    """Hand out a new one-time password, and end every sign-in and live page of somebody."""
    handed_out = _handed_out(records.reset_password, person_id)
    services().sockets.end_person(person_id)
    return handed_out


@blueprint.post("/people/<int:person_id>/reset-second-step")
@allowed(Action.MANAGE_PEOPLE, answer=Done)
def reset_second_step(person_id: int) -> Done:
    """End the app, passkeys and recovery codes of somebody who lost them; they set up others at the next sign-in."""
    if person_id == me().person_id:
        raise Refused("Change your own at “Second step at sign-in”, or let another administrator reset it.")
    given = services()
    given.recorder.transact(partial(proof_records.reset, by=_by(), at=given.now(), person_id=person_id))
    given.sockets.end_person(person_id)
    return Done(id=person_id)


@blueprint.get("/people/<int:person_id>/sign-ins")
@allowed(Action.VIEW_PEOPLE, answer=list[SignInAnswer])
def sign_ins(person_id: int) -> list[SignInAnswer]:
    """The last fifty sign-ins of somebody, the newest first."""
    return [SignInAnswer.model_validate(one) for one in services().read(sign_ins_of, person_id)]


def _handed_out(act: Callable[..., None], person_id: int) -> OneTime:
    """A one-time password, and the record that takes it for theirs."""
    given, password = services(), one_time_password()
    hashed = given.passwords.hash(password)
    given.recorder.transact(partial(act, by=_by(), at=given.now(), person_id=person_id, password_hash=hashed))
    return OneTime(id=person_id, one_time_password=password)


def _by() -> By:
    return By(me().name, me().person_id)


def _told(one: Person, steps: SecondSteps, last_sign_in_at: Time | None) -> PersonAnswer:
    return PersonAnswer(
        id=one.id,
        name=one.name,
        printed_name=one.printed_name,
        role=one.role,
        program=one.password_hash == NO_PASSWORD,
        must_change_password=one.must_change_password,
        disabled_at=one.disabled_at,
        app=bool(steps.apps),
        passkeys=len(steps.passkeys),
        recovery_codes=steps.recovery_codes,
        second_step_needed=one.password_hash != NO_PASSWORD and services().second_step.needs(one.role),
        last_sign_in_at=last_sign_in_at,
    )
