"""The alarm limits of one session. Law: they are changed by the session event `change_limits`, here they are read."""

from flask import Blueprint

from monitor.security.roles import Action
from monitor.web.doors import allowed
from monitor.web.fields import Answer
from monitor.web.here import services

blueprint = Blueprint("limits", __name__)


class OwnLimitLine(Answer):
    """Who set this limit for this patient, when and why."""

    limit: float
    by: str
    at: str
    reason: str


class LevelLine(Answer):
    """One level: the limit in force, the policy's, and the range accepted beside the other limits in force.

    `limit` is null for a limit that needs a baseline, or the values of a window.
    """

    priority: str
    limit: float | None
    policy_limit: float | None
    inclusive: bool
    change: float | None
    held: str
    latching: bool
    adjustable: bool
    physician: bool
    low: float | None
    high: float | None
    source: str
    own: OwnLimitLine | None


class RuleLine(Answer):
    """One alarm rule; `kind` is absolute, relative (to the baseline) or change (within `within_s`)."""

    rule: str
    words: str
    vital: str
    direction: str
    unit: str
    kind: str
    within_s: float | None
    off_reason: str
    changed: bool
    levels: list[LevelLine]


class SessionLimits(Answer):
    """The limits of a session; `version` is what a change of them expects."""

    version: int
    rules: list[RuleLine]


@blueprint.get("/sessions/<int:session_id>/limits")
@allowed(Action.VIEW_SESSION, answer=SessionLimits)
def get_limits(session_id: int) -> SessionLimits:
    """Every alarm limit of this session: in force, the policy's, how far it moves, and who moved it."""
    return SessionLimits.model_validate(dict(services().ward.limits(session_id)))
