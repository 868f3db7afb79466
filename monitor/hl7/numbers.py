"""The numbers a device may send.

Law: a number is optional sign, up to nine digits, optionally a point and up to six digits, all ASCII. NaN, infinities,
exponents, underscores and other digits are not numbers (INTEROP rule 8, RELIABILITY 3.8).
"""

import re

_NUMBER = re.compile(r"[+-]?\d{1,9}(?:\.\d{1,6})?", re.ASCII)


def parse_number(text: str) -> float | None:
    """The finite number, or None when `text` is not one; blanks around it are allowed."""
    stripped = text.strip(" ")
    return float(stripped) if _NUMBER.fullmatch(stripped) else None
