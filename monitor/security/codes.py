"""Codes people type: those of an authenticator app, and recovery codes. Law: pure; the time is an argument.

TOTP as every app has it (RFC 6238): SHA-1, six digits, 30 s. A code counts in its own step and one step to either side.
"""

import hmac
import secrets
from datetime import datetime

import pyotp

STEP_S = 30
_DIGITS = 6
_EITHER_SIDE = 1
_RECOVERY_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is read for something else
RECOVERY_CODES = 10


def new_seed() -> str:
    """160 random bits in base 32."""
    return pyotp.random_base32()


def address_of(seed: str, name: str, issuer: str) -> str:
    """What the app reads from the picture."""
    return pyotp.TOTP(seed).provisioning_uri(name=name, issuer_name=issuer)


def step_of(at: datetime) -> int:
    """The 30 s step a moment lies in."""
    return int(at.timestamp()) // STEP_S


def step_shown(seed: str, code: str, at: datetime, after_step: int) -> int | None:
    """The step whose code was typed, None when it is none of the three around `at` that come after `after_step`."""
    digits = "".join(letter for letter in code if not letter.isspace())
    if len(digits) != _DIGITS or not digits.isascii() or not digits.isdigit():
        return None
    now, shown = step_of(at), pyotp.HOTP(seed)
    for step in range(now - _EITHER_SIDE, now + _EITHER_SIDE + 1):
        if step > after_step and hmac.compare_digest(shown.at(step), digits):
            return step
    return None


def new_recovery_codes() -> list[str]:
    """Ten codes of ten letters, about 49 bits each, in two groups."""
    return ["-".join(_letters(5) for _ in range(2)) for _ in range(RECOVERY_CODES)]


def _letters(count: int) -> str:
    return "".join(secrets.choice(_RECOVERY_ALPHABET) for _ in range(count))
