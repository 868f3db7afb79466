"""Reviews of sessions that are over: what waits, why, and the signatures. Law: a signature is a person's own."""

from typing import Annotated

from flask import Blueprint
from pydantic import Field
from sqlalchemy import Connection

from monitor.recorder.review_picture import told_cause
from monitor.recorder.reviewing import CoSign, SignReview
from monitor.security.roles import Action
from monitor.store.queries.reviews import how_many_wait, open_causes, waiting_for_review
from monitor.store.queries.sessions import heads_of
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Body, Query, RequestId, RowId, Secret, Time, Words
from monitor.web.here import me, services
from monitor.web.services import Json
from monitor.web.session_lines import SessionLine, lines_of
from monitor.web.signer import SignerName, signer

blueprint = Blueprint("reviews", __name__)
A_PAGE = 50
Seen = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class ReviewPage(Query):
    """Which page: `after` is the id of the last session of the page before."""

    after: RowId | None = None


class WaitingAnswer(Answer):
    """A session that waits, since when, and why."""

    session: SessionLine
    since_at: Time
    causes: list[dict[str, object]]


class WaitingAnswers(Answer):
    """A page of them, the oldest first; `after` asks for the next page, null: there is none."""

    total: int
    sessions: list[WaitingAnswer]
    after: int | None


class SeenAndSigned(Body):
    """A person's password; `name` only when a program carries the request, `words` are what was found.

    `seen` is what the signer was shown: `record_sha256` of a review, the `digest` of the signature they co-sign.
    """

    request_id: RequestId
    name: SignerName | None = None
    password: Secret
    seen: Seen
    words: Annotated[Words, Field(max_length=2000)] | None = None


class SignatureGiven(Answer):
    """The signature that was given."""

    id: int


@blueprint.get("/reviews")
@allowed(Action.REVIEW, query=ReviewPage, answer=WaitingAnswers)
def list_reviews(query: ReviewPage) -> WaitingAnswers:
    """Sessions that are over and wait for a physician's review, the oldest first."""
    return waiting(query.after)


def waiting(after: int | None) -> WaitingAnswers:
    """A page of what waits; who looked is noted."""
    given = services()
    given.reads.note(me(), "reviews")

    def look(connection: Connection) -> WaitingAnswers:
        found = waiting_for_review(connection, after=after, limit=A_PAGE + 1)
        shown = found[:A_PAGE]
        causes = open_causes(connection, shown)
        lines = {one.id: one for one in lines_of(connection, heads_of(connection, [one.session_id for one in shown]))}
        return WaitingAnswers(
            total=how_many_wait(connection),
            sessions=[
                WaitingAnswer(
                    session=lines[one.session_id],
                    since_at=one.since_at,
                    causes=[told_cause(cause) for cause in causes[one.session_id]],
                )
                for one in shown
            ],
            after=shown[-1].session_id if len(found) > A_PAGE else None,
        )

    return given.read(look)


def waiting_reviews() -> int:
    """How many sessions wait, for the bar at the top."""
    return services().read(how_many_wait)


@blueprint.get("/sessions/<int:session_id>/review")
@allowed(Action.VIEW_SESSION, answer=dict[str, object])
def get_review(session_id: int) -> Json:
    """Why it waits, who reviewed which record and whether it still is that one, addenda, signatures to co-sign."""
    with services().history.passage():
        return dict(services().recorder.review(session_id))


@blueprint.post("/sessions/<int:session_id>/review")
@allowed(Action.VIEW_SESSION, body=SeenAndSigned, answer=SignatureGiven)
def sign_review(session_id: int, body: SeenAndSigned) -> SignatureGiven:
    """Sign, as a physician, that the record of a session that is over was reviewed; it waits no more."""
    who = signer(body.name, body.password, Action.REVIEW)
    act = SignReview(session_id, body.request_id, body.seen, body.words or "", who)
    return SignatureGiven(id=services().recorder.sign_review(act))


@blueprint.post("/sessions/<int:session_id>/signatures/<int:signature_id>/co-sign")
@allowed(Action.VIEW_SESSION, body=SeenAndSigned, answer=SignatureGiven)
def co_sign(session_id: int, signature_id: int, body: SeenAndSigned) -> SignatureGiven:
    """Sign, as a physician, under what somebody else signed in a session that is over."""
    who = signer(body.name, body.password, Action.CO_SIGN)
    act = CoSign(session_id, body.request_id, signature_id, body.seen, body.words or "", who)
    return SignatureGiven(id=services().recorder.co_sign(act))
