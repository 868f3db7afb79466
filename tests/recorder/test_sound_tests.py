"""The daily test: a station that says it sounds is asked when it is due, and told as a test, never as an alarm."""

from datetime import timedelta

import pytest

from monitor.recorder.sound_tests import SoundTests
from monitor.store.sound_proofs import SoundProofRow, insert_sound_proof
from monitor.ward.sounding import PageSound, StationSounds
from tests.clinical.bedside import POLICY
from tests.recorder.house import House

SOUNDING = POLICY.signalling.sounding


@pytest.fixture
def sounds(house: House) -> StationSounds:
    return StationSounds(SOUNDING, lambda: 0.0)


@pytest.fixture
def tests(house: House, sounds: StationSounds) -> SoundTests:
    clock, runtime = house.clock, house.runtime
    return SoundTests(SOUNDING, sounds, house.publisher, house.store.read, clock, runtime, house.ward.stations)  # type: ignore[arg-type]


def asked(house: House) -> list[object]:
    """Each asking once: the boards and the wall of a station are told alike."""
    told = [(payload["station"], room) for event, payload, room in house.ears.heard if event == "sound_test"]
    rooms = {room for _, room in told}
    assert rooms in (set(), {f"board:{told[0][0]}", f"wall:{told[0][0]}"} if told else set())
    return [station for station, room in told if str(room).startswith("board:")]


def test_only_a_station_that_sounds_is_asked(house: House, sounds: StationSounds, tests: SoundTests) -> None:
    tests.look()
    assert asked(house) == []
    sounds.said("p", house.ward.stations()[0], PageSound.ON)
    tests.look()
    assert len(asked(house)) == 1


@pytest.mark.parametrize(
    ("heard", "after_min", "count"), [(True, 11, 0), (True, 1440, 1), (False, 9, 0), (False, 11, 1)]
)
def test_it_is_asked_again_a_day_after_it_was_heard_or_soon_after_it_was_not(
    house: House, sounds: StationSounds, tests: SoundTests, heard: bool, after_min: int, count: int
) -> None:
    station = house.ward.stations()[0]
    sounds.said("p", station, PageSound.ON)
    at = house.clock.now() - timedelta(minutes=after_min)
    row = SoundProofRow(station, "test", at, None, "Dana", heard=heard)
    house.recorder.transact(lambda connection: insert_sound_proof(connection, row))
    tests.look()
    assert len(asked(house)) == count
