"""What is written can be read: the contrast of every ink on every ground it stands on, in all three themes.

Law: 4.5 for words (WCAG 2.2 AA) whatever their size, for numbers are read from 4 m; 3.0 for what only marks a control.
"""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "monitor" / "static" / "css" / "tokens.css"
THEMES = ("dark", "light", "contrast")
GROUNDS = ("page", "tile", "raised")
INKS = ("text", "muted", "faint", "stale", "accent", "hr", "pr", "spo2", "rr", "bp", "etco2", "temp", "predicted")
FILLS = {
    "high": ("", "-dark", "-button"),
    "medium": ("", "-dark", "-button"),
    "low": ("", "-button"),
}  # low is steady
ALARMS = tuple((f"on-{look}", f"{look}{part}") for look, parts in FILLS.items() for part in parts)
CHOSEN = (("accent-text", "accent-ground"), ("page", "text"), ("page", "accent"))
WORDS, MARKS = 4.5, 3.0


def tokens(theme: str) -> dict[str, str]:
    """The colours of a theme: dark's, with what the theme says otherwise."""
    blocks = re.findall(r':root(?:\[data-theme="(\w+)"\])? \{(.*?)\n\}', TOKENS.read_text(encoding="utf-8"), re.DOTALL)
    said = {name or "dark": dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", body)) for name, body in blocks}
    return said["dark"] | said[theme]


def luminance(colour: str) -> float:
    """Of "#rrggbb", by WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_words_and_numbers_can_be_read_on_every_ground(theme: str) -> None:
    of = tokens(theme)
    pairs = [(ink, ground) for ink in INKS for ground in GROUNDS] + list(ALARMS) + list(CHOSEN)
    found = {f"{ink} on {ground}": round(contrast(of[ink], of[ground]), 2) for ink, ground in pairs}
    assert {pair: ratio for pair, ratio in found.items() if ratio < WORDS} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_the_line_of_an_acknowledged_alarm_and_the_frame_of_a_field_are_seen(theme: str) -> None:
    of = tokens(theme)
    lines = ("high-line", "medium-line", "low-line", "muted", "accent")
    found = {f"{line} on {ground}": contrast(of[line], of[ground]) for line in lines for ground in ("page", "tile")}
    assert {pair: ratio for pair, ratio in found.items() if ratio < MARKS} == {}
