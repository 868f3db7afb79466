"""What an interface engineer sees of each source: heard, clock, what is not charted and why; no patient."""

from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

from monitor.hl7.peers import source_peers
from monitor.hl7.source import SourceSettings
from monitor.recorder.acts import ReplayQuarantine
from monitor.recorder.source_register import OTHER, SourceEntry, SourceRegister
from monitor.store import queries
from tests.recorder.house import START_AT, House, open_house, oru

UNKNOWN = "OBX|9|NM|99999^MDC_NEW^MDC|1.9|7|||||||F"
EMPTY = "OBX|8|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1.8||262688^MDC_DIM_PERCENT^MDC|||||F"


def only(house: House) -> SourceEntry:
    (entry,) = house.receiving.register.all()
    return entry


def test_a_source_shows_where_it_stands_how_often_it_sends_and_what_it_was_answered(house: House) -> None:
    for _ in range(4):
        house.wait(2)
        house.vitals(hr=72.0, spo2=97.0)
    entry = only(house)
    assert (entry.source, entry.peer) == ("MON^SIM", "10.0.0.9")
    assert (list(entry.beds), list(entry.chairs)) == (["BED1"], ["1"])
    assert (entry.messages, entry.charted, entry.answers) == (4, 8, {"AA": 4})
    assert entry.interval_s == 2.0
    assert entry.is_heard(house.clock.mono_s())
    assert not entry.is_heard(house.clock.mono_s() + 11), "three intervals, at least 10 s"


def test_what_is_not_charted_is_counted_by_reason_with_the_code_of_the_last_row(house: House) -> None:
    for _ in range(3):
        house.wait(1)
        house.send(oru(house.clock.now(), extra=(UNKNOWN, EMPTY), hr=400.0))
    entry = only(house)
    assert entry.not_charted == {"implausible": 3, "unknown_code": 3, "no_value": 3}
    assert entry.latest_code["unknown_code"] == "99999"
    assert entry.charted == 0, "an implausible value is no charted one"


def test_a_message_sent_again_is_a_duplicate_and_its_rows_count_once(house: House) -> None:
    raw = oru(house.clock.now(), extra=(UNKNOWN,), hr=72.0)
    for _ in range(3):
        assert b"MSA|AA" in house.send(raw)
    entry = only(house)
    assert (entry.messages, entry.duplicates, entry.charted, entry.not_charted) == (3, 2, 1, {"unknown_code": 1})
    assert house.counters.duplicates._value.get() == 2


def test_what_could_not_be_recorded_is_no_duplicate_when_it_comes_again(house: House) -> None:
    entry = SourceEntry("M", START_AT, START_AT, only_rhythm())
    assert not entry.is_repeated(b"one")
    entry.expect_again(b"one")
    assert not entry.is_repeated(b"one")
    assert entry.is_repeated(b"one")


def only_rhythm():  # type: ignore[no-untyped-def]
    return SourceRegister().heard("M", "", START_AT, 0.0).rhythm


def test_a_clock_that_is_off_shows_by_how_much_and_a_slow_way_does_not(house: House) -> None:
    for late_s in (0.4, 8.0, 0.6):
        house.wait(1)
        house.vitals(seconds_ago=90 + late_s, hr=72.0)
    assert only(house).clock_s == -90.4


def test_a_clock_that_was_set_right_shows_right_within_two_minutes(house: House) -> None:
    house.vitals(seconds_ago=-300, hr=72.0)
    for _ in range(3):
        house.wait(61)
        house.vitals(hr=73.0)
    assert only(house).clock_s == 0.0


def test_refused_messages_and_those_of_nobody_stand_with_their_source(house: House) -> None:
    house.infusing()
    house.send(oru(house.clock.now(), bed="NOWHERE", hr=72.0))
    house.send(oru(house.clock.now(), patient="SOMEBODY", hr=72.0))
    house.send(oru(house.clock.now(), hr=72.0).replace(b"|P|2.6", b"|P|3.0"))
    house.send(b"no message at all")
    found = {entry.source: entry for entry in house.receiving.register.all()}
    entry = found["MON^SIM"]
    assert (entry.unassigned, entry.other_patient, entry.refused) == (2, 1, 1)
    assert entry.answers == {"AA": 2, "AR": 1}
    assert (found[""].kind, found[""].refused, found[""].answers) == ("no_header", 1, {})
    assert "SOMEBODY" not in str([asdict(one) for one in found.values()]), "no patient in it"


def test_a_flood_of_invented_sources_is_counted_together_and_a_known_one_stays() -> None:
    register = SourceRegister(most=3)
    for number in range(1000):
        register.heard("MON", "10.0.0.1:1", START_AT, float(number) / 100)
        register.heard(f"invented {number}" + "x" * 5000, "10.0.0.2:1", START_AT, float(number) / 100)
    *listed, other = register.all()
    assert len(listed) == 3
    assert "MON" in {entry.source for entry in listed}
    assert (other.kind, other.messages) == (OTHER, 998)
    assert all(len(entry.source) <= 120 for entry in listed)


def test_a_full_register_gives_up_whom_nobody_has_heard_for_long() -> None:
    register = SourceRegister(most=1)
    register.heard("OLD", "", START_AT, 0.0)
    register.heard("NEW", "", START_AT + timedelta(minutes=11), 660.0)
    assert [entry.source for entry in register.all()] == ["NEW"]


def test_only_its_own_peers_may_speak_as_a_source(tmp_path: Path) -> None:
    settings = SourceSettings(peers=source_peers(["192.0.2.0/24", "CN=monitor 7"]))
    with open_house(tmp_path, settings=settings) as house:
        assert b"MSA|AR" in house.send(oru(house.clock.now(), hr=72.0))  # the house sends from 10.0.0.9
        (kept,) = house.read(queries.quarantine)
        assert kept.reason.startswith("this peer may not speak as this source")
        assert kept.peer == "10.0.0.9:1234"
        assert house.counters.wrong_peers._value.get() == 1
        assert only(house).refused == 1
        again = house.desk.replay_quarantine(ReplayQuarantine(kept.id, None, "try", house.nurse))
        assert [one["outcome"] for one in again["outcomes"]] == ["refused"], "nor later, through a person"


def test_peers_are_addresses_networks_and_names_in_certificates() -> None:
    peers = source_peers(["192.0.2.0/24", "2001:db8::7", "CN=monitor 7"])
    assert peers.allow("192.0.2.44:5000")
    assert peers.allow("::ffff:192.0.2.44:5000")
    assert peers.allow("2001:db8::7:5000")
    assert peers.allow("203.0.113.9:5000 monitor 7")
    assert not peers.allow("203.0.113.9:5000 monitor 8")
    assert not peers.allow("203.0.113.9:5000")
    assert not peers.allow("")
