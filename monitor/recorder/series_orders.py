"""The order of a series, signed by a physician, and a session that takes it over.

Laws
1. A series is ordered for only while its consultation accepts the patient.
2. The last order stands; whoever did not see it is told of it, and signs nothing.
3. A session never takes an order over by itself: a physician does, or a nurse where the policy lets them, and it is the
   very order that stands. Its rails are asked again by the session's own policy.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import Connection

from monitor.clinical.dosing.orders import Ordered
from monitor.clinical.dosing.rails import check_order_bounds, order_rails
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.staff import StaffAct
from monitor.errors import Conflict, NotAllowed, Refused
from monitor.recorder.acts import Actor, SessionAct
from monitor.recorder.consulting import is_accepted, signed_before
from monitor.recorder.dose_rails import allergy_rails, passed, seconded_by
from monitor.recorder.sealing import Seal, SignedPaper
from monitor.recorder.training_check import refuse_untrained
from monitor.recorder.turn import Turn
from monitor.security.roles import Action, Role, require
from monitor.security.signatures import Meaning
from monitor.store.queries.allergies import allergies_of
from monitor.store.queries.papers import PaperRecord, orders_of_series
from monitor.store.queries.series import series
from monitor.store.queries.sessions import session_head
from monitor.store.rows import Act
from monitor.store.signed_papers import Paper
from monitor.ward.course import ordered_of
from monitor.ward.live_session import LiveSession

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SignSeriesOrder:
    """What a physician orders for a series; `seen_id` is the order that stood on their page, None for none."""

    series_id: int
    ordered: Json
    seen_id: int | None
    reason: str | None
    request_id: str
    person: Actor
    second_person: Actor | None = None


@dataclass(frozen=True, slots=True)
class SeriesOrdering:
    """Prepares orders of series under the policy in use."""

    policy: ClinicPolicy
    seal: Seal

    def sign(self, act: SignSeriesOrder, turn: Turn) -> Act:
        """The stored act, which gives the paper's number; raises Refused, NotAllowed, NotFound, Conflict."""
        require(act.person, Action.ORDER)
        ordered = ordered_of(act.ordered)
        check_order_bounds(self.policy.dosing, ordered)
        seconded = seconded_by(act)

        def store(connection: Connection) -> int:
            of = series(connection, act.series_id)
            before = signed_before(connection, of.patient_id, act.request_id, Paper.SERIES_ORDER, act.person)
            if before is not None:
                return before
            refuse_untrained(connection, self.policy, StaffAct.RECORD_ORDER, act.person.person_id, turn.now)
            if of.closed_reason is not None:
                raise Refused("This series is closed: nothing is ordered for it any more.", ("series_id",))
            if not is_accepted(connection, act.series_id):
                raise Refused(
                    "Nothing is ordered for a series before a consultation has accepted the patient for it: sign one "
                    "first.",
                    ("consultation",),
                )
            standing = _check_seen(connection, act)
            crossed = order_rails(self.policy.dosing, ordered)
            crossed += allergy_rails(allergies_of(connection, of.patient_id))
            content = {**_content(self.policy, act, ordered), **seconded, **passed(act, crossed)}
            return self.seal.give_paper(connection, _signed(act, of.patient_id, standing, content, turn))

        return store


def _check_seen(connection: Connection, act: SignSeriesOrder) -> int | None:
    """The order that stands and is replaced; raises Conflict when it is not the one that was seen."""
    standing = standing_order(connection, act.series_id)
    if standing is not None and standing.id != act.seen_id:
        words = f"{standing.printed_name} signed an order of this series at {standing.signed_at:%Y-%m-%d %H:%M} UTC"
        raise Conflict(f"{words}: look at it before you sign yours.", {"id": standing.id})
    return None if standing is None else standing.id


def _content(policy: ClinicPolicy, act: SignSeriesOrder, ordered: Ordered) -> dict[str, object]:
    """What is signed: the order as it was written, what it comes to per kg, and the guideline it was seen beside."""
    return {
        "kind": "order of a series",
        "ordered": {name: value for name, value in act.ordered.items() if value is not None},
        "comes_to": {
            "mg_per_kg_h": round(ordered.mg_per_kg_h, 4),
            "total_mg_per_kg": round(ordered.total_mg_per_kg, 4),
        },
        "guideline": policy.dosing.guideline.rate.words,
        "reason": act.reason,
        "policy": {"id": policy.id, "version": policy.version, "sha256": policy.sha256},
    }


def _signed(act: SignSeriesOrder, patient_id: int, standing: int | None, content: Json, turn: Turn) -> SignedPaper:
    return SignedPaper(
        paper=Paper.SERIES_ORDER,
        patient_id=patient_id,
        series_id=act.series_id,
        replaces_id=standing,
        request_id=act.request_id,
        person=act.person,
        meaning=Meaning.SERIES_ORDER,
        content=content,
        at=turn.now,
        override_reason=act.reason if "beyond" in content else None,
    )


def standing_order(connection: Connection, series_id: int) -> PaperRecord | None:
    """The order of a series that stands; None while there is none."""
    orders = orders_of_series(connection, series_id)
    return orders[-1] if orders else None


def order_in(paper: PaperRecord) -> Ordered:
    """The order a paper carries."""
    ordered = paper.content["ordered"]
    if not isinstance(ordered, Mapping):
        raise TypeError("an order of a series without its order")
    return ordered_of(ordered)


def may_adopt(live: LiveSession, person: Actor) -> None:
    """Raises NotAllowed when the session's policy leaves the taking over of an order to physicians."""
    if person.role != Role.PHYSICIAN and not live.policy.series.nurse_adopts_order:
        raise NotAllowed("This clinic's policy lets only a physician take over the order of a series.")


def adopted(connection: Connection, live: LiveSession, act: SessionAct) -> dict[str, object]:
    """Who signed the order that is taken over; raises Refused or Conflict unless it is the one that stands."""
    head = session_head(connection, live.id)
    standing = None if head is None or head.series_id is None else standing_order(connection, head.series_id)
    if standing is None:
        raise Refused("There is no order of a series for this session.", ("series_order",))
    if act.details.get("series_order") != standing.id or asdict(ordered_of(act.details)) != asdict(order_in(standing)):
        words = f"The order of the series that stands is another: {standing.printed_name} signed it"
        raise Conflict(
            f"{words} at {standing.signed_at:%Y-%m-%d %H:%M} UTC. Look again.", {"series_order": standing.id}
        )
    return {"ordered_by": {"person_id": standing.person_id, "name": standing.printed_name}}
