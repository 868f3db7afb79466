"""Which stations can sound: a page's word counts until it must have been renewed, and a restart says nothing."""

import pytest

from monitor.ward.sounding import PageSound, StationSound, StationSounds
from tests.clinical.bedside import POLICY

SOUNDING = POLICY.signalling.sounding


class Hand:
    """Real seconds, moved by hand."""

    at_s = 1000.0

    def __call__(self) -> float:
        return self.at_s


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def sounds(hand: Hand) -> StationSounds:
    return StationSounds(SOUNDING, hand)


def test_after_a_start_nothing_is_known_until_pages_had_time_to_come_back(sounds: StationSounds, hand: Hand) -> None:
    assert sounds.of("A") is StationSound.UNKNOWN
    hand.at_s += SOUNDING.after_restart_s - 0.1
    assert sounds.of("A") is StationSound.UNKNOWN
    hand.at_s += 0.2
    assert sounds.of("A") is StationSound.SILENT


def test_a_page_that_sounds_is_believed_until_its_word_expires(sounds: StationSounds, hand: Hand) -> None:
    hand.at_s += SOUNDING.after_restart_s
    sounds.said("p1", "A", PageSound.ON)
    hand.at_s += SOUNDING.expires_s
    assert sounds.of("A") is StationSound.SOUNDS
    hand.at_s += 0.1
    assert sounds.of("A") is StationSound.SILENT
    sounds.said("p1", "A", PageSound.ON)
    assert sounds.of("A") is StationSound.SOUNDS


@pytest.mark.parametrize("word", [PageSound.OFF, PageSound.ELSEWHERE])
def test_a_page_that_says_it_does_not_sound_counts_no_more(sounds: StationSounds, hand: Hand, word: PageSound) -> None:
    hand.at_s += SOUNDING.after_restart_s
    sounds.said("p1", "A", PageSound.ON)
    sounds.said("p2", "A", PageSound.ON)
    assert sounds.pages("A") == 2
    sounds.said("p1", "A", word)
    assert sounds.of("A") is StationSound.SOUNDS
    sounds.said("p2", "A", word)
    assert sounds.of("A") is StationSound.SILENT


def test_a_station_sounds_for_its_own_chairs_only(sounds: StationSounds, hand: Hand) -> None:
    hand.at_s += SOUNDING.after_restart_s
    sounds.said("p1", "A", PageSound.ON)
    assert sounds.of("B") is StationSound.SILENT
    sounds.said("p1", "B", PageSound.ON)
    assert (sounds.of("A"), sounds.of("B")) == (StationSound.SILENT, StationSound.SOUNDS)
