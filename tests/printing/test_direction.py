"""Names from the right are drawn as they are read, and nothing else is touched."""

import pytest

from monitor.printing.direction import drawn, joined

SARAH = "\u05e9\u05e8\u05d4"  # three Hebrew letters
ALI = "\u0639\u0644\u064a"


@pytest.mark.parametrize(
    ("spoken", "on_paper"),
    [
        ("Íñigo Muñoz (3)", "Íñigo Muñoz (3)"),
        (SARAH, SARAH[::-1]),
        (f"{SARAH} 12/3", f"12/3 {SARAH[::-1]}"),
        (f"Chair 4: {SARAH} waits, 70 kg", f"Chair 4: {SARAH[::-1]} waits, 70 kg"),
        (f"{SARAH} (ab)", f"(ab) {SARAH[::-1]}"),
        (f"\u202e{SARAH}", SARAH[::-1]),
    ],
)
def test_a_line_is_drawn_as_it_is_read(spoken: str, on_paper: str) -> None:
    assert drawn(spoken) == on_paper


def test_arabic_letters_are_joined_and_those_that_join_nothing_are_left() -> None:
    assert joined(ALI) == "\ufecb\ufee0\ufef2"
    assert joined("\u0627\u0627") == "\u0627\u0627"
