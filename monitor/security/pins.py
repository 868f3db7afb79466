"""What a PIN must be. Law: pure; digits only, and none of the first thousand that somebody would try.

A PIN opens a sign-in that is locked, at the browser it was made in, and nothing else; after a few wrong ones the
password is needed. What is tried first are runs, repeats, patterns of the keypad and dates.
"""

import re
from datetime import date

from monitor.errors import Refused

SHORTEST = 6
LONGEST = 12
_FEWEST_DIFFERENT = 4
_DIGITS = re.compile(r"[0-9]+")
_RUNS = ("01234567890123456789", "98765432109876543210", "13579135791357", "24680246802468", "02468024680246")
_KEYPAD = ("147258369", "159357", "357159", "741852963", "963852741", "369258147", "258456", "789456123", "123654789")
_ORDERS = (("d", "m", "y"), ("m", "d", "y"), ("y", "m", "d"))


def check_pin(pin: str) -> None:
    """Accept a PIN a person chose, or raise Refused with the sentence to show."""
    if not _DIGITS.fullmatch(pin) or not SHORTEST <= len(pin) <= LONGEST:
        raise Refused(f"A PIN has {SHORTEST} to {LONGEST} digits.", ("pin",))
    if len(set(pin)) < _FEWEST_DIFFERENT or _repeats(pin) or any(pin in run for run in (*_RUNS, *_KEYPAD)):
        raise Refused("This PIN is one of the first that somebody would try; choose another.", ("pin",))
    if _is_date(pin):
        raise Refused("This PIN can be read as a date, which is easily guessed; choose another.", ("pin",))


def _repeats(pin: str) -> bool:
    """The same two or three digits over and over, or the same half twice or mirrored."""
    half = len(pin) // 2
    parts = any(pin == (pin[:n] * len(pin))[: len(pin)] for n in range(1, half + 1))
    return parts or pin == pin[::-1]


def _is_date(pin: str) -> bool:
    if len(pin) not in (6, 8):
        return False
    return any(_reads_as(pin, order, len(pin) - 4) for order in _ORDERS)


def _reads_as(pin: str, order: tuple[str, ...], year_digits: int) -> bool:
    at, found = 0, {}
    for part in order:
        length = year_digits if part == "y" else 2
        found[part] = int(pin[at : at + length])
        at += length
    year = found["y"] if year_digits == 4 else 2000 + found["y"]
    try:
        date(year, found["m"], found["d"])
    except ValueError:
        return False
    return year_digits == 2 or 1900 <= year < 2100
