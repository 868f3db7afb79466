"""The pages of a session looked at again: played as it fell, and judged under another policy.

Law: nothing here acts, sounds or is live, and every page says so before anything else.
"""

from flask import Blueprint, Flask, render_template
from flask.typing import ResponseReturnValue

from monitor.clinical.session import LIVE_STATES
from monitor.errors import MonitorError
from monitor.recorder.replaying import watched_span
from monitor.security.roles import Action
from monitor.store.queries import session
from monitor.web.api.what_if import WhatIfQuery, choices, judged_again
from monitor.web.doors import allowed
from monitor.web.faults import status_of
from monitor.web.here import services

blueprint = Blueprint("replay_pages", __name__)
SPEEDS = (1, 2, 5, 10, 30, 60)


def register(app: Flask) -> None:
    """Hang up the pages."""
    app.register_blueprint(blueprint)


@blueprint.get("/sessions/<int:session_id>/replay")
@allowed(Action.VIEW_SESSION)
def replay(session_id: int) -> ResponseReturnValue:
    """A stored session played again, from the check-in to its end or, while it runs, to this moment."""
    given = services()
    history = given.read(session, session_id)
    span = watched_span(history.events, given.now())
    states = [{"at": one.recorded_at.isoformat(), "state": one.to_state} for one in history.events]
    return render_template(
        "replay.html",
        session_id=session_id,
        session=given.ward.head(session_id),
        span=None if span is None else {"from": span[0].isoformat(), "to": span[1].isoformat()},
        running=history.session.state in {str(state) for state in LIVE_STATES},
        states=states,
        speeds=SPEEDS,
    )


@blueprint.get("/sessions/<int:session_id>/what-if")
@allowed(Action.VIEW_SESSION, query=WhatIfQuery)
def what_if(session_id: int, query: WhatIfQuery) -> ResponseReturnValue:
    """The choice of a policy and, once one is chosen, its alarms beside those of the record."""
    offered = choices(session_id)
    page = {
        "session_id": session_id, "session": services().ward.head(session_id), "policies": offered,
        "chosen": query.policy, "found": None, "refused": None,
    }  # fmt: skip
    if query.policy is None:
        return render_template("what_if.html", **page)
    try:
        page["found"] = judged_again(session_id, query.policy)
    except MonitorError as refusal:
        page["refused"] = refusal.message
        return render_template("what_if.html", **page), status_of(refusal)
    return render_template("what_if.html", **page)
