"""Break-glass as every page shows it, its review, and the sealed account. Law: nobody reviews their own opening."""

from dataclasses import asdict
from functools import partial
from typing import Annotated

from flask import Blueprint
from pydantic import Field, StringConstraints

from monitor.errors import Refused
from monitor.security import break_glass
from monitor.security.passwords import one_time_password
from monitor.security.records import By
from monitor.security.roles import Action, Role, may
from monitor.store.break_glass import reviews, standing_openings
from monitor.ward.responsible import staff_initials
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Body, Time
from monitor.web.here import me, services

blueprint = Blueprint("break_glass", __name__)
MOST_REVIEWS = 100


class OpeningAnswer(Answer):
    """One opening; who it was by initials, and no reason, where everybody who passes reads it."""

    id: int
    by: str
    reason: str | None
    at: Time
    until_at: Time
    open: bool = Field(description="Whether its hour is running.")
    reviewed: bool
    may_review: bool = Field(description="Whether whoever asks may close its review.")


class Review(Body):
    """What was found; kept with the name of whoever writes it."""

    words: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class ReviewAnswer(Answer):
    """An opening whose review is closed."""

    id: int
    by: str
    reason: str
    at: Time
    reviewed_by: str
    words: str
    reviewed_at: Time


class Nothing(Body):
    """An empty object."""


class Reviewed(Answer):
    """The review is closed."""

    id: int


class SealedAnswer(Answer):
    """An account for the envelope, shown this once; those before it are worth nothing any more."""

    name: str
    password: str


@blueprint.get("/break-glass")
@allowed(Action.VIEW_BOARD, answer=list[OpeningAnswer], while_locked=True)
def standing() -> list[OpeningAnswer]:
    """The openings whose hour is running or that nobody has reviewed; asking is no activity."""
    return openings_shown()


def openings_shown() -> list[OpeningAnswer]:
    """The same for whoever asks, with what they may see and do."""
    given, who = services(), me()
    now, nameless = given.now(), who.locked or who.role == Role.STATION_DISPLAY
    reviewer = may(who, Action.REVIEW_BREAK_GLASS) and not who.locked
    return [
        OpeningAnswer(
            id=one.id,
            by=staff_initials(one.by) if nameless else one.by,
            reason=one.reason if may(who, Action.VIEW_CHAIRS) and not nameless else None,
            at=one.at,
            until_at=one.until_at,
            open=one.until_at > now,
            reviewed=one.reviewed_by is not None,
            may_review=reviewer and one.reviewed_by is None and one.person_id != who.person_id,
        )
        for one in given.read(standing_openings, now)
    ]


@blueprint.get("/break-glass/reviews")
@allowed(Action.REVIEW_BREAK_GLASS, answer=list[ReviewAnswer])
def closed_reviews() -> list[ReviewAnswer]:
    """The last openings that were reviewed, and what was found; the newest review first."""
    return reviews_shown()


def reviews_shown() -> list[ReviewAnswer]:
    """The same for the page."""
    return [ReviewAnswer(**asdict(one)) for one in services().read(reviews, MOST_REVIEWS)]


@blueprint.post("/break-glass/<int:opening_id>/review")
@allowed(Action.REVIEW_BREAK_GLASS, body=Review, answer=Reviewed)
def review(opening_id: int, body: Review) -> Reviewed:
    """Close the review of somebody else's opening, with words."""
    close_review(opening_id, body.words)
    return Reviewed(id=opening_id)


@blueprint.post("/sealed-account")
@allowed(Action.MANAGE_PEOPLE, body=Nothing, answer=SealedAnswer, status=201)
def seal(body: Nothing) -> SealedAnswer:
    """Another sealed account, which opens break-glass once."""
    given, who = services(), me()
    name, password = break_glass.new_name(), one_time_password()
    hashed, by = given.passwords.hash(password), By(who.name, who.person_id)
    given.recorder.transact(partial(break_glass.seal, by=by, at=given.now(), name=name, password_hash=hashed))
    return SealedAnswer(name=name, password=password)


def close_review(opening_id: int, words: str) -> None:
    """Close one as whoever asks; raises NotFound, Refused, Conflict, NotRecording."""
    given, who = services(), me()
    if who.is_token:
        raise Refused("Only a person reviews this.")
    act = partial(
        break_glass.review,
        by=By(who.name, who.person_id),
        printed_name=who.printed_name,
        at=given.now(),
        opening_id=opening_id,
        words=words,
    )
    given.recorder.transact(act)
