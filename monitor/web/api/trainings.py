"""Who was trained in what, and what each role needs. Law: a training is recorded by somebody else than whose it is."""

from datetime import date
from functools import partial
from typing import Annotated

from flask import Blueprint
from pydantic import Field, StringConstraints
from sqlalchemy import Connection

from monitor.clinical.staff import StaffPolicy
from monitor.errors import NotFound
from monitor.security import trainings as acts
from monitor.security.records import NO_PASSWORD, By
from monitor.security.roles import Action
from monitor.store.queries.people import Person, people, person_by_id
from monitor.store.requests import Request, made_for, remember
from monitor.store.trainings import TrainingRecord, trainings_of
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Body, RequestId, Time, Word, Words
from monitor.web.here import me, request_of, services
from monitor.web.phrases import spoken

blueprint = Blueprint("trainings", __name__)


class CourseAnswer(Answer):
    """A course of the policy in use."""

    id: str
    words: str
    source: str
    mark: str


class LackAnswer(Answer):
    """A course somebody's role needs and they do not have."""

    course: str
    words: str
    expired_on: date | None = Field(description="The last day of the newest they had; null: none was recorded.")


class EndingAnswer(Answer):
    """A course somebody's role needs that ends soon."""

    course: str
    words: str
    expires_on: date
    days_left: int


class TrainingAnswer(Answer):
    """One recorded training."""

    id: int
    course: str
    valid_from: date
    expires_on: date = Field(description="The last day, which counts whole.")
    note: str
    at: Time
    by: str
    withdrawn_at: Time | None
    withdrawn_by: str | None
    withdrawn_why: str | None


class StandingAnswer(Answer):
    """How somebody stands today."""

    person_id: int
    name: str
    role: str
    needs: list[str]
    lacks: list[LackAnswer]
    ending: list[EndingAnswer]
    trainings: list[TrainingAnswer]


class TrainingsAnswer(Answer):
    """Everybody who is not disabled, and what the policy asks."""

    courses: list[CourseAnswer]
    warn_days: int
    people: list[StandingAnswer]


class NewTraining(Body):
    """A training of somebody."""

    request_id: RequestId
    course: Word
    valid_from: Annotated[date, Field(strict=False)]
    expires_on: Annotated[date, Field(strict=False)]
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=acts.LONGEST_NOTE)] = ""


class Withdrawal(Body):
    """Why a training does not count."""

    reason: Words


class Recorded(Answer):
    """It stands in the record."""

    id: int


@blueprint.get("/trainings")
@allowed(Action.VIEW_PEOPLE, answer=TrainingsAnswer)
def list_trainings() -> TrainingsAnswer:
    """What each person was trained in, what their role needs, and what ends soon."""
    policy = services().policy.staff
    return TrainingsAnswer(
        courses=[CourseAnswer.model_validate(one) for one in policy.courses.values()],
        warn_days=policy.warn_days,
        people=services().read(_everybody, policy, services().now().date()),
    )


@blueprint.get("/trainings/mine")
@allowed(Action.OWN_SIGN_IN, answer=StandingAnswer)
def my_trainings() -> StandingAnswer:
    """The same of whoever asks."""
    return my_standing()


def my_standing() -> StandingAnswer:
    """How whoever asks stands today."""
    return services().read(_mine, services().policy.staff, services().now().date(), me().person_id)


@blueprint.post("/people/<int:person_id>/trainings")
@allowed(Action.RECORD_TRAINING, body=NewTraining, answer=Recorded, status=201)
def record_training(person_id: int, body: NewTraining) -> Recorded:
    """Record a training of somebody else; 422 `course`, `expires_on` or `valid_from` for what cannot be."""
    given, asked = services(), request_of(body.request_id, body)
    new = acts.NewTraining(person_id, body.course, body.valid_from, body.expires_on, body.note)
    act = partial(_record, asked=asked, by=_by(), at=given.now(), policy=given.policy.staff, new=new)
    return Recorded(id=int(str(given.recorder.transact(act))))


@blueprint.post("/trainings/<int:training_id>/withdraw")
@allowed(Action.RECORD_TRAINING, body=Withdrawal, answer=Recorded)
def withdraw_training(training_id: int, body: Withdrawal) -> Recorded:
    """A training that was entered wrongly does not count any more; it stays in the record with the reason."""
    given = services()
    act = partial(acts.withdraw_training, by=_by(), at=given.now(), training_id=training_id, reason=body.reason)
    given.recorder.transact(act)
    return Recorded(id=training_id)


def care_words() -> str:
    """What of their own trainings whoever asks must care for, in their language; "" for nothing."""
    who = me()
    if who.locked or who.is_token or not acts.needed_by(services().policy.staff, who.role):
        return ""
    mine = my_standing()
    words = (*(one.words for one in mine.lacks), *(one.words for one in mine.ending))
    return "; ".join(spoken(one) for one in words)


def _record(connection: Connection, asked: Request | None, **entered: object) -> int:
    before = made_for(connection, asked)
    if before is not None:
        return before
    made = acts.record_training(connection, **entered)  # type: ignore[arg-type]
    remember(connection, asked, made)
    return made


def _everybody(connection: Connection, policy: StaffPolicy, on: date) -> list[StandingAnswer]:
    found: dict[int, list[TrainingRecord]] = {}
    for one in trainings_of(connection):
        found.setdefault(one.person_id, []).append(one)
    return [
        standing(policy, person, found.get(person.id, []), on)
        for person in people(connection)
        if person.disabled_at is None and (acts.needed_by(policy, person.role) or person.id in found)
    ]


def _mine(connection: Connection, policy: StaffPolicy, on: date, person_id: int) -> StandingAnswer:
    person = person_by_id(connection, person_id)
    if person is None:
        raise NotFound("There is no such person.")
    return standing(policy, person, trainings_of(connection, (person_id,)), on)


def standing(policy: StaffPolicy, person: Person, found: list[TrainingRecord], on: date) -> StandingAnswer:
    """How somebody stands on a day."""
    held = [one.training for one in found if one.withdrawn_at is None]
    stands = acts.standing_of(policy, person.role, held, on)
    return StandingAnswer(
        person_id=person.id,
        name=person.printed_name if person.password_hash != NO_PASSWORD else person.name,
        role=person.role,
        needs=list(acts.needed_by(policy, person.role)),
        lacks=[LackAnswer(course=one.course.id, words=one.words, expired_on=one.expired_on) for one in stands.lacks],
        ending=[
            EndingAnswer(course=one.course.id, words=one.words, expires_on=one.expires_on, days_left=one.days_left)
            for one in stands.ending
        ],
        trainings=[TrainingAnswer.model_validate(one) for one in found],
    )


def _by() -> By:
    return By(me().printed_name or me().name, me().person_id)
