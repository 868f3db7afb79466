"""How long vitals were out of range is reckoned once of each session that is over, again when its record changed."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from monitor.clinical.vitals import Vital
from monitor.errors import MonitorError
from monitor.recorder.log_facts import log_facts
from monitor.recorder.reckoning import Reckoning
from monitor.runtime import ThreadRuntime
from monitor.store.queries.analytics import WantedPart
from monitor.store.queries.ranges import counted_ranges, reckoned_sessions
from tests.recorder.house import POLICY, House, oru

EVER = WantedPart(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), simulated=False)


class Unpaused(ThreadRuntime):
    def sleep(self, seconds: float) -> None:
        """Nobody waits here."""


def reckoning(house: House, policies=lambda _connection, _sha256: POLICY) -> Reckoning:
    return Reckoning(house.store.read, house.desk.transact, policies, house.clock, Unpaused())  # type: ignore[arg-type]


def transferred(house: House) -> int:
    """A session of a quarter of an hour in which the saturation was low for a minute."""
    return ended(house, house.infusing())


def ended(house: House, session_id: int) -> int:
    for minute in range(15):
        for _ in range(6):
            house.wait(10)
            house.send(oru(house.clock.now(), source="MONITOR", hr=74.0, spo2=86.0 if minute == 7 else 97.0, rr=14.0))
    house.act(session_id, "transfer", reason="pain", service="ward", how="on_foot")
    return session_id


def test_a_session_that_is_over_is_reckoned_once_as_its_log_says(house: House) -> None:
    session_id, task = house.infusing(), reckoning(house)
    assert task.reckon_some() == 0, "it runs"
    ended(house, session_id)
    assert task.reckon_some() == 1
    assert task.reckon_some() == 0, "once"
    found = {one.vital: one for one in house.store.read(counted_ranges, EVER)}
    assert {one.session_id for one in found.values()} == {session_id}
    assert house.store.read(reckoned_sessions, EVER) == 1
    facts = house.store.read(log_facts, session_id, lambda _c, _s: POLICY, house.clock.now())
    log = {one.vital: one.beyond for one in facts.summary.vitals}
    spo2 = found[Vital.SPO2]
    assert (spo2.above_s, spo2.below_s, spo2.measured_s) == (
        log[Vital.SPO2].above_s,
        log[Vital.SPO2].below_s,
        log[Vital.SPO2].measured_s,
    )
    assert 50 <= spo2.below_s <= 70
    assert found[Vital.RR].below_s == 0


def test_a_record_that_changed_is_reckoned_again_beside_what_was_and_counts_once(house: House) -> None:
    session_id = transferred(house)
    reckoning(house).reckon_some()
    house.desk.transact(lambda c: c.execute(text(f"UPDATE sessions SET version = version + 1 WHERE id = {session_id}")))
    assert reckoning(house).reckon_some() == 1
    rows = house.store.read(lambda c: c.execute(text("SELECT count(*) FROM session_ranges")).scalar())
    assert rows == 2
    assert house.store.read(reckoned_sessions, EVER) == 1
    assert len([one for one in house.store.read(counted_ranges, EVER) if one.vital is Vital.SPO2]) == 1


def test_one_that_cannot_be_reckoned_is_left_out_and_holds_up_no_other(house: House) -> None:
    broken, whole = transferred(house), None
    house.wait(3600)

    def policies(_connection: object, _sha256: str):  # type: ignore[no-untyped-def]
        if whole is None:
            raise MonitorError("The policy of that session is lost.")
        return POLICY

    task = reckoning(house, policies)
    assert task.reckon_some() == 1
    assert task.reckon_some() == 0, "said once"
    whole = transferred(house)
    assert task.reckon_some() == 1
    assert {one.session_id for one in house.store.read(counted_ranges, EVER)} == {whole} != {broken}


def test_long_ago_is_looked_at_until_everything_was_reckoned(house: House) -> None:
    session_id = transferred(house)
    house.wait(timedelta(days=400).total_seconds())
    task = reckoning(house)
    assert task.reckon_some() == 1
    assert task.reckon_some() == 0
    assert {one.session_id for one in house.store.read(counted_ranges, EVER)} == {session_id}
