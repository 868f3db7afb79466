"""What a session's papers tell, read once from the record. Law: reads only, in pieces that no alarm waits for."""

from dataclasses import dataclass
from datetime import UTC, datetime

from monitor.store.queries.sessions import session
from monitor.store.queries.trail import AuditRecord, newest_act
from monitor.web.papers.speech import Told, as_time, listed, part, words
from monitor.web.services import Services

_OVER = frozenset({"discharged", "left", "transferred", "cancelled"})


@dataclass(frozen=True, slots=True)
class SessionTold:
    """One session: head and curves, sheet of facts, evaluation, account of the dose, who signed, scores.

    `act` is the newest entry of the audit trail that changed this record: the anchor a paper of it carries.
    """

    id: int
    picture: Told
    sheet: Told
    evaluation: Told
    dose: Told
    signatures: tuple[Told, ...]
    scores: tuple[Told, ...]
    act: AuditRecord | None
    policy_sha256: str

    @property
    def head(self) -> Told:
        """State, chair, policy."""
        return part(self.picture, "session") or {}

    @property
    def state(self) -> str:
        """The word of the state."""
        return words(self.sheet, "state")

    @property
    def over(self) -> bool:
        """Whether nothing but an addendum can come to it."""
        return self.state in _OVER

    @property
    def simulated(self) -> bool:
        """Whether no patient was treated."""
        return bool(self.sheet.get("simulated")) or bool(self.head.get("simulated"))

    @property
    def approved(self) -> bool:
        """Whether the policy it is pinned to was approved by somebody."""
        return bool((part(self.head, "policy") or {}).get("approved"))

    @property
    def as_of(self) -> datetime:
        """When all of it was true: now, or the end; later, when something was added to the record after it."""
        found = [as_time(self.sheet.get("as_of")), *(as_time(one.get("at")) for one in self.added)]
        return max((one for one in found if one is not None), default=datetime.fromtimestamp(0, UTC))

    @property
    def added(self) -> list[Told]:
        """The addenda."""
        return [one for one in listed(self.picture, "events") if words(one, "event") == "addendum"]


def gather(given: Services, session_id: int) -> SessionTold:
    """Everything of one session; raises NotFound."""
    sheet = given.recorder.hand_over_sheet(session_id)
    return SessionTold(
        id=session_id,
        picture=given.ward.session(session_id),
        sheet=sheet,
        evaluation=given.recorder.discharge(session_id),
        dose=given.ward.dose(session_id),
        signatures=tuple(given.recorder.signatures(session_id)),
        scores=tuple(
            {
                "kind": one.kind,
                "total": reckoned.total,
                "says": reckoned.says,
                "at": one.at.isoformat(),
                "by": one.by,
                "replaced": one.replaced_by_id is not None,
            }
            for one, reckoned in given.recorder.scores(session_id)
        ),
        act=given.read(newest_act, f"session {session_id}"),
        policy_sha256=given.read(session, session_id).session.policy_sha256,
    )
