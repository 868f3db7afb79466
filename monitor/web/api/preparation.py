"""What stands before a start: one look at everything that was asked, answered and measured."""

from flask import Blueprint

from monitor.security.roles import Action
from monitor.web.doors import allowed
from monitor.web.here import services
from monitor.web.services import Json

blueprint = Blueprint("preparation", __name__)


@blueprint.get("/sessions/<int:session_id>/preparation")
@allowed(Action.VIEW_SESSION, answer=dict[str, object])
def get_preparation(session_id: int) -> Json:
    """What is missing before the start, with screening, items and vital signs; of a session that began, as of then."""
    return dict(services().recorder.preparation(session_id))
