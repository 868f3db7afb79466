"""Consultations as pages and programs are shown them. Law: plain JSON; what was signed, and whether it still is."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection

from monitor.clinical.consultation.evaluation import EXPECTATION_WORDS, REASON_WORDS, TEAM_WORDS
from monitor.clinical.dosing.orders import order_figures
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.policy.preparation_parts import ScreeningItem
from monitor.recorder.consulting import is_accepted, standing_consultation
from monitor.recorder.discharge_picture import proof, told_signature
from monitor.recorder.series_orders import order_in
from monitor.security.signing_key import PublicKeys
from monitor.store.queries.papers import PaperRecord, consultations_of, orders_of_series, paper_signed_before
from monitor.store.queries.series import SeriesRecord, series, series_of_patient
from monitor.store.queries.sessions import last_weighing
from monitor.ward.dose_picture import guideline
from monitor.ward.entries import number

Json = dict[str, object]


def consultations_told(
    connection: Connection, patient_id: int, items: Sequence[ScreeningItem], keys: PublicKeys
) -> Json:
    """What is asked, the patient's series with the consultation that stands for each, and all that were signed."""
    papers = consultations_of(connection, patient_id)
    replaced = {one.replaces_id: one.id for one in papers if one.replaces_id is not None}
    return {
        "asks": asks(items),
        "newest": papers[-1].id if papers else None,
        "series": [_series(connection, one) for one in series_of_patient(connection, patient_id)],
        "consultations": [
            {**told_paper(connection, one, keys), "replaced_by": replaced.get(one.id)} for one in reversed(papers)
        ],
    }


def series_orders_told(connection: Connection, series_id: int, policy: ClinicPolicy, keys: PublicKeys) -> Json:
    """The orders of a series, the one that stands first; figures at the patient's last weight, None while unknown."""
    of, papers = series(connection, series_id), orders_of_series(connection, series_id)
    weighing = last_weighing(connection, of.patient_id, 0)  # in whatever session
    weight_kg = None if weighing is None else number(weighing.details, "weight_kg")
    accepting = standing_consultation(connection, series_id)
    whose = {"id": of.id, "patient_id": of.patient_id, "indication": of.indication, "open": of.closed_reason is None}
    return {
        "series": whose,
        "accepted": is_accepted(connection, series_id),
        "consultation": None if accepting is None else accepting.id,
        "weight": None if weighing is None else {"kg": weight_kg, "at": weighing.at.isoformat()},
        "guideline": guideline(policy.dosing.guideline),
        "rails": _rails(policy),
        "standing": papers[-1].id if papers else None,
        "orders": [
            {**told_paper(connection, one, keys), "figures": _figures(one, weight_kg)} for one in reversed(papers)
        ],
    }


def _figures(paper: PaperRecord, weight_kg: float | None) -> Json | None:
    if weight_kg is None:
        return None
    figures = order_figures(order_in(paper), weight_kg)
    return {name: round(value, 3) for name, value in asdict(figures).items()}


def _rails(policy: ClinicPolicy) -> Json:
    hard = policy.dosing
    return {
        "rate_mg_per_kg_h": hard.rate_mg_per_kg_h,
        "total_mg_per_kg": hard.total_mg_per_kg,
        "bolus_mg_per_kg": hard.bolus_mg_per_kg,
    }


def asks(items: Sequence[ScreeningItem]) -> Json:
    """The questions of the form, in its order."""
    return {
        "reasons": [{"id": one.value, "words": words} for one, words in REASON_WORDS.items()],
        "risks": [{"id": one.id, "words": one.words, "class": one.item_class.value} for one in items],
        "expectations": [{"id": one.value, "words": words} for one, words in EXPECTATION_WORDS.items()],
        "teams": [{"id": one.value, "words": words} for one, words in TEAM_WORDS.items()],
    }


def told_paper(connection: Connection, one: PaperRecord, keys: PublicKeys) -> Json:
    """A signed paper with its content, and whether it still is what was signed."""
    signature = told_signature(one, paper_signed_before(connection, one.id), keys)
    place = {"series_id": one.series_id, "replaces": one.replaces_id}
    content = {name: value for name, value in one.content.items() if name in _TOLD}
    return {**signature, **place, **content, **proof(one, keys)}


_TOLD = frozenset({"said", "stops", "asked", "ordered", "reason", "beyond", "second_person", "guideline"})


def _series(connection: Connection, one: SeriesRecord) -> Json:
    standing = standing_consultation(connection, one.id)
    return {
        "id": one.id,
        "indication": one.indication,
        "open": one.closed_reason is None,
        "consultation": None if standing is None else standing.id,
    }
