"""Alarms of a session, and seeing one."""

from collections.abc import Sequence
from typing import Annotated, Literal

from flask import Blueprint
from pydantic import Field
from sqlalchemy import Connection

from monitor.clinical.alarms.reasons import reason_of
from monitor.clinical.alarms.table import AlarmPriority
from monitor.errors import NotFound
from monitor.recorder.acts import AcknowledgeAct
from monitor.security.roles import Action
from monitor.store.queries import AlarmRecord, alarms, device_alarms, session_events, session_head
from monitor.ward.device_alarm_log import spans
from monitor.ward.limits_picture import RulesThen, rules_at, rules_then
from monitor.ward.restore import course_event
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Body, RequestId, Time
from monitor.web.here import actor, services
from monitor.web.services import Json, Policies

blueprint = Blueprint("alarms", __name__)


class AlarmEventAnswer(Answer):
    """One change of an alarm."""

    at: Time
    event: str
    state: str
    priority: str
    value: float | None
    limit: float | None
    words: str
    cause: str


class SeenAnswer(Answer):
    """Who acknowledged it and what they saw."""

    at: Time
    by: str
    priority_seen: str
    value_seen: float | None


class WhyAnswer(Answer):
    """Why it rang: what its rule asks, in the policy this session is pinned to, with the source of the number."""

    asks: str
    clears: str
    source: str
    mark: Annotated[str, Field(description="V verified, M from memory, D derived")]
    policy: Annotated[str, Field(description="id, version and SHA-256 of the policy")]


class AlarmAnswer(Answer):
    """An alarm with everything that happened to it, oldest first; what stands now is repeated above."""

    id: str
    rule: str
    kind: str
    vital: str | None
    raised_at: Time
    state: str
    priority: str | None
    value: float | None
    limit: float | None
    words: str | None
    why: WhyAnswer | None
    events: list[AlarmEventAnswer]
    acknowledgements: list[SeenAnswer]


class Seen(Body):
    """What the person saw: it never silences something newer or worse."""

    request_id: RequestId | None = None
    priority: Literal["high", "medium", "low"]
    value: Annotated[float | None, Field(description="The value seen; null when the alarm has none.")]


@blueprint.get("/sessions/<int:session_id>/alarms")
@allowed(Action.VIEW_SESSION, answer=list[AlarmAnswer])
def list_alarms(session_id: int) -> list[AlarmAnswer]:
    """Every alarm of a session by when it was raised."""
    return services().read(_alarms, session_id, services().policies)


class DeviceAlarmWordAnswer(Answer):
    """What the device said of its alarm, whenever that changed; `phase`, `state` and `audio` as sent."""

    at: Time
    received_at: Time
    phase: str | None
    state: str | None
    audio: str | None
    priority: str | None
    text: str


class DeviceAlarmAnswer(Answer):
    """An alarm of the bedside monitor or pump itself, in its own words; it is acknowledged there, not here.

    `ended_at` is null when the device did not say its end; `repeated` when it is said without beginning and end.
    """

    source: str
    device: str | None
    code: str
    source_channel: str | None
    text: str
    priority: str | None
    began_at: Time
    last_said_at: Time
    last_received_at: Time
    ended_at: Time | None
    repeated: bool
    words: list[DeviceAlarmWordAnswer]


@blueprint.get("/sessions/<int:session_id>/device-alarms")
@allowed(Action.VIEW_SESSION, answer=list[DeviceAlarmAnswer])
def list_device_alarms(session_id: int) -> list[DeviceAlarmAnswer]:
    """What the devices themselves alarmed about in a session, each from its beginning to its end; never among ours."""
    return services().read(told_by_devices, session_id)


@blueprint.post("/sessions/<int:session_id>/alarms/<alarm_id>/acknowledge")
@allowed(Action.ACKNOWLEDGE, body=Seen, answer=dict[str, object])
def acknowledge(session_id: int, alarm_id: str, body: Seen) -> Json:
    """Acknowledge one alarm as it was seen; 409 when it is another by now."""
    seen = AcknowledgeAct(session_id, alarm_id, body.priority, body.value, actor(), body.request_id)
    return dict(services().recorder.acknowledge(seen))


def _alarms(connection: Connection, session_id: int, policies: Policies) -> list[AlarmAnswer]:
    head = session_head(connection, session_id)
    if head is None:
        raise NotFound("There is no such session.")
    policy = policies(connection, head.policy_sha256)
    then = rules_then(policy, (course_event(event) for event in session_events(connection, session_id)))
    return [told(alarm, then) for alarm in alarms(connection, session_id)]


def _why(alarm: AlarmRecord, then: Sequence[RulesThen]) -> WhyAnswer | None:
    """At the worst priority it reached, by the limits in force then: that is what somebody asks about."""
    worst = max(alarm.events, key=lambda event: AlarmPriority(event.priority).rank, default=None)
    policy = rules_at(then, alarm.raised_at if worst is None else worst.at)
    reason = reason_of(policy, alarm.rule_id, AlarmPriority.LOW if worst is None else AlarmPriority(worst.priority))
    if reason is None:
        return None
    pinned = f"{policy.id} {policy.version} {policy.sha256}"
    return WhyAnswer(asks=reason.asks, clears=reason.clears, source=reason.source, mark=reason.mark, policy=pinned)


def told_by_devices(connection: Connection, session_id: int) -> list[DeviceAlarmAnswer]:
    """The devices' own alarms of a session; raises NotFound."""
    if session_head(connection, session_id) is None:
        raise NotFound("There is no such session.")
    return [DeviceAlarmAnswer.model_validate(alarm) for alarm in spans(device_alarms(connection, session_id))]


def told(alarm: AlarmRecord, then: Sequence[RulesThen]) -> AlarmAnswer:
    """An alarm as the record knows it; `then` are the session's rules from each change of limits on."""
    latest = alarm.latest
    return AlarmAnswer(
        id=alarm.id,
        rule=alarm.rule_id,
        kind=alarm.kind,
        vital=alarm.vital,
        raised_at=alarm.raised_at,
        state=alarm.state,
        priority=None if latest is None else latest.priority,
        value=None if latest is None else latest.value,
        limit=None if latest is None else latest.limit,
        words=None if latest is None else latest.words,
        why=_why(alarm, then),
        events=[AlarmEventAnswer.model_validate(event) for event in alarm.events],
        acknowledgements=[SeenAnswer.model_validate(one) for one in alarm.acknowledgements],
    )
