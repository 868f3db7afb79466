"""The letter about a series as PDF. Law: a physician's; the trail has the hash of the file before it is handed out.

What the physician adds is typed for this letter and stands in it alone: the record keeps the hash that proves the file.
"""

import hashlib
from dataclasses import asdict
from typing import Annotated

from flask import Blueprint, Response
from pydantic import Field

from monitor.security.roles import Action
from monitor.store.queries import patient
from monitor.web.api.papers import PaperLanguage, language_of, note_export, sent_pdf
from monitor.web.api.series import told_series
from monitor.web.api.series_outcome import outcome_told
from monitor.web.doors import allowed
from monitor.web.fields import Body, Words
from monitor.web.here import me, services
from monitor.web.papers.letter import LetterTold
from monitor.web.papers.printed import letter_pdf

blueprint = Blueprint("letter", __name__)


class LetterAdded(Body):
    """What the physician adds in their own words."""

    words: Annotated[Words, Field(max_length=4000)] | None = None


@blueprint.get("/series/<int:series_id>/letter.pdf")
@allowed(Action.WRITE_LETTER, query=PaperLanguage)
def get_letter(series_id: int, query: PaperLanguage) -> Response:
    """The letter about a series as the record tells it, as PDF; 503 when it cannot be drawn."""
    return _letter(series_id, query, "")


@blueprint.post("/series/<int:series_id>/letter.pdf")
@allowed(Action.WRITE_LETTER, query=PaperLanguage, body=LetterAdded)
def write_letter(series_id: int, query: PaperLanguage, body: LetterAdded) -> Response:
    """The same with a paragraph by the physician."""
    return _letter(series_id, query, body.words or "")


def _letter(series_id: int, query: PaperLanguage, added: str) -> Response:
    given, language, plan = services(), language_of(query.language), told_series(series_id)
    told = LetterTold(
        patient=asdict(given.read(patient, plan.patient_id)),
        series=plan,
        outcome=outcome_told(series_id),
        added=added,
        by=me().printed_name,
        telephone=given.config.clinic_telephone,
    )
    made = letter_pdf(given, told, language)
    note_export(f"series {series_id}", "letter", language, sha256=hashlib.sha256(made).hexdigest())
    return sent_pdf(made, f"series-{series_id}-letter.pdf")
