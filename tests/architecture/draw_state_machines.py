"""Draws docs/state-machines.md from the tables: `python -m tests.architecture.draw_state_machines`.

Law: the tables are the truth; the page is never edited by hand, and a test fails when the two differ.
"""

from collections.abc import Iterator
from pathlib import Path

from monitor.clinical.alarms.table import ALARM_MOVES, AlarmCause, AlarmStage
from monitor.clinical.session import FINAL_STATES, TRANSITIONS, SessionEvent, SessionState
from monitor.security.roles import MAY, action_of_event, spoken

PAGE = Path(__file__).parents[2] / "docs" / "state-machines.md"

_HEAD = """# The two state machines

Drawn from the tables by `python -m tests.architecture.draw_state_machines`; do not edit this page by hand.
A test fails when the page and the tables differ.
"""
_SESSION = """## The infusion session

The table is `TRANSITIONS` in `monitor/clinical/session.py`. Only people move a session: no reading, no alarm and no
passing of time does. An event that is not in a state's row is refused.
"""
_ALARM = """## An alarm

The table is `ALARM_MOVES` in `monitor/clinical/alarms/table.py`: one state for each rule of each session. Missing data
moves nothing. What a cause means is said beside it in the source.
"""


def page() -> str:
    """The whole page."""
    parts = (_HEAD, _SESSION, *_drawn(_session_lines()), "", *_session_tables(), "", _ALARM, *_drawn(_alarm_lines()))
    return "\n".join((*parts, "", *_alarm_table(), ""))


def _drawn(lines: Iterator[str]) -> Iterator[str]:
    yield from ("```mermaid", "stateDiagram-v2", *(f"    {line}" for line in lines), "```")


def _session_lines() -> Iterator[str]:
    yield f"[*] --> {SessionState.SCHEDULED}"
    for state, row in TRANSITIONS.items():
        for event, reached in row.items():
            if reached is not state:
                yield f"{state} --> {reached}: {event}"
    for state in SessionState:
        if state in FINAL_STATES:
            yield f"{state} --> [*]"


def _session_tables() -> Iterator[str]:
    yield from ("| state | events that move it | events that only record |", "|---|---|---|")
    for state, row in TRANSITIONS.items():
        moves = ", ".join(f"`{event}` → {reached}" for event, reached in row.items() if reached is not state)
        stays = ", ".join(f"`{event}`" for event, reached in row.items() if reached is state)
        yield f"| {state} | {moves or '–'} | {stays or '–'} |"
    yield from ("", "| event | who may |", "|---|---|")
    for event in SessionEvent:
        who = ", ".join(sorted(spoken(role) for role in MAY[action_of_event(event)]))
        yield f"| `{event}` | {who} |"


def _alarm_lines() -> Iterator[str]:
    yield f"[*] --> {AlarmStage.NORMAL}"
    for stage, row in ALARM_MOVES.items():
        causes: dict[AlarmStage, list[str]] = {}
        for cause, reached in row.items():
            if reached is not None and reached is not stage:
                causes.setdefault(reached, []).append(cause.value)
        for reached, words in causes.items():
            yield f"{stage} --> {reached}: {', '.join(words)}"


def _alarm_table() -> Iterator[str]:
    yield "| stage | " + " | ".join(cause.value for cause in AlarmCause) + " |"
    yield "|---" * (len(AlarmCause) + 1) + "|"
    for stage, row in ALARM_MOVES.items():
        reached = (row[cause] for cause in AlarmCause)
        yield f"| **{stage}** | " + " | ".join("refused" if one is None else one.value for one in reached) + " |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
