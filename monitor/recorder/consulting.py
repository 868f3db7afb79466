"""A consultation: checked whole, signed, and stored with its audit entry.

Laws
1. What is not complete is refused with everything that is missing.
2. Whoever has not seen the newest consultation of the patient is told of it, and signs nothing.
3. A correction is a consultation of its own that names the one it replaces; nothing is written over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from monitor.clinical.consultation.completeness import Asked, Lacking, lacking
from monitor.clinical.consultation.evaluation import Consultation, Decision, open_stops
from monitor.clinical.consultation.reading import consultation_of
from monitor.clinical.consultation.standing import SeriesOpened, Signed, standing_for
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.policy.preparation_parts import ScreeningItem
from monitor.errors import Conflict, NotFound, Refused
from monitor.recorder.acts import Actor
from monitor.recorder.sealing import Seal, SignedPaper
from monitor.recorder.turn import Turn
from monitor.security.roles import Action, require
from monitor.security.signatures import Meaning
from monitor.store.queries.papers import PaperRecord, consultations_of
from monitor.store.queries.patients import same_person
from monitor.store.queries.series import series, series_of_patient
from monitor.store.rows import Act
from monitor.store.signed_papers import Paper, paper_before

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SignConsultation:
    """What a physician signs: `said` as it was sent; `seen_id` the newest consultation they saw, None for none."""

    patient_id: int
    series_id: int | None
    replaces_id: int | None
    seen_id: int | None
    said: Json
    request_id: str
    person: Actor


@dataclass(frozen=True, slots=True)
class Consulting:
    """Prepares consultations under the policy in use."""

    policy: ClinicPolicy
    seal: Seal

    @property
    def items(self) -> Sequence[ScreeningItem]:
        """The risks that are asked for early."""
        return self.policy.screening

    def lacking(self, form: Consultation, now: datetime) -> tuple[Lacking, ...]:
        """What the form still lacks on the clinic's day."""
        return lacking(Asked(form, self.items, self._today(now)))

    def sign(self, act: SignConsultation, turn: Turn) -> Act:
        """The stored act, which gives the paper's number; raises Refused, NotAllowed, NotFound, Conflict."""
        require(act.person, Action.CONSULT)
        form = consultation_of(act.said)
        _known_risks(form, self.items)
        missing = self.lacking(form, turn.now)

        def store(connection: Connection) -> int:
            before = signed_before(connection, act.patient_id, act.request_id, Paper.CONSULTATION, act.person)
            if before is not None:
                return before
            if missing:
                words = "; ".join(one.words for one in missing)
                raise Refused(f"Not signed; still missing: {words}.", tuple(one.id for one in missing))
            _check_series(connection, act)
            _check_seen(consultations_of(connection, act.patient_id), act)
            return self.seal.give_paper(connection, self._signed(act, form, turn.now))

        return store

    def _signed(self, act: SignConsultation, form: Consultation, now: datetime) -> SignedPaper:
        policy = {"id": self.policy.id, "version": self.policy.version, "sha256": self.policy.sha256}
        asked = {item.id: item.words for item in self.items}
        stops = [item.id for item in open_stops(self.items, form.risks)]
        return SignedPaper(
            paper=Paper.CONSULTATION,
            patient_id=act.patient_id,
            series_id=act.series_id,
            replaces_id=act.replaces_id,
            request_id=act.request_id,
            person=act.person,
            meaning=Meaning.CONSULTATION,
            content={"kind": "consultation", "said": act.said, "asked": asked, "stops": stops, "policy": policy},
            at=now,
            facts={"decision": str(form.decision)},
        )

    def _today(self, now: datetime) -> date:
        return now.astimezone(self.seal.zone).date()


def signed_before(connection: Connection, patient_id: int, request_id: str, paper: Paper, person: Actor) -> int | None:
    """The paper this very request made; None when it is new. Raises Conflict when its id was used for another."""
    before = paper_before(connection, patient_id, request_id)
    if before is None:
        return None
    number, kind, person_id = before
    if (kind, person_id) != (paper.value, person.person_id):
        raise Conflict("This request id belongs to another act.", {"id": number})
    return number


def standing_consultation(connection: Connection, series_id: int) -> PaperRecord | None:
    """The consultation that stands for a series; None when nobody evaluated for it. Raises NotFound."""
    patient_id = series(connection, series_id).patient_id
    papers = {one.id: one for one in consultations_of(connection, patient_id)}
    opened = [SeriesOpened(one.id, one.created_at) for one in series_of_patient(connection, patient_id)]
    found = standing_for(series_id, opened, [signed_of(one) for one in papers.values()])
    return None if found is None else papers[found.id]


def is_accepted(connection: Connection, series_id: int) -> bool:
    """Whether the consultation that stands for a series accepts the patient."""
    found = standing_consultation(connection, series_id)
    return found is not None and signed_of(found).decision is Decision.ACCEPT


def signed_of(paper: PaperRecord) -> Signed:
    """What the standing of a consultation is found from."""
    said = paper.content["said"]
    decision = Decision(str(said["decision"])) if isinstance(said, Mapping) else Decision.DEFER
    return Signed(paper.id, paper.series_id, decision, paper.signed_at, paper.printed_name, paper.replaces_id)


def _known_risks(form: Consultation, items: Sequence[ScreeningItem]) -> None:
    unknown = sorted(form.risks.keys() - {item.id for item in items})
    for name in unknown[:1]:
        raise Refused(f"The screening of this policy has no item “{name}”.", (f"risks.{name}",))


def _check_series(connection: Connection, act: SignConsultation) -> None:
    theirs = same_person(connection, act.patient_id)
    if act.series_id is None:
        return
    named = series(connection, act.series_id)
    if named.patient_id not in theirs:
        raise NotFound("This patient has no such series.")
    if named.closed_reason is not None:
        raise Refused("This series is closed; a consultation begins a new one.", ("series_id",))


def _check_seen(given: Sequence[PaperRecord], act: SignConsultation) -> None:
    newest = given[-1] if given else None
    if newest is not None and newest.id != act.seen_id:
        words = f"{newest.printed_name} signed a consultation of this patient at {newest.signed_at:%Y-%m-%d %H:%M} UTC"
        raise Conflict(f"{words}: look at it before you sign yours. Nothing you typed is lost.", {"id": newest.id})
    replaced = {one.replaces_id for one in given}
    if act.replaces_id is not None and act.replaces_id not in {one.id for one in given} - replaced:
        raise Refused("What this replaces is no consultation of this patient that stands.", ("replaces",))
