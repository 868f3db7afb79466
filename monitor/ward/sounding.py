"""Which stations can sound an alarm now. Law: a page's word counts until it must have been renewed, and no longer.

Pages speak in real seconds, also when the clock of a demonstration runs faster. After a start of the server nothing is
known until pages had time to come back: neither that a station sounds nor that it is silent.
"""

from collections.abc import Callable
from enum import StrEnum

from monitor.clinical.policy.parts import SoundingPolicy

NO_SOUNDING_STATION = "no_sounding_station"
MOST_PAGES = 4096  # kept; beyond it the oldest word is forgotten


class PageSound(StrEnum):
    """What a page says of itself: it sounds, it cannot, or another window of its browser sounds for it."""

    ON = "on"
    OFF = "off"
    ELSEWHERE = "elsewhere"


class StationSound(StrEnum):
    """What is known of a station: a page of it sounds, none does, or pages had no time to say so."""

    SOUNDS = "sounds"
    SILENT = "silent"
    UNKNOWN = "unknown"


class StationSounds:
    """The last word of every page, by station; `real_s` is the time in real seconds."""

    def __init__(self, policy: SoundingPolicy, real_s: Callable[[], float]) -> None:
        self.policy = policy
        self._real_s = real_s
        self._began_s = real_s()
        self._pages: dict[str, tuple[str, float]] = {}  # page -> its station, when it last said that it sounds

    def said(self, page: str, station: str, sound: PageSound) -> None:
        """Keep what a page says now; one that moved to another station speaks for the old one no more."""
        self._pages.pop(page, None)
        if sound is PageSound.ON:
            self._pages[page] = (station, self._real_s())
            if len(self._pages) > MOST_PAGES:
                del self._pages[next(iter(self._pages))]

    def of(self, station: str) -> StationSound:
        """What is known of a station."""
        if self.pages(station):
            return StationSound.SOUNDS
        if self._real_s() - self._began_s < self.policy.after_restart_s:
            return StationSound.UNKNOWN
        return StationSound.SILENT

    def pages(self, station: str) -> int:
        """How many pages sound for a station: one in each browser."""
        now_s = self._real_s()
        for page, (_, at_s) in tuple(self._pages.items()):
            if now_s - at_s > self.policy.expires_s:
                self._pages.pop(page, None)
        return sum(of == station for of, _ in self._pages.values())
