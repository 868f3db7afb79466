"""What the part of a page about a series needs, and what a patient's page says of each. Law: told by the API."""

from collections.abc import Iterable
from functools import partial

from monitor.security.roles import Action, may
from monitor.web.api.journal import JournalPart, told_journal
from monitor.web.api.series_outcome import outcome_told
from monitor.web.api.series_outcome_answers import SeriesOutcomeAnswer
from monitor.web.figure_dose_response import dose_response_figure
from monitor.web.here import me
from monitor.web.languages import language, text_in

MOST_SUMMARISED = 4  # series on one patient's page


def outcome_shown(series_id: int) -> dict[str, object]:
    """What the part needs; raises NotFound."""
    told = outcome_told(series_id)
    return {
        "outcome": told,
        "dose_figure": dose_response_figure(told, partial(text_in, language())) if told.dose_response.pairs else None,
        "journal": told_journal(series_id, JournalPart(limit=20)),
        "may_enter": may(me(), Action.CHART),
        "may_reassess": may(me(), Action.CLEAR),
    }


def outcomes_summarised(series_ids: Iterable[int]) -> dict[int, SeriesOutcomeAnswer]:
    """The outcome of the newest series, by id; `series_ids` newest first."""
    return {series_id: outcome_told(series_id) for series_id in list(series_ids)[:MOST_SUMMARISED]}
