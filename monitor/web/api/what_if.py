"""What if another policy had judged a session. Law: computed anew each time and kept nowhere; never what happened."""

from typing import Annotated, Literal

from flask import Blueprint
from pydantic import Field

from monitor.errors import NotFound
from monitor.security.roles import Action
from monitor.store.queries import session_head
from monitor.store.queries.policies import stored_policies
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Query, Time
from monitor.web.here import services

blueprint = Blueprint("what_if", __name__)
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class WhatIfQuery(Query):
    """The SHA-256 of a policy of the record or of the one new sessions get; without it the session's own."""

    policy: Sha256 | None = None


class PolicyName(Answer):
    """Which version of which policy."""

    id: str
    version: str
    sha256: str


class EpisodeAnswer(Answer):
    """One alarm, at the worst priority it reached; `to_at` null: its cause stood until the watching ended."""

    rule: str
    kind: str
    priority: Literal["high", "medium", "low"]
    words: str
    from_at: Time
    to_at: Time | None
    lasted_s: float | None


class PairAnswer(Answer):
    """An alarm of the record (`then`) beside the one the other policy gives (`now`).

    `where` says which has it: both, then, now. `same`: equal priority, beginning and end within the tolerance.
    """

    where: Literal["both", "then", "now"]
    same: bool
    now_later_s: float | None
    then: EpisodeAnswer | None
    now: EpisodeAnswer | None


class WhatIfAnswer(Answer):
    """Alarms as recorded beside alarms under another policy; `repeats_record`: the own one judged again says the same.

    Not judged again: messages sent twice unchanged, restarts of the server, alarms about the server itself.
    """

    session_id: int
    simulated: bool
    still_running: bool
    from_at: Time
    until_at: Time
    watched_s: float
    readings: int
    own_policy: PolicyName
    other_policy: PolicyName
    repeats_record: bool
    tolerance_s: float
    alarms: list[PairAnswer]
    acknowledgements_not_applied: int


class PolicyChoice(Answer):
    """A policy a session can be judged again under; `own`: the session's, `in_use`: what new sessions get."""

    id: str
    version: str
    sha256: str
    own: bool
    in_use: bool


@blueprint.get("/sessions/<int:session_id>/policies")
@allowed(Action.VIEW_SESSION, answer=list[PolicyChoice])
def list_policies(session_id: int) -> list[PolicyChoice]:
    """Every policy of the record and the one in use, the newest first; the session's own among them."""
    return choices(session_id)


@blueprint.get("/sessions/<int:session_id>/what-if")
@allowed(Action.VIEW_SESSION, query=WhatIfQuery, answer=WhatIfAnswer)
def get_what_if(session_id: int, query: WhatIfQuery) -> WhatIfAnswer:
    """The session judged again in a process of its own: some seconds; 503 when it did not answer."""
    return judged_again(session_id, query.policy)


def choices(session_id: int) -> list[PolicyChoice]:
    """What a session can be judged again under; raises NotFound without such a session."""
    given = services()
    own = _own_policy(session_id)
    found = [
        PolicyChoice(
            id=one.policy_id, version=one.version, sha256=one.sha256, own=one.sha256 == own,
            in_use=one.sha256 == given.policy.sha256,
        )
        for one in given.read(stored_policies)
    ]  # fmt: skip
    if any(one.in_use for one in found):
        return found
    use = given.policy
    return [PolicyChoice(id=use.id, version=use.version, sha256=use.sha256, own=False, in_use=True), *found]


def judged_again(session_id: int, policy_sha256: str | None) -> WhatIfAnswer:
    """The comparison; raises NotFound, Refused, TooBusy, NotJudged."""
    given = services()
    wanted = policy_sha256 or _own_policy(session_id)
    if wanted not in {one.sha256 for one in choices(session_id)}:
        raise NotFound("There is no policy of that SHA-256 in the record.")
    return WhatIfAnswer.model_validate(given.compare(session_id, wanted, given.now()))


def _own_policy(session_id: int) -> str:
    head = services().read(session_head, session_id)
    if head is None:
        raise NotFound("There is no such session.")
    return head.policy_sha256
