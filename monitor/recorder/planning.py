"""Acts that plan and describe: sessions on the list, beds of chairs, scores.

Law: audited in the act's own transaction.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.scores.bedside import SPO2_SCALE
from monitor.clinical.scores.reckoning import reckon
from monitor.clinical.session import FINAL_STATES, LIVE_STATES, SessionState
from monitor.errors import Conflict, NotFound, Refused
from monitor.recorder.acts import Actor, Assess, BindChair, PlanSession
from monitor.recorder.bookings import Bookings, Wanted
from monitor.recorder.judging import Judging
from monitor.recorder.series_check import Place, of_new
from monitor.recorder.turn import Turn
from monitor.security.roles import Action, require
from monitor.store.audit import append
from monitor.store.chairs import bind_chair
from monitor.store.discharge import assessment_of, insert_assessment
from monitor.store.queries.patients import patient
from monitor.store.queries.rebuild import OpenSession, open_session
from monitor.store.queries.sessions import session_head
from monitor.store.requests import made_for, remember
from monitor.store.rows import Act, AssessmentRow, AuditEntry, PolicyRow, SessionRow
from monitor.store.sessions import insert_session
from monitor.ward.restore import live_session, place
from monitor.ward.scores import ScoreEntry
from monitor.ward.ward import Ward


@dataclass(frozen=True, slots=True)
class Planning:
    """Prepares what people plan, and follows it in the ward once stored."""

    ward: Ward
    policy: ClinicPolicy
    policy_text: str
    judging: Judging
    bookings: Bookings

    def plan(self, act: PlanSession, turn: Turn) -> Act:
        """A new session, pinned to the policy in use."""
        chair = self.ward.chair(act.chair_id)
        policy = PolicyRow(self.policy.sha256, self.policy.id, str(self.policy.version), self.policy_text, turn.now)
        row = SessionRow(
            patient_id=act.patient_id,
            chair_id=act.chair_id,
            state=SessionState.SCHEDULED.value,
            policy=policy,
            scheduled_for=act.scheduled_for,
            simulated=chair.simulated,
            created_at=turn.now,
            series_id=act.series_id,
        )

        free = self.bookings.free(Wanted(0, act.patient_id, act.chair_id, act.scheduled_for), turn.now)
        wanted = Place(0, act.scheduled_for, act.person.role, act.reason)
        fits = of_new(act.series_id, act.patient_id, wanted, self.bookings.zone)

        def store(connection: Connection) -> OpenSession | int:
            before = made_for(connection, act.request)
            if before is not None:
                return before
            patient(connection, act.patient_id)
            free(connection)
            is_near = fits(connection)
            session_id = insert_session(connection, row)
            remember(connection, act.request, session_id)
            facts: dict[str, object] = {"chair": act.chair_id, "policy": self.policy.id, "version": self.policy.version}
            if act.series_id is not None:
                facts["series"] = act.series_id
            if is_near:
                facts["nearer_because"] = act.reason
            append(connection, _audit(turn, act.person, "session.plan", f"session {session_id}", facts))
            return open_session(connection, session_id)

        return store

    def planned(self, answer: object, turn: Turn) -> int:
        """Put the stored session on the list; one that was made by the same request before is there already."""
        if isinstance(answer, int):
            return answer
        if not isinstance(answer, OpenSession):
            raise TypeError(f"not a stored session: {answer!r}")
        live = live_session(answer, self.policy, turn.now, turn.mono_s)
        place(self.ward, live)
        chair = self.ward.chair(live.chair_id)
        turn.changed[chair.id] = chair
        return live.id

    def bind(self, act: BindChair, turn: Turn) -> Act:
        """Another monitor for a chair, or none."""
        chair = self.ward.chair(act.chair_id)
        taken = self.ward.by_bed(act.bed) or self.ward.by_device(act.bed)
        if taken is not None and taken.bed != act.bed:
            raise Conflict(f"This is a further device of chair {taken.name}; take it off first.", {"chair": taken.name})
        if taken is not None and taken.id != chair.id:
            raise Conflict(f"This bed is bound to chair {taken.name}; free it there first.", {"chair": taken.name})

        def store(connection: Connection) -> bool:
            changed = bind_chair(connection, act.chair_id, act.bed, turn.now, act.person.person_id)
            if changed:
                append(connection, _audit(turn, act.person, "chair.bind", f"chair {act.chair_id}", {"bed": act.bed}))
            return changed

        return store

    def bound(self, act: BindChair, turn: Turn) -> None:
        """Follow the new binding."""
        if self.ward.chair(act.chair_id).bed != act.bed:
            chair = self.ward.bind(act.chair_id, act.bed)
            turn.changed[chair.id] = chair

    def assess(self, act: Assess, turn: Turn) -> Act:
        """A score, checked and totalled by the rules of its session."""
        if act.kind == SPO2_SCALE:
            require(act.person, Action.CLEAR)  # a clinician's documented decision (CLINICAL.md §2.4)
        live = self.ward.sessions().get(act.session_id)
        reached = reckon(act.kind, act.items, (self.policy if live is None else live.policy).scores)
        at = act.at or turn.now
        if at > turn.now:
            raise Refused("A score cannot be timed in the future.", ("at",))
        row = AssessmentRow(
            session_id=act.session_id,
            request_id=act.request_id,
            kind=act.kind,
            items=act.items,
            total=reached.total,
            at=at,
            recorded_at=turn.now,
            person_id=act.person.person_id,
            replaces_id=act.replaces_id,
            by=act.person.name,
        )

        def store(connection: Connection) -> int:
            head = session_head(connection, act.session_id)
            if head is None:
                raise NotFound("There is no such session.")
            known = assessment_of(connection, act.session_id, act.request_id)
            if known is None and head.state in {state.value for state in FINAL_STATES}:
                raise Refused("This session is over; what is known later is an addendum.", ("addendum",))
            score_id = insert_assessment(connection, row)
            if known is None:
                facts = {"session": act.session_id, "kind": act.kind, "replaces": act.replaces_id}
                append(connection, _audit(turn, act.person, "score.record", f"score {score_id}", facts))
            return score_id

        return store

    def assessed(self, act: Assess, answer: object, turn: Turn) -> int:
        """Judge what was seen, and have the session's page look again."""
        score_id = int(str(answer))
        live = self.ward.sessions().get(act.session_id)
        if live is None:
            return score_id
        chair = self.ward.chair(live.chair_id)
        total = reckon(act.kind, act.items, live.policy.scores).total
        live.scores.add(ScoreEntry(score_id, act.kind, act.items, total, act.at or turn.now), act.replaces_id)
        if live.course.state in LIVE_STATES:
            self.judging.score(chair, live, act.kind, turn)
        turn.changed[chair.id] = chair  # what is due there has changed
        turn.sessions[live.id] = (chair, live)
        return score_id


def _audit(turn: Turn, person: Actor, action: str, about: str, facts: dict[str, object]) -> AuditEntry:
    return AuditEntry(turn.now, person.name, action, about, person.person_id, facts)
