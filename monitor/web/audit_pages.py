"""The audit trail as a page: searched, and verified. Law: it shows what the record holds and changes nothing."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from urllib.parse import urlencode

from flask import Blueprint, Flask, render_template
from flask.typing import ResponseReturnValue
from pydantic import BeforeValidator, Field

from monitor.security.roles import Action
from monitor.store.queries import audit_page, people
from monitor.store.queries.trail import Wanted, actions
from monitor.web.doors import allowed
from monitor.web.fields import Query, RowId
from monitor.web.here import services

blueprint = Blueprint("audit_pages", __name__)
A_PAGE = 50
Word = Annotated[str, Field(max_length=200)]


def _nothing(value: object) -> object:
    """An empty field of a form is one that was not filled in."""
    return None if value == "" else value


class Search(Query):
    """What a form of the page asks; days are the clinic's own."""

    person: Annotated[RowId | None, BeforeValidator(_nothing)] = None
    action: Annotated[Word | None, BeforeValidator(_nothing)] = None
    about: Annotated[Word | None, BeforeValidator(_nothing)] = None
    since: Annotated[date | None, BeforeValidator(_nothing)] = None
    until: Annotated[date | None, BeforeValidator(_nothing)] = None
    before: Annotated[RowId | None, BeforeValidator(_nothing)] = None


def register(app: Flask) -> None:
    """Hang up the page."""
    app.register_blueprint(blueprint)


@blueprint.get("/audit")
@allowed(Action.VIEW_AUDIT, query=Search)
def audit(query: Search) -> ResponseReturnValue:
    """A page of the trail, newest first, by person, act, object and day."""
    given = services()
    wanted = Wanted(query.person, query.action, query.about, _begin(query.since, 0), _begin(query.until, 1))
    found = given.read(audit_page, wanted, before_seq=query.before, limit=A_PAGE + 1)
    older = None
    if len(found) > A_PAGE:
        older = "?" + urlencode({**query.model_dump(mode="json", exclude_none=True), "before": found[A_PAGE - 1].seq})
    return render_template(
        "audit.html",
        entries=found[:A_PAGE],
        query=query,
        older=older,
        people=given.read(people),
        actions=given.read(actions),
        zone=given.config.timezone,
    )


def _begin(day: date | None, later_days: int) -> datetime | None:
    """The first moment of a day of the clinic (or of the day after)."""
    if day is None:
        return None
    local = datetime.combine(day + timedelta(days=later_days), time(), services().config.timezone)
    return local.astimezone(UTC)
