"""A stored session judged again says what was said at the bedside, and under other limits something else."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from monitor.clinical.alarms.load import AlarmStep, load_of
from monitor.clinical.alarms.table import AlarmPriority
from monitor.clinical.policy.policy import parse_policy
from monitor.hl7.source import EVERY_OTHER, SourceSettings
from monitor.recorder.acts import AcknowledgeAct
from monitor.recorder.replaying import Replay, Replayed, StoredSession, stored_session, stored_steps
from tests.recorder.house import CODES, POLICY, POLICY_TEXT, UTC_ZONE, House, open_house, oru
from tests.recorder.test_withdrawn import taken_back

SOURCES = {EVERY_OTHER: SourceSettings(zone=UTC_ZONE)}
HIGH, MEDIUM = AlarmPriority.HIGH, AlarmPriority.MEDIUM


@pytest.fixture
def house(tmp_path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        yield opened


def replayed(house: House, session_id: int, policy=POLICY) -> tuple[StoredSession, Replayed]:
    house.turn()  # what follows an act is stored with the next turn
    stored = house.store.read(stored_session, session_id, house.clock.now())
    return stored, Replay(stored, policy, SOURCES, CODES).run()


def minute(house: House, seconds: int = 60, every: int = 5, **values: float) -> None:
    """The monitor measures for a while."""
    for _ in range(0, seconds, every):
        house.tick(every)
        house.vitals(**values)


CALM = {"hr": 74.0, "spo2": 97.0, "rr": 14.0}


def acknowledge(house: House, session_id: int, rule_id: str) -> None:
    alarm = next(one for one in house.live(session_id).shown() if one.rule_id == rule_id)
    house.desk.acknowledge(AcknowledgeAct(session_id, alarm.id, alarm.priority.value, alarm.value, house.nurse))


def an_afternoon(house: House) -> int:
    """A desaturation that latches, an acknowledgement, silence, a late message, one sent twice, a hold, a pause."""
    session_id = house.infusing()
    minute(house, **CALM)
    house.vitals(nibp_sys=126, nibp_dia=76, nibp_mean=93)
    minute(house, **{**CALM, "spo2": 88.0})
    acknowledge(house, session_id, "spo2_low")
    minute(house, 30, **{**CALM, "spo2": 83.0})
    minute(house, **CALM)
    acknowledge(house, session_id, "spo2_desaturation")
    house.tick(90)  # silence
    minute(house, **CALM)
    house.vitals(seconds_ago=4.5, hr=180)  # overtaken by what came before it
    house.act(session_id, "hold", reason="nausea")
    minute(house, 60, **{**CALM, "hr": 126.0})
    house.act(session_id, "change_limits", reason="known tachycardia", rule="hr_high", limits={"medium": 128})
    minute(house, 30, **{**CALM, "hr": 126.0})
    house.act(session_id, "pause_monitoring", reason="toilet")
    house.tick(120)
    house.act(session_id, "resume", rate_ml_per_h=52.5)
    minute(house, 30, **CALM)
    house.vitals(nibp_sys=186, nibp_dia=112, nibp_mean=137)
    house.tick(10)
    house.act(session_id, "end_infusion")
    minute(house, 30, **CALM)
    return session_id


def told(steps: list[AlarmStep]) -> list[tuple[object, ...]]:
    return [(s.alarm, s.rule_id, s.kind, s.at, str(s.event), str(s.priority), s.value, s.limit, s.words) for s in steps]


def test_under_its_own_policy_the_alarms_now_are_the_alarms_then(house):
    session_id = an_afternoon(house)
    stored, now = replayed(house, session_id)
    then = stored_steps(stored.alarms)
    assert told(now.steps) == told(then)
    assert now.unmet == []
    rules = {step.rule_id for step in then}
    assert {"spo2_low", "spo2_desaturation", "feed_silent", "hr_high", "sbp_high"} <= rules
    alike(now.states, house.live(session_id).states)


def test_under_narrower_limits_it_rings_more_and_earlier_and_the_record_stays_as_it_is(house):
    session_id = an_afternoon(house)
    text = POLICY_TEXT.replace("medium = { limit = 92, persist_s = 30 }", "medium = { limit = 92, persist_s = 1 }")
    stored, now = replayed(house, session_id, parse_policy(text))
    then = stored_steps(stored.alarms)
    began_at, watched_s = stored.began_at, (stored.ended_at - stored.began_at).total_seconds()
    before, after = load_of(then, began_at, watched_s), load_of(now.steps, began_at, watched_s)
    assert ("spo2_low", MEDIUM) not in before.rings
    assert after.rings["spo2_low", MEDIUM] == 1
    assert after.per_hour[MEDIUM] > before.per_hour[MEDIUM]
    assert after.first_after_s < before.first_after_s
    assert stored_steps(house.store.read(stored_session, session_id, house.clock.now()).alarms) == then


AGAIN = ["same moment", "corrected", "taken back"]
BEAT = st.tuples(
    st.sampled_from(["value", "low", "silence", "sent again", "late", "acknowledge", "lead off", "pressure", *AGAIN]),
    st.integers(min_value=1, max_value=25),
)


def lead_off(house: House) -> None:
    row = 'OBX|9|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1.9|""|262688^MDC_DIM_PERCENT^MDC|||||X'
    house.send(oru(house.clock.now(), hr=74.0, extra=(row,)))


def again(what: str, at: datetime, number: int) -> bytes:
    """Another content of a moment, a correction of it, or its withdrawal; each number another content."""
    if what == "taken back":
        return taken_back(at, "spo2", 97.0, sub_id="1.2")
    raw = oru(at, spo2=80.0 + number / 2)
    return raw if what == "same moment" else raw.replace(b"|||||F|||", b"|||||C|||")


def play(house: House, session_id: int, beats: list[tuple[str, int]]) -> None:
    """Whatever may come over the wire and from people, in this order."""
    last, at = oru(house.clock.now(), **CALM), house.clock.now()
    withdrawn: set[datetime] = set()  # a second time would be the same message sent again, which the record cannot tell
    for number, (what, seconds) in enumerate(beats):
        house.tick(seconds)
        if what in ("value", "low"):
            spo2 = 97.0 if what == "value" else 84.0 + seconds % 6
            at = house.clock.now()
            last = oru(at, **{**CALM, "spo2": spo2})
            house.send(last)
        elif what == "sent again":
            house.send(last)
        elif what == "late":
            house.vitals(seconds_ago=seconds / 2 + 0.5, spo2=80.0)
        elif what in AGAIN and not (what == "taken back" and at in withdrawn):
            house.send(again(what, at, number))
            withdrawn |= {at} if what == "taken back" else set()
        elif what == "lead off":
            lead_off(house)
        elif what == "pressure":
            house.vitals(nibp_sys=140 + 3 * seconds, nibp_dia=90, nibp_mean=110)
        elif what == "acknowledge" and house.live(session_id).shown():
            alarm = house.live(session_id).shown()[0]
            house.desk.acknowledge(AcknowledgeAct(session_id, alarm.id, alarm.priority.value, alarm.value, house.nurse))


@example(beats=[("corrected", 5), ("corrected", 5), ("low", 23)])
@example(beats=[("taken back", 5), ("taken back", 5), ("low", 23)])
@settings(max_examples=10, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(beats=st.lists(BEAT, min_size=5, max_size=30))
def test_whatever_came_the_replay_from_the_store_equals_the_live_state(tmp_path_factory, beats):
    with open_house(tmp_path_factory.mktemp("house")) as house:
        session_id = house.infusing()
        play(house, session_id, [(what, s) for what, s in beats if what != "sent again"])
        stored, now = replayed(house, session_id)
        assert told(now.steps) == told(stored_steps(stored.alarms))
        alike(now.states, house.live(session_id).states)


def alike(one, other) -> None:
    """The same states but for the names of the alarms and the origin of the monotonic clock."""
    assert one.keys() == other.keys()
    for rule, state in one.items():
        live = other[rule]
        assert (state.stage, state.priority, state.value, state.limit, state.words, state.held) == (
            live.stage, live.priority, live.value, live.limit, live.words, live.held,
        )  # fmt: skip
        assert state.raised_at == live.raised_at
