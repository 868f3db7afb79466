"""The page of a session's log. Law: told by the API, shown here; a time is the clinic's, to the second.

On the night the clocks change two moments may show one time: then every time carries its distance from UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.numbers import get_decimal_symbol
from flask import Blueprint, Flask, render_template
from flask.typing import ResponseReturnValue
from flask_babel import format_date

from monitor.errors import NotFound
from monitor.security.roles import Action, may
from monitor.web.api.session_log import log_of
from monitor.web.doors import allowed
from monitor.web.here import me, services
from monitor.web.languages import language
from monitor.web.phrases import in_language

blueprint = Blueprint("log_pages", __name__)
_OTHER_DAY = "d MMM"  # a pattern of dates


@dataclass(frozen=True, slots=True)
class LogClock:
    """How the times of one session are written."""

    zone: ZoneInfo
    from_at: datetime
    until_at: datetime

    @property
    def turned(self) -> bool:
        """Whether the clinic's clocks changed while the session ran."""
        return self.from_at.astimezone(self.zone).utcoffset() != self.until_at.astimezone(self.zone).utcoffset()

    def day(self, at: str) -> str:
        """Thursday, 5 March 2026 in the reader's language."""
        return str(format_date(datetime.fromisoformat(at).astimezone(self.zone).date(), "full"))

    def time(self, at: str | None) -> str:
        """14:32:07; with the day when it is another one than the session's first."""
        if not at:
            return "–"
        local = datetime.fromisoformat(at).astimezone(self.zone)
        offset = local.isoformat()[-6:] if self.turned else ""
        other = local.date() != self.from_at.astimezone(self.zone).date()
        day = f"{format_date(local.date(), _OTHER_DAY)}, " if other else ""
        return f"{day}{local:%H:%M:%S} {offset}".rstrip()

    def apart(self, from_at: str, to_at: str) -> str:
        """How long it was from one moment to another."""
        return length((datetime.fromisoformat(to_at) - datetime.fromisoformat(from_at)).total_seconds())


def number(value: float | None) -> str:
    """A number with the decimal mark of the reader's language; a dash where there is none."""
    return "–" if value is None else f"{value:g}".replace(".", get_decimal_symbol(language()))


def length(seconds: float | None) -> str:
    """2:10, 31:05, 1:07:03: a length of time; a dash where there is none."""
    if seconds is None:
        return "–"
    minutes, left = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def register(app: Flask) -> None:
    """Hang up the page."""
    app.register_blueprint(blueprint)


@blueprint.get("/sessions/<int:session_id>/log")
@allowed(Action.VIEW_SESSION)
def session_log(session_id: int) -> ResponseReturnValue:
    """Everything of one session: a summary, its curves, every event."""
    given, told = services(), log_of(session_id)
    head = told["session"]
    if not isinstance(head, Mapping):
        raise NotFound("There is no such session.")
    times = (datetime.fromisoformat(str(head[name])) for name in ("from_at", "until_at"))
    clock = LogClock(given.config.timezone, *times)
    return render_template(
        "session_log.html",
        session_id=session_id,
        log=in_language(told),
        clock=clock,
        length=length,
        number=number,
        signatures=given.recorder.signatures(session_id),
        may_export=may(me(), Action.EXPORT),
    )
