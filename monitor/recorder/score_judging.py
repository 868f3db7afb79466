"""Scores between the ward and the clinical core: what a new entry or a new set is judged on.

Law: the newest standing entry of a kind is judged, so a correction judges anew and a late entry changes nothing.
"""

from collections.abc import Callable

from monitor.clinical.alarms.score_alarms import Moment, ScoreContext, judge_news2, judge_score
from monitor.clinical.alarms.score_rules import NEWS2
from monitor.clinical.alarms.table import Judgement
from monitor.clinical.scores.bedside import CONSCIOUSNESS, OXYGEN, SPO2_SCALE, TEMPERATURE
from monitor.clinical.scores.news2 import News2, news2
from monitor.recorder.turn import Turn
from monitor.ward.chairs import Chair
from monitor.ward.live_session import LiveSession
from monitor.ward.news2 import measured_set, news2_facts

OF_NEWS2 = frozenset({CONSCIOUSNESS, OXYGEN, TEMPERATURE, SPO2_SCALE})


def judge_entered(chair: Chair, live: LiveSession, kind: str, turn: Turn, new_id: Callable[[], str]) -> Judgement:
    """What an entry of this kind does to the alarms of scores."""
    if kind in OF_NEWS2:
        return judge_set(chair, live, turn, new_id)
    entry = live.scores.newest(kind)
    if entry is None or entry.total is None:
        return Judgement({})
    rules = live.policy.score_rules_of(kind)
    moment = Moment(turn.now, turn.mono_s, new_id)
    return judge_score(live.states, rules, _context(live, kind), entry.total, entry.at, moment)


def judge_set(chair: Chair, live: LiveSession, turn: Turn, new_id: Callable[[], str]) -> Judgement:
    """What the newest set of NEWS2 does to its alarm."""
    rules = live.policy.score_rules_of(NEWS2)
    if not rules:
        return Judgement({})
    moment = Moment(turn.now, turn.mono_s, new_id)
    return judge_news2(live.states, rules, _context(live, NEWS2), live_news2(chair, live, turn), moment)


def live_news2(chair: Chair, live: LiveSession, turn: Turn) -> News2:
    """NEWS2 of a chair as of this turn."""
    facts = news2_facts(measured_set(chair, live.policy), live.scores, live.course, live.policy.news2, turn.now)
    return news2(facts, live.policy.news2, turn.now)


def _context(live: LiveSession, kind: str) -> ScoreContext:
    base = live.scores.before(kind, live.course.started_at)
    return ScoreContext(live.course.state, {} if base is None else {kind: base})
